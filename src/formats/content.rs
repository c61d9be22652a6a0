//! What the `body` functions of dialects share: the texts and values of a decoded line as blocks and facts. Values may
//! have any shape here.

use crate::formats::lenient::repair;
use crate::model::{Block, Body, Fact};
use serde_json::{Map, Value};

/// Fields of a tool's input that name the file it is about.
pub const PATHS: [&str; 10] = [
    "file_path",
    "path",
    "filePath",
    "notebook_path",
    "absolute_path",
    "target_file",
    "TargetFile",
    "AbsolutePath",
    "filename",
    "file",
];

/// The JSON of a line; of a damaged one what a repair leaves readable.
pub fn parse(line: &[u8]) -> Option<Value> {
    serde_json::from_slice(line).or_else(|_| serde_json::from_slice(repair(line).as_bytes())).ok()
}

/// A body of one block, or of none.
pub fn blocks(block: Option<Block>) -> Body {
    Body { blocks: block.into_iter().collect(), ..Body::default() }
}

/// A text that is not empty.
pub fn text(data: &Map<String, Value>, key: &str) -> Option<String> {
    data.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A value as one would write it by hand: strings without quotes, objects as compact JSON.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// All values that are not empty, but for the keys that are shown otherwise.
pub fn facts_of(data: &Map<String, Value>, but: &[&str]) -> Vec<Fact> {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty() || text.starts_with("0001-01-01T00:00:00"),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    let mut facts = Vec::new();
    for (key, value) in data {
        if but.contains(&key.as_str()) || is_empty(value) {
            continue;
        }
        match value {
            // Small maps (sticky, utilization, metadata) read better a line a value.
            Value::Object(map) if map.values().all(|value| !value.is_object() && !value.is_array()) => {
                let inner = map.iter().filter(|(_, value)| !is_empty(value));
                facts.extend(inner.map(|(inner, value)| Fact::new(&format!("{key}.{inner}"), plain(value))));
            }
            _ => facts.push(Fact::new(key, plain(value))),
        }
    }
    facts
}

/// What a tool was given: its command or its whole input, and a short line that says what was done.
pub fn tool_input(input: Option<&Value>) -> Body {
    let Some(input) = input.filter(|input| !input.is_null()) else { return Body::default() };
    let first = |keys: &[&str]| keys.iter().find_map(|key| input.get(key)).map(plain);
    let command = first(&["command", "cmd"]);
    let is_only_field = input.as_object().is_some_and(|fields| fields.len() == 1);
    let summary = command
        .clone()
        .or_else(|| first(&["path", "file_path", "filePath", "pattern", "query", "url", "description", "skill"]));
    let mut blocks: Vec<Block> = command.map(Block::Command).into_iter().collect();
    if blocks.is_empty() || !is_only_field {
        blocks.push(Block::Input(plain(input)));
    }
    Body { summary: summary.unwrap_or_default(), blocks, ..Body::default() }
}

/// As [`tool_input`], where the input may be JSON in a text; a broken one is shown as it is.
pub fn arguments(input: Option<&Value>) -> Body {
    match input {
        Some(Value::String(written)) => match serde_json::from_slice::<Value>(written.as_bytes()) {
            Ok(input @ Value::Object(_)) => tool_input(Some(&input)),
            _ => blocks(Some(Block::Input(written.clone())).filter(|_| !written.is_empty())),
        },
        other => tool_input(other),
    }
}
