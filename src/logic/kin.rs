//! The family of a session: who started it, whom it started, and what of that is not loaded.

use super::session::events;
use crate::archive::{Archive, Session, Totals};
use crate::model::{Relation, Reported, SourceId};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Another session of the same family.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Relative {
    pub key: String,
    /// Its title, else its id.
    pub label: String,
    pub relation: Relation,
    /// How far below: 1 for what the session started itself, 0 for what is not below it.
    pub level: u32,
    /// Prompts, responses and tool calls.
    pub steps: u32,
    pub duration_ms: Reported<u64>,
    /// Sessions below it.
    pub descendants: u32,
    /// Its own sums.
    pub totals: Totals,
    /// With its sub-agents and forks.
    pub tree: Totals,
}

/// A call that started another session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpawnLink {
    /// Number of the call in the track.
    pub event: u32,
    /// The other session's id, as its own log has it.
    pub child_id: String,
    /// `None`: its log is not loaded.
    pub child: Option<Relative>,
    /// What the caller was told of it: shown, never added to a total (claude-code.md S2).
    pub total_tokens: Reported<u64>,
    pub duration_ms: Reported<u64>,
    pub tool_calls: Reported<u64>,
}

/// What a session belongs to and what belongs to it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Kin {
    pub parent: Option<Relative>,
    /// The session whose own log counts instead of this one.
    pub counted_in: Option<Relative>,
    /// All that descends from it, each followed by its own.
    pub descendants: Vec<Relative>,
    /// In the order of the calls.
    pub spawns: Vec<SpawnLink>,
}

/// The family of a session. The archive must be assembled.
pub fn kin(archive: &Archive, session: &Session) -> Kin {
    let named = |key: &Option<String>| Some(relative(archive.session(key.as_deref()?)?, 0));
    Kin {
        parent: named(&session.parent),
        counted_in: named(&session.counted_in),
        descendants: descendants(archive, session),
        spawns: spawns(archive, session),
    }
}

fn relative(session: &Session, level: u32) -> Relative {
    let part = &session.part;
    let counts = part.counts;
    Relative {
        key: session.key.clone(),
        label: part.title.clone().unwrap_or_else(|| part.id.clone()),
        relation: session.relation,
        level,
        steps: counts.prompts + counts.responses + counts.tool_calls,
        duration_ms: part.duration_ms,
        descendants: session.descendants,
        totals: session.totals,
        tree: session.tree,
    }
}

fn descendants(archive: &Archive, root: &Session) -> Vec<Relative> {
    let mut children: FxHashMap<&str, Vec<&Session>> = FxHashMap::default();
    for session in archive.sessions() {
        if let Some(parent) = &session.parent {
            children.entry(parent).or_default().push(session);
        }
    }
    let mut found = Vec::new();
    // Parents never stand in a circle, so this ends. The last comes off first.
    let mut open = vec![(root, 0)];
    while let Some((session, level)) = open.pop() {
        if level > 0 {
            found.push(relative(session, level));
        }
        let own = children.get(session.key.as_str()).map_or(&[][..], Vec::as_slice);
        open.extend(own.iter().rev().map(|child| (*child, level + 1)));
    }
    found
}

fn spawns(archive: &Archive, session: &Session) -> Vec<SpawnLink> {
    let mut numbers: FxHashMap<(SourceId, u32), u32> = FxHashMap::default();
    let mut found = Vec::new();
    for place in &session.places {
        let Some(source) = archive.source(place.source) else { continue };
        let own = source.spawns.iter().filter(|spawn| spawn.part == place.part);
        found.extend(own.map(|spawn| (place.source, spawn)));
    }
    if found.is_empty() {
        return Vec::new();
    }
    for (number, event) in events(archive, session).enumerate() {
        numbers.insert((event.id, event.index), number as u32);
    }
    let link = |(source, spawn): (SourceId, &crate::model::Spawn)| {
        let is_child = |other: &&Session| other.format == session.format && other.part.id == spawn.child;
        Some(SpawnLink {
            event: *numbers.get(&(source, spawn.event))?,
            child: archive.sessions().iter().find(is_child).map(|child| relative(child, 0)),
            child_id: spawn.child.clone(),
            total_tokens: spawn.total_tokens,
            duration_ms: spawn.duration_ms,
            tool_calls: spawn.tool_calls,
        })
    };
    found.into_iter().filter_map(link).collect()
}
