//! The rows behind numbers of tables: what a session adds to a row of the usage table or a cell of the coverage table,
//! and the records of one session.

use super::measure::Measure;
use super::name::joined;
use super::panels::{not_loaded, silent};
use super::told::About;
use super::total::{Portion, TotalAsk, TotalRow};
use super::{ExplainRow, explain};
use crate::archive::Session;
use crate::logic::coverage;
use crate::logic::sessions::Sums;
use crate::logic::usage::{By, CostSum, IsRow, Ratio, ReferenceTotals, UsagePortion, UsageRowSummary};
use crate::logic::usage_view::{reference_portions, usage_portions};
use crate::model::{Finality, Map, Scope};

type Rows = (Vec<TotalRow>, About);

/// A row a session.
pub fn of_usage(ask: &TotalAsk<'_>, by: &str, row: Option<&str>) -> Result<Rows, String> {
    let known = || By::ALL.map(By::name).join(", ");
    let by = match row {
        None => By::default(),
        Some(_) => By::from_name(by).ok_or_else(|| ["no rows by ", by, "; there are ", &known()].concat())?,
    };
    // A session's row has its title, too, which no link needs.
    let is_row = |key: &[String]| match by {
        By::Session => key.first().map(String::as_str) == row,
        _ => Some(joined(key).as_str()) == row,
    };
    let is_row: IsRow<'_> = &is_row;
    let filter = &ask.selection.filter;
    let portions = usage_portions(ask.archive, ask.facts, by, filter, ask.zone, row.map(|_| is_row));
    let numbers = numbers(ask);
    let about = About::of_table("Each request by its own time, each session once", filter.window, &portions);
    let line = |found: UsagePortion<'_>| {
        let session = numbers.of(found.session)?;
        let portion = of_run(&found.sums, ask.name.measure)?;
        let mut entries = found.entries.into_iter();
        Some(TotalRow { session, entry: entries.next(), others: entries.collect(), portion, ..TotalRow::default() })
    };
    Ok((portions.into_iter().filter_map(line).collect(), about))
}

/// What a session adds; `None` where it is no row of the measure.
fn of_run(sums: &UsageRowSummary, measure: Measure) -> Option<Portion> {
    let number = |count: u32| (count > 0).then(|| Portion::of(count));
    let ratio = |ratio: &Ratio| (ratio.sessions > 0).then(|| Portion::share(ratio.part, ratio.whole));
    Some(match measure {
        Measure::Sessions => return number(sums.sessions),
        Measure::Ok => return number(sums.ok),
        Measure::Failed => return number(sums.failed),
        Measure::SuccessRate => {
            return (sums.ok + sums.failed > 0).then(|| Portion::share(sums.ok, sums.ok + sums.failed));
        }
        Measure::HitRate => return ratio(&sums.cache_hits),
        Measure::OutputPace => return ratio(&sums.output_pace),
        Measure::Input => (&sums.input_uncached).into(),
        Measure::CacheRead => (&sums.cache_read).into(),
        Measure::CacheWrite => (&sums.cache_write).into(),
        Measure::Output => (&sums.output).into(),
        Measure::Requests => (&sums.requests).into(),
        // A part of a session has no duration of its own.
        Measure::Duration if sums.duration.eligible == 0 => return None,
        Measure::Duration => (&sums.duration).into(),
        Measure::CostPerSuccess => Portion { whole: sums.ok.into(), ..cost(&sums.cost) },
        _ => cost(&sums.cost),
    })
}

fn cost(cost: &CostSum) -> Portion {
    let CostSum { subtotal, known, unknown, unknown_incomplete, partial, .. } = *cost;
    let eligible = known + unknown + unknown_incomplete;
    Portion { amount: subtotal.pico().into(), whole: 0, reported: known, eligible, partial }
}

/// A row a session that the reference counts.
pub fn of_reference(ask: &TotalAsk<'_>, row: Option<&str>) -> Rows {
    let filter = &ask.selection.filter;
    let numbers = numbers(ask);
    let found = reference_portions(ask.archive, ask.facts, filter, ask.zone);
    let about = About::of_reference(filter.window, found.iter().map(|(session, _)| *session));
    let rows = found.iter().filter_map(|(session, report)| {
        let sums = &report.totals;
        let key = report.rows.first().map(|row| joined(&[row.provider.clone(), row.model.clone()]));
        let is_row = row.is_none_or(|row| key.as_deref() == Some(row));
        let portion = as_recorded(sums, ask.name.measure).filter(|_| is_row)?;
        Some(TotalRow { session: numbers.of(&session.key)?, portion, ..TotalRow::default() })
    });
    (rows.collect(), about)
}

