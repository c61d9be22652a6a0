//! The last line of stream-json: the totals of a run (claude-code.md §9).

use super::decoder::ClaudeDecoder;
use super::line::ModelTotals;
use super::record::Record;
use super::sessions::Totals;
use super::usage::{cost_of, web_searches};
use crate::formats::Sink;
use crate::formats::lenient::{Field, Num};
use crate::model::{Event, EventKind, Finality, ProblemKind, Reported, Scope, Status, TokenSet, UsageRow, flags};

impl ClaudeDecoder {
    /// A `result` line. Its totals replace the sum of the answers.
    pub(super) fn totals(&mut self, record: &Record<'_>, out: &mut Sink) {
        let line = &record.line;
        let status = status_of(&line.subtype, line.is_error.is_true);
        let event = record.event(EventKind::SessionEnd);
        let name = out.strings.intern(&line.subtype);
        let failed = if status == Status::Success { 0 } else { flags::FAILED };
        let index = out.event(Event { name, flags: event.flags | failed, ..event });
        let row = UsageRow {
            at: record.at,
            finality: Finality::Final,
            ..UsageRow::new(index, record.part, Scope::Aggregate)
        };
        let items = line.per_model.get().map_or(&[][..], |models| &models.items);
        let mut rows: Vec<UsageRow> =
            items.iter().map(|(model, totals)| of_model(model, totals, row, record, out)).collect();
        if rows.is_empty() && (line.usage.is_given() || line.total_cost.is_given()) {
            let usage = line.usage.get();
            let written = usage
                .map_or([Num::default(); 4], |usage| [usage.input, usage.cache_read, usage.cache_write, usage.output]);
            rows.push(UsageRow { tokens: tokens(written, record, out), ..row });
        }
        let has_cost = rows.iter().any(|row| row.cost.is_recorded());
        if let Some(first) = rows.first_mut().filter(|_| !has_cost) {
            first.cost = cost_of(line.total_cost);
        }
        out.usage.extend(rows);
        let count = |number: Num| number.plain_int().and_then(|number| u64::try_from(number).ok());
        let window = items.iter().filter_map(|(_, totals)| count(totals.context_window)).max();
        self.sessions.header(record.part).result = Some(Totals {
            status,
            word: line.subtype.to_string(),
            duration_ms: count(line.stream_duration_ms).into(),
            context_window: window.into(),
        });
    }
}

fn of_model(model: &str, totals: &ModelTotals<'_>, row: UsageRow, record: &Record<'_>, out: &mut Sink) -> UsageRow {
    let tokens = tokens([totals.input, totals.cache_read, totals.cache_write, totals.output], record, out);
    UsageRow {
        model: out.strings.intern(model),
        tokens,
        cost: cost_of(totals.cost),
        web_searches: web_searches(totals.web_searches),
        ..row
    }
}

/// Totals have no upper limit (token-coverage.md M2).
fn tokens([input, cache_read, cache_write, output]: [Num; 4], record: &Record<'_>, out: &mut Sink) -> TokenSet {
    let mut clean = |counter: Num| -> Reported<u64> {
        let value = counter.plain_int();
        if value.is_some_and(|value| value < 0) {
            let reason = "a negative token count; counted as 0";
            out.problems.add(ProblemKind::Clamped, Some(record.number), reason, record.bytes);
        }
        value.map(|value| value.max(0) as u64).into()
    };
    TokenSet {
        input_uncached: clean(input),
        cache_read: clean(cache_read),
        cache_write: clean(cache_write),
        output: clean(output),
        ..TokenSet::default()
    }
}

fn status_of(word: &str, is_error: bool) -> Status {
    match word {
        "error_max_turns" | "error_max_budget_usd" => Status::Limit,
        word if is_error || word.starts_with("error") => Status::Failed,
        _ => Status::Success,
    }
}
