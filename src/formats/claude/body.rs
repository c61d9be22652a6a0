//! The content of one event, decoded again from its line when somebody looks at it.

use super::compaction::INFERRED;
use super::failure;
use super::said::{self, Said};
use crate::formats::content::{blocks, facts_of, parse_with, plain, text, tool_input};
use crate::model::{Block, Body, Fact};
use serde_json::{Map, Value};

/// Keys of the envelope that every line repeats, beside its `type` and its `message`.
const ENVELOPE: [&str; 10] = [
    "uuid",
    "parentUuid",
    "sessionId",
    "session_id",
    "timestamp",
    "cwd",
    "version",
    "gitBranch",
    "userType",
    "isSidechain",
];

/// What bodies are made of. Reading all of a line takes three times as long.
fn is_read(parent: &str, key: &str) -> bool {
    match parent {
        "" => !ENVELOPE.contains(&key),
        "message" => matches!(key, "content" | "model"),
        _ => true,
    }
}

/// What the `block`-th event of a line holds.
pub fn body(line: &[u8], block: u16) -> Body {
    let Some(Value::Object(record)) = parse_with(line, &is_read) else { return Body::default() };
    if block == INFERRED {
        return blocks(Some(Block::System("compaction inferred: the prompt shrank by more than 30 %".into())));
    }
    let kind = record.get("type").and_then(Value::as_str).unwrap_or("");
    match kind {
        "user" | "assistant" | "" => message(&record, usize::from(block)),
        "attachment" => attachment(&record),
        "queue-operation" => {
            let said = text(&record, "content").and_then(|said| prose(&said, &record, true, false));
            let mut body = beside(&record, said.into_iter().collect());
            body.facts.retain(|fact| fact.name != "content");
            body
        }
        "system" => system(&record),
        "progress" if object(object(&record, "data"), "message").contains_key("message") => {
            message(object(object(&record, "data"), "message"), usize::from(block))
        }
        "progress" => {
            Body { facts: facts_of(object(&record, "data"), &["message", "normalizedMessages"]), ..Body::default() }
        }
        "result" => result(&record),
        "summary" => blocks(text(&record, "summary").map(Block::Text)),
        _ => beside(&record, Vec::new()),
    }
}

fn object<'a>(data: &'a Map<String, Value>, key: &str) -> &'a Map<String, Value> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    data.get(key).and_then(Value::as_object).unwrap_or(&EMPTY)
}

/// A line without content of its own.
fn beside(record: &Map<String, Value>, blocks: Vec<Block>) -> Body {
    Body { blocks, facts: facts_of(record, &["type", "message"]), ..Body::default() }
}

fn message(record: &Map<String, Value>, block: usize) -> Body {
    let message = object(record, "message");
    let is_user = record.get("type").and_then(Value::as_str) == Some("user");
    let is_error = record.get("isApiErrorMessage") == Some(&Value::Bool(true))
        || message.get("model").and_then(Value::as_str) == Some("<synthetic>");
    match message.get("content") {
        Some(Value::String(said)) => blocks(prose(said, record, is_user, is_error)),
        Some(Value::Array(content)) => {
            let found = content.get(block);
            match found.and_then(|block| block.get("type")).and_then(Value::as_str) {
                Some("tool_result") => result_of(found, record),
                _ if is_user || is_error => prose_blocks(content, record, is_user, is_error),
                _ => content_block(found, content, block),
            }
        }
        _ => Body::default(),
    }
}

/// One text, by who wrote it.
fn prose(said: &str, record: &Map<String, Value>, is_user: bool, is_error: bool) -> Option<Block> {
    let is_set = |key: &str| record.get(key) == Some(&Value::Bool(true));
    Some(match said::said(said) {
        _ if is_error => Block::Error(failure::in_words(said)),
        _ if !is_user => Block::Text(said.to_owned()),
        _ if is_set("isMeta") || is_set("isCompactSummary") => Block::System(said.to_owned()),
        Said::Prompt("") => return None,
        Said::Prompt(prompt) => Block::Prompt(prompt.to_owned()),
        Said::Command(shown) => Block::Prompt(shown),
        Said::Injected(_) | Said::Noise(_) => Block::System(said.to_owned()),
    })
}

