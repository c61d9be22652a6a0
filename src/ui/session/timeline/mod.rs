//! The session on a time axis. What is drawn is computed by `logic::timeline`; here it is painted on canvases, and
//! mirrored in elements for the keyboard and for screen readers.

mod axis;
mod cursor;
mod lanes;
mod minimap;
mod paint;
mod playhead;
mod pointer;
mod range;
mod strips;
mod words;

pub use paint::looks;

use super::measure::px;
use super::open::Open;
use crate::logic::dates;
use crate::logic::format::{count, duration_in_full};
use crate::logic::timeline::{self, Lane};
use crate::logic::transcript::own_steps;
use crate::ui::shared::{Derived, El, Live, el, follow, next_frame, not_recorded, shown_tally};
use axis::{Axis, Row};
use paint::Surface;

/// Minimap, ruler, lanes and strips of the session.
pub fn timeline(open: Open) -> El {
    let track = open.track();
    let name = format!("Timeline, {}", count(own_steps(&track).len() as u64, "step"));
    let section = el("section").attr("aria-label", &name).attr("data-testid", "timeline");
    let Some(plan) = open.plan.get() else {
        let words = "This log records no times: there is no timeline. The transcript keeps the order of its lines.";
        let note = el("p").class("timeline-note hatched").child(el("span").text(words));
        return section.class("timeline timeline-none").child(note);
    };
    let view = el("div").class("timeline-view");
    let axis = Axis::new(open, plan, &view);
    let looks = paint::looks();
    let (canvas, surface) = Surface::new("timeline-paint", looks);
    let rows = rows(axis, looks);
    let labels = el("div").class("timeline-labels").children(rows.iter().map(|(row, _)| label(axis, *row)));
    let rows = axis.measure(&view, rows);
    if let Some(surface) = surface {
        // The first time both canvases are much for one frame: the minimap comes before.
        let is_due = Live::new(false);
        follow(move || {
            let height = axis.places.with(|places| places.last().map_or(0.0, |place| place.top + place.height));
            if is_due.get() {
                surface.paint(axis.width.get(), height, |pen| lanes::paint(axis, pen));
            } else if height > 0.0 {
                next_frame(move || is_due.set(true));
            }
        });
    }
    let drawing = el("div").class("timeline-canvas").children(rows).child(canvas);
    let drawing = drawing.child(range::shade(axis)).child(playhead::playhead(axis));
    playhead::follow_chosen(axis);
    let view = pointer::listen(axis, view.child(drawing));
    section.class("timeline").children([labels, view, range::sums(axis)])
}

/// All rows from top to bottom.
fn rows(axis: Axis, looks: Live<u32>) -> Vec<(Row, El)> {
    let plan = axis.plan.get();
    let lane = |class: &str| el("div").class(&format!("lane {class}"));
    let (active, focused) = (Live::new(Row::Bars(Lane::Model)), Live::new(None));
    let cursor = |row: Row, name: &str| cursor::cursor(axis, row, name, active, focused);
    let mut rows = vec![
        (Row::Minimap, minimap::minimap(axis, looks)),
        (Row::Ruler, lane("lane-ruler").attr("aria-hidden", "true").attr("data-testid", "ruler")),
    ];
    let marks = lane("lane-markers").attr("data-testid", "lane-markers");
    let marks = if plan.marks.is_empty() { marks } else { marks.child(cursor(Row::Marks, "Marks")) };
    rows.push((Row::Marks, marks));
    for (kind, index) in &plan.lanes {
        let (class, name) = (class_of(*kind), name_of(*kind));
        let gap = plan.model_gap.filter(|_| *kind == Lane::Model);
        let row = lane(&format!("lane-{class}")).attr("data-testid", &format!("lane-{class}"));
        let row = row.children(gap.map(strips::nothing));
        let cursor = (!index.is_empty()).then(|| cursor(Row::Bars(*kind), &name));
        rows.push((Row::Bars(*kind), row.children(notes(axis, *kind)).children(cursor)));
    }
    let [context, output] = strips::gap_of(axis.open, &plan);
    let strip = |class: &str, gap: Option<&'static str>| {
        let strip = lane(class).attr("data-testid", class);
        strip.children(gap.map(strips::nothing))
    };
    rows.push((Row::Context, strip("strip-context", context)));
    rows.push((Row::Output, strip("strip-tokens", output)));
    if !plan.untimed.is_empty() {
        rows.push((Row::Untimed, untimed_lane(axis.open, &plan.untimed)));
    }
    rows
}