fn as_recorded(sums: &ReferenceTotals, measure: Measure) -> Option<Portion> {
    let number = |count: u32| (count > 0).then(|| Portion::of(count));
    let prompt =
        i128::from(sums.input_tokens) + i128::from(sums.cache_read_tokens) + i128::from(sums.cache_write_tokens);
    let cost = || match sums.known_cost {
        Some(cost) => Portion::of(cost.pico()),
        None => Portion::missing(1),
    };
    Some(match measure {
        Measure::Ok => return number(sums.success_sessions),
        Measure::Failed => return number(sums.failed_sessions),
        Measure::SuccessRate => Portion::share(sums.success_sessions, sums.sessions),
        Measure::Input => Portion::of(sums.input_tokens),
        Measure::CacheRead => Portion::of(sums.cache_read_tokens),
        Measure::CacheWrite => Portion::of(sums.cache_write_tokens),
        Measure::Output => Portion::of(sums.output_tokens),
        Measure::Tokens => Portion::of(sums.total_tokens),
        Measure::Duration => Portion::of(sums.duration_ms),
        Measure::HitRate => Portion::share(sums.cache_read_tokens, prompt),
        Measure::Cost => cost(),
        Measure::CostPerSuccess => Portion { whole: sums.success_sessions.into(), ..cost() },
        _ => Portion::of(sums.sessions),
    })
}

/// A row a session to which the metric applies; of all agents where no row is named.
pub fn of_coverage(ask: &TotalAsk<'_>, agent: Option<&str>) -> Rows {
    let view = coverage::coverage_of(ask.archive, ask.facts, &ask.selection.filter, ask.zone);
    let numbers = numbers(ask);
    let Measure::Recorded(metric) = ask.name.measure else { return Rows::default() };
    let reason = match agent {
        None => Some(&view.totals),
        Some(agent) => view.agent(agent),
    };
    let reason = reason.and_then(|row| row.cell(metric)).map_or_else(String::new, |cell| cell.reason.clone());
    let rows = coverage::sessions(&view, agent.unwrap_or_default(), metric).filter_map(|(_, one)| {
        let count = one.counts.get(metric.index())?;
        let portion = Portion {
            amount: count.recorded.into(),
            whole: count.eligible.into(),
            reported: count.recorded,
            eligible: count.eligible,
            partial: count.partial,
        };
        Some(TotalRow { session: numbers.of(&one.key)?, portion, ..TotalRow::default() })
    });
    (rows.collect(), About::of_coverage(metric, reason, &view, ask.selection.filter.window))
}

/// The records of a session and of what it started, those that do not count among them: `own` are its own alone, `tree`
/// all, `key` what the filter says.
pub fn of_session(ask: &TotalAsk<'_>, by: &str, key: Option<&str>) -> Result<Rows, String> {
    let sums = match by {
        "own" => Sums::Own,
        "tree" => Sums::Tree,
        _ if ask.selection.filter.own_only => Sums::Own,
        _ => Sums::Tree,
    };
    let key = key.unwrap_or_default();
    let Some(found) = explain(ask.archive, key, sums) else {
        return Err(["there is no session ", key].concat());
    };
    let numbers = numbers(ask);
    let of = |row: &ExplainRow| numbers.of(&row.session);
    let mut rows: Vec<TotalRow> =
        found.rows.iter().filter_map(|row| Some(record(row, of(row)?, ask.name.measure))).collect();
    if ask.name.measure == Measure::Context {
        // The largest of all requests, whichever of them count; totals tell of none (token-coverage.md R2).
        for (row, known) in rows.iter_mut().zip(&found.rows) {
            let is_member = known.counted_in.as_ref().is_some_and(|owner| found.members.contains(owner));
            row.is_out = !is_member || known.scope != Scope::Request;
        }
    }
    if let Some(session) = numbers.of(&found.key).filter(|_| ask.name.measure != Measure::Context) {
        rows.extend(not_loaded(session, found.missing_children));
        rows.extend((0..found.silent).map(|_| silent(session)));
    }
    Ok((rows, About { sentences: found.formula, ..About::default() }))
}

fn record(row: &ExplainRow, session: u32, measure: Measure) -> TotalRow {
    let tokens = &row.tokens;
    let is_cost = measure == Measure::Cost;
    let value = match measure {
        Measure::Input => tokens.input_uncached.get().map(i128::from),
        Measure::CacheRead => tokens.cache_read.get().map(i128::from),
        Measure::CacheWrite => tokens.cache_write.get().map(i128::from),
        Measure::Output => tokens.output.get().map(i128::from),
        Measure::Context => tokens.context().get().map(i128::from),
        _ => row.cost.get().map(|cost| cost.pico().into()),
    };
    let is_partial = if is_cost { row.basis.contains("; at least") } else { row.finality == Finality::Partial };
    let portion = match value {
        Some(value) => Portion { partial: is_partial.into(), ..Portion::of(value) },
        None => Portion::missing(1),
    };
    let note = match (is_cost, row.basis.is_empty()) {
        (true, false) => [&row.why, ": ", &row.basis].concat(),
        _ => row.why.clone(),
    };
    TotalRow {
        session,
        is_request: true,
        portion,
        note,
        is_out: !if is_cost { row.counts_cost } else { row.counts_tokens },
        line: Some(row.line.clone()),
        step: row.event.clone(),
        at: row.at,
        model: Some(row.model.clone()),
        ..TotalRow::default()
    }
}

/// Indexes of sessions by key.
pub struct Numbers<'a>(Map<&'a str, u32>);

impl Numbers<'_> {
    pub fn of(&self, key: &str) -> Option<u32> {
        self.0.get(key).copied()
    }
}

fn numbers<'a>(ask: &TotalAsk<'a>) -> Numbers<'a> {
    let keyed = ask
        .archive
        .sessions()
        .iter()
        .zip(0u32..)
        .map(|(session, number): (&Session, u32)| (session.key.as_str(), number));
    Numbers(keyed.collect())
}
