//! One session of a log while its messages are read.

use super::read::{Counted, Step, Told, Undo};
use super::usage::{Unattributed, Usage};
use super::{AS_PROMPT, Dialect};
use crate::formats::Sink;
use crate::formats::terms::{millis, project_of};
use crate::formats::title::title_of;
use crate::model::{
    Anchor, Counts, Event, EventKind, Fact, Finality, History, NO_LINK, ProblemKind, Relation, RequestId, Scope,
    SessionPart, Span, StrId, Timestamp, TitleOrigin, UsageRow, flags, hash_of,
};
use crate::model::{Map, Set};

/// Where a record stands.
#[derive(Clone, Copy)]
pub struct Here {
    pub span: Span,
    pub line: u32,
    /// The number of its first step among those that stand at this place.
    pub block: usize,
    /// Not in a document.
    pub is_line: bool,
}

/// What the records so far have told of one session.
#[derive(Default, Clone)]
pub struct State {
    pub part: SessionPart,
    calls: Map<u64, u32>,
    /// Calls without an id that wait for a result, in order.
    nameless: Vec<u32>,
    /// How many of them have one.
    answered: usize,
    /// Messages by the hash of their ids.
    pub messages: Map<u64, Message>,
    /// Hashes of messages in order of the log, where it is a tree.
    pub last_message: u64,
    model: StrId,
    requests: u32,
    /// Its first and last event, and one after it.
    pub events: Option<(u32, u32)>,
    needs_row: bool,
    has_row: bool,
    /// Prompt and generated tokens of all requests, and of the total.
    summed: [u64; 2],
    total: [Option<u64>; 2],
    unattributed: Unattributed,
    /// Totals so far, by model, where each line tells of a part of the time.
    segments: Vec<(StrId, Usage)>,
}

/// A message, and where it stands.
#[derive(Clone, Copy, Default)]
pub struct Message {
    pub previous: u64,
    /// The message before it in the file.
    pub before: u64,
    /// Its events, in the order of the file.
    pub first: u32,
    pub end: u32,
}

impl State {
    pub fn new(part: SessionPart) -> Self {
        Self { part, ..Self::default() }
    }

    pub fn about(&mut self, dialect: &Dialect, told: &Told<'_>, out: &mut Sink) {
        let (about, part) = (&told.about, &mut self.part);
        for at in [told.at, told.until, about.ended].into_iter().flatten() {
            part.started = Some(part.started.map_or(at, |first| first.min(at)));
            part.ended = Some(part.ended.map_or(at, |last| last.max(at)));
        }
        if !about.parent.is_empty() && about.parent != part.id {
            part.parent_id = Some(about.parent.to_owned());
            part.relation = dialect.relation;
        }
        if about.is_sub_agent {
            // Its log stands in the folder of its parent (others.md §1).
            let folder = out.meta.path.rsplit(['/', '\\']).nth(1).filter(|folder| *folder != "chats");
            (part.parent_id, part.relation) = (folder.map(str::to_owned), Relation::SubAgent);
        }
        if let Some(title) = title_of(about.title) {
            (part.title, part.title_origin) = (Some(title), TitleOrigin::Generated);
        }
        part.project = part.project.take().or_else(|| project_of(about.directory));
        if let Some(status) = about.status {
            (part.status, part.has_outcome) = (status, true);
            about.status_word.clone_into(&mut part.status_word);
        }
        if !about.harness.is_empty() {
            part.harness = Some(about.harness.to_owned());
        }
        for (name, value) in [("Version", about.version), ("Branch", about.branch)] {
            if !value.is_empty() && !part.facts.iter().any(|fact| fact.name == name && fact.value == value) {
                part.facts.push(Fact::new(name, value));
            }
        }
        part.facts.extend(about.credits.map(|credits| Fact::new("Credits", credits.digits())));
        if !told.provider.is_empty() && part.provider.is_none() {
            part.provider = Some(told.provider.to_owned());
        }
        if !told.model.is_empty() {
            self.model = out.strings.intern(told.model);
            if !part.models.iter().any(|known| known == told.model) {
                part.models.push(told.model.to_owned());
            }
        }
    }

