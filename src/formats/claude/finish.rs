//! What only the end of a file tells: whose lines they are, which branches stand, how it ended (claude-code.md §7, §8).

use super::decoder::ClaudeDecoder;
use super::said;
use super::sessions::Header;
use super::tree::{Node, Place, Tree, bits};
use crate::formats::Sink;
use crate::formats::terms::{project_of, stem};
use crate::model::{
    Counts, EventRows, Fact, History, ProblemKind, Relation, Reported, SessionPart, Status, StrId, Timestamp, flags,
    hash_of,
};

/// Ends the first pass.
pub fn finish(decoder: ClaudeDecoder, out: &mut Sink) {
    let ClaudeDecoder { sessions, tree, mut calls, requests, compactions, carried, lanes, queue, .. } = decoder;
    let mut headers = sessions.list;
    for part in queue.finish(out) {
        headers.get_mut(usize::from(part)).into_iter().for_each(|header| header.prompts += 1);
    }
    let name = stem(out.meta.name()).to_owned();
    let is_empty = headers.iter().all(|header| header.messages == 0 && header.id.is_empty() && header.result.is_none());
    if is_empty && !is_uuid(&name) {
        // Titles for other files, and saved states of theirs: nothing to list.
        (out.events, out.parts) = (EventRows::default(), Vec::new());
        out.anchors = crate::model::Anchors::default();
        return;
    }
    compactions.finish(out);
    let requests = requests.finish(out);
    let groups = groups(&headers, &tree, &name);
    move_events(&groups.of, out);
    let mut parts: Vec<SessionPart> =
        groups.merged.iter().map(|header| part_of(header, &headers, &name, groups.is_split(), out)).collect();
    let forks = if groups.is_split() { Vec::new() } else { branch(&tree, out) };
    let main = parts.first().cloned().unwrap_or_default();
    for fork in forks {
        let later = tree.later(fork);
        let uuid = later.map_or("", |later| &later.uuid);
        parts.push(SessionPart {
            id: [&*main.id, "-", uuid].concat(),
            relation: Relation::Fork,
            parent_id: Some(main.id.clone()),
            title: later.and_then(|later| later.title.clone()).or(main.title.clone()),
            history: None,
            ..main.clone()
        });
    }
    let ends = parts.len();
    let has_lanes = lanes.become_parts(&mut parts, |event, own| calls.adopt(event, own), out);
    let own = parts.len();
    told_of(&carried, &main, &mut parts, out);
    calls.finish(out);
    if has_lanes || parts.len() > 1 || headers.len() > 1 {
        follow_events(out);
    }
    add_up(&mut parts, &requests, out);
    let said = messages(own, &tree, out);
    for (index, part) in parts.iter_mut().enumerate().take(own).filter(|(_, part)| !part.has_outcome) {
        let is_last = index + 1 == groups.merged.len() || (groups.merged.len()..ends).contains(&index);
        (part.status, part.status_word) = status_of(&said[index], is_last, out);
    }
    out.parts = parts;
}

/// The sessions of a file once its end is known.
struct Groups {
    /// The new number of each session.
    of: Vec<u16>,
    merged: Vec<Header>,
}

impl Groups {
    fn is_split(&self) -> bool {
        self.merged.len() > 1
    }
}

/// Several ids in one file are several sessions only if neither its name nor its lines hold them together
/// (claude-code.md §11).
fn groups(headers: &[Header], tree: &Tree, name: &str) -> Groups {
    let talking = headers.iter().filter(|header| header.messages > 0 || header.result.is_some()).count();
    if talking < 2 || is_uuid(name) || name.starts_with("agent-") || tree.has_links_between_parts() {
        return Groups { of: vec![0; headers.len()], merged: vec![merged(headers)] };
    }
    let mut of = Vec::new();
    let mut merged: Vec<Header> = Vec::new();
    for header in headers {
        if header.messages > 0 || header.result.is_some() {
            merged.push(header.clone());
        }
        of.push((merged.len().max(1) - 1) as u16);
    }
    Groups { of, merged }
}

/// One session out of what several ids say of it: the first that knows a thing, and the last title.
fn merged(headers: &[Header]) -> Header {
    let mut whole = Header::default();
    for header in headers {
        let texts = [
            (&mut whole.id, &header.id),
            (&mut whole.cwd, &header.cwd),
            (&mut whole.branch, &header.branch),
            (&mut whole.version, &header.version),
            (&mut whole.agent, &header.agent),
        ];
        for (slot, text) in texts {
            if slot.is_empty() {
                text.clone_into(slot);
            }
        }
        if !header.permission_mode.is_empty() {
            header.permission_mode.clone_into(&mut whole.permission_mode);
        }
        whole.is_background |= header.is_background;
        whole.messages += header.messages;
        whole.mains += header.mains;
        whole.prompts += header.prompts;
        whole.probes += header.probes;
        whole.has_web_search |= header.has_web_search;
        whole.user_title = header.user_title.clone().or(whole.user_title);
        whole.generated_title = header.generated_title.clone().or(whole.generated_title);
        whole.prompt_title = whole.prompt_title.or(header.prompt_title.clone());
        whole.result = header.result.clone().or(whole.result);
    }
    whole
}

