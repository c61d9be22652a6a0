//! What `codex exec --json` prints while it runs (codex.md §7): no times, mostly no model, usage for whole turns.

use super::counts::{Place, TurnUsage, counts_of};
use super::line::{Failure, Line as Envelope, Usage, mcp_name};
use crate::formats::Sink;
use crate::formats::lenient::{Field, List, Num, Presence, Raw, Str, flat, read_or_empty};
use crate::formats::records::Object;
use crate::formats::terms::stem;
use crate::model::{Event, EventKind, Map, NO_LINK, ProblemKind, Relation, SessionPart, Status, StrId, flags};
use std::borrow::Cow;

flat! {
    struct Line<'a> {
        "type" => kind: Str<'a>,
        "thread_id" => thread_id: Str<'a>,
        "item" => item: Item<'a>,
        "usage" => usage: Usage<'a>,
        "data" => data: Wrapped<'a>,
        "result" => result: Wrapped<'a>,
        "response" => response: Wrapped<'a>,
        "model" => model: Str<'a>,
    }
}

flat! {
    /// Where older dumps keep the usage.
    struct Wrapped<'a> {
        "usage" => usage: Usage<'a>,
    }
}

flat! {
    struct Item<'a> {
        "id" => id: Str<'a>,
        "type" => kind: Str<'a>,
        "item_type" => item_type: Str<'a>,
        "server" => server: Str<'a>,
        "tool" => tool: Str<'a>,
        "status" => status: Str<'a>,
        "exit_code" => exit_code: Num,
        "error" => error: List<'a, Failure<'a>>,
        "command" => command: Raw<'a>,
        "arguments" => arguments: Raw<'a>,
        "changes" => changes: Raw<'a>,
        "items" => items: Raw<'a>,
        "query" => query: Raw<'a>,
    }
}

#[derive(Clone)]
pub struct Stream {
    part: u16,
    thread: Option<String>,
    /// Calls by item, waiting for their end; [`NO_LINK`] for plans, which are whole at once.
    calls: Map<Box<str>, u32>,
    usage: TurnUsage,
    model: StrId,
    status: Status,
}

impl Stream {
    pub fn new(out: &mut Sink) -> Self {
        out.parts.push(SessionPart::default());
        Self {
            part: (out.parts.len() - 1) as u16,
            thread: None,
            calls: Map::default(),
            usage: TurnUsage::default(),
            model: StrId::NONE,
            status: Status::Unknown,
        }
    }

    pub fn object(&mut self, object: &Object<'_, Envelope<'_>>, out: &mut Sink) {
        let line: Line<'_> = read_or_empty(object.bytes);
        match &*line.kind {
            "thread.started" => {
                self.thread = self.thread.take().or(line.thread_id.some().map(str::to_owned));
                self.push(EventKind::SessionStart, 0, &line.kind, object, out);
            }
            "turn.started" => {
                self.status = Status::Pending;
                self.push(EventKind::Progress, 0, &line.kind, object, out);
            }
            "turn.completed" => {
                self.status = Status::Success;
                self.turn(&line, object, out);
            }
            "turn.failed" => {
                self.status = Status::Failed;
                self.push(EventKind::Error, flags::FAILED, &line.kind, object, out);
            }
            "error" => {
                self.push(EventKind::Error, flags::FAILED, &line.kind, object, out);
            }
            "item.started" => self.item_started(&line.item, object, out),
            "item.updated" => self.item_updated(&line.item, object, out),
            "item.completed" => self.item_completed(&line.item, object, out),
            word => {
                out.problems.unknown("type", word, object.number, object.bytes);
                self.push(EventKind::Other, 0, word, object, out);
            }
        }
    }

    fn push(&self, kind: EventKind, flags: u8, name: &str, object: &Object<'_, Envelope<'_>>, out: &mut Sink) -> u32 {
        let name = out.strings.intern(name);
        out.event(Event { flags, name, ..Event::new(kind, self.part, object.span, object.number) })
    }

    fn call(&self, flags: u8, item: &Item<'_>, object: &Object<'_, Envelope<'_>>, out: &mut Sink) -> u32 {
        let call = self.push(EventKind::ToolCall, flags, &item.name(), object, out);
        let asked = [item.command, item.arguments, item.changes, item.items, item.query];
        out.asked(call, asked.into_iter().find(|input| input.some().is_some()).unwrap_or_default());
        call
    }

