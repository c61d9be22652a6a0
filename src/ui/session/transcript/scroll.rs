//! Which rows are on screen, how high they are, and how to get to one of them.
//!
//! Works whether the pane scrolls (wide screens) or the page (narrow ones): all is measured against the window.

use crate::logic::virtual_list::VirtualList;
use leptos::html::{Div, Section};
use leptos::prelude::*;
use std::ops::Range;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Rows this far outside the view are drawn as well, pixels.
const SPARE_PX: f64 = 700.0;
/// Frames that a jump may take to settle: rows above the goal get their true height only when they are drawn.
const FRAMES: u32 = 20;
/// Less of a row than this does not count as seeing it, pixels.
const LEAST_SEEN_PX: f64 = 60.0;

/// The state of the list. Copies share it.
#[derive(Clone, Copy)]
pub struct Scroll {
    pane: NodeRef<Section>,
    whole: NodeRef<Div>,
    rows: NodeRef<Div>,
    list: StoredValue<VirtualList>,
    /// Rises when heights have changed.
    version: RwSignal<u32>,
    /// Top and height of what is visible, in pixels of the list.
    seen: RwSignal<(f64, f64)>,
    /// Rises with each jump: an older one that is still settling gives way.
    jump: StoredValue<u32>,
}

impl Scroll {
    pub fn new(pane: NodeRef<Section>, whole: NodeRef<Div>, rows: NodeRef<Div>, heights: Vec<f64>) -> Self {
        let list = StoredValue::new(VirtualList::new(heights.into_iter()));
        let (version, seen) = (RwSignal::new(0), RwSignal::new((0.0, 900.0)));
        Self { pane, whole, rows, list, version, seen, jump: StoredValue::new(0) }
    }

    /// The rows to draw.
    pub fn range(self) -> Range<usize> {
        self.version.track();
        let (top, height) = self.seen.get();
        self.list.with_value(|list| list.range(top, height, SPARE_PX))
    }

    /// The height of all rows before a range.
    pub fn before(self, range: &Range<usize>) -> f64 {
        self.version.track();
        self.list.with_value(|list| list.offset_of(range.start))
    }

    /// The height of all rows after a range.
    pub fn after(self, range: &Range<usize>) -> f64 {
        self.version.track();
        self.list.with_value(|list| list.total() - list.offset_of(range.end))
    }

    /// Finds out what is visible.
    pub fn look(self) {
        let (Some((top, bottom)), Some(whole)) = (self.view(), self.whole()) else { return };
        let seen = (top - whole.get_bounding_client_rect().top(), (bottom - top).max(0.0));
        if self.seen.get_untracked() != seen {
            self.seen.set(seen);
        }
    }

    /// Takes the heights of the rows that are drawn.
    pub fn measure(self) {
        let Some(rows) = self.rows.try_get_untracked().flatten() else { return };
        let mut changed = 0.0;
        self.list.update_value(|list| {
            let children = rows.children();
            for row in (0..children.length()).filter_map(|index| children.item(index)) {
                if let Some(index) = row.get_attribute("data-row").and_then(|index| index.parse().ok()) {
                    changed += list.measure(index, row.get_bounding_client_rect().height()).abs();
                }
            }
        });
        if changed > 0.0 {
            self.version.update(|version| *version += 1);
        }
        self.look();
    }

    /// As [`Scroll::measure`], when what is being drawn is there.
    pub fn measure_soon(self) {
        request_animation_frame(move || {
            if !self.list.is_disposed() {
                self.measure();
            }
        });
    }

    /// Scrolls a row into view, if it is not there already.
    pub fn bring(self, index: usize) {
        if self.jump.try_update_value(|jump| *jump += 1).is_none() {
            return;
        }
        let jump = self.jump.get_value();
        let is_seen = || {
            let ((top, bottom), rect) = (self.view()?, self.row(index)?.get_bounding_client_rect());
            let seen = rect.bottom().min(bottom) - rect.top().max(top);
            Some(rect.top() >= top - 1.0 && seen >= rect.height().min(LEAST_SEEN_PX))
        };
        if is_seen() != Some(true) {
            self.settle(index, jump, FRAMES);
        }
    }

    fn settle(self, index: usize, jump: u32, frames: u32) {
        if self.jump.try_get_value() != Some(jump) || frames == 0 {
            return;
        }
        let (Some((top, _)), Some(whole)) = (self.view(), self.whole()) else { return };
        let at = match self.row(index) {
            Some(row) => row.get_bounding_client_rect().top(),
            None => whole.get_bounding_client_rect().top() + self.list.with_value(|list| list.offset_of(index)),
        };
        if (at - top).abs() > 1.0 {
            self.scroll_by(at - top);
            self.look();
        }
        request_animation_frame(move || self.settle(index, jump, frames - 1));
    }

    fn whole(self) -> Option<Element> {
        Some(self.whole.try_get_untracked().flatten()?.unchecked_into())
    }

    fn pane(self) -> Option<HtmlElement> {
        Some(self.pane.try_get_untracked().flatten()?.unchecked_into())
    }

    fn row(self, index: usize) -> Option<Element> {
        let rows = self.rows.try_get_untracked().flatten()?;
        rows.query_selector(&format!("[data-row=\"{index}\"]")).ok().flatten()
    }

    /// Top and bottom of what can be seen of the list, in pixels of the window: what sticks to the top hides the rest.
    fn view(self) -> Option<(f64, f64)> {
        let pane = self.pane()?;
        let rect = pane.get_bounding_client_rect();
        let window_px = window().inner_height().ok()?.as_f64()?;
        let sticking = if scrolls(&pane) {
            pane.first_element_child()?.get_bounding_client_rect().bottom()
        } else {
            let bar = document().query_selector(".timeline").ok().flatten();
            bar.map_or(0.0, |bar| bar.get_bounding_client_rect().bottom()).clamp(0.0, window_px * 0.6)
        };
        Some((rect.top().max(0.0).max(sticking), rect.bottom().min(window_px)))
    }

    fn scroll_by(self, px: f64) {
        let Some(pane) = self.pane() else { return };
        if scrolls(&pane) {
            pane.set_scroll_top(pane.scroll_top() + px.round() as i32);
        } else {
            window().scroll_by_with_x_and_y(0.0, px);
        }
    }
}

/// Whether an element scrolls by itself; else the page does.
fn scrolls(pane: &HtmlElement) -> bool {
    pane.scroll_height() > pane.client_height() + 1
}
