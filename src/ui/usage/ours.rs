//! Our table: disjoint counters, and what is known about each sum.

use crate::logic::format::{duration_in_full, format_token_count, percent_text};
use crate::logic::usage::{By, UsageReport, UsageRowSummary};
use crate::model::Tally;
use crate::ui::shared::{AtLeast, NotRecorded, shown_tally, tally};
use leptos::prelude::*;

const HEADINGS: [&str; 13] = [
    "Sessions", "OK", "Failed", "Success", "Input, uncached", "Cache read", "Cache write", "Output", "Duration", "Known cost",
    "Cost per success", "Output per s", "Cache hit rate",
];

/// Rows and totals.
pub fn table(report: &UsageReport) -> impl IntoView + use<> {
    let by = report.by;
    let first = match by {
        By::ProviderModel => view! { "Provider"<br />"and model" }.into_any(),
        other => view! { <span class="capitalised">{other.name()}</span> }.into_any(),
    };
    let rows = report.rows.iter().map(|row| line(row, by)).collect_view();
    view! {
        <table class="table" data-testid="usage-table" data-counting="normalised">
            <thead><tr><th scope="col">{first}</th>{HEADINGS.map(|heading| view! { <th scope="col" class="num">{heading}</th> }).collect_view()}</tr></thead>
            <tbody>{rows}</tbody>
            <tfoot>{line(&report.totals, by)}</tfoot>
        </table>
    }
}

fn name(row: &UsageRowSummary, by: By) -> AnyView {
    match row.key.as_slice() {
        [] => view! { <th scope="row"><strong class="strong">"All"</strong></th> }.into_any(),
        [provider, model] if by == By::ProviderModel => view! {
            <th scope="row" class="nowrap"><span class="muted">{provider.clone()}</span><br /><strong class="strong">{model.clone()}</strong></th>
        }
        .into_any(),
        [first, ..] => view! { <th scope="row" class="nowrap"><strong class="strong">{first.clone()}</strong></th> }.into_any(),
    }
}

fn line(row: &UsageRowSummary, by: By) -> impl IntoView + use<> {
    let incomplete = (row.incomplete > 0).then(|| view! { <span class="cell-note">{format!("+ {} incomplete", row.incomplete)}</span> });
    let success = match row.success_rate() {
        Some(rate) => percent_text(rate).into_any(),
        None => view! { <NotRecorded reason="no session of this row came to an end that its log tells" /> }.into_any(),
    };
    view! {
        <tr data-testid="usage-row">
            {name(row, by)}
            <td class="num">{row.sessions}{incomplete}</td>
            <td class="num">{row.ok}</td>
            <td class="num">{row.failed}</td>
            <td class="num">{success}</td>
            <td class="num">{tokens(&row.input_uncached)}</td>
            <td class="num">{tokens(&row.cache_read)}</td>
            <td class="num">{tokens(&row.cache_write)}</td>
            <td class="num">{tokens(&row.output)}</td>
            <td class="num nowrap">{shown_tally(&row.duration, "session", duration_in_full(row.duration.sum))}</td>
            <td class="num">{cost(row)}</td>
            <td class="num">{cost_per_success(row)}</td>
            <td class="num">{rate(row.output_tokens_per_second().map(|rate| format!("{rate:.1}")), "output tokens and duration are not both recorded")}</td>
            <td class="num">{rate(row.cache_hit_rate().map(percent_text), "cached tokens are not recorded")}</td>
        </tr>
    }
}

/// A sum, and below it how many sessions it is made of when it is not all of them.
fn tokens(sum: &Tally) -> AnyView {
    let note = sum.is_lower_bound().then(|| view! { <span class="cell-note">{format!("{} of {}", sum.reported, sum.eligible)}</span> });
    view! { {tally(sum, "session")}{note} }.into_any()
}

fn cost(row: &UsageRowSummary) -> AnyView {
    let unknown = row.cost.unknown + row.cost.unknown_incomplete;
    let note = (unknown > 0).then(|| view! { <span class="cell-note cell-note-warn">{format!("unknown: {unknown}")}</span> });
    match row.cost.value() {
        None => view! { <NotRecorded reason="no log of this row holds a cost" />{note} }.into_any(),
        Some(known) if unknown > 0 => {
            let reason = format!("recorded by {} of {} sessions", row.cost.known, row.cost.known + unknown);
            view! { <AtLeast text=known.display() reason=reason />{note} }.into_any()
        }
        Some(known) => view! { <span title=format!("${}", known.fixed(6))>{known.display()}</span> }.into_any(),
    }
}

fn cost_per_success(row: &UsageRowSummary) -> AnyView {
    match row.cost_per_success() {
        None => view! { <NotRecorded reason="no known cost, or no success" /> }.into_any(),
        Some(cost) if cost.is_at_least => view! { <AtLeast text=cost.amount.display() reason="some costs are unknown" /> }.into_any(),
        Some(cost) => cost.amount.display().into_any(),
    }
}

fn rate(text: Option<String>, reason: &'static str) -> AnyView {
    match text {
        Some(text) => text.into_any(),
        None => view! { <NotRecorded reason=reason /> }.into_any(),
    }
}

/// For those who need the number of a token count alone.
pub fn compact(tally: &Tally) -> String {
    format_token_count(tally.sum)
}
