//! What the dashboards need of an archive, a row a session, made once when it is assembled. Every panel is then a pass or
//! two over rows and short columns; nothing here depends on filter or zone.

use crate::archive::{Archive, Session};
use crate::logic::usage_view::is_run;
use crate::model::{Relation, Reported, Status, StrId, Strings, Tally, Timestamp};
use std::ops::Range;

/// What a session counts as (analytics.md §0 "Scope").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// A root or what goes on from another session.
    #[default]
    Main,
    SubAgent,
    /// Its usage counts, but it is no session of its own.
    Fork,
    /// A second record of a run, or a piece that is none (fizeau.md §4, §11.2): in no panel.
    Uncounted,
}

/// One session.
#[derive(Debug, Clone, Default)]
pub struct SessionFacts {
    pub kind: Kind,
    /// Index of the session whose own log counts the same requests (DESIGN §4).
    pub counted_in: Option<u32>,
    /// Index of the session that started it in the end; its own where none did.
    pub owner: u32,
    pub agent: StrId,
    /// Its own word, else that of its first request that names one.
    pub provider: StrId,
    pub project: StrId,
    pub branch: StrId,
    /// Its start, else its first message (analytics.md §0).
    pub started: Option<Timestamp>,
    /// From its start to its end, milliseconds, where both are known and in order.
    pub total_ms: Option<u64>,
    /// Prompts and answers of the model; a message is one of them.
    pub prompts: u32,
    pub responses: u32,
    /// Answers that call a tool, and that show thinking.
    pub with_tools: u32,
    pub thinking: u32,
    /// Messages without a time.
    pub untimed: u32,
    /// Σ over consecutive messages of the time between, at most five minutes each (analytics.md §6).
    pub active_ms: u64,
    /// From the first prompt to the first answer after it (analytics.md §9).
    pub first_response_ms: Option<u64>,
    /// A program started it, as its log says.
    pub is_automated: bool,
    pub health: HealthFacts,
    /// Of [`Facts::slots`], [`Facts::calls`].
    pub slots: Range<u32>,
    pub calls: Range<u32>,
}

/// What a session's outcome and score are made of (analytics.md §13), as far as the index holds it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HealthFacts {
    pub last: LastMessage,
    /// Its last message, or whatever happened after it.
    pub last_at: Option<Timestamp>,
    pub calls: u32,
    pub failures: u32,
    /// The longest run of failed calls, and the one that it ends with.
    pub streak: u32,
    pub final_streak: u32,
    pub compactions: u32,
    pub mid_task: u32,
    /// Calls whose input the log has, those of them that asked the same as the ones before, and files that were edited
    /// again and again.
    pub asked: u32,
    pub retries: u32,
    pub churn: u32,
    /// Peak context and the model's window, tokens.
    pub peak: Option<u64>,
    pub window: Option<u64>,
    pub status: Status,
}

impl HealthFacts {
    /// A session's count of what only the inputs of its calls tell: a lower bound where some are not known. Without calls
    /// there is nothing to tell.
    pub fn told(&self, count: u32) -> Tally {
        let mut told = Tally::default();
        let is_known = self.asked > 0 || self.calls == 0;
        let count = if is_known { Reported::new(count.into()) } else { Reported::NOT_RECORDED };
        told.add(count, self.asked < self.calls);
        told
    }

    /// The largest prompt and the window of its model, where both are known (analytics.md §13).
    pub fn context(&self) -> Option<(u64, u64)> {
        self.peak.zip(self.window.filter(|window| *window > 0))
    }
}

/// How a conversation ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LastMessage {
    #[default]
    None,
    Prompt,
    Response,
    /// An answer that is an error of the service.
    Error,
}

/// Messages of one session within the same quarter of an hour and of the same model. No zone's hours or days begin
/// within a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Quarters of an hour since 1970, UTC; [`NO_QUARTER`] where the messages have no time.
    pub quarter: i32,
    pub model: StrId,
    pub prompts: u32,
    pub responses: u32,
    pub with_tools: u32,
    pub thinking: u32,
}

