//! Bars and marks: at most two bars start in a pixel of a lane, however many events there are.

use super::kind::{Kind, mark_kind};
use super::scale::TimeScale;
use crate::logic::tool_kind::tool_kind;
use crate::logic::track::{Mark, Track, is_step};
use crate::model::{EventKind, Tally, flags};

/// A bar is never narrower (`--mark-min`), pixels.
const LEAST_PX: f64 = 2.0;
/// Marks of one kind that are nearer than this become one, pixels.
const MARK_PX: f64 = 7.0;
/// Shorter waits are the log's own rounding, milliseconds.
const LEAST_WAIT_MS: f64 = 1_000.0;

/// Which events share a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    Model,
    Tools,
    /// Nothing runs; the next thing is a prompt.
    Waiting,
}

/// A bar in a lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    pub x: f64,
    pub width: f64,
    /// `Error` for whatever failed.
    pub kind: Kind,
    /// Number in the track; of several in one place the longest.
    pub event: u32,
    /// How many events it stands for.
    pub count: u32,
    /// The log has no duration: only the time is true.
    pub is_tick: bool,
}

impl Lane {
    pub const ALL: [Self; 3] = [Self::Model, Self::Tools, Self::Waiting];

    fn holds(self, mark: &Mark) -> bool {
        mark.is_own()
            && match self {
                Self::Model => matches!(mark.kind, EventKind::Response | EventKind::Thinking),
                Self::Tools => mark.kind == EventKind::ToolCall,
                Self::Waiting => false,
            }
    }
}

/// History of another session has no place here: it happened there.
fn is_own_step(mark: &Mark) -> bool {
    is_step(mark) && mark.is_own()
}

/// The bars of a lane from left to right, failed ones last, so that they are painted on top.
pub fn bars(track: &Track, lane: Lane, scale: &TimeScale) -> Vec<Bar> {
    if lane == Lane::Waiting {
        return thinned(waits(track).into_iter(), scale);
    }
    let tools: Vec<Kind> = track.names().iter().map(|name| tool_kind(name).into()).collect();
    let kind = |mark: &Mark| match mark.kind {
        _ if mark.has(flags::FAILED) => Kind::Error,
        EventKind::Response => Kind::Response,
        EventKind::Thinking => Kind::Thinking,
        _ => tools.get(usize::from(mark.name)).copied().unwrap_or(Kind::OtherTool),
    };
    let numbered = track.marks().iter().enumerate().filter(|(_, mark)| lane.holds(mark));
    let spans = numbered.filter_map(|(number, mark)| {
        Some(Span {
            extent_ms: mark.extent_ms()?,
            kind: kind(mark),
            event: number as u32,
            is_tick: mark.duration_ms.is_none(),
        })
    });
    thinned(spans, scale)
}

struct Span {
    extent_ms: (f64, f64),
    kind: Kind,
    event: u32,
    is_tick: bool,
}

/// Two places a pixel: one for what went well, one for what failed. Each keeps the longest bar and counts the rest.
fn thinned(spans: impl Iterator<Item = Span>, scale: &TimeScale) -> Vec<Bar> {
    let width = scale.width_px;
    let columns = width.ceil() as usize;
    if columns == 0 {
        return Vec::new();
    }
    let mut good: Vec<Option<Bar>> = vec![None; columns];
    let mut failed = good.clone();
    for Span { extent_ms: (from_ms, to_ms), kind, event, is_tick } in spans {
        let (from, to) = (scale.x(from_ms), scale.x(to_ms));
        // Also false for what is no number.
        if !(to >= 0.0 && from <= width) {
            continue;
        }
        let x = from.max(0.0).min((width - LEAST_PX).max(0.0));
        let bar = Bar { x, width: (to.min(width) - x).max(LEAST_PX), kind, event, count: 1, is_tick };
        let column = (x as usize).min(columns - 1);
        let slots = if kind == Kind::Error { &mut failed } else { &mut good };
        let slot = &mut slots[column];
        let count = slot.map_or(1, |other| other.count + 1);
        let keeps = slot.filter(|other| other.width >= bar.width);
        *slot = Some(Bar { count, ..keeps.unwrap_or(bar) });
    }
    good.into_iter().chain(failed).flatten().collect()
}

