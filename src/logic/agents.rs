//! The sub-agents of a session as its timeline shows them: when each ran, and when it was at work.

use super::session::{events_of, track};
use super::track::{Track, is_step};
use crate::archive::{Archive, Session};
use crate::logic::kin::{Kin, SpawnLink};
use crate::model::{Relation, Wire, order_of};

/// So many stretches of work are kept of one sub-agent; nearer ones become one.
const MOST_STEPS: usize = 1_000;
/// So many sub-agents get their work drawn; of the rest only when they ran.
const MOST_DETAILED: usize = super::timeline::MOST_AGENTS;

/// One sub-agent.
#[derive(Debug, Clone, PartialEq, Wire)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::kin::kin;
    use crate::logic::made;
    use crate::model::{EventKind, Reported, Spawn};

    fn agents_of(sources: Vec<crate::model::SourceIndex>) -> Vec<Agent> {
        let archive = made::archive(sources);
        let root = archive.session("root").expect("made");
        agents(&archive, &kin(&archive, root), &track(&archive, "root").expect("made"))
    }

    fn child(id: &str, times: &[i64]) -> crate::model::SourceIndex {
        let mut source = made::session(id, &[]);
        let part = source.parts.last_mut().expect("just made");
        (part.parent_id, part.relation) = (Some("root".into()), Relation::SubAgent);
        for at in times {
            made::event(&mut source, EventKind::Response, Some(*at));
        }
        source
    }

    #[test]
    fn sub_agents_stand_in_the_order_of_their_starts_with_their_work() {
        let mut root = made::session("root", &[]);
        for (name, at, told) in
            [("late", 9_000, None), ("gone", 2_000, Some(700)), ("early", 3_000, None), ("late", 9_500, None)]
        {
            let event = made::event(&mut root, EventKind::ToolCall, Some(at));
            let nothing = Reported::NOT_RECORDED;
            let (child, duration_ms) = (name.into(), told.map_or(nothing, Reported::new));
            root.spawns.push(Spawn { event, part: 0, child, total_tokens: nothing, duration_ms, tool_calls: nothing });
        }
        let found = agents_of(vec![root, child("late", &[9_100, 9_101, 9_600]), child("early", &[3_100, 3_200])]);
        let seen: Vec<_> =
            found.iter().map(|agent| (agent.label.as_str(), agent.key.is_some(), agent.extent_ms)).collect();
        let expected = [
            ("gone", false, Some((2_000.0, 2_700.0))),
            ("early", true, Some((3_100.0, 3_200.0))),
            ("late", true, Some((9_100.0, 9_600.0))),
        ];
        assert_eq!(seen, expected);
        assert_eq!(found[2].steps, [(9_100.0, 1), (9_600.0, 0)]);
        assert_eq!((found[0].event, found[0].duration_ms), (Some(1), Some(700)));
    }

    /// However many steps, so many stretches of work at most, and all of the time is in them.
    #[test]
    fn work_is_kept_in_a_thousand_stretches_at_most() {
        let times: Vec<i64> = (0..5_000).map(|step| step * 100).collect();
        let mut root = made::session("root", &[]);
        made::event(&mut root, EventKind::Prompt, Some(0));
        let found = agents_of(vec![root, child("busy", &times)]);
        let steps = &found[0].steps;
        assert!(steps.len() <= MOST_STEPS && !steps.is_empty());
        assert_eq!(steps.last().map(|(from, length)| from + f64::from(*length)), Some(499_900.0));
    }
}
