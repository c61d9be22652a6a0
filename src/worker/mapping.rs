//! Mappings that the user wrote: tried on the beginning of a source, and taken for all sources that no format knows,
//! which are read again then. Also formats that the user chose for a source, which is read again as well.

use super::engine::{Engine, Shared, open};
use super::protocol::{Opening, SourceOrigin};
use super::question::Answer;
use super::read::{read_span, words_of};
use super::shelf;
use crate::export::mapping_trial::{suggestion, told, trial};
use crate::formats::{self, FORMATS, mapping};
use crate::logic::problems;
use crate::model::{SourceId, SourceIndex, SourceKind};
use std::iter;
use wasm_bindgen::JsCast;

/// So much of a source is looked at, bytes.
const BEGINNING: u32 = 2 << 20;
const NOT_LOADED: &str = "this file is not loaded any more";

/// What a mapping makes of a source; without one a mapping to begin with.
pub async fn try_on(engine: &Shared, source: SourceId, text: &str) -> Answer {
    let blob = engine.borrow().blobs.get(&source).cloned();
    let Some(blob) = blob else { return Answer::Failed(NOT_LOADED.into()) };
    let mut bytes = match read_span(&blob, 0, BEGINNING).await {
        Ok(bytes) => bytes,
        Err(error) => return Answer::Failed(words_of(&error)),
    };
    // The last line may have been cut.
    if f64::from(BEGINNING) < blob.size() {
        bytes.truncate(memchr::memrchr(b'\n', &bytes).map_or(bytes.len(), |end| end + 1));
    }
    match text {
        "" => Answer::Text(suggestion(&bytes)),
        text => trial(text, &bytes).map_or_else(Answer::Failed, Answer::Tables),
    }
}

/// Takes these mappings and no others; answers how each is called.
pub fn take(engine: &Shared, texts: &[String]) -> Answer {
    let before = mapping::used();
    if let Err(error) = mapping::use_own(texts) {
        let wrong = texts.iter().find(|text| mapping::format(text).is_err());
        return Answer::Failed(told(&error, wrong.map_or("", String::as_str)));
    }
    if mapping::used() != before {
        read_again(engine);
    }
    let name = |text: &String| mapping::format(text).map_or(String::new(), |dialect| dialect.name.to_owned());
    Answer::Words(texts.iter().map(name).collect())
}

/// Puts all sources that another mapping may know into the queue again.
fn read_again(engine: &Shared) {
    let mut state = engine.borrow_mut();
    let may_change = |source: &SourceIndex| match source.kind {
        SourceKind::Log(id) => formats::is_guessed(id),
        SourceKind::Foreign => true,
        _ => false,
    };
    let sources = state.archive.sources().filter(|(id, source)| !shelf::is_of_archive(*id) && may_change(source));
    let openings: Vec<Opening> = sources.filter_map(|(id, source)| opening(&state, id, source)).collect();
    openings.iter().for_each(|opening| forget(&mut state, opening.id));
    drop(state);
    if !openings.is_empty() {
        open(openings, engine);
    }
}

/// Reads a source again as the format that people call so (others.md O1); without a name it tells all names, after that
/// of the format which the source was read as.
pub fn read_as(engine: &Shared, id: SourceId, name: &str) -> Answer {
    let mut state = engine.borrow_mut();
    let Some(source) = state.archive.source(id).cloned() else { return Answer::Failed(NOT_LOADED.into()) };
    if name.is_empty() {
        let known = source.format().and_then(formats::by_id).map_or("…", |format| format.name());
        let others = FORMATS.iter().map(|format| format.name()).filter(|name| *name != known);
        return Answer::Words(iter::once(["Read as ", known].concat()).chain(others.map(str::to_owned)).collect());
    }
    let chosen = FORMATS.iter().find(|format| format.name() == name);
    let again = opening(&state, id, &source).filter(|_| !shelf::is_of_archive(id));
    let (Some(chosen), Some(again)) = (chosen, again) else { return Answer::Failed(NOT_LOADED.into()) };
    state.chosen.insert(id, chosen.id());
    forget(&mut state, id);
    drop(state);
    open(vec![again], engine);
    Answer::Words(Vec::new())
}

/// Lets go of a source.
pub fn forget(state: &mut Engine, id: SourceId) {
    let Some(source) = state.archive.source(id).cloned() else { return };
    let progress = &mut state.progress;
    progress.loaded -= source.bytes as f64;
    match source.kind {
        SourceKind::Foreign => progress.foreign = progress.foreign.saturating_sub(1),
        _ => progress.problems = progress.problems.saturating_sub(problems::to_tell(&source.problems)),
    }
    state.archive.remove(id);
}

fn opening(state: &Engine, id: SourceId, source: &SourceIndex) -> Option<Opening> {
    // What is kept of a source serves as well as the file that it came from.
    let origin = SourceOrigin::File(state.blobs.get(&id)?.clone().unchecked_into());
    Some(Opening { id, path: source.meta.path.clone(), origin, is_alone: false })
}
