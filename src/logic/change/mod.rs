//! What a call of a tool did to files, told from the tool's name, its input and its result. Knows no dialect: inputs are
//! read by the names of their fields, which agents share.

mod apply;
mod diff;
mod input;
mod patch;
mod read;

pub use apply::apply;
pub use diff::{Edit, Run, lines_of, runs, runs_of_numbers};
pub use read::{Numbered, numbered};

use crate::model::Block;

/// What was done to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// As the log writes it.
    pub path: String,
    pub op: Op,
    /// In the order in which they were done.
    pub pieces: Vec<Piece>,
    /// Lines that are new; `None` where the log does not tell.
    pub added: Option<u32>,
    /// Lines that are gone; `None` where the log does not tell, as for a file that was written over.
    pub removed: Option<u32>,
    /// All of the file before the change, where the log's writer recorded it.
    pub before: Option<String>,
}

/// The kinds of changes. A tool that failed did nothing, which its event tells and not its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// Not a change: its one piece holds what was seen of the file.
    Read {
        /// The first line seen, from 1; `None` where the log does not tell.
        from_line: Option<u32>,
        /// How many lines were asked for; `None` is all of them.
        lines: Option<u32>,
        /// Whether all of the file was seen, as far as one can tell.
        is_whole: bool,
    },
    /// The whole file is the one piece's new text.
    Write,
    Edit,
    Delete,
    /// Moved, and changed by the pieces, if there are any.
    Move {
        to: String,
    },
}

/// How a piece is found in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The old text stands there once, anywhere.
    Once,
    /// Each place where the old text stands.
    Everywhere,
    /// The old text is whole lines, those next after the piece before.
    Lines,
    /// The piece is the whole file.
    File,
    /// Not told in terms of the file's text (a cell of a notebook).
    Unknown,
}

/// One text in place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub place: Place,
    /// Where the old and the new text begin, lines from 1; `None` where the log does not tell.
    pub old_line: Option<u32>,
    pub new_line: Option<u32>,
    /// A line before the piece that says where to look for it; empty for none.
    pub after: String,
    /// `None`: the log does not tell what was there.
    pub old: Option<String>,
    pub new: String,
}

impl Piece {
    /// A piece whose line is not known.
    pub fn new(place: Place, old: Option<String>, new: String) -> Self {
        Self { place, old_line: None, new_line: None, after: String::new(), old, new }
    }
}

impl Change {
    /// A change whose lines are counted from its pieces.
    pub fn new(path: &str, op: Op, pieces: Vec<Piece>) -> Self {
        let (mut added, mut removed) = (Some(0), Some(0));
        for piece in &pieces {
            match &piece.old {
                Some(old) => {
                    let (more, less) = diff::count(old, &piece.new);
                    added = added.map(|added| added + more);
                    removed = removed.map(|removed| removed + less);
                }
                None => {
                    added = added.map(|added| added + piece.new.lines().count() as u32);
                    removed = None;
                }
            }
            if piece.place == Place::Everywhere {
                // How often the text stood there is not told.
                (added, removed) = (None, None);
            }
        }
        match op {
            Op::Read { .. } => (added, removed) = (Some(0), Some(0)),
            Op::Delete if pieces.is_empty() => removed = None,
            _ => {}
        }
        Self { path: path.to_owned(), op, pieces, added, removed, before: None }
    }

    pub const fn is_read(&self) -> bool {
        matches!(self.op, Op::Read { .. })
    }
}

/// One name for what is certainly one file: `./a` and `a`; `C:\a`, `c:\a` and `C:/a`. Nothing else is: `/mnt/c` is the drive
/// only within WSL, `\` may be part of a name elsewhere, and whether letter case counts depends on the file system.
pub fn plain_path(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    match path.as_bytes() {
        [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic() => {
            let mut plain = path.replace('\\', "/");
            if let Some(drive) = plain.get_mut(..1) {
                drive.make_ascii_uppercase();
            }
            plain
        }
        _ => path.to_owned(),
    }
}

/// What a call of a tool did to files. `blocks` are those of the call's body, its result included. What the log's writer
/// recorded of the change itself stands above what the model asked for.
pub fn changes(tool: &str, blocks: &[Block]) -> Vec<Change> {
    let mut recorded = Vec::new();
    for block in blocks {
        if let Block::Patch { path, text, .. } = block {
            recorded.extend(patch::recorded(path, text));
        }
    }
    let mut found = Vec::new();
    for block in blocks {
        if let Block::Input(text) = block {
            found = input::of_text(tool, text);
            break;
        }
    }
    if found.is_empty() {
        let commands =
            blocks.iter().filter_map(|block| if let Block::Command(text) = block { Some(text) } else { None });
        found = commands.flat_map(|text| patch::enveloped(text)).collect();
    }
    read::fill(&mut found, blocks);
    for change in recorded {
        match found.iter_mut().find(|asked| plain_path(&asked.path) == plain_path(&change.path)) {
            // Only what the model asked for tells of a move, and the whole text of a file.
            Some(asked) if matches!(asked.op, Op::Write | Op::Move { .. }) => {
                (asked.added, asked.removed) = (change.added, change.removed);
                if asked.op != Op::Write {
                    asked.pieces = change.pieces;
                }
            }
            Some(asked) => *asked = change,
            None => found.push(change),
        }
    }
    found
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
