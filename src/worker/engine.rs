//! The loop inside the worker: takes messages, reads sources, answers. Owns the archive.

use super::answer::answer;
use super::batch;
use super::broken::tell_when_broken;
use super::protocol::{Notice, Opening, Progress, Request, SourceOrigin, Ticket, Update};
use super::question::Query;
use super::read::Flow;
use super::shelf::{self, Shelf};
use super::source::{Taken, read_source};
use super::warm::warm_later;
use crate::archive::{Archive, SourceReader};
use crate::logic::analytics::Facts;
use crate::logic::step_usage::RequestSteps;
use crate::logic::{problems, sessions};
use crate::model::{Map, ProblemKind, SourceId, SourceIndex, SourceKind, SourceMeta, to_wire};
use crate::unpack::{HAS_PLAIN_TWIN, plain_name};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};

/// Least time between two reports of progress, milliseconds.
const REPORT_EVERY_MS: f64 = 100.0;
/// Rows a message: the page must not stall on decoding one.
const ROWS_PER_MESSAGE: usize = 300;

/// Everything the worker knows.
#[derive(Default)]
pub struct Engine {
    pub archive: Archive,
    /// What the dashboards are made of; renewed when one is asked for.
    pub facts: Facts,
    /// Of the session that was asked about last.
    pub request_steps: RequestSteps,
    /// Handles to the bytes, for bodies and raw lines.
    pub blobs: Map<SourceId, Blob>,
    /// Formats that the user chose for sources.
    pub chosen: Map<SourceId, &'static str>,
    /// Archives that were opened by their manifests.
    pub shelves: Vec<Shelf>,
    /// Questions that wait for the first archive: nothing is here yet that could answer them.
    held: Vec<(Ticket, Query)>,
    pub queue: VecDeque<Opening>,
    pub is_reading: bool,
    pub is_cancelled: bool,
    pub progress: Progress,
    /// Bytes of the sources before the one that is being read.
    read_before: f64,
    last_report_ms: f64,
    /// Sources whose sessions the page does not know yet.
    fresh: Vec<SourceId>,
    pub formats: Vec<&'static str>,
    /// The most events that were here at once, as known when logs are closed: memory once taken is never given back.
    pub most_events: usize,
    told_duplicates: Vec<SourceId>,
}

impl Engine {
    /// Whether nothing is read or waits to be.
    pub fn is_idle(&self) -> bool {
        !self.is_reading && self.queue.is_empty()
    }

    /// Whether an archive is on its way and nothing else is here: every sum would be nought.
    pub fn has_only_promises(&self) -> bool {
        self.is_reading && !self.shelves.is_empty() && self.archive.sources().next().is_none()
    }
}

pub type Shared = Rc<RefCell<Engine>>;

thread_local! {
    pub static SCOPE: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
}

/// Starts the worker: tells the page that it is ready and waits for messages.
pub fn run() {
    let engine = Shared::default();
    let warming = engine.clone();
    let reading = Reading::new(std::sync::atomic::AtomicU32::new(u32::MAX));
    tell_when_broken(reading.clone());
    let handler = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        match Request::from_message(&event.data()) {
            Ok(request) => take(request, &engine, &reading),
            Err(error) => post(&Update::Panicked { id: None, why: format!("a message was not understood: {error}") }),
        }
    });
    SCOPE.with(|scope| scope.set_onmessage(Some(handler.as_ref().unchecked_ref())));
    // The worker lives as long as its handler: the browser owns it from here on.
    handler.into_js_value();
    post(&Update::Ready);
    warm_later(warming);
}

/// The worker's own scope.
pub fn scope() -> DedicatedWorkerGlobalScope {
    SCOPE.with(Clone::clone)
}

/// Sends a message.
pub fn post(update: &Update) {
    let message = js_sys::Uint8Array::from(&to_wire(update)[..]);
    SCOPE.with(|scope| {
        // Handed over, not copied.
        let transfer = js_sys::Array::of1(&message.buffer());
        if let Err(error) = scope.post_message_with_transfer(&message, &transfer) {
            web_sys::console::error_1(&error);
        }
    });
}

