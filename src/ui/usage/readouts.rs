//! The numbers that people came for, each with what it covers.

use super::ours::cost_words;
use crate::logic::format::{at_least_money, count};
use crate::logic::usage::UsageReport;
use crate::model::Tally;
use crate::ui::shared::{El, at_least, el, explained, gauge, not_recorded, tally};

/// A strip of readouts over all that passes the filters.
pub fn strip(report: &UsageReport) -> El {
    let totals = &report.totals;
    let unknown = totals.cost.unknown + totals.cost.unknown_incomplete;
    let cost = match totals.cost.value() {
        None => not_recorded("no log holds a cost, and no price is known"),
        Some(known) if totals.cost.gaps() > 0 => at_least(&at_least_money(known), &cost_words(&totals.cost)),
        Some(known) => el("span").text(&known.display()),
    };
    let per_success = match totals.cost_per_success() {
        None => not_recorded("no known cost, or no success"),
        Some(cost) if cost.is_at_least => at_least(&at_least_money(cost.amount), "some costs are unknown"),
        Some(cost) => el("span").text(&cost.amount.display()),
    };
    let outcome = format!("{} of {} succeeded", totals.ok, totals.ok + totals.failed);
    el("div").class("readout-strip").attr("data-testid", "readouts").children([
        readout(
            "Known cost",
            explained(cost, "cost usage"),
            gauge_of("known for", totals.cost.known, totals.cost.known + unknown, "session"),
        ),
        readout("Cost / success", explained(per_success, "cost-per-success usage"), el("span").text(&outcome)),
        tokens("Output tokens", "output usage", &totals.output),
        tokens("Input, uncached", "input usage", &totals.input_uncached),
        tokens("Cache read", "cache-read usage", &totals.cache_read),
        tokens("Cache write", "cache-write usage", &totals.cache_write),
    ])
}

fn tokens(label: &str, name: &str, sum: &Tally) -> El {
    readout(
        label,
        explained(tally(sum, "session"), name),
        gauge_of("recorded by", sum.reported, sum.eligible, "session"),
    )
}

/// A number with its name and what it covers.
pub fn readout(label: &str, value: El, note: El) -> El {
    el("div").class("readout").children([
        el("span").class("readout-label").text(label),
        el("span").class("readout-value").child(value),
        el("span").class("readout-note").child(note),
    ])
}

/// How much is covered: a gauge, and always in words too.
pub fn gauge_of(verb: &str, reported: u32, eligible: u32, noun: &str) -> El {
    gauge(reported, eligible, &format!("{verb} {reported} of {}", count(u64::from(eligible), noun)))
}
