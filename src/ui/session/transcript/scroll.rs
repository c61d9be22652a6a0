//! Which rows are on screen, how high they are, and how to get to one of them.
//!
//! Works whether the pane scrolls (wide screens) or the page (narrow ones): all is measured against the window.

use crate::logic::virtual_list::VirtualList;
use crate::ui::session::measure::px;
use crate::ui::shared::{Derived, El, Kept, Live, follow, listen_first, next_frame};
use leptos::prelude::{Owner, document, window};
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element, HtmlElement};

/// Rows this far outside the view are drawn as well, pixels.
const SPARE_PX: f64 = 400.0;
/// So much is drawn in one frame where it can be seen, and where it cannot, pixels.
const A_FRAME_PX: [f64; 2] = [500.0, 140.0];
/// Frames that a jump may take to settle: rows above the goal get their true height only when they are drawn.
const FRAMES: u32 = 20;
/// Less of a row than this does not count as seeing it, pixels.
const LEAST_SEEN_PX: f64 = 60.0;

/// A row, and what lives and dies with it.
type Drawn = (usize, Element, Owner);

/// The elements of the list.
struct Nodes {
    pane: Element,
    whole: Element,
    rows: Element,
    /// As high as the rows before and after those that are drawn.
    gaps: [HtmlElement; 2],
    gap_px: [f64; 2],
    /// What is drawn, without gaps. Each row has an owner, so that it lives and dies alone: rows that stay on screen
    /// keep their elements, and the browser keeps its place by them.
    drawn: VecDeque<Drawn>,
    /// What may lie over the list: the inspector as a sheet, and the bar at the foot.
    over: [Option<Element>; 2],
}

/// Makes the row at a place.
type Make = Rc<dyn Fn(usize) -> El>;
/// The row of which the reader opened up a block, if any.
type Opened = Rc<dyn Fn() -> Option<usize>>;

/// The state of the list. Copies share it.
#[derive(Clone, Copy)]
pub struct Scroll {
    nodes: Kept<Nodes>,
    /// The owner of all rows.
    owner: Kept<Owner>,
    list: Kept<VirtualList>,
    /// So many rows are shown; the rest is hidden.
    shown: Derived<usize>,
    make: Kept<Make>,
    opened: Kept<Opened>,
    /// The next frame looks at the list.
    is_due: Kept<bool>,
    /// Top and height of what is visible, in pixels of the list.
    seen: Kept<(f64, f64)>,
    /// The first row in sight, and all that are drawn or soon will be.
    pub wanted: Live<(usize, Range<usize>)>,
    /// Rises with each jump: an older one that is still settling gives way.
    jump: Kept<u32>,
    /// The row of the last jump, until the user scrolls: contents that come later must not push it out of sight.
    held: Live<Option<usize>>,
}

impl Scroll {
    /// In `whole` stand `rows` between two gaps.
    pub fn new(
        [pane, whole, rows, before, after]: [&El; 5],
        heights: Vec<f64>,
        shown: Derived<usize>,
        make: Make,
        opened: Opened,
    ) -> Self {
        let nodes = Nodes {
            pane: pane.node(),
            whole: whole.node(),
            rows: rows.node(),
            gaps: [before, after].map(|gap| gap.node().unchecked_into()),
            gap_px: [0.0; 2],
            drawn: VecDeque::new(),
            over: [None, None],
        };
        let scroll = Self {
            nodes: Kept::new(nodes),
            owner: Kept::new(Owner::new()),
            list: Kept::new(VirtualList::new(heights.into_iter())),
            shown,
            make: Kept::new(make),
            opened: Kept::new(opened),
            is_due: Kept::new(false),
            seen: Kept::new((0.0, 900.0)),
            wanted: Live::new((0, 0..0)),
            jump: Kept::new(0),
            held: Live::new(None),
        };
        scroll.draw();
        scroll
    }