    fn turn(&mut self, line: &Line<'_>, object: &Object<'_, Envelope<'_>>, out: &mut Sink) {
        let event = self.push(EventKind::Usage, flags::ECHO, &line.kind, object, out);
        if line.model.some().is_some() {
            self.model = out.strings.intern(&line.model);
        }
        let usages = [&line.usage, &line.data.usage, &line.result.usage, &line.response.usage];
        let usage = usages.into_iter().find(|usage| usage.is_given()).unwrap_or(&line.usage);
        let (number, bytes) = (object.number, object.bytes);
        let place = Place { event, part: self.part, at: None, model: self.model, number, bytes };
        self.usage.add(usage, &place, out);
    }

    fn item_started(&mut self, item: &Item<'_>, object: &Object<'_, Envelope<'_>>, out: &mut Sink) {
        if item.kind() != EventKind::ToolCall {
            self.push(EventKind::Progress, flags::ECHO, item.word(), object, out);
            return;
        }
        let call = self.call(0, item, object, out);
        if let Some(id) = item.id.some() {
            self.calls.insert(id.into(), if item.is_plan() { NO_LINK } else { call });
        }
    }

    /// A plan is one item for the whole turn: each of its updates was a call.
    fn item_updated(&self, item: &Item<'_>, object: &Object<'_, Envelope<'_>>, out: &mut Sink) {
        match item.is_plan() {
            true => self.call(0, item, object, out),
            false => self.push(EventKind::Progress, flags::ECHO, item.word(), object, out),
        };
    }

    fn item_completed(&mut self, item: &Item<'_>, object: &Object<'_, Envelope<'_>>, out: &mut Sink) {
        let (kind, name) = (item.kind(), item.name());
        let failed = if item.is_failed() || kind == EventKind::Error { flags::FAILED } else { 0 };
        let call = item.id.some().and_then(|id| self.calls.remove(id)).filter(|_| kind == EventKind::ToolCall);
        match call {
            None if kind == EventKind::ToolCall => _ = self.call(failed, item, object, out),
            None => _ = self.push(kind, failed, &name, object, out),
            Some(NO_LINK) => _ = self.push(EventKind::Progress, flags::ECHO, &name, object, out),
            Some(call) => {
                let result = self.push(EventKind::ToolResult, failed, &name, object, out);
                out.events.set_link(result, call);
                out.events.set_link(call, result);
                out.events.set_flag(call, failed);
            }
        }
    }

    pub fn finish(self, out: &mut Sink) {
        for call in self.calls.values().filter(|_| self.status == Status::Pending) {
            out.events.set_flag(*call, flags::PENDING);
        }
        let is_cut = out.problems.as_slice().iter().any(|problem| problem.kind == ProblemKind::Truncated);
        let model = out.strings.get(self.model).to_owned();
        let id = self.thread.clone().unwrap_or_else(|| stem(out.meta.name()).to_owned());
        out.parts[usize::from(self.part)] = SessionPart {
            id,
            harness: Some("codex".to_owned()),
            models: Some(model).filter(|model| !model.is_empty()).into_iter().collect(),
            status: if is_cut { Status::Truncated } else { self.status },
            has_outcome: true,
            counts: counts_of(self.part, out),
            relation: Relation::Stream,
            join: self.thread,
            ..SessionPart::default()
        };
    }
}

impl Item<'_> {
    fn word(&self) -> &str {
        self.kind.some().or(self.item_type.some()).unwrap_or("")
    }

    /// Tools are called as in rollouts, so that both count as one tool.
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self.word() {
            "command_execution" => "shell",
            "file_change" => "apply_patch",
            "todo_list" => "update_plan",
            "mcp_tool_call" if self.server.some().is_some() && self.tool.some().is_some() => {
                return Cow::Owned(mcp_name(&["mcp__", &self.server].concat(), &self.tool));
            }
            word => self.tool.some().unwrap_or(word),
        })
    }

    fn is_plan(&self) -> bool {
        self.word() == "todo_list"
    }

    fn kind(&self) -> EventKind {
        match self.word() {
            "agent_message" | "assistant_message" => EventKind::Response,
            "reasoning" => EventKind::Thinking,
            "error" => EventKind::Error,
            _ => EventKind::ToolCall,
        }
    }

    fn is_failed(&self) -> bool {
        let has_code = self.exit_code.int().is_some_and(|code| code != 0);
        has_code || &*self.status == "failed" || self.error.presence() == Presence::Given
    }
}
