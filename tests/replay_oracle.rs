//! The replay text of real logs, against length and hash of what fizeau itself printed. The logs stand beside the
//! repository and are not part of it.

mod support;

use sessionscope::export::replay_text;
use sessionscope::formats;
use sessionscope::lines::{Line, LineSplitter};
use sessionscope::model::Cut;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Bytes and the first 16 hex digits of the SHA-256, by file name.
type Oracle = BTreeMap<String, (usize, String)>;

#[test]
fn real_logs_replay_as_fizeau_prints_them() {
    let Some(corpus) = support::corpus("fizeau") else { return };
    let origin = fs::read_to_string(corpus.join("ORIGIN.md")).expect("the corpus says where it comes from");
    let oracle = oracle(&origin);
    assert_eq!(oracle.len(), 23, "rows of the table");
    let nothing = (0, hash(b""));
    let mut printed = 0;
    let is_log = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "jsonl");
    for path in support::files(&corpus).into_iter().filter(is_log) {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let text = replay(&fs::read(&path).expect("a readable log"));
        let expected = oracle.get(&name).unwrap_or(&nothing);
        assert_eq!(&(text.len(), hash(&text)), expected, "{name}");
        printed += usize::from(oracle.contains_key(&name));
    }
    assert_eq!(printed, oracle.len(), "every row has its file");
}

fn oracle(origin: &str) -> Oracle {
    let (_, section) = origin.split_once("## Replay oracle").expect("the table has a heading");
    let section = section.split("\n## ").next().unwrap_or(section);
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, bytes, hash] = cells[..] else { return None };
        Some((name.to_owned(), (bytes.parse().ok()?, hash.to_owned())))
    };
    section.lines().filter_map(row).collect()
}

fn replay(log: &[u8]) -> Vec<u8> {
    let format = formats::by_id("fizeau").expect("a format that we read");
    let mut text = Vec::new();
    let mut print = |line: Line<'_>| {
        for event in format.replay(line.bytes, Cut::Reference) {
            replay_text::write(&event, Cut::Reference, &mut text);
        }
    };
    let mut splitter = LineSplitter::default();
    log.chunks(1 << 16).for_each(|chunk| splitter.push(chunk, &mut print));
    splitter.finish(&mut print);
    text
}

fn hash(text: &[u8]) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
