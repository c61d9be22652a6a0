//! The session on a time axis. What is drawn is computed by `logic::timeline`; here it becomes elements.

mod lane;
mod strips;

use super::measure::{px, width_of};
use super::open::Open;
use crate::logic::dates;
use crate::logic::format::{count, duration_in_full};
use crate::logic::timeline::{self, Lane, TimeScale};
use crate::logic::track::Track;
use crate::ui::shared::shown_tally;
use lane::{LaneRow, Marks};
use leptos::html::Div;
use leptos::prelude::*;
use strips::Strips;

/// Lanes, strips and ruler of the whole session.
#[component]
pub fn Timeline(open: Open) -> impl IntoView {
    let track = open.track();
    let untimed = timeline::untimed(&track);
    let Some(extent) = track.extent_ms() else {
        return view! {
            <section class="timeline timeline-none" aria-label="Timeline" data-testid="timeline">
                <p class="timeline-note hatched"><span>"This log records no times: there is no timeline. The transcript keeps the order of its lines."</span></p>
            </section>
        }
        .into_any();
    };
    let node = NodeRef::<Div>::new();
    let width = width_of(node);
    let scale = Memo::new(move |_| TimeScale::over(extent, width.get()));
    let has_waiting = timeline::lane_sum(&track, Lane::Waiting).reported > 0;
    let active = RwSignal::new(Lane::Model);
    let name = format!("Timeline, {}", count(open.steps().len() as u64, "step"));
    view! {
        <section class="timeline" aria-label=name data-testid="timeline">
            <div class="timeline-labels">{labels(open, &track, has_waiting, untimed.len())}</div>
            <div class="timeline-view" node_ref=node>
                <div class="timeline-canvas">
                    <Ruler open=open scale=scale />
                    <Marks open=open scale=scale />
                    <LaneRow open=open scale=scale lane=Lane::Model active=active />
                    <LaneRow open=open scale=scale lane=Lane::Tools active=active />
                    {has_waiting.then(|| view! { <LaneRow open=open scale=scale lane=Lane::Waiting active=active /> })}
                    <Strips open=open scale=scale />
                    {(!untimed.is_empty()).then(|| untimed_lane(open, &untimed))}
                    <Playhead open=open scale=scale />
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// Words at the left of the lanes, with their sums.
fn labels(open: Open, track: &Track, has_waiting: bool, untimed: usize) -> impl IntoView + use<> {
    let label = |class: &'static str, name: &'static str, value: AnyView| {
        view! { <div class=format!("timeline-label label-{class}")><span class="clip">{name}</span><span class="num">{value}</span></div> }
    };
    let sum = |lane: Lane, noun: &str| {
        let sum = timeline::lane_sum(track, lane);
        match sum.eligible {
            0 => "none".into_any(),
            _ => shown_tally(&sum, noun, duration_in_full(sum.sum)),
        }
    };
    let clock = open.origin().map(|at| {
        let text = open.store.zone.with_value(|zone| {
            let clock = dates::clock(at, zone);
            format!("{} {}", clock.get(..5).unwrap_or(&clock), timeline::zone_text(zone, at))
        });
        view! { <span title=format!("{} in UTC", at.rfc3339())>{text}</span> }
    });
    view! {
        {label("ruler", "Clock", clock.into_any())}
        {label("markers", "Marks", timeline::count_marks(track).into_any())}
        {label("model", "Model", sum(Lane::Model, "model call"))}
        {label("tools", "Tools", sum(Lane::Tools, "tool call"))}
        {has_waiting.then(|| label("waiting", "Waiting", sum(Lane::Waiting, "wait")))}
        {strips::labels(open, track)}
        {(untimed > 0).then(|| label("untimed", "Untimed", untimed.into_any()))}
    }
}

#[component]
fn Ruler(open: Open, scale: Memo<TimeScale>) -> impl IntoView {
    let origin = open.origin().map_or(0.0, |at| at.ms() as f64);
    let tick = |tick: timeline::Tick| {
        view! { <span class="ruler-tick" style:left=px(tick.x)><span>{tick.text}</span></span> }
    };
    view! {
        <div class="lane lane-ruler" aria-hidden="true">
            {move || timeline::ticks(&scale.read(), origin).into_iter().map(tick).collect_view()}
        </div>
    }
}

/// The chosen step, across all lanes.
#[component]
fn Playhead(open: Open, scale: Memo<TimeScale>) -> impl IntoView {
    let at = Memo::new(move |_| {
        let (x, text, scale) = (open.chosen.get()?, open.track(), scale.get());
        let mark = text.get(x)?;
        Some((scale.x(mark.at_ms?), open.offset_text(mark)))
    });
    move || {
        at.get().filter(|(x, _)| (0.0..=scale.read().width_px).contains(x)).map(|(x, text)| {
            view! {
                <span class="playhead" style:left=px(x) data-testid="playhead" aria-hidden="true">
                    <span class="playhead-time">{text}</span>
                </span>
            }
        })
    }
}

/// Steps without a time stand in a row of their own, never on the axis.
fn untimed_lane(open: Open, untimed: &[u32]) -> impl IntoView + use<> {
    const MOST: usize = 40;
    let marks: Vec<u32> = untimed.iter().copied().take(MOST).collect();
    let after = 6.0 + marks.len() as f64 * 10.0;
    let words = match untimed.len() {
        1 => "1 step carries no time".to_owned(),
        many => format!("{many} steps carry no time"),
    };
    let mark = move |(nth, event): (usize, u32)| {
        view! {
            <button class="untimed-mark" type="button" tabindex="-1" style:left=px(6.0 + nth as f64 * 10.0)
                title=open.describe(event) aria-label=open.describe(event) on:click=move |_| open.inspect(event)></button>
        }
    };
    view! {
        <div class="lane lane-untimed" data-testid="lane-untimed">
            {marks.into_iter().enumerate().map(mark).collect_view()}
            <span class="lane-note muted" style:left=px(after)>{words}</span>
        </div>
    }
}
