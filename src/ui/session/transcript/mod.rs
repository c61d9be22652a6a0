//! The steps as text: only those on screen exist.

mod block;
mod row;
mod scroll;

use super::measure::{on_resize, px};
use super::open::Open;
use crate::logic::format::count;
use crate::logic::timeline::{self, Jump, Kind};
use crate::ui::frame::button;
use crate::ui::shared::{Derived, El, el, follow, listen_first, next_frame};
use leptos::prelude::window;
use scroll::Scroll;

/// The pane in the middle.
pub fn transcript(open: Open) -> El {
    let (pane, whole, rows) =
        (el("section").class("transcript"), el("div").class("step-list"), el("div").class("step-rows"));
    let scroll = Scroll::new(&pane, &whole, &rows, estimates(open));
    let range = Derived::new(move || scroll.range());
    follow(move || {
        scroll.draw(range.get(), |index| row::row(open, index));
        scroll.measure_soon();
    });
    follow(move || {
        let mut events: Vec<u32> = open.steps().get(range.get()).unwrap_or_default().to_vec();
        events.extend(open.chosen.get());
        open.bodies.want(events);
    });
    follow(move || {
        open.bodies.arrived.track();
        scroll.measure_soon();
    });
    // Folds, and another width.
    on_resize(&rows.node(), move || scroll.measure());
    follow(move || {
        if let Some(event) = open.chosen.get() {
            let index = open.step_index(event);
            // The first time the list is not laid out yet.
            next_frame(move || scroll.bring(index));
        }
    });
    watch_window(scroll);
    let spacer = |height: fn(Scroll, &std::ops::Range<usize>) -> f64| {
        el("div").class("step-spacer").live_css("height", move || px(height(scroll, &range.get())))
    };
    let whole = whole.children([spacer(Scroll::before), rows, spacer(Scroll::after)]);
    pane.attr("aria-label", "Transcript").attr("data-testid", "transcript").children([head(open), whole])
}

fn watch_window(scroll: Scroll) {
    for event in ["scroll", "resize"] {
        listen_first(&window(), event, move |_| scroll.look());
    }
    for event in ["wheel", "touchmove", "pointerdown", "keydown"] {
        listen_first(&window(), event, move |_| scroll.release());
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
fn head(open: Open) -> El {
    let total = open.steps().len();
    let place = move || match open.chosen.get() {
        Some(event) => format!("step {} of {total}", open.step_index(event) + 1),
        None => count(total as u64, "step"),
    };
    let chip = |name: &str, to: Jump, keys: &str| {
        let count = timeline::jumps(&open.track(), &open.steps(), to).len();
        let number = el("span").class("num").text(&count.to_string());
        let chip = button("chip", move |_| open.jump(to, false, true)).flag("disabled", count == 0);
        chip.attr("title", &format!("Next one{keys}")).text(name).text(" ").child(number)
    };
    let chips = [
        chip("Prompts", Jump::Prompt, " (Shift →)"),
        chip("Errors", Jump::Error, " (E)"),
        chip("Edits", Jump::Edit, ""),
    ];
    el("div").class("pane-head").children([
        el("strong").text("Transcript"),
        el("span").class("muted clip pane-note").attr("data-testid", "step-place").live_text(place),
        el("span").class("pane-actions").children(chips),
    ])
}
