//! Logs of archives, fetched when somebody looks into them. The first pass over them tells where their lines stand.

use super::super::engine::{Engine, Shared, count, post, report, scope};
use super::super::protocol::{Notice, Update};
use super::super::read::Flow;
use super::super::source::{Taken, read_url};
use super::{NUMBER_BITS, Shelf, beside_manifest, is_of_archive};
use crate::archive::SourceReader;
use crate::logic::beside;
use crate::model::{SourceId, SourceIndex, SourceMeta};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::Blob;

/// Makes sure that the logs of a session are here; they are fetched once.
pub async fn fetch_logs(engine: &Shared, key: &str) {
    let wanted = {
        let mut state = engine.borrow_mut();
        if state.shelves.is_empty() {
            return;
        }
        state.archive.assemble();
        let places = state.archive.session(key).map(|session| session.places.clone()).unwrap_or_default();
        places.into_iter().map(|place| place.source).collect::<Vec<_>>()
    };
    for id in wanted {
        fetch_log(engine, id).await;
    }
}

/// Logs of a session that did not come are asked for again: whoever opens it anew wants them.
pub fn try_again(engine: &Shared, key: &str) {
    let mut state = engine.borrow_mut();
    let places = state.archive.session(key).map(|session| session.places.clone()).unwrap_or_default();
    for shelf in &mut state.shelves {
        let Shelf { asked, missing, .. } = shelf;
        let is_lost = |id: SourceId| places.iter().any(|place| place.source == id);
        asked.retain(|(id, _)| !(is_lost(*id) && missing.iter().any(|(missing, _)| missing == id)));
        missing.retain(|(id, _)| !is_lost(*id));
    }
}

/// Makes sure that a file beside a log is here, if there is one of this path.
pub async fn fetch_beside(engine: &Shared, path: &str) {
    let id = beside::find(&engine.borrow().archive, path);
    if let Some(id) = id {
        fetch_log(engine, id).await;
    }
}

/// Makes sure that a log is here.
pub async fn fetch_log(engine: &Shared, id: SourceId) {
    let waiting = {
        let mut state = engine.borrow_mut();
        if !is_of_archive(id) || state.blobs.contains_key(&id) {
            return;
        }
        let Some(shelf) = shelf_of(&mut state, id) else { return };
        match shelf.asked.iter().find(|(asked, _)| *asked == id) {
            Some((_, promise)) => promise.clone(),
            None => {
                let engine = engine.clone();
                let promise = future_to_promise(async move {
                    take_log(&engine, id).await;
                    Ok(JsValue::UNDEFINED)
                });
                shelf.asked.push((id, promise.clone()));
                promise
            }
        }
    };
    // It never fails: what went wrong is told of the source.
    let _done = JsFuture::from(waiting).await;
}

fn shelf_of(state: &mut Engine, id: SourceId) -> Option<&mut Shelf> {
    state.shelves.iter_mut().find(|shelf| shelf.first >> NUMBER_BITS == id.0 >> NUMBER_BITS)
}

/// Why the log of a session is not here, if it was asked for in vain.
pub fn why_missing(state: &Engine, key: &str) -> Option<String> {
    let places = &state.archive.session(key)?.places;
    let missing = || state.shelves.iter().flat_map(|shelf| &shelf.missing);
    places.iter().find_map(|place| Some(missing().find(|(id, _)| *id == place.source)?.1.clone()))
}

/// A log that is to be fetched.
struct Wanted {
    path: String,
    /// Where it is, or why it is nowhere.
    url: Result<String, String>,
    /// What the archive knows of its content; nothing of what stands beside a log and was never looked into.
    hash: Option<u128>,
    /// As which it was read, which somebody may have chosen.
    format: Option<&'static str>,
    bytes: u64,
    /// Its first bytes, which were fetched before it grew.
    before: Option<Blob>,
}

fn wanted(state: &mut Engine, id: SourceId) -> Option<Wanted> {
    let source = state.archive.source(id)?.clone();
    let shelf = shelf_of(state, id)?;
    let log = shelf.manifest.logs.get((id.0 - shelf.first) as usize)?;
    let url = match &log.file {
        Some(file) => beside_manifest(&shelf.url, &[file.as_str(), "?", log.hash.as_str()].concat()),
        None => Err("this dashboard was made without its logs: its numbers are here, its steps cannot be read".into()),
    };
    let hash = source.format().map(|_| source.hash);
    let known = shelf.grown.iter().position(|(grown, _)| *grown == id);
    let before = known.map(|known| shelf.grown.swap_remove(known).1);
    Some(Wanted { path: source.meta.path.clone(), url, hash, format: source.format(), bytes: source.bytes, before })
}

