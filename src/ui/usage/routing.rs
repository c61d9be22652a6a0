//! Routing quality: how often callers took what the router would have chosen.

use crate::logic::format::{count, percent_text};
use crate::logic::routing::{RoutingCell, RoutingQuality};
use leptos::prelude::*;

/// A panel, if any log knows routing.
pub fn panel(quality: &RoutingQuality) -> Option<impl IntoView + use<>> {
    let quality = quality.clone();
    (quality.total_requests > 0).then(move || {
        let scope = format!(
            "{} that started, finished or not; {}.",
            count(u64::from(quality.total_requests), "request"),
            count(u64::from(quality.total_overrides), "override"),
        );
        let acceptance = percent_text(quality.auto_acceptance_rate);
        let disagreement = match quality.total_overrides {
            0 => "no overrides".to_owned(),
            _ => percent_text(quality.override_disagreement_rate),
        };
        let rows = quality.breakdown.iter().map(line).collect_view();
        let has_rows = !quality.breakdown.is_empty();
        view! {
            <section class="panel span-12" aria-label="Routing quality" data-testid="routing-panel">
                <header class="panel-head"><div><h2 class="panel-title">"Routing quality"</h2><p class="panel-scope">{scope}</p></div></header>
                <p class="routing-figures">
                    <span>"The router's choice was taken in "<strong class="num" data-cell="acceptance">{acceptance}</strong></span>
                    <span>"overrides that differ from it: "<strong class="num" data-cell="disagreement">{disagreement}</strong></span>
                </p>
                {has_rows.then(|| view! {
                    <div class="table-scroll" tabindex="0" role="region" aria-label="Overrides by kind of prompt">
                        <table class="table">
                            <thead><tr><th scope="col">"Prompt"</th><th scope="col">"Axis"</th><th scope="col">"Router agreed"</th><th scope="col" class="num">"Overrides"</th>
                                <th scope="col" class="num">"Success"</th><th scope="col" class="num">"Stalled"</th><th scope="col" class="num">"Failed"</th><th scope="col" class="num">"Cancelled"</th><th scope="col" class="num">"No outcome"</th></tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                })}
            </section>
        }
    })
}

fn line(cell: &RoutingCell) -> impl IntoView + use<> {
    let number = |value: u32| view! { <td class="num">{value}</td> };
    view! {
        <tr>
            <th scope="row" class="mono nowrap">{cell.prompt_features.clone()}</th>
            <td>{cell.axis.clone()}</td>
            <td>{if cell.is_match { "yes" } else { "no" }}</td>
            {[cell.count, cell.success, cell.stalled, cell.failed, cell.cancelled, cell.unknown].map(number).collect_view()}
        </tr>
    }
}
