//! Context and output over time, with hatch where the log says nothing.

use super::axis::{Axis, Place};
use super::paint::{Ink, Pen};
use crate::logic::format::format_token_count;
use crate::logic::timeline::{Plan, Strip, StripIndex, TimeScale, shown_drops};
use crate::model::Tally;
use crate::ui::session::open::Open;
use crate::ui::shared::{El, el, not_recorded, tally};

/// Room above the largest value, pixels.
const TOP_PX: f64 = 6.0;
/// Room for the count beside a gap, pixels.
const GAP_LABEL_PX: f64 = 90.0;
/// Width of a column, pixels; the next may cover a part of it.
const COLUMN_PX: f64 = 4.0;

/// What both strips say at the left: name and number.
pub fn labels(open: Open, plan: &Plan) -> [(&'static str, &'static str, El); 2] {
    let (context, output) = (&plan.context, &plan.output);
    let (total, window) = open.detail.with(|detail| (detail.row.totals.output, detail.context_window));
    let largest = match context.recorded {
        0 => not_recorded("no call of this log has a prompt size"),
        _ => {
            let of = window.map(|window| format!(" of {}", format_token_count(window))).unwrap_or_default();
            let title = format!("{} tokens in the largest prompt", context.most);
            let text = format!("{}{of}", format_token_count(u64::from(context.most)));
            el("span").attr("title", &title).text(&text)
        }
    };
    let sum = Tally { sum: output.sum, reported: output.recorded, eligible: output.eligible, partial: 0 };
    let sum = match output.recorded {
        0 if total.reported > 0 => el("span").child(tally(&total, "total")).text(" in all"),
        0 => not_recorded("no call of this log has an output count"),
        _ => tally(&sum, "model call"),
    };
    [("context", "Largest context", largest), ("tokens", "Output per call", sum)]
}

/// Why a whole strip is a gap, if it is one.
pub fn gap_of(open: Open, plan: &Plan) -> [Option<&'static str>; 2] {
    let has_total = open.detail.with(|detail| detail.row.totals.output.reported > 0);
    let context = (plan.context.recorded == 0).then_some("prompt sizes are not recorded in this log");
    let output = (plan.output.recorded == 0).then_some(match has_total {
        true => "output is recorded only for the whole session",
        false => "output is not recorded in this log",
    });
    [context, output]
}

/// The reason why a whole row is a gap; the hatch is painted.
pub fn nothing(why: &'static str) -> El {
    el("span").class("strip-note").text(why)
}

/// Hatch over a whole row.
pub fn paint_nothing(pen: &Pen<'_>, place: &Place, scale: &TimeScale) {
    pen.hatch();
    pen.rect(0.0, place.top, scale.width_px, place.height);
}

/// Prompt sizes: a stepped line with its area, the window of the model, and what compactions dropped.
pub fn context(axis: Axis, pen: &Pen<'_>, place: &Place, plan: &Plan, scale: &TimeScale) {
    let index = &plan.context;
    if index.recorded == 0 {
        return paint_nothing(pen, place, scale);
    }
    let strip = index.strip(scale, true);
    let window = axis.open.detail.with(|detail| detail.context_window);
    let most = window.unwrap_or(0).max(u64::from(index.most)).max(1) as f64;
    let bottom = place.top + place.height;
    let y_of = |value: f64| bottom - (place.height - TOP_PX) * value / most;
    let end = strip.end_px.min(scale.width_px);
    stepped(pen, &strip, end, bottom, y_of);
    gaps(pen, place, &strip, index, scale);
    if let Some(window) = window {
        let y = y_of(window as f64).round();
        pen.dashes(y, scale.width_px, Ink::Warning);
        // Where the strip is low the labels of drops need its room.
        if place.height > 40.0 {
            pen.note(&format!("window {}", format_token_count(window)), scale.width_px, y + 10.0, Ink::Muted);
        }
    }
    for (x, drop) in shown_drops(&plan.drops, scale) {
        let text = [drop.before, drop.after].map(|tokens| format_token_count(u64::from(tokens))).join(" → ");
        pen.note(&text, (x + 4.0).min(scale.width_px), bottom - 9.0, Ink::Text);
    }
}

