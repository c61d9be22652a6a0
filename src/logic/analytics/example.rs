//! The worked example of analytics.md §2, made in memory, for the tests of everything that is made of it.

use super::Facts;
use crate::archive::Archive;
use crate::logic::made;
use crate::model::{
    EventKind, Relation, Reported, Scope, SourceIndex, SourceKind, StrId, Timestamp, TokenSet, UsageRow,
};

/// A row of the table: id, agent, project, start and end, prompts, answers, answers with a tool, output, parent.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u32,
    u32,
    u32,
    Option<u64>,
    Option<&'static str>,
);

const ROWS: [Row; 6] = [
    ("s1", "claude", "api", "02T09:00", "02T09:40", 4, 6, 5, Some(1200), None),
    ("s2", "claude", "api", "02T22:30", "02T22:33", 2, 2, 0, Some(0), None),
    ("s3", "codex", "web", "03T10:00", "03T12:10", 10, 30, 24, Some(9000), None),
    ("s4", "cursor", "web", "05T08:00", "05T08:20", 3, 5, 1, None, None),
    ("s5", "claude", "docs", "05T13:00", "05T13:10", 1, 3, 2, Some(300), None),
    ("s6", "claude", "api", "02T09:10", "02T09:15", 1, 4, 3, Some(700), Some("s1")),
];

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or_else(|| panic!("{text} is a time"))
}

/// A time of March 2026: `02T09:00`.
fn march(text: &str) -> Timestamp {
    at(&format!("2026-03-{text}:00Z"))
}

/// Messages spread over the session, each prompt before its share of answers; all output in the last answer.
fn source(row: &Row) -> SourceIndex {
    let (id, agent, project, started, ended, prompts, answers, with_tools, output, parent) = *row;
    let mut made = made::source(&format!("{id}.jsonl"));
    made.kind = SourceKind::Log(agent);
    made::part(&mut made, id);
    let (started, ended) = (march(started), march(ended));
    let messages = i64::from(prompts + answers);
    let step = ended.ms_since(started) / (messages - 1);
    let (mut number, mut answered) = (0, 0);
    for prompt in 0..prompts {
        made::event(&mut made, EventKind::Prompt, Some(started.ms() + number * step));
        number += 1;
        while answered < answers * (prompt + 1) / prompts {
            let at_ms = if number == messages - 1 { ended.ms() } else { started.ms() + number * step };
            answer(
                &mut made,
                at_ms,
                answered < with_tools,
                output.filter(|_| answered == answers - 1).or(output.map(|_| 0)),
            );
            number += 1;
            answered += 1;
        }
    }
    let part = made.parts.last_mut().expect("there is one");
    (part.started, part.ended) = (Some(started), Some(ended));
    part.duration_ms = Reported::new(ended.ms_since(started) as u64);
    part.project = Some(project.into());
    if let Some(parent) = parent {
        (part.parent_id, part.relation) = (Some(parent.into()), Relation::SubAgent);
    }
    made
}

fn answer(made: &mut SourceIndex, at_ms: i64, has_tool: bool, output: Option<u64>) {
    let event = made::event(made, EventKind::Response, Some(at_ms));
    if has_tool {
        let call = made::event(made, EventKind::ToolCall, Some(at_ms));
        let _ = call;
    }
    let tokens = TokenSet { output: output.into(), ..TokenSet::default() };
    let part = made.parts.len() as u16 - 1;
    let at = Some(Timestamp::from_ms(at_ms));
    made.usage.push(UsageRow { at, tokens, model: StrId::NONE, ..UsageRow::new(event, part, Scope::Request) });
}

pub fn archive() -> Archive {
    made::archive(ROWS.iter().map(source))
}

pub fn facts(archive: &Archive) -> Facts {
    Facts::of(archive)
}
