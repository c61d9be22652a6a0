//! The words of the command: help, wrong words, exit statuses, a reader that has seen enough.

use super::{Folder, command, log, run};
use std::io::Read;
use std::process::Stdio;

const SUBCOMMANDS: [&str; 8] = ["usage", "sessions", "replay", "explain", "coverage", "events", "routing", "problems"];

/// What stands before the paths.
fn before(name: &str) -> &'static [&'static str] {
    if name == "explain" { &["svc-a"] } else { &[] }
}

fn one_log(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("a.jsonl", log("svc-a", "2026-05-01T10:00:00Z", 10, 1));
    folder
}

#[test]
fn help_shows_examples() {
    for words in [vec!["--help"], vec!["-h"], vec!["help"]] {
        let help = run(words);
        assert!(SUBCOMMANDS.iter().all(|name| help.text().contains(&format!("\n  {name} "))), "{}", help.text());
        assert!(help.text().contains("\nExamples:\n  sessionscope usage "), "{}", help.text());
        assert!(help.text().contains("Exit status: 0"));
    }
    for name in SUBCOMMANDS {
        let help = run([name, "--help"]);
        assert!(help.text().contains(&format!("\nExamples:\n  sessionscope {name} ")), "{}", help.text());
    }
    let help = run(["usage", "--help"]);
    for said in ["--window <SPEC>", "[alias: --since]", "--tz <ZONE>", "--now <RFC3339>", "--by <KEY>", "--reference"] {
        assert!(help.text().contains(said), "{said} is not in:\n{}", help.text());
    }
}

