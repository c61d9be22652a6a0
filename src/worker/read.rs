//! Bytes of files and streams, in chunks. Only moves data.

use js_sys::{ArrayBuffer, Date, Function, Object, Promise, Reflect, Uint8Array};
use std::ops::ControlFlow;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, MessageChannel, ReadableStream, ReadableStreamByobReader, ReadableStreamDefaultReader};

/// Bytes read at a time (DESIGN §3: measured).
pub const CHUNK: u32 = 4 << 20;

/// Longest time without hearing messages, milliseconds.
const PAUSE_EVERY_MS: f64 = 25.0;

/// What the reader of chunks says: go on or stop.
pub type Flow = ControlFlow<()>;

/// Reads a whole blob at once; for small files.
pub async fn read_whole(blob: &Blob) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(blob.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Reads part of a blob. The numbers are byte offsets; a blob's size fits an `f64` exactly.
pub async fn read_span(blob: &Blob, offset: u64, len: u32) -> Result<Vec<u8>, JsValue> {
    let end = offset as f64 + f64::from(len);
    let slice = blob.slice_with_f64_and_f64(offset as f64, end)?;
    read_whole(&slice).await
}

/// Reads a stream to its end in one reused buffer of this size, where the browser can (BYOB), else in chunks of its own.
pub async fn read_stream(
    stream: ReadableStream,
    size: u32,
    chunk: &mut dyn FnMut(&[u8]) -> Flow,
) -> Result<(), JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"mode".into(), &"byob".into())?;
    let get_reader: Function = Reflect::get(&stream, &"getReader".into())?.dyn_into()?;
    match get_reader.call1(&stream, &options) {
        Ok(reader) => read_byob(reader.unchecked_into(), size, chunk).await,
        Err(_) => read_plain(get_reader.call0(&stream)?.unchecked_into(), chunk).await,
    }
}

async fn read_byob(
    reader: ReadableStreamByobReader,
    size: u32,
    chunk: &mut dyn FnMut(&[u8]) -> Flow,
) -> Result<(), JsValue> {
    let mut pauses = Pauses::new()?;
    let read = Read::new(&reader, size)?;
    let mut next = read.next(&ArrayBuffer::new(size))?;
    let mut bytes = vec![0; size as usize];
    loop {
        let step = JsFuture::from(next).await?;
        let Ok(value) = Reflect::get(&step, &"value".into())?.dyn_into::<Uint8Array>() else { return Ok(()) };
        let length = value.length() as usize;
        let part = &mut bytes[..length];
        value.copy_to(part);
        if is_done(&step) {
            let _end = chunk(part);
            return Ok(());
        }
        // The bytes are here: the next ones are read while these are decoded.
        next = read.next(&value.buffer())?;
        if !part.is_empty() && chunk(part).is_break() {
            ignore(next);
            ignore(reader.cancel());
            return Ok(());
        }
        pauses.when_due().await?;
    }
}

/// Asks a BYOB reader for bytes.
struct Read<'r> {
    reader: &'r ReadableStreamByobReader,
    /// The method, since its second argument is not known to `web-sys`.
    method: Function,
    options: Object,
}

impl<'r> Read<'r> {
    fn new(reader: &'r ReadableStreamByobReader, size: u32) -> Result<Self, JsValue> {
        let options = Object::new();
        // Browsers that do not know it answer with what is there: 80 KB each time as long as reading is slower than
        // decoding, and each answer costs a turn of the loop.
        Reflect::set(&options, &"min".into(), &(size / 4).max(1).into())?;
        let method = Reflect::get(reader, &"read".into())?.dyn_into()?;
        Ok(Self { reader, method, options })
    }

    fn next(&self, buffer: &ArrayBuffer) -> Result<Promise, JsValue> {
        self.method.call2(self.reader, &Uint8Array::new(buffer), &self.options)?.dyn_into()
    }
}

async fn read_plain(reader: ReadableStreamDefaultReader, chunk: &mut dyn FnMut(&[u8]) -> Flow) -> Result<(), JsValue> {
    let mut pauses = Pauses::new()?;
    loop {
        let step = JsFuture::from(reader.read()).await?;
        if is_done(&step) {
            return Ok(());
        }
        let value: Uint8Array = Reflect::get(&step, &"value".into())?.dyn_into()?;
        if chunk(&value.to_vec()).is_break() {
            ignore(reader.cancel());
            return Ok(());
        }
        pauses.when_due().await?;
    }
}

/// A stream that flows faster than it is decoded has the next bytes ready at once: the worker would not return to its
/// loop before the end, and hear of no Cancel and no question.
pub struct Pauses {
    channel: MessageChannel,
    last_ms: f64,
}

impl Pauses {
    pub fn new() -> Result<Self, JsValue> {
        Ok(Self { channel: MessageChannel::new()?, last_ms: Date::now() })
    }

    /// Waits for a message to itself, which comes after those that are waiting (a timer would cost 4 ms).
    pub async fn when_due(&mut self) -> Result<(), JsValue> {
        if Date::now() - self.last_ms < PAUSE_EVERY_MS {
            return Ok(());
        }
        let heard = Promise::new(&mut |resolve, _| self.channel.port1().set_onmessage(Some(&resolve)));
        self.channel.port2().post_message(&JsValue::NULL)?;
        JsFuture::from(heard).await?;
        self.last_ms = Date::now();
        Ok(())
    }
}

impl Drop for Pauses {
    /// Open ports keep each other alive.
    fn drop(&mut self) {
        self.channel.port1().close();
    }
}

fn is_done(step: &JsValue) -> bool {
    Reflect::get(step, &"done".into()).is_ok_and(|done| done.is_truthy())
}

/// Lets something end for which nobody waits any more, well or badly.
fn ignore(promise: Promise) {
    wasm_bindgen_futures::spawn_local(async move {
        let _ended = JsFuture::from(promise).await;
    });
}

/// What the browser says of a failed read, for people.
pub fn words_of(error: &JsValue) -> String {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default();
    match name.as_str() {
        "NotFoundError" => "it is not there any more (deleted or renamed since it was dropped)".into(),
        "NotReadableError" => "it cannot be read (changed since it was dropped, or no permission)".into(),
        _ => {
            let message = Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
            message.filter(|text| !text.is_empty()).unwrap_or_else(|| "the browser gave no reason".into())
        }
    }
}
