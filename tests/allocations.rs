//! What the first pass asks of the memory, counted and not timed, so that it is the same on a busy machine: allocations
//! and bytes copied by growing, for each megabyte of log, and what is kept for each event.

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::Path;

/// Counts what the thread that runs a test does.
struct Counting;

#[derive(Clone, Copy, Default)]
struct Counts {
    /// New pieces of memory, and pieces made larger.
    calls: u64,
    /// Bytes of pieces that were made larger: at worst each is copied.
    grown: u64,
    /// Bytes in use.
    live: i64,
}

thread_local! {
    static COUNTS: Cell<Counts> = const { Cell::new(Counts { calls: 0, grown: 0, live: 0 }) };
}

/// `calls` and `grown` rise by these, and `live` by the difference of the sizes.
fn count(calls: u64, grown: usize, old: usize, new: usize) {
    // While a thread ends its counts are gone, and nobody reads them.
    let _ended = COUNTS.try_with(|counts| {
        let now = counts.get();
        counts.set(Counts {
            calls: now.calls + calls,
            grown: now.grown + grown as u64,
            live: now.live + new as i64 - old as i64,
        });
    });
}

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, 0, 0, layout.size());
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(0, 0, layout.size(), 0);
        unsafe { System.dealloc(place, layout) }
    }
    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(1, layout.size(), layout.size(), size);
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What the first pass over a log did.
struct Pass {
    calls_per_mb: f64,
    grown_per_byte: f64,
    kept_per_event: f64,
}

/// A log of some megabytes: the lines by which the worker runs itself in, again and again with other numbers.
fn made(format: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/worker/warm/{format}.jsonl"));
    let lines = std::fs::read_to_string(path).expect("a made log");
    let mut log = String::new();
    for number in 1..=2_000 {
        for line in lines.lines().filter(|line| number == 1 || line.contains('#')) {
            log += &line.replace('#', &format!("{number:08}"));
            log.push('\n');
        }
    }
    log.into_bytes()
}

/// Reads logs as the worker does, and says what that took.
fn pass(name: &str, logs: &[Vec<u8>]) -> Pass {
    let before = COUNTS.get();
    let indexed: Vec<_> = logs.iter().map(|log| support::index("made.jsonl", log, 4 << 20)).collect();
    let after = COUNTS.get();
    let bytes = logs.iter().map(Vec::len).sum::<usize>() as f64;
    let events = indexed.iter().map(|index| index.events.len()).sum::<usize>() as f64;
    let pass = Pass {
        calls_per_mb: (after.calls - before.calls) as f64 / (bytes / 1e6),
        grown_per_byte: (after.grown - before.grown) as f64 / bytes,
        kept_per_event: (after.live - before.live) as f64 / events,
    };
    println!(
        "{name}: {:.0} allocations a megabyte, {:.2} bytes grown a byte, {:.0} bytes kept an event",
        pass.calls_per_mb, pass.grown_per_byte, pass.kept_per_event
    );
    pass
}

/// A change that allocates for each line or each value shows here at once. The limits are what was needed on 22 November
/// 2026 and a twentieth more; lines of the made logs are short, so that real logs need far less for a megabyte.
#[test]
fn the_first_pass_asks_little_of_the_memory() {
    for (format, calls, grown, kept) in [
        ("claude", 5_690.0, 1.01, 180.0),
        ("codex", 4_980.0, 0.52, 96.0),
        ("codetether", 5_630.0, 0.53, 73.0),
        ("fizeau", 3_360.0, 0.96, 102.0),
    ] {
        let pass = pass(format, &[made(format)]);
        assert!(pass.calls_per_mb <= calls, "{format}: {:.0} allocations a megabyte", pass.calls_per_mb);
        assert!(pass.grown_per_byte <= grown, "{format}: {:.2} bytes grown a byte", pass.grown_per_byte);
        assert!(pass.kept_per_event <= kept, "{format}: {:.0} bytes kept an event", pass.kept_per_event);
    }
}

/// The same over real logs.
#[test]
fn real_logs_are_kept_in_few_bytes() {
    for format in ["claude", "codex", "codetether", "fizeau"] {
        let Some(folder) = support::corpus(format) else { return };
        let logs: Vec<_> = support::files(&folder)
            .into_iter()
            .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
            .map(|path| std::fs::read(path).expect("a log"))
            .collect();
        pass(format, &logs);
    }
}