    /// Other rows stand in the list. `old_index` finds those that were there: they keep their measured heights, so that
    /// what is on screen stays where it is.
    pub fn replace(self, guesses: Vec<f64>, old_index: impl Fn(usize) -> Option<usize>) {
        self.nodes.update(|nodes| nodes.drawn.drain(..).for_each(drop_row));
        self.list.update(|list| {
            let known = |index: usize| list.offset_of(index + 1) - list.offset_of(index);
            let height = |(index, guess): (usize, f64)| old_index(index).map_or(guess, known);
            *list = VirtualList::new(guesses.into_iter().enumerate().map(height));
        });
        self.held.set(None);
        self.draw();
        self.soon();
    }

    /// The next frame looks what is in sight, and draws and measures.
    pub fn soon(self) {
        if self.is_due.update(|is_due| std::mem::replace(is_due, true)) == Some(false) {
            next_frame(move || self.turn_if(true));
        }
    }

    /// The work of this frame, where it is due and where it is not: never twice.
    pub fn turn_if(self, is_due: bool) {
        if self.is_due.try_with(|due| *due) == Some(is_due) {
            self.turn();
        }
    }

    /// The work of a frame. First all is read, then all is written, and then the rows are measured: the browser lays
    /// out once.
    fn turn(self) {
        self.is_due.set(false);
        self.look();
        let is_done = self.draw();
        self.take_heights();
        if !is_done {
            self.soon();
        }
    }

    /// Draws some rows that are wanted, drops those that are not. Whether all that are wanted stand.
    fn draw(self) -> bool {
        let (top, height) = self.seen.get();
        let shown = self.shown.get_untracked();
        let within = |range: Range<usize>| range.start.min(shown.saturating_sub(1))..range.end.min(shown);
        let (seen, wanted) =
            self.list.with(|list| (within(list.range(top, height, 0.0)), within(list.range(top, height, SPARE_PX))));
        let (make, owner) = (self.make.get(), self.owner.get());
        let is_done = self.nodes.update(|nodes| {
            let drawn = match (nodes.drawn.front(), nodes.drawn.back()) {
                (Some((first, ..)), Some((last, ..))) => *first..last + 1,
                _ => 0..0,
            };
            let next = self.list.with(|list| list.grown(&drawn, &seen, &wanted, A_FRAME_PX));
            nodes.draw(&next, |index| {
                let owner = owner.with(Owner::new);
                let node = owner.with(|| make(index)).node();
                (index, node, owner)
            });
            let gaps = self
                .list
                .with(|list| [list.offset_of(next.start), (list.offset_of(shown) - list.offset_of(next.end)).max(0.0)]);
            nodes.set_gaps(gaps);
            next == wanted
        });
        let wanted = (seen.start, wanted);
        if self.wanted.with_untracked(|old| *old != wanted) {
            self.wanted.set(wanted);
        }
        is_done.unwrap_or(true)
    }

    /// How far down a row begins, as a share of all rows.
    pub fn share_of(self, index: usize) -> f64 {
        let shown = self.shown.get_untracked();
        self.list.with(|list| list.offset_of(index) / list.offset_of(shown).max(1.0))
    }

    /// Finds out what is visible.
    fn look(self) {
        if let Some((top, bottom)) = self.view() {
            self.seen.set((top - self.top(), (bottom - top).max(0.0)));
        }
    }

    /// Measures the rows now: somebody is about to look where something stands.
    pub fn measure(self) {
        self.look();
        self.take_heights();
    }

    /// Takes the heights of the rows that are drawn. What is on screen stays where it is, however much higher or lower
    /// the rows above it turn out to be. What a row grows by of which the reader opened up a block comes below the place
    /// that was read.
    fn take_heights(self) {
        let height = |node: &Element| node.get_bounding_client_rect().height();
        let heights = self
            .nodes
            .try_with(|nodes| nodes.drawn.iter().map(|(index, node, _)| (*index, height(node))).collect::<Vec<_>>());
        let Some(heights) = heights else { return };
        let opened = self.opened.get()();
        let (top, height_px) = self.seen.get();
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
        if above != 0.0 {
            self.scroll_by(above);
            self.look();
        }
        if changed {
            self.hold();
        }
    }

