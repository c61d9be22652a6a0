//! `event_msg` lines: what the program showed while it ran. Most of it repeats the transcript (codex.md §3).

use super::line::Record;
use super::output::is_false;
use super::rollout::{Rollout, Task};
use crate::formats::Sink;
use crate::formats::lenient::{Field, Presence};
use crate::model::{Event, EventKind, NO_LINK, flags};

/// Events that repeat an item, or tell of things that are no step.
const QUIET: [&str; 40] = [
    "account/rateLimits/updated",
    "agent_message_content_delta",
    "agent_message_delta",
    "agent_reasoning_delta",
    "agent_reasoning_section_break",
    "codex/event/raw_item",
    "collab_agent_interaction_begin",
    "collab_agent_spawn_begin",
    "collab_close_begin",
    "collab_resume_begin",
    "collab_waiting_begin",
    "elicitation_request",
    "exec_approval_request",
    "exec_command_begin",
    "exec_command_output_delta",
    "apply_patch_approval_request",
    "dynamic_tool_call_request",
    "guardian_assessment",
    "hook_completed",
    "hook_started",
    "image_generation_begin",
    "item_completed",
    "item_started",
    "item_updated",
    "mcp_startup_complete",
    "mcp_startup_update",
    "mcp_tool_call_begin",
    "patch_apply_begin",
    "patch_apply_updated",
    "plan_delta",
    "plan_update",
    "raw_response_item",
    "reasoning_content_delta",
    "session_configured",
    "skills_update_available",
    "terminal_interaction",
    "thread_goal_updated",
    "thread_settings_applied",
    "turn_diff",
    "web_search_begin",
];

const TASKS: [&str; 5] = ["task_started", "turn_started", "task_complete", "turn_complete", "turn_aborted"];

impl Rollout {
    pub(super) fn message(&mut self, record: &Record<'_>, out: &mut Sink) {
        let payload = &record.payload;
        match &*payload.kind {
            "user_message" => self.stand_in(|own, out| own.said_by_user(record, out), out),
            "agent_message" => self.stand_in(|own, out| own.said(EventKind::Response, record, out), out),
            "agent_reasoning" | "agent_reasoning_raw_content" => {
                self.stand_in(|own, out| own.said(EventKind::Thinking, record, out), out);
            }
            "token_count" => self.token_count(record, out),
            "error" | "stream_error" => self.report(EventKind::Error, record, out),
            "turn.completed" | "turn.failed" => self.turn_end(record, out),
            "context_compacted" => self.compaction_event(record, out),
            "thread_rolled_back" => {
                let event = self.push(self.event(EventKind::Progress, record), record, out);
                let turns = record.details().num_turns.int().and_then(|turns| usize::try_from(turns).ok()).unwrap_or(0);
                self.items.roll_back(turns, event);
                self.messages.roll_back(turns, event);
            }
            "thread_name_updated" => {
                let payload = record.details();
                // A copied line names the parent.
                let own = self.origin.header.as_ref().and_then(|header| header.id.as_deref());
                if payload.thread_id.some().is_none_or(|id| own == Some(id)) {
                    self.name = payload.thread_name.some().map(str::to_owned);
                }
                self.quiet(EventKind::Progress, record, out);
            }
            "collab_agent_spawn_end" | "sub_agent_activity" => self.sub_agent(record, out),
            "warning"
            | "guardian_warning"
            | "background_event"
            | "deprecation_notice"
            | "entered_review_mode"
            | "exited_review_mode"
            | "undo_started"
            | "undo_completed"
            | "model_reroute"
            | "shutdown_complete" => self.report(EventKind::Progress, record, out),
            word if TASKS.contains(&word) => self.task(record, out),
            word if QUIET.contains(&word) => {
                self.quiet(EventKind::Progress, record, out);
            }
            word if word.ends_with("_end") || matches!(word, "dynamic_tool_call_response" | "view_image_tool_call") => {
                self.tool_end(record, out);
            }
            _ => self.unknown(record, out),
        }
    }

    /// A task begins or ends (codex.md §9).
    fn task(&mut self, record: &Record<'_>, out: &mut Sink) {
        let payload = &record.details();
        match &*record.payload.kind {
            "task_started" | "turn_started" => {
                let event = self.push(self.event(EventKind::Progress, record), record, out);
                self.turn_id(payload, event, out);
                self.note_window(payload.context_window);
                self.items.task_started(event);
                self.messages.task_started(event);
                self.task = Task::Started(event);
            }
            "task_complete" | "turn_complete" => {
                let has_error = matches!(payload.error.presence(), Presence::Given);
                self.report(if has_error { EventKind::Error } else { EventKind::Progress }, record, out);
                self.task = Task::Complete;
            }
            _ => {
                self.report(EventKind::Progress, record, out);
                self.items.aborted();
                self.messages.aborted();
                self.task = Task::Aborted;
            }
        }
    }

