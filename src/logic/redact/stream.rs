//! Chunks of any size in, redacted bytes out.

use super::redactor::{Place, Redactor};
use crate::lines::{Line, LineSplitter};

/// One source on its way through a redactor. Any chunking gives the same output. Line ends stay as they are; a line that
/// is too long to be read is left out, and its end stays.
#[derive(Default)]
pub struct Stream {
    splitter: LineSplitter,
    source: u32,
    /// Where the last line ended, without its line end.
    written: u64,
    read: u64,
    /// Too long for anybody to say what they hold.
    lines_left_out: u32,
}

impl Stream {
    /// `source`: its number among all that go into the output.
    pub fn new(source: u32) -> Self {
        Self { source, ..Self::default() }
    }

    pub fn push(&mut self, chunk: &[u8], redactor: &mut Redactor, out: &mut Vec<u8>) {
        self.read += chunk.len() as u64;
        let mut splitter = std::mem::take(&mut self.splitter);
        splitter.push(chunk, |line| self.line(&line, redactor, out));
        self.splitter = splitter;
    }

    /// Ends the source; gives how many lines were too long and left out.
    pub fn finish(mut self, redactor: &mut Redactor, out: &mut Vec<u8>) -> u32 {
        let mut splitter = std::mem::take(&mut self.splitter);
        splitter.finish(|line| self.line(&line, redactor, out));
        let read = self.read;
        self.end_line(read, out);
        self.lines_left_out
    }

    fn line(&mut self, line: &Line<'_>, redactor: &mut Redactor, out: &mut Vec<u8>) {
        self.end_line(line.span.offset, out);
        self.written = line.span.offset + line.bytes.len() as u64;
        if line.is_too_long {
            self.lines_left_out += 1;
            return;
        }
        let place = Place { source: self.source, line: line.number, event: None };
        redactor.line(line.bytes, place, out);
    }

    /// The end of the last line, up to where the next one starts.
    fn end_line(&mut self, next: u64, out: &mut Vec<u8>) {
        match next - self.written {
            0 => {}
            2 => out.extend_from_slice(b"\r\n"),
            _ => out.push(b'\n'),
        }
    }
}
