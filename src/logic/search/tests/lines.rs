use crate::logic::search::{Needle, Scanner, Spec};
use proptest::prelude::*;
use serde_json::Value;
use std::ops::ControlFlow;

fn spec(text: &str) -> Spec {
    Spec { text: text.to_owned(), ..Spec::default() }
}

/// Offsets of lines with a hit, however the bytes come.
fn scan(log: &[u8], spec: &Spec, chunk: usize) -> Vec<u64> {
    let needle = Needle::new(spec).expect("no pattern");
    let mut found = Vec::new();
    let mut scanner = Scanner::new(&needle, 0);
    let mut take = |hit: crate::logic::search::LineHit<'_>| {
        found.push(hit.offset);
        ControlFlow::Continue(())
    };
    for chunk in log.chunks(chunk.max(1)) {
        let _all = scanner.push(chunk, &mut take);
    }
    let _all = scanner.finish(&mut take);
    assert_eq!(scanner.offset(), log.len() as u64);
    found
}

/// The same by reading all of each line.
fn reference(log: &[u8], wanted: &str) -> Vec<u64> {
    fn holds(value: &Value, wanted: &str) -> bool {
        match value {
            Value::String(text) => text.contains(wanted),
            Value::Array(list) => list.iter().any(|value| holds(value, wanted)),
            Value::Object(fields) => fields.values().any(|value| holds(value, wanted)),
            _ => false,
        }
    }
    let mut offset = 0;
    let mut found = Vec::new();
    for line in log.split_inclusive(|byte| *byte == b'\n') {
        if serde_json::from_slice::<Value>(line).is_ok_and(|value| holds(&value, wanted)) {
            found.push(offset);
        }
        offset += line.len() as u64;
    }
    found
}

/// A text as JSON may write it; `how` says in which form each character is written.
fn written(text: &str, how: &[u8]) -> String {
    let mut out = String::new();
    for (nth, letter) in text.chars().enumerate() {
        let short = match letter {
            '"' => Some("\\\""),
            '\\' => Some("\\\\"),
            '/' => Some("\\/"),
            '\n' => Some("\\n"),
            '\t' => Some("\\t"),
            _ => None,
        };
        let must_escape = matches!(letter, '"' | '\\' | '\0'..='\u{1f}');
        match (how.get(nth % how.len().max(1)).copied().unwrap_or(0) % 4, short) {
            (0, _) if !must_escape => out.push(letter),
            (1, Some(short)) => out.push_str(short),
            (2, _) => letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04X}"))),
            (3, _) => letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}"))),
            (_, Some(short)) => out.push_str(short),
            (_, None) if must_escape => out.push_str(&format!("\\u{:04x}", letter as u32)),
            _ => out.push(letter),
        }
    }
    out
}

fn letters(least: usize, most: usize) -> impl Strategy<Value = String> {
    const LETTERS: &[char] =
        &['a', 'b', 'A', 'B', ' ', '"', '\\', '/', '\n', '\t', 'é', '日', '😀', 'Д', 'д', 'Ş', '.', '{', '[', 'u', '0'];
    let letter = proptest::sample::select(LETTERS);
    proptest::collection::vec(letter, least..=most).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn every_hit_is_found_however_it_is_written(
        before in letters(0, 6), text in letters(1, 6), after in letters(0, 6),
        how in proptest::collection::vec(0u8..4, 1..9), nests: bool, chunk in 1usize..40,
    ) {
        let whole = format!("{before}{text}{after}");
        let mut value = written(&whole, &how);
        if nests {
            // As programs write it: who writes backslashes as `\u005c` has nothing found in the JSON within.
            value = written(&format!("{{\"inner\":\"{value}\"}}"), &[0]);
        }
        let log = format!("{{\"x\":1}}\n{{\"a\":[{{\"key\":\"{value}\"}}]}}\n{{\"y\":\"\"}}");
        for spec in [spec(&text), Spec { has_case: true, ..spec(&text) }] {
            prop_assert_eq!(scan(log.as_bytes(), &spec, chunk), vec![8], "{}", log);
        }
        let other_case: String = text.chars().map(|letter| letter.to_uppercase().next().expect("one")).collect();
        let is_known = |letter: char| crate::logic::letters::fold(letter.to_uppercase().next().expect("one")) == crate::logic::letters::fold(letter);
        if text.chars().all(is_known) {
            prop_assert_eq!(scan(log.as_bytes(), &spec(&other_case), chunk), vec![8], "{}", log);
        }
    }

    #[test]
    fn nothing_is_found_that_is_not_there(text in letters(1, 3), values in proptest::collection::vec((letters(0, 12), proptest::collection::vec(0u8..4, 1..4)), 1..5)) {
        let lines: Vec<String> = values.iter().map(|(value, how)| format!("{{\"k\":\"{}\"}}\n", written(value, how))).collect();
        let log = lines.concat();
        let exact = Spec { has_case: true, ..spec(&text) };
        // Ours also looks into JSON within texts.
        if values.iter().all(|(value, _)| !value.trim_start().starts_with(['{', '['])) {
            prop_assert_eq!(scan(log.as_bytes(), &exact, 7), reference(log.as_bytes(), &text));
        }
    }
}

