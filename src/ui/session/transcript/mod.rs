//! The steps as text: only those on screen exist.

mod block;
mod row;
mod scroll;

use super::measure::{on_resize, px};
use super::open::Open;
use crate::logic::timeline::{self, Jump, Kind};
use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use leptos::html::{Div, Section};
use leptos::prelude::*;
use row::row;
use scroll::Scroll;

/// The pane in the middle.
#[component]
pub fn Transcript(open: Open) -> impl IntoView {
    let (pane, whole, rows) = (NodeRef::<Section>::new(), NodeRef::<Div>::new(), NodeRef::<Div>::new());
    let scroll = Scroll::new(pane, whole, rows, estimates(open));
    let range = Memo::new(move |_| scroll.range());
    Effect::new(move |_| {
        let steps = open.steps();
        let mut events: Vec<u32> = steps.get(range.get()).unwrap_or_default().to_vec();
        events.extend(open.chosen.get());
        open.bodies.want(events);
        scroll.measure_soon();
    });
    on_resize(rows, move |_| scroll.measure());
    Effect::new(move |_| {
        if let Some(event) = open.chosen.get() {
            let index = open.step_index(event);
            // The first time the list is not laid out yet.
            request_animation_frame(move || scroll.bring(index));
        }
    });
    let options = EventListenerOptions { phase: EventListenerPhase::Capture, ..Default::default() };
    let moved = ["scroll", "resize"].map(|kind| EventListener::new_with_options(&window(), kind, options, move |_| scroll.look()));
    let moved = StoredValue::new_local(moved);
    on_cleanup(move || moved.dispose());
    view! {
        <section class="transcript" aria-label="Transcript" data-testid="transcript" node_ref=pane>
            <Head open=open />
            <div class="step-list" node_ref=whole>
                <div class="step-spacer" style:height=move || px(scroll.before(&range.get()))></div>
                <div class="step-rows" node_ref=rows>
                    <For each=move || range.get() key=|index| *index children=move |index| row(open, index) />
                </div>
                <div class="step-spacer" style:height=move || px(scroll.after(&range.get()))></div>
            </div>
        </section>
    }
}

/// Heights before anything was measured, by kind. Good guesses keep the scroll bar calm.
fn estimates(open: Open) -> Vec<f64> {
    let (track, steps) = (open.track(), open.steps());
    let height = |step: &u32| match track.get(*step).map(|mark| timeline::kind_of(&track, mark)) {
        Some(Kind::Prompt) => 160.0,
        Some(Kind::Response) => 90.0,
        Some(Kind::Thinking | Kind::Routing | Kind::Override | Kind::Other) => 40.0,
        Some(Kind::Start) => 64.0,
        _ => 190.0,
    };
    steps.iter().map(height).collect()
}

/// Where one is, and jumps.
#[component]
fn Head(open: Open) -> impl IntoView {
    let total = open.steps().len();
    let place = move || match open.chosen.get() {
        Some(event) => view! { "step "<span class="num">{open.step_index(event) + 1}</span>" of "<span class="num">{total}</span> }.into_any(),
        None => crate::logic::format::count(total as u64, "step").into_any(),
    };
    let chip = move |name: &'static str, to: Jump, keys: &'static str| {
        let count = timeline::jumps(&open.track(), &open.steps(), to).len();
        view! {
            <button class="chip" type="button" disabled=count == 0 title=format!("Next one{keys}")
                on:click=move |_| open.jump(to, false, true)>{name}" "<span class="num">{count}</span></button>
        }
    };
    view! {
        <div class="pane-head">
            <strong>"Transcript"</strong>
            <span class="muted clip pane-note" data-testid="step-place">{place}</span>
            <span class="pane-actions">
                {chip("Prompts", Jump::Prompt, " (Shift →)")}
                {chip("Errors", Jump::Error, " (E)")}
                {chip("Edits", Jump::Edit, "")}
            </span>
        </div>
    }
}
