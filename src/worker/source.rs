//! The content of a source, wherever it comes from and whatever it is packed in, and a handle to read it again.

use super::fetch::fetch;
use super::keep::Keeper;
use super::protocol::SourceOrigin;
use super::read::{CHUNK, Flow, read_span, read_stream, read_whole, words_of};
use crate::logic::carried;
use crate::unpack::{MAGIC, Packing, Unpacker};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope};

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
        SourceOrigin::Url(url) => return read_url(scope, url, None, count, content).await,
        SourceOrigin::Carried(text) => match blob_of(text) {
            Ok(blob) => read_blob(&blob, count, content).await.map_err(|error| words_of(&error)),
            Err(why) => Err(why),
        },
    };
    taken.unwrap_or_else(|why| Taken { unread: Some(why), ..Taken::default() })
}

/// As [`read_source`], of an address; of a log that has grown, the bytes that were there `before` are known.
pub async fn read_url(
    scope: &DedicatedWorkerGlobalScope,
    url: &str,
    before: Option<&Blob>,
    count: Count<'_>,
    content: Content<'_>,
) -> Taken {
    let taken = match fetch(scope, url, before, count, content).await {
        Ok((blob, None)) => Ok(Taken::kept(blob)),
        Ok((blob, Some(_))) => {
            let is_counted = |_| Flow::Continue(());
            unpack(&blob, &is_counted, content).await.map_err(|error| words_of(&error))
        }
        Err(why) => Err(why),
    };
    taken.unwrap_or_else(|why| Taken { unread: Some(why), ..Taken::default() })
}

/// What a link carries, packed.
fn blob_of(text: &str) -> Result<Blob, String> {
    let packed = carried::decode(text)?;
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(&packed[..]));
    Blob::new_with_u8_array_sequence(&parts).map_err(|error| words_of(&error))
}

async fn read_blob(blob: &Blob, count: Count<'_>, content: Content<'_>) -> Result<Taken, JsValue> {
    let is_small = blob.size() <= SMALL;
    let head = if is_small { read_whole(blob).await } else { read_span(blob, 0, MAGIC as u32).await }?;
    if Packing::of(&head).is_some() {
        return unpack(blob, count, content).await;
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
async fn unpack(blob: &Blob, count: Count<'_>, content: Content<'_>) -> Result<Taken, JsValue> {
    let mut keeper = Keeper::default();
    let mut lost = None;
    let mut both = |bytes: &[u8]| match keeper.keep(bytes) {
        Ok(()) => content(bytes),
        Err(error) => {
            lost = Some(words_of(&error));
            Flow::Break(())
        }
    };
    let ended = unpack_stream(blob, count, &mut both).await;
    Ok(Taken { unread: lost.or(ended.err()), ..Taken::kept(keeper.finish()?) })
}

async fn unpack_stream(blob: &Blob, count: Count<'_>, content: Content<'_>) -> Result<(), String> {
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
