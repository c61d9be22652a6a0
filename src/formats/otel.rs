//! OpenTelemetry spans of generative AI as JSON lines: a span a line, or an export request with many (others.md §8).

use super::content::object_of;
use super::lenient::value;
use super::messages::value::{at, is_some, list, word};
use super::messages::{Counted, Dialect, PLAIN, Told};
use crate::model::{EventKind, Metric, Scope};
use serde_json::{Map, Value};

pub static OTEL: Dialect = Dialect {
    id: "otel",
    name: "OpenTelemetry",
    sniff: |record| {
        let spans = at(record, "resourceSpans.0.scopeSpans.0.spans.0");
        let span = if spans.is_object() { spans } else { record };
        let attributes = at(span, "attributes");
        if is_visual_studio(record) {
            return false;
        }
        let is_ours = |key: &str| key.starts_with("gen_ai.");
        let in_list = list(attributes).iter().any(|entry| is_ours(word(entry, "key")));
        in_list || attributes.as_object().is_some_and(|map| map.keys().any(|key| is_ours(key)))
    },
    inner: SPANS,
    role: "gen_ai.operation.name",
    words: &[
        ("chat", EventKind::Response),
        ("text_completion", EventKind::Response),
        ("generate_content", EventKind::Response),
        ("execute_tool", EventKind::ToolCall),
        ("invoke_agent", EventKind::Prompt),
        ("create_agent", EventKind::SessionStart),
        ("*", EventKind::System),
    ],
    at: "span.start",
    until: "span.end",
    message_id: "gen_ai.response.id|span.id",
    model: "gen_ai.response.model|gen_ai.request.model",
    provider: "gen_ai.provider.name|gen_ai.system",
    usage: "span.counts",
    cost: "-",
    session: "gen_ai.conversation.id|span.trace",
    special: Some(special),
    prepare: Some(prepare),
    why_missing: &[(Metric::Cost, "the conventions for spans have no costs")],
    ..PLAIN
};

/// Where a line's spans stand once they are plain: a key that no log has.
pub const SPANS: &str = "otel.spans";

/// Whether a line is an export of Visual Studio's own: its spans have these names, and nobody has said what it counts
/// (docs/formats/generic.md).
pub fn is_visual_studio(record: &Value) -> bool {
    let attributes = list(at(record, "resourceSpans.0.resource.attributes"));
    attributes.iter().any(|entry| word(entry, "value.stringValue") == "visualstudio")
}

/// The spans of a line, each with its attributes as plain keys.
pub fn prepare(_: &Dialect, record: Value) -> Value {
    let mut spans = Vec::new();
    for resource in list(at(&record, "resourceSpans")) {
        let service = plain_attributes(at(resource, "resource.attributes"));
        for scope in list(at(resource, "scopeSpans")) {
            spans.extend(
                list(at(scope, "spans")).iter().map(|span| plain_span(span, word_of(&service, "service.name"))),
            );
        }
    }
    if spans.is_empty() {
        let service = plain_attributes(at(&record, "resource.attributes"));
        spans.push(plain_span(&record, word_of(&service, "service.name")));
    }
    Value::Object(object_of(std::iter::once((SPANS.to_owned(), Value::Array(spans)))))
}

fn word_of<'a>(map: &'a Map<String, Value>, key: &str) -> &'a str {
    map.get(key).and_then(Value::as_str).unwrap_or("")
}

fn plain_attributes(attributes: &Value) -> Map<String, Value> {
    let value_of = |value: &Value| {
        let found = at(value, "stringValue|doubleValue|boolValue|arrayValue.values");
        match at(value, "intValue") {
            // Large integers travel as texts.
            Value::String(digits) => digits.parse::<i64>().map_or(Value::Null, Value::from),
            Value::Null if found.is_null() => value.clone(),
            Value::Null => found.clone(),
            number => number.clone(),
        }
    };
    match attributes {
        Value::Object(map) => map.clone(),
        Value::Array(entries) => {
            object_of(entries.iter().map(|entry| (word(entry, "key").to_owned(), value_of(at(entry, "value")))))
        }
        _ => Map::new(),
    }
}

