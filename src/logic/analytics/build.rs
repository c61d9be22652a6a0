//! Facts out of an archive: one pass over all events, one over all that counts.

use super::facts::{
    Cycle, Facts, HealthFacts, Kind, NO_QUARTER, SessionFacts, Slot, Stretch, Use, kind_of, quarter_of,
};
use super::walk::{Message, Step, Walk};
use crate::archive::{Archive, Session};
use crate::logic::tool_kind::{ToolKind, tool_kind};
use crate::logic::usage::model_of;
use crate::model::{Event, EventKind, Map, Relation, SourceIndex, StrId, Timestamp, flags, sorted};

/// A pause longer than this is none of a person's or agent's time, milliseconds (analytics.md §6, §12).
pub const LONGEST_GAP_MS: i64 = 300_000;
/// An answer that took longer belongs to no turn, milliseconds (analytics.md §9).
const LONGEST_CYCLE_MS: i64 = 1_800_000;

pub fn build(archive: &Archive) -> Facts {
    let mut work = Work {
        archive,
        facts: Facts::default(),
        walk: Walk::default(),
        sources: Map::default(),
        edits: Map::default(),
    };
    work.facts.generation = archive.generation();
    let sessions = archive.sessions();
    let index: Map<&str, u32> =
        sessions.iter().zip(0u32..).map(|(session, number)| (session.key.as_str(), number)).collect();
    for (session, number) in sessions.iter().zip(0u32..) {
        let mut row = work.session(session, number);
        row.owner = owner(archive, session, number, &index);
        row.counted_in = session.counted_in.as_deref().and_then(|key| index.get(key)).copied();
        work.facts.sessions.push(row);
    }
    work.entries();
    let Work { mut facts, .. } = work;
    order(&mut facts, archive);
    facts
}

/// The session that a sub-agent or fork belongs to in the end.
fn owner(archive: &Archive, session: &Session, number: u32, index: &Map<&str, u32>) -> u32 {
    let (mut here, mut found) = (session, number);
    for _ in 0..archive.sessions().len() {
        if !matches!(here.relation, Relation::SubAgent | Relation::Fork) {
            break;
        }
        let above = here.parent.as_deref().and_then(|key| index.get(key)).copied();
        let Some(parent) = above.and_then(|at| Some((at, archive.sessions().get(at as usize)?))) else { break };
        (found, here) = parent;
    }
    found
}

/// The session's own word, else that of its first request that names one.
fn provider_of<'a>(archive: &'a Archive, session: &'a Session) -> Option<&'a str> {
    let told = || archive.entries_of(session).iter().map(|entry| archive.provider_of(entry.record));
    session.part.provider.as_deref().filter(|name| !name.is_empty()).or_else(|| told().find(|name| !name.is_empty()))
}

/// What a source is looked at by.
struct SourceWork {
    /// Its events by part, each part's in order, and where each part's begin.
    events: Vec<u32>,
    starts: Vec<usize>,
    /// The ids of answers by event, in order of events.
    responses: Vec<(u32, u64)>,
    /// The facts' ids of the source's own strings; unknown yet where [`UNSEEN`].
    names: Vec<StrId>,
}

const UNSEEN: StrId = StrId(u32::MAX);

impl SourceWork {
    fn of(source: &SourceIndex) -> Self {
        let parts = source.parts.len();
        let mut starts = vec![0usize; parts + 1];
        for (_, event) in source.events.iter() {
            if let Some(count) = starts.get_mut(usize::from(event.part) + 1) {
                *count += 1;
            }
        }
        for part in 0..parts {
            starts[part + 1] += starts[part];
        }
        let mut next = starts.clone();
        let mut events = vec![0; starts.last().copied().unwrap_or(0)];
        for (number, event) in source.events.iter() {
            let Some(place) = next.get_mut(usize::from(event.part)).filter(|_| usize::from(event.part) < parts) else {
                continue;
            };
            if let Some(slot) = events.get_mut(*place) {
                *slot = number;
            }
            *place += 1;
        }
        let named = source.usage.iter().filter(|row| row.id.response != 0);
        let mut responses: Vec<(u32, u64)> = named.map(|row| (row.event, row.id.response)).collect();
        if !responses.is_sorted_by_key(|(event, _)| *event) {
            responses = sorted(responses, |(a, _), (b, _)| a.cmp(b));
        }
        Self { events, starts, responses, names: vec![UNSEEN; source.strings.texts().len() + 1] }
    }

