//! Makes what is shared of a session: its lines redacted, as the file or link that was asked for, and what was found on
//! the way. Nothing is sent anywhere: the page offers it to be saved or copied.

use super::contents::GONE;
use super::engine::{SCOPE, Shared as Engine};
use super::fetch::fetch;
use super::keep::Keeper;
use super::question::{Answer, ShareAs, ShareAsk, Shared};
use super::read::{CHUNK, Flow, read_stream, read_whole, words_of};
use crate::archive::{Archive, SourceReader};
use crate::export::convert::{Target, convert};
use crate::export::transcript;
use crate::formats;
use crate::lines::Line;
use crate::logic::redact::{Lines, Redactor, SourceLines, Stream, Survey, lines_of, review};
use crate::logic::timeline::{offset_text, origin_ms};
use crate::logic::track::Track;
use crate::logic::{base64, carried, kin, session};
use crate::model::{Event, SourceId, SourceMeta};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ReadableWritablePair, Url};

/// Larger logs are not tried as links, nor read as text: a link holds a tenth of a megabyte at most.
const MOST_FOR_LINK: f64 = 2.0 * 1024.0 * 1024.0;
/// What is made of larger logs would take too much memory, but for the logs themselves.
const MOST_AT_ONCE: f64 = 128.0 * 1024.0 * 1024.0;

#[wasm_bindgen]
extern "C" {
    /// web-sys has it behind a flag of the compiler, as its description was young once.
    #[wasm_bindgen(extends = ReadableWritablePair)]
    type CompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<CompressionStream, JsValue>;
}

