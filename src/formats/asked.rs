//! What calls are asked, as far as the index holds it: not the words, only which calls were asked the same and which files
//! they name (analytics.md §13).

use super::Sink;
use super::content::PATHS;
use super::lenient::{Raw, Str, read_or_empty};
use crate::model::{Asked, Map, quick_hash};
use memchr::memmem::{find, find_iter};
use memchr::{memchr, memchr_iter};
use serde_json::Value;

/// The inputs and paths of a source so far, by their hashes, numbered from 1.
#[derive(Debug, Clone, Default)]
pub struct Known {
    inputs: Map<u64, u32>,
    files: Map<u64, u32>,
}

fn numbered(known: &mut Map<u64, u32>, hash: u64) -> u32 {
    let next = known.len() as u32 + 1;
    *known.entry(hash).or_insert(next)
}

impl Sink {
    /// Notes what a call was asked, as its line has it. Calls come in the order of their events.
    pub fn asked(&mut self, event: u32, input: Raw<'_>) {
        if let Some(json) = input.some() {
            self.asked_json(event, json);
        }
    }

    /// As [`Self::asked`], for a value that has been read.
    pub fn asked_value(&mut self, event: u32, input: &Value) {
        if !input.is_null() {
            self.asked_json(event, input.to_string().as_bytes());
        }
    }

    fn asked_json(&mut self, event: u32, json: &[u8]) {
        let input = numbered(&mut self.known.inputs, quick_hash(json));
        let mut files = 0u32;
        let Self { events, known, .. } = self;
        let mut add = |path: &[u8]| {
            files += 1;
            events.push_asked(Asked { event, input, file: numbered(&mut known.files, quick_hash(path)) });
        };
        match json.first() {
            // Arguments in a text: JSON once more, or a patch as it is.
            Some(b'"') if may_name(json) => {
                let text: Str<'_> = read_or_empty(json);
                named(text.trim_start().as_bytes(), &mut add);
            }
            Some(b'{' | b'[') => named(json, &mut add),
            _ => {}
        }
        if files == 0 {
            events.push_asked(Asked { event, input, file: 0 });
        }
    }
}

/// What heads each file of an enveloped patch.
const HEADS: [&str; 3] = ["*** Update File: ", "*** Add File: ", "*** Delete File: "];

/// Whether it is worth looking: all of [`PATHS`] and all heads of patches have one of these.
fn may_name(json: &[u8]) -> bool {
    ["ath", "ile"].iter().any(|word| find(json, word.as_bytes()).is_some())
}

/// The paths of an input: those that its fields name, of an object the first; else those of the patch in it.
fn named(input: &[u8], add: &mut dyn FnMut(&[u8])) {
    let is_json = matches!(input.first(), Some(b'{' | b'['));
    let mut rest = if is_json { input } else { &[] };
    let (mut is_path, mut has_path) = (false, false);
    while let Some(start) = memchr(b'"', rest) {
        let (text, after) = quoted(rest.get(start + 1..).unwrap_or_default());
        rest = after.trim_ascii_start();
        if is_path {
            add(text);
            has_path = true;
            if input.first() == Some(&b'{') {
                return;
            }
        }
        let value = rest.strip_prefix(b":").unwrap_or_default().trim_ascii_start();
        is_path = value.first() == Some(&b'"') && PATHS.iter().any(|name| name.as_bytes() == text);
    }
    for head in HEADS.iter().filter(|_| !has_path) {
        for at in find_iter(input, head) {
            let path = input.get(at + head.len()..).unwrap_or_default();
            add(path.get(..line_len(path, is_json)).unwrap_or_default());
        }
    }
}

/// A text in JSON without its last quote, and what stands behind that.
fn quoted(json: &[u8]) -> (&[u8], &[u8]) {
    let is_end = |at: &usize| {
        json.get(..*at).is_some_and(|text| text.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0)
    };
    let end = memchr_iter(b'"', json).find(is_end).unwrap_or(json.len());
    (json.get(..end).unwrap_or_default(), json.get(end + 1..).unwrap_or_default())
}

/// How long a line is, which in JSON ends with `\n` in two letters, or with the text.
fn line_len(text: &[u8], is_json: bool) -> usize {
    let mut at = 0;
    loop {
        match text.get(at..) {
            Some([b'\\', b'n' | b'r', ..] | [b'"', ..]) if is_json => return at,
            Some([b'\\', _, ..]) if is_json => at += 2,
            None | Some([] | [b'\n', ..]) => return at.min(text.len()),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::SourceMeta;
    use crate::model::{Event, EventKind, Span};

    /// The numbers of input and file of calls that are asked these, one after the other.
    fn asked(inputs: &[&str]) -> Vec<Vec<(u32, u32)>> {
        let mut sink = Sink::new(SourceMeta { path: "a.jsonl".into(), size: None });
        let mut noted = Vec::new();
        for input in inputs {
            let event = sink.event(Event::new(EventKind::ToolCall, 0, Span::default(), 1));
            sink.asked_json(event, input.as_bytes());
            noted.push(sink.events.asked_of(event).iter().map(|asked| (asked.input, asked.file)).collect());
        }
        noted
    }

    #[test]
    fn equal_inputs_and_paths_have_equal_numbers() {
        let all = asked(&[
            r#"{"command":"ls"}"#,
            r#"{"command":"ls"}"#,
            r#"{"file_path":"a.rs","old_string":"x"}"#,
            r#"{"old_string":"\"path\":\"no.rs\"","file_path":"a.rs"}"#,
            r#"{"path":"b.rs"}"#,
            r#""{\"path\":\"b.rs\"}""#,
            r#"[1,{"path":"b.rs","kind":"update"}]"#,
        ]);
        let expected = [(1, 0), (1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2)];
        assert_eq!(all, expected.map(|one| vec![one]));
    }

    #[test]
    fn a_patch_names_each_of_its_files() {
        let patch = r"*** Begin Patch\n*** Update File: C:\\new\\a.rs\n@@\n-x\n*** Add File: b.rs\n+y\n*** End Patch";
        let in_field = format!(r#"{{"input":"{patch}"}}"#);
        let all = asked(&[&in_field, &format!(r#""{patch}""#), r#"{"path":"b.rs"}"#]);
        assert_eq!(all[0].len(), 2);
        assert_eq!((all[0][1].1, all[1][1].1), (2, 2), "b.rs however it is written");
        assert_eq!(all[2], [(3, 2)]);
    }
}
