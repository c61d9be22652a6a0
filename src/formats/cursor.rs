//! Cursor's agent transcripts: messages without times, ids, models or counts (others.md §4).

use super::messages::value::at;
use super::messages::{Dialect, PLAIN};
use crate::model::Metric;

const NOTHING: &str = "Cursor's transcripts hold texts and calls only";

pub static CURSOR: Dialect = Dialect {
    id: "cursor",
    name: "Cursor",
    sniff: |record| {
        at(record, "role").is_string() && at(record, "message.content").is_array() && record.get("type").is_none()
    },
    message: "message",
    usage: "-",
    why_missing: &[
        (Metric::Output, NOTHING),
        (Metric::Context, NOTHING),
        (Metric::CacheRead, NOTHING),
        (Metric::CacheWrite, NOTHING),
        (Metric::Cost, NOTHING),
        (Metric::Time, NOTHING),
        (Metric::ToolDuration, NOTHING),
    ],
    ..PLAIN
};
