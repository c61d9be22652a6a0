//! gzip, natively. In the browser `DecompressionStream` does it.

use super::{Emit, PIECE, UnpackError};
use flate2::write::MultiGzDecoder;
use std::io::{self, Write};
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
            if let Err(error) = taken {
                return self.broken(&error, emit).map(ControlFlow::Continue);
            }
            self.packed += step.len() as u64;
            if self.decoder.get_ref().len() >= PIECE && self.emit(emit)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.emit(emit)
    }

    pub fn finish(&mut self, emit: Emit<'_>) -> Result<(), UnpackError> {
        match self.decoder.try_finish() {
            Ok(()) => self.emit(emit).map(drop),
            Err(error) => self.broken(&error, emit),
        }
    }

    fn broken(&mut self, error: &io::Error, emit: Emit<'_>) -> Result<(), UnpackError> {
        // What it has decoded so far; that it cannot go on is known.
        let _failed_again = self.decoder.flush();
        self.emit(emit).map(drop)?;
        let at = self.packed;
        Err(match error.kind() {
            io::ErrorKind::UnexpectedEof => UnpackError::CutOff { what: "gzip", at },
            _ => UnpackError::Damaged { what: "gzip", at },
        })
    }

    fn emit(&mut self, emit: Emit<'_>) -> Result<ControlFlow<()>, UnpackError> {
        let plain = self.decoder.get_mut();
        let flow = emit(self.packed, plain)?;
        plain.clear();
        Ok(flow)
    }
}
