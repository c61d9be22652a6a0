//! The chosen step in detail: its values, its tokens, its line.

mod raw;
mod step;
mod tokens;

use super::open::Open;
use crate::ui::frame::button;
use crate::ui::shared::{El, Live, el, follow, small_icon, task};
use crate::worker::{Answer, Query};
use leptos::prelude::document;
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
    Raw,
}

const PANES: [(Pane, &str); 3] = [(Pane::Step, "Step"), (Pane::Tokens, "Tokens"), (Pane::Raw, "Raw")];

/// The line behind a step.
#[derive(Clone, PartialEq)]
pub struct Line {
    pub text: String,
    pub number: u32,
    pub path: String,
    pub offset: f64,
    pub len: u32,
}

/// What is known of the line of the chosen step.
pub type LineState = Option<Result<Arc<Line>, String>>;

/// The pane at the right; where there is no room for it, a sheet.
pub fn inspector(open: Open) -> El {
    let pane = Live::new(Pane::Step);
    let line = chosen_line(open);
    let body = move || match (open.chosen.get(), pane.get()) {
        (Some(event), Pane::Step) => step_view(open, event, line),
        (chosen, Pane::Tokens) => tokens_view(open, chosen),
        (Some(_), Pane::Raw) => vec![raw_view(line)],
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
    let close =
        button("button button-quiet button-small button-icon inspector-close", move |_| open.is_sheet_open.set(false));
    let close = close.attr("aria-label", "Close the inspector").child(small_icon("close"));
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
        .child(el("div").class("pane-head pane-tabs").child(tabs).child(close))
        .child(panel.live(body))
}

fn tab(open: Open, pane: Live<Pane>, which: Pane, name: &'static str) -> El {
    let words = move || match (which, open.chosen.get()) {
        (Pane::Step, Some(event)) => format!("{name} {}", open.step_index(event) + 1),
        _ => name.to_owned(),
    };
    button("", move |_| pane.set(which))
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

/// Asks for the line of whatever step is chosen; a late answer to an older choice is dropped.
fn chosen_line(open: Open) -> Live<LineState> {
    let line = Live::new(None);
    let key = open.detail.with(|detail| detail.row.key.clone());
    follow(move || {
        let chosen = open.chosen.get();
        line.set(None);
        let Some(event) = chosen else { return };
        let key = key.clone();
        task(async move {
            let answer = open.store.ask(Query::Raw { key, event }).await;
            line.set(match answer {
                Some(Answer::Raw { text, line, path, offset, len }) => {
                    Some(Ok(Arc::new(Line { text, number: line, path, offset, len })))
                }
                Some(Answer::Failed(why)) => Some(Err(why)),
                _ => None,
            });
        });
    });
    line
}
