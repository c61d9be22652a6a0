//! The content of a source, wherever it comes from and whatever it is packed in, and a handle to read it again.

use super::fetch::fetch;
use super::keep::Keeper;
use super::protocol::SourceOrigin;
use super::read::{CHUNK, Flow, read_span, read_stream, read_whole, words_of};
use crate::unpack::{MAGIC, Meter, Packing, UnpackError, Unpacker};
use js_sys::{Function, Object, Reflect};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope, ReadableStream};

/// Files up to this size are read at once: a stream costs more than it saves.
const SMALL: f64 = 4.0 * 1024.0 * 1024.0;
/// Packed bytes taken at a time. They may become twenty times as many, of which zstd makes some 40 MB a second, and a
/// Cancel waits for all of them.
const PACKED_CHUNK: u32 = 64 << 10;

/// Hears of each read how many bytes it took from file or network.
pub type Count<'a> = &'a dyn Fn(usize) -> Flow;
/// Takes the content, unpacked.
pub type Content<'a> = &'a mut dyn FnMut(&[u8]) -> Flow;

/// What is there after a source was read.
#[derive(Default)]
pub struct Taken {
    /// Where its content is read again from. Spans count its bytes.
    pub blob: Option<Blob>,
    /// Bytes that the browser keeps for it beside the file.
    pub kept: f64,
    /// Why it could not be read to its end.
    pub unread: Option<String>,
}

impl Taken {
    fn kept(blob: Blob) -> Self {
        Self { kept: blob.size(), blob: Some(blob), unread: None }
    }
}

/// Reads a source to its end, or until no more is wanted.
pub async fn read_source(
    scope: &DedicatedWorkerGlobalScope,
    origin: &SourceOrigin,
    count: Count<'_>,
    content: Content<'_>,
) -> Taken {
    let taken = match origin {
        SourceOrigin::File(file) => read_blob(file, count, content).await.map_err(|error| words_of(&error)),
        SourceOrigin::Url(url) => match fetch(scope, url, count, content).await {
            Ok((blob, None)) => Ok(Taken::kept(blob)),
            Ok((blob, Some(packing))) => {
                let is_counted = |_| Flow::Continue(());
                unpack(&blob, packing, &is_counted, content).await.map_err(|error| words_of(&error))
            }
            Err(why) => Err(why),
        },
    };
    taken.unwrap_or_else(|why| Taken { unread: Some(why), ..Taken::default() })
}

async fn read_blob(blob: &Blob, count: Count<'_>, content: Content<'_>) -> Result<Taken, JsValue> {
    let is_small = blob.size() <= SMALL;
    let head = if is_small { read_whole(blob).await } else { read_span(blob, 0, MAGIC as u32).await }?;
    if let Some(packing) = Packing::of(&head) {
        return unpack(blob, packing, count, content).await;
    }
    if is_small {
        let (_counted, _end) = (count(head.len()), content(&head));
    } else {
        let mut both = |bytes: &[u8]| {
            let counted = count(bytes.len());
            if content(bytes).is_break() { Flow::Break(()) } else { counted }
        };
        if let Err(error) = read_stream(blob.stream(), CHUNK, &mut both).await {
            // A stream says "network error" whatever it was; asked for a byte, the file tells why.
            return Err(read_span(blob, 0, 1).await.err().unwrap_or(error));
        }
    }
    Ok(Taken { blob: Some(blob.clone()), ..Taken::default() })
}

/// Unpacks a blob and keeps what comes of it. Of a damaged one the beginning is kept.
async fn unpack(blob: &Blob, packing: Packing, count: Count<'_>, content: Content<'_>) -> Result<Taken, JsValue> {
    let mut keeper = Keeper::default();
    let mut lost = None;
    let mut both = |bytes: &[u8]| match keeper.keep(bytes) {
        Ok(()) => content(bytes),
        Err(error) => {
            lost = Some(words_of(&error));
            Flow::Break(())
        }
    };
    let ended = match packing {
        Packing::Zstd => unpack_zstd(blob, count, &mut both).await,
        Packing::Gzip => unpack_gzip(blob, count, &mut both).await,
    };
    Ok(Taken { unread: lost.or(ended.err()), ..Taken::kept(keeper.finish()?) })
}

