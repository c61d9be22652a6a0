//! The variants of CodeTether's `SessionEvent` (codetether.md §1): names, how logs may spell them, and which are durable.

use crate::formats::Durability;
use crate::model::EventKind;

/// A known variant. The enum of the agent is open-ended; what is not here is kept under its own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    Thinking,
    PlayBreak,
    ToolCallStart,
    ToolCallComplete,
    ToolHeartbeat,
    ToolOutputChunk,
    ToolCallMetadata,
    ApprovalRequest,
    TextChunk,
    TextComplete,
    ThinkingComplete,
    StreamRetry,
    UsageReport,
    SessionSync,
    Done,
    Error,
    TokenEstimate,
    TokenUsage,
    RlmProgress,
    RlmComplete,
    CompactionStarted,
    CompactionCompleted,
    CompactionFailed,
    ContextTruncated,
    RlmSubcallFallback,
}

use Variant as V;

/// Variant, canonical name, durable by the earlier documented set, by the newer one (codetether.md §1 "seed", "now").
const TABLE: [(Variant, &str, Option<bool>, bool); 25] = [
    (V::Thinking, "thinking", Some(false), false),
    (V::PlayBreak, "play_break", None, false),
    (V::ToolCallStart, "tool_call_start", Some(false), true),
    (V::ToolCallComplete, "tool_call_complete", Some(false), true),
    (V::ToolHeartbeat, "tool_heartbeat", None, false),
    (V::ToolOutputChunk, "tool_output_chunk", None, false),
    (V::ToolCallMetadata, "tool_call_metadata", None, true),
    (V::ApprovalRequest, "approval_request", None, true),
    (V::TextChunk, "text_chunk", Some(false), false),
    (V::TextComplete, "text_complete", Some(false), true),
    (V::ThinkingComplete, "thinking_complete", Some(false), true),
    (V::StreamRetry, "stream_retry", None, false),
    (V::UsageReport, "usage_report", Some(false), true),
    (V::SessionSync, "session_sync", Some(false), false),
    (V::Done, "done", Some(false), true),
    (V::Error, "error", Some(false), true),
    (V::TokenEstimate, "token_estimate", Some(false), false),
    (V::TokenUsage, "token_usage", Some(true), true),
    (V::RlmProgress, "rlm_progress", Some(false), false),
    (V::RlmComplete, "rlm_complete", Some(true), true),
    (V::CompactionStarted, "compaction_started", Some(true), true),
    (V::CompactionCompleted, "compaction_completed", Some(true), true),
    (V::CompactionFailed, "compaction_failed", Some(true), true),
    (V::ContextTruncated, "context_truncated", Some(true), true),
    (V::RlmSubcallFallback, "rlm_subcall_fallback", Some(true), true),
];

/// Names of payload structs, which count as tags too (codetether.md §3.1).
const PAYLOADS: [(&str, Variant); 6] = [
    ("tokendelta", V::TokenUsage),
    ("compactionstart", V::CompactionStarted),
    ("compactionoutcome", V::CompactionCompleted),
    ("compactionfailure", V::CompactionFailed),
    ("contexttruncation", V::ContextTruncated),
    ("rlmcompletion", V::RlmComplete),
];

impl Variant {
    /// The variant that a tag names. Only letters count, in any case; a leading `session` is dropped
    /// (codetether.md §3.1).
    pub fn of(tag: &str) -> Option<Self> {
        if tag.len() > 60 {
            return None;
        }
        let letters: String = tag.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
        Self::named(&letters).or_else(|| Self::named(letters.strip_prefix("session")?))
    }

    fn named(letters: &str) -> Option<Self> {
        let is_equal = |name: &str| name.bytes().filter(|byte| *byte != b'_').eq(letters.bytes());
        let own = TABLE.iter().find(|(_, name, ..)| is_equal(name)).map(|(variant, ..)| *variant);
        own.or_else(|| PAYLOADS.iter().find(|(name, _)| *name == letters).map(|(_, variant)| *variant))
    }

    /// The variant whose canonical name this is, exactly.
    pub fn canonical(name: &str) -> Option<Self> {
        TABLE.iter().find(|(_, known, ..)| *known == name).map(|(variant, ..)| *variant)
    }

    /// Canonical name, in snake case.
    pub fn name(self) -> &'static str {
        TABLE.get(self as usize).map_or("", |(_, name, ..)| *name)
    }

    /// Whether it must not be lost, by both sets of rules (codetether.md §1).
    pub fn durability(self) -> Durability {
        let row = TABLE.get(self as usize);
        Durability { earlier: row.and_then(|row| row.2), newer: row.map(|row| row.3) }
    }
}

/// Whether session events must not be lost: calls of tools and results by their kind, all others by canonical name.
pub fn durability(kind: EventKind, name: &str) -> Option<Durability> {
    let variant = match kind {
        EventKind::ToolCall => Variant::ToolCallStart,
        EventKind::ToolResult => Variant::ToolCallComplete,
        _ => Variant::canonical(name)?,
    };
    Some(variant.durability())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (number, (variant, name, ..)) in TABLE.iter().enumerate() {
            assert_eq!((*variant as usize, variant.name()), (number, *name));
        }
    }

    /// codetether.md §3.1: spellings of one variant.
    #[test]
    fn tags_are_compared_by_their_letters() {
        for tag in ["TokenUsage", "token_usage", "token.usage", "session.token_usage", "TOKEN-USAGE", "token_delta"] {
            assert_eq!(Variant::of(tag), Some(V::TokenUsage), "{tag}");
        }
        assert_eq!(Variant::of("session_sync"), Some(V::SessionSync));
        assert_eq!(Variant::of("compaction_start"), Some(V::CompactionStarted));
        for tag in ["", "session", "token_use", "usage", "session.start", "token_usages"] {
            assert_eq!(Variant::of(tag), None, "{tag}");
        }
    }

    /// codetether.md §1: D and e in both columns, `–` where the earlier set does not know the variant.
    #[test]
    fn durability_by_both_sets() {
        let told = |name| durability(EventKind::Other, name).map(|known| (known.earlier, known.newer));
        assert_eq!(told("usage_report"), Some((Some(false), Some(true))));
        assert_eq!(told("token_usage"), Some((Some(true), Some(true))));
        assert_eq!(told("token_estimate"), Some((Some(false), Some(false))));
        assert_eq!(told("tool_call_metadata"), Some((None, Some(true))));
        assert_eq!(told("run.started"), None);
        let by = |pick: fn(Durability) -> Option<bool>| {
            TABLE.iter().filter(|(variant, ..)| pick(variant.durability()) == Some(true)).count()
        };
        assert_eq!((by(|known| known.earlier), by(|known| known.newer)), (7, 16));
    }
}
