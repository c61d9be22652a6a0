//! Files that agents keep beside their logs and that are no sessions: told by name, so that nobody looks for a fault.

use serde_json::Value;

/// Keys that such a file's first object has, all of them, and what it is.
const KNOWN: [(&[&str], &str); 8] = [
    (&["attempt_id", "bead_id", "cost_usd"], "metrics of attempts that a runner made"),
    (&["display", "pastedContents", "project"], "the prompt history of Claude Code"),
    (&["sessionId", "messageId", "type", "message", "timestamp"], "the prompt history of Gemini CLI"),
    (&["session_id", "ts", "text"], "the prompt history of Codex"),
    (&["id", "thread_name", "updated_at"], "an index of Codex threads"),
    (&["version", "entries", "originalPath"], "an index of Claude Code sessions"),
    (&["session_id", "cost", "timestamp", "branch"], "lines of usage metrics"),
    (&["mcpServers"], "a list of tool servers"),
];

/// What a file is whose first object is this one; empty if nobody knows.
pub fn name_of(first: &Value) -> &'static str {
    let is_it = |keys: &&[&str]| keys.iter().all(|key| first.get(*key).is_some());
    KNOWN.iter().find(|(keys, _)| is_it(keys)).map_or("", |(_, name)| name)
}
