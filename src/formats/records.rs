//! The JSON objects of a line, whatever the dialect.

use super::Sink;
use super::lenient::{Field, Presence, read, repair, scan};
use crate::lines::Line as RawLine;
use crate::model::{ProblemKind, Span};
use serde::de::IgnoredAny;
use serde_json::Deserializer;

/// A JSON object of the log and where it stands.
pub struct Object<'a, L> {
    pub line: L,
    /// Its own bytes, for those who decode it again.
    pub bytes: &'a [u8],
    pub span: Span,
    pub number: u32,
    /// Whether it is the first of its line.
    pub is_first: bool,
}

/// Takes the objects of a log, read into a flat struct.
pub trait Take {
    type Line<'a>: Field<'a> + Default;

    fn take<'a>(&mut self, object: Object<'a, Self::Line<'a>>, out: &mut Sink);

    /// JSON, but no object. `null` is nothing at all (fizeau.md §5).
    fn no_object(&mut self, object: &Object<'_, Self::Line<'_>>, out: &mut Sink) {
        out.problems.add(ProblemKind::BadLine, Some(object.number), "JSON, but not an object", object.bytes);
    }

    /// What is left of a line, or all of it, is no JSON; `reason` is the parser's.
    fn no_json(&mut self, raw: &RawLine<'_>, rest: &[u8], reason: String, out: &mut Sink) {
        out.problems.add(ProblemKind::BadLine, Some(raw.number), reason, rest);
    }
}

/// Hands on every object of a line: usually one, but a writer may have put several side by side (fizeau.md §5).
/// What cannot be read becomes a problem; a damaged line gets one more try on a repaired copy.
pub fn each<T: Take>(raw: &RawLine<'_>, taker: &mut T, out: &mut Sink) {
    let mut line = T::Line::default();
    if scan(raw.bytes, line.slot()).is_some_and(|end| raw.bytes[end..].iter().all(u8::is_ascii_whitespace)) {
        let before = raw.bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let bytes = raw.bytes[before..].trim_ascii_end();
        let span = Span { offset: raw.span.offset + before as u64, len: bytes.len() as u32 };
        return hand_on(taker, Object { line, bytes, span, number: raw.number, is_first: true }, out);
    }
    drop(line);
    let mut objects = Deserializer::from_slice(raw.bytes).into_iter::<IgnoredAny>();
    let mut from = 0;
    let error = loop {
        match objects.next() {
            None => return,
            Some(Ok(_)) => {
                let to = objects.byte_offset();
                let before = raw.bytes[from..to].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                let bytes = &raw.bytes[from + before..to];
                // Skipping does not look at characters.
                let line = match read::<T::Line<'_>>(bytes) {
                    Ok(line) => line,
                    Err(error) => break error,
                };
                let span = Span { offset: raw.span.offset + (from + before) as u64, len: bytes.len() as u32 };
                hand_on(taker, Object { line, bytes, span, number: raw.number, is_first: from == 0 }, out);
                from = to;
            }
            Some(Err(error)) => break error,
        }
    };
    if from == 0 {
        let repaired = repair(raw.bytes);
        if let Ok(line) = read::<T::Line<'_>>(repaired.as_bytes()) {
            let reason = "damaged characters; read after a repair";
            out.problems.add(ProblemKind::Repaired, Some(raw.number), reason, raw.bytes);
            let object =
                Object { line, bytes: repaired.as_bytes(), span: raw.span, number: raw.number, is_first: true };
            return hand_on(taker, object, out);
        }
    }
    let rest = &raw.bytes[from..];
    match error.is_eof() && !raw.is_ended {
        true => {
            out.problems.add(ProblemKind::Truncated, Some(raw.number), "the file ends in the middle of a line", rest)
        }
        false => taker.no_json(raw, rest, reason_of(&error), out),
    }
}

fn hand_on<'a, T: Take>(taker: &mut T, object: Object<'a, T::Line<'a>>, out: &mut Sink) {
    match object.line.presence() {
        Presence::Null | Presence::Absent => {}
        Presence::Wrong => taker.no_object(&object, out),
        Presence::Given => taker.take(object, out),
    }
}

/// The parser's words without its own line numbers, which count within the line.
fn reason_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = text.rfind(" at line ").unwrap_or(text.len());
    format!("not JSON: {}", &text[..place])
}
