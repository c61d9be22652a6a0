//! Searching: bytes of sources and lines of sessions go to `logic::search`, a portion a question, so that whoever asks can
//! stop asking. Nothing is kept between two portions.

use super::contents::fill_in;
use super::engine::Shared;
use super::files::each_line;
use super::read::{CHUNK, read_stream};
use crate::logic::beside;
use crate::logic::search::found::{self, FoundPart};
use crate::logic::search::place::{MOST_HITS, Steps, finish, sources};
use crate::logic::search::{Asked, Cursor, LineHit, Needle, Scanner, SearchPart, Spec, items, sessions};
use crate::model::{SourceId, sorted};
use js_sys::{Array, Date};
use std::cell::Cell;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use web_sys::Blob;

/// The first portion takes so long, milliseconds: hits are to be seen soon.
const PORTION_MS: f64 = 80.0;
/// Those after it. Each begins with a stream of its own, and what the one before had read ahead is lost. The next key
/// does not wait for the end of one.
const LONG_PORTION_MS: f64 = 300.0;
/// Bytes of one stream: small files are read as one, and a portion rarely gets further.
const STREAM_BYTES: f64 = 96.0 * 1024.0 * 1024.0;
/// Files of one stream. The browser looks at each before the first byte comes: with thousands of small ones a portion would
/// be over by then, and the next one would begin with all of them again.
const STREAM_FILES: usize = 128;
/// Steps of a session that are read and forgotten before the next ones.
const BATCH: usize = 256;

thread_local! {
    /// Rises with each portion of a search through everything: one that is still under way is not wanted any more.
    static TURN: Cell<u32> = const { Cell::new(0) };
}

/// Steps of a session that hold a text.
pub async fn find(engine: &Shared, key: &str, spec: &Spec, from: u32) -> FoundPart {
    let needle = match Needle::new(spec) {
        Ok(needle) => needle,
        Err(error) => return FoundPart { problem: error.to_string(), ..FoundPart::default() },
    };
    let began = Date::now();
    let mut part = FoundPart::default();
    // Many short lines are read in no time: all of them are listed once a portion.
    let calls = found::steps(&engine.borrow().archive, key, from, 64 * BATCH);
    let is_all = calls.len() < 64 * BATCH;
    let beside = beside::names(&engine.borrow().archive, key);
    let mut batches = calls.chunks(BATCH).peekable();
    while let Some(batch) = batches.next() {
        let mut bodies = Vec::new();
        let mut decode = |index: usize, number: usize, line: &[u8]| {
            let is_told_beside = || beside.iter().any(|name| memchr::memmem::find(line, name.as_bytes()).is_some());
            let Some(call) = batch.get(index).filter(|_| needle.may_be_in(line) || is_told_beside()) else { return };
            let block = call.lines.get(number).map_or(0, |line| line.block);
            bodies.push((index, number, call.format.body(line, block)));
        };
        if let Err(why) = each_line(engine, batch, &mut decode).await {
            part.problem = why;
            return part;
        }
        let mut bodies = sorted(bodies, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        for (index, _, body) in &mut bodies {
            fill_in(engine, body).await;
            part.add(&needle, batch.get(*index).map_or(0, |call| call.event), body);
        }
        let next = batch.last().map(|call| call.event + 1);
        if batches.peek().is_none() {
            part.next = next.filter(|_| !is_all);
        } else if Date::now() - began > PORTION_MS {
            part.next = next;
            break;
        }
    }
    part
}

/// What the palette lists for what was typed.
pub async fn search(engine: &Shared, spec: Spec, from: Cursor) -> SearchPart {
    let began = Date::now();
    TURN.set(TURN.get() + 1);
    let mut part = SearchPart::default();
    let wrong = |problem: String| SearchPart { problem, ..SearchPart::default() };
    let asked = match Asked::parse(&spec.text) {
        Ok(asked) => asked,
        Err(why) => return wrong(why),
    };
    // A file alone is looked for by its own name.
    let text = if asked.text.is_empty() { &asked.file } else { &asked.text };
    let needle = match Needle::new(&Spec { text: text.clone(), ..spec.clone() }) {
        Ok(needle) => needle,
        Err(error) => return wrong(error.to_string()),
    };
    let wanted = {
        let mut state = engine.borrow_mut();
        state.archive.assemble();
        if from.source.is_none() {
            part.sessions = sessions(&state.archive, &asked, &needle);
        }
        let ids = sources(&state.archive, &asked);
        ids.into_iter().filter(|id| state.blobs.contains_key(id)).collect::<Vec<_>>()
    };
    part.files = wanted.len() as u32;
    // A source that is gone ends the search: the archive has changed, and the page asks anew.
    let done = from.source.map_or(Some(0), |id| wanted.iter().position(|known| *known == id));
    let rest = wanted.get(done.unwrap_or(wanted.len())..).unwrap_or_default();
    if !asked.asks_for_steps() {
        part.files_done = part.files;
    } else if text.is_empty() {
        by_index(engine, &asked, rest, from.hits, &mut part);
    } else {
        let mut pass = Pass {
            engine,
            asked: &asked,
            needle: &needle,
            turn: TURN.get(),
            until: began + if from.source.is_none() { PORTION_MS } else { LONG_PORTION_MS },
            rest: rest.iter().copied().collect(),
            hits: from.hits,
            part,
            beside: Vec::new(),
        };
        pass.run(from.offset).await;
        part = pass.part;
        for (place, name) in pass.beside {
            if let Some(item) = part.steps.get_mut(place) {
                item.step = teller(engine, &item.session, &name).await.unwrap_or_default();
            }
        }
    }
    part.ms = Date::now() - began;
    part
}

/// The step of a session that tells of a file beside its log.
async fn teller(engine: &Shared, session: &str, name: &str) -> Option<String> {
    let needle = Needle::new(&Spec { text: name.to_owned(), has_case: true, ..Spec::default() }).ok()?;
    let asked = Asked::default();
    let places = engine.borrow().archive.session(session)?.places.clone();
    for source in places.into_iter().map(|place| place.source) {
        let blob = engine.borrow().blobs.get(&source).cloned();
        let (Some(blob), Some(mut steps)) = (blob, Steps::new(&engine.borrow().archive, source, &asked)) else {
            continue;
        };
        let mut scanner = Scanner::new(&needle, 0);
        let mut take = |hit: LineHit<'_>| {
            steps.take(&needle, hit);
            ControlFlow::Break(())
        };
        if read_stream(blob.stream(), CHUNK, &mut |bytes| scanner.push(bytes, &mut take)).await.is_ok() {
            let _all = scanner.finish(&mut take);
        }
        let found = finish(&engine.borrow().archive, steps).into_iter().next();
        if let Some(found) = found.filter(|found| found.session == session) {
            return Some(found.step);
        }
    }
    None
}