    pub fn undo(&mut self, undo: Undo, id: u64, out: &mut Sink) {
        let Some((first, last)) = self.events else { return };
        match (undo, self.messages.get(&id)) {
            (Undo::Nothing, _) => {}
            (Undo::All, _) => self.set_flags(first, last + 1, flags::ECHO, out),
            (Undo::From, known) => {
                let from = known.map_or(first, |message| message.first);
                self.set_flags(from, last + 1, flags::ABANDONED, out);
            }
        }
    }

    pub fn set_flags(&self, first: u32, end: u32, flag: u8, out: &mut Sink) {
        for event in first..end {
            out.events.set_flag(event, flag);
        }
    }

    pub fn step(&mut self, part: u16, step: &Step<'_>, told: &Told<'_>, here: Here, out: &mut Sink) {
        let is_prompt = step.may_be_prompt && self.waiting().is_empty();
        let kind = if is_prompt { EventKind::Prompt } else { step.kind };
        let block = u16::try_from(here.block).unwrap_or(u16::MAX).min(AS_PROMPT - 1);
        let at = step.at.or(told.at);
        let is_model =
            matches!(kind, EventKind::Response | EventKind::Thinking | EventKind::ToolCall | EventKind::Usage);
        let event = Event {
            block: if is_prompt { block | AS_PROMPT } else { block },
            at,
            flags: if step.is_echo { flags::ECHO } else { 0 },
            name: out.strings.intern(step.name),
            model: if is_model { self.model } else { StrId::NONE },
            ..Event::new(kind, part, here.span, here.line)
        };
        if kind == EventKind::Prompt && self.part.title.is_none() && !step.is_echo {
            self.part.title = title_of(&super::value::text(step.content));
        }
        match kind {
            EventKind::ToolCall => self.call(step, event, out),
            EventKind::ToolResult => self.result(step, event, out),
            _ => {
                let has_failed = step.has_failed || kind == EventKind::Error;
                let flags = event.flags | if has_failed { flags::FAILED } else { 0 };
                let index = out.event(Event { flags, ..event });
                if self.part.reading > 0 && !step.is_echo {
                    let hash = hash_of(&[kind.name(), super::value::text(step.content).trim()]);
                    out.anchors.texts.push(Anchor { hash, event: index, part });
                }
                let until = told.until.zip(at).and_then(|(until, at)| millis(Some(until.ms_since(at))));
                if let Some(duration) = until.filter(|_| kind == EventKind::Response) {
                    out.events.set_duration(index, duration);
                }
            }
        }
    }

    fn call(&mut self, step: &Step<'_>, event: Event, out: &mut Sink) {
        let hash = hash_of(&[step.id]);
        // One that is over is another call with the same id, as in runs that are played again.
        let is_open = |index: &u32| {
            out.events.get(*index).is_some_and(|call| call.link == NO_LINK && !call.has(flags::ECHO | flags::ABANDONED))
        };
        if let Some(first) = self.calls.get(&hash).copied().filter(|_| !step.id.is_empty()).filter(is_open) {
            out.event(Event { flags: flags::ECHO, link: first, ..event });
            return;
        }
        let index = out.event(event);
        out.asked_value(index, step.content);
        if step.id.is_empty() {
            self.nameless.push(index);
        } else {
            out.tool_call(step.id, index, event.part);
            self.calls.insert(hash, index);
        }
    }

    /// The result of a call: by id, else of the oldest one without an id.
    fn result(&mut self, step: &Step<'_>, event: Event, out: &mut Sink) {
        let by_id = self.calls.get(&hash_of(&[step.id])).copied().filter(|_| !step.id.is_empty());
        let index = by_id.or_else(|| {
            let oldest = self.waiting().first().copied().filter(|_| step.id.is_empty());
            self.answered += usize::from(oldest.is_some());
            oldest
        });
        let call = index.and_then(|index| Some((index, out.events.get(index)?)));
        // A call has one result; a second line repeats it.
        let is_repeated = call.is_some_and(|(_, call)| call.link != NO_LINK);
        let flags =
            event.flags | if step.has_failed { flags::FAILED } else { 0 } | if is_repeated { flags::ECHO } else { 0 };
        let name = call.map_or(event.name, |(_, call)| call.name);
        let link = call.map_or(NO_LINK, |(index, _)| index);
        let result = out.event(Event { flags, name, link, ..event });
        let Some((index, call)) = call else {
            let reason = "a tool result that no call started";
            return out.problems.add(ProblemKind::Orphan, Some(event.line), reason, step.id.as_bytes());
        };
        if is_repeated {
            return;
        }
        out.events.set_link(index, result);
        if step.has_failed {
            out.events.set_flag(index, flags::FAILED);
        }
        // Both at one time: they stand in one message, and nobody measured it.
        let measured = event.at.zip(call.at).map(|(end, at)| end.ms_since(at)).filter(|ms| *ms > 0);
        if let Some(duration) = millis(measured) {
            out.events.set_duration(index, duration);
        }
    }

