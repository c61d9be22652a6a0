//! pi and its relatives (OpenClaw, OMP, Prime): lines of a tree (others.md §6).

use super::messages::value::{at, is_some, word};
use super::messages::{Cache, Dialect, PLAIN, Step, Told};
use crate::model::{EventKind, Metric, Relation};
use serde_json::Value;

pub static PI: Dialect = Dialect {
    id: "pi",
    name: "pi",
    sniff: |record| match word(record, "type") {
        "session" => is_some(at(record, "version|cwd")) && record.get("harness").is_none(),
        "message" => is_some(at(record, "message.role")) && record.get("session_id").is_none(),
        _ => false,
    },
    role: "message.role|type",
    words: &[
        ("session", EventKind::SessionStart),
        ("bashExecution", EventKind::ToolCall),
        ("branch_summary", EventKind::System),
        ("branchSummary", EventKind::System),
        ("model_change", EventKind::System),
        ("thinking_level_change", EventKind::System),
        ("session_info", EventKind::System),
        ("label", EventKind::System),
        ("custom*", EventKind::System),
        ("title", EventKind::System),
    ],
    message: "message",
    message_id: "id",
    previous: "parentId",
    model: "message.model|modelId",
    provider: "message.provider|provider",
    usage: "message.usage",
    cache: Cache::Apart,
    session: "-",
    parent: "-",
    relation: Relation::Fork,
    special: Some(special),
    why_missing: &[(Metric::Cost, "pi writes 0 for models whose price it does not know")],
    ..PLAIN
};

fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut() else { return };
    match word(record, "type") {
        "session" => {
            first.about.session = word(record, "id");
            first.about.version = word(record, "version");
            // A path, `<time>_<id>.jsonl`, or the id.
            let parent = word(record, "parentSession|branchedFrom");
            let name = parent.rsplit(['/', '\\']).next().unwrap_or(parent);
            let name = name.strip_suffix(".jsonl").unwrap_or(name);
            first.about.parent = name.rsplit('_').next().unwrap_or(name);
            // The first entries of a tree name nothing before them, or the session.
            first.id = "";
        }
        "session_info" | "title" => first.about.title = word(record, "name|title"),
        "message" => {
            let message = at(record, "message");
            let error = at(message, "errorMessage");
            if is_some(error) && word(message, "role") == "assistant" {
                first.steps.push(Step::new(EventKind::Error, word(message, "stopReason"), error));
            }
        }
        _ => {}
    }
}
