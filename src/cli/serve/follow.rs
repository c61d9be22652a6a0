//! Logs that grow: read on from where the last look at them ended.

use super::super::find::{Failure, words};
use super::super::read::{each_chunk, finish, reader_of};
use crate::archive::SourceReader;
use crate::model::{SourceIndex, SourceMeta};
use std::io::{Read, Seek, SeekFrom};

/// So many bytes of a log's beginning, and of the end that was read, must still stand there.
const SAMPLE: usize = 4 << 10;

/// A first pass that waits for more of its log.
pub struct Follow {
    reader: SourceReader,
    bytes: u64,
    head: Vec<u8>,
    tail: Vec<u8>,
}

/// Reads a log: on from where the pass `before` ended, if the log has only grown since, else from its beginning. Gives
/// the pass too if it can be gone on with.
pub fn read(
    input: &mut (impl Read + Seek),
    meta: &SourceMeta,
    before: Option<Follow>,
    buffer: &mut [u8],
) -> Result<(SourceIndex, Option<Follow>), Failure> {
    if let Some(mut follow) = before
        && follow.goes_on_in(input)
        && follow.take(input, buffer).is_none()
    {
        return Ok((follow.index(meta), Some(follow)));
    }
    let mut follow = Follow { reader: reader_of(meta.clone()), bytes: 0, head: Vec::new(), tail: Vec::new() };
    let rewound = input.rewind().err().map(|error| words(&error).to_owned());
    let unread = rewound.or_else(|| follow.take(input, buffer));
    // Of a packed log it is another place.
    let is_plain = input.stream_position().is_ok_and(|place| place == follow.bytes);
    match unread {
        None if is_plain => Ok((follow.index(meta), Some(follow))),
        unread => finish(follow.reader, unread).map(|index| (index, None)),
    }
}

impl Follow {
    /// Whether the log is what it was, and longer; the input then stands where it goes on.
    fn goes_on_in(&self, input: &mut (impl Read + Seek)) -> bool {
        let mut is_at = |place: u64, sample: &[u8]| {
            let mut there = vec![0; sample.len()];
            input.seek(SeekFrom::Start(place)).and_then(|_| input.read_exact(&mut there)).is_ok() && there == sample
        };
        let is_same = is_at(0, &self.head) && is_at(self.bytes - self.tail.len() as u64, &self.tail);
        let is_longer = input.seek(SeekFrom::End(0)).is_ok_and(|end| end > self.bytes);
        is_same && is_longer && input.seek(SeekFrom::Start(self.bytes)).is_ok()
    }

    /// Takes in what comes; says why if it breaks off.
    fn take(&mut self, input: &mut impl Read, buffer: &mut [u8]) -> Option<String> {
        each_chunk(input, buffer, |chunk| {
            self.bytes += chunk.len() as u64;
            let room = SAMPLE - self.head.len();
            self.head.extend_from_slice(&chunk[..chunk.len().min(room)]);
            self.tail.extend_from_slice(&chunk[chunk.len().saturating_sub(SAMPLE)..]);
            self.tail.drain(..self.tail.len().saturating_sub(SAMPLE));
            self.reader.push(chunk);
            self.reader.wants_more()
        })
    }

    /// What is known of the log by now.
    fn index(&self, meta: &SourceMeta) -> SourceIndex {
        let mut index = self.reader.clone().finish(None);
        index.meta.size = meta.size;
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{self, Cursor};

    /// Counts the bytes that are read of it.
    struct Counted {
        content: Cursor<Vec<u8>>,
        read: usize,
    }

    impl Read for Counted {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.content.read(buffer)?;
            self.read += read;
            Ok(read)
        }
    }

    impl Seek for Counted {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.content.seek(to)
        }
    }

    /// Reads a state of a log; gives what was found of it, the pass and how many bytes were read.
    fn look(content: &[u8], before: Option<Follow>) -> (SourceIndex, Option<Follow>, usize) {
        let mut input = Counted { content: Cursor::new(content.to_vec()), read: 0 };
        let meta = SourceMeta { path: "grows.jsonl".into(), size: Some(content.len() as u64) };
        let (index, follow) = read(&mut input, &meta, before, &mut [0; 1 << 10]).expect("read");
        (index, follow, input.read)
    }

    fn told(index: &SourceIndex) -> String {
        format!("{index:?}")
    }

    fn fixtures() -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")];
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
                match path.is_dir() {
                    true => folders.push(path),
                    false => found.push(std::fs::read(path).expect("a fixture")),
                }
            }
        }
        found
    }

    #[test]
    fn a_log_that_grew_tells_what_it_tells_as_a_whole() {
        for log in fixtures() {
            let mut follow = None;
            // In the middle of lines mostly, and once at the beginning.
            for part in [0, 1, log.len() / 3, log.len() / 2, log.len() * 9 / 10, log.len()] {
                let known = follow.as_ref().map_or(0, |follow: &Follow| follow.bytes as usize);
                let (index, next, read) = look(&log[..part], follow);
                assert!(
                    read <= part - known + 2 * known.min(SAMPLE),
                    "{read} bytes read, {known} of {part} were known"
                );
                follow = next;
                assert_eq!(told(&index), told(&look(&log[..part], None).0), "{part} bytes of {}", log.len());
            }
        }
    }

    #[test]
    fn only_what_is_new_is_read() {
        let line = b"{\"type\":\"user\",\"sessionId\":\"s\",\"message\":{\"role\":\"user\",\"content\":\"go on\"}}\n";
        let log = line.repeat(5_000);
        let (_, mut follow, read) = look(&log[..300_000], None);
        assert_eq!(read, 300_000);
        let mut before = 300_000;
        for now in [300_010, 301_000, 301_001, log.len()] {
            let (index, next, read) = look(&log[..now], follow);
            assert_eq!((read, index.bytes), (now - before + 2 * SAMPLE, now as u64));
            (follow, before) = (next, now);
        }
    }

    #[test]
    fn what_is_another_log_is_read_anew() {
        let line = |text: &str| {
            format!(
                "{{\"type\":\"user\",\"sessionId\":\"s\",\"message\":{{\"role\":\"user\",\"content\":\"{text}\"}}}}\n"
            )
        };
        let log = line("one") + &line("two");
        for other in [
            line("uno") + &line("two") + &line("three"),
            line("one") + &line("duo") + &line("three"),
            line("one") + &line("duo"),
            line("one"),
            String::new(),
        ] {
            let (_, follow, _) = look(log.as_bytes(), None);
            let (index, _, _) = look(other.as_bytes(), follow);
            assert_eq!(told(&index), told(&look(other.as_bytes(), None).0), "{other}");
        }
    }
}