/// A stepped line and the area below it. Of rectangles, which a browser without a graphics card paints far faster than
/// a path of thousands of corners.
fn stepped(pen: &Pen<'_>, strip: &Strip, end: f64, bottom: f64, y_of: impl Fn(f64) -> f64) {
    const LINE_PX: f64 = 1.5;
    // Steps of one height, as far as pixels can tell.
    let mut runs: Vec<(f64, f64)> = Vec::new();
    for (x, value) in strip.points.iter().filter(|point| point.0 <= end) {
        let y = (y_of(f64::from(*value)) * 2.0).round() / 2.0;
        if runs.last().is_none_or(|last| last.1 != y) {
            runs.push((x.max(0.0), y));
        }
    }
    let ends = || runs.iter().skip(1).map(|run| run.0).chain([end]);
    pen.ink(Ink::Soft);
    // The highest of those that end in the pixel in which they begin: one rectangle a pixel.
    let mut top = f64::MAX;
    for ((x, y), next) in runs.iter().zip(ends()) {
        top = top.min(*y);
        if next.round() > x.round() {
            pen.rect(*x, top, next - x, bottom - top);
            top = f64::MAX;
        }
    }
    pen.ink(Ink::Accent);
    let mut before = None;
    for ((x, y), next) in runs.iter().zip(ends()) {
        // A short one lies within the line up or down to it.
        if before.is_none() || next - x > LINE_PX {
            pen.rect(*x, y - LINE_PX / 2.0, (next - x).max(LINE_PX), LINE_PX);
        }
        let above = before.unwrap_or(*y).min(*y);
        pen.rect(*x, above - LINE_PX / 2.0, LINE_PX, (before.unwrap_or(*y) - y).abs() + LINE_PX);
        before = Some(*y);
    }
}

/// Output of each call: columns from the ground. A recorded zero is a line on it.
pub fn output(pen: &Pen<'_>, place: &Place, plan: &Plan, scale: &TimeScale) {
    let index = &plan.output;
    if index.recorded == 0 {
        return paint_nothing(pen, place, scale);
    }
    let strip = index.strip(scale, false);
    let bottom = place.top + place.height;
    let mut heights = vec![0; pen.columns(0.0, scale.width_px + COLUMN_PX).end];
    for (x, value) in &strip.points {
        let height = (place.height - TOP_PX) * f64::from(*value) / f64::from(index.most.max(1));
        let height = pen.columns(0.0, height).end as u32;
        for column in heights.get_mut(pen.columns(*x, COLUMN_PX)).unwrap_or_default() {
            *column = height.max(*column);
        }
    }
    pen.ink(Ink::Response);
    pen.skyline(&heights, bottom);
    gaps(pen, place, &strip, index, scale);
}

/// Hatch over each gap. Its count stands beside it if all counts have room, else one sum stands for all.
fn gaps(pen: &Pen<'_>, place: &Place, strip: &Strip, index: &StripIndex, scale: &TimeScale) {
    let starts = strip.gaps.iter().skip(1).map(|gap| gap.from_px).chain([scale.width_px]);
    let has_room = strip.gaps.iter().zip(starts).all(|(gap, next)| gap.to_px + GAP_LABEL_PX <= next);
    // Of the edge only a pixel at both sides stays.
    pen.ink(Ink::Control);
    let paint = |inset: f64| {
        for gap in &strip.gaps {
            pen.rect(gap.from_px + inset, place.top, gap.to_px - gap.from_px - 2.0 * inset, place.height);
        }
    };
    paint(0.0);
    pen.hatch();
    paint(1.0);
    for gap in strip.gaps.iter().filter(|_| has_room) {
        pen.note(&format!("{} not recorded", gap.count), gap.to_px + 3.0, place.top + 10.0, Ink::Muted);
    }
    if !has_room && !strip.gaps.is_empty() {
        let text = format!("{} of {} not recorded", index.eligible - index.recorded, index.eligible);
        pen.note(&text, 4.0, place.top + 10.0, Ink::Muted);
    }
}

/// What a strip says at a pixel.
pub fn words_at(index: &StripIndex, name: &str, scale: &TimeScale, x: f64) -> Option<String> {
    let strip = index.strip(scale, true);
    if let Some(gap) = strip.gaps.iter().find(|gap| (gap.from_px..=gap.to_px).contains(&x)) {
        return Some(format!(
            "{name}: {} not recorded",
            crate::logic::format::count(u64::from(gap.count), "model call")
        ));
    }
    let (_, value) = strip.points.iter().rfind(|point| point.0 <= x + 1.0).filter(|_| x <= strip.end_px + 1.0)?;
    Some(format!("{name}: {value} tokens"))
}
