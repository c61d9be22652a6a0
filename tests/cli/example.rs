//! The worked example of fizeau.md §11.2 as nine files.

use super::{Folder, run};
use serde_json::{Value, json};

fn event(id: &str, kind: &str, at: &str, data: &Value) -> String {
    json!({"session_id": format!("svc-{id}"), "seq": 0, "type": kind, "ts": at, "data": data}).to_string() + "\n"
}

fn start(id: &str, at: &str, provider: &str, model: &str, harness: &str) -> String {
    let mut data = json!({"provider": provider, "model": model, "prompt": format!("Do {id}")});
    if !harness.is_empty() {
        data["resolved_harness"] = json!(harness);
    }
    event(id, "session.start", at, &data)
}

/// `tokens` and `rest` as in the table; what it leaves out is left out here.
fn end(id: &str, at: &str, status: &str, tokens: Value, rest: Value) -> String {
    let mut data = json!({"status": status, "output": "", "tokens": tokens});
    for (key, value) in rest.as_object().expect("an object") {
        data[key] = value.clone();
    }
    event(id, "session.end", at, &data)
}

fn files() -> Folder {
    let folder = Folder::new("example");
    let write = |id: &str, lines: &[String]| folder.write(&format!("{id}.jsonl"), lines.concat());
    let (at, status) = ("2026-05-01T10:00:00Z", "success");
    let tokens = json!({"input": 1000, "output": 100, "total": 1100});
    let rest = json!({"cost_usd": 0.01, "duration_ms": 2000});
    write("a", &[start("a", at, "openrouter", "m1", ""), end("a", at, status, tokens, rest)]);
    let (at, tokens) = ("2026-05-01T11:00:00Z", json!({"input": 500, "output": 50, "total": 550}));
    let rest = json!({"cost_usd": 0.005, "duration_ms": 4000});
    write("b", &[start("b", at, "openrouter", "m1", ""), end("b", at, "error", tokens, rest)]);
    let at = "2026-05-02T00:00:00Z";
    let tokens = json!({"input": 21, "output": 8931, "cache_read": 825_536, "cache_write": 45_366, "total": 8952});
    let rest = json!({"cost_usd": 0.922_097_5, "duration_ms": 233_226});
    write("c", &[start("c", at, "", "opus", "claude"), end("c", at, status, tokens, rest)]);
    let at = "2026-05-02T23:59:59.999Z";
    let tokens = json!({"input": 1_008_318, "output": 7261, "cache_read": 918_016, "total": 1_015_579});
    let rest = json!({"duration_ms": 274_696});
    write("d", &[start("d", at, "", "gpt-5.4", "codex"), end("d", at, status, tokens, rest)]);
    let tokens = json!({"input": 10, "output": 5, "cache_read": 3, "cache_write": 2});
    let ended = end("e", "2026-05-03T08:00:01.5Z", "budget_halted", tokens, json!({"cost_usd": 0}));
    write("e", &[start("e", "2026-05-03T08:00:00Z", "vllm", "q", ""), ended]);
    write("f", &[start("f", "2026-05-03T09:00:00Z", "vllm", "q", "")]);
    let tokens = json!({"input": 7, "output": 7, "total": 14});
    let rest = json!({"cost_usd": 0.1, "duration_ms": 100});
    write("g", &[end("g", "2026-05-03T10:00:00Z", status, tokens, rest)]);
    let at = "2026-05-03T11:00:00Z";
    let rejected = json!({"axes_overridden": ["model"], "match_per_axis": {"model": false}, "prompt_features": {"requires_tools": false}});
    write("h", &[start("h", at, "", "", ""), event("h", "rejected_override", at, &rejected)]);
    let (at, tokens) = ("2026-05-03T12:00:00Z", json!({"input": 300, "output": 30, "total": 330}));
    let overridden = json!({
        "axes_overridden": ["harness", "provider", "model"],
        "match_per_axis": {"harness": true, "provider": false, "model": true},
        "prompt_features": {"estimated_tokens": 5000, "requires_tools": true, "reasoning": "low"},
        "outcome": {"status": "success"}
    });
    let ended = end("i", at, status, tokens, json!({"cost_usd": -1, "duration_ms": 5000}));
    write("i", &[start("i", at, "openrouter", "m1", ""), event("i", "override", at, &overridden), ended]);
    folder
}

const NOW: [&str; 4] = ["--now", "2026-05-03T18:00:00Z", "--tz", "UTC"];

