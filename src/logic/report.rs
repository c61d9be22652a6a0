//! What the page draws as it is: sentences and tables, made beside the archive, so that one drawing serves all of them.

use super::format::{NOT_RECORDED, tally_text};
use crate::model::{Tally, Wire};

/// Sentences, and tables below them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Report {
    pub sentences: Vec<String>,
    pub tables: Vec<Table>,
}

/// Rows under headings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Table {
    pub title: String,
    /// Names, and whether the column holds numbers.
    pub columns: Vec<(String, bool)>,
    /// The first cell of each names it.
    pub rows: Vec<Vec<Cell>>,
    /// Rows that are not among them, because there are too many.
    pub left_out: u32,
}

/// A value as people read it: `—` is not recorded, `≥` before it a lower bound.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Cell {
    pub text: String,
    /// The reason of a `—` or `≥`, else more about the value; may be empty.
    pub why: String,
    /// Where it can be looked at.
    pub jumps: Vec<Jump>,
}

/// A way to a session, or to a step of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Jump {
    pub words: String,
    pub session: String,
    /// As links name it; empty for the session itself.
    pub step: String,
}

impl Table {
    /// Without rows; `#` before a name says that its column holds numbers.
    pub fn new(title: &str, columns: &[&str]) -> Self {
        let column = |name: &&str| match name.strip_prefix('#') {
            Some(name) => (name.to_owned(), true),
            None => ((*name).to_owned(), false),
        };
        Self { title: title.to_owned(), columns: columns.iter().map(column).collect(), ..Self::default() }
    }

    /// Takes as many rows as people read.
    pub fn with_rows(mut self, mut rows: Vec<Vec<Cell>>) -> Self {
        const MOST: usize = 500;
        self.left_out = rows.len().saturating_sub(MOST) as u32;
        rows.truncate(MOST);
        self.rows = rows;
        self
    }
}

impl Cell {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub fn number(number: u64) -> Self {
        Self::new(number.to_string())
    }

    /// What nobody recorded.
    pub fn unknown(why: &str) -> Self {
        Self::new(NOT_RECORDED).because(why)
    }

    /// A sum; `why` says what it means that some of it is not known.
    pub fn tally(tally: &Tally, why: &str) -> Self {
        Self::new(tally_text(tally)).because(if tally.is_lower_bound() || tally.reported == 0 { why } else { "" })
    }

    /// With the reason for it, or more about it.
    pub fn because(mut self, why: &str) -> Self {
        why.clone_into(&mut self.why);
        self
    }
}
