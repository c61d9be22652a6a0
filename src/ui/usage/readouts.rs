//! The numbers that people came for, each with what it covers.

use crate::logic::format::count;
use crate::logic::usage::UsageReport;
use crate::model::Tally;
use crate::ui::shared::{AtLeast, NotRecorded, tally};
use leptos::prelude::*;

/// A strip of readouts over all that passes the filters.
pub fn strip(report: &UsageReport) -> impl IntoView + use<> {
    let totals = &report.totals;
    let unknown = totals.cost.unknown + totals.cost.unknown_incomplete;
    let priced = (totals.cost.known, totals.cost.known + unknown);
    let cost = match totals.cost.value() {
        None => view! { <NotRecorded reason="no log holds a cost" /> }.into_any(),
        Some(known) if unknown > 0 => {
            view! { <AtLeast text=known.display() reason=format!("{unknown} sessions have no known cost") /> }.into_any()
        }
        Some(known) => known.display().into_any(),
    };
    let per_success = match totals.cost_per_success() {
        None => view! { <NotRecorded reason="no known cost, or no success" /> }.into_any(),
        Some(cost) if cost.is_at_least => view! { <AtLeast text=cost.amount.display() reason="some costs are unknown" /> }.into_any(),
        Some(cost) => cost.amount.display().into_any(),
    };
    let outcome = format!("{} of {} succeeded", totals.ok, totals.ok + totals.failed);
    view! {
        <div class="readout-strip" data-testid="readouts">
            {readout("Known cost", cost, gauge(priced.0, priced.1, "recorded by"))}
            {readout("Cost / success", per_success, outcome.into_any())}
            {tokens("Output tokens", &totals.output)}
            {tokens("Input, uncached", &totals.input_uncached)}
            {tokens("Cache read", &totals.cache_read)}
            {tokens("Cache write", &totals.cache_write)}
        </div>
    }
}

fn tokens(label: &'static str, sum: &Tally) -> impl IntoView + use<> {
    readout(label, tally(sum, "session"), gauge(sum.reported, sum.eligible, "recorded by"))
}

fn readout(label: &'static str, value: AnyView, note: AnyView) -> impl IntoView {
    view! {
        <div class="readout">
            <span class="readout-label">{label}</span>
            <span class="readout-value">{value}</span>
            <span class="readout-note">{note}</span>
        </div>
    }
}

/// How much is covered: a gauge, and always in words too.
fn gauge(reported: u32, eligible: u32, verb: &str) -> AnyView {
    let class = match (reported, eligible) {
        (0, _) => "none",
        (reported, eligible) if reported == eligible => "full",
        _ => "some",
    };
    let share = if eligible > 0 { f64::from(reported) / f64::from(eligible) } else { 0.0 };
    let words = format!("{verb} {reported} of {}", count(u64::from(eligible), "session"));
    view! {
        <span class="coverage-note"><i class="coverage-gauge" data-class=class style:--of=format!("{share:.3}")></i><span>{words}</span></span>
    }
    .into_any()
}
