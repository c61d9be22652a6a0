//! Files into an archive: streamed, several side by side.

use super::find::{Failure, Found, Rules, STDIN, find, shown, words};
use crate::archive::{Archive, SourceReader};
use crate::model::{SourceId, SourceIndex, SourceMeta};
use crate::unpack::{HAS_PLAIN_TWIN, Unpacker};
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The format that the user says all files have.
static CHOSEN_FORMAT: OnceLock<String> = OnceLock::new();

/// Bytes read at a time.
pub const CHUNK: usize = 1 << 20;
/// More readers than this wait for the disk.
const MOST_READERS: usize = 8;

/// What was read, and what could not be opened.
#[derive(Debug, Default)]
pub struct Reading {
    /// Not assembled.
    pub archive: Archive,
    pub failures: Vec<Failure>,
}

impl Reading {
    /// Whether there is something to report on: by our rules a log; by the reference's anything, since there no logs,
    /// or no folder, give an empty report (fizeau.md §7).
    pub fn is_enough(&self, rules: Rules) -> bool {
        match rules {
            Rules::Ours => self.archive.sources().any(|(_, source)| source.format().is_some()),
            Rules::Reference => self.has_source() || self.failures.iter().all(|failure| failure.is_missing),
        }
    }

    /// What was found, before anything is read: failures, and files that are named only. They come after the `files`.
    pub fn of(found: Found) -> (Vec<PathBuf>, Self) {
        let Found { files, twins, failures } = found;
        let mut reading = Self { failures, ..Self::default() };
        for (number, twin) in (files.len() as u32..).zip(&twins) {
            let size = std::fs::metadata(twin).ok().map(|kind| kind.len());
            let meta = SourceMeta { path: shown(twin), size };
            reading.archive.add(SourceId(number), SourceReader::skipped(meta, HAS_PLAIN_TWIN));
        }
        (files, reading)
    }

    /// Whether anything could be opened.
    pub fn has_source(&self) -> bool {
        self.archive.sources().next().is_some()
    }
}

/// Reads everything that is found.
pub fn read(paths: &[PathBuf], rules: Rules) -> Reading {
    let (files, mut reading) = Reading::of(find(paths, rules));
    for (number, result) in read_all(&files) {
        match result {
            Ok(index) => reading.archive.add(SourceId(number), index),
            Err(failure) => reading.failures.push(failure),
        }
    }
    reading
}

type Numbered = (u32, Result<SourceIndex, Failure>);

fn read_all(files: &[PathBuf]) -> Vec<Numbered> {
    let taken = AtomicUsize::new(0);
    let next = || {
        let number = taken.fetch_add(1, Ordering::Relaxed);
        Some((number as u32, files.get(number)?))
    };
    let reader = || {
        let mut buffer = vec![0; CHUNK];
        std::iter::from_fn(next).map(|(number, path)| (number, read_file(path, &mut buffer))).collect::<Vec<_>>()
    };
    let readers = thread::available_parallelism().map_or(1, usize::from).min(MOST_READERS).min(files.len());
    let mut read: Vec<Numbered> = thread::scope(|scope| {
        let handles: Vec<_> = (0..readers).map(|_| scope.spawn(reader)).collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("readers do not panic")).collect()
    });
    read.sort_by_key(|(number, _)| *number);
    read
}

/// A file or standard input, opened.
pub fn open(path: &Path) -> Result<(SourceMeta, Box<dyn Read>), Failure> {
    if path == Path::new(STDIN) {
        return Ok((SourceMeta { path: STDIN.into(), size: None }, Box::new(io::stdin())));
    }
    let file = File::open(path).map_err(|error| Failure::new(path, &error))?;
    let size = file.metadata().ok().filter(|kind| kind.is_file()).map(|kind| kind.len());
    Ok((SourceMeta { path: shown(path), size }, Box::new(file)))
}

/// Has all files read as the format with this id.
pub fn choose_format(id: Option<&str>) {
    if let Some(id) = id {
        CHOSEN_FORMAT.get_or_init(|| id.to_owned());
    }
}

/// What reads a source for the first time.
pub fn reader_of(meta: SourceMeta) -> SourceReader {
    SourceReader::chosen(meta, CHOSEN_FORMAT.get().map(String::as_str))
}

/// The first pass over a file, through a buffer of the caller's.
pub fn read_file(path: &Path, buffer: &mut [u8]) -> Result<SourceIndex, Failure> {
    let (meta, mut input) = open(path)?;
    let mut reader = reader_of(meta);
    let unread = each_chunk(&mut input, buffer, |chunk| {
        reader.push(chunk);
        reader.wants_more()
    });
    finish(reader, unread)
}

/// What was read of a source. One of which not a byte came is as good as not opened.
pub fn finish(reader: SourceReader, unread: Option<String>) -> Result<SourceIndex, Failure> {
    let index = reader.finish(unread.as_deref());
    match unread {
        Some(why) if index.bytes == 0 => Err(Failure { path: index.meta.path, why, is_missing: false }),
        _ => Ok(index),
    }
}

/// Hands on the bytes, unpacked, until they end or are no longer wanted. Says why if it cannot go on.
pub fn each_chunk(input: &mut impl Read, buffer: &mut [u8], mut chunk: impl FnMut(&[u8]) -> bool) -> Option<String> {
    let mut unpacker = Unpacker::default();
    let mut out = |bytes: &[u8]| if chunk(bytes) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
    loop {
        match input.read(buffer) {
            Ok(0) => return unpacker.finish(&mut out).err().map(|error| error.to_string()),
            Ok(length) => match unpacker.push(&buffer[..length], &mut out) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return None,
                Err(error) => return Some(error.to_string()),
            },
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                // What was held back; that it stops too early is what `error` says.
                let _cut_off = unpacker.finish(&mut out);
                return Some(words(&error));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes, then fails.
    struct Broken<'a>(&'a [u8]);

    impl Read for Broken<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("the disk is gone")),
                length => Ok(length),
            }
        }
    }

    #[test]
    fn what_was_read_before_a_failure_is_kept() {
        let mut kept = Vec::new();
        let unread = each_chunk(&mut Broken(b"abc"), &mut [0; 2], |chunk| {
            kept.extend_from_slice(chunk);
            true
        });
        assert_eq!((kept.as_slice(), unread.as_deref()), (&b"abc"[..], Some("the disk is gone")));
    }

    #[test]
    fn reading_stops_when_no_more_is_wanted() {
        let mut chunks = 0;
        let unread = each_chunk(&mut Broken(b"abcdefgh"), &mut [0; 4], |_| {
            chunks += 1;
            false
        });
        assert_eq!((chunks, unread), (1, None));
    }
}
