//! One session of a file while its lines are read: what all kinds of records share.

use super::sidecars::Staged;
use crate::formats::Sink;
use crate::formats::lenient::Raw;
use crate::formats::terms::millis;
use crate::model::{
    Anchor, CompactionSum, Event, EventKind, Fact, Map, NO_LINK, PostMortem, ProblemKind, Reported, Scope, SessionPart,
    Set, Span, Status, StrId, Timestamp, TitleOrigin, UsageRow, entry, flags, hash_of,
};
use std::collections::VecDeque;

/// The records that may tell of one run, by how much they tell (codetether.md §11.6).
pub mod reading {
    /// Prompts, answers and calls, each with a time and an id.
    pub const THREAD: u8 = 6;
    /// Without prompts.
    pub const RUN: u8 = 5;
    pub const EVENTS: u8 = 4;
    /// Calls have no ids.
    pub const CHAT: u8 = 3;
    pub const TOOLS: u8 = 2;
    /// Without times.
    pub const SNAPSHOT: u8 = 1;
}

/// Where a line stands, and when it was written.
#[derive(Debug, Clone, Copy)]
pub struct Here<'a> {
    pub bytes: &'a [u8],
    pub span: Span,
    pub number: u32,
    pub at: Option<Timestamp>,
}

/// What the lines so far have told of one session.
#[derive(Debug, Default, Clone)]
pub struct State {
    /// Index of its part within the source.
    pub part: u16,
    /// Empty until a line or the file's name gives one.
    pub id: String,
    /// Whether the id names it wherever it stands.
    pub is_global: bool,
    /// See [`reading`].
    reading: u8,
    /// What the terminal said outside of any session (codetether.md §8).
    pub greetings: u32,
    pub first: Option<Timestamp>,
    pub last: Option<Timestamp>,
    pub duration_ms: Option<u64>,
    pub provider: Option<String>,
    pub models: Vec<String>,
    /// A model was named without its provider.
    has_bare_model: bool,
    pub project: Option<String>,
    pub title: Option<String>,
    pub title_origin: TitleOrigin,
    pub facts: Vec<Fact>,
    pub status: Status,
    pub has_outcome: bool,
    pub post_mortem: PostMortem,
    /// Open calls by the hash of their ids.
    pub calls: Map<u64, u32>,
    /// Open calls that have no id, by name, oldest first.
    nameless: Map<StrId, VecDeque<u32>>,
    /// Items of streamed text by the hash of their ids.
    pub items: Map<u64, Item>,
    pub traces: Map<u64, Trace>,
    /// Hashes of turns that have been reported as failed.
    pub failed_turns: Set<u64>,
    /// The journal step that waits for its partner.
    pub staged: Option<Staged>,
    /// Hash of the turn that the line belongs to.
    pub turn: u64,
    /// The turn has shown its answer already.
    pub has_answer: bool,
    /// Calls of a model with a usage line of their own: by source, and in the older form.
    pub requests: [u32; 2],
    pub has_root_usage: bool,
    pub is_convention_assumed: bool,
    has_row: bool,
    events: u32,
    last_event: u32,
}

/// A piece of streamed text.
#[derive(Debug, Default, Clone)]
pub struct Item {
    pub started: Option<Timestamp>,
    pub events: Vec<u32>,
    pub has_text: bool,
    pub is_void: bool,
}

/// One compaction, put together from its lines.
#[derive(Debug, Default, Clone)]
pub struct Trace {
    event: u32,
    at: Option<Timestamp>,
    /// Strategy, tokens before and after.
    pub completed: Option<(String, Reported<u64>, Reported<u64>)>,
    pub has_failed: bool,
}

impl State {
    pub fn new(part: u16, id: &str, is_global: bool) -> Self {
        Self { part, id: id.to_owned(), is_global, ..Self::default() }
    }

    /// Appends an event and counts it.
    pub fn push(&mut self, event: Event, out: &mut Sink) -> u32 {
        let event = Event { part: self.part, ..event };
        out.parts[usize::from(self.part)].counts.count(&event);
        self.events += 1;
        self.last_event = out.event(event);
        self.last_event
    }

    /// An event of a line, under the log's own word for it.
    pub fn event(&self, kind: EventKind, name: &str, here: Here<'_>, out: &mut Sink) -> Event {
        let name = out.strings.intern(name);
        Event { at: here.at, name, ..Event::new(kind, self.part, here.span, here.number) }
    }

