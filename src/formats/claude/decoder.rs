//! The first pass: every line once, in order. What only the end of the file tells is left to `finish`.

use super::calls::Calls;
use super::compaction::Compactions;
use super::lanes::Lanes;
use super::line::Line;
use super::merge::Merge;
use super::queue::Queue;
use super::record::Record;
use super::sessions::Sessions;
use super::tree::{Node, Tree, bits};
use super::usage::Requests;
use crate::formats::lenient::{Field, Presence, Str};
use crate::formats::records::{self, Object, Take};
use crate::formats::{Decoder, Sink};
use crate::lines::Line as RawLine;
use crate::model::{Anchor, ProblemKind, StrId, Timestamp, hash_of};

/// All that is remembered from line to line.
#[derive(Default, Clone)]
pub struct ClaudeDecoder {
    pub(super) sessions: Sessions,
    pub(super) tree: Tree,
    pub(super) calls: Calls,
    pub(super) requests: Requests,
    pub(super) merge: Merge,
    pub(super) compactions: Compactions,
    /// Lines of sub-agents that `progress` lines carry: the event and the name of the sub-agent.
    pub(super) carried: Vec<(u32, StrId)>,
    /// Whether the file is named like a sub-agent's own.
    is_agent: Option<bool>,
    pub(super) lanes: Lanes,
    pub(super) queue: Queue,
}

impl Decoder for ClaudeDecoder {
    fn line(&mut self, line: &RawLine<'_>, out: &mut Sink) {
        records::each(line, self, out);
    }

    fn finish(&mut self, out: &mut Sink) {
        super::finish::finish(std::mem::take(self), out);
    }
}

impl Take for ClaudeDecoder {
    type Line<'a> = Box<Line<'a>>;

    fn take<'a>(&mut self, object: Object<'a, Box<Line<'a>>>, out: &mut Sink) {
        let at = time_of(&object, out);
        let Object { line, bytes, span, number, .. } = object;
        let part = self.sessions.of(&line, out);
        let header = self.sessions.header(part);
        header.note(&line);
        // Every line of a sub-agent's own file is a side conversation of another session: here it is the main one.
        let is_agent = *self.is_agent.get_or_insert_with(|| out.meta.name().starts_with("agent-"));
        let is_own = is_agent || !line.agent.is_empty() && header.mains == 0;
        let is_side = (line.is_sidechain.is_true || line.stream_parent.some().is_some()) && !is_own;
        let mut record = Record { line, bytes, span, number, at, part, is_side, lane: 0 };
        if is_side {
            record.lane = self.lane(&record, out);
        }
        let from = out.events.len() as u32;
        match &*record.line.kind {
            "user" => self.user(&record, out),
            "assistant" => self.answer(&record, out),
            // Minimal logs of proxies (claude-code.md §2).
            "" if record.line.message.usage.is_given() => self.answer(&record, out),
            _ => {
                self.other(&record, out);
                self.tree.add(node_of(&record, from, out, 0, 0), &record.line.uuid, None);
            }
        }
        self.lanes.add(&record, from, out.events.len() as u32);
    }
}

impl ClaudeDecoder {
    /// A line of the conversation is over: remembers its place in the tree.
    pub(super) fn said(
        &mut self,
        record: &Record<'_>,
        from: u32,
        mut found: u16,
        response: u64,
        title: Option<&str>,
        out: &mut Sink,
    ) {
        found |= bits::MESSAGE | if record.is_side { bits::SIDE } else { 0 };
        let header = self.sessions.header(record.part);
        header.messages += 1;
        header.mains += u32::from(!record.line.is_sidechain.is_true);
        let node = node_of(record, from, out, found, response);
        if node.uuid != 0 {
            out.anchors.lines.push(Anchor { hash: node.uuid, event: from, part: record.part });
        }
        self.tree.add(node, &record.line.uuid, title);
    }
}

fn node_of(record: &Record<'_>, from: u32, out: &Sink, found: u16, response: u64) -> Node {
    let hash = |id: &Str<'_>| id.some().map_or(0, |id| hash_of(&[id]));
    let line = &record.line;
    Node {
        uuid: hash(&line.uuid),
        parent: hash(&line.parent),
        logical_parent: hash(&line.logical_parent),
        from,
        to: out.events.len() as u32,
        response,
        part: record.part,
        bits: found,
    }
}

/// `timestamp`, else that of a snapshot (claude-code.md §3).
fn time_of(object: &Object<'_, Box<Line<'_>>>, out: &mut Sink) -> Option<Timestamp> {
    let Object { line, bytes, number, .. } = object;
    let written = [&line.timestamp, &line.snapshot.timestamp].into_iter().find(|text| text.some().is_some());
    let is_wrong = line.timestamp.presence() == Presence::Wrong;
    let at = written.and_then(|text| Timestamp::parse(text));
    if at.is_none() && (written.is_some() || is_wrong) {
        let reason = "a time that is not RFC 3339; the event counts, without a time";
        out.problems.add(ProblemKind::BadField, Some(*number), reason, bytes);
    }
    at
}
