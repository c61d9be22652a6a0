//! Dialect 1: the service's session log. One file is one session (fizeau.md §2, §3).

use super::line::Record;
use super::reference::Reference;
use super::start::Start;
use super::totals::{Written, cost_of, is_missing, is_partial};
use super::words::status_of;
use crate::formats::Sink;
use crate::formats::lenient::Field;
use crate::formats::terms::{millis, stem};
use crate::model::{
    Event, EventKind, Fact, Finality, Money, Override, ProblemKind, ReferenceRow, Reported, RoutingFacts, Scope,
    SessionPart, Span, Status, StrId, Timestamp, TokenSet, UsageRow, flags,
};

/// What the lines so far have told of the session.
#[derive(Default, Clone)]
pub struct SessionLog {
    part: u16,
    start: Option<Start>,
    end: Option<End>,
    /// The id of the first line, for logs without a `session.start`.
    first_id: String,
    first_at: Option<Timestamp>,
    last_at: Option<Timestamp>,
    /// The model loop wrote its own lines: progress lines then only repeat them.
    has_loop: bool,
    /// Events that stand for a step only if the loop wrote none.
    stand_ins: Vec<u32>,
    open_request: Option<u32>,
    models: Vec<String>,
    overrides: Vec<Override>,
    did_work: bool,
    reference: Reference,
}

#[derive(Clone)]
struct End {
    at: Option<Timestamp>,
    event: u32,
    status: String,
    model: String,
    written: Written,
    /// Whether the counters are a record at all (fizeau.md §9).
    is_missing: bool,
    duration_ms: Option<i64>,
    cost: Reported<Money>,
    place: (Span, u32),
    error: String,
}

impl SessionLog {
    pub fn new(out: &mut Sink) -> Self {
        out.parts.push(SessionPart::default());
        Self { part: (out.parts.len() - 1) as u16, ..Self::default() }
    }

    pub fn record(&mut self, record: &Record<'_>, out: &mut Sink) {
        let line = &record.line;
        if self.first_id.is_empty() {
            self.first_id = line.session_id.to_string();
        }
        self.first_at = self.first_at.or(record.at);
        self.last_at = self.last_at.max(record.at);
        let data = &line.data;
        match &*line.kind {
            "session.start" => self.session_start(record, out),
            "session.end" => self.session_end(record, out),
            "llm.request" => self.request(record, out),
            "llm.response" => self.response(record, out),
            "llm.delta" => {
                self.push(record, Event { flags: flags::ECHO, ..self.event(EventKind::Delta, record) }, out);
            }
            "tool.call" => self.tool_call(record, out),
            "progress" => self.progress(record, out),
            "routing_decision" => {
                let name = out.strings.intern(&data.harness);
                let model = out.strings.intern(&data.model);
                self.push(record, Event { name, model, ..self.event(EventKind::Routing, record) }, out);
            }
            "override" | "rejected_override" => self.overridden(record, out),
            "compaction.end" => {
                let failed = if data.success.is_true { 0 } else { flags::FAILED };
                out.parts[usize::from(self.part)].counts.compactions += u32::from(data.success.is_true);
                self.push(record, Event { flags: failed, ..self.event(EventKind::Compaction, record) }, out);
            }
            "reasoning.stall" => {
                out.parts[usize::from(self.part)].counts.errors += 1;
                let event = Event { flags: flags::FAILED, ..self.event(EventKind::Error, record) };
                self.push(record, event, out);
            }
            // Its usage is that of the planning response before it (fizeau.md §3.2): nothing to count.
            "planning.turn" => {
                self.push(record, self.event(EventKind::Thinking, record), out);
            }
            "compaction.start" | "model.download" | "model.load" => {
                let duration_ms = millis(data.latency_ms.int());
                let event = Event { duration_ms, flags: flags::ENDS_AT, ..self.event(EventKind::Progress, record) };
                self.push(record, event, out);
            }
            word => {
                out.problems.unknown("type", word, record.number, record.bytes);
                self.push(record, self.event(EventKind::Other, record), out);
            }
        }
    }

    fn event(&self, kind: EventKind, record: &Record<'_>) -> Event {
        Event { at: record.at, ..Event::new(kind, self.part, record.span, record.number) }
    }

