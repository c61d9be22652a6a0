//! One thing opened, and what its first pass found.

use super::{EventColumns, Problems, SessionPart, Strings, UsageRow};
use serde::{Deserialize, Serialize};

/// Names a source within one archive; the opener chooses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub u32);

/// What is known of a source before it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceMeta {
    /// Path inside the drop, or as the caller named it (`logs/a.jsonl`).
    pub path: String,
    /// Bytes; `None` for a stream of unknown length.
    pub size: Option<u64>,
}

impl SourceMeta {
    /// The last component of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path)
    }
}

/// What a source turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceKind {
    /// A log of the format with this id.
    Log(&'static str),
    /// No bytes, or only blank lines.
    Empty,
    /// Not text, or text without JSON objects.
    NotText,
    /// JSON, but no known session log.
    Foreign,
}

/// Everything the first pass keeps of one source. Immutable once made.
#[derive(Debug, Clone)]
pub struct SourceIndex {
    pub meta: SourceMeta,
    pub kind: SourceKind,
    /// Bytes read.
    pub bytes: u64,
    pub lines: u32,
    /// XXH3-128 of the bytes read.
    pub hash: u128,
    pub strings: Strings,
    pub events: EventColumns,
    pub usage: Vec<UsageRow>,
    pub parts: Vec<SessionPart>,
    pub problems: Problems,
}

impl SourceIndex {
    /// Stable name of the format, if it is a log.
    pub fn format(&self) -> Option<&'static str> {
        match self.kind {
            SourceKind::Log(id) => Some(id),
            _ => None,
        }
    }
}
