//! Prompts that were typed while the agent worked (claude-code.md §3, `queue-operation`, `queued_command`). What was queued
//! may come again as an attachment or as a line of its own, or, in some versions, in no other line: it is one prompt.

use super::said::{Said, said};
use crate::formats::Sink;
use crate::model::{Event, EventKind, flags, hash_of};

/// Something in the queue.
#[derive(Clone)]
struct Queued {
    text: u64,
    /// `None` for what the harness queued.
    event: Option<u32>,
    part: u16,
}

/// A prompt of an attachment that no answer has followed yet.
#[derive(Clone)]
struct Attached {
    text: u64,
    source: u64,
    event: u32,
}

#[derive(Default, Clone)]
pub struct Queue {
    waiting: Vec<Queued>,
    /// Handed to the agent while it worked.
    taken: Vec<Queued>,
    attached: Option<Attached>,
}

/// Another line tells it better.
fn is_told(event: u32, out: &mut Sink) {
    out.events.set_kind(event, EventKind::System);
    out.events.set_flag(event, flags::ECHO);
}

impl Queue {
    /// A `queue-operation` line; `event` is what it becomes if nobody typed what it holds.
    pub fn operate(&mut self, operation: &str, content: &str, event: Event, out: &mut Sink) {
        let noise = Event { flags: event.flags | flags::ECHO, ..event };
        let text = typed(content);
        if operation == "enqueue" {
            let prompt = text.map(|text| (text, out.event(Event { kind: EventKind::Prompt, ..event })));
            if prompt.is_none() {
                out.event(noise);
            }
            let (text, event) = prompt.unzip();
            let part = noise.part;
            return self.waiting.push(Queued { text: text.unwrap_or(0), event, part });
        }
        out.event(noise);
        let place = text.and_then(|text| self.waiting.iter().position(|queued| queued.text == text)).unwrap_or(0);
        match operation {
            // The user takes all of it back.
            "popAll" => self.waiting.drain(..).filter_map(|queued| queued.event).for_each(|event| is_told(event, out)),
            _ if place >= self.waiting.len() => {}
            "remove" => self.taken.push(self.waiting.remove(place)),
            // Its own line follows.
            _ => {
                let queued = self.waiting.remove(place);
                queued.event.into_iter().for_each(|event| is_told(event, out));
            }
        }
    }

    /// A prompt stands in a line or an attachment: it is not told of twice.
    fn found(&mut self, text: u64, out: &mut Sink) {
        for list in [&mut self.waiting, &mut self.taken] {
            if let Some(place) = list.iter().position(|queued| queued.text == text && queued.event.is_some()) {
                list.remove(place).event.into_iter().for_each(|event| is_told(event, out));
                return;
            }
        }
    }

    /// A prompt in a line of a user; gives whether an attachment told of it and was counted.
    pub fn line(&mut self, text: u64, uuid: u64, out: &mut Sink) -> bool {
        self.found(text, out);
        let is_same = |attached: &Attached| attached.text == text || uuid != 0 && attached.source == uuid;
        let same = self.attached.take_if(|attached| is_same(attached));
        if let Some(attached) = &same {
            is_told(attached.event, out);
        }
        same.is_some()
    }

    /// A prompt in an attachment; `source` is the line that it may have, too.
    pub fn attachment(&mut self, text: u64, source: u64, event: u32, out: &mut Sink) {
        self.found(text, out);
        self.attached = Some(Attached { text, source, event });
    }

    /// After an answer the same words are said anew.
    pub fn answered(&mut self) {
        self.attached = None;
    }

    /// What still waits was never sent: it is shown, but is no prompt. Gives the parts of prompts that only the queue
    /// tells of.
    pub fn finish(self, out: &mut Sink) -> Vec<u16> {
        for event in self.waiting.into_iter().filter_map(|queued| queued.event) {
            out.events.set_kind(event, EventKind::System);
        }
        self.taken.into_iter().filter(|queued| queued.event.is_some()).map(|queued| queued.part).collect()
    }
}

/// What a person typed, as a hash.
pub fn typed(content: &str) -> Option<u64> {
    text_of(&said(content))
}

/// The same of a text that is sorted.
pub fn text_of(said: &Said<'_>) -> Option<u64> {
    match said {
        Said::Prompt("") | Said::Injected(_) | Said::Noise(_) => None,
        Said::Prompt(text) => Some(hash_of(&[text])),
        Said::Command(shown) => Some(hash_of(&[shown])),
    }
}
