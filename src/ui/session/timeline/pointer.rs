//! Wheel, pointers and keys on the timeline. One set of handlers for all rows: bars have none of their own, since there
//! may be thousands.

use super::axis::{Axis, Row};
use super::lanes::{Found, found_at};
use super::{minimap, strips, words};
use crate::logic::timeline::{TimeScale, within};
use crate::ui::shared::{El, Kept, Live, listen_first};
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};

/// A pointer that moves less is still, pixels.
const STILL_PX: f64 = 4.0;
/// A turn of the wheel by one line, pixels.
const LINE_PX: f64 = 16.0;
/// So many pixels of the wheel make what is shown e times as long.
const WHEEL_PX: f64 = 240.0;
/// A pinch on a trackpad comes in far smaller steps.
const PINCH_PX: f64 = 60.0;
const KEY_ZOOM: f64 = 0.6;
const KEY_PAN: f64 = 0.2;

/// What the pointers are doing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Doing {
    #[default]
    Nothing,
    /// Pressed where nothing has moved yet.
    Pressed {
        row: Row,
        x: f64,
        shown: TimeScale,
    },
    Panning {
        x: f64,
        shown: TimeScale,
    },
    /// On the ruler, from this time.
    Selecting {
        from_ms: f64,
    },
    /// Two fingers: their distance and middle when they came down.
    Pinching {
        apart: f64,
        middle: f64,
        shown: TimeScale,
    },
    OnMinimap(minimap::Grip),
}

#[derive(Clone, Copy)]
struct Input {
    axis: Axis,
    doing: Kept<Doing>,
    /// Pointers that are down, with their places.
    down: Kept<Vec<(i32, f64)>>,
    /// The click that follows was a drag.
    was_drag: Kept<bool>,
    hover: Live<Hover>,
    is_over: Kept<bool>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Hover {
    words: String,
    cursor: &'static str,
}

/// Makes the view listen. `view` is what pixels are counted in.
pub fn listen(axis: Axis, view: El) -> El {
    let input = Input {
        axis,
        doing: Kept::new(Doing::Nothing),
        down: Kept::new(Vec::new()),
        was_drag: Kept::new(false),
        hover: Live::new(Hover::default()),
        is_over: Kept::new(false),
    };
    let node = view.node();
    let place = {
        let node = node.clone();
        move |event: &Event| -> Option<(f64, f64)> {
            let event: &MouseEvent = event.dyn_ref()?;
            let rect = node.get_bounding_client_rect();
            Some((f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top()))
        }
    };
    let with = move |act: fn(Input, &Event, f64, f64)| {
        let place = place.clone();
        move |event: Event| {
            if let Some((x, y)) = place(&event) {
                act(input, &event, x, y);
            }
        }
    };
    keys(input, &node);
    let hover = input.hover;
    view.live_attr("title", move || Some(hover.with(|hover| hover.words.clone())).filter(|words| !words.is_empty()))
        .live_css("cursor", move || hover.with(|hover| hover.cursor.to_owned()))
        .on("wheel", with(Input::wheel))
        .on("pointerdown", with(Input::press))
        .on("pointermove", with(Input::move_to))
        .on("pointerup", with(Input::release))
        .on("pointercancel", with(Input::release))
        .on("pointerenter", move |_| input.is_over.set(true))
        .on("pointerleave", move |_| input.is_over.set(false))
        .on("click", with(Input::click))
        .on("dblclick", with(Input::double_click))
}

impl Input {
    fn wheel(self, event: &Event, x: f64, _: f64) {
        let Some(event) = event.dyn_ref::<WheelEvent>() else { return };
        let unit = if event.delta_mode() == WheelEvent::DOM_DELTA_LINE { LINE_PX } else { 1.0 };
        let (dx, dy) = (event.delta_x() * unit, event.delta_y() * unit);
        let axis = self.axis;
        let (whole, shown) = (axis.whole.get_untracked(), axis.target());
        let sideways = if event.shift_key() && dx == 0.0 { dy } else { dx };
        let is_pan = !event.ctrl_key() && (event.shift_key() || dx.abs() > dy.abs());
        if is_pan {
            if whole.is_whole(&shown) {
                return;
            }
            axis.pan(sideways / axis.width.get_untracked().max(1.0));
        } else {
            // Nothing is longer than everything: then the page may scroll.
            if dy > 0.0 && whole.is_whole(&shown) && !event.ctrl_key() {
                return;
            }
            axis.zoom((dy / if event.ctrl_key() { PINCH_PX } else { WHEEL_PX }).exp(), x);
        }
        event.prevent_default();
    }

