//! What is read, and what becomes of input that is damaged, foreign or too much.

use super::{Folder, log, run, run_with};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const START: &str = "2026-05-01T10:00:00Z";

fn good(id: &str) -> String {
    log(id, START, 10, 1)
}

/// Ids of the sessions of a folder.
fn ids(path: &str) -> Vec<String> {
    let sessions = run(["sessions", path, "--format", "json"]).json();
    let id = |session: &Value| session["id"].as_str().expect("an id").to_owned();
    sessions.as_array().expect("an array").iter().map(id).collect()
}

#[test]
fn folders_are_searched_for_logs_hidden_ones_too() {
    let folder = Folder::new("search");
    for name in ["b.jsonl", "sub/deep/c.ndjson", ".fizeau/sessions/a.jsonl", "D.JSON"] {
        folder.write(name, good(&name.replace(['/', '.'], "-")));
    }
    folder.write("notes.txt", good("unread"));
    folder.write("jsonl", good("unread"));
    assert_eq!(ids(folder.path()), ["-fizeau-sessions-a-jsonl", "D-JSON", "b-jsonl", "sub-deep-c-ndjson"]);
    let given = folder.0.join("notes.txt");
    assert_eq!(ids(given.to_str().expect("UTF-8")), ["unread"]);
}

#[test]
fn the_reference_reads_the_folder_itself_only() {
    let folder = Folder::new("reference");
    for name in ["a.jsonl", "b.JSONL", "c.json", "d.ndjson", "sub/e.jsonl", ".hidden.jsonl"] {
        folder.write(name, good(name));
    }
    fs::create_dir(folder.0.join("folder.jsonl")).expect("a new folder");
    let sessions = |path: &str| {
        let run = run(["usage", path, "--reference", "--format", "json"]);
        assert_eq!(run.err, "");
        run.json()["totals"]["sessions"].clone()
    };
    assert_eq!(sessions(folder.path()), 2);
    // A file that is given is read.
    assert_eq!(sessions(&format!("{}/c.json", folder.path())), 1);
}

#[test]
fn copies_count_once_but_not_for_the_reference() {
    let folder = Folder::new("copies");
    folder.write("a.jsonl", good("svc-a"));
    folder.write("b.jsonl", good("svc-a"));
    let usage = run(["usage", folder.path(), "--format", "json"]);
    assert_eq!(usage.json()["totals"]["sessions"], 1);
    assert!(usage.err.contains("b.jsonl: the same as ") && usage.err.contains("a.jsonl, which counts (1 time)"));
    let usage = run(["usage", folder.path(), "--reference", "--format", "json"]);
    assert_eq!((usage.json()["totals"]["sessions"].as_u64(), usage.err.as_str()), (Some(2), ""));
    let one = format!("{}/a.jsonl", folder.path());
    let twice = run(["usage", &one, &one, "--format", "json"]);
    assert_eq!((twice.json()["totals"]["sessions"].as_u64(), twice.err.as_str()), (Some(1), ""));
    let twice = run(["usage", &one, &one, "--reference", "--format", "json"]);
    assert_eq!(twice.json()["totals"]["sessions"], 2);
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("links");
    let outside = Folder::new("links-outside");
    folder.write("logs/a.jsonl", good("svc-a"));
    outside.write("b.jsonl", good("svc-b"));
    symlink(&folder.0, folder.0.join("logs/up")).expect("a link");
    symlink(&outside.0, folder.0.join("elsewhere")).expect("a link");
    symlink("nothing", folder.0.join("broken.jsonl")).expect("a link");
    symlink(folder.0.join("logs/a.jsonl"), folder.0.join("z.jsonl")).expect("a link");
    let sessions = run(["sessions", folder.path(), "--format", "json"]);
    assert_eq!(sessions.err, "");
    assert_eq!(sessions.json().as_array().map(Vec::len), Some(2));
}