fn plain_span(span: &Value, service: &str) -> Value {
    let mut map = plain_attributes(at(span, "attributes"));
    let mut set = |key: &str, value: Value| _ = map.insert(key.to_owned(), value);
    set("span.start", at(span, "startTimeUnixNano|startTime|start_time|timestamp|hrTime").clone());
    set("span.end", at(span, "endTimeUnixNano|endTime|end_time").clone());
    set("span.id", at(span, "spanId|span_id|context.span_id").clone());
    set("span.trace", at(span, "traceId|trace_id|context.trace_id").clone());
    set("span.service", Value::String(service.to_owned()));
    let has_failed = matches!(at(span, "status.code"), Value::Number(code) if code.as_i64() == Some(2))
        || word(span, "status.code") == "STATUS_CODE_ERROR"
        || word(span, "status.code") == "ERROR";
    if has_failed {
        set("is_error", Value::Bool(true));
    }
    let is_counted = map.keys().any(|key| key.starts_with("gen_ai.usage."));
    // Messages are lists, in text.
    for (from, to) in [("gen_ai.input.messages", "asked"), ("gen_ai.output.messages", "said")] {
        let parsed = match map.get(from) {
            Some(Value::String(written)) => value(written.as_bytes()).unwrap_or_default(),
            Some(value) => value.clone(),
            None => Value::Null,
        };
        map.insert(to.to_owned(), parsed);
    }
    for (from, to) in [
        ("gen_ai.tool.name", "name"),
        ("gen_ai.tool.call.id", "id"),
        ("gen_ai.tool.call.arguments", "arguments"),
        ("gen_ai.tool.call.result", "result"),
    ] {
        if let Some(value) = map.get(from).cloned() {
            map.insert(to.to_owned(), value);
        }
    }
    let role = map.get("gen_ai.operation.name").and_then(Value::as_str).unwrap_or("").to_owned();
    let is_answer = matches!(role.as_str(), "chat" | "text_completion" | "generate_content");
    let content = match (is_answer, role.as_str()) {
        (true, _) => map.get("said").map(last_parts),
        (_, "invoke_agent") => map.get("asked").map(last_parts),
        _ => None,
    };
    map.insert("content".to_owned(), content.unwrap_or_default());
    map.insert("span.operation".to_owned(), Value::String(["span ", &role].concat()));
    if is_counted {
        let counts = map
            .iter()
            .filter(|(key, _)| key.starts_with("gen_ai.usage."))
            .map(|(key, value)| (key.clone(), value.clone()));
        let counts = Value::Object(object_of(counts));
        map.insert("span.counts".to_owned(), counts);
    }
    Value::Object(map)
}

/// The parts of the last message of a list.
fn last_parts(messages: &Value) -> Value {
    list(messages).last().map_or(Value::Null, |message| at(message, "parts|content").clone())
}

/// Of a trace one level counts: requests, else what the agent was told they took (others.md OT1).
pub fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let spans = list(at(record, SPANS));
    // The line itself is none.
    if !told.is_empty() {
        told.remove(0);
    }
    for (told, span) in told.iter_mut().zip(spans) {
        told.about.harness = word(span, "span.service");
        let role = word(span, "gen_ai.operation.name");
        if !is_some(at(span, "gen_ai.operation.name")) {
            told.steps.clear();
        }
        let has_answered = matches!(role, "chat" | "text_completion" | "generate_content");
        if !has_answered {
            told.usage.iter_mut().for_each(|counted: &mut Counted<'_>| {
                (counted.scope, counted.rank) = (Scope::Turn, 0);
            });
        }
        // As `convert` writes what is no request of its own.
        if at(span, "sessionscope.is_request") == &Value::Bool(false) {
            told.usage.clear();
        }
        if role == "invoke_agent" {
            told.until = None;
        }
        let end = super::messages::value::time(at(span, "span.end"));
        for step in told.steps.iter_mut().filter(|step| step.kind == EventKind::ToolResult) {
            step.at = end;
        }
    }
}
