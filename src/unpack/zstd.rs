//! zstd, block by block.

use super::{Emit, PIECE, UnpackError};
use ruzstd::decoding::errors::{FrameDecoderError, FrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::ops::ControlFlow;
use xxhash_rust::xxh64::Xxh64;

/// Begins a frame.
const FRAME: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// Magic and length of a frame that is to be skipped.
const SKIPPABLE: usize = 8;
/// An empty last block, and four bytes for a checksum: ends a frame that has no end.
const LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// Takes frames in chunks of any size. A chunk need not hold a whole block, but the decoder wants one: so bytes are held
/// until there is one (128 KiB at most). The decoder holds back as many plain bytes as later blocks may refer to.
pub struct Zstd {
    held: Vec<u8>,
    /// Packed bytes before `held`.
    before: u64,
    place: Place,
    frame: FrameDecoder,
    piece: Vec<u8>,
    /// The end of the first frame whose checksum is not that of its bytes.
    is_wrong_at: Option<u64>,
}

enum Place {
    Between,
    Inside {
        /// Of the plain bytes so far; only where the frame says that one follows.
        checksum: Option<Xxh64>,
    },
    /// So many bytes more.
    Skipping(usize),
}

impl Default for Zstd {
    fn default() -> Self {
        let (held, piece) = (Vec::new(), Vec::new());
        Self { held, before: 0, place: Place::Between, frame: FrameDecoder::new(), piece, is_wrong_at: None }
    }
}

impl Zstd {
    pub fn push(&mut self, chunk: &[u8], emit: Emit<'_>) -> Result<ControlFlow<()>, UnpackError> {
        self.held.extend_from_slice(chunk);
        let mut used = 0;
        loop {
            let step = match self.step(used) {
                Ok(step) => step,
                Err(error) => {
                    self.release(emit)?;
                    return Err(error);
                }
            };
            used += step;
            if (step == 0 || self.piece.len() >= PIECE) && self.emit(used, emit)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            if step == 0 {
                break;
            }
        }
        self.held.drain(..used);
        self.before += used as u64;
        Ok(ControlFlow::Continue(()))
    }

    pub fn finish(&mut self, emit: Emit<'_>) -> Result<(), UnpackError> {
        let what = "zstd";
        if matches!(self.place, Place::Between) && self.held.is_empty() {
            return self.is_wrong_at.map_or(Ok(()), |at| Err(UnpackError::WrongChecksum { what, at }));
        }
        self.release(emit)?;
        Err(UnpackError::CutOff { what, at: self.before + self.held.len() as u64 })
    }

    /// Takes the next thing that is whole, behind the held bytes that are used up, and says how long it is; 0 if there
    /// is none.
    fn step(&mut self, used: usize) -> Result<usize, UnpackError> {
        let rest = self.held.get(used..).unwrap_or_default();
        let damaged = UnpackError::Damaged { what: "zstd", at: self.before + used as u64 };
        match &mut self.place {
            Place::Skipping(left) => {
                let length = rest.len().min(*left);
                *left -= length;
                if *left == 0 {
                    self.place = Place::Between;
                }
                Ok(length)
            }
            Place::Between => {
                let Some((length, place)) = begun(rest, &mut self.frame, damaged)? else { return Ok(0) };
                self.place = place;
                Ok(length)
            }
            Place::Inside { checksum } => {
                let block = block_length(rest, checksum.is_some()).and_then(|length| rest.get(..length));
                let Some(block) = block else { return Ok(0) };
                let one = BlockDecodingStrategy::UptoBlocks(1);
                let is_last = self.frame.decode_blocks(block, one).map_err(|_| damaged)?;
                if is_last || self.frame.can_collect() >= PIECE {
                    let before = self.piece.len();
                    self.frame.collect_to_writer(&mut self.piece).map_err(|_| damaged)?;
                    if let Some(checksum) = checksum {
                        checksum.update(self.piece.get(before..).unwrap_or_default());
                    }
                }
                let length = block.len();
                if is_last {
                    // The frame holds the lower half.
                    let made = checksum.as_ref().map(|checksum| checksum.digest() as u32);
                    let end = self.before + (used + length) as u64;
                    let is_wrong = made.is_some() && made != self.frame.get_checksum_from_data();
                    self.is_wrong_at = self.is_wrong_at.or(is_wrong.then_some(end));
                    self.place = Place::Between;
                }
                Ok(length)
            }
        }
    }

    fn emit(&mut self, used: usize, emit: Emit<'_>) -> Result<ControlFlow<()>, UnpackError> {
        let flow = emit(self.before + used as u64, &self.piece)?;
        self.piece.clear();
        Ok(flow)
    }

    /// Hands on what the decoder holds back of a frame that has no end. It gives that out at a frame's end only.
    fn release(&mut self, emit: Emit<'_>) -> Result<(), UnpackError> {
        if matches!(self.place, Place::Inside { .. }) {
            let one = BlockDecodingStrategy::UptoBlocks(1);
            let is_ended = self.frame.decode_blocks(&LAST_BLOCK[..], one).is_ok_and(|is_last| is_last);
            debug_assert!(is_ended, "an empty raw block can always be decoded");
            // Writing to a vector does not fail.
            let _written = self.frame.collect_to_writer(&mut self.piece);
        }
        self.emit(self.held.len(), emit).map(drop)
    }
}

/// Begins what starts here, if its header is whole: the header's length, and where we are then.
fn begun(rest: &[u8], frame: &mut FrameDecoder, damaged: UnpackError) -> Result<Option<(usize, Place)>, UnpackError> {
    let Some(magic) = rest.first_chunk::<4>() else { return Ok(None) };
    if matches!(magic, [0x50..=0x5F, 0x2A, 0x4D, 0x18]) {
        let Some([.., a, b, c, d]) = rest.first_chunk::<SKIPPABLE>() else { return Ok(None) };
        let left = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
        return Ok(Some((SKIPPABLE, if left == 0 { Place::Between } else { Place::Skipping(left) })));
    }
    if *magic != FRAME {
        return Err(damaged);
    }
    let Some(&descriptor) = rest.get(4) else { return Ok(None) };
    let Some(header) = rest.get(..header_length(descriptor)) else { return Ok(None) };
    // A used decoder would set room aside for the whole window at once, on the header's word alone.
    *frame = FrameDecoder::new();
    frame.reset(header).map_err(|error| match error {
        FrameDecoderError::WindowSizeTooBig { .. }
        | FrameDecoderError::FrameHeaderError(FrameHeaderError::WindowTooBig { .. }) => UnpackError::TooWide,
        FrameDecoderError::DictNotProvided { .. } => UnpackError::NeedsDictionary,
        _ => damaged,
    })?;
    Ok(Some((header.len(), Place::Inside { checksum: (descriptor & 4 != 0).then(|| Xxh64::new(0)) })))
}

/// Magic, descriptor, window, dictionary id and content size (RFC 8878 §3.1.1.1).
fn header_length(descriptor: u8) -> usize {
    let is_single_segment = descriptor & 0x20 != 0;
    let dictionary_id = match descriptor & 3 {
        3 => 4,
        length => usize::from(length),
    };
    let content_size = match descriptor >> 6 {
        0 => usize::from(is_single_segment),
        size => 1 << size,
    };
    FRAME.len() + 1 + usize::from(!is_single_segment) + dictionary_id + content_size
}

/// A block with its header, and the checksum after the last one (RFC 8878 §3.1.1.2).
fn block_length(rest: &[u8], has_checksum: bool) -> Option<usize> {
    let [a, b, c] = rest.first_chunk::<3>()?;
    let header = u32::from_le_bytes([*a, *b, *c, 0]);
    let is_repeated_byte = (header >> 1) & 3 == 1;
    // More than a block may have, the decoder refuses by the header alone.
    let length = if is_repeated_byte { 1 } else { ((header >> 3) as usize).min(128 << 10) };
    let checksum = if has_checksum && header & 1 == 1 { 4 } else { 0 };
    Some(3 + length + checksum)
}