    pub fn usage(&mut self, dialect: &Dialect, part: u16, told: &Told<'_>, (first, here): (u32, Here), out: &mut Sink) {
        self.needs_row |= told.usage.is_empty() && told.steps.iter().any(|step| step.kind == EventKind::Response);
        if told.usage.is_empty() || first as usize >= out.events.len() {
            return;
        }
        let steps = || told.steps.iter().zip(first..);
        let is_said = |kind: EventKind| matches!(kind, EventKind::Response | EventKind::ToolCall | EventKind::Usage);
        let event = steps().find(|(step, _)| is_said(step.kind)).map_or(first, |(_, event)| event);
        let is_echo = told.steps.iter().all(|step| step.is_echo);
        let all = self.counted(dialect, &told.usage, out);
        let totals = all.iter().filter(|(_, counted)| counted.scope == Scope::Aggregate);
        if let Some(tokens) = totals.map(|(_, counted)| counted.usage.unattributed).reduce(u64::saturating_add) {
            self.unattributed.totals(tokens);
        }
        for ([model, label], counted) in all {
            let tokens = counted.usage.tokens;
            let is_request = counted.scope == Scope::Request;
            let own = [tokens.context().get(), tokens.output.get()];
            if !is_request {
                self.total = own;
            }
            if is_request {
                for (sum, own) in self.summed.iter_mut().zip(own) {
                    *sum = sum.saturating_add(own.unwrap_or(0));
                }
                let small = |count: Option<u64>| count.and_then(|count| u32::try_from(count).ok());
                out.events.set_tokens(event, small(tokens.context().get()), small(tokens.output.get()));
                self.requests += u32::from(!is_echo);
                if !is_echo {
                    let name = if told.id.is_empty() { u64::from(event) } else { hash_of(&[told.id]) };
                    self.unattributed.message(name, &counted.usage);
                }
            }
            if counted.usage.is_clamped {
                let reason = "an impossible token count; limited to what is possible";
                out.problems.add(ProblemKind::Clamped, Some(here.line), reason, b"");
            }
            let id = match told.id {
                "" => RequestId::default(),
                id if is_request => {
                    // Ids of few letters name a message everywhere only together with its time (others.md PI2).
                    let is_short = id.len() < 16;
                    let at = told.at.filter(|_| is_short).map_or(0, Timestamp::nanos).to_string();
                    let hash = hash_of(&[dialect.id, id, &at]);
                    RequestId { response: hash, request: hash }
                }
                _ => RequestId::default(),
            };
            out.usage.push(UsageRow {
                finality: Finality::Final,
                is_clamped: counted.usage.is_clamped,
                rank: counted.rank,
                id,
                at: told.until.or(told.at),
                label,
                model: if model.is_none() { self.model } else { model },
                provider: out.strings.intern(told.provider),
                tokens,
                cost: counted.usage.cost,
                ..UsageRow::new(event, part, counted.scope)
            });
            self.has_row = true;
        }
    }

