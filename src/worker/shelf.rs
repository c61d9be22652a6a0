//! Archives that were opened by their manifest: their index is read at once, a log of theirs when somebody looks into it.

use super::engine::{Engine, Shared, post, posted_sessions, scope, shelve};
use super::protocol::{Notice, Opening, SourceOrigin, Update};
use super::read::Flow;
use super::source::{Taken, read_source};
use crate::bundle::{self, Manifest};
use crate::logic::beside;
use crate::model::SourceId;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::Url;
use xxhash_rust::xxh3::Xxh3;

/// How the addresses of archives end.
const MANIFEST: &str = "manifest.json";
/// Ids of logs of an archive: this bit, the opening that brought it, and their number in it.
const OF_ARCHIVE: u32 = 1 << 31;
const NUMBER_BITS: u32 = 18;

/// An archive that is open.
pub struct Shelf {
    /// Of the manifest, whole.
    url: String,
    first: u32,
    manifest: Manifest,
    /// Its ids are those of the logs, so that other logs can be told to repeat it.
    has_keys: bool,
    /// Logs that were asked for: done, or on their way.
    asked: Vec<(SourceId, Promise)>,
    /// Logs that did not come, and why.
    missing: Vec<(SourceId, String)>,
}

/// Whether an address names an archive and not a log.
pub fn is_archive(origin: &SourceOrigin) -> bool {
    match origin {
        SourceOrigin::Url(url) => url.split(['?', '#']).next().is_some_and(|path| path.ends_with(MANIFEST)),
        SourceOrigin::File(_) => false,
    }
}

/// Opens an archive.
pub async fn open(opening: &Opening, engine: &Shared) {
    let SourceOrigin::Url(url) = &opening.origin else { return };
    let whole = Url::new_with_base(url, &scope().location().href()).map_or_else(|_| url.clone(), |url| url.href());
    let shelf = Shelf {
        url: whole,
        first: OF_ARCHIVE | opening.id.0 << NUMBER_BITS,
        manifest: Manifest::default(),
        has_keys: false,
        asked: Vec::new(),
        missing: Vec::new(),
    };
    let number = engine.borrow().shelves.len();
    engine.borrow_mut().shelves.push(shelf);
    if let Err(why) = read(number, false, engine).await {
        post(&Update::Notices(vec![Notice::Unreadable { path: url.clone(), why }]));
    }
    let progress = &mut engine.borrow_mut().progress;
    progress.files_done += 1;
    // Nobody told before how much there is.
    progress.total = progress.total.max(progress.read);
}

/// Reads the ids of all archives' logs, before logs come that may repeat them.
pub async fn with_keys(engine: &Shared) {
    let count = engine.borrow().shelves.len();
    for number in 0..count {
        let is_wanting = engine.borrow().shelves.get(number).is_some_and(|shelf| !shelf.has_keys);
        if is_wanting {
            // Without them all is as it was, but for requests that both hold; the same failure was told before.
            let _told = read(number, true, engine).await;
        }
    }
}

/// Asks for all manifests again; reads what has changed.
pub async fn refresh(engine: &Shared) {
    let mut has_changed = false;
    let count = engine.borrow().shelves.len();
    for number in 0..count {
        let has_keys = engine.borrow().shelves.get(number).is_some_and(|shelf| shelf.has_keys);
        // The server may be gone for a while: what is shown stays.
        has_changed |= read(number, has_keys, engine).await.unwrap_or(false);
    }
    if has_changed {
        posted_sessions(engine);
    }
}

/// Reads manifest and index; says whether they are others than before.
async fn read(number: usize, with_keys: bool, engine: &Shared) -> Result<bool, String> {
    let Some((url, first, times, had_keys)) = engine
        .borrow()
        .shelves
        .get(number)
        .map(|shelf| (shelf.url.clone(), shelf.first, shelf.manifest.times.clone(), shelf.has_keys))
    else {
        return Ok(false);
    };
    let manifest = Manifest::read(&fetched(&url, engine).await?).map_err(|error| error.to_string())?;
    if manifest.times == times && had_keys == with_keys {
        return Ok(false);
    }
    let file = |name: &str, hash: &str| beside_manifest(&url, &[name, "?", hash].concat());
    let times = fetched(&file("times.bin", &manifest.times)?, engine).await?;
    let keys = match with_keys {
        true => Some(fetched(&file("keys.bin", &manifest.keys)?, engine).await?),
        false => None,
    };
    let sources = bundle::read(times, keys).map_err(|error| error.to_string())?;
    if sources.len() != manifest.logs.len() || sources.len() >= 1 << NUMBER_BITS {
        return Err("the manifest does not belong to times.bin: reload the page, or bundle again".into());
    }
    let mut state = engine.borrow_mut();
    let ids: Vec<SourceId> = (first..).take(sources.len()).map(SourceId).collect();
    for gone in (first..).take(state.shelves.get(number).map_or(0, |shelf| shelf.manifest.logs.len())).skip(ids.len()) {
        state.archive.remove(SourceId(gone));
    }
    for (id, source) in ids.into_iter().zip(sources) {
        // Another log, or a longer one: to be fetched anew.
        if state.archive.source(id).is_some_and(|known| known.hash != source.hash) {
            state.blobs.remove(&id);
            if let Some(shelf) = state.shelves.get_mut(number) {
                shelf.asked.retain(|(asked, _)| *asked != id);
                shelf.missing.retain(|(missing, _)| *missing != id);
            }
        }
        shelve(&mut state, id, source);
    }
    if let Some(shelf) = state.shelves.get_mut(number) {
        (shelf.manifest, shelf.has_keys) = (manifest, with_keys);
    }
    Ok(true)
}

