//! Our table: disjoint counters, and what is known about each sum.

use super::table::{cell, name, note, provider_and_model, table};
use crate::logic::explain::name::joined;
use crate::logic::format::{at_least_money, count, duration_in_full, fixed, percent_text};
use crate::logic::usage::{By, CostSum, UsageReport, UsageRowSummary};
use crate::model::Tally;
use crate::ui::shared::{El, at_least, el, explained_cells, not_recorded, shown_tally, tally};

const HEADINGS: [&str; 13] = [
    "Sessions",
    "OK",
    "Failed",
    "Success",
    "Input, uncached",
    "Cache read",
    "Cache write",
    "Output",
    "Duration",
    "Known cost",
    "Cost per success",
    "Output per s",
    "Cache hit rate",
];

/// What the columns are called where they are explained.
const MEASURES: [&str; 13] = [
    "sessions",
    "ok",
    "failed",
    "success-rate",
    "input",
    "cache-read",
    "cache-write",
    "output",
    "duration",
    "cost",
    "cost-per-success",
    "output-pace",
    "hit-rate",
];

/// Rows and totals.
pub fn our_table(report: &UsageReport) -> El {
    let first = match report.by {
        By::ProviderModel => provider_and_model(),
        other => el("th").child(el("span").class("capitalised").text(other.name())),
    };
    let rows = report.rows.iter().map(|row| match row.key.as_slice() {
        [provider, model] if report.by == By::ProviderModel => (name(provider, model), row),
        [first, ..] => (name("", first), row),
        [] => (name("", ""), row),
    });
    let rows = rows.map(|(name, row)| {
        let key =
            if report.by == By::Session { row.key.first().cloned().unwrap_or_default() } else { joined(&row.key) };
        line(name, row, &["usage:", report.by.name(), "=", &key].concat())
    });
    table("normalised", first, &HEADINGS, rows, line(name("", "All"), &report.totals, "usage"))
}

fn line(name: El, row: &UsageRowSummary, of: &str) -> El {
    let number = |value: u32| cell(el("span").text(&value.to_string()));
    let incomplete = (row.incomplete > 0).then(|| note(&format!("+ {} incomplete", row.incomplete), false));
    let or_not = |text: Option<String>, reason: &str| {
        cell(text.map_or_else(|| not_recorded(reason), |text| el("span").text(&text)))
    };
    let (ok, failed) = row.outcomes().unzip();
    let untold = "these logs do not tell how their sessions ended";
    let outcome = |sessions: Option<u32>| or_not(sessions.map(|sessions| sessions.to_string()), untold);
    let pace = row.output_tokens_per_second().map(|rate| fixed(rate, 1));
    let cells = el("tr").attr("data-testid", "usage-row").child(name).children([
        number(row.sessions).children(incomplete),
        outcome(ok),
        outcome(failed),
        or_not(row.success_rate().map(percent_text), "no session of this row came to an end that its log tells"),
        tokens(&row.input_uncached),
        tokens(&row.cache_read),
        tokens(&row.cache_write),
        tokens(&row.output),
        cell(shown_tally(&row.duration, "session", &duration_in_full(row.duration.sum))),
        cost(row),
        cost_per_success(row),
        or_not(pace, "output tokens and duration are not both recorded"),
        or_not(row.cache_hit_rate().map(percent_text), "cached tokens are not recorded"),
    ]);
    explained_cells(cells, &MEASURES, of)
}

/// A sum, and below it how many sessions it is made of when it is not all of them, or how many of them say too little.
fn tokens(sum: &Tally) -> El {
    let words = match sum.reported < sum.eligible {
        true => format!("{} of {}", sum.reported, sum.eligible),
        false => format!("{} too small", sum.partial),
    };
    let part = sum.is_lower_bound().then(|| note(&words, false));
    cell(tally(sum, "session")).children(part)
}

fn cost(row: &UsageRowSummary) -> El {
    let gaps = row.cost.gaps();
    let shown = match row.cost.value() {
        None => not_recorded("no log of this row holds a cost, and no price is known"),
        Some(known) if gaps > 0 => at_least(&at_least_money(known), &cost_words(&row.cost)),
        Some(known) => {
            el("span").attr("title", &format!("${}, {}", known.fixed(6), cost_words(&row.cost))).text(&known.display())
        }
    };
    let unknown = row.cost.unknown + row.cost.unknown_incomplete;
    let words = match (unknown, row.cost.partial) {
        (0, partial) => format!("{partial} too small"),
        (unknown, _) => format!("unknown: {unknown}"),
    };
    cell(shown).children((gaps > 0).then(|| note(&words, true)))
}

/// Where the costs of a row come from.
pub(super) fn cost_words(cost: &CostSum) -> String {
    let all = count(u64::from(cost.known + cost.unknown + cost.unknown_incomplete), "session");
    let mut words = format!("known for {} of {all}", cost.known);
    for (number, what) in [(cost.partial, "only in part"), (cost.computed, "computed from prices")] {
        if number > 0 {
            words.push_str(&format!("; {number} {what}"));
        }
    }
    words
}

fn cost_per_success(row: &UsageRowSummary) -> El {
    cell(match row.cost_per_success() {
        None => not_recorded("no known cost, or no success"),
        Some(cost) if cost.is_at_least => at_least(&at_least_money(cost.amount), "some costs are unknown"),
        Some(cost) => el("span").text(&cost.amount.display()),
    })
}