/// What is being read, for the listener that tells when this thread is broken.
pub type Reading = std::sync::Arc<std::sync::atomic::AtomicU32>;

fn take(request: Request, engine: &Shared, reading: &Reading) {
    match request {
        Request::Open(openings) => {
            open(openings, engine);
            start_reading(engine, reading);
        }
        Request::Cancel => cancel(engine),
        Request::Ask { ticket, query } if engine.borrow().has_only_promises() => {
            engine.borrow_mut().held.push((ticket, query));
        }
        Request::Ask { ticket, query } => {
            let (engine, reading) = (engine.clone(), reading.clone());
            spawn_local(async move {
                let answer = answer(&engine, query).await;
                // An answer may have found something to be read again.
                if !engine.borrow().queue.is_empty() {
                    start_reading(&engine, &reading);
                }
                let generation = engine.borrow().archive.generation() as f64;
                post(&Update::Answer { ticket, generation, answer });
            });
        }
    }
}

/// Puts sources into the queue.
pub fn open(openings: Vec<Opening>, engine: &Shared) {
    let mut state = engine.borrow_mut();
    if !state.is_reading {
        // What is loaded stays; how far this reading is begins anew.
        let Progress { loaded, kept, problems, foreign, beside, formats, .. } = state.progress;
        state.progress = Progress { loaded, kept, problems, foreign, beside, formats, ..Progress::default() };
        state.read_before = 0.0;
        state.is_cancelled = false;
    }
    state.progress.files += openings.len() as u32;
    state.progress.total += openings.iter().map(|opening| meta_of(opening).size.unwrap_or(0) as f64).sum::<f64>();
    state.queue.extend(openings);
}

fn meta_of(Opening { path, origin, .. }: &Opening) -> SourceMeta {
    let size = if let SourceOrigin::File(file) = origin { Some(file.size() as u64) } else { None };
    SourceMeta { path: path.clone(), size }
}

fn cancel(engine: &Shared) {
    let mut state = engine.borrow_mut();
    state.queue.clear();
    state.is_cancelled = true;
    // Said at once: a page that hears nothing takes this worker for hung.
    state.last_report_ms = 0.0;
    let is_done = !state.is_reading;
    drop(state);
    report(engine, is_done);
}

fn start_reading(engine: &Shared, reading: &Reading) {
    if std::mem::replace(&mut engine.borrow_mut().is_reading, true) {
        return;
    }
    let (engine, reading) = (engine.clone(), reading.clone());
    spawn_local(async move {
        loop {
            let together = batch::take(&mut engine.borrow_mut().queue);
            if !together.is_empty() {
                batch::read(together, &engine, &reading).await;
                continue;
            }
            let next = engine.borrow_mut().queue.pop_front();
            let Some(opening) = next else { break };
            reading.store(opening.id.0, std::sync::atomic::Ordering::Relaxed);
            match shelf::is_archive(&opening.origin) {
                true => shelf::open(&opening, &engine).await,
                false => read(opening, &engine).await,
            }
        }
        reading.store(u32::MAX, std::sync::atomic::Ordering::Relaxed);
        shelf::join(&engine).await;
        engine.borrow_mut().is_reading = false;
        posted_sessions(&engine);
        report(&engine, true);
        let held = std::mem::take(&mut engine.borrow_mut().held);
        held.into_iter().for_each(|(ticket, query)| take(Request::Ask { ticket, query }, &engine, &reading));
    });
}

/// The first pass over one source.
pub struct Pass {
    id: SourceId,
    reader: SourceReader,
    /// Sessions of it that progress has counted.
    counted: u32,
}

impl Pass {
    /// Begins to read a source.
    pub fn begin(opening: &Opening, engine: &Shared) -> Self {
        let mut state = engine.borrow_mut();
        state.progress.path.clone_from(&opening.path);
        let reader = SourceReader::chosen(meta_of(opening), state.chosen.get(&opening.id).copied());
        Self { id: opening.id, reader, counted: 0 }
    }

