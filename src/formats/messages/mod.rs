//! One reader for all logs that are a list of messages: records with a role, content and sometimes token counts, a line
//! each or in one document. A dialect is a table ([`Dialect`]) that says where things stand and how it counts; what
//! programs call the parts of a message differs so little that one reader knows all names (`read`). The first pass and
//! the body of an event read a record in the same way, so they cannot disagree.
//!
//! Records are read as [`Value`]: these logs are small beside those of the four dialects with decoders of their own, and
//! one reader for all of them is a fraction of their code.

mod decoder;
pub mod read;
mod session;
pub mod usage;
pub mod value;

use crate::formats::content::{arguments, blocks, facts_of, parse, plain};
use crate::formats::sharing::{TextKind, Texts};
use crate::formats::{Decoder, Format, Sharing};
use crate::model::{Block, Body, EventKind, Metric, Relation};
use decoder::MessageDecoder;
pub use read::{Counted, Step, Told, Undo, each_record};
use serde_json::Value;
pub use usage::{Cache, Reasoning};

/// A log dialect that is a list of messages. Places are as [`value::at`] takes them.
pub struct Dialect {
    pub id: &'static str,
    pub name: &'static str,
    /// Whether an object at the top of a source is one of its records, or its document.
    pub sniff: fn(&Value) -> bool,
    /// Taken only for logs that no other dialect knows.
    pub is_last_resort: bool,
    /// Keys of a document under which its records stand; the first with any counts.
    pub lists: &'static [&'static str],
    /// Where messages stand within a record, if it holds several.
    pub inner: &'static str,
    /// The record's own word for what it is; of a message the role.
    pub role: &'static str,
    /// What words mean that mean something else here than elsewhere; one that ends in `*` is a beginning.
    pub words: &'static [(&'static str, EventKind)],
    /// Where the message stands in its record.
    pub message: &'static str,
    pub at: &'static str,
    /// When it was over, if `at` is when it began.
    pub until: &'static str,
    /// What names the message, or the request that it answers.
    pub message_id: &'static str,
    /// The message before it, where a log is a tree.
    pub previous: &'static str,
    pub model: &'static str,
    pub provider: &'static str,
    /// Token counts of the request.
    pub usage: &'static str,
    /// Its cost in US dollars, where that stands beside the counts.
    pub cost: &'static str,
    pub cache: Cache,
    pub reasoning: Reasoning,
    /// Whether each answer is one request, even if nothing tells what it used.
    pub answers_are_requests: bool,
    pub session: &'static str,
    /// Whether the place of a file names its session, of which other files stand there too.
    pub path_is_id: bool,
    pub parent: &'static str,
    /// What a session with a parent is to it.
    pub relation: Relation,
    pub title: &'static str,
    pub directory: &'static str,
    pub version: &'static str,
    pub branch: &'static str,
    /// Reads what the table cannot say; before or after the rest.
    pub special: Option<Special>,
    /// A record in a shape that the table can speak of.
    pub prepare: Option<fn(&Dialect, Value) -> Value>,
    /// What a user wrote of where things stand, if that is what it is made of (docs/mapping.md).
    pub mapping: Option<&'static Value>,
    /// A later record with the same id replaces the earlier one (others.md §1).
    pub replaces: bool,
    /// Whether a total tells only of the time since the last one (others.md CP2).
    pub totals_are_segments: bool,
    /// What a session without a single message is; empty if nobody knows (others.md §7).
    pub stub: &'static str,
    /// Whether a total should be the sum of the requests, so that people are told where it is not (others.md §8).
    pub total_is_sum: bool,
    /// Whether forks copy messages under new ids, so that only times and counts tell them (others.md §3).
    pub forks_rename: bool,
    pub sharing: &'static Sharing,
    pub why_missing: &'static [(Metric, &'static str)],
}

/// Adds to what was read of a record. `lists` are already read.
pub type Special = for<'a> fn(&'a Value, &mut Vec<Told<'a>>);

