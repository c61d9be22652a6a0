//! The table as fizeau's own report has it: numbers as written, to the last digit.

use crate::logic::format::{duration_in_full, percent_text};
use crate::logic::usage::{ReferenceReport, ReferenceTotals};
use crate::ui::shared::NotRecorded;
use leptos::prelude::*;

const HEADINGS: [&str; 13] = [
    "Sessions", "OK", "Failed", "Success", "Input", "Cache read", "Cache write", "Output", "Total", "Duration", "Known cost",
    "Cost per success", "Hit rate",
];

/// Rows and totals.
pub fn table(report: &ReferenceReport) -> impl IntoView + use<> {
    let rows = report.rows.iter().map(|row| line(row, false)).collect_view();
    view! {
        <table class="table" data-testid="usage-table" data-counting="reference">
            <thead><tr><th scope="col">"Provider"<br />"and model"</th>{HEADINGS.map(|heading| view! { <th scope="col" class="num">{heading}</th> }).collect_view()}</tr></thead>
            <tbody>{rows}</tbody>
            <tfoot>{line(&report.totals, true)}</tfoot>
        </table>
    }
}

fn line(row: &ReferenceTotals, is_total: bool) -> impl IntoView + use<> {
    let name = match is_total {
        true => view! { <th scope="row"><strong class="strong">"All"</strong></th> }.into_any(),
        false => view! {
            <th scope="row" class="nowrap"><span class="muted" data-cell="provider">{row.provider.clone()}</span><br /><strong class="strong" data-cell="model">{row.model.clone()}</strong></th>
        }
        .into_any(),
    };
    let number = |name: &'static str, value: i64| view! { <td class="num" data-cell=name>{value}</td> };
    let success = if row.sessions > 0 { percent_text(row.success_rate()) } else { "-".into() };
    let hit_rate = match (row.input_tokens, row.cache_read_tokens) {
        (0, 0) => view! { <NotRecorded reason="neither input nor cached tokens" /> }.into_any(),
        _ => percent_text(row.cache_hit_rate()).into_any(),
    };
    let duration = duration_in_full(row.duration_ms.max(0) as u64);
    view! {
        <tr data-testid="usage-row">
            {name}
            {number("sessions", row.sessions.into())}
            {number("success_sessions", row.success_sessions.into())}
            {number("failed_sessions", row.failed_sessions.into())}
            <td class="num">{success}</td>
            {number("input_tokens", row.input_tokens)}
            {number("cache_read_tokens", row.cache_read_tokens)}
            {number("cache_write_tokens", row.cache_write_tokens)}
            {number("output_tokens", row.output_tokens)}
            {number("total_tokens", row.total_tokens)}
            <td class="num nowrap" data-cell="duration_ms" data-value=row.duration_ms title=format!("{} ms", row.duration_ms)>{duration}</td>
            <td class="num" data-cell="known_cost_usd">{known_cost(row)}</td>
            <td class="num">{row.cost_per_success().map_or_else(
                || view! { <NotRecorded reason="no known cost, or no success" /> }.into_any(),
                |cost| format!("${cost:.4}").into_any(),
            )}</td>
            <td class="num">{hit_rate}</td>
        </tr>
    }
}

/// The reference gives no sum as soon as one session's cost is unknown (fizeau.md §7).
fn known_cost(row: &ReferenceTotals) -> AnyView {
    let unknown = (row.unknown_cost_sessions > 0).then(|| view! {
        <span class="cell-note cell-note-warn" data-cell="unknown_cost_sessions" data-value=row.unknown_cost_sessions>{format!("unknown: {}", row.unknown_cost_sessions)}</span>
    });
    match row.known_cost {
        Some(cost) => view! { <span>{format!("${}", cost.fixed(4))}</span>{unknown} }.into_any(),
        None => view! { <NotRecorded reason="one session's cost is unknown, so the reference gives no sum" />{unknown} }.into_any(),
    }
}