    /// Takes bytes of its content; says whether more of it are wanted.
    pub fn take(&mut self, bytes: &[u8], engine: &Shared) -> Flow {
        // Several may be under way.
        engine.borrow_mut().progress.reading = Some(self.id);
        self.reader.push(bytes);
        let mut state = engine.borrow_mut();
        let found = self.reader.sessions() as u32;
        state.progress.sessions += found.saturating_sub(self.counted);
        self.counted = found;
        let go_on = !state.is_cancelled && self.reader.wants_more();
        drop(state);
        report(engine, false);
        if go_on { Flow::Continue(()) } else { Flow::Break(()) }
    }

    /// Ends the pass; `taken` is what is left of the source.
    pub fn end(self, taken: Taken, engine: &Shared) {
        let Taken { blob, kept, unread } = taken;
        let mut state = engine.borrow_mut();
        let is_left = state.is_cancelled && self.reader.wants_more();
        let unread = unread.or_else(|| is_left.then(|| "reading was cancelled before its end".to_owned()));
        state.progress.kept += kept;
        if let Some(blob) = blob {
            state.blobs.insert(self.id, blob);
        }
        drop(state);
        finish(self.id, self.reader.finish(unread.as_deref()), unread, engine);
    }
}

/// Counts bytes that were read; says whether the user wants more.
pub fn count(bytes: usize, engine: &Shared) -> Flow {
    let mut state = engine.borrow_mut();
    state.progress.read += bytes as f64;
    if state.is_cancelled { Flow::Break(()) } else { Flow::Continue(()) }
}

/// Reads one source to its end, or until the user cancels.
async fn read(opening: Opening, engine: &Shared) {
    if has_plain_twin(&opening.path, &engine.borrow()) {
        return finish(opening.id, SourceReader::skipped(meta_of(&opening), HAS_PLAIN_TWIN), None, engine);
    }
    let mut pass = Pass::begin(&opening, engine);
    let taken =
        read_source(&scope(), &opening.origin, &|bytes| count(bytes, engine), &mut |bytes| pass.take(bytes, engine))
            .await;
    pass.end(taken, engine);
}

/// Whether it is packed, and the same stands beside it unpacked (codex.md §1).
fn has_plain_twin(path: &str, state: &Engine) -> bool {
    let is_there = |plain: &str| {
        state.queue.iter().any(|opening| opening.path == plain)
            || state.archive.sources().any(|(_, source)| source.meta.path == plain)
    };
    plain_name(path).is_some_and(is_there)
}

/// Takes in a source of an archive, whose log was read by somebody else.
pub fn shelve(state: &mut Engine, id: SourceId, index: SourceIndex) {
    let known = state.archive.source(id).cloned();
    let before = known.as_ref().map_or(0, |known| known.bytes);
    let problems_before = known.map_or(0, |known| problems::to_tell(&known.problems));
    know_format(state, &index);
    state.progress.loaded += index.bytes as f64 - before as f64;
    state.progress.problems += problems::to_tell(&index.problems).saturating_sub(problems_before);
    state.archive.add(id, index);
}

pub fn know_format(state: &mut Engine, index: &SourceIndex) {
    if let SourceKind::Log(format) = index.kind
        && !state.formats.contains(&format)
    {
        state.formats.push(format);
    }
    state.progress.formats = state.formats.len() as u32;
}

