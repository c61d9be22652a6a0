//! The content of one event, decoded again from its line when somebody looks at it.

use super::Wire;

/// A named value, as the log words it.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Fact {
    pub name: String,
    pub value: String,
}

impl Fact {
    pub fn new(name: &str, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// One piece of content, in reading order.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub enum Block {
    /// Prose (Markdown, for those who render it).
    Text(String),
    Thinking(String),
    /// What a person typed.
    Prompt(String),
    System(String),
    /// JSON that was given to a tool, compact.
    Input(String),
    /// A shell command.
    Command(String),
    /// What a tool wrote. `cut` says that the log's writer cut it.
    Output {
        text: String,
        cut: bool,
    },
    Error(String),
    /// More of the output before it stands in a file of its own, by this path. `is_open`: what is shown is the beginning of
    /// that file.
    Elsewhere {
        path: String,
        is_open: bool,
    },
    /// How a tool changed a file, as the log's writer recorded it: hunks of a unified diff.
    Patch {
        path: String,
        text: String,
        /// All of the file before the change, where that was recorded too.
        before: Option<String>,
    },
    /// As the log holds it, or nothing where it is not asked for.
    Image {
        mime: String,
        base64: String,
    },
    /// A message of a request's history.
    Message {
        role: String,
        text: String,
    },
}

/// What an event holds, for the transcript and the inspector.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Body {
    /// A short line that says what was done: `sed -n 1,20p main.go`, `src/lib.rs`.
    pub summary: String,
    pub blocks: Vec<Block>,
    pub facts: Vec<Fact>,
}

impl Body {
    /// In place of content that could not be read.
    pub fn unreadable(why: String) -> Self {
        Self { blocks: vec![Block::Error(why)], ..Self::default() }
    }

    /// Appends the content of a second line of the same step.
    pub fn extend(&mut self, more: Self) {
        if self.summary.is_empty() {
            self.summary = more.summary;
        }
        self.blocks.extend(more.blocks);
        self.facts.extend(more.facts);
    }
}
