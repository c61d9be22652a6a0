//! CodeTether's session events in one form (codetether.md §3 "Writing"): the reference has none of its own.

use crate::formats::codetether::event_line;
use serde_json::{Value, json};

/// Stable name of the format that these are of.
pub const FORMAT: &str = "codetether";

/// Writes one line of a log, in any of the readings of §3, in our own form and without a line end. `session` names the
/// session of a line that does not: it is what the log's file is called. `None` for what is no session event.
pub fn canonical_line(line: &[u8], session: &str) -> Option<String> {
    let event = event_line(line)?;
    let text = |value: &Value| value.to_string();
    let id = json!(event.session_id.as_deref().unwrap_or(session));
    let name = json!(event.name);
    // By hand, so that the envelope stands in the order of the description.
    Some(
        [
            r#"{"ts":"#,
            &text(&event.ts),
            r#","session_id":"#,
            &text(&id),
            r#","type":"#,
            &text(&name),
            r#","data":"#,
            &text(&event.data),
            "}",
        ]
        .concat(),
    )
}

#[cfg(test)]
mod tests {
    use super::canonical_line;
    use serde_json::Value;

    const EVENTS: &str = include_str!("../../tests/fixtures/codetether/codetether-events.jsonl");

    fn written(line: &str) -> String {
        canonical_line(line.as_bytes(), "s1").unwrap_or_else(|| panic!("no event: {line}"))
    }

    fn value(text: &str) -> Value {
        serde_json::from_slice(text.as_bytes()).expect("JSON")
    }

    #[test]
    fn a_round_trip_is_exact() {
        for line in EVENTS.lines() {
            let once = written(line);
            assert_eq!(written(&once), once);
            if line.contains(r#""ts""#) {
                assert_eq!(value(&once), value(line), "nothing is lost of a line that is in our form");
            }
        }
    }

    #[test]
    fn all_readings_give_the_same_line() {
        let data = r#"{"source":"rlm_subcall","model":"a/b","prompt_tokens":200,"completion_tokens":40,"duration_ms":9007199254740993}"#;
        let bare = written(data);
        assert_eq!(
            bare,
            r#"{"ts":null,"session_id":"s1","type":"token_usage","data":{"completion_tokens":40,"duration_ms":9007199254740993,"model":"a/b","prompt_tokens":200,"source":"rlm_subcall"}}"#
        );
        assert_eq!(written(&format!(r#"{{"TokenUsage":{data}}}"#)), bare);
        for tag in [r#""type":"TokenUsage""#, r#""kind":"token.usage""#, r#""event_type":"session.token_usage""#] {
            assert_eq!(written(&format!(r#"{{{tag},"payload":{data}}}"#)), bare, "{tag}");
            assert_eq!(written(&format!(r#"{{{tag},{}"#, &data[1..])), bare, "{tag}");
        }
        assert_eq!(written(r#""Done""#), r#"{"ts":null,"session_id":"s1","type":"done","data":null}"#);
        assert_eq!(written(r#"{"type":"done"}"#), written(r#""Done""#));
        assert_eq!(
            written(r#"{"TextChunk":"hi"}"#),
            r#"{"ts":null,"session_id":"s1","type":"text_chunk","data":"hi"}"#
        );
    }

    #[test]
    fn none_and_zero_stay_apart() {
        let zero = written(r#"{"type":"usage_report","data":{"prompt_tokens":0,"completion_tokens":null}}"#);
        assert!(zero.contains(r#""prompt_tokens":0"#) && zero.contains(r#""completion_tokens":null"#));
        let absent = written(r#"{"type":"usage_report","data":{"prompt_tokens":0}}"#);
        assert!(!absent.contains("completion_tokens"));
    }

    #[test]
    fn envelopes_of_any_kind() {
        let line = r#"{"timestamp_ms":1784246860241,"thread_id":"t","kind":"token_delta","source":"root","at_what":1}"#;
        assert_eq!(
            written(line),
            r#"{"ts":1784246860241,"session_id":"t","type":"token_usage","data":{"at_what":1,"source":"root"}}"#
        );
        for other in ["{}", "1", "", r#"{"type":"run.started"}"#, r#"{"type":"new_thing","data":{}}"#, "oops"] {
            assert_eq!(canonical_line(other.as_bytes(), "s1"), None, "{other}");
        }
    }
}
