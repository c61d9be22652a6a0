//! The table as fizeau's own report has it: numbers as written, to the last digit.

use super::table::{cell, name, note, provider_and_model, table};
use crate::logic::explain::name::joined;
use crate::logic::format::{duration_in_full, fixed, percent_text};
use crate::logic::usage::{ReferenceReport, ReferenceTotals};
use crate::ui::shared::{El, el, explained_cells, not_recorded};

const HEADINGS: [&str; 13] = [
    "Sessions",
    "OK",
    "Failed",
    "Success",
    "Input",
    "Cache read",
    "Cache write",
    "Output",
    "Total",
    "Duration",
    "Known cost",
    "Cost per success",
    "Hit rate",
];

/// What the columns are called where they are explained.
const MEASURES: [&str; 13] = [
    "sessions",
    "ok",
    "failed",
    "success-rate",
    "input",
    "cache-read",
    "cache-write",
    "output",
    "tokens",
    "duration",
    "cost",
    "cost-per-success",
    "hit-rate",
];

/// Rows and totals.
pub fn reference_table(report: &ReferenceReport) -> El {
    let rows = report.rows.iter().map(|row| {
        let key = joined(&[row.provider.clone(), row.model.clone()]);
        line(name(&row.provider, &row.model), row, &["reference:provider-model=", &key].concat())
    });
    table("reference", provider_and_model(), &HEADINGS, rows, line(name("", "All"), &report.totals, "reference"))
}

fn line(name: El, row: &ReferenceTotals, of: &str) -> El {
    let number = |name: &str, value: i64| el("td").class("num").attr("data-cell", name).text(&value.to_string());
    let success =
        if row.sessions > 0 { el("span").text(&percent_text(row.success_rate())) } else { not_recorded("no session") };
    let hit_rate = match (row.input_tokens, row.cache_read_tokens) {
        (0, 0) => not_recorded("neither input nor cached tokens"),
        _ => el("span").text(&percent_text(row.cache_hit_rate())),
    };
    let ms = row.duration_ms.to_string();
    let duration = el("td").class("num nowrap").attr("data-cell", "duration_ms").attr("data-value", &ms);
    let duration = duration.attr("title", &format!("{ms} ms")).text(&duration_in_full(row.duration_ms.max(0) as u64));
    let per_success = match row.cost_per_success() {
        Some(cost) => el("span").text(&format!("${}", fixed(cost, 4))),
        None => not_recorded("no known cost, or no success"),
    };
    let cells = el("tr").attr("data-testid", "usage-row").child(name).children([
        number("sessions", row.sessions.into()),
        number("success_sessions", row.success_sessions.into()),
        number("failed_sessions", row.failed_sessions.into()),
        cell(success),
        number("input_tokens", row.input_tokens),
        number("cache_read_tokens", row.cache_read_tokens),
        number("cache_write_tokens", row.cache_write_tokens),
        number("output_tokens", row.output_tokens),
        number("total_tokens", row.total_tokens),
        duration,
        known_cost(row),
        cell(per_success),
        cell(hit_rate),
    ]);
    explained_cells(cells, &MEASURES, of)
}

/// The reference gives no sum as soon as one session's cost is unknown (fizeau.md §7).
fn known_cost(row: &ReferenceTotals) -> El {
    let unknown = row.unknown_cost_sessions;
    let shown = match row.known_cost {
        Some(cost) => el("span").text(&format!("${}", cost.fixed(4))),
        None => not_recorded("one session's cost is unknown, so the reference gives no sum"),
    };
    let missing = (unknown > 0).then(|| {
        let note = note(&format!("unknown: {unknown}"), true);
        note.attr("data-cell", "unknown_cost_sessions").attr("data-value", &unknown.to_string())
    });
    cell(shown).attr("data-cell", "known_cost_usd").children(missing)
}
