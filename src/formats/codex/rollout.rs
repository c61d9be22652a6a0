//! A rollout: one file, one thread (codex.md §3).

use super::counts::{Counting, Place, counts_of, window_of};
use super::history::Derivation;
use super::line::{Payload, Record};
use super::talk::Talk;
use crate::formats::Sink;
use crate::formats::lenient::Num;
use crate::model::{
    Anchor, Counts, Event, EventKind, Map, ProblemKind, Scope, SessionPart, Status, StrId, Timestamp, UsageRow, flags,
    hash_of,
};

/// What the lines so far have told of the session.
#[derive(Default, Clone)]
pub struct Rollout {
    pub(super) part: u16,
    pub(super) origin: Derivation,
    pub(super) about: About,
    pub(super) first_at: Option<Timestamp>,
    pub(super) last_at: Option<Timestamp>,
    pub(super) model: StrId,
    pub(super) models: Vec<String>,
    /// The model's window, tokens.
    pub(super) window: Option<u64>,
    /// The transcript stands in `response_item` lines (codex.md T1).
    pub(super) has_items: bool,
    /// The conversation as `response_item` lines have it, and as `event_msg` lines do.
    pub(super) items: Talk,
    pub(super) messages: Talk,
    /// Events of `event_msg` lines that count only where there are no items.
    pub(super) stand_ins: Vec<u32>,
    pub(super) calls: Map<Box<str>, Call>,
    pub(super) counting: Counting,
    pub(super) task: Task,
    /// The last compaction, until the conversation goes on: a second line may tell of it (codex.md §9).
    pub(super) compaction: Option<u32>,
    /// Given by a person or the app while the thread ran.
    pub(super) name: Option<String>,
}

/// Words of the header and of the last turn, for the session's own header.
#[derive(Default, Clone)]
pub struct About {
    pub cwd: String,
    pub originator: String,
    pub version: String,
    pub source: String,
    pub provider: String,
    pub branch: String,
    pub nickname: String,
    pub role: String,
    pub effort: String,
    pub approval: String,
    pub sandbox: String,
}

/// A tool call that may get a result.
#[derive(Clone)]
pub struct Call {
    pub event: u32,
    pub at: Option<Timestamp>,
    pub is_done: bool,
}

/// The last thing that was said of a task (codex.md §9).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Task {
    #[default]
    None,
    /// With the event that says so.
    Started(u32),
    Complete,
    Aborted,
}

impl Rollout {
    pub fn new(out: &mut Sink) -> Self {
        out.parts.push(SessionPart::default());
        Self { part: (out.parts.len() - 1) as u16, ..Self::default() }
    }

    pub fn record(&mut self, record: &Record<'_>, out: &mut Sink) {
        let first = out.events.len() as u32;
        self.first_at = self.first_at.or(record.at);
        // Files without envelope have a time in their header alone: that says nothing of their end.
        if first > 0 {
            self.last_at = self.last_at.max(record.at);
        }
        match record.kind {
            "session_meta" => self.header(record, out),
            "turn_context" => self.turn_context(record, out),
            "response_item" => self.response_item(record, out),
            "event_msg" => self.message(record, out),
            "compacted" => self.compacted(record, out),
            "token_usage_record" => self.usage_record(record, out),
            "" => self.unknown(record, out),
            _ => {
                self.quiet(EventKind::Progress, record, out);
            }
        }
        self.origin.ordinal(record.ordinal, first);
    }

    fn usage_record(&mut self, record: &Record<'_>, out: &mut Sink) {
        let event = self.quiet(EventKind::Usage, record, out);
        let place = self.place(event, record);
        let thread = self.origin.header.as_ref().and_then(|header| header.id.as_deref()).unwrap_or("");
        let talk = if self.has_items { &mut self.items } else { &mut self.messages };
        self.counting.record(&record.details(), thread, &place, &mut talk.open, out);
    }

    /// The transcript that counts, as far as is known by now.
    pub(super) fn talk(&mut self) -> &mut Talk {
        if self.has_items { &mut self.items } else { &mut self.messages }
    }

    pub(super) fn event(&self, kind: EventKind, record: &Record<'_>) -> Event {
        Event { at: record.at, ..Event::new(kind, self.part, record.span, record.number) }
    }

    /// Appends; an event without a name of its own gets the log's word for it.
    pub(super) fn push(&self, mut event: Event, record: &Record<'_>, out: &mut Sink) -> u32 {
        if event.name.is_none() {
            event.name = out.strings.intern(record.payload.kind.some().unwrap_or(&record.word));
        }
        out.event(event)
    }

    /// Appends an event that is no step of the transcript.
    pub(super) fn quiet(&self, kind: EventKind, record: &Record<'_>, out: &mut Sink) -> u32 {
        self.push(Event { flags: flags::ECHO, ..self.event(kind, record) }, record, out)
    }

    pub(super) fn unknown(&self, record: &Record<'_>, out: &mut Sink) {
        let word = record.payload.kind.some().unwrap_or(&record.word);
        out.problems.unknown("type", word, record.number, record.bytes);
        self.push(self.event(EventKind::Other, record), record, out);
    }