/// Messages without a time.
pub const NO_QUARTER: i32 = i32::MIN;
const QUARTER_SECONDS: i64 = 900;

/// The quarter of an hour of an instant.
pub fn quarter_of(at: Option<Timestamp>) -> i32 {
    at.map_or(NO_QUARTER, |at| at.seconds().div_euclid(QUARTER_SECONDS) as i32)
}

/// The UTC second that starts a quarter of an hour.
pub fn quarter_start(quarter: i32) -> Option<i64> {
    (quarter != NO_QUARTER).then_some(i64::from(quarter) * QUARTER_SECONDS)
}

/// One tool call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    pub session: u32,
    pub tool: StrId,
    pub model: StrId,
    pub quarter: i32,
    pub duration_ms: Option<u32>,
    pub has_failed: bool,
    /// Its result is there.
    pub is_finished: bool,
}

/// A time without a pause of five minutes: from a message to the last one that followed it soon (analytics.md §12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Milliseconds since 1970; half open.
    pub from: i64,
    pub until: i64,
    pub session: u32,
}

/// A time between two messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    pub ms: u32,
    pub session: u32,
}

/// Everything the panels are made of. Sessions and entries have the same indexes as in the archive.
#[derive(Debug, Default)]
pub struct Facts {
    /// The archive's generation that it was made of.
    pub generation: u64,
    pub names: Strings,
    pub sessions: Vec<SessionFacts>,
    /// By session.
    pub slots: Vec<Slot>,
    pub calls: Vec<Call>,
    /// Indexes of calls with a duration, by tool, then by duration.
    pub timed_calls: Vec<u32>,
    /// Prompt to answer (analytics.md §9), shortest first.
    pub cycles: Vec<Cycle>,
    /// By start.
    pub stretches: Vec<Stretch>,
    /// Indexes of stretches by their ends.
    pub by_end: Vec<u32>,
    /// What the filter asks of each entry, so that it need not be looked at.
    pub uses: Vec<Use>,
    /// Indexes of entries with a time, earliest first.
    pub by_time: Vec<u32>,
}

/// When, where and with which model an entry was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// When it was made, else when its session started (analytics.md §11).
    pub used_at: Option<Timestamp>,
    /// What its cache saved, pico-dollars; `None` where no price tells.
    pub saved: Option<i64>,
    pub session: u32,
    pub model: StrId,
    /// Of its own time.
    pub quarter: i32,
    /// Its tokens or its cost are in the sums.
    pub counts: bool,
    /// Its tokens are, and some of them are a cache's.
    pub is_cached: bool,
}

impl Facts {
    /// Makes them. The archive must be assembled.
    pub fn of(archive: &Archive) -> Self {
        super::build::build(archive)
    }

    /// Brings them up to date with an assembled archive; cheap when nothing has changed.
    pub fn renew(&mut self, archive: &Archive) {
        if self.generation != archive.generation() || self.sessions.len() != archive.sessions().len() {
            *self = Self::of(archive);
        }
    }

    /// The messages of a session.
    pub fn slots_of(&self, row: &SessionFacts) -> &[Slot] {
        self.slots.get(row.slots.start as usize..row.slots.end as usize).unwrap_or_default()
    }

    /// The tool calls of a session.
    pub fn calls_of(&self, row: &SessionFacts) -> &[Call] {
        self.calls.get(row.calls.start as usize..row.calls.end as usize).unwrap_or_default()
    }

    /// The name of an agent, project, model or tool; what nobody named is `unknown`.
    pub fn name(&self, id: StrId) -> &str {
        match self.names.get(id) {
            "" => "unknown",
            name => name,
        }
    }
}

/// What a session counts as.
pub fn kind_of(session: &Session) -> Kind {
    match session.relation {
        _ if !is_run(&session.part) => Kind::Uncounted,
        Relation::Stream => Kind::Uncounted,
        Relation::SubAgent => Kind::SubAgent,
        Relation::Fork => Kind::Fork,
        Relation::Root | Relation::Continuation => Kind::Main,
    }
}
