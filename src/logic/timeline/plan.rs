//! All that is drawn of a session, sorted once when it is opened.

use super::index::LaneIndex;
use super::lanes::{Lane, model_gap, of_track, other_lanes, untimed};
use super::marks::MarkIndex;
use super::strips::{Drop, StripIndex, drops};
use crate::logic::agents::Agent;
use crate::logic::track::Track;

/// What the timeline of a session holds, whatever part of it is shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// From the first instant to the last, sub-agents included; milliseconds since the epoch.
    pub extent_ms: (f64, f64),
    /// From top to bottom.
    pub lanes: Vec<(Lane, LaneIndex)>,
    pub marks: MarkIndex,
    pub context: StripIndex,
    pub output: StripIndex,
    pub drops: Vec<Drop>,
    /// Steps that have no place on the axis.
    pub untimed: Vec<u32>,
    /// Why the model lane cannot show what the models did, if it cannot.
    pub model_gap: Option<&'static str>,
}

/// Each fills in a part of a plan. Of a large session each takes long enough for a task of its own.
pub const STAGES: [fn(&mut Plan, &Track, &[Agent]); 5] = [
    |plan, track, _| plan.lanes.push((Lane::Model, of_track(track, Lane::Model))),
    |plan, track, _| plan.lanes.push((Lane::Tools, of_track(track, Lane::Tools))),
    |plan, track, agents| plan.lanes.extend(other_lanes(track, agents)),
    |plan, track, _| {
        plan.marks = MarkIndex::new(track);
        plan.drops = drops(track);
        plan.untimed = untimed(track);
        plan.model_gap = model_gap(track);
    },
    |plan, track, _| (plan.context, plan.output) = (StripIndex::context(track), StripIndex::output(track)),
];

impl Plan {
    /// Nothing but the extent: [`STAGES`] do the rest, in their order. `None`: the log holds no times.
    pub fn begun(track: &Track, agents: &[Agent]) -> Option<Self> {
        let own = track.extent_ms()?;
        let of_agents = agents.iter().filter_map(|agent| agent.extent_ms);
        let extent_ms = of_agents.fold(own, |(from, to), (start, end)| (from.min(start), to.max(end)));
        Some(Self { extent_ms, ..Self::default() })
    }

    /// The bars of a lane; nothing for one that the session does not have.
    pub fn lane(&self, lane: Lane) -> Option<&LaneIndex> {
        self.lanes.iter().find(|(known, _)| *known == lane).map(|(_, index)| index)
    }
}
