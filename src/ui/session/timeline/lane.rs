//! A lane with its bars, and the row of marks above them.

use crate::logic::format::fixed;
use crate::logic::timeline::{self, Bar, Kind, Lane, LaneMark, TimeScale, bar_at};
use crate::model::sorted;
use crate::ui::session::measure::px;
use crate::ui::session::open::Open;
use crate::ui::shared::{Derived, El, Live, el, svg};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, MouseEvent};

/// A click so near to a bar means it, pixels.
const REACH_PX: f64 = 4.0;

const fn name_of(lane: Lane) -> &'static str {
    match lane {
        Lane::Model => "model",
        Lane::Tools => "tools",
        Lane::Waiting => "waiting",
    }
}

/// Top and height of a bar in a lane (mock/README.md, "Timeline geometry").
fn vertical(lane: Lane, kind: Kind) -> (&'static str, &'static str) {
    match (lane, kind) {
        (Lane::Waiting, _) => ("3.5", "7"),
        (_, Kind::Error) => ("1", "22"),
        (_, Kind::Thinking) => ("8.8", "6.4"),
        _ => ("4", "16"),
    }
}

/// One lane. Bars are drawn without handlers of their own, since there may be thousands; one button lies over the bar
/// that the keyboard is at, and moves.
pub fn lane_row(open: Open, scale: Derived<TimeScale>, lane: Lane, active: Live<Lane>) -> El {
    let bars = Derived::new(move || timeline::bars(&open.track(), lane, &scale.get()));
    let name = name_of(lane);
    let row = el("div").class(&format!("lane lane-{name}")).attr("data-testid", &format!("lane-{name}"));
    let node = row.node();
    let found = move |event: &Event| {
        let x = f64::from(event.dyn_ref::<MouseEvent>()?.client_x()) - node.get_bounding_client_rect().left();
        bars.with_untracked(|bars| bar_at(bars, x, REACH_PX).map(|index| bars[index]))
    };
    let under = found.clone();
    let hover = Live::new(String::new());
    let row = row
        .live_attr("title", move || Some(hover.get()).filter(|words| !words.is_empty()))
        .on("mousemove", move |event| {
            let words = under(&event).map(|bar| words(open, &bar)).unwrap_or_default();
            if hover.with_untracked(|old| *old != words) {
                hover.set(words);
            }
        })
        .on("click", move |event| {
            if let Some(bar) = found(&event) {
                open.inspect(bar.event);
            }
        });
    let gap = (lane == Lane::Model).then(|| timeline::model_gap(&open.track())).flatten();
    let row = row.children(gap.into_iter().flat_map(super::strips::nothing));
    let drawing = svg("svg").attr("aria-hidden", "true");
    let drawing = drawing.live(move || bars.with(|bars| bars.iter().map(|bar| rect(lane, bar)).collect()));
    row.child(drawing).child(cursor(open, lane, bars, active))
}

fn rect(lane: Lane, bar: &Bar) -> El {
    let (y, height) = vertical(lane, bar.kind);
    svg("rect")
        .class(if lane == Lane::Waiting { "waiting-bar" } else { "timeline-bar" })
        .attr("x", &fixed(bar.x, 1))
        .attr("y", y)
        .attr("width", &fixed(bar.width, 1))
        .attr("height", height)
        .attr("data-kind", bar.kind.name())
        .attr("data-event", &bar.event.to_string())
        .attr("data-testid", "timeline-bar")
        .flag("data-tick", bar.is_tick)
}

/// What a bar is, and how many events lie there.
fn words(open: Open, bar: &Bar) -> String {
    let words = open.describe(bar.event);
    match bar.count {
        1 => words,
        count => format!("{words}; the longest of {count} that start here"),
    }
}

