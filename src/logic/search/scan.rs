//! Runs over the bytes of a log, in chunks of any size, and tells the lines that hold what is looked for.

use super::needle::{Excerpt, Needle, excerpt};
use super::strings::strings;
use memchr::{memchr, memrchr};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// A line longer than this is not looked into, as in the first pass.
const LONGEST_LINE: usize = crate::lines::LONGEST_LINE;

/// So much of whole lines is looked into at once, bytes: it is run over once for each form of the needle, and what is run
/// over again shortly after is still near the processor.
const BLOCK: usize = 128 << 10;

/// So much of a text that is no log is looked into at once, and so much of it again with what comes next, bytes.
const TEXT_BLOCK: usize = 256 << 10;
const TEXT_OVERLAP: usize = 16 << 10;

/// A line with what is looked for; of a text that is no log, some of its lines.
#[derive(Debug)]
pub struct LineHit<'a> {
    /// Where the line begins in its (unpacked) source, bytes.
    pub offset: u64,
    pub line: &'a [u8],
    /// How often the line holds it.
    pub count: u32,
    /// The first of them.
    pub excerpt: Excerpt,
}

/// Hears of lines, and says whether it wants more.
pub type OnLine<'a> = &'a mut dyn FnMut(LineHit<'_>) -> ControlFlow<()>;

/// Looks for a needle in one source.
#[derive(Debug)]
pub struct Scanner<'n> {
    needle: &'n Needle,
    /// The beginning of a line that has not ended; of a text what is not looked into yet.
    carry: Vec<u8>,
    /// Where the line that is not finished begins.
    offset: u64,
    /// The line that is not finished is too long.
    is_skipping: bool,
    /// It is a text and no log.
    is_text: bool,
}

impl<'n> Scanner<'n> {
    /// Begins at an offset at which a line begins.
    pub const fn new(needle: &'n Needle, offset: u64) -> Self {
        Self { needle, carry: Vec::new(), offset, is_skipping: false, is_text: false }
    }

    /// For a source that is text and no log.
    pub const fn of_text(mut self, is_text: bool) -> Self {
        self.is_text = is_text;
        self
    }

    /// Where the first line begins that was not looked into.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Takes the next bytes. Broken off, [`Scanner::offset`] is where to go on.
    pub fn push(&mut self, bytes: &[u8], on_line: OnLine<'_>) -> ControlFlow<()> {
        if self.is_text {
            self.carry.extend_from_slice(bytes);
            let is_enough = self.carry.len() >= TEXT_BLOCK;
            return if is_enough { self.look_into_text(false, on_line) } else { ControlFlow::Continue(()) };
        }
        let mut rest = bytes;
        if !self.carry.is_empty() || self.is_skipping {
            let Some(end) = memchr(b'\n', rest) else {
                self.keep(rest);
                return ControlFlow::Continue(());
            };
            let (last, after) = rest.split_at(end + 1);
            self.keep(last);
            rest = after;
            let line = std::mem::take(&mut self.carry);
            // What is dropped, `keep` has counted.
            if !std::mem::take(&mut self.is_skipping) {
                self.whole_lines(&line, on_line)?;
            }
        }
        let whole = memrchr(b'\n', rest).map_or(0, |end| end + 1);
        let (mut lines, begun) = rest.split_at(whole);
        while !lines.is_empty() {
            let near = lines.get(..BLOCK).map_or(lines.len(), |near| memrchr(b'\n', near).map_or(BLOCK, |end| end + 1));
            let far = memchr(b'\n', &lines[near - 1..]).map_or(lines.len(), |end| near + end);
            let (block, after) = lines.split_at(far);
            lines = after;
            self.whole_lines(block, on_line)?;
        }
        self.keep(begun);
        ControlFlow::Continue(())
    }

    /// Looks into the last line, if it had no end.
    pub fn finish(&mut self, on_line: OnLine<'_>) -> ControlFlow<()> {
        if self.is_text {
            return self.look_into_text(true, on_line);
        }
        let line = std::mem::take(&mut self.carry);
        self.whole_lines(&line, on_line)
    }

    fn keep(&mut self, begun: &[u8]) {
        if self.is_skipping || self.carry.len() + begun.len() > LONGEST_LINE {
            self.offset += (self.carry.len() + begun.len()) as u64;
            self.carry = Vec::new();
            self.is_skipping = true;
        } else {
            self.carry.extend_from_slice(begun);
        }
    }

    fn whole_lines(&mut self, lines: &[u8], on_line: OnLine<'_>) -> ControlFlow<()> {
        let base = self.offset;
        let mut places = self.needle.anchor().places(lines);
        let mut from = 0;
        while let Some(place) = places.next_from(from) {
            let start = memrchr(b'\n', &lines[from..place]).map_or(from, |end| from + end + 1);
            let end = memchr(b'\n', &lines[place..]).map_or(lines.len(), |end| place + end);
            from = (end + 1).min(lines.len());
            if let Some((count, excerpt)) = look(self.needle, &lines[start..end]) {
                self.offset = base + from as u64;
                on_line(LineHit { offset: base + start as u64, line: &lines[start..end], count, excerpt })?;
            }
            if from == lines.len() {
                break;
            }
        }
        self.offset = base + lines.len() as u64;
        ControlFlow::Continue(())
    }
}

impl Scanner<'_> {
    /// Looks into what is there of a text. What is looked for may span lines: the last ones are looked into again with what
    /// comes after them, as far as they do not belong to a hit.
    fn look_into_text(&mut self, is_end: bool, on_line: OnLine<'_>) -> ControlFlow<()> {
        let is_too_long = self.carry.len() > LONGEST_LINE;
        let whole = memrchr(b'\n', &self.carry).map(|end| end + 1);
        let end = if is_end || is_too_long { self.carry.len() } else { whole.unwrap_or(0) };
        if end == 0 {
            return ControlFlow::Continue(());
        }
        let carry = std::mem::take(&mut self.carry);
        let text = String::from_utf8_lossy(&carry[..end]);
        let first = self.needle.find(&text, 0);
        let (mut count, mut after) = (0, 0);
        let mut next = first.clone();
        while let Some(found) = next {
            (count, after) = (count + 1, found.end);
            next = self.needle.find(&text, after);
        }
        let near = end.saturating_sub(TEXT_OVERLAP);
        let is_exact = !is_end && matches!(text, Cow::Borrowed(_));
        let kept = memchr(b'\n', &carry[near..end]).map_or(end, |line| near + line + 1);
        let kept = if is_exact { kept.max(after) } else { end };
        let offset = self.offset;
        self.offset += kept as u64;
        self.carry = carry[kept..].to_vec();
        match first {
            Some(first) => {
                let excerpt = excerpt(&text, &first);
                on_line(LineHit { offset, line: &carry[..end], count, excerpt })
            }
            None => ControlFlow::Continue(()),
        }
    }
}

/// How often a line holds it, and the first of it.
fn look(needle: &Needle, line: &[u8]) -> Option<(u32, Excerpt)> {
    let mut found = None;
    strings(line, &mut |text| {
        let Some(first) = needle.find(text, 0) else { return true };
        let more = 1 + needle.count(text, first.end);
        match &mut found {
            Some((count, _)) => *count += more,
            None => found = Some((more, excerpt(text, &first))),
        }
        false
    });
    found
}
