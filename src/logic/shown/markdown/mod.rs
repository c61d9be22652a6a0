//! Markdown as a tree of plain values: what models write, and no more. Nothing of it is HTML: a tag is text.
//!
//! Written by hand, since `pulldown-cmark` is 74 KB of gzip in the worker (its tables of entities and of letters), eight
//! times this. Left out: HTML, links by reference, most entities. Time is linear, and nesting ends at [`DEEPEST`].

mod block;
mod inline;

use crate::model::Wire;

/// Lists, quotes and emphasis within each other; deeper ones are text.
pub const DEEPEST: usize = 12;

/// A block.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub enum Node {
    Paragraph(Vec<Inline>),
    /// Level 1 to 6.
    Heading(u8, Vec<Inline>),
    Quote(Vec<Node>),
    List {
        /// The first number; `None` for bullets.
        start: Option<u32>,
        items: Vec<Item>,
    },
    Code {
        /// As written behind the fence; empty for none.
        language: String,
        text: String,
    },
    Table {
        columns: Vec<Align>,
        /// The first row is the head. Each has as many cells as there are columns.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Rule,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Item {
    /// Whether a task is done; `None` for what is no task.
    pub is_done: Option<bool>,
    pub nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum Align {
    Start,
    Middle,
    End,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub enum Inline {
    /// Line ends within are the writer's own.
    Text(String),
    Code(String),
    Strong(Vec<Inline>),
    Emphasis(Vec<Inline>),
    Struck(Vec<Inline>),
    /// To an address that may be opened: http, https or mailto.
    Link {
        to: String,
        of: Vec<Inline>,
    },
    /// Never loaded.
    Image {
        of: String,
        from: String,
    },
}

/// The tree of a text.
pub fn parse(text: &str) -> Vec<Node> {
    let lines: Vec<&str> = text.lines().collect();
    block::nodes(&lines, 0)
}

/// Whether an address may become a link.
pub fn may_open(address: &str) -> bool {
    let starts = |scheme: &str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let is_plain = !address.chars().any(|letter| letter.is_control() || letter.is_whitespace());
    is_plain && (starts("http://") || starts("https://") || starts("mailto:"))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
