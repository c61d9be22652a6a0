//! Gemini CLI: one JSON document, or a line a record with messages that are written again (others.md §1).

use super::messages::value::{at, is_some, list, time, word};
use super::messages::{Cache, Dialect, PLAIN, Reasoning, Told, Undo};
use crate::model::Metric;
use serde_json::Value;

pub static GEMINI: Dialect = Dialect {
    id: "gemini",
    name: "Gemini CLI",
    sniff: |record| {
        let has = |key: &str| record.get(key).is_some_and(Value::is_string);
        has("sessionId") && has("projectHash")
            || record.get("type").and_then(Value::as_str) == Some("gemini") && has("id")
            || record.get("$set").is_some()
            || has("$rewindTo")
    },
    lists: &["messages"],
    inner: "$set.messages",
    role: "type",
    at: "timestamp|startTime",
    until: "lastUpdated",
    message_id: "id|$rewindTo",
    usage: "tokens",
    cache: Cache::ByTotal,
    reasoning: Reasoning::Apart,
    session: "sessionId",
    title: "summary",
    directory: "directories.0",
    replaces: true,
    special: Some(special),
    why_missing: &[
        (Metric::CacheWrite, "Gemini CLI records no cache writes"),
        (Metric::Cost, "Gemini CLI records no costs"),
        (Metric::ToolDuration, "calls and results of one message share its time"),
    ],
    ..PLAIN
};

/// Checkpoints, and what was rewound (others.md §1).
fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut() else { return };
    first.about.is_sub_agent = word(record, "kind") == "subagent";
    if is_some(at(record, "$rewindTo")) {
        first.undo = Undo::From;
    }
    let set = at(record, "$set");
    if set.is_object() {
        first.until = time(at(set, "lastUpdated"));
        first.about.title = word(set, "summary");
    }
    if !list(at(set, "messages")).is_empty() {
        first.undo = Undo::All;
    }
}
