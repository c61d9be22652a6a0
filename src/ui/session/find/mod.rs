//! Find in the session: all of its text, drawn or not. The worker looks; here hits are counted, gone to and marked.

mod marks;

pub use marks::{paint, rail};

use super::open::Open;
use crate::logic::format::count;
use crate::logic::search::Spec;
use crate::logic::search::found::FoundPart;
use crate::logic::transcript::{Focus, Wanted};
use crate::ui::frame::button;
use crate::ui::search::switches;
use crate::ui::shared::{El, Kept, Live, el, icon, latest, next_frame, value_of};
use crate::ui::store::Store;
use crate::worker::{Answer, Query};
use leptos::prelude::document;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

/// What is looked for in the open session, and what is found of it. Copies share it.
#[derive(Clone, Copy)]
pub struct Find {
    store: Store,
    key: Kept<String>,
    pub is_open: Live<bool>,
    pub spec: Live<Spec>,
    /// `next` is there while it goes on.
    pub found: Live<Arc<FoundPart>>,
    /// The hit one is at: which of the steps, and which of its hits.
    pub at: Live<Option<(usize, u32)>>,
    /// Rises with each search.
    turn: Kept<u32>,
}

impl Find {
    pub fn new(store: Store, key: String) -> Self {
        Self {
            store,
            key: Kept::new(key),
            is_open: Live::new(false),
            spec: Live::new(Spec::default()),
            found: Live::new(Arc::default()),
            at: Live::new(None),
            turn: Kept::new(0),
        }
    }

    /// The step of the hit one is at, and which of its hits that is.
    pub fn here(self) -> Option<(u32, u32)> {
        let (index, nth) = self.at.get()?;
        self.found.with(|found| found.steps.get(index).map(|(event, _)| (*event, nth)))
    }

    fn reset(self) {
        self.turn.update(|turn| *turn += 1);
        self.at.set(None);
        self.found.set(Arc::default());
    }

    async fn search(self, open: Open) {
        let Some(turn) = self.turn.try_with(|turn| *turn) else { return };
        let (key, spec) = (self.key.get(), self.spec.get_untracked());
        let mut from = Some(0);
        while let Some(at) = from.filter(|_| !spec.text.is_empty()) {
            let answer = self.store.ask(Query::Find { key: key.clone(), spec: spec.clone(), from: at }).await;
            let Some(Answer::Found(part)) = answer.filter(|_| self.turn.try_with(|now| *now) == Some(turn)) else {
                return;
            };
            from = part.next;
            self.found.update(|found| {
                let found = Arc::make_mut(found);
                found.steps.extend(part.steps);
                found.texts.extend(part.texts);
                (found.problem, found.next) = (part.problem, part.next);
            });
            // The first one from where one is; while it goes on there may be a nearer one.
            let chosen = open.chosen.get_untracked().unwrap_or(0);
            let first = self.found.with_untracked(|found| found.steps.iter().position(|(event, _)| *event >= chosen));
            let wraps = self.found.with_untracked(|found| from.is_none() && !found.steps.is_empty()).then_some(0);
            if let (None, Some(index)) = (self.at.get_untracked(), first.or(wraps)) {
                self.go(open, index, 0);
            }
        }
    }

    fn go(self, open: Open, index: usize, nth: u32) {
        let Some((event, _)) = self.found.with_untracked(|found| found.steps.get(index).copied()) else { return };
        // What is found must not be hidden by what one wanted to see before.
        if open.focus.get_untracked() != Focus::All && open.steps_untracked().binary_search(&event).is_err() {
            open.store.adjust(|view| view.focus = Focus::All);
        }
        if open.wanted.get_untracked() != Wanted::All {
            open.wanted.set(Wanted::All);
        }
        self.at.set(Some((index, nth)));
        open.choose(event);
    }

