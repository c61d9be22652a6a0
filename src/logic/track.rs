//! One session's events as the page holds them: 24 bytes an event, sent once, drawn from without asking again.

use super::tool_kind::{ToolKind, tool_kind};
use crate::model::{EventKind, Map, Timestamp, flags};

/// Bytes an event takes on its way to the page (DESIGN §4 allows 24).
pub const BYTES_PER_EVENT: usize = 24;

const NIL: u32 = u32::MAX;

/// One event as the page sees it. Its number in the track names it in questions to the worker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    pub kind: EventKind,
    pub flags: u8,
    /// Milliseconds since the epoch, with fractions; `None` when the log has no time.
    pub at_ms: Option<f64>,
    /// `None` when the log has no duration.
    pub duration_ms: Option<u32>,
    pub context: Option<u32>,
    pub output: Option<u32>,
    /// Index into [`Track::names`]; 0 is none.
    pub name: u16,
}

impl Mark {
    pub const fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Whether it is neither shown better by another event nor history of another session.
    pub const fn is_own(&self) -> bool {
        self.flags & (flags::ECHO | flags::COPIED) == 0
    }

    /// When the bar of this event starts and ends, milliseconds since the epoch. An event without a duration starts
    /// and ends at its time.
    pub fn extent_ms(&self) -> Option<(f64, f64)> {
        let at = self.at_ms?;
        let length = f64::from(self.duration_ms.unwrap_or(0));
        Some(if self.has(flags::ENDS_AT) { (at - length, at) } else { (at, at + length) })
    }
}

/// The events of one session, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Track {
    marks: Vec<Mark>,
    /// Which of its kind in its millisecond each event is, from 0: rows on screen ask for their keys at every scroll.
    nths: Vec<u32>,
    names: Vec<String>,
    /// What the tool of each name does.
    tools: Vec<ToolKind>,
    /// The events at which a model request counts, ascending.
    requests: Vec<u32>,
    /// For each event, whether one counts there; empty where the log tells none apart.
    counts: Vec<bool>,
}

impl Track {
    /// `names[0]` stands for "none".
    pub fn new(marks: Vec<Mark>, names: Vec<String>) -> Self {
        let nths = nths_in_order(&marks).unwrap_or_else(|| nths(&marks));
        let tools = names.iter().map(|name| tool_kind(name)).collect();
        Self { nths, marks, names, tools, requests: Vec::new(), counts: Vec::new() }
    }

    /// With the events at which a model request counts, ascending.
    pub fn with_requests(self, requests: Vec<u32>) -> Self {
        let mut counts = if requests.is_empty() { Vec::new() } else { vec![false; self.marks.len()] };
        for request in &requests {
            counts.get_mut(*request as usize).into_iter().for_each(|counts| *counts = true);
        }
        Self { requests, counts, ..self }
    }

    pub fn requests(&self) -> &[u32] {
        &self.requests
    }

    /// Whether a model request counts at an event; where the log tells none apart, whether it is an answer.
    pub fn is_request(&self, number: u32) -> bool {
        match self.requests.is_empty() {
            true => self
                .get(number)
                .is_some_and(|mark| mark.kind == EventKind::Response && mark.is_own() && !mark.has(flags::FAILED)),
            false => self.counts.get(number as usize).is_some_and(|counts| *counts),
        }
    }

    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    pub fn len(&self) -> usize {
        self.marks.len()
    }

    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    pub fn get(&self, number: u32) -> Option<&Mark> {
        self.marks.get(number as usize)
    }

    /// A mark's name: the tool, or the log's word for the event; empty for none.
    pub fn name(&self, mark: &Mark) -> &str {
        self.names.get(usize::from(mark.name)).map_or("", String::as_str)
    }

