//! What counts, and why the rest does not: every usage record of every source has a decision (DESIGN §2 "Decision").

use super::Place;
use crate::model::{Cost, Finality, Scope, SourceId, Timestamp, TokenSet, Wire};

/// Which list of a source a record stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Wire)]
pub enum RecordList {
    /// `SourceIndex::usage`
    Usage,
    /// `SourceIndex::running`
    Running,
}

/// Where a usage record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Wire)]
pub struct RecordRef {
    pub source: SourceId,
    pub list: RecordList,
    pub index: u32,
}

/// Whether a record counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum Decision {
    Kept,
    /// Another record of the same request counts, with other numbers (claude-code.md C3).
    SupersededBy(RecordRef),
    /// Another record says the same (claude-code.md C1, codex.md X3, X7).
    Repeated(RecordRef),
    /// History of the parent session (codex.md X5, claude-code.md §8).
    Replayed,
    /// Nobody called a model (claude-code.md C7).
    NotARequest,
    /// A running total that was inherited: where counting starts (codex.md X2).
    Baseline,
    /// All its counters are 0, or there are none (codex.md X2).
    Empty,
    /// The session's own total counts instead (token-coverage.md R3).
    ReplacedBy(RecordRef),
    /// Better records of the same usage are there (codetether.md §11.6).
    Outranked,
    /// Stands in a shorter copy of the session.
    InCopy,
}

impl Decision {
    /// Stable name, as exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::SupersededBy(_) => "superseded",
            Self::Repeated(_) => "repeated",
            Self::Replayed => "replayed",
            Self::NotARequest => "not-a-request",
            Self::Baseline => "baseline",
            Self::Empty => "empty",
            Self::ReplacedBy(_) => "replaced-by-total",
            Self::Outranked => "outranked",
            Self::InCopy => "in-copy",
        }
    }

    /// The record that counts in its place.
    pub const fn instead(self) -> Option<RecordRef> {
        match self {
            Self::SupersededBy(other) | Self::Repeated(other) | Self::ReplacedBy(other) => Some(other),
            _ => None,
        }
    }
}

/// Something of which a reader should be told although it counts.
pub mod notes {
    /// A counter was impossible and was cut (token-coverage.md M2).
    pub const CLAMPED: u8 = 1;
    /// Requests between two lines that nobody logged: the difference of two running totals (codex.md X4).
    pub const UNLOGGED: u8 = 1 << 1;
    /// The count is larger than what the running total grew by (codex.md X4).
    pub const EXCEEDS_TOTAL: u8 = 1 << 2;
}

/// Usage that counts: a request once, however often logs repeat it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// Index of the session that it is counted in.
    pub session: u32,
    /// The record whose numbers count.
    pub record: RecordRef,
    /// Where the request appeared first: this step of the session it belongs to (claude-code.md C4).
    pub at_place: Place,
    /// Index of the event in that source.
    pub event: u32,
    pub scope: Scope,
    pub finality: Finality,
    pub at: Option<Timestamp>,
    pub tokens: TokenSet,
    pub cost: Cost,
    /// See [`crate::model::price_notes`].
    pub price_notes: u8,
    pub web_searches: u16,
    /// See [`notes`].
    pub notes: u8,
    /// Whether its tokens are in the session's sums; a total of the session may stand for them instead.
    pub counts_tokens: bool,
    /// Whether its cost is.
    pub counts_cost: bool,
    /// The log names the request, or counts it: it is one call of a model.
    pub is_identified: bool,
}

/// All decisions of one source, by its lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decisions {
    pub usage: Vec<Decision>,
    pub running: Vec<Decision>,
}

impl Decisions {
    pub fn get(&self, list: RecordList, index: u32) -> Option<Decision> {
        let list = match list {
            RecordList::Usage => &self.usage,
            RecordList::Running => &self.running,
        };
        list.get(index as usize).copied()
    }

    pub fn set(&mut self, record: RecordRef, decision: Decision) {
        let list = match record.list {
            RecordList::Usage => &mut self.usage,
            RecordList::Running => &mut self.running,
        };
        if let Some(slot) = list.get_mut(record.index as usize) {
            *slot = decision;
        }
    }
}
