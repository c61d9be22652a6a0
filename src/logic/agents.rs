//! The sub-agents of a session as its timeline shows them: when each ran, and when it was at work.

use super::session::{events_of, track};
use super::track::{Track, is_step};
use crate::archive::{Archive, Session};
use crate::logic::kin::{Kin, SpawnLink};
use crate::model::{Relation, order_of};
use serde::{Deserialize, Serialize};

/// So many stretches of work are kept of one sub-agent; nearer ones become one.
const MOST_STEPS: usize = 1_000;
/// So many sub-agents get their work drawn; of the rest only when they ran.
const MOST_DETAILED: usize = super::timeline::MOST_AGENTS;

/// One sub-agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    /// Its title, else its id.
    pub label: String,
    /// Its session; `None`: its log is not loaded.
    pub key: Option<String>,
    /// Number of the call that started it in the track of its parent.
    pub event: Option<u32>,
    /// From when to when, milliseconds since the epoch; `None`: no log tells.
    pub extent_ms: Option<(f64, f64)>,
    /// `None`: no log tells.
    pub duration_ms: Option<u64>,
    /// When it was at work: starts (milliseconds since the epoch) and lengths (milliseconds), ascending and apart.
    pub steps: Vec<(f64, u32)>,
}

/// The sub-agents of a session, by their starts; those without a time last. `track` is the session's own.
pub fn agents(archive: &Archive, kin: &Kin, parent: &Track) -> Vec<Agent> {
    let is_agent = |relation: Relation| relation == Relation::SubAgent;
    let mut agents: Vec<Agent> = Vec::new();
    for agent in kin.spawns.iter().map(|spawn| called(archive, spawn, parent)) {
        // Several calls may go on with one sub-agent.
        if agent.key.is_none() || agents.iter().all(|known| known.key != agent.key) {
            agents.push(agent);
        }
    }
    for relative in kin.descendants.iter().filter(|relative| is_agent(relative.relation)) {
        let is_known = agents.iter().any(|agent| agent.key.as_ref() == Some(&relative.key));
        let found = archive.session(&relative.key).filter(|_| !is_known);
        agents.extend(found.map(|session| loaded(archive, session, &relative.label)));
    }
    let start = |agent: &Agent| agent.extent_ms.map_or(f64::INFINITY, |(from, _)| from);
    let order = order_of(agents.len(), &|a, b| start(&agents[a]).total_cmp(&start(&agents[b])));
    let mut agents: Vec<Agent> = order.into_iter().map(|place| agents[place].clone()).collect();
    for agent in agents.iter_mut().filter(|agent| agent.extent_ms.is_some()).take(MOST_DETAILED) {
        if let Some(track) = agent.key.as_deref().and_then(|key| track(archive, key)) {
            agent.steps = work(&track);
        }
    }
    agents
}

fn called(archive: &Archive, spawn: &SpawnLink, parent: &Track) -> Agent {
    let call = parent.get(spawn.event).and_then(|mark| {
        let (from, to) = mark.extent_ms()?;
        // A call that only starts its sub-agent says nothing of how long that took.
        Some((from, spawn.duration_ms.get().map_or(to, |ms| to.max(from + ms as f64))))
    });
    let child = spawn.child.as_ref().and_then(|child| Some((archive.session(&child.key)?, &child.label)));
    let known = child.map(|(session, label)| loaded(archive, session, label));
    let told = spawn.duration_ms.get();
    match known {
        Some(agent) => Agent {
            event: Some(spawn.event),
            extent_ms: agent.extent_ms.or(call),
            duration_ms: agent.duration_ms.or(told),
            ..agent
        },
        None => Agent {
            label: spawn.child_id.clone(),
            key: None,
            event: Some(spawn.event),
            extent_ms: call,
            duration_ms: told.or(call.map(|(from, to)| (to - from) as u64)).filter(|ms| *ms > 0),
            steps: Vec::new(),
        },
    }
}

fn loaded(archive: &Archive, session: &Session, label: &str) -> Agent {
    let own = session.places.iter().flat_map(|place| events_of(archive, *place));
    let times = own.filter(|found| session.flags_of(found.id, found.index) == 0).filter_map(|found| {
        let at = super::track::ms_of(found.event.at?);
        let length = f64::from(found.event.duration_ms.unwrap_or(0));
        Some(if found.event.has(crate::model::flags::ENDS_AT) { (at - length, at) } else { (at, at + length) })
    });
    let extent_ms = times.reduce(|(from, to), (start, end)| (from.min(start), to.max(end)));
    Agent {
        label: label.to_owned(),
        key: Some(session.key.clone()),
        event: None,
        extent_ms,
        duration_ms: session.part.duration_ms.get().or(extent_ms.map(|(from, to)| (to - from) as u64)),
        steps: Vec::new(),
    }
}

/// When a session was at work.
fn work(track: &Track) -> Vec<(f64, u32)> {
    let own = track.marks().iter().filter(|mark| is_step(mark) && mark.is_own());
    let spans: Vec<(f64, f64)> = own.filter_map(|mark| mark.extent_ms()).collect();
    let order = order_of(spans.len(), &|a, b| spans[a].0.total_cmp(&spans[b].0));
    let mut apart_ms = 1.0;
    loop {
        let mut merged: Vec<(f64, f64)> = Vec::new();
        for (from, to) in order.iter().map(|place| spans[*place]) {
            match merged.last_mut().filter(|last| from <= last.1 + apart_ms) {
                Some(last) => last.1 = last.1.max(to),
                None => merged.push((from, to)),
            }
        }
        if merged.len() <= MOST_STEPS {
            return merged.into_iter().map(|(from, to)| (from, (to - from) as u32)).collect();
        }
        apart_ms *= 4.0;
    }
}
