//! Lines beside the conversation: the harness, progress, attachments, titles, and the lines of stream-json (claude-code.md
//! §3, §9).

use super::calls::Told;
use super::decoder::ClaudeDecoder;
use super::record::Record;
use super::said;
use crate::formats::Sink;
use crate::formats::terms::millis;
use crate::model::{Event, EventKind, TitleHint, TitleOf, TitleOrigin, flags, hash_of};

/// Types of lines that only keep the state of the program.
const STATE: [&str; 14] = [
    "file-history-snapshot",
    "last-prompt",
    "mode",
    "permission-mode",
    "agent-name",
    "agent-setting",
    "pr-link",
    "frame-link",
    "started",
    "result",
    "relocated",
    "worktree-state",
    "bridge-session",
    "atis-latch",
];

/// Attachments that say something to a reader; the rest reminds the model, or lists what it may use.
const TELLING: [&str; 12] = [
    "file",
    "edited_text_file",
    "nested_memory",
    "compact_file_reference",
    "hook_additional_context",
    "hook_blocking_error",
    "hook_non_blocking_error",
    "hook_system_message",
    "invoked_skills",
    "plan_mode",
    "plan_mode_exit",
    "task_status",
];

impl ClaudeDecoder {
    /// Any line but those of users and answers.
    pub(super) fn other(&mut self, record: &Record<'_>, out: &mut Sink) {
        let line = &record.line;
        match &*line.kind {
            "system" => self.system(record, out),
            "progress" => self.progress(record, out),
            "attachment" => self.attachment(record, out),
            "queue-operation" => {
                if &*line.operation == "enqueue" {
                    self.calls.queued(&line.content, record.part);
                }
                let name = out.strings.intern(&line.operation);
                let event = Event { name, ..record.event(EventKind::System) };
                self.queue.operate(&line.operation, &line.content, event, out);
            }
            "summary" => {
                if let Some(leaf) = line.leaf.some() {
                    let of = TitleOf::Line(hash_of(&[leaf]));
                    let text = said::title_of(&line.summary).unwrap_or_default();
                    out.titles.push(TitleHint { of, text, origin: TitleOrigin::Generated });
                }
                self.noise(&line.kind, record, out);
            }
            "custom-title" => {
                self.sessions.header(record.part).renamed(&line.custom_title);
                self.noise(&line.kind, record, out);
            }
            "ai-title" => {
                self.sessions.header(record.part).generated_title = said::title_of(&line.ai_title);
                self.noise(&line.kind, record, out);
            }
            "result" if line.stream_session.some().is_some() => self.totals(record, out),
            "stream_event" => {
                out.event(Event { flags: flags::ECHO, ..record.event(EventKind::Delta) });
            }
            kind if STATE.contains(&kind) => self.noise(kind, record, out),
            kind => {
                out.problems.unknown("type", kind, record.number, record.bytes);
                let name = out.strings.intern(kind);
                out.event(Event { name, ..record.event(EventKind::Other) });
            }
        }
    }

    fn noise(&self, word: &str, record: &Record<'_>, out: &mut Sink) {
        let event = record.event(EventKind::System);
        let name = out.strings.intern(word);
        out.event(Event { name, flags: event.flags | flags::ECHO, ..event });
    }

    fn system(&mut self, record: &Record<'_>, out: &mut Sink) {
        let line = &record.line;
        let name = out.strings.intern(&line.subtype);
        match &*line.subtype {
            "compact_boundary" => self.compactions.boundary(record, out),
            "api_error" | "error" => {
                let event = record.event(EventKind::Error);
                out.event(Event { name, flags: event.flags | flags::FAILED, ..event });
            }
            "init" => {
                let model = out.strings.intern(&line.model);
                out.event(Event { name, model, ..record.event(EventKind::SessionStart) });
            }
            "local_command" => {
                if let Some(("/rename", title)) = said::command(line.content.trim()) {
                    self.sessions.header(record.part).renamed(title);
                }
                self.noise("local-command", record, out);
            }
            "turn_duration" | "stop_hook_summary" | "session_start" => {
                let event = record.event(EventKind::System);
                let duration_ms = millis(line.duration_ms.int());
                let flags = event.flags | flags::ECHO | if duration_ms.is_some() { flags::ENDS_AT } else { 0 };
                out.event(Event { name, duration_ms, flags, ..event });
            }
            _ => {
                out.event(Event { name, ..record.event(EventKind::System) });
            }
        }
    }

    fn progress(&mut self, record: &Record<'_>, out: &mut Sink) {
        let event = record.event(EventKind::Progress);
        let data = record.line.data.get();
        let name = out.strings.intern(data.map_or("", |data| &data.kind));
        if let Some(data) = data.filter(|data| &*data.kind == "agent_progress") {
            self.calls.told(&record.line.parent_call, &data.agent, Told::Progress, record.part);
            if let Some(carried) = data.carried.get().filter(|_| data.agent.some().is_some()) {
                return self.carried(record, &data.agent, carried, name, out);
            }
        }
        out.event(Event { name, flags: event.flags | flags::ECHO, ..event });
    }

    fn attachment(&mut self, record: &Record<'_>, out: &mut Sink) {
        let attachment = record.line.attachment.get();
        let kind = attachment.map_or("", |attachment| &attachment.kind);
        let queued = attachment.filter(|_| kind == "queued_command");
        if queued.is_some_and(|queued| self.queued(record, queued, out)) {
            return;
        }
        let event = record.event(EventKind::System);
        let echo = if TELLING.contains(&kind) { 0 } else { flags::ECHO };
        let name = out.strings.intern(kind);
        out.event(Event { name, flags: event.flags | echo, ..event });
    }
}