/// Fetches a log and compares it with what the archive tells of it. The archive's counts stand whatever comes.
async fn take_log(engine: &Shared, id: SourceId) {
    let found = wanted(&mut engine.borrow_mut(), id);
    let Some(wanted) = found else { return };
    begin_fetch(engine, &wanted.path, wanted.bytes as f64);
    let mut read = read_log(engine, &wanted, wanted.before.as_ref()).await;
    // What was there before has changed too, or the server knows no parts: the whole, then.
    if wanted.before.is_some() && read.is_other && !engine.borrow().is_cancelled {
        read = read_log(engine, &wanted, None).await;
    }
    let Read { index, taken, is_other } = read;
    place(&mut engine.borrow_mut(), id, index, is_other);
    settle(engine, id, wanted.path, taken, is_other);
    end_fetch(engine);
}

/// A log that was read.
struct Read {
    index: SourceIndex,
    taken: Taken,
    /// Not what the archive knows.
    is_other: bool,
}

async fn read_log(engine: &Shared, wanted: &Wanted, before: Option<&Blob>) -> Read {
    let Wanted { path, url, hash, format, bytes, .. } = wanted;
    let mut reader = SourceReader::known(SourceMeta { path: path.clone(), size: None }, *format);
    let mut left = *bytes as usize;
    let taken = match url {
        Ok(url) => {
            let counted = |_: usize| Flow::Continue(());
            let mut content = |chunk: &[u8]| {
                // A log that has grown since is read as far as it was known.
                let (known, _grown) = chunk.split_at(left.min(chunk.len()));
                reader.push(known);
                left -= known.len();
                fetched_more(engine, chunk.len())
            };
            read_url(&scope(), url, before, &counted, &mut content).await
        }
        Err(why) => Taken { unread: Some(why.clone()), ..Taken::default() },
    };
    let index = reader.finish(None);
    let is_other = hash.is_some_and(|hash| left > 0 || index.hash != hash);
    Read { index, taken, is_other }
}

/// Tells where the lines of a log stand; gives it its ids, if others repeat it.
fn place(state: &mut Engine, id: SourceId, index: SourceIndex, is_other: bool) {
    let is_repeated = shelf_of(state, id).is_some_and(|shelf| shelf.repeated.contains(&id));
    match is_repeated && !is_other {
        true => state.archive.add(id, index),
        false => state.archive.place_lines(id, &index),
    }
}

/// Keeps what came, and tells what is wrong with it.
fn settle(engine: &Shared, id: SourceId, path: String, mut taken: Taken, is_other: bool) {
    let mut state = engine.borrow_mut();
    let is_cancelled = state.is_cancelled && taken.unread.is_none() && is_other;
    let why = match taken.unread.take() {
        None if is_cancelled => Some("fetching it was cancelled; open its session again to read it".to_owned()),
        None if is_other => Some(CHANGED.to_owned()),
        why => why,
    };
    state.progress.kept += taken.kept;
    let blob = taken.blob.filter(|_| !is_cancelled);
    if let Some(blob) = blob {
        state.blobs.insert(id, blob);
    } else if let Some(shelf) = shelf_of(&mut state, id) {
        shelf.missing.retain(|(missing, _)| *missing != id);
        shelf.missing.push((id, [path.as_str(), ": ", why.as_deref().unwrap_or_default()].concat()));
    }
    drop(state);
    if let Some(why) = why {
        post(&Update::Notices(vec![Notice::Unreadable { path, why }]));
    }
}

const CHANGED: &str = "the log has changed since the dashboard was made. Its numbers are those of then; its steps may read \
                       wrongly";

/// A log is fetched after all else: it has a progress of its own.
fn begin_fetch(engine: &Shared, path: &str, bytes: f64) {
    let mut state = engine.borrow_mut();
    if !state.is_reading {
        state.is_cancelled = false;
    }
    let progress = &mut state.progress;
    if progress.is_done {
        (progress.read, progress.total, progress.files, progress.files_done) = (0.0, 0.0, 0, 0);
    }
    progress.total += bytes;
    progress.files += 1;
    progress.path = path.to_owned();
    progress.is_done = false;
}

/// Counts bytes of it; says whether the user wants more.
fn fetched_more(engine: &Shared, bytes: usize) -> Flow {
    let flow = count(bytes, engine);
    report(engine, false);
    flow
}

/// It is here, or will not come.
fn end_fetch(engine: &Shared) {
    let mut state = engine.borrow_mut();
    state.progress.files_done += 1;
    let is_done = !state.is_reading && state.progress.files_done >= state.progress.files;
    drop(state);
    report(engine, is_done);
}
