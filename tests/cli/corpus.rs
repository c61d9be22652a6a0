//! Real logs, against what fizeau itself made of them (ORIGIN.md beside them).

use super::run;
use crate::support::{corpus, files};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Cells of the rows of the first table after some words.
fn table(origin: &str, after: &str) -> Vec<Vec<String>> {
    let (_, text) = origin.split_once(after).expect("the words are there");
    let lines = text.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().replace('*', "")).collect();
    lines.skip(2).map(cells).collect()
}

fn origin(folder: &Path) -> String {
    fs::read_to_string(folder.join("ORIGIN.md")).expect("the corpus says where it comes from")
}

/// The keys of a usage row, as ORIGIN.md orders them.
const USAGE: [&str; 13] = [
    "provider",
    "model",
    "sessions",
    "success_sessions",
    "failed_sessions",
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "duration_ms",
    "known_cost_usd",
    "unknown_cost_sessions",
    "cache_read_tokens",
    "cache_write_tokens",
];

#[test]
fn reference_usage_equals_the_table_of_the_corpus() {
    let Some(folder) = corpus("fizeau") else { return };
    let report = run(["usage", folder.to_str().expect("UTF-8"), "--reference", "--format", "json"]).json();
    let row = |cells: &Vec<String>| -> Value {
        let value = |cell: &String| serde_json::from_str(cell).unwrap_or_else(|_| json!(cell));
        USAGE
            .iter()
            .zip(cells)
            .map(|(key, cell)| ((*key).to_owned(), value(cell)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let mut rows: Vec<Value> = table(&origin(&folder), "## Expected results").iter().map(row).collect();
    let mut totals = rows.pop().expect("a row of totals");
    totals["provider"] = json!("");
    assert_eq!(rows.len(), 12);
    assert_eq!(report["rows"], Value::from(rows));
    assert_eq!(report["totals"], totals);
    assert_eq!(report.get("window"), None);
}

#[test]
fn reference_usage_as_csv_and_as_a_table() {
    let Some(folder) = corpus("fizeau") else { return };
    let path = folder.to_str().expect("UTF-8");
    let csv = run(["usage", path, "--reference", "--format", "csv"]);
    let lines: Vec<&str> = csv.text().lines().collect();
    assert_eq!(lines.len(), 14);
    assert_eq!(
        lines[5],
        "openrouter,anthropic/claude-sonnet-4.6,2,2,0,73048,2501,75549,38661,0.2567,0,1.0000,0.1283,1889.4,64.7,0,0"
    );
    assert_eq!(lines[13], "TOTAL,,20,11,9,1786153,79662,1865815,17389810,,12,0.5500,,102.7,4.6,3456685,154298");
    let table = run(["usage", path, "--reference"]);
    let lines: Vec<&str> = table.text().lines().collect();
    assert_eq!(lines.len(), 14);
    let cells = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        cells(lines[13]),
        ["TOTAL", "20", "1786153", "79662", "1865815", "unknown", "12", "64.0%", "55.0%", "-", "102.7", "4.6"]
    );
    assert_eq!(
        cells(lines[3]),
        ["lmstudio", "qwen3.5-27b", "1", "0", "0", "0", "unknown", "1", "-", "0.0%", "-", "0.0", "0.0"]
    );
}

#[test]
fn routing_has_24_requests_and_5_overrides_in_both_countings() {
    let Some(folder) = corpus("fizeau") else { return };
    let path = folder.to_str().expect("UTF-8");
    let usage = run(["usage", path, "--reference", "--format", "json"]).json();
    for words in [&["--reference"][..], &[]] {
        let quality = run([&["routing", path, "--format", "json"], words].concat()).json();
        assert_eq!((&quality["total_requests"], &quality["total_overrides"]), (&json!(24), &json!(5)));
        assert_eq!(quality["auto_acceptance_rate"], json!(19.0 / 24.0));
        assert_eq!(quality["override_disagreement_rate"], json!(0.8));
        assert_eq!(quality, usage["routing_quality"]);
        let table = run([&["routing", path], words].concat());
        assert!(table.text().contains("79.2%  19 of 24\n") && table.text().contains("80.0%  4 of 5\n"));
        let csv = run([&["routing", path, "--format", "csv"], words].concat());
        assert!(csv.text().contains("\nauto_acceptance_rate,0.7917\noverride_disagreement_rate,0.8000\n\n"));
    }
}

#[test]
fn replays_are_byte_for_byte_those_of_fizeau() {
    let Some(folder) = corpus("fizeau") else { return };
    let mut oracle: BTreeMap<String, (String, String)> = BTreeMap::new();
    for cells in table(&origin(&folder), "## Replay oracle") {
        let [name, bytes, hash] = cells.try_into().expect("three cells");
        oracle.insert(name, (bytes, hash));
    }
    assert_eq!(oracle.len(), 23);
    let (mut all, mut empty) = (Vec::new(), 0);
    let logs = files(&folder).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    for path in logs {
        let replay = run(["replay".as_ref(), path.as_os_str(), "--reference".as_ref()]);
        assert_eq!(replay.code, Some(0), "{}", replay.err);
        let hash: String = Sha256::digest(&replay.out).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        match oracle.remove(&path.file_name().expect("a name").to_string_lossy().into_owned()) {
            Some(expected) => assert_eq!((replay.out.len().to_string(), hash), expected, "{}", path.display()),
            None => {
                assert!(replay.out.is_empty(), "{}", path.display());
                empty += 1;
            }
        }
        all.extend(replay.out);
    }
    assert_eq!((oracle.len(), empty), (0, 9));
    let folder = run(["replay", folder.to_str().expect("UTF-8"), "--reference"]);
    assert_eq!(folder.code, Some(0));
    assert!(folder.out == all, "a folder prints its logs one after another");
}

#[test]
fn our_replay_says_more_and_is_text() {
    let Some(folder) = corpus("fizeau") else { return };
    let replay = |name: &str| {
        let path = folder.join(name);
        let run = run(["replay".as_ref(), path.as_os_str()]);
        run.text().to_owned()
    };
    // April 2026 wrote tool calls as a number, which the reference cannot read.
    assert!(replay("demo-read.jsonl").contains("\n[1 tool call(s)]\n"));
    assert!(replay("svc-1777601864961901183.jsonl").contains("tokens)\nError: "));
    assert_eq!(replay("service-events-claude.jsonl"), "");
}

const SESSION: [&str; 24] = [
    "id",
    "agent",
    "sources",
    "title",
    "project",
    "provider",
    "models",
    "status",
    "started",
    "ended",
    "duration_ms",
    "prompts",
    "responses",
    "requests",
    "tool_calls",
    "tool_failures",
    "compactions",
    "tokens",
    "coverage",
    "cost_microusd",
    "cost_status",
    "parent",
    "relation",
    "scope",
];

/// Keys in the order in which they stand in the text, which a map does not keep.
fn keys_of_first_object(text: &str, indent: &str) -> Vec<String> {
    let first = text.split("\n  },").next().unwrap_or(text);
    let key = |line: &str| Some(line.strip_prefix(indent)?.strip_prefix('"')?.split('"').next()?.to_owned());
    first.lines().filter_map(key).collect()
}

#[test]
fn sessions_have_exactly_their_keys() {
    let Some(folder) = corpus("fizeau") else { return };
    let run = run(["sessions", folder.to_str().expect("UTF-8"), "--format", "json"]);
    assert_eq!(keys_of_first_object(run.text(), "    "), SESSION);
    let sessions = run.json();
    let sessions = sessions.as_array().expect("an array");
    let sorted = |keys: &[&str]| -> Vec<String> {
        let mut keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        keys.sort();
        keys
    };
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    for session in sessions {
        assert_eq!(keys(session), sorted(&SESSION));
        let tokens = ["input_uncached", "cache_read", "cache_write", "output", "reasoning", "peak_context"];
        assert_eq!(keys(&session["tokens"]), sorted(&tokens));
        assert_eq!(keys(&session["coverage"]), sorted(&["eligible", "with_output", "with_context", "partial"]));
        assert!(["exact", "computed", "partial", "none"].contains(&session["cost_status"].as_str().expect("a word")));
        assert_eq!(session["cost_microusd"].is_null(), session["cost_status"] == "none");
    }
    // 31 logs; the 32nd file is of another kind.
    assert_eq!(sessions.len(), 31);
}

#[test]
fn sessions_tell_what_their_logs_hold() {
    let Some(folder) = corpus("fizeau") else { return };
    let sessions = run(["sessions", folder.to_str().expect("UTF-8"), "--mode", "display", "--format", "json"]).json();
    let session = |id: &str| {
        let sessions = sessions.as_array().expect("an array");
        sessions.iter().find(|session| session["id"] == id).cloned().expect("a session with this id")
    };
    let claude = session("svc-1778801503297921060");
    assert_eq!(
        claude["tokens"],
        json!({
            "input_uncached": 21, "cache_read": 2_121_913, "cache_write": 152_967, "output": 66_239, "reasoning": null,
            "peak_context": null
        })
    );
    assert_eq!((&claude["cost_microusd"], &claude["cost_status"]), (&json!(2_207_140), &json!("exact")));
    let codex = session("svc-1778842058093290174");
    assert_eq!(codex["tokens"]["input_uncached"], json!(1_008_318 - 918_016));
    assert_eq!((&codex["cost_microusd"], &codex["cost_status"]), (&Value::Null, &json!("none")));
    let cancelled = session("svc-1778835719265009868");
    assert!(cancelled["tokens"].as_object().expect("an object").values().all(Value::is_null), "missing, not zero");
    assert_eq!(cancelled["coverage"], json!({"eligible": 1, "with_output": 0, "with_context": 0, "partial": 0}));
    assert_eq!(cancelled["status"], "cancelled");
    let interrupted = session("svc-1777784409319258737");
    assert_eq!((&interrupted["status"], &interrupted["requests"]), (&json!("incomplete"), &json!(1)));
    let native = session("svc-1778983563685957474");
    assert_eq!(native["requests"], json!(14));
    let stream = session("agent-claude-1778804434855995453");
    assert_eq!((&stream["relation"], &stream["parent"]), (&json!("stream"), &json!("svc-1778804434023892308")));
    assert_eq!(session("svc-1778804434023892308")["relation"], "root");
}

#[test]
fn sessions_as_csv_have_the_same_numbers() {
    let Some(folder) = corpus("fizeau") else { return };
    let path = folder.to_str().expect("UTF-8");
    let csv = run(["sessions", path, "--format", "csv"]);
    let header: Vec<&str> = csv.text().lines().next().expect("a header").split(',').collect();
    assert_eq!(header.len(), 32);
    let tokens = header.iter().position(|name| *name == "tokens_input_uncached").expect("a column");
    let line = csv.text().lines().find(|line| line.starts_with("svc-1778795383754541474,")).expect("a session");
    // Not recorded is an empty cell. The cells before it hold no comma.
    assert_eq!(line.split(',').nth(tokens), Some(""), "{line}");
    assert!(csv.text().lines().all(|line| !line.contains("null")));
}

#[test]
fn every_key_sums_up_to_the_same_totals() {
    let Some(folder) = corpus("fizeau") else { return };
    let path = folder.to_str().expect("UTF-8");
    let totals = run(["usage", path, "--format", "json"]).json()["totals"].clone();
    assert_eq!((&totals["sessions"], &totals["incomplete_sessions"]), (&json!(24), &json!(3)));
    for by in ["provider-model", "model", "provider", "agent", "harness", "project", "day", "week", "month", "session"]
    {
        let report = run(["usage", path, "--by", by, "--format", "json"]).json();
        assert_eq!((&report["totals"], &report["by"]), (&totals, &json!(by)));
        let rows = report["rows"].as_array().expect("rows");
        let sum = |key: &str| rows.iter().filter_map(|row| row[key].as_u64()).sum::<u64>();
        for key in ["sessions", "incomplete_sessions", "input_uncached", "output_tokens", "cache_read_tokens"] {
            assert_eq!(json!(sum(key)), totals[key], "{by} {key}");
        }
        let csv = run(["usage", path, "--by", by, "--format", "csv"]);
        assert_eq!(csv.text().lines().count(), rows.len() + 2, "{by}");
        assert!(run(["usage", path, "--by", by]).text().contains("\nTOTAL "), "{by}");
    }
}

#[test]
fn our_usage_has_the_references_keys_and_more() {
    let Some(folder) = corpus("fizeau") else { return };
    let report = run(["usage", folder.to_str().expect("UTF-8"), "--format", "json"]).json();
    let more = ["harness", "agent", "input_uncached", "cost_subtotal_known", "coverage"];
    for row in report["rows"].as_array().expect("rows").iter().chain([&report["totals"]]) {
        for key in USAGE.iter().chain(&more) {
            assert!(row.get(*key).is_some(), "{key} in {row}");
        }
    }
    let row = |model: &str| {
        let rows = report["rows"].as_array().expect("rows");
        rows.iter().find(|row| row["model"] == model).cloned().expect("a row")
    };
    // Both sessions of the row failed before anything was counted: not recorded, which the reference shows as 0.
    assert_eq!(row("openai/gpt-5.3-mini")["input_tokens"], Value::Null);
    assert_eq!(row("gpt-5.4")["input_uncached"], json!(90_302));
    assert_eq!(row("sonnet")["cost_subtotal_known"], json!(2.209_839_15));
}

#[test]
fn the_one_foreign_file_is_the_one_problem() {
    let Some(folder) = corpus("fizeau") else { return };
    let path = folder.to_str().expect("UTF-8");
    let run_of = |words: &[&str]| run([&["problems", path], words].concat());
    let problems = run_of(&["--format", "json"]).json();
    assert_eq!(problems.as_array().map(Vec::len), Some(1), "{problems}");
    assert_eq!(problems[0]["path"], json!(folder.join("ddx-attempts.jsonl")));
    assert_eq!((&problems[0]["kind"], &problems[0]["line"]), (&json!("foreign"), &Value::Null));
    assert!(run_of(&[]).text().ends_with("\n1 problem in 1 of 32 files.\n"));
    let usage = run(["usage", path]);
    assert_eq!(usage.err.lines().count(), 1);
    assert!(usage.err.contains("ddx-attempts.jsonl: metrics of attempts that a runner made"));
}
