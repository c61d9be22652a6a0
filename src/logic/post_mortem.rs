//! What sessions spent and why, from their own telemetry (codetether.md §3.1). Costs are not part of it.

use crate::model::{CallSum, CompactionSum, ContextUse, Fallback, PostMortem, Reported, RlmSum, Tally, entry};
use serde::{Deserialize, Serialize};

/// Several sessions together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// How many sessions had something to tell.
    pub sessions: u32,
    /// All of them, calls by source and model. Reports of the older form stand among the calls of the root, where a
    /// session has no better ones.
    pub told: PostMortem,
    /// Calls by source.
    pub by_source: Vec<CallSum>,
    /// All calls.
    pub total: CallSum,
}

const ROOT: &str = "root";
/// Of the sources of calls those of the recursive language model (codetether.md §2).
const RLM: [&str; 2] = ["rlm_iteration", "rlm_subcall"];
/// The one outcome of such a run that is a success (codetether.md §2).
const CONVERGED: &str = "converged";

/// Sums up sessions.
pub fn summarise<'a>(sessions: impl IntoIterator<Item = &'a PostMortem>) -> Summary {
    let mut summary = Summary::default();
    for told in sessions {
        summary.sessions += 1;
        let has_root = told.calls.iter().any(|sum| sum.source == ROOT);
        let reports = told.reports.iter().filter(|_| !has_root);
        for sum in told.calls.iter().chain(reports) {
            summary.count(sum);
        }
        summary.add(told);
    }
    summary
}

impl Summary {
    fn count(&mut self, sum: &CallSum) {
        let is_it = |known: &CallSum| known.source == sum.source && known.model == sum.model;
        let name = |new: &mut CallSum| (new.source, new.model) = (sum.source.clone(), sum.model.clone());
        merge(entry(&mut self.told.calls, is_it, name), sum);
        let name = |new: &mut CallSum| new.source.clone_from(&sum.source);
        merge(entry(&mut self.by_source, |known| known.source == sum.source, name), sum);
        merge(&mut self.total, sum);
    }

    fn add(&mut self, more: &PostMortem) {
        let told = &mut self.told;
        for sum in &more.rlm {
            let name = |new: &mut RlmSum| new.outcome.clone_from(&sum.outcome);
            let known = entry(&mut told.rlm, |known| known.outcome == sum.outcome, name);
            known.runs += sum.runs;
            known.input.merge(&sum.input);
            known.output.merge(&sum.output);
        }
        for fallback in &more.fallbacks {
            let is_it = |known: &Fallback| known.requested == fallback.requested && known.used == fallback.used;
            let name = |new: &mut Fallback| *new = Fallback { count: 0, ..fallback.clone() };
            entry(&mut told.fallbacks, is_it, name).count += fallback.count;
        }
        for sum in &more.compactions {
            let name = |new: &mut CompactionSum| new.strategy.clone_from(&sum.strategy);
            let known = entry(&mut told.compactions, |known| known.strategy == sum.strategy, name);
            known.completed += sum.completed;
            known.measured += sum.measured;
            known.reduction = known.reduction.saturating_add(sum.reduction);
            known.freed = known.freed.saturating_add(sum.freed);
        }
        told.failed_compactions += more.failed_compactions;
        told.truncations += more.truncations;
        told.dropped.merge(&more.dropped);
        told.archived += more.archived;
        told.peak = match (told.peak, more.peak) {
            (Some(own), Some(other)) => Some(own.fuller(other)),
            (own, other) => own.or(other),
        };
        told.goal_tokens = match (told.goal_tokens.get(), more.goal_tokens.get()) {
            (Some(own), Some(other)) => Reported::new(own.saturating_add(other)),
            (own, other) => own.or(other).into(),
        };
        told.durable.events += more.durable.events;
        told.durable.earlier += more.durable.earlier;
        told.durable.newer += more.durable.newer;
    }

    /// Share of the tokens that the recursive language model used, from 0 to 1; `None` where no token is recorded.
    pub fn rlm_share(&self) -> Option<f64> {
        let rlm = self.by_source.iter().filter(|sum| RLM.contains(&sum.source.as_str()));
        let used = rlm.filter_map(|sum| tokens(sum).get()).fold(0, u64::saturating_add);
        share(used, tokens(&self.total).get()?)
    }

    /// Share of its runs that converged, from 0 to 1; `None` without a run.
    pub fn rlm_success_rate(&self) -> Option<f64> {
        let runs = |is_it: &dyn Fn(&RlmSum) -> bool| -> u64 {
            self.told.rlm.iter().filter(|sum| is_it(sum)).map(|sum| u64::from(sum.runs)).sum()
        };
        share(runs(&|sum| sum.outcome == CONVERGED), runs(&|_| true))
    }
}

/// Prompt and completion tokens of calls, where at least one of the two is recorded.
pub fn tokens(sum: &CallSum) -> Reported<u64> {
    match (sum.prompt.value().get(), sum.completion.value().get()) {
        (Some(prompt), Some(completion)) => Reported::new(prompt.saturating_add(completion)),
        (prompt, completion) => prompt.or(completion).into(),
    }
}

/// How much of the text was left, from 0 on; 0 where nothing was there before (codetether.md §2 "compression ratio").
/// `None` where the sizes are not recorded.
pub fn compression(sum: &RlmSum) -> Option<f64> {
    let (input, output) = (sum.input.value().get()?, sum.output.value().get()?);
    Some(if input == 0 { 0.0 } else { output as f64 / input as f64 })
}

/// Mean of the reductions of compactions, from 0 to 1; `None` where no sizes are recorded.
pub fn mean_reduction(sum: &CompactionSum) -> Option<f64> {
    (sum.measured > 0).then(|| sum.reduction as f64 / f64::from(sum.measured) / 1e6)
}

/// How full the window was, from 0 on; 0 without a budget (codetether.md §2 "fraction").
pub fn fraction(told: ContextUse) -> f64 {
    if told.budget == 0 { 0.0 } else { told.request as f64 / told.budget as f64 }
}

/// Whether the request was larger than the window (strictly: codetether.md §2).
pub const fn is_over_budget(told: ContextUse) -> bool {
    told.request > told.budget
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn merge(sum: &mut CallSum, more: &CallSum) {
    let pairs: [(&mut Tally, &Tally); 3] =
        [(&mut sum.prompt, &more.prompt), (&mut sum.completion, &more.completion), (&mut sum.duration, &more.duration)];
    pairs.into_iter().for_each(|(own, other)| own.merge(other));
    sum.calls += more.calls;
}

#[cfg(test)]
#[path = "post_mortem_tests.rs"]
mod tests;
