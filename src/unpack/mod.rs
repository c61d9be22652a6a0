//! Compressed sources: packed bytes in any chunks become plain bytes in chunks. What a source is packed in its first
//! bytes say, not its name. Knows nothing of lines.

mod gzip;
mod zstd;

use std::ops::ControlFlow;
use thiserror::Error;

/// Takes plain bytes; says whether it wants more.
pub type Out<'a> = &'a mut dyn FnMut(&[u8]) -> ControlFlow<()>;

/// Bytes that tell what a source is packed in.
pub const MAGIC: usize = 4;
/// Plain bytes are handed on in pieces of about this many.
const PIECE: usize = 1 << 20;

/// So much may come of anything (DESIGN §6) …
const FREE: u64 = 64 << 20;
/// … and beyond it so many times the bytes that it came of.
const RATIO: u64 = 200;
/// The largest source, plain bytes.
const LARGEST: u64 = 4 << 30;

/// How a source is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    Gzip,
    /// Codex writes it (codex.md §1).
    Zstd,
}

impl Packing {
    /// By the first [`MAGIC`] bytes. `None`: not compressed.
    pub fn of(head: &[u8]) -> Option<Self> {
        match *head {
            [0x1F, 0x8B, 8, ..] => Some(Self::Gzip),
            // A frame, or one that is to be skipped before it.
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// `run.jsonl` for `run.jsonl.zst`: what a packed file is called once unpacked. Where both stand in one folder the
/// packed one is not read (codex.md §1).
pub fn plain_name(path: &str) -> Option<&str> {
    let (plain, extension) = path.rsplit_once('.')?;
    ["zst", "gz"].iter().any(|known| extension.eq_ignore_ascii_case(known)).then_some(plain)
}

/// Why a packed file is left alone.
pub const HAS_PLAIN_TWIN: &str = "the same log stands beside it unpacked, which counts; not read";

/// Why unpacking cannot go on. What came before it was handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UnpackError {
    /// `at` counts packed bytes.
    #[error("damaged {what} data at byte {at}; what stands before is read")]
    Damaged { what: &'static str, at: u64 },
    #[error("the {what} data is not whole, it stops at byte {at}; what stands before is read")]
    CutOff { what: &'static str, at: u64 },
    /// Told at the end: what comes after the wrong part may be sound.
    #[error("a checksum is wrong: some of the {what} data before byte {at} is damaged; all of it is read")]
    WrongChecksum { what: &'static str, at: u64 },
    #[error("unpacks to more than 200 times its size: stopped")]
    TooDense,
    #[error("unpacks to more than 4 GiB: stopped")]
    TooLarge,
    #[error("unpacking it would take more than 128 MB of memory (it was packed with `--long` or `--ultra`)")]
    TooWide,
    #[error("it was packed with a dictionary, without which it cannot be unpacked")]
    NeedsDictionary,
}

/// Guards against small files that unpack to giants.
#[derive(Debug, Default)]
struct Meter {
    unpacked: u64,
}

impl Meter {
    /// Counts `length` plain bytes; with those before them they came of `packed` bytes.
    fn take(&mut self, packed: u64, length: usize) -> Result<(), UnpackError> {
        self.unpacked += length as u64;
        match self.unpacked {
            all if all > LARGEST => Err(UnpackError::TooLarge),
            all if all > packed.saturating_mul(RATIO).saturating_add(FREE) => Err(UnpackError::TooDense),
            _ => Ok(()),
        }
    }
}

/// Takes one source in chunks of any size and hands on its plain bytes. Any chunking gives the same bytes. What is not
/// compressed passes uncopied.
#[derive(Default)]
pub struct Unpacker {
    state: State,
    meter: Meter,
}

enum State {
    /// Fewer than [`MAGIC`] bytes so far.
    Unknown(Vec<u8>),
    Plain,
    Zstd(Box<zstd::Zstd>),
    Gzip(Box<gzip::Gzip>),
}

impl Default for State {
    fn default() -> Self {
        Self::Unknown(Vec::new())
    }
}

impl State {
    fn of(head: &[u8]) -> Self {
        match Packing::of(head) {
            Some(Packing::Zstd) => Self::Zstd(Box::default()),
            Some(Packing::Gzip) => Self::Gzip(Box::default()),
            None => Self::Plain,
        }
    }
}

impl Unpacker {
    /// Feeds one chunk. After an error, or when no more was wanted, nothing more may be fed.
    pub fn push(&mut self, chunk: &[u8], out: Out<'_>) -> Result<ControlFlow<()>, UnpackError> {
        let State::Unknown(head) = &mut self.state else { return self.pass(chunk, out) };
        if head.is_empty() && chunk.len() >= MAGIC {
            self.state = State::of(chunk);
            return self.pass(chunk, out);
        }
        head.extend_from_slice(chunk);
        if head.len() < MAGIC {
            return Ok(ControlFlow::Continue(()));
        }
        let head = std::mem::take(head);
        self.state = State::of(&head);
        self.pass(&head, out)
    }

    /// Ends the source; hands on what was held back.
    pub fn finish(&mut self, out: Out<'_>) -> Result<(), UnpackError> {
        let Self { state, meter } = self;
        let mut emit = metered(meter, out);
        match state {
            State::Unknown(head) => emit(head.len() as u64, head).map(drop),
            State::Plain => Ok(()),
            State::Zstd(zstd) => zstd.finish(&mut emit),
            State::Gzip(gzip) => gzip.finish(&mut emit),
        }
    }

    fn pass(&mut self, chunk: &[u8], out: Out<'_>) -> Result<ControlFlow<()>, UnpackError> {
        let Self { state, meter } = self;
        match state {
            State::Unknown(_) | State::Plain => Ok(out(chunk)),
            State::Zstd(zstd) => zstd.push(chunk, &mut metered(meter, out)),
            State::Gzip(gzip) => gzip.push(chunk, &mut metered(meter, out)),
        }
    }
}

/// Takes plain bytes, with how many packed bytes they and those before them came of.
type Emit<'a> = &'a mut dyn FnMut(u64, &[u8]) -> Result<ControlFlow<()>, UnpackError>;

fn metered(meter: &mut Meter, out: Out<'_>) -> impl FnMut(u64, &[u8]) -> Result<ControlFlow<()>, UnpackError> {
    |packed, bytes| {
        meter.take(packed, bytes.len())?;
        Ok(if bytes.is_empty() { ControlFlow::Continue(()) } else { out(bytes) })
    }
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
