//! Any bytes are read without a panic, whatever they are cut into, and what is found lies within them.
//!
//! Takes every log of `tests/fixtures` and `samples`, damages it (`mutate.rs`) and goes the whole way to what a page shows.
//! A failure names its case and leaves the bytes, made as small as they go, in `target/tmp`.
//!
//! - `FUZZ_SECONDS=60 cargo test --test fuzz -- --nocapture` looks longer than three seconds a format;
//! - `FUZZ_LOGS=FOLDER` damages these logs too;
//! - `FUZZ_SEED=7` looks elsewhere; `FUZZ_FORMAT=codex` at one format; `FUZZ_CASE=123 FUZZ_FORMAT=codex` at one case.

#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

mod mutate;

use mutate::{Rng, mutate};
use sessionscope::archive::{Archive, SourceReader};
use sessionscope::logic::coverage::coverage;
use sessionscope::logic::explain::explain;
use sessionscope::logic::session_list::{Probes, list};
use sessionscope::logic::sessions::{Filter, Order, SessionRow, Sums, rows};
use sessionscope::logic::usage::{By, UsageRowSummary};
use sessionscope::logic::usage_view::usage;
use sessionscope::logic::{problems, session};
use sessionscope::model::{Cut, SourceId, SourceIndex, SourceMeta, Tally, Zone};
use sessionscope::{export, formats};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A case that takes longer hangs: most take a millisecond.
const LONGEST: Duration = Duration::from_secs(10);
/// Bytes that seeds are cut to, so that a case stays fast.
const MOST_BYTES: usize = 30_000;
const SHRINKING: Duration = Duration::from_secs(20);

/// Undamaged logs by the folder of their format.
fn seeds() -> BTreeMap<String, Vec<(String, Vec<u8>)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root.join("tests/fixtures"))
        .expect("fixtures")
        .map(|folder| folder.expect("an entry").path())
        .collect();
    folders.push(root.join("samples"));
    folders.extend(env("FUZZ_LOGS").map(PathBuf::from));
    let mut seeds = BTreeMap::<String, Vec<(String, Vec<u8>)>>::new();
    for file in folders.iter().flat_map(|folder| files_below(folder)) {
        let bytes = std::fs::read(&file).expect("readable");
        let of = support::index("x", &bytes, 1 << 16).format().unwrap_or("none").to_owned();
        let path = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
        seeds.entry(of).or_default().push((path, bytes));
    }
    seeds.values_mut().for_each(|files| files.sort());
    seeds
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a readable folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

type Files = Vec<(String, Vec<u8>)>;

/// The damaged logs of one case: mostly one, sometimes several that may be of the same run.
fn case(seed: u64, format: &str, seeds: &BTreeMap<String, Files>) -> Files {
    let mut rng = Rng::new(seed);
    let own = &seeds[format];
    let others: Vec<&Vec<u8>> = seeds.values().flatten().map(|(_, bytes)| bytes).collect();
    let count = if rng.below(3) == 0 { 2 + rng.below(2) } else { 1 };
    let first = rng.below(own.len());
    let file = |number| {
        let (path, bytes) = if rng.below(3) == 0 { &own[rng.below(own.len())] } else { &own[first] };
        let mut bytes = bytes[window(&mut rng, bytes)].to_vec();
        // One in eight is whole, beside damaged ones.
        if rng.below(8) > 0 {
            mutate(&mut rng, &mut bytes, &others);
        }
        (if number == 0 { path.clone() } else { format!("{number}/{path}") }, bytes)
    };
    (0..count).map(file).collect()
}

/// Some of the lines of a large log, mostly its beginning.
fn window(rng: &mut Rng, bytes: &[u8]) -> std::ops::Range<usize> {
    if bytes.len() <= MOST_BYTES {
        return 0..bytes.len();
    }
    let start = if rng.below(3) == 0 { rng.below(bytes.len() - MOST_BYTES) } else { 0 };
    start..start + MOST_BYTES
}

fn read(path: &str, bytes: &[u8], mut chunk: impl FnMut() -> usize) -> SourceIndex {
    let mut reader = SourceReader::new(SourceMeta { path: path.into(), size: Some(bytes.len() as u64) });
    let mut rest = bytes;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(chunk().clamp(1, rest.len()));
        reader.push(piece);
        rest = after;
    }
    reader.finish(None)
}

/// Everything an index holds but its hash, as text.
fn told(index: &SourceIndex) -> String {
    let SourceIndex { kind, bytes, lines, strings, events, usage, running, parts, problems, .. } = index;
    let SourceIndex { anchors, spawns, titles, .. } = index;
    format!(
        "{kind:?} {bytes} {lines} {:?} {events:?} {usage:?} {running:?} {parts:?} {problems:?} {anchors:?} {spawns:?} {titles:?}",
        strings.texts()
    )
}

