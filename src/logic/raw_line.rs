//! A line of a log for reading: indented where it is JSON, and in portions where it is long.

use super::excerpt::{shown_len, start};
use super::pretty_json::pretty_json;
use crate::model::Wire;

/// A portion is at most so long, bytes: the page takes it in between two frames.
const PORTION: usize = 1 << 20;
/// A portion is shown in pieces of about this size, of which a browser lays out those that are seen, bytes.
const PIECE: usize = 8 << 10;
/// So far before its end a cut looks for the end of a line, bytes.
const NEAR: usize = 4 << 10;

/// A part of the text of a line.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Portion {
    pub text: String,
    /// Where it begins, and how long the whole text is, bytes.
    pub from: usize,
    pub whole: usize,
    pub is_json: bool,
    /// Bytes that are no text are replacement characters here.
    pub is_utf8: bool,
}

/// The beginning of a line, as much as is shown at first, or the portion `from` there. Portions fit together.
pub fn portion(line: &[u8], from: Option<usize>) -> Portion {
    let text = String::from_utf8_lossy(line);
    let pretty = pretty_json(&text);
    let whole = pretty.as_deref().unwrap_or(&text);
    let rest = whole.get(from.unwrap_or(0)..).unwrap_or_default();
    let len = match from {
        // The end of a line belongs to it.
        None => shown_len(rest) + usize::from(rest.get(shown_len(rest)..).is_some_and(|rest| rest.starts_with('\n'))),
        Some(_) => cut(rest, PORTION),
    };
    Portion {
        text: start(rest, len).to_owned(),
        from: from.unwrap_or(0),
        whole: whole.len(),
        is_json: pretty.is_some(),
        is_utf8: std::str::from_utf8(line).is_ok(),
    }
}

/// At most `most` bytes of a text: whole lines where one ends near there, never half a character.
fn cut(text: &str, most: usize) -> usize {
    if text.len() <= most {
        return text.len();
    }
    let end = (most.saturating_sub(3)..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let line_end = start(text, end).rfind('\n').map(|at| at + 1);
    line_end.filter(|at| end - at < NEAR).unwrap_or(end)
}

/// The pieces of a portion, in order.
pub fn pieces(mut text: &str) -> Vec<&str> {
    let mut pieces = Vec::with_capacity(text.len() / PIECE + 1);
    while !text.is_empty() {
        let (piece, rest) = text.split_at_checked(cut(text, PIECE)).unwrap_or((text, ""));
        pieces.push(piece);
        text = rest;
    }
    pieces
}

/// How many rows of so many characters a piece will take, about.
pub fn rows_of(piece: &str, columns: usize) -> usize {
    piece.lines().map(|line| line.len().div_ceil(columns.max(1)).max(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(line: &[u8]) -> String {
        let mut text = portion(line, None).text;
        while text.len() < portion(line, None).whole {
            let next = portion(line, Some(text.len()));
            assert!(!next.text.is_empty() && next.from == text.len());
            text.push_str(&next.text);
        }
        text
    }

    #[test]
    fn portions_fit_together() {
        let long = format!("{{\"a\":\"{}\",\"b\":[{}1]}}", "é".repeat(1_300_000), "1,".repeat(300_000));
        assert_eq!(Some(whole(long.as_bytes())), pretty_json(&long));
        let short = portion(b"{\"a\":1}", None);
        assert_eq!(
            (short.text.as_str(), short.whole, short.is_json, short.is_utf8),
            ("{\n  \"a\": 1\n}", 12, true, true)
        );
        let bytes = portion(b"no JSON \xff", None);
        assert_eq!((bytes.text.as_str(), bytes.is_json, bytes.is_utf8), ("no JSON \u{fffd}", false, false));
        assert_eq!(portion(b"abc", Some(99)).text, "");
    }

    #[test]
    fn the_beginning_ends_with_its_line() {
        let long = format!("[{}1]", "1,".repeat(900));
        let first = portion(long.as_bytes(), None);
        assert!(first.text.ends_with('\n') && first.text.len() < first.whole);
    }

    #[test]
    fn rows_are_counted_by_columns() {
        assert_eq!([rows_of("", 4), rows_of("abcde\n\nab", 4), rows_of("ab", 0)], [0, 4, 2]);
    }

    proptest! {
        #[test]
        fn pieces_are_the_text(text in "(.|\n){0,400}", times in 1usize..200) {
            let text = text.repeat(times);
            let pieces = pieces(&text);
            prop_assert!(pieces.iter().all(|piece| !piece.is_empty() && piece.len() <= PIECE));
            prop_assert_eq!(pieces.concat(), text);
        }
    }
}