    /// Goes to the next hit, or the one before; after the last comes the first.
    fn step(self, open: Open, is_back: bool) {
        let found = self.found.get_untracked();
        let last = found.steps.len().saturating_sub(1);
        let hits = |index: usize| found.steps.get(index).map_or(0, |(_, count)| *count);
        let (index, nth) = match (self.at.get_untracked(), is_back) {
            (None, _) => (0, 0),
            (Some((index, nth)), false) if nth + 1 < hits(index) => (index, nth + 1),
            (Some((index, _)), false) => (if index < last { index + 1 } else { 0 }, 0),
            (Some((index, nth)), true) if nth > 0 => (index, nth - 1),
            (Some((index, _)), true) => {
                let before = index.checked_sub(1).unwrap_or(last);
                (before, hits(before).saturating_sub(1))
            }
        };
        self.go(open, index, nth);
    }

    fn words(self) -> String {
        if self.spec.with(|spec| spec.text.is_empty()) {
            return String::new();
        }
        let at = self.at.get();
        self.found.with(|found| {
            let sum = |steps: &[(u32, u32)]| steps.iter().map(|(_, count)| u64::from(*count)).sum::<u64>();
            let total = count(sum(&found.steps), "hit");
            let goes_on = if found.next.is_some() { " so far" } else { "" };
            match at {
                Some((index, nth)) => {
                    let before = sum(found.steps.get(..index).unwrap_or_default()) + u64::from(nth) + 1;
                    [&*before.to_string(), " of ", &*total, goes_on].concat()
                }
                None => total + goes_on,
            }
        })
    }
}

/// Shows the field, or goes to it.
pub fn open_field(open: Open) {
    open.find.is_open.set(true);
    next_frame(|| {
        let input =
            document().get_element_by_id("find-input").and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            // Fails for nothing that is there.
            let _has_focus = input.focus();
            input.select();
        }
    });
}

/// Closes it: nothing is marked any more.
pub fn close(open: Open) {
    open.find.is_open.set(false);
    open.find.spec.update(|spec| spec.text.clear());
    open.find.reset();
}

/// The bar below the head of the transcript, when it is there.
pub fn bar(open: Open) -> El {
    let find = open.find;
    let ask = latest(move || Box::pin(find.search(open)));
    let changed = move || {
        find.reset();
        ask();
    };
    el("span").class("contents").live(move || match find.is_open.get() {
        true => vec![field(open, changed.clone())],
        false => Vec::new(),
    })
}

fn field(open: Open, changed: impl Fn() + Clone + 'static) -> El {
    let find = open.find;
    let for_input = changed.clone();
    let problem = move || find.found.with(|found| found.problem.clone());
    let input = el("input")
        .attr("id", "find-input")
        .attr("aria-label", "Find in this session")
        .attr("placeholder", "Find in this session")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .live_attr("aria-invalid", move || (!problem().is_empty()).then(|| "true".to_owned()))
        .on("input", move |event| {
            find.spec.update(|spec| spec.text = value_of(&event));
            for_input();
        });
    let key = |name: &str, keys: &str, sign: &str, is_back: bool| {
        button("button button-quiet button-icon button-small", move |_| find.step(open, is_back))
            .attr("aria-label", name)
            .attr("title", keys)
            .child(icon(sign))
    };
    let label = el("label").class("field button-small find-field").child(icon("search")).child(input);
    let label = label.live_flag("data-invalid", move || !problem().is_empty());
    let told = el("span").class("num muted nowrap").attr("role", "status").attr("data-testid", "find-count");
    let complaint = el("span").class("field-problem").attr("role", "alert").live_text(problem);
    let close =
        button("button button-quiet button-icon button-small", move |_| close(open)).attr("aria-label", "Close find");
    el("div")
        .class("find-bar")
        .attr("role", "search")
        .attr("aria-label", "Find")
        .attr("data-testid", "find-bar")
        .on("keydown", move |event| pressed(open, &event))
        .children([
            label,
            switches(find.spec, changed),
            told.live_text(move || find.words()),
            key("Previous hit", "Previous hit (Shift Enter)", "step-back", true),
            key("Next hit", "Next hit (Enter)", "step-on", false),
            close.child(icon("close")),
            complaint,
        ])
}

fn pressed(open: Open, event: &Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    match key.key().as_str() {
        "Enter" if crate::ui::frame::is_typing(key) => open.find.step(open, key.shift_key()),
        "Escape" => close(open),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}
