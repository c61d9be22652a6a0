//! GitHub Copilot CLI: events with their data (others.md §2).

use super::messages::value::{at, count, time, word};
use super::messages::{Counted, Dialect, PLAIN, Told, usage};
use crate::model::{EventKind, Metric, Money, Scope, Status};
use serde_json::Value;

pub static COPILOT: Dialect = Dialect {
    id: "copilot",
    name: "Copilot CLI",
    sniff: |record| {
        let kind = word(record, "type");
        let is_ours = ["session.", "user.", "assistant.", "tool.", "hook."].iter().any(|head| kind.starts_with(head));
        is_ours && at(record, "data").is_object() && record.get("parentId").is_some()
    },
    role: "type",
    words: &[
        ("session.start", EventKind::SessionStart),
        ("session.shutdown", EventKind::SessionEnd),
        ("session.error", EventKind::Error),
        ("session.compaction_complete", EventKind::Compaction),
        ("session.usage_checkpoint", EventKind::Progress),
        ("session.*", EventKind::System),
        ("user.message", EventKind::Prompt),
        ("assistant.message", EventKind::Response),
        ("assistant.reasoning", EventKind::Thinking),
        ("assistant.*", EventKind::Progress),
        ("tool.execution_start", EventKind::ToolCall),
        ("tool.execution_complete", EventKind::ToolResult),
        ("tool.*", EventKind::Progress),
        ("subagent.started", EventKind::SubAgentStart),
        ("subagent.*", EventKind::SubAgentEnd),
        ("hook.*", EventKind::Progress),
        ("skill.*", EventKind::System),
        ("system.*", EventKind::System),
        ("permission.*", EventKind::Progress),
        ("abort", EventKind::System),
    ],
    message: "data",
    message_id: "data.messageId|id",
    model: "data.model|data.newModel|data.selectedModel",
    usage: "",
    cost: "-",
    session: "data.sessionId",
    directory: "data.context.cwd",
    version: "data.copilotVersion",
    branch: "data.context.branch",
    special: Some(special),
    totals_are_segments: true,
    why_missing: &[
        (Metric::Context, "Copilot CLI records prompts only as totals when it shuts down"),
        (Metric::Output, "older versions of Copilot CLI record no output, and none shut down orderly"),
        (Metric::Cost, "Copilot CLI records credits since June 2026 only"),
    ],
    ..PLAIN
};

fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut() else { return };
    let data = at(record, "data");
    match word(record, "type") {
        "user.message" => {
            let is_injected =
                word(data, "source").starts_with("skill-") || word(data, "content").starts_with("<skill-context");
            let prompts = first.steps.iter_mut().filter(|_| is_injected);
            prompts.for_each(|step| step.kind = EventKind::System);
        }
        // Its whole stands in the message (others.md §2).
        "assistant.reasoning" => first.steps.iter_mut().for_each(|step| step.is_echo = true),
        "assistant.message" => {
            if let Some(counted) = first.usage.first_mut() {
                counted.usage = usage::usage(&COPILOT, at(record, "data"), false);
            }
        }
        "session.start" => first.about.ended = time(at(data, "startTime")),
        "session.shutdown" => shutdown(record, data, first),
        _ => {}
    }
}

/// Totals of the segment since the last start or resume, a row a model (CP2); credits of the session so far (CP4).
fn shutdown<'a>(record: &'a Value, data: &'a Value, told: &mut Told<'a>) {
    let is_routine = word(data, "shutdownType") == "routine";
    told.about.status = Some(if is_routine { Status::Success } else { Status::Interrupted });
    told.about.status_word = word(data, "shutdownType");
    let Some(models) = at(data, "modelMetrics").as_object() else { return };
    // 10⁻¹¹ US dollars since then. The number goes on growing, and is of all models together.
    let is_paid = word(record, "timestamp") >= "2026-06-01";
    let credits = |of: &Value| count(of, "totalNanoAiu").filter(|credits| is_paid && *credits > 0);
    for (model, metrics) in models {
        let counts = at(metrics, "usage");
        if !counts.is_object() {
            continue;
        }
        let mut read = usage::usage(&COPILOT, counts, true);
        let credits = if models.len() == 1 { credits(data) } else { None };
        read.cost = credits.and_then(|credits| credits.checked_mul(10)).map(Money::from_pico).into();
        told.usage.push(Counted { usage: read, scope: Scope::Aggregate, rank: 1, model, label: "" });
    }
}
