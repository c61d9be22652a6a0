//! What the logs record, as the command tells it.

use super::{Folder, log, run};
use crate::support::corpus;
use serde_json::{Value, json};

fn metric<'a>(row: &'a Value, name: &str) -> &'a Value {
    let metrics = row["metrics"].as_array().expect("metrics");
    metrics.iter().find(|metric| metric["metric"] == name).expect("every metric is there")
}

fn count(row: &Value, name: &str) -> Value {
    let metric = metric(row, name);
    json!([metric["recorded"], metric["eligible"], metric["class"]])
}

/// A whole log, one without its end, and one that counts nothing.
fn folder() -> Folder {
    let folder = Folder::new("coverage");
    let whole = log("svc-a", "2026-05-01T10:00:00Z", 10, 0);
    let broken: String = whole.replace("svc-a", "svc-b").lines().take(1).map(|line| format!("{line}\n")).collect();
    let none = whole.replace("svc-a", "svc-c").replace(r#""tokens":{"input":10,"output":0},"cost_usd":0.5,"#, "");
    let none = none.replace(r#","usage":{"input":10,"output":0,"total":0}"#, "");
    folder.write("a.jsonl", whole);
    folder.write("b.jsonl", broken);
    folder.write("c.jsonl", none);
    folder
}

#[test]
fn a_table_with_the_reasons_below() {
    let folder = folder();
    let run = run(["coverage", folder.path(), "--mode", "display"]);
    let cells = |line: usize| -> Vec<&str> { run.text().lines().nth(line).unwrap_or_default().split("  ").collect() };
    assert_eq!(cells(0)[0], "AGENT", "{}", run.text());
    assert!(run.text().contains("\nFizeau ") && run.text().contains("\nTOTAL "), "{}", run.text());
    assert!(run.text().contains(" 1 of 3 "), "{}", run.text());
    assert!(run.text().contains("\nFizeau, output: 1 request in logs that broke off; 1 request: neither the answer"));
    assert!(run.text().contains("\n3 sessions. Recorded of what could be: "), "{}", run.text());
}

#[test]
fn json_has_each_agent_and_each_session() {
    let folder = folder();
    let view = run(["coverage", folder.path(), "--mode", "display", "--format", "json"]).json();
    let fizeau = &view["agents"][0];
    assert_eq!(
        (&fizeau["agent"], &fizeau["name"], &fizeau["sessions"]),
        (&json!("fizeau"), &json!("Fizeau"), &json!(3))
    );
    assert_eq!(count(fizeau, "output"), json!([1, 3, "some"]), "a recorded 0 is recorded");
    assert_eq!((&count(fizeau, "cost")[0], &count(fizeau, "cost")[2]), (&json!(1), &json!("some")));
    assert_eq!(count(fizeau, "sub-agents"), json!([0, 0, "n/a"]));
    assert_eq!(metric(fizeau, "time")["unit"], "event");
    assert_eq!(
        fizeau["metrics"],
        view["totals"]["metrics"].as_array().map_or(Value::Null, |_| fizeau["metrics"].clone())
    );
    let sessions = view["sessions"].as_array().expect("sessions");
    let classes: Vec<Value> = sessions.iter().map(|row| json!([row["id"], metric(row, "output")["class"]])).collect();
    let mut classes: Vec<String> = classes.iter().map(Value::to_string).collect();
    classes.sort();
    assert_eq!(classes, [r#"["svc-a","total-only"]"#, r#"["svc-b","none"]"#, r#"["svc-c","none"]"#]);
}

#[test]
fn csv_has_a_line_for_each_agent_and_metric() {
    let folder = folder();
    let csv = run(["coverage", folder.path(), "--format", "csv"]);
    let lines: Vec<&str> = csv.text().lines().collect();
    assert_eq!(lines.len(), 1 + 2 * 8);
    assert_eq!(lines[0], "agent,sessions,metric,unit,recorded,eligible,partial,class,reason");
    assert!(lines[1].starts_with("fizeau,3,output,request,1,3,0,some,"), "{}", lines[1]);
    assert_eq!(lines[8], "fizeau,3,sub-agents,sub-agent,0,0,0,n/a,");
}

#[test]
fn a_window_leaves_sessions_out() {
    let folder = folder();
    let view = run(["coverage", folder.path(), "--window", "2025-01-01", "--tz", "UTC", "--format", "json"]).json();
    assert_eq!((&view["agents"], &view["totals"]["sessions"]), (&json!([]), &json!(0)));
    run(["coverage", folder.path(), "--window", "never"]).fails(2, &["--window"]);
}

#[test]
fn real_logs_have_a_reason_for_everything_that_is_missing() {
    let mut paths = Vec::new();
    for agent in ["claude", "codex", "codetether", "fizeau"] {
        let Some(folder) = corpus(agent) else { return };
        paths.push(folder.to_str().expect("UTF-8").to_owned());
    }
    let words: Vec<&str> =
        ["coverage", "--format", "json"].into_iter().chain(paths.iter().map(String::as_str)).collect();
    let view = run(words).json();
    let agents = view["agents"].as_array().expect("agents");
    assert_eq!(agents.len(), 4);
    for row in agents.iter().chain([&view["totals"]]) {
        for metric in row["metrics"].as_array().expect("metrics") {
            let number = |key: &str| metric[key].as_u64().expect("a number");
            let is_whole = number("recorded") == number("eligible") && number("partial") == 0;
            assert!(number("recorded") <= number("eligible"), "{metric}");
            assert_eq!(metric["reason"] == "", is_whole, "{} {metric}", row["name"]);
        }
    }
    let limits: Vec<&str> =
        view["limits"].as_array().expect("limits").iter().filter_map(|limit| limit["kind"].as_str()).collect();
    for kind in ["partial-counts", "uncounted-tool", "unlogged-requests"] {
        assert!(limits.contains(&kind), "{kind} is not in {limits:?}");
    }
}
