//! A line of a rollout as it is written (codex.md §3). Lives and dies in this folder. Texts that are long and not needed
//! for the index (messages, outputs, encrypted reasoning, images) have no field here, so that they are skipped in place.
//! Every line is read into a small struct; the few that need more are read again.

use crate::formats::Sink;
use crate::formats::lenient::{Field, Flag, HasText, List, Num, Presence, Raw, Scalar, Str, flat, read_or_empty};
use crate::formats::records::Object;
use crate::model::{Counter, ProblemKind, Span, Timestamp};

flat! {
    /// The envelope, and the keys that tell the other kinds of files apart.
    pub struct Line<'a> {
        "type" => kind: Str<'a>,
        "timestamp" => timestamp: Scalar<'a>,
        "ordinal" => ordinal: Num,
        "payload" => payload: Brief<'a>,
        "id" => id: Str<'a>,
        "record_type" => record_type: HasText,
        "items" => items: HasText,
        "thread_name" => thread_name: Str<'a>,
    }
}

flat! {
    /// What most lines are about.
    pub struct Brief<'a> {
        "type" => kind: Str<'a>,
        "role" => role: Str<'a>,
        "name" => name: Str<'a>,
        "namespace" => namespace: Str<'a>,
        "call_id" => call_id: Str<'a>,
        "status" => status: Str<'a>,
        "success" => success: Flag,
        "arguments" => arguments: Raw<'a>,
        "input" => input: Raw<'a>,
        "action" => action: Raw<'a>,
    }
}

flat! {
    struct Whole<'a> {
        "payload" => payload: Payload<'a>,
    }
}

flat! {
    /// The fields of headers, turns, counts and events that the index needs, in one flat struct.
    pub struct Payload<'a> {
        "id" => id: Str<'a>,
        "timestamp" => timestamp: Scalar<'a>,
        "cwd" => cwd: Str<'a>,
        "originator" => originator: Str<'a>,
        "cli_version" => cli_version: Str<'a>,
        "source" => source: List<'a, Source<'a>>,
        "model_provider" => model_provider: Str<'a>,
        "git" => git: Git<'a>,
        "forked_from_id" => forked_from_id: Str<'a>,
        "parent_thread_id" => parent_thread_id: Str<'a>,
        "agent_nickname" => agent_nickname: Str<'a>,
        "agent_role" => agent_role: Str<'a>,
        "subagent_history_start_ordinal" => history_start: Num,
        "turn_id" => turn_id: Str<'a>,
        "model" => model: Str<'a>,
        "effort" => effort: Str<'a>,
        "approval_policy" => approval_policy: Str<'a>,
        "sandbox_policy" => sandbox_policy: List<'a, Sandbox<'a>>,
        "call_id" => call_id: Str<'a>,
        "success" => success: Flag,
        "exit_code" => exit_code: Num,
        "duration" => duration: Duration<'a>,
        "result" => result: McpResult<'a>,
        "error" => error: List<'a, Failure<'a>>,
        "info" => info: Info<'a>,
        "rate_limits" => rate_limits: RateLimits<'a>,
        "usage" => usage: Usage<'a>,
        "response_id" => response_id: Str<'a>,
        "thread_id" => thread_id: Str<'a>,
        "thread_name" => thread_name: Str<'a>,
        "model_context_window" => context_window: Num,
        "num_turns" => num_turns: Num,
        "kind" => word: Str<'a>,
        "event_id" => event_id: Str<'a>,
        "agent_thread_id" => agent_thread_id: Str<'a>,
        "new_thread_id" => new_thread_id: Str<'a>,
    }
}

flat! {
    /// `source` of a header: a word, or what kind of sub-agent it is.
    pub struct Source<'a> {
        "subagent" => subagent: List<'a, SubAgent<'a>>,
    }
}

flat! {
    pub struct SubAgent<'a> {
        "thread_spawn" => thread_spawn: ThreadSpawn<'a>,
    }
}

