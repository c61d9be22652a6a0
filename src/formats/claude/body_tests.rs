//! What is shown of single lines.

use super::*;

fn answer(block: &str) -> Body {
    let line = format!(r#"{{"type":"assistant","message":{{"id":"m","content":[{block}]}}}}"#);
    body(line.as_bytes(), 0)
}

fn user(content: &str, more: &str, block: u16) -> Vec<Block> {
    let line = format!(r#"{{"type":"user"{more},"message":{{"content":{content}}}}}"#);
    body(line.as_bytes(), block).blocks
}

fn system(text: &str) -> Block {
    Block::System(text.into())
}

#[test]
fn blocks_of_answers() {
    assert_eq!(answer(r#"{"type":"text","text":"Hi"}"#).blocks, [Block::Text("Hi".into())]);
    assert_eq!(answer(r#"{"type":"thinking","thinking":"Hm","signature":"x"}"#).blocks, [Block::Thinking("Hm".into())]);
    let unrecorded = [system("thinking (not recorded)")];
    assert_eq!(answer(r#"{"type":"thinking","thinking":"","signature":"x"}"#).blocks, unrecorded);
    assert_eq!(answer(r#"{"type":"redacted_thinking","data":"x"}"#).blocks, unrecorded);
    let call = answer(r#"{"type":"tool_use","id":"t","name":"Bash","input":{"command":"ls"}}"#);
    assert_eq!((call.summary.as_str(), call.blocks), ("ls", vec![Block::Command("ls".into())]));
    let read = answer(r#"{"type":"tool_use","id":"t","name":"Read","input":{"file_path":"a.rs"}}"#);
    assert_eq!((read.summary.as_str(), read.blocks), ("a.rs", vec![Block::Input(r#"{"file_path":"a.rs"}"#.into())]));
    assert_eq!(answer(r#"{"type":"hologram","x":1}"#).blocks, [Block::Input(r#"{"type":"hologram","x":1}"#.into())]);
    let lone = r#"{"type":"assistant","message":{"content":"Hi"}}"#;
    assert_eq!(body(lone.as_bytes(), 0).blocks, [Block::Text("Hi".into())]);
    let error = r#"{"type":"assistant","isApiErrorMessage":true,"message":{"content":[{"type":"text","text":"500"}]}}"#;
    assert_eq!(body(error.as_bytes(), 0).blocks, [Block::Error("500".into())]);
}

fn image_of(data: &str) -> Block {
    Block::Image { mime: "image/png".into(), base64: data.into() }
}

#[test]
fn what_users_say() {
    assert_eq!(user(r#""<system-reminder>x</system-reminder> Fix it""#, "", 0), [Block::Prompt("Fix it".into())]);
    assert_eq!(user(r#""Caveat""#, r#","isMeta":true"#, 0), [system("Caveat")]);
    assert_eq!(
        user(r#""<command-name>/x</command-name><command-args>A</command-args>""#, "", 0),
        [Block::Prompt("/x A".into())]
    );
    let data = "AAAA";
    let image = format!(r#"{{"type":"image","source":{{"type":"base64","media_type":"image/png","data":"{data}"}}}}"#);
    let both = format!(r#"[{image},{{"type":"text","text":"See"}}]"#);
    assert_eq!(user(&both, "", 1), [image_of(data), Block::Prompt("See".into())]);
}

#[test]
fn results_of_tools() {
    let result = |content: &str, more: &str, envelope: &str| {
        user(&format!(r#"[{{"type":"tool_result","tool_use_id":"t","content":{content}{more}}}]"#), envelope, 0)
    };
    let output = |text: &str, cut: bool| Block::Output { text: text.into(), cut };
    assert_eq!(result(r#""ok""#, "", ""), [output("ok", false)]);
    assert_eq!(
        result(r#"[{"type":"text","text":"a"},{"type":"text","text":"b"}]"#, "", ""),
        [output("a", false), output("b", false)]
    );
    assert_eq!(result(r#""no such file""#, r#","is_error":true"#, ""), [Block::Error("no such file".into())]);
    assert_eq!(result("null", "", ""), []);
    let preview = r#""<persisted-output>\nOutput too large. Full output saved to: /x/b1.txt\n\nPreview""#;
    let told = result(preview, "", "");
    let elsewhere = |path: &str| Block::Elsewhere { path: path.into(), is_open: false };
    assert_eq!(told[1], elsewhere("/x/b1.txt"));
    assert!(matches!(&told[0], Block::Output { .. }));
    let path = r#","toolUseResult":{"persistedOutputPath":"/y/b2.txt"}"#;
    assert_eq!(result(preview, "", path)[1], elsewhere("/y/b2.txt"));
    assert_eq!(result(r#""the beginning""#, "", path)[1], elsewhere("/y/b2.txt"));
    let long = r#""Error: result (64,163 characters) exceeds maximum allowed tokens. Output has been saved to /z/mcp.txt.\nRead it""#;
    assert_eq!(result(long, "", "")[1], elsewhere("/z/mcp.txt"));
    assert_eq!(result(r#""Error: result (of what?)""#, "", "").len(), 1);
}

#[test]
fn lines_beside_the_conversation() {
    let boundary = r#"{"type":"system","subtype":"compact_boundary","content":"Conversation compacted","compactMetadata":{"trigger":"auto","preTokens":155829}}"#;
    let shown = body(boundary.as_bytes(), 0);
    assert_eq!(
        (shown.summary.as_str(), shown.blocks),
        ("auto compaction at 155829 tokens", vec![system("Conversation compacted")])
    );
    assert_eq!(body(boundary.as_bytes(), INFERRED).blocks.len(), 1);
    let queued = r#"{"type":"attachment","attachment":{"type":"queued_command","prompt":"And b"}}"#;
    assert_eq!(body(queued.as_bytes(), 0).blocks, [Block::Prompt("And b".into())]);
    let queued = r#"{"type":"queue-operation","operation":"enqueue","content":"And c"}"#;
    assert_eq!(body(queued.as_bytes(), 0).blocks, [Block::Prompt("And c".into())]);
    let hook =
        r#"{"type":"attachment","attachment":{"type":"hook_success","hookName":"Stop","stdout":"ok","exitCode":0}}"#;
    let shown = body(hook.as_bytes(), 0);
    assert_eq!((shown.blocks, shown.facts.len()), (vec![system("ok")], 2));
    let result = r#"{"type":"result","subtype":"success","is_error":false,"result":"Done","num_turns":3}"#;
    let shown = body(result.as_bytes(), 0);
    assert_eq!((shown.summary.as_str(), shown.blocks), ("success", vec![Block::Text("Done".into())]));
    for odd in [
        "",
        "{",
        "7",
        "[]",
        "{}",
        r#"{"type":7}"#,
        r#"{"type":"user","message":7}"#,
        r#"{"type":"assistant","message":{"content":[7]}}"#,
    ] {
        for block in [0, 1, INFERRED] {
            body(odd.as_bytes(), block);
        }
    }
}

#[test]
fn failures_of_the_service_are_told_in_words() {
    let check = |line: &str, words: &str, facts: usize| {
        let shown = body(line.as_bytes(), 0);
        assert_eq!((shown.blocks, shown.facts.len()), (vec![Block::Error(words.into())], facts), "{line}");
    };
    let inner = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"r"}"#;
    check(
        &format!(
            r#"{{"type":"system","subtype":"api_error","error":{{"status":529,"error":{inner}}},"retryAttempt":2}}"#
        ),
        "529 overloaded_error: Overloaded",
        2,
    );
    let untold = "a call to the service failed; why was not recorded";
    check(r#"{"type":"system","subtype":"api_error","error":{},"retryAttempt":1}"#, untold, 2);
    check(r#"{"type":"system","subtype":"error"}"#, untold, 1);
    let said = Value::String(format!("API Error: 529 {inner}"));
    let words = "API Error: 529 overloaded_error: Overloaded";
    check(
        &format!(
            r#"{{"type":"assistant","isApiErrorMessage":true,"error":"overloaded","apiErrorStatus":529,"message":{{"content":[{{"type":"text","text":{said}}}]}}}}"#
        ),
        words,
        2,
    );
    check(&format!(r#"{{"type":"result","subtype":"x","is_error":true,"result":{said}}}"#), words, 1);
}

#[test]
fn a_recorded_change_is_a_patch() {
    let recorded = r#","toolUseResult":{"filePath":"a.rs","originalFile":"all\n","structuredPatch":[{"oldStart":7,"oldLines":1,"newStart":7,"newLines":1,"lines":["-x","+y"]}]}"#;
    let line = r#"[{"type":"tool_result","tool_use_id":"t","content":"ok"}]"#;
    let patch =
        Block::Patch { path: "a.rs".into(), text: "@@ -7,1 +7,1 @@\n-x\n+y\n".into(), before: Some("all\n".into()) };
    assert_eq!(user(line, recorded, 0), [Block::Output { text: "ok".into(), cut: false }, patch]);
    let without = r#","toolUseResult":{"filePath":"a.rs","structuredPatch":[]}"#;
    assert_eq!(user(line, without, 0), [Block::Output { text: "ok".into(), cut: false }]);
}
