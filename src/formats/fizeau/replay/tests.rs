//! What each rule reads, and what it refuses. How it prints: `export::replay_text`.

use super::*;

fn record(kind: &str, data: &str) -> String {
    format!(r#"{{"session_id":"s","seq":1,"type":"{kind}","ts":"2026-05-01T10:00:00Z","data":{data}}}"#)
}

fn events(line: &str, rules: Cut) -> Vec<ReplayEvent> {
    replay(line.as_bytes(), rules)
}

fn only(line: &str, rules: Cut) -> ReplayEvent {
    let mut events = events(line, rules);
    assert_eq!(events.len(), 1, "{rules:?} {line}");
    events.remove(0)
}

fn start_of(line: &str, rules: Cut) -> ReplayStart {
    match only(line, rules) {
        ReplayEvent::Start(start) => *start,
        other => panic!("{other:?}"),
    }
}

fn response_of(data: &str, rules: Cut) -> ReplayResponse {
    match only(&record("llm.response", data), rules) {
        ReplayEvent::Response(response) => response,
        other => panic!("{other:?}"),
    }
}

fn end_of(data: &str, rules: Cut) -> ReplayEnd {
    match only(&record("session.end", data), rules) {
        ReplayEvent::End(end) => *end,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wrong_kind_in_a_known_field_drops_the_event_in_the_reference_only() {
    for (kind, data) in [
        ("session.start", r#"{"provider":1}"#),
        ("session.start", r#"{"max_iterations":10.0}"#),
        ("session.start", r#"{"max_iterations":1e1}"#),
        ("session.start", r#"{"max_iterations":"10"}"#),
        ("session.start", r#"{"max_iterations":9223372036854775808}"#),
        ("session.start", r#"{"sticky":true}"#),
        ("session.start", r#"{"sticky":{"key_present":"yes"}}"#),
        ("session.start", r#"{"sticky":{"server_instance":1}}"#),
        ("session.start", r#"{"utilization":{"active_requests":1.5}}"#),
        ("session.start", r#"{"utilization":{"observed_at":"yesterday"}}"#),
        ("session.start", r#"{"attempted_providers":["a",1]}"#),
        ("session.start", r#"{"selected_route":[]}"#),
        ("session.start", r#"{"failover_count":"0"}"#),
        ("session.start", r#"{"metadata":{"a":1}}"#),
        ("session.start", r#"{"metadata":[]}"#),
        ("session.start", r#"{"reasoning":"enormous"}"#),
        ("session.start", r#"{"reasoning_intent":-1}"#),
        ("llm.request", r#"{"messages":{}}"#),
        ("llm.request", r#"{"messages":["hello"]}"#),
        ("llm.request", r#"{"messages":[{"role":"user","content":[{"text":"x"}]}]}"#),
        ("llm.request", r#"{"messages":[{"tool_calls":[{"name":7}]}]}"#),
        ("llm.request", r#"{"tools":[{"description":{}}]}"#),
        ("llm.request", r#"{"temperature":"0.5"}"#),
        ("llm.request", r#"{"stop":"x"}"#),
        ("llm.request", r#"{"seed":1.0}"#),
        ("llm.response", r#"{"tool_calls":3}"#),
        ("llm.response", r#"{"content":null,"cost_usd":"0.1"}"#),
        ("llm.response", r#"{"cost_usd":1e999}"#),
        ("llm.response", r#"{"usage":{"cache_read":0.5}}"#),
        ("llm.response", r#"{"usage":{"reasoning_tokens_approx":1}}"#),
        ("llm.response", r#"{"latency_ms":true}"#),
        ("tool.call", r#"{"output":{"a":1}}"#),
        ("tool.call", r#"{"error":false}"#),
        ("session.end", r#"{"cost_usd":"0.5"}"#),
        ("session.end", r#"{"cost_cap_usd":"1"}"#),
        ("session.end", r#"{"status":1}"#),
        ("session.end", r#"{"utilization":{"cache_pressure":"high"}}"#),
    ] {
        assert_eq!(events(&record(kind, data), Cut::Reference), [], "{data}");
        only(&record(kind, data), Cut::Ours);
    }
}

#[test]
fn null_and_absent_are_the_zero_value() {
    for kind in ["session.start", "llm.request", "llm.response", "tool.call", "session.end"] {
        for rules in [Cut::Reference, Cut::Ours] {
            assert_eq!(only(&record(kind, "{}"), rules), only(&record(kind, "null"), rules), "{kind}");
        }
    }
    let nulls = r#"{"provider":null,"sticky":null,"utilization":{"active_requests":null,"observed_at":null},"attempted_providers":[null],"max_iterations":null,"metadata":null,"reasoning":null}"#;
    let start = record("session.start", nulls);
    assert_eq!(only(&start, Cut::Reference), only(&record("session.start", "{}"), Cut::Reference));
    let request = record("llm.request", r#"{"messages":[null,{"role":null,"tool_calls":null}],"tools":[null]}"#);
    let ReplayEvent::Request(request) = only(&request, Cut::Reference) else { panic!("a request") };
    assert_eq!((request.messages, request.tools), (vec![ReplayMessage::default(); 2], 1));
    assert_eq!(
        end_of(r#"{"metadata":{"b":null,"a":"x"}}"#, Cut::Reference).metadata,
        [("a".to_owned(), "x".to_owned()), ("b".to_owned(), String::new())]
    );
}

#[test]
fn without_a_payload_nothing_prints() {
    for rules in [Cut::Reference, Cut::Ours] {
        assert_eq!(events(r#"{"session_id":"s","type":"session.end","status":"success"}"#, rules), []);
        for data in ["1", "\"x\"", "[]", "true"] {
            assert_eq!(events(&record("session.start", data), rules), [], "{data}");
        }
    }
}

#[test]
fn other_types_and_fields_are_skipped() {
    for kind in ["progress", "llm.delta", "routing_decision", "override", "Session.Start", ""] {
        assert_eq!(events(&record(kind, r#"{"prompt":"x"}"#), Cut::Ours), [], "{kind}");
    }
    // Fields of the log which the reference's structs do not have may hold anything.
    let data = r#"{"attempt_index":"x","error":{},"attempt":1,"reasoning_intent":9.5}"#;
    assert_eq!(response_of(data, Cut::Reference), ReplayResponse::default());
    let stream = r#"{"type":"final","sequence":1,"time":"2026-05-01T10:00:00Z","data":{"status":"success"}}"#;
    assert_eq!(events(stream, Cut::Ours), []);
}

#[test]
fn keys_match_in_any_case_and_the_last_repetition_counts() {
    let line = r#"{"SESSION_ID":"s","Type":"x","type":"session.start","TS":"2026-05-01T10:00:00Z","Data":{"Provider":"a","provider":"b","MODEL":"m"}}"#;
    let start = start_of(line, Cut::Reference);
    assert_eq!((&*start.session_id, &*start.provider, &*start.model), ("s", "b", "m"));
    assert_eq!(start.time, Civil::date(2026, 5, 1).map(|day| Civil { hour: 10, ..day }));
    assert_eq!(end_of(r#"{"metadata":{"a":"1","A":"2","a":"3"}}"#, Cut::Reference).metadata.len(), 2);
}

#[test]
fn a_line_may_hold_several_objects() {
    let end = record("session.end", "{}");
    let line = format!("\u{FEFF} {end}{end}\t{}{end} ", record("progress", "{}"));
    for rules in [Cut::Reference, Cut::Ours] {
        assert_eq!(events(&line, rules).len(), 3);
        assert_eq!(events(&format!("{end}{{\"type\":"), rules).len(), 1);
        assert_eq!(events(&format!("{end} null {end}"), rules).len(), 2);
    }
    // The reference gives up; ours goes on.
    for bad in ["[1]", "7", r#"{"seq":"1"}"#, r#"{"session_id":1}"#, r#"{"ts":"2026-05-01 10:00:00"}"#] {
        let line = format!("{end} {bad} {end}");
        assert_eq!((events(&line, Cut::Reference).len(), events(&line, Cut::Ours).len()), (1, 2), "{bad}");
    }
    for nothing in ["", " ", "null", "}", "]", "nonsense", "\u{FEFF}"] {
        assert_eq!(events(nothing, Cut::Reference), [], "{nothing}");
    }
}

#[test]
fn ours_keeps_an_event_whose_envelope_is_wrong() {
    let line = r#"{"session_id":7,"seq":"1","type":"session.start","ts":"2026-05-01t10:00:00z","data":{"model":"m"}}"#;
    assert_eq!(events(line, Cut::Reference), []);
    assert_eq!(start_of(line, Cut::Ours), ReplayStart { model: "m".into(), ..Default::default() });
}

#[test]
fn ours_reads_what_is_readable() {
    let data = r#"{"tool_calls":3,"error":"boom","cost_usd":"0.5","latency_ms":7.9,"usage":{"input":"12","output":1e1},"content":["x"]}"#;
    let answer = ReplayResponse {
        latency_ms: 7,
        input: 12,
        output: 10,
        cost_usd: 0.5,
        tool_calls: 3,
        error: "boom".into(),
        ..Default::default()
    };
    assert_eq!(response_of(data, Cut::Ours), answer);
    assert_eq!(response_of(r#"{"tool_calls":-3,"cost_usd":"NaN","usage":[]}"#, Cut::Ours), ReplayResponse::default());
    assert_eq!(response_of(r#"{"tool_calls":[{},null,7]}"#, Cut::Ours).tool_calls, 3);
    assert_eq!(response_of(r#"{"error":"boom"}"#, Cut::Reference), ReplayResponse::default());
}

#[test]
fn times_are_read_as_written_or_converted() {
    let at = |key: &str, text: &str, rules| {
        let line = format!(r#"{{"{key}":"{text}","type":"session.start","data":{{}}}}"#);
        start_of(&line, rules).time.map(|time| format!("{} {:02}:{:02}", time.date_text(), time.hour, time.minute))
    };
    for (key, text, reference, ours) in [
        ("ts", "2026-05-01T12:00:00.9+02:00", Some("2026-05-01 12:00"), Some("2026-05-01 10:00")),
        ("ts", "2026-05-01T23:30:00-01:00", Some("2026-05-01 23:30"), Some("2026-05-02 00:30")),
        ("timestamp", "2026-05-01T12:00:00Z", None, Some("2026-05-01 12:00")),
        // Outside of what counts as a time here.
        ("ts", "1066-10-14T09:00:00Z", Some("1066-10-14 09:00"), None),
    ] {
        assert_eq!(at(key, text, Cut::Reference).as_deref(), reference, "{text}");
        assert_eq!(at(key, text, Cut::Ours).as_deref(), ours, "{text}");
    }
}

#[test]
fn damaged_characters_are_replaced() {
    let mut line = record("tool.call", r#"{"output":"a\ud800b?"}"#).into_bytes();
    let at = line.iter().position(|byte| *byte == b'?').expect("a mark");
    line[at] = 0xFF;
    let output = |line: &[u8], rules| match &replay(line, rules)[..] {
        [ReplayEvent::Tool(tool)] => tool.output.clone(),
        _ => "-".to_owned(),
    };
    for rules in [Cut::Reference, Cut::Ours] {
        assert_eq!(output(&line, rules), "a\u{FFFD}b\u{FFFD}");
    }
    line[at] = 7;
    assert_eq!(output(&line, Cut::Reference), "-");
    assert_eq!(output(&line, Cut::Ours), "a\u{FFFD}b ");
}

#[test]
fn reasoning_is_a_level_or_a_budget() {
    for value in ["\"\"", "\" High \"", "\"none\"", "\"8192\"", "8192", "0", "\"x-high\""] {
        let line = record("session.start", &format!(r#"{{"reasoning":{value}}}"#));
        assert_eq!(events(&line, Cut::Reference).len(), 1, "{value}");
    }
    for value in ["\"more\"", "\"-1\"", "1.0", "true", "[]"] {
        let line = record("session.start", &format!(r#"{{"reasoning":{value}}}"#));
        assert_eq!(events(&line, Cut::Reference), [], "{value}");
    }
}
