//! Logs of programs that nobody here knows, read by what their user says of them (docs/mapping.md): a small JSON that
//! tells where session, time, kind, text, tool and tokens stand. Each makes a [`Dialect`] of its own, which reads what no
//! format knows.

use super::generic::GENERIC;
use super::lenient::{Field, Flag, fill, value};
use super::messages::read::kind_of;
use super::messages::value::{at, is_some, list, word};
use super::messages::{Cache, Dialect, PLAIN, Reasoning};
use crate::model::{EventKind, hash_of, quoted};
use serde_json::{Map, Value};
use std::sync::{PoisonError, RwLock};

/// A mapping that was read: kept for the program's life, as tables of formats are.
struct Known {
    text: String,
    dialect: &'static Dialect,
    /// Whether logs are read by it, and whether the user took it or an archive brought it.
    is_used: bool,
    is_own: bool,
}

static KNOWN: RwLock<Vec<Known>> = RwLock::new(Vec::new());

/// Why a mapping cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("it is no JSON object")]
    NoObject,
    #[error("it has no `kind`, the place that says what a record is")]
    NoKind,
    #[error("there is no key {}; there are {KEYS}", quoted(.0))]
    UnknownKey(String),
    #[error(
        "there is no kind {}; there are prompt, response, thinking, tool-call, tool-result, system, error, usage, compaction",
        quoted(.0)
    )]
    UnknownKind(String),
    #[error("{} must be {kind}", quoted(.0), kind = if matches!(.0.as_str(), "kinds" | "tokens") { "an object" } else { "a text" })]
    WrongKind(String),
    #[error("there is no counter {}; there are input, cache_read, cache_write, output, reasoning, total", quoted(.0))]
    UnknownCount(String),
    #[error("{} must be \"within\" or \"apart\"", quoted(.0))]
    NoChoice(&'static str),
}

impl MappingError {
    /// The line of the text that it is about, 1-based, if it is about one.
    pub fn line(&self, text: &str) -> Option<usize> {
        let key = match self {
            Self::Json(error) => return Some(error.line()),
            Self::NoObject | Self::NoKind => return None,
            Self::UnknownKey(key) | Self::WrongKind(key) | Self::UnknownCount(key) | Self::UnknownKind(key) => key,
            Self::NoChoice(key) => *key,
        };
        let at = text.find(&["\"", key, "\""].concat())?;
        Some(1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count())
    }
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

/// The format that a mapping makes. It is known by its id from now on, and the same text gives the same one.
pub fn format(text: &str) -> Result<&'static Dialect, MappingError> {
    let known = |list: &[Known]| list.iter().find(|known| known.text == text).map(|known| known.dialect);
    if let Some(dialect) = known(&KNOWN.read().unwrap_or_else(PoisonError::into_inner)) {
        return Ok(dialect);
    }
    let dialect = read(text)?;
    let known = Known { text: text.to_owned(), dialect, is_used: false, is_own: false };
    KNOWN.write().unwrap_or_else(PoisonError::into_inner).push(known);
    Ok(dialect)
}

/// Takes these mappings of the user's, and no others, for all logs that no format knows, from now on.
pub fn use_own(texts: &[String]) -> Result<(), MappingError> {
    texts.iter().try_for_each(|text| format(text).map(drop))?;
    for known in KNOWN.write().unwrap_or_else(PoisonError::into_inner).iter_mut() {
        let is_wanted = texts.contains(&known.text);
        known.is_used = is_wanted || known.is_used && !known.is_own;
        known.is_own |= is_wanted;
    }
    Ok(())
}

/// Takes a mapping that an archive brings, besides the user's own.
pub fn use_also(text: &str) -> Result<(), MappingError> {
    format(text)?;
    let mut list = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    for known in list.iter_mut().filter(|known| known.text == text && !known.is_used) {
        (known.is_used, known.is_own) = (true, false);
    }
    Ok(())
}

/// The texts of the mappings that logs are read by.
pub fn used() -> Vec<String> {
    let list = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    list.iter().filter(|known| known.is_used).map(|known| known.text.clone()).collect()
}

/// The format of a mapping by its id.
pub fn by_id(id: &str) -> Option<&'static Dialect> {
    let list = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    list.iter().map(|known| known.dialect).find(|dialect| dialect.id == id)
}

/// The mapping that knows the most of some records, if any of them knows one.
pub fn best(head: &[Value]) -> Option<&'static Dialect> {
    let list = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    let used = list.iter().filter(|known| known.is_used).map(|known| known.dialect);
    let mut best = (0, None);
    for dialect in used {
        let knows = head.iter().filter(|record| knows(dialect, record)).count();
        if knows > best.0 {
            best = (knows, Some(dialect));
        }
    }
    best.1
}

