//! The filter bar common to all lists, and the line that says what is loaded.

use crate::link::Tab;
use crate::logic::format::{bytes_text, count};
use crate::ui::frame::{href, is_plain_click};
use crate::ui::store::use_store;
use leptos::prelude::*;

/// Windows that a button stands for; the empty one is everything.
const PRESETS: [(&str, &str); 5] = [("today", "today"), ("7d", "7d"), ("30d", "30d"), ("90d", "90d"), ("all", "")];

/// Time window and text. Both are in the link.
#[component]
pub fn FilterBar() -> impl IntoView {
    let store = use_store();
    let spec = Memo::new(move |_| store.view.with(|view| view.window.clone()));
    let text = Memo::new(move |_| store.view.with(|view| view.text.clone()));
    let problem = Memo::new(move |_| store.window().err().map(|error| error.to_string()));
    let preset = move |(label, value): (&'static str, &'static str)| {
        view! {
            <button type="button" aria-pressed=move || (spec.get() == value).to_string()
                on:click=move |_| store.adjust(|view| view.window = value.to_owned())>{label}</button>
        }
    };
    let typed = Memo::new(move |_| spec.with(|spec| if PRESETS.iter().any(|(_, value)| value == spec) { String::new() } else { spec.clone() }));
    view! {
        <div class="filter-bar" role="search" aria-label="Filters" data-testid="filter-bar">
            <div class="segmented" role="group" aria-label="Window">{PRESETS.map(preset).collect_view()}</div>
            <div class="filter-bar-chips">
                <label class="field button-small filter-window" data-invalid=move || problem.get().map(|_| "")>
                    <input class="num" placeholder="14d, 2026-05-01..2026-05-31" aria-label="Window, typed" autocomplete="off" spellcheck="false"
                        data-testid="window-input" prop:value=typed
                        aria-invalid=move || problem.get().map(|_| "true")
                        on:change=move |event| store.adjust(|view| view.window = event_target_value(&event).trim().to_owned()) />
                </label>
                <label class="field button-small filter-text">
                    <input placeholder="Text in prompts" aria-label="Text in prompts" autocomplete="off" spellcheck="false"
                        data-testid="text-input" prop:value=text
                        on:input=move |event| store.adjust(|view| view.text = event_target_value(&event)) />
                </label>
                {move || problem.get().map(|why| view! { <span class="field-problem" role="alert">{why}</span> })}
            </div>
            <LoadedSummary />
        </div>
    }
}

/// `32 sessions · 4.9 MB · 2 problems`
#[component]
fn LoadedSummary() -> impl IntoView {
    let store = use_store();
    let to_problems = |view: &mut crate::link::ViewState| view.tab = Tab::Problems;
    let text = move || {
        let sessions = store.rows.with(|rows| rows.len() as u64);
        let (bytes, formats) = store.progress.with(|progress| (progress.read as u64, u64::from(progress.formats)));
        format!("{} · {} · {}", count(sessions, "session"), bytes_text(bytes), count(formats, "format"))
    };
    let problems = move || {
        let (problems, foreign) = store.progress.with(|progress| (progress.problems, progress.foreign));
        match (problems, foreign) {
            (0, 0) => None,
            (0, foreign) => Some(count(u64::from(foreign), "other file")),
            (problems, _) => Some(count(u64::from(problems), "problem")),
        }
    };
    view! {
        <p class="loaded-summary" data-testid="loaded-summary">
            <span class="num">{text}</span>
            {move || problems().map(|text| view! {
                " · "
                <a href=move || href(store, to_problems) on:click=move |event| {
                    if is_plain_click(&event) {
                        event.prevent_default();
                        store.go(to_problems);
                    }
                }>{text}</a>
            })}
        </p>
    }
}
