//! One agent run, as one source tells it.

use super::{Event, EventKind, Fact, Money, PostMortem, Reported, RoutingFacts, Timestamp, Wire, flags};

/// How a run ended (DESIGN §2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Wire)]
pub enum Status {
    Success,
    Failed,
    Cancelled,
    Limit,
    Interrupted,
    Pending,
    AwaitingUser,
    Truncated,
    Incomplete,
    #[default]
    Unknown,
}

impl Status {
    pub const ALL: [Self; 10] = [
        Self::Success,
        Self::Failed,
        Self::Cancelled,
        Self::Limit,
        Self::Interrupted,
        Self::Pending,
        Self::AwaitingUser,
        Self::Truncated,
        Self::Incomplete,
        Self::Unknown,
    ];

    /// Stable name, as links and exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Limit => "limit",
            Self::Interrupted => "interrupted",
            Self::Pending => "pending",
            Self::AwaitingUser => "awaiting-user",
            Self::Truncated => "truncated",
            Self::Incomplete => "incomplete",
            Self::Unknown => "unknown",
        }
    }
}

/// What a session is to its parent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Wire)]
pub enum Relation {
    #[default]
    Root,
    SubAgent,
    Continuation,
    Fork,
    /// Another record of the parent's run (the event stream of the program that a fizeau run called).
    /// Its tokens are counted in the parent.
    Stream,
}

impl Relation {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::SubAgent => "subagent",
            Self::Continuation => "continuation",
            Self::Fork => "fork",
            Self::Stream => "stream",
        }
    }
}

/// How many things of each kind a session holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct Counts {
    pub prompts: u32,
    pub responses: u32,
    /// Calls of a model. Not recorded where a log tells only what its tools did.
    pub requests: Reported<u32>,
    pub tool_calls: u32,
    pub tool_failures: u32,
    pub errors: u32,
    pub compactions: u32,
}

impl Counts {
    /// Counts another part of the same session.
    pub fn add(&mut self, other: &Self) {
        self.prompts += other.prompts;
        self.responses += other.responses;
        self.requests = match (self.requests.get(), other.requests.get()) {
            (Some(own), Some(more)) => Reported::new(own + more),
            (own, more) => own.or(more).into(),
        };
        self.tool_calls += other.tool_calls;
        self.tool_failures += other.tool_failures;
        self.errors += other.errors;
        self.compactions += other.compactions;
    }

    /// Counts one event; what repeats another or is copied from elsewhere is none.
    pub fn count(&mut self, event: &Event) {
        if event.has(flags::ECHO) || event.has(flags::COPIED) {
            return;
        }
        match event.kind {
            EventKind::Prompt => self.prompts += 1,
            EventKind::Response => self.responses += 1,
            EventKind::ToolCall => {
                self.tool_calls += 1;
                self.tool_failures += u32::from(event.has(flags::FAILED));
            }
            EventKind::Error => self.errors += 1,
            EventKind::Compaction => self.compactions += 1,
            _ => {}
        }
    }
}

/// Numbers exactly as written, for reference rows (fizeau.md §7). `None` in a field is the reference's zero value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReferenceRow {
    pub has_start: bool,
    pub has_end: bool,
    pub provider: String,
    pub model: String,
    pub started: Option<Timestamp>,
    pub status: String,
    pub input: i64,
    pub output: i64,
    pub total: i64,
    pub cache_read: i64,
    pub cache_write: i64,
    pub duration_ms: i64,
    /// `None` is unknown.
    pub cost: Option<Money>,
}

/// Where a title comes from; the later in this list, the more it is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TitleOrigin {
    /// The first prompt.
    #[default]
    Prompt,
    /// Written by a model.
    Generated,
    /// Given by a person.
    User,
}

/// How much of a log may be a copy of its parent's (codex.md X5, claude-code.md §8). Event numbers are those of the
/// source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// The first own event, where the log itself says it.
    pub told: Option<u32>,
    /// The first own event, guessed from times, for when the parent is not loaded.
    pub guessed: Option<u32>,
    /// From which event on lines may be copies, until one is of a turn or line that the parent does not have. `None`:
    /// never.
    pub gate: Option<u32>,
    /// A copy of the parent's own header was found.
    pub has_parent_header: bool,
}

/// What one source says of one session. `archive` joins the parts of a session.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionPart {
    /// The log's own id; the file stem where it has none.
    pub id: String,
    /// The program that was asked to do the work, as its own log names it: `claude`, `codex`, `fiz`.
    pub harness: Option<String>,
    pub provider: Option<String>,
    /// In order of appearance.
    pub models: Vec<String>,
    pub project: Option<String>,
    pub title: Option<String>,
    pub status: Status,
    /// The log's own word for the status, where it is not ours.
    pub status_word: String,
    /// Whether the format records outcomes at all: only then is it counted as OK or failed.
    pub has_outcome: bool,
    /// It ended, but nothing says that it started: listed, but in no total (fizeau.md §11.2, file g).
    pub is_orphan: bool,
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub duration_ms: Reported<u64>,
    pub counts: Counts,
    pub relation: Relation,
    /// Id of the session that it was started by or copied from, as that session's own log has it.
    pub parent_id: Option<String>,
    /// Whether its id names the run wherever it stands, so that parts with the same id are one session; else the start
    /// must be equal too.
    pub has_global_id: bool,
    /// Which of several records of one run it is, where a format keeps several; the one that tells most has the highest
    /// number. 0 is the only one.
    pub reading: u8,
    /// Told by the log of another session: counts as a copy as soon as the session's own log is there.
    pub is_second_hand: bool,
    /// What its parent's totals say holds what it used: its own numbers are shown, and not added.
    pub is_in_parents_total: bool,
    /// Only the use of the agent's limits was asked for: listed on demand (claude-code.md §8).
    pub is_probe: bool,
    /// Hash of what ids of answers are unique within ([`super::RequestId`]): the root session of the file.
    pub family: u64,
    /// `None` unless parts of it may be copied from its parent.
    pub history: Option<History>,
    pub title_origin: TitleOrigin,
    /// The largest prompt that the model takes, where the log says it.
    pub context_window: Reported<u64>,
    /// Names shared with other parts that record the same run.
    pub join: Option<String>,
    /// Short values worth showing in a session's header (branch, version, route).
    pub facts: Vec<Fact>,
    /// Whether the prompt counters were told apart by a guess (fizeau.md §7.2).
    pub is_convention_assumed: bool,
    pub reference: Option<ReferenceRow>,
    /// `None` where the format knows no routing, or the session never started.
    pub routing: Option<RoutingFacts>,
    /// `None` unless the log holds telemetry of its own besides requests.
    pub post_mortem: Option<PostMortem>,
}
