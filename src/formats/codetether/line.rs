//! One line of any CodeTether record, as it is written. Lives and dies in this folder.

use super::family::{Family, Signs, family, sign};
use super::variant::Variant;
use crate::formats::lenient::{Field, Fields, Flag, List, Num, Presence, Raw, Scalar, Slot, Str, flat};
use crate::model::Timestamp;

flat! {
    /// The fields of all records that the index needs. They stand in the line itself or in its payload.
    pub struct Record<'a> {
        "type" => type_: Str<'a>,
        "event" => event: Str<'a>,
        "kind" => kind: Str<'a>,
        "event_type" => event_type: Str<'a>,
        "session_id" => session_id: Str<'a>,
        "thread_id" => thread_id: Str<'a>,
        "id" => id: Str<'a>,
        "turn_id" => turn_id: Str<'a>,
        "event_id" => event_id: Str<'a>,
        "item_id" => item_id: Str<'a>,
        "tool_call_id" => tool_call_id: Str<'a>,
        "approval_id" => approval_id: Str<'a>,
        "abandoned_item_id" => abandoned_item_id: Str<'a>,
        "ts" => ts: Scalar<'a>,
        "timestamp" => timestamp: Scalar<'a>,
        "time" => time: Scalar<'a>,
        "at" => at: Scalar<'a>,
        "recorded_at" => recorded_at: Scalar<'a>,
        "timestamp_ms" => timestamp_ms: Num,
        "name" => name: Str<'a>,
        "arguments" => arguments: Raw<'a>,
        "success" => success: Flag,
        "duration_ms" => duration_ms: Num,
        "text" => text: Str<'a>,
        "response" => response: Str<'a>,
        "message" => message: Str<'a>,
        "error" => error: Str<'a>,
        "status" => status: Str<'a>,
        "usage" => usage: Usage<'a>,
        "source" => source: Str<'a>,
        "model" => model: Str<'a>,
        "prompt_tokens" => prompt_tokens: Num,
        "completion_tokens" => completion_tokens: Num,
        "request_tokens" => request_tokens: Num,
        "budget" => budget: Num,
        "trace_id" => trace_id: Str<'a>,
        "outcome" => outcome: Str<'a>,
        "strategy" => strategy: Str<'a>,
        "before_tokens" => before_tokens: Num,
        "after_tokens" => after_tokens: Num,
        "dropped_tokens" => dropped_tokens: Num,
        "archive_ref" => archive_ref: Str<'a>,
        "input_tokens" => input_tokens: Num,
        "output_tokens" => output_tokens: Num,
        "root_model" => root_model: Str<'a>,
        "elapsed_ms" => elapsed_ms: Num,
        "requested_model" => requested_model: Str<'a>,
        "fallback_model" => fallback_model: Str<'a>,
        "phase" => phase: Str<'a>,
        "txn" => txn: Num,
        "op" => op: Op<'a>,
        "token_delta" => token_delta: Num,
        "objective" => objective: Str<'a>,
        "role" => role: Str<'a>,
        "message_type" => message_type: Str<'a>,
        "workspace" => workspace: Str<'a>,
        "agent_name" => agent_name: Str<'a>,
        "tool_name" => tool_name: Str<'a>,
        "tool_success" => tool_success: Flag,
        "tool_duration_ms" => tool_duration_ms: Num,
        "content" => content: List<'a, Part<'a>>,
        "metadata" => metadata: Metadata<'a>,
        "title" => title: Str<'a>,
        "agent" => agent: Str<'a>,
        "created_at" => created_at: Str<'a>,
        "updated_at" => updated_at: Str<'a>,
        "messages" => messages: List<'a, Message<'a>>,
        "tool_uses" => tool_uses: List<'a, ToolUse<'a>>,
    }
}

flat! {
    /// Usage of the provider layer (codetether.md §2). Null and absent cache counters are both "not recorded".
    pub struct Usage<'a> {
        "prompt_tokens" => prompt_tokens: Num,
        "completion_tokens" => completion_tokens: Num,
        "total_tokens" => total_tokens: Num,
        "cache_read_tokens" => cache_read_tokens: Num,
        "cache_write_tokens" => cache_write_tokens: Num,
    }
}

flat! {
    /// What a journal line is about (codetether.md §7).
    pub struct Op<'a> {
        "op" => op: Str<'a>,
    }
}

flat! {
    /// Keys of the snapshot's metadata, and the one that tells a training line.
    pub struct Metadata<'a> {
        "directory" => directory: Str<'a>,
        "model" => model: Str<'a>,
        "bus_kind" => bus_kind: Str<'a>,
    }
}

flat! {
    /// A message of a snapshot (codetether.md §6).
    pub struct Message<'a> {
        "role" => role: Str<'a>,
        "content" => content: List<'a, Part<'a>>,
    }
}

flat! {
    /// A piece of a message.
    pub struct Part<'a> {
        "type" => type_: Str<'a>,
        "text" => text: Str<'a>,
        "id" => id: Str<'a>,
        "name" => name: Str<'a>,
        "arguments" => arguments: Raw<'a>,
        "tool_call_id" => tool_call_id: Str<'a>,
    }
}

flat! {
    /// How a call of a snapshot ended (codetether.md §6).
    pub struct ToolUse<'a> {
        "id" => id: Str<'a>,
        "success" => success: Flag,
    }
}