    pub(super) fn place<'a>(&self, event: u32, record: &Record<'a>) -> Place<'a> {
        let (number, bytes) = (record.number, record.bytes);
        Place { event, part: self.part, at: record.at, model: self.model, number, bytes }
    }

    fn header(&mut self, record: &Record<'_>, out: &mut Sink) {
        let payload = &record.details();
        let event = out.events.len() as u32;
        if !self.origin.header(payload, record.at, event) {
            // A copied header, or the thread was resumed.
            self.quiet(EventKind::Progress, record, out);
            return;
        }
        let name = out.strings.intern("session_meta");
        self.push(Event { name, ..self.event(EventKind::SessionStart, record) }, record, out);
        self.about = About {
            cwd: payload.cwd.to_string(),
            originator: payload.originator.to_string(),
            version: payload.cli_version.to_string(),
            source: payload.source.text.to_string(),
            provider: payload.model_provider.to_string(),
            branch: payload.git.branch.to_string(),
            nickname: payload.nickname().to_owned(),
            role: payload.agent_role().to_owned(),
            ..About::default()
        };
    }

    fn turn_context(&mut self, record: &Record<'_>, out: &mut Sink) {
        let payload = &record.details();
        let event = self.quiet(EventKind::Progress, record, out);
        self.turn_id(payload, event, out);
        // Written once for each turn: without a model it is not known from here on (codex.md X9).
        self.model = out.strings.intern(&payload.model);
        if let Some(model) = payload.model.some().filter(|model| !self.models.iter().any(|known| known == model)) {
            self.models.push(model.to_owned());
        }
        let sandbox = payload.sandbox_policy.items.first();
        let sandbox = sandbox.and_then(|policy| policy.kind.some().or(policy.mode.some()));
        let sandbox = sandbox.unwrap_or(&payload.sandbox_policy.text);
        let about = &mut self.about;
        for (slot, value) in [
            (&mut about.effort, &*payload.effort),
            (&mut about.approval, &*payload.approval_policy),
            (&mut about.sandbox, sandbox),
        ] {
            if !value.is_empty() {
                value.clone_into(slot);
            }
        }
        if about.cwd.is_empty() {
            about.cwd = payload.cwd.to_string();
        }
    }

    /// Names the turn for other files, at its first event (codex.md X5, test 2).
    pub(super) fn turn_id(&self, payload: &Payload<'_>, event: u32, out: &mut Sink) {
        let Some(id) = payload.turn_id.some() else { return };
        let hash = hash_of(&[id]);
        let turns = &mut out.anchors.turns;
        if turns.last().is_none_or(|last| last.hash != hash) {
            turns.push(Anchor { hash, event, part: self.part });
        }
    }

    pub(super) fn note_window(&mut self, number: Num) {
        self.window = self.window.max(window_of(number));
    }

    /// A compaction with its own line. An event that told of it just before is an echo.
    fn compacted(&mut self, record: &Record<'_>, out: &mut Sink) {
        if let Some(before) = self.compaction {
            out.events.set_flag(before, flags::ECHO);
        }
        let index = self.push(self.event(EventKind::Compaction, record), record, out);
        self.compaction = Some(index);
    }

    /// Another word of a compaction: an echo if the conversation has not gone on since the first.
    pub(super) fn compaction_event(&mut self, record: &Record<'_>, out: &mut Sink) {
        if self.compaction.is_some() {
            self.quiet(EventKind::Compaction, record, out);
            return;
        }
        self.compaction = Some(self.push(self.event(EventKind::Compaction, record), record, out));
    }

    /// Decides what could not be decided line by line, and writes the session's summary.
    pub fn finish(mut self, out: &mut Sink) {
        if self.has_items {
            for index in std::mem::take(&mut self.stand_ins) {
                out.events.set_flag(index, flags::ECHO);
            }
        }
        let abandoned = std::mem::take(&mut self.talk().abandoned);
        for index in abandoned.into_iter().flat_map(|(start, end)| start..end) {
            out.events.set_flag(index, flags::ABANDONED);
        }
        if let Task::Started(task) = self.task {
            for call in self.calls.values().filter(|call| !call.is_done && call.event > task) {
                out.events.set_flag(call.event, flags::PENDING);
            }
        }
        self.counting.finish(out);
        if self.counting.is_empty(out) {
            self.add_unrecorded(out);
        }
        let counts = Counts { requests: self.counting.requests(), ..counts_of(self.part, out) };
        let index = usize::from(self.part);
        let part = self.summary(counts, out);
        out.parts[index] = part;
    }

    /// Answers without any usage are requests that nobody recorded (codex.md §8).
    fn add_unrecorded(&mut self, out: &mut Sink) {
        for event in std::mem::take(&mut self.talk().answers) {
            let Some(Event { at, model, .. }) = out.events.get(event) else { continue };
            out.usage.push(UsageRow { at, model, ..UsageRow::new(event, self.part, Scope::Request) });
        }
    }

    pub(super) fn status(&self, out: &Sink) -> Status {
        if out.problems.as_slice().iter().any(|problem| problem.kind == ProblemKind::Truncated) {
            return Status::Truncated;
        }
        match self.task {
            Task::None => Status::Unknown,
            Task::Started(_) => Status::Pending,
            Task::Complete => Status::AwaitingUser,
            Task::Aborted => Status::Interrupted,
        }
    }
}
