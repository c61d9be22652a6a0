//! The chosen step in detail: its values, its tokens, its part in the session's sums, its line.

mod part;
mod raw;
mod step;
mod tokens;
mod value;

use super::copy_link::copy_link;
use super::open::Open;
use crate::logic::step_usage::StepUsage;
use crate::ui::frame::button;
use crate::ui::shared::{El, Live, el, follow, small_icon, task};
use crate::worker::{Answer, Query};
use leptos::prelude::document;
use part::part_view;
use raw::raw_view;
use std::sync::Arc;
use step::step_view;
use tokens::tokens_view;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pane {
    Step,
    Tokens,
    Explain,
    Raw,
}

const PANES: [(Pane, &str); 4] =
    [(Pane::Step, "Step"), (Pane::Tokens, "Tokens"), (Pane::Explain, "Explain"), (Pane::Raw, "Raw")];

/// What is known of the usage of the chosen step; `None` until the answer is there.
pub type UsageState = Live<Option<Arc<StepUsage>>>;

/// The pane at the right; where there is no room for it, a sheet.
pub fn inspector(open: Open) -> El {
    let pane = Live::new(Pane::Step);
    let usage = usage_of_chosen(open);
    let body = move || match (open.chosen.get(), pane.get()) {
        (Some(event), Pane::Step) => step_view(open, event, usage, pane),
        (chosen, Pane::Tokens) => tokens_view(open, chosen, usage),
        (Some(event), Pane::Explain) => part_view(open, event, usage),
        (Some(event), Pane::Raw) => vec![raw_view(open, event)],
        (None, _) => {
            let words = "Choose a step in the timeline or the transcript, or press →.";
            vec![el("p").class("pane-empty").text(words)]
        }
    };
    let tabs = el("div").class("tab-row").attr("role", "tablist").attr("aria-label", "Inspector");
    let tabs = tabs.children(PANES.map(|(which, name)| tab(open, pane, which, name))).on("keydown", move |event| {
        if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
            turn(event, pane);
        }
    });
    let link = copy_link(open, "button button-quiet button-small button-icon", || "Copy link to this step".to_owned());
    let link = link.attr("data-testid", "copy-link").attr("title", "Copy link to this step");
    let close =
        button("button button-quiet button-small button-icon inspector-close", move |_| open.is_sheet_open.set(false));
    let close = close.attr("aria-label", "Close the inspector").child(small_icon("close"));
    let actions = el("div").class("pane-actions").child(link).child(close);
    let panel = el("div")
        .class("inspector-body")
        .attr("role", "tabpanel")
        .attr("tabindex", "0")
        .attr("aria-label", "Inspector");
    el("aside")
        .class("inspector")
        .attr("aria-label", "Inspector")
        .attr("data-testid", "inspector")
        .live_flag("data-open", move || open.is_sheet_open.get())
        .child(el("div").class("pane-head pane-tabs").child(tabs).child(actions))
        .child(panel.live(body))
}

fn tab(open: Open, pane: Live<Pane>, which: Pane, name: &'static str) -> El {
    let words = move || match (which, open.chosen.get()) {
        (Pane::Step, Some(event)) => format!("{name} {}", open.step_index(event) + 1),
        _ => name.to_owned(),
    };
    button("", move |_| pane.set(which))
        // A click must not take the arrow keys away from the steps; who comes by the Tab key moves along the tabs.
        .on("mousedown", |event| event.prevent_default())
        .attr("role", "tab")
        .live_attr("aria-selected", move || Some((pane.get() == which).to_string()))
        .live_attr("tabindex", move || Some(if pane.get() == which { "0" } else { "-1" }.to_owned()))
        .live_text(words)
}

/// Left and right go from tab to tab, as everywhere.
fn turn(event: &KeyboardEvent, pane: Live<Pane>) {
    let here = PANES.iter().position(|(which, _)| *which == pane.get_untracked()).unwrap_or(0);
    let next = match event.key().as_str() {
        "ArrowLeft" => (here + PANES.len() - 1) % PANES.len(),
        "ArrowRight" => (here + 1) % PANES.len(),
        _ => return,
    };
    event.prevent_default();
    pane.set(PANES[next].0);
    let tabs = document().query_selector_all(".inspector [role=tab]").ok();
    let tab = tabs.and_then(|tabs| tabs.item(next as u32));
    if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
        tab.focus().unwrap_or_default();
    }
}

/// Asks for the usage of whatever step is chosen; a late answer to an older choice is dropped.
fn usage_of_chosen(open: Open) -> UsageState {
    let usage = Live::new(None);
    let key = open.detail.with(|detail| detail.row.key.clone());
    follow(move || {
        // Other prices make other costs.
        open.store.generation.track();
        let chosen = open.chosen.get();
        usage.set(None);
        let Some(event) = chosen else { return };
        let key = key.clone();
        task(async move {
            if let Some(Answer::StepUsage(found)) = open.store.ask(Query::StepUsage { key, event }).await {
                usage.set(Some(found.map(Arc::from).unwrap_or_default()));
            }
        });
    });
    usage
}
