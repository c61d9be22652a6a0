//! What the filter is: a chip for each part of it that takes it away, and how many sessions are left.

use super::menu::shown;
use crate::link::ViewState;
use crate::logic::filter::Facet;
use crate::logic::format::count;
use crate::ui::frame::button;
use crate::ui::overview::WEEKDAYS;
use crate::ui::shared::{Derived, El, el, next_frame, small_icon};
use crate::ui::store::{Rows, Store};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A part of the filter.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Window,
    Hour,
    Text,
    Value(Facet, String),
}

/// Nothing where nothing is filtered.
pub fn active(store: Store) -> El {
    let parts = Derived::new(move || store.view.with(parts));
    let told = move || match (store.view.with(ViewState::has_filters), store.passed()) {
        (false, _) => String::new(),
        (true, None) => "Filtering…".into(),
        (true, Some(passed)) => {
            let all = store.rows.with(|rows| rows.len() as u64);
            format!("{passed} of {}", count(all, "session"))
        }
    };
    let told = el("p").class("filter-count").attr("role", "status").attr("data-testid", "filter-count").live_text(told);
    let chips = el("div").class("contents").live(move || {
        let parts = parts.get();
        if parts.is_empty() {
            return Vec::new();
        }
        let clear = button("button button-quiet button-small", move |_| {
            store.go(ViewState::clear_filters);
            keep_focus();
        });
        let clear = clear.attr("data-testid", "clear-filters").text("Clear all");
        parts.into_iter().map(|part| chip(store, part)).chain([clear]).collect()
    });
    let bar = el("div").class("filter-active").attr("role", "group").attr("aria-label", "Filters that are set");
    bar.attr("data-testid", "filter-active").children([told, chips])
}

fn parts(view: &ViewState) -> Vec<Part> {
    let single = [
        (!view.window.is_empty() && view.window != "all", Part::Window),
        (view.hour.is_some(), Part::Hour),
        (!view.text.is_empty(), Part::Text),
    ];
    let single = single.into_iter().filter(|(is_set, _)| *is_set).map(|(_, part)| part);
    let of = |facet: Facet| view.chosen.of(facet).iter().map(move |value| Part::Value(facet, value.clone()));
    single.chain(Facet::ALL.into_iter().flat_map(of)).collect()
}

fn words(store: Store, part: &Part) -> (&'static str, String) {
    match part {
        Part::Window => ("Time", store.view.with(|view| view.window.clone())),
        Part::Text => ("Text", store.view.with(|view| view.text.clone())),
        Part::Hour => {
            let (weekday, hour) = store.view.with(|view| view.hour).unwrap_or_default();
            let name = WEEKDAYS.get(usize::from(weekday)).copied().unwrap_or_default();
            ("Hour", format!("{name} {hour:02}:00 to {:02}:00", hour + 1))
        }
        Part::Value(Facet::Agent, id) => {
            // The rows know what people call it.
            let name = |rows: &Rows| {
                rows.iter().find(|row| row.agent == *id).map_or_else(|| id.clone(), |row| row.agent_name.clone())
            };
            ("Agent", store.rows.with(name))
        }
        Part::Value(facet, value) => (facet.title(), shown(value).to_owned()),
    }
}

fn chip(store: Store, part: Part) -> El {
    let (what, value) = words(store, &part);
    let label = format!("Remove filter {what}: {value}");
    let remove = move |_| {
        store.go(|view| match &part {
            Part::Window => view.window.clear(),
            Part::Text => view.text.clear(),
            Part::Hour => view.hour = None,
            Part::Value(facet, value) => view.chosen.turn(*facet, value),
        });
        keep_focus();
    };
    let words = el("span").class("clip").child(el("span").text(what)).text(" ").child(el("b").text(&value));
    button("chip", remove).attr("aria-label", &label).flag("data-set", true).child(words).child(small_icon("close"))
}

/// The chip that had the focus is gone: the first of the others has it, or where filters are set.
fn keep_focus() {
    next_frame(|| {
        // The last of these that is on screen keeps it; a phone has no presets, other screens no button for the sheet.
        for place in [".filter-bar .segmented button", ".filter-open", ".filter-active button"] {
            let found = document().query_selector(place).ok().flatten();
            if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
                // Does nothing for what is hidden.
                found.focus().unwrap_or_default();
            }
        }
    });
}
