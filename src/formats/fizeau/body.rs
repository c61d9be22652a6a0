//! The content of one line, decoded again when somebody looks at it. Values may have any shape here.

use crate::formats::content::{blocks, facts_of, parse, plain, text, tool_input};
use crate::model::{Block, Body};
use serde_json::{Map, Value};

/// Suffix that the writer puts where it cut a tool's output (fizeau.md §3.2).
const CUT_MARK: &str = "...[truncated]";

/// What the `block`-th event of a line holds.
pub fn body(line: &[u8], block: u16) -> Body {
    let Some(record) = parse(line) else { return Body::default() };
    let empty = Map::new();
    let data = record.get("data").and_then(Value::as_object).unwrap_or(&empty);
    let kind = record.get("type").and_then(Value::as_str).unwrap_or("");
    match (kind, block) {
        ("session.start", 0) => session_start(data),
        ("session.start", _) => blocks(text(data, "prompt").map(Block::Prompt)),
        ("session.end", 0) => session_end(data),
        ("session.end", _) => blocks(text(data, "output").map(Block::Text)),
        ("llm.request", _) => request(data),
        ("llm.response", _) => response(data),
        ("llm.delta", _) => delta(data),
        ("tool.call", _) => tool_call(data),
        ("progress", _) => progress(data),
        ("planning.turn", _) => blocks(text(data, "plan").map(Block::Thinking)),
        ("text_delta", _) => blocks(text(data, "text").map(Block::Text)),
        ("tool_call", _) => tool_input(data.get("input")),
        ("tool_result", _) => tool_output(data),
        ("final", 0) => session_end(data),
        ("final", _) => blocks(text(data, "final_text").map(Block::Text)),
        ("compaction.end" | "compaction", _) => compaction(data),
        _ => Body { facts: facts_of(data, &[]), ..Body::default() },
    }
}

fn session_start(data: &Map<String, Value>) -> Body {
    Body {
        summary: text(data, "work_dir").unwrap_or_default(),
        blocks: text(data, "system_prompt").map(Block::System).into_iter().collect(),
        facts: facts_of(data, &["prompt", "system_prompt"]),
    }
}

fn session_end(data: &Map<String, Value>) -> Body {
    Body {
        summary: text(data, "status").unwrap_or_default(),
        blocks: text(data, "error").map(Block::Error).into_iter().collect(),
        facts: facts_of(data, &["output", "final_text", "error"]),
    }
}

fn request(data: &Map<String, Value>) -> Body {
    let messages = data.get("messages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let count = match data.get("messages_count").and_then(Value::as_u64) {
        Some(count) if messages.is_empty() => count as usize,
        _ => messages.len(),
    };
    let tools = data.get("tools").and_then(Value::as_array).map_or(0, Vec::len);
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    Body {
        summary: format!("{}, {}", plural(count, "message"), plural(tools, "tool")),
        blocks: messages.iter().map(message).collect(),
        facts: facts_of(data, &["messages", "tools"]),
    }
}

fn message(message: &Value) -> Block {
    let role = message.get("role").map(plain).unwrap_or_default();
    let mut text = message.get("content").map(plain).filter(|text| text != "null").unwrap_or_default();
    for call in message.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
        if !text.is_empty() {
            text.push('\n');
        }
        let part = |key: &str| call.get(key).map(plain).unwrap_or_default();
        text.push_str(&format!("{}({})", part("name"), part("arguments")));
    }
    Block::Message { role, text }
}

fn response(data: &Map<String, Value>) -> Body {
    let mut blocks: Vec<Block> = text(data, "content").map(Block::Text).into_iter().collect();
    for call in data.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
        let part = |key: &str| call.get(key).map(plain).unwrap_or_default();
        blocks.push(Block::Input(format!("{} {}", part("name"), part("arguments"))));
    }
    blocks.extend(text(data, "error").map(Block::Error));
    let summary = text(data, "finish_reason").unwrap_or_default();
    Body { summary, blocks, facts: facts_of(data, &["content", "tool_calls", "error"]) }
}

fn delta(data: &Map<String, Value>) -> Body {
    let mut blocks: Vec<Block> = text(data, "reasoning_content").map(Block::Thinking).into_iter().collect();
    blocks.extend(text(data, "content").map(Block::Text));
    blocks.extend(text(data, "tool_call_args").map(Block::Input));
    blocks.extend(text(data, "err").map(Block::Error));
    Body {
        blocks,
        facts: facts_of(data, &["content", "reasoning_content", "tool_call_args", "err"]),
        ..Body::default()
    }
}

fn tool_call(data: &Map<String, Value>) -> Body {
    let mut body = tool_input(data.get("input"));
    let result = tool_output(data);
    body.blocks.extend(result.blocks);
    body.facts = facts_of(data, &["input", "output", "error"]);
    body
}

fn tool_output(data: &Map<String, Value>) -> Body {
    let error = text(data, "error");
    let mut blocks = Vec::new();
    if let Some(output) = data.get("output").map(plain).filter(|output| !output.is_empty() && output != "null") {
        // A failed tool's output is its error once more (fizeau.md §3.2).
        let repeats = error.as_ref().is_some_and(|error| output.strip_prefix("error: ") == Some(error));
        if !repeats {
            let cut = output.ends_with(CUT_MARK);
            blocks.push(Block::Output { text: output, cut });
        }
    }
    blocks.extend(error.map(Block::Error));
    Body { blocks, ..Body::default() }
}

/// What the called program reported of one step: never more than an excerpt of the output.
fn progress(data: &Map<String, Value>) -> Body {
    let command = text(data, "command");
    let mut blocks: Vec<Block> = command.clone().map(Block::Command).into_iter().collect();
    if let Some(excerpt) = text(data, "output_excerpt") {
        let whole = data.get("output_bytes").and_then(Value::as_u64) == Some(excerpt.len() as u64);
        blocks.push(Block::Output { text: excerpt, cut: !whole });
    }
    if blocks.is_empty() {
        blocks.extend(text(data, "message").map(Block::Text));
    }
    Body {
        summary: text(data, "action").or(command).unwrap_or_default(),
        blocks,
        facts: facts_of(data, &["command", "output_excerpt", "message", "action"]),
    }
}

fn compaction(data: &Map<String, Value>) -> Body {
    let number = |key: &str| data.get(key).and_then(Value::as_u64);
    let summary = match (number("tokens_before"), number("tokens_after")) {
        (Some(before), Some(after)) => format!("{before} → {after} tokens"),
        _ => match (number("messages_before"), number("messages_after")) {
            (Some(before), Some(after)) => format!("{before} → {after} messages"),
            _ => String::new(),
        },
    };
    let mut blocks: Vec<Block> = text(data, "summary").map(Block::Text).into_iter().collect();
    blocks.extend(text(data, "error").map(Block::Error));
    Body { summary, blocks, facts: facts_of(data, &["summary", "error"]) }
}
