//! The head of the page: what this session was, in one line, and all the log says of it on demand.

use super::open::Open;
use crate::logic::dates;
use crate::logic::format::{count, duration_in_full};
use crate::model::Fact;
use crate::ui::shared::{Icon, NotRecorded, StatusSign, cost, tally};
use crate::worker::SessionDetail;
use leptos::prelude::*;

/// Title, facts and totals.
#[component]
pub fn Facts(open: Open) -> impl IntoView {
    let detail = open.detail.get_value();
    let row = &detail.row;
    let totals = &row.totals;
    let context = match totals.peak_context.get() {
        Some(tokens) => view! { <span title=format!("{tokens} tokens in the largest prompt")>{crate::logic::format::format_token_count(tokens)}</span> }.into_any(),
        None => view! { <NotRecorded reason="the log has no size of a single prompt" /> }.into_any(),
    };
    view! {
        <section class="facts" aria-label="Session facts" data-testid="facts">
            <h1><StatusSign status=row.status /><span class="facts-title">{row.label().to_owned()}</span></h1>
            <p class="facts-line">{line(open, &detail)}</p>
            <div class="facts-actions">
                <span class="facts-total num"><b>{context}</b>" ctx / "<b>{tally(&totals.output, "total")}</b>" out"</span>
                <span class="facts-total num"><b>{cost(&totals.cost)}</b></span>
                <button class="button button-small" type="button" aria-pressed=move || open.is_table.get().to_string()
                    on:click=move |_| open.is_table.update(|is| *is = !*is)>
                    <Icon name="table" is_small=true />"Table"
                </button>
                <button class="button button-small" type="button" popovertarget="all-facts" data-testid="all-facts-button">
                    <Icon name="menu" is_small=true />"All facts"
                </button>
            </div>
            {all_facts(&detail)}
        </section>
    }
}

/// One fact of the line; `optional` ones go first where there is little room.
fn fact(name: &'static str, value: impl IntoView + 'static, optional: bool) -> AnyView {
    let class = if optional { "optional" } else { "" };
    view! { <span class=class>{name}" "<b>{value}</b></span> }.into_any()
}

fn line(open: Open, detail: &SessionDetail) -> Vec<AnyView> {
    let row = &detail.row;
    let not_said = |what: &'static str| view! { <NotRecorded reason=format!("the log names no {what}") /> }.into_any();
    let text = |value: &Option<String>, what| match value {
        Some(value) => value.clone().into_any(),
        None => not_said(what),
    };
    let model = match row.models.as_slice() {
        [] => not_said("model"),
        [model] => model.clone().into_any(),
        [model, more @ ..] => view! { <span title=row.models.join(", ")>{format!("{model} + {}", more.len())}</span> }.into_any(),
    };
    let started = match row.started {
        Some(at) => {
            let local = open.store.zone.with_value(|zone| dates::full(at, zone));
            view! { <time class="num" datetime=at.rfc3339() title=format!("{} in UTC", at.rfc3339())>{local}</time> }.into_any()
        }
        None => view! { <NotRecorded reason="the log holds no time" /> }.into_any(),
    };
    let duration = match row.duration_ms.get() {
        Some(ms) => view! { <span class="num">{duration_in_full(ms)}</span> }.into_any(),
        None => view! { <NotRecorded reason="neither a duration nor two times are in the log" /> }.into_any(),
    };
    let status = if row.status_word.is_empty() { row.status.name().to_owned() } else { row.status_word.clone() };
    let mut line = vec![
        view! { <span>{row.agent_name.clone()}</span> }.into_any(),
        fact("Status", status, false),
        fact("Model", model, false),
        fact("Provider", text(&row.provider, "provider"), true),
        fact("Project", text(&row.project, "project"), false),
        fact("Started", started, true),
        fact("Duration", duration, false),
        fact("", view! { <span class="num">{count(u64::from(row.steps()), "step")}</span> }, true),
    ];
    if let Some(harness) = row.harness.clone() {
        line.insert(1, fact("Harness", harness, false));
    }
    let route = detail.facts.iter().find(|fact| fact.name == "Route");
    line.extend(route.map(|route| fact("Route", route.value.clone(), true)));
    line
}

/// Everything the log says of the whole run, in its own words.
fn all_facts(detail: &SessionDetail) -> impl IntoView + use<> {
    let row = &detail.row;
    let mut facts = vec![Fact::new("Session", row.id.clone())];
    facts.extend(row.sources.iter().map(|path| Fact::new("File", path.clone())));
    facts.extend(detail.facts.iter().cloned());
    view! {
        <div class="all-facts" id="all-facts" popover="auto" data-testid="all-facts">
            <div class="pane-head">
                <strong>"All facts"</strong>
                <span class="muted">{count(facts.len() as u64, "value")}", as the log words them"</span>
                <button class="button button-quiet button-small button-icon push" type="button" popovertarget="all-facts" aria-label="Close">
                    <Icon name="close" is_small=true />
                </button>
            </div>
            {fact_list(facts)}
        </div>
    }
}

/// Names and values, one a line.
pub fn fact_list(facts: Vec<Fact>) -> impl IntoView {
    let rows = facts.into_iter().map(|Fact { name, value }| view! { <dt>{name}</dt><dd class="mono">{value}</dd> });
    view! { <dl class="fact-list fact-list-words">{rows.collect_view()}</dl> }
}
