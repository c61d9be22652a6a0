//! Messages of a snapshot and of a history object (codetether.md §6): a role and a list of parts.

use super::body::arguments_of;
use crate::formats::content::{facts_of, text};
use crate::model::{Block, Body};
use serde_json::{Map, Value};

/// The content of a snapshot: its header, or the n-th message part of all, counted from 1.
pub fn snapshot_body(snapshot: &Map<String, Value>, block: u16) -> Body {
    if block == 0 {
        return Body { facts: facts_of(snapshot, &["messages", "tool_uses", "pages"]), ..Body::default() };
    }
    let messages = snapshot.get("messages").and_then(Value::as_array).into_iter().flatten();
    let all = messages.filter_map(Value::as_object).flat_map(|message| parts(message).map(move |part| (message, part)));
    all.skip(usize::from(block) - 1).map(|(message, part)| part_body(message, part)).next().unwrap_or_default()
}

/// The content of one part of a message.
pub fn message_body(message: &Map<String, Value>, block: u16) -> Body {
    let part = parts(message).nth(usize::from(block));
    part.map(|part| part_body(message, part)).unwrap_or_default()
}

fn parts(message: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    message.get("content").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

fn part_body(message: &Map<String, Value>, part: &Map<String, Value>) -> Body {
    let said = |text: String| match message.get("role").and_then(Value::as_str) {
        Some("user") => Block::Prompt(text),
        Some("assistant") => Block::Text(text),
        _ => Block::System(text),
    };
    let block = |block: Option<Block>| Body { blocks: block.into_iter().collect(), ..Body::default() };
    let mut body = match part.get("type").and_then(Value::as_str).unwrap_or("") {
        "text" => block(text(part, "text").map(said)),
        "thinking" => block(text(part, "text").map(Block::Thinking)),
        "tool_call" => arguments_of(part),
        "tool_result" => block(text(part, "content").map(|text| Block::Output { text, cut: false })),
        _ => Body { summary: text(part, "path").unwrap_or_default(), ..Body::default() },
    };
    body.facts = facts_of(part, &["type", "text", "content", "arguments", "signature", "thought_signature"]);
    body
}
