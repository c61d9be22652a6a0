//! The content of one line, decoded again when somebody looks at it. Values may have any shape here.

use super::prompt::typed;
use crate::formats::content::{blocks, facts_of, parse, plain, text, tool_input};
use crate::formats::lenient::value;
use crate::model::{Block, Body, Fact};
use serde_json::{Map, Value};

type Fields = Map<String, Value>;

/// What a line holds.
pub fn body(line: &[u8]) -> Body {
    let Some(Value::Object(record)) = parse(line) else { return Body::default() };
    let word = |key: &str| record.get(key).and_then(Value::as_str).unwrap_or("");
    if let Some(item) = record.get("item").and_then(Value::as_object) {
        return stream_item(item);
    }
    let Some(payload) = record.get("payload").and_then(Value::as_object) else {
        return match word("type") {
            "" => header(&record),
            "error" | "turn.failed" => failure(&record),
            _ => item(&record),
        };
    };
    match word("type") {
        "session_meta" => header(payload),
        "response_item" => item(payload),
        "event_msg" => message(payload),
        "compacted" => Body {
            blocks: text(payload, "message").map(Block::Text).into_iter().collect(),
            facts: facts_of(payload, &["message", "replacement_history", "latest_token_usage_record"]),
            ..Body::default()
        },
        _ => facts(payload),
    }
}

fn facts(fields: &Fields) -> Body {
    Body { facts: facts_of(fields, &LONG), ..Body::default() }
}

/// Fields that are long, and no facts.
const LONG: [&str; 7] = [
    "type",
    "instructions",
    "base_instructions",
    "developer_instructions",
    "user_instructions",
    "dynamic_tools",
    "collaboration_mode",
];

/// The header of a thread, with its instructions.
fn header(fields: &Fields) -> Body {
    let instructions = |key: &str| match fields.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => text(object, "text"),
        _ => None,
    };
    let texts = LONG.into_iter().filter_map(instructions).filter(|text| !text.is_empty());
    Body {
        summary: text(fields, "cwd").unwrap_or_default(),
        blocks: texts.map(Block::System).collect(),
        facts: facts_of(fields, &LONG),
    }
}

fn item(fields: &Fields) -> Body {
    let kind = fields.get("type").and_then(Value::as_str).unwrap_or("");
    match kind {
        "message" | "agent_message" => said(fields),
        "reasoning" => reasoning(fields),
        "function_call" | "tool_search_call" => call(fields.get("arguments")),
        "custom_tool_call" => call(fields.get("input")),
        "local_shell_call" | "web_search_call" => call(fields.get("action")),
        "function_call_output" | "custom_tool_call_output" | "mcp_tool_call_output" => {
            Body { blocks: output(fields.get("output")), facts: metadata(fields.get("output")), ..Body::default() }
        }
        "tool_search_output" => Body { blocks: output(fields.get("tools")), ..Body::default() },
        "image_generation_call" => Body {
            summary: text(fields, "revised_prompt").unwrap_or_default(),
            blocks: text(fields, "result").map(|data| image("image/png", &data)).into_iter().collect(),
            facts: facts_of(fields, &["type", "result", "revised_prompt"]),
        },
        "compaction" | "context_compaction" | "compaction_summary" => {
            blocks(fields.get("encrypted_content").map(|_| Block::System("encrypted".to_owned())))
        }
        _ => facts(fields),
    }
}

/// A message of a person, of the model or of another agent.
fn said(fields: &Fields) -> Body {
    let role = fields.get("role").and_then(Value::as_str).unwrap_or("");
    let wrap = match role {
        "assistant" => Block::Text,
        "user" => Block::Prompt,
        _ => Block::System,
    };
    let blocks = pieces(fields.get("content"), wrap).into_iter().flat_map(typed_apart).collect();
    let facts = facts_of(fields, &["type", "role", "content", "id", "metadata", PASSED_THROUGH]);
    Body { blocks, facts, ..Body::default() }
}

/// What a person typed, apart from what the harness put before it (codex.md T2).
fn typed_apart(block: Block) -> Vec<Block> {
    let Block::Prompt(text) = block else { return vec![block] };
    let prompt = typed(&text);
    if prompt.is_empty() {
        return vec![Block::System(text)];
    }
    let before = text.rfind(prompt).map_or("", |at| text[..at].trim());
    let before = Some(before).filter(|before| !before.is_empty()).map(|before| Block::System(before.to_owned()));
    before.into_iter().chain([Block::Prompt(prompt.to_owned())]).collect()
}

