//! gzip, member by member (RFC 1952): log rotation appends members, and all of them are one log.

use super::{Emit, PIECE, UnpackError};
use miniz_oxide::inflate::TINFLStatus as Status;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};
use std::ops::ControlFlow;

/// What a header has before its optional fields.
const FIXED: usize = 10;
/// The longest header, with two names of files: nobody has a longer one.
const LONGEST_HEADER: usize = 1 << 17;
/// Checksum and length after the data.
const TRAILER: usize = 8;

/// Takes members in chunks of any size.
pub struct Gzip {
    /// Bytes of a header or trailer that is not whole yet.
    held: Vec<u8>,
    place: Place,
    inflate: Box<DecompressorOxide>,
    /// The last plain bytes, written round and round: later ones may refer to 32 KiB of them.
    ring: Vec<u8>,
    /// What stands between in the ring is not handed on yet.
    from: usize,
    to: usize,
    /// Of this member's plain bytes.
    checksum: Crc32,
    length: u32,
    /// Packed bytes that are used up.
    packed: u64,
    /// The first member whose checksum is not that of its bytes.
    is_wrong_at: Option<u64>,
}

enum Place {
    /// Before a header, of the first member or of another one.
    Between {
        is_first: bool,
    },
    Data,
    Trailer,
}

impl Default for Gzip {
    fn default() -> Self {
        Self {
            held: Vec::new(),
            place: Place::Between { is_first: true },
            inflate: Box::default(),
            ring: vec![0; PIECE],
            from: 0,
            to: 0,
            checksum: Crc32::default(),
            length: 0,
            packed: 0,
            is_wrong_at: None,
        }
    }
}

impl Gzip {
    pub fn push(&mut self, mut chunk: &[u8], emit: Emit<'_>) -> Result<ControlFlow<()>, UnpackError> {
        loop {
            let step = match self.place {
                Place::Between { is_first } => self.header(&mut chunk, is_first),
                Place::Data => self.data(&mut chunk),
                Place::Trailer => self.trailer(&mut chunk),
            };
            let is_full = self.to == self.ring.len();
            if (step != Ok(true) || is_full) && self.emit(emit)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            if !step? {
                return Ok(ControlFlow::Continue(()));
            }
        }
    }

    pub fn finish(&mut self, emit: Emit<'_>) -> Result<(), UnpackError> {
        self.emit(emit).map(drop)?;
        let what = "gzip";
        match (&self.place, self.is_wrong_at) {
            (Place::Between { is_first: false }, None) if self.held.is_empty() => Ok(()),
            (Place::Between { is_first: false }, Some(at)) if self.held.is_empty() => {
                Err(UnpackError::WrongChecksum { what, at })
            }
            _ => Err(UnpackError::CutOff { what, at: self.packed + self.held.len() as u64 }),
        }
    }

    /// Each step says whether there may be another one with what is left of the chunk.
    fn header(&mut self, chunk: &mut &[u8], is_first: bool) -> Result<bool, UnpackError> {
        // Tapes and disk images fill up with zeros.
        if self.held.is_empty() && !is_first {
            let zeros = chunk.iter().take_while(|byte| **byte == 0).count();
            self.packed += zeros as u64;
            *chunk = chunk.get(zeros..).unwrap_or_default();
        }
        let before = self.held.len();
        // Most stand in one chunk, and are not copied.
        if before > 0 {
            self.held.extend_from_slice(chunk.get(..LONGEST_HEADER).unwrap_or(chunk));
        }
        let length = match header_length(if before > 0 { &self.held } else { chunk }) {
            Some(Some(length)) => length,
            Some(None) => {
                if before == 0 {
                    self.held.extend_from_slice(chunk);
                }
                return Ok(false);
            }
            None => return Err(self.damaged()),
        };
        *chunk = chunk.get(length - before..).unwrap_or_default();
        self.packed += length as u64;
        self.held.clear();
        self.inflate.init();
        (self.checksum, self.length) = (Crc32::default(), 0);
        self.place = Place::Data;
        Ok(true)
    }

