//! JSON one level at a time: what is inside stays text until somebody asks. Knows the ways in which Go's decoder is
//! more forgiving than serde's (damaged characters), and nothing of logs. Everything is read from bytes: serde_json
//! would be compiled once more for strings.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// The keys and values of an object, in order and with repetitions; `None` for another kind.
pub fn entries(json: &str) -> Option<Vec<(String, &str)>> {
    serde_json::Deserializer::from_slice(json.as_bytes()).deserialize_map(EntryVisitor).ok()
}

/// The elements of an array; `None` for another kind.
pub fn items(json: &str) -> Option<Vec<&str>> {
    let items: Vec<&RawValue> = serde_json::from_slice(json.as_bytes()).ok()?;
    Some(items.into_iter().map(RawValue::get).collect())
}

/// What a string says; `None` for another kind. An escaped lone surrogate becomes U+FFFD.
pub fn text(json: &str) -> Option<String> {
    serde_json::from_slice(json.as_bytes()).ok().or_else(|| {
        let bytes = serde_json::Deserializer::from_slice(json.as_bytes()).deserialize_bytes(BytesVisitor).ok()?;
        Some(without_surrogates(&bytes))
    })
}

/// Bytes as text, with U+FFFD for each byte that is not UTF-8.
pub fn from_damaged_utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}

/// serde_json hands a lone surrogate on as three bytes, the first of which is 0xED.
fn without_surrogates(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if chunk.invalid().first() == Some(&0xED) {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Vec<(String, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            entries.push((text(key.get()).unwrap_or_default(), value.get()));
        }
        Ok(entries)
    }
}

struct BytesVisitor;

impl Visitor<'_> for BytesVisitor {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON string")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_keep_order_repetitions_and_the_text_of_values() {
        let answer = [("b", "1.0"), ("a", "{ \"x\": [] }"), ("b", "null")];
        let entries = entries(r#" { "b" : 1.0, "\u0061":{ "x": [] } , "b":null}"#).expect("an object");
        assert!(entries.iter().map(|(key, value)| (key.as_str(), *value)).eq(answer));
        assert_eq!(items(" [1.0, \"x\",null] "), Some(vec!["1.0", "\"x\"", "null"]));
    }

    #[test]
    fn another_kind_is_none() {
        for other in ["null", "1", "true", "\"x\"", "[1]", ""] {
            assert_eq!(entries(other), None, "{other}");
        }
        for other in ["null", "1", "{}", "\"x\""] {
            assert_eq!(items(other), None, "{other}");
        }
        for other in ["null", "1", "[1]", "{}", "[\"x\"]"] {
            assert_eq!(text(other), None, "{other}");
        }
    }

    #[test]
    fn damaged_characters_become_replacement_characters() {
        let check = |json: &str, answer: &str| assert_eq!(text(json).as_deref(), Some(answer), "{json}");
        check(r#""a\ud83d\ude00\n\u00e9""#, "a\u{1F600}\n\u{E9}");
        check(r#""a\ud83db""#, "a\u{FFFD}b");
        check(r#""\ud83d\u0041\udc00\ud83d\ude00""#, "\u{FFFD}A\u{FFFD}\u{1F600}");
        check(r#""\ud83d\ud83d\ude00""#, "\u{FFFD}\u{1F600}");
        check("\"\u{D7FF}\\ud800\"", "\u{D7FF}\u{FFFD}");
        // E2 82 begins a character of three bytes: Go replaces each byte.
        assert_eq!(from_damaged_utf8(b"a\xE2\x82b\xFF"), "a\u{FFFD}\u{FFFD}b\u{FFFD}");
    }
}
