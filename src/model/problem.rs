//! What could not be read, or was decided, in a source. Never a failure of the whole.

use super::Wire;
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Wire, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The last line stops in the middle.
    Truncated,
    /// A line that is not a JSON object.
    BadLine,
    /// Text between JSON lines that its writer put there (a program's own log); kept and shown raw.
    PlainText,
    /// A line past the size limit; skipped.
    TooLong,
    /// A line that was read after a repair (invalid UTF-8, control characters).
    Repaired,
    /// A field of the wrong kind; the rest of its line counts.
    BadField,
    /// A line type that this program does not know; kept and shown raw.
    UnknownType,
    /// A number that cannot be right; cut to its limit.
    Clamped,
    /// Half of a pair, the other half is missing; listed, in no total.
    Orphan,
    /// The same content was opened before; counted once.
    Duplicate,
    /// Not a session log.
    Foreign,
    /// Reading stopped before the end.
    Unreadable,
    /// Could be meant in two ways; one was chosen, and the reason says which.
    Uncertain,
}

impl ProblemKind {
    /// Stable name, as exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::BadLine => "bad-line",
            Self::PlainText => "plain-text",
            Self::TooLong => "too-long",
            Self::Repaired => "repaired",
            Self::BadField => "bad-field",
            Self::UnknownType => "unknown-type",
            Self::Clamped => "clamped",
            Self::Orphan => "orphan",
            Self::Duplicate => "duplicate",
            Self::Foreign => "foreign",
            Self::Unreadable => "unreadable",
            Self::Uncertain => "uncertain",
        }
    }

    /// A heading for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Truncated => "Cut off in the middle of a line",
            Self::BadLine => "Not a JSON object",
            Self::PlainText => "Plain text between JSON lines, kept",
            Self::TooLong => "Line too long, skipped",
            Self::Repaired => "Damaged text, repaired",
            Self::BadField => "Field of the wrong kind, ignored",
            Self::UnknownType => "Unknown line type, kept and shown raw",
            Self::Clamped => "Impossible number, limited",
            Self::Orphan => "Half of a pair, in no total",
            Self::Duplicate => "Same content twice, counted once",
            Self::Foreign => "Not a session log",
            Self::Unreadable => "Could not be read to the end",
            Self::Uncertain => "Could be read in two ways; decided",
        }
    }

    /// Whether something was lost (else it is a note).
    pub const fn is_loss(self) -> bool {
        matches!(self, Self::Truncated | Self::BadLine | Self::TooLong | Self::Unreadable)
    }
}

/// One kind of problem in one source, with the first line that has it.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Problem {
    pub kind: ProblemKind,
    /// 1-based; `None` when the whole source is meant.
    pub line: Option<u32>,
    /// What was found, in words.
    pub reason: String,
    /// The beginning of the line, at most 160 bytes.
    pub excerpt: String,
    /// How often the same kind with the same reason occurred.
    pub count: u32,
}

/// Problems of one source: the first of each kind and reason, and how many there were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    list: Vec<Problem>,
}

impl From<Vec<Problem>> for Problems {
    /// Problems as [`Problems::as_slice`] gave them.
    fn from(list: Vec<Problem>) -> Self {
        Self { list }
    }
}

/// Different reasons kept per source; what comes after is only counted, with the last kind's first entry.
const MOST: usize = 200;
const EXCERPT: usize = 160;

/// A text as a message quotes it. Not by `{:?}`, which brings tables of all characters along.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            _ if letter.is_control() => quoted.push('\u{fffd}'),
            _ => quoted.push(letter),
        }
    }
    quoted + "\""
}

impl Problems {
    /// Counts a problem. `line` is the raw line; its beginning becomes the excerpt.
    pub fn add(&mut self, kind: ProblemKind, number: Option<u32>, reason: impl Into<String>, line: &[u8]) {
        let reason = reason.into();
        let full = self.list.len() >= MOST;
        if let Some(known) = self.list.iter_mut().find(|known| known.kind == kind && (full || known.reason == reason)) {
            known.count += 1;
            return;
        }
        let excerpt = String::from_utf8_lossy(&line[..line.len().min(EXCERPT)]).into_owned();
        let excerpt = excerpt.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
        self.list.push(Problem { kind, line: number, reason, excerpt, count: 1 });
    }

    /// Counts a word that nobody here knows; `what` it names: "type", "block type".
    pub fn unknown(&mut self, what: &str, word: &str, number: u32, line: &[u8]) {
        self.add(ProblemKind::UnknownType, Some(number), [what, " ", &quoted(word)].concat(), line);
    }

    pub fn as_slice(&self) -> &[Problem] {
        &self.list
    }

    /// How many problems, repeated ones included.
    pub fn total(&self) -> u32 {
        self.list.iter().map(|problem| problem.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_problems_are_counted_not_listed() {
        let mut problems = Problems::default();
        for line in 1..=3 {
            problems.add(ProblemKind::BadLine, Some(line), "not JSON", b"\x00oops");
        }
        problems.add(ProblemKind::UnknownType, Some(9), "queue", b"");
        assert_eq!(problems.total(), 4);
        let first = &problems.as_slice()[0];
        assert_eq!((first.line, first.count, first.excerpt.as_str()), (Some(1), 3, "\u{FFFD}oops"));
    }
}
