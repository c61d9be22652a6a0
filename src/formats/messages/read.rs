//! What one record tells: its steps in order, facts of its session, and usage. Nothing is remembered from record to record.

use super::usage::{Usage, usage_of};
use super::value::{at, is_some, list, time, word};
use super::{Dialect, value_of};
use crate::formats::elements::elements;
use crate::model::{EventKind, Money, Scope, Status, Timestamp};
use serde_json::Value;
use std::ops::Range;

/// One thing that a message says or does.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    pub kind: EventKind,
    /// The tool's name, else the log's own word.
    pub name: &'a str,
    /// Of calls and results: the call's id.
    pub id: &'a str,
    /// What is shown of it: a text in any shape, or what a tool was given.
    pub content: &'a Value,
    /// Its own time, where it has one besides that of its message.
    pub at: Option<Timestamp>,
    pub has_failed: bool,
    /// Repeats what another step shows.
    pub is_echo: bool,
    /// A result that no open call waits for is a prompt (docs/formats/swe-agent.md).
    pub may_be_prompt: bool,
}

/// Facts of the session that a record is of; empty where it does not tell.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    pub session: &'a str,
    pub parent: &'a str,
    pub title: &'a str,
    pub directory: &'a str,
    pub version: &'a str,
    pub branch: &'a str,
    pub harness: &'a str,
    /// Its log stands in a folder that is named after its parent.
    pub is_sub_agent: bool,
    pub status: Option<Status>,
    /// The log's own word for the status.
    pub status_word: &'a str,
    /// What the run took of something that is not dollars.
    pub credits: Option<Money>,
    /// A second end of its time.
    pub ended: Option<Timestamp>,
}

/// What a message tells.
#[derive(Debug, Clone, Default)]
pub struct Told<'a> {
    pub about: About<'a>,
    pub steps: Vec<Step<'a>>,
    pub at: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Names the message within its session; empty if nothing does.
    pub id: &'a str,
    pub previous: &'a str,
    pub model: &'a str,
    pub provider: &'a str,
    pub usage: Vec<Counted<'a>>,
    /// All before this message, or from it on, does not stand any more (others.md §1).
    pub undo: Undo,
}

/// Usage and what it is of.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    pub usage: Usage,
    pub scope: Scope,
    /// See [`crate::model::UsageRow::rank`].
    pub rank: u8,
    /// Where it is not the message's.
    pub model: &'a str,
    /// What the request is called: of records of one the better one counts.
    pub label: &'a str,
}

/// What a record takes back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Undo {
    #[default]
    Nothing,
    /// The messages so far are written again in this record.
    All,
    /// The message with this record's id and all after it; everything if there is none.
    From,
}

impl<'a> Step<'a> {
    pub fn new(kind: EventKind, name: &'a str, content: &'a Value) -> Self {
        Self { kind, name, id: "", content, at: None, has_failed: false, is_echo: false, may_be_prompt: false }
    }
}

/// Hands on the records of some bytes and where they stand: of a document itself without its list, then the list's. Tells
/// of each whether the bytes are a document.
pub fn each_record(dialect: &Dialect, bytes: &[u8], take: &mut dyn FnMut(Range<usize>, &Value, bool)) {
    let mut is_document = false;
    let found = dialect.lists.iter().map(|key| elements(bytes, key)).find(|found| {
        is_document |= !found.list.is_empty();
        !found.objects.is_empty()
    });
    let whole = 0..bytes.len();
    let Some(found) = found else {
        if let Some(value) = value_of(dialect, bytes) {
            take(whole, &value, is_document);
        }
        return;
    };
    let (before, after) = (bytes.get(..found.list.start), bytes.get(found.list.end..));
    let head = [before.unwrap_or_default(), b"[]", after.unwrap_or_default()].concat();
    if let Some(value) = value_of(dialect, &head) {
        take(whole, &value, true);
    }
    for range in found.objects {
        if let Some(value) = bytes.get(range.clone()).and_then(|bytes| value_of(dialect, bytes)) {
            take(range, &value, true);
        }
    }
}

/// What a record tells; its messages in order.
pub fn read<'a>(dialect: &Dialect, record: &'a Value) -> Vec<Told<'a>> {
    let mut told = vec![message(dialect, record)];
    if !dialect.inner.is_empty() {
        let inner = list(at(record, dialect.inner));
        told.extend(inner.iter().map(|record| message(dialect, record)));
    }
    if let Some(special) = dialect.special {
        special(record, &mut told);
    }
    told
}

