//! Over made and real logs: tables, files and explanations tell the same totals.

use super::{Folder, log, run};
use crate::support::{archive, corpus};
use serde_json::{Value, json};
use sessionscope::archive::Archive;
use sessionscope::logic::analytics::{Facts, Selection};
use sessionscope::logic::explain::measure::Unit;
use sessionscope::logic::explain::name::{TotalName, joined};
use sessionscope::logic::explain::total::{Total, TotalAsk, total};
use sessionscope::model::{Metric, Timestamp, Zone};
use std::path::{Path, PathBuf};

/// What one loaded archive says of itself.
struct Loaded {
    archive: Archive,
    facts: Facts,
    path: String,
}

impl Loaded {
    fn new(folder: &Path) -> Self {
        let mut files = Vec::new();
        below(folder, &mut files);
        files.sort();
        let read: Vec<(String, Vec<u8>)> = files
            .iter()
            .map(|path| (path.to_string_lossy().into_owned(), std::fs::read(path).expect("a file")))
            .collect();
        let archive = archive(read.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
        let facts = Facts::of(&archive);
        Self { archive, facts, path: folder.to_str().expect("UTF-8").to_owned() }
    }

    fn total(&self, of: &str, measure: &str) -> Total {
        let name = TotalName::parse(of, measure).expect(of);
        let ask = TotalAsk {
            archive: &self.archive,
            facts: &self.facts,
            selection: &Selection::default(),
            zone: &Zone::utc(),
            now: Timestamp::from_ms(0),
            name: &name,
        };
        let found = total(&ask).expect(of);
        let counted = found.rows.iter().filter(|row| !row.is_out);
        assert_eq!(counted.map(|row| row.portion.amount).sum::<i128>(), found.sum.amount, "{measure} {of}");
        found
    }

    /// A cell of a file is the sum of the rows behind it; an empty one has none that records anything.
    fn is_cell(&self, of: &str, measure: &str, cell: &str) {
        let found = self.total(of, measure);
        let amount = found.sum.amount;
        match (cell, found.name.measure.unit()) {
            ("", _) => assert!(found.text() == "—" || found.sum.reported == 0, "{measure} {of}: {}", found.text()),
            (cell, Unit::Money) => {
                let told: f64 = cell.parse().expect("a number");
                // Half of the last decimal that the file writes.
                let decimals = cell.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32);
                let rounded = 0.5 * 10f64.powi(12 - decimals);
                assert!(
                    (told * 1e12 - amount as f64).abs() <= rounded * 1.000_001 + amount.abs() as f64 * 1e-12,
                    "{measure} {of}: {cell} {amount}"
                );
            }
            (cell, _) => assert_eq!(cell.parse(), Ok(amount), "{measure} {of}"),
        }
    }

    fn csv(&self, words: &[&str]) -> Vec<Vec<String>> {
        cells(run([words, &["--tz", "UTC", "--format", "csv", &self.path]].concat()).text())
    }
}

/// Files that the command reads in a folder.
fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        let is_log = |path: &Path| {
            path.extension().is_some_and(|kind| ["jsonl", "ndjson", "json"].iter().any(|log| kind == *log))
        };
        match path.is_dir() {
            true => below(&path, found),
            false if is_log(&path) => found.push(path),
            false => {}
        }
    }
}

/// CSV, read by the rules of RFC 4180.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut is_quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            letter => cell.push(letter),
        }
    }
    rows
}

/// Column of the usage file, measure of the explanation.
const USAGE: [(&str, &str); 9] = [
    ("sessions", "sessions"),
    ("success_sessions", "ok"),
    ("failed_sessions", "failed"),
    ("input_uncached", "input"),
    ("cache_read", "cache-read"),
    ("cache_write", "cache-write"),
    ("output", "output"),
    ("duration_ms", "duration"),
    ("cost_subtotal_known_usd", "cost"),
];

const REFERENCE: [(&str, &str); 10] = [
    ("sessions", "sessions"),
    ("success_sessions", "ok"),
    ("failed_sessions", "failed"),
    ("input_tokens", "input"),
    ("output_tokens", "output"),
    ("total_tokens", "tokens"),
    ("duration_ms", "duration"),
    ("known_cost_usd", "cost"),
    ("cache_read_tokens", "cache-read"),
    ("cache_write_tokens", "cache-write"),
];

