//! The steps as text: only those on screen exist.

mod block;
mod code;
mod durable;
mod focus;
mod prose;
mod row;
mod scroll;
mod stretch;
mod sub_agent;
mod tree;

pub use code::{code, difference};
pub use prose::prose;
pub use row::step;
pub use tree::tree;

use super::find;
use super::measure::on_resize;
use super::open::Open;
use super::transport::show_all;
use crate::logic::format::count;
use crate::logic::timeline::{self, Jump, Kind};
use crate::logic::transcript::Row;
use crate::ui::frame::button;
use crate::ui::shared::{Derived, El, Kept, Live, el, follow, listen_first, next_frame, next_task, task};
use leptos::prelude::window;
use scroll::Scroll;
use std::ops::Range;
use std::rc::Rc;

/// The pane in the middle.
pub fn transcript(open: Open) -> El {
    let (pane, whole, rows) =
        (el("section").class("transcript"), el("div").class("step-list"), el("div").class("step-rows"));
    let [before, after] = [(); 2].map(|()| el("div").class("step-spacer"));
    let shown = Kept::new(open.rows.get_untracked());
    let most = Derived::new(move || open.shown_rows());
    let opened = Rc::new(move || open.turned.get().map(|event| open.row_index(event)));
    let make = Rc::new(move |index| row::row(open, index));
    let elements = [&pane, &whole, &rows, &before, &after];
    let scroll = Scroll::new(elements, estimates(open, &shown.get()), most, make, opened);
    follow(move || {
        let rows = open.rows.get();
        let old = shown.get();
        if rows != old {
            shown.set(rows.clone());
            scroll.replace(estimates(open, &rows), places(&old, &rows));
        }
    });
    follow(move || {
        most.track();
        open.bodies.arrived.track();
        scroll.soon();
    });
    follow(move || {
        // Other rows may stand at the same places.
        open.rows.track();
        let (first, wanted) = scroll.wanted.get();
        want(open, first, wanted);
    });
    // Folds, and another width. While one scrolls the work of the frame comes anyway.
    on_resize(&rows.node(), move || scroll.turn_if(false));
    // The timeline and the bar at the foot come after the steps and take their room, and windows change.
    on_resize(&pane.node(), move || scroll.hold());
    follow(move || {
        // The card at the end takes some of the room.
        open.player.has_ended.track();
        if let Some(event) = open.chosen.get() {
            let index = open.row_index(event);
            // The first time the list is not laid out yet.
            next_frame(move || scroll.bring(index));
        }
    });
    watch_window(scroll);
    find::paint(open, &rows.node(), move |hit| {
        // Rows that have just grown must not move it afterwards.
        scroll.measure();
        let place = hit.get_bounding_client_rect();
        // Without a height it is not drawn any more.
        if place.height() > 0.0 {
            scroll.show(place.top(), place.bottom());
        }
    });
    let rail = find::rail(open, &pane.node(), move |event| scroll.share_of(open.row_index(event)));
    let whole = whole.children([before, rows, after]);
    pane.attr("aria-label", "Transcript")
        .attr("data-testid", "transcript")
        .children([head(open).child(find::bar(open)).child(rail), whole])
}

/// Asks for the contents of rows that are drawn or soon will be, and of some beyond them.
fn want(open: Open, first: usize, wanted: Range<usize>) {
    const AHEAD: usize = 24;
    let rows = open.rows.get_untracked();
    let steps = |range: Range<usize>| -> Vec<u32> {
        let step = |row: &Row| if let Row::Step(event) = row { Some(*event) } else { None };
        rows.get(range).unwrap_or_default().iter().filter_map(step).collect()
    };
    let end = wanted.end;
    let mut now = steps(first..end);
    now.extend(steps(wanted.start..first));
    now.extend(open.chosen.get());
    let mut ahead = steps(end..(end + AHEAD).min(rows.len()));
    ahead.extend(steps(wanted.start.saturating_sub(AHEAD)..wanted.start));
    open.bodies.want(now, ahead);
}

/// Where each of the new rows stood among the old ones.
fn places(old: &[Row], new: &[Row]) -> impl Fn(usize) -> Option<usize> {
    // Both are in order: a stretch stands before the step of the same event.
    let order = |row: &Row| (row.event(), matches!(row, Row::Step(_)));
    let places: Vec<Option<usize>> = new.iter().map(|row| old.binary_search_by_key(&order(row), order).ok()).collect();
    move |index| places.get(index).copied().flatten()
}

fn watch_window(scroll: Scroll) {
    for event in ["scroll", "resize"] {
        listen_first(&window(), event, move |_| scroll.soon());
    }
    scroll.release_for_user();
}

/// Heights before anything was measured, by kind. Good guesses keep the scroll bar calm.
fn estimates(open: Open, rows: &[Row]) -> Vec<f64> {
    let track = open.track();
    let height = |row: &Row| match row {
        Row::Step(step) => track.get(*step).map_or(0.0, |mark| estimate(timeline::kind_of(&track, mark))),
        Row::Stretch(_) => 34.0,
    };
    rows.iter().map(height).collect()
}

/// The height of a step whose content is not there yet, pixels.
const fn estimate(kind: Kind) -> f64 {
    match kind {
        Kind::Prompt => 160.0,
        Kind::Response => 90.0,
        Kind::Thinking | Kind::Routing | Kind::Override | Kind::System | Kind::Other => 40.0,
        Kind::Start => 64.0,
        _ => 190.0,
    }
}

/// Where one is, and jumps.
fn head(open: Open) -> El {
    let place = move || {
        let total = open.steps().len();
        match open.chosen.get() {
            Some(event) => {
                let later = if open.hides_later() { ", later steps hidden" } else { "" };
                format!("step {} of {total}{later}", open.step_index(event) + 1)
            }
            None => count(total as u64, "step"),
        }
    };
    // Counting goes through all steps: those on screen come first.
    let is_due = Live::new(false);
    task(async move {
        next_task().await;
        is_due.set(true);
    });
    let chips = move || {
        if !is_due.get() {
            return Vec::new();
        }
        let steps = open.steps();
        let chip = |name: &str, to: Jump, keys: &str| {
            let count = timeline::jumps(&open.track(), &steps, to).len();
            let number = el("span").class("num").text(&count.to_string());
            let chip = button("chip", move |_| open.jump(to, false, true)).flag("disabled", count == 0);
            chip.attr("title", &format!("Next one{keys}")).text(name).text(" ").child(number)
        };
        let all = open.playhead.with(Option::is_some).then(|| show_all(open));
        let jumps = [
            chip("Prompts", Jump::Prompt, " (Shift →)"),
            chip("Errors", Jump::Error, " (E)"),
            chip("Edits", Jump::Edit, ""),
        ];
        all.into_iter().chain(jumps).collect()
    };
    el("div")
        .class("pane-head")
        .children([
            el("strong").text("Transcript"),
            el("span").class("muted clip pane-note").attr("data-testid", "step-place").live_text(place),
        ])
        .child(focus::choice(open))
        .children(durable::choice(open))
        .child(el("span").class("pane-actions").live(chips))
}
