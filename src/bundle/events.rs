//! The columns of a source that grow with its lines: events, usage rows, running totals. Each cell is written as what it
//! differs by from what its neighbours let expect.

use super::wire::{COLUMNS, Wire, after, folded, since, unfolded};
use crate::model::{
    Asked, Counter, Event, EventKind, EventRows, Exclusion, Finality, Money, NO_LINK, Reported, RequestId,
    RunningCount, Scope, Span, StrId, Timestamp, TokenSet, UsageRow,
};

/// Columns of usage rows and of events.
mod column {
    pub const EVENT: usize = 0;
    pub const USAGE_PART: usize = 1;
    pub const SCOPE: usize = 2;
    pub const FINALITY: usize = 3;
    pub const BITS: usize = 4;
    pub const EXCLUSION: usize = 5;
    pub const RANK: usize = 6;
    pub const HINTS: usize = 7;
    pub const SEARCHES: usize = 8;
    pub const RESPONSE: usize = 9;
    pub const REQUEST: usize = 10;
    pub const USAGE_MODEL: usize = 11;
    pub const PROVIDER: usize = 12;
    pub const LABEL: usize = 13;
    pub const IS_OTHER: usize = 14;
    /// And five more.
    pub const TOKENS: usize = 15;
    pub const COST: usize = 21;
    /// Unit and difference, each.
    pub const USAGE_TIME: usize = 22;
    pub const KIND: usize = 24;
    pub const FLAGS: usize = 25;
    pub const PART: usize = 26;
    pub const BLOCK: usize = 27;
    pub const UNIT: usize = 28;
    pub const DURATION: usize = 29;
    pub const LINE: usize = 30;
    pub const CONTEXT: usize = 31;
    pub const OUTPUT: usize = 32;
    /// From here on a column for each kind of event: what is of one kind is alike.
    pub const TIME: usize = 33;
    pub const NAME: usize = 53;
    pub const MODEL: usize = 73;
    pub const LINK: usize = 93;
    pub const ASKED: usize = 113;
    pub const INPUT: usize = 114;
    pub const FILE: usize = 115;
}

const _: () = assert!(column::FILE < COLUMNS && EventKind::ALL.len() <= 20);

const SCOPES: [Scope; 3] = [Scope::Request, Scope::Turn, Scope::Aggregate];
const FINALITIES: [Finality; 3] = [Finality::Final, Finality::Partial, Finality::Unknown];
const EXCLUSIONS: [Option<Exclusion>; 3] = [None, Some(Exclusion::NotARequest), Some(Exclusion::Replayed)];

fn time(wire: &mut Wire, [unit, difference]: [usize; 2], at: Option<Timestamp>, last: &mut i64) -> Option<Timestamp> {
    let [mut known_unit, mut known] = since(at, &mut last.clone());
    wire.cell(unit, &mut known_unit);
    wire.cell(difference, &mut known);
    after([known_unit, known], last)
}

fn from_zero(value: Option<u64>) -> u64 {
    value.map_or(0, |value| value.saturating_add(1))
}

fn to_zero(cell: u64) -> Option<u64> {
    cell.checked_sub(1)
}

fn narrow(cell: u64) -> Option<u32> {
    to_zero(cell).map(|value| value as u32)
}

/// A cell as its difference from what is expected.
fn near(wire: &mut Wire, column: usize, value: u64, expected: u64) -> u64 {
    let mut cell = folded(value.wrapping_sub(expected) as i64);
    wire.cell(column, &mut cell);
    (unfolded(cell) as u64).wrapping_add(expected)
}

/// A cell as it is.
fn plain(wire: &mut Wire, column: usize, mut value: u64) -> u64 {
    wire.cell(column, &mut value);
    value
}

/// One of a list that both ends know.
fn one_of<T: Copy + PartialEq>(wire: &mut Wire, column: usize, value: T, all: &[T]) -> T {
    let place = all.iter().position(|known| *known == value).unwrap_or(0);
    all.get(plain(wire, column, place as u64) as usize).copied().unwrap_or(value)
}