/// From the end of all that ran to the next prompt, except before the first prompt.
fn waits(track: &Track) -> Vec<Span> {
    let mut over_ms: Option<f64> = None;
    let mut has_prompt = false;
    let mut spans = Vec::new();
    for (number, mark) in track.marks().iter().enumerate() {
        let Some((from, to)) = mark.extent_ms().filter(|_| !mark.has(flags::COPIED)) else { continue };
        if mark.kind == EventKind::Prompt && mark.is_own() {
            let waited = over_ms.filter(|over| has_prompt && from - over >= LEAST_WAIT_MS);
            spans.extend(waited.map(|over| Span {
                extent_ms: (over, from),
                kind: Kind::Waiting,
                event: number as u32,
                is_tick: false,
            }));
            has_prompt = true;
        }
        over_ms = Some(over_ms.map_or(to, |over| over.max(to)));
    }
    spans
}

/// The bar at a pixel, or the nearest within `reach` of it; of several the one painted on top.
pub fn bar_at(bars: &[Bar], x: f64, reach: f64) -> Option<usize> {
    let distance = |bar: &Bar| (bar.x - x).max(x - bar.x - bar.width).max(0.0);
    let near = bars.iter().enumerate().filter(|(_, bar)| distance(bar) <= reach);
    near.min_by(|(a, left), (b, right)| distance(left).total_cmp(&distance(right)).then(b.cmp(a)))
        .map(|(index, _)| index)
}

/// The time that a lane recorded, milliseconds, and of how many of its events.
pub fn lane_sum(track: &Track, lane: Lane) -> Tally {
    let mut sum = Tally::default();
    if lane == Lane::Waiting {
        for span in waits(track) {
            sum.add(Some((span.extent_ms.1 - span.extent_ms.0) as u64).into(), false);
        }
        return sum;
    }
    for mark in track.marks().iter().filter(|mark| lane.holds(mark)) {
        // Thinking has its time within a call; without one of its own it is not missing.
        if mark.kind != EventKind::Thinking || mark.duration_ms.is_some() {
            sum.add(mark.duration_ms.map(u64::from).into(), false);
        }
    }
    sum
}

/// Why the model lane cannot show what the models did; `None` when it can.
pub fn model_gap(track: &Track) -> Option<&'static str> {
    let any = |is: fn(&Mark) -> bool| track.marks().iter().any(is);
    if any(|mark| Lane::Model.holds(mark) && mark.duration_ms.is_some()) {
        return None;
    }
    let has_calls = !track.requests().is_empty() || any(|mark| mark.kind == EventKind::Request);
    Some(match has_calls {
        true => "durations of model calls are not recorded in this log",
        false => "model calls are not recorded in this log",
    })
}

/// A sign in the row of marks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaneMark {
    pub x: f64,
    pub kind: Kind,
    /// Number in the track, of the first of them.
    pub event: u32,
    pub count: u32,
}

/// Prompts, errors, compactions and overrides. Those of one kind that would lie on each other are one.
pub fn marks(track: &Track, scale: &TimeScale) -> Vec<LaneMark> {
    let mut marks: Vec<LaneMark> = Vec::new();
    // The last mark of each kind.
    let mut last: [Option<usize>; 4] = [None; 4];
    for (number, mark) in track.marks().iter().enumerate() {
        let (Some(at_ms), Some(kind), true) = (mark.at_ms, mark_kind(mark), is_own_step(mark)) else { continue };
        let x = scale.x(at_ms);
        if !(0.0..=scale.width_px).contains(&x) {
            continue;
        }
        let slot = match kind {
            Kind::Prompt => 0,
            Kind::Error => 1,
            Kind::Compaction => 2,
            _ => 3,
        };
        match last[slot].and_then(|index| marks.get_mut(index)).filter(|other| (x - other.x).abs() < MARK_PX) {
            Some(other) => other.count += 1,
            None => {
                last[slot] = Some(marks.len());
                marks.push(LaneMark { x, kind, event: number as u32, count: 1 });
            }
        }
    }
    marks
}

/// Steps that have no place on the axis.
pub fn untimed(track: &Track) -> Vec<u32> {
    let marks = track.marks().iter().enumerate();
    marks.filter(|(_, mark)| is_own_step(mark) && mark.at_ms.is_none()).map(|(number, _)| number as u32).collect()
}

/// How many marks there are before any become one.
pub fn count_marks(track: &Track) -> usize {
    let shown = |mark: &&Mark| is_own_step(mark) && mark_kind(mark).is_some();
    track.marks().iter().filter(shown).count()
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;
