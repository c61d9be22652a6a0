//! What a person typed, and what not.

use super::{UserMessage, typed};

#[test]
fn t2_envelopes_are_no_prompts() {
    let check = |text: &str, answer: &str| assert_eq!(typed(text), answer, "{text:?}");
    check("Fix it", "Fix it");
    check("# AGENTS.md instructions for /x\n\n<INSTRUCTIONS>\nBe brief.\n</INSTRUCTIONS>", "");
    check("# AGENTS.md", "");
    check("<environment_context>\n  <cwd>/x</cwd>\n</environment_context>", "");
    check("<environment_context> cut off", "");
    check("<user_instructions>\n\nDo.\n\n</user_instructions>", "");
    check("<turn_aborted>\nThe user interrupted.\n</turn_aborted>", "");
    check("<skill>\n<name>a</name>\n</skill>", "");
    check("<subagent_notification>{\"agent_id\":\"a\"}</subagent_notification>", "");
    check("<goal_context>x</goal_context>", "");
    check("<codex_internal_context source=\"goal\">x</codex_internal_context>", "");
    check("<permissions instructions>\nx\n</permissions instructions>", "");
    check("<codex_internal_context source=\"user\">x", "<codex_internal_context source=\"user\">x");
    check("<div>Why does this not close?", "<div>Why does this not close?");
}

#[test]
fn t2_what_follows_an_envelope_is_a_prompt() {
    let check = |text: &str, answer: &str| assert_eq!(typed(text), answer, "{text:?}");
    check("<recommended_plugins>\na\n</recommended_plugins>\n\nFix it", "Fix it");
    check("<recommended_plugins>a</recommended_plugins> <environment_context>b</environment_context>Fix it", "Fix it");
    check("# AGENTS.md\n<INSTRUCTIONS>a</INSTRUCTIONS>\nFix it", "Fix it");
    check("# Context from my IDE setup:\n\n## Open tabs:\n- a.rs\n\n## My request for Codex:\nFix it\n", "Fix it");
}

#[test]
fn prompts_of_every_shape() {
    let check = |line: &str, answer: Option<&str>| {
        assert_eq!(UserMessage::of(line.as_bytes()).prompt.as_deref(), answer, "{line}")
    };
    check(
        r#"{"payload":{"content":[{"type":"input_text","text":"a"},{"type":"input_text","text":"b"}]}}"#,
        Some("a\nb"),
    );
    check(r#"{"payload":{"content":"a"}}"#, Some("a"));
    check(r#"{"payload":{"message":"a","images":[]}}"#, Some("a"));
    check(r#"{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]}"#, Some("a"));
    check(r#"{"payload":{"content":[{"type":"input_image","image_url":"data:image/png;base64,AA"}]}}"#, Some(""));
    check(r##"{"payload":{"content":[{"text":"# AGENTS.md"},{"text":"<environment_context>"}]}}"##, None);
    check("{", None);
}

#[test]
fn old_files_tell_their_folder_to_the_model_alone() {
    let line = r#"{"content":[{"text":"<environment_context>\n  <cwd>/home/ann/shop</cwd>\n</environment_context>"}]}"#;
    let cwd = Some("/home/ann/shop".to_owned());
    assert_eq!(UserMessage::of(line.as_bytes()), UserMessage { prompt: None, cwd });
    assert_eq!(UserMessage::of(br#"{"content":"Where is <cwd>/x</cwd>?"}"#).cwd, None);
}