/// All that a user said in one line, but for results of tools.
fn prose_blocks(content: &[Value], record: &Map<String, Value>, is_user: bool, is_error: bool) -> Body {
    let mut found = Vec::new();
    for block in content {
        match block.get("type").and_then(Value::as_str) {
            Some("text") => {
                let said = block.get("text").and_then(Value::as_str).unwrap_or("");
                found.extend(prose(said, record, is_user, is_error));
            }
            Some("tool_result") => {}
            Some("image" | "document") => found.push(attached(block)),
            _ => found.push(Block::Input(plain(block))),
        }
    }
    let facts = if is_error { told_of_failure(record) } else { Vec::new() };
    Body { blocks: found, facts, ..Body::default() }
}

/// What the harness notes beside the words of a failure.
fn told_of_failure(record: &Map<String, Value>) -> Vec<Fact> {
    let told = ["error", "apiErrorStatus", "requestId"].into_iter().filter_map(|key| Some((key, record.get(key)?)));
    let told = told.filter(|(_, value)| !value.is_null() && !value.is_object());
    told.map(|(key, value)| Fact::new(key, plain(value))).collect()
}

/// A block of an answer; images beside the first text belong to it.
fn content_block(found: Option<&Value>, content: &[Value], number: usize) -> Body {
    let Some(Value::Object(block)) = found else { return Body::default() };
    match block.get("type").and_then(Value::as_str).unwrap_or("") {
        "text" => {
            let is_first = content.iter().position(|block| block.get("text").is_some()) == Some(number);
            let is_attached =
                |block: &&Value| matches!(block.get("type").and_then(Value::as_str), Some("image" | "document"));
            let mut body = blocks(text(block, "text").map(Block::Text));
            body.blocks.extend(content.iter().filter(|_| is_first).filter(is_attached).map(attached));
            body
        }
        "thinking" | "redacted_thinking" => {
            let unrecorded = || Block::System("thinking (not recorded)".into());
            blocks(Some(text(block, "thinking").map_or_else(unrecorded, Block::Thinking)))
        }
        kind if kind.ends_with("tool_use") => tool_input(block.get("input")),
        kind if kind.ends_with("tool_result") => result_of(found, &Map::new()),
        "image" | "document" => blocks(found.map(attached)),
        _ => blocks(found.map(|block| Block::Input(plain(block)))),
    }
}

/// An image; in place of a document its type and its size.
fn attached(block: &Value) -> Block {
    let kind = block.get("type").and_then(Value::as_str).unwrap_or("block");
    let source = block.get("source");
    let of = |key: &str| source.and_then(|source| source.get(key)).and_then(Value::as_str);
    let media = of("media_type").or(of("type")).unwrap_or("unknown type");
    if let (Some(data), "image") = (of("data"), kind) {
        return Block::Image { mime: media.to_owned(), base64: data.to_owned() };
    }
    let text = match (of("data"), of("url")) {
        // Four characters of base64 are three bytes.
        (Some(data), _) => format!("{kind} ({media}, {} kB)", (data.len() / 4 * 3).div_ceil(1000)),
        (None, Some(url)) => format!("{kind} ({url})"),
        (None, None) => format!("{kind} ({media})"),
    };
    Block::System(text)
}

/// What a tool gave back.
fn result_of(block: Option<&Value>, record: &Map<String, Value>) -> Body {
    let Some(Value::Object(block)) = block else { return Body::default() };
    let is_error = block.get("is_error") == Some(&Value::Bool(true));
    let mut found = Vec::new();
    let push = |text: &str, found: &mut Vec<Block>| {
        let path = persisted(text, record);
        match is_error {
            true => found.push(Block::Error(text.to_owned())),
            // Where the rest is says the next block.
            false => found.push(Block::Output { text: text.to_owned(), cut: false }),
        }
        found.extend(path.map(|path| Block::Elsewhere { path, is_open: false }));
    };
    match block.get("content") {
        Some(Value::String(text)) if !text.is_empty() => push(text, &mut found),
        Some(Value::Array(content)) => {
            for part in content {
                match part.get("type").and_then(Value::as_str) {
                    Some("text") => push(part.get("text").and_then(Value::as_str).unwrap_or(""), &mut found),
                    Some("image" | "document") => found.push(attached(part)),
                    _ => found.push(Block::Input(plain(part))),
                }
            }
        }
        Some(Value::Object(other)) => found.push(Block::Input(Value::Object(other.clone()).to_string())),
        _ => {}
    }
    found.extend(patch(object(record, "toolUseResult")));
    Body { blocks: found, ..Body::default() }
}