/// Bookkeeping of the program, the same for each item of a turn.
const PASSED_THROUGH: &str = "internal_chat_message_metadata_passthrough";

/// The pieces of a content: a text, a list, or a piece alone.
fn pieces(content: Option<&Value>, wrap: impl Fn(String) -> Block) -> Vec<Block> {
    let one = |piece: &Value| -> Option<Block> {
        let fields = match piece {
            Value::Object(fields) => fields,
            Value::Null => return None,
            other => return Some(wrap(plain(other))),
        };
        if let Some(url) = text(fields, "image_url") {
            return Some(data_url(&url));
        }
        if let Some(text) = text(fields, "text") {
            return Some(wrap(text));
        }
        let secret = text(fields, "encrypted_content")?;
        // Some builds put plain text under this key (codex.md §3).
        let is_opaque = secret.starts_with("gAAAAA") || !secret.contains(char::is_whitespace);
        Some(if is_opaque { Block::System("encrypted".to_owned()) } else { wrap(secret) })
    };
    match content {
        Some(Value::Array(list)) => list.iter().filter_map(one).collect(),
        Some(alone) => one(alone).into_iter().collect(),
        None => Vec::new(),
    }
}

fn reasoning(fields: &Fields) -> Body {
    let mut blocks = pieces(fields.get("summary"), Block::Thinking);
    blocks.extend(pieces(fields.get("content"), Block::Thinking));
    if blocks.is_empty() && text(fields, "encrypted_content").is_some() {
        blocks.push(Block::System("encrypted".to_owned()));
    }
    Body { blocks, ..Body::default() }
}

/// A call's input: JSON, JSON within a string, or free text (codex.md T4).
fn call(input: Option<&Value>) -> Body {
    let unpacked = input.and_then(Value::as_str).and_then(|text| value(text.as_bytes()));
    match unpacked {
        Some(value @ Value::Object(_)) => tool_input(Some(&with_command(value))),
        _ => tool_input(input.cloned().map(with_command).as_ref()),
    }
}

/// A command that is a list of words reads as a line. A shell's `-lc` script is the command itself.
fn with_command(mut input: Value) -> Value {
    let Some(command) = input.get_mut("command").filter(|command| command.is_array()) else { return input };
    let words: Vec<String> = command.as_array().into_iter().flatten().map(plain).collect();
    *command = Value::String(match words.as_slice() {
        [_, flag, script] if matches!(flag.as_str(), "-lc" | "-c") => script.clone(),
        words => words.join(" "),
    });
    input
}

fn output(output: Option<&Value>) -> Vec<Block> {
    let wrap = |text: String| Block::Output { text, cut: false };
    match output {
        Some(Value::String(packed)) => match value(packed.as_bytes()) {
            Some(Value::Object(fields)) if fields.contains_key("metadata") => unpacked(&fields),
            _ => vec![wrap(packed.clone())],
        },
        Some(Value::Object(fields)) if fields.contains_key("output") => unpacked(fields),
        other => pieces(other, wrap),
    }
}

/// What `{output, metadata}` says beside the output: how the command ended and how long it took.
fn metadata(output: Option<&Value>) -> Vec<Fact> {
    let parsed = output.and_then(Value::as_str).and_then(|packed| value(packed.as_bytes()));
    let known = parsed.as_ref().or(output).and_then(|output| output.get("metadata")?.as_object());
    known.map(|known| facts_of(known, &[])).unwrap_or_default()
}

/// `{output, metadata}`.
fn unpacked(fields: &Fields) -> Vec<Block> {
    let text = fields.get("output").map(plain).unwrap_or_default();
    vec![Block::Output { text, cut: false }]
}