flat! {
    pub struct ThreadSpawn<'a> {
        "parent_thread_id" => parent_thread_id: Str<'a>,
        "agent_nickname" => agent_nickname: Str<'a>,
        "agent_role" => agent_role: Str<'a>,
    }
}

flat! {
    pub struct Git<'a> {
        "branch" => branch: Str<'a>,
    }
}

flat! {
    pub struct Sandbox<'a> {
        "type" => kind: Str<'a>,
        "mode" => mode: Str<'a>,
    }
}

flat! {
    /// One piece of a tool's output, or the whole of it: `{output, metadata}`.
    pub struct Output<'a> {
        "text" => text: Str<'a>,
        "output" => output: Str<'a>,
        "metadata" => metadata: Metadata<'a>,
        "success" => success: Flag,
    }
}

flat! {
    pub struct Metadata<'a> {
        "exit_code" => exit_code: Num,
        "duration_seconds" => duration_seconds: Num,
    }
}

flat! {
    /// A length of time as Rust writes it.
    pub struct Duration<'a> {
        "secs" => secs: Num,
        "nanos" => nanos: Num,
    }
}

flat! {
    pub struct McpResult<'a> {
        "Ok" => ok: McpOk<'a>,
        "Err" => err: List<'a, Failure<'a>>,
    }
}

flat! {
    pub struct McpOk<'a> {
        "isError" => is_error: Flag,
    }
}

flat! {
    /// What went wrong: an object or a text. Only that it is there matters.
    pub struct Failure<'a> {
        "message" => message: HasText,
    }
}

flat! {
    pub struct Info<'a> {
        "total_token_usage" => total: Usage<'a>,
        "last_token_usage" => last: Usage<'a>,
        "model_context_window" => context_window: Num,
        "model" => model: Str<'a>,
    }
}

flat! {
    pub struct RateLimits<'a> {
        "limit_id" => limit_id: Str<'a>,
    }
}

flat! {
    /// Counters of one response or of a thread (codex.md §4), and the names that older dumps give them (§7).
    pub struct Usage<'a> {
        "input_tokens" => input: Num,
        "prompt_tokens" => prompt: Num,
        "cached_input_tokens" => cached: Num,
        "cache_write_input_tokens" => cache_write: Num,
        "cache_creation_input_tokens" => cache_creation: Num,
        "output_tokens" => output: Num,
        "completion_tokens" => completion: Num,
        "reasoning_output_tokens" => reasoning: Num,
        "total_tokens" => total: Num,
    }
}

impl Usage<'_> {
    /// The counters, or `None` where there is no number at all; a text is none (token-coverage.md M1). Negative ones count 0 and are reported
    /// (token-coverage.md M2).
    pub fn counter(&self, place: (u32, &[u8]), out: &mut Sink) -> Option<Counter> {
        let mut clean = |numbers: [Num; 2]| -> Option<u64> {
            let value = numbers.into_iter().find_map(Num::plain_int)?;
            if value < 0 {
                let reason = "a negative token count; counted as 0";
                out.problems.add(ProblemKind::Clamped, Some(place.0), reason, place.1);
            }
            Some(value.max(0) as u64)
        };
        let absent = Num::default();
        let counter = Counter {
            input: clean([self.input, self.prompt]),
            cached: clean([self.cached, absent]),
            cache_write: clean([self.cache_write, self.cache_creation]),
            output: clean([self.output, self.completion]),
            reasoning: clean([self.reasoning, absent]),
            total: clean([self.total, absent]),
        };
        Some(counter).filter(|counter| *counter != Counter::default())
    }
}

impl<'a> Payload<'a> {
    /// The thread that a sub-agent was started by, where the header names it (codex.md X5).
    pub fn parent_thread(&self) -> Option<&str> {
        self.parent_thread_id.some().or_else(|| self.spawn()?.parent_thread_id.some())
    }

