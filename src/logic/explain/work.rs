//! The rows behind numbers of time: turns of a conversation, durations of calls, agents at work.

use super::measure::Measure;
use super::total::{Portion, TotalRow};
use crate::logic::analytics::behind::Part;
use crate::logic::analytics::concurrency::{have_stretch, stretches, sweep};
use crate::logic::analytics::facts::{Call, SessionFacts, Stretch};
use crate::logic::analytics::select::{Pick, Picks};
use crate::logic::analytics::tools::tool_name;
use crate::logic::window::Window;
use crate::model::Timestamp;

/// Rows of measures that are none of single sessions; `None` where the measure is. `shown` are the sessions of the number.
pub fn rows(picks: &Picks<'_>, shown: &[Pick], measure: Measure, part: &Part) -> Option<Vec<TotalRow>> {
    Some(match measure {
        Measure::TurnP50 | Measure::TurnP90 => turns(picks, shown),
        Measure::CallMedian => calls(picks, shown, part),
        Measure::Agents => at_once(picks, part),
        Measure::AgentTime => stretches(picks, picks.window()).0.iter().map(|own| of_stretch(own, own.from)).collect(),
        Measure::ClockTime => by_the_clock(picks),
        Measure::IdleTime => idle(picks),
        Measure::Untimed => {
            let has = have_stretch(picks);
            let is_untimed = |pick: &&Pick| pick.is_session() && has.get(pick.session as usize) == Some(&false);
            shown.iter().filter(is_untimed).map(|pick| of(pick.session, Portion::of(1))).collect()
        }
        _ => return None,
    })
}

fn of(session: u32, portion: Portion) -> TotalRow {
    TotalRow { session, portion, ..TotalRow::default() }
}

/// A session of which speeds are told (analytics.md §9).
pub fn is_timed(row: &SessionFacts) -> bool {
    let messages = row.prompts + row.responses;
    messages > 1 && row.untimed != messages
}

fn turns(picks: &Picks<'_>, shown: &[Pick]) -> Vec<TotalRow> {
    let mut is_in = vec![false; picks.facts.sessions.len()];
    for pick in shown.iter().filter(|pick| picks.row(pick.session).is_some_and(is_timed)) {
        is_in.get_mut(pick.session as usize).into_iter().for_each(|is| *is = true);
    }
    let cycles = picks.facts.cycles.iter().filter(|cycle| is_in.get(cycle.session as usize) == Some(&true));
    cycles.map(|cycle| of(cycle.session, Portion::of(cycle.ms))).collect()
}

/// Calls with a duration, of one tool where one is meant.
fn calls(picks: &Picks<'_>, shown: &[Pick], part: &Part) -> Vec<TotalRow> {
    let mut sieve = picks.sieve.clone();
    let mut rows = Vec::new();
    for pick in shown.iter().filter(|pick| pick.is_session()) {
        let known = picks.row(pick.session).map_or(&[][..], |row| picks.calls(row));
        let meant = known.iter().filter(|call| is_tool(picks, call, part) && sieve.keeps_call(call));
        rows.extend(meant.filter_map(|call| Some(of(pick.session, Portion::of(call.duration_ms?)))));
    }
    rows
}

/// Whether a call is one of the tool that a part names.
pub fn is_tool(picks: &Picks<'_>, call: &Call, part: &Part) -> bool {
    match part {
        Part::Tool(wanted) => tool_name(picks.facts.names.get(call.tool)) == *wanted,
        _ => true,
    }
}

/// What of a stretch comes after an instant, in milliseconds.
fn of_stretch(stretch: &Stretch, from: i64) -> TotalRow {
    let row = of(stretch.session, Portion::of(stretch.until - from));
    TotalRow { at: Some(Timestamp::from_ms(from)), ..row }
}

/// The sessions that are at work in the first instant with the most of them (analytics.md §12).
fn at_once(picks: &Picks<'_>, part: &Part) -> Vec<TotalRow> {
    let known = picks.window().unwrap_or(Window { start: None, end: None });
    let window = match part {
        Part::Between(from, until) => Window {
            start: Some(known.start.map_or(*from, |start| start.max(*from))),
            end: Some(known.end.map_or(*until, |end| end.min(*until))),
        },
        _ => known,
    };
    let (starts, ends) = stretches(picks, Some(window));
    let Some(at) = sweep(&starts, &ends, &|_| false).peak_at else { return Vec::new() };
    let open = starts.iter().filter(|stretch| stretch.from <= at && at < stretch.until);
    let row = |own: &Stretch| TotalRow { at: Some(Timestamp::from_ms(at)), ..of(own.session, Portion::of(1)) };
    open.map(row).collect()
}

/// Of each stretch what no earlier one covers.
fn by_the_clock(picks: &Picks<'_>) -> Vec<TotalRow> {
    let mut covered = i64::MIN;
    let mut rows = Vec::new();
    for stretch in stretches(picks, picks.window()).0 {
        let from = stretch.from.max(covered);
        if from < stretch.until {
            rows.push(of_stretch(&stretch, from));
            covered = stretch.until;
        }
    }
    rows
}

/// The gaps in which nobody is at work, each with the session beside it.
fn idle(picks: &Picks<'_>) -> Vec<TotalRow> {
    let (starts, ends) = stretches(picks, picks.window());
    let window = picks.window();
    let (Some(first), Some(last)) = (starts.first(), ends.last()) else { return Vec::new() };
    let mut covered = window.and_then(|window| window.start).map_or(first.from, Timestamp::ms);
    let end = window.and_then(|window| window.end).map_or(last.until, Timestamp::ms);
    let mut rows = Vec::new();
    let after = Stretch { from: end, until: end, session: last.session };
    for stretch in starts.iter().chain([&after]) {
        if covered < stretch.from {
            let row = of(stretch.session, Portion::of(stretch.from - covered));
            rows.push(TotalRow { at: Some(Timestamp::from_ms(covered)), ..row });
        }
        covered = covered.max(stretch.until);
    }
    if rows.is_empty() {
        rows.push(TotalRow { note: "no gap".to_owned(), ..of(first.session, Portion::of(0)) });
    }
    rows
}
