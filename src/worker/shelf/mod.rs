//! Archives that were opened by their manifest: their index is read at once, a log of theirs when somebody looks into it.

mod logs;

pub use logs::{fetch_beside, fetch_logs, try_again, why_missing};

use super::engine::{Engine, Shared, count, post, posted_sessions, report, scope, shelve};
use super::protocol::{Notice, Opening, SourceOrigin, Update};
use super::read::Flow;
use super::source::read_source;
use crate::bundle::early::Early;
use crate::bundle::keys::{self, Key};
use crate::bundle::{self, Manifest};
use crate::formats::mapping;
use crate::logic::base64;
use crate::model::{SourceId, SourceIndex};
use crate::unpack::Unpacker;
use js_sys::Promise;
use logs::fetch_log;
use std::cell::Cell;
use std::sync::Arc;
use web_sys::{Blob, Url};
use xxhash_rust::xxh3::xxh3_128;

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
    /// What tells that other logs repeat something of it, once it was needed.
    keys: Vec<Key>,
    /// Logs that others repeat: their sources are to be those of the logs, with their ids.
    repeated: Vec<SourceId>,
    /// Logs that were asked for: done, or on their way.
    asked: Vec<(SourceId, Promise)>,
    /// Logs that did not come, and why.
    missing: Vec<(SourceId, String)>,
    /// What was fetched of logs that have grown since.
    grown: Vec<(SourceId, Blob)>,
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
        keys: Vec::new(),
        repeated: Vec::new(),
        asked: Vec::new(),
        missing: Vec::new(),
        grown: Vec::new(),
    };
    let number = {
        let mut state = engine.borrow_mut();
        state.progress.path.clone_from(url);
        state.shelves.push(shelf);
        state.shelves.len() - 1
    };
    if let Err(why) = read(number, engine).await {
        post(&Update::Notices(vec![Notice::Unreadable { path: url.clone(), why }]));
    }
    let progress = &mut engine.borrow_mut().progress;
    progress.files_done += 1;
    // Nobody told before how much there is.
    progress.total = progress.total.max(progress.read);
}

/// Finds what logs that were opened beside archives share with them: those of an archive that may be concerned are read,
/// since it has but numbers for their ids.
pub async fn join(engine: &Shared) {
    let count = engine.borrow().shelves.len();
    for number in 0..count {
        // Without it all is as it was, but for requests that both hold; why a file did not come was told before.
        if let Ok(wanted) = repeated(number, engine).await {
            for id in wanted {
                fetch_log(engine, id).await;
            }
        }
    }
}

/// Logs of an archive that others may repeat something of; those that were left out are given their ids at once.
async fn repeated(number: usize, engine: &Shared) -> Result<Vec<SourceId>, String> {
    let is_loose = |id: SourceId| !is_of_archive(id);
    let file = {
        let state = engine.borrow();
        let shelf = &state.shelves[number];
        if !state.archive.sources().any(|(id, source)| is_loose(id) && source.format().is_some()) {
            return Ok(Vec::new());
        }
        let file = ["keys.bin?", &shelf.manifest.keys].concat();
        shelf.keys.is_empty().then(|| beside_manifest(&shelf.url, &file)).transpose()?
    };
    if let Some(file) = file {
        let keys = fetched(&file, engine).await?;
        let shelf = &mut engine.borrow_mut().shelves[number];
        is_of(&keys, &shelf.manifest.keys)?;
        shelf.keys = keys::read(keys).map_err(|error| error.to_string())?;
    }
    let mut state = engine.borrow_mut();
    let Engine { archive, shelves, blobs, .. } = &mut *state;
    let Shelf { first, manifest, keys, asked, repeated, .. } = &mut shelves[number];
    let ids: Vec<SourceId> = (*first..).take(manifest.logs.len()).map(SourceId).collect();
    let known: Vec<&SourceIndex> = ids.iter().filter_map(|id| archive.source(*id)).map(Arc::as_ref).collect();
    let new: Vec<&SourceIndex> = archive.sources().filter(|(id, _)| is_loose(*id)).map(|(_, it)| it.as_ref()).collect();
    let is_repeated = keys::repeated(&known, keys, &[], &new);
    let mut wanted = Vec::new();
    for ((id, key), is_repeated) in ids.into_iter().zip(keys).zip(is_repeated) {
        if !is_repeated || repeated.contains(&id) {
            continue;
        }
        repeated.push(id);
        let whole = archive.source(id).and_then(|source| key.with_ids(source));
        match whole {
            Some(whole) => archive.add(id, whole),
            None => {
                // Fetched already perhaps, for its steps alone.
                asked.retain(|(asked, _)| *asked != id);
                blobs.remove(&id);
                wanted.push(id);
            }
        }
    }
    Ok(wanted)
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
        // The server may be gone for a while: what is shown stays.
        has_changed |= read(number, engine).await.unwrap_or(false);
    }
    if has_changed {
        join(engine).await;
        posted_sessions(engine);
    }
    IS_ASKING.set(false);
}

