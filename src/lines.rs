//! Bytes in chunks of any size become lines with their spans. Knows nothing of JSON.

use crate::model::Span;
use memchr::memchr_iter;

/// A line longer than this is skipped and reported (DESIGN §6), bytes.
pub const LONGEST_LINE: usize = 64 << 20;

/// One line, without its end (`\n` or `\r\n`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    pub bytes: &'a [u8],
    pub span: Span,
    /// 1-based.
    pub number: u32,
    /// Whether a line end was seen; only the last line may lack it.
    pub is_ended: bool,
    /// The line was longer than [`LONGEST_LINE`]: `bytes` holds only its beginning.
    pub is_too_long: bool,
}

/// Splits a stream into lines. Any chunking of the same bytes gives the same lines. Only a line that crosses two
/// chunks is copied.
#[derive(Debug, Clone)]
pub struct LineSplitter {
    carry: Vec<u8>,
    /// Bytes of the carried line that were dropped because it is too long.
    dropped: u64,
    /// Where the carried line starts.
    offset: u64,
    number: u32,
    longest: usize,
}

impl Default for LineSplitter {
    fn default() -> Self {
        Self::with_limit(LONGEST_LINE)
    }
}

impl LineSplitter {
    /// A splitter with another limit than [`LONGEST_LINE`].
    pub fn with_limit(longest: usize) -> Self {
        Self { carry: Vec::new(), dropped: 0, offset: 0, number: 0, longest }
    }

    /// Feeds one chunk; hands on each line that it completes.
    pub fn push(&mut self, chunk: &[u8], mut line: impl FnMut(Line<'_>)) {
        let mut start = 0;
        for end in memchr_iter(b'\n', chunk) {
            let piece = &chunk[start..end];
            if self.carry.is_empty() && self.dropped == 0 && piece.len() <= self.longest {
                self.emit(piece, 0, true, &mut line);
            } else {
                self.carry_on(piece);
                self.emit_carry(true, &mut line);
            }
            start = end + 1;
        }
        self.carry_on(&chunk[start..]);
    }

    /// Hands on the last line if it had no line end. Call once, after the last chunk.
    pub fn finish(&mut self, mut line: impl FnMut(Line<'_>)) {
        if !self.carry.is_empty() || self.dropped > 0 {
            self.emit_carry(false, &mut line);
        }
    }

    fn carry_on(&mut self, piece: &[u8]) {
        let room = self.longest.saturating_sub(self.carry.len());
        let kept = piece.len().min(room);
        self.carry.extend_from_slice(&piece[..kept]);
        self.dropped += (piece.len() - kept) as u64;
    }

    fn emit_carry(&mut self, is_ended: bool, line: &mut impl FnMut(Line<'_>)) {
        let carry = std::mem::take(&mut self.carry);
        let dropped = std::mem::take(&mut self.dropped);
        self.emit(&carry, dropped, is_ended, line);
        // Keep the buffer for the next line, unless it held a giant.
        if carry.capacity() <= 1 << 20 {
            self.carry = carry;
            self.carry.clear();
        }
    }

    fn emit(&mut self, piece: &[u8], dropped: u64, is_ended: bool, line: &mut impl FnMut(Line<'_>)) {
        let full = piece.len() as u64 + dropped;
        let bytes = if is_ended && dropped == 0 { piece.strip_suffix(b"\r").unwrap_or(piece) } else { piece };
        self.number = self.number.saturating_add(1);
        let span = Span { offset: self.offset, len: bytes.len() as u32 };
        self.offset += full + u64::from(is_ended);
        line(Line { bytes, span, number: self.number, is_ended, is_too_long: dropped > 0 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Owned = (Vec<u8>, Span, u32, bool, bool);

    fn split<'a>(chunks: impl IntoIterator<Item = &'a [u8]>, longest: usize) -> Vec<Owned> {
        let mut splitter = LineSplitter::with_limit(longest);
        let mut lines = Vec::new();
        let mut keep = |line: Line<'_>| {
            lines.push((line.bytes.to_vec(), line.span, line.number, line.is_ended, line.is_too_long));
        };
        for chunk in chunks {
            splitter.push(chunk, &mut keep);
        }
        splitter.finish(&mut keep);
        lines
    }

    #[test]
    fn spans_count_bytes_and_leave_line_ends_out() {
        let lines = split([&b"ab\r\n\ncd"[..]], 100);
        let answer: Vec<Owned> = vec![
            (b"ab".to_vec(), Span { offset: 0, len: 2 }, 1, true, false),
            (b"".to_vec(), Span { offset: 4, len: 0 }, 2, true, false),
            (b"cd".to_vec(), Span { offset: 5, len: 2 }, 3, false, false),
        ];
        assert_eq!(lines, answer);
    }

    #[test]
    fn a_line_over_the_limit_keeps_its_beginning_and_the_next_ones_their_place() {
        let lines = split([&b"abcdef\nxy\n"[..]], 3);
        assert_eq!(lines[0], (b"abc".to_vec(), Span { offset: 0, len: 3 }, 1, true, true));
        assert_eq!(lines[1], (b"xy".to_vec(), Span { offset: 7, len: 2 }, 2, true, false));
    }

    #[test]
    fn a_20_mb_line_is_one_line() {
        let mut log = vec![b'x'; 20 << 20];
        log.push(b'\n');
        let lines = split(log.chunks(4 << 20), LONGEST_LINE);
        assert_eq!((lines.len(), lines[0].0.len()), (1, 20 << 20));
    }

    proptest! {
        #[test]
        fn chunking_is_invisible(
            log in proptest::collection::vec(prop_oneof![3 => Just(b'a'), 1 => Just(b'\n'), 1 => Just(b'\r'), 1 => any::<u8>()], 0..300),
            cuts in proptest::collection::vec(1usize..40, 1..20),
            longest in 1usize..60,
        ) {
            let whole = split([&log[..]], longest);
            let mut rest = &log[..];
            let mut chunks = Vec::new();
            for cut in cuts.iter().cycle() {
                if rest.is_empty() { break; }
                let (chunk, left) = rest.split_at((*cut).min(rest.len()));
                chunks.push(chunk);
                rest = left;
            }
            prop_assert_eq!(&split(chunks, longest), &whole);
            for (bytes, span, ..) in &whole {
                let from = span.offset as usize;
                prop_assert_eq!(&log[from..from + span.len as usize], &bytes[..]);
            }
        }
    }
}
