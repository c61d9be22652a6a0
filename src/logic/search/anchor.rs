//! Which bytes a line must hold to be worth decoding. A text may stand in JSON in many forms: any character as `\uXXXX` in
//! letters of either case, some with a backslash before them. So the anchor is a part of the text that has no short
//! escapes, as it is, or any of its characters as `\u`: a line without either does not hold the text.

use super::caseless::Caseless;
use crate::logic::letters::cases;
use memchr::memmem::Finder;

/// One form in which the anchor may stand.
#[derive(Debug, Clone)]
enum Way {
    Bytes(Finder<'static>),
    Caseless(Caseless),
    /// `\u` and one of these units of UTF-16.
    Escape(Finder<'static>, Vec<u16>),
}

/// What lines are looked for by. Without ways every line may hold the text.
#[derive(Debug, Clone, Default)]
pub struct Anchor {
    ways: Vec<Way>,
}

/// Whether JSON may write a character with a backslash and another character than `u`.
const fn has_short_escape(letter: char) -> bool {
    matches!(letter, '"' | '\\' | '/' | '\0'..='\u{1f}')
}

/// What JSON writes after the backslash.
const fn short_escape(letter: char) -> Option<u8> {
    Some(match letter {
        '"' | '\\' | '/' => letter as u8,
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        _ => return None,
    })
}

fn finder(bytes: &[u8]) -> Finder<'static> {
    Finder::new(bytes).into_owned()
}

fn unit_of(letter: char) -> u16 {
    letter.encode_utf16(&mut [0; 2])[0]
}

impl Anchor {
    /// For a text that must be there. `in_words`: only within words, for readers that put texts together from several.
    pub fn new(text: &str, has_case: bool, in_words: bool) -> Self {
        let splits = |letter: char| has_short_escape(letter) || in_words && letter.is_whitespace();
        // Where cases are one, ASCII has the faster search.
        let parts = text.split(|letter: char| splits(letter) || !has_case && !letter.is_ascii());
        let best = parts.fold("", |best, part| if part.len() > best.len() { part } else { best });
        if !best.is_empty() {
            return Self::of_part(best, has_case);
        }
        let letter = text.chars().find(|letter| !splits(*letter));
        letter.or_else(|| text.chars().next().filter(|_| !in_words)).map_or_else(Self::default, Self::of_letter)
    }

    fn of_part(part: &str, has_case: bool) -> Self {
        let caseless = if has_case { None } else { Caseless::new(part) };
        let way = caseless.map_or_else(|| Way::Bytes(finder(part.as_bytes())), Way::Caseless);
        let units =
            part.chars().flat_map(|letter| if has_case { vec![letter] } else { cases(letter).to_vec() }).map(unit_of);
        Self { ways: vec![way, Way::Escape(finder(b"\\u"), units.collect())] }
    }

    /// A single character in all of its forms, each of its cases.
    fn of_letter(letter: char) -> Self {
        let all = cases(letter);
        let mut ways = vec![Way::Escape(finder(b"\\u"), all.map(unit_of).to_vec())];
        for letter in all.into_iter().take(if all[0] == all[1] { 1 } else { 2 }) {
            let mut buffer = [0; 4];
            // A quote or a line end as it is would be none of the text.
            if !has_short_escape(letter) || letter == '/' {
                ways.push(Way::Bytes(finder(letter.encode_utf8(&mut buffer).as_bytes())));
            }
            ways.extend(short_escape(letter).map(|second| Way::Bytes(finder(&[b'\\', second]))));
        }
        Self { ways }
    }

    /// Places in these bytes, ascending, at which a line may hold the text.
    pub fn places<'a>(&'a self, bytes: &'a [u8]) -> Places<'a> {
        Places { bytes, ways: self.ways.iter().map(|way| (way, Some(0))).collect(), is_all: self.ways.is_empty() }
    }

    /// Whether a line may hold the text.
    pub fn may_be_in(&self, line: &[u8]) -> bool {
        self.places(line).next_from(0).is_some()
    }
}

/// See [`Anchor::places`].
pub struct Places<'a> {
    bytes: &'a [u8],
    /// Where each way was found last; `None` when there is no more of it. Looked for again only once passed, so that a rare
    /// form is not searched for anew from each place of a frequent one.
    ways: Vec<(&'a Way, Option<usize>)>,
    is_all: bool,
}

impl Places<'_> {
    /// The first place from this one on.
    pub fn next_from(&mut self, from: usize) -> Option<usize> {
        if self.is_all {
            return (from < self.bytes.len()).then_some(from);
        }
        for (way, place) in &mut self.ways {
            if place.is_some_and(|place| place < from || from == 0) {
                *place = way.find(self.bytes, from);
            }
        }
        self.ways.iter().filter_map(|(_, place)| *place).min()
    }
}

impl Way {
    fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        match self {
            Self::Bytes(finder) => Some(from + finder.find(bytes.get(from..)?)?),
            Self::Caseless(caseless) => caseless.find(bytes, from),
            Self::Escape(finder, units) => {
                let mut at = from;
                loop {
                    at += finder.find(bytes.get(at..)?)?;
                    let digits = bytes.get(at + 2..at + 6).unwrap_or_default();
                    let unit = digits
                        .iter()
                        .try_fold(0, |sum, digit| char::from(*digit).to_digit(16).map(|value| sum << 4 | value as u16));
                    if digits.len() == 4 && unit.is_some_and(|unit| units.contains(&unit)) {
                        return Some(at);
                    }
                    at += 2;
                }
            }
        }
    }
}
