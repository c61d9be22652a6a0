//! Where numbers come from: the rows of an explanation, and the sums that other commands print.

use super::{Folder, log, run};
use crate::support::corpus;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn fixtures(format: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", format].iter().collect();
    path.to_str().expect("UTF-8").to_owned()
}

const COLUMNS: [&str; 4] = ["input_uncached", "cache_write", "cache_read", "output"];

/// The sums of the rows that count; `null` where none of them holds a value.
fn sums(explanation: &Value) -> Vec<Value> {
    let rows = explanation["rows"].as_array().expect("rows");
    let counting: Vec<&Value> = rows.iter().filter(|row| row["counts_tokens"] == true).collect();
    let sum = |column: &str| {
        let values: Vec<u64> = counting.iter().filter_map(|row| row["tokens"][column].as_u64()).collect();
        if values.is_empty() { Value::Null } else { json!(values.iter().sum::<u64>()) }
    };
    COLUMNS.iter().map(|column| sum(column)).collect()
}

fn told(tokens: &Value) -> Vec<Value> {
    COLUMNS.iter().map(|column| tokens[*column].clone()).collect()
}

fn sessions(paths: &[&str], words: &[&str]) -> Vec<Value> {
    let sessions = run([&["sessions", "--format", "json"], words, paths].concat()).json();
    sessions.as_array().expect("an array").clone()
}

fn explain(key: &str, paths: &[&str], words: &[&str]) -> Value {
    run([&["explain", key, "--format", "json"], words, paths].concat()).json()
}

/// The explanation of each session adds up to what the list says of it, own and with all below it.
fn check(paths: &[&str]) -> usize {
    let mut explained = 0;
    for words in [&[][..], &["--own-only"]] {
        for session in sessions(paths, words) {
            let key = session["id"].as_str().expect("an id");
            let explanation = explain(key, paths, words);
            assert_eq!(sums(&explanation), told(&session["tokens"]), "{key} {words:?}");
            assert_eq!(explanation["tokens"], session["tokens"], "{key} {words:?}");
            assert_eq!(explanation["scope"], session["scope"]);
            let rows = explanation["rows"].as_array().expect("rows").iter();
            let costs = rows.filter(|row| row["counts_cost"] == true).filter_map(|row| row["cost_picousd"].as_i64());
            assert_eq!(costs.sum::<i64>(), explanation["cost_picousd"].as_i64().unwrap_or(0), "{key}");
            explained += 1;
        }
    }
    explained
}

#[test]
fn rows_add_up_in_logs_of_every_format() {
    for format in ["claude", "codex", "codetether", "fizeau"] {
        assert!(check(&[&fixtures(format)]) > 3, "{format}");
    }
}

#[test]
fn a_tree_holds_what_its_sub_agents_used() {
    let folder = fixtures("claude");
    let tree = explain("3b0c8e5e", &[&folder], &[]);
    let own = explain("3b0c8e5e", &[&folder], &["--own-only"]);
    assert_eq!((&tree["scope"], &own["scope"]), (&json!("tree"), &json!("own")));
    let members = |explanation: &Value| explanation["members"].as_array().map_or(0, Vec::len);
    assert!(members(&tree) > 1 && members(&own) == 1, "{} {}", tree["members"], own["members"]);
    let output = |explanation: &Value| explanation["tokens"]["output"].as_u64().expect("recorded");
    assert!(output(&tree) > output(&own));
    assert!(tree["formula"][0].as_str().is_some_and(|text| text.contains("below it")), "{}", tree["formula"]);
}

#[test]
fn the_table_says_what_counts_and_why() {
    let folder = Folder::new("explain");
    folder.write("a.jsonl", log("svc-a", "2026-05-01T10:00:00Z", 10, 1));
    let run = run(["explain", "svc-a", folder.path()]);
    let lines: Vec<&str> = run.text().lines().collect();
    assert_eq!(lines[0], "Session svc-a  do svc-a");
    assert!(lines[2].starts_with("COUNTS  LINE "), "{}", run.text());
    assert!(lines[3].starts_with("no ") && lines[3].contains("a.jsonl:2 "), "{}", run.text());
    assert!(lines[3].ends_with("the session's own total counts instead: line 3 of a.jsonl"), "{}", run.text());
    assert!(
        lines[4].starts_with("yes ") && lines[4].contains(" recorded ") && lines[4].ends_with(" counts"),
        "{}",
        run.text()
    );
    assert!(lines[5].starts_with("SUM ") && lines[5].contains(" $0.50 "), "{}", run.text());
    assert!(run.text().contains("\n1 total of a whole session, as the log has it, "), "{}", run.text());
    assert!(run.text().ends_with("Records: 1 replaced-by-total, 1 kept.\n— not recorded, ≥ at least.\n"));
}

#[test]
fn csv_has_a_row_for_each_record() {
    let folder = Folder::new("explain-csv");
    folder.write("a.jsonl", log("svc-a", "2026-05-01T10:00:00Z", 10, 1));
    let rows = run(["explain", "svc-a", folder.path(), "--format", "csv"]).rows();
    let at = |name: &str| rows[0].iter().position(|cell| cell == name).expect("a column");
    assert_eq!(rows.len(), 3);
    assert_eq!((rows[2][at("tokens_output")].as_str(), rows[2][at("cost_usd")].as_str()), ("1", "0.500000000000"));
    assert_eq!(rows[2][at("tokens_cache_read")], "", "not recorded is no 0");
    assert_eq!((rows[1][at("instead_line")].as_str(), rows[1][at("counts_tokens")].as_str()), ("3", "false"));
}

