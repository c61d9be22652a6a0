//! A session's snapshot: one JSON document without a time for any message (codetether.md §6).

use super::line::{Line, Message, Part, ToolUse};
use super::state::{Here, State, reading};
use super::usage::SNAPSHOT_TOTAL;
use crate::formats::Sink;
use crate::formats::lenient::{Field, Presence};
use crate::formats::terms::project_of;
use crate::formats::title::title_of;
use crate::model::{Event, EventKind, ProblemKind, Span, StrId, Timestamp, TitleOrigin, flags, hash_of};
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
        let ranges = message_ranges(here.bytes);
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
                EventKind::ToolCall => _ = self.call(&part.id, event, out),
                EventKind::ToolResult => self.answer(part, event, here, out),
                EventKind::Other => {
                    let reason = format!("part type {word:?}");
                    out.problems.add(ProblemKind::UnknownType, Some(here.number), reason, b"");
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

/// Where the objects of the list `messages` stand in a document.
fn message_ranges(document: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut depth, mut start, mut is_list) = (0_u32, 0, false);
    // The last string at the document's own level, and whether a colon has followed: only then it is a key.
    let (mut last, mut is_key) = (0..0, false);
    let mut at = 0;
    while let Some(byte) = document.get(at) {
        match byte {
            b'"' => {
                let end = string_end(document, at);
                if depth == 1 {
                    (last, is_key) = (at..end, false);
                }
                at = end;
                continue;
            }
            b':' if depth == 1 => is_key = true,
            b'{' | b'[' => {
                is_list |= depth == 1 && *byte == b'[' && is_key && document.get(last.clone()) == Some(b"\"messages\"");
                if is_list && depth == 2 {
                    start = at;
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if is_list && depth == 2 && *byte == b'}' {
                    found.push(start..at + 1);
                }
                if is_list && depth == 1 {
                    return found;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The place after the string that starts at `at`.
fn string_end(document: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', document.get(at..).unwrap_or_default()) {
        at += found;
        match document.get(at) {
            Some(b'"') => return at + 1,
            _ => at += 2,
        }
    }
    document.len()
}

#[cfg(test)]
mod tests {
    use super::message_ranges;

    #[test]
    fn messages_are_found_in_their_document() {
        let check = |document: &str, answer: &[&str]| {
            let found: Vec<_> = message_ranges(document.as_bytes()).into_iter().map(|range| &document[range]).collect();
            assert_eq!(found, answer, "{document}");
        };
        check(r#"{"messages":[{"a":"}"},{"b":["{"]}],"x":[{}]}"#, &[r#"{"a":"}"}"#, r#"{"b":["{"]}"#]);
        check(
            r#"{"x":"messages","y":[{}],"messages" : [ {"\"":[{"messages":[{}]}]} ]}"#,
            &[r#"{"\"":[{"messages":[{}]}]}"#],
        );
        check(r#"{"x":{"messages":[{}]},"messages":[]}"#, &[]);
        for broken in ["", "{", r#"{"messages":[{"#, r#"{"messages":[{"a":"\"#, "}]}", r#""messages":[{}]"#] {
            check(broken, &[]);
        }
    }
}
