//! Secrets here are made up, and put together when the tests run: scanners of this repository find none.

mod json;
mod properties;
mod vendors;

use super::{Decisions, Hit, Redactor, Stream, Survey};

/// A text of random-looking letters and digits.
pub fn noise(len: usize) -> String {
    let letters = b"Zq7Xk2Lm9Rt4Wv8Bn3Hj6Pc5Yd1Gs0Fe";
    (0..len).map(|at| char::from(letters[(at * 7 + at / letters.len()) % letters.len()])).collect()
}

/// A made-up GitHub token, the `n`-th.
pub fn github(n: usize) -> String {
    ["gh", "p_", &noise(34), &format!("{n:02}")].concat()
}

/// The log of a format, redacted in chunks of a size.
pub fn redact_in(log: &[u8], format: Option<&str>, decisions: &Decisions, chunk: usize) -> (Vec<u8>, Vec<Hit>) {
    let mut survey = Survey::new(decisions.masks_names);
    survey.format(format);
    log.split(|byte| *byte == b'\n').for_each(|line| survey.line(line));
    let mut redactor = Redactor::new(survey, decisions.clone()).with_hits();
    redactor.format(format);
    let (mut stream, mut out) = (Stream::new(0), Vec::new());
    for chunk in log.chunks(chunk) {
        stream.push(chunk, &mut redactor, &mut out);
    }
    assert_eq!(stream.finish(&mut redactor, &mut out), 0);
    (out, redactor.into_hits())
}

/// A log of no known format, with nothing decided.
pub fn redact(log: &str) -> String {
    let (out, _) = redact_in(log.as_bytes(), None, &Decisions::default(), 1 << 20);
    String::from_utf8(out).expect("text")
}

/// What becomes of a text, as a plain line and as a value of JSON; asks the same of both.
pub fn check(text: &str, answer: &str) {
    assert_eq!(redact(text), answer, "plain");
    let value = |text: &str| serde_json::json!({"type": "x", "text": text, "n": [1, true, null]}).to_string();
    assert_eq!(redact(&value(text)), value(answer), "in JSON");
    let twice = |text: &str| value(&value(text));
    assert_eq!(redact(&twice(text)), twice(answer), "in JSON within JSON");
}
