//! Runs of characters of which keys are made, and whether one looks like nobody wrote it.

use std::ops::Range;

/// The shortest text that may be random, in characters (PRODUCT §7).
pub const SHORTEST: usize = 20;
/// Longer ones are content: images, signatures, archives.
const LONGEST: usize = 512;

const fn table() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'+' | b'/' | b'-' | b'_');
        byte += 1;
    }
    table
}
static IN_RUN: [bool; 256] = table();

fn is_run(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|byte| IN_RUN[usize::from(*byte)])
}

/// The next run of at least [`SHORTEST`] characters at or after `from`. Looks at one character in twenty where there is
/// none.
pub fn next_run(text: &[u8], mut from: usize) -> Option<Range<usize>> {
    loop {
        let probe = from + SHORTEST - 1;
        if probe >= text.len() {
            return None;
        }
        let mut start = probe + 1;
        while start > from && is_run(text, start - 1) {
            start -= 1;
        }
        if start > from {
            from = start;
            continue;
        }
        let mut end = probe + 1;
        while is_run(text, end) {
            end += 1;
        }
        return Some(start..end);
    }
}

/// So many characters of a text must stand in words that nobody wrote.
const UNWRITTEN: usize = 17;

/// Whether a text looks random: most of it is of words that change between small letters, capitals and digits too often,
/// and its characters differ enough (PRODUCT §7: entropy of at least 3.5 bits a character, two classes). One of the
/// classes must be digits: without them it may be the name of a function.
pub fn is_random(text: &[u8]) -> bool {
    let is_short = (SHORTEST..=LONGEST).contains(&text.len());
    is_short && text.iter().any(u8::is_ascii_digit) && {
        let words = text.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| word.len() >= 5);
        let unwritten: usize = words.filter(|word| is_restless(word)).map(<[u8]>::len).sum();
        unwritten >= UNWRITTEN && !is_hash(text) && has_entropy(text)
    }
}

/// Whether a word changes its class after three and a half characters or earlier. A capital may begin a word.
fn is_restless(word: &[u8]) -> bool {
    let class = |byte: u8| match byte {
        b'a'..=b'z' => 1u8,
        b'A'..=b'Z' => 2,
        b'0'..=b'9' => 3,
        _ => 0,
    };
    let (mut pieces, mut before) = (1, 0);
    for byte in word {
        let now = class(*byte);
        pieces += usize::from(before != 0 && now != 0 && before != now && (before, now) != (2, 1));
        before = now;
    }
    pieces >= 3 && pieces * 7 >= word.len() * 2
}

/// A git id (40 hex digits), one as git names its files by it (`2d/` and 38) or a UUID: names of things, not secrets.
fn is_hash(text: &[u8]) -> bool {
    let is_hex = |text: &[u8]| text.iter().all(u8::is_ascii_hexdigit);
    match text.split_at_checked(2) {
        Some((folder, [b'/', rest @ ..])) => rest.len() == 38 && is_hex(folder) && is_hex(rest),
        _ => text.len() == 40 && is_hex(text) || is_uuid(text),
    }
}

