//! Redacted logs open as the logs do: the same sessions, tokens and coverage. Secrets that were planted are gone.

#[path = "support/planted.rs"]
mod planted;
mod support;

use planted::{assert_gone, logs, sown};
use sessionscope::archive::Archive;
use sessionscope::export::transcript;
use sessionscope::formats::FORMATS;
use sessionscope::logic::redact::{Certainty, Decisions, Hit, Lines, Redactor, Stream, Survey};
use sessionscope::logic::{coverage, sessions};
use std::path::{Path, PathBuf};

fn redact(log: &[u8], format: Option<&str>, decisions: &Decisions) -> (Vec<u8>, Vec<Hit>) {
    let mut survey = Survey::new(decisions.masks_names);
    survey.format(format);
    let mut lines = Lines::default();
    lines.push(log, &mut |line| survey.line(line.bytes));
    lines.finish(&mut |line| survey.line(line.bytes));
    let mut redactor = Redactor::new(survey, decisions.clone()).with_hits();
    redactor.format(format);
    let (mut stream, mut out) = (Stream::new(0, None), Vec::new());
    // So small that secrets are cut in two.
    log.chunks(if log.len() < 1 << 20 { 23 } else { 100_000 })
        .for_each(|chunk| stream.push(chunk, &mut redactor, &mut out));
    stream.finish(&mut redactor, &mut out);
    (out, redactor.into_hits())
}

/// What the page would tell of sessions, without their texts.
fn told(archive: &Archive) -> Vec<String> {
    let row = |row: sessions::SessionRow| {
        format!("{} {:?} {:?} {:?} {:?} {:?}", row.key, row.status, row.started, row.counts, row.totals, row.tree)
    };
    sessions::rows(archive).into_iter().map(row).collect()
}

fn archive(path: &Path, bytes: &[u8]) -> Archive {
    support::archive([(path.to_str().expect("UTF-8"), bytes)])
}

fn fixtures() -> Vec<PathBuf> {
    logs(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"))
}

fn corpus() -> Vec<PathBuf> {
    let folders = ["claude", "codex", "codetether", "fizeau"];
    folders.iter().filter_map(|folder| support::corpus(folder)).flat_map(|folder| logs(&folder)).collect()
}

#[test]
fn redacted_logs_open_as_the_logs_do() {
    for path in fixtures().into_iter().chain(corpus()) {
        let log = std::fs::read(&path).expect("a log");
        let index = support::index(path.to_str().expect("UTF-8"), &log, 1 << 20);
        let before = archive(&path, &log);
        // Whatever can be masked is.
        let decisions = Decisions { masks_names: true, ..Decisions::default() };
        let (out, _) = redact(&log, index.format(), &decisions);
        let after = archive(&path, &out);
        assert_eq!(told(&after), told(&before), "{}", path.display());
        let coverage = |archive: &Archive| format!("{:?}", coverage::coverage(archive, &sessions::Filter::default()));
        assert_eq!(coverage(&after), coverage(&before), "{}", path.display());
        let (again, hits) = redact(&out, index.format(), &decisions);
        assert!(again == out && hits.is_empty(), "{}: {:?}", path.display(), hits.first());
    }
}

#[test]
fn logs_without_thinking_and_tool_output_count_the_same() {
    for path in fixtures().into_iter().chain(corpus()) {
        let log = std::fs::read(&path).expect("a log");
        let index = support::index(path.to_str().expect("UTF-8"), &log, 1 << 20);
        let decisions = Decisions { leaves_out_thinking: true, leaves_out_tool_output: true, ..Decisions::default() };
        let (out, _) = redact(&log, index.format(), &decisions);
        let tokens = |archive: &Archive| -> Vec<String> {
            archive.sessions().iter().map(|session| format!("{} {:?}", session.key, session.totals)).collect()
        };
        assert_eq!(tokens(&archive(&path, &out)), tokens(&archive(&path, &log)), "{}", path.display());
    }
}

#[test]
fn planted_secrets_are_in_no_output() {
    let mut count = 0;
    for (n, path) in fixtures().into_iter().enumerate() {
        let log = std::fs::read_to_string(&path).unwrap_or_default();
        let format = support::index(path.to_str().expect("UTF-8"), log.as_bytes(), 1 << 20).format();
        for write in planted::WAYS {
            let (log, sown) = sown(&log, n, write);
            let what = path.display().to_string();
            let (out, hits) = redact(log.as_bytes(), format, &Decisions::default());
            assert_gone(&String::from_utf8_lossy(&out), &sown, &what);
            let definite = hits.iter().filter(|hit| hit.rule.certainty() == Certainty::Definite).count();
            assert!(definite >= sown.len(), "{what}: {definite} of {}", sown.len());
            // What is made of the redacted log: a link and a page hold it as it is, texts are read from it.
            let archive = archive(&path, &out);
            assert_gone(&transcript::text(&archive, &out), &sown, &what);
            assert_gone(&transcript::csv(&archive), &sown, &what);
            count += sown.len();
        }
    }
    assert!(count > 200, "{count} secrets were planted");
    let has_fixtures = |id: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(id).is_dir();
    let mut ids = FORMATS.iter().map(|format| format.id());
    assert!(ids.all(has_fixtures), "fixtures of a new format are planted too");
}
