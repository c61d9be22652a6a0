//! What happened, under the names of the run stream (codetether.md §5), the thread log (§4) and the session events (§1).

use super::line::Record;
use super::state::{Here, State};
use super::usage::RUN_TOTAL;
use super::variant::Variant;
use crate::formats::Sink;
use crate::formats::lenient::{Field, Presence};
use crate::formats::terms::millis;
use crate::formats::title::title_of;
use crate::model::{Anchor, Event, EventKind, NO_LINK, Status, StrId, flags, hash_of};

/// What a line of any of the three tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    RunStart,
    RunEnd,
    RunFailed,
    TurnStart,
    TurnEnd,
    TurnFailed,
    ItemStart,
    /// The end of an item; its text, if any, stands in a line of its own.
    ItemEnd,
    Delta,
    /// The full text of an item.
    Text,
    Thinking,
    ToolStart,
    ToolEnd,
    /// More about a call: output so far, metadata, or the same call as a command or patch.
    ToolNote,
    /// Said by the harness.
    Notice,
    Retry,
    Progress,
    /// Worth nothing in a transcript.
    Mark,
    Error,
}

impl Step {
    /// Of a run's standard output; `kind` without `run.` (codetether.md §5).
    pub fn of_run(kind: &str) -> Option<Self> {
        Some(match kind {
            "started" => Self::RunStart,
            "completed" => Self::RunEnd,
            "failed" => Self::RunFailed,
            "item_started" => Self::ItemStart,
            "item_completed" => Self::ItemEnd,
            "text_chunk" => Self::Delta,
            "text_complete" => Self::Text,
            "tool_call_started" => Self::ToolStart,
            "tool_call_completed" => Self::ToolEnd,
            "tool_call_metadata" | "command_started" | "command_completed" | "patch_started" | "patch_completed" => {
                Self::ToolNote
            }
            "patch_approval_required" | "approval_requested" | "approval_decided" => Self::Notice,
            _ => return None,
        })
    }

    /// Of a thread log (codetether.md §4).
    pub fn of_thread(kind: &str) -> Option<Self> {
        Some(match kind {
            "turn.started" => Self::TurnStart,
            "turn.completed" => Self::TurnEnd,
            "turn.failed" => Self::TurnFailed,
            "turn.done" => Self::Mark,
            "item.started" => Self::ItemStart,
            "item.delta" => Self::Delta,
            "item.completed" => Self::Text,
            "tool.started" => Self::ToolStart,
            "tool.completed" => Self::ToolEnd,
            "tool.output_chunk" | "tool.metadata" | "command.started" | "command.completed" | "patch.started"
            | "patch.completed" => Self::ToolNote,
            "patch.approval_required" | "approval.requested" | "approval.decided" => Self::Notice,
            "stream.retry" => Self::Retry,
            _ => return None,
        })
    }

    /// Of a session event that needs no treatment of its own (codetether.md §1).
    pub fn of_variant(variant: Variant) -> Self {
        match variant {
            Variant::ToolCallStart => Self::ToolStart,
            Variant::ToolCallComplete => Self::ToolEnd,
            Variant::ToolOutputChunk | Variant::ToolCallMetadata | Variant::ToolHeartbeat => Self::ToolNote,
            Variant::TextChunk => Self::Delta,
            Variant::TextComplete => Self::Text,
            Variant::ThinkingComplete => Self::Thinking,
            Variant::ApprovalRequest | Variant::RlmSubcallFallback => Self::Notice,
            Variant::StreamRetry => Self::Retry,
            Variant::Error => Self::Error,
            Variant::Thinking | Variant::PlayBreak | Variant::SessionSync | Variant::Done => Self::Mark,
            _ => Self::Progress,
        }
    }
}

impl State {
    /// Takes in one step; `word` is the log's own name for it.
    pub fn step(&mut self, step: Step, word: &str, fields: &Record<'_>, here: Here<'_>, out: &mut Sink) {
        match step {
            Step::RunStart => _ = self.note(EventKind::SessionStart, 0, word, here, out),
            Step::RunEnd | Step::RunFailed => self.run_end(step == Step::RunEnd, word, fields, here, out),
            Step::TurnStart => self.turn_start(word, fields, here, out),
            Step::TurnEnd => {
                (self.status, self.has_outcome) = (Status::Success, true);
                let is_new = fields.response.some().is_some() && !self.has_answer;
                let (kind, flags) = if is_new { (EventKind::Response, 0) } else { (EventKind::Progress, flags::ECHO) };
                let event = self.event(kind, word, here, out);
                self.push_said(Event { flags, ..event }, &fields.response, out);
            }
            Step::TurnFailed => {
                (self.status, self.has_outcome) = (Status::Failed, true);
                // A failed turn may be reported twice (codetether.md §4).
                let is_new = self.failed_turns.insert(self.turn);
                let flags = flags::FAILED | if is_new { 0 } else { flags::ECHO };
                let event = self.event(EventKind::Error, word, here, out);
                self.push_said(Event { flags, ..event }, &fields.error, out);
            }
            Step::ItemStart | Step::ItemEnd | Step::Delta | Step::Text => self.item(step, word, fields, here, out),
            Step::Thinking => _ = self.said(EventKind::Thinking, word, &fields.text, here, out),
            Step::ToolStart => {
                let event = self.event(EventKind::ToolCall, &fields.name, here, out);
                self.call(&fields.tool_call_id, event, fields.arguments, out);
            }
            Step::ToolEnd => {
                let duration_ms = millis(fields.duration_ms.int());
                let event = Event {
                    duration_ms,
                    flags: flags::ENDS_AT,
                    ..self.event(EventKind::ToolResult, &fields.name, here, out)
                };
                let has_failed = fields.success.presence() == Presence::Given && !fields.success.is_true;
                self.result(&fields.tool_call_id, event, has_failed, here.bytes, out);
            }
            Step::ToolNote => {
                let call = self.calls.get(&hash_of(&[&fields.tool_call_id])).copied().unwrap_or(NO_LINK);
                let event = self.event(EventKind::Progress, word, here, out);
                self.push(Event { flags: flags::ECHO, link: call, ..event }, out);
            }
            Step::Retry => {
                self.note(EventKind::Progress, 0, word, here, out);
                self.abandon(&fields.abandoned_item_id, out);
            }
            Step::Notice => _ = self.note(EventKind::System, 0, word, here, out),
            Step::Progress => _ = self.note(EventKind::Progress, 0, word, here, out),
            Step::Mark => _ = self.note(EventKind::Progress, flags::ECHO, word, here, out),
            Step::Error => {
                let event = self.event(EventKind::Error, word, here, out);
                self.push_said(Event { flags: flags::FAILED, ..event }, &fields.error, out);
            }
        }
    }

