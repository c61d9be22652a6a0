//! Trace events, as Perfetto and `chrome://tracing` open them: what took how long.

use super::json::{number, object, text};
use crate::archive::{Archive, Session};
use crate::logic::session::keyed_events;
use crate::model::{EventKind, flags};
use serde_json::Value;

/// The events of a session on one track for each kind of thing.
pub fn document(archive: &Archive, session: &Session) -> Value {
    const TRACKS: [&str; 4] = ["People", "Model", "Tools", "Other"];
    let name = session.part.title.as_deref().unwrap_or(&session.key);
    let mut events = vec![named("process_name", None, name)];
    events.extend((1..).zip(TRACKS).map(|(track, name)| named("thread_name", Some(track), name)));
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
        events.push(object(&mut [
            ("name", text(name)),
            ("cat", text(event.kind.name())),
            ("ph", text(if duration.is_some() { "X" } else { "i" })),
            ("s", if duration.is_none() { text("t") } else { Value::Null }),
            ("ts", Value::from(start.nanos() / 1_000)),
            ("dur", number(duration.map(|ms| ms * 1_000))),
            ("pid", number(Some(1))),
            ("tid", number(Some(track))),
            ("args", object(&mut [("key", text(&key)), ("failed", Value::Bool(all & flags::FAILED != 0))])),
        ]));
    }
    object(&mut [("displayTimeUnit", text("ms")), ("traceEvents", Value::Array(events))])
}

/// Says what a process or a track is called.
fn named(what: &str, track: Option<u64>, name: &str) -> Value {
    object(&mut [
        ("ph", text("M")),
        ("pid", number(Some(1))),
        ("tid", number(track)),
        ("name", text(what)),
        ("args", object(&mut [("name", text(name))])),
    ])
}
