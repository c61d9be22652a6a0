//! What is looked for, and where it stands in a text.

use super::anchor::Anchor;
use super::caseless::Caseless;
use super::pattern::{Pattern, PatternError};
use crate::logic::letters::{fold, is_of_word};
use crate::model::Wire;
use memchr::memmem::Finder;
use std::ops::Range;

/// What is looked for, as somebody typed and switched it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Spec {
    pub text: String,
    /// Large and small letters are different ones.
    pub has_case: bool,
    /// Only whole words.
    pub is_word: bool,
    /// The text is a pattern ([`super::pattern`] says of what kind).
    pub is_pattern: bool,
}

/// A text or a pattern, ready to be looked for.
#[derive(Debug, Clone)]
pub struct Needle {
    matcher: Matcher,
    is_word: bool,
    anchor: Anchor,
    /// As `anchor`, for texts that are put together from several of a line's.
    word_anchor: Anchor,
}

#[derive(Debug, Clone)]
enum Matcher {
    Exact(Box<Finder<'static>>),
    Ascii(Caseless, usize),
    /// Its letters in small ones.
    Letters(Vec<char>),
    Pattern(Pattern),
}

impl Needle {
    /// `Err` for a pattern that is none. An empty text is found nowhere.
    pub fn new(spec: &Spec) -> Result<Self, PatternError> {
        let text = &*spec.text;
        let caseless = || Caseless::new(text).map(|caseless| Matcher::Ascii(caseless, text.len()));
        let mut sure = text.to_owned();
        let matcher = match spec {
            Spec { is_pattern: true, .. } => {
                let pattern = Pattern::new(text, spec.has_case)?;
                sure = pattern.sure_text().to_owned();
                Matcher::Pattern(pattern)
            }
            Spec { has_case: true, .. } => Matcher::Exact(Box::new(Finder::new(text).into_owned())),
            _ => caseless().unwrap_or_else(|| Matcher::Letters(text.chars().map(fold).collect())),
        };
        let anchor = |in_words| Anchor::new(&sure, spec.has_case, in_words);
        Ok(Self { matcher, is_word: spec.is_word, anchor: anchor(false), word_anchor: anchor(true) })
    }

    /// By which lines are found.
    pub(super) fn anchor(&self) -> &Anchor {
        &self.anchor
    }

    /// Whether what a format makes of this line may hold it. Never false where it does, as long as formats keep words
    /// whole.
    pub fn may_be_in(&self, line: &[u8]) -> bool {
        self.word_anchor.may_be_in(line)
    }

    /// Where it stands first from a place on; never nothing.
    pub fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let mut from = from;
        loop {
            let found = self.find_anywhere(text, from)?;
            if !self.is_word || is_whole_word(text, &found) {
                return Some(found);
            }
            from = found.start + text.get(found.start..)?.chars().next()?.len_utf8();
        }
    }

    fn find_anywhere(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let rest = text.get(from..)?;
        let some = |start: usize, len: usize| (len > 0).then_some(start..start + len);
        match &self.matcher {
            Matcher::Exact(finder) => some(from + finder.find(rest.as_bytes())?, finder.needle().len()),
            Matcher::Ascii(caseless, len) => some(caseless.find(text.as_bytes(), from)?, *len),
            Matcher::Letters(letters) => rest.char_indices().find_map(|(at, _)| {
                let here = rest.get(at..)?;
                let mut own = here.chars();
                let fits = !letters.is_empty() && letters.iter().all(|wanted| own.next().map(fold) == Some(*wanted));
                fits.then(|| from + at..from + rest.len() - own.as_str().len())
            }),
            Matcher::Pattern(pattern) => pattern.find(text, from),
        }
    }

    /// How often it stands in a text from a place on, from left to right without overlaps.
    pub fn count(&self, text: &str, from: usize) -> u32 {
        let (mut count, mut from) = (0, from);
        while let Some(found) = self.find(text, from) {
            count += 1;
            from = found.end;
        }
        count
    }
}

/// Whether no word goes on at either end.
fn is_whole_word(text: &str, found: &Range<usize>) -> bool {
    let goes_on =
        |before: Option<char>, after: Option<char>| before.is_some_and(is_of_word) && after.is_some_and(is_of_word);
    let (before, rest) = text.split_at(found.start);
    let (own, after) = rest.split_at(found.end - found.start);
    !goes_on(before.chars().next_back(), own.chars().next()) && !goes_on(own.chars().next_back(), after.chars().next())
}

/// A hit with a few words around it, in one line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Excerpt {
    pub before: String,
    pub hit: String,
    pub after: String,
}

/// Characters before and after a hit, and of itself.
const BEFORE: usize = 40;
const AFTER: usize = 100;
const LONGEST_HIT: usize = 120;

/// What stands around a hit.
pub fn excerpt(text: &str, found: &Range<usize>) -> Excerpt {
    let (before, rest) = text.split_at(found.start);
    let (hit, after) = rest.split_at(found.end - found.start);
    let start = before.char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at);
    let opening = before.get(start..).unwrap_or_default();
    let first = |text: &str, most: usize| {
        let end = text.char_indices().nth(most).map(|(at, _)| at);
        let cut = if end.is_some() { "…" } else { "" };
        in_a_line(text.get(..end.unwrap_or(text.len())).unwrap_or_default()) + cut
    };
    let cut = if start > 0 { "…" } else { "" };
    Excerpt { before: cut.to_owned() + &in_a_line(opening), hit: first(hit, LONGEST_HIT), after: first(after, AFTER) }
}

/// Line ends and other blanks as single blanks; control characters are not shown.
fn in_a_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        let is_blank = letter.is_ascii_whitespace();
        if is_blank && line.ends_with(' ') || letter.is_control() && !is_blank {
            continue;
        }
        line.push(if is_blank { ' ' } else { letter });
    }
    line
}
