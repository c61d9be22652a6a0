//! What stands out in the session, with a jump to each: prompts, and under them errors, edits, compactions, sub-agents.
//! Only the entries on screen exist, and only of these words are asked for.

use super::measure::{on_resize, px};
use super::open::{Open, label};
use super::sign::row_sign;
use crate::logic::format::count;
use crate::logic::outline::{self, Entry};
use crate::logic::session_list::on_screen;
use crate::logic::timeline::Kind;
use crate::model::Map;
use crate::ui::shared::{Derived, El, Kept, Live, el, follow, lasting_task, next_frame};
use crate::worker::{Answer, Query};
use leptos::prelude::document;
use std::ops::Range;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// Height of an entry, as the style sheet has it, px.
const ROW_PX: f64 = 26.0;
/// Height of the head, which sticks to the top, px.
const HEAD_PX: f64 = 37.0;
/// Entries drawn beyond the edges.
const SPARE: usize = 12;
/// Words of so many entries are asked for at once.
const BATCH: usize = 40;

type Words = Map<u32, String>;

/// The list. Copies share it.
#[derive(Clone, Copy)]
struct List {
    open: Open,
    pane: Kept<Element>,
    entries: Kept<Arc<Vec<Entry>>>,
    /// The entry that the chosen step belongs to.
    here: Derived<Option<usize>>,
    /// Entries that are drawn.
    range: Derived<Range<usize>>,
    /// The one that the Tab key leads to.
    cursor: Live<usize>,
    words: Live<Words>,
    is_asking: Kept<bool>,
}

/// The pane at the left, where there is room for it.
pub fn outline(open: Open) -> El {
    let entries = Arc::new(outline::outline(&open.track()));
    let pane = el("nav").class("outline").attr("aria-label", "Outline").attr("data-testid", "outline");
    let (node, place) = (pane.node(), Live::new((0.0, 900.0)));
    let total = entries.len();
    let range = Derived::new(move || {
        let (top, height) = place.get();
        on_screen(total, ROW_PX, top, height, SPARE)
    });
    let for_here = entries.clone();
    let list = List {
        open,
        pane: Kept::new(node.clone()),
        entries: Kept::new(entries),
        here: Derived::new(move || outline::entry_at(&for_here, open.chosen.get()?)),
        range,
        cursor: Live::new(0),
        words: Live::new(Words::default()),
        is_asking: Kept::new(false),
    };
    let look = move || place.set((f64::from(node.scroll_top()), f64::from(node.client_height())));
    on_resize(&pane.node(), look.clone());
    follow(move || {
        range.track();
        list.ask();
    });
    // The first time the pane is not laid out yet.
    follow(move || {
        if let Some(at) = list.here.get() {
            next_frame(move || list.show(at));
        }
    });
    let head = el("div").class("pane-head").child(el("strong").text("Outline"));
    let head = head.child(el("span").class("muted").text(&count(total as u64, "mark")));
    let gap = |height: fn(&Range<usize>, usize) -> usize| {
        el("div").live_css("height", move || px(height(&range.get(), total) as f64 * ROW_PX))
    };
    let rows = el("div").live(move || list.drawn(range.get()));
    let empty = (total == 0).then(|| el("p").class("pane-empty").text("No prompt, error, edit or compaction."));
    pane.on("scroll", move |_| look())
        .on("keydown", move |event| list.pressed(&event))
        .children([head, gap(|range, _| range.start), rows, gap(|range, total| total.saturating_sub(range.end))])
        .children(empty)
}

impl List {
    fn entry(self, at: usize) -> Option<Entry> {
        self.entries.with(|entries| entries.get(at).copied())
    }

    fn drawn(self, range: Range<usize>) -> Vec<El> {
        // Entries are made anew: the one with the focus must not take it away with it.
        let focused = document().active_element().filter(|element| self.pane.with(|pane| pane.contains(Some(element))));
        if focused.is_some() {
            next_frame(move || {
                self.focus();
            });
        }
        range.filter_map(|at| Some(self.row(at, self.entry(at)?))).collect()
    }

