//! Objects that a tool has printed over several lines. Fizeau's own reader takes them (fizeau.md §5), so do we. A document
//! that is one list, as Cline and others write it, is handed on as its objects.

use crate::formats::elements::{string_end, top_level};
use crate::lines::Line;
use crate::model::Span;
use serde::de::IgnoredAny;

/// An object over more lines than this is taken for damage.
const MOST_LINES: usize = 2_000_000;
/// An object of more bytes than this is taken for damage.
const MOST_BYTES: usize = 64 << 20;

/// Joins lines from a lone `{` to the end of its object, and those of a list that the source begins with. Everything else
/// passes through untouched and uncopied.
#[derive(Default, Clone)]
pub struct Joiner {
    /// Something but blank lines has been seen.
    has_begun: bool,
    is_list: bool,
    held: Vec<Held>,
    bytes: usize,
    /// Open braces and brackets so far; the object can only be whole when there are none.
    depth: i64,
}

#[derive(Clone)]
struct Held {
    bytes: Vec<u8>,
    span: Span,
    number: u32,
    is_ended: bool,
}

impl Joiner {
    /// Hands on the line, or what it completes, or nothing yet.
    pub fn push(&mut self, line: &Line<'_>, mut out: impl FnMut(&Line<'_>)) {
        let text = line.bytes.trim_ascii();
        let is_first = !self.has_begun && !text.is_empty();
        self.has_begun |= is_first;
        let begins_list = is_first && begins_list(text);
        let starts = text == b"{" || begins_list;
        if self.held.is_empty() && !starts {
            return out(line);
        }
        self.is_list |= begins_list;
        // A second lone `{` at the margin, or a whole object: what is held was damage.
        let is_new = !self.held.is_empty() && !self.is_list && line.bytes.first() == Some(&b'{');
        if is_new || line.is_too_long {
            self.give_back(&mut out);
            if !starts || line.is_too_long {
                return out(line);
            }
        }
        self.hold(line);
        if self.depth <= 0 || self.held.len() > MOST_LINES || self.bytes > MOST_BYTES {
            self.finish(out);
        }
    }

    /// Hands on what is held: one object if it is one, else its lines.
    pub fn finish(&mut self, mut out: impl FnMut(&Line<'_>)) {
        let Some((first, last)) = self.held.first().zip(self.held.last()) else { return };
        let joined = self.held.iter().map(|held| held.bytes.as_slice()).collect::<Vec<_>>().join(&b'\n');
        let end = last.span.offset + u64::from(last.span.len);
        let span = Span { offset: first.span.offset, len: (end - first.span.offset) as u32 };
        let whole = Line { bytes: &joined, span, number: first.number, is_ended: last.is_ended, is_too_long: false };
        if self.is_list {
            self.hand_on_objects(&joined, &mut out);
            return self.forget();
        }
        if serde_json::from_slice::<IgnoredAny>(&joined).is_ok() {
            out(&whole);
            self.forget();
        } else {
            self.give_back(&mut out);
        }
    }

    fn hold(&mut self, line: &Line<'_>) {
        let Line { bytes, span, number, is_ended, .. } = *line;
        self.depth += depth_of(bytes);
        self.bytes += bytes.len();
        self.held.push(Held { bytes: bytes.to_vec(), span, number, is_ended });
    }

    fn give_back(&mut self, out: &mut impl FnMut(&Line<'_>)) {
        for Held { bytes, span, number, is_ended } in &self.held {
            out(&Line { bytes, span: *span, number: *number, is_ended: *is_ended, is_too_long: false });
        }
        self.forget();
    }

    /// The objects of the list that is held, each where it stands; then the beginning of one that was cut off.
    fn hand_on_objects(&self, joined: &[u8], out: &mut impl FnMut(&Line<'_>)) {
        // Places ascend. Lines are joined by one byte each; their ends in the source may be longer.
        let (mut lines, mut before) = (self.held.iter().peekable(), 0);
        let mut place = |at: usize| {
            while let Some(line) = lines.next_if(|line| before + line.bytes.len() < at) {
                before += line.bytes.len() + 1;
            }
            lines.peek().map_or((0, 0), |line| (line.span.offset + (at - before) as u64, line.number))
        };
        let found = top_level(joined);
        let last = found.objects.last().map_or(0, |last| last.end);
        let left = joined.get(last..found.list.end).unwrap_or_default();
        let cut = memchr::memchr(b'{', left).map(|start| last + start..joined.len());
        for range in found.objects.into_iter().chain(cut) {
            let Some(bytes) = joined.get(range.clone()) else { return };
            let ((offset, number), (end, _)) = (place(range.start), place(range.end));
            let span = Span { offset, len: (end - offset) as u32 };
            out(&Line { bytes, span, number, is_ended: range.end < joined.len(), is_too_long: false });
        }
    }

    fn forget(&mut self) {
        *self = Self { has_begun: true, ..Self::default() };
    }
}

/// Whether a document that begins so is a list of objects: text lines may begin with a bracket too.
fn begins_list(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    text.strip_prefix(b"[").is_some_and(|rest| matches!(rest.trim_ascii_start().first(), None | Some(b'{')))
}

/// Braces and brackets that a line opens, less those that it closes; those in strings do not count.
fn depth_of(line: &[u8]) -> i64 {
    let (mut depth, mut at) = (0, 0);
    while let Some(byte) = line.get(at) {
        match byte {
            b'"' => {
                at = string_end(line, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::LineSplitter;

    fn joined(log: &str) -> Vec<(String, u32, String)> {
        let (mut splitter, mut joiner, mut found) = (LineSplitter::default(), Joiner::default(), Vec::new());
        let mut keep = |line: &Line<'_>| {
            let from = line.span.offset as usize;
            let place = log[from..from + line.span.len as usize].to_owned();
            found.push((String::from_utf8_lossy(line.bytes).into_owned(), line.number, place));
        };
        splitter.push(log.as_bytes(), |line| joiner.push(&line, &mut keep));
        splitter.finish(|line| joiner.push(&line, &mut keep));
        joiner.finish(&mut keep);
        found
    }

    fn texts(log: &str) -> Vec<String> {
        joined(log).into_iter().map(|(text, ..)| text).collect()
    }

    #[test]
    fn an_object_over_several_lines_is_one() {
        let log = "{\n  \"a\": {\n    \"b\": \"}\\\"{\"\n  }\n}\n{\"c\":1}\n";
        let found = joined(log);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].0.as_str(), found[0].1), ("{\n  \"a\": {\n    \"b\": \"}\\\"{\"\n  }\n}", 1));
        assert_eq!((found[0].2.as_str(), found[1].1), (found[0].0.as_str(), 6));
    }

    #[test]
    fn damage_gives_its_lines_back() {
        assert_eq!(texts("{\n\"a\": 1\n{\"b\":2}\n"), ["{", "\"a\": 1", "{\"b\":2}"]);
        assert_eq!(texts("{\n  oops\n}\n{\"b\":2}\n"), ["{", "  oops", "}", "{\"b\":2}"]);
        assert_eq!(texts("{\n  \"a\": 1"), ["{", "  \"a\": 1"]);
    }

    #[test]
    fn a_list_is_its_objects() {
        let check = |log: &str, wanted: &[(&str, u32)]| {
            let found = joined(log);
            let told: Vec<(&str, u32)> = found.iter().map(|(text, line, _)| (text.as_str(), *line)).collect();
            assert_eq!(told, wanted, "{log}");
            found.iter().for_each(|(text, _, place)| assert_eq!(text, place, "{log}"));
        };
        check("[{\"a\":\"]\"},{\"b\":1}]\n", &[("{\"a\":\"]\"}", 1), ("{\"b\":1}", 1)]);
        check("\n[\n  {\n  \"a\": 1\n  },\n{\"b\":2}\n]\n", &[("", 1), ("{\n  \"a\": 1\n  }", 3), ("{\"b\":2}", 6)]);
        check("[{\"a\":1},{\"b\":", &[("{\"a\":1}", 1), ("{\"b\":", 1)]);
        check("[INFO] x\n{\"b\":2}\n", &[("[INFO] x", 1), ("{\"b\":2}", 2)]);
        check("{\"b\":2}\n[{}]\n", &[("{\"b\":2}", 1), ("[{}]", 2)]);
        let crlf = joined("[\r\n{\"a\":\r\n1}\r\n]\r\n");
        assert_eq!((crlf[0].0.as_str(), crlf[0].2.as_str()), ("{\"a\":\n1}", "{\"a\":\r\n1}"));
    }
}
