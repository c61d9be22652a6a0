//! The content of one line, decoded again when somebody looks at it. Values may have any shape here.

use super::family::{Family, Reading, family_of};
use super::messages;
use super::payload::inner_of;
use super::steps::Step;
use super::variant::Variant;
use crate::formats::content::{arguments, blocks, facts_of, parse, plain, text};
use crate::model::{Block, Body, Fact};
use serde_json::{Map, Value};

/// What the `block`-th event of a line holds.
pub fn body(line: &[u8], block: u16) -> Body {
    let Some(record) = parse(line) else {
        // The program's own log between its lines (codetether.md §5).
        return blocks(Some(Block::System(String::from_utf8_lossy(line).into_owned())));
    };
    let family = family_of(&record);
    let empty = Map::new();
    let own = record.as_object().unwrap_or(&empty);
    let word = |key: &str| own.get(key).and_then(Value::as_str).unwrap_or("");
    let inner = inner_of(&record, family);
    let fields = inner.and_then(Value::as_object).unwrap_or(own);
    match family {
        Family::Run => match word("type").strip_prefix("run.").and_then(Step::of_run) {
            Some(step) => step_body(step, own, block),
            None => facts_body(own),
        },
        Family::Thread | Family::Adapter => {
            let kind = if family == Family::Thread { word("kind") } else { word("type") };
            Step::of_thread(kind).map_or_else(|| facts_body(fields), |step| step_body(step, fields, block))
        }
        Family::Event(variant, reading) => {
            let lone = inner.filter(|inner| !inner.is_object());
            event_body(variant, reading, lone, fields)
        }
        Family::Snapshot => messages::snapshot_body(own, block),
        Family::Message => messages::message_body(own, block),
        Family::Chat => chat_body(own),
        Family::ToolArchive => archive_body(own),
        _ => facts_body(own),
    }
}

fn facts_body(fields: &Map<String, Value>) -> Body {
    Body { facts: facts_of(fields, &[]), ..Body::default() }
}

fn step_body(step: Step, fields: &Map<String, Value>, block: u16) -> Body {
    let shown = ["arguments", "output", "text", "message", "response", "error", "type", "name", "timestamp_ms"];
    let mut body = match (step, block) {
        (Step::RunEnd | Step::RunFailed, 1) => return blocks(text(fields, "response").map(Block::Text)),
        (Step::RunFailed, 2) => return blocks(text(fields, "error").map(Block::Error)),
        (Step::TurnStart, _) => blocks(text(fields, "message").map(Block::Prompt)),
        (Step::TurnEnd, _) => blocks(text(fields, "response").map(Block::Text)),
        (Step::TurnFailed, _) => blocks(text(fields, "error").map(Block::Error)),
        (Step::Delta | Step::Text, _) => blocks(text(fields, "text").map(Block::Text)),
        (Step::ItemEnd, _) => Body { facts: vec![Fact::new("Text", "not recorded")], ..Body::default() },
        (Step::ToolStart, _) => arguments_of(fields),
        (Step::ToolEnd, _) => output_of(fields, "output"),
        (Step::RunEnd | Step::RunFailed, _) => Body::default(),
        _ => return facts_body(fields),
    };
    body.facts.extend(facts_of(fields, &shown));
    body
}

/// See [`arguments`] (codetether.md §11.7).
pub fn arguments_of(fields: &Map<String, Value>) -> Body {
    arguments(fields.get("arguments"))
}

fn output_of(fields: &Map<String, Value>, key: &str) -> Body {
    let output = fields.get(key).filter(|output| !output.is_null()).map(plain).filter(|output| !output.is_empty());
    blocks(output.map(|text| Block::Output { text, cut: false }))
}

fn event_body(variant: Variant, reading: Reading, lone: Option<&Value>, fields: &Map<String, Value>) -> Body {
    let said = || lone.map(plain).or_else(|| text(fields, "text").or_else(|| text(fields, "content")));
    let mut body = match (variant, lone) {
        (Variant::TextChunk | Variant::TextComplete, _) => blocks(said().map(Block::Text)),
        (Variant::ThinkingComplete, _) => blocks(said().map(Block::Thinking)),
        (Variant::Error, _) => {
            let why = lone.map(plain).or_else(|| text(fields, "error")).or_else(|| text(fields, "message"));
            blocks(why.map(Block::Error))
        }
        (_, Some(value)) if !value.is_null() => {
            Body { facts: vec![Fact::new("Value", plain(value))], ..Body::default() }
        }
        (_, Some(_)) => Body::default(),
        (variant, None) => step_body(Step::of_variant(variant), fields, 0),
    };
    let reading = match reading {
        Reading::Tagged => "tagged",
        Reading::External => "named by its key",
        Reading::Bare => "recognised by its fields",
    };
    body.facts.push(Fact::new("Reading", reading));
    body.facts.push(Fact::new("Durability", durability_words(variant)));
    body
}

/// `durable (earlier set: ephemeral)`
fn durability_words(variant: Variant) -> String {
    let known = variant.durability();
    let word = |is_durable: bool| if is_durable { "durable" } else { "ephemeral" };
    let newer = known.newer.map_or("unknown", word);
    match known.earlier.map_or("unknown", word) {
        earlier if earlier == newer => newer.to_owned(),
        earlier => format!("{newer} (earlier set: {earlier})"),
    }
}

/// A line of the older terminal's archive (codetether.md §8).
fn chat_body(fields: &Map<String, Value>) -> Body {
    let content = text(fields, "content");
    let is = |key: &str, wanted: &str| fields.get(key).and_then(Value::as_str) == Some(wanted);
    let block = |text: String| match () {
        () if is("message_type", "thinking") => Block::Thinking(text),
        () if is("message_type", "tool_call") => Block::Input(text),
        () if is("message_type", "tool_result") => Block::Output { text, cut: false },
        () if is("role", "user") => Block::Prompt(text),
        () if is("role", "assistant") => Block::Text(text),
        () => Block::System(text),
    };
    Body {
        facts: facts_of(fields, &["content", "recorded_at", "session_id", "role", "message_type"]),
        ..blocks(content.map(block))
    }
}

/// A line of the archive of tools (codetether.md §8).
fn archive_body(fields: &Map<String, Value>) -> Body {
    let mut body = match fields.get("type").and_then(Value::as_str).unwrap_or("") {
        "user_message" => blocks(text(fields, "content").map(Block::Prompt)),
        "assistant_message" => blocks(text(fields, "content").map(Block::Text)),
        "tool_call" => arguments_of(fields),
        _ => output_of(fields, "result"),
    };
    body.facts = facts_of(fields, &["type", "content", "arguments", "result", "timestamp"]);
    body
}
