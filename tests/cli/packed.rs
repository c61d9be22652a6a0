//! Logs as .zst and .gz: read as if they were not, and what becomes of damaged ones.

use super::{Folder, Run, log, run, run_with};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// `zstd -19 < tests/fixtures/codex/codex-tools.jsonl`
const CODEX_ZSTD: &[u8] = include_bytes!("../packed/codex-tools.jsonl.zst");

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(path)
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(plain).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

/// The sessions in a file and how many problems were told, without the file's name.
fn sessions(path: &Path) -> (Value, usize) {
    let run = run(["sessions".as_ref(), path.as_os_str(), "--format".as_ref(), "json".as_ref()]);
    let mut rows = run.json();
    assert!(rows.as_array().is_some_and(|rows| !rows.is_empty()));
    for row in rows.as_array_mut().into_iter().flatten() {
        row["sources"] = Value::Null;
    }
    (rows, run.err.lines().count())
}

#[test]
fn a_packed_log_has_the_rows_and_the_text_of_the_plain_one() {
    let folder = Folder::new("packed");
    for (plain, packed) in [("codex/codex-tools.jsonl", Some(CODEX_ZSTD)), ("fizeau/april-2026.jsonl", None)] {
        let plain = fixture(plain);
        let bytes = fs::read(&plain).expect("a fixture");
        // The name says nothing.
        let mut files = vec![folder.write("any.name", gzip(&bytes))];
        files.extend(packed.map(|packed| folder.write("rollout.jsonl.zst", packed)));
        for file in files {
            assert_eq!(sessions(&file), sessions(&plain));
            let replay = |path: &Path| run(["replay".as_ref(), path.as_os_str()]).out;
            assert_eq!(replay(&file), replay(&plain));
            let packed = fs::read(&file).expect("just written");
            let piped = run_with(["sessions", "-", "--format", "json"], &packed).json();
            assert_eq!(piped.as_array().map(Vec::len), sessions(&plain).0.as_array().map(Vec::len));
        }
    }
}

#[test]
fn folders_are_searched_for_packed_logs() {
    let folder = Folder::new("packed-search");
    for name in ["a.jsonl.gz", "sub/b.ndjson.GZ", "c.json.gz", "d.txt.gz", "e.gz"] {
        folder.write(name, gzip(log(name, "2026-05-01T10:00:00Z", 10, 1).as_bytes()));
    }
    folder.write("f.jsonl.zst", CODEX_ZSTD);
    let found = run(["sessions", folder.path(), "--format", "json"]).json();
    assert_eq!(found.as_array().map(Vec::len), Some(4));
    // The reference reads what it always did.
    let usage = run(["usage", folder.path(), "--reference", "--format", "json"]).json();
    assert_eq!(usage["totals"]["sessions"], 0);
}

#[test]
fn a_packed_log_beside_its_plain_twin_is_not_read() {
    let folder = Folder::new("packed-twin");
    let newer = log("svc-a", "2026-05-01T10:00:00Z", 10, 7);
    folder.write("a.jsonl", &newer);
    folder.write("a.jsonl.gz", gzip(log("svc-b", "2026-05-01T10:00:00Z", 10, 1).as_bytes()));
    folder.write("sub/a.jsonl.gz", gzip(log("svc-c", "2026-05-01T10:00:00Z", 10, 2).as_bytes()));
    let usage = run(["usage", folder.path(), "--format", "json"]);
    assert_eq!(usage.json()["totals"]["output_tokens"], 9);
    let said = "a.jsonl.gz: the same log stands beside it unpacked, which counts; not read (1 time)\n";
    assert!(usage.err.ends_with(said) && usage.err.lines().count() == 1, "{}", usage.err);
    let problems = run(["problems", folder.path(), "--format", "csv"]);
    assert!(problems.text().contains("a.jsonl.gz,,duplicate,"), "{}", problems.text());
    assert_eq!(run(["replay", folder.path()]).text().matches("=== Session ").count(), 2);
    // Given alone it is read.
    let alone = format!("{}/a.jsonl.gz", folder.path());
    assert_eq!(run(["usage", &alone, "--format", "json"]).json()["totals"]["output_tokens"], 1);
}

#[test]
fn a_damaged_packed_log_keeps_its_beginning() {
    let folder = Folder::new("packed-damaged");
    let usage =
        |path: &Path| -> Run { run(["usage".as_ref(), path.as_os_str(), "--format".as_ref(), "json".as_ref()]) };
    let logs = log("svc-a", "2026-05-01T10:00:00Z", 10, 7).repeat(500);
    let packed = gzip(logs.as_bytes());
    let cut = usage(&folder.write("cut.jsonl.gz", &packed[..packed.len() / 2]));
    assert_eq!((&cut.json()["totals"]["sessions"], &cut.json()["totals"]["output_tokens"]), (&1.into(), &7.into()));
    let said = format!("the gzip data is not whole, it stops at byte {}", packed.len() / 2);
    assert!(cut.err.contains(&said), "{}", cut.err);
    // One frame, whole, then something else.
    let more = usage(&folder.write("more.jsonl.zst", [CODEX_ZSTD, b"more"].concat()));
    assert_eq!(more.json()["totals"]["sessions"], 1);
    let said = format!("damaged zstd data at byte {}; what stands before is read", CODEX_ZSTD.len());
    assert!(more.err.contains(&said), "{}", more.err);
    // Whole, but not what was packed.
    let mut wrong = gzip(logs.as_bytes());
    let at = wrong.len() - 8;
    wrong[at] ^= 1;
    let wrong = usage(&folder.write("wrong.jsonl.gz", wrong));
    assert_eq!(wrong.json()["totals"]["output_tokens"], 7);
    assert!(wrong.err.contains("wrong.jsonl.gz") && wrong.err.contains("a checksum is wrong"), "{}", wrong.err);
    let nothing = usage(&folder.write("nothing.jsonl.zst", &CODEX_ZSTD[..20]));
    nothing.fails(1, &["nothing.jsonl.zst: the zstd data is not whole, it stops at byte 20"]);
    usage(&folder.write("bomb.jsonl.gz", gzip(&vec![b'\n'; 80 << 20])))
        .fails(1, &["bomb.jsonl.gz: unpacks to more than 200 times its size: stopped"]);
}
