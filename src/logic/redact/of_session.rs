//! Which lines of its sources are those of one session.

use crate::archive::{Archive, Session};
use crate::logic::session::events;
use crate::model::{SourceId, Span, sorted};

/// The lines of one source that belong to a session. Lines that tell nothing of any session belong to all of its source.
pub struct SourceLines {
    pub source: SourceId,
    /// Where its own events stand, and their numbers in the session; in order.
    own: Vec<(u64, u32)>,
    /// Where events of other sessions stand.
    others: Vec<u64>,
}

/// The sources of a session in order, with its lines in them.
pub fn lines_of(archive: &Archive, session: &Session) -> Vec<SourceLines> {
    let mut sources: Vec<SourceLines> = Vec::new();
    for place in &session.places {
        if !sources.iter().any(|lines| lines.source == place.source) {
            sources.push(SourceLines { source: place.source, own: Vec::new(), others: Vec::new() });
        }
    }
    for (number, found) in events(archive, session).enumerate() {
        if let Some(lines) = sources.iter_mut().find(|lines| lines.source == found.id) {
            lines.own.push((found.event.span.offset, number as u32));
        }
    }
    for lines in &mut sources {
        lines.own = sorted(std::mem::take(&mut lines.own), Ord::cmp);
        let is_own = |part| session.places.iter().any(|place| place.source == lines.source && place.part == part);
        let all = archive.source(lines.source).into_iter().flat_map(|source| source.events.iter());
        let others = all.filter(|(_, event)| !is_own(event.part)).map(|(_, event)| event.span.offset);
        lines.others = sorted(others.collect(), Ord::cmp);
    }
    sources
}

impl SourceLines {
    /// The first event of a line, if the line belongs to the session.
    pub fn event_at(&self, span: Span) -> Option<Option<u32>> {
        let end = span.offset + u64::from(span.len);
        let own = self.own.get(self.own.partition_point(|(at, _)| *at < span.offset)).filter(|(at, _)| *at < end);
        let is_other = || {
            let next = self.others.get(self.others.partition_point(|at| *at < span.offset));
            next.is_some_and(|at| *at < end)
        };
        match own {
            Some((_, number)) => Some(Some(*number)),
            None if is_other() => None,
            None => Some(None),
        }
    }
}
