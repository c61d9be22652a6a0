//! Output that is written by a thread of its own, while the next of it is made.

use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;

/// Filled buffers that may wait for the writer.
const WAITING: usize = 4;

/// Takes the content of a buffer and leaves it empty; says whether more of it can be written.
pub type Take<'a> = &'a mut dyn FnMut(&mut Vec<u8>) -> bool;

/// Writes what `make` hands on to what `open` gives. `open` runs in the thread that writes.
pub fn write<W: Write>(open: impl FnOnce() -> W + Send, make: impl FnOnce(Take<'_>)) -> io::Result<()> {
    let (filled, to_write) = mpsc::sync_channel::<Vec<u8>>(WAITING);
    let (written, empty) = mpsc::channel();
    thread::scope(|scope| {
        let writer = scope.spawn(move || {
            let mut out = open();
            for mut bytes in to_write {
                out.write_all(&bytes)?;
                bytes.clear();
                // Nobody wants it after the last one.
                let _is_wanted = written.send(bytes);
            }
            out.flush()
        });
        make(&mut |bytes| {
            let next = empty.try_recv().unwrap_or_default();
            // It is gone only after it failed, which it then says.
            filled.send(std::mem::replace(bytes, next)).is_ok()
        });
        drop(filled);
        writer.join().expect("writing does not panic")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_is_written_in_its_order() {
        let mut out = Vec::new();
        write(
            || &mut out,
            |take| {
                let mut buffer = Vec::new();
                for number in 0..100u8 {
                    buffer.extend_from_slice(&[number; 3]);
                    assert!(take(&mut buffer) && buffer.is_empty());
                }
            },
        )
        .expect("written");
        assert_eq!(out, (0..100u8).flat_map(|number| [number; 3]).collect::<Vec<_>>());
    }

    /// Takes ten bytes.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            if self.0 > 10 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(bytes.len()) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nothing_more_is_made_once_writing_has_failed() {
        let mut made = 0;
        let ended = write(
            || Full(0),
            |take| {
                while made < 1_000 && take(&mut vec![0; 4]) {
                    made += 1;
                }
            },
        );
        assert_eq!(ended.map_err(|error| error.kind()), Err(io::ErrorKind::StorageFull));
        assert!(made < 1_000);
    }
}
