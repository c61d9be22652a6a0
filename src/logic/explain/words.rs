//! How sums are made, in sentences.

use super::{ExplainRow, Explanation};
use crate::archive::Session;
use crate::logic::format::{count, format_token_count, percent_text};
use crate::logic::post_mortem::{compression, fraction, mean_reduction, summarise, tokens};
use crate::logic::session::{facts, is_beside_sums};
use crate::logic::sessions::Sums;
use crate::logic::window::Window;
use crate::model::{PostMortem, Scope, Timestamp};

/// The sentences under an explanation.
pub fn formula(explanation: &Explanation, session: &Session, range: Option<Window>) -> Vec<String> {
    let rows = &explanation.rows;
    let with = |wanted: &dyn Fn(&ExplainRow) -> bool| rows.iter().filter(|row| wanted(row)).count() as u64;
    let mut sentences = vec![scope(explanation)];
    if let Some(Window { start, end }) = range {
        let told = |at: Option<Timestamp>, open: &str| at.map_or(open.to_owned(), Timestamp::rfc3339);
        let (from, to) = (told(start, "its start"), told(end, "its end"));
        sentences.push(format!(
            "Only calls of models from {from} until before {to}, each with what itself used; what has no time is left out."
        ));
    }
    let kept = with(&|row| row.counts_tokens);
    sentences.push(format!(
        "Each sum of tokens is that of its column over {} of {}; a model request counts once, however often logs repeat it.",
        count(kept, "row"),
        count(rows.len() as u64, "record")
    ));
    let totals = with(&|row| row.counts_tokens && row.scope == Scope::Aggregate);
    let replaced = with(&|row| row.decision == "replaced-by-total");
    if totals > 0 {
        sentences.push(format!(
            "{} of a whole session, as the log has it, instead of the sum of its requests ({}).",
            count(totals, "total"),
            count(replaced, "row")
        ));
    }
    sentences
        .push("Context is the largest prompt of one request: input, cache read and cache write together.".to_owned());
    sentences.push(cost(explanation));
    sentences.push(coverage(explanation));
    let beside = facts(session).into_iter().filter(is_beside_sums);
    sentences.extend(beside.map(|fact| [&fact.name, ": ", &fact.value, "."].concat()));
    if explanation.missing_children > 0 {
        let missing = count(explanation.missing_children.into(), "session");
        sentences.push(format!("{missing} that they started not loaded: every sum may be larger."));
    }
    if explanation.silent > 0 {
        let silent = count(explanation.silent.into(), "session");
        sentences.push(format!("{silent} of them without any record of usage: every sum may be larger."));
    }
    if let Some(told) = &session.part.post_mortem {
        sentences.extend(post_mortem(told));
    }
    if let Some(other) = &session.counted_in {
        sentences.push(match session.part.is_in_parents_total {
            true => format!("The total that {other} was told at its end holds what this session used."),
            false => format!("The log of the agent that this run called is loaded: totals over agents count {other}."),
        });
    }
    if session.is_replay_uncertain {
        sentences.push("How much of it is copied history had to be guessed: its parent is not loaded.".to_owned());
    }
    sentences
}

fn scope(explanation: &Explanation) -> String {
    match (explanation.sums, explanation.members.len() as u64 - 1) {
        (Sums::Own, _) => "This session alone, without what it started.".to_owned(),
        (Sums::Tree, 0) => "This session; it started no other that is loaded.".to_owned(),
        (Sums::Tree, below) => format!("This session and {} below it.", count(below, "session")),
    }
}

fn cost(explanation: &Explanation) -> String {
    let cost = &explanation.totals.cost;
    let recorded = cost.reported.saturating_sub(cost.computed);
    format!(
        "Cost: recorded for {}, computed from tokens and prices for {}, unknown for {}.",
        count(recorded.into(), "row"),
        cost.computed,
        cost.eligible.saturating_sub(cost.reported)
    )
}

fn coverage(explanation: &Explanation) -> String {
    let coverage = &explanation.totals.coverage;
    let of = count(coverage.eligible.into(), "row");
    let mut text = format!(
        "Coverage: output recorded for {} of {of} ({}), prompts for {}",
        coverage.with_output,
        coverage.output_class().name(),
        coverage.with_context
    );
    if coverage.partial > 0 {
        text.push_str(&format!("; {} of {of} have no final count", coverage.partial));
    }
    text.push('.');
    text
}

/// What the session's own telemetry says of what it spent (codetether.md §3.1). Nothing of it is in the sums.
fn post_mortem(told: &PostMortem) -> Vec<String> {
    let summary = summarise([told]);
    let mut sentences = Vec::new();
    for sum in &summary.by_source {
        let used = tokens(sum).get().map_or("—".to_owned(), format_token_count);
        sentences.push(format!("{}: {}, {used} tokens.", sum.source, count(sum.calls.into(), "call")));
    }
    if let Some(share) = summary.rlm_share().filter(|share| *share > 0.0) {
        sentences.push(format!("{} of the tokens are those of the recursive language model.", percent_text(share)));
    }
    for sum in &summary.told.rlm {
        let left = compression(sum).map_or(String::new(), |left| format!(", {} of the text left", percent_text(left)));
        sentences.push(format!("Recursive language model, {}: {}{left}.", sum.outcome, count(sum.runs.into(), "run")));
    }
    for sum in &summary.told.compactions {
        let by = mean_reduction(sum).map_or(String::new(), |by| format!(", by {} on average", percent_text(by)));
        sentences.push(format!(
            "Compacted by {}: {}{by}, {} tokens freed.",
            sum.strategy,
            count(sum.completed.into(), "time"),
            sum.freed
        ));
    }
    let told = &summary.told;
    if told.failed_compactions > 0 {
        sentences.push(format!("{} failed.", count(told.failed_compactions.into(), "compaction")));
    }
    if told.truncations > 0 {
        let dropped = told.dropped.value().get().map_or("—".to_owned(), format_token_count);
        let truncations = count(told.truncations.into(), "truncation");
        sentences.push(format!("{truncations}, {dropped} tokens dropped, {} archived.", told.archived));
    }
    for fallback in &told.fallbacks {
        sentences.push(format!(
            "{} was answered by {}, {}.",
            fallback.requested,
            fallback.used,
            count(fallback.count.into(), "time")
        ));
    }
    if let Some(peak) = told.peak {
        sentences.push(format!("The fullest forecast took {} of the window.", percent_text(fraction(peak))));
    }
    sentences
}