    fn spawn(&self) -> Option<&ThreadSpawn<'a>> {
        Some(&self.sub_agent()?.items.first()?.thread_spawn)
    }

    /// What `source.subagent` holds, if it is there.
    fn sub_agent(&self) -> Option<&List<'a, SubAgent<'a>>> {
        self.source.items.first().map(|source| &source.subagent).filter(|agent| agent.presence() == Presence::Given)
    }

    pub fn is_sub_agent(&self) -> bool {
        self.parent_thread_id.some().is_some() || self.sub_agent().is_some()
    }

    pub fn nickname(&self) -> &str {
        self.agent_nickname.some().or_else(|| self.spawn()?.agent_nickname.some()).unwrap_or("")
    }

    /// The role of a sub-agent; `review` and `compact` are written in place of an object.
    pub fn agent_role(&self) -> &str {
        let of_spawn = || self.spawn()?.agent_role.some();
        let word = || self.sub_agent()?.text.some();
        self.agent_role.some().or_else(of_spawn).or_else(word).unwrap_or("")
    }
}

impl Duration<'_> {
    /// Milliseconds.
    pub fn ms(&self) -> Option<u32> {
        let (secs, nanos) = (self.secs.int()?, self.nanos.int().unwrap_or(0));
        u32::try_from(secs.checked_mul(1000)?.checked_add(nanos / 1_000_000)?).ok()
    }
}

/// A JSON object of a rollout and where it stands.
pub struct Record<'a> {
    /// The envelope's type. Old files have no envelope (codex.md §8): their header has no type, the rest are items.
    pub kind: &'static str,
    /// The same as it is written, known or not.
    pub word: Str<'a>,
    pub payload: Brief<'a>,
    is_bare: bool,
    pub ordinal: Option<i64>,
    /// Its own bytes, for those who decode it again.
    pub bytes: &'a [u8],
    pub span: Span,
    pub number: u32,
    /// `None` when there is no readable time.
    pub at: Option<Timestamp>,
}

/// Types of the envelope.
pub const KINDS: [&str; 9] = [
    "session_meta",
    "turn_context",
    "response_item",
    "event_msg",
    "compacted",
    "token_usage_record",
    "world_state",
    "inter_agent_communication",
    "inter_agent_communication_metadata",
];

impl<'a> Record<'a> {
    pub fn of(object: Object<'a, Line<'a>>, out: &mut Sink) -> Self {
        let Object { line, bytes, span, number, .. } = object;
        let at = time_of(&line.timestamp);
        if at.is_none() && line.timestamp.is_given() {
            let reason = "a time that is not RFC 3339; the event counts, without a time";
            out.problems.add(ProblemKind::BadField, Some(number), reason, bytes);
        }
        let known = KINDS.into_iter().find(|kind| *kind == &*line.kind);
        let is_bare = line.payload.presence == Presence::Absent;
        let kind = match known {
            Some(kind) => kind,
            None if is_bare && line.kind.some().is_none() => "session_meta",
            None if is_bare => "response_item",
            None => "",
        };
        let payload = match is_bare {
            true => read_or_empty(bytes),
            false => line.payload,
        };
        Self { kind, word: line.kind, payload, is_bare, ordinal: line.ordinal.int(), bytes, span, number, at }
    }

    /// The line once more, with the fields that few lines need.
    pub fn details(&self) -> Payload<'a> {
        match self.is_bare {
            true => read_or_empty(self.bytes),
            false => read_or_empty::<Whole<'_>>(self.bytes).payload,
        }
    }
}

/// RFC 3339, or a Unix number: milliseconds if it is above 10^10, else seconds (codex.md §3).
pub fn time_of(written: &Scalar<'_>) -> Option<Timestamp> {
    if let Some(text) = written.text.some() {
        return Timestamp::parse(text);
    }
    let number = written.number.float()?;
    let ms = if number > 1e10 { number } else { number * 1000.0 };
    (ms > 0.0 && ms < 9.18e12).then(|| Timestamp::from_ms(ms as i64))
}

/// The full name of a tool of an MCP server, as agents write it: `mcp__docs__read`. What stands between the two parts
/// may be in either of them already.
pub fn mcp_name(namespace: &str, tool: &str) -> String {
    let is_parted = namespace.ends_with('_') || tool.starts_with('_');
    [namespace, if is_parted { "" } else { "__" }, tool].concat()
}
