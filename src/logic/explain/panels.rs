//! The rows behind numbers of the dashboards: sessions by their start, or requests by their own time. Found by the passes
//! that made the numbers.

use super::measure::{Made, Measure};
use super::name::Place;
use super::told::About;
use super::total::{Portion, TotalAsk, TotalRow};
use super::{heard, work};
use crate::archive::{Entry, Session};
use crate::logic::analytics::behind::{Number, Part, is_in_number, picked};
use crate::logic::analytics::cells::Split;
use crate::logic::analytics::day::Day;
use crate::logic::analytics::facts::{NO_QUARTER, SessionFacts, Use};
use crate::logic::analytics::health::{permille, session_health};
use crate::logic::analytics::panel::{Basis, Panel, PanelScope};
use crate::logic::analytics::passing::Sieve;
use crate::logic::analytics::select::{Pick, Picks};
use crate::logic::format::grouped;
use crate::logic::usage_view::lacks_price;
use crate::model::{Finality, Reported, Set, Timestamp, price_notes};

/// A row a session, or a request where costs are added up.
pub fn of_sessions(ask: &TotalAsk<'_>, part: &Part) -> (Vec<TotalRow>, About) {
    let scope = if ask.name.place == Place::Main { PanelScope::Main } else { PanelScope::Sessions };
    let number = Number { scope, basis: Basis::SessionStart, part: part.clone(), now: ask.now };
    let (mut rows, mut about) = (Vec::new(), About::default());
    picked(ask.archive, ask.facts, ask.selection, ask.zone, &number, &mut |picks| {
        let shown: Vec<Pick> = picks.rows.iter().filter(|pick| is_in_number(pick, &number)).copied().collect();
        match work::rows(picks, &shown, ask.name.measure, part) {
            Some(found) => rows = found,
            None => shown.iter().for_each(|pick| of_pick(picks, pick, ask, part, &mut rows)),
        }
        about = About::of_picks(picks, Panel::new(picks, number.scope, number.basis), Some(shown.len()));
    });
    (rows, about)
}

fn of_pick(picks: &mut Picks<'_>, pick: &Pick, ask: &TotalAsk<'_>, part: &Part, rows: &mut Vec<TotalRow>) {
    let row = TotalRow { session: pick.session, ..TotalRow::default() };
    let measure = ask.name.measure;
    let heard = picks.session(pick.session).and_then(|session| heard::portion(session, measure, part));
    if let Some(portion) = heard {
        rows.extend(portion.map(|portion| TotalRow { portion, ..row }));
        return;
    }
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
        Measure::ActiveTime
        | Measure::FirstP50
        | Measure::FirstP90
        | Measure::MessagePace
        | Measure::ToolPace
        | Measure::Score
        | Measure::Pressure
        | Measure::Compactions
        | Measure::Retries
        | Measure::Churn => {
            let found = picks.row(pick.session).and_then(|facts| of_facts(facts, measure, ask.now));
            rows.extend(found.map(|(portion, note)| TotalRow { portion, note, ..row }));
        }
        _ => rows.push(TotalRow { portion: counted(pick, measure), group: group(picks, pick, measure), ..row }),
    }
}

