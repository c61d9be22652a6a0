//! Archives that were opened by their manifest: their index is read at once, a log of theirs when somebody looks into it.

use super::engine::{Engine, Shared, count, post, posted_sessions, report, scope, shelve};
use super::protocol::{Notice, Opening, SourceOrigin, Update};
use super::read::Flow;
use super::source::{Taken, read_source};
use crate::bundle::{self, Manifest};
use crate::formats::mapping;
use crate::logic::beside;
use crate::model::SourceId;
use js_sys::Promise;
use std::cell::Cell;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::Url;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// How the addresses of archives end.
pub const MANIFEST: &str = "manifest.json";
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
        SourceOrigin::File(_) | SourceOrigin::Carried(_) => false,
    }
}

/// Whether a source is a log of an archive, which was read where that was made.
pub fn is_of_archive(id: SourceId) -> bool {
    id.0 & OF_ARCHIVE != 0
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
    let number = {
        let mut state = engine.borrow_mut();
        state.progress.path.clone_from(url);
        state.shelves.push(shelf);
        state.shelves.len() - 1
    };
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

thread_local! {
    /// Manifests are being asked for: a slow answer is not overtaken by the next question.
    static IS_ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Asks for all manifests again; reads what has changed.
pub async fn refresh(engine: &Shared) {
    if engine.borrow().is_reading || IS_ASKING.replace(true) {
        return;
    }
    engine.borrow_mut().is_cancelled = false;
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
    IS_ASKING.set(false);
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
    for mapping in &manifest.mappings {
        mapping::use_also(mapping).map_err(|error| ["a mapping of the archive: ", &error.to_string()].concat())?;
    }
    let file = |name: &str, hash: &str| beside_manifest(&url, &[name, "?", hash].concat());
    let times = fetched(&file("times.bin", &manifest.times)?, engine).await?;
    is_of(&times, &manifest.times)?;
    let keys = match with_keys {
        true => {
            let keys = fetched(&file("keys.bin", &manifest.keys)?, engine).await?;
            is_of(&keys, &manifest.keys)?;
            Some(keys)
        }
        false => None,
    };
    let sources = bundle::read(times, keys).map_err(|error| error.to_string())?;
    if sources.len() != manifest.logs.len() || sources.len() >= 1 << NUMBER_BITS {
        return Err(OTHER_STATE.into());
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

const OTHER_STATE: &str = "the files of the archive do not belong together: one of them is of another state, perhaps out \
                           of a cache. Load the page again in a while, or bundle again";

/// Whether a file is the one that the manifest means.
fn is_of(content: &[u8], hash: &str) -> Result<(), String> {
    let is_it = u128::from_str_radix(hash, 16) == Ok(xxh3_128(content));
    if is_it { Ok(()) } else { Err(OTHER_STATE.into()) }
}

fn beside_manifest(manifest: &str, file: &str) -> Result<String, String> {
    Url::new_with_base(file, manifest).map(|url| url.href()).map_err(|_| "the manifest has no web address".into())
}

/// A file of the archive, whole and unpacked.
async fn fetched(url: &str, engine: &Shared) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut content = |chunk: &[u8]| {
        bytes.extend_from_slice(chunk);
        Flow::Continue(())
    };
    let taken =
        read_source(&scope(), &SourceOrigin::Url(url.to_owned()), &|bytes| count(bytes, engine), &mut content).await;
    match taken.unread {
        Some(why) => Err([why.as_str(), " (", url, ")"].concat()),
        None if engine.borrow().is_cancelled => Err("reading was cancelled".into()),
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

async fn fetch_log(engine: &Shared, id: SourceId) {
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
    bytes: u64,
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
    Some(Wanted { path: source.meta.path.clone(), url, hash, bytes: source.bytes })
}

/// Fetches a log and compares it with what the archive tells of it. The archive's counts stand whatever comes.
async fn take_log(engine: &Shared, id: SourceId) {
    let found = wanted(&mut engine.borrow_mut(), id);
    let Some(Wanted { path, url, hash, bytes }) = found else { return };
    begin_fetch(engine, &path, bytes as f64);
    let mut hasher = Xxh3::new();
    let mut left = bytes as usize;
    let taken = match url {
        Ok(url) => {
            let counted = |_: usize| Flow::Continue(());
            let mut content = |chunk: &[u8]| {
                // A log that has grown since is compared as far as it was known.
                let (compared, _grown) = chunk.split_at(left.min(chunk.len()));
                hasher.update(compared);
                left -= compared.len();
                fetched_more(engine, chunk.len())
            };
            read_source(&scope(), &SourceOrigin::Url(url), &counted, &mut content).await
        }
        Err(why) => Taken { unread: Some(why), ..Taken::default() },
    };
    let is_other = hash.is_some_and(|hash| left > 0 || hasher.digest128() != hash);
    settle(engine, id, path, taken, is_other);
    end_fetch(engine);
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
