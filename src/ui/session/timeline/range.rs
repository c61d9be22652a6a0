//! A range of time that somebody selects, and what the session did in it. The worker adds up.

use super::axis::Axis;
use crate::archive::Totals;
use crate::link::Period;
use crate::logic::format::{count, duration_in_full};
use crate::logic::range::RangeSums;
use crate::logic::timeline::offset_text;
use crate::model::{Tally, Timestamp};
use crate::ui::frame::button;
use crate::ui::session::measure::px;
use crate::ui::shared::{Derived, El, Live, cost, el, follow, not_recorded, small_icon, tally, task};
use crate::worker::{Answer, Query};
use std::sync::Arc;

/// The selected part of all rows below the minimap, and where it begins and ends in the ruler.
pub fn shade(axis: Axis) -> El {
    let edges = Derived::new(move || {
        let (period, scale) = (axis.range.get()?, axis.scale.get());
        let (from, to) = (scale.x(period.from_ms as f64), scale.x(period.to_ms as f64));
        (to >= 0.0 && from <= scale.width_px).then(|| (from.max(0.0), to.min(scale.width_px)))
    });
    el("div")
        .class("range-shade")
        .attr("data-testid", "range-shade")
        .attr("aria-hidden", "true")
        .live_flag("hidden", move || edges.get().is_none())
        .live_css("left", move || px(edges.get().map_or(0.0, |(from, _)| from)))
        .live_css("width", move || px(edges.get().map_or(0.0, |(from, to)| to - from)))
}

/// The sums of the range, in a line of their own below the rows.
pub fn sums(axis: Axis) -> El {
    let found: Live<Option<Arc<RangeSums>>> = Live::new(None);
    let key = axis.open.detail.with(|detail| detail.row.key.clone());
    let asked = Derived::new(move || axis.range.get());
    follow(move || {
        axis.open.store.generation.track();
        let Some(Period { from_ms, to_ms }) = asked.get() else { return found.set(None) };
        let key = key.clone();
        task(async move {
            let answer = axis.open.store.ask(Query::Range { key, from_ms, to_ms }).await;
            if let Some(Answer::Range(Some(sums))) = answer {
                found.set(Some(Arc::from(sums)));
            }
        });
    });
    let line = move || {
        let Some(period) = axis.range.get() else { return Vec::new() };
        vec![bar(axis, period, found.get().as_deref())]
    };
    el("div").class("contents").live(line)
}

fn bar(axis: Axis, period: Period, sums: Option<&RangeSums>) -> El {
    let origin_ms = axis.open.origin().map_or(0.0, |at| at.ms() as f64);
    let [from, to] = [period.from_ms, period.to_ms].map(|at| offset_text(at as f64 - origin_ms));
    let title = [period.from_ms, period.to_ms].map(|at| Timestamp::from_ms(at).rfc3339()).join(" to ");
    let length = (period.to_ms - period.from_ms).unsigned_abs();
    let mut shown = vec![
        el("strong").text("Range"),
        el("span").class("num").attr("title", &title).text(&format!("{from} – {to}")),
        el("span").class("num").attr("data-testid", "range-duration").text(&duration_in_full(length)),
    ];
    shown.extend(sums.into_iter().flat_map(facts));
    let fit = button("button button-small push", move |_| axis.fit_span(period.from_ms as f64, period.to_ms as f64));
    let close = button("button button-quiet button-small button-icon", move |_| axis.clear_range());
    let close =
        close.attr("aria-label", "Clear the range").attr("title", "Clear the range (Esc)").child(small_icon("close"));
    el("div")
        .class("range-sums")
        .attr("role", "group")
        .attr("aria-label", "Sums of the selected range")
        .attr("aria-live", "polite")
        .attr("data-testid", "range-sums")
        .attr("data-from", &Timestamp::from_ms(period.from_ms).rfc3339())
        .attr("data-to", &Timestamp::from_ms(period.to_ms).rfc3339())
        .children(shown)
        .child(fit.text("Zoom to it"))
        .child(close)
}

fn facts(sums: &RangeSums) -> Vec<El> {
    let number = |name: &str, value: u32, noun: &str| {
        let fact = el("span").class("num").attr("data-sum", name).attr("data-value", &value.to_string());
        fact.text(&count(u64::from(value), noun))
    };
    let mut facts = vec![
        number("steps", sums.steps, "step"),
        number("requests", sums.requests, "model call"),
        number("tool-calls", sums.tool_calls, "tool call"),
        number("errors", sums.errors, "error"),
    ];
    if let Some(error) = facts.pop() {
        facts.push(if sums.errors > 0 { error.class("num range-errors") } else { error });
    }
    let Totals { input_uncached, cache_read, cache_write, output, cost: spent, .. } = sums.totals;
    for (name, word, sum) in [
        ("input_uncached", "input", input_uncached),
        ("cache_read", "cache read", cache_read),
        ("cache_write", "cache write", cache_write),
        ("output", "output", output),
    ] {
        facts.push(tokens(name, word, &sum, sums));
    }
    let money = if sums.requests == 0 { not_recorded("no call of a model in this range") } else { cost(&spent) };
    facts.push(el("span").class("num").attr("data-sum", "cost").child(money));
    facts
}

fn tokens(name: &str, word: &str, sum: &Tally, sums: &RangeSums) -> El {
    let value = match sum.reported {
        0 if sums.requests == 0 => not_recorded("no call of a model in this range"),
        0 if sums.is_total_only => not_recorded("recorded only for the whole session"),
        _ => tally(sum, "model call"),
    };
    let told = if sum.reported > 0 { sum.sum.to_string() } else { String::new() };
    let fact = el("span").class("range-tokens num").attr("data-sum", name).attr("data-value", &told);
    fact.child(value).child(el("span").class("text-face muted").text(&format!(" {word}")))
}