thread_local! {
    /// Where the browser finds what was made last.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// One source of the session.
struct Input {
    lines: SourceLines,
    blob: Blob,
    format: Option<&'static str>,
}

/// Answers what was found, and where the result is.
pub async fn share(engine: &Engine, ask: ShareAsk) -> Answer {
    match made(engine, ask).await {
        Ok(shared) => Answer::Shared(Box::new(shared)),
        Err(why) => Answer::Failed(why),
    }
}

async fn made(engine: &Engine, ask: ShareAsk) -> Result<Shared, String> {
    let Sources { inputs, relatives, track, name } = sources(engine, &ask).ok_or(GONE)?;
    let (logs, redactor, lines_left_out) = redacted(&inputs, &ask).await.map_err(|error| words_of(&error))?;
    let origin = origin_ms(&track);
    let when = |event: u32| {
        let at = track.get(event).and_then(|mark| mark.at_ms).zip(origin);
        at.map_or(String::new(), |(at, origin)| offset_text(at - origin))
    };
    let opens_at = ask.step.as_deref().and_then(|step| track.find(step)).map_or(String::new(), when);
    let review = review(redactor.into_hits(), &when);
    let bytes: f64 = logs.iter().map(Blob::size).sum();
    let is_small = bytes <= MOST_FOR_LINK;
    if bytes > MOST_AT_ONCE && ask.what != ShareAs::Log {
        return Err("it is too large for anything but the redacted log".to_owned());
    }
    let mut link = ask.view.clone();
    let mut packs = Vec::new();
    for log in logs.iter().filter(|_| is_small || ask.what == ShareAs::Page) {
        let packed = packed(log).await.map_err(|error| words_of(&error))?;
        if is_small {
            link.push_str("&log=");
            link.push_str(&carried::encode(&packed));
        }
        packs.push(packed);
    }
    let link_chars = if is_small { (ask.address_chars as usize + 1 + link.len()) as u32 } else { 0 };
    let (result, ending) = match ask.what {
        ShareAs::Link => (None, ""),
        ShareAs::Page => (Some(page(&ask.template, &ask.view, &packs).await?), ".html"),
        ShareAs::Log => (Some(joined(&logs)?), ".jsonl"),
        ShareAs::Text => (Some(text_blob(&told(&logs, &name, transcript::text).await?)?), ".txt"),
        ShareAs::Converted(target) => {
            let ending = if target.is_document() { ".json" } else { ".jsonl" };
            (Some(text_blob(&converted(&logs, target).await?)?), ending)
        }
        ShareAs::Csv => (Some(text_blob(&told(&logs, &name, |archive, _| transcript::csv(archive)).await?)?), ".csv"),
    };
    let size = result.as_ref().map_or(link.len() as f64, Blob::size);
    let output = match &result {
        None if link_chars as usize > carried::LONGEST_LINK || link_chars == 0 => String::new(),
        None => link,
        Some(blob) => address_of(blob).await.map_err(|error| words_of(&error))?,
    };
    Ok(Shared { review, relatives, lines_left_out, opens_at, output, name: name + ending, size, link_chars })
}

/// What is read for one answer.
struct Sources {
    inputs: Vec<Input>,
    /// Sessions below the shared one.
    relatives: u32,
    track: Track,
    /// What a file of it may be called: nothing of the log's texts.
    name: String,
}

fn sources(engine: &Engine, ask: &ShareAsk) -> Option<Sources> {
    let mut state = engine.borrow_mut();
    state.archive.assemble();
    let found = state.archive.session(&ask.key)?;
    let track = session::track(&state.archive, &ask.key)?;
    let short: String = found.part.id.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    // A document holds one session.
    let is_alone = ask.is_alone || matches!(ask.what, ShareAs::Converted(target) if target.is_document());
    let below = if is_alone { Vec::new() } else { kin::kin(&state.archive, found).descendants };
    let mut sessions = vec![found];
    sessions.extend(below.iter().filter_map(|relative| state.archive.session(&relative.key)));
    let input = |lines: SourceLines| {
        let blob = state.blobs.get(&lines.source)?.clone();
        let format = state.archive.source(lines.source)?.format();
        Some(Input { lines, blob, format })
    };
    let inputs = lines_of(&state.archive, &sessions).into_iter().filter_map(input).collect();
    Some(Sources { inputs, relatives: sessions.len() as u32 - 1, track, name: [found.format, "-", &short].concat() })
}

async fn each_line(blob: &Blob, see: &mut dyn FnMut(&Line<'_>)) -> Result<(), JsValue> {
    let mut lines = Lines::default();
    let mut push = |bytes: &[u8]| {
        lines.push(bytes, see);
        Flow::Continue(())
    };
    read_stream(blob.stream(), CHUNK, &mut push).await?;
    lines.finish(see);
    Ok(())
}

/// The lines without what is to be hidden, source by source, and how many lines had to be left out.
async fn redacted(inputs: &[Input], ask: &ShareAsk) -> Result<(Vec<Blob>, Redactor, u32), JsValue> {
    let mut survey = Survey::new(ask.decisions.masks_names);
    for input in inputs {
        survey.format(input.format);
        let mut see = |line: &Line<'_>| {
            if input.lines.event_at(line.span).is_some() {
                survey.line(line.bytes);
            }
        };
        each_line(&input.blob, &mut see).await?;
    }
    let mut redactor = Redactor::new(survey, ask.decisions.clone()).with_hits();
    let mut logs = Vec::with_capacity(inputs.len());
    let mut too_long = 0;
    let mut out = Vec::new();
    for (number, input) in inputs.iter().enumerate() {
        redactor.format(input.format);
        let mut keeper = Keeper::default();
        let mut stream = Stream::new(number as u32, Some(&input.lines));
        let mut failed = None;
        let mut push = |bytes: &[u8]| {
            out.clear();
            stream.push(bytes, &mut redactor, &mut out);
            failed = keeper.keep(&out).err();
            if failed.is_some() { Flow::Break(()) } else { Flow::Continue(()) }
        };
        read_stream(input.blob.stream(), CHUNK, &mut push).await?;
        if let Some(error) = failed {
            return Err(error);
        }
        out.clear();
        too_long += stream.finish(&mut redactor, &mut out);
        // Where logs are joined, the next one begins with a line of its own.
        if !out.ends_with(b"\n") && !out.is_empty() {
            out.push(b'\n');
        }
        keeper.keep(&out)?;
        logs.push(keeper.finish()?);
    }
    let left_out = redactor.lines_left_out() + too_long;
    Ok((logs, redactor, left_out))
}

/// Packed as gzip by the browser, which is there anyway.
async fn packed(blob: &Blob) -> Result<Vec<u8>, JsValue> {
    let packer = CompressionStream::new("gzip")?;
    let stream = blob.stream().pipe_through(&packer);
    let mut packed = Vec::new();
    let mut push = |bytes: &[u8]| {
        packed.extend_from_slice(bytes);
        Flow::Continue(())
    };
    read_stream(stream, CHUNK, &mut push).await?;
    Ok(packed)
}

/// The page with everything in it, which the build has made, and the log at its end.
async fn page(template: &str, view: &str, packed: &[Vec<u8>]) -> Result<Blob, String> {
    if template.is_empty() {
        return Err("this page cannot make a page of one file: it is one itself, or was built without".to_owned());
    }
    let scope = SCOPE.with(Clone::clone);
    let (page, _) = fetch(&scope, template, None, &|_| Flow::Continue(()), &mut |_| Flow::Continue(())).await?;
    let end = js_sys::Uint8Array::from(carried::page_end(view, packed).as_slice());
    let parts = js_sys::Array::of2(&page, &end);
    Blob::new_with_blob_sequence(&parts).map_err(|error| words_of(&error))
}

/// The logs one after another.
fn joined(logs: &[Blob]) -> Result<Blob, String> {
    let parts: js_sys::Array = logs.iter().collect();
    Blob::new_with_blob_sequence(&parts).map_err(|error| words_of(&error))
}

/// What a text says of the redacted logs: they are read like any others, so nothing else can be in it.
async fn told(logs: &[Blob], name: &str, tell: fn(&Archive, &[u8]) -> String) -> Result<String, String> {
    let mut texts = String::new();
    for log in logs {
        let bytes = read_whole(log).await.map_err(|error| words_of(&error))?;
        let mut reader = SourceReader::new(SourceMeta { path: [name, ".jsonl"].concat(), size: None });
        reader.push(&bytes);
        let mut archive = Archive::default();
        archive.add(SourceId(0), reader.finish(None));
        archive.assemble();
        texts.push_str(&tell(&archive, &bytes));
    }
    Ok(texts)
}

/// The sessions of the redacted logs in an open format, a line each.
async fn converted(logs: &[Blob], target: Target) -> Result<String, String> {
    let mut archive = Archive::default();
    let mut contents = Vec::new();
    for (id, log) in (0..).zip(logs) {
        let bytes = read_whole(log).await.map_err(|error| words_of(&error))?;
        let mut reader = SourceReader::new(SourceMeta { path: ["log ", &id.to_string()].concat(), size: None });
        reader.push(&bytes);
        archive.add(SourceId(id), reader.finish(None));
        contents.push(bytes);
    }
    archive.assemble();
    let mut body = |id: SourceId, event: Event| {
        let from = event.span.offset as usize;
        let line = contents.get(id.0 as usize).and_then(|bytes| bytes.get(from..from + event.span.len as usize));
        let format = archive.source(id).and_then(|source| source.format()).and_then(formats::by_id);
        line.zip(format).map(|(line, format)| format.body(line, event.block)).unwrap_or_default()
    };
    let mut text = String::new();
    for session in archive.sessions() {
        for value in convert(&archive, session, target, &mut body) {
            text.push_str(&value.to_string());
            text.push('\n');
        }
    }
    Ok(text)
}

fn text_blob(text: &str) -> Result<Blob, String> {
    Blob::new_with_str_sequence(&js_sys::Array::of1(&JsValue::from_str(text))).map_err(|error| words_of(&error))
}

/// Where the browser finds a result; the one before is let go.
async fn address_of(blob: &Blob) -> Result<String, JsValue> {
    // A page of one file has an origin like no other, and does not find what its worker offers.
    if SCOPE.with(|scope| scope.location().protocol()) == "blob:" {
        let text = base64::encode(&read_whole(blob).await?).replace('-', "+").replace('_', "/");
        return Ok(["data:application/octet-stream;base64,", &text].concat());
    }
    let address = Url::create_object_url_with_blob(blob)?;
    if let Some(last) = LAST.replace(Some(address.clone())) {
        Url::revoke_object_url(&last)?;
    }
    Ok(address)
}