    fn row(self, at: usize, entry: Entry) -> El {
        let (open, track) = (self.open, self.open.track());
        let Some(mark) = track.get(entry.event) else { return el("div") };
        let own = label(&track, mark);
        let otherwise = if entry.kind == Kind::Error { format!("{own} failed") } else { own };
        let known = entry.own_words();
        let text = move || {
            let found = || self.words.with(|words| words.get(&entry.event).filter(|words| !words.is_empty()).cloned());
            known.clone().or_else(found).unwrap_or_else(|| otherwise.clone())
        };
        let kind = el("span").class("sr").text(&format!("{}: ", entry.kind.word()));
        let text = el("span").class("clip").child(kind).child(el("bdi").live_text(text));
        let is_stop = move || {
            let range = self.range.get();
            at == self.cursor.get().clamp(range.start, range.end.max(range.start + 1) - 1)
        };
        open.link(entry.event, Open::choose)
            .class("outline-row")
            .attr("data-entry", &at.to_string())
            .attr("data-kind", entry.kind.name())
            .flag("data-below", entry.is_below)
            .live_attr("tabindex", move || Some(if is_stop() { "0" } else { "-1" }.to_owned()))
            .live_attr("aria-current", move || open.current(entry.event))
            .live_flag("data-ahead", move || open.playhead.get().is_some_and(|playhead| entry.event > playhead))
            .live_flag("data-here", move || self.here.get() == Some(at))
            .on("focus", move |_| self.cursor.set(at))
            .children([row_sign(entry.kind), text, el("span").class("num").text(&open.offset_text(mark))])
    }

    /// Asks for the words of what is on screen, one question at a time: while it is under way the user scrolls on.
    fn ask(self) {
        let Some(false) = self.is_asking.update(|is| std::mem::replace(is, true)) else { return };
        lasting_task(async move {
            while let Some((key, events)) = self.missing() {
                let asked = events.iter().map(|(event, kind)| (*event, (*kind).into())).collect();
                let Some(answer) = self.open.store.ask(Query::Words { key, events: asked }).await else { break };
                if self.is_asking.is_gone() {
                    return;
                }
                let mut found = if let Answer::Words(found) = answer { found } else { Vec::new() };
                // A short answer must not be asked for again and again.
                found.resize(events.len(), String::new());
                self.words.update(|words| words.extend(events.iter().map(|(event, _)| *event).zip(found)));
            }
            self.is_asking.set(false);
        });
    }

    /// The session and the entries on screen without words; `None` where there are none, or the page is gone.
    fn missing(self) -> Option<(String, Vec<(u32, Kind)>)> {
        if self.is_asking.is_gone() {
            return None;
        }
        let range = self.range.get_untracked();
        let is_missing = |entry: &&Entry| {
            entry.sizes.is_none() && self.words.with_untracked(|words| !words.contains_key(&entry.event))
        };
        let missing: Vec<(u32, Kind)> = self.entries.with(|entries| {
            let on_screen = entries.get(range).unwrap_or_default().iter();
            on_screen.filter(is_missing).take(BATCH).map(|entry| (entry.event, entry.kind)).collect()
        });
        let key = self.open.detail.with(|detail| detail.row.key.clone());
        (!missing.is_empty()).then_some((key, missing))
    }

    /// Scrolls as little as shows an entry.
    fn show(self, at: usize) {
        let Some(pane) = self.pane.try_with(Element::clone) else { return };
        let (top, height) = (f64::from(pane.scroll_top()), f64::from(pane.client_height()));
        let from = at as f64 * ROW_PX;
        let to = from + ROW_PX + HEAD_PX;
        let goal = if from < top {
            from
        } else if to > top + height {
            to - height
        } else {
            return;
        };
        pane.set_scroll_top(goal.ceil() as i32);
    }

    /// Gives the entry of the cursor the focus; whether it is drawn.
    fn focus(self) -> bool {
        let Some(pane) = self.pane.try_with(Element::clone) else { return false };
        let at = self.cursor.get_untracked();
        let row = pane.query_selector(&format!("[data-entry='{at}']")).ok().flatten();
        let row = row.and_then(|row| row.dyn_into::<HtmlElement>().ok());
        row.is_some_and(|row| row.focus().is_ok())
    }

    /// Arrow keys move along the entries; Enter is the link's own.
    fn pressed(self, event: &Event) {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let last = self.entries.with(|entries| entries.len()).saturating_sub(1);
        if event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key() {
            return;
        }
        let at = self.cursor.get_untracked();
        let page = self.pane.with(|pane| (f64::from(pane.client_height()) / ROW_PX) as usize).max(3) - 2;
        let to = match event.key().as_str() {
            "ArrowDown" => at + 1,
            "ArrowUp" => at.saturating_sub(1),
            "PageDown" => at + page,
            "PageUp" => at.saturating_sub(page),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        self.cursor.set(to.min(last));
        self.show(to.min(last));
        if !self.focus() {
            // The entries of the new place are drawn in the next frame.
            next_frame(move || {
                next_frame(move || {
                    self.focus();
                });
            });
        }
    }
}
