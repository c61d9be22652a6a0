//! Every log of the corpus opens as what it is, and what is counted does not depend on how the logs were loaded or cut
//! into files.

mod support;

use sessionscope::archive::Archive;
use sessionscope::formats;
use sessionscope::logic::{session, sessions};
use sessionscope::model::{ProblemKind, SourceId, SourceIndex, SourceKind};
use std::path::{Path, PathBuf};

/// All files below a folder, by path.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension != "md"));
    found.sort();
    found
}

fn index(path: &Path) -> SourceIndex {
    support::index(&path.to_string_lossy(), &std::fs::read(path).expect("a log"), 1 << 20)
}

/// The format of a file of the corpus, by its folder and what ORIGIN.md says of exceptions.
fn expected(folder: &str, name: &str) -> SourceKind {
    match (folder, name) {
        ("fizeau", "ddx-attempts.jsonl") => SourceKind::Foreign,
        ("codetether", "ultra-run.jsonl") => SourceKind::Log("codex"),
        // A zip.
        ("inspect", name) if name.ends_with(".eval") => SourceKind::NotText,
        ("others", name) => SourceKind::Log(match name.split('-').next() {
            Some("kimi") => "kimi",
            Some("droid") => "droid",
            Some("cursor") => "cursor",
            Some("openclaw") => "pi",
            Some("iflow") => "claude",
            // Grok, Antigravity and Visual Studio.
            _ => "generic",
        }),
        ("claude", _) => SourceKind::Log("claude"),
        ("codex", _) => SourceKind::Log("codex"),
        ("codetether", _) => SourceKind::Log("codetether"),
        (folder, _) => SourceKind::Log(formats::by_id(folder).expect("a format").id()),
    }
}

/// The folders of the corpus: most are named after the format.
const FOLDERS: [&str; 13] = [
    "claude",
    "codex",
    "codetether",
    "fizeau",
    "copilot",
    "entire-compact",
    "gemini",
    "inspect",
    "opencode",
    "others",
    "pi",
    "qwen",
    "swe-agent",
];

#[test]
fn every_log_opens_as_what_it_is() {
    for folder in FOLDERS {
        let Some(path) = support::corpus(folder) else { return };
        for path in below(&path) {
            let index = index(&path);
            let name = path.file_name().expect("a name").to_string_lossy();
            assert_eq!(index.kind, expected(folder, &name), "{}", path.display());
            let lost = index.problems.as_slice().iter().filter(|problem| problem.kind.is_loss()).count();
            assert_eq!(lost, 0, "{}: {:?}", path.display(), index.problems);
            opens(&path, index);
        }
    }
}

/// Every event of every session can be looked at, and lies within the file.
fn opens(path: &Path, index: SourceIndex) {
    let bytes = std::fs::read(path).expect("a log");
    let mut archive = Archive::default();
    archive.add(SourceId(0), index);
    archive.assemble();
    for row in sessions::rows(&archive) {
        let track = session::track(&archive, &row.key).expect("an open session has a track");
        let sample = (track.len() / 300).max(1);
        for number in (0..track.len() as u32).step_by(sample) {
            for line in session::lines_of(&archive, &row.key, &[number]).concat() {
                let span = line.event.span;
                let raw = &bytes[span.offset as usize..][..span.len as usize];
                formats::by_id(line.format).expect("a known format").body(raw, line.event.block);
            }
        }
    }
}

/// What may be odd in real logs, by kind and beginning of the reason: anything else would be a line that we do not
/// understand.
const EXPLAINED: [(ProblemKind, &str); 7] = [
    (ProblemKind::Foreign, ""),
    (ProblemKind::PlainText, ""),
    (ProblemKind::Orphan, "a tool result that no call started"),
    (ProblemKind::Orphan, "a tool result without an id"),
    (ProblemKind::Orphan, "the end of a session that no line started"),
    // Fixtures whose authors replaced times and texts.
    (ProblemKind::BadField, "a time that is not RFC 3339"),
    (ProblemKind::Uncertain, "usage of a turn that may be the total of its thread"),
];

#[test]
fn what_is_odd_in_real_logs_is_explained() {
    for folder in FOLDERS {
        let Some(path) = support::corpus(folder) else { return };
        for path in below(&path) {
            for problem in index(&path).problems.as_slice() {
                let is_known =
                    |(kind, reason): &(ProblemKind, &str)| *kind == problem.kind && problem.reason.starts_with(reason);
                assert!(EXPLAINED.iter().any(is_known), "{}: {problem:?}", path.display());
            }
        }
    }
}

/// Every session with what it used, without where its logs stand.
fn told(archive: &Archive) -> Vec<String> {
    let told = |row: sessions::SessionRow| format!("{} {:?} {:?} {:?}", row.key, row.counts, row.totals, row.tree);
    sessions::rows(archive).into_iter().map(told).collect()
}

