//! The family of a session: who started it, whom it started, and what of that is not loaded.

use super::format::count;
use super::session::events;
use crate::archive::{Archive, Session, Totals};
use crate::model::{Map, Relation, Reported, SourceId, Wire};

/// Another session of the same family.
#[derive(Debug, Clone, PartialEq, Wire)]
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
#[derive(Debug, Clone, PartialEq, Wire)]
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
#[derive(Debug, Clone, Default, PartialEq, Wire)]
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

/// What a session is to the one that it belongs to.
pub const fn word(relation: Relation) -> &'static str {
    match relation {
        Relation::Root => "session",
        Relation::SubAgent => "sub-agent",
        Relation::Continuation => "continuation",
        Relation::Fork => "fork",
        Relation::Stream => "stream",
    }
}

/// `3 sub-agents, 1 fork`
pub fn words(relations: &[Relation]) -> String {
    use Relation::{Continuation, Fork, Root, Stream, SubAgent};
    let number = |kind: Relation| relations.iter().filter(|relation| **relation == kind).count() as u64;
    let kinds = [SubAgent, Continuation, Fork, Stream, Root].map(|kind| (number(kind), kind));
    let some = kinds.into_iter().filter(|(number, _)| *number > 0);
    some.map(|(number, kind)| count(number, word(kind))).collect::<Vec<_>>().join(", ")
}

/// `with 2 sub-agents, 1 not loaded`: what sums of a tree hold and lack besides the session; `None` where there is nothing
/// but the session.
pub fn tree_words(below: &[Relation], missing: u32) -> Option<String> {
    let below: Vec<Relation> = below.iter().copied().filter(|relation| *relation != Relation::Stream).collect();
    let missing = (missing > 0).then(|| format!("{missing} not loaded"));
    let words: Vec<String> = [words(&below)].into_iter().filter(|words| !words.is_empty()).chain(missing).collect();
    (!words.is_empty()).then(|| format!("with {}", words.join(", ")))
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
    let mut children: Map<&str, Vec<&Session>> = Map::default();
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
    let mut numbers: Map<(SourceId, u32), u32> = Map::default();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::made;
    use crate::model::{EventKind, SessionPart, Spawn};

    fn started(id: &str, parent: &str, relation: Relation) -> crate::model::SourceIndex {
        let mut source = made::session(id, &[(Some(10), Some(2))]);
        let part: &mut SessionPart = source.parts.last_mut().expect("just made");
        (part.parent_id, part.relation) = (Some(parent.into()), relation);
        source
    }

    fn spawn(source: &mut crate::model::SourceIndex, child: &str, tokens: u64) {
        let event = made::event(source, EventKind::ToolCall, None);
        let (total_tokens, nothing) = (Reported::new(tokens), Reported::NOT_RECORDED);
        let child = child.into();
        source.spawns.push(Spawn { event, part: 0, child, total_tokens, duration_ms: nothing, tool_calls: nothing });
    }

    /// claude-code.md S1, S2: a tree of sub-agents, one of which is not loaded.
    #[test]
    fn a_family_is_found_from_every_member() {
        let mut root = made::session("root", &[(Some(100), Some(5))]);
        spawn(&mut root, "child", 12);
        spawn(&mut root, "gone", 77);
        let archive = made::archive([
            root,
            started("child", "root", Relation::SubAgent),
            started("grandchild", "child", Relation::SubAgent),
            started("fork", "root", Relation::Fork),
        ]);
        let of = |key: &str| kin(&archive, archive.session(key).expect("made"));
        let root = of("root");
        let below: Vec<(&str, u32, u32)> =
            root.descendants.iter().map(|one| (one.key.as_str(), one.level, one.descendants)).collect();
        assert_eq!(below, [("child", 1, 1), ("grandchild", 2, 0), ("fork", 1, 0)]);
        let told: Vec<_> = root
            .spawns
            .iter()
            .map(|spawn| (spawn.event, spawn.child.as_ref().map(|one| one.key.as_str()), spawn.total_tokens.get()))
            .collect();
        assert_eq!(told, [(1, Some("child"), Some(12)), (2, None, Some(77))]);
        assert_eq!(of("grandchild").parent.map(|parent| parent.key).as_deref(), Some("child"));
        assert_eq!((root.parent, of("fork").descendants.len()), (None, 0));
    }

    #[test]
    fn a_tree_says_what_it_holds_and_lacks() {
        use Relation::{Fork, Stream, SubAgent};
        assert_eq!(words(&[SubAgent, Fork, SubAgent, Stream]), "2 sub-agents, 1 fork, 1 stream");
        assert_eq!(tree_words(&[SubAgent, Stream], 2).as_deref(), Some("with 1 sub-agent, 2 not loaded"));
        assert_eq!(tree_words(&[], 1).as_deref(), Some("with 1 not loaded"));
        assert_eq!(tree_words(&[Stream], 0), None);
    }
}
