//! What must stay and what can go when transcripts are shared (claude-code.md §3, §9).

use crate::formats::sharing::{Sharing, TextKind, Texts};

pub static SHARING: Sharing = Sharing {
    ids: &[
        "uuid",
        "parentUuid",
        "logicalParentUuid",
        "leafUuid",
        "sessionId",
        "session_id",
        "requestId",
        // In what a failed request was answered.
        "requestID",
        "request_id",
        "request-id",
        "id",
        "messageId",
        "promptId",
        "agentId",
        "taskId",
        "tool_use_id",
        "toolUseID",
        "parentToolUseID",
        "parent_tool_use_id",
        "sourceToolAssistantUUID",
        "uuids",
        "allUuids",
    ],
    opaque: &["signature", "data", "encrypted_content", "encrypted_index"],
    foreign: &["input", "toolUseResult"],
    texts: &[
        Texts {
            kind: TextKind::Thinking,
            tag: "type",
            words: &["thinking", "redacted_thinking"],
            keys: &["thinking", "signature", "data"],
        },
        Texts { kind: TextKind::ToolOutput, tag: "type", words: &["tool_result"], keys: &["content"] },
        Texts {
            kind: TextKind::ToolOutput,
            tag: "type",
            words: &["web_search_tool_result", "mcp_tool_result"],
            keys: &["content"],
        },
        Texts { kind: TextKind::ToolOutput, tag: "", words: &[], keys: &["toolUseResult", "stdout", "stderr"] },
        Texts { kind: TextKind::Images, tag: "type", words: &["image"], keys: &["source", "file"] },
        // What a running command has printed so far.
        Texts { kind: TextKind::ToolOutput, tag: "type", words: &["bash_progress"], keys: &["output", "fullOutput"] },
    ],
};
