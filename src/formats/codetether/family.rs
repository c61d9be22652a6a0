//! Which of CodeTether's records a line is (codetether.md §10), by its keys alone.

use super::variant::Variant;
use serde_json::{Map, Value};

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `threads/<id>.jsonl` (§4).
    Thread,
    /// Standard output of a run (§5).
    Run,
    /// The older terminal's archive (§8).
    Chat,
    /// `<id>.journal.jsonl` (§7).
    Journal,
    /// `<id>.tasks.jsonl` (§7).
    Task,
    /// A §6 message that stands alone.
    Message,
    /// The thread log in the shape of Codex (§5).
    Adapter,
    /// `*-chat-events-*.jsonl` (§8).
    ToolArchive,
    /// `sessions/<id>.json` (§6).
    Snapshot,
    /// A session event in one of three readings (§3).
    Event(Variant, Reading),
    /// Not part of a session: what it is, for people (§9).
    Aside(&'static str),
    Unknown,
}

/// Which reading of §3 matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    Tagged,
    /// The one key, or the whole line, names the variant.
    External,
    Bare,
}

/// What tells records apart.
#[derive(Debug)]
pub struct Signs<'s> {
    /// Keys that are there, see [`sign`].
    pub keys: u64,
    /// `type`, `event`, `kind`, `event_type`.
    pub tags: [&'s str; 4],
    /// The variant that the only key names.
    pub lone: Option<Variant>,
    pub is_content_list: bool,
    pub is_message_object: bool,
    pub is_timestamp_number: bool,
    pub is_bus_kind: bool,
    pub is_payload_event: bool,
}

macro_rules! signs {
    ($($key:ident)*) => {
        /// A bit for each key that tells records apart.
        #[allow(non_camel_case_types, non_upper_case_globals, reason = "named like the keys")]
        mod key {
            enum Place { $($key,)* }
            $(pub const $key: u64 = 1 << Place::$key as u64;)*
        }

        /// The bit of a key in a set of keys; 0 for one that tells nothing.
        pub fn sign(key: &str) -> u64 {
            match key {
                $(stringify!($key) => key::$key,)*
                _ => 0,
            }
        }
    };
}

signs! {
    timestamp_ms payload recorded_at message_type phase txn topic at role content timestamp messages usage source
    prompt_tokens completion_tokens model request_tokens budget trace_id outcome iterations iteration max_iterations
    strategy before_tokens after_tokens dropped_tokens fell_back_to requested_model fallback_model category principal
    action data session_id ts duration_ms event_id turn_id tool_uses created_at tool_name request decision
}

/// Keys of each record that its line must all have.
pub fn has(keys: u64, all: u64) -> bool {
    keys & all == all
}

/// The first match counts (codetether.md §10).
pub fn family(signs: &Signs<'_>) -> Family {
    let keys = signs.keys;
    let [type_, event, kind, _] = signs.tags;
    let all = |wanted: u64| has(keys, wanted);
    if all(key::timestamp_ms | key::payload) && !kind.is_empty() {
        Family::Thread
    } else if type_.starts_with("run.") {
        Family::Run
    } else if all(key::recorded_at | key::message_type) {
        Family::Chat
    } else if all(key::phase | key::txn) {
        Family::Journal
    } else if all(key::topic) && signs.is_message_object {
        Family::Aside("the message bus")
    } else if all(key::role) && signs.is_bus_kind {
        Family::Aside("a training batch")
    } else if (event == "request" && all(key::request)) || (event == "decision" && all(key::decision)) {
        Family::Aside("the approvals")
    } else if all(key::at) && is_task(kind) {
        Family::Task
    } else if all(key::role) && signs.is_content_list {
        Family::Message
    } else if all(key::timestamp | key::payload) && !type_.is_empty() && signs.is_payload_event {
        Family::Adapter
    } else if signs.is_timestamp_number && is_tool_archive(type_) {
        Family::ToolArchive
    } else if all(key::messages | key::usage) {
        Family::Snapshot
    } else if all(key::category | key::action | key::principal | key::outcome | key::timestamp) {
        Family::Aside("the forage audit")
    } else {
        event_of(signs)
    }
}

fn event_of(signs: &Signs<'_>) -> Family {
    if let Some(variant) = signs.tags.into_iter().find_map(Variant::of) {
        return Family::Event(variant, Reading::Tagged);
    }
    if let Some(variant) = signs.lone {
        return Family::Event(variant, Reading::External);
    }
    match bare(signs.keys) {
        Some(variant) => Family::Event(variant, Reading::Bare),
        None => Family::Unknown,
    }
}

/// A payload without a tag, by its keys (codetether.md §3.3).
fn bare(keys: u64) -> Option<Variant> {
    let with = |all: u64, none: u64| has(keys, all) && keys & none == 0;
    let rules = [
        (key::source | key::prompt_tokens | key::completion_tokens, 0, Variant::TokenUsage),
        (key::prompt_tokens | key::completion_tokens | key::model, key::source, Variant::UsageReport),
        (key::request_tokens | key::budget, 0, Variant::TokenEstimate),
        (key::trace_id | key::outcome | key::iterations, 0, Variant::RlmComplete),
        (key::trace_id | key::iteration | key::max_iterations, 0, Variant::RlmProgress),
        (key::trace_id | key::strategy | key::after_tokens, 0, Variant::CompactionCompleted),
        (key::trace_id | key::dropped_tokens, 0, Variant::ContextTruncated),
        (key::trace_id | key::fell_back_to, 0, Variant::CompactionFailed),
        (key::trace_id | key::after_tokens | key::budget, key::strategy, Variant::CompactionFailed),
        (key::trace_id | key::before_tokens | key::budget, key::after_tokens, Variant::CompactionStarted),
        (key::requested_model | key::fallback_model, 0, Variant::RlmSubcallFallback),
    ];
    rules.into_iter().find(|(all, none, _)| with(*all, *none)).map(|(.., variant)| variant)
}

