//! The whole session above the lanes, and the window that is shown of it.

use super::axis::{Axis, Row};
use super::lanes::paint_minimap;
use super::paint::Surface;
use crate::logic::format::fixed;
use crate::logic::timeline::{TimeScale, offset_text, within};
use crate::ui::session::measure::moved;
use crate::ui::shared::{Derived, El, Live, el, follow};
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

/// A press so near to an edge of the window means its handle, pixels.
const HANDLE_PX: f64 = 7.0;
/// An arrow key moves a handle by so much of the session.
const KEY_SHARE: f64 = 0.01;

/// What of the window somebody holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Grip {
    From,
    To,
    /// All of it, pressed at this time.
    Window {
        at_ms: f64,
        shown: TimeScale,
    },
    /// A new window is drawn from this time on.
    New {
        from_ms: f64,
    },
}

/// The minimap.
pub fn minimap(axis: Axis, looks: Live<u32>) -> El {
    let (canvas, surface) = Surface::new("timeline-paint", looks);
    if let Some(surface) = surface {
        follow(move || {
            let height = axis
                .places
                .with(|places| places.iter().find(|place| place.row == Row::Minimap).map_or(0.0, |place| place.height));
            if height > 0.0 {
                surface.paint(axis.width.get(), height, |pen| paint_minimap(axis, pen, height));
            }
        });
    }
    let edge = move |is_from: bool| {
        let (whole, scale) = (axis.whole.get(), axis.scale.get());
        within(whole.x(if is_from { scale.from_ms } else { scale.to_ms }), 0.0, whole.width_px)
    };
    let window =
        el("div").class("minimap-window").attr("data-testid", "minimap-window").live_css("transform", move || {
            // A width of its own would have the timeline painted anew with each frame of a zoom.
            let share = (edge(false) - edge(true)).max(2.0) / axis.width.get().max(1.0);
            format!("{} scaleX({})", moved(edge(true)), fixed(share, 4))
        });
    let handles =
        [true, false].map(|is_from| handle(axis, is_from).live_css("transform", move || moved(edge(is_from))));
    let share = move |px: f64| format!("scaleX({})", fixed(px / axis.width.get().max(1.0), 4));
    let veils = [
        el("div").class("minimap-veil").live_css("transform", move || share(edge(true))),
        el("div")
            .class("minimap-veil minimap-veil-after")
            .live_css("transform", move || share(axis.width.get() - edge(false))),
    ];
    let lane = el("div").class("lane lane-minimap").attr("data-testid", "minimap");
    lane.child(canvas).children(veils).child(window).children(handles)
}

fn handle(axis: Axis, is_from: bool) -> El {
    let at = move || {
        let scale = axis.scale.get();
        if is_from { scale.from_ms } else { scale.to_ms }
    };
    let share = Derived::new(move || {
        let whole = axis.whole.get();
        within(((at() - whole.from_ms) / whole.span_ms() * 100.0).round(), 0.0, 100.0) as u32
    });
    let origin_ms = axis.open.origin().map_or(0.0, |at| at.ms() as f64);
    let told = Derived::new(move || offset_text(at() - origin_ms));
    let pressed = move |event: Event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let (whole, shown) = (axis.whole.get_untracked(), axis.target());
        let step = whole.span_ms() * KEY_SHARE;
        let (from, to) = match (event.key().as_str(), is_from) {
            ("ArrowLeft", true) => (shown.from_ms - step, shown.to_ms),
            ("ArrowRight", true) => (shown.from_ms + step, shown.to_ms),
            ("ArrowLeft", false) => (shown.from_ms, shown.to_ms - step),
            ("ArrowRight", false) => (shown.from_ms, shown.to_ms + step),
            ("Home", true) => (whole.from_ms, shown.to_ms),
            ("End", false) => (shown.from_ms, whole.to_ms),
            _ => return,
        };
        event.prevent_default();
        if from < to {
            axis.show(whole.part(from.max(whole.from_ms), to.min(whole.to_ms)));
        }
    };
    el("div")
        .class(if is_from { "minimap-handle" } else { "minimap-handle minimap-handle-to" })
        .attr("data-testid", if is_from { "minimap-from" } else { "minimap-to" })
        .attr("role", "slider")
        .attr("tabindex", "0")
        .attr("aria-label", if is_from { "Start of what is shown" } else { "End of what is shown" })
        .attr("aria-valuemin", "0")
        .attr("aria-valuemax", "100")
        .live_attr("aria-valuenow", move || Some(share.get().to_string()))
        .live_attr("aria-valuetext", move || Some(told.get()))
        .on("keydown", pressed)
}

fn edges(axis: Axis) -> (TimeScale, TimeScale, f64, f64) {
    let (whole, shown) = (axis.whole.get_untracked(), axis.target());
    (whole, shown, whole.x(shown.from_ms), whole.x(shown.to_ms))
}

/// What a press at a pixel holds.
pub fn grip(axis: Axis, x: f64) -> Grip {
    let (whole, shown, from, to) = edges(axis);
    match x {
        _ if (x - from).abs() <= HANDLE_PX => Grip::From,
        _ if (x - to).abs() <= HANDLE_PX => Grip::To,
        // Where everything is shown there is nothing to move it to.
        _ if (from..=to).contains(&x) && !whole.is_whole(&shown) => Grip::Window { at_ms: whole.at_ms(x), shown },
        _ => Grip::New { from_ms: whole.at_ms(x) },
    }
}

/// The pointer over a pixel.
pub fn cursor(axis: Axis, x: f64) -> &'static str {
    match grip(axis, x) {
        Grip::From | Grip::To => "ew-resize",
        Grip::Window { .. } => "grab",
        Grip::New { .. } => "crosshair",
    }
}

/// The pointer is at another pixel now.
pub fn drag(axis: Axis, grip: Grip, x: f64) {
    let (whole, shown) = (axis.whole.get_untracked(), axis.target());
    let at_ms = whole.at_ms(within(x, 0.0, whole.width_px));
    axis.show(match grip {
        Grip::From => whole.part(at_ms.min(shown.to_ms), shown.to_ms),
        Grip::To => whole.part(shown.from_ms, at_ms.max(shown.from_ms)),
        Grip::Window { at_ms: from_ms, shown } => whole.moved(&shown, at_ms - from_ms),
        Grip::New { from_ms } => whole.part(from_ms.min(at_ms), from_ms.max(at_ms)),
    });
}

/// The pointer was pressed and released at one place: the window goes there.
pub fn click(axis: Axis, grip: Grip, x: f64) {
    let (whole, shown) = (axis.whole.get_untracked(), axis.target());
    if let Grip::New { .. } = grip {
        let by = whole.at_ms(x) - (shown.from_ms + shown.to_ms) / 2.0;
        axis.show(whole.moved(&shown, by));
    }
}
