//! Agent trajectories in the interchange format ATIF: a document with steps (others.md §8).

use super::messages::value::{at, is_some, word};
use super::messages::{Counted, Dialect, PLAIN, Step, Told, usage};
use crate::model::{EventKind, Metric, Scope};
use serde_json::Value;

pub static ATIF: Dialect = Dialect {
    id: "atif",
    name: "ATIF",
    sniff: |record| word(record, "schema_version").starts_with("ATIF"),
    lists: &["steps"],
    role: "source",
    model: "model_name|agent.model_name",
    usage: "metrics",
    session: "session_id",
    version: "agent.version",
    total_is_sum: true,
    special: Some(special),
    why_missing: &[
        (Metric::CacheWrite, "ATIF has no field for cache writes"),
        (Metric::ToolDuration, "ATIF times steps, not tools"),
    ],
    ..PLAIN
};

fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut() else { return };
    // As `convert` writes what is no request of its own.
    if at(record, "extra.is_request") == &Value::Bool(false) {
        first.usage.clear();
    }
    let agent = at(record, "agent");
    if word(record, "source").is_empty() && agent.is_object() {
        first.about.harness = word(agent, "name");
        first.steps.push(Step::new(EventKind::SessionStart, "trajectory", agent));
        let totals = at(record, "final_metrics");
        if is_some(totals) {
            // They stand for the steps, which may tell less (others.md §8).
            let usage = usage::usage(&ATIF, totals, true);
            first.usage.push(Counted { usage, scope: Scope::Aggregate, rank: 1, model: "", label: "" });
        }
    }
}
