//! The content of a step as the page draws it: texts are read here, so that the page only makes elements. Nothing of a log
//! becomes HTML; long texts are cut and come in portions when somebody asks.

pub mod ansi;
mod diff;
mod draw;
pub mod json;
pub mod markdown;
mod plan;
mod signs;

pub use diff::{DiffLine, Sign, between};
pub use draw::Part;
pub use plan::{exit_fact, preamble};

use crate::model::{Body, EventKind, Fact, Wire};
use ansi::Span;
use markdown::Node;

/// So much of a text is drawn at most, bytes; beyond, it is copied or saved.
pub const MOST_DRAWN: usize = 4 << 20;

/// The content of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct ShownBody {
    /// A short line that says what was done.
    pub summary: String,
    pub facts: Vec<Fact>,
    pub blocks: Vec<Shown>,
    /// What a command ended with, where the log tells.
    pub exit: Option<i64>,
    /// The lines of a file that were read: the first and the last.
    pub read: Option<(u32, u32)>,
}

/// What a block is to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum Role {
    /// What a model said.
    Text,
    Prompt,
    Thinking,
    System,
    /// A message of a request's history.
    Message,
    Command,
    Input,
    Output,
    Error,
    /// What was done to a file.
    Change,
    Tasks,
    Image,
}

/// A block, or the beginning of a long one.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Shown {
    pub role: Role,
    /// What stands above it: a path, who wrote a message; empty for nothing.
    pub title: String,
    /// Lines that are new and lines that are gone, of a change.
    pub added: Option<u32>,
    pub removed: Option<u32>,
    /// Rarely read: only its first words show until it is opened.
    pub is_folded: bool,
    pub opening: String,
    pub content: Content,
    /// Of the whole text.
    pub bytes: u64,
    pub lines: u32,
    /// Whether this is only the beginning.
    pub is_cut: bool,
    /// The log's writer cut it.
    pub is_cut_in_log: bool,
}

impl Shown {
    /// In place of content that could not be read.
    pub fn error(why: &str) -> Self {
        let text = why.to_owned();
        let content = Content::Code { spans: vec![Span { text, look: ansi::Look::default() }], first: None };
        Self {
            role: Role::Error,
            title: String::new(),
            added: None,
            removed: None,
            is_folded: false,
            opening: String::new(),
            content,
            bytes: why.len() as u64,
            lines: 1,
            is_cut: false,
            is_cut_in_log: false,
        }
    }
}

/// What a block is made of.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub enum Content {
    Prose(Vec<Node>),
    /// Text of equal widths.
    Code {
        spans: Vec<Span>,
        /// The number of the first line, where lines have numbers.
        first: Option<u32>,
    },
    Diff(Vec<DiffLine>),
    Json(Vec<json::Field>),
    Tasks(Vec<Task>),
    Image {
        /// As the log says.
        mime: String,
    },
    /// In place of what stands in a file beside the log.
    Elsewhere {
        words: String,
        path: String,
    },
}

/// A line of a list of things to do.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Task {
    pub text: String,
    pub state: TaskState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum TaskState {
    Open,
    Begun,
    Done,
    Dropped,
}

/// What is asked about: an event of this kind, by this name of the log's.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub kind: EventKind,
    pub name: &'a str,
}

/// The content of an event, long texts cut.
pub fn shown(about: About<'_>, body: &Body) -> ShownBody {
    let plan = plan::plan(about, body);
    ShownBody {
        summary: plan.search.unwrap_or_else(|| body.summary.clone()),
        facts: body.facts.clone(),
        blocks: plan.items.iter().map(draw::beginning).collect(),
        exit: plan.exit,
        read: plan.read,
    }
}

/// A portion of the block at an index of [`ShownBody::blocks`], from a place that the portion before named, or from 0.
pub fn part(about: About<'_>, body: &Body, index: u32, from: u32) -> Option<Part> {
    plan::plan(about, body).items.get(index as usize).map(|item| draw::part(item, from))
}

/// The whole text of a block, to be copied or saved.
pub fn whole(about: About<'_>, body: &Body, index: u32) -> Option<String> {
    plan::plan(about, body).items.get(index as usize).map(draw::whole)
}

/// The base64 of an image, and its type.
pub fn image(about: About<'_>, body: &Body, index: u32) -> Option<(String, String)> {
    let plan = plan::plan(about, body);
    match plan.items.get(index as usize)?.source {
        plan::Source::Image { mime, base64 } => Some((mime.to_owned(), base64.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
