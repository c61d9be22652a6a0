//! The keyboard's place in a lane: the canvas mirrored for focus and for screen readers. One button lies over the bar
//! that the keyboard is at, and moves.

use super::axis::{Axis, Row};
use super::lanes::Found;
use super::words;
use crate::model::sorted;
use crate::ui::session::measure::px;
use crate::ui::shared::{Derived, El, Live, el};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// Half of a sign in the row of marks, pixels.
const SIGN_PX: f64 = 7.0;

/// A stop of the keyboard.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stop {
    x: f64,
    width: f64,
    found: Found,
}

fn stops(axis: Axis, row: Row) -> Vec<Stop> {
    let stops = axis.seen.with(|seen| match row {
        Row::Marks => {
            let of = |mark: &crate::logic::timeline::LaneMark| Stop {
                x: mark.x - SIGN_PX,
                width: 2.0 * SIGN_PX,
                found: Found { event: mark.event, count: mark.count, lane: None },
            };
            seen.marks.iter().map(of).collect()
        }
        Row::Bars(lane) => {
            let of = |bar: &crate::logic::timeline::Bar| Stop {
                x: bar.x,
                width: bar.width,
                found: Found { event: bar.event, count: bar.count, lane: Some(lane) },
            };
            seen.bars(lane).iter().map(of).collect()
        }
        _ => Vec::new(),
    });
    sorted(stops, |a, b| a.x.total_cmp(&b.x))
}

/// The cursor of a row of bars or marks. Left and right move along it, up and down to the next row, Enter chooses.
/// `focused` is the row that has the focus: nothing else looks at what is shown with every frame.
pub fn cursor(axis: Axis, row: Row, name: &str, active: Live<Row>, focused: Live<Option<Row>>) -> El {
    let at = Live::new(0usize);
    let ordered = Derived::new(move || if focused.get() == Some(row) { stops(axis, row) } else { Vec::new() });
    let stop =
        Derived::new(move || ordered.with(|stops| stops.get(at.get().min(stops.len().saturating_sub(1))).copied()));
    let pressed = move |event: Event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let last = ordered.with_untracked(Vec::len).saturating_sub(1);
        let here = at.get_untracked().min(last);
        match event.key().as_str() {
            "ArrowLeft" => at.set(here.saturating_sub(1)),
            "ArrowRight" => at.set((here + 1).min(last)),
            "Home" => at.set(0),
            "End" => at.set(last),
            "ArrowUp" => focus_row(event, Element::previous_element_sibling),
            "ArrowDown" => focus_row(event, Element::next_element_sibling),
            "f" | "F" => {
                let extent = stop.get_untracked().and_then(|stop| words::extent(axis.open, &stop.found));
                let Some((from, to)) = extent else { return };
                axis.fit_span(from, to);
            }
            _ => return,
        }
        event.prevent_default();
    };
    let choose = move |event: Event| {
        event.stop_propagation();
        if let Some(stop) = stop.get_untracked() {
            words::choose(axis.open, &stop.found);
        }
    };
    let name = format!("{name}: arrow keys move from mark to mark");
    el("button")
        .attr("type", "button")
        .class("timeline-cursor")
        .attr("data-testid", "timeline-cursor")
        .live_attr("tabindex", move || Some(if active.get() == row { "0" } else { "-1" }.to_owned()))
        .live_css("left", move || px(stop.get().map_or(0.0, |stop| stop.x)))
        .live_css("width", move || px(stop.get().map_or(0.0, |stop| stop.width)))
        .live_attr("aria-label", move || {
            Some(stop.get().map_or_else(|| name.clone(), |stop| words::of(axis.open, &stop.found)))
        })
        .on("focus", move |_| {
            active.set(row);
            focused.set(Some(row));
        })
        .on("blur", move |_| {
            if focused.get_untracked() == Some(row) {
                focused.set(None);
            }
        })
        .on("keydown", pressed)
        .on("click", choose)
}

/// Moves the focus to the cursor of the next row that has one.
fn focus_row(event: &KeyboardEvent, next: fn(&Element) -> Option<Element>) {
    let here = event.current_target().and_then(|here| here.dyn_into::<Element>().ok());
    let mut lane = here.and_then(|here| here.closest(".lane").ok().flatten()).as_ref().and_then(next);
    while let Some(current) = lane {
        let cursor = current.query_selector(".timeline-cursor").ok().flatten();
        if let Some(cursor) = cursor.and_then(|cursor| cursor.dyn_into::<HtmlElement>().ok()) {
            // Fails only for elements that cannot have focus.
            return cursor.focus().unwrap_or_default();
        }
        lane = next(&current);
    }
}
