//! The older terminal's chat archive and the archive of tools (codetether.md §8).

use super::line::Record;
use super::state::{Here, State, reading};
use crate::formats::Sink;
use crate::formats::lenient::{Field, Presence};
use crate::formats::terms::{millis, project_of};
use crate::formats::title::title_of;
use crate::model::{Event, EventKind, flags};

impl State {
    /// A line of the chat archive. What the terminal said before anybody had a session is no talk of a model.
    pub fn chat(&mut self, fields: &Record<'_>, here: Here<'_>, out: &mut Sink) {
        self.see(here.at);
        self.read_as(reading::CHAT);
        if self.project.is_none() {
            self.project = project_of(&fields.workspace);
        }
        self.fact("Agent", &fields.agent_name);
        let is_greeting = fields.session_id.some().is_none() && matches!(&*fields.role, "system" | "assistant");
        self.greetings += u32::from(is_greeting);
        let word = &*fields.message_type;
        match (word, &*fields.role) {
            ("tool_call", _) => {
                let event = self.event(EventKind::ToolCall, &fields.tool_name, here, out);
                self.call("", event, fields.arguments, out);
            }
            ("tool_result", _) => {
                let duration_ms = millis(fields.tool_duration_ms.int());
                let event = self.event(EventKind::ToolResult, &fields.tool_name, here, out);
                let has_failed = fields.tool_success.presence() == Presence::Given && !fields.tool_success.is_true;
                self.result("", Event { duration_ms, flags: flags::ENDS_AT, ..event }, has_failed, here.bytes, out);
            }
            ("thinking", _) => _ = self.said(EventKind::Thinking, word, &fields.content.text, here, out),
            ("text", "user") => {
                self.title = self.title.take().or_else(|| title_of(&fields.content.text));
                self.said(EventKind::Prompt, word, &fields.content.text, here, out);
            }
            ("text", "assistant") if !is_greeting => {
                self.said(EventKind::Response, word, &fields.content.text, here, out);
            }
            ("text" | "image" | "file", _) => _ = self.note(EventKind::System, 0, word, here, out),
            _ => self.unknown(word, here, out),
        }
    }

    /// A line of the archive of tools. Only results are written today: one without its call stands for the call.
    pub fn archived(&mut self, fields: &Record<'_>, here: Here<'_>, out: &mut Sink) {
        self.see(here.at);
        self.read_as(reading::TOOLS);
        let word = &*fields.type_;
        match word {
            "user_message" => {
                self.title = self.title.take().or_else(|| title_of(&fields.content.text));
                self.said(EventKind::Prompt, word, &fields.content.text, here, out);
            }
            "assistant_message" => _ = self.said(EventKind::Response, word, &fields.content.text, here, out),
            "tool_call" => {
                let event = self.event(EventKind::ToolCall, &fields.tool_name, here, out);
                self.call("", event, fields.arguments, out);
            }
            _ => {
                let has_failed = fields.success.presence() == Presence::Given && !fields.success.is_true;
                let event = self.event(EventKind::ToolCall, &fields.tool_name, here, out);
                if self.is_called(event.name) {
                    return self.result("", event, has_failed, here.bytes, out);
                }
                let flags = if has_failed { flags::FAILED } else { 0 };
                self.push(Event { flags, ..event }, out);
            }
        }
    }
}
