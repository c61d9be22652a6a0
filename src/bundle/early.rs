//! What a dashboard shows before `times.bin` is there: rows of the list, and panels that no zone decides. They stand in the
//! manifest as they travel from worker to page, so what is drawn first is what is drawn last.

use crate::archive::Archive;
use crate::logic::analytics::{Facts, Overview, OverviewAsk, PanelKind, overview};
use crate::logic::sessions::SessionRow;
use crate::model::{Timestamp, Wire, Zone, count_in, to_wire};

/// The form of what [`Early::pack`] gives. A page that knows another one waits for `times.bin`. A test tells when it has
/// to change.
pub const FORM: u64 = 3_595_806_799;

/// Panels that are the same in every zone and at any time.
const PANELS: [PanelKind; 4] = [PanelKind::Summary, PanelKind::Shape, PanelKind::Top, PanelKind::Velocity];

/// What stands before the rest is there: of all sessions, with the prices that the page begins with.
#[derive(Debug, Default, Wire)]
pub struct Early {
    pub rows: Vec<SessionRow>,
    /// Days in it are those of UTC.
    pub overview: Overview,
}

impl Early {
    /// Of an assembled archive and its rows.
    pub fn of(archive: &Archive, rows: Vec<SessionRow>) -> Self {
        let ask = OverviewAsk { panels: PANELS.to_vec(), ..OverviewAsk::at(Timestamp::from_ms(0)) };
        Self { rows, overview: overview(archive, &Facts::of(archive), &ask, &Zone::utc()) }
    }

    /// As bytes, not yet packed.
    pub fn pack(&self) -> Vec<u8> {
        to_wire(self)
    }

    /// How many rows there are in what [`Early::pack`] gave.
    pub fn count(bytes: &[u8]) -> usize {
        count_in(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::analytics::example;
    use crate::logic::sessions;
    use crate::model::from_wire;
    use xxhash_rust::xxh3::xxh3_64;

    #[test]
    fn another_form_has_another_number() {
        let archive = example::archive();
        let bytes = Early::of(&archive, sessions::rows(&archive)).pack();
        let form = xxh3_64(&bytes) >> 32;
        assert_eq!(FORM, form, "rows or panels travel otherwise than before: FORM is {form} now");
    }

    #[test]
    fn what_stands_early_is_what_stands_in_the_end() {
        let archive = example::archive();
        let bytes = Early::of(&archive, sessions::rows(&archive)).pack();
        let early: Early = from_wire(&bytes).expect("our own");
        assert_eq!(Early::count(&bytes), early.rows.len());
        assert_eq!(early.rows, sessions::rows(&archive));
        let zone = Zone::fixed("far", 11 * 3600);
        let whole = overview(&archive, &Facts::of(&archive), &OverviewAsk::at(Timestamp::from_ms(1 << 42)), &zone);
        let days = |mut overview: Overview| {
            overview.summary.as_mut().map(|summary| std::mem::take(&mut summary.active_days));
            [
                format!("{:?} {:?}", overview.summary, overview.shape),
                format!("{:?} {:?}", overview.top, overview.velocity),
            ]
        };
        assert_eq!(days(early.overview), days(whole));
    }
}