    fn of_part(&self, part: u16) -> &[u32] {
        let at = |number: usize| self.starts.get(number).copied().unwrap_or(0);
        self.events.get(at(part.into())..at(usize::from(part) + 1)).unwrap_or_default()
    }
}

/// The id of a source's string among the facts' own.
fn name(names: &mut crate::model::Strings, known: &mut [StrId], source: &SourceIndex, id: StrId) -> StrId {
    match known.get_mut(id.0 as usize) {
        Some(slot) => {
            if *slot == UNSEEN {
                *slot = names.intern(source.strings.get(id));
            }
            *slot
        }
        None => StrId::NONE,
    }
}

struct Work<'a> {
    archive: &'a Archive,
    facts: Facts,
    walk: Walk,
    sources: Map<crate::model::SourceId, SourceWork>,
    /// Whether tools write files.
    edits: Map<StrId, bool>,
}

impl Work<'_> {
    fn session(&mut self, session: &Session, number: u32) -> SessionFacts {
        let part = &session.part;
        let mut intern = |text: Option<&str>| self.facts.names.intern(text.unwrap_or_default());
        let fact = |name: &str| part.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.as_str());
        let row = SessionFacts {
            kind: kind_of(session),
            agent: intern(Some(session.format)),
            provider: intern(provider_of(self.archive, session)),
            project: intern(Some(part.project.as_deref().filter(|name| !name.is_empty()).unwrap_or("unknown"))),
            branch: intern(fact("Branch")),
            started: part.started,
            is_automated: ["Originator", "Source"].into_iter().filter_map(fact).any(starts_programs),
            ..SessionFacts::default()
        };
        if row.kind == Kind::Uncounted {
            return row;
        }
        self.walk(session, number);
        self.row(session, number, row)
    }

    /// Goes through all events of a session.
    fn walk(&mut self, session: &Session, number: u32) {
        let Self { archive, facts, walk, sources, edits } = self;
        walk.clear();
        for place in &session.places {
            let Some(source) = archive.source(place.source) else { continue };
            let known = sources.entry(place.source).or_insert_with(|| SourceWork::of(source));
            let mut names = std::mem::take(&mut known.names);
            let mut last = (u32::MAX, 0);
            for event_number in known.of_part(place.part) {
                let Some(event) = source.events.get(*event_number) else { continue };
                // All events of a line belong to one answer.
                if event.line != last.0 {
                    last = (event.line, 0);
                }
                if let Ok(at) = known.responses.binary_search_by_key(event_number, |(event, _)| *event) {
                    last.1 = known.responses.get(at).map_or(0, |(_, response)| *response);
                }
                if is_repeated(&event) || session.flags_of(place.source, *event_number) != 0 {
                    continue;
                }
                let tool = name(&mut facts.names, &mut names, source, event.name);
                let model = name(&mut facts.names, &mut names, source, event.model);
                let asked = match event.kind {
                    EventKind::ToolCall => source.events.asked_of(*event_number),
                    _ => &[],
                };
                let mut writes =
                    || *edits.entry(tool).or_insert_with(|| tool_kind(facts.names.get(tool)) == ToolKind::Edit);
                let is_edit = asked.iter().any(|asked| asked.file != 0) && writes();
                let (response, source) = (last.1, place.source.0);
                walk.step(number, &Step { event, tool, model, response, asked, source, is_edit });
            }
            known.names = names;
        }
        let only_model = match session.part.models.as_slice() {
            [only] => facts.names.intern(only),
            _ => StrId::NONE,
        };
        walk.finish(only_model);
    }

    /// What the events come to.
    fn row(&mut self, session: &Session, number: u32, mut row: SessionFacts) -> SessionFacts {
        let Self { archive, facts, walk, .. } = self;
        let part = &session.part;
        row.started = part.started.or_else(|| walk.messages.iter().find_map(|message| message.at));
        row.total_ms = part.started.zip(part.ended).and_then(|(start, end)| u64::try_from(end.ms_since(start)).ok());
        row.slots.start = facts.slots.len() as u32;
        for message in &walk.messages {
            count(&mut row, message);
            slot(&mut facts.slots, row.slots.start as usize, message);
        }
        row.slots.end = facts.slots.len() as u32;
        row.calls = facts.calls.len() as u32..(facts.calls.len() + walk.calls.len()) as u32;
        facts.calls.extend_from_slice(&walk.calls);
        row.active_ms = active_ms(&walk.messages);
        row.first_response_ms = first_response(&walk.messages);
        cycles(&walk.messages, number, &mut facts.cycles);
        stretches(&walk.messages, number, &mut facts.stretches);
        row.is_automated &= row.prompts <= 1;
        let model = part.models.last().map_or("", String::as_str);
        let window = part.context_window.get();
        let priced = || archive.prices().context_window(part.provider.as_deref().unwrap_or(""), model);
        row.health = HealthFacts {
            peak: session.totals.peak_context.get(),
            window: window.or_else(priced),
            status: part.status,
            last_at: walk.health.last_at.max(part.ended),
            ..walk.health
        };
        row
    }

    /// The columns beside the archive's entries.
    fn entries(&mut self) {
        let Self { archive, facts, .. } = self;
        for (session, number) in archive.sessions().iter().zip(0u32..) {
            let started = facts.sessions.get(number as usize).and_then(|row| row.started);
            let mut last: (&str, StrId) = ("", StrId::NONE);
            // Models with tokens, in order of appearance.
            let mut known: Vec<StrId> = Vec::new();
            let first = facts.uses.len();
            for entry in archive.entries_of(session) {
                let model = model_of(archive, session, entry);
                if last.0 != model {
                    last = (model, facts.names.intern(model));
                }
                if entry.counts_tokens && !known.contains(&last.1) {
                    known.push(last.1);
                }
                let has_cache = entry.tokens.cache_read.is_recorded() || entry.tokens.cache_write.is_recorded();
                let is_cached = has_cache && entry.counts_tokens;
                facts.uses.push(Use {
                    used_at: entry.at.or(started),
                    saved: if is_cached { archive.saved_by_cache(entry, session) } else { None },
                    session: number,
                    model: last.1,
                    quarter: quarter_of(entry.at),
                    counts: entry.counts_tokens || entry.counts_cost,
                    is_cached,
                });
            }
            // A cost without tokens goes where the tokens are: it is no other model's.
            let own = facts.uses.get_mut(first..).unwrap_or_default();
            for (used, entry) in own.iter_mut().zip(archive.entries_of(session)) {
                if !entry.counts_tokens && !known.contains(&used.model) {
                    used.model = known.first().copied().unwrap_or(used.model);
                }
            }
        }
    }
}

