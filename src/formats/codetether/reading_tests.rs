//! Rules of codetether.md §3 and §10: which record a line is, and what session events hold.

use super::family::{Family, Reading, family_of};
use super::records_tests::{body_of, find};
use super::tests::{problems, read};
use super::variant::Variant;
use super::*;
use crate::model::{Block, Reported, flags};

const ODD: &str = include_str!("../../../tests/fixtures/codetether/codetether-odd.jsonl");

/// codetether.md §10, in its order; a later rule that would match too does not count.
#[test]
fn lines_are_told_apart_by_their_keys() {
    let check = |line: &str, family: Family| {
        let value: Value = serde_json::from_slice(line.as_bytes()).expect("JSON");
        assert_eq!(family_of(&value), family, "{line}");
        if value.is_object() {
            let line: Line<'_> = crate::formats::lenient::read(line.as_bytes()).expect("a line");
            assert_eq!(line.family(), family, "{line:?}");
        }
    };
    let event = |variant| Family::Event(variant, Reading::Tagged);
    check(r#"{"kind":"tool.started","timestamp_ms":1,"payload":{}}"#, Family::Thread);
    check(r#"{"kind":"token_usage","timestamp_ms":1,"payload":{}}"#, Family::Thread);
    check(r#"{"type":"run.new_thing"}"#, Family::Run);
    check(r#"{"recorded_at":"x","message_type":"text","role":"user","content":[]}"#, Family::Chat);
    check(r#"{"phase":"staged","txn":0,"op":{"op":"save"}}"#, Family::Journal);
    check(r#"{"topic":"t","message":{"kind":"heartbeat"}}"#, Family::Aside("the message bus"));
    check(r#"{"topic":"t","message":"text","type":"done"}"#, event(Variant::Done));
    check(r#"{"role":"tool","content":[],"metadata":{"bus_kind":"x"}}"#, Family::Aside("a training batch"));
    check(r#"{"event":"request","request":{}}"#, Family::Aside("the approvals"));
    check(r#"{"event":"decision","decision":{}}"#, Family::Aside("the approvals"));
    check(r#"{"event":"done"}"#, event(Variant::Done));
    check(r#"{"kind":"goal_cleared","at":"x","reason":"r"}"#, Family::Task);
    check(r#"{"kind":"goal_cleared"}"#, Family::Unknown);
    check(r#"{"role":"user","content":[]}"#, Family::Message);
    check(r#"{"role":"user","content":"text"}"#, Family::Unknown);
    check(r#"{"timestamp":"x","type":"turn.done","payload":{"event_id":"e"}}"#, Family::Adapter);
    check(r#"{"timestamp":"x","type":"done","payload":{}}"#, event(Variant::Done));
    check(r#"{"type":"tool_result","timestamp":1782900000}"#, Family::ToolArchive);
    check(r#"{"type":"tool_result","timestamp":"2026-07-01T10:00:00Z"}"#, Family::Unknown);
    check(r#"{"messages":[],"usage":{}}"#, Family::Snapshot);
    check("\"Thinking\"", Family::Event(Variant::Thinking, Reading::External));
    check(r#"{"Thinking":null}"#, Family::Event(Variant::Thinking, Reading::External));
    check(r#"{"Error":"x"}"#, Family::Event(Variant::Error, Reading::External));
    check(r#"{"error":"x"}"#, Family::Event(Variant::Error, Reading::External));
    check(r#"{"error":"x","more":1}"#, Family::Unknown);
    check(r#"{"TokenUsage":{},"more":1}"#, Family::Unknown);
    check("{}", Family::Unknown);
}

/// codetether.md §3.3, a row each.
#[test]
fn bare_payloads_are_recognised_by_their_keys() {
    let check = |keys: &str, variant: Option<Variant>| {
        let fields: Vec<_> = keys.split(' ').map(|key| format!("\"{key}\":null")).collect();
        let line = format!("{{{}}}", fields.join(","));
        let line: Line<'_> = crate::formats::lenient::read(line.as_bytes()).expect("a line");
        let expected = variant.map_or(Family::Unknown, |variant| Family::Event(variant, Reading::Bare));
        assert_eq!(line.family(), expected, "{keys}");
    };
    check("source prompt_tokens completion_tokens model", Some(Variant::TokenUsage));
    check("prompt_tokens completion_tokens model duration_ms", Some(Variant::UsageReport));
    check("prompt_tokens completion_tokens", None);
    check("model request_tokens budget", Some(Variant::TokenEstimate));
    check("trace_id outcome iterations reason", Some(Variant::RlmComplete));
    check("trace_id iteration max_iterations status", Some(Variant::RlmProgress));
    check("trace_id strategy before_tokens after_tokens", Some(Variant::CompactionCompleted));
    check("trace_id dropped_tokens kept_messages archive_ref", Some(Variant::ContextTruncated));
    check("trace_id fell_back_to reason after_tokens budget", Some(Variant::CompactionFailed));
    check("trace_id fell_back_to", Some(Variant::CompactionFailed));
    check("trace_id after_tokens budget", Some(Variant::CompactionFailed));
    check("trace_id before_tokens budget reason", Some(Variant::CompactionStarted));
    check("requested_model fallback_model reason", Some(Variant::RlmSubcallFallback));
    check("trace_id", None);
}

/// codetether.md §3 "Envelope keys": names, their order, and the units of numbers.
#[test]
fn envelopes_have_many_names() {
    let at = |fields: &str| {
        let line = format!(r#"{{"type":"done",{fields}}}"#);
        let line: Line<'_> = crate::formats::lenient::read(line.as_bytes()).expect("a line");
        (line.at().0.map(Timestamp::ms), line.session().to_owned())
    };
    let time = |fields: &str| at(fields).0.map(|ms| ms as f64 / 1e3);
    for key in ["ts", "timestamp", "time", "at", "recorded_at"] {
        assert_eq!(time(&format!(r#""{key}":"1970-01-01T00:00:07.5Z""#)), Some(7.5), "{key}");
        assert_eq!(time(&format!(r#""data":{{"{key}":1782900000}}"#)), Some(1_782_900_000.0), "{key}");
    }
    assert_eq!(time(r#""timestamp_ms":7500"#), Some(7.5));
    assert_eq!(time(r#""ts":1782900000.25"#), Some(1_782_900_000.25));
    assert_eq!(time(r#""ts":1782900000250"#), Some(1_782_900_000.25));
    assert_eq!(time(r#""ts":1782900000250000"#), Some(1_782_900_000.25));
    assert_eq!(time(r#""time":"1970-01-01T00:00:02Z","ts":"1970-01-01T00:00:01Z""#), Some(1.0));
    assert_eq!((time(r#""ts":null"#), time(r#""ts":true"#)), (None, None));
    assert_eq!(at(r#""id":"c","thread_id":"b","session_id":"a""#).1, "a");
    assert_eq!(at(r#""id":"c","thread_id":"b","session_id":null"#).1, "b");
    assert_eq!(at(r#""id":"c","data":{"session_id":"d"}"#).1, "d");
    assert_eq!(at(r#""id":"c""#).1, "c");
}

/// codetether.md §3.1: `data`, else `payload`, else the object itself.
#[test]
fn payloads_stand_in_three_places() {
    for fields in [
        r#""data":{"source":"root","prompt_tokens":7},"payload":{"prompt_tokens":1}"#,
        r#""payload":{"prompt_tokens":1},"data":{"source":"root","prompt_tokens":7}"#,
        r#""payload":{"source":"root","prompt_tokens":7},"prompt_tokens":1"#,
        r#""source":"root","prompt_tokens":7"#,
    ] {
        let line = format!(r#"{{"type":"token_usage",{fields}}}"#);
        let line: Line<'_> = crate::formats::lenient::read(line.as_bytes()).expect("a line");
        assert_eq!((line.payload().prompt_tokens.int(), &*line.payload().source), (Some(7), "root"), "{fields}");
    }
}

/// codetether.md §3 last lines, token-coverage.md M1, M2 and §9, case 9: missing is not 0, impossible is cut and told.
#[test]
fn odd_counters() {
    let sink = read("o.jsonl", ODD);
    let rows: Vec<_> = sink
        .usage
        .iter()
        .map(|row| {
            (sink.strings.get(row.label), row.tokens.input_uncached.get(), row.tokens.output.get(), row.is_clamped)
        })
        .collect();
    assert_eq!(rows[0], ("tool_embedded", Some(2_000_000), Some(0), true));
    assert_eq!(rows[1], ("my_own_source", None, Some(0), false), "a number in a string is none");
    assert_eq!(rows[2], ("root", None, Some(7), false));
    assert_eq!(sink.strings.get(sink.usage[1].provider), "openrouter");
    assert_eq!(sink.strings.get(sink.usage[1].model), "qwen/qwen3.5-35b-a3b");
    assert!(problems(&sink).contains(&(ProblemKind::Clamped, 1)));
    let told = sink.parts[0].post_mortem.clone().expect("telemetry");
    assert_eq!(told.calls[0].prompt.value(), Reported::new(2_000_000));
    assert_eq!(told.peak.map(|peak| (peak.request, peak.budget)), Some((u64::MAX, 0)), "counters may saturate");
}

/// codetether.md §3.1 "Provider and model".
#[test]
fn models_are_split_at_the_first_slash() {
    use super::state::split_model;
    assert_eq!(split_model("anthropic/claude-opus-4-7"), ("anthropic", "claude-opus-4-7"));
    assert_eq!(split_model("openrouter/qwen/qwen3.5-35b-a3b"), ("openrouter", "qwen/qwen3.5-35b-a3b"));
    assert_eq!(split_model("gpt-4o"), ("", "gpt-4o"));
    // One model without a provider: the others' provider does not stand for it.
    let sink = read("o.jsonl", ODD);
    assert_eq!((sink.parts[0].provider.as_deref(), sink.usage[0].provider.is_none()), (None, true));
}

/// codetether.md §11.3: unknown words are kept and grouped under their own name.
#[test]
fn unknown_words_are_kept() {
    let sink = read("o.jsonl", ODD);
    let told = sink.parts[0].post_mortem.clone().expect("telemetry");
    assert_eq!((told.compactions[0].strategy.as_str(), told.rlm[0].outcome.as_str()), ("squeeze", "gave_up"));
    assert_eq!((told.compactions[0].freed, told.compactions[0].reduction), (-50, 0));
    find(&sink, EventKind::Other, "weather_report");
    assert!(find(&sink, EventKind::Progress, "rlm_complete").has(flags::FAILED), "only converged is a success");
}

/// codetether.md §11.4, §11.7: traces without an id stand alone; results without calls are shown and told.
#[test]
fn halves_of_pairs() {
    let sink = read("o.jsonl", ODD);
    assert_eq!(sink.parts[0].counts.compactions, 3);
    let reasons: Vec<_> = sink.problems.as_slice().iter().map(|problem| (problem.kind, problem.line)).collect();
    assert!(reasons.contains(&(ProblemKind::Orphan, Some(6))), "{reasons:?}");
    let call = find(&sink, EventKind::ToolCall, "read");
    assert_eq!((call.duration_ms, call.has(flags::FAILED)), (Some(400), true), "calls without ids pair by name");
    assert_eq!(body_of(ODD, &call).blocks, [Block::Input("{broken".into())]);
}

/// codetether.md §3.2, §2: bare strings, null payloads and texts in place of objects.
#[test]
fn events_without_an_object() {
    let sink = read("o1.jsonl", ODD);
    assert_eq!(sink.parts.len(), 1);
    find(&sink, EventKind::Progress, "done");
    find(&sink, EventKind::Progress, "thinking");
    let said = find(&sink, EventKind::Response, "text_complete");
    assert_eq!((said.at, body_of(ODD, &said).blocks), (None, vec![Block::Text("Hello".into())]));
    let failed = find(&sink, EventKind::Error, "error");
    assert_eq!(body_of(ODD, &failed).blocks, [Block::Error("stream broke".into())]);
    let bad = sink.problems.as_slice().iter().filter(|problem| problem.kind == ProblemKind::BadLine);
    assert_eq!(bad.map(|problem| problem.line).collect::<Vec<_>>(), [Some(18), Some(19)]);
}

#[test]
fn bodies_tell_durability_and_reading() {
    let facts = |line: &str| {
        let body = CodeTether.body(line.as_bytes(), 0);
        let of = |name: &str| body.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone());
        (of("Durability").unwrap_or_default(), of("Reading").unwrap_or_default())
    };
    let told = |durability: &str, reading: &str| (durability.to_owned(), reading.to_owned());
    assert_eq!(facts(r#"{"type":"usage_report"}"#), told("durable (earlier set: ephemeral)", "tagged"));
    assert_eq!(facts("\"Thinking\""), told("ephemeral", "named by its key"));
    let bare = r#"{"requested_model":"a","fallback_model":"b"}"#;
    assert_eq!(facts(bare), told("durable", "recognised by its fields"));
    assert_eq!(facts(r#"{"type":"tool_heartbeat"}"#), told("ephemeral (earlier set: unknown)", "tagged"));
}

/// What other agents write, in words that CodeTether uses too.
#[test]
fn other_logs_are_not_taken() {
    for line in [
        r#"{"type":"error","message":"x"}"#,
        r#"{"type":"done"}"#,
        r#"{"type":"thinking","data":{"text":"x"}}"#,
        r#"{"type":"session.start","ts":"2026-07-01T10:00:00Z","session_id":"s","data":{}}"#,
        r#"{"type":"compaction.start","ts":"2026-07-01T10:00:00Z","session_id":"s","data":{"tokens":5}}"#,
        r#"{"type":"tool_call","sequence":1,"time":"2026-07-01T10:00:00Z","data":{"id":"a"}}"#,
        r#"{"type":"turn.completed","usage":{"input_tokens":1}}"#,
        r#"{"type":"user_message","timestamp":1782900000000,"content":"x"}"#,
        r#"{"role":"user","content":[{"type":"text","text":"x"}]}"#,
        r#"{"prompt_tokens":1,"completion_tokens":2,"model":"m"}"#,
        r#"{"messages":[],"usage":{"input":1}}"#,
        r#"{"error":"x"}"#,
        r#"{"topic":"a","message":{"body":"x"}}"#,
    ] {
        let value: Value = serde_json::from_slice(line.as_bytes()).expect("JSON");
        assert!(!CodeTether.sniff(&[value]), "{line}");
    }
}
