//! Qwen Code: lines of a tree, with messages in Gemini's shape (others.md §5).

use super::messages::value::{at, is_some, word};
use super::messages::{Dialect, PLAIN, Reasoning, Told};
use crate::model::{EventKind, Metric};
use serde_json::Value;

pub static QWEN: Dialect = Dialect {
    id: "qwen",
    name: "Qwen Code",
    sniff: |record| {
        let is_line = matches!(word(record, "type"), "user" | "assistant" | "tool_result" | "system");
        let is_ours = at(record, "message.parts").is_array()
            || word(record, "message.role") == "model"
            || is_some(at(record, "systemPayload"));
        is_line && is_ours && record.get("uuid").is_some()
    },
    role: "type",
    message: "message",
    message_id: "uuid",
    previous: "parentUuid",
    usage: "usageMetadata",
    reasoning: Reasoning::ByTotal,
    session: "sessionId",
    title: "systemPayload.customTitle",
    version: "version",
    branch: "gitBranch",
    special: Some(special),
    why_missing: &[
        (Metric::CacheWrite, "Qwen Code records no cache writes"),
        (Metric::Cost, "Qwen Code records no costs"),
    ],
    ..PLAIN
};

fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut() else { return };
    let subtype = word(record, "subtype");
    for step in &mut first.steps {
        match (word(record, "type"), subtype) {
            ("system", "chat_compression") => step.kind = EventKind::Compaction,
            ("system", "ui_telemetry") => step.kind = EventKind::Progress,
            ("user", "notification") => step.kind = EventKind::System,
            _ => {}
        }
        if !subtype.is_empty() {
            step.name = subtype;
        }
        if step.kind != EventKind::Prompt && word(record, "type") == "system" {
            step.content = at(record, "systemPayload");
        }
    }
}