    /// Appends an event that needs no more than its kind, its name and flags.
    pub fn note(&mut self, kind: EventKind, flags: u8, name: &str, here: Here<'_>, out: &mut Sink) -> u32 {
        let event = Event { flags, ..self.event(kind, name, here, out) };
        self.push(event, out)
    }

    /// Appends an event under which a text was said, by which other records of the session know it.
    pub fn said(&mut self, kind: EventKind, name: &str, text: &str, here: Here<'_>, out: &mut Sink) -> u32 {
        let event = self.event(kind, name, here, out);
        self.push_said(event, text, out)
    }

    /// As [`Self::said`], with more to tell of the event.
    pub fn push_said(&mut self, event: Event, text: &str, out: &mut Sink) -> u32 {
        let index = self.push(event, out);
        let text = text.trim();
        if !text.is_empty() && !event.has(flags::ECHO) {
            let hash = hash_of(&[event.kind.name(), text]);
            out.anchors.texts.push(Anchor { hash, event: index, part: self.part });
        }
        index
    }

    /// Notes which record a line is of.
    pub fn read_as(&mut self, reading: u8) {
        self.reading = self.reading.max(reading);
    }

    /// Widens the span of the session.
    pub fn see(&mut self, at: Option<Timestamp>) {
        let Some(at) = at else { return };
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
    }

    /// A tool is called. A second line for the same id repeats it.
    pub fn call(&mut self, id: &str, event: Event, input: Raw<'_>, out: &mut Sink) -> u32 {
        let hash = hash_of(&[id]);
        if let Some(first) = self.calls.get(&hash).filter(|_| !id.is_empty()) {
            return self.push(Event { flags: flags::ECHO, link: *first, ..event }, out);
        }
        let index = self.push(Event { kind: EventKind::ToolCall, ..event }, out);
        out.asked(index, input);
        if id.is_empty() {
            self.nameless.entry(event.name).or_default().push_back(index);
        } else {
            out.tool_call(id, index, self.part);
            self.calls.insert(hash, index);
        }
        index
    }

    /// Whether a call without an id waits for its result.
    pub fn is_called(&self, name: StrId) -> bool {
        self.nameless.get(&name).is_some_and(|calls| !calls.is_empty())
    }

    /// The result of a call: by id, else of the oldest open call with this name (codetether.md §8).
    pub fn result(&mut self, id: &str, event: Event, has_failed: bool, line: &[u8], out: &mut Sink) {
        let call = match id.is_empty() {
            true => self.nameless.get_mut(&event.name).and_then(VecDeque::pop_front),
            false => self.calls.get(&hash_of(&[id])).copied(),
        };
        let call = call.and_then(|index| Some((index, out.events.get(index)?)));
        // A call has one result; a second line repeats it.
        let is_repeated = call.is_some_and(|(_, call)| call.link != NO_LINK);
        let flags =
            event.flags | if has_failed { flags::FAILED } else { 0 } | if is_repeated { flags::ECHO } else { 0 };
        let name = call.map(|(_, call)| call.name).filter(|_| event.name.is_none()).unwrap_or(event.name);
        let link = call.map_or(NO_LINK, |(index, _)| index);
        let result = self.push(Event { kind: EventKind::ToolResult, flags, name, link, ..event }, out);
        let Some((index, call)) = call else {
            let reason = "a tool result that no call started";
            return out.problems.add(ProblemKind::Orphan, Some(event.line), reason, line);
        };
        if is_repeated {
            return;
        }
        out.events.set_link(index, result);
        if has_failed {
            out.events.set_flag(index, flags::FAILED);
            out.parts[usize::from(self.part)].counts.tool_failures += 1;
        }
        let measured = || millis(Some(event.at?.ms_since(call.at?)));
        if let Some(duration) = event.duration_ms.or_else(measured) {
            out.events.set_duration(index, duration);
        }
    }

    /// A line of a compaction: the first of its trace stands for it, the others are linked to it (codetether.md §2).
    pub fn compaction(&mut self, trace: &str, event: Event, out: &mut Sink) -> &mut Trace {
        let known =
            self.traces.get(&hash_of(&[trace])).filter(|_| !trace.is_empty()).map(|trace| (trace.event, trace.at));
        if let Some((first, at)) = known {
            let flags = event.flags | flags::ECHO;
            let index = self.push(Event { flags, link: first, ..event }, out);
            out.events.set_link(first, index);
            if let Some(duration) = millis(event.at.zip(at).map(|(end, at)| end.ms_since(at))) {
                out.events.set_duration(first, duration);
            }
            if event.has(flags::FAILED) {
                out.events.set_flag(first, flags::FAILED);
            }
            return self.traces.entry(hash_of(&[trace])).or_default();
        }
        let index = self.push(event, out);
        // Without an id it stands alone; its place in the log is unique.
        let key = if trace.is_empty() { u64::from(index) << 1 } else { hash_of(&[trace]) };
        let trace = self.traces.entry(key).or_default();
        (trace.event, trace.at) = (index, event.at);
        trace
    }

