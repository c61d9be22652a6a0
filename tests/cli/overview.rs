//! The dashboards, as the command tells them: the worked example of analytics.md §2 as logs, and real ones.

use super::{Folder, log, run};
use crate::support::corpus;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The six sessions: s3 of Codex, the others of Claude Code, of which s4 records no usage.
fn example() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/analytics").to_str().expect("UTF-8").to_owned()
}

fn overview(words: &[&str]) -> Value {
    let path = example();
    let common = ["overview", &path, "--format", "json", "--now", "2026-03-06T12:00:00Z"];
    run(common.iter().chain(words)).json()
}

/// The values of a panel's table of two columns.
fn values(panel: &Value, title: &str, wanted: &[&str]) -> Vec<Value> {
    let rows = panel["tables"][title].as_array().expect("a table");
    let value =
        |name: &&str| rows.iter().find(|row| row["Metric"] == **name).expect("the metric is there")["Value"].clone();
    wanted.iter().map(value).collect()
}

/// Rows of a panel's table, some of their columns.
fn cells(panel: &Value, title: &str, columns: &[&str]) -> Vec<Vec<Value>> {
    let rows = panel["tables"][title].as_array().expect("a table");
    rows.iter().map(|row| columns.iter().map(|column| row[*column].clone()).collect()).collect()
}

#[test]
fn the_cards() {
    let view = overview(&["--panel", "summary"]);
    let rows = &view["summary"]["tables"]["Summary"];
    let shown: Vec<Vec<Value>> = cells(&view["summary"], "Summary", &["Metric", "Value"]);
    assert_eq!(
        json!(shown),
        json!([
            ["Sessions", 6],
            ["Messages", 71],
            ["Output Tokens", 11200],
            ["Token Reporting Sessions", 5],
            ["Active Projects", 3],
            ["Active Days", 3],
            ["Avg Messages/Session", 11.8],
            ["Median Messages/Session", 6],
            ["P90 Messages/Session", 40],
            ["Most Active Project", "web"],
            ["Concentration", "100.0%"]
        ]),
        "{rows}"
    );
    assert_eq!(view["summary"]["coverage"], json!({"reported": 5, "eligible": 6, "unit": "sessions-with-tokens"}));
    assert_eq!((&view["summary"]["scope"], &view["summary"]["basis"]), (&json!("sessions"), &json!("session-start")));
}

#[test]
fn the_calendar() {
    let columns = |metric: &'static str| ["Date", metric, "Sessions", "Reporting Sessions", "Level"];
    let shown = |words: &[&str], metric| json!(cells(&overview(words)["heatmap"], "Heatmap", &columns(metric)));
    assert_eq!(
        shown(&["--panel", "heatmap"], "Messages"),
        json!([
            ["2026-03-02", 14, 2, 2, 2],
            ["2026-03-03", 40, 1, 1, 3],
            ["2026-03-04", null, 0, 0, 0],
            ["2026-03-05", 12, 2, 2, 1]
        ])
    );
    assert_eq!(
        shown(&["--panel", "heatmap", "--heatmap", "output_tokens"], "Output Tokens"),
        json!([
            ["2026-03-02", 1200, 2, 2, 2],
            ["2026-03-03", 9000, 1, 1, 3],
            ["2026-03-04", null, 0, 0, 0],
            ["2026-03-05", 300, 2, 1, 1]
        ])
    );
    let tokyo = overview(&["--panel", "heatmap", "--tz", "Asia/Tokyo"]);
    assert_eq!(json!(cells(&tokyo["heatmap"], "Heatmap", &["Messages"])), json!([[10], [44], [null], [12]]));
}

#[test]
fn the_shape() {
    let view = overview(&["--panel", "shape"]);
    let counts = |title| json!(cells(&view["shape"], title, &["Sessions"]).concat());
    assert_eq!(counts("Session Length"), json!([2, 2, 0, 1, 0, 0]));
    assert_eq!(counts("Session Duration"), json!([1, 1, 1, 1, 0, 1]));
    assert_eq!(counts("Autonomy"), json!([2, 0, 1, 2, 0, 0]));
}