/// What most logs have; a dialect says what is different.
pub const PLAIN: Dialect = Dialect {
    id: "",
    name: "",
    sniff: |_| false,
    is_last_resort: false,
    lists: &[],
    inner: "",
    role: "role",
    words: &[],
    message: "",
    at: "timestamp",
    until: "",
    message_id: "id",
    previous: "",
    model: "model",
    provider: "provider",
    usage: "usage",
    cost: "cost",
    cache: Cache::Within,
    reasoning: Reasoning::Within,
    answers_are_requests: true,
    session: "sessionId|session_id",
    path_is_id: false,
    parent: "",
    relation: Relation::SubAgent,
    title: "",
    directory: "cwd",
    version: "",
    branch: "",
    special: None,
    prepare: None,
    mapping: None,
    replaces: false,
    totals_are_segments: false,
    stub: "",
    total_is_sum: false,
    forks_rename: false,
    sharing: &SHARING,
    why_missing: &[],
};

/// What messages have in common for those who share them (PRODUCT §7).
pub const SHARING: Sharing = Sharing {
    ids: &[
        "id",
        "uuid",
        "parentUuid",
        "parentId",
        "parentID",
        "sessionId",
        "sessionID",
        "session_id",
        "messageID",
        "messageId",
        "toolCallId",
        "tool_call_id",
        "callID",
        "callId",
        "call_id",
        "tool_use_id",
        "turnId",
        "projectHash",
        "projectID",
        "interactionId",
        "requestId",
        "apiCallId",
        "hookInvocationId",
        "traceId",
        "spanId",
        "parentSpanId",
        "snapshot",
        "firstKeptEntryId",
        "targetId",
        "span_id",
        "run_id",
        "eval_id",
        "task_id",
        "responseId",
        "source_call_id",
        "stepUuid",
        "parentUuid",
        "turn_id",
        "message_id",
        "hash",
        "tool_call_ids",
        "toolUseID",
        "toolUseId",
        "step_id",
    ],
    opaque: &[
        "thoughtSignature",
        "thinkingSignature",
        "textSignature",
        "signature",
        "reasoningOpaque",
        "encryptedContent",
        "encrypted_content",
        "data",
        "base64",
    ],
    foreign: &["args", "arguments", "input", "parameters", "resultDisplay"],
    texts: &[
        Texts {
            kind: TextKind::Thinking,
            tag: "",
            words: &[],
            keys: &["thoughts", "reasoningText", "reasoning_content", "reasoningContent", "thinking", "think"],
        },
        Texts {
            kind: TextKind::Thinking,
            tag: "type",
            words: &["reasoning", "assistant.reasoning"],
            keys: &["text", "content", "summary", "data.content"],
        },
        Texts {
            kind: TextKind::ToolOutput,
            tag: "",
            words: &[],
            keys: &["resultDisplay", "functionResponse", "observation", "state.output", "toolCallResult"],
        },
        Texts {
            kind: TextKind::ToolOutput,
            tag: "type",
            words: &["tool_result", "toolResult", "tool.execution_complete", "tool.result"],
            keys: &["content", "result", "output", "value", "data.result"],
        },
        Texts { kind: TextKind::ToolOutput, tag: "type", words: &["tool_use"], keys: &["result"] },
        Texts {
            kind: TextKind::ToolOutput,
            tag: "role",
            words: &["tool", "toolResult", "bashExecution"],
            keys: &["content", "output", "details"],
        },
    ],
};

impl Format for Dialect {
    fn id(&self) -> &'static str {
        self.id
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn sniff(&self, head: &[Value]) -> bool {
        // Earlier ones have been looked at when they came.
        head.last().is_some_and(self.sniff)
    }

    fn is_last_resort(&self) -> bool {
        self.is_last_resort
    }

    fn decoder(&'static self) -> Box<dyn Decoder> {
        Box::new(MessageDecoder::new(self))
    }

