//! Logs with made-up secrets of all definite rules in them. Those are put together at run time, so that nobody takes a
//! file for a leak.

use std::path::{Path, PathBuf};

/// All logs of a folder, by path.
pub fn logs(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(logs(&path));
        } else if path
            .extension()
            .is_some_and(|extension| ["jsonl", "json", "traj"].iter().any(|log| extension == *log))
        {
            found.push(path);
        }
    }
    found.sort();
    found
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

/// How a line with a secret in it is written.
pub type Way = fn(&str, &str) -> String;

/// As it is, and as JSON need not, but may write it.
pub const WAYS: [Way; 2] = [|line, _| line.to_owned(), by_numbers];

/// A log with secrets planted into it, and those.
pub fn sown(log: &str, n: usize, write: Way) -> (String, Vec<String>) {
    if serde_json::from_str::<serde_json::Value>(log).is_ok_and(|_| log.trim_end().contains('\n')) {
        return sown_document(log, n, write);
    }
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

/// A log that is one object over many lines: a secret a text, as the next one would cut it in two.
fn sown_document(log: &str, n: usize, write: Way) -> (String, Vec<String>) {
    let mut value: serde_json::Value = serde_json::from_str(log).expect("a document");
    let mut texts = Vec::new();
    collect(&mut value, "", &mut texts);
    let all = secrets(n);
    let sown: Vec<String> = all.iter().cycle().skip(n).take(texts.len().min(all.len())).cloned().collect();
    let mut text = log.to_owned();
    for (number, secret) in sown.iter().enumerate() {
        text = planted(&text, secret, number).expect("a document with texts");
    }
    let value: serde_json::Value = serde_json::from_str(&text).expect("a document");
    let mut text = serde_json::to_string_pretty(&value).expect("a document");
    for secret in &sown {
        text = write(&text, &secret.replace('\n', "\\n"));
    }
    (text, sown)
}

/// Every second character by its number.
fn by_numbers(line: &str, secret: &str) -> String {
    let number = |(at, c): (usize, char)| match c {
        c if at % 2 == 0 && c.is_ascii_alphanumeric() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    // The letter of a line end's escape must stay.
    let pieces = secret.split("\\n").map(|piece| piece.chars().enumerate().map(number).collect::<String>());
    line.replace(secret, &pieces.collect::<Vec<_>>().join("\\n"))
}

/// Fails where one of the secrets stands in a text, whole or in part.
pub fn assert_gone(text: &str, sown: &[String], what: &str) {
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
