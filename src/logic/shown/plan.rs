//! Which blocks of a body are shown, as what, and in which order.

use super::{About, Role, Task, TaskState};
use crate::formats::lenient;
use crate::logic::change::{Change, Op, changes};
use crate::logic::tool_kind::{ToolKind, tool_kind};
use crate::model::{Block, Body, EventKind};
use serde_json::Value;
use std::borrow::Cow;

/// A block to be, with all of its text.
pub struct Item<'a> {
    pub role: Role,
    pub title: String,
    pub added: Option<u32>,
    pub removed: Option<u32>,
    pub is_folded: bool,
    pub is_cut_in_log: bool,
    pub source: Source<'a>,
}

/// What a block is made from.
pub enum Source<'a> {
    Prose(&'a str),
    /// As a terminal shows it.
    Plain(&'a str),
    Numbered {
        first: Option<u32>,
        text: Cow<'a, str>,
    },
    Change(Change),
    Json(Value),
    Tasks(Vec<Task>),
    Image {
        mime: &'a str,
        base64: &'a str,
    },
    /// A file beside the log, and whether it is loaded.
    Elsewhere(&'a str, bool),
}

impl<'a> Item<'a> {
    fn new(role: Role, source: Source<'a>) -> Self {
        let title = String::new();
        Self { role, title, added: None, removed: None, is_folded: false, is_cut_in_log: false, source }
    }

    fn folded(self, title: &str) -> Self {
        Self { title: title.to_owned(), is_folded: true, ..self }
    }
}

/// All blocks of a body, and what is known of the call beside them.
#[derive(Default)]
pub struct Plan<'a> {
    pub items: Vec<Item<'a>>,
    pub exit: Option<i64>,
    pub read: Option<(u32, u32)>,
    /// What was looked for and where, of a search.
    pub search: Option<String>,
}

/// Plans the blocks of a body.
pub fn plan<'a>(about: About<'_>, body: &'a Body) -> Plan<'a> {
    match about.kind {
        EventKind::ToolCall | EventKind::ToolResult => call(about.name, body),
        _ => Plan { items: body.blocks.iter().map(plain).collect(), ..Plan::default() },
    }
}

/// A block without a story around it.
fn plain(block: &Block) -> Item<'_> {
    match block {
        Block::Text(text) => Item::new(Role::Text, Source::Prose(text)),
        Block::Prompt(text) => Item::new(Role::Prompt, Source::Prose(text)),
        Block::Thinking(text) => Item::new(Role::Thinking, Source::Prose(text)).folded("Thinking"),
        Block::System(text) => Item::new(Role::System, Source::Prose(text)).folded(""),
        Block::Message { role, text } => Item::new(Role::Message, Source::Plain(text)).folded(role),
        Block::Command(text) => Item::new(Role::Command, Source::Plain(text)),
        Block::Error(text) => Item::new(Role::Error, Source::Plain(text)),
        Block::Output { text, cut } => Item {
            is_cut_in_log: *cut,
            ..Item::new(Role::Output, json(text).map_or(Source::Plain(text), Source::Json))
        },
        Block::Input(text) => Item::new(Role::Input, json(text).map_or(Source::Plain(text), Source::Json)),
        Block::Elsewhere { path, is_open } => Item::new(Role::System, Source::Elsewhere(path, *is_open)),
        Block::Patch { path, text, .. } => Item { title: path.clone(), ..Item::new(Role::Output, Source::Plain(text)) },
        Block::Image { mime, base64 } => Item::new(Role::Image, Source::Image { mime, base64 }),
    }
}

/// An object or a list that a text is.
fn json(text: &str) -> Option<Value> {
    /// A larger one is text: a tree of it helps nobody.
    const LONGEST: usize = 2_000_000;
    let starts = text.trim_start().starts_with(['{', '[']) && text.len() <= LONGEST;
    let value = starts.then(|| lenient::value(text.as_bytes())).flatten();
    value.filter(|value| match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(list) => list.iter().any(|item| item.is_object() || item.is_array()),
        _ => false,
    })
}

fn call<'a>(tool: &str, body: &'a Body) -> Plan<'a> {
    let kind = tool_kind(tool);
    let mut found = changes(tool, &body.blocks);
    let mut read = match found.as_slice() {
        [Change { op: Op::Read { from_line, .. }, pieces, .. }] => {
            pieces.first().map(|piece| (*from_line, piece.new.clone()))
        }
        _ => None,
    };
    found.retain(|change| !change.is_read());
    let mut plan = Plan { exit: exit_fact(body), ..Plan::default() };
    let mut is_told = false;
    for block in &body.blocks {
        let item = plain(block);
        if kind == ToolKind::Search {
            plan.search = plan.search.or_else(|| searched(&item.source));
        }
        match block {
            Block::Input(_) | Block::Command(_) if !found.is_empty() => {
                plan.items.extend(found.drain(..).map(change));
                // A command may do more than the patch in it.
                plan.items.extend(Some(item.folded("Command")).filter(|_| matches!(block, Block::Command(_))));
                is_told = true;
            }
            Block::Input(_) | Block::Command(_) if is_told && tasks(&item.source).is_none() => {}
            Block::Patch { .. } => {}
            Block::Input(_) => match tasks(&item.source) {
                Some(list) => {
                    is_told = true;
                    plan.items.push(Item::new(Role::Tasks, Source::Tasks(list)));
                }
                // What was asked stands in the head of the step.
                None if kind != ToolKind::Other => plan.items.push(item.folded("Input")),
                None => plan.items.push(item),
            },
            Block::Output { text, cut } => {
                let output = match read.take() {
                    Some((first, content)) => Some(numbered(first, content, &mut plan.read)),
                    None => output(kind, item, text, &mut plan.exit),
                };
                // What was done is shown already, or in most cases nobody reads it.
                let is_folded = is_told || kind == ToolKind::Search;
                let output = output.map(|output| Item { is_cut_in_log: *cut, ..output });
                plan.items.extend(output.map(|output| if is_folded { output.folded("Output") } else { output }));
            }
            Block::Error(text) => {
                plan.exit = plan.exit.or(preamble(text).0);
                plan.items.push(item);
            }
            _ => plan.items.push(item),
        }
    }
    plan.items.extend(found.into_iter().map(change));
    plan
}

