//! SWE-agent trajectories: a document with the history of messages, or only the steps (docs/formats/swe-agent.md).

use super::messages::value::{at, count, is_some, word};
use super::messages::{Counted, Dialect, PLAIN, Step, Told, usage};
use crate::model::{EventKind, Metric, Scope, Status};
use serde_json::Value;

pub static SWE_AGENT: Dialect = Dialect {
    id: "swe-agent",
    name: "SWE-agent",
    sniff: |record| {
        let is_history = is_some(at(record, "history.0.role")) && at(record, "history.0.content").is_string();
        is_history || at(record, "trajectory.0.observation").is_string()
    },
    lists: &["history", "trajectory"],
    usage: "-",
    special: Some(special),
    why_missing: &[
        (Metric::Output, "SWE-agent records totals of a run only, and zeros where it does not know them"),
        (Metric::Context, "SWE-agent records totals of a run only, and zeros where it does not know them"),
        (Metric::CacheRead, "SWE-agent records no cache counts"),
        (Metric::CacheWrite, "SWE-agent records no cache counts"),
        (Metric::Time, "messages of a trajectory have an order, no times"),
        (Metric::ToolDuration, "messages of a trajectory have an order, no times"),
    ],
    ..PLAIN
};

fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut() else { return };
    let action = at(record, "action");
    let name = word(record, "action").split_whitespace().next().unwrap_or("");
    match word(record, "role") {
        "" if at(record, "observation").is_string() => {
            first.steps.push(Step::new(EventKind::Response, "assistant", at(record, "response|thought")));
            first.steps.push(Step::new(EventKind::ToolCall, name, action));
            first.steps.push(Step::new(EventKind::ToolResult, name, at(record, "observation")));
        }
        "" => head(record, first),
        "assistant" if is_some(action) && !is_some(at(record, "tool_calls")) => {
            first.steps.push(Step::new(EventKind::ToolCall, name, action));
        }
        // Where the model calls tools in its text, their output is told as if the user had said it.
        "user" => {
            let is_demo = record.get("is_demo") == Some(&Value::Bool(true));
            for step in first.steps.iter_mut().filter(|step| step.kind == EventKind::Prompt) {
                step.kind = if is_demo { EventKind::System } else { EventKind::ToolResult };
                step.may_be_prompt = !is_demo;
            }
        }
        _ => {}
    }
}

fn head<'a>(record: &'a Value, told: &mut Told<'a>) {
    let info = at(record, "info");
    told.steps.push(Step::new(EventKind::SessionStart, word(record, "environment"), info));
    let exit = word(info, "exit_status");
    if !exit.is_empty() {
        let status = if exit.starts_with("submitted") { Status::Success } else { Status::Failed };
        (told.about.status, told.about.status_word) = (Some(status), exit);
    }
    let stats = at(info, "model_stats");
    // A run that was played again writes zeros.
    if [count(stats, "tokens_sent"), count(stats, "tokens_received")].into_iter().flatten().any(|count| count > 0) {
        let usage = usage::usage(&SWE_AGENT, stats, true);
        told.usage.push(Counted { usage, scope: Scope::Aggregate, rank: 1, model: "", label: "" });
    }
}