/// The kinds of a source's events, which tell what to expect of all else.
pub fn kinds(wire: &mut Wire, events: &EventRows) -> Vec<EventKind> {
    let mut kinds = Vec::new();
    for index in 0..wire.rows(column::KIND, events.len()) as u32 {
        let known = events.get(index).map_or(0, |event| event.kind as u64);
        match EventKind::from_number(plain(wire, column::KIND, known) as u8) {
            Some(kind) => kinds.push(kind),
            None => {
                wire.break_off();
                break;
            }
        }
    }
    kinds
}

/// What the usage rows of so many events let expect of each: prompt and output tokens, as its cells hold them. Further
/// rows of the same request are no news.
fn expected_of(usage: &[UsageRow], events: usize) -> Vec<[u64; 2]> {
    let mut expected = vec![[0; 2]; events];
    let mut last = None;
    for row in usage {
        let is_news = last.replace(row.id) != Some(row.id) || row.id == RequestId::default();
        if let Some(cells) = expected.get_mut(row.event as usize).filter(|_| is_news) {
            *cells = [row.tokens.context(), row.tokens.output].map(|count| from_zero(count.get()));
        }
    }
    expected
}

/// Events, after the usage rows that tell their tokens. Where their lines stand is left out: nobody asks before the log is
/// here, and that tells it ([`crate::archive::Archive::place_lines`]). `started` is about when the first one was.
pub fn events(wire: &mut Wire, events: &mut EventRows, kinds: &[EventKind], usage: &[UsageRow], started: i64) {
    let expected = expected_of(usage, kinds.len());
    let (mut line, mut last) = (0, started);
    for ((index, kind), [context, output]) in (0..).zip(kinds).zip(expected) {
        let known = events.get(index).unwrap_or_else(|| Event::new(*kind, 0, Span::default(), 0));
        let of_kind = |column: usize| column + *kind as usize;
        let link = (known.link != NO_LINK).then(|| folded(i64::from(known.link) - i64::from(index)));
        let link = to_zero(plain(wire, of_kind(column::LINK), from_zero(link)));
        let link = link.map_or(NO_LINK, |link| unfolded(link).wrapping_add(index.into()) as u32);
        // A result is called like its call.
        let called = if link < index { events.name(link).0.into() } else { 0 };
        let event = Event {
            kind: *kind,
            flags: plain(wire, column::FLAGS, known.flags.into()) as u8,
            part: plain(wire, column::PART, known.part.into()) as u16,
            block: plain(wire, column::BLOCK, known.block.into()) as u16,
            at: time(wire, [column::UNIT, of_kind(column::TIME)], known.at, &mut last),
            duration_ms: known.duration_ms,
            span: known.span,
            line: near(wire, column::LINE, known.line.into(), line) as u32,
            name: StrId(near(wire, of_kind(column::NAME), known.name.0.into(), called) as u32),
            model: StrId(plain(wire, of_kind(column::MODEL), known.model.0.into()) as u32),
            link,
            context: narrow(near(wire, column::CONTEXT, from_zero(known.context.map(u64::from)), context)),
            output: narrow(near(wire, column::OUTPUT, from_zero(known.output.map(u64::from)), output)),
        };
        line = event.line.into();
        if wire.is_reading() {
            events.push(event);
        }
    }
    durations(wire, events);
}

/// What calls were asked: of each call, and mostly nothing that was asked before.
pub fn asked(wire: &mut Wire, events: &mut EventRows, kinds: &[EventKind]) {
    let all = if wire.is_reading() { Vec::new() } else { events.asked().to_vec() };
    let (mut next, mut most) = (0u64, 0u64);
    for row in 0..wire.rows(column::ASKED, all.len()) {
        let known = all.get(row).copied().unwrap_or_default();
        let rest = kinds.get(next as usize..).unwrap_or_default();
        let call = rest.iter().position(|kind| *kind == EventKind::ToolCall).unwrap_or(0) as u64;
        let call = next.wrapping_add(call);
        let event = near(wire, column::ASKED, known.event.into(), call);
        let input = near(wire, column::INPUT, known.input.into(), most.wrapping_add(1));
        let file = plain(wire, column::FILE, known.file.into());
        (next, most) = (event.wrapping_add(1), most.max(input));
        if wire.is_reading() {
            events.push_asked(Asked { event: event as u32, input: input as u32, file: file as u32 });
        }
    }
}

