//! Side conversations within a file (claude-code.md S3, §9): which line is of which of them. Each becomes a session of its
//! own, below the call that started it.

use super::decoder::ClaudeDecoder;
use super::line::Line;
use super::record::Record;
use super::said;
use crate::formats::Sink;
use crate::formats::lenient::Str;
use crate::model::{Event, EventKind, Map, NO_LINK, Relation, SessionPart, hash_of};

/// Lines of further ones belong to the last.
const MOST: usize = 4096;

/// A side conversation.
#[derive(Clone)]
pub struct Lane {
    /// What names it within its session: the id of its call or of its first line, else its number.
    name: String,
    /// The sub-agent that it is of, where its lines say so.
    agent: String,
    /// What its call says it is for, else its first prompt.
    title: Option<String>,
    /// The call that started it; without one the event that says that it began.
    pub event: u32,
}

/// All of a file, by what their lines are known by.
#[derive(Default, Clone)]
pub struct Lanes {
    list: Vec<Lane>,
    by_name: Map<u64, u16>,
    /// Events `from..to` and the number of their lane, from 1.
    spans: Vec<(u32, u32, u16)>,
}

impl Lanes {
    /// The lane of a line. A line that neither names another nor begins anything goes on where the last one ended.
    fn known(&self, line: &Line<'_>) -> Option<u16> {
        let by = |kind: &str, id: &Str<'_>| self.by_name.get(&hash_of(&[kind, id.some()?])).copied();
        let last = self.list.len() as u16;
        if line.stream_parent.some().is_some() {
            return by("call", &line.stream_parent);
        }
        let named = by("agent", &line.agent).or_else(|| by("line", &line.parent));
        let content = &line.message.content;
        let says = || content.is_text() || content.blocks().any(|block| &*block.kind == "text");
        let begins = match &*line.kind {
            "user" => says() || line.parent.some().is_some(),
            "assistant" => last == 0 || line.parent.some().is_some(),
            _ => false,
        };
        named.or_else(|| (!begins || self.list.len() >= MOST).then_some(last))
    }

    fn begin(&mut self, lane: Lane) -> u16 {
        self.list.push(lane);
        self.list.len() as u16
    }

    /// A line is over.
    pub fn add(&mut self, record: &Record<'_>, from: u32, to: u32) {
        let (lane, line) = (record.lane, &record.line);
        if lane == 0 {
            return;
        }
        for (kind, id) in [("call", &line.stream_parent), ("agent", &line.agent), ("line", &line.uuid)] {
            if let Some(id) = id.some() {
                self.by_name.entry(hash_of(&[kind, id])).or_insert(lane);
            }
        }
        match self.spans.last_mut().filter(|(_, end, of)| *end == from && *of == lane) {
            Some(span) => span.1 = to,
            None => self.spans.push((from, to, lane)),
        }
    }

    /// Moves their events into parts of their own; `adopt` links a call and the session that it started, and gives that
    /// session's id. Says whether there are any.
    pub fn become_parts(
        self,
        parts: &mut Vec<SessionPart>,
        mut adopt: impl FnMut(u32, String) -> String,
        out: &mut Sink,
    ) -> bool {
        let first = parts.len() as u16;
        for (from, to, lane) in self.spans {
            (from..to).for_each(|event| out.events.set_part(event, first + lane - 1));
        }
        for lane in &self.list {
            let above = out.events.get(lane.event).and_then(|event| parts.get(usize::from(event.part)));
            let above = above.or(parts.first()).cloned().unwrap_or_default();
            let own = match &*lane.agent {
                "" => [&*above.id, "-", &lane.name].concat(),
                agent => super::calls::child_of(agent),
            };
            let id = adopt(lane.event, own);
            parts.push(SessionPart {
                harness: above.harness,
                project: above.project,
                title: lane.title.clone(),
                relation: Relation::SubAgent,
                has_global_id: true,
                // Such an id names a log of its own, too.
                is_second_hand: id.starts_with("agent-"),
                // What a stream sums up at its end holds what its sub-agents used.
                is_in_parents_total: above.has_outcome || above.is_in_parents_total,
                family: above.family,
                parent_id: Some(above.id),
                id,
                ..SessionPart::default()
            });
        }
        !self.list.is_empty()
    }
}

impl ClaudeDecoder {
    /// The lane of a line that is of a side conversation, a new one if need be.
    pub(super) fn lane(&mut self, record: &Record<'_>, out: &mut Sink) -> u16 {
        let line = &record.line;
        if let Some(lane) = self.lanes.known(line) {
            return lane;
        }
        let prompt = super::user::prompt_of(&line.message.content).unwrap_or("");
        let (call, description) = match line.stream_parent.some() {
            Some(call) => self.calls.lane_of(call),
            None => self.calls.lane(prompt),
        };
        let event = match call {
            // Nothing else in the main conversation tells of it.
            NO_LINK => out.event(Event { name: description, ..record.event(EventKind::SubAgentStart) }),
            call => call,
        };
        let name = line.stream_parent.some().or(line.uuid.some()).map(str::to_owned);
        let description = said::title_of(out.strings.get(description));
        self.lanes.begin(Lane {
            name: name.unwrap_or_else(|| (self.lanes.list.len() + 1).to_string()),
            agent: line.agent.to_string(),
            title: description.or_else(|| said::title_of(prompt)),
            event,
        })
    }
}
