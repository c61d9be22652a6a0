//! Finds texts in the contents of one session, whether they are drawn or not.

use super::needle::Needle;
use super::strings::strings;
use crate::archive::Archive;
use crate::formats;
use crate::logic::files::{Call, CallLine};
use crate::logic::session::{events, lines_with};
use crate::logic::track::is_step_kind;
use crate::model::{Block, Body, Wire, flags};

/// Different texts that a pattern found and that are marked where they are drawn.
const MOST_TEXTS: usize = 100;
/// A longer one is not marked, bytes.
const LONGEST_TEXT: usize = 400;

/// What was found up to a step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct FoundPart {
    /// What is wrong with the pattern; empty for nothing.
    pub problem: String,
    /// Steps by their numbers in the track, ascending, and how often each holds what was looked for.
    pub steps: Vec<(u32, u32)>,
    /// Different texts that were found.
    pub texts: Vec<String>,
    /// Where to go on; `None` at the end.
    pub next: Option<u32>,
    /// Steps whose lines could not be read.
    pub unread: u32,
}

impl FoundPart {
    /// Adds the content of a line of a step.
    pub fn add(&mut self, needle: &Needle, event: u32, body: &Body) {
        let count = self.count(needle, body);
        if count == 0 {
            return;
        }
        match self.steps.last_mut().filter(|(last, _)| *last == event) {
            Some((_, sum)) => *sum += count,
            None => self.steps.push((event, count)),
        }
    }

    fn count(&mut self, needle: &Needle, body: &Body) -> u32 {
        let mut count = 0;
        for text in body.blocks.iter().filter_map(text_of) {
            // JSON is drawn as a tree: what stands in it without escapes is what people see.
            let mut inner = 0;
            if text.starts_with(['{', '[']) {
                strings(text.as_bytes(), &mut |text| {
                    let own = self.look(needle, text);
                    inner += own;
                    own == 0
                });
            }
            count += inner.max(self.look(needle, text));
        }
        if count == 0 { self.look(needle, &body.summary) } else { count }
    }

    fn look(&mut self, needle: &Needle, text: &str) -> u32 {
        let (mut count, mut from) = (0, 0);
        while let Some(found) = needle.find(text, from) {
            let own = text.get(found.clone()).unwrap_or_default();
            if self.texts.len() < MOST_TEXTS && own.len() <= LONGEST_TEXT && !self.texts.iter().any(|it| it == own) {
                self.texts.push(own.to_owned());
            }
            count += 1;
            from = found.end;
        }
        count
    }
}

fn text_of(block: &Block) -> Option<&str> {
    match block {
        Block::Text(text)
        | Block::Thinking(text)
        | Block::Prompt(text)
        | Block::System(text)
        | Block::Input(text)
        | Block::Command(text)
        | Block::Output { text, .. }
        | Block::Error(text)
        | Block::Patch { text, .. }
        | Block::Message { text, .. } => Some(text),
        Block::Elsewhere { .. } | Block::Image { .. } => None,
    }
}

/// All texts of a body.
pub fn texts(body: &Body) -> impl Iterator<Item = &str> {
    body.blocks.iter().filter_map(text_of).chain([&*body.summary])
}

/// The steps of a session from one on, with the lines that tell of them.
pub fn steps(archive: &Archive, key: &str, from: u32, most: usize) -> Vec<Call> {
    let Some(session) = archive.session(key) else { return Vec::new() };
    let Some(format) = formats::by_id(session.format) else { return Vec::new() };
    let numbered = (0..).zip(events(archive, session)).skip(from as usize);
    let steps = numbered.filter(|(_, found)| {
        let flags = found.event.flags | session.flags_of(found.id, found.index);
        is_step_kind(found.event.kind) && flags & flags::ECHO == 0
    });
    let call = |(number, found)| {
        let lines = lines_with(session.format, &found);
        let line = |it: &crate::logic::session::LineOf| CallLine {
            source: it.source,
            span: it.event.span,
            block: it.event.block,
        };
        Call {
            event: number,
            tool: String::new(),
            has_failed: false,
            is_command: false,
            format,
            lines: lines.iter().map(line).collect(),
        }
    };
    steps.take(most).map(call).collect()
}
