//! One line of either dialect, as it is written. Lives and dies in this folder.

use crate::formats::Sink;
use crate::formats::lenient::{Flag, HasText, Num, Presence, Raw, Str, flat};
use crate::formats::records::Object;
use crate::model::{ProblemKind, Span, Timestamp};

flat! {
    /// The envelope of both dialects (fizeau.md §2, §4).
    pub struct Line<'a> {
        "type" => kind: Str<'a>,
        "session_id" => session_id: Str<'a>,
        "ts" => ts: Str<'a>,
        "timestamp" => timestamp: Str<'a>,
        "time" => time: Str<'a>,
        "sequence" => sequence: Num,
        "seq" => seq: Num,
        "status" => status: Str<'a>,
        "metadata" => metadata: Metadata<'a>,
        "data" => data: Data<'a>,
    }
}

flat! {
    /// Keys of the metadata maps that join records of one run (fizeau.md §4).
    pub struct Metadata<'a> {
        "attempt_id" => attempt_id: Str<'a>,
        "bead_id" => bead_id: Str<'a>,
    }
}

flat! {
    /// Token counters under the names of both dialects (fizeau.md §3.1, §4).
    pub struct Usage<'a> {
        "input" => input: Num,
        "input_tokens" => input_tokens: Num,
        "output" => output: Num,
        "output_tokens" => output_tokens: Num,
        "total" => total: Num,
        "cache_read" => cache_read: Num,
        "cache_read_tokens" => cache_read_tokens: Num,
        "cache_write" => cache_write: Num,
        "cache_write_tokens" => cache_write_tokens: Num,
        "reasoning" => reasoning: Num,
        "reasoning_tokens" => reasoning_tokens: Num,
    }
}

flat! {
    /// What the router really used (fizeau.md §4).
    pub struct RoutingActual<'a> {
        "harness" => harness: Str<'a>,
        "provider" => provider: Str<'a>,
        "model" => model: Str<'a>,
    }
}

flat! {
    /// The fields of all payloads that the index needs, in one flat struct: `data` may stand before `type`.
    pub struct Data<'a> {
        "provider" => provider: Str<'a>,
        "model" => model: Str<'a>,
        "selected_provider" => selected_provider: Str<'a>,
        "selected_route" => selected_route: Str<'a>,
        "resolved_harness" => resolved_harness: Str<'a>,
        "requested_harness" => requested_harness: Str<'a>,
        "requested_model" => requested_model: Str<'a>,
        "harness" => harness: Str<'a>,
        "work_dir" => work_dir: Str<'a>,
        "prompt" => prompt: Str<'a>,
        "metadata" => metadata: Metadata<'a>,
        "status" => status: Str<'a>,
        "output" => output: HasText,
        "tokens" => tokens: Usage<'a>,
        "usage" => usage: Usage<'a>,
        "cost_usd" => cost_usd: Num,
        "duration_ms" => duration_ms: Num,
        "latency_ms" => latency_ms: Num,
        "error" => error: Str<'a>,
        "process_outcome" => process_outcome: Str<'a>,
        "tool" => tool: Str<'a>,
        "input" => input: Raw<'a>,
        "id" => id: Str<'a>,
        "name" => name: Str<'a>,
        "phase" => phase: Str<'a>,
        "state" => state: Str<'a>,
        "tool_name" => tool_name: Str<'a>,
        "tool_call_id" => tool_call_id: Str<'a>,
        "message" => message: Str<'a>,
        "success" => success: Flag,
        "text" => text: HasText,
        "final_text" => final_text: HasText,
        "routing_actual" => routing_actual: RoutingActual<'a>,
        "messages_before" => messages_before: Num,
    }
}

/// Which of the two dialects a line is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    SessionLog,
    EventStream,
}

/// A JSON object of the log and where it stands.
pub struct Record<'a> {
    pub line: Line<'a>,
    /// Its own bytes, for those who decode it again.
    pub bytes: &'a [u8],
    pub span: Span,
    pub number: u32,
    /// `None` when there is no readable time.
    pub at: Option<Timestamp>,
}

impl<'a> Record<'a> {
    pub fn of(object: Object<'a, Line<'a>>, out: &mut Sink) -> Self {
        let at = time_of(&object, out);
        let Object { line, bytes, span, number, .. } = object;
        Self { line, bytes, span, number, at }
    }

    /// The dialect, by keys (fizeau.md §1).
    pub fn dialect(&self) -> Dialect {
        let line = &self.line;
        let has = |text: &Str<'_>| text.presence() != Presence::Absent;
        let is_log = has(&line.session_id) || has(&line.ts) || has(&line.timestamp);
        match line.sequence.presence() != Presence::Absent && has(&line.time) && !is_log {
            true => Dialect::EventStream,
            false => Dialect::SessionLog,
        }
    }
}

/// `ts`, else its old name `timestamp`, else the other dialect's `time`.
fn time_of(object: &Object<'_, Line<'_>>, out: &mut Sink) -> Option<Timestamp> {
    let Object { line, bytes, number, .. } = object;
    let written = [&line.ts, &line.timestamp, &line.time].into_iter().find(|text| text.some().is_some())?;
    let at = Timestamp::parse(written);
    // Year 1 means "never" (fizeau.md §3.1): absent, and nothing to complain about.
    if at.is_none() && !written.starts_with("0001-01-01T") {
        let reason = "a time that is not RFC 3339; the event counts, without a time";
        out.problems.add(ProblemKind::BadField, Some(*number), reason, bytes);
    }
    at
}
