use super::markdown::Inline;
use super::*;
use crate::model::Block;
use proptest::prelude::*;

const CALL: EventKind = EventKind::ToolCall;

fn of(kind: EventKind, name: &str, blocks: Vec<Block>) -> ShownBody {
    shown(About { kind, name }, &Body { blocks, ..Body::default() })
}

fn output(text: &str) -> Block {
    Block::Output { text: text.to_owned(), cut: false }
}

/// A block in a line: role, title, counts, whether it is folded or cut, and its text.
fn told(shown: &ShownBody) -> Vec<String> {
    shown.blocks.iter().map(one).collect()
}

fn one(block: &Shown) -> String {
    let mut line = format!("{:?} {}", block.role, block.title);
    if let Some(added) = block.added {
        line.push_str(&format!(" +{added}"));
    }
    if let Some(removed) = block.removed {
        line.push_str(&format!(" -{removed}"));
    }
    for (is, word) in [(block.is_folded, " folded"), (block.is_cut, " cut"), (block.is_cut_in_log, " cut in log")] {
        line.push_str(if is { word } else { "" });
    }
    line.push_str(": ");
    line.push_str(&text_of(&block.content));
    line
}

fn text_of(content: &Content) -> String {
    match content {
        Content::Prose(nodes) => format!("{} blocks", nodes.len()),
        Content::Code { spans, first } => {
            let text: String = spans.iter().map(|span| &*span.text).collect();
            first.map_or(text.clone(), |first| format!("{first}|{text}"))
        }
        Content::Diff(lines) => lines.iter().map(diff_line).collect::<Vec<_>>().join(" "),
        Content::Json(fields) => {
            fields.iter().map(|field| format!("{}={:?}", field.key, field.value)).collect::<Vec<_>>().join(" ")
        }
        Content::Tasks(tasks) => {
            tasks.iter().map(|task| format!("{:?} {}", task.state, task.text)).collect::<Vec<_>>().join(", ")
        }
        Content::Image { mime } => mime.clone(),
        Content::Elsewhere { words, path } => words.clone() + path,
    }
}

fn diff_line(line: &DiffLine) -> String {
    let sign = match line.sign {
        Sign::Same => "=",
        Sign::Gone => "-",
        Sign::New => "+",
        Sign::Gap => "~",
    };
    let number = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
    let part = |(is_marked, text): &(bool, String)| if *is_marked { format!("[{text}]") } else { text.clone() };
    format!("{}{sign}{}({})", number(line.old), number(line.new), line.parts.iter().map(part).collect::<String>())
}

#[test]
fn a_change_is_lines_with_marked_words() {
    let edit = Block::Input(
        r#"{"file_path":"a.rs","old_string":"let x = old(1);\nkeep","new_string":"let x = new(1);\nkeep"}"#.into(),
    );
    let recorded = Block::Patch {
        path: "a.rs".into(),
        text: "@@ -7,2 +7,2 @@\n-let x = old(1);\n+let x = new(1);\n keep\n".into(),
        before: None,
    };
    let done = output("The file a.rs has been updated.");
    let answer = [
        "Change a.rs +1 -1: 7-(let x = [old](1);) +7(let x = [new](1);) 8=8(keep)",
        "Output Output folded: The file a.rs has been updated.",
    ];
    assert_eq!(told(&of(CALL, "Edit", vec![edit.clone(), recorded, done])), answer);
    let unnumbered = "Change a.rs +1 -1: -(let x = [old](1);) +(let x = [new](1);) =(keep)";
    assert_eq!(told(&of(CALL, "Edit", vec![edit])), [unnumbered]);
}

