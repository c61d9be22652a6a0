//! Tool calls and their results, and the calls that started other sessions (claude-code.md §3.2, §7).

use super::line::Input;
use super::pairs::{Loose, Round};
use super::record::Record;
use super::usage::{NO_GROUP, Requests, web_searches};
use crate::formats::Sink;
use crate::formats::lenient::{Presence, Raw, Str, flat, read, read_or_empty};
use crate::formats::terms::millis;
use crate::model::{Event, EventKind, Map, NO_LINK, ProblemKind, Reported, Spawn, StrId, flags, hash_of};

/// A call that may get a result.
#[derive(Clone)]
struct Call {
    event: u32,
    /// Its request.
    group: u32,
    is_spawn: bool,
    is_answered: bool,
}

/// A call that hands work to a sub-agent, as long as it has no result.
#[derive(Clone)]
struct OpenSpawn {
    call: u64,
    event: u32,
    prompt: u64,
    description: StrId,
    has_lane: bool,
}

/// How it became known which session a call started; the first is believed most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    Result,
    Progress,
    Queue,
    /// Only what it used is known, or that its lines stand in the same file.
    Nobody,
}

/// All calls of a file by the hash of their ids.
#[derive(Default, Clone)]
pub struct Calls {
    by_id: Map<u64, Call>,
    /// Calls without an id.
    nameless: Vec<u32>,
    /// What is paired by order, by the number of the side conversation.
    rounds: Vec<Round>,
    open: Vec<OpenSpawn>,
    spawns: Vec<(Told, Spawn)>,
    /// Index in `spawns` by the call's event.
    spawn_of: Map<u32, usize>,
}

/// Calls for sub-agents that are remembered while they wait, so that a log full of them costs no more than its length.
const MOST_OPEN: usize = 64;

/// What a call says.
pub struct CallOf<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub input: Raw<'a>,
    /// The request that it is part of, [`NO_GROUP`] for none.
    pub group: u32,
    pub event: u32,
    pub part: u16,
    /// Number of its side conversation.
    pub lane: u16,
}

flat! {
    /// What the harness queues when a sub-agent has begun or ended.
    struct QueuedTask<'a> {
        "task_id" => task: Str<'a>,
        "tool_use_id" => call: Str<'a>,
    }
}

/// Whether a tool starts sub-agents (claude-code.md §7).
fn is_spawn(name: &str) -> bool {
    name == "Task" || name == "Agent" || name.contains("subagent")
}

impl Calls {
    /// A call; one that an earlier line has told of is an echo.
    pub fn start(&mut self, call: &CallOf<'_>, out: &mut Sink) {
        let hash = if call.id.is_empty() { 0 } else { hash_of(&[call.id]) };
        if hash != 0 && self.by_id.contains_key(&hash) {
            return out.events.set_flag(call.event, flags::ECHO);
        }
        if self.round(call.lane).has_result {
            self.close(call.lane, out);
        }
        self.round(call.lane).calls.push((call.event, hash));
        if hash == 0 {
            return self.nameless.push(call.event);
        }
        out.tool_call(call.id, call.event, call.part);
        let is_spawn = is_spawn(call.name);
        self.by_id.insert(hash, Call { event: call.event, group: call.group, is_spawn, is_answered: false });
        if is_spawn {
            if self.open.len() >= MOST_OPEN {
                self.open.remove(0);
            }
            let input: Input<'_> = read_or_empty(call.input.some().unwrap_or_default());
            let description = out.strings.intern(&input.description);
            let prompt = hash_of(&[&input.prompt]);
            self.open.push(OpenSpawn { call: hash, event: call.event, prompt, description, has_lane: false });
        }
    }

    fn round(&mut self, lane: u16) -> &mut Round {
        let lane = usize::from(lane);
        if self.rounds.len() <= lane {
            self.rounds.resize_with(lane + 1, Round::default);
        }
        &mut self.rounds[lane]
    }

