//! The files that a session touched, told from its calls of tools: which, how often, how many lines, and what stood in
//! them after a step as far as the log tells. The lines are read elsewhere; here is which of them, and what they mean.

mod all;
mod content;

pub use all::{AllFiles, is_here};
pub use content::{Content, Note, NoteKind, content};

use crate::archive::Archive;
use crate::formats::{self, Format};
use crate::logic::change::{Change, Op, changes, plain_path};
use crate::logic::session::events;
use crate::logic::tool_kind::{ToolKind, tool_kind};
use crate::model::{Block, Body, Event, EventKind, Map, NO_LINK, SourceId, Span, Tally, Wire, flags, sorted};

/// What a call did to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum How {
    Read,
    Write,
    Edit,
    /// It is not there any more, or not under this name.
    Delete,
    /// It came from another name: the touch before this one.
    Move,
}

/// One file in one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub struct Touch {
    /// The call, by its number in the track.
    pub event: u32,
    /// Index into [`Files::paths`].
    pub path: u32,
    pub how: How,
    /// The tool said that it failed: nothing was changed.
    pub has_failed: bool,
    /// Lines; `None` where the log does not tell.
    pub added: Option<u32>,
    pub removed: Option<u32>,
}

/// All files of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Files {
    /// As the log writes them but for [`plain_path`], in the order in which they were touched first.
    pub paths: Vec<String>,
    /// Ascending by event.
    pub touches: Vec<Touch>,
}

/// What happened to one file so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileSum {
    /// Index into [`Files::paths`].
    pub path: u32,
    pub reads: u32,
    /// Edits, writes, moves and deletions that did not fail.
    pub changes: u32,
    pub failed: u32,
    /// Lines; a lower bound where a change does not tell.
    pub added: Tally,
    pub removed: Tally,
    /// The last call that touched it.
    pub last: u32,
}

impl Files {
    /// The files touched by the events before this one, the last one first; by all of them for `None`.
    pub fn at(&self, before: Option<u32>) -> Vec<FileSum> {
        let mut sums: Vec<FileSum> = Vec::new();
        // Paths are numbered in the order of their first touch: those so far are the first ones.
        for touch in self.until(before) {
            if touch.path as usize >= sums.len() {
                let (added, removed) = (Tally::default(), Tally::default());
                sums.push(FileSum { path: touch.path, reads: 0, changes: 0, failed: 0, added, removed, last: 0 });
            }
            let Some(sum) = sums.get_mut(touch.path as usize) else { continue };
            sum.last = touch.event;
            match touch {
                Touch { has_failed: true, .. } => sum.failed += 1,
                Touch { how: How::Read, .. } => sum.reads += 1,
                _ => {
                    sum.changes += 1;
                    sum.added.add(touch.added.map(u64::from).into(), false);
                    sum.removed.add(touch.removed.map(u64::from).into(), false);
                }
            }
        }
        sorted(sums, |a, b| b.last.cmp(&a.last))
    }

    /// How many files were touched before this event; all of them for `None`.
    pub fn count(&self, before: Option<u32>) -> usize {
        self.until(before).iter().map(|touch| touch.path as usize + 1).max().unwrap_or(0)
    }

    /// The calls that touched a file before this event, and that did not fail; under the names that it was moved from, too.
    pub fn calls(&self, path: u32, before: Option<u32>) -> Vec<u32> {
        let mut calls = Vec::new();
        let mut names = vec![path];
        let mut later: Option<&Touch> = None;
        for touch in self.until(before).iter().rev().filter(|touch| !touch.has_failed) {
            let is_left =
                later.is_some_and(|to| to.how == How::Move && to.event == touch.event && names.contains(&to.path));
            if is_left && touch.how == How::Delete && !names.contains(&touch.path) {
                names.push(touch.path);
            }
            if names.contains(&touch.path) {
                calls.push(touch.event);
            }
            later = Some(touch);
        }
        calls.reverse();
        calls.dedup();
        calls
    }

    fn until(&self, before: Option<u32>) -> &[Touch] {
        let end = before.map_or(self.touches.len(), |event| self.touches.partition_point(|it| it.event < event));
        self.touches.get(..end).unwrap_or_default()
    }
}

/// Collects what calls did, in their order.
#[derive(Debug, Default)]
pub struct Collector {
    files: Files,
    numbers: Map<String, u32>,
}

impl Collector {
    /// How often a file was touched so far.
    pub fn touches(&self) -> usize {
        self.files.touches.len()
    }