fn check_index(index: &SourceIndex, bytes: &[u8]) {
    let within = |event: u32, part: u16| {
        assert!((event as usize) < index.events.len(), "a row names event {event} of {}", index.events.len());
        assert!(usize::from(part) < index.parts.len(), "a row names part {part} of {}", index.parts.len());
    };
    for (_, event) in index.events.iter() {
        let end = event.span.offset + u64::from(event.span.len);
        assert!(end <= bytes.len() as u64, "{:?} is outside of {} bytes", event.span, bytes.len());
        assert!((1..=index.lines).contains(&event.line), "line {} of {}", event.line, index.lines);
        assert!(usize::from(event.part) < index.parts.len(), "part {} of {}", event.part, index.parts.len());
    }
    index.usage.iter().for_each(|row| within(row.event, row.part));
    index.spawns.iter().for_each(|spawn| within(spawn.event, spawn.part));
}

fn loaded<'a>(files: &Files, order: impl Iterator<Item = &'a usize>) -> Archive {
    let mut archive = Archive::default();
    for (id, number) in order.enumerate() {
        let (path, bytes) = &files[*number];
        archive.add(SourceId(id as u32), read(path, bytes, || 1 << 16));
    }
    archive.assemble();
    archive
}

fn check_row(row: &SessionRow) {
    let totals = &row.totals;
    for tally in [totals.input_uncached, totals.cache_read, totals.cache_write, totals.output, totals.reasoning] {
        assert!(tally.reported <= tally.eligible && tally.partial <= tally.reported, "{tally:?}");
    }
    assert!(totals.cost.reported <= totals.cost.eligible, "{:?}", totals.cost);
    assert!(row.parent.as_ref() != Some(&row.key), "its own parent");
}

/// All that a page asks for.
fn check_archive(archive: &Archive, files: &Files) {
    let rows = rows(archive);
    for row in &rows {
        check_row(row);
        let track = session::track(archive, &row.key).expect("a session has a track");
        for number in 0..track.len() as u32 {
            let key = track.key(number).expect("every event has a key");
            assert_eq!(track.find(&key), Some(number), "{key} names another event");
            for found in session::lines_of(archive, &row.key, &[number]).concat() {
                let span = found.event.span;
                let (_, bytes) = &files[found.source.0 as usize];
                let raw = &bytes[span.offset as usize..][..span.len as usize];
                let format = formats::by_id(found.format).expect("a known format");
                format.body(raw, found.event.block);
                format.replay(raw, Cut::Ours);
                format.replay(raw, Cut::Reference);
            }
        }
    }
}

/// All that a team page and the command ask for.
fn check_reports(archive: &Archive) {
    let rows = rows(archive);
    let shared: Vec<Arc<SessionRow>> = rows.iter().cloned().map(Arc::new).collect();
    let listed = list(&shared, &|_| true, Order::default(), Probes::Listed, &|_| true);
    assert_eq!(listed.rows.len(), rows.len(), "the list shows not every session once");
    coverage(archive, &Filter::default());
    for row in &rows {
        for sums in [Sums::Own, Sums::Tree] {
            explain(archive, &row.key, sums).expect("a session can be explained");
        }
    }
    let groups = problems::groups(archive);
    let mut outputs = vec![export::sessions::json(&rows, Sums::Own), export::problems::json(&groups)];
    drop((export::sessions::csv(&rows, Sums::Own), export::problems::csv(&groups)));
    let mut sums = Vec::new();
    for (by, zone) in By::ALL.into_iter().zip([Zone::utc(), Zone::fixed("x", 14 * 3600)].iter().cycle()) {
        let view = usage(archive, by, &Filter::default(), None, zone);
        let UsageRowSummary { input_uncached, cache_read, cache_write, output, cost, .. } = &view.ours.totals;
        sums.push(([input_uncached, cache_read, cache_write, output].map(Tally::value), cost.value()));
        drop(export::usage_csv::usage(&view));
        outputs.push(export::usage_json::usage(&view, Some(&view.routing)));
    }
    assert!(sums.windows(2).all(|two| two[0] == two[1]), "sums depend on what rows are cut by: {sums:?}");
    for output in outputs {
        serde_json::from_str::<serde_json::Value>(&output).expect("exports are JSON");
    }
}