/// Every cell of a usage file; `names` are the columns of a row's key.
fn check_usage(
    loaded: &Loaded,
    words: &[&str],
    place: &str,
    by: &str,
    names: usize,
    columns: &[(&str, &str)],
) -> usize {
    let rows = loaded.csv(words);
    let mut checked = 0;
    for row in &rows[1..] {
        // Names that could be formulas are told otherwise in files.
        if row[0].starts_with('\'') {
            continue;
        }
        let key = if by == "session" { row[0].clone() } else { joined(&row[..names]) };
        let of = if row[0] == "TOTAL" { place.to_owned() } else { format!("{place}:{by}={key}") };
        for (column, measure) in columns {
            let at = rows[0].iter().position(|name| name == column).expect("a column");
            // Where no log tells outcomes, none is told.
            if !row[at].is_empty() || !["ok", "failed"].contains(measure) {
                loaded.is_cell(&of, measure, &row[at]);
                checked += 1;
            }
        }
    }
    checked
}

/// Every number of the cards, projects and tools.
fn check_overview(loaded: &Loaded) -> usize {
    let panels = ["overview", "--panel", "summary", "--panel", "projects", "--panel", "tools"];
    let mut checked = 0;
    let mut title = String::new();
    let mut header = Vec::new();
    for row in loaded.csv(&panels) {
        match (title.as_str(), row.as_slice()) {
            (_, [empty]) if empty.is_empty() => (title, header) = (String::new(), Vec::new()),
            ("", [name]) => title = name.clone(),
            (_, names) if header.is_empty() => header = names.to_vec(),
            ("Summary", [metric, value]) => {
                let measure = match metric.as_str() {
                    "Sessions" => "sessions",
                    "Messages" => "messages",
                    "Output Tokens" => "output",
                    "Active Projects" => {
                        assert_eq!(loaded.total("sessions", "projects").text(), *value);
                        continue;
                    }
                    "Avg Messages/Session" | "Median Messages/Session" | "P90 Messages/Session" => {
                        let short = metric.split(' ').next().expect("a word").to_lowercase();
                        let name = if short == "avg" { "average".to_owned() } else { short };
                        let told = loaded.total("sessions", &format!("{name}-messages")).text();
                        assert_eq!(told.trim_end_matches(".0"), value);
                        continue;
                    }
                    _ => continue,
                };
                loaded.is_cell("sessions", measure, value);
                checked += 1;
            }
            ("Projects", row) if !row[0].starts_with('\'') => {
                for (column, measure) in
                    [("Sessions", "sessions"), ("Messages", "messages"), ("Output Tokens", "output")]
                {
                    if let Some(at) = header.iter().position(|name| name == column) {
                        loaded.is_cell(&format!("sessions:project={}", row[0]), measure, &row[at]);
                        checked += 1;
                    }
                }
            }
            _ => {}
        }
    }
    checked
}

/// Every cell of the coverage table, of the file and of the JSON.
fn check_coverage(loaded: &Loaded) -> usize {
    let view = run(["coverage", "--format", "json", &loaded.path]).json();
    let mut checked = 0;
    let agents = view["agents"].as_array().expect("agents").iter().chain([&view["totals"]]);
    for agent in agents {
        let of = agent["agent"].as_str().map_or("coverage".to_owned(), |agent| format!("coverage:agent={agent}"));
        for cell in agent["metrics"].as_array().expect("metrics") {
            let metric = cell["metric"].as_str().expect("a name");
            assert!(Metric::ALL.iter().any(|known| known.name() == metric));
            let sum = loaded.total(&of, metric).sum;
            let told = json!([sum.reported, sum.eligible, sum.partial]);
            assert_eq!(told, json!([cell["recorded"], cell["eligible"], cell["partial"]]), "{of} {metric}");
            checked += 1;
        }
    }
    checked
}

fn check(folder: &Path) -> usize {
    let loaded = Loaded::new(folder);
    let groupings =
        [("provider-model", 2), ("model", 1), ("agent", 1), ("project", 1), ("day", 1), ("month", 1), ("session", 1)];
    let usage = groupings.map(|(by, names)| check_usage(&loaded, &["usage", "--by", by], "usage", by, names, &USAGE));
    usage.iter().sum::<usize>() + check_overview(&loaded) + check_coverage(&loaded)
}

#[test]
fn tables_files_and_explanations_of_made_logs_agree() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for format in ["claude", "codex", "codetether", "fizeau"] {
        let checked = check(&fixtures.join(format));
        assert!(checked > 100, "{format}: {checked}");
    }
    assert!(check(&fixtures.with_file_name("analytics")) > 100);
}

