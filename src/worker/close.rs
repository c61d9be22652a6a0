//! Lets go of logs that the user no longer wants to see.

use super::engine::{Engine, Shared, know_format, posted_sessions, report};
use super::mapping::forget;
use super::question::Answer;
use super::shelf;
use crate::model::{SourceId, sorted};

/// Memory of fewer events (about a megabyte) is not worth reading the other logs again.
const WORTHWHILE: usize = 10_000;

/// Closes every log that holds one of these sessions, copies too. Logs of an opened archive stay: they go with it.
pub fn close(engine: &Shared, keys: &[String]) -> Answer {
    let mut state = engine.borrow_mut();
    let events = |state: &Engine| state.archive.sources().map(|(_, source)| source.events.len()).sum::<usize>();
    if !state.is_idle() {
        return Answer::Failed("wait until all is read, or cancel".into());
    }
    state.archive.assemble();
    let sessions = keys.iter().filter_map(|key| state.archive.session(key));
    let places = sessions.flat_map(|session| session.places.iter().chain(&session.copies));
    let ids = places.map(|place| place.source).filter(|id| !shelf::is_of_archive(*id)).collect();
    let mut ids: Vec<SourceId> = sorted(ids, Ord::cmp);
    ids.dedup();
    // The same file again would take the place of the one that goes.
    let same: Vec<SourceId> =
        state.archive.duplicates().iter().filter(|(_, of)| ids.contains(of)).map(|(id, _)| *id).collect();
    ids.extend(same);
    let path = |id: SourceId| state.archive.source(id).map(|source| source.meta.path.clone()).unwrap_or_default();
    let closed = ids.iter().map(|id| (*id, path(*id))).collect();
    state.most_events = state.most_events.max(events(&state));
    for id in ids {
        forget(&mut state, id);
        state.blobs.remove(&id);
    }
    state.formats.clear();
    let left: Vec<_> = state.archive.sources().map(|(_, source)| source.clone()).collect();
    left.iter().for_each(|source| know_format(&mut state, source));
    let left = events(&state);
    // A new worker knows neither archives nor choices.
    let is_told_again = state.shelves.is_empty() && state.chosen.is_empty();
    let is_unused = is_told_again && left * 2 < state.most_events && state.most_events - left >= WORTHWHILE;
    drop(state);
    posted_sessions(engine);
    report(engine, true);
    Answer::Closed(closed, is_unused)
}
