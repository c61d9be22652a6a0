//! A line of the log and where it stands.

use super::line::Line;
use crate::model::{Event, EventKind, Span, Timestamp, flags};

/// A JSON object of the log.
pub struct Record<'a> {
    pub line: Box<Line<'a>>,
    /// Its own bytes, for excerpts.
    pub bytes: &'a [u8],
    pub span: Span,
    /// 1-based line number.
    pub number: u32,
    /// `None` when there is no readable time.
    pub at: Option<Timestamp>,
    /// Number of its session within the file.
    pub part: u16,
    /// Whether it belongs to a side conversation within the file of another session.
    pub is_side: bool,
}

impl Record<'_> {
    /// An event of this line.
    pub fn event(&self, kind: EventKind) -> Event {
        let side = if self.is_side { flags::SIDE } else { 0 };
        Event { at: self.at, flags: side, ..Event::new(kind, self.part, self.span, self.number) }
    }
}
