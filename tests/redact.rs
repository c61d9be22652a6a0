//! Redacted logs open as the logs do: the same sessions, tokens and coverage. Secrets that were planted are gone.

mod support;

use sessionscope::archive::Archive;
use sessionscope::export::transcript;
use sessionscope::formats::FORMATS;
use sessionscope::logic::redact::{Certainty, Decisions, Hit, Lines, Redactor, Stream, Survey};
use sessionscope::logic::{coverage, sessions};
use std::path::{Path, PathBuf};

/// All logs of a folder, by path.
fn logs(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(logs(&path));
        } else if path.extension().is_some_and(|extension| extension == "jsonl") {
            found.push(path);
        }
    }
    found.sort();
    found
}

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

/// Letters and digits that look random, different for each `n`.
fn noise(len: usize, n: usize) -> String {
    let letters = b"Zq7Xk2Lm9Rt4Wv8Bn3Hj6Pc5Yd1Gs0Fe";
    (0..len)
        .map(|at| char::from(letters[(at * 7 + at / letters.len() + n * 5 + n / 32 * at) % letters.len()]))
        .collect()
}

/// A made-up secret of each definite rule.
fn secrets(n: usize) -> Vec<String> {
    let capitals = |len: usize| noise(len, n).to_uppercase();
    let key = |kind: &str| {
        let (begin, end) =
            (["-----BEGIN ", kind, "PRIVATE KEY-----\n"].concat(), ["\n-----END ", kind, "PRIVATE KEY-----"].concat());
        [begin, noise(64, n), "\n".into(), noise(64, n + 1), "\nQw==".into(), end].concat()
    };
    let join = |pieces: &[&str]| pieces.concat();
    vec![
        join(&["AK", "IA", &capitals(16)]),
        join(&["AS", "IA", &capitals(16)]),
        join(&["sk-", "ant-", "api03-", &noise(80, n)]),
        join(&["sk-", "proj-", &noise(60, n)]),
        join(&["gl", "pat-", &noise(20, n)]),
        join(&["np", "m_", &noise(36, n)]),
        join(&["py", "pi-", "AgEIcHlwaS5vcmc", &noise(70, n)]),
        join(&["h", "f_", &noise(34, n)]),
        join(&["S", "G.", &noise(22, n), ".", &noise(43, n)]),
        join(&["gh", "p_", &noise(36, n)]),
        join(&["gh", "o_", &noise(36, n)]),
        join(&["github", "_pat_", &noise(22, n), "_", &noise(59, n)]),
        join(&["xo", "xb-", "123456789012-", &noise(24, n)]),
        join(&["sk", "_live_", &noise(24, n)]),
        join(&["rk", "_live_", &noise(24, n)]),
        join(&["AI", "za", &noise(35, n)]),
        join(&["GOC", "SPX-", &noise(28, n)]),
        join(&["hv", "s.", &noise(24, n)]),
        join(&["AGE-", "SECRET-", "KEY-1", &capitals(58)]),
        key(""),
        key("RSA "),
        key("OPENSSH "),
    ]
}

/// Puts a secret into the middle of the n-th long text of a line, escaped as often as the text is.
fn planted(line: &str, secret: &str, n: usize) -> Option<String> {
    let mut value: serde_json::Value = serde_json::from_str(line).ok()?;
    let mut texts: Vec<&mut String> = Vec::new();
    collect(&mut value, "", &mut texts);
    let count = texts.len();
    let text = texts.into_iter().nth(n % count.max(1))?;
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Object(mut inner)) => {
            inner.insert("planted".into(), format!("x='{secret}'\n").into());
            *text = serde_json::Value::Object(inner).to_string();
        }
        _ => {
            let at = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
            text.insert_str(at, &format!(" \"{secret}\"\n"));
        }
    }
    Some(value.to_string())
}

/// Texts that people and tools wrote: not what only programs read.
fn collect<'a>(value: &'a mut serde_json::Value, key: &str, texts: &mut Vec<&'a mut String>) {
    use serde_json::Value;
    const WRITTEN: [&str; 16] = [
        "text",
        "content",
        "thinking",
        "command",
        "arguments",
        "output",
        "stdout",
        "message",
        "prompt",
        "description",
        "summary",
        "input",
        "old_string",
        "query",
        "lines",
        "result",
    ];
    match value {
        Value::String(text) if WRITTEN.contains(&key) => texts.push(text),
        Value::Array(list) => list.iter_mut().for_each(|value| collect(value, key, texts)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| collect(value, key, texts)),
        _ => {}
    }
}

/// A log with secrets planted into it, and those.
fn sown(log: &str, n: usize, write: fn(&str, &str) -> String) -> (String, Vec<String>) {
    let secrets = secrets(n);
    let mut sown = Vec::new();
    let mut lines = Vec::new();
    for (number, line) in log.lines().enumerate() {
        let secret = &secrets[(number + n) % secrets.len()];
        match planted(line, secret, number) {
            Some(line) => {
                lines.push(write(&line, &secret.replace('\n', "\\n")));
                sown.push(secret.clone());
            }
            None => lines.push(line.to_owned()),
        }
    }
    (lines.join("\n"), sown)
}

/// As JSON need not, but may write a text: every second character by its number.
fn by_numbers(line: &str, secret: &str) -> String {
    let number = |(at, c): (usize, char)| match c {
        c if at % 2 == 0 && c.is_ascii_alphanumeric() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    // The letter of a line end's escape must stay.
    let pieces = secret.split("\\n").map(|piece| piece.chars().enumerate().map(number).collect::<String>());
    line.replace(secret, &pieces.collect::<Vec<_>>().join("\\n"))
}

fn assert_gone(text: &str, sown: &[String], what: &str) {
    for secret in sown {
        for whole in [secret.clone(), secret.replace('\n', "\\n")] {
            assert!(!text.contains(&whole), "{what}: {secret}");
        }
        // Nor any long piece of it.
        let piece = &secret[secret.len() / 2..];
        let piece = &piece[..piece.len().min(14)];
        assert!(piece.contains('\n') || !text.contains(piece), "{what}: {piece} of {secret}");
    }
}

#[test]
fn planted_secrets_are_in_no_output() {
    let mut count = 0;
    for (n, path) in fixtures().into_iter().enumerate() {
        let log = std::fs::read_to_string(&path).unwrap_or_default();
        let format = support::index(path.to_str().expect("UTF-8"), log.as_bytes(), 1 << 20).format();
        for write in [|line: &str, _: &str| line.to_owned(), by_numbers] {
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
