//! What of a user message a person typed (codex.md T2).

use crate::formats::lenient::{List, Presence, Str, flat, read_or_empty};

flat! {
    /// The line of a user message, read a second time: only prompts need their text on the first pass.
    struct Line<'a> {
        "payload" => payload: Said<'a>,
        "content" => content: List<'a, Piece<'a>>,
    }
}

flat! {
    struct Said<'a> {
        "content" => content: List<'a, Piece<'a>>,
        "message" => message: Str<'a>,
    }
}

flat! {
    struct Piece<'a> {
        "type" => kind: Str<'a>,
        "text" => text: Str<'a>,
    }
}

/// Envelopes that the harness puts into user messages.
const ENVELOPES: [&str; 16] = [
    "environment_context",
    "INSTRUCTIONS",
    "user_instructions",
    "turn_aborted",
    "skill",
    "subagent_notification",
    "goal_context",
    "codex_internal_context",
    "permissions",
    "recommended_plugins",
    "plugins_instructions",
    "skills_instructions",
    "apps_instructions",
    "collaboration_mode",
    "environments_instructions",
    "model_switch",
];

/// Where the IDE extension puts what was typed, below its own notes.
const IDE: (&str, &str) = ("# Context from my IDE setup:", "## My request for Codex:");

/// A user message.
#[derive(Debug, Default, PartialEq)]
pub struct UserMessage {
    /// `None` if a person typed none of it.
    pub prompt: Option<String>,
    /// The working directory, where the harness tells it to the model: old files have no other.
    pub cwd: Option<String>,
}

impl UserMessage {
    /// Reads the line a second time, with its texts.
    pub fn of(line: &[u8]) -> Self {
        let line: Line<'_> = read_or_empty(line);
        let said = &line.payload;
        let content = if said.presence == Presence::Absent { &line.content } else { &said.content };
        let texts = || content.items.iter().map(|piece| &*piece.text).chain([&*content.text, &*said.message]);
        let mut prompt = String::new();
        for text in texts().map(typed).filter(|text| !text.is_empty()) {
            if !prompt.is_empty() {
                prompt.push('\n');
            }
            prompt.push_str(text);
        }
        let has_image = content.items.iter().any(|piece| &*piece.kind == "input_image");
        Self { prompt: Some(prompt).filter(|prompt| has_image || !prompt.is_empty()), cwd: texts().find_map(cwd_of) }
    }
}

fn cwd_of(text: &str) -> Option<String> {
    let context = text.trim_start().strip_prefix("<environment_context>")?;
    let (_, rest) = context.split_once("<cwd>")?;
    rest.split_once("</cwd>").map(|(cwd, _)| cwd.trim().to_owned()).filter(|cwd| !cwd.is_empty())
}

/// A text without the envelopes that it starts with.
pub fn typed(text: &str) -> &str {
    let mut rest = text.trim();
    loop {
        let after = match rest.strip_prefix('<') {
            Some(tag) => after_envelope(tag),
            None if rest.starts_with("# AGENTS.md") => Some(after_close(rest, "INSTRUCTIONS")),
            None => None,
        };
        match after {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    match rest.starts_with(IDE.0) {
        true => rest.split_once(IDE.1).map_or(rest, |(_, request)| request.trim()),
        false => rest,
    }
}

/// What follows an envelope whose tag starts here; `None` if it is none.
fn after_envelope(tag: &str) -> Option<&str> {
    let name = tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
    let is_known = ENVELOPES.contains(&name);
    // Other sources of this context are what a person chose (codex.md T2).
    let opening = tag.split('>').next().unwrap_or(tag);
    let is_goal = name != "codex_internal_context" || opening.contains("source=\"goal\"");
    (is_known && is_goal).then(|| after_close(tag, name))
}

/// What follows the closing tag; nothing if there is none.
fn after_close<'a>(text: &'a str, name: &str) -> &'a str {
    let close = text.match_indices("</").find_map(|(at, _)| text.get(at + 2..)?.strip_prefix(name));
    close.and_then(|rest| rest.split_once('>')).map_or("", |(_, after)| after)
}

#[cfg(test)]
#[path = "prompt_tests.rs"]
mod tests;
