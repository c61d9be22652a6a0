//! Bytes that cannot be read again from where they came (fetched or unpacked), kept in a blob: outside wasm memory, and
//! readable like a file.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// Pieces of about this many bytes become blobs of the browser's.
const PIECE: usize = 8 << 20;

/// A blob that grows.
#[derive(Default)]
pub struct Keeper {
    pieces: Array,
    piece: Vec<u8>,
}

impl Keeper {
    pub fn keep(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE { self.flush() } else { Ok(()) }
    }

    /// All that was kept.
    pub fn finish(mut self) -> Result<Blob, JsValue> {
        self.flush()?;
        Blob::new_with_blob_sequence(&self.pieces)
    }

    /// What is kept and in no blob yet; all of it before the first piece is full.
    pub fn piece(&self) -> &[u8] {
        &self.piece
    }

    fn flush(&mut self) -> Result<(), JsValue> {
        let parts = Array::of1(&Uint8Array::from(&self.piece[..]));
        self.pieces.push(&JsValue::from(Blob::new_with_u8_array_sequence(&parts)?));
        self.piece.clear();
        Ok(())
    }
}
