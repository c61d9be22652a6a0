//! Events and the columns that hold them.

use super::Wire;
use super::{Map, Timestamp};

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

/// Events as a struct of arrays: 54 bytes an event (DESIGN §3 allows 96), in file order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventColumns {
    kind: Vec<u8>,
    flags: Vec<u8>,
    part: Vec<u16>,
    block: Vec<u16>,
    at: Vec<i64>,
    duration: Vec<u32>,
    offset: Vec<u64>,
    len: Vec<u32>,
    line: Vec<u32>,
    name: Vec<u32>,
    model: Vec<u32>,
    link: Vec<u32>,
    context: Vec<u32>,
    output: Vec<u32>,
}

const NIL_TIME: i64 = i64::MIN;
const NIL: u32 = u32::MAX;

impl EventColumns {
    pub fn len(&self) -> usize {
        self.kind.len()
    }

    pub fn is_empty(&self) -> bool {
        self.kind.is_empty()
    }

    /// Appends and returns the index.
    pub fn push(&mut self, event: Event) -> u32 {
        let index = self.kind.len() as u32;
        let nil = |value: Option<u32>| value.map_or(NIL, |value| value.min(NIL - 1));
        self.kind.push(event.kind as u8);
        self.flags.push(event.flags);
        self.part.push(event.part);
        self.block.push(event.block);
        self.at.push(event.at.map_or(NIL_TIME, Timestamp::nanos));
        self.duration.push(nil(event.duration_ms));
        self.offset.push(event.span.offset);
        self.len.push(event.span.len);
        self.line.push(event.line);
        self.name.push(event.name.0);
        self.model.push(event.model.0);
        self.link.push(event.link);
        self.context.push(nil(event.context));
        self.output.push(nil(event.output));
        index
    }

    /// The event at an index.
    pub fn get(&self, index: u32) -> Option<Event> {
        let i = index as usize;
        let number = |column: &[u32]| column.get(i).copied().filter(|value| *value != NIL);
        Some(Event {
            kind: EventKind::from_number(*self.kind.get(i)?)?,
            flags: *self.flags.get(i)?,
            part: *self.part.get(i)?,
            block: *self.block.get(i)?,
            at: self.at.get(i).copied().filter(|at| *at != NIL_TIME).map(Timestamp::from_nanos),
            duration_ms: number(&self.duration),
            span: Span { offset: *self.offset.get(i)?, len: *self.len.get(i)? },
            line: *self.line.get(i)?,
            name: StrId(*self.name.get(i)?),
            model: StrId(*self.model.get(i)?),
            link: *self.link.get(i)?,
            context: number(&self.context),
            output: number(&self.output),
        })
    }

    /// When the event at an index was.
    pub fn at(&self, index: u32) -> Option<Timestamp> {
        self.at.get(index as usize).copied().filter(|at| *at != NIL_TIME).map(Timestamp::from_nanos)
    }

    /// What the event at an index is called.
    pub fn name(&self, index: u32) -> StrId {
        self.name.get(index as usize).map_or(StrId::NONE, |name| StrId(*name))
    }

    /// The event that the one at an index completes.
    pub fn link(&self, index: u32) -> u32 {
        self.link.get(index as usize).copied().unwrap_or(NO_LINK)
    }

    /// How long the event at an index took, milliseconds.
    pub fn duration_ms(&self, index: u32) -> Option<u32> {
        self.duration.get(index as usize).copied().filter(|duration| *duration != NIL)
    }

    /// All events in file order, with their indexes.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Event)> + '_ {
        (0..self.len() as u32).filter_map(|index| Some((index, self.get(index)?)))
    }

    /// Changes what an earlier event stands for (only the end of the log tells).
    pub fn set_kind(&mut self, index: u32, kind: EventKind) {
        if let Some(slot) = self.kind.get_mut(index as usize) {
            *slot = kind as u8;
        }
    }

    /// Sets a flag of an earlier event (a result arrived and says that the call failed).
    pub fn set_flag(&mut self, index: u32, flag: u8) {
        if let Some(flags) = self.flags.get_mut(index as usize) {
            *flags |= flag;
        }
    }

    /// Moves an event to another part of its source (only the end of the log tells which branch it is on).
    pub fn set_part(&mut self, index: u32, part: u16) {
        if let Some(slot) = self.part.get_mut(index as usize) {
            *slot = part;
        }
    }

    /// Sets what the request of an earlier event used: prompt size and generated tokens.
    pub fn set_tokens(&mut self, index: u32, context: Option<u32>, output: Option<u32>) {
        let nil = |value: Option<u32>| value.map_or(NIL, |value| value.min(NIL - 1));
        if let (Some(slot), Some(other)) = (self.context.get_mut(index as usize), self.output.get_mut(index as usize)) {
            (*slot, *other) = (nil(context), nil(output));
        }
    }

    /// Names the event that belongs to an earlier one.
    pub fn set_link(&mut self, index: u32, link: u32) {
        if let Some(slot) = self.link.get_mut(index as usize) {
            *slot = link;
        }
    }

    /// Sets the duration of an earlier event, milliseconds.
    pub fn set_duration(&mut self, index: u32, duration_ms: u32) {
        if let Some(slot) = self.duration.get_mut(index as usize) {
            *slot = duration_ms.min(NIL - 1);
        }
    }

    /// Takes over where the lines of events stand from those of a log that begins with the same events.
    pub fn place_as(&mut self, log: &Self) {
        self.offset.iter_mut().zip(&log.offset).for_each(|(own, place)| *own = *place);
        self.len.iter_mut().zip(&log.len).for_each(|(own, len)| *own = *len);
    }

    /// Makes room for so many events at once.
    pub fn reserve(&mut self, events: usize) {
        let Self { kind, flags, part, block, at, duration, offset, len, line, name, model, link, context, output } =
            self;
        [kind, flags].into_iter().for_each(|column| column.reserve_exact(events));
        [part, block].into_iter().for_each(|column| column.reserve_exact(events));
        let numbers = [duration, len, line, name, model, link, context, output];
        numbers.into_iter().for_each(|column| column.reserve_exact(events));
        at.reserve_exact(events);
        offset.reserve_exact(events);
    }

    /// Gives back what growing reserved, once no more events come.
    pub fn shrink(&mut self) {
        self.kind.shrink_to_fit();
        self.flags.shrink_to_fit();
        self.part.shrink_to_fit();
        self.block.shrink_to_fit();
        self.at.shrink_to_fit();
        self.duration.shrink_to_fit();
        self.offset.shrink_to_fit();
        self.len.shrink_to_fit();
        self.line.shrink_to_fit();
        self.name.shrink_to_fit();
        self.model.shrink_to_fit();
        self.link.shrink_to_fit();
        self.context.shrink_to_fit();
        self.output.shrink_to_fit();
    }
}
