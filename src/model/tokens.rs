//! Token counts of one usage row.

use super::{Money, Reported, StrId, Timestamp};

/// Counters of one request, or of a whole session where a log holds only totals (token-coverage.md §1).
/// The three prompt counters are disjoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenSet {
    /// Prompt tokens neither read from nor written to a cache.
    pub input_uncached: Reported<u64>,
    pub cache_read: Reported<u64>,
    pub cache_write: Reported<u64>,
    /// Generated tokens, reasoning included.
    pub output: Reported<u64>,
    /// Informative subset of `output`.
    pub reasoning: Reported<u64>,
}

impl TokenSet {
    /// Size of the prompt; recorded if any of its parts is, absent parts count 0 (token-coverage.md §1).
    pub fn context(&self) -> Reported<u64> {
        [self.input_uncached, self.cache_read, self.cache_write]
            .into_iter()
            .filter_map(Reported::get)
            .reduce(u64::saturating_add)
            .into()
    }
}

/// How many calls of a model a usage row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Request,
    /// All requests of one session; replaces the sum of its rows, never adds to it (token-coverage.md R3).
    Aggregate,
}

/// Whether the recorded counts are those of the finished answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finality {
    Final,
    /// Known to be too small: sums that hold it are lower bounds (token-coverage.md R6).
    Partial,
    Unknown,
}

/// Usage of one model call, or of a session (see [`Scope`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageRow {
    /// Index of the event whose line holds it.
    pub event: u32,
    /// Index of the session part within the source.
    pub part: u16,
    pub scope: Scope,
    pub finality: Finality,
    pub at: Option<Timestamp>,
    pub model: StrId,
    pub tokens: TokenSet,
    pub cost: Reported<Money>,
}
