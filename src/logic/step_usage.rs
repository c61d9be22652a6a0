//! What one step of a session used: the records of its request, which of them counts and why. The inspector shows it.

use super::explain::{ExplainRow, rows_of};
use super::records::{LineName, Record, Records};
use super::session::{self, LineOf};
use super::track::Track;
use crate::archive::{Archive, RecordList, RecordRef, Session};
use crate::formats::content;
use crate::model::{Fact, NO_LINK, Scope, Set, SourceId, SourceIndex, Wire};
use serde_json::Value;

/// Of more counters in one line the rest is left to the raw line.
const MOST_COUNTERS: usize = 60;
/// A line that holds more records than this is no line of one step.
const MOST_RECORDS: usize = 12;

/// What is known of the usage of a step.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct StepUsage {
    /// The line of the step.
    pub line: Option<LineName>,
    /// What counts first, then what the step's line says besides. Without the keys of their events.
    pub rows: Vec<ExplainRow>,
    /// For each row the counters of its line, in the log's own words.
    pub written: Vec<Vec<Fact>>,
    /// Where the request counts, if that is another step of this session: its number in the track.
    pub counted_at: Option<u32>,
}

/// At which steps the requests of one session count, found once for all questions about it.
#[derive(Debug, Default)]
pub struct RequestSteps {
    /// The state of the archive and the session that it belongs to.
    of: Option<(u64, String)>,
    steps: Vec<((SourceId, u32), u32)>,
}

impl RequestSteps {
    fn renew(&mut self, archive: &Archive, session: &Session) {
        let is_known = |(generation, key): &(u64, String)| *generation == archive.generation() && *key == session.key;
        if !self.of.as_ref().is_some_and(is_known) {
            self.steps = session::request_steps(archive, session);
            self.of = Some((archive.generation(), session.key.clone()));
        }
    }
}

/// The usage of the step with a number in the track, and the lines of its rows, of which the caller has to fill in
/// [`StepUsage::written`]. `None` when there is no such session or step. The archive must be assembled.
pub fn step_usage(
    archive: &Archive,
    known: &mut RequestSteps,
    key: &str,
    number: u32,
) -> Option<(StepUsage, Vec<Option<LineOf>>)> {
    let session = archive.session(key)?;
    let found = session::events(archive, session).nth(number as usize)?;
    known.renew(archive, session);
    let steps = &known.steps;
    let here: Set<(SourceId, u32)> =
        steps.iter().filter(|(_, step)| *step == number).map(|(event, _)| *event).collect();
    let counting = |here: &Set<(SourceId, u32)>| -> Vec<RecordRef> {
        let entries = archive.entries_of(session).iter().filter(|entry| entry.scope == Scope::Request);
        let here = entries.filter(|entry| here.contains(&(entry.at_place.source, entry.event)));
        here.map(|entry| entry.record).collect()
    };
    let mut wanted = counting(&here);
    let on_line = on_line(found.id, found.source, found.event.line);
    let instead = |record: &RecordRef| archive.decision(*record).and_then(|decision| decision.instead());
    on_line.iter().filter_map(instead).for_each(|record| push(&mut wanted, record));
    on_line.into_iter().for_each(|record| push(&mut wanted, record));
    let of_wanted = archive.entries_of(session).iter().filter(|entry| wanted.contains(&entry.record));
    let mut counts_at = of_wanted.filter_map(|entry| {
        let event = (entry.at_place.source, entry.event);
        steps.iter().find(|(of, _)| *of == event).map(|(_, step)| *step)
    });
    let counted_at = if here.is_empty() { counts_at.next_back() } else { None };
    let records = Records::only(archive, &wanted);
    let mut all: Vec<Record<'_>> = Vec::new();
    wanted.iter().for_each(|record| records.of_record(*record, &mut all));
    let line = LineName { path: found.source.meta.path.clone(), line: found.event.line };
    let usage = StepUsage { line: Some(line), rows: rows_of(archive, session, &all), written: Vec::new(), counted_at };
    Some((usage, all.iter().map(|record| line_of(archive, session, record)).collect()))
}