/// What a tool wrote; nothing where it wrote nothing.
fn output<'a>(kind: ToolKind, item: Item<'a>, text: &'a str, exit: &mut Option<i64>) -> Option<Item<'a>> {
    if kind == ToolKind::SubAgent {
        // Another agent's answer.
        return Some(Item::new(Role::Text, Source::Prose(text)));
    }
    if kind != ToolKind::Shell && matches!(item.source, Source::Json(_)) {
        return Some(item);
    }
    let (told, rest) = preamble(text);
    *exit = exit.or(told);
    (!rest.trim().is_empty()).then(|| Item::new(Role::Output, Source::Plain(rest)))
}

fn numbered<'a>(first: Option<u32>, text: String, read: &mut Option<(u32, u32)>) -> Item<'a> {
    let lines = text.lines().count() as u32;
    *read = first.filter(|_| lines > 0).map(|first| (first, first.saturating_add(lines - 1)));
    Item::new(Role::Output, Source::Numbered { first, text: Cow::Owned(text) })
}

fn change<'a>(change: Change) -> Item<'a> {
    let title = match &change.op {
        Op::Move { to } => [&*change.path, " → ", to].concat(),
        Op::Delete => [&*change.path, ", deleted"].concat(),
        _ => change.path.clone(),
    };
    let (added, removed) = (change.added, change.removed);
    let whole = change.op == Op::Write && change.pieces.len() == 1;
    let source = match (whole, change.pieces.first()) {
        (true, Some(piece)) => Source::Numbered { first: Some(1), text: Cow::Owned(piece.new.clone()) },
        _ => Source::Change(change),
    };
    Item { title, added, removed, ..Item::new(Role::Change, source) }
}

/// `pattern in path`
fn searched(source: &Source<'_>) -> Option<String> {
    let Source::Json(Value::Object(fields)) = source else { return None };
    let word = |keys: &[&str]| keys.iter().find_map(|key| fields.get(*key)?.as_str());
    let what = word(&["pattern", "query", "regex"])?;
    let place = word(&["path", "dir", "directory", "glob", "include"]).filter(|place| !place.is_empty());
    Some(place.map_or_else(|| what.to_owned(), |place| [what, " in ", place].concat()))
}

/// A list of things to do: objects with a text and a state.
fn tasks(source: &Source<'_>) -> Option<Vec<Task>> {
    let Source::Json(Value::Object(fields)) = source else { return None };
    let list = ["todos", "plan", "items"].iter().find_map(|key| fields.get(*key)?.as_array())?;
    let task = |item: &Value| -> Option<Task> {
        let word = |keys: &[&str]| keys.iter().find_map(|key| item.get(key)?.as_str());
        let is_done = item.get("completed").and_then(Value::as_bool);
        let state = match (word(&["status", "state"]), is_done) {
            (Some("completed" | "done"), _) | (None, Some(true)) => TaskState::Done,
            (Some("in_progress" | "in-progress" | "active"), _) => TaskState::Begun,
            (Some("cancelled" | "dropped"), _) => TaskState::Dropped,
            (Some(_), _) | (None, Some(false)) => TaskState::Open,
            (None, None) => return None,
        };
        Some(Task { text: word(&["content", "step", "text", "title"])?.to_owned(), state })
    };
    list.iter().map(task).collect::<Option<Vec<Task>>>().filter(|list| !list.is_empty())
}

/// What a command ended with, as the log's values say.
pub fn exit_fact(body: &Body) -> Option<i64> {
    let is_exit = |name: &str| matches!(name.rsplit('.').next(), Some("exit_code" | "exitCode"));
    body.facts.iter().find(|fact| is_exit(&fact.name)).and_then(|fact| fact.value.parse().ok())
}

/// What a command ended with, and its output without the lines that say so: programs put them before it.
pub fn preamble(text: &str) -> (Option<i64>, &str) {
    let code = |line: &str| {
        let told = ["Process exited with code ", "Exit code: ", "Exit code "];
        told.iter().find_map(|told| line.strip_prefix(told)).and_then(|code| code.trim().parse().ok())
    };
    let is_one = |line: &str| {
        let starts = ["Chunk ID: ", "Wall time: ", "Original token count: ", "Process running with session ID "];
        code(line).is_some() || starts.iter().any(|start| line.starts_with(start))
    };
    let (mut exit, mut rest) = (None, text);
    while let Some((line, after)) = rest.split_once('\n') {
        if line.trim_end() == "Output:" && rest.len() < text.len() {
            return (exit, after);
        }
        if !is_one(line) {
            break;
        }
        exit = exit.or(code(line));
        rest = after;
    }
    (exit.or_else(|| code(text)), text)
}
