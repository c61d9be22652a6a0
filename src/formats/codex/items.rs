//! `response_item` lines: the transcript (codex.md §3, T1-T4).

use super::line::{Record, mcp_name};
use super::output::{Verdict, is_false};
use super::prompt::UserMessage;
use super::rollout::{Call, Rollout};
use crate::formats::Sink;
use crate::formats::terms::millis;
use crate::model::{Event, EventKind, NO_LINK, ProblemKind, Reported, Spawn, flags};

impl Rollout {
    pub(super) fn response_item(&mut self, record: &Record<'_>, out: &mut Sink) {
        let payload = &record.payload;
        let word = &*payload.kind;
        if !word.contains("compaction") && word != "ghost_snapshot" {
            self.compaction = None;
        }
        match word {
            "message" => self.item_message(record, out),
            "reasoning" => {
                self.assistant(EventKind::Thinking, record, out);
            }
            "function_call" if payload.namespace.starts_with("mcp__") => {
                self.call(&mcp_name(&payload.namespace, &payload.name), record, out);
            }
            "function_call" | "custom_tool_call" => self.call(&payload.name, record, out),
            "local_shell_call" => self.call("shell", record, out),
            "web_search_call" | "tool_search_call" | "image_generation_call" => {
                self.call(word.trim_end_matches("_call"), record, out);
            }
            "function_call_output" | "custom_tool_call_output" | "tool_search_output" | "mcp_tool_call_output" => {
                self.output(record, out);
            }
            "agent_message" => {
                self.push(self.event(EventKind::System, record), record, out);
            }
            "compaction" | "context_compaction" | "compaction_summary" => self.compaction_event(record, out),
            "ghost_snapshot" | "compaction_trigger" => {
                self.quiet(EventKind::Progress, record, out);
            }
            _ => self.unknown(record, out),
        }
    }

    fn item_message(&mut self, record: &Record<'_>, out: &mut Sink) {
        self.has_items = true;
        match &*record.payload.role {
            "assistant" => {
                self.assistant(EventKind::Response, record, out);
            }
            "user" => {
                self.user(record, out);
            }
            _ => {
                self.push(self.event(EventKind::System, record), record, out);
            }
        }
    }

    /// A user message: a prompt, unless a person typed none of it (codex.md T2).
    pub(super) fn user(&mut self, record: &Record<'_>, out: &mut Sink) -> u32 {
        let UserMessage { prompt, cwd } = UserMessage::of(record.bytes);
        if self.about.cwd.is_empty() {
            self.about.cwd = cwd.unwrap_or_default();
        }
        let Some(text) = prompt else {
            return self.push(self.event(EventKind::System, record), record, out);
        };
        let index = self.push(self.event(EventKind::Prompt, record), record, out);
        let is_derived = self.origin.is_derived();
        if !self.talk().prompt(index, &text, is_derived) {
            out.events.set_flag(index, flags::ECHO);
        }
        index
    }

    pub(super) fn assistant(&mut self, kind: EventKind, record: &Record<'_>, out: &mut Sink) -> u32 {
        let index = self.push(Event { model: self.model, ..self.event(kind, record) }, record, out);
        self.talk().item(index);
        index
    }

    fn call(&mut self, name: &str, record: &Record<'_>, out: &mut Sink) {
        let payload = &record.payload;
        let event = Event {
            name: out.strings.intern(name),
            model: self.model,
            flags: if &*payload.status == "failed" { flags::FAILED } else { 0 },
            ..self.event(EventKind::ToolCall, record)
        };
        let index = self.push(event, record, out);
        self.talk().item(index);
        out.tool_call(&payload.call_id, index, self.part);
        let asked = [payload.arguments, payload.input, payload.action];
        out.asked(index, asked.into_iter().find(|input| input.some().is_some()).unwrap_or_default());
        if let Some(id) = payload.call_id.some() {
            // Searches and images come with their result.
            let is_done = matches!(&*payload.kind, "web_search_call" | "image_generation_call");
            self.calls.insert(id.into(), Call { event: index, at: record.at, is_done });
        }
    }

    fn output(&mut self, record: &Record<'_>, out: &mut Sink) {
        let payload = &record.payload;
        let verdict = Verdict::of(record.bytes);
        let is_failed = verdict.is_failed || is_false(payload.success) || &*payload.status == "failed";
        let call = payload.call_id.some().and_then(|id| self.calls.get_mut(id));
        let found = call.as_ref().and_then(|call| out.events.get(call.event));
        let event = Event {
            name: found.map_or(Default::default(), |call| call.name),
            flags: if is_failed { flags::FAILED } else { 0 },
            duration_ms: verdict.duration_ms,
            link: call.as_ref().map_or(NO_LINK, |call| call.event),
            ..Event::new(EventKind::ToolResult, self.part, record.span, record.number)
        };
        let Some((call, found)) = call.zip(found) else {
            self.push(Event { at: record.at, ..event }, record, out);
            let reason = "a tool result that no call started";
            return out.problems.add(ProblemKind::Orphan, Some(record.number), reason, record.bytes);
        };
        call.is_done = true;
        let (call, begun) = (call.event, call.at);
        let index = self.push(Event { at: record.at, ..event }, record, out);
        out.events.set_link(call, index);
        if is_failed {
            out.events.set_flag(call, flags::FAILED);
        } else if found.has(flags::FAILED) {
            out.events.set_flag(index, flags::FAILED);
        }
        let measured = || millis(Some(record.at?.ms_since(begun?)));
        if let Some(duration) = verdict.duration_ms.or(found.duration_ms).or_else(measured) {
            out.events.set_duration(call, duration);
        }
        if let Some(child) = verdict.agent.filter(|_| out.strings.get(found.name).ends_with("spawn_agent")) {
            self.spawned(call, &child, out);
        }
    }

    /// A call that started another thread; several lines may tell of it (codex.md §9).
    pub(super) fn spawned(&self, event: u32, child: &str, out: &mut Sink) {
        if child.is_empty() || out.spawns.iter().any(|spawn| spawn.child == child) {
            return;
        }
        out.spawns.push(Spawn {
            event,
            part: self.part,
            child: child.to_owned(),
            total_tokens: Reported::NOT_RECORDED,
            duration_ms: Reported::NOT_RECORDED,
            tool_calls: Reported::NOT_RECORDED,
        });
    }
}