#[test]
fn tables_files_and_explanations_of_the_corpus_agree() {
    let mut checked = 0;
    for folder in ["claude", "codex", "codetether", "fizeau"] {
        let Some(path) = corpus(folder) else { return };
        checked += check(&path);
    }
    assert!(checked > 2_000, "{checked}");
    let Some(folder) = corpus("fizeau") else { return };
    let loaded = Loaded::new(&folder);
    let reference = check_usage(&loaded, &["usage", "--reference"], "reference", "provider-model", 2, &REFERENCE);
    assert!(reference >= 13 * REFERENCE.len(), "{reference}");
}

fn explained(of: &str, measure: &str, path: &str) -> Value {
    run(["explain", "--total", of, "--metric", measure, "--format", "json", path]).json()
}

#[test]
fn the_command_explains_a_total_as_table_json_and_csv() {
    let folder = Folder::new("total");
    folder.write("a.jsonl", log("svc-a", "2026-05-01T10:00:00Z", 10, 1));
    folder.write("b.jsonl", log("=svc-b", "2026-05-02T10:00:00Z", 20, 2));
    let told = explained("usage:model=m1", "output", folder.path());
    assert_eq!((&told["amount"], &told["number"], &told["recorded"]), (&json!(3), &json!("3"), &json!(2)));
    let amounts: Vec<_> = told["rows"].as_array().expect("rows").iter().map(|row| row["Amount"].clone()).collect();
    assert_eq!(amounts.iter().filter_map(Value::as_u64).sum::<u64>(), 3);
    let cost = explained("usage", "cost", folder.path());
    assert_eq!((cost["amount"].as_f64(), &cost["number"]), (Some(1.0), &json!("$1.000000")));
    let one_day = run([
        "explain",
        "--total",
        "usage",
        "--metric",
        "output",
        "--since",
        "2026-05-01",
        "--tz",
        "UTC",
        folder.path(),
    ]);
    assert!(one_day.text().starts_with("Output tokens: 1\n"), "{}", one_day.text());
    assert!(one_day.text().contains("from 2026-05-01T00:00:00.000Z until"), "{}", one_day.text());
    let against = |of: &str, how: &str| {
        let words = ["--metric", "output", "--against", how, "--tz", "UTC", "--format", "json", folder.path()];
        run([&["explain", "--total", of], &words[..]].concat()).json()
    };
    let more = against("requests:day=2026-05-02", "difference:day=2026-05-01");
    assert_eq!((&more["number"], &more["amount"]), (&json!("1"), &json!(1)));
    assert_eq!(more["title"], "Output tokens, day 2026-05-02, difference to day 2026-05-01");
    assert_eq!(against("requests:day=2026-05-02", "change:day=2026-05-01")["number"], "100.0 %");
    let share = against("requests:day=2026-05-01", "share");
    assert_eq!((&share["number"], &share["amount"], &share["of"]), (&json!("33.3 %"), &json!(1), &json!(3)));
    let csv = run(["explain", "--total", "requests", "--metric", "tokens", "--format", "csv", folder.path()]);
    assert!(csv.text().contains("\n'=svc-b,"), "{}", csv.text());
    let session = explained("session:key=svc-a", "cost", folder.path());
    assert_eq!(session["amount"], json!(0.5));
    let counts: Vec<_> = session["rows"].as_array().expect("rows").iter().map(|row| row["Counts"].clone()).collect();
    assert_eq!(json!(counts), json!(["no", "yes"]));
}

#[test]
fn wrong_words_say_what_there_is() {
    let folder = Folder::new("total-words");
    folder.write("a.jsonl", log("svc-a", "2026-05-01T10:00:00Z", 10, 1));
    let fails = |words: &[&str], said: &str| run([&["explain"], words, &[folder.path()]].concat()).fails(2, &[said]);
    fails(&["--total", "all"], "there is no total all; there are sessions, main, requests");
    fails(&["--total", "usage", "--metric", "money"], "usage has no measure money; it has sessions,");
    fails(&["--total", "usage", "--against", "share"], "usage has no share of cost");
    fails(&["--total", "usage:colour=red"], "no rows by colour; there are provider-model,");
    fails(&["--total", "usage", "--from", "2026-05-01T00:00:00Z"], "--from and --to are of a session");
    fails(&["svc-a", "--agent", "fizeau"], "go with --total");
    run(["explain", "--total", "usage"]).fails(2, &["what is to be read is missing"]);
}