fn message(fields: &Fields) -> Body {
    let kind = fields.get("type").and_then(Value::as_str).unwrap_or("");
    let rest = |key: &str| facts_of(fields, &["type", key]);
    match kind {
        "user_message" => blocks(text(fields, "message").map(Block::Prompt)),
        "agent_message" => blocks(text(fields, "message").map(Block::Text)),
        "agent_reasoning" | "agent_reasoning_raw_content" => blocks(text(fields, "text").map(Block::Thinking)),
        "error" | "stream_error" | "task_complete" | "turn_complete" => failure(fields),
        "token_count" => {
            let counters = |key: &str| fields.get(key).and_then(Value::as_object).map(|inner| facts_of(inner, &[]));
            let facts = [counters("info"), counters("rate_limits")].into_iter().flatten().flatten().collect();
            Body { facts, ..Body::default() }
        }
        "exec_command_end" => Body {
            summary: text(fields, "status").unwrap_or_default(),
            blocks: text(fields, "aggregated_output")
                .map(|text| Block::Output { text, cut: false })
                .into_iter()
                .collect(),
            facts: facts_of(fields, &["type", "aggregated_output", "formatted_output", "stdout", "stderr"]),
        },
        "image_generation_end" => Body {
            blocks: text(fields, "result").map(|data| image("image/png", &data)).into_iter().collect(),
            facts: rest("result"),
            ..Body::default()
        },
        "patch_apply_end" => patched(fields),
        "turn_aborted" => Body { summary: text(fields, "reason").unwrap_or_default(), ..facts(fields) },
        _ => facts(fields),
    }
}

/// What a patch did to files, with the lines that it changed.
fn patched(fields: &Fields) -> Body {
    let changes = fields.get("changes").and_then(Value::as_object);
    let one = |(path, change): (&String, &Value)| {
        let text = change.get("unified_diff")?.as_str()?.to_owned();
        Some(Block::Patch { path: path.clone(), text, before: None })
    };
    let facts = facts_of(fields, &["type", "call_id", "turn_id", "changes", "stdout", "success", "status"]);
    Body { blocks: changes.into_iter().flatten().filter_map(one).collect(), facts, ..Body::default() }
}

/// What went wrong, in words; a task may also have ended well.
fn failure(fields: &Fields) -> Body {
    let error = fields.get("error").and_then(error_of).or_else(|| text(fields, "message"));
    let facts = facts_of(fields, &["type", "error", "message", "last_agent_message"]);
    Body { facts, ..blocks(error.map(Block::Error)) }
}

fn error_of(error: &Value) -> Option<String> {
    match error {
        Value::Null => None,
        Value::Object(fields) => text(fields, "message").or_else(|| Some(plain(error))),
        other => Some(plain(other)),
    }
}

/// An item of `codex exec --json` (codex.md §7).
fn stream_item(fields: &Fields) -> Body {
    let kind = fields.get("type").or(fields.get("item_type")).and_then(Value::as_str).unwrap_or("");
    match kind {
        "agent_message" | "assistant_message" => blocks(text(fields, "text").map(Block::Text)),
        "reasoning" => blocks(text(fields, "text").map(Block::Thinking)),
        "error" => blocks(text(fields, "message").map(Block::Error)),
        "command_execution" => {
            let command = text(fields, "command");
            let mut blocks: Vec<Block> = command.clone().map(Block::Command).into_iter().collect();
            blocks.extend(text(fields, "aggregated_output").map(|text| Block::Output { text, cut: false }));
            let facts = facts_of(fields, &["id", "type", "item_type", "command", "aggregated_output"]);
            Body { summary: command.unwrap_or_default(), blocks, facts }
        }
        "todo_list" => blocks(fields.get("items").map(todo_list)),
        _ => {
            let error = fields.get("error").and_then(error_of).map(Block::Error);
            let path = || text(fields.get("changes")?.as_array()?.first()?.as_object()?, "path");
            let changes = fields.get("changes").filter(|_| kind == "file_change");
            let asked = changes.map(|changes| Block::Input(["{\"changes\":", &*changes.to_string(), "}"].concat()));
            Body {
                summary: text(fields, "query").or_else(path).unwrap_or_default(),
                blocks: asked.into_iter().chain(error).collect(),
                facts: facts_of(fields, &["id", "type", "item_type", "error"]),
            }
        }
    }
}

fn todo_list(items: &Value) -> Block {
    let line = |item: &Value| {
        let is_done = item.get("completed").and_then(Value::as_bool).unwrap_or(false);
        let text = item.get("text").map(plain).unwrap_or_default();
        format!("- [{}] {text}", if is_done { "x" } else { " " })
    };
    Block::Text(items.as_array().into_iter().flatten().map(line).collect::<Vec<_>>().join("\n"))
}

fn data_url(url: &str) -> Block {
    let parts = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    match parts {
        Some((mime, data)) => image(mime, data),
        None => Block::System(format!("image ({url})")),
    }
}

fn image(mime: &str, base64: &str) -> Block {
    Block::Image { mime: mime.to_owned(), base64: base64.to_owned() }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
