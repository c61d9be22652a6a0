//! Which lines of their sources are those of one session, or of a family of them.

use crate::archive::{Archive, Session};
use crate::logic::session::events;
use crate::model::{SourceId, Span, sorted};

/// The lines of one source that belong to the sessions. Lines that tell nothing of any session belong to all of its source.
pub struct SourceLines {
    pub source: SourceId,
    /// Where their events stand, and the numbers of those of the first session; in order.
    own: Vec<(u64, Option<u32>)>,
    /// Where events of other sessions stand.
    others: Vec<u64>,
}

/// The sources of sessions in order, with their lines in them.
pub fn lines_of(archive: &Archive, sessions: &[&Session]) -> Vec<SourceLines> {
    let mut sources: Vec<SourceLines> = Vec::new();
    for place in sessions.iter().flat_map(|session| &session.places) {
        if !sources.iter().any(|lines| lines.source == place.source) {
            sources.push(SourceLines { source: place.source, own: Vec::new(), others: Vec::new() });
        }
    }
    for (index, session) in sessions.iter().enumerate() {
        for (number, found) in events(archive, session).enumerate() {
            if let Some(lines) = sources.iter_mut().find(|lines| lines.source == found.id) {
                lines.own.push((found.event.span.offset, (index == 0).then_some(number as u32)));
            }
        }
    }
    for lines in &mut sources {
        lines.own = sorted(std::mem::take(&mut lines.own), Ord::cmp);
        let places = || sessions.iter().flat_map(|session| &session.places);
        let is_own = |part| places().any(|place| place.source == lines.source && place.part == part);
        let all = archive.source(lines.source).into_iter().flat_map(|source| source.events.iter());
        let others = all.filter(|(_, event)| !is_own(event.part)).map(|(_, event)| event.span.offset);
        lines.others = sorted(others.collect(), Ord::cmp);
    }
    sources
}

impl SourceLines {
    /// The first event of a line, if the line belongs to the sessions.
    pub fn event_at(&self, span: Span) -> Option<Option<u32>> {
        let end = span.offset + u64::from(span.len);
        let own = self.own.get(self.own.partition_point(|(at, _)| *at < span.offset)).filter(|(at, _)| *at < end);
        let is_other = || {
            let next = self.others.get(self.others.partition_point(|at| *at < span.offset));
            next.is_some_and(|at| *at < end)
        };
        match own {
            Some((_, number)) => Some(*number),
            None if is_other() => None,
            None => Some(None),
        }
    }
}