#[test]
fn the_rankings() {
    let top = |words: &[&str], metric| {
        let view = overview(&[&["--panel", "top"], words].concat());
        let rows = cells(&view["top"], "Top Sessions", &["Session", metric]);
        let short = |row: &Vec<Value>| json!([&row[0].as_str().expect("a key")[7..8], row[1]]);
        (json!(rows.iter().map(short).collect::<Vec<_>>()), view["top"]["notes"].clone())
    };
    let (rows, notes) = top(&["--top", "output_tokens"], "Output Tokens");
    assert_eq!(rows, json!([["3", 9000], ["1", 1200], ["5", 300], ["2", 0]]));
    assert_eq!(notes, json!(["1 session has no token data and is not ranked"]));
    assert_eq!(top(&[], "Messages").0, json!([["3", 40], ["1", 10], ["4", 8], ["2", 4], ["5", 4]]));
    assert_eq!(top(&["--top", "output_tokens", "--top-with-sub-agents"], "Output Tokens").0[1], json!(["1", 1900]));
}

#[test]
fn every_panel_says_what_it_covers() {
    let view = overview(&[]);
    let panels = view.as_object().expect("panels");
    assert_eq!(panels.len(), 17, "all but sessions; no pair was asked for, no router and no telemetry are known");
    for (name, panel) in panels {
        assert!(panel["scope"].is_string() && panel["basis"].is_string(), "{name}");
        assert!(panel["tables"].as_object().is_some_and(|tables| !tables.is_empty()), "{name}");
    }
    let path = example();
    let text = run(["overview", &path, "--panel", "usage"]);
    let line = "usage: all that was used, sub-agents and forks included; by the time of each request; \
                output tokens recorded by 45 of 50 requests; 5 requests without a cost.";
    assert!(text.text().contains(line), "{}", text.text());
    assert!(text.text().contains("≥ 11200"), "{}", text.text());
}

#[test]
fn what_stands_behind_a_number() {
    let found = overview(&["--panel", "projects", "--behind", "project=api"]);
    let rows = cells(&found["behind"], "Sessions behind", &["Messages", "Output Tokens"]);
    assert_eq!(json!(rows), json!([[10, 1200], [5, 700], [4, 0]]));
    let found = overview(&["--panel", "usage", "--behind", "day=2026-03-02"]);
    let rows = cells(&found["behind"], "Requests behind", &["Output Tokens"]);
    assert_eq!(rows.len(), 12);
    assert_eq!(rows.iter().filter_map(|row| row[0].as_u64()).sum::<u64>(), 1900);
    assert_eq!(json!(cells(&found["behind"], "Sum", &["Output Tokens", "Requests"])), json!([[1900, 12]]));
}

#[test]
fn two_side_by_side() {
    let view = overview(&["--panel", "comparison", "--split", "project", "--compare", "api", "docs"]);
    let rows = cells(&view["comparison"], "Comparison", &["Metric", "Left", "Right", "Delta", "Change"]);
    assert_eq!(
        json!(rows),
        json!([
            ["Cost", 0.02886, 0.00459, -0.02427, "-84.1%"],
            ["Sessions", 3, 1, -2, "-66.7%"],
            ["Cost per session", 0.00962, 0.00459, -0.00503, "-52.3%"],
            ["Tokens", 2020, 330, -1690, "-83.7%"],
            ["Tokens per session", 673, 330, -343, "-51%"]
        ])
    );
}

#[test]
fn periods_and_what_nobody_named_side_by_side() {
    let sides = |words: &[&str]| {
        let view = overview(&[&["--panel", "comparison"], words].concat());
        let rows = cells(&view["comparison"], "Comparison", &["Metric", "Left", "Right"]);
        (json!(cells(&view["comparison"], "Compared", &["Name"])), json!(rows[3]))
    };
    let days = sides(&["--compare-by", "day", "--compare", "2026-03-02", "2026-03-03"]);
    assert_eq!(days, (json!([["2026-03-02"], ["2026-03-03"]]), json!(["Tokens", 2020, 39000])));
    assert_eq!(sides(&["--compare-by", "day"]).0, json!([["2026-03-03"], ["2026-03-05"]]));
    assert_eq!(sides(&["--split", "project"]).0, json!([["web"], ["api"]]));
    let before = sides(&["--compare-by", "before", "--window", "2026-03-03"]);
    assert_eq!(before, (json!([["time before"], ["this window"]]), json!(["Tokens", 2020, 39000])));
}

