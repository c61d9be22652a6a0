//! The oldest files are one JSON document: `{"session": header, "items": [item, …]}` (codex.md §1). Its parts are read as
//! if each stood in a line.

use super::raw::{after_key, value_at};
use serde_json::Value;

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