#[test]
fn the_version_is_that_of_the_crate() {
    assert_eq!(run(["--version"]).text(), format!("sessionscope {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_words_end_with_2_and_name_the_part() {
    let folder = one_log("wrong-words");
    let check = |words: &[&str], said: &[&str]| {
        run(words.iter().map(|word| if *word == "PATH" { folder.path() } else { word })).fails(2, said);
    };
    check(&[], &["Usage: sessionscope <COMMAND>"]);
    check(&["use", "PATH"], &["'use'"]);
    check(&["usage"], &["<PATH>"]);
    check(&["usage", "PATH", "--frob"], &["--frob"]);
    check(&["usage", "PATH", "--format", "xml"], &["'xml'", "table, json, csv"]);
    check(&["replay", "PATH", "--format", "json"], &["--format"]);
    check(&["usage", "PATH", "--by", "colour"], &["'colour'", "provider-model"]);
    check(&["usage", "PATH", "--by", "day", "--reference"], &["--by day", "--reference"]);
    check(&["explain"], &["<SESSION>", "<PATH>"]);
    check(&["explain", "svc-a"], &["<PATH>"]);
    check(&["events", "PATH", "--format", "csv"], &["--format"]);
    check(&["sessions", "PATH", "--mode", "guess"], &["'guess'", "auto, calculate, display"]);
    check(&["coverage", "PATH", "--prices", "/no/such/file"], &["'--prices <FILE>'", "no such file", "coverage"]);
    check(&["sessions", "PATH", "--tz", "Mars/Base"], &["'Mars/Base'", "no such time zone"]);
    check(&["sessions", "PATH", "--now", "noon"], &["'noon'", "RFC 3339"]);
    check(&["sessions", "PATH", "--now", "2026-05-03T18:00:00"], &["2026-05-03T18:00:00", "zone"]);
    check(
        &["usage", "PATH", "--window", "yesterday"],
        &["'--window <SPEC>'", "\"yesterday\"", "Usage: sessionscope usage"],
    );
    check(&["sessions", "PATH", "--since", "2026-05-01..2026-02-29"], &["\"2026-02-29\"", "no such day"]);
    check(&["routing", "PATH", "--window", "2026-05-02..2026-05-01"], &["its end is not after its start"]);
    check(&["usage", "PATH", "--reference", "--window", "14d"], &["usage: invalid time window endpoint \"14d\""]);
    check(&["usage", "PATH", "--reference", "--window", ".."], &["usage: invalid time window \"..\""]);
}

#[test]
fn reading_nothing_ends_with_1_and_says_why() {
    let folder = Folder::new("nothing");
    let missing = format!("{}/gone.jsonl", folder.path());
    let foreign = folder.write("package.json", "{\"name\":\"x\"}\n");
    let empty = folder.write("empty.jsonl", "");
    for name in SUBCOMMANDS {
        run([&[name], before(name), &[missing.as_str()]].concat())
            .fails(1, &["gone.jsonl: there is no such file or folder", "nothing could be read"]);
    }
    for name in ["usage", "sessions", "routing", "replay", "coverage", "events"] {
        run([name.as_ref(), foreign.as_os_str()]).fails(1, &["package.json: JSON of another kind, with the keys name"]);
        run([name.as_ref(), empty.as_os_str()]).fails(1, &["empty.jsonl: the file is empty"]);
        run([name, folder.path()]).fails(1, &["none of 2 files is a session log that this program knows"]);
    }
    let nothing = Folder::new("nothing-at-all");
    run(["usage", nothing.path()]).fails(1, &["no .jsonl, .ndjson, .json or .traj file was found"]);
    // To list such files is what it is for.
    assert!(run(["problems", folder.path()]).text().contains("2 problems in 2 of 2 files."));
}

#[test]
fn the_reference_reports_on_a_missing_folder() {
    let missing = format!("{}/cli-no-such-folder", env!("CARGO_TARGET_TMPDIR"));
    let usage = run(["usage", &missing, "--reference", "--format", "json"]);
    assert_eq!(usage.json()["rows"], serde_json::json!([]));
    assert!(usage.err.contains("cli-no-such-folder: there is no such file or folder"));
    assert_eq!(run(["routing", &missing, "--reference", "--format", "json"]).json()["total_requests"], 0);
    run(["replay", &missing, "--reference"]).fails(1, &["there is no such file or folder"]);
}

#[test]
fn a_missing_path_beside_a_log_is_a_line_and_no_failure() {
    let folder = one_log("beside");
    let missing = format!("{}/gone", folder.path());
    let usage = run(["usage", &missing, folder.path(), "--format", "json"]);
    assert_eq!(usage.json()["totals"]["sessions"], 1);
    assert!(usage.err.contains("gone: there is no such file or folder (1 time)\n"), "{}", usage.err);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = Folder::new("head");
    let content = "x".repeat(3 << 20);
    folder.write("a.jsonl", log("svc-a", "2026-05-01T10:00:00Z", 10, 1).replace("Done.", &content));
    for words in [&["replay"][..], &["sessions", "--format", "json"], &["usage", "--format", "csv"], &["events"]] {
        let mut command = command();
        command.args(words).arg(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        let mut first = [0; 1];
        child.stdout.take().expect("a pipe").read_exact(&mut first).expect("a byte");
        let output = child.wait_with_output().expect("the command ends");
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
    let mut command = command();
    command.args(["sessions", folder.path()]).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("the command ends").code(), Some(0));
}

#[test]
fn time_zones_need_nothing_of_the_machine() {
    let folder = one_log("bare-machine");
    let mut command = command();
    command.env("TZDIR", "/no/such/folder").args(["sessions", folder.path(), "--tz", "Asia/Tokyo"]);
    let output = command.output().expect("the command runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains(" 2026-05-01 19:00  do svc-a"), "{text}");
    assert!(text.ends_with("Times: Asia/Tokyo.\n"), "{text}");
}

#[test]
fn the_machines_own_zone_is_the_default() {
    let folder = one_log("own-zone");
    let mut command = command();
    command.env("TZ", "Europe/Paris").args(["sessions", folder.path()]);
    let output = command.output().expect("the command runs");
    assert!(String::from_utf8_lossy(&output.stdout).contains(" 2026-05-01 12:00  do svc-a"));
}
