//! Usage by provider and model, and by whatever else one asks for.

mod columns;
mod ours;
mod panels;
mod readouts;
mod reference;
mod table;

pub use columns::{columns, legend};
pub use readouts::{gauge_of, readout};
pub use reference::reference_table;

use super::frame::{button, waiting, window_words};
use super::overview::page_files;
use super::prices;
use super::problems::panel_head;
use super::sessions::sums_choice;
use super::shared::{Derived, El, Live, el, explained, follow, lasting_task, save, small_icon, task};
use super::store::Store;
use crate::link::ViewState;
use crate::logic::drawn;
use crate::logic::format::count;
use crate::logic::sessions::Sums;
use crate::logic::usage::By;
use crate::logic::usage_view::{Counting, UsageView};
use crate::worker::{Answer, Query};
use std::sync::Arc;

/// Groupings offered, with their labels.
const GROUPINGS: [(By, &str); 9] = [
    (By::ProviderModel, "Provider / model"),
    (By::Model, "Model"),
    (By::Agent, "Agent"),
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
pub fn usage_page(store: Store) -> Vec<El> {
    let usage = Live::new(None::<Arc<UsageView>>);
    let asked = Derived::new(move || store.view.with(|view| query(store, view)));
    follow(move || {
        store.generation.track();
        let (by, filter, counting) = asked.get();
        let zone = store.zone.get();
        task(async move {
            if let Some(Answer::Usage(answer)) = store.ask(Query::Usage { by, filter, counting, zone }).await {
                usage.set(Some(Arc::new(*answer)));
            }
        });
    });
    let body = el("div").live(move || match usage.get() {
        None => vec![waiting("Adding up…")],
        Some(usage) => {
            let parts = [readouts::strip(&usage.ours), table_panel(store, &usage)];
            vec![el("div").class("sheet").children(parts).children(unpriced(&usage))]
        }
    });
    // The settings stand outside what is drawn again with every answer.
    vec![
        el("h1").class("sr").text("Usage"),
        body,
        panels::panels(store),
        page_files(store, &drawn::PANELS),
        prices::settings(store),
    ]
}

/// The table, its choices and its file.
fn table_panel(store: Store, usage: &UsageView) -> El {
    let by = match usage.counting {
        Counting::Reference => By::ProviderModel,
        Counting::Normalised => usage.ours.by,
    };
    let csv = button("button button-quiet button-small", move |_| save_csv(store)).attr("data-testid", "usage-csv");
    let sums = (usage.ours.members > 0 || store.view.with_untracked(|view| view.sums == Sums::Own))
        .then(|| sums_choice(store));
    let actions = el("div").class("panel-actions").children([
        counting_choice(store, usage.counting),
        grouping_choice(store, by),
        prices::mode_choice(store),
        prices::settings_button(store),
    ]);
    let actions = actions.children(sums).child(csv.child(small_icon("csv")).text("CSV"));
    let words = el("div").children([
        el("h2").class("panel-title").text(&title(by)),
        el("p").class("panel-scope").attr("data-testid", "usage-scope").text(&scope(store, usage)),
    ]);
    let table = match usage.counting {
        Counting::Reference => reference::reference_table(&usage.reference),
        Counting::Normalised => ours::our_table(&usage.ours),
    };
    let scroll =
        el("div").class("table-scroll").attr("tabindex", "0").attr("role", "region").attr("aria-label", "Usage rows");
    let panel =
        el("section").class("panel span-12").attr("aria-label", "Usage table").attr("data-testid", "usage-panel");
    panel.child(el("header").class("panel-head panel-head-tall").child(words).child(actions)).child(scroll.child(table))
}

fn choice(label: &str, is_chosen: bool, act: impl FnMut(web_sys::Event) + 'static) -> El {
    button("", act).attr("aria-pressed", &is_chosen.to_string()).text(label)
}

fn counting_choice(store: Store, chosen: Counting) -> El {
    let option = |wish: Counting, label: &str, title: &str| {
        let choose = move |_| {
            store.adjust(|view| {
                view.counting = Some(wish);
                if wish == Counting::Reference {
                    view.by = By::ProviderModel;
                }
            });
        };
        choice(label, chosen == wish, choose).attr("title", title)
    };
    el("div").class("segmented").attr("role", "group").attr("aria-label", "Counting").children([
        option(Counting::Normalised, "Normalised", "input without cached tokens in every row, so that agents compare"),
        option(
            Counting::Reference,
            "As recorded",
            "numbers exactly as the logs write them, by the rules of fizeau's own report",
        ),
    ])
}

fn grouping_choice(store: Store, chosen: By) -> El {
    let option = |(by, label): (By, &str)| {
        choice(label, chosen == by, move |_| {
            store.adjust(|view| {
                view.by = by;
                // The reference has one grouping only.
                if by != By::ProviderModel {
                    view.counting = Some(Counting::Normalised);
                }
            });
        })
    };
    el("div").class("segmented").attr("role", "group").attr("aria-label", "Rows").children(GROUPINGS.map(option))
}

fn title(by: By) -> String {
    match by {
        By::ProviderModel => "Usage by provider and model".into(),
        other => format!("Usage by {}", other.name()),
    }
}

/// Models that have no price, and what lacks a cost because of that.
fn unpriced(usage: &UsageView) -> Option<El> {
    let requests = usage.unpriced.iter().map(|(_, requests)| u64::from(*requests)).sum();
    let scope = format!(
        "{} without a cost: neither recorded nor in the table of {}. Sums that hold them are lower bounds.",
        count(requests, "request"),
        usage.prices
    );
    let row = |(model, requests): &(String, u32)| {
        let name = el("th").attr("scope", "row").child(el("strong").class("strong").text(model));
        let number = explained(el("span").text(&requests.to_string()), &["unpriced requests:model=", model].concat());
        el("tr").child(name).child(table::cell(number))
    };
    let heading = |(name, class): (&str, &str)| el("th").attr("scope", "col").class(class).text(name);
    let head = el("thead").child(el("tr").children([("Model", ""), ("Requests", "num")].map(heading)));
    let table = el("table").class("table").attr("data-testid", "unpriced").child(head);
    let table = table.child(el("tbody").children(usage.unpriced.iter().map(row)));
    let panel = el("section").class("panel span-12").attr("aria-label", "Models without a price");
    (!usage.unpriced.is_empty())
        .then(|| panel.child(panel_head(el("h2").text("Models without a price"), &scope)).child(table))
}

/// What the table covers, in one line.
fn scope(store: Store, usage: &UsageView) -> String {
    match usage.counting {
        Counting::Reference => {
            let rows = usage.reference.totals.sessions;
            let others = usage.ours.totals.all_sessions().saturating_sub(rows);
            let also = match others {
                0 => String::new(),
                others => format!(
                    " {} more in the figures above: unfinished runs, and event streams with totals of their own.",
                    others
                ),
            };
            format!(
                "{} with a start and an end, by start time, {}.{also} Input holds cached tokens in some logs and not in \
                 others; written totals leave the cache out.",
                count(u64::from(rows), "session"),
                window_words(store, usage.reference.window.as_ref()),
            )
        }
        Counting::Normalised => {
            let ours = &usage.ours;
            let mut text = format!(
                "{}, by the time of use, {}",
                count(u64::from(ours.totals.all_sessions()), "session"),
                window_words(store, ours.window.as_ref())
            );
            let left_out = [
                (ours.members, "sub-agents and forks in their sums"),
                (ours.counted_elsewhere, "counted in the log of the agent that they called"),
                (ours.totals.incomplete, "incomplete, counted apart"),
                (ours.outside, "outside the window"),
                (ours.no_time, "without a time, left out"),
            ];
            for (number, what) in left_out {
                if number > 0 {
                    text.push_str(&format!("; {number} {what}"));
                }
            }
            format!("{text}. {}", prices::words(store, &usage.prices))
        }
    }
}

fn save_csv(store: Store) {
    let (by, filter, counting) = store.view.with_untracked(|view| query(store, view));
    let zone = store.zone.get();
    lasting_task(async move {
        if let Some(Answer::Text(text)) = store.ask(Query::UsageCsv { by, filter, counting, zone }).await {
            save("usage.csv", "text/csv", &text);
        }
    });
}
