//! Which rows are on screen, how high they are, and how to get to one of them.
//!
//! Works whether the pane scrolls (wide screens) or the page (narrow ones): all is measured against the window.

use crate::logic::virtual_list::VirtualList;
use crate::ui::shared::El;
use crate::ui::shared::{Derived, Kept, Live, next_frame};
use leptos::prelude::{Owner, document, window};
use std::collections::VecDeque;
use std::ops::Range;
use web_sys::Element;

/// Rows this far outside the view are drawn as well, pixels.
const SPARE_PX: f64 = 700.0;
/// Frames that a jump may take to settle: rows above the goal get their true height only when they are drawn.
const FRAMES: u32 = 20;
/// Less of a row than this does not count as seeing it, pixels.
const LEAST_SEEN_PX: f64 = 60.0;

/// The elements of the list.
struct Nodes {
    pane: Element,
    whole: Element,
    rows: Element,
    /// What is drawn, without gaps. Each row has an owner, so that it lives and dies alone: rows that stay on screen
    /// keep their elements, and the browser keeps its place by them.
    drawn: VecDeque<(usize, Element, Owner)>,
}

/// The state of the list. Copies share it.
#[derive(Clone, Copy)]
pub struct Scroll {
    nodes: Kept<Nodes>,
    /// The owner of all rows.
    owner: Kept<Owner>,
    list: Kept<VirtualList>,
    /// So many rows are shown; the rest is hidden.
    shown: Derived<usize>,
    /// Rises when heights have changed.
    version: Live<u32>,
    /// Top and height of what is visible, in pixels of the list.
    seen: Live<(f64, f64)>,
    /// Rises with each jump: an older one that is still settling gives way.
    jump: Kept<u32>,
    /// The row of the last jump, until the user scrolls: contents that come later must not push it out of sight.
    held: Kept<Option<usize>>,
}

impl Scroll {
    pub fn new(pane: &El, whole: &El, rows: &El, heights: Vec<f64>, shown: Derived<usize>) -> Self {
        let nodes = Nodes { pane: pane.node(), whole: whole.node(), rows: rows.node(), drawn: VecDeque::new() };
        Self {
            nodes: Kept::new(nodes),
            owner: Kept::new(Owner::new()),
            list: Kept::new(VirtualList::new(heights.into_iter())),
            shown,
            version: Live::new(0),
            seen: Live::new((0.0, 900.0)),
            jump: Kept::new(0),
            held: Kept::new(None),
        }
    }

    /// Other rows stand in the list. `old_index` finds those that were there: they keep their measured heights, so that
    /// what is on screen stays where it is.
    pub fn replace(self, guesses: Vec<f64>, old_index: impl Fn(usize) -> Option<usize>) {
        self.nodes.update(|nodes| {
            for (_, node, owner) in nodes.drawn.drain(..) {
                node.remove();
                owner.cleanup();
            }
        });
        self.list.update(|list| {
            let known = |index: usize| list.offset_of(index + 1) - list.offset_of(index);
            let height = |(index, guess): (usize, f64)| old_index(index).map_or(guess, known);
            *list = VirtualList::new(guesses.into_iter().enumerate().map(height));
        });
        self.held.set(None);
        self.version.update(|version| *version += 1);
    }

    /// Draws the rows of a range: new ones are made, those that left the screen are dropped.
    pub fn draw(self, range: Range<usize>, row: impl Fn(usize) -> El) {
        self.nodes.update(|nodes| {
            let (mut kept, gone) =
                nodes.drawn.drain(..).partition::<VecDeque<_>, _>(|(index, ..)| range.contains(index));
            for (_, node, owner) in gone {
                node.remove();
                owner.cleanup();
            }
            let make = |index: usize| {
                let owner = self.owner.with(|all| all.with(Owner::new));
                let node = owner.with(|| row(index)).node();
                (index, node, owner)
            };
            let (first, last) = match (kept.front(), kept.back()) {
                (Some((first, ..)), Some((last, ..))) => (*first, last + 1),
                _ => (range.end, range.end),
            };
            for index in (range.start..first).rev() {
                let new = make(index);
                // Neither fails: the nodes are ours.
                nodes.rows.prepend_with_node_1(&new.1).unwrap_or_default();
                kept.push_front(new);
            }
            for index in last..range.end {
                let new = make(index);
                nodes.rows.append_with_node_1(&new.1).unwrap_or_default();
                kept.push_back(new);
            }
            nodes.drawn = kept;
        });
    }

