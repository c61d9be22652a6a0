//! The texts in a line of JSON, however torn the line is: values, not keys. A text that is JSON itself (as the arguments of
//! many a call) tells its own texts too, unless somebody has found in it what he wanted.

use crate::logic::redact::unescape;
use memchr::{memchr, memchr2};

/// JSON within JSON within JSON: deeper than this nobody writes.
const DEEPEST: u8 = 4;

/// Hands on each text; `each` says whether the texts within it are wanted, too.
pub fn strings(line: &[u8], each: &mut dyn FnMut(&str) -> bool) {
    of_depth(line, 0, each);
}

fn of_depth(line: &[u8], depth: u8, each: &mut dyn FnMut(&str) -> bool) {
    let mut buffer = Vec::new();
    let mut rest = line;
    while let Some(start) = memchr(b'"', rest) {
        let text = rest.get(start + 1..).unwrap_or_default();
        let (end, has_escapes) = end_of(text);
        let (text, after) = text.split_at(end);
        rest = after.get(1..).unwrap_or_default();
        let is_key = rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
        if is_key || text.is_empty() {
            continue;
        }
        let text = if has_escapes {
            unescape(text, &mut buffer);
            &buffer[..]
        } else {
            text
        };
        let text = String::from_utf8_lossy(text);
        if each(&text) && depth < DEEPEST && text.trim_start().starts_with(['{', '[']) {
            of_depth(text.as_bytes(), depth + 1, each);
        }
    }
}

/// Where a text ends: at its quote, or with the line where that is torn. And whether something in it is escaped.
fn end_of(text: &[u8]) -> (usize, bool) {
    let (mut at, mut has_escapes) = (0, false);
    loop {
        match text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            None => return (text.len(), has_escapes),
            Some(near) if text[at + near] == b'"' => return (at + near, has_escapes),
            Some(near) => {
                has_escapes = true;
                at += near + 2;
            }
        }
    }
}
