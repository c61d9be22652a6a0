//! What must stay and what can go when records are shared (codetether.md §1, §4-§8).

use crate::formats::sharing::{Sharing, TextKind, Texts};

/// Tags may stand under several keys, and be spelt in several ways (codetether.md §3.1).
const THINKING: &[&str] = &["thinking*", "Thinking*", "session_thinking*", "SessionThinking*"];
const CHUNKS: &[&str] = &["tool_output_chunk", "ToolOutputChunk", "toolOutputChunk"];

const fn tagged(
    kind: TextKind,
    tag: &'static str,
    words: &'static [&'static str],
    keys: &'static [&'static str],
) -> Texts {
    Texts { kind, tag, words, keys }
}

const SAID: &[&str] = &["text", "content", "thinking", "signature", "data", "payload"];
const PRINTED: &[&str] = &["text", "content", "chunk", "data", "payload"];

pub static SHARING: Sharing = Sharing {
    ids: &[
        "id",
        "session_id",
        "thread_id",
        "turn_id",
        "event_id",
        "item_id",
        "tool_call_id",
        "approval_id",
        "abandoned_item_id",
        "trace_id",
        "archive_ref",
    ],
    opaque: &["signature", "thought_signature"],
    foreign: &["arguments", "input", "output", "result"],
    texts: &[
        tagged(TextKind::Thinking, "type", THINKING, SAID),
        tagged(TextKind::Thinking, "event", THINKING, SAID),
        tagged(TextKind::Thinking, "kind", THINKING, SAID),
        tagged(TextKind::Thinking, "event_type", THINKING, SAID),
        tagged(TextKind::Thinking, "message_type", THINKING, SAID),
        tagged(
            TextKind::Thinking,
            "",
            &[],
            &["ThinkingComplete", "thinking_complete", "thinkingComplete", "thought_signature"],
        ),
        tagged(TextKind::ToolOutput, "", &[], &["output", "ToolOutputChunk", "tool_output_chunk"]),
        tagged(TextKind::ToolOutput, "type", CHUNKS, PRINTED),
        tagged(TextKind::ToolOutput, "event", CHUNKS, PRINTED),
        tagged(TextKind::ToolOutput, "kind", CHUNKS, PRINTED),
        tagged(TextKind::ToolOutput, "type", &["tool_result"], &["content", "result"]),
        tagged(TextKind::ToolOutput, "message_type", &["tool_result"], &["content"]),
    ],
};
