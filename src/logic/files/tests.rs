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
