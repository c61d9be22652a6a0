//! What must stay and what can go when logs are shared (fizeau.md §3, §4).

use crate::formats::sharing::{Sharing, TextKind, Texts};

pub static SHARING: Sharing = Sharing {
    ids: &[
        "session_id",
        "id",
        "tool_call_id",
        "attempt_id",
        "bead_id",
        "task_id",
        "worker_id",
        "correlation_id",
        "base_rev",
        "prompt_sha",
    ],
    opaque: &[],
    foreign: &["input", "output", "arguments", "tool_call_args"],
    texts: &[
        Texts { kind: TextKind::Thinking, tag: "", words: &[], keys: &["reasoning_content"] },
        Texts { kind: TextKind::Thinking, tag: "type", words: &["thinking*"], keys: &["data"] },
        // The output of `session.end` is the answer.
        Texts { kind: TextKind::ToolOutput, tag: "type", words: &["tool.call", "tool_result"], keys: &["data.output"] },
        Texts { kind: TextKind::ToolOutput, tag: "", words: &[], keys: &["output_excerpt", "output_summary"] },
        Texts { kind: TextKind::ToolOutput, tag: "role", words: &["tool"], keys: &["content"] },
    ],
};
