//! Usage by provider and model, and by whatever else one asks for.

mod ours;
mod readouts;
mod reference;
mod routing;

use super::shared::{Icon, save};
use super::store::{Store, use_store};
use crate::link::ViewState;
use crate::logic::dates;
use crate::logic::format::count;
use crate::logic::usage::By;
use crate::logic::usage_view::{Counting, UsageView};
use crate::logic::window::Window;
use crate::worker::{Answer, Query};
use leptos::prelude::*;
use std::sync::Arc;

/// Groupings offered, with their labels.
const GROUPINGS: [(By, &str); 8] = [
    (By::ProviderModel, "Provider / model"),
    (By::Model, "Model"),
    (By::Harness, "Harness"),
    (By::Project, "Project"),
    (By::Day, "Day"),
    (By::Week, "Week"),
    (By::Month, "Month"),
    (By::Session, "Session"),
];

fn query(store: Store, view: &ViewState) -> (By, crate::logic::sessions::Filter, Option<Counting>) {
    (view.by, store.filter(), view.counting)
}

/// The usage of what passes the filters.
#[component]
pub fn UsagePage() -> impl IntoView {
    let store = use_store();
    let usage = RwSignal::new(None::<Arc<UsageView>>);
    let asked = Memo::new(move |_| store.view.with(|view| query(store, view)));
    Effect::new(move |_| {
        store.generation.track();
        let (by, filter, counting) = asked.get();
        let zone = store.zone.get_value();
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            if let Some(Answer::Usage(answer)) = store.ask(Query::Usage { by, filter, counting, zone }).await {
                usage.set(Some(Arc::new(*answer)));
            }
        });
    });
    move || match usage.get() {
        None => view! { <p class="empty-state" role="status">"Adding up…"</p> }.into_any(),
        Some(usage) => {
            let routing = routing::panel(&usage.routing);
            view! {
                <h1 class="sr">"Usage"</h1>
                <div class="sheet">
                    {readouts::strip(&usage.ours)}
                    <TablePanel usage=usage.clone() />
                    {routing}
                </div>
            }
            .into_any()
        }
    }
}

/// The table, its choices and its file.
#[component]
fn TablePanel(usage: Arc<UsageView>) -> impl IntoView {
    let store = use_store();
    let counting = usage.counting;
    let by = store.view.with_untracked(|view| view.by);
    let scope = scope(store, &usage);
    let choose = move |wish: Counting| {
        store.adjust(|view| {
            view.counting = Some(wish);
            if wish == Counting::Reference {
                view.by = By::ProviderModel;
            }
        });
    };
    let counting_button = move |wish: Counting, label: &'static str, title: &'static str| view! {
        <button type="button" title=title aria-pressed=(counting == wish).to_string() on:click=move |_| choose(wish)>{label}</button>
    };
    let shown_by = if counting == Counting::Reference { By::ProviderModel } else { by };
    let grouping = move |(by, label): (By, &'static str)| view! {
        <button type="button" aria-pressed=(shown_by == by).to_string() on:click=move |_| store.adjust(|view| {
            view.by = by;
            if by != By::ProviderModel {
                view.counting = Some(Counting::Normalised);
            }
        })>{label}</button>
    };
    view! {
        <section class="panel span-12" aria-label="Usage table" data-testid="usage-panel">
            <header class="panel-head">
                <div><h2 class="panel-title">{title(shown_by)}</h2><p class="panel-scope" data-testid="usage-scope">{scope}</p></div>
                <div class="panel-actions">
                    <div class="segmented" role="group" aria-label="Counting">
                        {counting_button(Counting::Normalised, "Normalised", "input without cached tokens in every row, so that agents compare")}
                        {counting_button(Counting::Reference, "As recorded", "numbers exactly as the logs write them, by the rules of fizeau's own report")}
                    </div>
                    <div class="segmented" role="group" aria-label="Rows">{GROUPINGS.map(grouping).collect_view()}</div>
                    <button class="button button-quiet button-small" type="button" data-testid="usage-csv" on:click=move |_| save_csv(store)>
                        <Icon name="csv" is_small=true />"CSV"
                    </button>
                </div>
            </header>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Usage rows">
                {match counting {
                    Counting::Reference => reference::table(&usage.reference).into_any(),
                    Counting::Normalised => ours::table(&usage.ours).into_any(),
                }}
            </div>
        </section>
    }
}

fn title(by: By) -> String {
    match by {
        By::ProviderModel => "Usage by provider and model".into(),
        other => format!("Usage by {}", other.name()),
    }
}

/// What the table covers, in one line.
fn scope(store: Store, usage: &UsageView) -> String {
    let window = |window: Option<&Window>| store.zone.with_value(|zone| match window {
        None => "all time".to_owned(),
        Some(Window { start, end }) => {
            let text = |at: &Option<crate::model::Timestamp>| at.map_or("(open)".to_owned(), |at| dates::full(at, zone));
            format!("from {} up to {}", text(start), text(end))
        }
    });
    match usage.counting {
        Counting::Reference => format!(
            "{} with a start and an end, by start time, {}. Input holds cached tokens in some logs and not in others; written totals leave the cache out.",
            count(u64::from(usage.reference.totals.sessions), "session"),
            window(usage.reference.window.as_ref()),
        ),
        Counting::Normalised => {
            let ours = &usage.ours;
            let mut text = format!("{}, by start time, {}", count(u64::from(ours.totals.all_sessions()), "session"), window(ours.window.as_ref()));
            let left_out = [
                (ours.totals.incomplete, "incomplete, counted apart"),
                (ours.outside, "outside the window"),
                (ours.no_time, "without a time, left out"),
            ];
            for (number, what) in left_out {
                if number > 0 {
                    text.push_str(&format!("; {number} {what}"));
                }
            }
            text.push_str(". Costs are those that the logs record.");
            text
        }
    }
}

fn save_csv(store: Store) {
    let (by, filter, counting) = store.view.with_untracked(|view| query(store, view));
    let zone = store.zone.get_value();
    leptos::task::spawn_local(async move {
        if let Some(Answer::Text(text)) = store.ask(Query::UsageCsv { by, filter, counting, zone }).await {
            save("usage.csv", "text/csv", &text);
        }
    });
}
