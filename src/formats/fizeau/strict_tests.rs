//! Accepts what the replay text prints, and nothing else.

use super::super::replay::replay;
use super::*;
use crate::model::Cut;

fn check(line: &str) -> bool {
    let answer = !replay(line.as_bytes(), Cut::Reference).is_empty();
    assert_eq!(decodes(line.as_bytes()), answer, "{line}");
    answer
}

fn line(kind: &str, data: &str) -> String {
    format!(r#"{{"session_id":"s","seq":1,"type":"{kind}","ts":"2026-05-01T10:00:00Z","data":{data}}}"#)
}

const VALUES: [&str; 32] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-1",
    "7",
    "1.0",
    "1e1",
    "1e400",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "\"\"",
    "\"7\"",
    "\"-7\"",
    "\" HIGH \"",
    "\"x\\u002dhigh\"",
    "\"x\"",
    "\"\\ud800\"",
    "\"2026-05-01T10:00:00Z\"",
    "\"0001-01-01T00:00:00Z\"",
    "\"2026-05-01t10:00:00Z\"",
    "[]",
    "[ \"a\" , null ]",
    "[1]",
    "[[\"]\"]]",
    "{}",
    "{ \"a\" : \"}\\\"\" , \"b\" : null }",
    "{\"a\":1}",
    "{\"a\":{\"b\":[\"{\"]}}",
    "\"\\\\\"",
];

#[test]
fn every_field_with_every_kind() {
    let mut accepted = 0;
    for kind in ["session.start", "session.end", "tool.call"] {
        let keys = [ENVELOPE, START, END, SELECTION, STICKY, UTILIZATION, TOKENS].concat_keys();
        for (key, value) in keys.iter().flat_map(|key| VALUES.iter().map(move |value| (key, value))) {
            let payloads = [
                format!("{{\"{key}\":{value}}}"),
                format!("{{ \"{}\" :\t{value} , \"other\":[{value}] }}", key.to_uppercase()),
                format!("{{\"{key}\":\"first\",\"{key}\":{value}}}"),
                format!("{{\"sticky\":{{\"{key}\":{value}}},\"x\":1}}"),
                format!("{{\"utilization\":{{\"{key}\":{value}}}}}"),
                format!("{{\"tokens\":{{\"{key}\":{value}}}}}"),
            ];
            for payload in payloads.iter().filter(|_| kind != "tool.call") {
                accepted += u32::from(check(&line(kind, payload)));
            }
            if kind != "tool.call" && *key != "type" {
                accepted += u32::from(check(&format!(r#"{{"type":"{kind}","data":{{}},"{key}":{value}}}"#)));
            }
        }
    }
    assert!(accepted > 1000, "{accepted}");
}

#[test]
fn payloads_of_every_kind() {
    for value in VALUES {
        check(&line("session.start", value));
        check(&line("session.end", &format!(" {value} ")));
    }
    check(r#"{"type":"session.start"}"#);
    check(r#"{"type":"other","data":{}}"#);
    check(r#"{"ty\u0070e":"session.start","d\u0061ta":{"m\u006fdel":1}}"#);
    check(r#"{"type":"session.start","data":{"model":1},"data":{}}"#);
    assert!(!decodes(b""));
    assert!(!decodes(b"{"));
}

trait Keys {
    fn concat_keys(&self) -> Vec<&'static str>;
}

impl<const N: usize> Keys for [&'static [(&'static str, Kind)]; N] {
    fn concat_keys(&self) -> Vec<&'static str> {
        self.iter().flat_map(|rules| rules.iter().map(|(key, _)| *key)).collect()
    }
}
