//! The session on a time axis. What is drawn is computed by `logic::timeline`; here it becomes elements.

mod lane;
mod strips;

use super::measure::{px, width_of};
use super::open::Open;
use crate::logic::dates;
use crate::logic::format::{count, duration_in_full};
use crate::logic::timeline::{self, Lane, TimeScale};
use crate::logic::track::Track;
use crate::logic::transcript::own_steps;
use crate::ui::shared::{Derived, El, Live, el, shown_tally};

/// Lanes, strips and ruler of the whole session.
pub fn timeline(open: Open) -> El {
    let track = open.track();
    let name = format!("Timeline, {}", count(own_steps(&track).len() as u64, "step"));
    let section = el("section").attr("aria-label", &name).attr("data-testid", "timeline");
    let Some(extent) = track.extent_ms() else {
        let words = "This log records no times: there is no timeline. The transcript keeps the order of its lines.";
        let note = el("p").class("timeline-note hatched").child(el("span").text(words));
        return section.class("timeline timeline-none").child(note);
    };
    let view = el("div").class("timeline-view");
    let width = width_of(&view.node());
    let scale = Derived::new(move || TimeScale::over(extent, width.get()));
    let has_waiting = timeline::lane_sum(&track, Lane::Waiting).reported > 0;
    let untimed = timeline::untimed(&track);
    let active = Live::new(Lane::Model);
    let mut lanes = vec![ruler(open, scale), lane::marks(open, scale)];
    lanes.extend([Lane::Model, Lane::Tools].map(|lane| lane::lane_row(open, scale, lane, active)));
    lanes.extend(has_waiting.then(|| lane::lane_row(open, scale, Lane::Waiting, active)));
    lanes.extend(strips::strips(open, scale));
    lanes.extend((!untimed.is_empty()).then(|| untimed_lane(open, &untimed)));
    lanes.push(playhead(open, scale));
    let labels = el("div").class("timeline-labels").children(labels(open, &track, has_waiting, untimed.len()));
    section.class("timeline").child(labels).child(view.child(el("div").class("timeline-canvas").children(lanes)))
}

fn label(class: &str, name: &str, value: El) -> El {
    let label = el("div").class(&format!("timeline-label label-{class}"));
    label.child(el("span").class("clip").text(name)).child(el("span").class("num").child(value))
}

/// Words at the left of the lanes, with their sums.
fn labels(open: Open, track: &Track, has_waiting: bool, untimed: usize) -> Vec<El> {
    let number = |number: usize| el("span").text(&number.to_string());
    let sum = |lane: Lane, noun: &str| {
        let sum = timeline::lane_sum(track, lane);
        match sum.eligible {
            0 => el("span").text("none"),
            _ => shown_tally(&sum, noun, &duration_in_full(sum.sum)),
        }
    };
    let clock = match open.origin() {
        Some(at) => {
            let text = open.store.zone.with(|zone| {
                let clock = dates::clock(at, zone);
                format!("{} {}", clock.get(..5).unwrap_or(&clock), timeline::zone_text(zone, at))
            });
            el("span").attr("title", &at.rfc3339()).text(&text)
        }
        None => el("span"),
    };
    let mut labels = vec![
        label("ruler", "Clock", clock),
        label("markers", "Marks", number(timeline::count_marks(track))),
        label("model", "Model", sum(Lane::Model, "model call")),
        label("tools", "Tools", sum(Lane::Tools, "tool call")),
    ];
    labels.extend(has_waiting.then(|| label("waiting", "Waiting", sum(Lane::Waiting, "wait"))));
    labels.extend(strips::labels(open, track).map(|label| label.flag("data-strip", true)));
    labels.extend((untimed > 0).then(|| label("untimed", "Untimed", number(untimed))));
    labels
}

fn ruler(open: Open, scale: Derived<TimeScale>) -> El {
    let origin_ms = open.origin().map_or(0.0, |at| at.ms() as f64);
    let tick = |tick: timeline::Tick| {
        el("span").class("ruler-tick").css("left", &px(tick.x)).child(el("span").text(&tick.text))
    };
    let ticks = move || timeline::ticks(&scale.get(), origin_ms).into_iter().map(tick).collect();
    el("div").class("lane lane-ruler").attr("aria-hidden", "true").live(ticks)
}

/// The chosen step, across all lanes.
fn playhead(open: Open, scale: Derived<TimeScale>) -> El {
    /// Half of the flag.
    const FLAG_PX: f64 = 30.0;
    let place = move || {
        let (event, track, scale) = (open.chosen.get()?, open.track(), scale.get());
        let mark = track.get(event)?;
        let x = scale.x(mark.at_ms?);
        let is_seen = (0.0..=scale.width_px).contains(&x);
        // At the edges the flag would be cut off: it hangs on the inner side there.
        let edge = if x < FLAG_PX {
            "left"
        } else if x > scale.width_px - FLAG_PX {
            "right"
        } else {
            ""
        };
        is_seen.then(|| (x, open.offset_text(mark), edge))
    };
    el("div").class("contents").live(move || {
        let Some((x, text, edge)) = place() else { return Vec::new() };
        let flag = el("span").class("playhead-time").attr("data-edge", edge).text(&text);
        let head = el("span").class("playhead").css("left", &px(x)).attr("aria-hidden", "true");
        vec![head.attr("data-testid", "playhead").child(flag)]
    })
}

/// Steps without a time stand in a row of their own, never on the axis.
fn untimed_lane(open: Open, untimed: &[u32]) -> El {
    const MOST: usize = 40;
    const APART_PX: f64 = 10.0;
    let left = |nth: usize| px(6.0 + nth as f64 * APART_PX);
    let marks = untimed.iter().take(MOST).enumerate().map(|(nth, event)| {
        let (event, words) = (*event, open.describe(*event));
        let mark =
            el("button").attr("type", "button").class("untimed-mark").attr("tabindex", "-1").css("left", &left(nth));
        mark.attr("title", &words).attr("aria-label", &words).on("click", move |_| open.inspect(event))
    });
    let words = match untimed.len() {
        1 => "1 step carries no time".to_owned(),
        many => format!("{many} steps carry no time"),
    };
    let note = el("span").class("lane-note muted").css("left", &left(untimed.len().min(MOST))).text(&words);
    el("div").class("lane lane-untimed").attr("data-testid", "lane-untimed").children(marks).child(note)
}