    /// What the tool of a mark does; for all events that are no calls of tools it means nothing.
    pub fn tool(&self, mark: &Mark) -> ToolKind {
        self.tools.get(usize::from(mark.name)).copied().unwrap_or(ToolKind::Other)
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The columns as bytes, little-endian, to be transferred.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.marks.len() * BYTES_PER_EVENT);
        for mark in &self.marks {
            bytes.extend_from_slice(&mark.at_ms.unwrap_or(f64::NAN).to_le_bytes());
            for value in [mark.duration_ms, mark.context, mark.output] {
                bytes.extend_from_slice(&value.unwrap_or(NIL).to_le_bytes());
            }
            bytes.extend_from_slice(&mark.name.to_le_bytes());
            bytes.extend_from_slice(&[mark.kind as u8, mark.flags]);
        }
        bytes
    }

    /// The inverse of [`Track::to_bytes`]; a torn last event is dropped.
    pub fn from_bytes(bytes: &[u8], names: Vec<String>) -> Self {
        let mark = |chunk: &[u8]| -> Option<Mark> {
            let number = |at: usize| Some(u32::from_le_bytes(chunk.get(at..at + 4)?.try_into().ok()?));
            let some = |at: usize| number(at).filter(|value| *value != NIL);
            let at_ms = f64::from_le_bytes(chunk.get(..8)?.try_into().ok()?);
            Some(Mark {
                at_ms: Some(at_ms).filter(|at| at.is_finite()),
                duration_ms: some(8),
                context: some(12),
                output: some(16),
                name: u16::from_le_bytes(chunk.get(20..22)?.try_into().ok()?),
                kind: EventKind::from_number(*chunk.get(22)?)?,
                flags: *chunk.get(23)?,
            })
        };
        let mut marks = Vec::with_capacity(bytes.len() / BYTES_PER_EVENT);
        marks.extend(bytes.chunks_exact(BYTES_PER_EVENT).filter_map(mark));
        Self::new(marks, names)
    }

    /// The first and the last instant of any event, bars included; what is copied from another session is not in it.
    pub fn extent_ms(&self) -> Option<(f64, f64)> {
        let extents = self.marks.iter().filter(|mark| !mark.has(flags::COPIED)).filter_map(Mark::extent_ms);
        extents.reduce(|(from, to), (start, end)| (from.min(start), to.max(end)))
    }

    /// A name for an event that outlives a longer log: kind, time and which one of that kind in that millisecond
    /// (DESIGN §5).
    pub fn key(&self, number: u32) -> Option<String> {
        let mark = self.get(number)?;
        let nth = *self.nths.get(number as usize)? as usize;
        Some(event_key(mark.kind, mark.at_ms.map(whole_ms), nth))
    }

    /// The event of a key, if there is one.
    pub fn find(&self, key: &str) -> Option<u32> {
        let (rest, nth) = key.rsplit_once('-')?;
        let (kind, at) = rest.rsplit_once('-')?;
        // Before 1970 the time has a dash of its own.
        let (kind, sign) = kind.strip_suffix('-').map_or((kind, 1), |kind| (kind, -1));
        let at = if at == "x" { None } else { Some(sign * at.parse::<i64>().ok()?) };
        let fits = |mark: &Mark| mark.kind.name() == kind && mark.at_ms.map(whole_ms) == at;
        let mut possible = (0..self.marks.len() as u32).filter(|number| self.get(*number).is_some_and(fits));
        possible.nth(nth.parse().ok()?)
    }
}

/// Which of its kind in its millisecond each event is, from 0.
fn nths(marks: &[Mark]) -> Vec<u32> {
    let mut seen: Map<(EventKind, Option<i64>), u32> = Map::default();
    let nth = |mark: &Mark| {
        let count = seen.entry((mark.kind, mark.at_ms.map(whole_ms))).or_default();
        *count += 1;
        *count - 1
    };
    marks.iter().map(nth).collect()
}

/// The same, ten times as fast, where the clock goes back for no kind of event; `None` where it does.
fn nths_in_order(marks: &[Mark]) -> Option<Vec<u32>> {
    let mut last = [(i64::MIN, 0); EventKind::ALL.len()];
    let mut untimed = [0; EventKind::ALL.len()];
    let nth = |mark: &Mark| {
        let Some(at) = mark.at_ms.map(whole_ms) else {
            let count = untimed.get_mut(mark.kind as usize)?;
            *count += 1;
            return Some(*count - 1);
        };
        let (before, count) = last.get_mut(mark.kind as usize)?;
        if at < *before {
            return None;
        }
        *count = if at == *before { *count + 1 } else { 0 };
        *before = at;
        Some(*count)
    };
    marks.iter().map(nth).collect()
}

/// Milliseconds since the epoch with fractions, as the page wants them.
pub fn ms_of(at: Timestamp) -> f64 {
    at.nanos() as f64 / 1e6
}

/// The millisecond that an event is in.
pub fn whole_ms(at_ms: f64) -> i64 {
    at_ms.floor() as i64
}