/// The keyboard's place in a lane: left and right move along it, up and down to the next lane, Enter chooses.
fn cursor(open: Open, lane: Lane, bars: Derived<Vec<Bar>>, active: Live<Lane>) -> El {
    let at = Live::new(0usize);
    // Bars in the order of time, errors included.
    let ordered = Derived::new(move || sorted(bars.get(), |a, b| a.x.total_cmp(&b.x)));
    let bar = Derived::new(move || ordered.with(|bars| bars.get(at.get().min(bars.len().saturating_sub(1))).copied()));
    let pressed = move |event: Event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let last = ordered.with_untracked(Vec::len).saturating_sub(1);
        let here = at.get_untracked().min(last);
        match event.key().as_str() {
            "ArrowLeft" => at.set(here.saturating_sub(1)),
            "ArrowRight" => at.set((here + 1).min(last)),
            "Home" => at.set(0),
            "End" => at.set(last),
            "ArrowUp" => focus_lane(event, Element::previous_element_sibling),
            "ArrowDown" => focus_lane(event, Element::next_element_sibling),
            _ => return,
        }
        event.prevent_default();
    };
    let choose = move |event: Event| {
        event.stop_propagation();
        if let Some(bar) = bar.get_untracked() {
            open.inspect(bar.event);
        }
    };
    el("button")
        .attr("type", "button")
        .class("timeline-cursor")
        .attr("data-testid", "timeline-cursor")
        .live_flag("hidden", move || bar.get().is_none())
        .live_attr("tabindex", move || Some(if active.get() == lane { "0" } else { "-1" }.to_owned()))
        .live_css("left", move || px(bar.get().map_or(0.0, |bar| bar.x)))
        .live_css("width", move || px(bar.get().map_or(0.0, |bar| bar.width)))
        .live_attr("aria-label", move || bar.get().map(|bar| words(open, &bar)))
        .on("focus", move |_| active.set(lane))
        .on("keydown", pressed)
        .on("click", choose)
}

/// Moves the focus to the cursor of the next lane that has one.
fn focus_lane(event: &KeyboardEvent, next: fn(&Element) -> Option<Element>) {
    let here = event.current_target().and_then(|here| here.dyn_into::<Element>().ok());
    let mut lane = here.and_then(|here| here.closest(".lane").ok().flatten()).as_ref().and_then(next);
    while let Some(current) = lane {
        let cursor = current.query_selector(".timeline-cursor:not([hidden])").ok().flatten();
        if let Some(cursor) = cursor.and_then(|cursor| cursor.dyn_into::<HtmlElement>().ok()) {
            // Fails only for elements that cannot have focus.
            return cursor.focus().unwrap_or_default();
        }
        lane = next(&current);
    }
}

/// Prompts, errors, compactions and overrides.
pub fn marks(open: Open, scale: Derived<TimeScale>) -> El {
    let marks = move || timeline::marks(&open.track(), &scale.get()).into_iter().map(|mark| sign(open, mark)).collect();
    el("div").class("lane lane-markers").attr("data-testid", "lane-markers").live(marks)
}

fn sign(open: Open, mark: LaneMark) -> El {
    let shape = match mark.kind {
        Kind::Prompt => "M2 1h8v6l-4 4-4-4z",
        Kind::Compaction => "M1 1h10L6 6l5 5H1l5-5z",
        Kind::Error => "M4 1h4l3 3v4L8 11H4L1 8V4z",
        _ => "M6 1l5 5-5 5-5-5z",
    };
    let more = if mark.count > 1 { format!(" and {} more of its kind", mark.count - 1) } else { String::new() };
    let words = open.describe(mark.event) + &more;
    let drawing =
        svg("svg").attr("viewBox", "0 0 12 12").attr("aria-hidden", "true").child(svg("path").attr("d", shape));
    open.link(mark.event, Open::inspect)
        .class("lane-mark")
        // Outline, table and the keys E and Shift+→ lead to the same steps without a stop at each.
        .attr("tabindex", "-1")
        .attr("data-kind", mark.kind.name())
        .css("left", &px(mark.x))
        .attr("title", &words)
        .attr("aria-label", &words)
        .child(drawing)
}