const fn class_of(lane: Lane) -> &'static str {
    match lane {
        Lane::Model => "model",
        Lane::Tools => "tools",
        Lane::Agent(_) | Lane::MoreAgents => "sub-agent",
        Lane::Waiting => "waiting",
    }
}

fn name_of(lane: Lane) -> String {
    match lane {
        Lane::Model => "Model".into(),
        Lane::Tools => "Tools".into(),
        Lane::Agent(number) => format!("Sub-agent {}", number + 1),
        Lane::MoreAgents => "More sub-agents".into(),
        Lane::Waiting => "Waiting".into(),
    }
}

/// The words beside the bar of a sub-agent: what it was for.
fn notes(axis: Axis, lane: Lane) -> Option<El> {
    let agent = words::agent_of(axis.open, lane)?;
    let (from, to) = agent.extent_ms?;
    let place = move || {
        let scale = axis.scale.get();
        let (from, to) = (scale.x(from), scale.x(to));
        if to < 0.0 || from > scale.width_px {
            return None;
        }
        // At the right of the bar, else at its left; over the bar where neither has room.
        const ROOM_PX: f64 = 260.0;
        Some(match (to + ROOM_PX <= scale.width_px, from >= ROOM_PX) {
            (true, _) => (to.max(0.0), false),
            (false, true) => (scale.width_px - from, true),
            _ => (from.max(0.0), false),
        })
    };
    let place = Derived::new(place);
    let side = move |is_right: bool| match place.get() {
        Some((at, at_right)) if at_right == is_right => px(at + 4.0),
        _ => "auto".to_owned(),
    };
    let note =
        el("span").class("lane-note").live_css("left", move || side(false)).live_css("right", move || side(true));
    let gap = agent.key.is_none().then(|| el("span").class("muted").text(" transcript not loaded"));
    Some(note.child(el("span").class("lane-note-words").text(&agent.label)).children(gap))
}

/// Words at the left of a row, with its sum.
fn label(axis: Axis, row: Row) -> El {
    let (open, plan) = (axis.open, axis.plan.get());
    let text = |name: &str| el("span").class("clip").text(name);
    let number = |number: usize| el("span").text(&number.to_string());
    let (class, name, value) = match row {
        Row::Minimap => {
            let (from, to) = plan.extent_ms;
            let length = timeline::offset_text(to - from);
            ("minimap", text("Whole session"), el("span").attr("data-testid", "whole").text(&length))
        }
        Row::Ruler => ("ruler", text("Clock"), clock(open)),
        Row::Marks => ("markers", text("Marks"), number(plan.marks.len())),
        Row::Bars(lane) => return lane_label(open, lane),
        Row::Context | Row::Output => {
            let [context, output] = strips::labels(open, &plan);
            let (class, name, value) = if row == Row::Context { context } else { output };
            (class, text(name), value)
        }
        Row::Untimed => ("untimed", text("Untimed"), number(plan.untimed.len())),
    };
    row_label(class, name, value).flag("data-strip", matches!(row, Row::Context | Row::Output))
}

fn row_label(class: &str, name: El, value: El) -> El {
    let label = el("div").class(&format!("timeline-label label-{class}"));
    label.child(name).child(el("span").class("num").child(value))
}

fn lane_label(open: Open, lane: Lane) -> El {
    let name = match lane {
        Lane::Agent(number) => words::agent_name(open, number),
        Lane::MoreAgents => el("span").class("clip").text(&format!("{} more", words::more_agents(open))),
        _ => el("span").class("clip").text(&name_of(lane)),
    };
    let noun = match lane {
        Lane::Model => "model call",
        Lane::Tools => "tool call",
        Lane::Waiting => "wait",
        _ => "step",
    };
    let sum = timeline::lane_sum(&open.track(), lane);
    let value = match (lane, words::agent_of(open, lane)) {
        (_, Some(agent)) => match agent.duration_ms {
            Some(ms) => el("span").text(&duration_in_full(ms)),
            None => not_recorded("no log tells how long it ran"),
        },
        (Lane::MoreAgents, _) => el("span"),
        _ if sum.eligible == 0 => el("span").text("none"),
        _ => shown_tally(&sum, noun, &duration_in_full(sum.sum)),
    };
    row_label(class_of(lane), name, value)
}

fn clock(open: Open) -> El {
    let Some(at) = open.origin() else { return el("span") };
    let text = open.store.zone.with(|zone| {
        let clock = dates::clock(at, zone);
        format!("{} {}", clock.get(..5).unwrap_or(&clock), timeline::zone_text(zone, at))
    });
    el("span").attr("title", &at.rfc3339()).text(&text)
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
