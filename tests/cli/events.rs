//! The normalised export: every event once, in one shape, and back again.

use super::{Folder, log, run};
use crate::support::corpus;
use serde_json::{Value, json};
use sessionscope::export::events::Line;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn lines(text: &str) -> Vec<Line> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of ours")).collect()
}

/// Reads the lines again, finds every sum of the list of sessions in them, and gives their number.
fn check(path: &str) -> usize {
    let run_of = run(["events", path]);
    let lines = lines(run_of.text());
    for (line, text) in lines.iter().zip(run_of.text().lines()) {
        assert_eq!(serde_json::to_string(line).expect("plain data"), text, "null and 0 stay apart");
    }
    let mut outputs: BTreeMap<String, Option<u64>> = BTreeMap::new();
    for usage in lines.iter().flat_map(|line| &line.usage).filter(|usage| usage.counts_tokens) {
        let sum = outputs.entry(usage.counted_in.clone().expect("it counts for somebody")).or_default();
        if let Some(output) = usage.tokens.output.get() {
            *sum = Some(sum.unwrap_or(0) + output);
        }
    }
    let sessions = run(["sessions", path, "--own-only", "--format", "json"]).json();
    for session in sessions.as_array().expect("an array") {
        let id = session["id"].as_str().expect("an id");
        let sum = outputs.remove(id).flatten();
        assert_eq!(json!(sum), session["tokens"]["output"], "{id}");
    }
    assert!(outputs.is_empty(), "{outputs:?}");
    lines.len()
}

#[test]
fn lines_of_every_format_read_back_and_add_up() {
    for format in ["claude", "codex", "codetether", "fizeau"] {
        let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", format].iter().collect();
        assert!(check(path.to_str().expect("UTF-8")) > 10, "{format}");
    }
}

#[test]
fn lines_of_real_logs_read_back_and_add_up() {
    for agent in ["claude", "codex", "codetether", "fizeau"] {
        let Some(folder) = corpus(agent) else { return };
        assert!(check(folder.to_str().expect("UTF-8")) > 100, "{agent}");
    }
}

/// The keys stand in docs/events.md, in their order.
#[test]
fn a_line_has_the_documented_keys() {
    let folder = Folder::new("events");
    folder.write("a.jsonl", log("svc-a", "2026-05-01T10:00:00.1234567Z", 10, 0));
    let run = run(["events", folder.path()]);
    let response: Value = serde_json::from_str(run.text().lines().nth(2).expect("a third line")).expect("JSON");
    assert_eq!(
        response,
        json!({
            "session": "svc-a", "agent": "fizeau", "source": format!("{}/a.jsonl", folder.path()), "line": 2,
            "key": "response-1777629600123-0", "kind": "response", "time": "2026-05-01T10:00:00.123Z", "duration_ms": 5,
            "name": "llm.response", "model": "m1", "flags": response["flags"], "durability": null,
            "usage": [{
                "model": "m1", "scope": "request", "finality": "unknown",
                "tokens": {
                    "input_uncached": 10, "cache_read": null, "cache_write": null, "cache_write_1h": null, "output": 0,
                    "reasoning": null
                },
                "cost_picousd": null, "cost_basis": "unpriced: not recorded",
                "decision": "replaced-by-total", "instead": {"path": format!("{}/a.jsonl", folder.path()), "line": 3},
                "counted_in": "svc-a", "counts_tokens": false, "counts_cost": false
            }]
        })
    );
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/events.md")).expect("the document");
    let usage = &response["usage"][0];
    let objects = [&response, usage, &usage["tokens"], &usage["instead"]];
    for key in objects.into_iter().flat_map(|object| object.as_object().expect("an object").keys()) {
        assert!(docs.contains(&format!("| `{key}` |")), "{key} is not described");
    }
    for kind in sessionscope::model::EventKind::ALL {
        assert!(docs.contains(&format!("`{}`", kind.name())), "{} is not described", kind.name());
    }
    for (_, flag) in sessionscope::model::flags::NAMES {
        assert!(docs.contains(&format!("`{flag}`")), "{flag} is not described");
    }
}

#[test]
fn one_session_can_be_asked_for() {
    let folder = Folder::new("events-one");
    for id in ["svc-a", "svc-b"] {
        folder.write(&format!("{id}.jsonl"), log(id, "2026-05-01T10:00:00Z", 10, 1));
    }
    let sessions = |words: &[&str]| {
        let run = run([&["events", folder.path()], words].concat());
        let mut sessions: Vec<String> = lines(run.text()).into_iter().map(|line| line.session).collect();
        sessions.dedup();
        sessions
    };
    assert_eq!(sessions(&[]), ["svc-a", "svc-b"], "one session after the other");
    assert_eq!(sessions(&["--session", "c-b"]), ["svc-b"]);
    run(["events", folder.path(), "--session", "svc-x"]).fails(1, &["no session \"svc-x\"; near are: svc-a, svc-b"]);
}

#[test]
fn copies_of_a_log_are_marked() {
    let folder = Folder::new("events-copy");
    let whole = log("svc-a", "2026-05-01T10:00:00Z", 10, 1);
    let cut: String = whole.lines().take(2).map(|line| format!("{line}\n")).collect();
    folder.write("a.jsonl", &whole);
    folder.write("b.jsonl", cut);
    let run = run(["events", folder.path()]);
    let lines = lines(run.text());
    let of_copy: Vec<&Line> = lines.iter().filter(|line| line.source.ends_with("b.jsonl")).collect();
    assert!(!of_copy.is_empty() && of_copy.iter().all(|line| line.flags.iter().any(|flag| flag == "in-copy")));
    assert!(of_copy.iter().all(|line| line.key.is_none()));
    let usage: Vec<_> = of_copy.iter().flat_map(|line| &line.usage).collect();
    assert_eq!(usage.iter().map(|usage| usage.decision.as_str()).collect::<Vec<_>>(), ["in-copy"]);
}

#[test]
fn durability_is_told_where_the_format_knows_it() {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", "codetether"].iter().collect();
    let run = run(["events".as_ref(), path.as_os_str()]);
    let lines = lines(run.text());
    assert!(lines.iter().any(|line| line.durability.is_some_and(|known| known.newer == Some(true))));
    assert!(lines.iter().any(|line| line.durability.is_none()));
}

#[test]
fn session_events_of_any_form_are_written_in_one() {
    let path: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", "codetether", "codetether-events.jsonl"].iter().collect();
    let run = run(["events".as_ref(), "--canonical".as_ref(), path.as_os_str()]);
    let lines: Vec<serde_json::Value> =
        run.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 10);
    assert!(lines.iter().all(|line| line["type"].is_string() && line["data"].is_object()));
    assert_eq!((&lines[3]["type"], &lines[3]["data"]["source"]), (&"token_usage".into(), &"rlm_iteration".into()));
}
