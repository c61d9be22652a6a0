//! Lines as programs write them, read without a parser for all of JSON: what nobody asks for is jumped over by its quotes
//! and brackets. Where anything is odd the line is left to serde_json, which tells what is wrong; it is the only judge of
//! damage. What is jumped over is only counted out, not checked.

use super::{Elements, Fields, Presence, Raw, Slot, Str};
use memchr::memchr;

/// Fills a place from the JSON value at the beginning of a text, and gives where the value ends. `None`: read it with
/// serde_json, into an empty place.
pub fn scan<'a>(json: &'a [u8], into: Slot<'_, 'a>) -> Option<usize> {
    let mut scanner = Scanner { json, at: 0 };
    scanner.value(into)?;
    Some(scanner.at)
}

// The worker is built for size and would call each of the small functions below for every value.
struct Scanner<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    /// The next byte that is no blank.
    #[inline(always)]
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.json.get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn value(&mut self, slot: Slot<'_, 'a>) -> Option<()> {
        match (self.peek()?, slot) {
            (_, Slot::Raw(raw)) => {
                let start = self.at;
                self.skip()?;
                *raw = Raw { json: self.json.get(start..self.at)?, presence: Presence::Given };
                Some(())
            }
            (b'{', Slot::Object(fields)) => self.fields(fields),
            (b'[', Slot::List(list)) => self.elements(list),
            // One thing in place of a list of them.
            (b'{', Slot::List(list)) => {
                *list.presence_mut() = Presence::Given;
                self.value(list.grow())
            }
            (b'{' | b'[', slot) => {
                self.skip()?;
                slot.set_presence(Presence::Wrong);
                Some(())
            }
            (b'"', slot) => self.text_into(slot),
            (_, slot) => self.scalar_into(slot),
        }
    }

    fn fields(&mut self, fields: &mut dyn Fields<'a>) -> Option<()> {
        *fields.presence_mut() = Presence::Given;
        self.at += 1;
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            let key = match self.peek()? {
                b'"' => self.key()?,
                _ => return None,
            };
            if self.peek()? != b':' {
                return None;
            }
            self.at += 1;
            match fields.field(key).and_then(|field| field.free_slot()) {
                Some(slot) => self.value(slot)?,
                None => self.skip()?,
            }
            if self.is_end(b'}')? {
                return Some(());
            }
        }
    }

    fn elements(&mut self, list: &mut dyn Elements<'a>) -> Option<()> {
        *list.presence_mut() = Presence::Given;
        self.at += 1;
        if self.peek()? == b']' {
            self.at += 1;
            return Some(());
        }
        loop {
            self.value(list.grow())?;
            if self.is_end(b']')? {
                return Some(());
            }
        }
    }

    /// After an entry: whether the object or the list ends here.
    #[inline(always)]
    fn is_end(&mut self, end: u8) -> Option<bool> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b',' => Some(false),
            byte if byte == end => Some(true),
            _ => None,
        }
    }

    /// A key; an escaped one is odd.
    #[inline(always)]
    fn key(&mut self) -> Option<&'a [u8]> {
        let rest = self.json.get(self.at + 1..)?;
        let len = plain_len(rest);
        self.at += len + 2;
        rest.get(..len).filter(|_| rest.get(len) == Some(&b'"'))
    }

    /// Past a text: to a quote with an even number of backslashes before it.
    #[inline(always)]
    fn skip_text(&mut self) -> Option<()> {
        let start = self.at + 1;
        let mut from = start;
        loop {
            let quote = from + memchr(b'"', self.json.get(from..)?)?;
            let mut before = self.json.get(start..quote)?;
            let mut is_escaped = false;
            while let [rest @ .., b'\\'] = before {
                before = rest;
                is_escaped = !is_escaped;
            }
            from = quote + 1;
            if !is_escaped {
                self.at = from;
                return Some(());
            }
        }
    }

    fn text_into(&mut self, slot: Slot<'_, 'a>) -> Option<()> {
        if matches!(slot, Slot::Flag(_) | Slot::Object(_)) {
            self.skip_text()?;
            slot.set_presence(Presence::Wrong);
            return Some(());
        }
        let start = self.at;
        let rest = self.json.get(start + 1..)?;
        let len = plain_len(rest);
        match rest.get(len)? {
            b'"' => {
                self.at = start + len + 2;
                slot.set_borrowed(std::str::from_utf8(rest.get(..len)?).ok()?);
            }
            b'\\' => {
                self.skip_text()?;
                let quoted = self.json.get(start..self.at)?;
                slot.set_text_of(serde_json::from_slice::<Str<'a>>(quoted).ok()?);
            }
            _ => return None,
        }
        Some(())
    }

    fn scalar_into(&mut self, slot: Slot<'_, 'a>) -> Option<()> {
        let start = self.at;
        self.skip_scalar()?;
        match self.json.get(start..self.at)? {
            b"null" => slot.set_presence(Presence::Null),
            b"true" => slot.set_bool(true),
            b"false" => slot.set_bool(false),
            written => match small_integer(written) {
                Some(value) => slot.set_number(value as f64, Some(value)),
                None => slot.set_scalar(written)?,
            },
        }
        Some(())
    }

    #[inline(always)]
    fn skip(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.skip_text(),
            b'{' | b'[' => self.skip_nested(),
            _ => self.skip_scalar(),
        }
    }

    fn skip_nested(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            match *self.json.get(self.at)? {
                b'"' => self.skip_text()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                    if depth == 0 {
                        return Some(());
                    }
                }
                0..b'\t' | 0x0B | 0x0C | 0x0E..b' ' => return None,
                _ => self.at += 1,
            }
        }
    }

    /// Past a number or a word.
    #[inline(always)]
    fn skip_scalar(&mut self) -> Option<()> {
        let start = self.at;
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        while self.json.get(self.at).is_some_and(is_part) {
            self.at += 1;
        }
        let is_scalar = matches!(self.json.get(start)?, b'-' | b'0'..=b'9' | b't' | b'f' | b'n');
        is_scalar.then_some(())
    }
}

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = ONES << 7;

/// The highest bit of each byte that is below a limit; right up to the first one that is set.
#[inline(always)]
fn below(word: u64, limit: u64) -> u64 {
    word.wrapping_sub(ONES * limit) & !word
}

/// As [`below`], for bytes that are this one.
#[inline(always)]
fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ (ONES * u64::from(byte)), 1)
}

/// How many bytes stand before the first quote, backslash or control character; eight at a time.
fn plain_len(bytes: &[u8]) -> usize {
    let (words, _) = bytes.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = (below(word, 0x20) | equal(word, b'"') | equal(word, b'\\')) & HIGHS;
        if found != 0 {
            return number * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let start = words.len() * 8;
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len())
}

/// A count as it is nearly always written.
fn small_integer(written: &[u8]) -> Option<i64> {
    let is_plain = written.len() == 1 || written.first() != Some(&b'0');
    if !is_plain || written.len() > 18 {
        return None;
    }
    written.iter().try_fold(0i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