#[test]
fn a_file_that_is_written_has_numbered_lines_and_a_patch_its_files() {
    let write = Block::Input(r#"{"file_path":"a","content":"x\ny\n"}"#.into());
    assert_eq!(told(&of(CALL, "Write", vec![write])), ["Change a +2: 1|x\ny\n"]);
    let patch = "apply_patch <<'E'\n*** Begin Patch\n*** Add File: n\n+x\n*** Delete File: d\n*** Update File: u\n@@ fn f\n-a\n+b\n*** End Patch\nE";
    let shown = told(&of(CALL, "shell", vec![Block::Command(patch.into())]));
    assert!(shown.get(3).is_some_and(|command| command.starts_with("Command Command folded: apply_patch")));
    assert_eq!(
        shown.get(..3).unwrap_or_default(),
        ["Change n +1 -0: 1|x\n", "Change d, deleted +0: ", "Change u +1 -1: ~(fn f) -(a) +(b)",]
    );
}

#[test]
fn long_runs_of_what_stays_are_left_out() {
    let lines: Vec<String> = (0..20).map(|line| format!("l{line}")).collect();
    let (old, new) = (lines.join("\n"), lines.join("\n").replace("l10", "x"));
    let input = serde_json::json!({ "path": "a", "old_string": old, "new_string": new }).to_string();
    let shown = told(&of(CALL, "edit", vec![Block::Input(input)]));
    assert_eq!(shown, ["Change a +1 -1: ~() =(l7) =(l8) =(l9) -(l10) +(x) =(l11) =(l12) =(l13) ~()"]);
}

#[test]
fn what_was_read_has_its_numbers_and_a_command_its_exit() {
    let read = of(
        CALL,
        "Read",
        vec![Block::Input(r#"{"file_path":"a","offset":12}"#.into()), output("    12→x\n    13→y\n\n<note>")],
    );
    assert_eq!((told(&read)[1].as_str(), read.read), ("Output : 12|x\ny\n", Some((12, 13))));
    let shell = |text: &str| {
        let found = of(CALL, "exec_command", vec![Block::Command("ls".into()), output(text)]);
        (found.exit, text_of(&found.blocks[1].content))
    };
    let told = "Chunk ID: 1\nWall time: 0.1 seconds\nProcess exited with code 2\nOriginal token count: 9\nOutput:\nno such file\n";
    assert_eq!(shell(told), (Some(2), "no such file\n".into()));
    assert_eq!(shell("Exit code: 0\nWall time: 1 seconds\nOutput:\nx"), (Some(0), "x".into()));
    assert_eq!(shell("Output:\nx"), (None, "Output:\nx".into()));
    assert_eq!(shell("\u{1b}[31mred\u{1b}[0m"), (None, "red".into()));
    let failed = of(CALL, "Bash", vec![Block::Command("x".into()), Block::Error("Exit code 127\nnot found".into())]);
    assert_eq!(failed.exit, Some(127));
}

#[test]
fn a_search_says_what_and_where() {
    let search = |input: &str| of(CALL, "Grep", vec![Block::Input(input.into()), output("a.rs:1: x")]).summary;
    assert_eq!(search(r#"{"pattern":"a|b","path":"src"}"#), "a|b in src");
    assert_eq!(search(r#"{"pattern":"a","output_mode":"content"}"#), "a");
    assert_eq!(search("{}"), "");
}

#[test]
fn lists_of_things_to_do() {
    let todos = r#"{"todos":[{"content":"a","status":"completed","activeForm":"A"},{"content":"b","status":"in_progress"},{"content":"c","status":"pending"}]}"#;
    let shown = of(CALL, "TodoWrite", vec![Block::Input(todos.into()), output("Todos have been modified")]);
    assert_eq!(told(&shown), ["Tasks : Done a, Begun b, Open c", "Output Output folded: Todos have been modified"]);
    let plan = r#"{"explanation":"why","plan":[{"step":"x","status":"completed"}]}"#;
    assert_eq!(told(&of(CALL, "update_plan", vec![Block::Input(plan.into())])), ["Tasks : Done x"]);
    let not = r#"{"items":[1,2]}"#;
    assert!(told(&of(CALL, "x", vec![Block::Input(not.into())]))[0].starts_with("Input : items="));
}

#[test]
fn other_inputs_are_trees_and_other_blocks_what_they_are() {
    let shown =
        of(CALL, "mcp__x__y", vec![Block::Input(r#"{"a":1,"b":{"c":["d"]}}"#.into()), output(r#"{"ok":true}"#)]);
    assert_eq!(told(&shown)[0].split(' ').take(3).collect::<Vec<_>>(), ["Input", ":", "a=Plain(\"1\")"]);
    assert!(told(&shown)[1].starts_with("Output : ok=Plain"));
    let said = of(EventKind::Response, "", vec![Block::Thinking("t".into()), Block::Text("# a\n\nb".into())]);
    assert_eq!(told(&said), ["Thinking Thinking folded: 1 blocks", "Text : 2 blocks"]);
    let image = of(EventKind::Prompt, "", vec![Block::Image { mime: "image/png".into(), base64: "aGFsbG8h".into() }]);
    assert_eq!((told(&image), image.blocks[0].bytes), (vec!["Image : image/png".to_owned()], 6));
}

#[test]
fn hidden_characters_show_in_every_kind_of_block() {
    let said = of(EventKind::Prompt, "", vec![Block::Prompt("a\u{202e}b".into())]);
    let text = "a⟨U+202E⟩b".to_owned();
    assert_eq!(said.blocks[0].content, Content::Prose(vec![Node::Paragraph(vec![Inline::Text(text.clone())])]));
    assert_eq!(text_of(&of(CALL, "Bash", vec![output("a\u{202e}b")]).blocks[0].content), text);
}

#[test]
fn one_line_of_five_megabytes_and_an_output_of_thirty_are_cut() {
    let line = "x".repeat(5 << 20);
    let shown = of(CALL, "Bash", vec![output(&line)]);
    assert!(shown.blocks[0].is_cut && text_of(&shown.blocks[0].content).len() <= 20_000);
    assert_eq!((shown.blocks[0].bytes, shown.blocks[0].lines), (5 << 20, 1));
    let edit = serde_json::json!({ "path": "a", "old_string": line, "new_string": "y" }).to_string();
    assert!(text_of(&of(CALL, "edit", vec![Block::Input(edit)]).blocks[0].content).len() < 5_000);
    let many = "a line of text\n".repeat(2 << 20);
    let shown = of(CALL, "Bash", vec![output(&many)]);
    assert_eq!((shown.blocks[0].lines, shown.blocks[0].is_cut), (2 << 20, true));
    assert_eq!(text_of(&shown.blocks[0].content).lines().count(), 200);
}

fn all_parts(about: About<'_>, body: &Body) -> (String, usize) {
    let (mut text, mut from, mut count) = (String::new(), Some(0), 0);
    while let Some(at) = from {
        let part = part(about, body, 0, at).expect("it is there");
        text.push_str(
            &text_of(&part.content).split_once('|').map_or(text_of(&part.content), |(_, text)| text.to_owned()),
        );
        from = part.next;
        count += 1;
    }
    (text, count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn all_portions_make_the_whole(line in "[a-zé ]{0,40}\n?", times in 1usize..20_000) {
        let text = line.repeat(times);
        let about = About { kind: CALL, name: "Bash" };
        let body = Body { blocks: vec![output(&text)], ..Body::default() };
        // Of blank outputs nothing is shown.
        prop_assume!(!text.starts_with("Output:") && !text.trim().is_empty());
        let (parts, count) = all_parts(about, &body);
        prop_assert_eq!(whole(about, &body, 0), Some(text.clone()));
        prop_assert!(parts == text, "{} portions", count);
        let cut = shown(about, &body);
        prop_assert!(cut.blocks.first().is_none_or(|block| text.starts_with(&text_of(&block.content))));
    }

    #[test]
    fn any_body_can_be_shown(name in "(Bash|Edit|Read|TodoWrite|x)", text in "(.|\n){0,200}", json in "[\\[\\]{}\":,a1]{0,40}") {
        let blocks = vec![
            Block::Input(json.clone()), Block::Command(text.clone()), output(&text), output(&json), Block::Error(text.clone()),
            Block::Text(text.clone()), Block::Patch { path: text.clone(), text: text.clone(), before: None },
        ];
        let body = Body { blocks, ..Body::default() };
        for kind in [CALL, EventKind::Response, EventKind::Other] {
            let about = About { kind, name: &name };
            for index in 0..shown(about, &body).blocks.len() as u32 {
                prop_assert!(part(about, &body, index, 0).is_some() && whole(about, &body, index).is_some());
            }
        }
    }
}
