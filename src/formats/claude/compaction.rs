//! Where older context was replaced by a summary: as the log marks it, else where the prompt shrank (claude-code.md §8).

use super::record::Record;
use crate::formats::Sink;
use crate::model::{Event, EventKind, TokenSet, flags};

/// Block number of an event that no block stands for: a compaction that only the size of the prompt tells of.
pub const INFERRED: u16 = u16::MAX;

/// Markers and sizes so far.
#[derive(Default, Clone)]
pub struct Compactions {
    has_marker: bool,
    /// A boundary whose summary has not come yet.
    open: Option<u32>,
    response: u64,
    /// Prompt of the request before, tokens.
    context: u64,
    inferred: Vec<u32>,
}

impl Compactions {
    /// A boundary line.
    pub fn boundary(&mut self, record: &Record<'_>, out: &mut Sink) {
        self.has_marker = true;
        let name = out.strings.intern(&record.line.subtype);
        self.open = Some(out.event(Event { name, ..record.event(EventKind::Compaction) }));
    }

    /// The summary; it counts where no boundary stands before it.
    pub fn summary(&mut self, record: &Record<'_>, out: &mut Sink) {
        self.has_marker = true;
        let name = out.strings.intern("compact-summary");
        match self.open.take() {
            Some(boundary) => {
                let index = out.event(Event { name, link: boundary, ..record.event(EventKind::System) });
                out.events.set_link(boundary, index);
            }
            None => {
                out.event(Event { name, ..record.event(EventKind::Compaction) });
            }
        }
    }

    /// A request of the main conversation, before its events.
    pub fn request(&mut self, record: &Record<'_>, response: u64, tokens: &TokenSet, out: &mut Sink) {
        let Some(context) = tokens.context().get().filter(|context| *context > 0) else { return };
        if response != 0 && response == self.response {
            return;
        }
        // More than 30 % less.
        if context.saturating_mul(10) < self.context.saturating_mul(7) && !self.has_marker {
            let name = out.strings.intern("inferred");
            self.inferred.push(out.event(Event { name, block: INFERRED, ..record.event(EventKind::Compaction) }));
        }
        (self.response, self.context) = (response, context);
    }

    /// With markers nothing is inferred.
    pub fn finish(self, out: &mut Sink) {
        for event in self.inferred.into_iter().filter(|_| self.has_marker) {
            out.events.set_kind(event, EventKind::Progress);
            out.events.set_flag(event, flags::ECHO);
        }
    }
}
