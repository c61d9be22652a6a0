//! What tests over the logs of `tests/fixtures/codex` share.

use super::Codex;
use crate::formats::{Format, Sink};
use crate::lines::LineSplitter;
use crate::model::{Event, SessionPart, SourceMeta};

/// The first pass over a fixture.
macro_rules! fixture {
    ($name:literal) => {
        $crate::formats::codex::test_logs::decode(include_bytes!(concat!(
            "../../../tests/fixtures/codex/codex-",
            $name,
            ".jsonl"
        )))
    };
}
pub(crate) use fixture;

/// The first pass over a log.
pub fn decode(log: &[u8]) -> Sink {
    let mut out = Sink::new(SourceMeta { path: "logs/a.jsonl".into(), size: None });
    let mut decoder = Codex.decoder();
    let mut splitter = LineSplitter::default();
    splitter.push(log, |line| decoder.line(&line, &mut out));
    splitter.finish(|line| decoder.line(&line, &mut out));
    decoder.finish(&mut out);
    out
}

pub fn part(out: &Sink) -> &SessionPart {
    &out.parts[0]
}

/// The line of each count, and that of the item that it is attached to.
pub fn items(out: &Sink) -> Vec<(u32, u32)> {
    let line = |event: u32| out.events.get(event).expect("an event").line;
    out.running.iter().map(|count| (line(count.event), line(count.item))).collect()
}

/// The first event of a line.
pub fn at_line(out: &Sink, line: u32) -> Event {
    out.events.iter().find(|(_, event)| event.line == line).expect("an event").1
}

/// The index of the first event of a line.
pub fn event_of(out: &Sink, line: u32) -> u32 {
    out.events.iter().find(|(_, event)| event.line == line).expect("an event").0
}
