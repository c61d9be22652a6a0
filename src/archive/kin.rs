//! How sessions belong together: titles from other files, parents, logs that wrap each other, trees.

use super::session::{self, Session};
use super::{Loaded, Place};
use crate::formats;
use crate::model::{Map, Relation, Set, TitleOf, TitleOrigin, order_of, sorted};

/// Gives sessions the titles that other sources have for them. The last hint for a session wins; an empty one takes
/// earlier ones back.
pub fn entitle(sessions: &mut [Session], loaded: &Loaded<'_>) {
    let mut by_id: Map<(&str, &str), (&str, TitleOrigin)> = Map::default();
    let mut by_line: Map<u64, (&str, TitleOrigin)> = Map::default();
    for (_, source) in &loaded.sources {
        for hint in &source.titles {
            let title = (hint.text.as_str(), hint.origin);
            match &hint.of {
                TitleOf::Session(id) => {
                    by_id.insert((source.format().unwrap_or(""), id), title);
                }
                TitleOf::Line(hash) => {
                    by_line.insert(*hash, title);
                }
            }
        }
    }
    if by_id.is_empty() && by_line.is_empty() {
        return;
    }
    let mut of_place: Map<Place, (&str, TitleOrigin)> = Map::default();
    for (id, source) in loaded.sources.iter().filter(|_| !by_line.is_empty()) {
        for anchor in &source.anchors.lines {
            if let Some(title) = by_line.get(&anchor.hash) {
                of_place.insert(Place { source: *id, part: anchor.part }, *title);
            }
        }
    }
    for session in sessions {
        let named = by_id.get(&(session.format, session.part.id.as_str())).copied();
        let led = session.places.iter().find_map(|place| of_place.get(place)).copied();
        for (text, origin) in [led, named].into_iter().flatten().filter(|(text, _)| !text.is_empty()) {
            session::entitle(&mut session.part, text, origin);
        }
    }
}

/// Finds the parents: by the id that a log gives, by the lines it begins with, or by what two records of one run share.
pub fn find_parents(sessions: &mut [Session], loaded: &Loaded<'_>) {
    let mut by_id: Map<(&str, &str), usize> = Map::default();
    for (index, session) in sessions.iter().enumerate() {
        by_id.entry((session.format, session.part.id.as_str())).or_insert(index);
    }
    let streams = stream_parents(sessions);
    let by_line = line_parents(sessions, loaded);
    let parents: Vec<Option<usize>> = sessions
        .iter()
        .enumerate()
        .map(|(index, session)| {
            let by_id = session.part.parent_id.as_deref().and_then(|id| by_id.get(&(session.format, id)).copied());
            by_id.or(by_line[index]).or(streams[index]).filter(|parent| *parent != index)
        })
        .collect();
    let keys: Vec<Option<String>> = (0..sessions.len())
        .map(|index| parents[index].filter(|_| !is_circle(index, &parents)).map(|parent| sessions[parent].key.clone()))
        .collect();
    for (session, parent) in sessions.iter_mut().zip(keys) {
        if parent.is_none() && session.relation == Relation::Stream {
            session.relation = Relation::Root;
        }
        session.missing_parent = session.part.parent_id.clone().filter(|_| parent.is_none());
        session.parent = parent;
    }
}

fn is_circle(start: usize, parents: &[Option<usize>]) -> bool {
    let mut here = parents[start];
    let mut steps = 0;
    while let Some(next) = here {
        if next == start || steps > parents.len() {
            return true;
        }
        steps += 1;
        here = parents[next];
    }
    false
}

/// A session that begins with lines of another one, without naming it (claude-code.md §8, background forks).
fn line_parents(sessions: &[Session], loaded: &Loaded<'_>) -> Vec<Option<usize>> {
    let mut wanted: Map<u64, Vec<usize>> = Map::default();
    let mut found = vec![None; sessions.len()];
    for (index, session) in sessions.iter().enumerate() {
        let is_unnamed = session.part.history.is_some() && session.part.parent_id.is_none();
        let first = || {
            let place = session.place();
            let source = loaded.source(place.source)?;
            source.anchors.lines.iter().find(|anchor| anchor.part == place.part)
        };
        if let Some(anchor) = is_unnamed.then(first).flatten() {
            wanted.entry(anchor.hash).or_default().push(index);
        }
    }
    if wanted.is_empty() {
        return found;
    }
    for (index, session) in sessions.iter().enumerate().filter(|(_, session)| session.part.history.is_none()) {
        for place in &session.places {
            let anchors = loaded.source(place.source).map_or(&[][..], |source| &source.anchors.lines);
            for anchor in anchors.iter().filter(|anchor| anchor.part == place.part) {
                for child in wanted.get(&anchor.hash).into_iter().flatten() {
                    found[*child].get_or_insert(index);
                }
            }
        }
    }
    found
}

