//! The filter that all reports take: the same words leave the same sessions in each of them.

use super::run;
use serde_json::Value;
use std::path::Path;

fn count(report: &str, filter: &[&str], number: fn(&Value) -> u64) -> u64 {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/analytics").to_str().expect("UTF-8").to_owned();
    let common = [report, &path, "--format", "json", "--tz", "UTC"];
    number(&run(common.iter().chain(filter)).json())
}

/// Filters the worked example of analytics.md §2 in every report.
fn check(filter: &[&str], sessions: u64) {
    let rows = |list: &Value| list.as_array().expect("a list").len() as u64;
    assert_eq!(count("sessions", filter, rows), sessions, "sessions {filter:?}");
    assert_eq!(count("coverage", filter, |view| view["totals"]["sessions"].as_u64().expect("a number")), sessions);
    // Sub-agents are sessions in the other reports.
    let used = |view: &Value| {
        let number = |key: &str| view["totals"][key].as_u64().expect("a number");
        number("sessions") + number("sub_agents")
    };
    assert_eq!(count("usage", filter, used), sessions, "usage {filter:?}");
    let summary = [filter, &["--panel", "summary"]].concat();
    let shown = |view: &Value| view["summary"]["tables"]["Summary"][0]["Value"].as_u64().expect("a number");
    assert_eq!(count("overview", &summary, shown), sessions, "overview {filter:?}");
}

#[test]
fn the_same_words_leave_the_same_sessions_in_every_report() {
    check(&[], 6);
    check(&["--agent", "codex"], 1);
    check(&["--agent", "codex", "--agent", "claude", "--project", "api"], 3);
    check(&["--provider", "openai"], 1);
    check(&["--model", "gpt-5.4"], 1);
    check(&["--status", "failed"], 0);
    check(&["--window", "2026-03-03"], 1);
}

#[test]
fn the_reference_takes_no_filter() {
    run(["usage", "PATH", "--reference", "--agent", "claude"]).fails(2, &["--reference", "--agent"]);
    run(["sessions", "PATH", "--status", "lost"]).fails(2, &["'lost'", "success, failed"]);
}
