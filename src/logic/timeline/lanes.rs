//! Which events share a row, and what their rows add up to.

use super::index::{LaneIndex, Look, Span};
use super::kind::Kind;
use crate::logic::agents::Agent;
use crate::logic::track::{Mark, Track, is_step};
use crate::model::{EventKind, Tally, flags};

/// Shorter waits are the log's own rounding, milliseconds.
const LEAST_WAIT_MS: f64 = 1_000.0;
/// So many sub-agents have a lane of their own; the rest shares one.
pub const MOST_AGENTS: usize = 8;

/// A row of bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    Model,
    Tools,
    /// One sub-agent, by its place among them.
    Agent(u8),
    /// All sub-agents that have no lane of their own.
    MoreAgents,
    /// Nothing runs; the next thing is a prompt.
    Waiting,
}

impl Lane {
    fn holds(self, mark: &Mark) -> bool {
        mark.is_own()
            && match self {
                Self::Model => matches!(mark.kind, EventKind::Response | EventKind::Thinking),
                Self::Tools => mark.kind == EventKind::ToolCall,
                _ => false,
            }
    }
}

/// History of another session has no place here: it happened there.
pub fn is_own_step(mark: &Mark) -> bool {
    is_step(mark) && mark.is_own()
}

/// The lanes below those of model and tools that a session has, from top to bottom, with their bars.
pub fn other_lanes(track: &Track, agents: &[Agent]) -> Vec<(Lane, LaneIndex)> {
    let mut lanes: Vec<(Lane, LaneIndex)> = Vec::new();
    let timed: Vec<&Agent> = agents.iter().filter(|agent| agent.extent_ms.is_some()).collect();
    let alone = timed.iter().take(MOST_AGENTS).enumerate();
    lanes.extend(alone.map(|(number, agent)| (Lane::Agent(number as u8), of_agent(agent))));
    lanes.push((Lane::MoreAgents, of_more_agents(timed.get(MOST_AGENTS..).unwrap_or_default())));
    lanes.push((Lane::Waiting, LaneIndex::new(&waits(track), &[])));
    lanes.retain(|(_, index)| !index.is_empty());
    lanes
}

/// The bars of model or tools.
pub fn of_track(track: &Track, lane: Lane) -> LaneIndex {
    let kind = |mark: &Mark| match mark.kind {
        EventKind::Response => Kind::Response,
        EventKind::Thinking => Kind::Thinking,
        _ => track.tool(mark).into(),
    };
    let (mut good, mut failed) = (Vec::new(), Vec::new());
    for (number, mark) in track.marks().iter().enumerate().filter(|(_, mark)| lane.holds(mark)) {
        let Some((from_ms, to_ms)) = mark.extent_ms() else { continue };
        let look = if mark.duration_ms.is_none() { Look::Tick } else { Look::Solid };
        let has_failed = mark.has(flags::FAILED);
        let kind = if has_failed { Kind::Error } else { kind(mark) };
        let into = if has_failed { &mut failed } else { &mut good };
        into.push(Span { from_ms, to_ms, kind, event: number as u32, look });
    }
    LaneIndex::new(&good, &failed)
}

fn whole(agent: &Agent) -> Option<Span> {
    let (from_ms, to_ms) = agent.extent_ms?;
    let look = if agent.key.is_some() { Look::Pale } else { Look::Hatched };
    Some(Span { from_ms, to_ms, kind: Kind::SubAgent, event: agent.event.unwrap_or(u32::MAX), look })
}

fn of_agent(agent: &Agent) -> LaneIndex {
    let step = |&(from_ms, length_ms): &(f64, u32)| Span {
        from_ms,
        to_ms: from_ms + f64::from(length_ms),
        kind: Kind::SubAgent,
        event: agent.event.unwrap_or(u32::MAX),
        look: Look::Solid,
    };
    let steps: Vec<Span> = agent.steps.iter().map(step).collect();
    LaneIndex::new(whole(agent).as_slice(), &steps)
}

fn of_more_agents(agents: &[&Agent]) -> LaneIndex {
    let of = |is_loaded: bool| -> Vec<Span> {
        agents.iter().filter(|agent| agent.key.is_some() == is_loaded).filter_map(|agent| whole(agent)).collect()
    };
    LaneIndex::new(&of(true), &of(false))
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
                from_ms: over,
                to_ms: from,
                kind: Kind::Waiting,
                event: number as u32,
                look: Look::Solid,
            }));
            has_prompt = true;
        }
        if is_activity(mark.kind) {
            over_ms = Some(over_ms.map_or(to, |over| over.max(to)));
        }
    }
    spans
}

/// What the harness notes by itself, often right before a prompt, ends no wait.
const fn is_activity(kind: EventKind) -> bool {
    !matches!(kind, EventKind::System | EventKind::Other | EventKind::Usage | EventKind::Progress)
}

/// The time that a lane recorded, milliseconds, and of how many of its events. Of sub-agents nothing: their own logs
/// tell.
pub fn lane_sum(track: &Track, lane: Lane) -> Tally {
    let mut sum = Tally::default();
    if lane == Lane::Waiting {
        for span in waits(track) {
            sum.add(Some((span.to_ms - span.from_ms) as u64).into(), false);
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

/// Steps that have no place on the axis.
pub fn untimed(track: &Track) -> Vec<u32> {
    let marks = track.marks().iter().enumerate();
    marks.filter(|(_, mark)| is_own_step(mark) && mark.at_ms.is_none()).map(|(number, _)| number as u32).collect()
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;
