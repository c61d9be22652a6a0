//! `sessionscope search`.

use super::{Folder, run};
use serde_json::Value;

fn logs(name: &str) -> Folder {
    let folder = Folder::new(name);
    let line = |n: u32, rest: &str| {
        format!(
            "{{\"uuid\":\"u{n}\",\"parentUuid\":null,\"sessionId\":\"5e551000-0000-4000-8000-00000000000a\",\"timestamp\":\"2026-05-01T10:00:0{n}Z\",\"cwd\":\"/home/ann/shop\",\"version\":\"2.1.30\",{rest}}}\n"
        )
    };
    let said = |content: &str| {
        format!(
            "\"type\":\"assistant\",\"message\":{{\"id\":\"m\",\"role\":\"assistant\",\"model\":\"opus\",\"content\":[{content}],\"usage\":{{\"input_tokens\":1,\"output_tokens\":2}}}}"
        )
    };
    let came = |content: &str| format!("\"type\":\"user\",\"message\":{{\"role\":\"user\",\"content\":[{content}]}}");
    let log = [
        line(
            1,
            "\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"Find the \\u00fcber \\\"needle\\\" in it\"}",
        ),
        line(
            2,
            &said(
                "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"Bash\",\"input\":{\"command\":\"grep needle src/hay.rs\"}}",
            ),
        ),
        line(
            3,
            &came(
                "{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"needle\\nneedle\",\"is_error\":true}",
            ),
        ),
        line(4, &said("{\"type\":\"text\",\"text\":\"Nothing more.\"}")),
    ];
    folder.write("a.jsonl", log.concat());
    folder
}

fn found(words: &[&str], folder: &Folder) -> Vec<(String, String, u64)> {
    let path = folder.path();
    let words = ["search"].into_iter().chain(words.iter().copied());
    let words = words.map(str::to_owned).chain([path.to_owned(), "--format".to_owned(), "json".to_owned()]);
    let run = run(words);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let rows = run.json();
    let rows = rows.as_array().expect("a list");
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or("").to_owned();
    rows.iter().map(|row| (text(row, "what"), text(row, "hit"), row["hits"].as_u64().expect("a number"))).collect()
}

fn hit(what: &str, text: &str, hits: u64) -> (String, String, u64) {
    (what.to_owned(), text.to_owned(), hits)
}

#[test]
fn what_a_session_keeps_beside_its_log_is_searched_as_text() {
    let folder = logs("search-beside");
    let kept = "5e551000-0000-4000-8000-00000000000a/tool-results/b1.txt";
    folder.write(kept, "a \"splinter\" \\u0041\nno more\nsplinter splinter\n");
    assert_eq!(found(&["splinter"], &folder), [hit("tool-results", "splinter", 3)]);
    assert_eq!(found(&["\"splinter\" \\u0041"], &folder), [hit("tool-results", "\"splinter\" \\u0041", 1)]);
    assert_eq!(found(&["tool:bash splinter"], &folder), []);
    folder.write("other/tool-results/b2.txt", "of a session that is not loaded: splinter");
    assert_eq!(found(&["splinter"], &folder).len(), 1);
}

#[test]
fn steps_are_found_with_their_results() {
    let folder = logs("search-steps");
    assert_eq!(found(&["NEEDLE"], &folder), [hit("prompt", "needle", 1), hit("Bash", "needle", 3)]);
    assert_eq!(found(&["ÜBER \"needle\""], &folder), [hit("prompt", "über \"needle\"", 1)]);
    assert_eq!(found(&["needle", "--word", "--case"], &folder).len(), 2);
    assert_eq!(found(&["NEEDLE", "--case"], &folder), []);
    assert_eq!(found(&["h[a-z]y\\.rs", "--pattern"], &folder), [hit("Bash", "hay.rs", 1)]);
}

#[test]
fn filter_words_pick_sessions_and_steps() {
    let folder = logs("search-filters");
    assert_eq!(found(&["tool:bash needle"], &folder), [hit("Bash", "needle", 3)]);
    assert_eq!(found(&["tool:read needle"], &folder), []);
    assert_eq!(found(&["error:"], &folder), [hit("Bash", "", 0)]);
    assert_eq!(found(&["file:hay.rs"], &folder), [hit("Bash", "hay.rs", 1)]);
    assert_eq!(found(&["model:opus project:shop more."], &folder), [hit("response", "more.", 1)]);
    assert_eq!(found(&["model:gpt more."], &folder), []);
    assert_eq!(found(&["tokens>1k more."], &folder), []);
}

#[test]
fn wrong_words_are_told() {
    let folder = logs("search-wrong");
    for (words, why) in [
        (vec!["(", "--pattern"], "not a pattern: a ( without its )"),
        (vec!["tokens>x"], "tokens> wants a number"),
        (vec!["model:opus"], "there is no text to look for"),
    ] {
        let run = run(["search"].into_iter().chain(words).map(str::to_owned).chain([folder.path().to_owned()]));
        run.fails(2, &[why]);
    }
}

#[test]
fn the_table_says_how_many() {
    let folder = logs("search-table");
    let run = |words: &[&str]| run(words.iter().copied().chain([folder.path()])).text().to_owned();
    assert!(run(&["search", "needle"]).ends_with("\n2 steps.\n"));
    assert!(run(&["search", "needle", "--most", "1"]).ends_with("\nThe first 1 step; there may be more (--most).\n"));
    assert_eq!(run(&["search", "no such text"]), "Nothing was found.\n");
    assert!(
        run(&["search", "needle", "--format", "csv"])
            .starts_with("session,step,title,what,failed,time,path,line,hits,")
    );
}

#[test]
fn two_sessions_stand_side_by_side() {
    let folder = Folder::new("compare");
    let line = |session: &str, n: u32, command: &str| {
        let head = format!(
            "{{\"uuid\":\"{session}{n}\",\"sessionId\":\"{session}\",\"timestamp\":\"2026-05-01T10:00:0{n}Z\",\"version\":\"2.1.30\","
        );
        let call = format!(
            "{{\"type\":\"tool_use\",\"id\":\"t{session}{n}\",\"name\":\"Bash\",\"input\":{{\"command\":\"{command}\"}}}}"
        );
        format!(
            "{head}\"type\":\"assistant\",\"message\":{{\"id\":\"m{session}{n}\",\"role\":\"assistant\",\"model\":\"opus\",\"content\":[{call}]}}}}\n"
        )
    };
    for (session, commands) in [("aaaa", ["ls", "cargo test", "ls"]), ("bbbb", ["ls", "make", "pwd"])] {
        let log: String = (1..).zip(commands).map(|(n, command)| line(session, n, command)).collect();
        folder.write(&format!("{session}.jsonl"), log);
    }
    let found = run(["compare", "aaaa", "bbbb", folder.path()]);
    let said = "1 step in both, 2 only in A, 2 only in B.\nThey part at step 2 of A and 2 of B.\n\n  Bash ls\n- Bash cargo test\n- Bash ls\n+ Bash make\n+ Bash pwd\n";
    assert!(found.text().ends_with(said), "{}", found.text());
    run(["compare", "aaaa", "cccc", folder.path()]).fails(1, &["there is no session \"cccc\""]);
    let waste = run(["waste", folder.path(), "--format", "json"]);
    assert_eq!(waste.json()[0]["kind"], "repeat");
    assert!(run(["waste", folder.path()]).text().contains("1 of 6 calls"));
}
