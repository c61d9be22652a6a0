//! What a mapping makes of the beginning of a log, as tables to look at, and a mapping to begin with (docs/mapping.md).

use super::convert::text_of;
use super::overview::ShownTable;
use crate::archive::{SourceReader, first_objects};
use crate::formats::Format;
use crate::formats::mapping::{MappingError, format, places};
use crate::formats::messages::read::kind_of;
use crate::formats::messages::value::{at, is_some, list, text, time};
use crate::formats::messages::{Dialect, PLAIN};
use crate::logic::excerpt::first_line;
use crate::model::{EventKind, SourceMeta, UsageRow};
use serde_json::Value;

/// Steps that are shown.
const MOST_STEPS: usize = 40;
/// Records that are looked at.
const MOST_RECORDS: usize = 200;
/// Characters of a text.
const MOST_CHARS: usize = 80;

/// The first steps that a mapping finds, then where each of its places was found. The first table is called as the mapping
/// is. What is wrong is told with the line of the mapping that it is about.
pub fn trial(mapping: &str, bytes: &[u8]) -> Result<Vec<ShownTable>, String> {
    let dialect = format(mapping).map_err(|error| told(&error, mapping))?;
    let found = vec![steps(dialect, bytes), found_at(dialect, bytes)];
    Ok(found)
}

/// What is wrong with a mapping, with its line.
pub fn told(error: &MappingError, mapping: &str) -> String {
    match error.line(mapping) {
        Some(line) => ["line ", &line.to_string(), ": ", &error.to_string()].concat(),
        None => error.to_string(),
    }
}

fn table(title: &str, columns: &[&str], rows: Vec<Vec<String>>) -> ShownTable {
    let columns = columns.iter().map(|name| ((*name).to_owned(), false)).collect();
    ShownTable { title: title.to_owned(), columns, rows }
}

fn steps(dialect: &'static Dialect, bytes: &[u8]) -> ShownTable {
    let mut reader = SourceReader::reading_as(SourceMeta { path: "this file".to_owned(), size: None }, dialect);
    reader.push(bytes);
    let index = reader.finish(None);
    let mut rows = Vec::new();
    for (number, event) in index.events.iter().take(MOST_STEPS) {
        let from = event.span.offset as usize;
        let line = bytes.get(from..from + event.span.len as usize).unwrap_or_default();
        let body = dialect.body(line, event.block);
        let said = if body.summary.is_empty() { text_of(&body) } else { body.summary };
        let usage = index.usage.iter().find(|row| row.event == number);
        let is_tool = matches!(event.kind, EventKind::ToolCall | EventKind::ToolResult);
        rows.push(vec![
            index.parts.get(usize::from(event.part)).map_or(String::new(), |part| part.id.clone()),
            event.at.map_or(String::new(), |at| at.rfc3339()),
            event.kind.name().to_owned(),
            first_line(&said, MOST_CHARS),
            if is_tool { index.strings.get(event.name).to_owned() } else { String::new() },
            usage.map_or(String::new(), tokens),
        ]);
    }
    table(dialect.name, &["Session", "Time", "Kind", "Text", "Tool", "Tokens"], rows)
}

fn tokens(row: &UsageRow) -> String {
    let tokens = &row.tokens;
    let named = [
        (tokens.input_uncached, " in"),
        (tokens.cache_read, " cached"),
        (tokens.cache_write, " written"),
        (tokens.output, " out"),
    ];
    let told = named.into_iter().filter_map(|(count, name)| Some(count.get()?.to_string() + name));
    told.collect::<Vec<_>>().join(", ")
}

/// The records of a document, or of lines.
fn records(dialect: &Dialect, bytes: &[u8]) -> Vec<Value> {
    let objects = first_objects(bytes, MOST_RECORDS);
    let inner = |key: &&str| {
        objects.iter().find_map(|object| Some(list(at(object, key)).to_vec()).filter(|list| !list.is_empty()))
    };
    dialect.lists.iter().find_map(inner).unwrap_or(objects)
}