/// Sessions, ok, failed, in, out, total, duration, known cost, unknown, cache read, cache write, as fizeau.md orders them.
fn numbers(row: &Value) -> Vec<Value> {
    let keys = [
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
    keys.iter().map(|key| row[*key].clone()).collect()
}

fn list(numbers: Value) -> Vec<Value> {
    numbers.as_array().expect("a list").clone()
}

fn reference(folder: &Folder, words: &[&str]) -> Value {
    run([&["usage", folder.path(), "--reference", "--format", "json"], &NOW[..], words].concat()).json()
}

#[test]
fn the_reference_report() {
    let folder = files();
    let report = reference(&folder, &[]);
    let rows = report["rows"].as_array().expect("rows");
    let names: Vec<String> =
        rows.iter().map(|row| format!("{}/{}", row["provider"], row["model"]).replace('"', "")).collect();
    assert_eq!(names, ["openrouter/m1", "unknown/gpt-5.4", "unknown/opus", "vllm/q"]);
    let expected = [
        json!([3, 2, 1, 1800, 180, 1980, 11_000, null, 1, 0, 0]),
        json!([1, 1, 0, 1_008_318, 7261, 1_015_579, 274_696, null, 1, 918_016, 0]),
        json!([1, 1, 0, 21, 8931, 8952, 233_226, 0.922_097_5, 0, 825_536, 45_366]),
        json!([1, 0, 1, 10, 5, 20, 1500, 0, 0, 3, 2]),
    ];
    for (row, expected) in rows.iter().zip(expected) {
        assert_eq!(numbers(row), list(expected));
    }
    let totals = json!([6, 4, 2, 1_010_149, 16_377, 1_026_531, 520_422, null, 2, 1_743_555, 45_368]);
    assert_eq!(numbers(&report["totals"]), list(totals));
}

#[test]
fn rates_of_the_reference_report() {
    let folder = files();
    let rows = run(["usage", folder.path(), "--reference", "--format", "csv"]).rows();
    let rates: Vec<String> = rows[1..].iter().map(|row| row[11..15].join(" ")).collect();
    assert_eq!(
        rates,
        [
            "0.6667  163.6 16.4",
            "1.0000  3670.7 26.4",
            "1.0000 0.9221 0.1 38.3",
            "0.0000  6.7 3.3",
            "0.6667  1941.0 31.5"
        ]
    );
    let table = run(["usage", folder.path(), "--reference"]);
    let hit = |line: &str| line.split_whitespace().find(|cell| cell.ends_with('%')).map(str::to_owned);
    let hits: Vec<String> = table.text().lines().skip(1).filter_map(hit).collect();
    assert_eq!(hits, ["0.0%", "47.7%", "94.8%", "20.0%", "62.3%"]);
}

#[test]
fn windows_of_the_reference_report() {
    let folder = files();
    let totals = |spec: &str| numbers(&reference(&folder, &["--window", spec])["totals"]);
    let today = reference(&folder, &["--since", "today"]);
    assert_eq!(numbers(&today["totals"])[..9], list(json!([2, 1, 1, 310, 35, 350, 6500, null, 1])));
    assert_eq!(numbers(&today["totals"])[9..], list(json!([3, 2])));
    assert_eq!(today["window"], json!({"start": "2026-05-03T00:00:00Z", "end": "2026-05-04T00:00:00Z"}));
    assert_eq!(totals("2026-05-02")[..9], list(json!([2, 2, 0, 1_008_339, 16_192, 1_024_531, 507_922, null, 1])));
    let days = reference(&folder, &["--window", "2026-05-01..2026-05-02"]);
    assert_eq!(numbers(&days["totals"])[0], json!(4));
    assert_eq!(numbers(&days["rows"][0])[..9], list(json!([2, 1, 1, 1500, 150, 1650, 6000, 0.015, 0])));
    assert_eq!(totals("7d"), totals(""));
    let table = run([&["usage", folder.path(), "--reference", "--since", "2026-05-02.."], &NOW[..]].concat());
    assert!(table.text().starts_with("Window: 2026-05-02 .. (open)\nPROVIDER "), "{}", table.text());
}

#[test]
fn our_report() {
    let folder = files();
    let report = run(["usage", folder.path(), "--format", "json"]);
    assert_eq!(report.err.lines().count(), 1, "{}", report.err);
    assert!(report.err.ends_with("g.jsonl:1: the end of a session that no line started; in no total (1 time)\n"));
    let report = report.json();
    let totals = &report["totals"];
    assert_eq!((&totals["sessions"], &totals["incomplete_sessions"]), (&json!(6), &json!(2)));
    assert_eq!((&totals["success_sessions"], &totals["failed_sessions"]), (&json!(4), &json!(2)));
    assert_eq!((&totals["cost_subtotal_known"], &totals["known_cost_usd"]), (&json!(0.937_097_5), &Value::Null));
    assert_eq!(totals["coverage"], json!({"sessions": 8, "with_output": 6, "with_context": 6, "partial": 0}));
    assert_eq!(totals["input_uncached"], json!(1000 + 500 + 21 + (1_008_318 - 918_016) + (10 - 5) + 300));
    assert_eq!(totals["output_tokens"], json!(16_377));
    let rows = run(["usage", folder.path(), "--format", "csv"]).rows();
    let hit = rows[0].iter().position(|name| name == "cache_hit_rate").expect("a column");
    let hits: Vec<&str> = rows[1..4].iter().map(|row| row[hit].as_str()).collect();
    assert_eq!(hits, ["", "0.9104", "0.9479"], "normalised");
}

#[test]
fn our_days_are_those_of_the_zone() {
    let folder = files();
    let sessions = |words: &[&str]| {
        let json = run([&["sessions", folder.path(), "--format", "json"], words].concat()).json();
        let id = |session: &Value| session["id"].as_str().expect("an id").trim_start_matches("svc-").to_owned();
        json.as_array().expect("an array").iter().map(id).collect::<String>()
    };
    let now = ["--now", "2026-05-03T18:00:00Z"];
    assert_eq!(sessions(&[]), "abcdefghi");
    assert_eq!(sessions(&[&now[..], &["--window", "today", "--tz", "UTC"]].concat()), "efghi");
    // There 2 May ends at 18:15 and 3 May at 18:15.
    assert_eq!(sessions(&[&now[..], &["--window", "today", "--tz", "Asia/Kathmandu"]].concat()), "defghi");
    assert_eq!(sessions(&[&now[..], &["--since", "2d", "--tz", "UTC"]].concat()), "cdefghi");
    assert_eq!(sessions(&["--window", "2026-05-01", "--tz", "America/New_York"]), "abc");
    assert_eq!(sessions(&["--window", "..2026-05-01", "--tz", "UTC"]), "ab");
    let words = ["usage", folder.path(), "--by", "day", "--format", "json", "--tz", "America/New_York"];
    let report = run(words).json();
    let row = |row: &Value| format!("{} {}", row["key"][0], row["sessions"]).replace('"', "");
    let rows: Vec<String> = report["rows"].as_array().expect("rows").iter().map(row).collect();
    assert_eq!(rows, ["2026-05-01 3", "2026-05-02 1", "2026-05-03 2"]);
    let words = ["usage", folder.path(), "--window", "today", "--tz", "Asia/Kathmandu"];
    let table = run([&words[..], &now].concat());
    assert!(table.text().starts_with("Window: 2026-05-03 00:00 .. 2026-05-04 00:00 Asia/Kathmandu\n"));
    assert!(table.text().contains("\nLeft out: 3 sessions outside the window, 0 sessions without a start time.\n"));
}

#[test]
fn routing() {
    let folder = files();
    for words in [&["--reference"][..], &[]] {
        let quality = run([&["routing", folder.path(), "--format", "json"], words].concat()).json();
        assert_eq!((&quality["total_requests"], &quality["total_overrides"]), (&json!(8), &json!(2)));
        assert_eq!(
            (&quality["auto_acceptance_rate"], &quality["override_disagreement_rate"]),
            (&json!(0.75), &json!(1.0))
        );
        let cell = |cell: &Value| {
            let outcome = |key: &str| cell[key].as_u64().expect("a number");
            let (success, unknown) = (outcome("success_outcomes"), outcome("unknown_outcomes"));
            let [bucket, axis] = ["prompt_feature_bucket", "axis"].map(|key| cell[key].as_str().expect("text"));
            format!("{bucket} {axis} {} {}: {success} {unknown}", cell["match"], cell["count"])
        };
        let cells = quality["override_class_breakdown"].as_array().expect("cells");
        assert_eq!(
            cells.iter().map(cell).collect::<Vec<_>>(),
            [
                "tokens=medium,tools=yes,reasoning=low harness true 1: 1 0",
                "tokens=medium,tools=yes,reasoning=low model true 1: 1 0",
                "tokens=medium,tools=yes,reasoning=low provider false 1: 1 0",
                "tokens=unknown,tools=no,reasoning=none model false 1: 0 1",
            ]
        );
        let words =
            [&["routing", folder.path(), "--format", "json", "--window", "2026-05-01..2026-05-02"], words].concat();
        assert_eq!(run(words).json()["total_requests"], json!(4));
    }
}