/// A line: its own fields, and those of the one object in it that may hold the payload.
#[derive(Debug, Default)]
pub struct Line<'a> {
    pub own: Record<'a>,
    inner: Record<'a>,
    holder: Holder,
    keys: u64,
    /// How many keys the object has.
    count: u32,
    /// The variant that its first key names: the default form of serde, if there is no other key.
    lone: Option<Variant>,
    presence: Presence,
}

/// Under which key the inner object stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Holder {
    #[default]
    None,
    Data,
    Payload,
    Variant,
}

impl<'a> Fields<'a> for Line<'a> {
    fn field(&mut self, bytes: &[u8]) -> Option<&mut dyn Field<'a>> {
        let key = std::str::from_utf8(bytes).ok()?;
        self.count += 1;
        self.keys |= sign(key);
        // `data` is worth more than `payload` (codetether.md §3.1), and both more than a key that only might be a tag.
        let holder = match key {
            "data" => Holder::Data,
            "payload" if self.holder != Holder::Data => Holder::Payload,
            "error" if self.count == 1 => {
                self.lone = Some(Variant::Error);
                Holder::None
            }
            _ if self.count == 1 && self.own.field(bytes).is_none() => {
                self.lone = Variant::of(key);
                if self.lone.is_some() { Holder::Variant } else { Holder::None }
            }
            _ => Holder::None,
        };
        if holder == Holder::None {
            return self.own.field(bytes);
        }
        if self.holder != holder {
            self.holder = holder;
            self.inner = Record::default();
        }
        Some(&mut self.inner)
    }

    fn presence_mut(&mut self) -> &mut Presence {
        &mut self.presence
    }
}

impl<'a> Field<'a> for Line<'a> {
    fn slot(&mut self) -> Slot<'_, 'a> {
        Slot::Object(self)
    }

    fn presence(&self) -> Presence {
        self.presence
    }
}

impl<'a> Line<'a> {
    /// Which record it is (codetether.md §10).
    pub fn family(&self) -> Family {
        let own = &self.own;
        family(&Signs {
            keys: self.keys,
            tags: [&own.type_, &own.event, &own.kind, &own.event_type],
            lone: self.lone.filter(|_| self.count == 1),
            is_content_list: own.content.presence() == Presence::Given
                && own.content.text.presence() == Presence::Absent,
            is_message_object: own.message.presence() == Presence::Wrong,
            is_timestamp_number: own.timestamp.number.presence() == Presence::Given,
            is_bus_kind: own.metadata.bus_kind.presence() != Presence::Absent,
            is_payload_event: self.holder == Holder::Payload && self.inner.event_id.presence() != Presence::Absent,
        })
    }

    /// The log's own word for a record that nobody knows.
    pub fn tag(&self) -> &str {
        let own = &self.own;
        let tags = [&own.type_, &own.event, &own.kind, &own.event_type];
        tags.into_iter().find_map(|tag| tag.some()).unwrap_or("")
    }

    /// Where the fields of the payload stand: `data`, else `payload`, else the line itself (codetether.md §3.1).
    pub fn payload(&self) -> &Record<'a> {
        let is_tagged = self.holder != Holder::Variant || self.count == 1;
        if self.inner.presence == Presence::Given && is_tagged { &self.inner } else { &self.own }
    }

    /// Id of the session, wherever the envelope has it; empty where it has none (codetether.md §3).
    pub fn session(&self) -> &str {
        let inner = self.payload();
        let ids = [&self.own.session_id, &inner.session_id, &self.own.thread_id, &inner.thread_id, &self.own.id];
        ids.into_iter().find_map(|id| id.some()).unwrap_or("")
    }

    /// When it happened, wherever the envelope has it (codetether.md §3), and whether there was something that is no
    /// time.
    pub fn at(&self) -> (Option<Timestamp>, bool) {
        let inner = self.payload();
        let (mut at, mut is_odd) = (None, false);
        for record in [&self.own, inner] {
            let Record { ts, timestamp, time, at: moment, recorded_at, timestamp_ms, .. } = record;
            for written in [ts, timestamp, time, moment, recorded_at] {
                at = at.or_else(|| time_of(written));
                is_odd |= at.is_none() && written.presence() == Presence::Given;
            }
            at = at.or_else(|| timestamp_ms.int().map(Timestamp::from_ms));
        }
        (at, is_odd && at.is_none())
    }
}

/// RFC 3339, or a number: microseconds above 1e14, milliseconds above 1e11, else seconds (codetether.md §3).
fn time_of(written: &Scalar<'_>) -> Option<Timestamp> {
    if let Some(text) = written.text.some() {
        return Timestamp::parse(text);
    }
    let (value, nanos_per_unit) = match (written.number.float()?, written.number.int()?) {
        (value, whole) if value > 1e14 => (whole, 1_000),
        (value, whole) if value > 1e11 => (whole, 1_000_000),
        // Fractions of seconds are real, those of smaller units are not worth keeping.
        (value, whole) if whole as f64 != value => ((value * 1e3) as i64, 1_000_000),
        (_, whole) => (whole, 1_000_000_000),
    };
    Some(Timestamp::from_nanos(value.checked_mul(nanos_per_unit)?))
}
