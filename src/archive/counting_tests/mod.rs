//! The counting rules on hand-made records: claude-code.md C1-C8, codex.md X2-X7, token-coverage.md R1-R7.

use super::*;
use crate::model::{
    Anchor, Counter, Event, EventKind, Exclusion, Finality, History, Money, Problems, Relation, Reported, RequestId,
    RunningCount, Scope, SessionPart, SourceMeta, Span, Spawn, Timestamp, TokenSet, UsageRow, hash_of, price_hints,
};

mod properties;
mod requests;
mod running;

/// A source with one part and as many events as its records need.
#[derive(Clone)]
struct Log(SourceIndex);

const FORMAT: &str = "claude";

fn log(path: &str, id: &str) -> Log {
    let part = SessionPart {
        id: id.into(),
        has_global_id: true,
        family: hash_of(&[id]),
        started: Some(Timestamp::from_ms(0)),
        ..SessionPart::default()
    };
    Log(SourceIndex {
        meta: SourceMeta { path: path.into(), size: None },
        kind: SourceKind::Log(FORMAT),
        bytes: 1,
        lines: 1,
        hash: u128::from(hash_of(&[path, id])),
        strings: Default::default(),
        events: Default::default(),
        usage: Vec::new(),
        running: Vec::new(),
        anchors: Default::default(),
        spawns: Vec::new(),
        titles: Vec::new(),
        parts: vec![part],
        problems: Problems::default(),
    })
}

/// Output, input, cache read, cache write.
fn tokens(counts: [u64; 4]) -> TokenSet {
    let [output, input, read, write] = counts.map(Reported::new);
    TokenSet { output, input_uncached: input, cache_read: read, cache_write: write, ..TokenSet::default() }
}

fn of(response: &str, request: &str) -> RequestId {
    let hash = |text: &str| if text.is_empty() { 0 } else { hash_of(&[text]) };
    RequestId { response: hash(response), request: hash(request) }
}

impl Log {
    fn event(&mut self, kind: EventKind, at_ms: i64) -> u32 {
        let line = self.0.events.len() as u32 + 1;
        let at = Some(Timestamp::from_ms(at_ms));
        self.0.events.push(Event { at, ..Event::new(kind, 0, Span { offset: 0, len: 9 }, line) })
    }

    /// A record at a time, which may be changed.
    fn row(mut self, id: RequestId, at_ms: i64, counts: [u64; 4], change: impl FnOnce(&mut UsageRow)) -> Self {
        let event = self.event(EventKind::Response, at_ms);
        let mut row = UsageRow {
            id,
            at: Some(Timestamp::from_ms(at_ms)),
            tokens: tokens(counts),
            ..UsageRow::new(event, 0, Scope::Request)
        };
        change(&mut row);
        self.0.usage.push(row);
        self
    }

    fn plain(self, id: RequestId, at_ms: i64, output: u64) -> Self {
        self.row(id, at_ms, [output, 10, 0, 0], |_| {})
    }

    fn part(mut self, change: impl FnOnce(&mut SessionPart)) -> Self {
        change(&mut self.0.parts[0]);
        self
    }

    /// A running total: its input, output and the same of the last request.
    fn count(mut self, at_ms: i64, total: Option<[u64; 2]>, last: Option<[u64; 2]>, lane: &str) -> Self {
        let event = self.event(EventKind::Usage, at_ms);
        let counter = |[input, output]: [u64; 2]| Counter {
            input: Some(input),
            cached: Some(0),
            output: Some(output),
            total: Some(input + output),
            ..Counter::default()
        };
        let lane = self.0.strings.intern(lane);
        self.0.running.push(RunningCount {
            event,
            item: event,
            part: 0,
            at: Some(Timestamp::from_ms(at_ms)),
            model: StrId::NONE,
            lane,
            info: hash_of(&[&format!("{total:?}{last:?}")]),
            total: total.map(counter),
            last: last.map(counter),
        });
        self
    }

    fn turn(mut self, id: &str, at_ms: i64) -> Self {
        let event = self.event(EventKind::Prompt, at_ms);
        self.0.anchors.turns.push(Anchor { hash: hash_of(&[id]), event, part: 0 });
        self
    }
}

fn loaded(logs: impl IntoIterator<Item = Log>) -> Archive {
    let mut archive = Archive::default();
    for (number, Log(index)) in logs.into_iter().enumerate() {
        archive.add(SourceId(number as u32), index);
    }
    archive.assemble();
    archive
}

fn output(archive: &Archive, key: &str) -> Option<u64> {
    archive.session(key).expect("a session").totals.output.value().get()
}

fn decisions(archive: &Archive, source: u32, list: RecordList) -> Vec<&'static str> {
    let record = |index| RecordRef { source: SourceId(source), list, index };
    (0..).map_while(|index| archive.decision(record(index))).map(Decision::name).collect()
}