    fn press(self, event: &Event, x: f64, y: f64) {
        let Some(event) = event.dyn_ref::<PointerEvent>() else { return };
        if event.button() != 0 {
            return;
        }
        self.was_drag.set(false);
        let id = event.pointer_id();
        self.down.update(|down| {
            down.retain(|(known, _)| *known != id);
            down.push((id, x));
        });
        let shown = self.axis.target();
        let places = self.down.with(|down| down.iter().map(|(_, x)| *x).collect::<Vec<_>>());
        if let [one, other] = places[..] {
            let apart = (one - other).abs().max(1.0);
            self.doing.set(Doing::Pinching { apart, middle: shown.at_ms((one + other) / 2.0), shown });
            return;
        }
        let Some(place) = self.axis.row_at(y) else { return };
        self.doing.set(match place.row {
            Row::Minimap => {
                capture(event);
                Doing::OnMinimap(minimap::grip(self.axis, x))
            }
            row => Doing::Pressed { row, x, shown },
        });
    }

    fn move_to(self, event: &Event, x: f64, y: f64) {
        let Some(event) = event.dyn_ref::<PointerEvent>() else { return };
        let id = event.pointer_id();
        self.down.update(|down| down.iter_mut().filter(|(known, _)| *known == id).for_each(|(_, place)| *place = x));
        let axis = self.axis;
        let whole = axis.whole.get_untracked();
        match self.doing.get() {
            Doing::Nothing => self.hover_at(x, y),
            Doing::Pressed { row, x: from, shown } if (x - from).abs() >= STILL_PX => {
                capture(event);
                self.was_drag.set(true);
                self.say(String::new(), if row == Row::Ruler { "col-resize" } else { "grabbing" });
                self.doing.set(match row {
                    Row::Ruler => Doing::Selecting { from_ms: shown.at_ms(from) },
                    _ => Doing::Panning { x: from, shown },
                });
                self.move_to(event, x, y);
            }
            Doing::Pressed { .. } => {}
            Doing::Panning { x: from, shown } => {
                axis.show(whole.moved(&shown, (from - x) / shown.width_px.max(1.0) * shown.span_ms()));
            }
            Doing::Selecting { from_ms } => {
                let scale = axis.scale.get_untracked();
                axis.select(from_ms, scale.at_ms(within(x, 0.0, scale.width_px)));
            }
            Doing::Pinching { apart, middle, shown } => {
                let places = self.down.with(|down| down.iter().map(|(_, x)| *x).collect::<Vec<_>>());
                if let [one, other, ..] = places[..] {
                    let zoomed = whole.zoomed(&shown, apart / (one - other).abs().max(1.0), middle);
                    let away = zoomed.x(middle) - (one + other) / 2.0;
                    axis.show(whole.moved(&zoomed, away / zoomed.width_px.max(1.0) * zoomed.span_ms()));
                    self.was_drag.set(true);
                }
            }
            Doing::OnMinimap(grip) => {
                self.was_drag.set(true);
                minimap::drag(axis, grip, x);
            }
        }
    }

