//! Dialect 2: the event stream of a program that fizeau called (fizeau.md §4). Shown as a replay of its own; its
//! tokens are those of the session log of the same attempt.

use super::line::Record;
use super::totals::{Written, cost_of};
use super::words::status_of;
use crate::formats::Sink;
use crate::formats::terms::{millis, stem};
use crate::model::{
    Event, EventKind, Fact, Map, ProblemKind, Relation, Reported, Scope, SessionPart, Status, Timestamp, UsageRow,
    flags,
};

#[derive(Clone)]
pub struct EventStream {
    part: u16,
    attempt: Option<String>,
    bead: Option<String>,
    harness: String,
    provider: String,
    model: String,
    started: Option<Timestamp>,
    ended: Option<Timestamp>,
    /// Calls by the program's own id, waiting for a result.
    calls: Map<Box<str>, u32>,
    outcome: Option<Outcome>,
    first_text: Option<u32>,
}

#[derive(Clone)]
struct Outcome {
    status: String,
    duration_ms: Option<i64>,
    error: String,
}

impl EventStream {
    pub fn new(out: &mut Sink) -> Self {
        out.parts.push(SessionPart::default());
        Self {
            part: (out.parts.len() - 1) as u16,
            attempt: None,
            bead: None,
            harness: String::new(),
            provider: String::new(),
            model: String::new(),
            started: None,
            ended: None,
            calls: Map::default(),
            outcome: None,
            first_text: None,
        }
    }

    pub fn record(&mut self, record: &Record<'_>, out: &mut Sink) {
        let line = &record.line;
        self.started = self.started.or(record.at);
        self.ended = self.ended.max(record.at);
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        self.attempt = self.attempt.take().or_else(|| text(&line.metadata.attempt_id));
        self.bead = self.bead.take().or_else(|| text(&line.metadata.bead_id));
        match &*line.kind {
            "text_delta" => {
                out.parts[usize::from(self.part)].counts.responses += 1;
                let index = self.push(self.event(EventKind::Response, record), record, out);
                self.first_text.get_or_insert(index);
            }
            "tool_call" => self.call(record, out),
            "tool_result" => self.result(record, out),
            "routing_decision" => {
                self.route(&line.data.harness, "", &line.data.model);
                self.push(self.event(EventKind::Routing, record), record, out);
            }
            "compaction" => {
                out.parts[usize::from(self.part)].counts.compactions += 1;
                self.push(self.event(EventKind::Compaction, record), record, out);
            }
            "progress" => {
                let event = Event { flags: flags::ECHO, ..self.event(EventKind::Progress, record) };
                self.push(event, record, out);
            }
            "stall" => {
                out.parts[usize::from(self.part)].counts.errors += 1;
                self.push(Event { flags: flags::FAILED, ..self.event(EventKind::Error, record) }, record, out);
            }
            "final" => self.end(record, out),
            word => {
                out.problems.unknown("type", word, record.number, record.bytes);
                self.push(self.event(EventKind::Other, record), record, out);
            }
        }
    }

    fn event(&self, kind: EventKind, record: &Record<'_>) -> Event {
        Event { at: record.at, ..Event::new(kind, self.part, record.span, record.number) }
    }

    fn push(&self, mut event: Event, record: &Record<'_>, out: &mut Sink) -> u32 {
        if event.name.is_none() {
            event.name = out.strings.intern(&record.line.kind);
        }
        out.event(event)
    }

    fn route(&mut self, harness: &str, provider: &str, model: &str) {
        for (slot, value) in [(&mut self.harness, harness), (&mut self.provider, provider), (&mut self.model, model)] {
            if !value.is_empty() {
                value.clone_into(slot);
            }
        }
    }

    fn call(&mut self, record: &Record<'_>, out: &mut Sink) {
        let data = &record.line.data;
        let name = out.strings.intern(&data.name);
        let index = self.push(Event { name, ..self.event(EventKind::ToolCall, record) }, record, out);
        out.parts[usize::from(self.part)].counts.tool_calls += 1;
        out.tool_call(&data.id, index, self.part);
        out.asked(index, data.input);
        if let Some(id) = data.id.some() {
            self.calls.insert(id.into(), index);
        }
    }

