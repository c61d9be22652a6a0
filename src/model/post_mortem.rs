//! What a session's own telemetry tells of its costs, besides tokens of requests (codetether.md §3.1). Raw sums; what is
//! made of them is `logic::post_mortem`.

use super::{Reported, Tally, Wire};

/// Facts of one session for a look back at what it spent.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct PostMortem {
    /// Calls with their source, by source and model.
    pub calls: Vec<CallSum>,
    /// Reports of round trips in the older form, without a source. They tell of the same calls where `calls` has any of
    /// the root.
    pub reports: Vec<CallSum>,
    pub rlm: Vec<RlmSum>,
    pub fallbacks: Vec<Fallback>,
    pub compactions: Vec<CompactionSum>,
    /// Compactions that failed in the end, also after a first success.
    pub failed_compactions: u32,
    pub truncations: u32,
    /// Tokens that truncations dropped.
    pub dropped: Tally,
    /// Truncations that kept what they dropped in an archive.
    pub archived: u32,
    /// The fullest forecast of a request.
    pub peak: Option<ContextUse>,
    /// Prompt and completion tokens of goal steps, without a model: never part of a total (codetether.md §7).
    pub goal_tokens: Reported<i64>,
    pub durable: DurableCounts,
}

/// Calls of one model for one purpose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct CallSum {
    /// `root`, `rlm_iteration`, `rlm_subcall`, `tool_embedded`, or what the log says.
    pub source: String,
    /// As written, with its provider.
    pub model: String,
    pub calls: u32,
    pub prompt: Tally,
    pub completion: Tally,
    /// Milliseconds.
    pub duration: Tally,
}

/// Runs of the recursive language model with one outcome. Sizes are of the text that it condensed, never billed tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct RlmSum {
    /// `converged`, `exhausted`, `failed`, `aborted`, or what the log says.
    pub outcome: String,
    pub runs: u32,
    /// Tokens of the text before.
    pub input: Tally,
    /// Tokens of the text after.
    pub output: Tally,
}

/// A subcall that another model had to answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Fallback {
    pub requested: String,
    pub used: String,
    pub count: u32,
}

/// Compactions that ended with one strategy. Sizes are estimates of the agent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct CompactionSum {
    /// `rlm`, `chunk_compress`, `truncate`, or what the log says.
    pub strategy: String,
    pub completed: u32,
    /// How many told their sizes before and after.
    pub measured: u32,
    /// Sum of their reductions, each from 0 to 1,000,000 (millionths).
    pub reduction: u64,
    /// Tokens freed; negative where the context grew.
    pub freed: i64,
}

/// How much of the window a request would fill.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct ContextUse {
    pub request: u64,
    /// Usable window after reserves, tokens.
    pub budget: u64,
}

/// Session events, and how many of them must not be lost by either set of rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct DurableCounts {
    pub events: u32,
    pub earlier: u32,
    pub newer: u32,
}

impl PostMortem {
    /// Takes in another record of the same session, or another session.
    pub fn merge(&mut self, more: &Self) {
        for (list, others) in [(&mut self.calls, &more.calls), (&mut self.reports, &more.reports)] {
            for sum in others {
                let is_it = |known: &CallSum| known.source == sum.source && known.model == sum.model;
                let name = |new: &mut CallSum| (new.source, new.model) = (sum.source.clone(), sum.model.clone());
                entry(list, is_it, name).merge(sum);
            }
        }
        for sum in &more.rlm {
            let name = |new: &mut RlmSum| new.outcome.clone_from(&sum.outcome);
            let known = entry(&mut self.rlm, |known| known.outcome == sum.outcome, name);
            known.runs += sum.runs;
            known.input.merge(&sum.input);
            known.output.merge(&sum.output);
        }
        for fallback in &more.fallbacks {
            let is_it = |known: &Fallback| known.requested == fallback.requested && known.used == fallback.used;
            let name = |new: &mut Fallback| *new = Fallback { count: 0, ..fallback.clone() };
            entry(&mut self.fallbacks, is_it, name).count += fallback.count;
        }
        for sum in &more.compactions {
            let name = |new: &mut CompactionSum| new.strategy.clone_from(&sum.strategy);
            let known = entry(&mut self.compactions, |known| known.strategy == sum.strategy, name);
            known.completed += sum.completed;
            known.measured += sum.measured;
            known.reduction = known.reduction.saturating_add(sum.reduction);
            known.freed = known.freed.saturating_add(sum.freed);
        }
        self.failed_compactions += more.failed_compactions;
        self.truncations += more.truncations;
        self.dropped.merge(&more.dropped);
        self.archived += more.archived;
        self.peak = match (self.peak, more.peak) {
            (Some(own), Some(other)) => Some(own.fuller(other)),
            (own, other) => own.or(other),
        };
        self.goal_tokens = match (self.goal_tokens.get(), more.goal_tokens.get()) {
            (Some(own), Some(other)) => Reported::new(own.saturating_add(other)),
            (own, other) => own.or(other).into(),
        };
        self.durable.events += more.durable.events;
        self.durable.earlier += more.durable.earlier;
        self.durable.newer += more.durable.newer;
    }
}

impl DurableCounts {
    /// Counts one event; `None` where a set of rules does not know it.
    pub fn add(&mut self, earlier: Option<bool>, newer: Option<bool>) {
        self.events += 1;
        self.earlier += u32::from(earlier == Some(true));
        self.newer += u32::from(newer == Some(true));
    }
}

impl ContextUse {
    /// The fuller of two. Without a budget a request fills nothing (codetether.md §2 "fraction").
    pub fn fuller(self, other: Self) -> Self {
        let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
        let is_other = match (self.budget, other.budget) {
            (_, 0) => false,
            (0, _) => true,
            _ => product(other.request, self.budget) > product(self.request, other.budget),
        };
        if is_other { other } else { self }
    }
}

impl CallSum {
    /// Takes in other calls.
    pub fn merge(&mut self, more: &Self) {
        self.calls += more.calls;
        self.prompt.merge(&more.prompt);
        self.completion.merge(&more.completion);
        self.duration.merge(&more.duration);
    }

    /// Takes in one call.
    pub fn add(&mut self, prompt: Reported<u64>, completion: Reported<u64>, duration_ms: Reported<u64>) {
        self.calls += 1;
        self.prompt.add(prompt, false);
        self.completion.add(completion, false);
        self.duration.add(duration_ms, false);
    }
}

impl CompactionSum {
    /// Takes in one compaction: tokens before and after (codetether.md §2 "reduction").
    pub fn add(&mut self, before: Reported<u64>, after: Reported<u64>) {
        self.completed += 1;
        let (Some(before), Some(after)) = (before.get(), after.get()) else { return };
        self.measured += 1;
        let freed = i128::from(before) - i128::from(after);
        self.freed = self.freed.saturating_add(freed.clamp(i64::MIN.into(), i64::MAX.into()) as i64);
        let millionths = (freed.max(0) * 1_000_000).checked_div(before.into()).unwrap_or(0);
        self.reduction = self.reduction.saturating_add(millionths as u64);
    }
}

/// The entry of a list that an own key names; a new one if there is none.
pub fn entry<T: Default>(list: &mut Vec<T>, is_it: impl Fn(&T) -> bool, name: impl FnOnce(&mut T)) -> &mut T {
    let at = list.iter().position(is_it).unwrap_or_else(|| {
        let mut new = T::default();
        name(&mut new);
        list.push(new);
        list.len() - 1
    });
    &mut list[at]
}
