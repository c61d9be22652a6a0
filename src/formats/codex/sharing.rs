//! What must stay and what can go when rollouts are shared (codex.md §3, §7).

use crate::formats::sharing::{Sharing, TextKind, Texts};

pub static SHARING: Sharing = Sharing {
    ids: &[
        "id",
        "session_id",
        "thread_id",
        "turn_id",
        "call_id",
        "item_id",
        "event_id",
        "response_id",
        "window_id",
        "parent_thread_id",
        "forked_from_id",
        "agent_thread_id",
        "new_thread_id",
        "sender_thread_id",
        "receiver_thread_id",
        "receiver_thread_ids",
    ],
    opaque: &["encrypted_content", "image_url"],
    foreign: &["arguments", "input", "output", "result", "action", "tools", "changes", "invocation"],
    texts: &[
        Texts {
            kind: TextKind::Thinking,
            tag: "type",
            words: &["reasoning", "agent_reasoning*", "reasoning_*"],
            keys: &["summary", "content", "encrypted_content", "text", "delta", "message"],
        },
        Texts { kind: TextKind::Thinking, tag: "item_type", words: &["reasoning"], keys: &["text"] },
        Texts { kind: TextKind::Images, tag: "type", words: &["input_image"], keys: &["image_url"] },
        Texts {
            kind: TextKind::ToolOutput,
            tag: "type",
            words: &[
                "function_call_output",
                "custom_tool_call_output",
                "mcp_tool_call_output",
                "tool_search_output",
                "image_generation_call",
                "mcp_tool_call*",
                "dynamic_tool_call_response",
            ],
            keys: &["output", "tools", "result"],
        },
        Texts {
            kind: TextKind::ToolOutput,
            tag: "",
            words: &[],
            keys: &["stdout", "stderr", "aggregated_output", "formatted_output", "chunk"],
        },
    ],
};
