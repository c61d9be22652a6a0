//! OpenCode's export of one session: a document (others.md §3).

use super::messages::value::{at, is_some, word};
use super::messages::{Cache, Dialect, PLAIN, Reasoning, Step, Told};
use crate::model::{EventKind, Metric};
use serde_json::Value;

pub static OPENCODE: Dialect = Dialect {
    id: "opencode",
    name: "OpenCode",
    sniff: |record| at(record, "info.id").is_string() && at(record, "messages").is_array(),
    lists: &["messages"],
    role: "info.role",
    at: "info.time.created",
    until: "info.time.completed|info.time.updated",
    message_id: "info.id",
    model: "info.modelID",
    provider: "info.providerID",
    usage: "info.tokens",
    cost: "info.cost",
    cache: Cache::Apart,
    reasoning: Reasoning::Apart,
    session: "info.sessionID",
    directory: "info.directory|info.path.cwd",
    version: "info.version",
    special: Some(special),
    forks_rename: true,
    why_missing: &[(Metric::Cost, "OpenCode writes 0 for models whose price it does not know")],
    ..PLAIN
};

/// The head of the document has the names of the session under other keys than its messages.
fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut() else { return };
    let info = at(record, "info");
    if word(info, "role").is_empty() {
        first.about.session = word(info, "id");
        first.about.parent = word(info, "parentID");
        let title = word(info, "title");
        // What it is called until a model has given it a title.
        first.about.title = if title.starts_with("New session - ") { "" } else { title };
        return first.steps.push(Step::new(EventKind::SessionStart, "session", info));
    }
    let error = at(info, "error");
    if is_some(error) {
        first.steps.push(Step::new(EventKind::Error, "error", at(error, "data.message|message|name|")));
    }
}
