//! The usage table of the page as a file: the reference's own where that is shown, else ours.

use super::csv::{Cell, Sheet, usage_reference};
use crate::logic::usage::{UsageReport, UsageRowSummary};
use crate::logic::usage_view::{Counting, UsageView};
use crate::model::{Money, Tally, fixed};

/// What is on the screen.
pub fn usage(view: &UsageView) -> String {
    match view.counting {
        Counting::Reference => usage_reference(&view.reference),
        Counting::Normalised => usage_ours(&view.ours),
    }
}

const NUMBERS: [&str; 21] = [
    "sessions",
    "success_sessions",
    "failed_sessions",
    "incomplete_sessions",
    "sub_agents",
    "requests",
    "input_uncached",
    "cache_read",
    "cache_write",
    "output",
    "output_sessions_recorded",
    "output_sessions_eligible",
    "duration_ms",
    "cost_subtotal_known_usd",
    "cost_unknown_sessions",
    "cost_computed_sessions",
    "success_rate",
    "cost_per_success",
    "input_tokens_per_second",
    "output_tokens_per_second",
    "cache_hit_rate",
];

/// Our table, one row a key and then the totals; what was not recorded is an empty cell (token-coverage.md §7).
pub fn usage_ours(report: &UsageReport) -> String {
    let mut sheet = Sheet::default();
    let keys = report.by.columns();
    let header: Vec<&str> = keys.iter().copied().chain(NUMBERS).collect();
    sheet.header(&header);
    for row in &report.rows {
        sheet.row(&cells(row.key.iter().map(String::as_str).collect(), keys.len(), row));
    }
    sheet.row(&cells(vec!["TOTAL"], keys.len(), &report.totals));
    sheet.finish()
}

fn cells<'a>(key: Vec<&'a str>, columns: usize, row: &UsageRowSummary) -> Vec<Cell<'a>> {
    let missing_or = |value: Option<f64>, decimals: u32| match value {
        Some(value) => Cell::Number(fixed(value, decimals)),
        None => Cell::Missing,
    };
    let count = |count: u32| Cell::Integer(count.into());
    let outcome = |sessions: Option<u32>| sessions.map_or(Cell::Missing, count);
    let (ok, failed) = row.outcomes().unzip();
    let money = |amount: Option<Money>| amount.map_or(Cell::Missing, |amount| Cell::Number(amount.fixed(6)));
    let mut cells: Vec<Cell<'a>> = key.into_iter().map(Cell::Text).collect();
    cells.resize(columns, Cell::Text(""));
    cells.extend([count(row.sessions), outcome(ok), outcome(failed), count(row.incomplete)]);
    cells.extend([count(row.members), tokens(&row.requests)]);
    cells.extend([&row.input_uncached, &row.cache_read, &row.cache_write, &row.output].map(tokens));
    cells.extend([count(row.output.reported), count(row.output.eligible), tokens(&row.duration)]);
    cells.extend([money(row.cost.value()), count(row.cost.unknown + row.cost.unknown_incomplete)]);
    cells.push(count(row.cost.computed));
    cells.push(missing_or(row.success_rate(), 4));
    cells.push(money(row.cost_per_success().map(|cost| cost.amount)));
    cells.push(missing_or(row.input_tokens_per_second(), 1));
    cells.push(missing_or(row.output_tokens_per_second(), 1));
    cells.push(missing_or(row.cache_hit_rate(), 4));
    cells
}

fn tokens(tally: &Tally) -> Cell<'static> {
    tally.value().get().map_or(Cell::Missing, |sum| Cell::Integer(sum.into()))
}
