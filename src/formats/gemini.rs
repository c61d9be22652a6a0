//! Gemini CLI: one JSON document, or a line a record with messages that are written again (others.md §1).

use super::messages::value::{at, is_some, list, time, word};
use super::messages::{Cache, Counted, Dialect, PLAIN, Reasoning, Step, Told, Undo, usage};
use crate::model::{EventKind, Metric, Scope};
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
            || is_printed(record)
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
    session: "sessionId|session_id",
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

/// What `gemini -p --output-format json` prints: an answer and totals by model.
fn is_printed(record: &Value) -> bool {
    at(record, "response").is_string() && at(record, "stats.models").is_object()
}

/// Checkpoints, and what was rewound (others.md §1).
fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut() else { return };
    if is_printed(record) {
        first.steps.push(Step::new(EventKind::Response, "gemini", at(record, "response")));
        let models = at(record, "stats.models").as_object().into_iter().flatten();
        first.usage.extend(models.map(|(model, told)| Counted {
            usage: usage::usage(&GEMINI, at(told, "tokens"), true),
            scope: Scope::Aggregate,
            rank: 1,
            model,
            label: "",
        }));
    }
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
