//! Hugging Face's session traces: a header line, then a line a message (docs/formats/hf-trace.md).

use super::messages::value::{at, word};
use super::messages::{Dialect, PLAIN, Told};
use crate::model::{EventKind, Metric};
use serde_json::Value;

const NOTHING: &str = "session traces have no field for it";

pub static HF_TRACE: Dialect = Dialect {
    id: "hf-trace",
    name: "Session trace",
    sniff: |record| word(record, "type") == "session" && at(record, "harness").is_string(),
    role: "message.role|type",
    words: &[("session", EventKind::SessionStart)],
    message: "message",
    at: "message.timestamp|timestamp",
    message_id: "-",
    model: "message.model",
    usage: "message.usage",
    session: "-",
    special: Some(special),
    why_missing: &[
        (Metric::Output, NOTHING),
        (Metric::Context, NOTHING),
        (Metric::CacheRead, NOTHING),
        (Metric::CacheWrite, NOTHING),
        (Metric::Cost, NOTHING),
    ],
    ..PLAIN
};

fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut().filter(|_| word(record, "type") == "session") else { return };
    (first.about.session, first.about.title) = (word(record, "id"), word(record, "name"));
    first.about.harness = word(record, "harness");
}
