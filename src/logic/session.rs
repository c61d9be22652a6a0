//! The open session: its events as a track for the page, and the lines behind them.

use super::track::{Mark, Track, event_key, is_step, ms_of, whole_ms};
use crate::archive::{Archive, Place, Session};
use crate::model::{Event, EventKind, Fact, Map, NO_LINK, Reported, Scope, SourceId, SourceIndex, sorted};

/// A line behind an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineOf {
    pub source: SourceId,
    pub format: &'static str,
    pub event: Event,
}

/// An event of a session and the source that holds it.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    pub id: SourceId,
    pub source: &'a SourceIndex,
    /// Its index in the source.
    pub index: u32,
    pub event: Event,
}

/// The events of a session in order, part after part. The number of an event in the result names it everywhere.
pub(super) fn events<'a>(archive: &'a Archive, session: &'a Session) -> impl Iterator<Item = Found<'a>> + 'a {
    session.places.iter().flat_map(|place| events_of(archive, *place))
}

/// The events of one part of a source, in file order.
pub fn events_of(archive: &Archive, place: Place) -> impl Iterator<Item = Found<'_>> {
    let source = archive.source(place.source).into_iter();
    source.flat_map(move |source| {
        let own = source.events.iter().filter(move |(_, event)| event.part == place.part);
        own.map(move |(index, event)| Found { id: place.source, source, index, event })
    })
}

/// The events of a session in order, each with the key that links name it by ([`Track::key`]).
pub fn keyed_events<'a>(archive: &'a Archive, session: &'a Session) -> impl Iterator<Item = (Found<'a>, String)> + 'a {
    keyed_of(archive, session, |_| true)
}