    /// A step that is no part of the conversation.
    fn report(&mut self, kind: EventKind, record: &Record<'_>, out: &mut Sink) {
        let flags = if kind == EventKind::Error { flags::FAILED } else { 0 };
        self.push(Event { flags, ..self.event(kind, record) }, record, out);
    }

    /// What counts only where the file has no items (codex.md T1).
    fn stand_in(&mut self, push: impl FnOnce(&mut Self, &mut Sink) -> u32, out: &mut Sink) {
        let index = push(self, out);
        self.stand_ins.push(index);
    }

    fn said(&mut self, kind: EventKind, record: &Record<'_>, out: &mut Sink) -> u32 {
        if self.has_items {
            return self.quiet(kind, record, out);
        }
        self.compaction = None;
        self.assistant(kind, record, out)
    }

    fn said_by_user(&mut self, record: &Record<'_>, out: &mut Sink) -> u32 {
        if self.has_items {
            return self.quiet(EventKind::Prompt, record, out);
        }
        self.compaction = None;
        self.user(record, out)
    }

    fn token_count(&mut self, record: &Record<'_>, out: &mut Sink) {
        let payload = &record.details();
        let event = self.quiet(EventKind::Usage, record, out);
        self.note_window(payload.context_window);
        self.note_window(payload.info.context_window);
        let place = self.place(event, record);
        let talk = if self.has_items { &mut self.items } else { &mut self.messages };
        self.counting.token_count(payload, &place, &mut talk.open, out);
    }

    /// The end of a turn as old dumps have it, with the usage of all its requests (codex.md §7).
    fn turn_end(&mut self, record: &Record<'_>, out: &mut Sink) {
        let is_failed = &*record.payload.kind == "turn.failed";
        self.report(if is_failed { EventKind::Error } else { EventKind::Progress }, record, out);
        self.task = Task::Complete;
        let event = out.events.len() as u32 - 1;
        let place = self.place(event, record);
        self.counting.turn(&record.details().usage, &place, out);
    }

    /// The program's own word on a call: it failed, it took so long.
    fn tool_end(&mut self, record: &Record<'_>, out: &mut Sink) {
        let payload = &record.details();
        let Some(call) = payload.call_id.some().and_then(|id| self.calls.get(id)) else {
            return self.report(EventKind::Progress, record, out);
        };
        let call = call.event;
        let is_failed = is_false(payload.success)
            || payload.exit_code.int().is_some_and(|code| code != 0)
            || payload.result.err.presence() == Presence::Given
            || payload.result.ok.is_error.is_true;
        if is_failed {
            out.events.set_flag(call, flags::FAILED);
            let result = out.events.get(call).map(|call| call.link).filter(|link| *link != NO_LINK);
            if let Some(result) = result {
                out.events.set_flag(result, flags::FAILED);
            }
        }
        if let Some(duration) = payload.duration.ms() {
            out.events.set_duration(call, duration);
        }
        if &*record.payload.kind == "patch_apply_end" {
            // It alone tells which lines were changed.
            let end = self.quiet(EventKind::ToolResult, record, out);
            out.events.set_link(end, call);
        } else {
            self.quiet(EventKind::Progress, record, out);
        }
    }

    /// Word of another thread: it was started, it is at work (codex.md §9).
    fn sub_agent(&mut self, record: &Record<'_>, out: &mut Sink) {
        let payload = record.details();
        match (&*record.payload.kind, &*payload.word) {
            ("collab_agent_spawn_end", _) => self.started(&payload.call_id, &payload.new_thread_id, record, out),
            (_, "started") => self.started(&payload.event_id, &payload.agent_thread_id, record, out),
            _ => self.report(EventKind::Progress, record, out),
        }
    }

    fn started(&mut self, call: &str, child: &str, record: &Record<'_>, out: &mut Sink) {
        let call = self.calls.get(call).map(|call| call.event);
        let flags = if call.is_some() { flags::ECHO } else { 0 };
        let event = self.push(Event { flags, ..self.event(EventKind::SubAgentStart, record) }, record, out);
        self.spawned(call.unwrap_or(event), child, out);
    }
}
