use super::*;

fn call(event: u32, tool: &str) -> Call {
    let format = formats::by_id("claude").expect("we read it");
    Call { event, tool: tool.into(), has_failed: false, is_command: false, format, lines: Vec::new() }
}

fn input(json: &str) -> Body {
    Body { blocks: vec![Block::Input(json.into())], ..Body::default() }
}

fn read(text: &str) -> Body {
    let output = Block::Output { text: text.into(), cut: false };
    Body { blocks: vec![Block::Input(r#"{"file_path":"/a"}"#.into()), output], ..Body::default() }
}

const WRITE: &str = r#"{"file_path":"/a","content":"one\ntwo\n"}"#;
const EDIT: &str = r#"{"file_path":"/a","old_string":"two","new_string":"2\n3"}"#;

#[test]
fn files_are_summed_up_to_a_step() {
    let mut all = Collector::default();
    all.add(&call(3, "Write"), &input(WRITE));
    all.add(&call(5, "Read"), &input(r#"{"file_path":"./b"}"#));
    all.add(&Call { has_failed: true, ..call(6, "Edit") }, &input(EDIT));
    all.add(&call(9, "Edit"), &input(EDIT));
    let files = all.finish();
    assert_eq!(files.paths, ["/a", "b"]);
    assert_eq!([Some(3), Some(4), Some(6), None].map(|before| files.count(before)), [0, 1, 2, 2]);
    let sums = files.at(None);
    let told: Vec<_> = sums.iter().map(|sum| (sum.path, sum.reads, sum.changes, sum.failed, sum.last)).collect();
    assert_eq!(told, [(0, 0, 2, 1, 9), (1, 1, 0, 0, 5)]);
    // What the write replaced is not known.
    assert_eq!((sums[0].added.sum, sums[0].removed.sum, sums[0].removed.is_lower_bound()), (4, 1, true));
    assert_eq!((files.calls(0, Some(9)), files.calls(0, None)), (vec![3], vec![3, 9]));
}

#[test]
fn one_file_under_the_forms_of_its_path_is_one_file() {
    let mut all = Collector::default();
    let read = |path: &str| input(&serde_json::json!({ "file_path": path }).to_string());
    all.add(&call(1, "Read"), &read(r"C:\x\a.rs"));
    all.add(&call(2, "Read"), &read("c:/x/a.rs"));
    all.add(&call(3, "Read"), &read(r"C:\x/a.rs"));
    let edit = Block::Input(r#"{"file_path":"c:/x/a.rs","old_string":"a","new_string":"b"}"#.into());
    let text = "@@ -1,1 +1,2 @@\n-a\n+b\n+c\n".into();
    let patch = Block::Patch { path: r"C:\x\a.rs".into(), text, before: None };
    all.add(&call(4, "Edit"), &Body { blocks: vec![edit, patch], ..Body::default() });
    // What may be another file stays one.
    let others = ["/mnt/c/x/a.rs", "C:/x/A.rs", r"x\a.rs", "x/a.rs", "C:a.rs"];
    (5..).zip(others).for_each(|(event, path)| all.add(&call(event, "Read"), &read(path)));
    let files = all.finish();
    assert_eq!(files.paths, [&["C:/x/a.rs"], &others[..]].concat());
    let first = files.at(None).into_iter().find(|sum| sum.path == 0).expect("it was touched");
    assert_eq!((first.reads, first.changes, first.added.sum, first.removed.sum), (3, 1, 2, 1));
}

fn told(calls: &[(&str, Body)]) -> Content {
    let each = calls.iter().enumerate();
    content("/a", each.map(|(event, (tool, body))| (event as u32, call(event as u32, tool).asked(body))))
}

#[test]
fn content_is_known_from_a_write_or_a_full_read_on() {
    let written = told(&[("Write", input(WRITE)), ("Edit", input(EDIT))]);
    let origins = vec![(1, Some(0)), (2, Some(1))];
    assert_eq!(written, Content { text: Some("one\n2\n3\n".into()), origins, ..Content::default() });
    let seen = told(&[("Read", read("1\tone\n2\ttwo\n")), ("Edit", input(EDIT))]);
    assert_eq!(seen.text.as_deref(), Some("one\n2\n3\n"));
    assert_eq!(seen.origins, [(1, None), (2, Some(1))], "nobody tells who wrote what was read");
}

#[test]
fn what_is_not_known_is_said() {
    let kinds = |content: &Content| content.notes.iter().map(|note| (note.event, note.kind)).collect::<Vec<_>>();
    let blind = told(&[("Edit", input(EDIT)), ("Edit", input(EDIT))]);
    assert_eq!((blind.text.clone(), kinds(&blind)), (None, vec![(0, NoteKind::BaseUnknown)]));
    let odd = told(&[("Write", input(r#"{"file_path":"/a","content":"x"}"#)), ("Edit", input(EDIT))]);
    assert_eq!((odd.text.clone(), kinds(&odd)), (None, vec![(1, NoteKind::NoMatch)]));
    let other = told(&[("Write", input(WRITE)), ("Read", read("1\tuno\n2\tdos\n"))]);
    assert_eq!((other.text.as_deref(), kinds(&other)), (Some("uno\ndos\n"), vec![(1, NoteKind::ChangedElsewhere)]));
}

/// As apply_patch moves a file, and as a tool of its own does.
const MOVES: &str =
    r#"{"input":"*** Begin Patch\n*** Update File: /old\n*** Move to: /a\n@@\n-two\n+2\n*** End Patch"}"#;
const RENAMES: &str = r#"{"source":"./old","destination":"/a"}"#;

#[test]
fn a_file_that_is_moved_takes_its_text_along() {
    let write = || ("Write", input(&WRITE.replace("/a", "/old")));
    let moved = told(&[write(), ("apply_patch", input(MOVES))]);
    assert_eq!((moved.text.as_deref(), &moved.notes[..]), (Some("one\n2\n"), &[][..]));
    assert_eq!(moved.origins, [(1, Some(0)), (1, Some(1))], "who wrote a line is known under the other name, too");
    let renamed =
        told(&[("Write", input(&WRITE.replace("/a", "old"))), ("move_file", input(RENAMES)), ("Edit", input(EDIT))]);
    assert_eq!(renamed.text.as_deref(), Some("one\n2\n3\n"));
    let blind = told(&[("move_file", input(RENAMES))]);
    assert_eq!(blind.text, None);
    assert_eq!(blind.notes, [Note { event: 0, kind: NoteKind::BaseUnknown }]);
    let odd = told(&[("Write", input(r#"{"file_path":"/old","content":"x"}"#)), ("apply_patch", input(MOVES))]);
    assert_eq!((odd.text, odd.notes), (None, vec![Note { event: 1, kind: NoteKind::NoMatch }]));
    // What stood under the old name does not stand there any more; what is written there later is another file.
    let calls = [write(), ("apply_patch", input(MOVES))];
    let each =
        || calls.iter().enumerate().map(|(event, (tool, body))| (event as u32, call(event as u32, tool).asked(body)));
    let left = content("/old", each());
    assert_eq!((left.text, left.is_gone), (None, true));
    let again = call(2, "Write").asked(&input(r#"{"file_path":"/old","content":"new"}"#));
    let kept = content("/a", each().chain([(2, again)]));
    assert_eq!(kept.text.as_deref(), Some("one\n2\n"));
}

#[test]
fn the_calls_of_a_moved_file_are_those_under_its_old_name_too() {
    let mut all = Collector::default();
    all.add(&call(1, "Write"), &input(&WRITE.replace("/a", "/old")));
    all.add(&call(2, "Write"), &input(r#"{"file_path":"/a","content":"overwritten"}"#));
    all.add(&call(3, "apply_patch"), &input(MOVES));
    all.add(&call(4, "Write"), &input(&WRITE.replace("/a", "/old")));
    all.add(&call(5, "Edit"), &input(EDIT));
    let files = all.finish();
    assert_eq!(files.paths, ["/old", "/a"]);
    assert_eq!(
        (files.calls(1, None), files.calls(1, Some(3)), files.calls(0, None)),
        (vec![1, 2, 3, 5], vec![2], vec![1, 3, 4])
    );
    let told: Vec<_> = files.at(None).iter().map(|sum| (sum.path, sum.added.sum, sum.removed.sum)).collect();
    assert_eq!(told, [(1, 1 + 1 + 2, 1 + 1), (0, 4, 0)], "lines are counted once");
}

#[test]
fn a_file_that_is_deleted_is_gone() {
    let gone = told(&[("Write", input(WRITE)), ("delete_file", input(r#"{"path":"/a"}"#))]);
    assert_eq!((gone.text, gone.is_gone), (None, true));
}

#[test]
fn what_stood_in_a_file_before_an_edit_is_its_base() {
    let patch = |before: &str| Block::Patch {
        path: "/a".into(),
        text: "@@ -1 +1 @@\n-x\n+y\n".into(),
        before: Some(before.into()),
    };
    let edit = |before: &str| Body { blocks: vec![Block::Input(EDIT.into()), patch(before)], ..Body::default() };
    let known = told(&[("Edit", edit("one\ntwo\n"))]);
    assert_eq!((known.text.as_deref(), &known.notes[..]), (Some("one\n2\n3\n"), &[][..]));
    assert_eq!(known.origins, [(1, None), (2, Some(0))]);
    let other = told(&[("Write", input(WRITE)), ("Edit", edit("uno\ntwo\n"))]);
    assert_eq!(other.text.as_deref(), Some("uno\n2\n3\n"));
    assert_eq!(other.notes, [Note { event: 1, kind: NoteKind::ChangedElsewhere }]);
}
