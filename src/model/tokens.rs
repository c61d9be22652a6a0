//! Token counts of one usage row.

use super::{Money, Reported, StrId, Timestamp, Wire};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Counters of one request, or of a whole session where a log holds only totals (token-coverage.md §1).
/// The three prompt counters are disjoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire, Serialize, Deserialize)]
pub struct TokenSet {
    /// Prompt tokens neither read from nor written to a cache.
    pub input_uncached: Reported<u64>,
    pub cache_read: Reported<u64>,
    pub cache_write: Reported<u64>,
    /// Informative subset of `cache_write`: what is kept for an hour, at a price of its own (claude-code.md §4).
    pub cache_write_1h: Reported<u64>,
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

/// More tokens than this in one counter of a request are impossible: cut and told (token-coverage.md M2).
pub const MOST_TOKENS: u64 = 2_000_000;

/// How many calls of a model a usage row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    Request,
    /// Several requests that nobody logged one by one: counts in sums, never in the peak (token-coverage.md R2).
    Turn,
    /// All requests of one session; replaces the sum of its rows, never adds to it (token-coverage.md R3). Rows of one
    /// event are one total (one row a model); of several totals the last one counts.
    Aggregate,
}

impl Scope {
    /// Stable name, as exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Turn => "turn",
            Self::Aggregate => "aggregate",
        }
    }
}

/// Whether the recorded counts are those of the finished answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finality {
    Final,
    /// Known to be too small: sums that hold it are lower bounds (token-coverage.md R6, claude-code.md C8).
    Partial,
    Unknown,
}

/// What names a model request across lines and sources (claude-code.md C1). Hashes of the log's own ids, see
/// [`hash_of`]; 0 where it has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId {
    /// Id of the answer. Rows without one are never repeated by another.
    pub response: u64,
    /// Id of the HTTP request. Without it the answer's id is only unique within a family of sessions
    /// ([`super::SessionPart::family`]).
    pub request: u64,
}

/// Names a text of any length: the ids of logs are kept as numbers. Several parts are not the same as one joined text.
/// Never 0.
pub fn hash_of(parts: &[&str]) -> u64 {
    parts.iter().fold(0, |seed, part| xxh3_64_with_seed(part.as_bytes(), seed)).max(1)
}

/// Why a row never counts, where its own source tells that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exclusion {
    /// Made up by the agent, or an error: nobody called a model (claude-code.md C7).
    NotARequest,
    /// Copied from the log of another session.
    Replayed,
}

/// What a row's price depends on, besides its tokens.
pub mod price_hints {
    /// The log says at which speed (breaks ties, claude-code.md C3).
    pub const HAS_SPEED: u8 = 1;
    /// Fast mode, at a multiple of the price (claude-code.md §6).
    pub const FAST: u8 = 1 << 1;
    /// Batch tier: a discount that is told, never applied silently (claude-code.md §6).
    pub const BATCH: u8 = 1 << 2;
}

/// Usage of one model call, or of several (see [`Scope`]), as one line tells it. Whether it counts is decided by the
/// archive, which sees all sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageRow {
    /// Index of the event whose line holds it.
    pub event: u32,
    /// Index of the session part within the source.
    pub part: u16,
    pub scope: Scope,
    pub finality: Finality,
    /// Said in a side conversation within the file (claude-code.md C2).
    pub is_side: bool,
    /// A counter was impossible and was cut (token-coverage.md M2).
    pub is_clamped: bool,
    pub exclusion: Option<Exclusion>,
    /// Of records of the same usage (same `label`) those of the highest rank count; a total of a lower rank than that of
    /// any request does not replace them (codetether.md §11.6).
    pub rank: u8,
    /// See [`price_hints`].
    pub hints: u8,
    /// Searches that the provider ran and bills.
    pub web_searches: u16,
    pub id: RequestId,
    pub at: Option<Timestamp>,
    pub model: StrId,
    /// [`StrId::NONE`]: the part's own provider.
    pub provider: StrId,
    /// What the tokens were for, in the log's own word (`rlm_subcall`); mostly none.
    pub label: StrId,
    pub tokens: TokenSet,
    /// As recorded.
    pub cost: Reported<Money>,
}

impl UsageRow {
    /// A row with nothing recorded.
    pub fn new(event: u32, part: u16, scope: Scope) -> Self {
        Self {
            event,
            part,
            scope,
            finality: Finality::Unknown,
            is_side: false,
            is_clamped: false,
            exclusion: None,
            rank: 0,
            hints: 0,
            web_searches: 0,
            id: RequestId::default(),
            at: None,
            model: StrId::NONE,
            provider: StrId::NONE,
            label: StrId::NONE,
            tokens: TokenSet::default(),
            cost: Reported::NOT_RECORDED,
        }
    }
}
