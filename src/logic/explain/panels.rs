//! The rows behind numbers of the dashboards: sessions by their start, or requests by their own time. Found by the passes
//! that made the numbers.

use super::name::{Measure, Place};
use super::told::About;
use super::total::{Portion, TotalAsk, TotalRow};
use crate::archive::{Entry, Session};
use crate::logic::analytics::behind::{Number, Part, is_in_number, picked};
use crate::logic::analytics::cells::Split;
use crate::logic::analytics::panel::{Basis, Panel, PanelScope};
use crate::logic::analytics::passing::Sieve;
use crate::logic::analytics::select::{Pick, Picks};
use crate::logic::analytics::tools::tool_name;
use crate::model::{Finality, Reported, price_notes};

/// A row a session, or a request where costs are added up.
pub fn of_sessions(ask: &TotalAsk<'_>, part: &Part) -> (Vec<TotalRow>, About) {
    let scope = if ask.name.place == Place::Main { PanelScope::Main } else { PanelScope::Sessions };
    let number = Number { scope, basis: Basis::SessionStart, part: part.clone(), now: ask.now };
    let (mut rows, mut about) = (Vec::new(), About::default());
    picked(ask.archive, ask.facts, ask.selection, ask.zone, &number, &mut |picks| {
        let shown: Vec<Pick> = picks.rows.iter().filter(|pick| is_in_number(pick, &number)).copied().collect();
        for pick in &shown {
            of_pick(picks, pick, ask.name.measure, part, &mut rows);
        }
        about = About::of_picks(picks, Panel::new(picks, number.scope, number.basis), Some(shown.len()));
    });
    (rows, about)
}

fn of_pick(picks: &mut Picks<'_>, pick: &Pick, measure: Measure, part: &Part, rows: &mut Vec<TotalRow>) {
    let row = TotalRow { session: pick.session, ..TotalRow::default() };
    match measure {
        Measure::Output => {
            let mut portion = Portion { eligible: 1, ..Portion::default() };
            if let Some(output) = pick.output.get() {
                portion = Portion { partial: pick.is_partial.into(), ..Portion::of(output) };
            }
            rows.push(TotalRow { portion, entry: first_entry(picks, pick.session), ..row });
            rows.extend(not_loaded(pick.session, pick.missing));
        }
        Measure::Cost => {
            let Some(session) = picks.session(pick.session) else { return };
            for (number, entry) in picks.entries_of(session).filter(|(_, entry)| entry.counts_cost) {
                if picks.keeps_entry(number) {
                    rows.push(of_entry(number, entry, measure));
                }
            }
            rows.extend(not_loaded(pick.session, pick.missing));
        }
        // What a fork did is part of its parent; only what it used is its own.
        _ if !pick.is_session() => {}
        Measure::FailedCalls => {
            let (failed, finished) = calls(picks, pick, part);
            if finished > 0 {
                rows.push(TotalRow { portion: Portion::share(failed, finished), ..row });
            }
        }
        _ => rows.push(TotalRow { portion: counted(pick, measure), group: group(picks, pick, measure), ..row }),
    }
}

fn counted(pick: &Pick, measure: Measure) -> Portion {
    match measure {
        Measure::AverageMessages => Portion::share(pick.messages(), 1),
        Measure::Prompts => Portion::of(pick.prompts),
        Measure::Responses => Portion::of(pick.responses),
        Measure::ToolCalls => Portion::of(pick.calls),
        Measure::Sessions | Measure::Projects | Measure::ActiveDays => Portion::of(1),
        _ => Portion::of(pick.messages()),
    }
}

fn group(picks: &Picks<'_>, pick: &Pick, measure: Measure) -> String {
    match measure {
        Measure::Projects | Measure::Concentration => {
            picks.row(pick.session).map_or_else(String::new, |row| picks.facts.name(row.project).to_owned())
        }
        Measure::ActiveDays => pick.day.map_or_else(String::new, |day| day.text()),
        _ => String::new(),
    }
}

/// Calls of a session that failed, and those with a result.
fn calls(picks: &Picks<'_>, pick: &Pick, part: &Part) -> (u32, u32) {
    let mut sieve = picks.sieve.clone();
    let calls = picks.row(pick.session).map_or(&[][..], |row| picks.calls(row));
    let is_tool = |name: &str| match part {
        Part::Tool(wanted) => tool_name(name) == *wanted,
        _ => true,
    };
    let meant = calls.iter().filter(|call| is_tool(picks.facts.names.get(call.tool)) && sieve.keeps_call(call));
    meant.fold((0, 0), |(failed, finished), call| {
        (failed + u32::from(call.has_failed), finished + u32::from(call.is_finished))
    })
}

fn first_entry(picks: &Picks<'_>, session: u32) -> Option<u32> {
    let session = picks.session(session)?;
    picks.entries_of(session).find(|(_, entry)| entry.counts_tokens).map(|(number, _)| number)
}

