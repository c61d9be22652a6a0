//! Trace events, as Perfetto and `chrome://tracing` open them: what took how long.

use super::turns::without_null;
use crate::archive::{Archive, Session};
use crate::logic::session::keyed_events;
use crate::model::{EventKind, flags};
use serde_json::{Value, json};

/// The events of a session on one track for each kind of thing.
pub fn document(archive: &Archive, session: &Session) -> Value {
    const TRACKS: [&str; 4] = ["People", "Model", "Tools", "Other"];
    let name = session.part.title.as_deref().unwrap_or(&session.key);
    let mut events = vec![json!({ "ph": "M", "pid": 1, "name": "process_name", "args": { "name": name } })];
    events.extend((1..).zip(TRACKS).map(
        |(track, name)| json!({ "ph": "M", "pid": 1, "tid": track, "name": "thread_name", "args": { "name": name } }),
    ));
    for (found, key) in keyed_events(archive, session) {
        let event = found.event;
        let all = event.flags | session.flags_of(found.id, found.index);
        let Some(at) = event.at.filter(|_| all & (flags::ECHO | flags::COPIED) == 0) else { continue };
        let track = match event.kind {
            EventKind::Prompt => 1,
            EventKind::Response | EventKind::Thinking | EventKind::Request | EventKind::Usage => 2,
            EventKind::ToolCall => 3,
            EventKind::ToolResult => continue,
            _ => 4,
        };
        let name = found.source.strings.get(event.name);
        let name = if event.kind == EventKind::ToolCall && !name.is_empty() { name } else { event.kind.name() };
        let duration = event.duration_ms.map(u64::from);
        let is_end = event.has(flags::ENDS_AT);
        let start = if is_end { at.plus_ms(-(duration.unwrap_or(0) as i64)) } else { at };
        events.push(without_null(json!({
            "name": name,
            "cat": event.kind.name(),
            "ph": if duration.is_some() { "X" } else { "i" },
            "s": duration.is_none().then_some("t"),
            "ts": start.nanos() / 1_000,
            "dur": duration.map(|ms| ms * 1_000),
            "pid": 1,
            "tid": track,
            "args": { "key": key, "failed": all & flags::FAILED != 0 },
        })));
    }
    json!({ "displayTimeUnit": "ms", "traceEvents": events })
}
