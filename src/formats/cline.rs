//! Cline and its relatives (Roo, Kilo): a folder a task, with two lists (others.md §9, docs/formats/cline.md).

use super::content::parse;
use super::messages::value::{at, is_some, list, word};
use super::messages::{Cache, Dialect, PLAIN, Told};
use crate::model::{EventKind, Metric};
use serde_json::{Map, Value};

const BESIDE: &str = "Cline keeps requests in ui_messages.json, beside what was said";

pub static CLINE: Dialect = Dialect {
    id: "cline",
    name: "Cline",
    sniff: |record| match word(record, "type") {
        kind @ ("say" | "ask") => at(record, "ts").is_number() && at(record, kind).is_string(),
        _ => {
            let is_marked = |part: &Value| {
                let text = word(part, "text");
                text.starts_with("<task>") || text.starts_with("<environment_details>")
            };
            word(record, "role") == "user" && list(at(record, "content")).iter().any(is_marked)
        }
    },
    role: "role|say|ask",
    words: &[
        ("user", EventKind::Prompt),
        ("assistant", EventKind::Response),
        ("api_req_started", EventKind::Usage),
        ("error", EventKind::Error),
        // What was said stands in the other list.
        ("*", EventKind::Progress),
    ],
    at: "ts",
    message_id: "-",
    model: "modelInfo.modelId",
    provider: "modelInfo.providerId",
    usage: "request",
    cache: Cache::Apart,
    answers_are_requests: false,
    session: "-",
    path_is_id: true,
    special: Some(special),
    prepare: Some(prepare),
    why_missing: &[
        (Metric::Output, BESIDE),
        (Metric::Context, BESIDE),
        (Metric::CacheRead, BESIDE),
        (Metric::CacheWrite, BESIDE),
        (Metric::Cost, BESIDE),
    ],
    ..PLAIN
};

/// What a request took stands in its text, which is JSON.
fn prepare(_: &Dialect, mut record: Value) -> Value {
    if word(&record, "say") == "api_req_started" {
        let request = parse(word(&record, "text").as_bytes()).filter(Value::is_object);
        record["request"] = request.unwrap_or_else(|| Value::Object(Map::new()));
    }
    record
}

fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut() else { return };
    if word(record, "say") == "task" {
        first.about.title = word(record, "text");
    }
    for step in &mut first.steps {
        if step.kind == EventKind::Usage {
            step.content = at(record, "request.request");
            step.has_failed = word(record, "request.cancelReason") == "streaming_failed";
        }
        // The state of the editor, in the user's name.
        if step.kind == EventKind::Prompt && word(step.content, "text").starts_with("<environment_details>") {
            step.kind = EventKind::System;
        }
    }
    let is_carrier = first.steps.iter().any(|step| step.kind == EventKind::ToolResult && is_some(step.content));
    let carried = first.steps.iter_mut().filter(|step| is_carrier && step.kind == EventKind::Prompt);
    carried.for_each(|step| step.kind = EventKind::System);
}
