//! Tokens of the chosen step, as they count and as the log writes them, and of the whole session.

use super::UsageState;
use super::value::{Digits, bar, cost, main_row, output, part_name, tokens, waiting};
use crate::logic::excerpt::start;
use crate::logic::explain::ExplainRow;
use crate::logic::format::count;
use crate::logic::step_usage::StepUsage;
use crate::model::{Fact, Scope};
use crate::ui::session::explain::explain_button;
use crate::ui::session::facts::fact_list;
use crate::ui::session::open::Open;
use crate::ui::shared::{self, El, el, tally};

/// What the step used, record by record, and what the session used.
pub fn tokens_view(open: Open, chosen: Option<u32>, usage: UsageState) -> Vec<El> {
    let of_step = chosen.map(|_| {
        let records = el("div").class("inspector-part").attr("data-testid", "step-records");
        records.live(move || usage.get().map_or_else(waiting, |usage| of_step(&usage)))
    });
    of_step.into_iter().chain([whole(open)]).collect()
}

fn of_step(usage: &StepUsage) -> Vec<El> {
    if usage.rows.is_empty() {
        return vec![
            el("p").class("muted").text("The line of this step holds no counts: it has no tokens of its own."),
        ];
    }
    let rows = usage.rows.iter().enumerate();
    rows.flat_map(|(nth, row)| record(row, usage.written.get(nth).map_or(&[], Vec::as_slice), main_row(&usage.rows)))
        .collect()
}

/// A record: what became of it, its counters, and the words of the log.
fn record(row: &ExplainRow, written: &[Fact], main: Option<&ExplainRow>) -> Vec<El> {
    let is_main = main.is_some_and(|main| std::ptr::eq(main, row));
    let class = if row.counts() { "badge badge-ok" } else { "badge" };
    let decision = el("span").class(class).attr("data-testid", "decision").text(&row.decision.replace('-', " "));
    let name = match row.scope {
        Scope::Request if is_main => "This request",
        Scope::Request => "Another record",
        Scope::Turn => "Requests that nobody logged one by one",
        Scope::Aggregate => "A total of the session",
    };
    let head = el("p").class("inspector-label inspector-label-wide").child(el("span").text(name)).child(decision);
    let place = format!("{}, line {} of {}", row.why, row.line.line, row.line.path);
    let place = el("p").class("inspector-note breaks").text(&place);
    let rows = counters(row);
    [head, place, rows].into_iter().chain(as_written(written)).collect()
}

/// The counters of the line in the log's own words, those of one object without its name.
fn as_written(written: &[Fact]) -> Vec<El> {
    let Some(first) = written.first() else {
        return vec![el("p").class("inspector-note").text("The line itself holds no counters.")];
    };
    let ends = first.name.match_indices('.').map(|(at, _)| at + 1);
    let of_all = ends.rev().find(|end| {
        let way = start(&first.name, *end);
        written.iter().all(|fact| fact.name.starts_with(way))
    });
    let way = start(&first.name, of_all.unwrap_or(0));
    let short = |fact: &Fact| Fact::new(fact.name.strip_prefix(way).unwrap_or(&fact.name), fact.value.clone());
    let short: Vec<Fact> = written.iter().map(short).collect();
    let words = el("p").class("inspector-note").text("As the line writes it");
    let words = match way.strip_suffix('.') {
        Some(way) => words.text(", in ").child(el("span").class("mono").text(way)),
        None => words,
    };
    vec![words, fact_list(&short).attr("data-testid", "written").class("fact-list fact-list-counts")]
}

/// The counters of a record without overlaps, in full.
fn counters(row: &ExplainRow) -> El {
    let reason = "not in this record";
    let set = &row.tokens;
    let counted = [
        ("Prompt", set.context()),
        ("Cache read", set.cache_read),
        ("Cache write", set.cache_write),
        ("of it for an hour", set.cache_write_1h),
        ("Uncached input", set.input_uncached),
    ];
    let row_of = |name: &str, value: El| [el("dt").text(name), el("dd").class("num").child(value)];
    let list = counted.into_iter().flat_map(|(name, value)| row_of(name, tokens(value, Digits::All, reason)));
    let rest = [
        row_of("Output", output(row, Digits::All)),
        row_of("of it reasoning", tokens(set.reasoning, Digits::All, reason)),
    ];
    let costs = [el("dt").text("Cost"), el("dd").class("num").children(cost(row))];
    el("dl").class("fact-list").children(list).children(rest.into_iter().flatten()).children(costs)
}

/// The sums of the whole session.
fn whole(open: Open) -> El {
    let (totals, is_assumed) = open.detail.with(|detail| (detail.row.totals, detail.is_convention_assumed));
    let parts = [
        ("Cache read", totals.cache_read),
        ("Cache write", totals.cache_write),
        ("Uncached input", totals.input_uncached),
    ];
    let value = |value: El| el("dd").class("num").child(value);
    let of_prompts = parts.iter().enumerate();
    let rows = of_prompts.flat_map(|(nth, (name, sum))| [part_name(nth, name), value(tally(sum, "total"))]);
    let rest = [
        el("dt").text("Output"),
        value(tally(&totals.output, "total")),
        el("dt").text("of it reasoning"),
        value(tally(&totals.reasoning, "total")),
        el("dt").text("Cost"),
        value(shared::cost(&totals.cost)),
    ];
    let words =
        "The log does not say whether its input includes what came from the cache; a rule for this provider decided.";
    let note = is_assumed.then(|| el("p").class("inspector-note").text(words));
    let requests = count(open.track().requests().len() as u64, "request");
    let label = el("p").class("inspector-label inspector-label-wide");
    let label = label.child(el("span").text(&format!("Whole session, {requests}"))).child(explain_button());
    let pairs = parts.map(|(name, sum)| (name, sum.value().get()));
    let list = el("dl").class("fact-list").children(rows).children(rest);
    el("div").class("inspector-part").child(label).children(bar(&pairs)).child(list).children(note)
}