fn knows(dialect: &Dialect, record: &Value) -> bool {
    let first = dialect.lists.first().map_or(record, |list| at(record, list).get(0).unwrap_or(record));
    let role = dialect.mapping.map_or("", |places| word(first, at(places, "kind").as_str().unwrap_or("-")));
    !role.is_empty() && kind_of(dialect, role) != EventKind::Other
}

/// The places that a mapping names, by their keys; of tokens as `tokens.input`.
pub fn places(dialect: &Dialect) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for (key, value) in dialect.mapping.and_then(Value::as_object).into_iter().flatten() {
        match value {
            Value::String(place) if !matches!(key.as_str(), "name" | "cache" | "reasoning" | "records") => {
                found.push((key.clone(), place.as_str()));
            }
            Value::Object(counts) if key == "tokens" => {
                let named =
                    |(name, place): (&String, &'static Value)| Some((["tokens.", name].concat(), place.as_str()?));
                found.extend(counts.iter().filter_map(named));
            }
            _ => {}
        }
    }
    found
}

fn read(text: &str) -> Result<&'static Dialect, MappingError> {
    // What is wrong with it tells only the reader that makes no values.
    fill(Flag::default().slot(), text.as_bytes())?;
    let places = value(text.as_bytes()).unwrap_or_default();
    let map = places.as_object().ok_or(MappingError::NoObject)?;
    for (key, value) in map {
        let is_known = KEYS.split([',', ' ']).any(|known| known == key);
        if !is_known {
            return Err(MappingError::UnknownKey(key.clone()));
        }
        let is_of_its_kind =
            if matches!(key.as_str(), "kinds" | "tokens") { value.is_object() } else { value.is_string() };
        if !is_of_its_kind {
            return Err(MappingError::WrongKind(key.clone()));
        }
    }
    if !is_some(at(&places, "kind")) {
        return Err(MappingError::NoKind);
    }
    for (name, place) in at(&places, "tokens").as_object().into_iter().flatten() {
        if !COUNTS.iter().any(|count| other_name(count) == name) {
            return Err(MappingError::UnknownCount(name.clone()));
        }
        if !place.is_string() {
            return Err(MappingError::WrongKind(name.clone()));
        }
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
        id: id_of(&places),
        name: if text("name").is_empty() { "Your mapping" } else { text("name") },
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
        prepare: Some(prepare),
        why_missing: GENERIC.why_missing,
        mapping: Some(Box::leak(Box::new(places))),
        ..PLAIN
    };
    Ok(Box::leak(Box::new(dialect)))
}

/// The same for the same places, here and in a bundle, so that two mappings never stand for each other.
fn id_of(places: &Value) -> &'static str {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let hash = hash_of(&[&places.to_string()]);
    let mut id = "mapped-".to_owned();
    id.extend(
        (0..6).filter_map(|digit| DIGITS.get((hash >> (4 * digit)) as usize % 16)).map(|digit| char::from(*digit)),
    );
    String::leak(id)
}

fn leak(text: &str) -> &'static str {
    String::leak(text.to_owned())
}

/// The record under the names that the reader knows.
fn prepare(dialect: &Dialect, record: Value) -> Value {
    let Some(places) = dialect.mapping else { return record };
    let place = |key: &str| at(places, key).as_str().unwrap_or("-");
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
    let mut counts = Map::new();
    for key in COUNTS {
        let own = at(places, "tokens").get(other_name(key)).and_then(Value::as_str).unwrap_or("-");
        let value = at(&record, own);
        if !value.is_null() {
            counts.insert(key.to_owned(), value.clone());
        }
    }
    if !counts.is_empty() {
        map.insert("usage".to_owned(), Value::Object(counts));
    }
    // The list of a document's records is looked for again in what was made of it.
    for key in dialect.lists {
        map.insert((*key).to_owned(), Value::Array(list(at(&record, key)).to_vec()));
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

#[cfg(test)]
mod tests {
    use super::{format, read};

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
        check(r#"{"kind":"k","tokens":"x"}"#, "\"tokens\" must be an object");
        check(r#"{"kind":"k","tokens":{"in":"x"}}"#, "there is no counter \"in\"");
        check(r#"{"kind":"k","cache":"maybe"}"#, "\"cache\" must be");
        check(r#"{"kind":"k"}"#, "");
    }
    #[test]
    fn what_is_wrong_has_its_line() {
        let line = |text: &str| format(text).err().and_then(|error| error.line(text));
        assert_eq!(line("{\n\"kind\": \"k\",\n\"colour\": \"x\"}"), Some(3));
        assert_eq!(line("{\n\"kind\": oops}"), Some(2));
        assert_eq!(line("{}"), None);
    }

    #[test]
    fn the_same_places_have_the_same_name() {
        let id = |text: &str| format(text).expect("a mapping").id;
        assert_eq!(id(r#"{"kind":"k","text":"t"}"#), id(r#"{ "text": "t", "kind": "k" }"#));
        assert_ne!(id(r#"{"kind":"k","text":"t"}"#), id(r#"{"kind":"k","text":"u"}"#));
    }
}
