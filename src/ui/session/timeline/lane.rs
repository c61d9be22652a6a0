//! A lane with its bars, and the row of marks above them.

use crate::logic::timeline::{self, Bar, Kind, Lane, LaneMark, TimeScale, bar_at};
use crate::ui::frame::is_plain_click;
use crate::ui::session::measure::px;
use crate::ui::session::open::Open;
use leptos::html::Button;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};

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
fn vertical(lane: Lane, kind: Kind) -> (f64, f64) {
    match (lane, kind) {
        (Lane::Waiting, _) => (3.5, 7.0),
        (_, Kind::Error) => (1.0, 22.0),
        (_, Kind::Thinking) => (8.8, 6.4),
        _ => (4.0, 16.0),
    }
}

/// One lane. Bars are drawn without handlers of their own, since there may be thousands; one button lies over the bar
/// that the keyboard is at, and moves.
#[component]
pub fn LaneRow(open: Open, scale: Memo<TimeScale>, lane: Lane, active: RwSignal<Lane>) -> impl IntoView {
    let bars = Memo::new(move |_| timeline::bars(&open.track(), lane, &scale.read()));
    let hover = RwSignal::new(String::new());
    let found = move |event: &MouseEvent| {
        let x = f64::from(event.client_x()) - left_of(event)?;
        bars.with(|bars| bar_at(bars, x, REACH_PX).map(|index| bars[index]))
    };
    let gap = (lane == Lane::Model).then(|| timeline::model_gap(&open.track())).flatten();
    view! {
        <div class=format!("lane lane-{}", name_of(lane)) data-testid=format!("lane-{}", name_of(lane)) data-lane=name_of(lane)
            title=move || hover.get()
            on:mousemove=move |event| hover.set(found(&event).map(|bar| words(open, &bar)).unwrap_or_default())
            on:click=move |event| {
                if let Some(bar) = found(&event) {
                    open.inspect(bar.event);
                }
            }>
            {gap.map(|why| view! { <span class="strip-gap strip-gap-all"></span><span class="strip-note strip-note-all">{why}</span> })}
            <svg aria-hidden="true">{move || bars.with(|bars| bars.iter().map(|bar| rect(lane, bar)).collect_view())}</svg>
            <Cursor open=open lane=lane bars=bars active=active />
        </div>
    }
}

fn left_of(event: &MouseEvent) -> Option<f64> {
    let lane = event.current_target()?.dyn_into::<HtmlElement>().ok()?;
    Some(lane.get_bounding_client_rect().left())
}

fn rect(lane: Lane, bar: &Bar) -> impl IntoView + use<> {
    let (y, height) = vertical(lane, bar.kind);
    let class = if lane == Lane::Waiting { "waiting-bar" } else { "timeline-bar" };
    view! {
        <rect class=class x=format!("{:.1}", bar.x) y=y width=format!("{:.1}", bar.width) height=height
            data-kind=bar.kind.name() data-tick=bar.is_tick.then_some("") data-testid="timeline-bar" data-event=bar.event />
    }
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
#[component]
fn Cursor(open: Open, lane: Lane, bars: Memo<Vec<Bar>>, active: RwSignal<Lane>) -> impl IntoView {
    let node = NodeRef::<Button>::new();
    let at = RwSignal::new(0usize);
    // Bars in the order of time, errors included.
    let ordered = Memo::new(move |_| {
        let mut ordered = bars.get();
        ordered.sort_by(|a, b| a.x.total_cmp(&b.x));
        ordered
    });
    let bar = move || ordered.with(|bars| bars.get(at.get().min(bars.len().saturating_sub(1))).copied());
    let pressed = move |event: KeyboardEvent| {
        let last = ordered.with(Vec::len).saturating_sub(1);
        let here = at.get_untracked().min(last);
        match event.key().as_str() {
            "ArrowLeft" => at.set(here.saturating_sub(1)),
            "ArrowRight" => at.set((here + 1).min(last)),
            "Home" => at.set(0),
            "End" => at.set(last),
            "ArrowUp" => focus_lane(&event, false),
            "ArrowDown" => focus_lane(&event, true),
            _ => return,
        }
        event.prevent_default();
    };
    move || {
        bar().map(|_| view! {
            <button class="timeline-cursor" type="button" node_ref=node data-testid="timeline-cursor"
                tabindex=move || if active.get() == lane { "0" } else { "-1" }
                style:left=move || bar().map(|bar| px(bar.x))
                style:width=move || bar().map(|bar| px(bar.width))
                aria-label=move || bar().map(|bar| words(open, &bar))
                on:focus=move |_| active.set(lane)
                on:keydown=pressed
                on:click=move |event| {
                    event.stop_propagation();
                    if let Some(bar) = bar() {
                        open.inspect(bar.event);
                    }
                }></button>
        })
    }
}

/// Moves the focus to the cursor of the next lane that has one.
fn focus_lane(event: &KeyboardEvent, is_down: bool) {
    let here = event.current_target().and_then(|here| here.dyn_into::<HtmlElement>().ok());
    let mut lane = here.and_then(|here| here.parent_element());
    while let Some(current) = lane {
        lane = if is_down { current.next_element_sibling() } else { current.previous_element_sibling() };
        let cursor = lane.as_ref().and_then(|lane| lane.query_selector(".timeline-cursor").ok().flatten());
        if let Some(cursor) = cursor.and_then(|cursor| cursor.dyn_into::<HtmlElement>().ok()) {
            // Fails only for elements that cannot have focus.
            return cursor.focus().unwrap_or_default();
        }
    }
}

/// Prompts, errors, compactions and overrides.
#[component]
pub fn Marks(open: Open, scale: Memo<TimeScale>) -> impl IntoView {
    view! {
        <div class="lane lane-markers" data-testid="lane-markers">
            {move || timeline::marks(&open.track(), &scale.read()).into_iter().map(|mark| sign(open, mark)).collect_view()}
        </div>
    }
}

fn sign(open: Open, mark: LaneMark) -> impl IntoView {
    let shape = match mark.kind {
        Kind::Prompt => "M2 1h8v6l-4 4-4-4z",
        Kind::Compaction => "M1 1h10L6 6l5 5H1l5-5z",
        Kind::Error => "M4 1h4l3 3v4L8 11H4L1 8V4z",
        _ => "M6 1l5 5-5 5-5-5z",
    };
    let more = if mark.count > 1 { format!(" and {} more of its kind", mark.count - 1) } else { String::new() };
    let words = open.describe(mark.event) + &more;
    view! {
        <a class="lane-mark" tabindex="-1" href=open.href(mark.event) data-kind=mark.kind.name() style:left=px(mark.x)
            title=words.clone() aria-label=words
            on:click=move |event| {
                if is_plain_click(&event) {
                    event.prevent_default();
                    open.inspect(mark.event);
                }
            }>
            <svg viewBox="0 0 12 12" aria-hidden="true"><path d=shape /></svg>
        </a>
    }
}