fn beside_manifest(manifest: &str, file: &str) -> Result<String, String> {
    Url::new_with_base(file, manifest).map(|url| url.href()).map_err(|_| "the manifest has no web address".into())
}

/// A file of the archive, whole and unpacked.
async fn fetched(url: &str, engine: &Shared) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let count = |read: usize| {
        engine.borrow_mut().progress.read += read as f64;
        Flow::Continue(())
    };
    let mut content = |chunk: &[u8]| {
        bytes.extend_from_slice(chunk);
        Flow::Continue(())
    };
    let taken = read_source(&scope(), &SourceOrigin::Url(url.to_owned()), &count, &mut content).await;
    match taken.unread {
        Some(why) => Err([why.as_str(), " (", url, ")"].concat()),
        None => Ok(bytes),
    }
}

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

/// Makes sure that a file beside a log is here, if there is one of this path.
pub async fn fetch_beside(engine: &Shared, path: &str) {
    let id = beside::find(&engine.borrow().archive, path);
    if let Some(id) = id {
        fetch_log(engine, id).await;
    }
}

async fn fetch_log(engine: &Shared, id: SourceId) {
    let waiting = {
        let mut state = engine.borrow_mut();
        if id.0 & OF_ARCHIVE == 0 || state.blobs.contains_key(&id) {
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

/// Fetches a log and compares it with what the archive tells of it. The archive's counts stand whatever comes.
async fn take_log(engine: &Shared, id: SourceId) {
    let (path, known, bytes, file) = {
        let mut state = engine.borrow_mut();
        let Some(source) = state.archive.source(id).cloned() else { return };
        let Some(shelf) = shelf_of(&mut state, id) else { return };
        let log = shelf.manifest.logs.get((id.0 - shelf.first) as usize);
        let file = match log.and_then(|log| log.file.as_deref()) {
            Some(file) => beside_manifest(&shelf.url, &[file, "?", &log.map_or("", |log| &log.hash)[..]].concat()),
            None => {
                Err("this dashboard was made without its logs: its numbers are here, its steps cannot be read".into())
            }
        };
        begin_progress(&mut state, &source.meta.path, source.bytes as f64);
        // What stands beside a log was never looked into.
        let known = source.format().map(|_| source.hash);
        (source.meta.path.clone(), known, source.bytes, file)
    };
    let mut hasher = Xxh3::new();
    let mut left = bytes as usize;
    let taken = match file {
        Ok(url) => {
            let count = |_: usize| Flow::Continue(());
            let mut content = |chunk: &[u8]| {
                // A log that has grown since is compared as far as it was known.
                let compared = &chunk[..left.min(chunk.len())];
                hasher.update(compared);
                left -= compared.len();
                super::engine::read_more(engine, chunk.len());
                Flow::Continue(())
            };
            read_source(&scope(), &SourceOrigin::Url(url), &count, &mut content).await
        }
        Err(why) => Taken { unread: Some(why), ..Taken::default() },
    };
    let is_other = || known.is_some_and(|known| left > 0 || hasher.digest128() != known);
    let has_changed = taken.unread.is_none() && is_other();
    let why = match has_changed {
        true => Some("the log has changed since the dashboard was made. Its numbers are those of then; its steps may read wrongly".to_owned()),
        false => taken.unread,
    };
    {
        let mut state = engine.borrow_mut();
        state.progress.kept += taken.kept;
        match taken.blob {
            Some(blob) => {
                state.blobs.insert(id, blob);
            }
            None => {
                let why = why.clone().unwrap_or_default();
                if let Some(shelf) = shelf_of(&mut state, id) {
                    shelf.missing.push((id, [path.as_str(), ": ", why.as_str()].concat()));
                }
            }
        }
    }
    super::engine::end_progress(engine);
    if let Some(why) = why {
        post(&Update::Notices(vec![Notice::Unreadable { path, why }]));
    }
}

/// A log's own progress; what was loaded before stays as it is.
fn begin_progress(state: &mut Engine, path: &str, bytes: f64) {
    let progress = &mut state.progress;
    if progress.is_done {
        (progress.read, progress.total, progress.files, progress.files_done) = (0.0, 0.0, 0, 0);
    }
    progress.total += bytes;
    progress.files += 1;
    progress.path = path.to_owned();
    progress.is_done = false;
}