    /// The usage of a message with its model and label; totals that only tell of the time since the last ones come with all that
    /// those told.
    fn counted(
        &mut self,
        dialect: &Dialect,
        told: &[Counted<'_>],
        out: &mut Sink,
    ) -> Vec<([StrId; 2], Counted<'static>)> {
        let is_segment = |counted: &Counted<'_>| dialect.totals_are_segments && counted.scope == Scope::Aggregate;
        let mut all = Vec::new();
        for counted in told {
            let [model, label] = [counted.model, counted.label].map(|text| out.strings.intern(text));
            if !is_segment(counted) {
                all.push(([model, label], Counted { model: "", label: "", ..*counted }));
                continue;
            }
            match self.segments.iter_mut().find(|(known, _)| *known == model) {
                Some((_, sum)) => *sum = sum.plus(&counted.usage),
                None => self.segments.push((model, counted.usage)),
            }
        }
        if let Some(last) = told.iter().rfind(|counted| is_segment(counted)) {
            // The one cost is of all models.
            let is_lone = self.segments.len() == 1;
            all.extend(self.segments.iter().map(|(model, usage)| {
                let cost = usage.cost.get().filter(|_| is_lone).into();
                ([*model, StrId::NONE], Counted { usage: Usage { cost, ..*usage }, model: "", label: "", ..*last })
            }));
        }
        all
    }

    /// Marks what is on no way from the last message back to the first (others.md PI1).
    fn prune(&self, out: &mut Sink) {
        let mut on_way = Set::default();
        let mut at = self.last_message;
        while let Some(message) = self.messages.get(&at).filter(|_| on_way.insert(at)) {
            // What names a message that is not there goes on from the one before it.
            let is_known = message.previous == 0 || self.messages.contains_key(&message.previous);
            at = if is_known { message.previous } else { message.before };
        }
        for (_, message) in self.messages.iter().filter(|(id, _)| !on_way.contains(*id)) {
            self.set_flags(message.first, message.end, flags::ABANDONED, out);
        }
    }

    /// Notes by what a copy of a message is told in a fork, and from where on a session may hold copies.
    pub fn know_copies(&mut self, dialect: &Dialect, part: u16, told: &Told<'_>, first: u32, out: &mut Sink) {
        if self.part.parent_id.is_some() && self.part.history.is_none() {
            self.part.history = Some(History { gate: Some(first), ..History::default() });
        }
        let is_message = told.steps.first().is_some_and(|step| step.kind != EventKind::SessionStart);
        let Some(at) = told.at.filter(|_| is_message) else { return };
        let tokens = told.usage.first().map(|counted| counted.usage.tokens).unwrap_or_default();
        let count = |count: Option<u64>| count.map_or(String::new(), |count| count.to_string());
        let (context, output) = (count(tokens.context().get()), count(tokens.output.get()));
        let hash = hash_of(&[dialect.id, &at.nanos().to_string(), &context, &output]);
        out.anchors.lines.push(Anchor { hash, event: first, part });
    }

    /// What only the end tells of its events.
    pub fn settle(&self, dialect: &Dialect, out: &mut Sink) {
        if !dialect.previous.is_empty() {
            self.prune(out);
        }
        for call in self.calls.values().chain(self.waiting()).copied() {
            if out.events.get(call).is_some_and(|event| event.link == NO_LINK) {
                out.events.set_flag(call, flags::PENDING);
            }
        }
    }

    /// Calls without an id that have no result yet.
    fn waiting(&self) -> &[u32] {
        self.nameless.get(self.answered..).unwrap_or_default()
    }

    /// Writes the session's part.
    pub fn finish(mut self, dialect: &Dialect, number: u16, counts: Counts, out: &mut Sink) {
        // The agent has worked, and nothing tells what it used.
        if let Some((_, last)) = self.events.filter(|_| self.needs_row && !self.has_row) {
            let row = UsageRow::new(last, number, Scope::Aggregate);
            out.usage.push(UsageRow { at: self.part.ended, model: self.model, ..row });
        }
        // Requests without counts leave nothing to compare.
        let differs = |(total, sum): (&Option<u64>, &u64)| *sum > 0 && total.is_some_and(|total| total != *sum);
        if dialect.total_is_sum && self.total.iter().zip(&self.summed).any(differs) {
            let reason = "the total is not the sum of the requests; the total counts";
            out.problems.add(ProblemKind::Uncertain, None, reason, self.part.id.as_bytes());
        }
        if !dialect.stub.is_empty() && counts.prompts + counts.responses == 0 {
            out.problems.add(ProblemKind::Uncertain, None, dialect.stub, self.part.id.as_bytes());
        }
        let part = &mut self.part;
        part.facts.extend(self.unattributed.fact());
        part.counts = Counts { requests: Some(self.requests).filter(|requests| *requests > 0).into(), ..counts };
        part.family = hash_of(&[&part.id]);
        part.harness = part.harness.take().or_else(|| Some(dialect.id.to_owned()));
        let measured = || u64::try_from(part.ended?.ms_since(part.started?)).ok();
        part.duration_ms = measured().into();
        if let Some(slot) = out.parts.get_mut(usize::from(number)) {
            *slot = self.part;
        }
    }
}
