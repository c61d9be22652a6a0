//! The filter bar common to all views, and the line that says what is loaded.

mod active;
mod menu;
mod views;
mod zone;

pub use views::restore as restore_views;

use super::{button, link};
use crate::link::{Tab, ViewState};
use crate::logic::filter::Facet;
use crate::logic::format::{bytes_text, count};
use crate::ui::shared::{Derived, El, Kept, el, follow, latest, small_icon, value_of};
use crate::ui::store::{Passing, Store};
use crate::worker::{Answer, Query};
use menu::menu;
use std::sync::Arc;

/// Windows that a button stands for; the empty one is everything.
const PRESETS: [(&str, &str); 5] = [("today", "today"), ("7d", "7d"), ("30d", "30d"), ("90d", "90d"), ("all", "")];

/// Asks the worker who passes, now and whenever the filter or what is loaded changes.
pub fn wire(store: Store) {
    let filter = Derived::new(move || store.filter());
    let here = Kept::new(());
    let ask = latest(move || {
        Box::pin(async move {
            if here.is_gone() {
                return;
            }
            let (filter, zone) = (filter.get_untracked(), store.zone.get_untracked());
            if !filter.is_set() {
                return store.passing.set(Passing::All);
            }
            if let Some(Answer::Passing(generation, list)) = store.ask(Query::Passing { filter, zone }).await {
                store.passing.set(Passing::Some(generation, Arc::new(list)));
            }
        })
    });
    follow(move || {
        store.generation.track();
        store.zone.track();
        filter.track();
        ask();
    });
}

/// What views are filtered by, all of it in the link; below it what of that is set.
pub fn filter_bar(store: Store) -> El {
    let spec = Derived::new(move || store.view.with(|view| view.window.clone()));
    let problem = Derived::new(move || store.window().err().map(|error| error.to_string()));
    let preset = |(label, value): (&'static str, &'static str)| {
        button("", move |_| store.go(|view| view.window = value.to_owned()))
            .live_attr("aria-pressed", move || Some(spec.with(|spec| spec == value).to_string()))
            .text(label)
    };
    let presets =
        el("div").class("segmented").attr("role", "group").attr("aria-label", "Window").children(PRESETS.map(preset));
    let complaint = el("span").class("contents").live(move || {
        let words = |why: String| el("p").class("field-problem filter-problem").attr("role", "alert").text(&why);
        problem.get().or_else(|| zone::wrong(store)).map(words).into_iter().collect()
    });
    let fields = el("div").class("filter-bar-chips").child(window_field(store, spec, problem));
    let facets = Facet::ALL.into_iter().zip(FACETS).map(|(facet, id)| {
        let is_set = move || store.view.with(|view| !view.chosen.of(facet).is_empty());
        menu(id, facet.title(), move || facet.title().to_owned(), is_set, move || menu::values(store, facet))
    });
    let of_zone = move || store.zone.with(|zone| zone.name.clone());
    let has_zone = move || store.view.with(|view| !view.zone.is_empty());
    let fields = fields.children(facets).children([
        text_field(store),
        menu("zone-menu", "Time zone", of_zone, has_zone, move || zone::zones(store)),
        menu("views-menu", "Saved views", || "Views".to_owned(), || false, move || views::views(store)),
    ]);
    // A sheet on phones, where its button stands for it; always there elsewhere.
    let sheet = el("div").class("filter-sheet").attr("id", "filter-sheet").attr("popover", "auto");
    let sheet = sheet.children([presets, fields, sheet_button("button button-primary filter-done").text("Done")]);
    let open =
        sheet_button("button filter-open").live_flag("data-set", move || store.view.with(ViewState::has_filters));
    let open = open.child(el("span").text("Filters")).child(small_icon("chevron"));
    let bar = el("div").class("filter-bar").children([open, sheet, loaded_summary(store)]);
    let all = el("div").class("contents").attr("role", "search").attr("aria-label", "Filters");
    all.attr("data-testid", "filter-bar").children([bar, complaint, active::active(store)])
}

/// Ids of the menus, in the order of [`Facet::ALL`].
const FACETS: [&str; 5] = ["agent-menu", "provider-menu", "model-menu", "project-menu", "status-menu"];

fn sheet_button(class: &str) -> El {
    el("button").attr("type", "button").class(class).attr("popovertarget", "filter-sheet")
}

fn field(class: &str, placeholder: &str, label: &str, testid: &str) -> (El, El) {
    let input = el("input").attr("placeholder", placeholder).attr("aria-label", label).attr("data-testid", testid);
    (el("label").class(class), input.attr("autocomplete", "off").attr("spellcheck", "false"))
}

fn window_field(store: Store, spec: Derived<String>, problem: Derived<Option<String>>) -> El {
    let is_preset = |spec: &str| PRESETS.iter().any(|(_, value)| *value == spec);
    let typed = move || spec.with(|spec| if is_preset(spec) { String::new() } else { spec.clone() });
    let (label, input) =
        field("field button-small filter-window", "14d, 2026-05-01..2026-05-31", "Window, typed", "window-input");
    let input = input
        .class("num")
        .live_attr("aria-invalid", move || problem.with(Option::is_some).then(|| "true".to_owned()))
        .live_value(typed)
        .on("change", move |event| store.go(|view| view.window = value_of(&event).trim().to_owned()));
    label.live_flag("data-invalid", move || problem.with(Option::is_some)).child(input)
}

fn text_field(store: Store) -> El {
    let (label, input) = field("field button-small filter-text", "Text in prompts", "Text in prompts", "text-input");
    let input = input
        .live_value(move || store.view.with(|view| view.text.clone()))
        .on("input", move |event| store.adjust(|view| view.text = value_of(&event)));
    label.child(input)
}

/// `32 sessions · 4.9 MB · 1 format · kept for reading: 4.8 MB · 2 problems`
fn loaded_summary(store: Store) -> El {
    let text = move || {
        let sessions = store.rows.with(|rows| rows.len() as u64);
        let (bytes, formats) = store.progress.with(|progress| (progress.loaded as u64, u64::from(progress.formats)));
        let kept = store.progress.with(|progress| progress.kept as u64);
        let kept = if kept > 0 { format!(" · kept for reading: {}", bytes_text(kept)) } else { String::new() };
        let beside = store.progress.with(|progress| u64::from(progress.beside));
        let beside = if beside > 0 { format!(" · {} beside the logs", count(beside, "file")) } else { String::new() };
        format!("{} · {} · {}{beside}{kept}", count(sessions, "session"), bytes_text(bytes), count(formats, "format"))
    };
    let problems = move || {
        let (problems, foreign) = store.progress.with(|progress| (progress.problems, progress.foreign));
        let words = match (problems, foreign) {
            (0, 0) => return Vec::new(),
            (0, foreign) => count(u64::from(foreign), "other file"),
            (problems, _) => count(u64::from(problems), "problem"),
        };
        let to_problems = link(store, |view| view.tab = Tab::Problems).text(&words);
        vec![el("span").text(" · "), to_problems]
    };
    let summary = el("p").class("loaded-summary").attr("data-testid", "loaded-summary");
    summary.child(el("span").live_text(text)).child(el("span").class("contents").live(problems))
}
