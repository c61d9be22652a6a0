//! One thing opened, and what its first pass found.

use super::{EventRows, Problems, Reported, RunningCount, SessionPart, Strings, UsageRow, Wire};

/// Names a source within one archive; the opener chooses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Wire)]
pub struct SourceId(pub u32);

/// What is known of a source before it is read.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// A log of the format with this id.
    Log(&'static str),
    /// No bytes, or only blank lines.
    Empty,
    /// Not text, or text without JSON objects.
    NotText,
    /// JSON, but no known session log.
    Foreign,
    /// What sessions of the format with this id keep in files of their own: read when it is asked for.
    Beside(&'static str),
}

/// A name for an event by which other sources know it: the id of a line, a turn or a tool call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// [`super::hash_of`] the log's own id.
    pub hash: u64,
    /// Index of the first event of that line or turn.
    pub event: u32,
    /// Index of the session part within the source.
    pub part: u16,
}

/// Ids that a source shares with others, each list in file order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Anchors {
    /// Lines of the conversation.
    pub lines: Vec<Anchor>,
    pub turns: Vec<Anchor>,
    pub tool_calls: Vec<Anchor>,
    /// What was said, for records of one run that repeat each other: the hash is that of the text, and need not be
    /// unique.
    pub texts: Vec<Anchor>,
}

/// A call that started another session.
#[derive(Debug, Clone, PartialEq)]
pub struct Spawn {
    /// Index of the call's event.
    pub event: u32,
    pub part: u16,
    /// Id of the session that it started, as that session's own log has it.
    pub child: String,
    /// What the parent was told of it: shown, never added to a total (claude-code.md S2).
    pub total_tokens: Reported<u64>,
    pub duration_ms: Reported<u64>,
    pub tool_calls: Reported<u64>,
}

/// A title that one source has for a session of another.
#[derive(Debug, Clone, PartialEq)]
pub struct TitleHint {
    pub of: TitleOf,
    /// Empty takes an earlier one back.
    pub text: String,
    pub origin: super::TitleOrigin,
}

/// Whom a title is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TitleOf {
    /// The session that holds the line with this hash (claude-code.md §3, `summary`).
    Line(u64),
    /// The session with this id.
    Session(String),
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
    pub events: EventRows,
    pub usage: Vec<UsageRow>,
    /// For logs that keep running totals instead; the archive makes usage rows of them.
    pub running: Vec<RunningCount>,
    pub anchors: Anchors,
    pub spawns: Vec<Spawn>,
    pub titles: Vec<TitleHint>,
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
