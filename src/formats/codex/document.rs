//! The oldest files are one JSON document: `{"session": header, "items": [item, …]}` (codex.md §1). Its parts are read as
//! if each stood in a line.

use memchr::memmem;
use serde::de::IgnoredAny;
use serde_json::{Deserializer, Value};

pub fn is_document(record: &Value) -> bool {
    let has = |key: &str| record.get("session").and_then(|session| session.get(key)).is_some();
    has("id") && has("timestamp") && record.get("items").is_some_and(Value::is_array)
}

/// Header and items of a document, each with its offset.
pub fn parts(document: &[u8]) -> Vec<(usize, &[u8])> {
    let mut parts: Vec<(usize, &[u8])> =
        after_key(document, b"\"session\"").and_then(|at| value_at(document, at)).into_iter().collect();
    let Some(list) = after_key(document, b"\"items\"").filter(|at| document.get(*at) == Some(&b'[')) else {
        return parts;
    };
    let mut at = list + 1;
    while let Some(item) = value_at(document, at) {
        at = item.0 + item.1.len();
        parts.push(item);
    }
    parts
}

/// Where the value of a key begins. Quotes within texts are escaped, so only keys and whole texts can look like one.
fn after_key(document: &[u8], key: &[u8]) -> Option<usize> {
    memmem::find_iter(document, key).find_map(|at| {
        let colon = skip(document, at + key.len(), b"");
        (document.get(colon) == Some(&b':')).then(|| skip(document, colon + 1, b""))
    })
}

/// The value at an offset, past blanks and commas.
fn value_at(document: &[u8], at: usize) -> Option<(usize, &[u8])> {
    let start = skip(document, at, b",");
    let rest = document.get(start..)?;
    let mut values = Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    Some((start, rest.get(..values.byte_offset())?))
}

fn skip(document: &[u8], at: usize, also: &[u8]) -> usize {
    let rest = document.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| byte.is_ascii_whitespace() || also.contains(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn parts_of_a_document_in_order() {
        let check = |document: &str, answer: &[(usize, &str)]| {
            let found: Vec<_> = parts(document.as_bytes()).into_iter().collect();
            let answer: Vec<_> = answer.iter().map(|(at, text)| (*at, text.as_bytes())).collect();
            assert_eq!(found, answer, "{document}");
        };
        check(
            r#"{"session":{"id":"a"},"items":[{"x":[1]}, {"y":"]"}]}"#,
            &[(11, r#"{"id":"a"}"#), (31, r#"{"x":[1]}"#), (42, r#"{"y":"]"}"#)],
        );
        check(
            r#"{"session": {"instructions":"\"items\": [1]"}, "items" : []}"#,
            &[(12, r#"{"instructions":"\"items\": [1]"}"#)],
        );
        check(r#"{"items":7}"#, &[]);
        check("{", &[]);
    }
}