/// Kinds of `<id>.tasks.jsonl` (codetether.md §7).
fn is_task(kind: &str) -> bool {
    let kinds =
        ["goal_set", "goal_runtime", "goal_reaffirmed", "goal_cleared", "task_added", "task_status", "drift_detected"];
    kinds.contains(&kind)
}

fn is_tool_archive(type_: &str) -> bool {
    ["user_message", "assistant_message", "tool_result", "tool_call"].contains(&type_)
}

/// Which record a value is.
pub fn family_of(line: &Value) -> Family {
    let Some(object) = line.as_object() else {
        let variant = line.as_str().and_then(Variant::of);
        return variant.map_or(Family::Unknown, |variant| Family::Event(variant, Reading::External));
    };
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or("");
    let within = |outer: &str, inner: &str| object.get(outer).is_some_and(|value| value.get(inner).is_some());
    family(&Signs {
        keys: object.keys().fold(0, |keys, key| keys | sign(key)),
        tags: [text("type"), text("event"), text("kind"), text("event_type")],
        lone: object.keys().next().filter(|_| object.len() == 1).and_then(|key| Variant::of(key)),
        is_content_list: object.get("content").is_some_and(Value::is_array),
        is_message_object: object.get("message").is_some_and(Value::is_object),
        is_timestamp_number: object.get("timestamp").is_some_and(Value::is_number),
        is_bus_kind: within("metadata", "bus_kind"),
        is_payload_event: within("payload", "event_id"),
    })
}

/// Whether a record is surely one of CodeTether's: the rules of §10 assume that much, and some would hold for other
/// agents' lines too.
pub fn is_ours(line: &Value) -> bool {
    let Some(object) = line.as_object() else { return false };
    let keys = object.keys().fold(0, |keys, key| keys | sign(key));
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or("");
    match family_of(line) {
        Family::Thread => has(keys, key::event_id | key::turn_id),
        Family::Run => is_run_kind(text("type")),
        Family::Adapter => object.get("payload").is_some_and(|payload| payload.get("thread_id").is_some()),
        Family::Chat | Family::Journal | Family::Task => true,
        Family::ToolArchive => is_seconds(object.get("timestamp")) && keys & (key::content | key::tool_name) != 0,
        Family::Snapshot => {
            let counts = object.get("usage").and_then(|usage| usage.get("prompt_tokens"));
            has(keys, key::tool_uses) || counts.is_some() && has(keys, key::created_at)
        }
        Family::Message => is_own_message(object.get("content")),
        Family::Aside(_) => is_own_aside(object, keys),
        Family::Event(variant, reading) => is_own_event(line, keys, variant, reading),
        Family::Unknown => false,
    }
}

/// What is no session, but may be another program's too: envelopes of a bus tell their sender, approvals hold nothing
/// else.
fn is_own_aside(object: &Map<String, Value>, keys: u64) -> bool {
    let within = |outer: &str, inner: &str| object.get(outer).is_some_and(|value| value.get(inner).is_some());
    match keys {
        _ if has(keys, key::topic) => object.contains_key("sender_id") && within("message", "kind"),
        _ if keys & (key::request | key::decision) != 0 => object.len() == 2,
        _ => true,
    }
}

/// Our own canonical form, or a payload with all keys of its kind (codetether.md §2): tags like `error` alone are
/// anybody's.
fn is_own_event(line: &Value, keys: u64, variant: Variant, reading: Reading) -> bool {
    let tag = line.get("type").and_then(Value::as_str).unwrap_or("");
    if has(keys, key::ts | key::session_id | key::data) && Variant::canonical(tag) == Some(variant) {
        return true;
    }
    let inner = match reading {
        Reading::External => line.as_object().and_then(|object| object.values().next()),
        _ => line.get("data").or(line.get("payload")),
    };
    let object = inner.and_then(Value::as_object).or_else(|| line.as_object());
    let payload_keys = object.map_or(0, |object| object.keys().fold(0, |all, key| all | sign(key)));
    let is_whole = match variant {
        Variant::TokenUsage => has(payload_keys, key::source | key::model | key::duration_ms),
        Variant::UsageReport => has(payload_keys, key::model | key::duration_ms),
        _ => true,
    };
    is_whole && bare(payload_keys) == Some(variant)
}

fn is_run_kind(type_: &str) -> bool {
    let Some(kind) = type_.strip_prefix("run.") else { return false };
    let kinds = ["started", "completed", "failed", "text_chunk", "text_complete"];
    kinds.contains(&kind)
        || ["item_", "tool_call_", "command_", "patch_", "approval_"].iter().any(|p| kind.starts_with(p))
}

/// The archive of tools counts seconds; others that use these words count milliseconds (codetether.md §8).
fn is_seconds(time: Option<&Value>) -> bool {
    time.and_then(Value::as_u64).is_some_and(|seconds| seconds < 100_000_000_000)
}

/// Parts as only CodeTether writes them: a call's arguments are JSON text, a result names its call (codetether.md §6).
fn is_own_message(parts: Option<&Value>) -> bool {
    parts.and_then(Value::as_array).into_iter().flatten().any(|part| {
        let is_type = |wanted: &str| part.get("type").and_then(Value::as_str) == Some(wanted);
        let is_call = is_type("tool_call") && part.get("arguments").is_some_and(Value::is_string);
        is_call || is_type("tool_result") && part.get("tool_call_id").is_some()
    })
}
