//! Context and output over time, with hatch where the log says nothing.

use crate::logic::format::{count, format_token_count};
use crate::logic::timeline::{self, Gap, Strip, TimeScale};
use crate::logic::track::Track;
use crate::model::Tally;
use crate::ui::session::measure::px;
use crate::ui::session::open::Open;
use crate::ui::shared::{NotRecorded, tally};
use leptos::prelude::*;

/// Heights on a wide screen; narrower ones squeeze the drawing (style/timeline.css).
const CONTEXT_PX: f64 = 52.0;
const OUTPUT_PX: f64 = 40.0;
const TOP_PX: f64 = 6.0;
const BAR_PX: f64 = 4.0;
/// Room for the count beside a gap.
const GAP_LABEL_PX: f64 = 90.0;

/// Both strips.
#[component]
pub fn Strips(open: Open, scale: Memo<TimeScale>) -> impl IntoView {
    let has_total = open.detail.with_value(|detail| detail.row.totals.output.reported > 0);
    view! {
        <div class="lane strip-context" data-testid="strip-context">
            {move || context_view(&open.track(), &scale.read())}
        </div>
        <div class="lane strip-tokens" data-testid="strip-tokens">
            {move || output_view(&open.track(), &scale.read(), has_total)}
        </div>
    }
}

/// The labels of both strips.
pub fn labels(open: Open, track: &Track) -> impl IntoView + use<> {
    // Sums do not depend on the scale.
    let (context, output) = (timeline::context(track, &TimeScale::default()), timeline::output(track, &TimeScale::default()));
    let total = open.detail.with_value(|detail| detail.row.totals.output);
    let largest = match context.recorded {
        0 => view! { <NotRecorded reason="no call of this log has a prompt size" /> }.into_any(),
        _ => view! { <span title=format!("{} tokens in the largest prompt", context.most)>"up to "{format_token_count(u64::from(context.most))}</span> }.into_any(),
    };
    let sum = Tally { sum: output.sum, reported: output.recorded, eligible: output.eligible, partial: 0 };
    let sum = match output.recorded {
        0 if total.reported > 0 => view! { {tally(&total, "total")}" in all" }.into_any(),
        0 => view! { <NotRecorded reason="no call of this log has an output count" /> }.into_any(),
        _ => tally(&sum, "model call"),
    };
    view! {
        <div class="timeline-label label-context" data-strip=""><span class="clip">"Context"</span><span class="num">{largest}</span></div>
        <div class="timeline-label label-tokens" data-strip=""><span class="clip">"Output per call"</span><span class="num">{sum}</span></div>
    }
}

/// The whole strip is a gap, with the reason.
fn nothing(why: &'static str) -> AnyView {
    view! { <span class="strip-gap strip-gap-all"></span><span class="strip-note strip-note-all">{why}</span> }.into_any()
}

fn context_view(track: &Track, scale: &TimeScale) -> AnyView {
    let strip = timeline::context(track, scale);
    if strip.recorded == 0 {
        return nothing("prompt sizes are not recorded in this log");
    }
    let path = |is_area| timeline::step_path(&strip, CONTEXT_PX, TOP_PX, is_area);
    let drops = timeline::context_drops(track, scale).into_iter().map(|drop| {
        let text = [drop.before, drop.after].map(|tokens| format_token_count(u64::from(tokens))).join(" → ");
        view! { <span class="strip-note strip-note-drop" style:left=px(f64::from(drop.x))>{text}</span> }
    });
    view! {
        <svg viewBox=format!("0 0 {:.1} {CONTEXT_PX}", scale.width_px.max(1.0)) preserveAspectRatio="none" aria-hidden="true">
            <path class="strip-area" d=path(true) />
            <path class="strip-line" d=path(false) />
        </svg>
        {gaps(&strip.gaps, scale, "prompt size not recorded")}
        {drops.collect_view()}
    }
    .into_any()
}

fn output_view(track: &Track, scale: &TimeScale, has_total: bool) -> AnyView {
    let strip = timeline::output(track, scale);
    match strip.recorded {
        0 if has_total => return nothing("output is recorded only for the whole session"),
        0 => return nothing("output is not recorded in this log"),
        _ => {}
    }
    view! {
        <svg viewBox=format!("0 0 {:.1} {OUTPUT_PX}", scale.width_px.max(1.0)) preserveAspectRatio="none" aria-hidden="true">
            <path data-kind="response" d=columns(&strip) />
        </svg>
        {gaps(&strip.gaps, scale, "output not recorded")}
    }
    .into_any()
}

/// All columns as one path: there may be one a pixel. A recorded zero is a line on the ground.
fn columns(strip: &Strip) -> String {
    let height = |value: u32| ((OUTPUT_PX - TOP_PX) * f64::from(value) / f64::from(strip.most.max(1))).max(0.5);
    let column = |(x, value): &(f64, u32)| format!("M{x:.1} {OUTPUT_PX}v-{:.1}h{BAR_PX}V{OUTPUT_PX}z", height(*value));
    strip.points.iter().map(column).collect()
}

fn gaps(gaps: &[Gap], scale: &TimeScale, what: &str) -> impl IntoView + use<> {
    let mut free_from = 0.0;
    let drawn = gaps.iter().map(|gap| {
        let (left, right) = (gap.from_px.max(0.0), gap.to_px.min(scale.width_px));
        // A label needs room at the right, and none of the one before.
        let has_room = left >= free_from && right + GAP_LABEL_PX <= scale.width_px;
        free_from = if has_room { right + GAP_LABEL_PX } else { free_from };
        let title = format!("{}, {what}", count(u64::from(gap.count), "model call"));
        view! {
            <span class="strip-gap" style:left=px(left) style:width=px((right - left).max(0.0)) title=title></span>
            {has_room.then(|| view! { <span class="strip-note strip-note-gap" style:left=px(right)>{gap.count}" not recorded"</span> })}
        }
    });
    drawn.collect_view()
}