/// Panics where something is wrong.
fn check(files: &Files, seed: u64) {
    let started = Instant::now();
    let mut rng = Rng::new(!seed);
    for (path, bytes) in files {
        let whole = read(path, bytes, || usize::MAX);
        let most = [1, 16, 500, 70_000][rng.below(4)];
        // Byte by byte only what is small.
        let most = if bytes.len() > 50_000 { 70_000 } else { most };
        let pieces = read(path, bytes, || 1 + rng.below(most));
        check_index(&whole, bytes);
        assert!(told(&whole) == told(&pieces), "chunks of up to {most} bytes give something else");
    }
    let order: Vec<usize> = (0..files.len()).collect();
    let archive = loaded(files, order.iter());
    check_archive(&archive, files);
    check_reports(&archive);
    if files.len() > 1 {
        let other = loaded(files, order.iter().rev());
        assert!(rows(&archive) == rows(&other), "the order of loading shows");
    }
    assert!(started.elapsed() < LONGEST, "took {:?}", started.elapsed());
}

fn failure(files: &Files, seed: u64) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(|| check(files, seed))).err()?;
    let text = panic.downcast_ref::<String>().cloned();
    Some(text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default())
}

/// Leaves out files, lines and bytes as long as it fails in the same words.
fn shrunk(mut files: Files, seed: u64, why: &str) -> Files {
    let started = Instant::now();
    // Numbers differ as bytes go.
    let words = |text: &str| text.chars().filter(|letter| !letter.is_ascii_digit()).take(40).collect::<String>();
    let fails = |files: &Files| failure(files, seed).is_some_and(|other| words(&other) == words(why));
    let mut number = 0;
    while files.len() > 1 && number < files.len() {
        let mut fewer = files.clone();
        fewer.remove(number);
        if fails(&fewer) { files = fewer } else { number += 1 }
    }
    for number in 0..files.len() {
        let mut size = files[number].1.len() / 2;
        while size > 0 && started.elapsed() < SHRINKING {
            let mut at = 0;
            while at < files[number].1.len() && started.elapsed() < SHRINKING {
                let mut fewer = files.clone();
                let end = (at + size).min(fewer[number].1.len());
                fewer[number].1.drain(at..end);
                if fails(&fewer) { files = fewer } else { at += size }
            }
            size /= 2;
        }
    }
    files
}

/// Where a panic happened; the hook is the only one that knows.
static PLACE: Mutex<String> = Mutex::new(String::new());

fn report(format: &str, seed: u64, files: Files, why: &str) -> String {
    let place = PLACE.lock().expect("no panic in between").clone();
    let small = shrunk(files, seed, why);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut told = format!("FUZZ_FORMAT={format} FUZZ_CASE={seed}: {why}\n  at {place}\n");
    for (number, (path, bytes)) in small.iter().enumerate() {
        let kept = folder.join(format!("fuzz-{format}-{seed}-{number}.jsonl"));
        std::fs::write(&kept, bytes).expect("writable");
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(600)]).into_owned();
        told.push_str(&format!("  {path}, {} bytes in {}: {shown:?}\n", bytes.len(), kept.display()));
    }
    told
}

fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[test]
fn any_damage_is_survived() {
    let number = |name: &str| env(name).map(|text| text.parse::<u64>().expect("a number"));
    let seconds = number("FUZZ_SECONDS").unwrap_or(3);
    let base = number("FUZZ_SEED").unwrap_or(1) << 32;
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        *PLACE.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = place;
    }));
    let seeds = seeds();
    // A stack that overflows takes the process with it: this file then says where.
    let last = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz-last-case");
    let mut failures = BTreeMap::<String, String>::new();
    for format in seeds.keys().filter(|format| env("FUZZ_FORMAT").is_none_or(|only| only == **format)) {
        let (started, mut cases) = (Instant::now(), 0);
        let (first, most) = number("FUZZ_CASE").map_or((base, u64::MAX), |case| (case, 1));
        while cases < most && started.elapsed() < Duration::from_secs(seconds) {
            let seed = first + cases;
            cases += 1;
            let files = case(seed, format, &seeds);
            std::fs::write(&last, format!("FUZZ_FORMAT={format} FUZZ_CASE={seed}\n")).expect("writable");
            let Some(why) = failure(&files, seed) else { continue };
            let place = PLACE.lock().expect("no panic in between").clone();
            // Each place once.
            failures.entry(format!("{format} {place}")).or_insert_with(|| report(format, seed, files, &why));
        }
        println!(
            "{format}: {cases} cases in {:.1} s, from {} logs",
            started.elapsed().as_secs_f32(),
            seeds[format].len()
        );
    }
    drop(std::panic::take_hook());
    assert!(failures.is_empty(), "\n{}", failures.into_values().collect::<Vec<_>>().join("\n"));
}