fn push(wanted: &mut Vec<RecordRef>, record: RecordRef) {
    if !wanted.contains(&record) && wanted.len() < MOST_RECORDS {
        wanted.push(record);
    }
}

/// The records of a line.
fn on_line(id: SourceId, source: &SourceIndex, line: u32) -> Vec<RecordRef> {
    let is_here = |event: u32| event != NO_LINK && source.events.get(event).is_some_and(|event| event.line == line);
    let record = |list, index: usize| RecordRef { source: id, list, index: index as u32 };
    let rows = source.usage.iter().enumerate().filter(|(_, row)| is_here(row.event));
    let counts = source.running.iter().enumerate().filter(|(_, count)| is_here(count.event));
    let rows = rows.map(|(index, _)| record(RecordList::Usage, index));
    rows.chain(counts.map(|(index, _)| record(RecordList::Running, index))).collect()
}

fn line_of(archive: &Archive, session: &Session, record: &Record<'_>) -> Option<LineOf> {
    let event = archive.event_of(record.at)?;
    Some(LineOf { source: record.at.source, format: session.format, event })
}

/// The counters of a line in the log's own words, with the way to each: numbers below a key that speaks of usage or of
/// tokens.
pub fn written(line: &[u8]) -> Vec<Fact> {
    let mut found = Vec::new();
    if let Some(value) = content::parse(line) {
        counters(&value, &mut String::new(), false, &mut found);
    }
    found
}

fn counters(value: &Value, way: &mut String, is_usage: bool, found: &mut Vec<Fact>) {
    let end = way.len();
    match value {
        Value::Number(number) if is_usage && found.len() < MOST_COUNTERS => {
            found.push(Fact::new(way, number.to_string()));
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                let is_usage = is_usage || ["usage", "token", "cost"].iter().any(|word| key.contains(word));
                if end > 0 {
                    way.push('.');
                }
                way.push_str(key);
                counters(value, way, is_usage, found);
                way.truncate(end);
            }
        }
        // What a turn is made of may stand in a list, one entry for each of its requests.
        Value::Array(list) if is_usage => {
            for (at, value) in list.iter().enumerate().take(MOST_COUNTERS) {
                way.push_str(&[".", &at.to_string()].concat());
                counters(value, way, true, found);
                way.truncate(end);
            }
        }
        _ => {}
    }
}

/// How much of a session is recorded up to a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Requests up to the step.
    pub requests: u32,
    /// Of these, how many tell the size of their prompt.
    pub context: u32,
    /// And how many their output.
    pub output: u32,
}

/// Which of the session's requests counts at a step, from 1, and how many there are.
pub fn request_number(track: &Track, event: u32) -> Option<(u32, u32)> {
    if !track.is_request(event) {
        return None;
    }
    let requests = track.requests();
    if !requests.is_empty() {
        let before = requests.partition_point(|request| *request < event);
        return Some((before as u32 + 1, requests.len() as u32));
    }
    let count = |events: std::ops::Range<u32>| events.filter(|event| track.is_request(*event)).count() as u32;
    Some((count(0..event) + 1, count(0..track.len() as u32)))
}

/// What is recorded up to a step, that one included; all of it without a step.
pub fn recorded_until(track: &Track, event: Option<u32>) -> Recorded {
    let mut recorded = Recorded::default();
    let last = event.map_or(track.len() as u32, |event| event.saturating_add(1));
    for mark in (0..last).filter(|event| track.is_request(*event)).filter_map(|event| track.get(event)) {
        recorded.requests += 1;
        recorded.context += u32::from(mark.context.is_some());
        recorded.output += u32::from(mark.output.is_some());
    }
    recorded
}

#[cfg(test)]
#[path = "step_usage_tests.rs"]
mod tests;
