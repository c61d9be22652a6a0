//! What sessions spent and why, from their own telemetry (codetether.md §3.1). Costs are not part of it.

use crate::model::{CallSum, CompactionSum, ContextUse, PostMortem, Reported, RlmSum, Wire, entry};

/// Several sessions together.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
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

/// Sums up sessions; records of one session must have been merged before ([`PostMortem::merge`]).
pub fn summarise<'a>(sessions: impl IntoIterator<Item = &'a PostMortem>) -> Summary {
    let mut summary = Summary::default();
    for told in sessions {
        summary.sessions += 1;
        let has_root = told.calls.iter().any(|sum| sum.source == ROOT);
        let mut told = told.clone();
        let reports = std::mem::take(&mut told.reports);
        if !has_root {
            told.merge(&PostMortem { calls: reports, ..PostMortem::default() });
        }
        for sum in &told.calls {
            let name = |new: &mut CallSum| new.source.clone_from(&sum.source);
            entry(&mut summary.by_source, |known| known.source == sum.source, name).merge(sum);
            summary.total.merge(sum);
        }
        summary.told.merge(&told);
    }
    summary
}

impl Summary {
    /// Share of the tokens that the recursive language model used, from 0 to 1; `None` where no token is recorded.
    pub fn rlm_share(&self) -> Option<f64> {
        let rlm = self.by_source.iter().filter(|sum| is_rlm(sum));
        let used = rlm.filter_map(|sum| tokens(sum).get()).fold(0, u64::saturating_add);
        share(used, tokens(&self.total).get()?)
    }

    /// Share of its runs that converged, from 0 to 1; `None` without a run.
    pub fn rlm_success_rate(&self) -> Option<f64> {
        let (converged, all) = runs(&self.told);
        share(converged, all)
    }
}

/// Whether calls are those of the recursive language model.
pub fn is_rlm(sum: &CallSum) -> bool {
    RLM.contains(&sum.source.as_str())
}

/// Runs of the recursive language model that converged, and all of them.
pub fn runs(told: &PostMortem) -> (u64, u64) {
    let of = |is_it: &dyn Fn(&RlmSum) -> bool| -> u64 {
        told.rlm.iter().filter(|sum| is_it(sum)).map(|sum| u64::from(sum.runs)).sum()
    };
    (of(&|sum| sum.outcome == CONVERGED), of(&|_| true))
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

#[cfg(test)]
#[path = "post_mortem_tests.rs"]
mod tests;