    /// Appends; an event without a name of its own gets the log's word for it.
    fn push(&self, record: &Record<'_>, mut event: Event, out: &mut Sink) -> u32 {
        if event.name.is_none() {
            event.name = out.strings.intern(&record.line.kind);
        }
        out.event(event)
    }

    fn session_start(&mut self, record: &Record<'_>, out: &mut Sink) {
        self.push(record, self.event(EventKind::SessionStart, record), out);
        let data = &record.line.data;
        if data.prompt.some().is_some() {
            out.parts[usize::from(self.part)].counts.prompts += 1;
            let event = Event { block: 1, ..self.event(EventKind::Prompt, record) };
            self.push(record, event, out);
        }
        self.reference.start(record);
        if self.start.is_none() {
            self.start = Some(Start::of(record));
        }
    }

    fn session_end(&mut self, record: &Record<'_>, out: &mut Sink) {
        let line = &record.line;
        let data = &line.data;
        // Degenerate logs keep the status beside the type (fizeau.md §10.9).
        let status = if data.is_given() { &data.status } else { &line.status };
        let is_success = &**status == "success";
        let failed = if is_success { 0 } else { flags::FAILED };
        // The last answer stands before the end that it is written in.
        if data.output.is_some {
            let model = out.strings.intern(&data.model);
            let event = Event { block: 1, model, ..self.event(EventKind::Response, record) };
            self.stand_ins.push(self.push(record, event, out));
        }
        let end = self.push(record, Event { flags: failed, ..self.event(EventKind::SessionEnd, record) }, out);
        if data.error.some().is_some() {
            out.parts[usize::from(self.part)].counts.errors += 1;
        }
        let written = Written::of(&data.tokens);
        self.reference.end(record, status, &written);
        self.end = Some(End {
            at: record.at,
            event: end,
            status: status.to_string(),
            model: data.model.to_string(),
            is_missing: is_missing(&written, data, is_success, self.did_work),
            written,
            duration_ms: data.duration_ms.int(),
            cost: cost_of(data.cost_usd),
            place: (record.span, record.number),
            error: data.error.to_string(),
        });
    }

    fn request(&mut self, record: &Record<'_>, out: &mut Sink) {
        self.begin_loop();
        let model = out.strings.intern(&record.line.data.model);
        let event = Event { model, ..self.event(EventKind::Request, record) };
        self.open_request = Some(self.push(record, event, out));
        let requests = &mut out.parts[usize::from(self.part)].counts.requests;
        *requests = Reported::new(requests.get().map_or(1, |count| count + 1));
    }

    fn response(&mut self, record: &Record<'_>, out: &mut Sink) {
        self.begin_loop();
        let data = &record.line.data;
        let failed = data.error.some().is_some();
        let written = Written::of(&data.usage);
        let (harness, provider) = self.start.as_ref().map_or(("", ""), |start| (&*start.harness, &*start.provider));
        let (convention, _) = written.convention(harness, provider);
        let (tokens, is_clamped) = written.tokens(convention, Scope::Request, (record.span, record.number), out);
        self.note_model(&data.model);
        let small = |value: Reported<u64>| value.get().map(|value| u32::try_from(value).unwrap_or(u32::MAX));
        let event = Event {
            flags: flags::ENDS_AT | if failed { flags::FAILED } else { 0 },
            duration_ms: millis(data.latency_ms.int()),
            model: out.strings.intern(&data.model),
            context: small(tokens.context()),
            output: small(tokens.output),
            ..self.event(EventKind::Response, record)
        };
        let index = self.push(record, event, out);
        if let Some(request) = self.open_request.take() {
            out.events.set_link(index, request);
            out.events.set_link(request, index);
        }
        let counts = &mut out.parts[usize::from(self.part)].counts;
        counts.responses += u32::from(!failed);
        counts.errors += u32::from(failed);
        // A failed attempt used nothing that anybody could have recorded (token-coverage.md M5).
        if !failed {
            let cost = cost_of(data.cost_usd);
            let row = self.usage_row(index, Scope::Request, record.at, event.model, tokens, cost);
            out.usage.push(UsageRow { is_clamped, ..row });
        }
    }

