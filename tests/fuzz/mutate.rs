//! Damage of all kinds, from one seed: what disks, editors, agents and people do to logs.

use std::ops::Range;

/// xorshift64*: a seed is all that a case needs.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        // Neighbouring seeds must not begin alike.
        let mixed = (seed ^ seed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        Self((mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Below `end`; 0 where there is nothing below.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() >> 11) as usize % end.max(1)
    }

    pub fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    fn range(&mut self, len: usize) -> Range<usize> {
        let start = self.below(len + 1);
        // Mostly short.
        let most = if self.below(4) == 0 { len } else { 16 };
        start..(start + self.below(most.min(len - start) + 1))
    }
}

const BYTES: &[u8] = b"\"{}[]:,\\\n\r\0\xFF\xC3 0-eE.";
const NUMBERS: [&str; 24] = [
    "1e308",
    "-1",
    "\"7\"",
    "7.5",
    "null",
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775807",
    "-9223372036854775808",
    "0",
    "-0.0",
    "1e-400",
    "1e400",
    "99999999999999999999999999",
    "true",
    "{}",
    "[]",
    "2000001",
    "4294967295",
    "4294967296",
    "65536",
    "1e1",
    "\"NaN\"",
    "[1,[2]]",
];
const STRINGS: [&str; 18] = [
    "\"\"",
    "null",
    "7",
    "[]",
    "{}",
    "[{}]",
    "[\"a\",{\"b\":[]}]",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\u{1F600}\u{202E}\"",
    "\"0001-01-01T00:00:00Z\"",
    "\"9999-12-31T23:59:60Z\"",
    "\"2262-04-11T23:47:16.854775807Z\"",
    "\"1678-01-01T00:00:00Z\"",
    "\"../../x/\\\\y\"",
    "\"/\"",
    "true",
    "-1",
];
/// How deep a value is buried; deeper than any recursion may go.
const DEPTH: usize = 100_000;
const LONG: usize = 100_000;

/// A JSON token that stands for itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub span: Range<usize>,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Key,
    Text,
    Number,
}

/// Strings and numbers, as far as they can be told in damaged text.
pub fn tokens(bytes: &[u8]) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let (len, kind) = match byte {
            b'"' => {
                let mut end = 1;
                while end < rest.len() && rest[end] != b'"' && rest[end] != b'\n' {
                    end += if rest[end] == b'\\' { 2 } else { 1 };
                }
                let end = (end + 1).min(rest.len());
                let is_key = rest[end..].trim_ascii_start().first() == Some(&b':');
                (end, Some(if is_key { Kind::Key } else { Kind::Text }))
            }
            b'-' | b'0'..=b'9' => {
                let is_part = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
                (rest.iter().take_while(is_part).count(), Some(Kind::Number))
            }
            _ => (1, None),
        };
        if let Some(kind) = kind {
            found.push(Token { span: at..at + len, kind });
        }
        at += len;
    }
    found
}

/// Damages a log a few times; `others` are logs to take lines from.
pub fn mutate(rng: &mut Rng, bytes: &mut Vec<u8>, others: &[&Vec<u8>]) {
    for _ in 0..=rng.below(6) {
        match rng.below(10) {
            0 => on_bytes(rng, bytes),
            1..=3 => on_lines(rng, bytes, others),
            4 => whole(rng, bytes),
            _ => on_tokens(rng, bytes),
        }
    }
}

fn on_bytes(rng: &mut Rng, bytes: &mut Vec<u8>) {
    match rng.below(5) {
        0 => {
            for _ in 0..=rng.below(8) {
                let at = rng.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << rng.below(8);
                }
            }
        }
        1 => {
            let at = rng.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte = BYTES[rng.below(BYTES.len())];
            }
        }
        2 => bytes.insert(rng.below(bytes.len() + 1), BYTES[rng.below(BYTES.len())]),
        3 => drop(bytes.drain(rng.range(bytes.len()))),
        _ => {
            let piece = bytes[rng.range(bytes.len())].to_vec();
            let at = rng.below(bytes.len() + 1);
            bytes.splice(at..at, piece);
        }
    }
}

