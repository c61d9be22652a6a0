//! The texts of a line of JSON, without a parser for all of it: torn lines and pieces of printed objects have texts too.

use crate::formats::sharing::Sharing;
use memchr::memchr;
use std::ops::Range;

/// A text value.
pub struct Leaf<'a> {
    /// Where it stands, without its quotes.
    pub inner: Range<usize>,
    /// The key under which it stands, alone or in a list; empty where there is none.
    pub key: &'a [u8],
    /// Whether it stands below what is not the format's own.
    pub is_foreign: bool,
}

/// What a line turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lexed {
    /// One or more JSON values with nothing between.
    Whole,
    /// Texts, numbers and brackets of JSON, but not all of a value.
    Piece,
    /// Something else.
    No,
}

/// Deeper than this nothing is known of the keys above.
const DEEPEST: usize = 256;

/// A container that is open.
#[derive(Clone)]
pub struct Level {
    key: Range<usize>,
    is_foreign: bool,
}

pub fn is_one_of(keys: &[&str], key: &[u8]) -> bool {
    keys.iter().any(|known| known.len() == key.len() && known.as_bytes() == key)
}

/// Hands on every text value. The levels are only lent, so that no line needs a list of its own.
pub fn walk(json: &[u8], sharing: &Sharing, levels: &mut Vec<Level>, leaf: &mut dyn FnMut(Leaf<'_>)) -> Lexed {
    levels.clear();
    let mut walker = Walker { json, sharing, levels, pending: 0..0, beyond: 0, is_broken: false };
    walker.run(leaf)
}

struct Walker<'a, 'l> {
    json: &'a [u8],
    sharing: &'a Sharing,
    levels: &'l mut Vec<Level>,
    /// The key that waits for its value.
    pending: Range<usize>,
    /// Containers deeper than [`DEEPEST`].
    beyond: usize,
    /// Something was closed that was not open, or a text does not end.
    is_broken: bool,
}

impl<'a> Walker<'a, '_> {
    fn run(&mut self, leaf: &mut dyn FnMut(Leaf<'_>)) -> Lexed {
        let mut at = if self.json.starts_with("\u{FEFF}".as_bytes()) { 3 } else { 0 };
        let mut has_text = false;
        while let Some(byte) = self.json.get(at) {
            match byte {
                b'"' => {
                    has_text = true;
                    at = self.text(at, leaf);
                    continue;
                }
                b'{' | b'[' => self.open(),
                b'}' | b']' => self.close(),
                b',' => self.pending = 0..0,
                b' ' | b'\t' | b'\r' | b'\n' | b':' => {}
                _ => match scalar_end(self.json, at) {
                    Some(end) => {
                        self.pending = 0..0;
                        at = end;
                        continue;
                    }
                    None => return Lexed::No,
                },
            }
            at += 1;
        }
        let is_container = matches!(self.json.trim_ascii_start().first(), Some(b'{' | b'['));
        match !self.is_broken && self.levels.is_empty() && self.beyond == 0 {
            true if is_container || has_text => Lexed::Whole,
            _ => Lexed::Piece,
        }
    }

    /// The key of the container that is open.
    fn above(&self) -> (Range<usize>, bool) {
        self.levels.last().map_or((0..0, false), |level| (level.key.clone(), level.is_foreign))
    }

    /// The key under which the next value stands, and whether that is foreign.
    fn place(&mut self) -> (Range<usize>, bool) {
        let (above, is_foreign) = self.above();
        let pending = std::mem::take(&mut self.pending);
        let key = if pending.is_empty() { above } else { pending };
        let name = self.json.get(key.clone()).unwrap_or_default();
        (key, is_foreign || is_one_of(self.sharing.foreign, name))
    }

    fn open(&mut self) {
        if self.levels.len() >= DEEPEST {
            self.beyond += 1;
            return;
        }
        let (key, is_foreign) = self.place();
        self.levels.push(Level { key, is_foreign });
    }

    fn close(&mut self) {
        self.pending = 0..0;
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if self.levels.pop().is_none() {
            self.is_broken = true;
        }
    }

    /// A text from its quote on: a key or a value. Gives where it ends.
    #[inline]
    fn text(&mut self, quote: usize, leaf: &mut dyn FnMut(Leaf<'_>)) -> usize {
        let start = quote + 1;
        let end = text_end(self.json, start);
        let inner = start..end.unwrap_or(self.json.len());
        self.is_broken |= end.is_none();
        let after = (inner.end + 1).min(self.json.len());
        let next = self.json.get(after..).unwrap_or_default().iter().find(|byte| !matches!(byte, b' ' | b'\t'));
        if next == Some(&b':') {
            self.pending = inner;
            return after;
        }
        let (key, is_foreign) = self.place();
        leaf(Leaf { inner, key: self.json.get(key).unwrap_or_default(), is_foreign });
        after
    }
}

/// Past a number or a word that JSON has.
pub fn scalar_end(json: &[u8], at: usize) -> Option<usize> {
    let rest = json.get(at..)?;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
    let word = rest.get(..rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len()))?;
    let is_number = || {
        matches!(word.first(), Some(b'-' | b'0'..=b'9'))
            && word.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
    };
    (matches!(word, b"true" | b"false" | b"null") || is_number()).then_some(at + word.len())
}

/// Where a text that starts here ends: at a quote with an even number of backslashes before it.
pub fn text_end(json: &[u8], start: usize) -> Option<usize> {
    let mut from = start;
    loop {
        let quote = from + memchr(b'"', json.get(from..)?)?;
        let backslashes = json.get(start..quote)?.iter().rev().take_while(|byte| **byte == b'\\').count();
        if backslashes % 2 == 0 {
            return Some(quote);
        }
        from = quote + 1;
    }
}

/// The characters of an escaped text one after another: how many bytes each takes there, and what it is. Bytes that no
/// rule knows stand for themselves.
pub struct Escapes<'a> {
    rest: &'a [u8],
}