/// Repeats another event, or was copied from another session.
fn is_repeated(event: &Event) -> bool {
    event.has(flags::ECHO) || event.has(flags::COPIED)
}

/// Words by which logs say that a program started a session (analytics.md §0 "Automated").
fn starts_programs(word: &str) -> bool {
    matches!(word, "exec" | "codex_exec" | "sdk" | "sdk-cli" | "sdk-ts" | "sdk-py" | "bg")
}

fn count(row: &mut SessionFacts, message: &Message) {
    row.prompts += u32::from(message.is_prompt);
    row.responses += u32::from(!message.is_prompt);
    row.with_tools += u32::from(message.has_tool);
    row.thinking += u32::from(message.has_thinking);
    row.untimed += u32::from(message.at.is_none());
}

/// Slots that a message is looked for in: times and models hardly ever go back further, and if they do the same slot
/// may stand there twice.
const NEAR_SLOTS: usize = 8;

/// Counts a message into its slot, one of its session's last.
fn slot(slots: &mut Vec<Slot>, first: usize, message: &Message) {
    let quarter = quarter_of(message.at);
    let first = first.max(slots.len().saturating_sub(NEAR_SLOTS));
    let own = slots.get(first..).unwrap_or_default();
    let place = own.iter().rposition(|slot| slot.quarter == quarter && slot.model == message.model);
    let place = place.map_or(slots.len(), |place| first + place);
    if place == slots.len() {
        slots.push(Slot { quarter, model: message.model, prompts: 0, responses: 0, with_tools: 0, thinking: 0 });
    }
    if let Some(slot) = slots.get_mut(place) {
        slot.prompts += u32::from(message.is_prompt);
        slot.responses += u32::from(!message.is_prompt);
        slot.with_tools += u32::from(message.has_tool);
        slot.thinking += u32::from(message.has_thinking);
    }
}

