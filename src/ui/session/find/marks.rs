//! Hits where they are drawn: marked by the browser's own highlights, so that no element changes; and beside the scroll
//! bar.

use super::super::open::Open;
use crate::logic::format::fixed;
use crate::ui::session::measure::{on_resize, px};
use crate::ui::shared::{El, Kept, Live, el, follow, next_frame};
use js_sys::{Array, Function, JsString, Reflect};
use leptos::prelude::on_cleanup;
use send_wrapper::SendWrapper;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Element, MutationObserver, MutationObserverInit, Node, Range};

/// Names of the highlights, as the style sheet has them.
const ALL: &str = "find";
const HERE: &str = "find-here";
/// Hits of one step that are marked.
const MOST: usize = 2000;
/// How long the hit one is at is kept in view while rows settle, frames.
const HELD_FRAMES: u32 = 8;
/// Marks beside the scroll bar.
const MOST_MARKS: f64 = 300.0;

/// Marks hits in the drawn rows, now and whenever rows, their contents or the hits change. `show` brings the
/// hit one is at into view: it may stand deep in a long step.
pub fn paint(open: Open, rows: &Element, show: impl Fn(&Range) + Clone + 'static) {
    let find = open.find;
    let is_due = Kept::new(false);
    let (node, shown) = (rows.clone(), Kept::new(None));
    let soon = move || {
        if is_due.update(|is_due| std::mem::replace(is_due, true)) == Some(false) {
            let (rows, show) = (node.clone(), show.clone());
            next_frame(move || {
                is_due.set(false);
                if !is_due.is_gone() {
                    let here = mark(open, &rows);
                    // The first hit of another search is another one.
                    let at = (find.turn.get(), find.at.get_untracked());
                    if let Some(here) = here.filter(|_| shown.get() != Some(at)) {
                        shown.set(Some(at));
                        let goes_on = move || !shown.is_gone() && (find.turn.get(), find.at.get_untracked()) == at;
                        hold(
                            Rc::new(move |here: &Range| {
                                if goes_on() {
                                    show(here)
                                }
                            }),
                            here,
                            HELD_FRAMES,
                        );
                    }
                }
            });
        }
    };
    let for_rows = soon.clone();
    let changed = Closure::<dyn FnMut()>::new(move || {
        if find.is_open.get_untracked() {
            for_rows();
        }
    });
    if let Ok(observer) = MutationObserver::new(changed.as_ref().unchecked_ref()) {
        let options = MutationObserverInit::new();
        options.set_child_list(true);
        options.set_subtree(true);
        // Fails only without something to observe.
        let _observes = observer.observe_with_options(rows, &options);
        let kept = SendWrapper::new((observer, changed));
        on_cleanup(move || {
            kept.0.disconnect();
            set(ALL, &Array::new());
            set(HERE, &Array::new());
        });
    }
    follow(move || {
        find.found.track();
        find.at.track();
        find.is_open.track();
        soon();
    });
}

/// The step of the hit is brought into view as well, over some frames: the hit has the last word, until one goes to
/// another.
fn hold(show: Rc<dyn Fn(&Range)>, here: Range, frames: u32) {
    show(&here);
    if frames > 0 {
        next_frame(move || hold(show, here, frames - 1));
    }
}

/// The browser's `CSS.highlights`, where it has them.
fn set(name: &str, ranges: &Array) {
    let put = || -> Result<(), JsValue> {
        let global = js_sys::global();
        let registry = Reflect::get(&Reflect::get(&global, &"CSS".into())?, &"highlights".into())?;
        let method: Function = Reflect::get(&registry, &"set".into())?.dyn_into()?;
        let class: Function = Reflect::get(&global, &"Highlight".into())?.dyn_into()?;
        method.call2(&registry, &name.into(), &Reflect::construct(&class, ranges)?).map(drop)
    };
    // A browser without them shows the step without marks.
    let _is_put = put();
}

/// Answers the hit one is at, once it is drawn.
fn mark(open: Open, rows: &Element) -> Option<Range> {
    let mut drawn = None;
    let (all, here) = (Array::new(), Array::new());
    let at = open.find.here();
    let pattern = open.find.is_open.get_untracked().then(|| pattern(open)).flatten();
    let bodies = rows.query_selector_all(".step-body").ok().filter(|_| pattern.is_some());
    if let (Some(bodies), Some(pattern)) = (bodies, pattern) {
        for body in (0..bodies.length()).filter_map(|index| bodies.get(index)?.dyn_into::<Element>().ok()) {
            let step = body.closest("[data-event]").ok().flatten().and_then(|step| step.get_attribute("data-event"));
            let nth = at.filter(|(event, _)| step.as_deref() == Some(&*event.to_string())).map(|(_, nth)| nth);
            let ranges = ranges_in(&body, &pattern);
            let own = nth.and_then(|nth| ranges.get((nth as usize).min(ranges.len().saturating_sub(1))));
            let is_there = nth.is_none_or(|nth| ranges.len() > nth as usize);
            let opens = !is_there && at.is_some_and(|(event, _)| unfold(open, event));
            for range in &ranges {
                all.push(range);
            }
            if let Some(range) = own {
                here.push(range);
                drawn = Some(range.clone()).filter(|_| !opens);
            }
        }
    }
    set(ALL, &all);
    set(HERE, &here);
    drawn
}

