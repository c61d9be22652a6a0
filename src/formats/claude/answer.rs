//! Lines of answers: an event for each content block, and a usage row (claude-code.md §3, §5).

use super::calls::{CallOf, result_event};
use super::decoder::ClaudeDecoder;
use super::line::{Block, Carried};
use super::pairs;
use super::record::Record;
use super::tree::bits;
use super::usage::{self, Counters, NO_GROUP};
use crate::formats::Sink;
use crate::formats::lenient::Field;
use crate::formats::terms::millis;
use crate::model::{Event, EventKind, Exclusion, Scope, StrId, UsageRow, flags};

impl ClaudeDecoder {
    /// An `assistant` line, or one of a minimal log.
    pub(super) fn answer(&mut self, record: &Record<'_>, out: &mut Sink) {
        let from = out.events.len() as u32;
        let message = &record.line.message;
        let is_made_up = usage::is_made_up(message, record.line.is_api_error.is_true);
        self.queue.answered();
        let mut row = self.row(record, out);
        if !is_made_up && !record.is_side {
            self.compactions.request(record, row.id.response, &row.tokens, out);
        }
        let first = out.events.len() as u32;
        row.event = first;
        let mut group = NO_GROUP;
        if is_made_up {
            row.exclusion = Some(Exclusion::NotARequest);
            out.usage.push(row);
            out.event(Event {
                flags: flags::FAILED | record.event(EventKind::Error).flags,
                ..record.event(EventKind::Error)
            });
        } else {
            group = self.requests.add(row, out);
            if record.line.is_summary.is_true {
                self.compactions.summary(record, out);
            } else {
                self.blocks(record, row.id.response, row.model, group, out);
            }
        }
        if out.events.len() as u32 == first {
            out.event(Event { model: row.model, ..record.event(EventKind::Usage) });
        }
        if let Some(duration) = millis(record.line.duration_ms.int()) {
            out.events.set_duration(first, duration);
            out.events.set_flag(first, flags::ENDS_AT);
        }
        let is_end = !is_made_up && &*message.stop_reason == "end_turn";
        let found = bits::ANSWER | if is_end { bits::END_OF_TURN } else { 0 };
        let response = if group == NO_GROUP { 0 } else { row.id.response };
        self.said(record, from, found, response, None, out);
    }

    /// The usage of a line; its event is not known yet.
    fn row(&self, record: &Record<'_>, out: &mut Sink) -> UsageRow {
        let line = &record.line;
        let message = &line.message;
        let mut counters = Counters { is_clamped: false, number: record.number, bytes: record.bytes };
        let tokens = counters.tokens(&message.usage, out);
        UsageRow {
            finality: usage::finality(&message.stop_reason),
            is_side: record.is_side,
            is_clamped: counters.is_clamped,
            hints: usage::hints(&message.usage),
            web_searches: usage::web_searches(message.usage.server_tools.web_searches),
            id: usage::request_id(&message.id, &line.request, &line.uuid),
            at: record.at,
            model: out.strings.intern(&message.model),
            tokens,
            cost: usage::cost_of(line.cost),
            ..UsageRow::new(0, record.part, Scope::Request)
        }
    }

    fn blocks(&mut self, record: &Record<'_>, response: u64, model: StrId, group: u32, out: &mut Sink) {
        let message = &record.line.message;
        self.merge.begin(response);
        if message.content.is_text() {
            let index = out.event(Event { model, ..record.event(EventKind::Response) });
            self.merge.text(&message.content.text, index);
        }
        for (number, block) in message.content.blocks().enumerate() {
            let event = |kind: EventKind| Event { model, block: number.min(0xFFFE) as u16, ..record.event(kind) };
            match &*block.kind {
                "text" => {
                    let index = out.event(event(EventKind::Response));
                    self.merge.text(&block.text, index);
                }
                "thinking" | "redacted_thinking" => {
                    let index = out.event(event(EventKind::Thinking));
                    self.merge.thinking(&block.thinking, &block.signature, index);
                }
                kind if kind.ends_with("tool_use") => {
                    let name = out.strings.intern(&block.name);
                    let index = out.event(Event { name, ..event(EventKind::ToolCall) });
                    match block.id.some() {
                        Some(id) => self.merge.call(id, index),
                        None => self.merge.call(&pairs::told(record.bytes, number), index),
                    }
                    self.call(record, block, index, group, out);
                }
                kind if kind.ends_with("tool_result") => {
                    let result = result_event(record, number.min(0xFFFE) as u16);
                    self.calls.result(&block.call, block.is_error.is_true, result, record, out);
                }
                // Part of what stands beside it.
                "image" | "document" => {}
                kind => {
                    let name = out.strings.intern(kind);
                    out.event(Event { name, ..event(EventKind::Other) });
                    unknown_block(kind, record, out);
                }
            }
        }
        self.merge.end(&*message.stop_reason == "end_turn", out);
    }

    fn call(&mut self, record: &Record<'_>, block: &Block<'_>, event: u32, group: u32, out: &mut Sink) {
        out.asked(event, block.input);
        let call = CallOf {
            id: &block.id,
            name: &block.name,
            input: block.input,
            group,
            event,
            part: record.part,
            lane: record.lane,
        };
        self.calls.start(&call, out);
        if &*block.name == "WebSearch" {
            self.sessions.header(record.part).has_web_search = true;
        }
    }

    /// A sub-agent's line that a `progress` line carries. It belongs to the sub-agent's session, whose own log may be
    /// there or not (claude-code.md §3, `progress`).
    pub(super) fn carried(
        &mut self,
        record: &Record<'_>,
        agent: &str,
        carried: &Carried<'_>,
        name: StrId,
        out: &mut Sink,
    ) {
        let message = &carried.message;
        let is_answer = &*carried.kind == "assistant";
        let kind = if is_answer { EventKind::Response } else { EventKind::System };
        let model = out.strings.intern(&message.model);
        let event = out.event(Event { name, model, ..record.event(kind) });
        self.carried.push((event, out.strings.intern(agent)));
        if !is_answer || !message.usage.is_given() {
            return;
        }
        let mut counters = Counters { is_clamped: false, number: record.number, bytes: record.bytes };
        let tokens = counters.tokens(&message.usage, out);
        let is_made_up = &*message.model == "<synthetic>";
        let row = UsageRow {
            finality: usage::finality(&message.stop_reason),
            is_clamped: counters.is_clamped,
            exclusion: is_made_up.then_some(Exclusion::NotARequest),
            hints: usage::hints(&message.usage),
            web_searches: usage::web_searches(message.usage.server_tools.web_searches),
            id: usage::request_id(&message.id, &carried.request, &record.line.uuid),
            at: record.at,
            model,
            tokens,
            ..UsageRow::new(event, record.part, Scope::Request)
        };
        match is_made_up {
            true => out.usage.push(row),
            false => drop(self.requests.add(row, out)),
        }
    }
}

/// A block of a type that is not known is kept raw.
pub fn unknown_block(kind: &str, record: &Record<'_>, out: &mut Sink) {
    // Says that another model answered.
    if kind != "fallback" {
        out.problems.unknown("block type", kind, record.number, record.bytes);
    }
}