#[test]
fn words_and_cases() {
    let log = b"{\"t\":\"a category of cats\"}\n{\"t\":\"the Cat sat\"}\n";
    assert_eq!(scan(log, &spec("cat"), 9), [0, 27]);
    assert_eq!(scan(log, &Spec { is_word: true, ..spec("cat") }, 9), [27]);
    assert_eq!(scan(log, &Spec { has_case: true, ..spec("cat") }, 9), [0]);
    assert_eq!(scan(log, &Spec { is_pattern: true, ..spec(r"c[aeiou]t\b") }, 9), [27]);
    // Keys are no texts.
    assert_eq!(scan(b"{\"cat\":\"dog\"}\n", &spec("cat"), 9), [0u64; 0]);
    // A torn line tells what it has.
    assert_eq!(scan(b"{\"t\":\"the cat s", &spec("cat"), 3), [0]);
}

#[test]
fn a_scan_that_was_broken_off_goes_on_where_it_was() {
    let log = "{\"t\":\"hit\"}\n".repeat(50);
    let needle = Needle::new(&spec("hit")).expect("plain");
    let (mut at, mut count) = (0, 0);
    while at < log.len() {
        let mut scanner = Scanner::new(&needle, at as u64);
        let mut take = |_: crate::logic::search::LineHit<'_>| {
            count += 1;
            if count % 7 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        if scanner.push(&log.as_bytes()[at..], &mut take).is_continue() {
            let _all = scanner.finish(&mut take);
        }
        at = scanner.offset() as usize;
    }
    assert_eq!(count, 50);
}

/// How often a text that is no log holds it, however the bytes come.
fn count_in_text(text: &str, spec: &Spec, chunk: usize) -> u32 {
    let needle = Needle::new(spec).expect("a pattern");
    let mut count = 0;
    let mut scanner = Scanner::new(&needle, 0).of_text(true);
    let mut take = |hit: crate::logic::search::LineHit<'_>| {
        count += hit.count;
        ControlFlow::Continue(())
    };
    for chunk in text.as_bytes().chunks(chunk) {
        let _all = scanner.push(chunk, &mut take);
    }
    let _all = scanner.finish(&mut take);
    assert_eq!(scanner.offset(), text.len() as u64);
    count
}

#[test]
fn in_a_text_beside_a_log_hits_may_span_lines() {
    let block = "one\r\ntwo éé\nthree\n".repeat(50_000);
    let pattern = |text: &str| Spec { is_pattern: true, ..spec(text) };
    for chunk in [100_003, usize::MAX] {
        let count = |spec: &Spec| count_in_text(&block, spec, chunk);
        assert_eq!(count(&spec("three\none")), 49_999);
        assert_eq!(count(&spec("éé\nTHREE\n")), 50_000);
        assert_eq!(count(&pattern("two.*\\n^three$")), 50_000);
        assert_eq!(count(&spec("two")), 50_000);
        assert_eq!(count(&spec("four")), 0);
    }
    assert_eq!(count_in_text("", &spec("x"), 1), 0);
}