    fn usage_row(
        &self,
        event: u32,
        scope: Scope,
        at: Option<Timestamp>,
        model: StrId,
        tokens: TokenSet,
        cost: Reported<Money>,
    ) -> UsageRow {
        UsageRow { at, model, tokens, cost, ..UsageRow::new(event, self.part, scope) }
    }

    fn tool_call(&mut self, record: &Record<'_>, out: &mut Sink) {
        self.begin_loop();
        let data = &record.line.data;
        let failed = data.error.some().is_some();
        self.count_tool(failed, out);
        let event = Event {
            flags: flags::ENDS_AT | if failed { flags::FAILED } else { 0 },
            duration_ms: millis(data.duration_ms.int()),
            name: out.strings.intern(&data.tool),
            ..self.event(EventKind::ToolCall, record)
        };
        let call = self.push(record, event, out);
        out.asked(call, data.input);
    }

    /// A tool that a called program reports is a step of its own where the loop wrote nothing (fizeau.md §3.2).
    fn progress(&mut self, record: &Record<'_>, out: &mut Sink) {
        let data = &record.line.data;
        self.did_work = true;
        if (&*data.phase, &*data.state) != ("tool", "complete") {
            let name = out.strings.intern(&format!("{} {}", &*data.phase, &*data.state));
            self.push(record, Event { name, flags: flags::ECHO, ..self.event(EventKind::Progress, record) }, out);
            return;
        }
        // The line has no field for it: its message ends in "done 2s" or "failed 2s".
        let failed = data.message.rsplit(' ').nth(1) == Some("failed");
        let event = Event {
            flags: flags::ENDS_AT | if failed { flags::FAILED } else { 0 },
            duration_ms: millis(data.duration_ms.int()),
            name: out.strings.intern(&data.tool_name),
            ..self.event(EventKind::ToolCall, record)
        };
        let call = self.push(record, event, out);
        out.tool_call(&data.tool_call_id, call, self.part);
        self.stand_ins.push(call);
    }

    fn count_tool(&mut self, failed: bool, out: &mut Sink) {
        self.did_work = true;
        let counts = &mut out.parts[usize::from(self.part)].counts;
        counts.tool_calls += 1;
        counts.tool_failures += u32::from(failed);
    }

    fn begin_loop(&mut self) {
        self.has_loop = true;
    }

    fn overridden(&mut self, record: &Record<'_>, out: &mut Sink) {
        let rejected = if &*record.line.kind == "rejected_override" { flags::FAILED } else { 0 };
        self.push(record, Event { flags: rejected, ..self.event(EventKind::Override, record) }, out);
        match super::overrides::read(record.bytes) {
            Some(override_) => self.overrides.push(override_),
            None => {
                let reason = "an override that cannot be decoded; not in the routing figures";
                out.problems.add(ProblemKind::BadField, Some(record.number), reason, record.bytes);
            }
        }
    }

    fn note_model(&mut self, model: &str) {
        if !model.is_empty() && !self.models.iter().any(|known| known == model) {
            self.models.push(model.to_owned());
        }
    }

    /// Decides what could not be decided line by line, and writes the session's summary.
    pub fn finish(mut self, out: &mut Sink) {
        for index in std::mem::take(&mut self.stand_ins) {
            let Some(event) = out.events.get(index) else { continue };
            match (self.has_loop, event.kind) {
                (true, EventKind::ToolCall) => out.events.set_kind(index, EventKind::Progress),
                (false, EventKind::ToolCall) => self.count_tool(event.has(flags::FAILED), out),
                (false, _) => out.parts[usize::from(self.part)].counts.responses += 1,
                (true, _) => {}
            }
            if self.has_loop {
                out.events.set_flag(index, flags::ECHO);
            }
        }
        // Condensed logs leave the request lines out; each answer stands for one all the same.
        let counts = &mut out.parts[usize::from(self.part)].counts;
        if self.has_loop {
            counts.requests =
                Reported::new(counts.requests.get().map_or(counts.responses, |count| count.max(counts.responses)));
        }
        self.add_totals(out);
        if let (None, Some(end)) = (&self.start, &self.end) {
            let reason = "the end of a session that no line started; in no total";
            out.problems.add(ProblemKind::Orphan, Some(end.place.1), reason, b"");
        }
        let reference = std::mem::take(&mut self.reference).finish();
        let index = usize::from(self.part);
        let part = std::mem::take(&mut out.parts[index]);
        out.parts[index] = self.summary(part, reference, out);
    }