    /// Appends a usage row.
    pub fn row(&mut self, row: UsageRow, out: &mut Sink) {
        self.has_row = true;
        out.usage.push(row);
    }

    /// Notes a model as written, `provider/model`, and gives both (codetether.md §3.1).
    pub fn model(&mut self, written: &str, out: &mut Sink) -> (StrId, StrId) {
        let (provider, model) = split_model(written);
        if self.provider.is_none() && !provider.is_empty() {
            self.provider = Some(provider.to_owned());
        }
        self.has_bare_model |= provider.is_empty() && !model.is_empty();
        if !model.is_empty() && !self.models.iter().any(|known| known == model) {
            self.models.push(model.to_owned());
        }
        (out.strings.intern(provider), out.strings.intern(model))
    }

    /// Appends a fact once.
    pub fn fact(&mut self, name: &str, value: &str) {
        if !value.is_empty() && !self.facts.iter().any(|fact| fact.name == name) {
            self.facts.push(Fact::new(name, value));
        }
    }

    /// Writes the session's part.
    pub fn finish(mut self, out: &mut Sink) {
        for call in self.calls.values().chain(self.nameless.values().flatten()).copied() {
            if out.events.get(call).is_some_and(|event| event.link == NO_LINK) {
                out.events.set_flag(call, flags::PENDING);
            }
        }
        self.give_up_staged(out);
        let index = usize::from(self.part);
        // Only lines that belong to no session: listed, in no total.
        let is_aside = self.greetings > 0 && self.greetings == self.events;
        let counts = out.parts[index].counts;
        // The agent has worked, and nothing tells what it used (codetether.md §6, §12.2).
        if !self.has_row && counts.responses + counts.tool_calls > 0 {
            let row = UsageRow::new(self.last_event, self.part, Scope::Aggregate);
            self.row(UsageRow { at: self.last, ..row }, out);
        }
        let requests = self.requests[0] + if self.has_root_usage { 0 } else { self.requests[1] };
        self.add_compactions();
        let measured = || u64::try_from(self.last?.ms_since(self.first?)).ok();
        out.parts[index] = SessionPart {
            family: hash_of(&[&self.id]),
            harness: Some("codetether".to_owned()),
            // It stands for the calls that name none, and nobody knows who answered a model without a provider.
            provider: self.provider.clone().filter(|_| !self.has_bare_model),
            project: self.project.clone(),
            title: self.title.clone(),
            title_origin: self.title_origin,
            status: self.status,
            has_outcome: self.has_outcome,
            is_orphan: is_aside,
            started: self.first,
            ended: self.last,
            duration_ms: self.duration_ms.or_else(measured).into(),
            counts: crate::model::Counts { requests: Some(requests).filter(|requests| *requests > 0).into(), ..counts },
            has_global_id: self.is_global,
            reading: self.reading,
            is_convention_assumed: self.is_convention_assumed,
            post_mortem: Some(self.post_mortem).filter(|told| *told != PostMortem::default()),
            id: self.id,
            models: self.models,
            facts: self.facts,
            ..SessionPart::default()
        };
    }

    fn add_compactions(&mut self) {
        // In file order, so that equal logs give equal sums whatever the hash map's order is.
        let traces = crate::model::sorted(self.traces.values().collect(), |a: &&Trace, b| a.event.cmp(&b.event));
        let told = &mut self.post_mortem;
        for trace in traces {
            match &trace.completed {
                // Success is not final: the request may exceed the budget all the same (codetether.md §2).
                _ if trace.has_failed => told.failed_compactions += 1,
                Some((strategy, before, after)) => {
                    let sum: &mut CompactionSum = entry(
                        &mut told.compactions,
                        |sum| sum.strategy == *strategy,
                        |sum| sum.strategy.clone_from(strategy),
                    );
                    sum.add(*before, *after);
                }
                None => {}
            }
        }
    }
}

/// Provider and model, split at the first slash; no slash, no provider (codetether.md §3.1).
pub fn split_model(written: &str) -> (&str, &str) {
    written.split_once('/').unwrap_or(("", written))
}