    /// Nobody knows how such a log counts, so nothing is computed from its counts.
    fn tells_costs(&self) -> bool {
        self.is_last_resort
    }

    /// A cost of 0 beside tokens is what programs write of models whose price they do not know (others.md §3, PI3).
    fn zero_cost_is_a_gap(&self) -> bool {
        true
    }

    fn why_missing(&self, metric: Metric) -> &'static str {
        self.why_missing.iter().find(|(of, _)| *of == metric).map_or("", |(_, why)| why)
    }

    fn sharing(&self) -> &'static Sharing {
        self.sharing
    }

    fn body(&self, line: &[u8], block: u16) -> Body {
        let (mut left, is_prompt) = (usize::from(block & !AS_PROMPT), block & AS_PROMPT != 0);
        let mut found = None;
        each_record(self, line, &mut |_, record, _| {
            let told = read::read(self, record);
            let mut steps = told.iter().flat_map(|told| &told.steps);
            if found.is_none() {
                found =
                    steps.nth(left).map(|step| body_of(if is_prompt { EventKind::Prompt } else { step.kind }, step));
                left = left.saturating_sub(told.iter().map(|told| told.steps.len()).sum());
            }
        });
        found.unwrap_or_default()
    }
}

/// In the number of a block: what may be the result of a call is a prompt, since nothing was called.
pub const AS_PROMPT: u16 = 1 << 15;

fn body_of(kind: EventKind, step: &Step<'_>) -> Body {
    let said = || Some(value::text(step.content)).filter(|text| !text.is_empty());
    let mut body = match kind {
        EventKind::Prompt => blocks(said().map(Block::Prompt)),
        EventKind::Response => blocks(said().map(Block::Text)),
        EventKind::Thinking => blocks(said().map(Block::Thinking)),
        EventKind::ToolCall => arguments(Some(step.content)),
        EventKind::ToolResult => blocks(said().map(|text| Block::Output { text, cut: false })),
        EventKind::Error => blocks(said().map(Block::Error)),
        EventKind::System | EventKind::Compaction if is_text(step.content) => blocks(said().map(Block::System)),
        _ => match step.content {
            Value::Object(map) if image(step.content).is_none() => {
                Body { facts: facts_of(map, &NAMES_ONLY), ..Body::default() }
            }
            Value::Object(_) | Value::Null => Body::default(),
            other => blocks(Some(Block::System(plain(other)))),
        },
    };
    let parts = value::list(step.content).iter().chain([step.content]);
    body.blocks.extend(parts.filter_map(image));
    body
}

/// What names a record or says where it stands, and nothing more.
const NAMES_ONLY: [&str; 7] = ["id", "uuid", "parentId", "parentUuid", "sessionId", "type", "timestamp"];

/// Whether something is said in a text alone.
fn is_text(content: &Value) -> bool {
    !content.is_object() || content.get("text").is_some_and(Value::is_string)
}

/// A picture in the shapes that messages have for one; nothing of those that stand elsewhere.
fn image(part: &Value) -> Option<Block> {
    let url = value::word(part, "image_url.url|url|image|source.url");
    if let Some((mime, base64)) = url.strip_prefix("data:").and_then(|data| data.split_once(";base64,")) {
        return Some(Block::Image { mime: mime.to_owned(), base64: base64.to_owned() });
    }
    let mime = value::word(part, "mimeType|source.media_type|inlineData.mimeType|mime_type");
    let base64 = value::word(part, "data|source.data|inlineData.data");
    let is_image = mime.starts_with("image/") && !base64.is_empty();
    is_image.then(|| Block::Image { mime: mime.to_owned(), base64: base64.to_owned() })
}

/// Bytes of a record as the table speaks of it.
fn value_of(dialect: &Dialect, bytes: &[u8]) -> Option<Value> {
    let value = parse(bytes)?;
    Some(match dialect.prepare {
        Some(prepare) => prepare(dialect, value),
        None => value,
    })
}
