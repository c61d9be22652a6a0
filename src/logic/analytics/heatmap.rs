//! The calendar (analytics.md §4, token-coverage.md A2).

use super::day::Day;
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use super::stats::ascending;
use crate::logic::metric_choice::ChartMetric;
use crate::model::{Reported, Tally, Wire};

/// A cell for each day of the range.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Heatmap {
    pub panel: Panel,
    pub metric: ChartMetric,
    /// Without a gap, earliest first; at most a year.
    pub cells: Vec<HeatCell>,
    /// Where the four levels begin.
    pub levels: [u64; 4],
    /// Only the most recent year is shown.
    pub is_cut: bool,
}

/// One day. Sessions without a number are not recorded, which is not the same as none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct HeatCell {
    pub day: Day,
    /// Of the sessions that started on it: `None` where there are none, or none that recorded it.
    pub value: Reported<u64>,
    /// 0 to 4.
    pub level: u8,
    pub sessions: u32,
    /// Of these: sessions that recorded the metric.
    pub reporting: u32,
    /// The value is known to be too small.
    pub is_lower_bound: bool,
}

/// Days that a calendar shows at most.
const MOST_DAYS: i32 = 366;

/// Metrics other than sessions and output tokens count messages.
pub fn heatmap(picks: &Picks<'_>, metric: ChartMetric) -> Heatmap {
    let mut map = Heatmap {
        panel: Panel::new(picks, PanelScope::Main, Basis::SessionStart),
        metric,
        levels: [1, 2, 3, 4],
        ..Heatmap::default()
    };
    let undated = picks.rows.iter().filter(|pick| pick.is_main() && pick.day.is_none()).count();
    map.panel.tell(undated as u32, "session", "without a date, in no cell");
    let known = || picks.rows.iter().filter(|pick| pick.is_main()).filter_map(|pick| pick.day);
    let Some((first, last)) = picks.range(known().min(), known().max()) else { return map };
    let from = first.max(last.plus(1 - MOST_DAYS));
    map.is_cut = from > first;
    if map.is_cut {
        map.panel.note("showing the most recent year");
    }
    let days = last.0.saturating_sub(from.0).max(0) as usize + 1;
    let mut sums = vec![Tally::default(); days];
    let mut counts = vec![0u32; days];
    let mut whole = Tally::default();
    for pick in picks.rows.iter().filter(|pick| pick.is_main()) {
        let Some(place) = pick.day.and_then(|day| usize::try_from(day.0.saturating_sub(from.0)).ok()) else { continue };
        let (Some(sum), Some(count)) = (sums.get_mut(place), counts.get_mut(place)) else { continue };
        let value = match metric {
            ChartMetric::OutputTokens => pick.output,
            ChartMetric::Sessions => Reported::new(1),
            _ => Reported::new(pick.messages().into()),
        };
        let is_partial = pick.is_partial && metric == ChartMetric::OutputTokens;
        sum.add(value, is_partial);
        whole.add(value, is_partial);
        *count += 1;
    }
    let mut values: Vec<u64> = sums.iter().filter_map(|sum| sum.value().get()).filter(|value| *value > 0).collect();
    ascending(&mut values);
    map.levels = levels(&values);
    map.cells = (0..)
        .zip(sums.iter().zip(counts))
        .map(|(place, (sum, sessions))| cell(from.plus(place), sum, sessions, map.levels))
        .collect();
    if metric == ChartMetric::OutputTokens {
        map.panel.coverage = Covered::of(&whole, Unit::SessionsWithTokens);
    }
    map
}

fn cell(day: Day, sum: &Tally, sessions: u32, levels: [u64; 4]) -> HeatCell {
    let value = sum.value();
    HeatCell {
        day,
        value,
        level: level(value, levels),
        sessions,
        reporting: sum.reported,
        is_lower_bound: sum.is_lower_bound(),
    }
}

/// Thresholds of values above 0 in order (analytics.md §4).
pub fn levels(ordered: &[u64]) -> [u64; 4] {
    let at = |quarter: usize| ordered.get(ordered.len() * quarter / 4).copied().unwrap_or(quarter as u64 + 1);
    [0, 1, 2, 3].map(at)
}

fn level(value: Reported<u64>, [_, second, third, fourth]: [u64; 4]) -> u8 {
    match value.get() {
        None | Some(0) => 0,
        Some(value) if value <= second => 1,
        Some(value) if value <= third => 2,
        Some(value) if value <= fourth => 3,
        Some(_) => 4,
    }
}
