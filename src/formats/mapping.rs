//! Logs of programs that nobody here knows, read by what their user says of them (docs/mapping.md): a small JSON that
//! tells where session, time, kind, text, tool and tokens stand. Only the command takes one.

use super::generic::GENERIC;
use super::messages::value::{at, is_some, list};
use super::messages::{Cache, Dialect, PLAIN, Reasoning};
use super::{Decoder, Format, Sharing};
use crate::model::{Body, EventKind, Metric};
use serde_json::{Map, Value};
use std::sync::RwLock;

/// The format that the user's mapping makes.
pub struct Mapped;

/// What stands where, as the user wrote it; kept for the program's life, as tables of formats are.
pub struct Mapping {
    places: Value,
    dialect: &'static Dialect,
}

static CURRENT: RwLock<Option<&'static Mapping>> = RwLock::new(None);

/// Why a mapping cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("it is no JSON object")]
    NoObject,
    #[error("it has no `kind`, the place that says what a record is")]
    NoKind,
    #[error("there is no key {0:?}; there are {KEYS}")]
    UnknownKey(String),
    #[error(
        "there is no kind {0:?}; there are prompt, response, thinking, tool-call, tool-result, system, error, usage, compaction"
    )]
    UnknownKind(String),
    #[error("{0:?} must be a text")]
    NoText(String),
    #[error("{0:?} must be \"within\" or \"apart\"")]
    NoChoice(&'static str),
}

const KEYS: &str = "name, records, session, parent, title, directory, version, time, until, kind, kinds, text, thinking, \
    tool, id, input, output, failed, message_id, model, provider, tokens, cost, cache, reasoning";

/// Keys of a mapping and of the record that is made of it.
const FIELDS: [(&str, &str); 16] = [
    ("kind", "role"),
    ("session", "session_id"),
    ("parent", "parent"),
    ("title", "title"),
    ("directory", "cwd"),
    ("version", "version"),
    ("time", "timestamp"),
    ("until", "until"),
    ("text", "content"),
    ("thinking", "thinking"),
    ("tool", "name"),
    ("id", "toolCallId"),
    ("input", "input"),
    ("failed", "is_error"),
    ("model", "model"),
    ("provider", "provider"),
];
const COUNTS: [&str; 6] = ["input", "cached", "cache.write", "output", "reasoning", "total"];

/// Takes this mapping for all logs that no format knows, from now on.
pub fn set(text: &str) -> Result<(), MappingError> {
    let mapping = Box::leak(Box::new(read(text)?));
    *CURRENT.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(mapping);
    Ok(())
}

fn current() -> Option<&'static Mapping> {
    *CURRENT.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn read(text: &str) -> Result<Mapping, MappingError> {
    let places: Value = serde_json::from_slice(text.as_bytes())?;
    let map = places.as_object().ok_or(MappingError::NoObject)?;
    for (key, value) in map {
        let is_known = KEYS.split([',', ' ']).any(|known| known == key);
        if !is_known {
            return Err(MappingError::UnknownKey(key.clone()));
        }
        if !matches!(key.as_str(), "kinds" | "tokens") && !value.is_string() {
            return Err(MappingError::NoText(key.clone()));
        }
    }
    if !is_some(at(&places, "kind")) {
        return Err(MappingError::NoKind);
    }
    let mut words = Vec::new();
    for (word, kind) in at(&places, "kinds").as_object().into_iter().flatten() {
        let name = kind.as_str().unwrap_or("");
        let known = EventKind::ALL.into_iter().find(|kind| kind.name() == name);
        words.push((leak(word), known.ok_or_else(|| MappingError::UnknownKind(name.to_owned()))?));
    }
    let is_apart = |key: &'static str, usual: &'static str| match at(&places, key).as_str().unwrap_or(usual) {
        "within" => Ok(false),
        "apart" => Ok(true),
        _ => Err(MappingError::NoChoice(key)),
    };
    let text = |key: &str| at(&places, key).as_str().map_or("", leak);
    let dialect = Dialect {
        id: "mapped",
        name: "Your mapping",
        lists: if text("records").is_empty() { &[] } else { Box::leak(Box::new([text("records")])) },
        words: Vec::leak(words),
        until: "until",
        message_id: "message_id",
        parent: "parent",
        title: "title",
        version: "version",
        cache: if is_apart("cache", "within")? { Cache::Apart } else { Cache::Within },
        reasoning: if is_apart("reasoning", "within")? { Reasoning::Apart } else { Reasoning::Within },
        answers_are_requests: is_some(at(&places, "tokens")),
        sniff: |record| is_some(at(record, "role")),
        prepare: Some(prepare),
        why_missing: GENERIC.why_missing,
        ..PLAIN
    };
    Ok(Mapping { dialect: Box::leak(Box::new(dialect)), places })
}

