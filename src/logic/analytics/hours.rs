//! Messages by weekday and hour (analytics.md §5), by their own times.

use super::day::LocalClock;
use super::facts::quarter_start;
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::{Picks, Selection};
use crate::model::Wire;

/// Days of a week times hours of a day.
pub const CELLS: usize = 168;

/// 168 counts of messages.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct HourOfWeek {
    pub panel: Panel,
    /// At `24 · weekday + hour`, 0 being Monday; empty where nothing is selected.
    pub cells: Vec<u32>,
    /// Messages without a time.
    pub untimed: u32,
}

/// `picks` must not be cut by weekday or hour: the panel ignores the filter that its own cells set.
pub fn hour_of_week(picks: &Picks<'_>) -> HourOfWeek {
    let mut hours = HourOfWeek {
        panel: Panel::new(picks, PanelScope::Main, Basis::MessageTime),
        cells: vec![0; CELLS],
        untimed: 0,
    };
    let mut clock = LocalClock::new(picks.zone);
    let mut sieve = picks.sieve.clone();
    let mut timed = 0;
    for pick in picks.rows.iter().filter(|pick| pick.is_main()) {
        let Some(row) = picks.row(pick.session) else { continue };
        for slot in picks.slots(row).iter().filter(|slot| sieve.keeps_slot(slot)) {
            let messages = slot.prompts + slot.responses;
            let Some(at) = quarter_start(slot.quarter) else {
                hours.untimed += messages;
                continue;
            };
            let (weekday, hour) = clock.hour_of_week(at);
            if let Some(cell) = hours.cells.get_mut(usize::from(weekday) * 24 + usize::from(hour)) {
                *cell += messages;
                timed += messages;
            }
        }
    }
    hours.panel.coverage = Covered { reported: timed, eligible: timed + hours.untimed, unit: Unit::TimedMessages };
    hours.panel.tell(hours.untimed, "message", "without a time, in no cell");
    hours
}

/// A selection without weekday and hour.
pub fn without_hours(selection: &Selection) -> Selection {
    Selection { weekday: None, hour: None, ..selection.clone() }
}