#[test]
fn standard_input_is_a_source() {
    let sessions = run_with(["sessions", "-", "--format", "json"], good("svc-a").as_bytes()).json();
    assert_eq!((&sessions[0]["id"], &sessions[0]["sources"]), (&json!("svc-a"), &json!(["-"])));
    let replay = run_with(["replay", "-"], good("svc-a").as_bytes());
    assert!(replay.text().starts_with("=== Session svc-a ===\nTime: 2026-05-01 10:00:00 UTC\n"));
    run_with(["usage", "-"], b"").fails(1, &["-: the file is empty"]);
}

#[test]
fn damaged_lines_cost_no_more_than_themselves() {
    let folder = Folder::new("damaged");
    let lines = good("svc-a");
    let [start, response, end] = lines.lines().collect::<Vec<_>>().try_into().expect("three lines");
    let check = |name: &str, content: &[u8], problem: &str| {
        let path = folder.write(name, content);
        let run = run(["usage".as_ref(), path.as_os_str(), "--format".as_ref(), "json".as_ref()]);
        let report = run.json();
        let totals = &report["totals"];
        assert_eq!((&totals["sessions"], &totals["output_tokens"]), (&json!(1), &json!(1)), "{name}");
        let said = run.err.trim_end().rsplit('/').next().unwrap_or_default();
        assert_eq!(said, problem, "{name}");
        assert_eq!(run.err.lines().count(), usize::from(!problem.is_empty()), "{name}");
    };
    let joined = |lines: &[&str], ending: &str| lines.iter().flat_map(|line| [*line, ending]).collect::<String>();
    check("bom.jsonl", format!("\u{FEFF}{lines}").as_bytes(), "");
    check("crlf.jsonl", joined(&[start, response, end], "\r\n").as_bytes(), "");
    check("blank.jsonl", joined(&[start, "", " \t", response, end], "\n").as_bytes(), "");
    check("no-last-line-end.jsonl", lines.trim_end().as_bytes(), "");
    let half = &response[..40];
    let torn = joined(&[start, response, end], "\n") + half;
    check("torn.jsonl", torn.as_bytes(), "torn.jsonl:4: the file ends in the middle of a line (1 time)");
    let twice = joined(&[start, "{oops", response, "{oops", end], "\n");
    let run = run(["usage".as_ref(), folder.write("bad.jsonl", &twice).as_os_str()]);
    assert!(run.err.contains("bad.jsonl:2: ") && run.err.ends_with(" (2 times)\n"), "{}", run.err);
    let damaged = [start.as_bytes(), &without_a_byte(response), end.as_bytes()].join(&b"\n"[..]);
    let path = folder.write("utf8.jsonl", &damaged);
    let report = super::run(["usage".as_ref(), path.as_os_str(), "--format".as_ref(), "json".as_ref()]);
    assert_eq!(report.json()["totals"]["output_tokens"], 1);
    assert!(report.err.contains("utf8.jsonl:2: "), "{}", report.err);
}

/// The line with half a character in its model's name.
fn without_a_byte(line: &str) -> Vec<u8> {
    let mut bytes = line.replace("m1", "m\u{e9}").into_bytes();
    let at = bytes.iter().position(|byte| *byte == 0xC3).expect("two bytes of a character");
    bytes.remove(at);
    bytes
}

#[test]
fn foreign_files_beside_a_log_are_named() {
    let folder = Folder::new("foreign");
    folder.write("a.jsonl", good("svc-a"));
    folder.write("package.json", "{\n  \"name\": \"x\"\n}\n");
    folder.write("empty.jsonl", "");
    folder.write("nul.jsonl", [0; 5000]);
    folder.write("image.json", (0..=255).cycle().take(100_000).collect::<Vec<u8>>());
    folder.write("array.json", "[1, 2]\n");
    let usage = run(["usage", folder.path(), "--format", "json"]);
    assert_eq!(usage.json()["totals"]["sessions"], 1);
    for name in ["package.json: ", "empty.jsonl: the file is empty", "nul.jsonl: ", "image.json: ", "array.json: "] {
        assert!(usage.err.contains(name), "{name} is not in:\n{}", usage.err);
    }
    assert_eq!(usage.err.lines().count(), 5, "{}", usage.err);
    let problems = run(["problems", folder.path(), "--format", "csv"]);
    assert_eq!(problems.text().lines().count(), 6);
    assert!(problems.text().starts_with("path,line,kind,reason,count,excerpt\n"));
}

