//! The lines behind a session's touched files, read in few large pieces, and what they tell.

use super::engine::Shared;
use super::question::Answer;
use super::read::{read_span, words_of};
use crate::logic::files::{Call, CallLine, Collector, Content, Files, PATCH_BEGINS, calls, content};
use crate::logic::shown::{self, Part};
use crate::model::{Body, SourceId, Span, sorted};
use web_sys::Blob;

/// Lines less than this apart are read together, bytes.
const NEAR: u64 = 64 << 10;
/// At most so much is read at once, but for a single longer line, bytes.
const MOST: u64 = 4 << 20;
/// So many calls are read and forgotten before the next ones.
pub const BATCH: usize = 512;

/// All files that a session touched.
pub async fn files(engine: &Shared, key: &str) -> Result<Files, String> {
    let all = calls(&engine.borrow().archive, key, false);
    let mut collector = Collector::default();
    for batch in all.chunks(BATCH) {
        for (call, body) in batch.iter().zip(bodies(engine, batch).await?) {
            collector.add(call, &body);
        }
    }
    Ok(collector.finish())
}

/// What stood in a file after these of its calls.
pub async fn file_at(engine: &Shared, key: &str, path: &str, events: &[u32]) -> Result<Content, String> {
    let mut mine = calls(&engine.borrow().archive, key, true);
    mine.retain(|call| events.binary_search(&call.event).is_ok());
    let mut told = Vec::with_capacity(mine.len());
    for batch in mine.chunks(BATCH) {
        for (call, body) in batch.iter().zip(bodies(engine, batch).await?) {
            told.push((call.event, call.asked(&body)));
        }
    }
    Ok(content(path, told.into_iter()))
}

/// What became of a file from these of its calls to those.
pub async fn difference(engine: &Shared, key: &str, path: &str, events: [&[u32]; 2]) -> Result<Answer, String> {
    let [old, new] = [file_at(engine, key, path, events[0]).await?, file_at(engine, key, path, events[1]).await?];
    // A file that is not there has no lines.
    let text = |content: Content| content.text.or_else(|| content.is_gone.then(String::new));
    let (Some(old), Some(new)) = (text(old), text(new)) else {
        return Err("Base unknown: no step up to one of both shows all of this file.".to_owned());
    };
    let content = shown::Content::Diff(shown::between(&old, &new));
    Ok(Answer::Part(Part { content, next: None, is_too_long: false }))
}

/// One line to read.
struct Wanted {
    source: SourceId,
    span: Span,
    /// Which of the calls, and which of its lines.
    call: usize,
    line: usize,
}

/// The contents of calls, in their order.
pub async fn bodies(engine: &Shared, calls: &[Call]) -> Result<Vec<Body>, String> {
    let mut parts: Vec<Vec<(usize, Body)>> = calls.iter().map(|_| Vec::new()).collect();
    each_line(engine, calls, &mut |index, number, line| {
        let (Some(call), Some(parts)) = (calls.get(index), parts.get_mut(index)) else { return };
        let block = call.lines.get(number).map_or(0, |line| line.block);
        if !call.is_command || memchr::memmem::find(line, PATCH_BEGINS).is_some() {
            parts.push((number, call.format.body(line, block)));
        }
    })
    .await?;
    let whole = |mut parts: Vec<(usize, Body)>| {
        // Most calls have one line to be read.
        if parts.len() < 2 {
            return parts.pop().map(|(_, part)| part).unwrap_or_default();
        }
        let mut whole = Body::default();
        sorted(parts, |a, b| a.0.cmp(&b.0)).into_iter().for_each(|(_, part)| whole.extend(part));
        whole
    };
    Ok(parts.into_iter().map(whole).collect())
}

/// Reads the lines of calls, near ones together: which of the calls, which of its lines, and the line. In the order of
/// the sources, not of the calls.
pub async fn each_line(
    engine: &Shared,
    calls: &[Call],
    on_line: &mut dyn FnMut(usize, usize, &[u8]),
) -> Result<(), String> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        let line = |(number, line): (usize, &CallLine)| Wanted {
            source: line.source,
            span: line.span,
            call: index,
            line: number,
        };
        wanted.extend(call.lines.iter().enumerate().map(line));
    }
    let place = |wanted: &Wanted| (wanted.source, wanted.span.offset);
    let wanted = sorted(wanted, |a, b| place(a).cmp(&place(b)));
    let mut rest = &wanted[..];
    while let Some((first, len)) = rest.first().map(|first| (first, run(rest))) {
        let (together, others) = rest.split_at(len);
        rest = others;
        let from = first.span.offset;
        let end = together.iter().map(|it| it.span.offset + u64::from(it.span.len)).max().unwrap_or(from);
        let Some(blob) = blob(engine, first.source) else { continue };
        let bytes = read_span(&blob, from, (end - from) as u32).await.map_err(|error| words_of(&error))?;
        for it in together {
            let start = (it.span.offset - from) as usize;
            if let Some(line) = bytes.get(start..start + it.span.len as usize) {
                on_line(it.call, it.line, line);
            }
        }
    }
    Ok(())
}

fn blob(engine: &Shared, source: SourceId) -> Option<Blob> {
    engine.borrow().blobs.get(&source).cloned()
}

/// How many of the next lines are read together.
fn run(wanted: &[Wanted]) -> usize {
    let Some(first) = wanted.first() else { return 0 };
    let mut end = first.span.offset;
    let fits = |it: &&Wanted| {
        let next = it.span.offset + u64::from(it.span.len);
        let is_near = it.source == first.source && it.span.offset <= end + NEAR;
        let is_room = end == first.span.offset || next - first.span.offset <= MOST;
        end = end.max(next);
        is_near && is_room
    };
    wanted.iter().take_while(fits).count().max(1)
}