    /// Other rows may be in sight now; the one that was gone to stays there.
    pub fn hold(self) {
        self.soon();
        if let Some(index) = self.held.get_untracked() {
            next_frame(move || {
                // Another one may have been gone to since.
                if !self.jump.is_gone() && self.held.get_untracked() == Some(index) {
                    self.bring(index);
                }
            });
        }
    }

    /// Lets go of the row that is held as soon as the user goes somewhere. Listens only while there is one: with somebody
    /// who listens to the wheel, browsers look what is below the pointer at each turn of it.
    pub fn release_for_user(self) {
        let is_held = Derived::new(move || self.held.get().is_some());
        follow(move || {
            if is_held.get() {
                for event in ["wheel", "touchmove", "pointerdown", "keydown"] {
                    listen_first(&window(), event, move |_| self.held.set(None));
                }
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
            self.held.set(None);
            // With some of what stands before it.
            self.scroll_by(top_px - top - (bottom - top) / 3.0);
            self.look();
            self.soon();
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
            self.soon();
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
        // The inspector as a sheet lies over the lower part; on narrow screens the bar at the foot lies over the page.
        let [sheet, dock] =
            self.nodes.update(Nodes::over)?.map(|over| over.map(|over| over.get_bounding_client_rect()));
        let sheet = sheet.filter(|sheet| sheet.height() > 0.0 && sheet.left() < rect.right() - 1.0);
        let top_of = |over: Option<DomRect>| over.map_or(window_px, |over| over.top());
        let bottom = rect.bottom().min(window_px).min(top_of(dock)).min(top_of(sheet));
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

impl Nodes {
    /// Makes the rows of a range, drops all others.
    fn draw(&mut self, range: &Range<usize>, make: impl Fn(usize) -> Drawn) {
        let (mut kept, gone) = self.drawn.drain(..).partition::<VecDeque<_>, _>(|(index, ..)| range.contains(index));
        gone.into_iter().for_each(drop_row);
        let (first, last) = match (kept.front(), kept.back()) {
            (Some((first, ..)), Some((last, ..))) => (*first, last + 1),
            _ => (range.end, range.end),
        };
        for index in (range.start..first).rev() {
            let new = make(index);
            // Neither fails: the nodes are ours.
            self.rows.prepend_with_node_1(&new.1).unwrap_or_default();
            kept.push_front(new);
        }
        for index in last..range.end {
            let new = make(index);
            self.rows.append_with_node_1(&new.1).unwrap_or_default();
            kept.push_back(new);
        }
        self.drawn = kept;
    }

    /// Writes only what has changed.
    fn set_gaps(&mut self, gaps_px: [f64; 2]) {
        for ((gap, known), height) in self.gaps.iter().zip(&mut self.gap_px).zip(gaps_px) {
            if *known != height {
                *known = height;
                // Cannot fail: it is a length.
                gap.style().set_property("height", &px(height)).unwrap_or_default();
            }
        }
    }

    /// Found once: a search goes through all rows.
    fn over(&mut self) -> [Option<Element>; 2] {
        for (known, name) in self.over.iter_mut().zip([".inspector", ".transport-dock"]) {
            if known.as_ref().is_none_or(|known| !known.is_connected()) {
                *known = document().query_selector(name).ok().flatten();
            }
        }
        self.over.clone()
    }
}

fn drop_row((_, node, owner): Drawn) {
    node.remove();
    owner.cleanup();
}

/// Whether an element scrolls by itself; else the page does.
fn scrolls(pane: &Element) -> bool {
    pane.scroll_height() > pane.client_height() + 1
}
