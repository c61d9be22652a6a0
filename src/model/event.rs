//! Events: what happened in a session, one after the other.

use super::{Map, Timestamp, Wire};

/// What happened. A kind that the program does not know is `Other`, kept and shown raw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Wire)]
#[repr(u8)]
pub enum EventKind {
    SessionStart,
    Prompt,
    /// A model call begins.
    Request,
    Response,
    Thinking,
    /// A tool call with its result, or the call alone where the result is a line of its own.
    ToolCall,
    /// The result of an earlier call; linked to it.
    ToolResult,
    /// Token counts without content.
    Usage,
    Compaction,
    SubAgentStart,
    SubAgentEnd,
    Routing,
    Override,
    Error,
    /// A piece of a streamed answer whose whole stands in a later event.
    Delta,
    Progress,
    SessionEnd,
    Other,
    /// Said by the harness, not typed by a person: reminders, hooks, injected context.
    System,
}

impl EventKind {
    /// In the order of their numbers.
    pub const ALL: [Self; 19] = [
        Self::SessionStart,
        Self::Prompt,
        Self::Request,
        Self::Response,
        Self::Thinking,
        Self::ToolCall,
        Self::ToolResult,
        Self::Usage,
        Self::Compaction,
        Self::SubAgentStart,
        Self::SubAgentEnd,
        Self::Routing,
        Self::Override,
        Self::Error,
        Self::Delta,
        Self::Progress,
        Self::SessionEnd,
        Self::Other,
        Self::System,
    ];

    /// The inverse of `kind as u8`.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Stable name, as links and exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SessionStart => "session-start",
            Self::Prompt => "prompt",
            Self::Request => "request",
            Self::Response => "response",
            Self::Thinking => "thinking",
            Self::ToolCall => "tool-call",
            Self::ToolResult => "tool-result",
            Self::Usage => "usage",
            Self::Compaction => "compaction",
            Self::SubAgentStart => "sub-agent-start",
            Self::SubAgentEnd => "sub-agent-end",
            Self::Routing => "routing",
            Self::Override => "override",
            Self::Error => "error",
            Self::Delta => "delta",
            Self::Progress => "progress",
            Self::SessionEnd => "session-end",
            Self::Other => "other",
            Self::System => "system",
        }
    }
}

/// Properties of an event that hold or not.
pub mod flags {
    /// The call failed, the answer is an error, or the event reports one.
    pub const FAILED: u8 = 1;
    /// `at` is when it was over: the bar reaches back by `duration_ms`.
    pub const ENDS_AT: u8 = 1 << 1;
    /// Repeats what another event shows better; left out of the transcript, not of the raw list.
    pub const ECHO: u8 = 1 << 2;
    /// On a branch that was given up or rolled back; what it used counts all the same.
    pub const ABANDONED: u8 = 1 << 3;
    /// History copied from another session; counts there.
    pub const COPIED: u8 = 1 << 4;
    /// The call waits for its result.
    pub const PENDING: u8 = 1 << 5;

    /// Stable names, as exports write them.
    pub const NAMES: [(u8, &str); 6] = [
        (FAILED, "failed"),
        (ENDS_AT, "ends-at"),
        (ECHO, "echo"),
        (ABANDONED, "abandoned"),
        (COPIED, "copied"),
        (PENDING, "pending"),
    ];
}

/// Where a line stands in its (decompressed) source, in bytes, without the line end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct Span {
    pub offset: u64,
    pub len: u32,
}

/// A string of a [`Strings`] table; 0 is "none".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StrId(pub u32);

impl StrId {
    pub const NONE: Self = Self(0);

    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// Interned strings of one source: tool names, models, event types.
#[derive(Debug, Clone, Default)]
pub struct Strings {
    texts: Vec<Box<str>>,
    ids: Map<Box<str>, u32>,
}

impl Strings {
    /// The id of a text; the empty text is [`StrId::NONE`].
    pub fn intern(&mut self, text: &str) -> StrId {
        if text.is_empty() {
            return StrId::NONE;
        }
        if let Some(id) = self.ids.get(text) {
            return StrId(*id);
        }
        self.texts.push(text.into());
        let id = self.texts.len() as u32;
        self.ids.insert(text.into(), id);
        StrId(id)
    }

    /// The text of an id; empty for [`StrId::NONE`].
    pub fn get(&self, id: StrId) -> &str {
        id.0.checked_sub(1).and_then(|index| self.texts.get(index as usize)).map_or("", |text| text)
    }

    /// All texts; the one at index `i` has id `i + 1`.
    pub fn texts(&self) -> &[Box<str>] {
        &self.texts
    }
}

/// No other event belongs to this one.
pub const NO_LINK: u32 = u32::MAX;

/// One thing that happened. Fields that a log did not hold are `None`, [`StrId::NONE`] or [`NO_LINK`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    pub kind: EventKind,
    pub flags: u8,
    /// Index of the session part within the source.
    pub part: u16,
    /// Which of several events of the same line.
    pub block: u16,
    pub at: Option<Timestamp>,
    /// Milliseconds; longer than 49 days is cut to that.
    pub duration_ms: Option<u32>,
    pub span: Span,
    /// 1-based line number.
    pub line: u32,
    /// Tool name, or the log's own word for the event.
    pub name: StrId,
    pub model: StrId,
    /// Index of the event that this one completes (a result its call, a response its request).
    pub link: u32,
    /// Prompt size of the request, tokens.
    pub context: Option<u32>,
    /// Generated tokens of the request.
    pub output: Option<u32>,
}

impl Event {
    /// An event with nothing but a kind and a place.
    pub fn new(kind: EventKind, part: u16, span: Span, line: u32) -> Self {
        Self {
            kind,
            flags: 0,
            part,
            block: 0,
            at: None,
            duration_ms: None,
            span,
            line,
            name: StrId::NONE,
            model: StrId::NONE,
            link: NO_LINK,
            context: None,
            output: None,
        }
    }

    pub const fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}