#[test]
fn where_tokens_went_by_the_agents_own_telemetry() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/codetether/codetether-events.jsonl");
    let words = ["overview", path.to_str().expect("UTF-8"), "--panel", "post-mortem", "--format", "json"];
    let panel = run(words).json()["post-mortem"].clone();
    let told = values(&panel, "Post-Mortem", &["RLM Share of Tokens", "RLM Success Rate", "Truncated Tokens"]);
    assert_eq!(json!(told), json!(["34.2%", "100%", 98000]));
    let fallbacks = cells(&panel, "Subcall Fallbacks", &["Requested", "Used", "Times"]);
    assert_eq!(json!(fallbacks), json!([["deepseek-r1", "gpt-4o", 1]]));
    assert_eq!(overview(&["--panel", "post-mortem", "--panel", "routing"]), json!({}), "no log of the example knows");
}

#[test]
fn the_dearest_sessions_with_what_they_started() {
    let view = overview(&["--panel", "dearest"]);
    let rows = cells(&view["dearest"], "Dearest Sessions", &["Rank", "Project", "Sessions", "Cost Status"]);
    assert_eq!(
        json!(rows),
        json!([
            [1, "web", 1, "computed"],
            [2, "api", 2, "computed"],
            [3, "docs", 1, "computed"],
            [4, "api", 1, "computed"]
        ])
    );
    assert_eq!(view["dearest"]["notes"], json!(["1 session of unknown cost, not ranked"]));
}