/// How a file was changed, and what it was before, as the harness recorded it (claude-code.md §3.2).
fn patch(result: &Map<String, Value>) -> Option<Block> {
    let path = text(result, "filePath")?;
    let mut hunks = String::new();
    for hunk in result.get("structuredPatch")?.as_array()? {
        let number = |key: &str| hunk.get(key).and_then(Value::as_u64).unwrap_or(0).to_string();
        let [old, old_lines] = ["oldStart", "oldLines"].map(number);
        let [new, new_lines] = ["newStart", "newLines"].map(number);
        hunks.push_str(&["@@ -", &*old, ",", &*old_lines, " +", &*new, ",", &*new_lines, " @@\n"].concat());
        for line in hunk.get("lines").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            hunks.push_str(line);
            hunks.push('\n');
        }
    }
    let before = text(result, "originalFile");
    (!hunks.is_empty()).then_some(Block::Patch { path, text: hunks, before })
}

/// Where the harness put an output that was too long for the log (claude-code.md §3.2).
fn persisted(output: &str, record: &Map<String, Value>) -> Option<String> {
    let told = text(object(record, "toolUseResult"), "persistedOutputPath");
    let start = output.trim_start();
    if told.is_none() && !SPILLED.iter().any(|words| start.starts_with(words)) {
        return None;
    }
    let path_after =
        |words: &str| Some(start.split_once(words)?.1.lines().next()?.trim().trim_end_matches('.').to_owned());
    let written = || SAVED_TO.iter().find_map(|words| path_after(words));
    // An error that only begins like that has no path.
    told.or_else(written).or_else(|| start.starts_with(SPILLED[0]).then(String::new))
}

/// What stands in place of an output in a file of its own.
const SPILLED: [&str; 2] = ["<persisted-output>", "Error: result ("];

/// Words before the path of that file.
const SAVED_TO: [&str; 2] = ["Full output saved to: ", "Output has been saved to "];

fn attachment(record: &Map<String, Value>) -> Body {
    let attachment = object(record, "attachment");
    match attachment.get("prompt") {
        Some(Value::String(prompt)) => blocks(prose(prompt, record, true, false)),
        Some(Value::Array(content)) => prose_blocks(content, record, true, false),
        _ => {
            let said = ["content", "snippet", "text", "stderr", "stdout"];
            let found = said.iter().find_map(|key| text(attachment, key).map(|text| (*key, text)));
            let (key, text) = found.unzip();
            let but = ["type", key.unwrap_or("type")];
            Body {
                blocks: text.map(Block::System).into_iter().collect(),
                facts: facts_of(attachment, &but),
                ..Body::default()
            }
        }
    }
}

fn system(record: &Map<String, Value>) -> Body {
    let said = text(record, "content");
    let is_error = matches!(record.get("subtype").and_then(Value::as_str), Some("api_error" | "error"));
    let mut found: Vec<Block> = said.map(Block::System).into_iter().collect();
    found.extend(is_error.then(|| Block::Error(failure::words_of(record.get("error").unwrap_or(&Value::Null)))));
    let mut body = beside(record, found);
    body.facts.retain(|fact| fact.name != "content" && !fact.name.starts_with("error"));
    let metadata = object(record, "compactMetadata");
    if let Some(before) = metadata.get("preTokens").and_then(Value::as_u64) {
        let trigger = text(metadata, "trigger").unwrap_or_default();
        body.summary = [&*trigger, " compaction at ", &before.to_string(), " tokens"].concat().trim_start().to_owned();
        body.facts.retain(|fact| !fact.name.starts_with("compactMetadata"));
        body.facts.extend(facts_of(metadata, &[]));
    }
    body
}

fn result(record: &Map<String, Value>) -> Body {
    let is_error = record.get("is_error") == Some(&Value::Bool(true));
    let in_words = |said: String| if is_error { Block::Error(failure::in_words(&said)) } else { Block::Text(said) };
    let said = text(record, "result").map(in_words);
    let mut body = beside(record, said.into_iter().collect());
    body.summary = text(record, "subtype").unwrap_or_default();
    body.facts.retain(|fact| fact.name != "result" && fact.name != "subtype");
    body
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
