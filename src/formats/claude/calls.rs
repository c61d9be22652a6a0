//! Tool calls and their results, and the calls that started other sessions (claude-code.md §3.2, §7).

use super::record::Record;
use super::usage::{NO_GROUP, Requests, web_searches};
use crate::formats::Sink;
use crate::formats::lenient::{Presence, Str, flat, read};
use crate::formats::terms::millis;
use crate::model::{Event, EventKind, NO_LINK, ProblemKind, Reported, Spawn, StrId, flags, hash_of};
use rustc_hash::FxHashMap;

/// A call that may get a result.
struct Call {
    event: u32,
    /// Its request.
    group: u32,
    is_spawn: bool,
    is_answered: bool,
}

/// A call that hands work to a sub-agent, as long as it has no result.
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
}

/// All calls of a file by the hash of their ids.
#[derive(Default)]
pub struct Calls {
    by_id: FxHashMap<u64, Call>,
    /// Calls without an id: no result can name them.
    nameless: Vec<u32>,
    open: Vec<OpenSpawn>,
    spawns: Vec<(Told, Spawn)>,
    /// Index in `spawns` by the call's event.
    spawn_of: FxHashMap<u32, usize>,
}

/// Calls for sub-agents that are remembered while they wait, so that a log full of them costs no more than its length.
const MOST_OPEN: usize = 64;

/// What a call says.
pub struct CallOf<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub description: &'a str,
    pub prompt: &'a str,
    /// The request that it is part of, [`NO_GROUP`] for none.
    pub group: u32,
    pub event: u32,
    pub part: u16,
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
        if call.id.is_empty() {
            return self.nameless.push(call.event);
        }
        let hash = hash_of(&[call.id]);
        if self.by_id.contains_key(&hash) {
            return out.events.set_flag(call.event, flags::ECHO);
        }
        out.tool_call(call.id, call.event, call.part);
        let is_spawn = is_spawn(call.name);
        self.by_id.insert(hash, Call { event: call.event, group: call.group, is_spawn, is_answered: false });
        if is_spawn {
            if self.open.len() >= MOST_OPEN {
                self.open.remove(0);
            }
            let description = out.strings.intern(call.description);
            let prompt = hash_of(&[call.prompt]);
            self.open.push(OpenSpawn { call: hash, event: call.event, prompt, description, has_lane: false });
        }
    }

    /// A result in a line; gives its event.
    pub fn result(&mut self, id: &str, is_error: bool, mut event: Event, record: &Record<'_>, out: &mut Sink) -> u32 {
        let hash = hash_of(&[id]);
        let call = self.by_id.get_mut(&hash).filter(|_| !id.is_empty());
        event.flags |= if is_error { flags::FAILED } else { 0 };
        let Some(call) = call else {
            let reason = "a tool result that no call started";
            out.problems.add(ProblemKind::Orphan, Some(record.number), reason, record.bytes);
            return out.event(event);
        };
        let begun = out.events.get(call.event);
        event.link = call.event;
        event.name = begun.map_or(StrId::NONE, |call| call.name);
        if call.is_answered {
            event.flags |= flags::ECHO;
            return out.event(event);
        }
        call.is_answered = true;
        let index = out.event(event);
        out.events.set_link(call.event, index);
        if is_error {
            out.events.set_flag(call.event, flags::FAILED);
        }
        let measured = millis(event.at.zip(begun.and_then(|call| call.at)).map(|(end, start)| end.ms_since(start)));
        if let Some(duration) = measured {
            out.events.set_duration(call.event, duration);
        }
        if call.is_spawn {
            self.open.retain(|open| open.call != hash);
        }
        index
    }

    /// What the harness noted of a result beside it: the session that the call started, searches that the provider ran.
    pub fn note(&mut self, id: &str, record: &Record<'_>, requests: &Requests, out: &mut Sink) {
        let Some(call) = self.by_id.get(&hash_of(&[id])) else { return };
        let result = &record.line.result;
        let searches = web_searches(result.searches);
        if searches > 0 && call.group != NO_GROUP {
            requests.add_searches(call.group, searches, out);
        }
        if let (true, Some(agent)) = (call.is_spawn, result.agent.some()) {
            let count = |number: crate::formats::lenient::Num| -> Reported<u64> {
                number.plain_int().and_then(|number| u64::try_from(number).ok()).into()
            };
            let spawn = Spawn {
                event: call.event,
                part: record.part,
                child: child_of(agent),
                total_tokens: count(result.tokens),
                duration_ms: count(result.duration_ms),
                tool_calls: count(result.tool_calls),
            };
            self.add(Told::Result, spawn);
        }
    }

    /// Of several that tell what a call started, the one that is believed most counts.
    fn add(&mut self, told: Told, spawn: Spawn) {
        let index = *self.spawn_of.entry(spawn.event).or_insert(self.spawns.len());
        match self.spawns.get_mut(index) {
            None => self.spawns.push((told, spawn)),
            Some(known) if told < known.0 => *known = (told, spawn),
            Some(_) => {}
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

    /// Flags the calls that still wait, and hands on the sessions that calls started.
    pub fn finish(self, out: &mut Sink) {
        let waiting = self.by_id.values().filter(|call| !call.is_answered).map(|call| call.event);
        for event in waiting.chain(self.nameless) {
            out.events.set_flag(event, flags::PENDING);
        }
        out.spawns.extend(self.spawns.into_iter().map(|(_, spawn)| spawn));
    }
}

/// The id of a sub-agent's session.
fn child_of(agent: &str) -> String {
    match agent.starts_with("agent-") {
        true => agent.to_owned(),
        false => ["agent-", agent].concat(),
    }
}

/// A result as an event.
pub fn result_event(record: &Record<'_>, block: u16) -> Event {
    Event { block, ..record.event(EventKind::ToolResult) }
}