    fn release(self, event: &Event, x: f64, _: f64) {
        let id = event.dyn_ref::<PointerEvent>().map(PointerEvent::pointer_id);
        self.down.update(|down| down.retain(|(known, _)| Some(*known) != id));
        match self.doing.get() {
            Doing::Selecting { .. } => self.axis.tell_range(),
            Doing::OnMinimap(grip) if !self.was_drag.get() => minimap::click(self.axis, grip, x),
            // The finger that stays must not jump.
            Doing::Pinching { .. } => self.down.set(Vec::new()),
            _ => {}
        }
        self.doing.set(Doing::Nothing);
    }

    fn found(self, x: f64, y: f64) -> Option<Found> {
        let row = self.axis.row_at(y)?.row;
        self.axis.seen.with_untracked(|seen| found_at(seen, row, x))
    }

    fn hover_at(self, x: f64, y: f64) {
        let axis = self.axis;
        let row = axis.row_at(y).map(|place| place.row);
        let scale = || axis.scale.get_untracked();
        let (words, cursor) = match row {
            Some(Row::Ruler) => ("Drag to select a range".to_owned(), "col-resize"),
            Some(Row::Minimap) => (String::new(), minimap::cursor(axis, x)),
            Some(Row::Context) => {
                (strips::words_at(&axis.plan.get().context, "Prompt", &scale(), x).unwrap_or_default(), "grab")
            }
            Some(Row::Output) => {
                (strips::words_at(&axis.plan.get().output, "Output", &scale(), x).unwrap_or_default(), "grab")
            }
            Some(Row::Bars(_) | Row::Marks) => match self.found(x, y) {
                Some(found) => (words::of(axis.open, &found), "pointer"),
                None => (String::new(), "grab"),
            },
            Some(Row::Untimed) | None => (String::new(), ""),
        };
        self.say(words, cursor);
    }

    fn say(self, words: String, cursor: &'static str) {
        let hover = Hover { words, cursor };
        if self.hover.with_untracked(|old| *old != hover) {
            self.hover.set(hover);
        }
    }

    fn click(self, event: &Event, x: f64, y: f64) {
        if self.was_drag.get() {
            self.was_drag.set(false);
            event.prevent_default();
            return;
        }
        if let Some(found) = self.found(x, y) {
            words::choose(self.axis.open, &found);
        }
    }

    fn double_click(self, _: &Event, x: f64, y: f64) {
        if let Some((from, to)) = self.found(x, y).and_then(|found| words::extent(self.axis.open, &found)) {
            self.axis.fit_span(from, to);
        }
    }
}

/// Moves outside of the element belong to it too, until the button is released.
fn capture(event: &PointerEvent) {
    let element = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    // Fails when the pointer is gone already.
    let _is_held = element.map(|element| element.set_pointer_capture(event.pointer_id()));
}

/// W A S D and + − anywhere on the page; 0 where the timeline is meant, since elsewhere digits belong to the replay.
fn keys(input: Input, view: &Element) {
    let view = view.clone();
    listen_first(&window(), "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
        if event.default_prevented() || has_modifier || crate::ui::frame::is_typing(event) || is_dialog_open() {
            return;
        }
        let axis = input.axis;
        let is_meant = || {
            let focus = document().active_element();
            input.is_over.get() || focus.is_some_and(|focus| view.contains(Some(&focus)))
        };
        match event.key().as_str() {
            "w" | "W" | "+" | "=" => axis.zoom_middle(KEY_ZOOM),
            "s" | "S" | "-" => axis.zoom_middle(1.0 / KEY_ZOOM),
            "a" | "A" => axis.pan(-KEY_PAN),
            "d" | "D" => axis.pan(KEY_PAN),
            "0" if is_meant() => axis.fit(),
            "Escape" if axis.range.with_untracked(Option::is_some) => axis.clear_range(),
            _ => return,
        }
        event.prevent_default();
    });
}

fn is_dialog_open() -> bool {
    document().query_selector("dialog[open], [popover]:popover-open").ok().flatten().is_some()
}