fn found_at(dialect: &Dialect, bytes: &[u8]) -> ShownTable {
    let records = records(dialect, bytes);
    let row = |(key, place): (String, &str)| {
        let mut values = records.iter().map(|record| at(record, place)).filter(|value| !value.is_null());
        let first = values.next();
        let count = usize::from(first.is_some()) + values.count();
        let shown = first.map_or(String::new(), |value| first_line(&text(value), MOST_CHARS));
        let count = [&count.to_string(), " of ", &records.len().to_string()].concat();
        vec![key, place.to_owned(), count, shown]
    };
    let rows = places(dialect).into_iter().map(row).collect();
    table("Where it looks", &["Key", "Place", "Found in records", "First value"], rows)
}

/// A mapping to begin with, by the names and values of the first records; empty where there is no record.
pub fn suggestion(bytes: &[u8]) -> String {
    let mut records = first_objects(bytes, MOST_RECORDS);
    let Some(first) = records.first() else { return String::new() };
    let mut lines = vec![line("name", "My log")];
    let own = first.as_object().and_then(|map| map.iter().find(|(_, value)| list(value).iter().any(Value::is_object)));
    if let Some((key, inner)) = own.filter(|_| records.len() == 1) {
        lines.push(line("records", key));
        records = list(inner).to_vec();
    }
    let mut leaves = Vec::new();
    records.iter().take(5).for_each(|record| flatten("", record, &mut leaves));
    let mut take = |key: &str, is_it: &dyn Fn(&str, &Value) -> bool| {
        let found = leaves.iter().position(|(path, value)| is_it(path, value));
        let (path, _) = leaves.remove(found?);
        lines.push(line(key, &path));
        Some(path)
    };
    let named = |names: &'static str| {
        move |path: &str, value: &Value| {
            let name = path.rsplit('.').next().unwrap_or(path);
            names.split('|').any(|known| known == name) && is_some(value)
        }
    };
    take("time", &|_, value| time(value).is_some());
    let kind = take("kind", &named("role|type|kind|what|who|event|source|speaker|author|from|action"));
    let kind = kind.or_else(|| {
        take("kind", &|_, value| value.as_str().is_some_and(|word| word.len() < 16 && !word.contains(' ')))
    });
    take("session", &named("session|session_id|sessionId|run|run_id|conversation_id|thread_id|trace_id|chat_id"));
    take("tool", &named("tool|tool_name|toolName|fn|function|name"));
    take("model", &named("model|model_name|model_id|llm"));
    take("text", &named("text|content|say|message|msg|body|output"))
        .or_else(|| take("text", &|_, value| value.as_str().is_some_and(|said| said.contains(' '))));
    lines.extend(kind.map(|kind| kinds(&kind, &records)).filter(|line| !line.is_empty()));
    ["{\n", &lines.join(",\n"), "\n}\n"].concat()
}

fn line(key: &str, value: &str) -> String {
    ["  \"", key, "\": ", &Value::from(value).to_string()].concat()
}

/// The values of a record that are no objects, with their places.
fn flatten<'a>(above: &str, value: &'a Value, leaves: &mut Vec<(String, &'a Value)>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = if above.is_empty() { key.clone() } else { [above, ".", key].concat() };
        if value.is_object() {
            flatten(&path, value, leaves);
        } else if !leaves.iter().any(|(known, _)| *known == path) {
            leaves.push((path, value));
        }
    }
}