fn finish(id: SourceId, index: SourceIndex, unread: Option<String>, engine: &Shared) {
    let mut state = engine.borrow_mut();
    let is_cut = unread.is_some();
    know_format(&mut state, &index);
    let was_left = is_cut && state.is_cancelled;
    if let (Some(size), false) = (index.meta.size, was_left) {
        state.read_before += size as f64;
        state.progress.read = state.read_before.max(state.progress.read);
    }
    let is_foreign = !is_cut && index.problems.as_slice().iter().any(|problem| problem.kind == ProblemKind::Foreign);
    state.progress.problems += if is_foreign { 0 } else { problems::to_tell(&index.problems) };
    state.progress.foreign += u32::from(is_foreign);
    state.progress.beside += u32::from(matches!(index.kind, SourceKind::Beside(_)));
    state.progress.loaded += index.bytes as f64;
    state.progress.files_done += u32::from(!was_left);
    state.progress.finished.push(id);
    let path = index.meta.path.clone();
    // Cancelled before its first byte: as if it had never been dropped.
    if !(was_left && index.bytes == 0) {
        state.archive.add(id, index);
        state.fresh.push(id);
    }
    drop(state);
    if let Some(why) = unread.filter(|_| !engine.borrow().is_cancelled) {
        post(&Update::Notices(vec![Notice::Unreadable { path, why }]));
    }
    report(engine, false);
}

/// Tells the page how far it is, but not more often than it can draw.
#[inline(never)]
pub fn report(engine: &Shared, is_done: bool) {
    let mut state = engine.borrow_mut();
    let now = js_sys::Date::now();
    if !is_done && now - state.last_report_ms < REPORT_EVERY_MS {
        return;
    }
    state.last_report_ms = now;
    state.progress.is_done = is_done;
    state.progress.was_cancelled = state.is_cancelled;
    let mut progress = state.progress.clone();
    state.progress.finished.clear();
    // After the last file all rows follow at once.
    let is_last = state.progress.files_done >= state.progress.files;
    let rows = if is_done || is_last { Vec::new() } else { fresh_rows(&mut state) };
    let generation = state.archive.generation() as f64;
    progress.sessions = progress.sessions.max(state.archive.sessions().len() as u32);
    drop(state);
    if !rows.is_empty() {
        post(&Update::Sessions { generation, rows, is_first: false, is_final: false });
    }
    post(&Update::Progress(progress));
}

/// Rows of what was read since the last report. They stand until the whole is put together at the end: only then
/// are duplicates and parents known.
fn fresh_rows(state: &mut Engine) -> Vec<sessions::SessionRow> {
    let mut part = Archive::default();
    part.set_prices(state.archive.prices().clone());
    for id in state.fresh.drain(..) {
        if let Some(source) = state.archive.source(id) {
            part.add_shared(id, source.clone());
        }
    }
    part.assemble();
    sessions::rows(&part)
}

/// Sends all rows, as the whole archive has them, and says what was found twice.
pub fn posted_sessions(engine: &Shared) {
    let mut state = engine.borrow_mut();
    state.archive.assemble();
    state.fresh.clear();
    let rows = sessions::rows(&state.archive);
    state.progress.sessions = rows.len() as u32;
    let notices = duplicates(&mut state);
    let generation = state.archive.generation() as f64;
    drop(state);
    if !notices.is_empty() {
        post(&Update::Notices(notices));
    }
    let mut batches = rows.chunks(ROWS_PER_MESSAGE).peekable();
    let mut is_first = true;
    loop {
        let rows = batches.next().unwrap_or_default().to_vec();
        let is_final = batches.peek().is_none();
        post(&Update::Sessions { generation, rows, is_first, is_final });
        is_first = false;
        if is_final {
            return;
        }
    }
}

fn duplicates(state: &mut Engine) -> Vec<Notice> {
    let path = |id: SourceId| state.archive.source(id).map(|source| source.meta.path.clone()).unwrap_or_default();
    let fresh = state.archive.duplicates().iter().filter(|(id, _)| !state.told_duplicates.contains(id));
    let found: Vec<(SourceId, Notice)> =
        fresh.map(|(id, original)| (*id, Notice::Duplicate { path: path(*id), original: path(*original) })).collect();
    state.told_duplicates.extend(found.iter().map(|(id, _)| *id));
    found.into_iter().map(|(_, notice)| notice).collect()
}