    /// A line whose type nobody knows: kept, shown raw.
    pub fn unknown(&mut self, word: &str, here: Here<'_>, out: &mut Sink) {
        out.problems.unknown("type", word, here.number, here.bytes);
        self.note(EventKind::Other, 0, word, here, out);
    }

    fn turn_start(&mut self, word: &str, fields: &Record<'_>, here: Here<'_>, out: &mut Sink) {
        (self.status, self.has_outcome, self.has_answer) = (Status::Incomplete, true, false);
        let message = fields.message.some();
        self.title = self.title.take().or_else(|| message.and_then(title_of));
        let (kind, flags) = match message {
            Some(_) => (EventKind::Prompt, 0),
            None => (EventKind::Progress, flags::ECHO),
        };
        let event = self.event(kind, word, here, out);
        let event = self.push_said(Event { flags, ..event }, &fields.message, out);
        if self.turn != 0 {
            out.anchors.turns.push(Anchor { hash: self.turn, event, part: self.part });
        }
    }

    fn run_end(&mut self, is_success: bool, word: &str, fields: &Record<'_>, here: Here<'_>, out: &mut Sink) {
        (self.status, self.has_outcome) = (if is_success { Status::Success } else { Status::Failed }, true);
        if fields.response.some().is_some() && !self.has_answer {
            let event = self.event(EventKind::Response, word, here, out);
            self.push_said(Event { block: 1, ..event }, &fields.response, out);
        }
        if !is_success {
            let event = self.event(EventKind::Error, word, here, out);
            self.push_said(Event { block: 2, flags: flags::FAILED, ..event }, &fields.error, out);
        }
        let flags = if is_success { 0 } else { flags::FAILED };
        let end = self.note(EventKind::SessionEnd, flags, word, here, out);
        if fields.usage.is_given() {
            self.total(RUN_TOTAL, &fields.usage, end, StrId::NONE, here, out);
        }
    }

    fn item(&mut self, step: Step, word: &str, fields: &Record<'_>, here: Here<'_>, out: &mut Sink) {
        let hash = hash_of(&[&fields.item_id]);
        let item = self.items.entry(hash).or_default();
        let (is_repeated, void) = (item.has_text, if item.is_void { flags::ABANDONED } else { 0 });
        let begun = item.started;
        if step == Step::ItemStart {
            item.started = here.at;
        }
        item.has_text |= step == Step::Text;
        // An older writer names items without their text: the model has answered, the answer is not recorded (§5).
        let is_answer = matches!(step, Step::Text | Step::ItemEnd) && !is_repeated;
        let (kind, flags) = match step {
            _ if is_answer => (EventKind::Response, void | flags::ENDS_AT),
            Step::Delta => (EventKind::Delta, void | flags::ECHO),
            _ => (EventKind::Progress, void | flags::ECHO),
        };
        let measured = || millis(Some(here.at?.ms_since(begun?)));
        let duration_ms = if is_answer { measured() } else { None };
        let event = self.event(kind, word, here, out);
        let index = self.push_said(Event { flags, duration_ms, ..event }, &fields.text, out);
        self.has_answer |= step == Step::Text;
        if let Some(item) = self.items.get_mut(&hash).filter(|_| !fields.item_id.is_empty()) {
            item.events.push(index);
        } else {
            // Without an id the next text is another item.
            self.items.remove(&hash);
        }
    }

    /// Text streamed under an item is void once the stream is retried without it (codetether.md §4).
    fn abandon(&mut self, item: &str, out: &mut Sink) {
        if item.is_empty() {
            return;
        }
        let item = self.items.entry(hash_of(&[item])).or_default();
        item.is_void = true;
        for event in &item.events {
            out.events.set_flag(*event, flags::ABANDONED);
        }
    }
}