fn move_events(of: &[u16], out: &mut Sink) {
    if of.iter().enumerate().all(|(from, to)| from == usize::from(*to)) {
        return;
    }
    let parts: Vec<u16> = out.events.iter().map(|(_, event)| event.part).collect();
    for (index, part) in parts.into_iter().enumerate() {
        out.events.set_part(index as u32, of.get(usize::from(part)).copied().unwrap_or(0));
    }
}

/// What belongs to an event is of the same session.
fn follow_events(out: &mut Sink) {
    let Sink { events, usage, anchors, spawns, .. } = out;
    let part_of = |event: u32| events.get(event).map_or(0, |event| event.part);
    usage.iter_mut().for_each(|row| row.part = part_of(row.event));
    spawns.iter_mut().for_each(|spawn| spawn.part = part_of(spawn.event));
    anchors.lines.iter_mut().chain(&mut anchors.tool_calls).for_each(|anchor| anchor.part = part_of(anchor.event));
}

/// Marks branches that were given up, and moves forks into parts of their own; gives the forks' first nodes.
fn branch(tree: &Tree, out: &mut Sink) -> Vec<u32> {
    let Some((places, forks)) = tree.places() else { return Vec::new() };
    for (node, place) in tree.nodes().iter().zip(places) {
        for event in node.from..node.to {
            match place {
                Place::Main => {}
                Place::Abandoned => out.events.set_flag(event, flags::ABANDONED),
                Place::Fork(number) => out.events.set_part(event, number + 1),
            }
        }
    }
    forks
}

/// Sub-agents of which this file carries lines: sessions at second hand, as long as their own logs are not there.
fn told_of(carried: &[(u32, StrId)], main: &SessionPart, parts: &mut Vec<SessionPart>, out: &mut Sink) {
    let mut known: Vec<(StrId, u16)> = Vec::new();
    for (event, agent) in carried {
        let found = known.iter().find(|(known, _)| known == agent).map(|(_, part)| *part);
        let part = found.unwrap_or_else(|| {
            let part = parts.len() as u16;
            known.push((*agent, part));
            parts.push(SessionPart {
                id: ["agent-", out.strings.get(*agent)].concat(),
                harness: main.harness.clone(),
                project: main.project.clone(),
                relation: Relation::SubAgent,
                parent_id: Some(main.id.clone()),
                has_global_id: true,
                is_second_hand: true,
                family: main.family,
                ..SessionPart::default()
            });
            part
        });
        out.events.set_part(*event, part);
    }
}

/// The 8-4-4-4-12 hexadecimal digits that name a session's file.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The session above a sub-agent's file, by its path (claude-code.md §7 d).
fn parent_in_path(path: &str) -> Option<&str> {
    let mut parts = path.rsplit(['/', '\\']).skip(1).skip_while(|part| *part != "subagents");
    parts.next()?;
    parts.next().filter(|part| !part.is_empty())
}

fn part_of(header: &Header, all: &[Header], name: &str, is_split: bool, out: &Sink) -> SessionPart {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let is_agent = !is_split
        && (name.starts_with("agent-") || header.messages > 0 && header.mains == 0 && !header.agent.is_empty());
    let id = match (is_agent, is_split) {
        (true, _) if name.starts_with("agent-") => name.to_owned(),
        (true, _) => ["agent-", &*header.agent].concat(),
        (false, false) if is_uuid(name) => name.to_owned(),
        _ => text(&header.id).unwrap_or_else(|| name.to_owned()),
    };
    let other = all.iter().find(|other| !is_split && other.messages > 0 && !other.id.is_empty() && other.id != id);
    let (relation, parent_id) = match (is_agent, other) {
        (true, other) => {
            let above = parent_in_path(&out.meta.path).map(str::to_owned);
            (Relation::SubAgent, above.or_else(|| other.map(|other| other.id.clone())))
        }
        (false, Some(other)) if is_uuid(name) => (Relation::Continuation, Some(other.id.clone())),
        (false, _) if header.is_background => (Relation::Continuation, None),
        (false, _) => (Relation::Root, None),
    };
    let copied = parent_id.as_deref().filter(|_| relation == Relation::Continuation);
    let (title, title_origin) = header.title();
    let title = title.or_else(|| header.is_probe().then(|| said::PROBE.to_owned()));
    let result = header.result.as_ref();
    SessionPart {
        harness: Some("claude".into()),
        project: text(&header.cwd).as_deref().and_then(project_of),
        title,
        title_origin,
        status: result.map_or(Status::Unknown, |result| result.status),
        status_word: result.map_or(String::new(), |result| result.word.clone()),
        has_outcome: result.is_some(),
        duration_ms: result.map_or(Reported::NOT_RECORDED, |result| result.duration_ms),
        context_window: result.map_or(Reported::NOT_RECORDED, |result| result.context_window),
        facts: facts_of(header, copied),
        relation,
        parent_id,
        has_global_id: true,
        family: hash_of(&[all.iter().map(|header| &*header.id).find(|id| !id.is_empty()).unwrap_or(name)]),
        is_probe: header.is_probe(),
        history: header.is_background.then(|| History { gate: Some(0), ..History::default() }),
        id,
        ..SessionPart::default()
    }
}