/// A row a request, and one for what nobody recorded.
pub fn of_requests(ask: &TotalAsk<'_>, part: &Part) -> (Vec<TotalRow>, About) {
    let number = Number { scope: PanelScope::Usage, basis: Basis::RequestTime, part: part.clone(), now: ask.now };
    let (mut rows, mut about) = (Vec::new(), About::default());
    let measure = ask.name.measure;
    picked(ask.archive, ask.facts, ask.selection, ask.zone, &number, &mut |picks| {
        let window = picks.window();
        for (number, _) in picks.uses(window).filter(|(_, used)| *part != Part::NoDate || used.used_at.is_none()) {
            let Some(entry) = ask.archive.entries().get(number as usize) else { continue };
            if counts_for(entry, measure) {
                rows.push(of_entry(number, entry, measure));
            }
        }
        for (number, session) in (0u32..).zip(ask.archive.sessions()).filter(|(number, _)| picks.wants(*number)) {
            let started = picks.row(number).and_then(|row| row.started);
            let is_in = window.is_none_or(|window| window.contains(started));
            if is_in && (*part != Part::NoDate || started.is_none()) {
                rows.extend(unknown(ask, part, number, session));
            }
        }
        about = About::of_picks(picks, Panel::new(picks, number.scope, number.basis), None);
    });
    (rows, about)
}

/// Whether an entry is a row of a measure.
pub fn counts_for(entry: &Entry, measure: Measure) -> bool {
    if measure == Measure::Cost { entry.counts_cost } else { entry.counts_tokens }
}

/// What nobody recorded of a session stands where all models and hours do: nobody knows its own.
fn unknown(ask: &TotalAsk<'_>, part: &Part, number: u32, session: &Session) -> Vec<TotalRow> {
    let is_open = Sieve::new(ask.facts, &ask.selection.filter, ask.zone).is_open();
    let is_meant = match part {
        Part::Named(Split::Model, name) => name == "unknown",
        Part::HourOfWeek(..) => false,
        _ => true,
    };
    if !is_open || !is_meant {
        return Vec::new();
    }
    let missing = if ask.selection.filter.own_only { 0 } else { session.missing_children };
    let silent = session.is_silent().then(|| silent(number));
    not_loaded(number, missing).into_iter().chain(silent).collect()
}

/// Sub-agents that a session started and that are not loaded.
pub fn not_loaded(session: u32, missing: u32) -> Option<TotalRow> {
    let words = crate::logic::format::count(missing.into(), "sub-agent") + " not loaded";
    (missing > 0).then(|| TotalRow { session, portion: Portion::missing(missing), note: words, ..TotalRow::default() })
}

/// A session that answered, and of which no usage is recorded.
pub fn silent(session: u32) -> TotalRow {
    let note = "answered, and no usage is recorded".to_owned();
    TotalRow { session, portion: Portion::missing(1), note, ..TotalRow::default() }
}

/// An entry as a row.
pub fn of_entry(number: u32, entry: &Entry, measure: Measure) -> TotalRow {
    let tokens = &entry.tokens;
    let is_partial = entry.finality == Finality::Partial;
    let of = |value: Reported<u64>| match value.get() {
        Some(value) => Portion { partial: is_partial.into(), ..Portion::of(value) },
        None => Portion::missing(1),
    };
    let portion = match measure {
        Measure::Input => of(tokens.input_uncached),
        Measure::CacheRead => of(tokens.cache_read),
        Measure::CacheWrite => of(tokens.cache_write),
        Measure::Output => of(tokens.output),
        Measure::Tokens => all_tokens(entry),
        Measure::Cost => match entry.cost.amount() {
            Some(amount) => {
                let is_short = entry.price_notes & price_notes::LOWER_BOUND != 0;
                Portion { partial: is_short.into(), ..Portion::of(amount.pico()) }
            }
            None => Portion::missing(1),
        },
        _ => Portion::of(1),
    };
    TotalRow { session: entry.session, entry: Some(number), is_request: true, portion, ..TotalRow::default() }
}

/// Tokens of all kinds. A cache that nobody recorded makes no lower bound, since writers leave out what is 0.
fn all_tokens(entry: &Entry) -> Portion {
    let tokens = &entry.tokens;
    let kinds = [tokens.input_uncached, tokens.output, tokens.cache_read, tokens.cache_write];
    let known = kinds.into_iter().filter_map(Reported::get);
    let is_short = !tokens.input_uncached.is_recorded() || !tokens.output.is_recorded();
    match known.map(i128::from).reduce(|a, b| a + b) {
        Some(sum) => Portion { partial: (is_short || entry.finality == Finality::Partial).into(), ..Portion::of(sum) },
        None => Portion::missing(1),
    }
}