/// A piece of an escaped text.
pub enum Piece<'a> {
    /// Stands for itself.
    Plain(&'a [u8]),
    /// An escape of so many bytes, and its character.
    Escape(usize, char),
}

impl<'a> Escapes<'a> {
    pub fn new(escaped: &'a [u8]) -> Self {
        Self { rest: escaped }
    }
}

impl<'a> Iterator for Escapes<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let plain = match self.rest {
            [] => return None,
            [b'\\', ..] => 0,
            rest => memchr(b'\\', rest).unwrap_or(rest.len()),
        };
        if plain > 0 {
            let (piece, rest) = self.rest.split_at(plain);
            self.rest = rest;
            return Some(Piece::Plain(piece));
        }
        let (len, character) = escape(self.rest);
        let (piece, rest) = self.rest.split_at(len.min(self.rest.len()));
        self.rest = rest;
        Some(character.map_or(Piece::Plain(piece), |character| Piece::Escape(len, character)))
    }
}

/// The escape at the beginning: its length and its character; `None` where it is no escape of JSON.
fn escape(text: &[u8]) -> (usize, Option<char>) {
    let simple = match text.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
        Some(b'u') => return unicode(text),
        _ => return (1, None),
    };
    (2, Some(simple))
}

fn unicode(text: &[u8]) -> (usize, Option<char>) {
    let unit = |at: usize| -> Option<u32> {
        let digits = text.get(at..at + 4)?;
        digits.iter().try_fold(0, |sum, digit| Some(sum * 16 + char::from(*digit).to_digit(16)?))
    };
    let Some(first) = unit(2) else { return (1, None) };
    if let (0xD800..0xDC00, Some(b"\\u")) = (first, text.get(6..8))
        && let Some(second @ 0xDC00..0xE000) = unit(8)
    {
        return (12, char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)));
    }
    // A half of a character is no character.
    (6, Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)))
}

/// The text that an escaped one stands for.
pub fn unescape(escaped: &[u8], into: &mut Vec<u8>) {
    into.clear();
    for piece in Escapes::new(escaped) {
        match piece {
            Piece::Plain(bytes) => into.extend_from_slice(bytes),
            Piece::Escape(_, character) => {
                let mut buffer = [0; 4];
                into.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
            }
        }
    }
}

/// Turns ranges of the text into those of its escaped form. They are in order and do not overlap.
pub fn in_escaped<'r>(escaped: &[u8], ranges: impl Iterator<Item = &'r mut Range<usize>>) {
    // So much of the text, and of its escaped form, has been seen.
    let (mut text, mut raw) = (0, 0);
    let mut ends = ranges.flat_map(|Range { start, end }| [start, end]);
    let mut wanted = ends.next();
    for piece in Escapes::new(escaped) {
        let (len, raw_len, is_plain) = match piece {
            Piece::Plain(bytes) => (bytes.len(), bytes.len(), true),
            Piece::Escape(raw_len, character) => (character.len_utf8(), raw_len, false),
        };
        while let Some(at) = wanted.take_if(|at| **at < text + len) {
            *at = if is_plain { raw + (*at - text) } else { raw };
            wanted = ends.next();
        }
        text += len;
        raw += raw_len;
    }
    while let Some(at) = wanted {
        *at = raw;
        wanted = ends.next();
    }
}