fn facts_of(header: &Header, copied: Option<&str>) -> Vec<Fact> {
    let searches = "WebSearch was used: the tokens of its own calls are not logged";
    let probe = ["only ", said::PROBE, " was asked"].concat();
    let facts = [
        ("Branch", &*header.branch),
        ("Version", &header.version),
        ("Working directory", &header.cwd),
        ("Permission mode", &header.permission_mode),
        ("Contains history of", copied.unwrap_or("")),
        ("Not covered", if header.has_web_search { searches } else { "" }),
        ("Probe", if header.is_probe() { &probe } else { "" }),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| Fact::new(name, value)).collect()
}

/// Counts, times and models out of what the parts hold.
fn add_up(parts: &mut [SessionPart], requests: &[u32], out: &Sink) {
    let mut times: Vec<(Option<Timestamp>, Option<Timestamp>)> = vec![(None, None); parts.len()];
    for part in parts.iter_mut() {
        part.counts = Counts { requests: Reported::new(0), ..Counts::default() };
    }
    for (_, event) in out.events.iter() {
        let index = usize::from(event.part);
        let (Some(part), Some((first, last))) = (parts.get_mut(index), times.get_mut(index)) else { continue };
        part.counts.count(&event);
        *first = [*first, event.at].into_iter().flatten().min();
        *last = (*last).max(event.at);
    }
    for event in requests.iter().filter_map(|event| out.events.get(*event)) {
        if let Some(part) = parts.get_mut(usize::from(event.part)) {
            part.counts.requests = part.counts.requests.map(|count| count + 1);
        }
    }
    let mut seen: Vec<Vec<StrId>> = vec![Vec::new(); parts.len()];
    for row in out.usage.iter().filter(|row| row.exclusion.is_none() && !row.model.is_none()) {
        if let Some(seen) = seen.get_mut(usize::from(row.part)).filter(|seen| !seen.contains(&row.model)) {
            seen.push(row.model);
        }
    }
    for ((part, (started, ended)), models) in parts.iter_mut().zip(times).zip(seen) {
        (part.started, part.ended) = (started, ended);
        let measured = || u64::try_from(ended?.ms_since(started?)).ok();
        part.duration_ms = part.duration_ms.or(measured().into());
        part.models = models.into_iter().map(|model| out.strings.get(model).to_owned()).collect();
        let is_claude = part.models.iter().any(|model| model.starts_with("claude-"));
        part.provider = is_claude.then(|| "anthropic".to_owned());
    }
}

/// The messages of each part, in order; those on branches that were given up are left out. One pass: a file may hold
/// hundreds of sessions.
fn messages<'t>(parts: usize, tree: &'t Tree, out: &Sink) -> Vec<Vec<&'t Node>> {
    let mut of = vec![Vec::new(); parts];
    for node in tree.nodes().iter().filter(|node| node.bits & bits::MESSAGE != 0) {
        let event = out.events.get(node.from).filter(|event| !event.has(flags::ABANDONED));
        if let Some(messages) = event.and_then(|event| of.get_mut(usize::from(event.part))) {
            messages.push(node);
        }
    }
    of
}

/// How a session without a result ended (claude-code.md §8). `is_last`: it is the one that the file ends with.
fn status_of(said: &[&Node], is_last: bool, out: &Sink) -> (Status, String) {
    let is_cut = is_last && out.problems.as_slice().iter().any(|problem| problem.kind == ProblemKind::Truncated);
    if is_cut {
        return (Status::Truncated, "truncated".into());
    }
    let Some(last) = said.last() else { return (Status::Unknown, String::new()) };
    let mut answers = said.iter().rev().copied().filter(|node| node.bits & bits::ANSWER != 0);
    let answer = answers.next();
    let same = |response: u64| move |node: &&Node| response != 0 && node.response == response;
    let rest = answers.take_while(same(answer.map_or(0, |answer| answer.response)));
    let mut lines = answer.into_iter().chain(rest);
    let waits = |event: u32| out.events.get(event).is_some_and(|event| event.has(flags::PENDING));
    if lines.any(|line| (line.from..line.to).any(waits)) {
        return (Status::Pending, "tool_call_pending".into());
    }
    match last.bits & bits::END_OF_TURN != 0 {
        true => (Status::AwaitingUser, "awaiting_user".into()),
        false => (Status::Unknown, "clean".into()),
    }
}
