//! Rule J of fizeau.md §6: JSON re-serialised as Go's `encoding/json` does it after a pass through untyped values.

use super::raw_json;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Deeper values are left as they are (Go: 10,000). Each level is scanned once more, so the limit bounds the time too.
const DEEPEST: usize = 128;

/// Compact JSON with sorted keys. What cannot be read (no JSON, a number beyond a 64-bit float) stays as it is.
pub fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let written =
        serde_json::from_slice::<&RawValue>(json.as_bytes()).ok().and_then(|raw| value(raw.get(), 0, &mut out));
    match written {
        Some(()) => out,
        None => json.to_owned(),
    }
}

/// `json` is valid and has no blanks around it.
fn value(json: &str, depth: usize, out: &mut String) -> Option<()> {
    if depth > DEEPEST {
        return None;
    }
    match json.as_bytes().first()? {
        b'{' => object(json, depth, out),
        b'[' => array(json, depth, out),
        b'"' => {
            quote(&raw_json::text(json)?, out);
            Some(())
        }
        b't' | b'f' | b'n' => {
            out.push_str(json);
            Some(())
        }
        _ => number(json, out),
    }
}

fn object(json: &str, depth: usize, out: &mut String) -> Option<()> {
    // Of repeated keys the last counts. Rust orders strings by bytes, as Go does.
    let entries: BTreeMap<String, &str> = raw_json::entries(json)?.into_iter().collect();
    out.push('{');
    for (index, (key, member)) in entries.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        quote(key, out);
        out.push(':');
        value(member, depth + 1, out)?;
    }
    out.push('}');
    Some(())
}

fn array(json: &str, depth: usize, out: &mut String) -> Option<()> {
    out.push('[');
    for (index, item) in raw_json::items(json)?.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        value(item, depth + 1, out)?;
    }
    out.push(']');
    Some(())
}

/// Shortest digits that give the same float again; an exponent where JavaScript writes one.
fn number(json: &str, out: &mut String) -> Option<()> {
    let number = json.parse::<f64>().ok().filter(|number| number.is_finite())?;
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        push(out, format_args!("{number}"));
    } else {
        let text = format!("{number:e}");
        let sign = if size < 1.0 { "e" } else { "e+" };
        out.push_str(&text.replace('e', sign));
    }
    Some(())
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Two letters since go1.22; the reference is built with go1.26.
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..'\u{20}' => {
                push(out, format_args!("\\u{:04x}", u32::from(c)));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a String takes every text");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(json: &str, answer: &str) {
        assert_eq!(compact(json), answer, "{json}");
    }

    #[test]
    fn numbers_print_as_in_javascript() {
        for (json, answer) in [
            ("1", "1"),
            ("1.0", "1"),
            ("1e1", "10"),
            ("-2.50", "-2.5"),
            ("0.1", "0.1"),
            ("0", "0"),
            ("-0", "-0"),
            ("-0.0", "-0"),
            ("1e-400", "0"),
            ("0.000001", "0.000001"),
            ("0.0000001", "1e-7"),
            ("1e-7", "1e-7"),
            ("-1.5E-9", "-1.5e-9"),
            ("5e-324", "5e-324"),
            ("123456789012345680000", "123456789012345680000"),
            ("999999999999999900000", "999999999999999900000"),
            ("1e21", "1e+21"),
            ("1.25e+100", "1.25e+100"),
            ("12345678901234567890", "12345678901234567000"),
            ("9007199254740993", "9007199254740992"),
            // serde_json's own float parser is off by one unit here.
            ("0.30000000000000004", "0.30000000000000004"),
            ("7.2057594037927933e16", "72057594037927940"),
        ] {
            check(json, answer);
        }
    }

    #[test]
    fn strings_are_escaped_as_go_does() {
        check(r#""<b>&""#, r#""\u003cb\u003e\u0026""#);
        check("\"\u{2028}\u{2029}é\u{1F600}\u{7f}/\"", "\"\\u2028\\u2029é\u{1F600}\u{7f}/\"");
        check(r#""\u00e9\/\"\\ \n\r\t\b\f\u0000\u001F""#, r#""é/\"\\ \n\r\t\b\f\u0000\u001f""#);
        check(r#""\ud800""#, "\"\u{FFFD}\"");
    }

    #[test]
    fn keys_are_sorted_by_bytes_and_the_last_repetition_counts() {
        check(
            r#"{ "b" : [ 1 , { } , [ ] ], "B": null, "é": true, "a": {"z":1,"y":2} }"#,
            r#"{"B":null,"a":{"y":2,"z":1},"b":[1,{},[]],"é":true}"#,
        );
        check(r#"{"a":1,"b":2,"\u0061":3,"<":4}"#, r#"{"\u003c":4,"a":3,"b":2}"#);
        // UTF-16 order would put U+1F600 before U+FF5E.
        check("{\"\u{1F600}\":1,\"\u{FF5E}\":2}", "{\"\u{FF5E}\":2,\"\u{1F600}\":1}");
    }

    #[test]
    fn null_prints_null_and_what_is_missing_prints_nothing() {
        check(" null ", "null");
        check("", "");
    }

    #[test]
    fn what_cannot_be_read_stays_as_it_is() {
        for json in ["{\"a\": 1e999}", "{\"a\":", "[1, 2] x", "nul", "\"a\u{1}\"", "{ a: 1 }"] {
            check(json, json);
        }
        let deep = format!("{}{}", "[ ".repeat(200), "]".repeat(200));
        check(&deep, &deep);
    }

    proptest! {
        #[test]
        fn a_second_pass_changes_nothing(json in any_json()) {
            let once = compact(&json);
            prop_assert_eq!(compact(&once), once.clone());
            let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
            prop_assert_eq!(parse(&once).is_some(), parse(&json).is_some());
        }

        #[test]
        fn any_text_is_survived(json in "[\\[\\]{}\",:\\\\u0-9a-f.eE+ -]{0,40}|.{0,40}") {
            compact(&json);
        }
    }

    fn any_json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            any::<f64>()
                .prop_filter("JSON has no such number", |number| number.is_finite())
                .prop_map(|number| number.to_string()),
            any::<i64>().prop_map(|number| number.to_string()),
            any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
            Just("null".to_owned()),
        ];
        leaf.prop_recursive(4, 30, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(" , "))),
                proptest::collection::vec((any::<String>(), inner), 0..4).prop_map(|entries| {
                    let entry = |(key, value): (String, String)| format!("{}: {value}", serde_json::Value::from(key));
                    format!("{{{}}}", entries.into_iter().map(entry).collect::<Vec<_>>().join(","))
                }),
            ]
        })
    }
}