    /// The rows to draw.
    pub fn range(self) -> Range<usize> {
        self.version.track();
        let (top, height) = self.seen.get();
        let shown = self.shown.get();
        let range = self.list.with(|list| list.range(top, height, SPARE_PX));
        range.start.min(shown.saturating_sub(1))..range.end.min(shown)
    }

    /// The height of all rows before a range.
    pub fn before(self, range: &Range<usize>) -> f64 {
        self.version.track();
        self.list.with(|list| list.offset_of(range.start))
    }

    /// The height of all rows after a range.
    pub fn after(self, range: &Range<usize>) -> f64 {
        self.version.track();
        let shown = self.shown.get();
        self.list.with(|list| list.offset_of(shown) - list.offset_of(range.end)).max(0.0)
    }

    /// How far down a row begins, as a share of all rows.
    pub fn share_of(self, index: usize) -> f64 {
        let shown = self.shown.get_untracked();
        self.list.with(|list| list.offset_of(index) / list.offset_of(shown).max(1.0))
    }

    /// Finds out what is visible.
    pub fn look(self) {
        let Some((top, bottom)) = self.view() else { return };
        let seen = (top - self.top(), (bottom - top).max(0.0));
        if self.seen.get_untracked() != seen {
            self.seen.set(seen);
        }
    }

    /// Takes the heights of the rows that are drawn. What is on screen stays where it is, however much higher or lower
    /// the rows above it turn out to be.
    ///
    /// `opened` is the row of which the reader opened up a block: what it grows by comes below the place that was read.
    pub fn measure(self, opened: Option<usize>) {
        let height = |node: &Element| node.get_bounding_client_rect().height();
        let heights = self
            .nodes
            .try_with(|nodes| nodes.drawn.iter().map(|(index, node, _)| (*index, height(node))).collect::<Vec<_>>());
        let Some(heights) = heights else { return };
        let (top, height_px) = self.seen.get_untracked();
        let (mut changed, mut above) = (false, 0.0);
        self.list.update(|list| {
            // Of a row that begins above the screen only the end may be in sight: then the next row is what stays.
            let cut = list.row_at(top);
            let ends_soon = list.offset_of(cut + 1) < top + height_px / 2.0;
            let first_seen = if ends_soon && list.offset_of(cut) < top { cut + 1 } else { cut };
            for (index, height) in heights {
                let change = list.measure(index, height);
                changed |= change != 0.0;
                let is_read = opened == Some(index) && change > 0.0;
                above += if index < first_seen && !is_read { change } else { 0.0 };
            }
        });
        if changed {
            self.version.update(|version| *version += 1);
        }
        if above != 0.0 {
            self.scroll_by(above);
        }
        self.look();
        if let (true, Some(index)) = (changed, self.held.get()) {
            next_frame(move || self.bring(index));
        }
    }

    /// The user goes somewhere: nothing is held in sight any more.
    pub fn release(self) {
        self.held.set(None);
    }

    /// As [`Scroll::measure`], when what is being drawn is there.
    pub fn measure_soon(self, opened: impl Fn() -> Option<usize> + 'static) {
        next_frame(move || {
            if !self.nodes.is_gone() {
                self.measure(opened());
            }
        });
    }

