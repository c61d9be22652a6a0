//! Context and output over time, with hatch where the log says nothing.

use crate::logic::format::{count, fixed, format_token_count};
use crate::logic::timeline::{self, Strip, TimeScale};
use crate::logic::track::Track;
use crate::model::Tally;
use crate::ui::session::measure::px;
use crate::ui::session::open::Open;
use crate::ui::shared::{Derived, El, el, not_recorded, svg, tally};

/// Heights on a wide screen; narrower ones squeeze the drawing (style/timeline.css).
const CONTEXT_PX: f64 = 52.0;
const OUTPUT_PX: f64 = 40.0;
const TOP_PX: f64 = 6.0;
/// Room for the count beside a gap.
const GAP_LABEL_PX: f64 = 90.0;

/// Both strips.
pub fn strips(open: Open, scale: Derived<TimeScale>) -> [El; 2] {
    let has_total = open.detail.with(|detail| detail.row.totals.output.reported > 0);
    let strip = |name: &str| el("div").class(&format!("lane {name}")).attr("data-testid", name);
    [
        strip("strip-context").live(move || context(&open.track(), &scale.get())),
        strip("strip-tokens").live(move || output(&open.track(), &scale.get(), has_total)),
    ]
}

/// The labels of both strips.
pub fn labels(open: Open, track: &Track) -> [El; 2] {
    // Sums do not depend on the scale.
    let scale = TimeScale::default();
    let (context, output) = (timeline::context(track, &scale), timeline::output(track, &scale));
    let total = open.detail.with(|detail| detail.row.totals.output);
    let largest = match context.recorded {
        0 => not_recorded("no call of this log has a prompt size"),
        _ => {
            let title = format!("{} tokens in the largest prompt", context.most);
            let text = format!("up to {}", format_token_count(u64::from(context.most)));
            el("span").attr("title", &title).text(&text)
        }
    };
    let sum = Tally { sum: output.sum, reported: output.recorded, eligible: output.eligible, partial: 0 };
    let sum = match output.recorded {
        0 if total.reported > 0 => el("span").child(tally(&total, "total")).text(" in all"),
        0 => not_recorded("no call of this log has an output count"),
        _ => tally(&sum, "model call"),
    };
    [super::label("context", "Context", largest), super::label("tokens", "Output per call", sum)]
}

/// A whole lane is a gap, with the reason.
pub fn nothing(why: &'static str) -> [El; 2] {
    [el("span").class("strip-gap strip-gap-all"), el("span").class("strip-note strip-note-all").text(why)]
}

fn drawing(scale: &TimeScale, height_px: f64) -> El {
    let view_box = format!("0 0 {} {}", fixed(scale.width_px.max(1.0), 1), fixed(height_px, 0));
    svg("svg").attr("viewBox", &view_box).attr("preserveAspectRatio", "none").attr("aria-hidden", "true")
}

fn context(track: &Track, scale: &TimeScale) -> Vec<El> {
    let strip = timeline::context(track, scale);
    if strip.recorded == 0 {
        return nothing("prompt sizes are not recorded in this log").into();
    }
    let path = |class: &str, is_area: bool| {
        svg("path").class(class).attr("d", &timeline::step_path(&strip, CONTEXT_PX, TOP_PX, is_area))
    };
    let mut drawn = vec![drawing(scale, CONTEXT_PX).child(path("strip-area", true)).child(path("strip-line", false))];
    drawn.extend(gaps(&strip, scale, "prompt size not recorded"));
    drawn.extend(timeline::context_drops(track, scale).into_iter().map(|drop| {
        let text = [drop.before, drop.after].map(|tokens| format_token_count(u64::from(tokens))).join(" → ");
        el("span").class("strip-note strip-note-drop").css("left", &px(f64::from(drop.x))).text(&text)
    }));
    drawn
}

fn output(track: &Track, scale: &TimeScale, has_total: bool) -> Vec<El> {
    let strip = timeline::output(track, scale);
    match strip.recorded {
        0 if has_total => return nothing("output is recorded only for the whole session").into(),
        0 => return nothing("output is not recorded in this log").into(),
        _ => {}
    }
    let bars = svg("path").attr("data-kind", "response").attr("d", &columns(&strip));
    let mut drawn = vec![drawing(scale, OUTPUT_PX).child(bars)];
    drawn.extend(gaps(&strip, scale, "output not recorded"));
    drawn
}

/// All columns as one path, 4 pixels wide each: there may be one a pixel. A recorded zero is a line on the ground.
fn columns(strip: &Strip) -> String {
    let height = |value: u32| ((OUTPUT_PX - TOP_PX) * f64::from(value) / f64::from(strip.most.max(1))).max(0.5);
    let column = |(x, value): &(f64, u32)| format!("M{} 40v-{}h4V40z", fixed(*x, 1), fixed(height(*value), 1));
    strip.points.iter().map(column).collect()
}

/// Hatch over each gap. Its count stands beside it if all counts have room, else one sum stands for all.
fn gaps(strip: &Strip, scale: &TimeScale, what: &str) -> Vec<El> {
    let starts = strip.gaps.iter().skip(1).map(|gap| gap.from_px).chain([scale.width_px]);
    let has_room = strip.gaps.iter().zip(starts).all(|(gap, next)| gap.to_px + GAP_LABEL_PX <= next);
    let mut drawn = Vec::new();
    for gap in &strip.gaps {
        let (left, right) = (gap.from_px.max(0.0), gap.to_px.min(scale.width_px));
        let title = format!("{}, {what}", count(u64::from(gap.count), "model call"));
        let hatch = el("span").class("strip-gap").css("left", &px(left)).css("width", &px((right - left).max(0.0)));
        drawn.push(hatch.attr("title", &title));
        if has_room {
            let text = format!("{} not recorded", gap.count);
            drawn.push(el("span").class("strip-note strip-note-gap").css("left", &px(right)).text(&text));
        }
    }
    if !has_room {
        let text = format!("{} of {} not recorded", strip.eligible - strip.recorded, strip.eligible);
        drawn.push(el("span").class("strip-note strip-note-sum").text(&text));
    }
    drawn
}
