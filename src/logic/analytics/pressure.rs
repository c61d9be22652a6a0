//! How full the largest prompts were (analytics.md §13 "Context pressure"): peak context of the model's window.

use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use crate::model::Wire;

/// Sessions by the share of the window that their largest prompt took.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Pressure {
    pub panel: Panel,
    /// In the order of [`SHARES`].
    pub sessions: Vec<u32>,
}

/// The buckets; a bound belongs to the upper one, the whole window to the last but one. From 80% on pressure is high.
pub const SHARES: [&str; 7] = ["<20%", "20-40%", "40-60%", "60-80%", "80-90%", "90-100%", ">100%"];

/// The place of a share in [`SHARES`].
pub fn bucket(peak: u64, window: u64) -> usize {
    let (peak, window) = (u128::from(peak) * 10, u128::from(window));
    let bounds = [2, 4, 6, 8, 9].map(|tenths| peak >= window * tenths);
    bounds.into_iter().filter(|is_above| *is_above).count() + usize::from(peak > window * 10)
}

pub fn pressure(picks: &Picks<'_>) -> Pressure {
    let mut pressure =
        Pressure { panel: Panel::new(picks, PanelScope::Main, Basis::SessionStart), sessions: vec![0; SHARES.len()] };
    let (mut known, mut all) = (0, 0);
    for row in picks.rows.iter().filter(|pick| pick.is_main()).filter_map(|pick| picks.row(pick.session)) {
        all += 1;
        if let Some(count) =
            row.health.context().and_then(|(peak, window)| pressure.sessions.get_mut(bucket(peak, window)))
        {
            *count += 1;
            known += 1;
        }
    }
    pressure.panel.coverage = Covered { reported: known, eligible: all, unit: Unit::SessionsWithPressure };
    pressure.panel.tell(all - known, "session", "of which the largest prompt or the model's window is not known");
    if !picks.sieve.is_open() {
        pressure.panel.note("prompts are those of whole sessions");
    }
    pressure
}
