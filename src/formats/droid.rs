//! Factory Droid: its session store and what `droid exec` streams (others.md §9).

use super::messages::value::{at, word};
use super::messages::{Dialect, PLAIN, Told};
use crate::model::{EventKind, Metric};
use serde_json::Value;

const NOTHING: &str = "Droid keeps token counts in a settings file beside the session, as totals";

pub static DROID: Dialect = Dialect {
    id: "droid",
    name: "Factory Droid",
    sniff: |record| match word(record, "type") {
        "session_start" => at(record, "id").is_string() && record.get("timestamp").is_none(),
        "message" => at(record, "session_id").is_string() && at(record, "role").is_string(),
        _ => false,
    },
    role: "message.role|role|type",
    words: &[("completion", EventKind::Response)],
    message: "message",
    usage: "usage|message.usage",
    session: "session_id",
    title: "sessionTitle|title",
    version: "version",
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
    let Some(first) = told.first_mut().filter(|_| word(record, "type") == "session_start") else { return };
    first.about.session = word(record, "id");
}