fn message<'a>(dialect: &Dialect, record: &'a Value) -> Told<'a> {
    let message = Some(at(record, dialect.message)).filter(|message| message.is_object()).unwrap_or(record);
    let role = word(record, dialect.role);
    let kind = kind_of(dialect, role);
    let mut told = Told {
        about: About {
            session: word(record, dialect.session),
            parent: word(record, dialect.parent),
            title: word(record, dialect.title),
            directory: word(record, dialect.directory),
            version: word(record, dialect.version),
            branch: word(record, dialect.branch),
            ..About::default()
        },
        at: time(at(record, dialect.at)),
        until: time(at(record, dialect.until)).filter(|_| !dialect.until.is_empty()),
        id: word(record, dialect.message_id),
        previous: word(record, dialect.previous),
        model: word(record, dialect.model),
        provider: word(record, dialect.provider),
        ..Told::default()
    };
    // Without a word for what it is it only tells of its session.
    if role.is_empty() {
        return told;
    }
    say(kind, role, message, &mut told);
    let is_answer = matches!(kind, EventKind::Response | EventKind::Usage);
    if let Some(usage) = usage_of(dialect, record, is_answer) {
        if told.steps.is_empty() {
            told.steps.push(Step::new(EventKind::Usage, role, at(record, dialect.usage)));
        }
        told.usage.push(Counted { usage, scope: Scope::Request, rank: 1, model: "", label: "" });
    }
    told
}

/// What words mean, by the dialect or in all of them.
pub fn kind_of(dialect: &Dialect, role: &str) -> EventKind {
    use EventKind::*;
    const WORDS: [(&str, EventKind); 34] = [
        ("user", Prompt),
        ("human", Prompt),
        ("assistant", Response),
        ("model", Response),
        ("gemini", Response),
        ("agent", Response),
        ("ai", Response),
        ("bot", Response),
        ("system", System),
        ("developer", System),
        ("info", System),
        ("warning", System),
        ("notice", System),
        ("tool", ToolResult),
        ("toolResult", ToolResult),
        ("tool_result", ToolResult),
        ("function", ToolResult),
        ("observation", ToolResult),
        ("tool_response", ToolResult),
        ("tool_call", ToolCall),
        ("tool_use", ToolCall),
        ("toolCall", ToolCall),
        ("function_call", ToolCall),
        ("error", Error),
        ("reasoning", Thinking),
        ("thinking", Thinking),
        ("thought", Thinking),
        ("compaction", Compaction),
        ("compactionSummary", Compaction),
        ("session_start", SessionStart),
        ("session_end", SessionEnd),
        ("usage", Usage),
        ("prompt", Prompt),
        ("response", Response),
    ];
    let is = |known: &str| match known.strip_suffix('*') {
        Some(beginning) => role.starts_with(beginning),
        None => role == known,
    };
    let of = |words: &[(&str, EventKind)]| words.iter().find(|(known, _)| is(known)).map(|(_, kind)| *kind);
    of(dialect.words).or_else(|| of(&WORDS)).unwrap_or(Other)
}

/// The steps of a message.
pub fn say<'a>(kind: EventKind, role: &'a str, message: &'a Value, told: &mut Told<'a>) {
    match kind {
        EventKind::ToolCall => return call(message, told),
        EventKind::Prompt | EventKind::Response | EventKind::Thinking | EventKind::ToolResult | EventKind::Error => {}
        _ => {
            let said = at(message, "content|text|summary|message");
            let content = if said.is_string() || said.is_array() { said } else { message };
            return told.steps.push(Step::new(kind, role, content));
        }
    }
    let thought = at(message, "thoughts|reasoning_content|reasoningContent|reasoningText|reasoning|thinking|think");
    if is_some(thought) && (thought.is_string() || thought.is_array()) && kind != EventKind::Thinking {
        told.steps.push(Step::new(EventKind::Thinking, "thinking", thought));
    }
    let content = at(message, "content|parts|text|input|message|summary|thinking|errorMessage|response|finalText");
    let parts = list(content);
    let is_result = kind == EventKind::ToolResult;
    if is_result && !parts.iter().any(|part| part.is_object() && class_of(part) == Class::Result) {
        result(message, told);
    } else if content.is_array() {
        let mut has_text = false;
        for item in parts {
            part(kind, role, item, &mut has_text, told);
        }
    } else if is_some(content) || matches!(kind, EventKind::Prompt | EventKind::Error) && !content.is_null() {
        told.steps.push(Step::new(kind, role, content));
    }
    for called in list(at(message, "toolCalls|tool_calls|toolRequests")) {
        call(called, told);
    }
    for seen in list(at(message, "observation.results")) {
        result(seen, told);
    }
}

/// What a part of a message is.
#[derive(PartialEq, Eq)]
enum Class {
    Text,
    Thinking,
    Call,
    Result,
    /// Marks or repeats what stands elsewhere.
    Mark,
}