/// What a whole session adds, and what is to be said of it; `None` where it is no row of the measure.
fn of_facts(facts: &SessionFacts, measure: Measure, now: Timestamp) -> Option<(Portion, String)> {
    let is_timed = work::is_timed(facts);
    let pace = |amount: u32| (is_timed && facts.active_ms > 0).then(|| Portion::share(amount, facts.active_ms));
    let portion = match measure {
        Measure::ActiveTime => Some(match facts.total_ms {
            Some(_) => Portion { partial: (facts.untimed > 0).into(), ..Portion::of(facts.active_ms) },
            None => Portion::missing(1),
        }),
        Measure::FirstP50 | Measure::FirstP90 => facts.first_response_ms.filter(|_| is_timed).map(Portion::of),
        Measure::MessagePace => pace(facts.prompts + facts.responses),
        Measure::ToolPace => pace(facts.calls.end - facts.calls.start),
        Measure::Pressure => {
            let (peak, window) = facts.health.context()?;
            let note = [&grouped(peak), " of ", &grouped(window), " tokens"].concat();
            return Some((Portion::share(permille(peak, window) as i128, 1), note));
        }
        Measure::Score => {
            let found = session_health(facts, now);
            let taken = found.penalties.iter();
            let taken = taken.map(|one| ["−", &one.points.to_string(), " ", one.why.words()].concat());
            let words = [found.outcome.name().to_owned()].into_iter().chain(taken).collect::<Vec<_>>().join(", ");
            return Some((found.score.map_or(Portion::missing(1), |score| Portion::share(score, 1)), words));
        }
        Measure::Retries => Some((&facts.health.told(facts.health.retries)).into()),
        Measure::Churn => Some((&facts.health.told(facts.health.churn)).into()),
        _ => (facts.health.compactions > 0).then(|| Portion::of(facts.health.compactions)),
    };
    Some((portion?, String::new()))
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
    let meant = calls.iter().filter(|call| work::is_tool(picks, call, part) && sieve.keeps_call(call));
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
        // Only what has a time of its own is in a block; elsewhere the start of its session stands for it.
        let is_meant = |used: &Use| match part {
            Part::NoDate => used.used_at.is_none(),
            Part::Between(..) => used.quarter != NO_QUARTER,
            _ => true,
        };
        for (number, used) in picks.uses(window).filter(|(_, used)| is_meant(used)) {
            let Some(entry) = ask.archive.entries().get(number as usize) else { continue };
            let row = of_use(number, used, entry, measure);
            rows.extend(row.map(|row| TotalRow { group: group_of(ask, measure, row.session, used.used_at), ..row }));
        }
        for (number, session) in (0u32..).zip(ask.archive.sessions()).filter(|(number, _)| picks.wants(*number)) {
            let started = picks.row(number).and_then(|row| row.started);
            let is_in = window.is_none_or(|window| window.contains(started));
            if is_in
                && (*part != Part::NoDate || started.is_none())
                && !matches!(measure, Measure::Saved | Measure::Unpriced)
            {
                let group = group_of(ask, measure, number, started);
                let gaps = unknown(ask, part, number, session).into_iter();
                rows.extend(gaps.map(|row| TotalRow { group: group.clone(), ..row }));
            }
        }
        finish(ask, &mut rows, measure);
        about = About::of_picks(picks, Panel::new(picks, number.scope, number.basis), None);
    });
    (rows, about)
}

/// A request as a row; `None` where it is none of the measure.
fn of_use(number: u32, used: &Use, entry: &Entry, measure: Measure) -> Option<TotalRow> {
    let row = |portion| TotalRow { portion, ..of_entry(number, entry, Measure::Requests) };
    let tokens = &entry.tokens;
    match measure {
        Measure::SessionsUsed => Some(row(Portion::of(1))),
        Measure::Saved => used.is_cached.then(|| row(used.saved.map_or(Portion::missing(1), Portion::of))),
        Measure::Unpriced => lacks_price(entry).then(|| row(Portion::of(1))),
        Measure::HitRate => entry.counts_tokens.then(|| {
            let [read, input] = [tokens.cache_read, tokens.input_uncached].map(|counter| counter.get().map(i128::from));
            let whole = read.unwrap_or(0) + input.unwrap_or(0);
            row(read.or(input).map_or(Portion::missing(1), |_| Portion::share(read.unwrap_or(0), whole)))
        }),
        // A day or a session of which nothing adds is counted all the same.
        _ if measure.made() == Made::Each && !counts_for(entry, measure.base()) => Some(row(Portion::default())),
        _ => counts_for(entry, measure.base()).then(|| of_entry(number, entry, measure.base())),
    }
}

/// The name of what a measure counts or divides by.
fn group_of(ask: &TotalAsk<'_>, measure: Measure, session: u32, at: Option<Timestamp>) -> String {
    match measure {
        Measure::DailyBurn => at.map_or_else(String::new, |at| Day::of(ask.zone.local(at)).text()),
        Measure::SessionsUsed => key_of(ask, session),
        _ if measure.made() == Made::Each => key_of(ask, session),
        _ => String::new(),
    }
}

fn key_of(ask: &TotalAsk<'_>, session: u32) -> String {
    ask.archive.sessions().get(session as usize).map_or_else(String::new, |session| session.key.clone())
}

/// What can only be told of all rows together.
fn finish(ask: &TotalAsk<'_>, rows: &mut Vec<TotalRow>, measure: Measure) {
    match measure {
        // One row for each session is enough.
        Measure::SessionsUsed => {
            let mut seen: Set<u32> = Set::default();
            rows.retain(|row| seen.insert(row.session));
            rows.iter_mut().for_each(|row| row.portion = Portion::of(1));
        }
        // Where one of both is recorded nowhere, there is no share (analytics.md §11).
        Measure::HitRate => {
            let entries = || rows.iter().filter_map(|row| ask.archive.entries().get(row.entry? as usize));
            let is_known = entries().any(|entry| entry.tokens.cache_read.is_recorded())
                && entries().any(|entry| entry.tokens.input_uncached.is_recorded());
            if !is_known {
                rows.iter_mut().for_each(|row| row.portion = Portion::missing(row.portion.eligible));
            }
        }
        _ => {}
    }
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
        // Nobody knows its block either.
        Part::HourOfWeek(..) | Part::Between(..) => false,
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
