//! What bars and marks are called, and what they lead to.

use super::lanes::Found;
use crate::logic::agents::Agent;
use crate::logic::format::duration_in_full;
use crate::logic::timeline::{Lane, MOST_AGENTS};
use crate::ui::session::family::session_link;
use crate::ui::session::open::Open;
use crate::ui::shared::{El, el};

/// The sub-agent of a lane: lanes are in the order of those that have a place on the axis.
pub fn agent_of(open: Open, lane: Lane) -> Option<Agent> {
    let Lane::Agent(number) = lane else { return None };
    let timed = |agent: &&Agent| agent.extent_ms.is_some();
    open.detail.with(|detail| detail.agents.iter().filter(timed).nth(usize::from(number)).cloned())
}

/// How many sub-agents share the last lane.
pub fn more_agents(open: Open) -> usize {
    let timed = open.detail.with(|detail| detail.agents.iter().filter(|agent| agent.extent_ms.is_some()).count());
    timed.saturating_sub(MOST_AGENTS)
}

/// What is at a place, and how many lie there.
pub fn of(open: Open, found: &Found) -> String {
    let agent = found.lane.and_then(|lane| agent_of(open, lane));
    let words = match agent {
        Some(agent) => {
            let told = agent.duration_ms.map(|ms| format!(", {}", duration_in_full(ms))).unwrap_or_default();
            let gap = if agent.key.is_none() { ", transcript not loaded" } else { "" };
            format!("Sub-agent: {}{told}{gap}", agent.label)
        }
        None => open.describe(found.event),
    };
    match (found.count, found.lane) {
        (1, _) | (_, Some(Lane::Agent(_))) => words,
        (count, None) => format!("{words}; {} more here", count - 1),
        (count, Some(_)) => format!("{words}; the longest of {count} that start here"),
    }
}

/// Chooses the step that a bar or a mark stands for.
pub fn choose(open: Open, found: &Found) {
    if open.track().get(found.event).is_some() {
        open.inspect(found.event);
    }
}

/// From when to when it was.
pub fn extent(open: Open, found: &Found) -> Option<(f64, f64)> {
    let agent = found.lane.and_then(|lane| agent_of(open, lane)).and_then(|agent| agent.extent_ms);
    agent.or_else(|| open.track().get(found.event)?.extent_ms())
}

/// The name of a sub-agent's lane: a link to its session where that is loaded.
pub fn agent_name(open: Open, number: u8) -> El {
    let name = format!("Sub-agent {}", number + 1);
    match agent_of(open, Lane::Agent(number)) {
        Some(Agent { key: Some(key), label, .. }) => {
            session_link(open.store, &key).class("clip").attr("title", &format!("Open {label}")).text(&name)
        }
        Some(agent) => el("span").class("clip").attr("title", &agent.label).text(&name),
        None => el("span").text(&name),
    }
}