/// The hit stands in what is folded or cut: all of the step is opened up, once. Says whether something was.
fn unfold(open: Open, event: u32) -> bool {
    let slot = open.bodies.of(event);
    let Some(body) = slot.with_untracked(Clone::clone) else { return false };
    let closed = (0..).zip(&body.blocks).flat_map(|(index, block): (u16, _)| {
        let folded = block.is_folded.then_some((event, index + 1_000));
        folded.into_iter().chain(block.is_cut.then_some((event, index)))
    });
    let new: Vec<(u32, u16)> = open.unfolded.with(|known| closed.filter(|key| !known.contains(key)).collect());
    let opens = !new.is_empty();
    if opens {
        open.unfolded.update(|known| known.extend(new));
        // What it grows by comes below its beginning.
        open.turned.set(Some(event));
        slot.set(Some(body));
    }
    opens
}

/// What the worker found, as an expression of the browser's that only has these texts.
fn pattern(open: Open) -> Option<JsValue> {
    let is_word = open.find.spec.with_untracked(|spec| spec.is_word);
    let source = open.find.found.with_untracked(|found| {
        let mut texts: Vec<&str> = found.texts.iter().map(String::as_str).collect();
        // Of two that begin alike the longer one is meant.
        texts = crate::model::sorted(texts, |a, b| (b.len(), *a).cmp(&(a.len(), *b)));
        texts.dedup();
        texts.iter().map(|text| escaped(text)).collect::<Vec<_>>().join("|")
    });
    if source.is_empty() {
        return None;
    }
    let source = match is_word {
        true => ["(?<![\\w\\u00c0-\\uffff])(?:", &*source, ")(?![\\w\\u00c0-\\uffff])"].concat(),
        false => source,
    };
    let class: Function = Reflect::get(&js_sys::global(), &"RegExp".into()).ok()?.dyn_into().ok()?;
    Reflect::construct(&class, &Array::of2(&source.into(), &"g".into())).ok()
}

fn escaped(text: &str) -> String {
    let mut source = String::new();
    for letter in text.chars() {
        if letter.is_ascii_punctuation() {
            source.push('\\');
        }
        source.push(letter);
    }
    source
}

/// Hits in an element: its texts read as one, since a hit may begin in one of them and end in another.
fn ranges_in(body: &Element, pattern: &JsValue) -> Vec<Range> {
    let Some(text) = Reflect::get(body, &"textContent".into()).ok().and_then(|text| text.dyn_into::<JsString>().ok())
    else {
        return Vec::new();
    };
    let hits = text.match_all(pattern.unchecked_ref());
    let mut places: Vec<(u32, u32)> = Vec::new();
    while let Some(hit) = hits.next().ok().filter(|step| !step.done() && places.len() < MOST) {
        let hit = hit.value();
        let start = Reflect::get(&hit, &"index".into()).ok().and_then(|at| at.as_f64()).unwrap_or(0.0) as u32;
        let len = Reflect::get_u32(&hit, 0).ok().map_or(0, |own| JsString::from(own).length());
        places.push((start, start + len));
    }
    if places.is_empty() {
        return Vec::new();
    }
    let mut texts = Vec::new();
    collect(body, &mut texts, &mut 0);
    let at = |place: u32, is_end: bool| {
        let next =
            texts.partition_point(|(start, _): &(u32, Node)| if is_end { *start < place } else { *start <= place });
        texts.get(next.checked_sub(1)?).map(|(start, node)| (node, place - start))
    };
    let range = |(start, end): (u32, u32)| {
        let range = Range::new().ok()?;
        let ((first, from), (last, to)) = (at(start, false)?, at(end, true)?);
        range.set_start(first, from).ok()?;
        range.set_end(last, to).ok()?;
        Some(range)
    };
    places.into_iter().filter_map(range).collect()
}

/// All text nodes, and where each begins.
fn collect(node: &Node, texts: &mut Vec<(u32, Node)>, at: &mut u32) {
    let mut child = node.first_child();
    while let Some(next) = child {
        if next.node_type() == Node::TEXT_NODE {
            let length = Reflect::get(&next, &"length".into()).ok().and_then(|length| length.as_f64()).unwrap_or(0.0);
            texts.push((*at, next.clone()));
            *at += length as u32;
        } else {
            collect(&next, texts, at);
        }
        child = next.next_sibling();
    }
}

/// Marks beside the scroll bar, where the pane scrolls; `share` is where an event stands in all of the list.
pub fn rail(open: Open, pane: &Element, share: impl Fn(u32) -> f64 + 'static) -> El {
    let height = Live::new(0.0);
    let (node, alive) = (pane.clone(), Kept::new(()));
    let look = move || {
        if alive.is_gone() {
            return;
        }
        let head = node.first_element_child().map_or(0, |head| head.client_height());
        let room = f64::from(node.client_height() - head);
        // Where the page scrolls instead, there is no place beside it.
        let room = if node.scroll_height() > node.client_height() + 1 { room } else { 0.0 };
        if height.get_untracked() != room {
            height.set(room);
        }
    };
    on_resize(pane, look.clone());
    follow(move || {
        // The bar takes some of the room.
        open.find.is_open.track();
        open.find.found.track();
        next_frame(look.clone());
    });
    let rail = el("span").class("find-rail").attr("aria-hidden", "true").live_css("height", move || px(height.get()));
    rail.live(move || {
        let mut last = -1.0;
        let mut marks = Vec::new();
        open.find.found.with(|found| {
            for (event, _) in &found.steps {
                let place = (share(*event) * MOST_MARKS).floor();
                if place > last {
                    last = place;
                    marks.push(el("i").css("top", &(fixed(place / MOST_MARKS * 100.0, 2) + "%")));
                }
            }
        });
        marks
    })
}