#[test]
fn what_the_logs_do_not_have_is_not_ranked() {
    let folder = Folder::new("overview");
    folder.write(
        "a.jsonl",
        log("svc-a", "2026-05-01T10:00:00Z", 1, 1)
            .replace(r#""tokens":{"input":1,"output":1},"#, "")
            .replace(r#""usage":{"input":1,"output":1,"total":0},"#, ""),
    );
    let run = run(["overview", folder.path(), "--panel", "heatmap", "--heatmap", "output_tokens", "--format", "csv"]);
    assert!(run.text().contains("Date,Messages,Sessions"), "{}", run.text());
    assert!(run.err.contains("This data has no output tokens; showing messages instead"), "{}", run.err);
}

#[test]
fn wrong_words_are_told() {
    let path = example();
    run(["overview", &path, "--panel", "sumary"]).fails(2, &["sumary", "summary"]);
    run(["overview", &path, "--behind", "day=soon"]).fails(2, &["no date, such as 2026-03-02"]);
    run(["overview", &path, "--weekday", "7"]).fails(2, &["--weekday"]);
}

/// token-coverage.md §7; names of projects cannot become formulas.
#[test]
fn csv_in_sections() {
    let folder = Folder::new("overview-csv");
    let line = r#"{"type":"user","sessionId":"s","uuid":"u","cwd":"/x/=cmd,x","timestamp":"2026-03-02T09:00:00Z","message":{"role":"user","content":"-1"}}"#;
    folder.write("s.jsonl", line);
    let run = run([
        "overview",
        folder.path(),
        "--panel",
        "summary",
        "--panel",
        "projects",
        "--panel",
        "sessions",
        "--format",
        "csv",
    ]);
    let text = run.text();
    let sections: Vec<&str> = text.split("\n\n").collect();
    assert_eq!(
        sections[0],
        "Summary\nMetric,Value\nSessions,1\nMessages,1\nOutput Tokens,\nToken Reporting Sessions,0\nActive Projects,1\n\
         Active Days,1\nAvg Messages/Session,1\nMedian Messages/Session,1\nP90 Messages/Session,1\n\
         Most Active Project,\"'=cmd,x\"\nConcentration,100.0%"
    );
    assert!(
        text.contains("\n\nProjects\nName,Sessions,Messages,Avg Messages,Median Messages\n\"'=cmd,x\",1,1,1,1\n"),
        "{text}"
    );
    let header = "Session,Agent,Project,Started,Ended,Messages,Output Tokens,Output Coverage,Peak Context,Input Tokens,Cache Read,Cache Write,Cost USD,Cost Status";
    assert!(text.contains(&format!("\n\nSessions\n{header}\ns,claude,\"'=cmd,x\",")), "{text}");
    assert!(text.ends_with(",1,,n/a,,,,,,none\n"), "{text}");
    assert!(!text.contains("NaN") && !text.contains("null") && !text.contains('—'), "{text}");
}

/// Prints the cells of all sections as JSON: title, columns and rows, as another program's reader finds them.
const READER: &str = r#"
import csv, io, json, sys
sections = sys.stdin.read().split("\n\n")
print(json.dumps([[row for row in csv.reader(io.StringIO(section))] for section in sections]))
"#;

#[test]
fn another_programs_reader_finds_the_same_cells() {
    let mut python =
        match Command::new("python3").args(["-c", READER]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() {
            Ok(python) => python,
            Err(_) if std::env::var_os("CI").is_none() => return println!("python3 not found"),
            Err(error) => panic!("CI must run this test: {error}"),
        };
    let path = example();
    let csv = run(["overview", &path, "--format", "csv"]);
    python.stdin.take().expect("a pipe").write_all(&csv.out).expect("it reads");
    let output = python.wait_with_output().expect("it ends");
    let sections: Vec<Vec<Vec<String>>> = serde_json::from_slice(&output.stdout).expect("JSON");
    let view = overview(&[]);
    let tables: Vec<(&String, &Value)> = view
        .as_object()
        .expect("panels")
        .values()
        .flat_map(|panel| panel["tables"].as_object().expect("tables"))
        .collect();
    assert_eq!(sections.len(), tables.len());
    let mut compared = 0;
    for section in &sections {
        let (_, rows) = tables.iter().find(|(title, _)| **title == section[0][0]).expect("the same sections");
        let rows = rows.as_array().expect("rows");
        assert_eq!(section.len(), rows.len() + 2, "{}", section[0][0]);
        for (cells, row) in section[2..].iter().zip(rows) {
            for (column, cell) in section[1].iter().zip(cells) {
                let told = match &row[column] {
                    Value::Null => String::new(),
                    // A spreadsheet would read `121+` as a number.
                    Value::String(text) => match text.strip_suffix('+') {
                        Some(least) if least.parse::<u64>().is_ok() => format!("{least} or more"),
                        _ => text.clone(),
                    },
                    Value::Number(_) => {
                        let number: f64 = cell.parse().expect("a number");
                        assert_eq!(row[column].as_f64(), Some(number));
                        cell.clone()
                    }
                    other => other.to_string(),
                };
                assert_eq!(*cell, told, "{} {column}", section[0][0]);
                compared += 1;
            }
        }
    }
    assert!(compared > 1000, "{compared}");
}

/// Whole corpora: the overview, the usage report and the list of sessions tell the same totals.
#[test]
fn all_reports_agree_on_real_logs() {
    for name in ["claude", "codex", "codetether", "fizeau"] {
        let Some(folder) = corpus(name) else { continue };
        let path = folder.to_str().expect("UTF-8");
        let usage = &run(["usage", path, "--format", "json"]).json()["totals"];
        let view = run([
            "overview", path, "--panel", "usage", "--panel", "summary", "--panel", "sessions", "--format", "json",
        ])
        .json();
        let told = values(&view["usage"], "Usage", &["Output Tokens", "Input Tokens", "Cache Read", "Cache Write"]);
        let keys = ["output_tokens", "input_tokens", "cache_read_tokens", "cache_write_tokens"];
        assert_eq!(told, keys.map(|key| usage[key].clone()), "{name}");
        let cost = values(&view["usage"], "Usage", &["Cost USD"])[0].as_f64();
        let close = cost.zip(usage["cost_subtotal_known"].as_f64()).map(|(a, b)| (a - b).abs() < 1e-6);
        assert_ne!(close, Some(false), "{name}");
        assert_eq!(values(&view["summary"], "Summary", &["Output Tokens"])[0], usage["output_tokens"], "{name}");
        let rows = cells(&view["sessions"], "Sessions", &["Output Tokens"]);
        assert_eq!(rows.iter().filter_map(|row| row[0].as_u64()).sum::<u64>(), usage["output_tokens"], "{name}");
    }
}