/// What the words of a log may mean, where no format has taught them.
fn kinds(place: &str, records: &[Value]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in records.iter().filter_map(|record| at(record, place).as_str()) {
        if !words.contains(&word) && words.len() < 20 && kind_of(&PLAIN, word) == EventKind::Other {
            words.push(word);
        }
    }
    let meaning = |word: &&str| {
        const SIGNS: [(&str, &str); 6] = [
            ("ask user human input question", "prompt"),
            ("tell assistant answer reply bot completion", "response"),
            ("did result observation return output", "tool-result"),
            ("do call exec invoke tool run", "tool-call"),
            ("think thought reason", "thinking"),
            ("error fail", "error"),
        ];
        let known = SIGNS.iter().find(|(signs, _)| signs.split(' ').any(|sign| word.contains(sign)));
        [&*Value::from(*word).to_string(), ": \"", known.map_or("system", |(_, kind)| kind), "\""].concat()
    };
    if words.is_empty() {
        return String::new();
    }
    ["  \"kinds\": { ", &words.iter().map(meaning).collect::<Vec<_>>().join(", "), " }"].concat()
}

#[cfg(test)]
mod tests {
    use super::{suggestion, trial};

    const LOG: &str = concat!(
        r#"{"run":"r-1","at":1785612800,"what":"ask","say":"List them"}"#,
        "\n",
        r#"{"run":"r-1","at":1785612801,"what":"do","call":{"fn":"ls","no":"1"}}"#,
        "\n",
        r#"{"run":"r-1","at":1785612804,"what":"tell","say":"Two of them.","n":{"in":100,"hit":40,"out":7}}"#,
        "\n",
    );

    #[test]
    fn a_suggestion_can_be_tried() {
        let mapping = suggestion(LOG.as_bytes());
        assert_eq!(
            mapping,
            "{\n  \"name\": \"My log\",\n  \"time\": \"at\",\n  \"kind\": \"what\",\n  \"session\": \"run\",\n  \"tool\": \"call.fn\",\n  \"text\": \"say\",\n  \
             \"kinds\": { \"ask\": \"prompt\", \"do\": \"tool-call\", \"tell\": \"response\" }\n}\n"
        );
        let tables = trial(&mapping, LOG.as_bytes()).expect("a mapping");
        assert_eq!(tables[0].rows[0], ["r-1", "2026-08-01T19:33:20.000Z", "prompt", "List them", "", ""]);
        assert_eq!(tables[0].rows[1], ["r-1", "2026-08-01T19:33:21.000Z", "tool-call", "", "ls", ""]);
        let tool = tables[1].rows.iter().find(|row| row[0] == "tool").expect("a place");
        assert_eq!(tool[1..], ["call.fn", "1 of 3", "ls"]);
    }

    #[test]
    fn tokens_are_shown_as_they_are_counted() {
        let mapping = r#"{"name":"Mine","kind":"what","kinds":{"tell":"response"},"text":"say","tokens":{"input":"n.in","cache_read":"n.hit","output":"n.out"}}"#;
        let tables = trial(mapping, LOG.as_bytes()).expect("a mapping");
        assert_eq!((tables[0].title.as_str(), tables[0].rows[2][5].as_str()), ("Mine", "60 in, 40 cached, 7 out"));
        let lost = tables[1].rows.iter().find(|row| row[0] == "tokens.output").expect("a place");
        assert_eq!(lost[2], "1 of 3");
    }

    #[test]
    fn the_records_of_a_document_are_looked_at() {
        let log = r#"{"about":"x","steps":[{"who":"user","said":"hi there","when":"2026-01-01T00:00:00Z"}]}"#;
        let mapping = suggestion(log.as_bytes());
        let tables = trial(&mapping, log.as_bytes()).expect("a mapping");
        assert_eq!(tables[0].rows.len(), 1, "{mapping}");
        assert_eq!(tables[0].rows[0][2..4], ["prompt", "hi there"]);
    }

    #[test]
    fn a_wrong_line_is_named() {
        let told = trial("{\n\"kind\": \"k\",\n\"colour\": \"x\"}", b"").expect_err("a wrong key");
        assert!(told.starts_with("line 3: there is no key \"colour\""), "{told}");
        assert_eq!(suggestion(b""), "");
    }
}