    /// Scrolls a row into view, if it is not there already.
    pub fn bring(self, index: usize) {
        if self.jump.update(|jump| *jump += 1).is_none() {
            return;
        }
        self.held.set(Some(index));
        let jump = self.jump.get();
        let is_seen = || {
            let ((top, bottom), rect) = (self.view()?, self.row(index)?.get_bounding_client_rect());
            let seen = rect.bottom().min(bottom) - rect.top().max(top);
            // Nothing comes after the last row that is shown: all of it has room.
            let least = if index + 1 == self.shown.get_untracked() { bottom - top } else { LEAST_SEEN_PX };
            Some(rect.top() >= top - 1.0 && seen >= rect.height().min(least) - 1.0)
        };
        if is_seen() != Some(true) {
            self.settle(index, jump, FRAMES);
        }
    }

    /// Scrolls a part of a row into view, by its top and bottom in pixels of the window. The row itself is not held any
    /// more: its beginning may have to leave.
    pub fn show(self, top_px: f64, bottom_px: f64) {
        let Some((top, bottom)) = self.view() else { return };
        if top_px < top || bottom_px > bottom {
            self.jump.update(|jump| *jump += 1);
            self.release();
            // With some of what stands before it.
            self.scroll_by(top_px - top - (bottom - top) / 3.0);
            self.look();
        }
    }

    fn settle(self, index: usize, jump: u32, frames: u32) {
        if self.jump.try_with(|now| *now) != Some(jump) || frames == 0 {
            return;
        }
        let Some((top, _)) = self.view() else { return };
        let at = match self.row(index) {
            Some(row) => row.get_bounding_client_rect().top(),
            None => self.top() + self.list.with(|list| list.offset_of(index)),
        };
        if (at - top).abs() > 1.0 {
            self.scroll_by(at - top);
            self.look();
        }
        next_frame(move || self.settle(index, jump, frames - 1));
    }

    /// Where the list begins, in pixels of the window.
    fn top(self) -> f64 {
        self.nodes.try_with(|nodes| nodes.whole.get_bounding_client_rect().top()).unwrap_or(0.0)
    }

    fn row(self, index: usize) -> Option<Element> {
        let found = |nodes: &Nodes| nodes.drawn.iter().find(|(at, ..)| *at == index).map(|(_, node, _)| node.clone());
        self.nodes.try_with(found).flatten()
    }

    /// Top and bottom of what can be seen of the list, in pixels of the window: what sticks to the top hides the rest.
    fn view(self) -> Option<(f64, f64)> {
        let pane = self.nodes.try_with(|nodes| nodes.pane.clone())?;
        let rect = pane.get_bounding_client_rect();
        let window_px = window().inner_height().ok()?.as_f64()?;
        let bottom_of =
            |element: Option<Element>| element.map_or(0.0, |element| element.get_bounding_client_rect().bottom());
        let sticking = if scrolls(&pane) {
            bottom_of(pane.first_element_child())
        } else {
            bottom_of(document().query_selector(".timeline").ok().flatten()).max(0.0).min(window_px * 0.6)
        };
        // The inspector as a sheet lies over the lower part.
        let sheet =
            document().query_selector(".inspector").ok().flatten().map(|sheet| sheet.get_bounding_client_rect());
        let sheet = sheet.filter(|sheet| sheet.height() > 0.0 && sheet.left() < rect.right() - 1.0);
        // On narrow screens the bar at the foot lies over the page.
        let dock = document().query_selector(".transport-dock").ok().flatten();
        let dock = dock.map_or(window_px, |dock| dock.get_bounding_client_rect().top());
        let bottom = rect.bottom().min(window_px).min(dock).min(sheet.map_or(window_px, |sheet| sheet.top()));
        Some((rect.top().max(0.0).max(sticking), bottom))
    }

    fn scroll_by(self, px: f64) {
        let Some(pane) = self.nodes.try_with(|nodes| nodes.pane.clone()) else { return };
        if scrolls(&pane) {
            pane.scroll_by_with_x_and_y(0.0, px);
        } else {
            window().scroll_by_with_x_and_y(0.0, px);
        }
    }
}

/// Whether an element scrolls by itself; else the page does.
fn scrolls(pane: &Element) -> bool {
    pane.scroll_height() > pane.client_height() + 1
}
