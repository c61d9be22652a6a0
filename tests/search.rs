//! Search over fixtures, samples and real logs: nothing is missed that a full reading finds.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use sessionscope::logic::search::found::{FoundPart, steps};
use sessionscope::logic::search::{LineHit, Needle, Scanner, Spec};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Texts that JSON writes in many ways, and plain ones.
const TEXTS: [&str; 12] = ["error", "src/", "\n", "\"", "é", "fn main", "—", "\\", "https://", "🎉", "x", "\": \""];

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.is_dir() => below(&path, found),
            Some("jsonl" | "json" | "ndjson") => found.push(path),
            _ => {}
        }
    }
}

fn logs() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = [Some(root.join("tests/fixtures")), Some(root.join("samples")), support::corpus("")];
    own.into_iter().flatten().for_each(|folder| below(&folder, &mut found));
    assert!(found.len() > 10);
    found
}

fn needle(text: &str, has_case: bool) -> Needle {
    Needle::new(&Spec { text: text.to_owned(), has_case, ..Spec::default() }).expect("no pattern")
}

/// Where lines with a hit begin.
fn scan(log: &[u8], needle: &Needle) -> Vec<u64> {
    let mut found = Vec::new();
    let mut scanner = Scanner::new(needle, 0);
    let mut take = |hit: LineHit<'_>| {
        found.push(hit.offset);
        ControlFlow::Continue(())
    };
    let _all = scanner.push(log, &mut take);
    let _all = scanner.finish(&mut take);
    found
}

/// The same by decoding each line wholly and looking into each text.
fn reference(log: &[u8]) -> Vec<Vec<u64>> {
    fn look(value: &serde_json::Value, found: &mut [bool]) {
        match value {
            serde_json::Value::String(text) => {
                found.iter_mut().zip(TEXTS).for_each(|(found, wanted)| *found |= text.contains(wanted));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|value| look(value, found)),
            serde_json::Value::Object(fields) => fields.values().for_each(|value| look(value, found)),
            _ => {}
        }
    }
    let (mut offset, mut all) = (0, vec![Vec::new(); TEXTS.len()]);
    for line in log.split_inclusive(|byte| *byte == b'\n') {
        let mut found = [false; TEXTS.len()];
        if let Ok(value) = serde_json::from_slice(line) {
            look(&value, &mut found);
        }
        all.iter_mut().zip(found).filter(|(_, is_found)| *is_found).for_each(|(offsets, _)| offsets.push(offset));
        offset += line.len() as u64;
    }
    all
}

#[test]
fn every_line_that_a_full_reading_finds_is_found() {
    let (mut hits, mut files, mut bytes) = (0, 0, 0);
    for path in logs() {
        let log = std::fs::read(&path).expect("a log");
        (files, bytes) = (files + 1, bytes + log.len());
        for (text, plain) in TEXTS.iter().zip(reference(&log)) {
            let found = scan(&log, &needle(text, true));
            let missed: Vec<&u64> = plain.iter().filter(|offset| found.binary_search(offset).is_err()).collect();
            assert!(missed.is_empty(), "{text:?} at {missed:?} of {}", path.display());
            hits += plain.len();
        }
    }
    println!("{hits} lines with hits of {} texts in {files} files, {} MB: none missed", TEXTS.len(), bytes / 1_000_000);
    assert!(hits > 100);
}

#[test]
fn find_passes_over_no_line_of_a_session_that_holds_the_text() {
    let mut hits = 0;
    for path in logs() {
        let log = std::fs::read(&path).expect("a log");
        let archive = support::archive([(&*path.to_string_lossy(), &log[..])]);
        for session in archive.sessions() {
            let calls = steps(&archive, &session.key, 0, usize::MAX);
            let lines = calls.iter().flat_map(|call| call.lines.iter().map(move |line| (call, line)));
            let bodies: Vec<_> = lines
                .filter_map(|(call, line)| {
                    let start = line.span.offset as usize;
                    let bytes = log.get(start..start + line.span.len as usize)?;
                    Some((call.event, bytes, call.format.body(bytes, line.block)))
                })
                .collect();
            for text in ["Error", "é", "the file", "=\""] {
                let needle = needle(text, false);
                let (mut quick, mut all) = (FoundPart::default(), FoundPart::default());
                for (event, bytes, body) in &bodies {
                    all.add(&needle, *event, body);
                    if needle.may_be_in(bytes) {
                        quick.add(&needle, *event, body);
                    }
                }
                assert_eq!(quick.steps, all.steps, "{text:?} in {}", path.display());
                hits += all.steps.len();
            }
        }
    }
    assert!(hits > 100);
}