/// How long events took: mostly until their answer came, whose result stands in another line.
fn durations(wire: &mut Wire, events: &mut EventRows) {
    for index in 0..events.len() as u32 {
        let linked = events.at(events.link(index));
        let took = events.at(index).zip(linked).and_then(|(from, to)| u64::try_from(to.ms_since(from)).ok());
        let known = from_zero(events.duration_ms(index).map(u64::from));
        let duration = narrow(near(wire, column::DURATION, known, from_zero(took)));
        if let Some(duration) = duration.filter(|_| wire.is_reading()) {
            events.set_duration(index, duration);
        }
    }
}

fn tokens(set: &TokenSet) -> [u64; 6] {
    let TokenSet { input_uncached, cache_read, cache_write, cache_write_1h, output, reasoning } = *set;
    [input_uncached, cache_read, cache_write, cache_write_1h, output, reasoning].map(|field| from_zero(field.get()))
}

/// What the row before lets expect of the tokens of a row of another request: a prompt whose cached part is all that was
/// cached so far.
fn expected_tokens(before: &[u64; 6]) -> [u64; 6] {
    [0, before[1].saturating_add(before[2].saturating_sub(1)), 0, before[3].min(1), 0, before[5].min(1)]
}

/// The next event that a model call can have told its usage with.
fn expected_event(kinds: &[EventKind], from: usize) -> u64 {
    let is_answer = |kind: &EventKind| matches!(kind, EventKind::Response | EventKind::Thinking | EventKind::ToolCall);
    let next = kinds.get(from..).and_then(|rest| rest.iter().position(is_answer));
    next.map_or(0, |next| (from + next) as u64)
}

/// The highest numbers of answers and requests so far, over all sources: what is new is one more.
pub type Most = RequestId;

/// The rows without their times, with `numbers` in place of the hashes that name their requests, one for each row.
pub fn usage(wire: &mut Wire, usage: &mut Vec<UsageRow>, numbers: &[RequestId], kinds: &[EventKind], most: &mut Most) {
    let (mut id, mut before, mut next, mut last_event) = (RequestId::default(), [0; 6], 0, u64::MAX);
    let rows = wire.rows(column::EVENT, usage.len());
    usage.reserve_exact(rows.saturating_sub(usage.len()));
    for index in 0..rows {
        let mut known = usage.get(index).cloned().unwrap_or_else(|| UsageRow::new(0, 0, Scope::Request));
        known.id = numbers.get(index).copied().unwrap_or_default();
        let event = near(wire, column::EVENT, known.event.into(), expected_event(kinds, next));
        // Parts of one answer stand next to each other.
        let is_next = index > 0 && event <= last_event.wrapping_add(1);
        (next, last_event) = (event.saturating_add(1) as usize, event);
        let last = id;
        id = number(wire, known.id, last, is_next, index > 0, most);
        let row = UsageRow {
            event: event as u32,
            part: plain(wire, column::USAGE_PART, known.part.into()) as u16,
            scope: one_of(wire, column::SCOPE, known.scope, &SCOPES),
            finality: one_of(wire, column::FINALITY, known.finality, &FINALITIES),
            exclusion: one_of(wire, column::EXCLUSION, known.exclusion, &EXCLUSIONS),
            rank: plain(wire, column::RANK, known.rank.into()) as u8,
            hints: plain(wire, column::HINTS, known.hints.into()) as u8,
            web_searches: plain(wire, column::SEARCHES, known.web_searches.into()) as u16,
            id,
            model: StrId(plain(wire, column::USAGE_MODEL, known.model.0.into()) as u32),
            provider: StrId(plain(wire, column::PROVIDER, known.provider.0.into()) as u32),
            label: StrId(plain(wire, column::LABEL, known.label.0.into()) as u32),
            ..known
        };
        let bits = plain(wire, column::BITS, u64::from(row.is_side) | u64::from(row.is_clamped) << 1);
        before = told(wire, tokens(&row.tokens), before, last == id);
        let cost = row.cost.get().map(|cost| folded(cost.pico()));
        let cost = to_zero(plain(wire, column::COST, from_zero(cost)));
        if wire.is_broken() {
            return;
        }
        if wire.is_reading() {
            let [input_uncached, cache_read, cache_write, cache_write_1h, output, reasoning] =
                before.map(|cell| Reported::from(to_zero(cell)));
            usage.push(UsageRow {
                is_side: bits & 1 != 0,
                is_clamped: bits & 2 != 0,
                tokens: TokenSet { input_uncached, cache_read, cache_write, cache_write_1h, output, reasoning },
                cost: cost.map(|pico| Money::from_pico(unfolded(pico))).into(),
                ..row
            });
        }
    }
}

