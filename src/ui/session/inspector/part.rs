//! What of the session's sums the chosen step is.

use super::UsageState;
use super::value::{self, waiting};
use crate::archive::Totals;
use crate::logic::explain::ExplainRow;
use crate::logic::format::{format_token_count, percent_text, tally_text};
use crate::logic::step_usage::StepUsage;
use crate::model::{Reported, Tally};
use crate::ui::session::explain::explain_button;
use crate::ui::session::open::Open;
use crate::ui::shared::{self, El, el, not_recorded};

/// The step's part of each sum, what became of its records, and the way to all of them.
pub fn part_view(open: Open, event: u32, usage: UsageState) -> Vec<El> {
    let answer = el("div").class("inspector-part").attr("data-testid", "step-part");
    let answer = answer.live(move || usage.get().map_or_else(waiting, |usage| part(open, event, &usage)));
    let words = el("span").text("All records of the session, with what was left out");
    vec![answer, el("p").class("inspector-label inspector-label-wide").child(words).child(explain_button())]
}

fn part(open: Open, event: u32, usage: &StepUsage) -> Vec<El> {
    let counted: Vec<&ExplainRow> = usage.rows.iter().filter(|row| row.counts()).collect();
    let mut view = vec![verdict(open, event, usage, !counted.is_empty())];
    let key = open.detail.with(|detail| detail.row.key.clone());
    for row in counted.iter().filter(|row| row.counted_in.as_deref() == Some(&key)) {
        view.push(open.detail.with(|detail| shares(row, &detail.row.totals)));
    }
    let sentences = usage.rows.iter().map(|row| {
        let words = format!("Line {}: {}", row.line.line, row.why);
        el("li").class("breaks").attr("data-testid", "why").text(&words)
    });
    view.push(el("ul").class("sentences").children(sentences));
    view
}

/// In a sentence whether the step is part of the sums.
fn verdict(open: Open, event: u32, usage: &StepUsage, counts: bool) -> El {
    let sentence = el("p");
    match usage.counted_at.filter(|at| *at != event) {
        _ if usage.rows.is_empty() => {
            sentence.text("This step holds no counts. It is no part of any sum of tokens or costs.")
        }
        Some(at) => {
            let words = format!("step {}", open.step_index(at) + 1);
            let link = open.link(at, Open::choose).text(&words);
            sentence.text("Its request is part of the session's sums once, at ").child(link).text(".")
        }
        None if counts => sentence.text("This step is part of the session's own sums:"),
        None => sentence.text("This step is no part of the session's sums:"),
    }
}

/// Each counter of a record beside the sum that it is part of.
fn shares(row: &ExplainRow, totals: &Totals) -> El {
    let tokens = &row.tokens;
    let counters = [
        ("Cache read", tokens.cache_read, &totals.cache_read),
        ("Cache write", tokens.cache_write, &totals.cache_write),
        ("Uncached input", tokens.input_uncached, &totals.input_uncached),
        ("Output", tokens.output, &totals.output),
        ("of it reasoning", tokens.reasoning, &totals.reasoning),
    ];
    let of_tokens = counters
        .into_iter()
        .filter(|_| row.counts_tokens)
        .flat_map(|(name, value, sum)| [el("dt").text(name), el("dd").class("num").children(share(value, sum))]);
    let of_cost = row.counts_cost.then(|| {
        let (cost, known) = (row.cost.get(), totals.cost.known);
        let [amount, _] = value::cost(row);
        let of = el("small").text("of ").child(shared::cost(&totals.cost)).children(
            cost.map(|cost| el("span").text(", ").text(&percent_text(cost.pico() as f64 / known.pico() as f64))),
        );
        [el("dt").text("Cost"), el("dd").class("num").child(amount).child(of)]
    });
    el("dl").class("fact-list").children(of_tokens).children(of_cost.into_iter().flatten())
}

fn share(value: Reported<u64>, sum: &Tally) -> Vec<El> {
    let Some(tokens) = value.get() else { return vec![not_recorded("not in this record")] };
    let mut of = ["of ", &tally_text(sum)].concat();
    if sum.value().get().is_some_and(|sum| sum > 0) {
        of.push_str(", ");
        of.push_str(&percent_text(tokens as f64 / sum.sum as f64));
    }
    vec![el("span").text(&format_token_count(tokens)), el("small").text(&of)]
}
