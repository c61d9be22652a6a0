//! Chunks of any size in, redacted bytes out.

use super::hits::Place;
use super::of_session::SourceLines;
use super::redactor::Redactor;
use crate::archive::Joiner;
use crate::lines::{Line, LineSplitter};

/// The lines of one source as its reader sees them: an object printed over several lines is one. Any chunking gives the
/// same ones.
#[derive(Default)]
pub struct Lines {
    splitter: LineSplitter,
    joiner: Joiner,
}

impl Lines {
    pub fn push(&mut self, chunk: &[u8], line: &mut dyn FnMut(&Line<'_>)) {
        let joiner = &mut self.joiner;
        self.splitter.push(chunk, |piece| joiner.push(&piece, &mut *line));
    }

    pub fn finish(mut self, line: &mut dyn FnMut(&Line<'_>)) {
        let joiner = &mut self.joiner;
        self.splitter.finish(|piece| joiner.push(&piece, &mut *line));
        joiner.finish(line);
    }
}

/// One source on its way through a redactor. Any chunking gives the same output. Ends of lines stay as they are, but those
/// within an object that is printed over several lines become plain ones. A line that is too long to be read is left out.
#[derive(Default)]
pub struct Stream<'a> {
    lines: Lines,
    source: u32,
    /// The lines that are wanted, if not all are.
    only: Option<&'a SourceLines>,
    /// A line was written, and its end was not.
    is_open: bool,
    /// Where the last line ended, without its line end.
    written: u64,
    read: u64,
    lines_left_out: u32,
}

impl<'a> Stream<'a> {
    /// `source`: its number among all that go into the output. `only`: lines of one session.
    pub fn new(source: u32, only: Option<&'a SourceLines>) -> Self {
        Self { source, only, ..Self::default() }
    }

    pub fn push(&mut self, chunk: &[u8], redactor: &mut Redactor, out: &mut Vec<u8>) {
        self.read += chunk.len() as u64;
        let mut lines = std::mem::take(&mut self.lines);
        lines.push(chunk, &mut |line| self.line(line, redactor, out));
        self.lines = lines;
    }

    /// Ends the source; gives how many lines were too long and left out.
    pub fn finish(mut self, redactor: &mut Redactor, out: &mut Vec<u8>) -> u32 {
        std::mem::take(&mut self.lines).finish(&mut |line| self.line(line, redactor, out));
        let read = self.read;
        self.end_line(read, out);
        self.lines_left_out
    }

    fn line(&mut self, line: &Line<'_>, redactor: &mut Redactor, out: &mut Vec<u8>) {
        self.end_line(line.span.offset, out);
        let event = match self.only.map(|only| only.event_at(line.span)) {
            Some(None) => return,
            found => found.flatten().flatten(),
        };
        self.is_open = true;
        self.written = line.span.offset + u64::from(line.span.len);
        if line.is_too_long {
            self.lines_left_out += 1;
            return;
        }
        let place = Place { source: self.source, line: line.number, event };
        redactor.line(line.bytes, place, out);
    }

    /// The end of the last line, up to where the next one starts.
    fn end_line(&mut self, next: u64, out: &mut Vec<u8>) {
        match next.saturating_sub(self.written) {
            _ if !std::mem::take(&mut self.is_open) => {}
            0 => {}
            2 => out.extend_from_slice(b"\r\n"),
            _ => out.push(b'\n'),
        }
    }
}