    /// The totals of `session.end` replace the sum of the responses (token-coverage.md R3, DESIGN §4).
    fn add_totals(&mut self, out: &mut Sink) {
        let Some(end) = &self.end else { return };
        let is_success = end.status == "success";
        let (harness, provider) = self.start.as_ref().map_or(("", ""), |start| (&*start.harness, &*start.provider));
        let (convention, assumed) = end.written.convention(harness, provider);
        out.parts[usize::from(self.part)].is_convention_assumed = assumed;
        let scope = Scope::Aggregate;
        let (tokens, is_clamped) = match end.is_missing {
            true => Default::default(),
            false => end.written.tokens(convention, scope, end.place, out),
        };
        let model = out.strings.intern(self.model());
        let mut row = self.usage_row(end.event, scope, end.at, model, tokens, end.cost);
        row.is_clamped = is_clamped;
        if !end.is_missing && is_partial(&end.written, self.duration().get(), is_success) {
            row.finality = Finality::Partial;
        }
        out.usage.push(row);
    }

    /// start.model, else end.model (fizeau.md §7).
    fn model(&self) -> &str {
        let of_start = self.start.as_ref().map_or("", |start| &start.model);
        let of_end = self.end.as_ref().map_or("", |end| &end.model);
        if of_start.is_empty() { of_end } else { of_start }
    }

    /// duration_ms, else end − start (fizeau.md §7).
    fn duration(&self) -> Reported<u64> {
        let written = self.end.as_ref().and_then(|end| end.duration_ms).filter(|ms| *ms > 0);
        let started = self.start.as_ref().and_then(|start| start.at).or(self.first_at);
        let ended = self.end.as_ref().map_or(self.last_at, |end| end.at);
        let measured = || Some(ended?.ms_since(started?)).filter(|ms| *ms >= 0);
        written.or_else(measured).map(|ms| ms as u64).into()
    }

    fn summary(self, part: SessionPart, reference: ReferenceRow, out: &Sink) -> SessionPart {
        let start = self.start.as_ref();
        let id = start.map(|start| start.id.clone()).filter(|id| !id.is_empty()).unwrap_or(self.first_id.clone());
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let provider = start.and_then(|start| text(&start.provider).or_else(|| text(&start.selected_provider)));
        let mut models = Vec::new();
        for model in std::iter::once(self.model()).chain(self.models.iter().map(String::as_str)) {
            if !model.is_empty() && !models.iter().any(|known| known == model) {
                models.push(model.to_owned());
            }
        }
        let mut facts = Vec::new();
        if let Some(route) = start.and_then(|start| text(&start.route)) {
            facts.push(Fact::new("Route", route));
        }
        if let Some(error) = self.end.as_ref().and_then(|end| text(&end.error)) {
            facts.push(Fact::new("Error", error));
        }
        let word = self.end.as_ref().map_or("", |end| &end.status);
        SessionPart {
            id: text(&id).unwrap_or_else(|| stem(out.meta.name()).to_owned()),
            harness: start.and_then(|start| text(&start.harness)),
            provider,
            models,
            project: start.and_then(|start| start.project.clone()),
            title: start.and_then(|start| start.title.clone()),
            status: if self.end.is_some() { status_of(word) } else { Status::Incomplete },
            status_word: word.to_owned(),
            has_outcome: true,
            is_orphan: start.is_none() && self.end.is_some(),
            started: start.and_then(|start| start.at).or(self.first_at),
            ended: self.end.as_ref().map_or(self.last_at, |end| end.at),
            duration_ms: self.duration(),
            join: start.and_then(|start| start.attempt.clone()),
            facts,
            routing: start.map(|_| RoutingFacts { overrides: self.overrides.clone() }),
            reference: Some(reference),
            ..part
        }
    }
}
