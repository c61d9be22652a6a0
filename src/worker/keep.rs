//! Bytes that cannot be read again from where they came (fetched or unpacked), kept in a blob: outside wasm memory, and
//! read like a file.

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
    /// Goes on from what is kept already.
    pub fn begin_with(&mut self, before: &Blob) {
        self.pieces.push(before);
    }

    pub fn keep(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        self.piece.extend_from_slice(bytes);
        Ok(())
    }

    /// What was kept last; all of it, as long as there was little.
    pub fn last(&self) -> &[u8] {
        &self.piece
    }

    /// All that was kept.
    pub fn finish(mut self) -> Result<Blob, JsValue> {
        self.flush()?;
        Blob::new_with_blob_sequence(&self.pieces)
    }

    fn flush(&mut self) -> Result<(), JsValue> {
        let parts = Array::of1(&Uint8Array::from(&self.piece[..]));
        self.pieces.push(&JsValue::from(Blob::new_with_u8_array_sequence(&parts)?));
        self.piece.clear();
        Ok(())
    }
}
