//! What stood in a file after its calls, as far as the log tells: from a write or a full read on, with each edit after it.

use crate::logic::change::{Change, Edit, Op, Place, apply, lines_of, runs};
use crate::model::Wire;

/// Tools that read a file without being asked for a part of it stop here (claude-code.md): so many lines may be a part.
const READ_LINES: usize = 2_000;

/// A file as the log tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Content {
    /// `None`: nobody knows what stands in it.
    pub text: Option<String>,
    /// The file was deleted or moved away.
    pub is_gone: bool,
    /// What happened on the way there that makes it uncertain or unknown.
    pub notes: Vec<Note>,
    /// Who wrote its lines, from the first on: so many of them, and the call; `None` where nobody tells, as of what stood in
    /// it before.
    pub origins: Vec<(u32, Option<u32>)>,
}

/// A file on its way, with the call that wrote each line of what is known.
#[derive(Default)]
struct Known {
    file: Content,
    writers: Vec<Option<u32>>,
}

impl Known {
    /// Other text stands in it: lines that stay keep their writer.
    fn put(&mut self, text: String, by: Option<u32>) {
        let old = self.file.text.take().unwrap_or_default();
        let before = std::mem::take(&mut self.writers);
        for run in runs(&lines_of(&old), &lines_of(&text)) {
            match run.edit {
                Edit::Same => self.writers.extend(before.get(run.old).unwrap_or_default()),
                Edit::Gone => {}
                Edit::New => self.writers.extend(run.new.map(|_| by)),
            }
        }
        (self.file.text, self.file.is_gone) = (Some(text), false);
    }

    fn lose(&mut self, is_gone: bool) {
        self.writers.clear();
        (self.file.text, self.file.is_gone) = (None, is_gone);
    }

    fn finish(self) -> Content {
        let mut origins: Vec<(u32, Option<u32>)> = Vec::new();
        for writer in self.writers {
            match origins.last_mut() {
                Some((lines, last)) if *last == writer => *lines += 1,
                _ => origins.push((1, writer)),
            }
        }
        Content { origins, ..self.file }
    }
}

/// Something odd at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub struct Note {
    pub event: u32,
    pub kind: NoteKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum NoteKind {
    /// Edited without having been read or written in full before.
    BaseUnknown,
    /// The old text of the edit is not in what is known.
    NoMatch,
    /// A full read shows something else than what was known: changed by other means.
    ChangedElsewhere,
}

impl NoteKind {
    /// What people read.
    pub const fn words(self) -> &'static str {
        match self {
            Self::BaseUnknown => "edited, but no step before tells all of its text",
            Self::NoMatch => "the old text of this edit is not in what is known of the file",
            Self::ChangedElsewhere => "read again, and it was not what the steps before had made of it",
        }
    }
}

/// The content of a file after these calls, each with its changes, in order.
pub fn content(path: &str, calls: impl Iterator<Item = (u32, Vec<Change>)>) -> Content {
    let mut file = Known::default();
    for (event, changes) in calls {
        for change in &changes {
            let is_target = matches!(&change.op, Op::Move { to } if to == path);
            if change.path == path || is_target {
                step(&mut file, event, change, is_target);
            }
        }
    }
    file.finish()
}

fn step(known: &mut Known, event: u32, change: &Change, is_target: bool) {
    match &change.op {
        Op::Read { is_whole, .. } => {
            let seen = change.pieces.first().map_or("", |piece| &piece.new);
            if !is_whole || seen.lines().count() >= READ_LINES {
                return;
            }
            // Which line end a file ends with cannot be seen.
            if known.file.text.as_ref().is_some_and(|known| known.trim_end() != seen.trim_end()) {
                known.file.notes.push(Note { event, kind: NoteKind::ChangedElsewhere });
            }
            known.put(seen.to_owned(), None);
        }
        Op::Delete => known.lose(true),
        Op::Move { .. } if !is_target => known.lose(true),
        Op::Move { .. } => {
            // What it was under its other name stands there.
            known.file.notes.push(Note { event, kind: NoteKind::BaseUnknown });
            known.lose(false);
        }
        Op::Write | Op::Edit => {
            let needs_none = change.pieces.first().is_some_and(|piece| piece.place == Place::File);
            // An edit of nothing makes a file.
            let makes = change.pieces.first().is_some_and(|piece| piece.old.as_deref() == Some(""));
            let base = known.file.text.clone().or((needs_none || makes).then(String::new));
            match base.as_deref().map(|base| apply(base, change)) {
                Some(Some(text)) => known.put(text, Some(event)),
                Some(None) => {
                    known.file.notes.push(Note { event, kind: NoteKind::NoMatch });
                    known.lose(false);
                }
                // Said once: it does not get better by more edits.
                None if known.file.notes.iter().any(|note| note.kind == NoteKind::BaseUnknown) => {}
                None => known.file.notes.push(Note { event, kind: NoteKind::BaseUnknown }),
            }
        }
    }
}
