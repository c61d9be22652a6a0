//! Which blocks of an answer repeat what earlier lines of the same answer have told (claude-code.md C5). Only their
//! hashes are kept: a text that has grown begins with one of the same hash.

use crate::formats::Sink;
use crate::model::{flags, hash_of};

/// Answers that may still get lines: lanes of sub-agents interleave, but not more than so many.
const OPEN: usize = 8;

/// Blocks of an answer that are compared; the rest stands for itself.
const MOST_BLOCKS: usize = 256;

/// What a block is compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Text,
    Thinking,
    Call,
    Other,
}

/// A block of an answer.
#[derive(Debug, Clone, Copy)]
struct Seen {
    sort: Sort,
    hash: u64,
    /// Bytes of the text.
    len: usize,
    event: u32,
}

/// How a block compares with the one at its place in earlier lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Against {
    Nothing,
    Equal,
    Grown,
    /// The last block of all has grown.
    Last,
    Other,
}

impl Seen {
    /// Whether a later text is this one and more.
    fn grows_to(&self, sort: Sort, text: &str) -> bool {
        let is_longer = self.sort == sort && matches!(sort, Sort::Text | Sort::Thinking) && self.len < text.len();
        is_longer && text.get(..self.len).is_some_and(|beginning| hash_of(&[beginning]) == self.hash)
    }
}

#[derive(Default, Clone)]
struct Answer {
    response: u64,
    blocks: Vec<Seen>,
    /// After an end of turn lines only append.
    is_ended: bool,
}

/// The answers of late, and the line that is being read.
#[derive(Default, Clone)]
pub struct Merge {
    open: [Answer; OPEN],
    next: usize,
    current: usize,
    line: Vec<(Seen, Against)>,
}

impl Merge {
    /// A line of an answer begins; 0 is an answer without an id.
    pub fn begin(&mut self, response: u64) {
        self.line.clear();
        let known = self.open.iter().position(|answer| answer.response == response);
        self.current = known.filter(|_| response != 0).unwrap_or(self.next);
        if known.is_none() || response == 0 {
            self.next = (self.next + 1) % OPEN;
            let answer = &mut self.open[self.current];
            answer.response = response;
            answer.blocks.clear();
            answer.is_ended = false;
        }
    }

    /// A text of the answer.
    pub fn text(&mut self, text: &str, event: u32) {
        self.block(Sort::Text, text, event);
    }

    /// A thought; where its text was not recorded, its signature tells it from others.
    pub fn thinking(&mut self, thinking: &str, signature: &str, event: u32) {
        match thinking {
            "" => self.block(Sort::Other, signature, event),
            text => self.block(Sort::Thinking, text, event),
        }
    }

    /// A call.
    pub fn call(&mut self, id: &str, event: u32) {
        self.block(Sort::Call, id, event);
    }

    fn block(&mut self, sort: Sort, text: &str, event: u32) {
        let seen = Seen { sort, hash: hash_of(&[text]), len: text.len(), event };
        let against = match self.open[self.current].blocks.get(self.line.len()) {
            None => Against::Nothing,
            Some(known) if known.sort != sort => Against::Other,
            Some(known) if known.hash == seen.hash => Against::Equal,
            Some(known) => match known.grows_to(sort, text) {
                true => Against::Grown,
                false => Against::Other,
            },
        };
        // Where each line holds one block, what has grown is the last one.
        let last = self.open[self.current].blocks.last().filter(|_| self.line.is_empty());
        let grows_last = last.is_some_and(|last| last.grows_to(sort, text));
        self.line.push((seen, if grows_last { Against::Last } else { against }));
    }

    /// The line is over: what it repeats, or replaces, becomes an echo.
    pub fn end(&mut self, is_end_of_turn: bool, out: &mut Sink) {
        let answer = &mut self.open[self.current];
        let known = answer.blocks.len();
        let is_snapshot = !answer.is_ended && self.line.iter().all(|(_, against)| *against != Against::Other);
        for (place, (seen, against)) in self.line.iter().enumerate() {
            let replaced = match against {
                Against::Grown if is_snapshot => answer.blocks.get_mut(place),
                Against::Last if !answer.is_ended => answer.blocks.last_mut(),
                _ => None,
            };
            if let Some(block) = replaced {
                out.events.set_flag(block.event, flags::ECHO);
                *block = *seen;
                continue;
            }
            let earlier = answer.blocks.get(..known).unwrap_or_default();
            match earlier.iter().any(|block| block.sort == seen.sort && block.hash == seen.hash) {
                true => out.events.set_flag(seen.event, flags::ECHO),
                false if answer.blocks.len() < MOST_BLOCKS => answer.blocks.push(*seen),
                false => {}
            }
        }
        answer.is_ended |= is_end_of_turn;
    }
}