/// The name of an event: the `nth` of its kind in its millisecond, from 0.
pub fn event_key(kind: EventKind, at: Option<i64>, nth: usize) -> String {
    let at = at.map_or("x".to_owned(), |at| at.to_string());
    format!("{}-{at}-{nth}", kind.name())
}

/// What stands in a row of the transcript: everything but echoes, pieces of streamed answers, results (they are shown
/// with their call) and the requests that answers belong to.
pub fn is_step(mark: &Mark) -> bool {
    !mark.has(flags::ECHO) && is_step_kind(mark.kind)
}

/// Whether events of a kind stand in rows of their own.
pub const fn is_step_kind(kind: EventKind) -> bool {
    !matches!(
        kind,
        EventKind::Delta | EventKind::ToolResult | EventKind::Usage | EventKind::Request | EventKind::Progress
    )
}

/// The events that are rows of the transcript, in order.
pub fn steps(track: &Track) -> Vec<u32> {
    let mut steps = Vec::with_capacity(track.len());
    steps.extend((0..track.len() as u32).filter(|number| track.get(*number).is_some_and(is_step)));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mark(kind: EventKind, at_ms: Option<f64>) -> Mark {
        Mark { kind, flags: 0, at_ms, duration_ms: None, context: None, output: None, name: 0 }
    }

    #[test]
    fn keys_name_the_same_event_in_a_longer_log() {
        let (prompt, tool) = (EventKind::Prompt, EventKind::ToolCall);
        let marks = vec![mark(tool, Some(5.4)), mark(tool, Some(5.6)), mark(prompt, None), mark(tool, Some(-5.4))];
        let short = Track::new(marks, vec![]);
        let keys: Vec<String> = (0..4).filter_map(|number| short.key(number)).collect();
        assert_eq!(keys, ["tool-call-5-0", "tool-call-5-1", "prompt-x-0", "tool-call--6-0"]);
        let mut longer = vec![mark(prompt, Some(1.0))];
        longer.extend_from_slice(short.marks());
        let longer = Track::new(longer, vec![]);
        for (number, key) in keys.iter().enumerate() {
            assert_eq!(longer.find(key), Some(number as u32 + 1), "{key}");
        }
        assert_eq!((longer.find("tool-call-5-2"), longer.find("nonsense")), (None, None));
    }

    #[test]
    fn a_bar_reaches_back_from_the_time_it_was_written() {
        let call = Mark { flags: flags::ENDS_AT, duration_ms: Some(40), ..mark(EventKind::ToolCall, Some(100.0)) };
        assert_eq!(call.extent_ms(), Some((60.0, 100.0)));
        assert_eq!(Track::new(vec![call, mark(EventKind::Prompt, None)], vec![]).extent_ms(), Some((60.0, 100.0)));
    }

    proptest! {
        #[test]
        fn times_in_order_are_numbered_as_any_are(rows in proptest::collection::vec((0u8..18, proptest::option::of(0u8..9)), 0..40)) {
            let event = |(kind, at): (u8, Option<u8>)| mark(EventKind::from_number(kind).expect("in range"), at.map(f64::from));
            let mut marks: Vec<Mark> = rows.into_iter().map(event).collect();
            if let Some(numbers) = nths_in_order(&marks) {
                prop_assert_eq!(numbers, nths(&marks));
            }
            marks.sort_by(|a, b| a.at_ms.unwrap_or_default().total_cmp(&b.at_ms.unwrap_or_default()));
            prop_assert_eq!(nths_in_order(&marks), Some(nths(&marks)));
        }

        #[test]
        fn bytes_round_trip(
            rows in proptest::collection::vec(
                (0u8..18, any::<u8>(), proptest::option::of(-1e15f64..1e15), proptest::option::of(0u32..u32::MAX),
                 proptest::option::of(0u32..u32::MAX), any::<u16>()),
                0..50,
            )
        ) {
            let marks = rows.into_iter().map(|(kind, flags, at_ms, duration_ms, output, name)| Mark {
                kind: EventKind::from_number(kind).expect("in range"), flags, at_ms, duration_ms, context: None, output, name,
            });
            let track = Track::new(marks.collect(), vec![String::new(), "bash".into()]);
            let bytes = track.to_bytes();
            prop_assert_eq!(bytes.len(), track.len() * BYTES_PER_EVENT);
            prop_assert_eq!(Track::from_bytes(&bytes, track.names().to_vec()), track);
        }
    }
}