/// Reads manifest and index; says whether they are others than before.
async fn read(number: usize, engine: &Shared) -> Result<bool, String> {
    let Some((url, first, times)) =
        engine.borrow().shelves.get(number).map(|shelf| (shelf.url.clone(), shelf.first, shelf.manifest.times.clone()))
    else {
        return Ok(false);
    };
    let manifest = Manifest::read(&fetched(&url, engine).await?).map_err(|error| error.to_string())?;
    if manifest.times == times {
        return Ok(false);
    }
    for mapping in &manifest.mappings {
        mapping::use_also(mapping).map_err(|error| ["a mapping of the archive: ", &error.to_string()].concat())?;
    }
    let has_only_promises = engine.borrow().has_only_promises();
    let told = if has_only_promises { show_early(&manifest.early) } else { 0 };
    let progress = {
        let progress = &mut engine.borrow_mut().progress;
        progress.sessions = progress.sessions.max(told);
        progress.total = progress.total.max(progress.read + manifest.times_size as f64);
        progress.clone()
    };
    post(&Update::Progress(progress));
    let file = ["times.bin?", &manifest.times].concat();
    let times = fetched(&beside_manifest(&url, &file)?, engine).await?;
    is_of(&times, &manifest.times)?;
    let sources = bundle::read(times, &manifest.logs, salt(first)).map_err(|error| error.to_string())?;
    if sources.len() >= 1 << NUMBER_BITS {
        return Err(OTHER_STATE.into());
    }
    let mut state = engine.borrow_mut();
    let ids: Vec<SourceId> = (first..).take(sources.len()).map(SourceId).collect();
    for gone in (first..).take(state.shelves.get(number).map_or(0, |shelf| shelf.manifest.logs.len())).skip(ids.len()) {
        state.archive.remove(SourceId(gone));
    }
    for (id, mut source) in ids.into_iter().zip(sources) {
        match state.archive.source(id) {
            Some(known) if known.hash == source.hash => source.events.place_as(&known.events),
            // Another log, or a longer one: to be fetched when somebody looks into it.
            Some(_) => {
                let before = state.blobs.remove(&id);
                state.progress.kept -= before.as_ref().map_or(0.0, Blob::size);
                let before = before.filter(|before| before.size() < source.bytes as f64);
                if let Some(shelf) = state.shelves.get_mut(number) {
                    shelf.grown.extend(before.filter(|_| manifest.is_live).map(|before| (id, before)));
                    shelf.asked.retain(|(asked, _)| *asked != id);
                    shelf.missing.retain(|(missing, _)| *missing != id);
                }
            }
            None => {}
        }
        shelve(&mut state, id, source);
    }
    if let Some(shelf) = state.shelves.get_mut(number) {
        shelf.manifest = manifest;
        shelf.keys.clear();
        shelf.repeated.clear();
    }
    Ok(true)
}

/// What the manifest itself tells may take so many bytes unpacked; more of them is none of ours.
const MOST_EARLY: usize = 64 << 20;

/// Has the page show what the manifest itself tells; gives the number of its sessions. What is wrong with it need not be
/// said: all of it comes again.
fn show_early(packed: &str) -> u32 {
    let mut early = Vec::new();
    let mut unpacker = Unpacker::default();
    let whole = base64::decode(packed).and_then(|packed| {
        let mut keep = |bytes: &[u8]| {
            early.extend_from_slice(bytes);
            if early.len() > MOST_EARLY { Flow::Break(()) } else { Flow::Continue(()) }
        };
        unpacker.push(&packed, &mut keep).ok()?.is_continue().then_some(())?;
        unpacker.finish(&mut keep).ok()
    });
    if whole.is_none() {
        return 0;
    }
    let sessions = Early::count(&early);
    post(&Update::Early(early));
    sessions as u32
}

const OTHER_STATE: &str = "the files of the archive do not belong together: one of them is of another state, perhaps out \
                           of a cache. Load the page again in a while, or bundle again";

/// Ids of several archives are numbers all: those of this one begin here.
fn salt(first: u32) -> u64 {
    u64::from(first) << 32
}

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
    let counted = |bytes| {
        let flow = count(bytes, engine);
        report(engine, false);
        flow
    };
    let taken = read_source(&scope(), &SourceOrigin::Url(url.to_owned()), &counted, &mut content).await;
    match taken.unread {
        Some(why) => Err([why.as_str(), " (", url, ")"].concat()),
        None if engine.borrow().is_cancelled => Err("reading was cancelled".into()),
        None => Ok(bytes),
    }
}