fn on_lines(rng: &mut Rng, bytes: &mut Vec<u8>, others: &[&Vec<u8>]) {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        return;
    }
    let (a, b) = (rng.below(lines.len()), rng.below(lines.len()));
    match rng.below(8) {
        0 => drop(lines.remove(a)),
        1 => lines.swap(a, b),
        2 => lines.insert(b, lines[a].clone()),
        3 => (0..lines.len()).for_each(|at| lines.swap(at, rng.below(at + 1))),
        4 => lines.truncate(a),
        5 => drop(lines.drain(..a)),
        6 => drop(lines[a].pop()),
        _ => {
            let other = rng.pick(others);
            let theirs: Vec<&[u8]> = other.split_inclusive(|byte| *byte == b'\n').collect();
            let start = rng.below(theirs.len());
            let taken = theirs.iter().skip(start).take(1 + rng.below(8)).map(|line| line.to_vec());
            lines.splice(a..a, taken);
        }
    }
    *bytes = lines.concat();
}

fn whole(rng: &mut Rng, bytes: &mut Vec<u8>) {
    match rng.below(7) {
        0 => bytes.truncate(rng.below(bytes.len() + 1)),
        1 => drop(bytes.drain(..rng.below(bytes.len() + 1))),
        2 => bytes.extend_from_within(..),
        3 => bytes.splice(..0, *b"\xEF\xBB\xBF").for_each(drop),
        4 => *bytes = bytes.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]),
        5 => *bytes = bytes.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b' '),
        _ => *bytes = printed_over_lines(bytes),
    }
}

fn printed_over_lines(bytes: &[u8]) -> Vec<u8> {
    let printed = |line: &[u8]| match serde_json::from_slice::<serde_json::Value>(line) {
        Ok(value) => format!("{value:#}").into_bytes(),
        Err(_) => line.to_vec(),
    };
    bytes.split(|byte| *byte == b'\n').map(printed).collect::<Vec<_>>().join(&b'\n')
}

fn on_tokens(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let all = tokens(bytes);
    let wanted = [Kind::Key, Kind::Text, Kind::Number][rng.below(3)];
    let of_kind: Vec<&Token> = all.iter().filter(|token| token.kind == wanted).collect();
    if of_kind.is_empty() {
        return;
    }
    let Token { span, kind } = rng.pick(&of_kind).clone();
    let other = bytes[rng.pick(&of_kind).span.clone()].to_vec();
    let own = bytes[span.clone()].to_vec();
    let new: Vec<u8> = match (rng.below(8), kind) {
        // The same string or number in two places: ids that meet, cycles of parents, keys that repeat.
        (0 | 1, _) => other,
        (_, Kind::Key) => match rng.below(3) {
            0 => b"\"x\"".to_vec(),
            1 => b"\"type\"".to_vec(),
            _ => [&own[..own.len() - 1], b"s\""].concat(),
        },
        (2, _) => longer(rng, &own),
        (3, _) if rng.below(4) == 0 => buried(rng),
        (4, _) => b"".to_vec(),
        (5, Kind::Text) => own[..own.len().min(1 + rng.below(own.len()))].to_vec(),
        (_, Kind::Number) => rng.pick(&NUMBERS).as_bytes().to_vec(),
        (_, Kind::Text) => rng.pick(&STRINGS).as_bytes().to_vec(),
    };
    bytes.splice(span, new);
}

fn longer(rng: &mut Rng, own: &[u8]) -> Vec<u8> {
    let piece = rng.pick(&["x", "9", "\u{e4}", "\\n", "\\u00e9", "\u{1F600}", "/", " ", "<b>", "\u{301}"]);
    let most = if rng.below(20) == 0 { LONG } else { 300 };
    let times = rng.below(most);
    let cut = own.len().saturating_sub(1);
    [&own[..cut], piece.repeat(times).as_bytes(), &own[cut..]].concat()
}

fn buried(rng: &mut Rng) -> Vec<u8> {
    let depth = if rng.below(3) == 0 { DEPTH } else { 1 + rng.below(300) };
    let (open, close) = if rng.below(2) == 0 { ("[", "]") } else { ("{\"a\":", "}") };
    let end = if rng.below(4) == 0 { String::new() } else { close.repeat(depth) };
    format!("{}1{end}", open.repeat(depth)).into_bytes()
}