/// Steps that the filters alone choose: the index has them.
fn by_index(engine: &Shared, asked: &Asked, rest: &[SourceId], hits: u32, part: &mut SearchPart) {
    let state = engine.borrow();
    let mut left = MOST_HITS.saturating_sub(hits) as usize;
    for id in rest {
        let Some(mut steps) = Steps::new(&state.archive, *id, asked) else { continue };
        steps.take_all();
        let mut found = items(finish(&state.archive, steps));
        part.is_cut = found.len() > left;
        found.truncate(left);
        left -= found.len();
        part.steps.extend(found);
        if part.is_cut {
            break;
        }
    }
    part.files_done = part.files;
}

/// One portion of a search through bytes.
struct Pass<'a> {
    engine: &'a Shared,
    asked: &'a Asked,
    needle: &'a Needle,
    /// This portion, by [`TURN`].
    turn: u32,
    /// When it is to end, milliseconds since the epoch.
    until: f64,
    /// Sources that are not looked through to their ends.
    rest: VecDeque<SourceId>,
    hits: u32,
    part: SearchPart,
    /// Hits in files beside logs, and the names of these files: which step tells of them is to be found.
    beside: Vec<(usize, String)>,
}

/// The source that the stream is in.
struct Current<'a> {
    id: SourceId,
    scanner: Scanner<'a>,
    steps: Option<Steps<'a>>,
    left: f64,
}