    fn result(&mut self, record: &Record<'_>, out: &mut Sink) {
        let data = &record.line.data;
        let failed = data.error.some().is_some();
        let call = data.id.some().and_then(|id| self.calls.remove(id));
        let mut event = self.event(EventKind::ToolResult, record);
        event.flags = if failed { flags::FAILED } else { 0 };
        event.duration_ms = millis(data.duration_ms.int());
        if let Some(call) = call.and_then(|call| out.events.get(call)) {
            event.name = call.name;
        }
        event.link = call.unwrap_or(crate::model::NO_LINK);
        let index = self.push(event, record, out);
        out.parts[usize::from(self.part)].counts.tool_failures += u32::from(failed);
        let Some(call) = call else {
            let reason = "a tool result that no call started";
            return out.problems.add(ProblemKind::Orphan, Some(record.number), reason, record.bytes);
        };
        out.events.set_link(call, index);
        if failed {
            out.events.set_flag(call, flags::FAILED);
        }
        let begun = out.events.get(call).and_then(|call| call.at);
        let measured = || millis(Some(record.at?.ms_since(begun?)));
        if let Some(duration) = event.duration_ms.or_else(measured) {
            out.events.set_duration(call, duration);
        }
    }

    fn end(&mut self, record: &Record<'_>, out: &mut Sink) {
        let data = &record.line.data;
        let used = &data.routing_actual;
        self.route(&used.harness, &used.provider, &used.model);
        let is_success = &*data.status == "success";
        let failed = if is_success { 0 } else { flags::FAILED };
        if self.first_text.is_none() && data.final_text.is_some {
            out.parts[usize::from(self.part)].counts.responses += 1;
            self.push(Event { block: 1, ..self.event(EventKind::Response, record) }, record, out);
        }
        let index = self.push(Event { flags: failed, ..self.event(EventKind::SessionEnd, record) }, record, out);
        out.parts[usize::from(self.part)].counts.errors += u32::from(data.error.some().is_some());
        self.outcome = Some(Outcome {
            status: data.status.to_string(),
            duration_ms: data.duration_ms.int(),
            error: data.error.to_string(),
        });
        // Here an absent key is "not reported" and a 0 is a reported zero (fizeau.md §4).
        let written = Written::of(&data.usage);
        let (convention, assumed) = written.convention(&self.harness, &self.provider);
        out.parts[usize::from(self.part)].is_convention_assumed = assumed;
        let scope = Scope::Aggregate;
        let (tokens, is_clamped) = written.tokens(convention, scope, (record.span, record.number), out);
        let model = out.strings.intern(&self.model);
        let row = UsageRow::new(index, self.part, scope);
        out.usage.push(UsageRow { at: record.at, model, tokens, is_clamped, cost: cost_of(data.cost_usd), ..row });
    }

    pub fn finish(self, out: &mut Sink) {
        let index = usize::from(self.part);
        let part = std::mem::take(&mut out.parts[index]);
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let name = out.meta.name();
        // The name of a file tells the program where no event does: agent-<harness>-<time>.jsonl (fizeau.md §1).
        let named = name.strip_prefix("agent-").and_then(|rest| rest.split_once('-')).map(|(harness, _)| harness);
        let harness = text(&self.harness).or_else(|| named.map(str::to_owned));
        let measured = || Some(self.ended?.ms_since(self.started?)).filter(|ms| *ms >= 0);
        let written = self.outcome.as_ref().and_then(|outcome| outcome.duration_ms).filter(|ms| *ms >= 0);
        let mut facts = Vec::new();
        if let Some(bead) = &self.bead {
            facts.push(Fact::new("Bead", bead.clone()));
        }
        if let Some(error) = self.outcome.as_ref().and_then(|outcome| text(&outcome.error)) {
            facts.push(Fact::new("Error", error));
        }
        let word = self.outcome.as_ref().map_or("", |outcome| &outcome.status);
        out.parts[index] = SessionPart {
            id: stem(name).to_owned(),
            // Fizeau.md §4: the program stands for the provider where none is named.
            provider: text(&self.provider).or_else(|| harness.clone()),
            title: self.bead.as_ref().map(|bead| format!("{} on {bead}", harness.as_deref().unwrap_or("Program"))),
            harness,
            models: text(&self.model).into_iter().collect(),
            status: if self.outcome.is_some() { status_of(word) } else { Status::Incomplete },
            status_word: word.to_owned(),
            has_outcome: true,
            started: self.started,
            ended: self.ended,
            duration_ms: Reported::from(written.or_else(measured).map(|ms| ms as u64)),
            relation: Relation::Stream,
            join: self.attempt,
            facts,
            ..part
        };
    }
}
