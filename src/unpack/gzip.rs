//! gzip, natively. In the browser `DecompressionStream` does it.

use super::{Emit, PIECE, UnpackError};
use flate2::write::MultiGzDecoder;
use std::io::Write;
use std::ops::ControlFlow;

/// Packed bytes given to the decoder at a time; at most a thousand times as many come out.
const STEP: usize = 4 << 10;

/// Takes members in chunks of any size.
pub struct Gzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    packed: u64,
}

impl Default for Gzip {
    fn default() -> Self {
        Self { decoder: MultiGzDecoder::new(Vec::new()), packed: 0 }
    }
}

impl Gzip {
    pub fn push(&mut self, chunk: &[u8], emit: Emit<'_>) -> Result<ControlFlow<()>, UnpackError> {
        for step in chunk.chunks(STEP) {
            let taken = self.decoder.write_all(step);
            if taken.is_err() {
                self.release(emit)?;
                return Err(UnpackError::Damaged { what: "gzip", at: self.packed });
            }
            self.packed += step.len() as u64;
            if self.decoder.get_ref().len() >= PIECE && self.emit(emit)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.emit(emit)
    }

    pub fn finish(&mut self, emit: Emit<'_>) -> Result<(), UnpackError> {
        let ended = self.decoder.try_finish();
        self.release(emit)?;
        // The decoder does not tell an end too early from a wrong checksum.
        ended.map_err(|_| UnpackError::CutOff { what: "gzip", at: self.packed })
    }

    /// Hands on what is decoded. That the decoder cannot go on does not matter here.
    fn release(&mut self, emit: Emit<'_>) -> Result<(), UnpackError> {
        let _whole = self.decoder.flush();
        self.emit(emit).map(drop)
    }

    fn emit(&mut self, emit: Emit<'_>) -> Result<ControlFlow<()>, UnpackError> {
        let plain = self.decoder.get_mut();
        let flow = emit(self.packed, plain)?;
        plain.clear();
        Ok(flow)
    }
}
