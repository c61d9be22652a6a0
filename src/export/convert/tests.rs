//! What is written opens again, as the same session.

use super::{Target, convert};
use crate::archive::{Archive, Coverage, SourceReader};
use crate::formats;
use crate::logic::sessions::{SessionRow, rows};
use crate::model::{SourceId, SourceMeta, Tally};
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(log: &str) -> Archive {
    let mut reader = SourceReader::new(SourceMeta { path: "a.jsonl".into(), size: None });
    reader.push(log.as_bytes());
    let mut archive = Archive::default();
    archive.add(SourceId(0), reader.finish(None));
    archive.assemble();
    archive
}

fn written(log: &str, target: Target) -> String {
    let archive = read(log);
    let format =
        archive.source(SourceId(0)).and_then(|source| source.format()).and_then(formats::by_id).expect("a log");
    let mut body = |_, event: crate::model::Event| {
        let from = event.span.offset as usize;
        format.body(&log.as_bytes()[from..from + event.span.len as usize], event.block)
    };
    let mut text = String::new();
    for session in archive.sessions() {
        for value in convert(&archive, session, target, &mut body) {
            text.push_str(&value.to_string());
            text.push('\n');
        }
    }
    text
}

fn only(log: &str) -> SessionRow {
    let mut rows = rows(&read(log));
    assert_eq!(rows.len(), 1, "{log}");
    rows.remove(0)
}

/// Prompt with what was written to a cache, then read from one and generated, with of how many requests; coverage, and the
/// largest prompt.
fn counted(row: &SessionRow) -> (u64, [Tally; 2], Coverage, Option<u64>) {
    let totals = &row.totals;
    (
        totals.input_uncached.sum + totals.cache_write.sum,
        [totals.cache_read, totals.output],
        totals.coverage,
        totals.peak_context.get(),
    )
}

/// An answer: thinking, text, calls, and counts of prompt, cache and output.
fn answer() -> impl Strategy<Value = Value> {
    let counts = prop_oneof![
        Just(json!({})),
        (0u32..2000, 0u32..2000, 0u32..500)
            .prop_map(|(input, cached, output)| json!({"input": input, "cacheRead": cached, "output": output})),
        (0u32..2000, 0u32..900, 0u32..500, 1u32..9000).prop_map(|(input, written, output, cost)| {
            let cost = f64::from(cost) / 1000.0;
            json!({"input": input, "cacheWrite": written, "cacheRead": 7, "output": output, "cost": {"total": cost}})
        }),
        (0u32..500).prop_map(|output| json!({ "output": output })),
    ];
    ("[a-z ]{0,9}[a-z]", "[a-z]{1,9}", 0usize..3, counts).prop_map(|(thinking, text, calls, usage)| {
        let mut content =
            vec![json!({"type": "thinking", "thinking": thinking}), json!({"type": "text", "text": text})];
        content.extend((0..calls).map(|_| json!({"type": "toolCall", "name": "look", "arguments": {"at": text}})));
        json!({"role": "assistant", "model": "m-1", "content": content, "usage": usage})
    })
}

fn log() -> impl Strategy<Value = String> {
    let message = prop_oneof![
        2 => answer(),
        1 => "[a-z]{1,9}".prop_map(|text| json!({"role": "user", "content": text})),
    ];
    prop::collection::vec(message, 1..9).prop_map(|messages| {
        let mut lines = vec![
            json!({"type": "session", "version": 1, "id": "s-0001", "cwd": "/a", "timestamp": "2026-01-01T00:00:00Z"}),
        ];
        let mut calls = 0;
        for (number, mut message) in messages.into_iter().enumerate() {
            let at = format!("2026-01-01T00:{:02}:00Z", number + 1);
            let mut results = Vec::new();
            for part in
                message["content"].as_array_mut().into_iter().flatten().filter(|part| part["type"] == "toolCall")
            {
                calls += 1;
                part["id"] = json!(format!("c{calls}"));
                results
                    .push(json!({"role": "toolResult", "toolCallId": part["id"], "content": "seen", "isError": false}));
            }
            lines.push(json!({"type": "message", "timestamp": at, "message": message}));
            let end = format!("2026-01-01T00:{:02}:30Z", number + 1);
            lines.extend(
                results.into_iter().map(|result| json!({"type": "message", "timestamp": end, "message": result})),
            );
        }
        lines.iter().map(|line| line.to_string() + "\n").collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn trajectories_and_spans_hold_what_was_counted(log in log()) {
        let first = only(&log);
        for target in [Target::Atif, Target::Otel] {
            let again = only(&written(&log, target));
            prop_assert_eq!(&again.key, &first.key);
            prop_assert_eq!(again.counts.prompts, first.counts.prompts, "{:?} {}", target, log);
            prop_assert_eq!(again.counts.responses, first.counts.responses);
            prop_assert_eq!(again.counts.tool_calls, first.counts.tool_calls);
            prop_assert_eq!(again.counts.requests, first.counts.requests);
            prop_assert_eq!(counted(&again), counted(&first), "{:?} {}", target, log);
            prop_assert_eq!(&again.models, &first.models);
            // Spans have no cost.
            let (cost, written) = (again.totals.cost, first.totals.cost);
            prop_assert!(target == Target::Otel || (cost.known, cost.reported) == (written.known, written.reported));
        }
    }

    #[test]
    fn session_traces_hold_what_was_said(log in log()) {
        let first = only(&log);
        let again = only(&written(&log, Target::HfTrace));
        prop_assert_eq!(again.counts.prompts, first.counts.prompts);
        prop_assert_eq!(again.counts.responses, first.counts.responses);
        prop_assert_eq!(again.counts.tool_calls, first.counts.tool_calls);
    }

    /// What a format cannot hold is lost once.
    #[test]
    fn a_second_time_changes_nothing(log in log()) {
        for target in [Target::Atif, Target::HfTrace, Target::Otel] {
            let once = written(&log, target);
            prop_assert_eq!(&written(&once, target), &once, "{:?}", target);
        }
    }
}

#[test]
fn a_total_stays_a_total() {
    let log = r#"{"schema_version":"ATIF-v1.4","session_id":"s-0001","agent":{"name":"x","version":"1"},"steps":[{"step_id":1,"source":"agent","message":"hi"}],"final_metrics":{"total_prompt_tokens":10,"total_completion_tokens":2}}"#;
    let again: Value = serde_json::from_str(&written(log, Target::Atif)).expect("a document");
    assert_eq!(again["final_metrics"]["total_prompt_tokens"], 10);
    assert_eq!(again["steps"][0].get("metrics"), None, "what was not recorded is not there");
}

#[test]
fn trace_events_have_times_in_microseconds() {
    let log = "{\"type\":\"session\",\"harness\":\"x\",\"id\":\"s\"}\n{\"type\":\"message\",\"message\":{\"role\":\"user\",\"content\":\"hi\",\"timestamp\":1785612800000}}\n";
    let trace: Value = serde_json::from_str(&written(log, Target::ChromeTrace)).expect("a document");
    let events = trace["traceEvents"].as_array().expect("a list");
    let prompt = events.iter().find(|event| event["cat"] == "prompt").expect("the prompt");
    assert_eq!((prompt["ts"].as_i64(), prompt["ph"].as_str()), (Some(1_785_612_800_000_000), Some("i")));
}
