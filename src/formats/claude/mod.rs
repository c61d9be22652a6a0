//! Claude Code transcripts (formats/claude-code.md): a file for each session, one for each sub-agent, and what `claude
//! -p --output-format stream-json` prints.

mod answer;
mod body;
mod calls;
mod compaction;
mod decoder;
mod failure;
mod finish;
mod lanes;
mod line;
mod merge;
mod other;
mod pairs;
mod queue;
mod record;
mod said;
mod sessions;
mod sharing;
mod stream;
mod tree;
mod usage;
mod user;

use crate::formats::{Decoder, Format, Sharing, UncountedTool};
use crate::model::{Body, Metric};
use serde_json::Value;

pub struct Claude;

/// Types of lines that stand beside a conversation and name no other format (claude-code.md §2).
const BESIDE: [&str; 9] = [
    "file-history-snapshot",
    "queue-operation",
    "progress",
    "attachment",
    "agent-setting",
    "custom-title",
    "ai-title",
    "last-prompt",
    "permission-mode",
];

impl Format for Claude {
    fn id(&self) -> &'static str {
        "claude"
    }

    fn name(&self) -> &'static str {
        "Claude Code"
    }

    fn sniff(&self, head: &[Value]) -> bool {
        head.iter().any(is_line)
    }

    /// claude-code.md §4, §10.
    fn why_missing(&self, metric: Metric) -> &'static str {
        match metric {
            Metric::Output | Metric::Context => {
                "no usage in the line, as gateways and lines of the earliest versions have it"
            }
            Metric::CacheRead | Metric::CacheWrite => "no cache counts in the usage",
            Metric::Cost => "only versions up to 1.0.8 record a cost",
            Metric::Time => "streams and titles have no times",
            Metric::ToolDuration => "a call without its result, or without times",
            Metric::SubAgents => "",
        }
    }

    fn uncounted_tool(&self) -> Option<UncountedTool> {
        Some(UncountedTool {
            tool: "WebSearch",
            what: "each searches in a call of its own that no log counts; its tokens and its fee are in no total",
        })
    }

    fn zero_cost_is_a_gap(&self) -> bool {
        true
    }

    /// Results of tools that were too long for the log, and notes on sub-agents (claude-code.md §1).
    fn keeps_beside(&self, path: &str) -> bool {
        let mut parts = path.rsplit(['/', '\\']);
        let name = parts.next().unwrap_or("");
        let is_spilled = parts.next() == Some("tool-results") && !name.ends_with(".jsonl");
        is_spilled || name.starts_with("agent-") && name.ends_with(".meta.json")
    }

    fn decoder(&'static self) -> Box<dyn Decoder> {
        Box::<decoder::ClaudeDecoder>::default()
    }

    fn sharing(&self) -> &'static Sharing {
        &sharing::SHARING
    }

    fn body(&self, line: &[u8], block: u16) -> Body {
        body::body(line, block)
    }
}

/// Whether a record is one of these logs, by the five rules of claude-code.md §2.
fn is_line(record: &Value) -> bool {
    let has = |key: &str| record.get(key).is_some();
    let text = |key: &str| record.get(key).and_then(Value::as_str);
    let message = record.get("message").filter(|message| message.is_object());
    match text("type") {
        Some("user" | "assistant") => {
            let is_named = text("sessionId").is_some() || text("uuid").is_some();
            let is_stream = text("session_id").is_some() && !has("timestamp");
            message.is_some() && (is_named || has("parentUuid") || has("isSidechain") || is_stream)
        }
        Some("summary") => text("summary").is_some() && has("leafUuid"),
        Some("system") if text("subtype") == Some("init") => text("session_id").is_some(),
        Some("result") => text("session_id").is_some() && has("subtype") && !has("timestamp"),
        Some(kind) => BESIDE.contains(&kind) && (has("sessionId") || has("snapshot") || has("messageId")),
        None => {
            let has_usage = message.and_then(|message| message.get("usage")).is_some_and(Value::is_object);
            has_usage && has("timestamp") && text("sessionId").is_some()
        }
    }
}

#[cfg(test)]
mod tests;
