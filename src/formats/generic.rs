//! JSON lines of programs that nobody here knows: time, role, text, tool, usage and id by the names that such things
//! mostly have. What it counts is never made into a cost.

use super::messages::read::{kind_of, say};
use super::messages::value::{at, is_some, word};
use super::messages::{Cache, Dialect, PLAIN, Reasoning, Told};
use super::otel;
use crate::model::{EventKind, Metric};
use serde_json::Value;

const UNKNOWN: &str = "nobody knows what this log records";

pub static GENERIC: Dialect = Dialect {
    id: "generic",
    name: "Generic JSON lines",
    sniff: |record| otel::is_visual_studio(record) || is_message(record),
    is_last_resort: true,
    inner: otel::SPANS,
    role: "span.operation|role|message.role|type|kind|source|speaker|author|from|event",
    words: &[
        // Grok and Antigravity, whose logs are known by name only.
        ("backend_tool_call", EventKind::ToolCall),
        ("USER_INPUT", EventKind::Prompt),
        ("PLANNER_RESPONSE", EventKind::Response),
        ("CHECKPOINT", EventKind::Compaction),
        ("SYSTEM_MESSAGE", EventKind::System),
        ("CONVERSATION_HISTORY", EventKind::System),
        ("LIST_DIRECTORY", EventKind::ToolResult),
        ("VIEW_FILE", EventKind::ToolResult),
        ("RUN_COMMAND", EventKind::ToolResult),
        ("CODE_ACTION", EventKind::ToolResult),
        ("SEARCH_WEB", EventKind::ToolResult),
        ("GREP_SEARCH", EventKind::ToolResult),
        // Visual Studio.
        ("span chat", EventKind::Response),
        ("span execute_tool", EventKind::ToolCall),
        ("span invoke_agent", EventKind::Prompt),
    ],
    message: "message",
    at: "timestamp|time|ts|created_at|createdAt|datetime|date|@timestamp|created|at|message.timestamp|span.start",
    until: "span.end",
    message_id: "id|uuid|message_id",
    model: "model|model_name|modelName|model_id|message.model|metadata.model|gen_ai.response.model|gen_ai.request.model",
    provider: "provider|gen_ai.provider.name",
    usage: "usage|message.usage|token_usage|tokens|metrics|metadata.usage|usageMetadata|span.counts",
    cost: "-",
    cache: Cache::ByTotal,
    reasoning: Reasoning::ByTotal,
    session: "session_id|sessionId|session|conversation_id|conversationId|thread_id|threadId|trace_id|run_id|chat_id|gen_ai.conversation.id|span.trace",
    title: "title|sessionTitle",
    directory: "cwd|directory|workdir|working_directory|project_path",
    version: "version",
    special: Some(special),
    prepare: Some(
        |dialect, record| if otel::is_visual_studio(&record) { otel::prepare(dialect, record) } else { record },
    ),
    why_missing: &[
        (Metric::Output, UNKNOWN),
        (Metric::Context, UNKNOWN),
        (Metric::CacheRead, UNKNOWN),
        (Metric::CacheWrite, UNKNOWN),
        (Metric::Cost, "counts of an unknown program are not made into costs"),
        (Metric::Time, UNKNOWN),
        (Metric::ToolDuration, UNKNOWN),
    ],
    ..PLAIN
};

/// Somebody says something.
fn is_message(record: &Value) -> bool {
    let kind = kind_of(&GENERIC, word(record, GENERIC.role));
    let mut told = Told::default();
    let message = Some(at(record, "message")).filter(|message| message.is_object()).unwrap_or(record);
    say(kind, "", message, &mut told);
    matches!(kind, EventKind::Prompt | EventKind::Response) && told.steps.iter().any(|step| is_some(step.content))
}

/// Whose log it is, where that is known.
fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    if is_some(at(record, otel::SPANS)) {
        otel::special(record, told);
        return told.iter_mut().for_each(|told| told.about.harness = "Visual Studio");
    }
    let Some(first) = told.first_mut() else { return };
    // Said by the program in the user's name.
    let is_made_up = record.get("synthetic_reason").is_some();
    let prompts = first.steps.iter_mut().filter(|step| is_made_up && step.kind == EventKind::Prompt);
    prompts.for_each(|step| step.kind = EventKind::System);
    if word(record, "model_id").starts_with("grok") || is_made_up {
        first.about.harness = "Grok";
    } else if record.get("step_index").is_some() && record.get("created_at").is_some() {
        first.about.harness = "Antigravity";
    }
}