#[test]
fn log_text_cannot_steer_the_terminal_or_a_spreadsheet() {
    let folder = Folder::new("explain-hostile");
    let text = log("=svc\\u001b[2J", "2026-05-01T10:00:00Z", 10, 1).replace("m1", "@m\\u202e");
    folder.write("a.jsonl", text);
    let table = run(["explain", "=svc", folder.path()]);
    assert!(table.text().starts_with("Session =svc\u{FFFD}[2J  do =svc"), "{}", table.text());
    assert!(!table.text().contains(['\u{1b}', '\u{202e}']), "{}", table.text());
    let csv = run(["explain", "=svc", folder.path(), "--format", "csv"]);
    assert!(csv.text().contains("\n'=svc") && csv.text().contains(",'@m"), "{}", csv.text());
    run(["explain", "=svc\u{1b}x", folder.path()]).fails(1, &["near are: =svc\u{FFFD}[2J"]);
}

#[test]
fn a_part_of_an_id_is_enough_and_a_wrong_one_names_its_neighbours() {
    let folder = Folder::new("explain-names");
    for id in ["svc-1777", "svc-1778", "other"] {
        folder.write(&format!("{id}.jsonl"), log(id, "2026-05-01T10:00:00Z", 10, 1));
    }
    for name in ["svc-1778", "1778", "SVC-1778"] {
        assert_eq!(explain(name, &[folder.path()], &[])["id"], "svc-1778");
    }
    run(["explain", "svc", folder.path()])
        .fails(1, &["several sessions have \"svc\" in their ids: svc-1777, svc-1778"]);
    run(["explain", "svc-1779", folder.path()])
        .fails(1, &["there is no session \"svc-1779\"; near are: svc-1777, svc-1778"]);
    run(["explain", "nobody", folder.path()])
        .fails(1, &["there is no session \"nobody\"; `sessionscope sessions` lists them"]);
}

#[test]
fn costs_go_by_your_own_prices_and_by_the_mode() {
    let folder = Folder::new("prices");
    folder.write("a.jsonl", log("svc-a", "2026-05-01T10:00:00Z", 1_000_000, 1_000_000));
    let prices = folder.write("prices.txt", r#"{"m1": {"input": 3, "output": 15}}"#);
    let wrong = folder.write("wrong.txt", "nonsense");
    let logs = folder.0.join("a.jsonl");
    let logs = logs.to_str().expect("UTF-8");
    let prices = prices.to_str().expect("UTF-8");
    let cost = |words: &[&str]| {
        let explanation = explain("svc-a", &[logs], words);
        (explanation["cost_picousd"].clone(), explanation["cost_status"].clone())
    };
    let half = json!(500_000_000_000_i64);
    assert_eq!(cost(&["--prices", prices]), (half.clone(), json!("exact")), "the log's own cost");
    assert_eq!(cost(&["--mode", "display"]), (half, json!("exact")));
    assert_eq!(cost(&["--mode", "calculate"]), (Value::Null, json!("none")));
    let computed = cost(&["--mode", "calculate", "--prices", prices]);
    assert_eq!(computed, (json!(18_000_000_000_000_i64), json!("computed")));
    let rows = explain("svc-a", &[logs], &["--mode", "calculate", "--prices", prices])["rows"].clone();
    assert_eq!(rows[1]["cost_basis"], "computed by the price of m1, own price");
    run(["explain".as_ref(), "svc-a".as_ref(), logs.as_ref(), "--prices".as_ref(), wrong.as_os_str()])
        .fails(2, &["wrong.txt' for '--prices <FILE>': "]);
}

/// The totals that another program recorded beside real logs.
#[test]
fn explanations_of_real_sessions_sum_to_what_others_recorded() {
    let Some(folder) = corpus("") else { return };
    let table = std::fs::read_to_string(folder.join("usage-oracle.tsv")).expect("the oracle's table");
    let mut checked = 0;
    for cells in table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()) {
        if !["claude", "codex"].contains(&cells[0]) {
            continue;
        }
        let path = folder.join(cells[0]).join(cells[1]);
        let path = path.to_str().expect("UTF-8");
        let key = sessions(&[path], &[])[0]["id"].as_str().expect("an id").to_owned();
        let explanation = explain(&key, &[path], &["--own-only"]);
        let expected: Vec<u64> = cells[4..8].iter().map(|cell| cell.parse().expect("a number")).collect();
        let sums: Vec<u64> = sums(&explanation).iter().map(|sum| sum.as_u64().unwrap_or(0)).collect();
        assert_eq!(sums, expected, "{path}");
        checked += 1;
    }
    assert_eq!(checked, 8);
}

#[test]
fn rows_add_up_in_real_logs() {
    for agent in ["codetether", "fizeau"] {
        let Some(folder) = corpus(agent) else { return };
        check(&[Path::new(&folder).to_str().expect("UTF-8")]);
    }
}