fn leak(text: &str) -> &'static str {
    String::leak(text.to_owned())
}

/// The record under the names that the reader knows.
fn prepare(record: Value) -> Value {
    let Some(mapping) = current() else { return record };
    let place = |key: &str| at(&mapping.places, key).as_str().unwrap_or("-");
    let mut map = Map::new();
    let mut put = |key: &str, value: &Value| {
        if !value.is_null() {
            map.insert(key.to_owned(), value.clone());
        }
    };
    FIELDS.iter().for_each(|(key, name)| put(name, at(&record, place(key))));
    put("message_id", at(&record, place("message_id")));
    // What a call gave back stands in it; a result is what its text says.
    put("output", at(&record, place("output")));
    put("cost", at(&record, place("cost")));
    let counts: Map<String, Value> = COUNTS
        .iter()
        .filter_map(|key| {
            let own = at(&mapping.places, "tokens")
                .get(*key)
                .or_else(|| at(&mapping.places, "tokens").get(other_name(key)))?;
            Some(((*key).to_owned(), at(&record, own.as_str()?).clone()))
        })
        .filter(|(_, value)| !value.is_null())
        .collect();
    if !counts.is_empty() {
        map.insert("usage".to_owned(), Value::Object(counts));
    }
    // The list of a document's records is looked for again in what was made of it.
    for key in mapping.dialect.lists {
        let found = list(at(&record, key));
        map.insert((*key).to_owned(), Value::Array(found.to_vec()));
    }
    Value::Object(map)
}

fn other_name(key: &str) -> &str {
    match key {
        "cached" => "cache_read",
        "cache.write" => "cache_write",
        other => other,
    }
}

impl Format for Mapped {
    fn id(&self) -> &'static str {
        "mapped"
    }

    fn name(&self) -> &'static str {
        "Your mapping"
    }

    fn sniff(&self, head: &[Value]) -> bool {
        let (Some(mapping), Some(record)) = (current(), head.last()) else { return false };
        let first = mapping.dialect.lists.first().map_or(record, |list| at(record, list).get(0).unwrap_or(record));
        (mapping.dialect.sniff)(&prepare(first.clone()))
    }

    fn is_last_resort(&self) -> bool {
        true
    }

    fn tells_costs(&self) -> bool {
        // Whoever says how counters are meant wants costs of them.
        false
    }

    fn decoder(&'static self) -> Box<dyn Decoder> {
        current().map_or(&GENERIC, |mapping| mapping.dialect).decoder()
    }

    fn why_missing(&self, metric: Metric) -> &'static str {
        GENERIC.why_missing(metric)
    }

    fn sharing(&self) -> &'static Sharing {
        GENERIC.sharing()
    }

    fn body(&self, line: &[u8], block: u16) -> Body {
        current().map_or_else(Body::default, |mapping| mapping.dialect.body(line, block))
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_is_wrong_with_a_mapping_is_told() {
        let check = |text: &str, why: &str| {
            let told = read(text).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(told.starts_with(why), "{text}: {told}");
        };
        check("{", "not JSON");
        check("[]", "it is no JSON object");
        check("{}", "it has no `kind`");
        check(r#"{"kind":"k","colour":"x"}"#, "there is no key \"colour\"");
        check(r#"{"kind":"k","kinds":{"a":"b"}}"#, "there is no kind \"b\"");
        check(r#"{"kind":7}"#, "\"kind\" must be a text");
        check(r#"{"kind":"k","cache":"maybe"}"#, "\"cache\" must be");
        check(r#"{"kind":"k"}"#, "");
    }
}
