//! What a derived log copied from its parent: forks and sub-agents begin with the history that they started from
//! (codex.md X5, claude-code.md §8).

use super::session::{Session, duration};
use super::{Loaded, Place};
use crate::model::{Anchor, Counts, EventKind, History, Set, SourceIndex, flags};
use std::ops::Range;

/// How a copied part was found.
enum Found {
    /// By ids, or the log says it.
    Known(Range<u32>),
    /// By times, or not at all although there is a copied header: may be wrong.
    Guessed(Option<Range<u32>>),
    Nothing,
}

/// Cuts the copied parts off a session. `parent` is its parent, if that is loaded.
pub fn cut(session: &mut Session, parent: Option<&Session>, loaded: &Loaded<'_>) {
    for place in session.places.clone() {
        let Some(source) = loaded.source(place.source) else { continue };
        let Some(history) = source.parts.get(usize::from(place.part)).and_then(|part| part.history.as_ref()) else {
            continue;
        };
        let range = match find(place, source, history, parent, loaded) {
            Found::Known(range) => Some(range),
            Found::Guessed(range) => {
                session.is_replay_uncertain |= history.has_parent_header;
                range
            }
            Found::Nothing => None,
        };
        let range = range.map(|range| without_header(range, place, source));
        session.copied.extend(range.filter(|range| !range.is_empty()).map(|range| (place.source, range)));
    }
    if !session.copied.is_empty() {
        recount(session, loaded);
    }
}

/// The first header is the log's own, whatever follows it.
fn without_header(range: Range<u32>, place: Place, source: &SourceIndex) -> Range<u32> {
    let mut own = source.events.iter().filter(|(_, event)| event.part == place.part);
    let header = own.next().filter(|(_, event)| event.kind == EventKind::SessionStart).map(|(index, _)| index);
    header.filter(|header| range.contains(header)).map_or(range.start, |header| header + 1)..range.end
}

/// The first test that applies (codex.md X5).
fn find(place: Place, source: &SourceIndex, history: &History, parent: Option<&Session>, loaded: &Loaded<'_>) -> Found {
    if let Some(own) = history.told {
        return Found::Known(0..own);
    }
    let (Some(parent), Some(gate)) = (parent, history.gate) else {
        return match (parent, history.guessed) {
            (None, guessed) => Found::Guessed(guessed.map(|own| 0..own)),
            (Some(_), _) => Found::Nothing,
        };
    };
    let end = source.events.len() as u32;
    for list in [turns, lines] {
        let own: Vec<&Anchor> = list(source).iter().filter(|anchor| anchor.part == place.part).collect();
        let known: Set<u64> = of_session(parent, loaded, list).map(|anchor| anchor.hash).collect();
        if !own.is_empty() && !known.is_empty() {
            let first = own.iter().find(|anchor| anchor.event >= gate && !known.contains(&anchor.hash));
            return Found::Known(gate..first.map_or(end, |anchor| anchor.event));
        }
    }
    match equal_counts(place, source, parent, loaded) {
        Some(last) => Found::Known(0..last + 1),
        None if history.has_parent_header => Found::Guessed(None),
        None => Found::Nothing,
    }
}

fn turns(source: &SourceIndex) -> &[Anchor] {
    &source.anchors.turns
}

fn lines(source: &SourceIndex) -> &[Anchor] {
    &source.anchors.lines
}

fn of_session<'a>(
    session: &'a Session,
    loaded: &'a Loaded<'a>,
    list: fn(&SourceIndex) -> &[Anchor],
) -> impl Iterator<Item = &'a Anchor> {
    session.places.iter().flat_map(move |place| {
        let anchors = loaded.source(place.source).map_or(&[][..], list);
        anchors.iter().filter(|anchor| anchor.part == place.part)
    })
}

/// The event of the last count of the longest beginning that equals the parent's (codex.md X5, test 3).
fn equal_counts(place: Place, source: &SourceIndex, parent: &Session, loaded: &Loaded<'_>) -> Option<u32> {
    let own = source.running.iter().filter(|count| count.part == place.part);
    let theirs = parent.places.iter().flat_map(|place| {
        let counts = loaded.source(place.source).map_or(&[][..], |source| &source.running);
        counts.iter().filter(|count| count.part == place.part)
    });
    own.zip(theirs).take_while(|(own, theirs)| own.info == theirs.info).last().map(|(own, _)| own.event)
}

/// Counts and times without what is copied.
fn recount(session: &mut Session, loaded: &Loaded<'_>) {
    let mut counts = Counts::default();
    let mut times = Vec::new();
    for (_, _, event) in session.events(loaded).filter(|(_, _, event)| !event.has(flags::COPIED)) {
        counts.count(&event);
        times.extend(event.at);
    }
    session.part.counts = counts;
    session.part.started = times.iter().min().copied().or(session.part.started);
    session.part.ended = times.iter().max().copied().or(session.part.started);
    session.part.duration_ms = duration(&session.part);
}
