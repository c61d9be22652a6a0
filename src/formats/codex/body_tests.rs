//! What is shown of a line.

use super::body;
use crate::model::{Block, Body};

fn check(line: &str, summary: &str, blocks: &[Block]) -> Body {
    let body = body(line.as_bytes());
    assert_eq!((body.summary.as_str(), body.blocks.as_slice()), (summary, blocks), "{line}");
    body
}

fn item(fields: &str) -> String {
    format!("{{\"type\":\"response_item\",\"payload\":{{{fields}}}}}")
}

fn output(text: &str) -> Block {
    Block::Output { text: text.into(), cut: false }
}

#[test]
fn images_are_told_apart() {
    let data = "A".repeat(16);
    let line = item(&format!(
        r#""type":"message","role":"user","content":[{{"type":"input_text","text":"See"}},{{"type":"input_image","image_url":"data:image/png;base64,{data}"}}]"#
    ));
    check(&line, "", &[Block::Prompt("See".into()), Block::Image { mime: "image/png".into(), base64: data.clone() }]);
    let line = item(
        r#""type":"function_call_output","output":[{"type":"input_image","image_url":"https://example.invalid/a.png"}]"#,
    );
    check(&line, "", &[Block::System("image (https://example.invalid/a.png)".into())]);
}

#[test]
fn opaque_content_is_told_plain_text_under_its_key_is_shown() {
    let encrypted = || Block::System("encrypted".into());
    check(&item(r#""type":"reasoning","summary":[],"encrypted_content":"gAAAAABo""#), "", &[encrypted()]);
    check(&item(r#""type":"compaction","encrypted_content":"gAAAAABo""#), "", &[encrypted()]);
    let line = item(
        r#""type":"agent_message","content":[{"encrypted_content":"gAAAAABo"},{"encrypted_content":"plain words"}]"#,
    );
    check(&line, "", &[encrypted(), Block::System("plain words".into())]);
}

#[test]
fn t4_inputs_are_json_or_text() {
    let call = |arguments: &str| item(&format!(r#""type":"function_call","name":"x","arguments":{arguments}"#));
    check(&call(r#""{\"cmd\":\"ls -l\"}""#), "ls -l", &[Block::Command("ls -l".into())]);
    check(&call(r#"{"query":"rust"}"#), "rust", &[Block::Input(r#"{"query":"rust"}"#.into())]);
    check(&call(r#""{not JSON""#), "", &[Block::Input("{not JSON".into())]);
    check(&call("null"), "", &[]);
    let shell = call(r#""{\"command\":[\"bash\",\"-lc\",\"ls | wc\"]}""#);
    check(&shell, "ls | wc", &[Block::Command("ls | wc".into())]);
    let words = item(r#""type":"local_shell_call","action":{"command":["git","status"]}"#);
    check(&words, "git status", &[Block::Command("git status".into())]);
    let patch = item(r#""type":"custom_tool_call","name":"apply_patch","input":"*** Begin Patch""#);
    check(&patch, "", &[Block::Input("*** Begin Patch".into())]);
}

#[test]
fn outputs_of_every_shape() {
    let of = |output: &str| item(&format!(r#""type":"function_call_output","output":{output}"#));
    check(&of(r#""plain""#), "", &[output("plain")]);
    check(&of(r#""{\"output\":\"a\",\"metadata\":{}}""#), "", &[output("a")]);
    check(&of(r#""{\"agent_id\":\"a\"}""#), "", &[output(r#"{"agent_id":"a"}"#)]);
    check(&of(r#"{"output":"a","metadata":{"exit_code":0}}"#), "", &[output("a")]);
    check(&of(r#"{"type":"input_text","text":"a"}"#), "", &[output("a")]);
    check(&of(r#"[{"text":"a"},7,null]"#), "", &[output("a"), output("7")]);
    check(&of("null"), "", &[]);
}

#[test]
fn lines_of_every_kind_have_a_body() {
    let event = |fields: &str| format!("{{\"type\":\"event_msg\",\"payload\":{{{fields}}}}}");
    check(&event(r#""type":"error","message":"no""#), "", &[Block::Error("no".into())]);
    check(&event(r#""type":"task_complete","error":{"message":"no"}"#), "", &[Block::Error("no".into())]);
    check(&event(r#""type":"task_complete","error":null"#), "", &[]);
    check(r#"{"type":"turn.failed","error":{"message":"no"}}"#, "", &[Block::Error("no".into())]);
    check(r#"{"type":"compacted","payload":{"message":"So far."}}"#, "", &[Block::Text("So far.".into())]);
    let list =
        r#"{"type":"item.completed","item":{"type":"todo_list","items":[{"text":"a","completed":true},{"text":"b"}]}}"#;
    check(list, "", &[Block::Text("- [x] a\n- [ ] b".into())]);
    let change =
        r#"{"type":"item.completed","item":{"type":"file_change","changes":[{"path":"a.rs","kind":"update"}]}}"#;
    let asked = r#"{"changes":[{"kind":"update","path":"a.rs"}]}"#;
    check(change, "a.rs", &[Block::Input(asked.into())]);
    let counts = check(&event(r#""type":"token_count","info":{"last_token_usage":{"input_tokens":7}}"#), "", &[]);
    assert_eq!((counts.facts[0].name.as_str(), counts.facts[0].value.as_str()), ("last_token_usage.input_tokens", "7"));
    for line in ["", "{", "7", "[]", "{}", r#"{"payload":7}"#, r#"{"type":"event_msg","payload":{}}"#, r#"{"item":{}}"#]
    {
        check(line, "", &[]);
    }
}

#[test]
fn a_patch_that_was_applied_tells_its_lines() {
    let line = [
        r#"{"type":"event_msg","payload":{"type":"patch_apply_end","call_id":"c","success":true,"changes":{"a.rs":{"type":"update","unified_diff":"@@ -2 +2 @@\n-x\n+y\n"},"b":{"type":"add","content":"z"}}}}"#,
    ]
    .concat();
    let patch = Block::Patch { path: "a.rs".into(), text: "@@ -2 +2 @@\n-x\n+y\n".into(), before: None };
    check(&line, "", &[patch]);
}