impl<'a> Pass<'a> {
    async fn run(&mut self, offset: f64) {
        let mut offset = offset;
        let mut is_alone = false;
        while !self.rest.is_empty() {
            let (blob, segments) = self.stream(offset, is_alone);
            let before = self.rest.len();
            let (mut queue, mut current, mut is_broken) = (VecDeque::from(segments), None, false);
            let mut chunk = |bytes: &[u8]| {
                let flow = self.take(bytes, &mut queue, &mut current);
                is_broken = flow.is_break();
                flow
            };
            let read = match blob {
                Some(blob) => read_stream(blob.stream(), CHUNK, &mut chunk).await.is_ok(),
                None => false,
            };
            if read && !is_broken {
                self.end(&mut current);
                // Sources without a byte.
                self.rest.retain(|id| !queue.iter().any(|(empty, ..)| empty == id));
            }
            let stopped = current.as_ref().map(|it: &Current<'_>| it.scanner.offset() as f64);
            self.close(current);
            if self.is_over() {
                break;
            }
            offset = stopped.unwrap_or(0.0);
            if !read && self.rest.len() == before && is_alone {
                // It has vanished, or has changed.
                self.rest.pop_front();
                self.part.unread += 1;
                offset = 0.0;
            }
            // One of several cannot be read: which one, its own stream tells.
            is_alone = !read;
            if self.is_due() {
                break;
            }
        }
        let next = self.rest.front().filter(|_| !self.part.is_cut);
        self.part.next = next.map(|id| Cursor { source: Some(*id), offset, hits: self.hits });
        self.part.files_done = self.part.files - self.rest.len() as u32;
    }

    fn is_due(&self) -> bool {
        TURN.get() != self.turn || Date::now() > self.until
    }

    fn is_over(&mut self) -> bool {
        self.part.is_cut |= self.hits >= MOST_HITS;
        self.part.is_cut
    }

    /// The next sources as one blob, the first from an offset on, and how long each is.
    fn stream(&self, offset: f64, is_alone: bool) -> (Option<Blob>, Vec<(SourceId, f64, f64)>) {
        let state = self.engine.borrow();
        let (blobs, mut segments, mut bytes, mut from) = (Array::new(), Vec::new(), 0.0, offset);
        for id in &self.rest {
            let Some(blob) = state.blobs.get(id) else { break };
            let len = (blob.size() - from).max(0.0);
            // A slice is a question to another process: of each file it took a third of the time of all the search.
            let slice = if from > 0.0 { blob.slice_with_f64_and_f64(from, blob.size()).ok() } else { None };
            blobs.push(slice.as_ref().unwrap_or(blob));
            segments.push((*id, from, len));
            bytes += len;
            from = 0.0;
            if is_alone || bytes > STREAM_BYTES || segments.len() == STREAM_FILES {
                break;
            }
        }
        (Blob::new_with_blob_sequence(&blobs).ok(), segments)
    }

    fn take(
        &mut self,
        bytes: &[u8],
        queue: &mut VecDeque<(SourceId, f64, f64)>,
        current: &mut Option<Current<'a>>,
    ) -> ControlFlow<()> {
        let mut rest = bytes;
        self.part.bytes += bytes.len() as f64;
        loop {
            while current.as_ref().is_none_or(|current| current.left <= 0.0) {
                self.end(current);
                let Some((id, offset, left)) = queue.pop_front() else { return ControlFlow::Continue(()) };
                let steps = Steps::new(&self.engine.borrow().archive, id, self.asked);
                let is_text = steps.as_ref().is_some_and(Steps::is_beside);
                let scanner = Scanner::new(self.needle, offset as u64).of_text(is_text);
                *current = Some(Current { id, scanner, steps, left });
            }
            let Some(Current { scanner, steps, left, .. }) = current else { break };
            let (own, others) = rest.split_at((*left as usize).min(rest.len()));
            *left -= own.len() as f64;
            rest = others;
            let (needle, before) = (self.needle, self.hits);
            scanner.push(own, &mut |hit| {
                let Some(steps) = steps else { return ControlFlow::Break(()) };
                steps.take(needle, hit);
                if before + steps.count() >= MOST_HITS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })?;
            if rest.is_empty() {
                break;
            }
        }
        if self.is_due() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// A source is over: its last line may have had no end.
    fn end(&mut self, current: &mut Option<Current<'a>>) {
        let Some(mut current) = current.take() else { return };
        let needle = self.needle;
        let _all = current.scanner.finish(&mut |hit| {
            if let Some(steps) = &mut current.steps {
                steps.take(needle, hit);
            }
            ControlFlow::Continue(())
        });
        self.rest.retain(|id| *id != current.id);
        self.close(Some(current));
    }

    fn close(&mut self, current: Option<Current<'a>>) {
        if let Some(steps) = current.and_then(|current| current.steps) {
            self.hits += steps.count();
            if steps.is_beside() && steps.count() > 0 {
                self.beside.push((self.part.steps.len(), beside::name(steps.path()).to_owned()));
            }
            self.part.steps.extend(items(finish(&self.engine.borrow().archive, steps)));
        }
    }
}