    /// Takes the content of one call.
    pub fn add(&mut self, call: &Call, body: &Body) {
        for change in call.changes(body) {
            let how = match &change.op {
                Op::Read { .. } => How::Read,
                Op::Write => How::Write,
                Op::Edit => How::Edit,
                Op::Delete => How::Delete,
                Op::Move { .. } => How::Move,
            };
            let (added, removed) = (change.added, change.removed);
            let mut touch = |path: &str, how, [added, removed]: [Option<u32>; 2]| {
                let path = self.number(path);
                let (event, has_failed) = (call.event, call.has_failed);
                self.files.touches.push(Touch { event, path, how, has_failed, added, removed });
            };
            if let Op::Move { to } = &change.op {
                // Its lines are counted under one of the names.
                touch(&change.path, How::Delete, [Some(0); 2]);
                touch(to, how, [added, removed]);
            } else {
                touch(&change.path, how, [added, removed]);
            }
        }
    }

    fn number(&mut self, path: &str) -> u32 {
        if let Some(number) = self.numbers.get(path) {
            return *number;
        }
        let number = self.files.paths.len() as u32;
        self.files.paths.push(path.to_owned());
        self.numbers.insert(path.to_owned(), number);
        number
    }

    pub fn finish(self) -> Files {
        self.files
    }
}

/// A line to be read for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLine {
    pub source: SourceId,
    pub span: Span,
    pub block: u16,
}

/// A call that may have touched files.
#[derive(Clone)]
pub struct Call {
    /// Its number in the track.
    pub event: u32,
    pub tool: String,
    pub has_failed: bool,
    /// Commands touch files only where they carry a patch (codex.md §5), and there are many of them.
    pub is_command: bool,
    pub format: &'static dyn Format,
    /// Its own line, and the one with its result where that tells more.
    pub lines: Vec<CallLine>,
}

/// What a patch in a command begins with: lines without it need no decoding.
pub const PATCH_BEGINS: &[u8] = b"*** Begin Patch";

impl Call {
    /// What the call did to files; `body` is the content of its lines.
    pub fn changes(&self, body: &Body) -> Vec<Change> {
        self.told_by(&body.blocks)
    }

    /// The same by what was asked for: recorded differences are for the eye, some write tabs as spaces, and do not fit
    /// the text of the file.
    pub fn asked(&self, body: &Body) -> Vec<Change> {
        let blocks: Vec<Block> =
            body.blocks.iter().filter(|block| !matches!(block, Block::Patch { .. })).cloned().collect();
        let mut asked = self.told_by(&blocks);
        if asked.is_empty() {
            asked = self.changes(body);
        }
        for block in &body.blocks {
            if let Block::Patch { path, before: Some(before), .. } = block {
                let path = plain_path(path);
                let change = asked.iter_mut().find(|change| change.path == path);
                change.into_iter().for_each(|change| change.before = Some(before.clone()));
            }
        }
        asked
    }

    fn told_by(&self, blocks: &[Block]) -> Vec<Change> {
        let found = changes(&self.tool, blocks).into_iter();
        let is_file = |change: &Change| !change.path.is_empty() && !change.path.contains("://");
        let with_plain_names = |change: Change| {
            let op = if let Op::Move { to } = &change.op { Op::Move { to: plain_path(to) } } else { change.op };
            Change { path: plain_path(&change.path), op, ..change }
        };
        found.filter(is_file).map(with_plain_names).collect()
    }
}

/// Tools that look at folders or at the web, not at a file.
fn is_listing(tool: &str) -> bool {
    matches!(
        tool,
        "LS" | "ls" | "list_files" | "list_directory" | "find" | "fetch" | "read_web_page" | "list_dir" | "WebFetch"
    )
}

/// Whether calls of a tool may read or change a file.
pub fn may_touch(tool: &str) -> bool {
    matches!(tool_kind(tool), ToolKind::Read | ToolKind::Edit | ToolKind::Shell) && !is_listing(tool)
}

/// The calls of a session that may have touched files, in order. `with_results`: also the lines that hold what was read.
pub fn calls(archive: &Archive, key: &str, with_results: bool) -> Vec<Call> {
    let Some(session) = archive.session(key) else { return Vec::new() };
    let Some(format) = formats::by_id(session.format) else { return Vec::new() };
    let mut calls = Vec::new();
    for (number, found) in events(archive, session).enumerate() {
        let (event, source) = (found.event, found.source);
        if event.kind != EventKind::ToolCall || event.has(flags::ECHO) || session.is_copied(found.id, found.index) {
            continue;
        }
        let tool = source.strings.get(event.name);
        if !may_touch(tool) {
            continue;
        }
        let kind = tool_kind(tool);
        let is_wanted = event.link != NO_LINK && (kind == ToolKind::Edit || with_results && kind == ToolKind::Read);
        let result = if is_wanted { source.events.get(event.link) } else { None };
        let line = |of: Event| CallLine { source: found.id, span: of.span, block: of.block };
        calls.push(Call {
            event: number as u32,
            tool: tool.to_owned(),
            has_failed: event.has(flags::FAILED),
            is_command: kind == ToolKind::Shell,
            format,
            lines: std::iter::once(event).chain(result).map(line).collect(),
        });
    }
    calls
}

#[cfg(test)]
mod tests;