/// A different order for each seed.
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|number| {
        (*number as u64 + 1).wrapping_mul(seed.wrapping_mul(2) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20
    });
    order
}

#[test]
fn the_order_of_loading_does_not_matter() {
    let mut sources = Vec::new();
    for folder in ["claude", "codex"] {
        let Some(folder) = support::corpus(folder) else { return };
        sources.extend(below(&folder).iter().map(|path| index(path)));
    }
    let mut whole = Archive::default();
    for (number, source) in sources.iter().enumerate() {
        whole.add(SourceId(number as u32), source.clone());
    }
    whole.assemble();
    for seed in 1..20 {
        let mut archive = Archive::default();
        for (number, at) in shuffled(sources.len(), seed).into_iter().enumerate() {
            archive.add(SourceId(number as u32), sources[at].clone());
            // As if they had come in several drops.
            if number % (seed as usize) == 0 {
                archive.assemble();
            }
        }
        archive.assemble();
        assert_eq!(told(&archive), told(&whole), "seed {seed}");
    }
}

/// Tokens of all that is loaded.
fn sums(archive: &Archive) -> [Option<u64>; 5] {
    let mut totals = sessionscope::archive::Totals::default();
    archive.sessions().iter().for_each(|session| totals.merge(&session.totals));
    [totals.input_uncached, totals.cache_read, totals.cache_write, totals.output, totals.reasoning]
        .map(|tally| tally.value().get())
}

#[test]
fn a_log_cut_into_files_counts_the_same() {
    for folder in ["claude", "codex"] {
        let Some(folder) = support::corpus(folder) else { return };
        // A stream of `codex exec` with totals that grow from turn to turn: nothing in it says that it goes on in another file.
        let is_one_piece = |path: &PathBuf| path.ends_with("fixture-v0.51.jsonl");
        for path in below(&folder).into_iter().filter(|path| !is_one_piece(path)) {
            let bytes = std::fs::read(&path).expect("a log");
            let mut whole = Archive::default();
            whole.add(
                SourceId(0),
                support::index("rollout-019b1c2d-0000-7000-8000-000000000001.jsonl", &bytes, 1 << 20),
            );
            whole.assemble();
            let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            for pieces in [2, 3, 7] {
                let mut cut = Archive::default();
                let length = lines.len().div_ceil(pieces).max(1);
                for (number, piece) in lines.chunks(length).enumerate() {
                    let name = format!("{number}/rollout-019b1c2d-0000-7000-8000-000000000001.jsonl");
                    cut.add(SourceId(number as u32), support::index(&name, &piece.concat(), 1 << 20));
                }
                cut.assemble();
                assert_eq!(sums(&cut), sums(&whole), "{} in {pieces} files", path.display());
            }
        }
    }
}

/// Each session of a file in numbers: no text of the corpus is kept here.
fn numbers(row: &sessions::SessionRow) -> String {
    let counts = row.counts;
    let totals = &row.totals;
    let tokens = [totals.input_uncached, totals.cache_read, totals.cache_write, totals.output, totals.reasoning];
    let tokens =
        tokens.map(|tally| format!("{:?}/{}/{}", tally.value().get(), tally.reported, tally.eligible)).join(" ");
    let ms = |at: Option<sessionscope::model::Timestamp>| at.map(|at| at.nanos() / 1_000_000);
    format!(
        "{:?} {} {:?}..{:?} {} {} {:?} {} {} {} {} | {tokens} | {:?} {} {}/{}",
        row.status,
        row.relation.name(),
        ms(row.started),
        ms(row.ended),
        counts.prompts,
        counts.responses,
        counts.requests.get(),
        counts.tool_calls,
        counts.tool_failures,
        counts.errors,
        counts.compactions,
        totals.peak_context.get(),
        totals.cost.known.microusd(),
        totals.cost.reported,
        totals.cost.eligible,
    )
}

/// `UPDATE_SNAPSHOTS=1` writes them anew.
#[test]
fn the_sessions_of_real_logs_are_as_they_were() {
    let mut found = String::new();
    for folder in FOLDERS {
        let Some(path) = support::corpus(folder) else { return };
        for path in below(&path) {
            let mut archive = Archive::default();
            archive.add(SourceId(0), index(&path));
            archive.assemble();
            let name = path.file_name().expect("a name").to_string_lossy();
            for row in sessions::rows(&archive) {
                found.push_str(&format!("{folder}/{name}: {}\n", numbers(&row)));
            }
        }
    }
    let snapshot = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/corpus.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&snapshot, &found).expect("writable");
    }
    let known = std::fs::read_to_string(&snapshot).unwrap_or_default();
    let changed = known.lines().zip(found.lines()).find(|(known, found)| known != found);
    assert_eq!(changed, None);
    assert_eq!(known.lines().count(), found.lines().count());
}
