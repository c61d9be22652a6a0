//! Many small files as few streams: each alone would leave the reader waiting for most of the time (DESIGN §3). Sizes give
//! the borders. Of several streams one has bytes while the browser opens the next file of another.

use super::engine::{Pass, Reading, Shared, count};
use super::protocol::{Opening, SourceOrigin};
use super::read::{Flow, read_stream};
use super::source::Taken;
use crate::unpack::{MAGIC, Packing, plain_name};
use futures::future::join3;
use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use web_sys::{Blob, File};

/// Larger files are a stream of their own.
const LARGEST: f64 = 16.0 * 1024.0 * 1024.0;
/// Bytes of streams that are read side by side: where one breaks, its rest is read file by file.
const MOST_BYTES: f64 = 128.0 * 1024.0 * 1024.0;
/// Bytes taken of one stream at a time.
const CHUNK: u32 = 1 << 20;

/// The next files that can be read together; none where the next one has to be read alone.
pub fn take(queue: &mut VecDeque<Opening>) -> Vec<Opening> {
    let mut together = 0;
    let mut bytes = 0.0;
    for opening in queue.iter().filter(|opening| !opening.is_alone && plain_name(&opening.path).is_none()) {
        let Some(file) = file(opening).filter(|file| file.size() <= LARGEST) else { break };
        bytes += file.size();
        if bytes > MOST_BYTES || queue.get(together).is_none_or(|next| next.id != opening.id) {
            break;
        }
        together += 1;
    }
    if together < 2 { Vec::new() } else { queue.drain(..together).collect() }
}

fn file(opening: &Opening) -> Option<&File> {
    match &opening.origin {
        SourceOrigin::File(file) => Some(file),
        SourceOrigin::Url(_) | SourceOrigin::Carried(_) => None,
    }
}

/// Reads files as three streams, side by side. What cannot be read so goes back to the queue, to be read alone.
pub async fn read(mut openings: Vec<Opening>, engine: &Shared, reading: &Reading) {
    let size = |openings: &[Opening]| openings.iter().filter_map(file).map(|file| file.size()).sum::<f64>();
    let third = size(&openings) / 3.0;
    let mut part = || {
        let mut bytes = 0.0;
        let is_within = |opening: &&Opening| {
            bytes += file(opening).map_or(0.0, |file| file.size());
            bytes <= third
        };
        let count = openings.iter().take_while(is_within).count();
        openings.drain(..count).collect()
    };
    let (first, second): (Vec<_>, Vec<_>) = (part(), part());
    let read = |openings| read_stream_of(openings, engine, reading);
    join3(read(first), read(second), read(openings)).await;
}

/// Reads files as one stream.
async fn read_stream_of(openings: Vec<Opening>, engine: &Shared, reading: &Reading) {
    let files = js_sys::Array::new();
    for file in openings.iter().filter_map(file) {
        files.push(file);
    }
    let mut batch = Batch { openings: openings.into(), alone: Vec::new(), current: None, engine, reading };
    let ended = match Blob::new_with_blob_sequence(&files) {
        Ok(whole) => read_stream(whole.stream(), CHUNK, &mut |bytes| batch.take(bytes)).await,
        Err(error) => Err(error),
    };
    if ended.is_ok() {
        batch.next();
    }
    let Batch { openings, mut alone, current, .. } = batch;
    if engine.borrow().is_cancelled {
        if let Some(Current { pass, opening, .. }) = current {
            pass.end(taken(&opening), engine);
        }
        return;
    }
    // One of them has vanished, perhaps: which one, its own stream tells.
    alone.extend(current.map(|current| current.opening));
    alone.extend(openings);
    let mut state = engine.borrow_mut();
    for opening in alone.into_iter().rev() {
        state.queue.push_front(Opening { is_alone: true, ..opening });
    }
}

struct Batch<'a> {
    /// Those that have not begun.
    openings: VecDeque<Opening>,
    /// Those that are to be read alone.
    alone: Vec<Opening>,
    current: Option<Current>,
    engine: &'a Shared,
    reading: &'a Reading,
}

/// The file that the stream is in.
struct Current {
    opening: Opening,
    pass: Pass,
    /// Bytes of it that have not come.
    left: usize,
    is_skipped: bool,
}

impl Batch<'_> {
    fn take(&mut self, bytes: &[u8]) -> Flow {
        let mut rest = bytes;
        while !rest.is_empty() {
            self.next();
            let Some(current) = &mut self.current else { break };
            let (own, others) = rest.split_at(current.left.min(rest.len()));
            rest = others;
            if file(&current.opening).is_some_and(|file| file.size() as usize == current.left) {
                // Packed ones, and those whose beginning is cut in two.
                current.is_skipped = Packing::of(own).is_some() || own.len() < MAGIC.min(current.left);
            }
            current.left -= own.len();
            if !current.is_skipped {
                self.reading.store(current.opening.id.0, Ordering::Relaxed);
                let _foreign = current.pass.take(own, self.engine);
                if count(own.len(), self.engine).is_break() {
                    return Flow::Break(());
                }
            }
        }
        Flow::Continue(())
    }

    /// Ends files whose bytes are all there, and begins the next one.
    fn next(&mut self) {
        loop {
            if self.current.as_ref().is_some_and(|current| current.left > 0) {
                return;
            }
            if let Some(Current { opening, pass, is_skipped, .. }) = self.current.take() {
                match is_skipped {
                    true => self.alone.push(opening),
                    false => pass.end(taken(&opening), self.engine),
                }
            }
            let Some(opening) = self.openings.pop_front() else { return };
            let left = file(&opening).map_or(0, |file| file.size() as usize);
            let pass = Pass::begin(&opening, self.engine);
            self.current = Some(Current { opening, pass, left, is_skipped: false });
        }
    }
}

fn taken(opening: &Opening) -> Taken {
    Taken { blob: file(opening).map(|file| file.clone().into()), ..Taken::default() }
}
