use super::*;
use crate::formats;
use crate::model::{Block, Body};

/// Calls as `tool input`, with `!` before those that failed; `--` is a prompt.
fn check(calls: &[&str], expected: &[(Kind, &str, &[u32])]) {
    let mut judge = Judge::default();
    for (number, text) in (0..).zip(calls) {
        if *text == "--" {
            judge.anew();
            continue;
        }
        let (has_failed, text) = text.strip_prefix('!').map_or((false, *text), |text| (true, text));
        let (tool, input) = text.split_once(' ').expect("a tool and its input");
        let call = Call {
            event: number,
            tool: tool.to_owned(),
            has_failed,
            is_command: false,
            format: formats::FORMATS[0],
            lines: Vec::new(),
        };
        let block = match tool {
            "Bash" => Block::Command(input.to_owned()),
            "Read" => Block::Input(format!("{{\"file_path\":\"{input}\"}}")),
            "Edit" => Block::Input(format!("{{\"file_path\":\"{input}\",\"old_string\":\"a\",\"new_string\":\"b\"}}")),
            _ => Block::Input(input.to_owned()),
        };
        judge.call(&call, &Body { blocks: vec![block], ..Body::default() });
    }
    let (findings, _) = judge.finish();
    let found: Vec<(Kind, &str, &[u32])> =
        findings.iter().map(|finding| (finding.kind, &*finding.what, &*finding.calls)).collect();
    assert_eq!(found, expected, "{calls:?}");
}

#[test]
fn the_same_call_again() {
    check(&["Bash ls", "Bash pwd", "Bash ls", "Bash ls"], &[(Kind::Repeat, "ls", &[2, 3])]);
    check(&["Bash ls", "Edit a.rs", "Bash ls"], &[]);
    check(&["Bash ls", "--", "Bash ls"], &[]);
    check(&["BashOutput {\"id\":1}", "BashOutput {\"id\":1}"], &[]);
}

#[test]
fn reads_of_a_file_that_nobody_changed() {
    check(&["Read a.rs", "Read b.rs", "Read a.rs"], &[(Kind::Reread, "a.rs", &[2])]);
    check(&["Read a.rs", "Edit a.rs", "Read a.rs"], &[]);
    check(&["Read a.rs", "Edit b.rs", "Read a.rs"], &[(Kind::Reread, "a.rs", &[2])]);
    check(&["Read a.rs", "!Edit a.rs", "Read a.rs"], &[(Kind::Reread, "a.rs", &[2])]);
}

#[test]
fn failures_in_a_row() {
    check(&["!Edit a.rs", "Read a.rs", "!Edit a.rs", "Edit a.rs"], &[(Kind::FailingEdits, "a.rs", &[0, 2])]);
    check(&["!Edit a.rs", "Edit a.rs", "!Edit a.rs"], &[]);
    check(&["!Bash x", "!Bash y", "!Bash x"], &[(Kind::Retries, "", &[0, 1, 2])]);
    check(&["!Bash x", "!Bash x", "Bash y", "!Bash x"], &[]);
    check(&["!Bash x", "!Bash x", "--", "!Bash x"], &[]);
}

#[test]
fn the_larger_finding_comes_first() {
    let calls = ["Read a", "Read a", "Bash x", "Bash x", "Bash x"];
    check(&calls, &[(Kind::Repeat, "x", &[3, 4]), (Kind::Reread, "a", &[1])]);
}