/// A stream belongs to the session that records the same run, if that is loaded; else it stands for itself.
fn stream_parents(sessions: &[Session]) -> Vec<Option<usize>> {
    let join_of = |session: &'_ Session, is_stream: bool| {
        let join = session.part.join.clone()?;
        (is_stream == (session.relation == Relation::Stream)).then_some((session.format, join))
    };
    let owners = sessions.iter().enumerate().filter_map(|(index, session)| Some((join_of(session, false)?, index)));
    let owners = sorted(owners.collect(), |(a, _): &((&str, String), usize), (b, _)| a.cmp(b));
    let parent = |stream: &Session| {
        let join = join_of(stream, true)?;
        let first = owners.partition_point(|(owner, _)| *owner < join);
        let mut possible = owners[first..].iter().take_while(|(owner, _)| *owner == join).map(|(_, index)| *index);
        let mut same = possible.clone().filter(|owner| sessions[*owner].part.harness == stream.part.harness);
        same.next().or(possible.next())
    };
    sessions.iter().map(parent).collect()
}

/// A run of another agent whose own log is loaded too: that log counts, the wrapper's numbers stand beside it (DESIGN
/// §4). They share the ids of tool calls.
pub fn link_wrapped(sessions: &mut [Session], loaded: &Loaded<'_>) {
    let wraps = |session: &Session| formats::by_id(session.format).is_some_and(|format| format.wraps_others());
    if !sessions.iter().any(wraps) || sessions.iter().all(wraps) {
        return;
    }
    let mut inner: Map<u64, usize> = Map::default();
    for (index, session) in sessions.iter().enumerate().filter(|(_, session)| !wraps(session)) {
        for hash in tool_calls(session, loaded) {
            inner.entry(hash).or_insert(index);
        }
    }
    for outer in 0..sessions.len() {
        if !wraps(&sessions[outer]) {
            continue;
        }
        let found = tool_calls(&sessions[outer], loaded).find_map(|hash| inner.get(&hash)).copied();
        sessions[outer].counted_in = found.map(|index| sessions[index].key.clone());
    }
    // Of a run and its stream both are records of the same requests.
    let counted: Vec<(String, String)> = sessions
        .iter()
        .filter(|session| session.relation == Relation::Stream)
        .filter_map(|session| Some((session.parent.clone()?, session.counted_in.clone()?)))
        .collect();
    for (run, inner) in counted {
        if let Some(session) = sessions.iter_mut().find(|session| session.key == run) {
            session.counted_in.get_or_insert(inner);
        }
    }
}

/// Sessions whose numbers their parents' own totals hold (claude-code.md §9).
pub fn count_in_parents(sessions: &mut [Session]) {
    for session in sessions.iter_mut().filter(|session| session.part.is_in_parents_total) {
        session.counted_in.clone_from(&session.parent);
    }
}

fn tool_calls<'a>(session: &'a Session, loaded: &'a Loaded<'_>) -> impl Iterator<Item = u64> + 'a {
    session.places.iter().flat_map(move |place| {
        let anchors = loaded.source(place.source).map_or(&[][..], |source| &source.anchors.tool_calls);
        anchors.iter().filter(|anchor| anchor.part == place.part).map(|anchor| anchor.hash)
    })
}

/// Sums with all that descends from a session (token-coverage.md R7). A stream repeats what its run counts.
pub fn add_up_trees(sessions: &mut [Session], loaded: &Loaded<'_>) {
    let by_key = order_of(sessions.len(), &|a, b| sessions[a].key.cmp(&sessions[b].key));
    let find = |key: &str| by_key.binary_search_by(|at| sessions[*at].key.as_str().cmp(key)).ok().map(|at| by_key[at]);
    let parents: Vec<Option<usize>> = sessions.iter().map(|session| session.parent.as_deref().and_then(find)).collect();
    // What a parent carries of a session need not be all of it.
    let own_logs = sessions.iter().filter(|session| !session.part.is_second_hand);
    let known: Set<(&str, &str)> = own_logs.map(|session| (session.format, session.part.id.as_str())).collect();
    let missing: Vec<u32> = sessions.iter().map(|session| missing_children(session, loaded, &known)).collect();
    for (session, missing) in sessions.iter_mut().zip(missing) {
        session.missing_children = missing;
        (0..missing).for_each(|_| session.tree.merge_missing());
    }
    for index in 0..sessions.len() {
        if sessions[index].relation == Relation::Stream {
            continue;
        }
        let session = &sessions[index];
        let mut own = session.totals;
        (0..session.missing_children + u32::from(session.is_silent())).for_each(|_| own.merge_missing());
        let mut here = index;
        let mut is_added = true;
        while let (true, Some(parent)) = (sessions[here].is_below(), parents[here]) {
            is_added &= sessions[here].counts_above();
            if is_added {
                sessions[parent].tree.merge(&own);
            }
            sessions[parent].descendants += 1;
            here = parent;
        }
    }
}

/// Sessions that a session started and whose logs are not loaded.
fn missing_children(session: &Session, loaded: &Loaded<'_>, known: &Set<(&str, &str)>) -> u32 {
    let mut missing: Vec<&str> = Vec::new();
    for place in &session.places {
        let spawns = loaded.source(place.source).map_or(&[][..], |source| &source.spawns);
        for spawn in spawns.iter().filter(|spawn| spawn.part == place.part) {
            let child = spawn.child.as_str();
            let is_copied = session.is_copied(place.source, spawn.event);
            if !is_copied && !known.contains(&(session.format, child)) && !missing.contains(&child) {
                missing.push(child);
            }
        }
    }
    missing.len() as u32
}