    /// A result in a line.
    pub fn result(&mut self, id: &str, is_error: bool, mut event: Event, record: &Record<'_>, out: &mut Sink) {
        let hash = hash_of(&[id]);
        event.flags |= if is_error { flags::FAILED } else { 0 };
        let round = self.round(record.lane);
        round.has_result = true;
        let can_wait = id.is_empty() || round.has_nameless();
        let Some(call) = self.by_id.get_mut(&hash).filter(|_| !id.is_empty()) else {
            let index = out.event(event);
            let loose = Loose::new(index, !id.is_empty(), record);
            return match can_wait {
                true => self.round(record.lane).results.push(loose),
                false => orphan(&loose, out),
            };
        };
        event.link = call.event;
        event.name = out.events.get(call.event).map_or(StrId::NONE, |call| call.name);
        if call.is_answered {
            event.flags |= flags::ECHO;
            out.event(event);
            return;
        }
        call.is_answered = true;
        let index = out.event(event);
        answer(call.event, index, out);
        if call.is_spawn {
            self.open.retain(|open| open.call != hash);
        }
    }

    /// A round is over: its results without an id find their calls, or are told as orphans.
    pub fn close(&mut self, lane: u16, out: &mut Sink) {
        let Some(round) = self.rounds.get_mut(usize::from(lane)).map(std::mem::take) else { return };
        if round.results.is_empty() {
            return;
        }
        let is_echo = |event: u32| out.events.get(event).is_some_and(|call| call.has(flags::ECHO));
        let waits = |id: u64| self.by_id.get(&id).is_none_or(|call| !call.is_answered);
        let Some(pairs) = round.pairs(|event, id| !is_echo(event) && waits(id)) else {
            return round.results.iter().for_each(|loose| orphan(loose, out));
        };
        round.results.iter().skip(pairs.len()).for_each(|loose| orphan(loose, out));
        for (call, id, result) in pairs {
            answer(call, result, out);
            if let Some(call) = self.by_id.get_mut(&id) {
                call.is_answered = true;
            }
        }
    }

    /// What the harness noted of a result beside it: the session that the call started, searches that the provider ran.
    pub fn note(&mut self, id: &str, record: &Record<'_>, requests: &Requests, out: &mut Sink) {
        let Some(call) = self.by_id.get(&hash_of(&[id])) else { return };
        let result = &record.line.result;
        let searches = web_searches(result.searches);
        if searches > 0 && call.group != NO_GROUP {
            requests.add_searches(call.group, searches, out);
        }
        if call.is_spawn {
            let count = |number: crate::formats::lenient::Num| -> Reported<u64> {
                number.plain_int().and_then(|number| u64::try_from(number).ok()).into()
            };
            let spawn = Spawn {
                event: call.event,
                part: record.part,
                child: result.agent.some().map_or(String::new(), child_of),
                total_tokens: count(result.tokens),
                duration_ms: count(result.duration_ms),
                tool_calls: count(result.tool_calls),
            };
            self.add(if spawn.child.is_empty() { Told::Nobody } else { Told::Result }, spawn);
        }
    }

    /// Of several that tell what a call started, the one that is believed most counts.
    fn add(&mut self, told: Told, spawn: Spawn) {
        let index = *self.spawn_of.entry(spawn.event).or_insert(self.spawns.len());
        let Some((known, of)) = self.spawns.get_mut(index) else { return self.spawns.push((told, spawn)) };
        of.total_tokens = of.total_tokens.or(spawn.total_tokens);
        of.duration_ms = of.duration_ms.or(spawn.duration_ms);
        of.tool_calls = of.tool_calls.or(spawn.tool_calls);
        if told < *known {
            (*known, of.child) = (told, spawn.child);
        }
    }

    /// A line other than the result names the session that a call started.
    pub fn told(&mut self, call: &str, agent: &str, told: Told, part: u16) {
        if agent.is_empty() {
            return;
        }
        let Some(call) = self.by_id.get(&hash_of(&[call])).filter(|call| call.is_spawn) else { return };
        let none = Reported::NOT_RECORDED;
        let child = child_of(agent);
        let event = call.event;
        self.add(told, Spawn { event, part, child, total_tokens: none, duration_ms: none, tool_calls: none });
    }

