//! A line of the log and where it stands.

use super::line::Line;
use crate::model::{Event, EventKind, Span, Timestamp};

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
    /// Number of that side conversation, from 1; 0 is the main one.
    pub lane: u16,
}

impl Record<'_> {
    /// An event of this line.
    pub fn event(&self, kind: EventKind) -> Event {
        Event { at: self.at, ..Event::new(kind, self.part, self.span, self.number) }
    }
}
