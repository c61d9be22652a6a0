//! A session's snapshot: one JSON document without a time for any message (codetether.md §6).

use super::line::{Line, Message, Part, ToolUse};
use super::state::{Here, State, reading};
use super::usage::SNAPSHOT_TOTAL;
use crate::formats::Sink;
use crate::formats::elements::elements;
use crate::formats::lenient::{Field, Presence};
use crate::formats::terms::project_of;
use crate::formats::title::title_of;
use crate::model::{Event, EventKind, Span, StrId, Timestamp, TitleOrigin, flags, hash_of};
use std::ops::Range;

impl State {
    /// Takes in the whole document.
    pub fn snapshot(&mut self, line: &Line<'_>, here: Here<'_>, out: &mut Sink) {
        let own = &line.own;
        let (created, updated) = (Timestamp::parse(&own.created_at), Timestamp::parse(&own.updated_at));
        let here = Here { at: created, ..here };
        self.read_as(reading::SNAPSHOT);
        self.see(created);
        self.see(updated);
        let (_, model) = self.model(&own.metadata.model, out);
        self.project = self.project.take().or_else(|| project_of(&own.metadata.directory));
        if let Some(title) = own.title.some().and_then(title_of) {
            (self.title, self.title_origin) = (Some(title), TitleOrigin::Generated);
        }
        self.fact("Agent", &own.agent);
        let start = self.note(EventKind::SessionStart, 0, "snapshot", here, out);
        // Spans within a line that has been joined or repaired are those of the source only if no byte has gone.
        let ranges = elements(here.bytes, "messages").objects;
        let given: Vec<_> = own.messages.items.iter().filter(|message| message.is_given()).collect();
        let is_exact = here.span.len as usize == here.bytes.len() && ranges.len() == given.len();
        let mut parts_before = 1;
        for (number, message) in given.into_iter().enumerate() {
            let (span, first_block) = match ranges.get(number).filter(|_| is_exact) {
                Some(Range { start, end }) => {
                    let offset = here.span.offset + *start as u64;
                    (Span { offset, len: (end - start) as u32 }, 0)
                }
                None => (here.span, parts_before),
            };
            parts_before += message.content.items.len();
            self.message(message, first_block, Here { span, at: None, ..here }, out);
        }
        for used in &own.tool_uses.items {
            self.used(used, out);
        }
        if own.usage.is_given() {
            self.total(SNAPSHOT_TOTAL, &own.usage, start, model, Here { at: updated, ..here }, out);
        }
    }

    /// How a call ended, where the list of uses says it: results themselves do not.
    fn used(&self, used: &ToolUse<'_>, out: &mut Sink) {
        let has_failed = used.success.presence() == Presence::Given && !used.success.is_true;
        let call = self.calls.get(&hash_of(&[&used.id])).filter(|_| has_failed);
        let Some((index, call)) = call.and_then(|call| Some((*call, out.events.get(*call)?))) else { return };
        if !call.has(flags::FAILED) {
            out.events.set_flag(index, flags::FAILED);
            out.parts[usize::from(self.part)].counts.tool_failures += 1;
        }
    }

    /// The parts of one message, in order.
    fn message(&mut self, message: &Message<'_>, first_block: usize, here: Here<'_>, out: &mut Sink) {
        let mut has_text = false;
        for (number, part) in message.content.items.iter().enumerate() {
            let word = &*part.type_;
            let name = if word == "tool_call" { &*part.name } else { word };
            let kind = kind_of(&message.role, word, has_text);
            if kind == EventKind::Prompt && self.title.is_none() {
                self.title = title_of(&part.text);
            }
            has_text |= word == "text";
            let block = u16::try_from(first_block + number).unwrap_or(u16::MAX);
            let event = Event { block, ..self.event(kind, name, here, out) };
            match kind {
                EventKind::ToolCall => _ = self.call(&part.id, event, part.arguments, out),
                EventKind::ToolResult => self.answer(part, event, here, out),
                EventKind::Other => {
                    out.problems.unknown("part type", word, here.number, b"");
                    self.push(event, out);
                }
                _ => _ = self.push_said(event, &part.text, out),
            }
        }
    }

    fn answer(&mut self, part: &Part<'_>, event: Event, here: Here<'_>, out: &mut Sink) {
        let event = Event { name: StrId::NONE, ..event };
        self.result(&part.tool_call_id, event, false, here.bytes, out);
    }
}

fn kind_of(role: &str, part: &str, has_text: bool) -> EventKind {
    match (part, role) {
        ("tool_call", _) => EventKind::ToolCall,
        ("tool_result", _) => EventKind::ToolResult,
        ("thinking", _) => EventKind::Thinking,
        // One message is one prompt; what follows its first text was attached to it.
        ("text", "user") if !has_text => EventKind::Prompt,
        ("text", "assistant") => EventKind::Response,
        ("text" | "image" | "file", _) => EventKind::System,
        _ => EventKind::Other,
    }
}