async fn unpack_zstd(blob: &Blob, count: Count<'_>, content: Content<'_>) -> Result<(), String> {
    let mut unpacker = Unpacker::default();
    let mut stopped = None;
    let mut chunk = |bytes: &[u8]| {
        let counted = count(bytes.len());
        match unpacker.push(bytes, content) {
            Ok(Flow::Continue(())) if counted.is_continue() => return Flow::Continue(()),
            Ok(_) => stopped = Some(Ok(())),
            Err(error) => stopped = Some(Err(error.to_string())),
        }
        Flow::Break(())
    };
    let ended = read_stream(blob.stream(), PACKED_CHUNK, &mut chunk).await;
    if let Some(stopped) = stopped {
        return stopped;
    }
    let is_whole = unpacker.finish(content);
    ended.map_err(|error| words_of(&error))?;
    is_whole.map_err(|error| error.to_string())
}

/// By the browser, which adds no code to the worker. It reads one gzip member.
async fn unpack_gzip(blob: &Blob, count: Count<'_>, content: Content<'_>) -> Result<(), String> {
    let packed = Rc::new(Cell::new(0_usize));
    let mut told = 0;
    let mut meter = Meter::default();
    let mut stopped = None;
    let mut chunk = |bytes: &[u8]| {
        let now = packed.get();
        let counted = count(now - told);
        told = now;
        if let Err(error) = meter.take(now as u64, bytes.len()) {
            stopped = Some(error.to_string());
            return Flow::Break(());
        }
        if content(bytes).is_break() { Flow::Break(()) } else { counted }
    };
    let tap = tap(packed.clone());
    let ended = match gunzipped(&blob.stream(), &tap) {
        Ok(stream) => read_stream(stream, CHUNK, &mut chunk).await,
        Err(error) => Err(error),
    };
    match (stopped, ended) {
        (Some(why), _) => Err(why),
        // What a decompressing stream says of bad data, and of nothing else.
        (None, Err(error)) if error.is_instance_of::<js_sys::TypeError>() => {
            Err(UnpackError::CutOff { what: "gzip", at: packed.get() as u64 }.to_string())
        }
        (None, ended) => ended.map_err(|error| words_of(&error)),
    }
}

type Tap = Closure<dyn FnMut(JsValue, JsValue)>;

/// Hands chunks on as they are, and counts their bytes.
fn tap(packed: Rc<Cell<usize>>) -> Tap {
    Closure::new(move |chunk: JsValue, controller: JsValue| {
        let length = Reflect::get(&chunk, &"byteLength".into()).ok().and_then(|length| length.as_f64());
        packed.set(packed.get() + length.unwrap_or_default() as usize);
        // Fails only after the stream was cancelled.
        let _handed_on = call(&controller, "enqueue", &chunk);
    })
}

fn gunzipped(stream: &ReadableStream, tap: &Tap) -> Result<ReadableStream, JsValue> {
    let transformer = Object::new();
    Reflect::set(&transformer, &"transform".into(), tap.as_ref())?;
    let tapped = call(stream, "pipeThrough", &new("TransformStream", &transformer)?)?;
    Ok(call(&tapped, "pipeThrough", &new("DecompressionStream", &"gzip".into())?)?.unchecked_into())
}

/// `new CLASS(argument)`, of classes that web-sys does not have or only in many parts.
fn new(class: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let class: Function = Reflect::get(&js_sys::global(), &class.into())?.dyn_into()?;
    Reflect::construct(&class, &js_sys::Array::of1(argument))
}

fn call(object: &JsValue, method: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    Reflect::get(object, &method.into())?.dyn_into::<Function>()?.call1(object, argument)
}
