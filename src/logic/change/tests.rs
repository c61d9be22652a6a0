use super::*;
use proptest::prelude::*;

fn call(tool: &str, input: &str) -> Vec<Change> {
    changes(tool, &[Block::Input(input.to_owned())])
}

/// One line for each change and each of its pieces.
fn told(found: &[Change]) -> Vec<String> {
    let mut lines = Vec::new();
    for change in found {
        let count = |count: Option<u32>| count.map_or("?".to_owned(), |count| count.to_string());
        lines.push(format!("{} {:?} +{} -{}", change.path, change.op, count(change.added), count(change.removed)));
        for piece in &change.pieces {
            let at = |line: Option<u32>| line.map_or(String::new(), |line| format!("{line}"));
            let (old_at, new_at) = (at(piece.old_line), at(piece.new_line));
            lines.push(format!("{:?} {old_at}:{:?} {new_at}:{:?}", piece.place, piece.old, piece.new));
        }
    }
    lines
}

fn check(tool: &str, input: &str, answer: &[&str]) {
    assert_eq!(told(&call(tool, input)), answer, "{tool} {input}");
}

#[test]
fn replacements_by_any_agents_names() {
    check(
        "Edit",
        r#"{"file_path":"a.rs","old_string":"one\ntwo","new_string":"one\n2\n3","replace_all":false}"#,
        &["a.rs Edit +2 -1", r#"Once :Some("one\ntwo") :"one\n2\n3""#],
    );
    check(
        "edit",
        r#"{"path":"config.yaml","old_string":"port: 8080","new_string":"port: 9090"}"#,
        &["config.yaml Edit +1 -1", r#"Once :Some("port: 8080") :"port: 9090""#],
    );
    check(
        "Edit",
        r#"{"file_path":"a","old_string":"x","new_string":"y","replace_all":true}"#,
        &["a Edit +? -?", r#"Everywhere :Some("x") :"y""#],
    );
    check(
        "MultiEdit",
        r#"{"file_path":"a","edits":[{"old_string":"x","new_string":"y"},{"old_string":"p","new_string":""}]}"#,
        &["a Edit +1 -2", r#"Once :Some("x") :"y""#, r#"Once :Some("p") :"""#],
    );
    check(
        "multiedit",
        r#"{"edits":[{"file":"a","old_string":"x","new_string":"y"},{"file":"b","old_string":"p","new_string":"q"}]}"#,
        &["a Edit +1 -1", r#"Once :Some("x") :"y""#, "b Edit +1 -1", r#"Once :Some("p") :"q""#],
    );
    check(
        "str_replace_based_edit_tool",
        r#"{"command":"insert","path":"a","insert_line":3,"insert_text":"new\n"}"#,
        &["a Edit +1 -0", r#"Lines 4:Some("") 4:"new\n""#],
    );
    check(
        "NotebookEdit",
        r#"{"notebook_path":"n.ipynb","cell_id":"c1","new_source":"print(1)"}"#,
        &["n.ipynb Edit +1 -?", r#"Unknown :None :"print(1)""#],
    );
}

#[test]
fn files_written_removed_and_moved() {
    check("Write", r#"{"file_path":"a","content":"1\n2\n"}"#, &["a Write +2 -?", r#"File :None :"1\n2\n""#]);
    check("delete_file", r#"{"target_file":"a"}"#, &["a Delete +0 -?"]);
    check("move_file", r#"{"source":"a","destination":"b"}"#, &[r#"a Move { to: "b" } +0 -0"#]);
    check("Bash", r#"{"command":"rm a","description":"remove"}"#, &[]);
    check("mcp__mail__send", r#"{"path":"a","content":"text"}"#, &[]);
    check("Grep", r#"{"pattern":"x","path":"src"}"#, &[]);
    check("Edit", "not json", &[]);
    check("Edit", "[1]", &[]);
}

#[test]
fn several_calls_in_one() {
    check(
        "batch",
        r#"{"calls":[{"tool":"read","args":{"path":"a"}},{"tool":"edit","args":{"path":"b","old_string":"x","new_string":"y"}},
            {"tool":"batch","args":{"calls":[]}}]}"#,
        &[
            "a Read { from_line: Some(1), lines: None, is_whole: false } +0 -0",
            r#"Unknown :None :"""#,
            "b Edit +1 -1",
            r#"Once :Some("x") :"y""#,
        ],
    );
}

const PATCH: &str = "*** Begin Patch
*** Add File: new.txt
+hello
+world
*** Update File: src/a.rs
*** Move to: src/b.rs
@@ fn main
 context
-old
+new

 last
@@
-x
+y
*** Delete File: gone.txt
*** End Patch";

const PATCHED: [&str; 6] = [
    "new.txt Write +2 -0",
    r#"File :Some("") :"hello\nworld\n""#,
    r#"src/a.rs Move { to: "src/b.rs" } +2 -2"#,
    r#"Lines :Some("context\nold\n\nlast\n") :"context\nnew\n\nlast\n""#,
    r#"Lines :Some("x\n") :"y\n""#,
    "gone.txt Delete +0 -?",
];

#[test]
fn patches_as_they_are_in_json_and_in_a_shell() {
    check("apply_patch", PATCH, &PATCHED);
    let packed = serde_json::json!({ "input": PATCH }).to_string();
    check("apply_patch", &packed, &PATCHED);
    let shell = format!("cd src && apply_patch <<'EOF'\n{PATCH}\nEOF\n");
    assert_eq!(told(&changes("shell", &[Block::Command(shell)])), PATCHED);
    let open = PATCH.strip_suffix("*** Delete File: gone.txt\n*** End Patch").expect("its end");
    check("apply_patch", open, &PATCHED[..5]);
    assert_eq!(
        call("apply_patch", PATCH).get(1).and_then(|change| change.pieces.first()).map(|piece| &*piece.after),
        Some("fn main")
    );
}

#[test]
fn unified_diffs() {
    let diff = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -2,2 +2,3 @@ fn f\n a\n-b\n+c\n+--- d\n\\ No newline at end of file\n\
                --- /dev/null\n+++ b/y\n@@ -0,0 +1 @@\n+only\n--- a/z\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n";
    let answer = [
        "x Edit +2 -1",
        r#"Lines 2:Some("a\nb\n") 2:"a\nc\n--- d\n""#,
        "y Write +1 -0",
        r#"File :Some("") :"only\n""#,
        "z Delete +0 -1",
        r#"Lines 1:Some("gone\n") 1:"""#,
    ];
    check("patch", diff, &answer);
    check(
        "patch",
        &serde_json::json!({ "path": "x", "diff": "@@ -1 +1 @@\n-a\n+b" }).to_string(),
        &["x Edit +1 -1", r#"Lines 1:Some("a\n") 1:"b\n""#],
    );
}

#[test]
fn files_that_the_program_lists() {
    check(
        "file_change",
        r#"{"changes":[{"path":"a","kind":"update"},{"path":"b","kind":"add"}]}"#,
        &["a Edit +? -?", "b Write +? -?"],
    );
    check(
        "patch_apply_end",
        r#"{"changes":{"a":{"type":"update","unified_diff":"@@ -2,2 +2,2 @@\n x\n-y\n+z\n","move_path":null},
            "b":{"type":"delete","content":"1\n2\n"}}}"#,
        &["a Edit +1 -1", r#"Lines 2:Some("x\ny\n") 2:"x\nz\n""#, "b Delete +0 -2", r#"File :Some("1\n2\n") :"""#],
    );
}

#[test]
fn what_was_recorded_stands_above_what_was_asked() {
    let asked = Block::Input(r#"{"file_path":"a","old_string":"x","new_string":"y"}"#.into());
    let recorded = Block::Patch { path: "a".into(), text: "@@ -7,2 +7,2 @@\n before\n-x\n+y\n".into(), before: None };
    let answer = ["a Edit +1 -1", r#"Lines 7:Some("before\nx\n") 7:"before\ny\n""#];
    assert_eq!(told(&changes("Edit", &[asked.clone(), recorded])), answer);
    let unreadable = Block::Patch { path: "a".into(), text: "[trimmed]".into(), before: None };
    assert_eq!(told(&changes("Edit", &[asked, unreadable])), ["a Edit +1 -1", r#"Once :Some("x") :"y""#]);
}

#[test]
fn what_a_read_has_shown() {
    let check = |input: &str, output: &str, cut: bool, answer: [&str; 2]| {
        let blocks = [Block::Input(input.into()), Block::Output { text: output.into(), cut }];
        assert_eq!(told(&changes("Read", &blocks)), answer, "{input}");
    };
    let whole = ["a Read { from_line: Some(1), lines: None, is_whole: true } +0 -0", r#"Unknown :None 1:"x\ny\n""#];
    check(r#"{"file_path":"a"}"#, "     1→x\n     2→y\n\n<system-reminder>", false, whole);
    check(r#"{"file_path":"a"}"#, "x\ny\n", false, whole);
    check(
        r#"{"file_path":"a"}"#,
        "x\ny\n...[truncated]",
        true,
        [
            "a Read { from_line: Some(1), lines: None, is_whole: false } +0 -0",
            r#"Unknown :None 1:"x\ny\n...[truncated]""#,
        ],
    );
    check(
        r#"{"file_path":"a","offset":40,"limit":2}"#,
        "    40→x\n    41→y",
        false,
        ["a Read { from_line: Some(40), lines: Some(2), is_whole: false } +0 -0", r#"Unknown :None 40:"x\ny\n""#],
    );
    check(
        r#"{"file_path":"a","offset":40,"limit":2}"#,
        "x\ny\n",
        false,
        ["a Read { from_line: None, lines: Some(2), is_whole: false } +0 -0", r#"Unknown :None :"x\ny\n""#],
    );
    check(
        r#"{"path":"a","view_range":[3,4]}"#,
        "x\ny\n",
        false,
        ["a Read { from_line: Some(3), lines: Some(2), is_whole: false } +0 -0", r#"Unknown :None 3:"x\ny\n""#],
    );
}

fn applied(base: &str, tool: &str, input: &str) -> Option<String> {
    call(tool, input).iter().try_fold(base.to_owned(), |text, change| apply(&text, change))
}

#[test]
fn changes_are_applied_or_refused() {
    let edit = r#"{"path":"a","old_string":"b","new_string":"x"}"#;
    assert_eq!(applied("a b c", "edit", edit).as_deref(), Some("a x c"));
    assert_eq!(applied("a b b", "edit", edit), None);
    assert_eq!(applied("a c", "edit", edit), None);
    assert_eq!(
        applied("b b", "edit", r#"{"path":"a","old_string":"b","new_string":"x","replace_all":true}"#).as_deref(),
        Some("x x")
    );
    assert_eq!(applied("", "edit", r#"{"path":"a","old_string":"","new_string":"x"}"#).as_deref(), Some("x"));
    assert_eq!(applied("old", "Write", r#"{"file_path":"a","content":"new"}"#).as_deref(), Some("new"));
    let hunk = "*** Begin Patch\n*** Update File: a\n@@ fn two\n-x\n+y\n*** End Patch";
    assert_eq!(applied("fn one\nx\nfn two\nx\n", "apply_patch", hunk).as_deref(), Some("fn one\nx\nfn two\ny\n"));
    assert_eq!(applied("fn one\nz\n", "apply_patch", hunk), None);
    let added = "*** Begin Patch\n*** Update File: a\n+last\n*** End Patch";
    assert_eq!(applied("first\n", "apply_patch", added).as_deref(), Some("first\nlast\n"));
    assert_eq!(applied("x", "NotebookEdit", r#"{"notebook_path":"a","new_source":"y"}"#), None);
    let spaces = "--- a\n+++ a\n@@ -1 +1 @@\n-x\n+y\n";
    assert_eq!(applied("x  \n", "patch", spaces).as_deref(), Some("y\n"));
}

/// A unified diff of two texts, with so many lines of context.
fn unified(old: &[&str], new: &[&str], context: usize) -> String {
    let runs = runs(old, new);
    let mut text = String::new();
    for (index, run) in runs.iter().enumerate().filter(|(_, run)| run.edit != Edit::Same) {
        // A new run next to one that is gone belongs to it.
        if index > 0 && runs[index - 1].edit != Edit::Same {
            continue;
        }
        let next = runs.get(index + 1).filter(|next| next.edit != Edit::Same);
        let (old_end, new_end) = next.map_or((run.old.end, run.new.end), |next| (next.old.end, next.new.end));
        let before = index.checked_sub(1).map_or(0, |index| runs[index].old.len().min(context));
        let old_start = run.old.start - before;
        let new_start = run.new.start - before;
        let (old_len, new_len) = (old_end - old_start, new_end - new_start);
        let line = |start: usize, len: usize| if len == 0 { start } else { start + 1 };
        let (old_line, new_line) = (line(old_start, old_len), line(new_start, new_len));
        text.push_str(&format!("@@ -{old_line},{old_len} +{new_line},{new_len} @@\n"));
        let put = |sign: char, lines: &[&str]| lines.iter().map(|line| format!("{sign}{line}\n")).collect::<String>();
        text.push_str(&put(' ', &old[old_start..run.old.start]));
        text.push_str(&put('-', &old[run.old.start..old_end]));
        text.push_str(&put('+', &new[run.new.start..new_end]));
    }
    text
}

proptest! {
    #[test]
    fn a_diff_of_two_texts_applied_to_the_old_one_gives_the_new_one(
        old in proptest::collection::vec("[ab]{0,2}", 0..12), new in proptest::collection::vec("[ab]{0,2}", 0..12), context in 0usize..4,
    ) {
        let (old, new): (Vec<&str>, Vec<&str>) =
            (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
        let whole = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        let diff = unified(&old, &new, context);
        let change = patch::recorded("a", &diff).unwrap_or_else(|| Change::new("a", Op::Edit, Vec::new()));
        prop_assert_eq!(apply(&whole(&old), &change), Some(whole(&new)), "{}", diff);
        prop_assert_eq!((change.added, change.removed), {
            let (added, removed) = diff::count(&whole(&old), &whole(&new));
            (Some(added), Some(removed))
        });
    }

    #[test]
    fn any_text_is_read_without_harm(tool in "[a-z_]{0,8}", text in "(.|\n){0,200}", key in "(path|input|edits|changes|content|calls)") {
        let _ = changes(&tool, &[Block::Input(text.clone()), Block::Output { text: text.clone(), cut: false }]);
        let _ = changes(&tool, &[Block::Input(serde_json::json!({ key: text.clone(), "path": "a" }).to_string())]);
        let _ = changes(&tool, &[Block::Command(format!("*** Begin Patch\n{text}")), Block::Patch { path: text.clone(), text, before: None }]);
    }
}
