//! Where the objects of a list stand in a document, so that each of them can be read alone.

use std::ops::Range;

/// A list of a document.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Elements {
    /// From its opening to after its closing bracket; to the document's end if that is missing.
    pub list: Range<usize>,
    /// Its objects.
    pub objects: Vec<Range<usize>>,
}

/// The list under a key at the document's own level, with its objects. Empty where there is none.
pub fn elements(document: &[u8], key: &str) -> Elements {
    let mut found = Elements::default();
    let (mut depth, mut start, mut is_list) = (0_u32, 0, false);
    // The last string at the document's own level, and whether a colon has followed: only then it is a key.
    let (mut last, mut is_key) = (0..0, false);
    let mut at = 0;
    while let Some(byte) = document.get(at) {
        match byte {
            b'"' => {
                let end = string_end(document, at);
                if depth == 1 {
                    (last, is_key) = (at + 1..end - 1, false);
                }
                at = end;
                continue;
            }
            b':' if depth == 1 => is_key = true,
            b'{' | b'[' => {
                if !is_list && depth == 1 && *byte == b'[' && is_key {
                    is_list = document.get(last.clone()) == Some(key.as_bytes());
                    found.list = if is_list { at..document.len() } else { 0..0 };
                }
                if is_list && depth == 2 {
                    start = at;
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if is_list && depth == 2 && *byte == b'}' {
                    found.objects.push(start..at + 1);
                }
                if is_list && depth == 1 {
                    found.list.end = at + 1;
                    return found;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The objects of a document that is one list. What is no object, or not whole, is left out.
pub fn top_level(document: &[u8]) -> Elements {
    let mut found = Elements::default();
    let (mut depth, mut start) = (0_u32, 0);
    let mut at = 0;
    while let Some(byte) = document.get(at) {
        match byte {
            b'"' => {
                at = string_end(document, at);
                continue;
            }
            b'{' | b'[' => {
                if depth == 0 {
                    found.list = at..document.len();
                } else if depth == 1 {
                    start = at;
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 1 && *byte == b'}' {
                    found.objects.push(start..at + 1);
                }
                if depth == 0 {
                    found.list.end = at + 1;
                    return found;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The place after the string that starts at `at`.
pub fn string_end(document: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', document.get(at..).unwrap_or_default()) {
        at += found;
        match document.get(at) {
            Some(b'"') => return at + 1,
            _ => at += 2,
        }
    }
    document.len().max(at)
}

#[cfg(test)]
mod tests {
    use super::{elements, top_level};

    #[test]
    fn messages_are_found_in_their_document() {
        let check = |document: &str, answer: &[&str], list: &str| {
            let found = elements(document.as_bytes(), "messages");
            let objects: Vec<_> = found.objects.into_iter().map(|range| &document[range]).collect();
            assert_eq!((objects.as_slice(), &document[found.list]), (answer, list), "{document}");
        };
        check(
            r#"{"messages":[{"a":"}"},{"b":["{"]}],"x":[{}]}"#,
            &[r#"{"a":"}"}"#, r#"{"b":["{"]}"#],
            r#"[{"a":"}"},{"b":["{"]}]"#,
        );
        check(
            r#"{"x":"messages","y":[{}],"messages" : [ {"\"":[{"messages":[{}]}]} ]}"#,
            &[r#"{"\"":[{"messages":[{}]}]}"#],
            r#"[ {"\"":[{"messages":[{}]}]} ]"#,
        );
        check(r#"{"x":{"messages":[{}]},"messages":[]}"#, &[], "[]");
        for broken in ["", "{", "}]}", r#""messages":[{}]"#] {
            check(broken, &[], "");
        }
        for broken in [r#"{"messages":[{"#, r#"{"messages":[{"a":"\"#, r#"{"messages":[{"a":"#] {
            check(broken, &[], &broken[12..]);
        }
    }

    #[test]
    fn the_objects_of_a_list_are_found() {
        let check = |document: &str, answer: &[&str]| {
            let found: Vec<_> =
                top_level(document.as_bytes()).objects.into_iter().map(|range| &document[range]).collect();
            assert_eq!(found, answer, "{document}");
        };
        check(r#" [{"a":"]}"}, 7, [{"b":1}], {"c":[{}]}] {"d":1}"#, &[r#"{"a":"]}"}"#, r#"{"c":[{}]}"#]);
        check(r#"[{"a":1},{"b":"#, &[r#"{"a":1}"#]);
        check("[]", &[]);
        check("", &[]);
    }
}
