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
            let text = format!("up to {}{of}", format_token_count(u64::from(context.most)));
            el("span").attr("title", &title).text(&text)
        }
    };
    let sum = Tally { sum: output.sum, reported: output.recorded, eligible: output.eligible, partial: 0 };
    let sum = match output.recorded {
        0 if total.reported > 0 => el("span").child(tally(&total, "total")).text(" in all"),
        0 => not_recorded("no call of this log has an output count"),
        _ => tally(&sum, "model call"),
    };
    [("context", "Context", largest), ("tokens", "Output per call", sum)]
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
    let stepped = || steps(&strip, end).map(move |(x, value)| (x, y_of(value)));
    if let (Some(first), true) = (strip.points.first(), end > 0.0) {
        pen.ink(Ink::Soft);
        pen.area(stepped().chain([(end, bottom), (first.0, bottom)]));
        pen.line(stepped(), Ink::Accent, 1.5, 0.0);
    }
    gaps(pen, place, &strip, index, scale);
    if let Some(window) = window {
        let y = y_of(window as f64).round() + 0.5;
        pen.line([(0.0, y), (scale.width_px, y)].into_iter(), Ink::Warning, 1.0, 4.0);
        let text = format!("window {}", format_token_count(window));
        pen.note(&text, scale.width_px - 76.0, y + 10.0, Ink::Muted);
    }
    for (x, drop) in shown_drops(&plan.drops, scale) {
        let text = [drop.before, drop.after].map(|tokens| format_token_count(u64::from(tokens))).join(" → ");
        pen.note(&text, x + 4.0, bottom - 9.0, Ink::Text);
    }
}

/// The corners of a stepped line, from the first value to where the last call ended.
fn steps(strip: &Strip, end: f64) -> impl Iterator<Item = (f64, f64)> {
    let ends = strip.points.iter().skip(1).map(|(x, _)| *x).chain([end]);
    strip.points.iter().zip(ends).flat_map(|((x, value), next)| {
        let value = f64::from(*value);
        [(*x, value), (next.max(*x), value)]
    })
}

/// Output of each call: columns from the ground. A recorded zero is a line on it.
pub fn output(pen: &Pen<'_>, place: &Place, plan: &Plan, scale: &TimeScale) {
    let index = &plan.output;
    if index.recorded == 0 {
        return paint_nothing(pen, place, scale);
    }
    let strip = index.strip(scale, false);
    let bottom = place.top + place.height;
    pen.ink(Ink::Response);
    for (x, value) in &strip.points {
        let height = ((place.height - TOP_PX) * f64::from(*value) / f64::from(index.most.max(1))).max(1.0);
        pen.rect(*x, bottom - height, COLUMN_PX, height);
    }
    gaps(pen, place, &strip, index, scale);
}

/// Hatch over each gap. Its count stands beside it if all counts have room, else one sum stands for all.
fn gaps(pen: &Pen<'_>, place: &Place, strip: &Strip, index: &StripIndex, scale: &TimeScale) {
    let starts = strip.gaps.iter().skip(1).map(|gap| gap.from_px).chain([scale.width_px]);
    let has_room = strip.gaps.iter().zip(starts).all(|(gap, next)| gap.to_px + GAP_LABEL_PX <= next);
    for gap in &strip.gaps {
        let width = gap.to_px - gap.from_px;
        pen.hatch();
        pen.rect(gap.from_px, place.top, width, place.height);
        pen.ink(Ink::Control);
        pen.rect(gap.from_px, place.top, 1.0, place.height);
        pen.rect(gap.to_px - 1.0, place.top, 1.0, place.height);
        if has_room {
            pen.note(&format!("{} not recorded", gap.count), gap.to_px + 3.0, place.top + 10.0, Ink::Muted);
        }
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