    fn data(&mut self, chunk: &mut &[u8]) -> Result<bool, UnpackError> {
        if self.to == self.ring.len() {
            (self.from, self.to) = (0, 0);
        }
        let (status, used, made) =
            decompress(&mut self.inflate, chunk, &mut self.ring, self.to, TINFL_FLAG_HAS_MORE_INPUT);
        *chunk = chunk.get(used..).unwrap_or_default();
        self.packed += used as u64;
        self.checksum.take(self.ring.get(self.to..self.to + made).unwrap_or_default());
        self.to += made;
        self.length = self.length.wrapping_add(made as u32);
        match status {
            Status::Done => {
                self.place = Place::Trailer;
                Ok(true)
            }
            Status::HasMoreOutput => Ok(true),
            Status::NeedsMoreInput => Ok(false),
            _ => Err(self.damaged()),
        }
    }

    /// A wrong checksum does not end the reading: what comes of the other members may be sound.
    fn trailer(&mut self, chunk: &mut &[u8]) -> Result<bool, UnpackError> {
        let (taken, rest) = chunk.split_at(chunk.len().min(TRAILER - self.held.len()));
        *chunk = rest;
        self.held.extend_from_slice(taken);
        let &[a, b, c, d, e, f, g, h] = self.held.as_slice() else { return Ok(false) };
        self.held.clear();
        self.packed += TRAILER as u64;
        let told = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        if told != (self.checksum.value(), self.length) {
            self.is_wrong_at = self.is_wrong_at.or(Some(self.packed));
        }
        self.place = Place::Between { is_first: false };
        Ok(true)
    }

    fn damaged(&self) -> UnpackError {
        UnpackError::Damaged { what: "gzip", at: self.packed }
    }

    fn emit(&mut self, emit: Emit<'_>) -> Result<ControlFlow<()>, UnpackError> {
        let plain = self.ring.get(self.from..self.to).unwrap_or_default();
        self.from = self.to;
        emit(self.packed, plain)
    }
}

/// How long a member's header is (RFC 1952 §2.3), if it is whole. `None` where it is none, or endless.
fn header_length(bytes: &[u8]) -> Option<Option<usize>> {
    let is_magic = bytes.iter().zip([0x1F, 0x8B, 8]).all(|(byte, magic)| *byte == magic);
    let flags = bytes.get(3).copied().unwrap_or(0);
    // The upper bits are of a later version of gzip that nobody has written.
    if !is_magic || flags & 0xE0 != 0 {
        return None;
    }
    let length = whole_header(bytes, flags);
    let is_endless = length.unwrap_or(bytes.len()) > LONGEST_HEADER;
    (!is_endless).then_some(length)
}

fn whole_header(bytes: &[u8], flags: u8) -> Option<usize> {
    let has = |flag: u8| flags & flag != 0;
    let mut length = FIXED;
    if has(4) {
        let [low, high] = bytes.get(length..)?.first_chunk::<2>()?;
        length += 2 + usize::from(u16::from_le_bytes([*low, *high]));
    }
    // Name and comment, each with a zero at its end.
    for _text in [8, 16].into_iter().filter(|flag| has(*flag)) {
        length += memchr::memchr(0, bytes.get(length..)?)? + 1;
    }
    length += if has(2) { 2 } else { 0 };
    Some(length).filter(|length| *length <= bytes.len())
}

/// The checksum of gzip. Its table is made at run time: it would be the larger part of the code.
struct Crc32 {
    table: [u32; 256],
    inverted: u32,
}

impl Default for Crc32 {
    fn default() -> Self {
        let mut table = [0; 256];
        for (byte, entry) in (0..).zip(&mut table) {
            *entry = (0..8).fold(byte, |crc: u32, _| crc >> 1 ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 });
        }
        Self { table, inverted: !0 }
    }
}

impl Crc32 {
    fn take(&mut self, bytes: &[u8]) {
        let Self { table, inverted } = self;
        *inverted = bytes.iter().fold(*inverted, |crc, byte| crc >> 8 ^ table[usize::from(crc as u8 ^ byte)]);
    }

    const fn value(&self) -> u32 {
        !self.inverted
    }
}
