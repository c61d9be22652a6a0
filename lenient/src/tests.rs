//! What is read of JSON that may hold anything.

use super::*;

flat! {
    struct Row<'a> {
        "name" => name: Str<'a>,
        "count" => count: Num,
        "ok" => ok: Flag,
    }
}

fn row(text: &str) -> Row<'_> {
    read(text.as_bytes()).expect("any JSON is accepted")
}

#[test]
fn numbers_of_every_notation_count() {
    let check = |text: &str, answer: Option<i64>| {
        assert_eq!(row(&format!("{{\"count\":{text}}}")).count.int(), answer, "{text}");
    };
    check("7", Some(7));
    check("7.9", Some(7));
    check("-1", Some(-1));
    check("1e1", Some(10));
    check("\"7\"", Some(7));
    check("1e308", Some(i64::MAX));
    check("18446744073709551615", Some(i64::MAX));
    for absent in ["null", "true", "\"x\"", "\"NaN\"", "[1]", "{\"a\":1}"] {
        check(absent, None);
    }
}

#[test]
fn numbers_in_strings_are_read_as_by_the_standard_library() {
    let texts = "7 +7 -7 007 -007 0 -0 00 .5 5. -.5 +5.e1 . - + +-7 --7 1e1 1E+2 25e-1 1e e1 1e+ .e1 1.5.2 0x1 1_000 inf \
        nan Infinity 1e400 -1e400 9223372036854775807 9223372036854775808 18446744073709551616 0.25 7a ７";
    for text in texts.split(' ').chain(["", " 7 "]) {
        let read = row(&format!("{{\"count\":\"{text}\"}}")).count;
        let value = text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
        assert_eq!((read.float(), read.presence() == Presence::Given), (value, value.is_some()), "{text}");
        let exact = text.trim().parse::<i64>().ok();
        assert_eq!(read.int(), exact.or(value.map(|value| value as i64)), "{text}");
    }
}

#[test]
fn wrong_kinds_are_noted_and_the_rest_is_kept() {
    let read = row(r#"{"name":{"a":[1]},"x":[{}],"count":3,"count":4,"ok":"yes"}"#);
    assert_eq!((read.name.presence(), &*read.name), (Presence::Wrong, ""));
    assert_eq!((read.count.int(), read.ok.is_true), (Some(3), false));
    assert_eq!(row("null").presence, Presence::Null);
    assert_eq!(row("[1]").presence, Presence::Wrong);
}

#[test]
fn plain_strings_are_borrowed() {
    assert!(matches!(row(r#"{"name":"plain"}"#).name.text, Cow::Borrowed("plain")));
    assert_eq!(&*row(r#"{"name":"a\nb"}"#).name, "a\nb");
}

#[test]
fn repair_makes_damaged_text_readable() {
    let read = |bytes: &[u8]| serde_json::from_str::<serde_json::Value>(&repair(bytes)).map(|value| value.to_string());
    assert_eq!(read(b"\0{\"a\":\"x\x01\xff\"}\0").ok().as_deref(), Some("{\"a\":\"x \u{FFFD}\"}"));
    assert_eq!(
        read(br#"["\ud83d","\ud83d\ude00","\\ud83d"]"#).ok().as_deref(),
        Some("[\"\u{FFFD}\",\"\u{1F600}\",\"\\\\ud83d\"]")
    );
    assert!(read(b"{\"a\":").is_err());
}
