//! Facts about routing decisions that callers overrode (fizeau.md §8).

/// What one source says about routing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoutingFacts {
    /// All overrides of the source, accepted and rejected, in file order.
    pub overrides: Vec<Override>,
}

/// A caller pinned something that the router would have chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The pinned axes (`harness`, `provider`, `model`) and whether the router would have chosen the same;
    /// a missing match counts as `false`.
    pub axes: Vec<(String, bool)>,
    pub estimated_tokens: Option<i64>,
    pub requires_tools: bool,
    /// Empty when the request named none.
    pub reasoning: String,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    Success,
    Stalled,
    Failed,
    Cancelled,
    /// No outcome, or a word that nobody defined.
    Unknown,
}