/// The numbers that name a request: those of the row before, or new ones.
fn number(
    wire: &mut Wire,
    known: RequestId,
    last: RequestId,
    is_next: bool,
    is_later: bool,
    most: &mut Most,
) -> RequestId {
    let expected = match is_later && (is_next || last.response == 0) {
        true => last.response,
        false => most.response.wrapping_add(1),
    };
    let response = near(wire, column::RESPONSE, known.response, expected);
    let is_new = response > most.response;
    let expected = if is_new && (last.request != 0 || !is_later) { most.request.wrapping_add(1) } else { last.request };
    let request = near(wire, column::REQUEST, known.request, expected);
    *most = RequestId { response: response.max(most.response), request: request.max(most.request) };
    RequestId { response, request }
}

/// The tokens of a row: those of the row before where it tells of the same request.
fn told(wire: &mut Wire, cells: [u64; 6], before: [u64; 6], is_same: bool) -> [u64; 6] {
    let is_as_expected = plain(wire, column::IS_OTHER, u64::from((cells == before) != is_same)) == 0;
    if is_as_expected == is_same {
        return before;
    }
    let expected = expected_tokens(&before);
    std::array::from_fn(|field| near(wire, column::TOKENS + field, cells[field], expected[field]))
}

/// The times of usage rows, which mostly are those of their events.
pub fn usage_times(wire: &mut Wire, usage: &mut [UsageRow], events: &EventRows) {
    for row in usage {
        let mut last = events.at(row.event).map_or(0, Timestamp::nanos);
        row.at = time(wire, [column::USAGE_TIME, column::USAGE_TIME + 1], row.at, &mut last);
    }
}

fn counter(wire: &mut Wire, counter: &mut Option<Counter>) {
    wire.maybe(counter, &mut |wire, counter| {
        let Counter { input, cached, cache_write, output, reasoning, total } = counter;
        for field in [input, cached, cache_write, output, reasoning, total] {
            wire.maybe(field, &mut |wire, number| wire.number(number));
        }
    });
}

fn no_count() -> RunningCount {
    RunningCount {
        event: 0,
        item: 0,
        part: 0,
        at: None,
        model: StrId::NONE,
        lane: StrId::NONE,
        info: 0,
        total: None,
        last: None,
    }
}

/// Running totals, with a number in place of the hash of each, which `number_of` tells while writing.
pub fn running(wire: &mut Wire, counts: &mut Vec<RunningCount>, number_of: &mut dyn FnMut(u64) -> u64) {
    wire.list(counts, no_count, &mut |wire, count| {
        let RunningCount { event, item, part, at, model, lane, info, total, last } = count;
        wire.small(event);
        wire.small(item);
        wire.small(part);
        wire.time(at);
        wire.small(&mut model.0);
        wire.small(&mut lane.0);
        let mut number = if wire.is_reading() { 0 } else { number_of(*info) };
        wire.number(&mut number);
        if wire.is_reading() {
            *info = number;
        }
        counter(wire, total);
        counter(wire, last);
    });
}