fn class_of(part: &Value) -> Class {
    match word(part, "type") {
        "thinking" | "reasoning" | "think" | "redacted_thinking" => Class::Thinking,
        "tool_use" | "toolCall" | "tool_call" | "tool" | "function" | "function_call" => Class::Call,
        "tool_result" | "toolResult" | "tool_response" => Class::Result,
        "step-start" | "step-finish" | "snapshot" | "patch" => Class::Mark,
        _ if part.get("functionCall").is_some() => Class::Call,
        _ if part.get("functionResponse").is_some() => Class::Result,
        _ if part.get("thought") == Some(&Value::Bool(true)) => Class::Thinking,
        _ => Class::Text,
    }
}

fn part<'a>(kind: EventKind, role: &'a str, part: &'a Value, has_text: &mut bool, told: &mut Told<'a>) {
    let at_part = time(at(part, "time.start|timestamp"));
    let push = |kind: EventKind, name: &'a str, content: &'a Value, told: &mut Told<'a>| {
        told.steps.push(Step { at: at_part, ..Step::new(kind, name, content) });
    };
    match class_of(part) {
        Class::Call => call(part, told),
        Class::Result => result(part, told),
        Class::Thinking => push(EventKind::Thinking, "thinking", part, told),
        Class::Mark => {}
        Class::Text => {
            let is_plain = part.is_string() || is_some(at(part, "text|content"));
            let is_picture =
                matches!(word(part, "type"), "image" | "image_url" | "input_image") || part.get("inlineData").is_some();
            let name = if is_plain { role } else { word(part, "type") };
            match kind {
                _ if is_plain && is_empty_text(part) => {}
                // One message is one prompt; what follows its first text was attached to it.
                EventKind::Prompt if *has_text || is_picture => push(EventKind::System, name, part, told),
                _ if is_plain => {
                    *has_text = true;
                    push(kind, name, part, told);
                }
                _ if is_picture => push(EventKind::System, name, part, told),
                _ if word(part, "type") == "text" => {}
                _ => push(EventKind::Other, name, part, told),
            }
        }
    }
}

fn is_empty_text(part: &Value) -> bool {
    part.as_str().or_else(|| part.get("text").and_then(Value::as_str)).is_some_and(|text| text.trim().is_empty())
}

/// A call, and its result where that stands in it.
fn call<'a>(called: &'a Value, told: &mut Told<'a>) {
    let name = word(
        called,
        "name|tool|toolName|tool_name|function_name|function.name|functionCall.name|function|kind.tool_type",
    );
    let id = word(called, "callID|toolCallId|tool_call_id|call_id|callId|functionCall.id|id|kind.id|uuid");
    let input = at(
        called,
        "input|args|arguments|parameters|function.arguments|functionCall.args|state.input|kind.action|tool_input|command",
    );
    let began = time(at(called, "state.time.start|timestamp"));
    told.steps.push(Step { id, at: began, ..Step::new(EventKind::ToolCall, name, input) });
    let status = word(called, "state.status|result.status|status");
    let output = at(called, "state.output|state.error|result.output|result|resultDisplay|output|response");
    let has_failed = has_failed(called) || is_failure(status);
    if is_some(output) || has_failed {
        let ended = time(at(called, "state.time.end")).or(began);
        told.steps.push(Step { id, at: ended, has_failed, ..Step::new(EventKind::ToolResult, name, output) });
    }
}

/// The result of a call.
pub fn result<'a>(seen: &'a Value, told: &mut Told<'a>) {
    let id = word(
        seen,
        "tool_use_id|toolUseID|toolUseId|toolCallId|tool_call_id|callId|call_id|source_call_id|tool_call_ids.0|functionResponse.id|id",
    );
    let name = word(seen, "toolName|tool_name|name|functionResponse.name|function");
    let content = at(
        seen,
        "functionResponse.response.output|functionResponse.response|content|output|result|response|value|run.result|text|error|observation",
    );
    let has_failed = has_failed(seen) || is_failure(word(seen, "status|run.status"));
    told.steps.push(Step { id, has_failed, ..Step::new(EventKind::ToolResult, name, content) });
}

fn has_failed(seen: &Value) -> bool {
    let error = at(seen, "isError|is_error|cancelled|functionResponse.response.error|error");
    let exit = at(seen, "exitCode|exit_code|value.exitCode").as_i64();
    is_some(error) || seen.get("success") == Some(&Value::Bool(false)) || exit.is_some_and(|exit| exit != 0)
}

fn is_failure(status: &str) -> bool {
    matches!(status, "error" | "cancelled" | "canceled" | "failed" | "failure")
}