    /// What was put into the queue may name a call and the task that it started, as JSON or in tags.
    pub fn queued(&mut self, content: &str, part: u16) {
        let between = |from: &str, to: &str| Some(content.split_once(from)?.1.split_once(to)?.0.trim());
        let tagged = between("<tool-use-id>", "</tool-use-id>").zip(between("<task-id>", "</task-id>"));
        if let Some((call, task)) = tagged {
            return self.told(call, task, Told::Queue, part);
        }
        if let Ok(task) = read::<QueuedTask<'_>>(content.as_bytes())
            && task.presence == Presence::Given
        {
            self.told(&task.call, &task.task, Told::Queue, part);
        }
    }

    /// The call that a side conversation within the file belongs to: by its prompt, else the last one without a result
    /// (claude-code.md S3). Gives its event and what the call says it is for.
    pub fn lane(&mut self, prompt: &str) -> (u32, StrId) {
        let hash = hash_of(&[prompt]);
        let free = |open: &&mut OpenSpawn| !open.has_lane;
        let same = self.open.iter_mut().filter(free).position(|open| open.prompt == hash && !prompt.is_empty());
        let mut candidates = self.open.iter_mut().filter(free);
        let found = match same {
            Some(place) => candidates.nth(place),
            None => candidates.next_back(),
        };
        found.map_or((NO_LINK, StrId::NONE), |open| {
            open.has_lane = true;
            (open.event, open.description)
        })
    }

    /// The call with an id: its event and what it says it is for.
    pub fn lane_of(&self, call: &str) -> (u32, StrId) {
        let hash = hash_of(&[call]);
        let description = self.open.iter().find(|open| open.call == hash).map_or(StrId::NONE, |open| open.description);
        (self.by_id.get(&hash).map_or(NO_LINK, |call| call.event), description)
    }

    /// A side conversation of the file belongs to a call: gives the id of the session that the call started, which is
    /// `own` unless another one is known.
    pub fn adopt(&mut self, event: u32, own: String) -> String {
        let none = Reported::NOT_RECORDED;
        let spawn =
            Spawn { event, part: 0, child: String::new(), total_tokens: none, duration_ms: none, tool_calls: none };
        self.add(Told::Nobody, spawn);
        let known = self.spawn_of.get(&event).and_then(|index| self.spawns.get_mut(*index));
        match known {
            Some((_, spawn)) if spawn.child.is_empty() => spawn.child.clone_from(&own),
            Some((_, spawn)) => return spawn.child.clone(),
            None => {}
        }
        own
    }

    /// Flags the calls that still wait, and hands on the sessions that calls started.
    pub fn finish(mut self, out: &mut Sink) {
        (0..self.rounds.len()).for_each(|lane| self.close(lane as u16, out));
        let waiting = self.by_id.values().filter(|call| !call.is_answered).map(|call| call.event);
        for event in waiting.chain(self.nameless) {
            if out.events.get(event).is_some_and(|call| call.link == NO_LINK) {
                out.events.set_flag(event, flags::PENDING);
            }
        }
        let spawns = self.spawns.into_iter().map(|(_, spawn)| spawn);
        out.spawns.extend(spawns.filter(|spawn| !spawn.child.is_empty()));
    }
}

/// A result belongs to a call.
fn answer(call: u32, result: u32, out: &mut Sink) {
    let (Some(begun), Some(ended)) = (out.events.get(call), out.events.get(result)) else { return };
    out.events.set_link(call, result);
    out.events.set_link(result, call);
    if ended.has(flags::FAILED) {
        out.events.set_flag(call, flags::FAILED);
    }
    if let Some(duration) = millis(ended.at.zip(begun.at).map(|(end, start)| end.ms_since(start))) {
        out.events.set_duration(call, duration);
    }
}

fn orphan(loose: &Loose, out: &mut Sink) {
    let reason = match loose.is_named {
        true => "a tool result that no call started",
        false => "a tool result without an id; which call it answers is not clear",
    };
    out.problems.add(ProblemKind::Orphan, Some(loose.number), reason, &loose.excerpt);
}

/// The id of a sub-agent's session.
pub fn child_of(agent: &str) -> String {
    match agent.starts_with("agent-") {
        true => agent.to_owned(),
        false => ["agent-", agent].concat(),
    }
}

/// A result as an event.
pub fn result_event(record: &Record<'_>, block: u16) -> Event {
    Event { block, ..record.event(EventKind::ToolResult) }
}