/// Milliseconds between consecutive messages that have times.
fn gaps(messages: &[Message]) -> impl Iterator<Item = (Timestamp, i64)> + '_ {
    let times = || messages.iter().filter_map(|message| message.at);
    times().zip(times().skip(1)).map(|(earlier, later)| (earlier, later.ms_since(earlier)))
}

pub fn active_ms(messages: &[Message]) -> u64 {
    gaps(messages).map(|(_, gap)| gap.clamp(0, LONGEST_GAP_MS) as u64).sum()
}

pub fn first_response(messages: &[Message]) -> Option<u64> {
    let prompt = messages.iter().position(|message| message.is_prompt && message.at.is_some())?;
    let answer = messages.get(prompt..)?.iter().find(|message| !message.is_prompt && message.at.is_some())?;
    Some(answer.at?.ms_since(messages.get(prompt)?.at?).max(0) as u64)
}

pub fn cycles(messages: &[Message], session: u32, found: &mut Vec<Cycle>) {
    for pair in messages.windows(2) {
        let [prompt, answer] = pair else { continue };
        let ms = prompt.at.zip(answer.at).map(|(asked, answered)| answered.ms_since(asked));
        if let (true, false, Some(ms @ 1..=LONGEST_CYCLE_MS)) = (prompt.is_prompt, answer.is_prompt, ms) {
            found.push(Cycle { ms: ms as u32, session });
        }
    }
}

pub fn stretches(messages: &[Message], session: u32, found: &mut Vec<Stretch>) {
    let mut times: Vec<i64> = messages.iter().filter_map(|message| Some(message.at?.ms())).collect();
    if !times.is_sorted() {
        times = sorted(times, Ord::cmp);
    }
    let first = found.len();
    for pair in times.windows(2) {
        let [from, next] = *pair else { continue };
        let until = next.min(from + LONGEST_GAP_MS);
        match found.last_mut().filter(|last| last.session == session && last.until == from) {
            Some(last) if last.until >= from => last.until = until,
            _ if until > from => found.push(Stretch { from, until, session }),
            _ => {}
        }
    }
    debug_assert!(found.get(first..).is_some_and(|own| own.iter().all(|stretch| stretch.from < stretch.until)));
}

/// Puts columns into the orders that panels read them in, once for all questions.
fn order(facts: &mut Facts, archive: &Archive) {
    let Facts { calls, cycles, stretches, uses, .. } = facts;
    // Keys beside the numbers, so that comparing reads no other memory.
    let timed = (0u32..).zip(&*calls).filter_map(|(at, call)| Some((call.tool, call.duration_ms?, at)));
    facts.timed_calls = sorted(timed.collect(), Ord::cmp).into_iter().map(|(.., at)| at).collect();
    *cycles = sorted(std::mem::take(cycles), |a, b| (a.ms, a.session).cmp(&(b.ms, b.session)));
    *stretches =
        sorted(std::mem::take(stretches), |a, b| (a.from, a.until, a.session).cmp(&(b.from, b.until, b.session)));
    let ends = (0u32..).zip(&*stretches).map(|(at, stretch)| (stretch.until, at));
    facts.by_end = sorted(ends.collect(), Ord::cmp).into_iter().map(|(_, at)| at).collect();
    let known = (0u32..).zip(&*uses).filter(|(_, used)| used.quarter != NO_QUARTER);
    let known = known.filter_map(|(at, _)| Some((archive.entries().get(at as usize)?.at?, at)));
    facts.by_time = sorted(known.collect(), Ord::cmp).into_iter().map(|(_, at)| at).collect();
}