/// 8-4-4-4-12 hex digits.
pub fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// At least 3.5 bits a character. In whole numbers: sums of c·log2(c), of which a table holds 1/1024ths.
fn has_entropy(text: &[u8]) -> bool {
    let mut counts = [0u16; 128];
    for byte in text {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let weighted = |count: u64| count * log2(count);
    let len = text.len() as u64;
    let sum: u64 = counts.iter().map(|count| u64::from(*count)).filter(|count| *count > 1).map(weighted).sum();
    // log2(n) - sum/n >= 3.5
    weighted(len) >= sum + len * (3 * 1024 + 512)
}

/// log2 in 1/1024ths, of a number that is not 0.
fn log2(value: u64) -> u64 {
    let whole = 63 - u64::from(value.leading_zeros());
    // Ten binary digits after the point, by squaring.
    let mut mantissa = (value << 30) >> whole;
    let mut result = whole;
    for _ in 0..10 {
        mantissa = (mantissa * mantissa) >> 30;
        result <<= 1;
        if mantissa >= 2 << 30 {
            mantissa >>= 1;
            result |= 1;
        }
    }
    result
}

/// The parts of a run that may be random: all of it where each of its `/` and `+` parts looks so (base64), else those
/// parts one by one (a path).
pub fn random_parts(text: &[u8], run: Range<usize>, mut found: impl FnMut(Range<usize>)) {
    let run = trimmed(text, run);
    let is_judged = |bytes: &&[u8]| bytes.len() <= LONGEST && bytes.iter().any(u8::is_ascii_digit);
    let Some(bytes) = text.get(run.clone()).filter(is_judged) else { return };
    let is_cut = |byte: &u8| matches!(byte, b'/' | b'+');
    let is_one = bytes.split(is_cut).all(|part| part.len() < 4 || is_restless(part));
    if is_one {
        if is_random(bytes) {
            found(run);
        }
        return;
    }
    let mut start = run.start;
    for part in bytes.split(is_cut) {
        let range = trimmed(text, start..start + part.len());
        start += part.len() + 1;
        let with_folder = range.start.checked_sub(3).and_then(|start| text.get(start..range.end));
        if text.get(range.clone()).is_some_and(is_random) && !with_folder.is_some_and(is_hash) {
            found(range);
        }
    }
}

/// Without separators at its ends.
pub fn trimmed(text: &[u8], range: Range<usize>) -> Range<usize> {
    let is_part = |at: &usize| text.get(*at).is_some_and(u8::is_ascii_alphanumeric);
    let start = range.clone().find(is_part).unwrap_or(range.end);
    let end = (start..range.end).rev().find(is_part).map_or(start, |last| last + 1);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(text: &str) -> Vec<&str> {
        let (mut from, mut found) = (0, Vec::new());
        while let Some(run) = next_run(text.as_bytes(), from) {
            from = run.end;
            found.push(&text[run]);
        }
        found
    }

    #[test]
    fn runs_have_at_least_20_characters() {
        let (short, long) = ("a".repeat(19), "b".repeat(20));
        assert_eq!(runs(&short), [""; 0]);
        assert_eq!(runs(&format!("{short} {long}")), [long.as_str()]);
        assert_eq!(runs(&format!("{long}.{short},{long}x")), [long.clone(), format!("{long}x")]);
    }

    #[test]
    fn random_text_is_told_from_words() {
        for random in ["01VNCpXWwmfASFZeajg2qbsM", "wJalrXUtnF9MI/K7MDENG/bPxRfiCYz7XaPqKEY", "9f8a7b6c5d4e3f2a1b0c"] {
            assert!(is_random(random.as_bytes()), "{random}");
        }
        for plain in [
            "InitialAttributionContext",
            "initial_attribution_context_for_session",
            "claude-opus-4-5-20251101",
            "2026-01-23T14-21-44-016Z",
            "5e4ffc47-a8f0-4515-b89a-6dd4d416f01c",
            "4bc767a16a668dfe35d198580b0107b82c27f19f",
            "4b/c767a16a668dfe35d198580b0107b82c27f19f",
            "a1a1a1a1a1a1a1a1a1a1a1a1",
            "svc-1778801503297921060",
            "TestSetActiveSegmentKeepsWideGradientPerCell",
            "readClaudeQuotaViaPTY",
            "20260426T023819-e8fde52d",
            "server-build-B80lZzsZ",
            "pr50857-online-chunking-review--36c7a66c6432",
        ] {
            assert!(!is_random(plain.as_bytes()), "{plain}");
        }
    }

    #[test]
    fn files_of_git_are_no_secrets() {
        let found = |text: &str| {
            let mut parts = Vec::new();
            random_parts(text.as_bytes(), 0..text.len(), |part| parts.push(text[part].to_owned()));
            parts
        };
        let (folder, rest) = ("4b", "c767a16a668dfe35d198580b0107b82c27f19f");
        assert_eq!(found(&format!("objects/{folder}/{rest}")), [""; 0]);
        assert_eq!(found(&format!("{folder}/{rest}")), [""; 0]);
        assert_eq!(found(&format!("objects/pack/{rest}")), [rest]);
    }

    #[test]
    fn logarithms_are_close() {
        for value in [1u64, 2, 3, 5, 20, 36, 100, 512] {
            let exact = (value as f64).log2() * 1024.0;
            assert!((log2(value) as f64 - exact).abs() < 2.0, "{value}: {} {exact}", log2(value));
        }
    }
}
