//! All that is drawn of a session, sorted once when it is opened.

use super::index::LaneIndex;
use super::lanes::{Lane, lanes, model_gap, untimed};
use super::marks::MarkIndex;
use super::strips::{Drop, StripIndex, drops};
use crate::logic::agents::Agent;
use crate::logic::track::Track;

/// What the timeline of a session holds, whatever part of it is shown.
#[derive(Debug, Clone, PartialEq)]
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

impl Plan {
    /// The lanes; the rest is [`Plan::finish`]. Each takes long enough for a task of its own. `None`: the log holds no
    /// times.
    pub fn begun(track: &Track, agents: &[Agent]) -> Option<Self> {
        let own = track.extent_ms()?;
        let of_agents = agents.iter().filter_map(|agent| agent.extent_ms);
        Some(Self {
            extent_ms: of_agents.fold(own, |(from, to), (start, end)| (from.min(start), to.max(end))),
            lanes: lanes(track, agents),
            marks: MarkIndex::default(),
            context: StripIndex::default(),
            output: StripIndex::default(),
            drops: Vec::new(),
            untimed: Vec::new(),
            model_gap: None,
        })
    }

    /// Everything but the lanes.
    pub fn finish(&mut self, track: &Track) {
        self.marks = MarkIndex::new(track);
        self.context = StripIndex::context(track);
        self.output = StripIndex::output(track);
        self.drops = drops(track);
        self.untimed = untimed(track);
        self.model_gap = model_gap(track);
    }

    /// The bars of a lane; nothing for one that the session does not have.
    pub fn lane(&self, lane: Lane) -> Option<&LaneIndex> {
        self.lanes.iter().find(|(known, _)| *known == lane).map(|(_, index)| index)
    }
}
