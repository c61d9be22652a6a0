//! Lines of users: prompts, results of tools, and what the harness puts between (claude-code.md §3.1, §3.2).

use super::calls::result_event;
use super::decoder::ClaudeDecoder;
use super::line::{Attachment, Content};
use super::queue;
use super::record::Record;
use super::said::{self, Said};
use super::tree::bits;
use crate::formats::Sink;
use crate::model::{Event, EventKind, flags, hash_of};

/// The text that says what a user line is, and its block.
pub(super) struct Prose<'a> {
    block: u16,
    said: Said<'a>,
}

impl ClaudeDecoder {
    /// A `user` line.
    pub(super) fn user(&mut self, record: &Record<'_>, out: &mut Sink) {
        let from = out.events.len() as u32;
        let content = &record.line.message.content;
        let prose = prose(content);
        self.results(record, out);
        let mut found = 0;
        let mut title = None;
        if record.line.is_summary.is_true {
            self.compactions.summary(record, out);
        } else if let Some(prose) = prose {
            let is_prompt = self.prose(record, &prose, out);
            if is_prompt {
                found |= bits::PROMPT;
                self.calls.close(record.lane, out);
                self.told_again(record, &prose, out);
            }
            title = Some(prose);
        }
        if out.events.len() as u32 == from {
            out.event(Event { flags: flags::ECHO, ..record.event(EventKind::System) });
        }
        let title = match &title {
            Some(Prose { said: Said::Prompt(text), .. }) => Some(*text),
            _ => None,
        };
        self.said(record, from, found, 0, title, out);
    }

    /// Results of tools; beside them the line may say more.
    fn results(&mut self, record: &Record<'_>, out: &mut Sink) {
        let mut is_first = true;
        for (number, block) in record.line.message.content.blocks().enumerate() {
            if !block.kind.ends_with("tool_result") {
                continue;
            }
            let event = result_event(record, number.min(0xFFFE) as u16);
            self.calls.result(&block.call, block.is_error.is_true, event, record, out);
            if is_first {
                self.calls.note(&block.call, record, &self.requests, out);
            }
            is_first = false;
        }
    }

    /// What was said in a line, or in what was queued for later; gives whether a person said it.
    pub(super) fn prose(&mut self, record: &Record<'_>, prose: &Prose<'_>, out: &mut Sink) -> bool {
        let (kind, word, noise) = match &prose.said {
            _ if record.line.is_meta.is_true => (EventKind::System, "meta", 0),
            Said::Injected(word) => (EventKind::System, *word, 0),
            Said::Noise(word) => (EventKind::System, *word, flags::ECHO),
            Said::Prompt(_) | Said::Command(_) => (EventKind::Prompt, "", 0),
        };
        let event = record.event(kind);
        let name = out.strings.intern(word);
        out.event(Event { name, block: prose.block, flags: event.flags | noise, ..event });
        if record.is_side {
            // The caller of a sub-agent is no person.
            return false;
        }
        let header = self.sessions.header(record.part);
        match &prose.said {
            Said::Command(shown) => {
                if let Some(title) =
                    shown.strip_prefix("/rename").filter(|rest| rest.is_empty() || rest.starts_with(' '))
                {
                    header.renamed(title);
                }
                if kind == EventKind::Prompt {
                    header.prompted(shown, true);
                }
            }
            Said::Prompt(text) if kind == EventKind::Prompt => header.prompted(text, false),
            _ => {}
        }
        kind == EventKind::Prompt
    }

    /// The line of a prompt may tell what was queued before.
    fn told_again(&mut self, record: &Record<'_>, prose: &Prose<'_>, out: &mut Sink) {
        let text = queue::text_of(&prose.said);
        let uuid = record.line.uuid.some().map_or(0, |uuid| hash_of(&[uuid]));
        if text.is_some_and(|text| self.queue.line(text, uuid, out)) {
            let header = self.sessions.header(record.part);
            header.prompts = header.prompts.saturating_sub(1);
        }
    }

    /// A prompt that was typed while a tool ran; gives whether there is one.
    pub(super) fn queued(&mut self, record: &Record<'_>, queued: &Attachment<'_>, out: &mut Sink) -> bool {
        let Some(prose) = prose(&queued.prompt) else { return false };
        let source = queued.source.some().map_or(0, |source| hash_of(&[source]));
        let origin = queued.origin.get().map_or("", |origin| &origin.kind);
        // Another agent wrote it, or its own line has told it.
        if !matches!(origin, "" | "human") || source != 0 && self.tree.has_line(source) {
            let echo = if self.tree.has_line(source) { flags::ECHO } else { 0 };
            let event = record.event(EventKind::System);
            let name = out.strings.intern(if origin.is_empty() { "queued_command" } else { origin });
            out.event(Event { name, block: prose.block, flags: event.flags | echo, ..event });
            return true;
        }
        let event = out.events.len() as u32;
        if self.prose(record, &prose, out)
            && let Some(text) = queue::text_of(&prose.said)
        {
            self.queue.attachment(text, source, event, out);
        }
        true
    }
}

/// The first text of a line that could be a prompt.
pub(super) fn prompt_of<'a>(content: &'a Content<'_>) -> Option<&'a str> {
    match prose(content)?.said {
        Said::Prompt(text) => Some(text),
        _ => None,
    }
}

/// What a line says: of several texts the first that a person typed, else the first one. Images alone are a prompt;
/// beside results they belong to these.
fn prose<'a>(content: &'a Content<'_>) -> Option<Prose<'a>> {
    if content.is_text() {
        return Some(Prose { block: 0, said: said::said(&content.text) });
    }
    let mut best: Option<Prose<'a>> = None;
    let mut image = None;
    let mut has_result = false;
    for (number, block) in content.blocks().enumerate() {
        let number = number.min(0xFFFE) as u16;
        match &*block.kind {
            "text" => {
                let said = said::said(&block.text);
                let is_typed = |said: &Said<'_>| {
                    matches!(said, Said::Prompt(text) if !text.is_empty()) || matches!(said, Said::Command(_))
                };
                let is_better = best.as_ref().is_none_or(|best| is_typed(&said) && !is_typed(&best.said));
                if is_better {
                    best = Some(Prose { block: number, said });
                }
            }
            kind if kind.ends_with("tool_result") => has_result = true,
            "" => {}
            _ => {
                image.get_or_insert(number);
            }
        }
    }
    let alone = || image.filter(|_| !has_result).map(|block| Prose { block, said: Said::Prompt("") });
    best.or_else(alone)
}
