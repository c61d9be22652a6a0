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
    /// Changed without having been read or written in full before.
    BaseUnknown,
    /// The old text of the edit is not in what is known.
    NoMatch,
    /// The log shows something else than what was known, in a full read or before an edit: changed by other means.
    ChangedElsewhere,
}

impl NoteKind {
    /// What people read.
    pub const fn words(self) -> &'static str {
        match self {
            Self::BaseUnknown => "changed, but no step before tells all of its text",
            Self::NoMatch => "the old text of this edit is not in what is known of the file",
            Self::ChangedElsewhere => "it was not any more what the steps before had made of it",
        }
    }
}

/// The content of a file after these calls, each with its changes, in order. Where a call moved the file, what it was
/// under its other name counts too: [`Files::calls`](super::Files::calls) names those calls.
pub fn content(path: &str, calls: impl Iterator<Item = (u32, Vec<Change>)>) -> Content {
    let calls: Vec<(u32, Vec<Change>)> = calls.collect();
    // The names that it had.
    let mut names = vec![path];
    for change in calls.iter().rev().flat_map(|(_, changes)| changes.iter().rev()) {
        if matches!(&change.op, Op::Move { to } if names.contains(&&**to)) && !names.contains(&&*change.path) {
            names.push(&change.path);
        }
    }
    let mut files: Vec<Known> = names.iter().map(|_| Known::default()).collect();
    for (event, changes) in &calls {
        for change in changes {
            let to = if let Op::Move { to } = &change.op { to } else { &change.path };
            let place = |path: &str| names.iter().position(|name| *name == path);
            let (from, to) = (place(&change.path), place(to));
            if from.is_none() && to.is_none() {
                continue;
            }
            let mut known = from.and_then(|from| files.get_mut(from)).map(std::mem::take).unwrap_or_default();
            step(&mut known, *event, change);
            if let Some(from) = from.and_then(|from| files.get_mut(from)) {
                // Of a move only the other name is left.
                from.file.is_gone = true;
            }
            if let Some(to) = to.and_then(|to| files.get_mut(to)) {
                *to = known;
            }
        }
    }
    files.into_iter().next().unwrap_or_default().finish()
}

/// All of the file stands in the log here.
fn see(known: &mut Known, event: u32, seen: &str) {
    // With which line ends a file was written, and whether its last line has one, cannot be seen.
    let is_same = |known: &String| known.trim_end().lines().eq(seen.trim_end().lines());
    match &known.file.text {
        Some(known) if is_same(known) => return,
        Some(_) => known.file.notes.push(Note { event, kind: NoteKind::ChangedElsewhere }),
        None => {}
    }
    known.put(seen.to_owned(), None);
}

fn step(known: &mut Known, event: u32, change: &Change) {
    match &change.op {
        Op::Read { is_whole, .. } => {
            let seen = change.pieces.first().map_or("", |piece| &piece.new);
            if !is_whole || seen.lines().count() >= READ_LINES {
                return;
            }
            see(known, event, seen);
        }
        Op::Delete => known.lose(true),
        Op::Write | Op::Edit | Op::Move { .. } => {
            if let Some(before) = &change.before {
                see(known, event, before);
            }
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
