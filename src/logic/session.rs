//! The open session: its events as a track for the page, and the lines behind them.

use super::track::{Mark, Track, ms_of};
use crate::archive::Archive;
use crate::model::{Event, EventKind, NO_LINK, SourceId, SourceIndex};

/// A line behind an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineOf {
    pub source: SourceId,
    pub format: &'static str,
    pub event: Event,
}

/// The events of a session in order. The number of an event in the result names it everywhere.
fn events<'a>(source: &'a SourceIndex, part: u16) -> impl Iterator<Item = Event> + 'a {
    source.events.iter().map(|(_, event)| event).filter(move |event| event.part == part)
}

/// What the page draws from; `None` when there is no such session.
pub fn track(archive: &Archive, key: &str) -> Option<Track> {
    let session = archive.session(key)?;
    let source = archive.source(session.place.source)?;
    let mut names = vec![String::new()];
    let mut numbers: Vec<Option<u16>> = vec![None; source.strings.texts().len() + 1];
    let mut marks = Vec::new();
    for event in events(source, session.place.part) {
        let name = *numbers[event.name.0 as usize].get_or_insert_with(|| match source.strings.get(event.name) {
            "" => 0,
            name => {
                names.push(name.to_owned());
                // Past 65,535 different names the rest stays nameless.
                u16::try_from(names.len() - 1).unwrap_or(0)
            }
        });
        marks.push(Mark {
            kind: event.kind,
            flags: event.flags,
            at_ms: event.at.map(ms_of),
            duration_ms: event.duration_ms,
            context: event.context,
            output: event.output,
            name,
        });
    }
    Some(Track::new(marks, names))
}

/// The lines that hold an event: its own, and for a call the one with its result.
pub fn lines_of(archive: &Archive, key: &str, number: u32) -> Vec<LineOf> {
    let found = || {
        let session = archive.session(key)?;
        let source = archive.source(session.place.source)?;
        let event = events(source, session.place.part).nth(number as usize)?;
        let line = |event| LineOf { source: session.place.source, format: session.format, event };
        let result =
            (event.kind == EventKind::ToolCall && event.link != NO_LINK).then(|| source.events.get(event.link));
        Some(std::iter::once(event).chain(result.flatten()).map(line).collect())
    };
    found().unwrap_or_default()
}

/// The events whose lines tell about the whole run.
pub fn summary_events(track: &Track) -> Vec<u32> {
    let of = |kind: EventKind| {
        (0..track.len() as u32).filter(move |number| track.get(*number).is_some_and(|m| m.kind == kind))
    };
    of(EventKind::SessionStart).take(1).chain(of(EventKind::SessionEnd).next_back()).collect()
}