/// As [`keyed_events`], those that are wanted: to write all keys takes time.
pub fn keyed_of<'a>(
    archive: &'a Archive,
    session: &'a Session,
    is_wanted: impl Fn(&Found<'_>) -> bool + 'a,
) -> impl Iterator<Item = (Found<'a>, String)> + 'a {
    let mut seen: Map<(EventKind, Option<i64>), usize> = Map::default();
    events(archive, session).filter_map(move |found| {
        let at = found.event.at.map(|at| whole_ms(ms_of(at)));
        let nth = seen.entry((found.event.kind, at)).or_default();
        *nth += 1;
        is_wanted(&found).then(|| (found, event_key(found.event.kind, at, *nth - 1)))
    })
}

/// What the page draws from; `None` when there is no such session.
pub fn track(archive: &Archive, key: &str) -> Option<Track> {
    let session = archive.session(key)?;
    let (mut marks, names, requests) = marks(archive, session);
    let requests = at_steps(&mut marks, &requests);
    Some(Track::new(marks, names.texts).with_requests(requests))
}

/// The steps at which the requests of a session count, by their events in the sources.
pub(super) fn request_steps(archive: &Archive, session: &Session) -> Vec<(SourceEvent, u32)> {
    let (marks, _, requests) = marks(archive, session);
    let places = places(&marks, &requests);
    requests.iter().zip(places).map(|(request, place)| (request.event, place)).collect()
}

/// A request that counts, on its way to its step.
struct Request {
    /// Its event in the track.
    at: u32,
    event: SourceEvent,
    used: Used,
}

/// An event by its source and its index there.
type SourceEvent = (SourceId, u32);

/// The events as the log tells them, and which of them are requests that count.
fn marks(archive: &Archive, session: &Session) -> (Vec<Mark>, Names, Vec<Request>) {
    let used = requests_by_event(archive, session);
    let mut names = Names::default();
    let mut marks = Vec::new();
    let mut requests = Vec::new();
    for Found { id, source, index, event } in events(archive, session) {
        let name = names.number(id, event.name.0, source.strings.get(event.name));
        let request = |used: &Used| Request { at: marks.len() as u32, event: (id, index), used: *used };
        requests.extend(used.get(&(id, index)).map(request));
        marks.push(Mark {
            kind: event.kind,
            flags: event.flags | session.flags_of(id, index),
            at_ms: event.at.map(ms_of),
            duration_ms: event.duration_ms,
            context: event.context,
            output: event.output,
            name,
        });
    }
    (marks, names, requests)
}

/// So far before a line of counts its step is looked for.
const NEAR: usize = 64;

/// Puts what requests used where their steps are, and answers these events. Where requests are told apart, no other
/// event has tokens.
fn at_steps(marks: &mut [Mark], requests: &[Request]) -> Vec<u32> {
    if requests.is_empty() {
        return Vec::new();
    }
    let places = places(marks, requests);
    marks.iter_mut().for_each(|mark| (mark.context, mark.output) = (None, None));
    for (place, request) in places.iter().zip(requests) {
        let mark = &mut marks[*place as usize];
        (mark.context, mark.output) = request.used;
    }
    sorted(places, Ord::cmp)
}

/// The step of each request. Counts may stand in a line of their own, and then the decoder has told the step before it
/// what it used.
fn places(marks: &[Mark], requests: &[Request]) -> Vec<u32> {
    let mut is_taken = vec![false; marks.len()];
    let place_of = |request: &Request| {
        let (at, used) = (request.at as usize, request.used);
        let is_its_step = |place: &usize| (marks[*place].context, marks[*place].output) == used && !is_taken[*place];
        let is_apart = used != (None, None) && !is_step(&marks[at]);
        let step = (at.saturating_sub(NEAR)..at).rev().find(|place| is_apart && is_its_step(place));
        let place = step.unwrap_or(at);
        is_taken[place] = true;
        place as u32
    };
    requests.iter().map(place_of).collect()
}

/// The different names of a track's events; the first is none.
struct Names {
    texts: Vec<String>,
    /// By source and the number of the text there.
    numbers: Map<(SourceId, u32), u16>,
}

impl Default for Names {
    fn default() -> Self {
        Self { texts: vec![String::new()], numbers: Map::default() }
    }
}

impl Names {
    fn number(&mut self, source: SourceId, id: u32, text: &str) -> u16 {
        let Self { texts, numbers } = self;
        let mut add = || {
            let known = texts.iter().position(|known| known == text).unwrap_or_else(|| {
                texts.push(text.to_owned());
                texts.len() - 1
            });
            // Past 65,535 different names the rest stays nameless.
            u16::try_from(known).unwrap_or(0)
        };
        *numbers.entry((source, id)).or_insert_with(&mut add)
    }
}

type Used = (Option<u32>, Option<u32>);

/// Prompt size and generated tokens of the requests that count, at the steps where they appeared first.
fn requests_by_event(archive: &Archive, session: &Session) -> Map<SourceEvent, Used> {
    let small = |value: Reported<u64>| value.get().map(|value| u32::try_from(value).unwrap_or(u32::MAX));
    let requests = archive.entries_of(session).iter().filter(|entry| entry.scope == Scope::Request);
    requests
        .map(|entry| {
            let used = (small(entry.tokens.context()), small(entry.tokens.output));
            ((entry.at_place.source, entry.event), used)
        })
        .collect()
}

/// The largest prompt that the model of a session takes: as its log says, else as the price table does.
pub fn context_window(archive: &Archive, session: &Session) -> Option<u64> {
    let part = &session.part;
    let provider = part.provider.as_deref().unwrap_or_default();
    let known = || archive.prices().context_window(provider, part.models.first()?);
    part.context_window.get().or_else(known)
}

/// The lines that hold events, for each of them its own, and for a call those with its result. One pass over the session,
/// however many are asked for.
pub fn lines_of(archive: &Archive, key: &str, numbers: &[u32]) -> Vec<Vec<LineOf>> {
    let mut found = vec![Vec::new(); numbers.len()];
    let Some(session) = archive.session(key) else { return found };
    let Some(last) = numbers.iter().max() else { return found };
    for (number, at) in (0..=*last).zip(events(archive, session)) {
        for (slot, _) in found.iter_mut().zip(numbers).filter(|(_, wanted)| **wanted == number) {
            *slot = lines_with(session.format, &at);
        }
    }
    found
}

/// The line of an event, and for a call those with its result.
pub(super) fn lines_with(format: &'static str, at: &Found<'_>) -> Vec<LineOf> {
    let Found { id, source, event, index } = *at;
    let is_answered = event.kind == EventKind::ToolCall && event.link != NO_LINK;
    let result = is_answered.then(|| source.events.get(event.link)).flatten();
    // A second line that tells of the result stands soon after the call.
    let near = (index.saturating_add(1)..index.saturating_add(NEAR as u32)).filter(|_| is_answered);
    // All of an event is put together only where the link is the right one: this is done for each call of a session.
    let near = near.filter(|near| *near != event.link && source.events.link(*near) == index);
    let more = near.filter_map(|near| source.events.get(near)).filter(|other| other.kind == EventKind::ToolResult);
    std::iter::once(event).chain(result).chain(more).map(|event| LineOf { source: id, format, event }).collect()
}

/// The events whose lines tell about the whole run.
pub fn summary_events(track: &Track) -> Vec<u32> {
    let of = |kind: EventKind| {
        (0..track.len() as u32).filter(move |number| track.get(*number).is_some_and(|m| m.kind == kind))
    };
    of(EventKind::SessionStart).take(1).chain(of(EventKind::SessionEnd).next_back()).collect()
}

/// How it is said that a source counts nothing (others.md §9).
pub const ONLY_ZEROS: &str = "0 (source reports only zeros)";
/// Facts that say what no sum of tokens or costs holds.
const BESIDE_SUMS: [&str; 3] = ["Tokens", "Unattributed", "Credits"];

/// What the log says of the whole run, and what is odd about its numbers.
pub fn facts(session: &Session) -> Vec<Fact> {
    let zeros = session.totals.has_only_zeros().then(|| Fact::new("Tokens", ONLY_ZEROS));
    session.part.facts.iter().cloned().chain(zeros).collect()
}

/// Whether a fact of a session belongs beside its sums.
pub fn is_beside_sums(fact: &Fact) -> bool {
    BESIDE_SUMS.contains(&fact.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::made::{answer, archive, event, part, source};

    fn used(track: &Track) -> Vec<(u32, Used)> {
        let of = |number: &u32| track.get(*number).map(|mark| (*number, (mark.context, mark.output)));
        track.requests().iter().filter_map(of).collect()
    }

    #[test]
    fn requests_stand_at_their_steps_and_nothing_else_has_tokens() {
        let mut made = source("a.jsonl");
        part(&mut made, "a");
        answer(&mut made, Some(10), Some(2));
        let again = event(&mut made, EventKind::Response, None);
        made.events.set_tokens(again, Some(10), Some(2));
        answer(&mut made, None, None);
        let archive = archive([made]);
        let track = track(&archive, "a").expect("it is there");
        assert_eq!(used(&track), [(0, (Some(10), Some(2))), (2, (None, None))]);
        assert_eq!(track.get(again).map(|mark| (mark.context, mark.output)), Some((None, None)));
        assert_eq!([0, 1, 2].map(|number| track.is_request(number)), [true, false, true]);
    }

    /// Logs may write what a step used in a line of its own.
    #[test]
    fn counts_in_a_line_of_their_own_belong_to_the_step_before() {
        let mut made = source("b.jsonl");
        part(&mut made, "b");
        let call = event(&mut made, EventKind::ToolCall, None);
        made.events.set_tokens(call, Some(7), Some(3));
        answer(&mut made, Some(7), Some(3));
        let counts = made.usage[0].event;
        made.events.set_kind(counts, EventKind::Usage);
        let archive = archive([made]);
        let track = track(&archive, "b").expect("it is there");
        assert_eq!(used(&track), [(call, (Some(7), Some(3)))]);
    }

    #[test]
    fn where_no_request_is_told_apart_answers_are_what_the_log_says() {
        let mut made = source("c.jsonl");
        part(&mut made, "c");
        let said = event(&mut made, EventKind::Response, None);
        made.events.set_tokens(said, Some(5), None);
        let archive = archive([made]);
        let track = track(&archive, "c").expect("it is there");
        assert_eq!((track.requests(), track.is_request(said)), (&[][..], true));
        assert_eq!(track.get(said).and_then(|mark| mark.context), Some(5));
    }
}