#[test]
fn many_foreign_files_are_counted() {
    let folder = Folder::new("many-foreign");
    folder.write("a.jsonl", good("svc-a"));
    for number in 0..30 {
        folder.write(&format!("data/{number}.json"), format!("{{\"number\":{number}}}"));
    }
    let usage = run(["usage", folder.path()]);
    assert_eq!(usage.err.lines().count(), 21, "{}", usage.err);
    assert!(usage.err.ends_with("\n10 more of such files; `sessionscope problems` lists them\n"));
    assert!(run(["problems", folder.path()]).text().ends_with("\n30 problems in 30 of 31 files.\n"));
}

#[test]
fn three_thousand_files_at_once() {
    let folder = Folder::new("many");
    for number in 0..3000 {
        folder.write(&format!("{}/{number}.jsonl", number % 7), good(&format!("svc-{number}")));
    }
    let usage = run(["usage", folder.path(), "--format", "json"]);
    let totals = &usage.json()["totals"];
    assert_eq!((&totals["sessions"], &totals["output_tokens"]), (&json!(3000), &json!(3000)));
    assert_eq!(totals["known_cost_usd"], json!(1500));
    assert_eq!(usage.err, "");
}

#[test]
fn a_line_of_20_mb_is_read() {
    let folder = Folder::new("long-line");
    let path = folder.write("a.jsonl", good("svc-a").replace("Done.", &"x".repeat(20 << 20)));
    let replay = run(["replay".as_ref(), path.as_os_str()]);
    assert!(replay.text().len() > 20 << 20);
    assert_eq!(ids(folder.path()), ["svc-a"]);
}

#[test]
fn log_text_cannot_steer_the_terminal_or_a_spreadsheet() {
    let folder = Folder::new("hostile");
    folder.write("a.jsonl", good("svc-a").replace("do svc-a", "=1+1\\u001b[2J\\u009b1m\\u202e"));
    folder.write(
        "b.jsonl",
        "{\"type\":\"session.start\",\"session_id\":\"x\"}\n{\"type\":\"\\u001b[31m\",\"session_id\":\"x\"}\n",
    );
    for name in ["sessions", "usage", "problems"] {
        for words in [vec![name, folder.path()], vec![name, folder.path(), "--format", "csv"]] {
            let run = run(words);
            assert!(!run.err.contains('\u{1b}'), "{}", run.err);
            let is_table = !run.text().starts_with("path,") && !run.text().contains(",status,");
            assert!(!is_table || !run.text().contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{}", run.text());
        }
    }
    let csv = run(["sessions", folder.path(), "--format", "csv"]);
    assert!(csv.text().contains(",'=1+1"), "{}", csv.text());
}

/// The reference counts the first start and the last end that it can decode; ours reads what is readable.
#[test]
fn the_reference_skips_what_it_cannot_decode() {
    let folder = Folder::new("undecodable");
    let lines = good("svc-a");
    let [start, response, end] = lines.lines().collect::<Vec<_>>().try_into().expect("three lines");
    let early = start.replace("\"model\":\"m1\"", "\"model\":\"m0\",\"max_iterations\":\"many\"");
    let late = end.replace("\"cost_usd\":0.5", "\"cost_usd\":\"0.7\"").replace("\"output\":1", "\"output\":9");
    let path = folder.write("a.jsonl", [early.as_str(), start, response, end, late.as_str(), ""].join("\n"));
    let usage = |words: &[&str]| {
        let path = path.to_str().expect("UTF-8");
        run([&["usage", path, "--format", "json"], words].concat()).json()
    };
    let row = &usage(&["--reference"])["rows"][0];
    assert_eq!((&row["model"], &row["output_tokens"], &row["known_cost_usd"]), (&json!("m1"), &json!(1), &json!(0.5)));
    assert_eq!(usage(&[])["totals"]["output_tokens"], 9);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_told() {
    // Opens, but its first bytes belong to nobody.
    if Path::new("/proc/self/mem").exists() {
        run(["usage", "/proc/self/mem"]).fails(1, &["/proc/self/mem: "]);
    }
}
