//! Factory Droid: its session store with the settings beside it, and what `droid exec` streams (others.md §9).

use super::messages::value::{at, word};
use super::messages::{Cache, Counted, Dialect, PLAIN, Step, Told, usage};
use crate::model::{EventKind, Metric, Scope};
use serde_json::Value;

const NOTHING: &str = "Droid keeps token counts in a settings file beside the session, as totals";

pub static DROID: Dialect = Dialect {
    id: "droid",
    name: "Factory Droid",
    sniff: |record| match word(record, "type") {
        "session_start" => at(record, "id").is_string() && record.get("timestamp").is_none(),
        "message" => at(record, "session_id").is_string() && at(record, "role").is_string(),
        _ => at(record, "tokenUsage").is_object() && record.get("providerLock").is_some(),
    },
    role: "message.role|role|type",
    words: &[("completion", EventKind::Response)],
    message: "message",
    usage: "usage|message.usage",
    cache: Cache::Apart,
    session: "session_id",
    path_is_id: true,
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
    let Some(first) = told.first_mut() else { return };
    if word(record, "type") == "session_start" {
        first.about.session = word(record, "id");
    }
    let totals = at(record, "tokenUsage");
    if totals.is_object() {
        first.steps.push(Step::new(EventKind::SessionEnd, "settings", totals));
        let usage = usage::usage(&DROID, totals, true);
        first.usage.push(Counted { usage, scope: Scope::Aggregate, rank: 1, model: "", label: "" });
    }
}
