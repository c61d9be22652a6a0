//! Kimi CLI: the wire log of a session (others.md §9, docs/formats/kimi.md).

use super::messages::value::{at, is_some, word};
use super::messages::{Cache, Dialect, PLAIN, Step, Told};
use crate::model::{EventKind, Metric};
use serde_json::Value;

pub static KIMI: Dialect = Dialect {
    id: "kimi",
    name: "Kimi CLI",
    sniff: |record| {
        let kind = word(record, "type");
        kind == "metadata" && is_some(at(record, "protocol_version")) || kind.starts_with("context.append_")
    },
    role: "event.type|type",
    words: &[
        ("metadata", EventKind::SessionStart),
        ("turn.prompt", EventKind::Prompt),
        ("turn.steer", EventKind::Prompt),
        ("content.part", EventKind::Response),
        ("tool.call", EventKind::ToolCall),
        ("tool.result", EventKind::ToolResult),
        ("step.end", EventKind::Usage),
        ("step.*", EventKind::Progress),
        ("context.apply_compaction", EventKind::Compaction),
        ("context.*", EventKind::Progress),
        ("usage.record", EventKind::Progress),
        ("*", EventKind::System),
    ],
    message: "event.part|event",
    at: "time|created_at",
    message_id: "event.uuid",
    model: "model|modelAlias",
    provider: "provider",
    usage: "event.usage",
    cache: Cache::Apart,
    answers_are_requests: false,
    session: "-",
    directory: "environmentDisclosure.cwd",
    version: "protocol_version",
    special: Some(special),
    why_missing: &[(Metric::Cost, "Kimi CLI records no costs")],
    ..PLAIN
};

fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut() else { return };
    let result = at(record, "event.result");
    for step in &mut first.steps {
        // A thought is a part like any other.
        if word(record, "event.part.type") == "think" {
            (step.kind, step.content) = (EventKind::Thinking, at(record, "event.part.think"));
        }
        if step.kind == EventKind::ToolResult {
            step.content = at(result, "output|message|");
            step.has_failed |= is_some(at(result, "isError|is_error"));
        }
    }
    if word(record, "event.part.type") == "think" && first.steps.is_empty() {
        first.steps.push(Step::new(EventKind::Thinking, "think", at(record, "event.part.think")));
    }
}
