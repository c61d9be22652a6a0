//! The columns of a source that grow with its lines: events, usage rows, running totals. Each cell is written as what it
//! differs by from what its neighbours let expect.

use super::wire::{Table, Wire, folded, unfolded};
use crate::model::{
    Counter, Event, EventColumns, EventKind, Exclusion, Finality, Map, Money, NO_LINK, Reported, RequestId,
    RunningCount, Scope, Span, StrId, Timestamp, TokenSet, UsageRow,
};

const EVENTS: Table = Table(1);
const USAGE: Table = Table(14);
const USAGE_TIMES: Table = Table(35);

const NANOS_A_MS: i64 = 1_000_000;
const SCOPES: [Scope; 3] = [Scope::Request, Scope::Turn, Scope::Aggregate];
const FINALITIES: [Finality; 3] = [Finality::Final, Finality::Partial, Finality::Unknown];
const EXCLUSIONS: [Option<Exclusion>; 3] = [None, Some(Exclusion::NotARequest), Some(Exclusion::Replayed)];

/// A time as unit and difference: 0 is no time, 1 counts milliseconds, 2 nanoseconds.
fn since(at: Option<Timestamp>, last: &mut i64) -> [u64; 2] {
    let Some(at) = at.map(Timestamp::nanos) else { return [0, 0] };
    let difference = at.wrapping_sub(std::mem::replace(last, at));
    match difference % NANOS_A_MS {
        0 => [1, folded(difference / NANOS_A_MS)],
        _ => [2, folded(difference)],
    }
}

/// The inverse of [`since`].
fn after([unit, difference]: [u64; 2], last: &mut i64) -> Option<Timestamp> {
    let difference = match unit {
        0 => return None,
        1 => unfolded(difference).wrapping_mul(NANOS_A_MS),
        _ => unfolded(difference),
    };
    *last = last.wrapping_add(difference);
    Some(Timestamp::from_nanos(*last))
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

fn difference(a: u64, b: u64) -> u64 {
    folded(a.wrapping_sub(b) as i64)
}

fn sum(cell: u64, b: u64) -> u64 {
    (unfolded(cell) as u64).wrapping_add(b)
}

/// What the usage row of an event lets expect of it: prompt and output tokens, as its cells hold them. Further rows of
/// the same request are no news.
type Expected = Map<u32, [u64; 2]>;

fn expected_of(usage: &[UsageRow]) -> Expected {
    let cells = |row: &UsageRow| [row.tokens.context(), row.tokens.output].map(|count| from_zero(count.get()));
    let mut last = None;
    let mut is_news = |row: &&UsageRow| last.replace(row.id) != Some(row.id) || row.id == RequestId::default();
    usage.iter().filter(|row| is_news(row)).map(|row| (row.event, cells(row))).collect()
}

/// How long an event took if it ended when its answer came: its result stands in another line.
fn expected_duration(at: &[Option<Timestamp>], index: usize, link: u32) -> u64 {
    let linked = || at.get(link as usize).copied().flatten();
    let took = at.get(index).copied().flatten().zip(linked()).map(|(from, to)| to.ms_since(from));
    from_zero(took.and_then(|ms| u64::try_from(ms).ok()))
}

/// Events, after the usage rows that tell their tokens. Where their lines stand is left out: nobody asks before the log is
/// here, and that tells it ([`crate::archive::Archive::place_lines`]).
pub fn events(wire: &mut Wire, events: &mut EventColumns, usage: &[UsageRow]) {
    let expected = expected_of(usage);
    let tokens_of = |index: u32| expected.get(&index).copied().unwrap_or_default();
    let mut rows = if wire.is_reading() { Vec::new() } else { event_rows(events, &tokens_of) };
    wire.table(EVENTS, &mut rows);
    if wire.is_reading() {
        read_events(wire, &rows, events, &tokens_of);
    }
}

fn event_rows(events: &EventColumns, tokens_of: &dyn Fn(u32) -> [u64; 2]) -> Vec<[u64; 13]> {
    let mut rows = Vec::with_capacity(events.len());
    let (mut line, mut last) = (0, 0);
    let times: Vec<Option<Timestamp>> = events.iter().map(|(_, event)| event.at).collect();
    for (index, event) in events.iter() {
        let [unit, time] = since(event.at, &mut last);
        let link = (event.link != NO_LINK).then(|| difference(event.link.into(), index.into()));
        let [context, output] = tokens_of(index);
        let took = expected_duration(&times, index as usize, event.link);
        rows.push([
            event.kind as u64,
            event.flags.into(),
            event.part.into(),
            event.block.into(),
            unit,
            time,
            difference(from_zero(event.duration_ms.map(u64::from)), took),
            difference(event.line.into(), line),
            event.name.0.into(),
            event.model.0.into(),
            from_zero(link),
            difference(from_zero(event.context.map(u64::from)), context),
            difference(from_zero(event.output.map(u64::from)), output),
        ]);
        line = event.line.into();
    }
    rows
}

fn read_events(wire: &mut Wire, rows: &[[u64; 13]], events: &mut EventColumns, tokens_of: &dyn Fn(u32) -> [u64; 2]) {
    let mut last = 0;
    let times: Vec<Option<Timestamp>> = rows.iter().map(|row| after([row[4], row[5]], &mut last)).collect();
    let mut last_line = 0;
    for (row, index) in rows.iter().zip(0u32..) {
        let [kind, flags, part, block, _, _, duration, line, name, model, link, context, output] = *row;
        let Some(kind) = EventKind::from_number(kind as u8) else { return wire.break_off() };
        let line = sum(line, last_line) as u32;
        let link = to_zero(link).map_or(NO_LINK, |link| sum(link, index.into()) as u32);
        let [known_context, known_output] = tokens_of(index);
        let event = Event {
            kind,
            flags: flags as u8,
            part: part as u16,
            block: block as u16,
            at: times.get(index as usize).copied().flatten(),
            duration_ms: narrow(sum(duration, expected_duration(&times, index as usize, link))),
            span: Span::default(),
            line,
            name: StrId(name as u32),
            model: StrId(model as u32),
            link,
            context: narrow(sum(context, known_context)),
            output: narrow(sum(output, known_output)),
        };
        events.push(event);
        last_line = line.into();
    }
}

fn tokens(set: &TokenSet) -> [u64; 6] {
    let TokenSet { input_uncached, cache_read, cache_write, cache_write_1h, output, reasoning } = *set;
    [input_uncached, cache_read, cache_write, cache_write_1h, output, reasoning].map(|field| from_zero(field.get()))
}

/// What the row before lets expect of the tokens of a row: the same where it tells of the same request; else a prompt
/// whose cached part is all that was cached so far.
fn expected_tokens(before: &[u64; 6], is_same: bool) -> [u64; 6] {
    match is_same {
        true => *before,
        false => [0, before[1].saturating_add(before[2].saturating_sub(1)), 0, 0, 0, 0],
    }
}

/// The rows without their times, with `numbers` in place of the hashes that name their requests, one for each row.
pub fn usage(wire: &mut Wire, usage: &mut Vec<UsageRow>, numbers: &[RequestId]) {
    let mut rows = if wire.is_reading() { Vec::new() } else { usage_rows(usage, numbers) };
    wire.table(USAGE, &mut rows);
    if wire.is_reading() {
        usage.extend(read_usage(&rows));
    }
}

fn usage_rows(usage: &[UsageRow], numbers: &[RequestId]) -> Vec<[u64; 21]> {
    let mut rows = Vec::with_capacity(usage.len());
    let (mut event, mut id, mut before) = (0, RequestId::default(), [0; 6]);
    for (row, number) in usage.iter().zip(numbers) {
        let place = |known: Option<usize>| known.unwrap_or(0) as u64;
        let cells = tokens(&row.tokens);
        let expected = expected_tokens(&before, *number == id);
        let [input, read, write, hour, output, reasoning]: [u64; 6] =
            std::array::from_fn(|field| difference(cells[field], expected[field]));
        let cost = row.cost.get().map(|cost| folded(cost.pico()));
        rows.push([
            difference(row.event.into(), event),
            row.part.into(),
            place(SCOPES.iter().position(|known| *known == row.scope)),
            place(FINALITIES.iter().position(|known| *known == row.finality)),
            u64::from(row.is_side) | u64::from(row.is_clamped) << 1,
            place(EXCLUSIONS.iter().position(|known| *known == row.exclusion)),
            row.rank.into(),
            row.hints.into(),
            row.web_searches.into(),
            difference(number.response, id.response),
            difference(number.request, id.request),
            row.model.0.into(),
            row.provider.0.into(),
            row.label.0.into(),
            input,
            read,
            write,
            hour,
            output,
            reasoning,
            from_zero(cost),
        ]);
        (event, id, before) = (row.event.into(), *number, cells);
    }
    rows
}

fn read_usage(rows: &[[u64; 21]]) -> impl Iterator<Item = UsageRow> + '_ {
    let (mut event, mut id, mut before) = (0, RequestId::default(), [0; 6]);
    rows.iter().map(move |row| {
        let [at_event, part, scope, finality, bits, exclusion, rank, hints, searches, response, request, ..] = *row;
        let [.., model, provider, label, input, read, write, hour, output, reasoning, cost] = *row;
        event = sum(at_event, event);
        let last = id;
        id = RequestId { response: sum(response, last.response), request: sum(request, last.request) };
        let expected = expected_tokens(&before, last == id);
        let told = [input, read, write, hour, output, reasoning];
        before = std::array::from_fn(|field| sum(told[field], expected[field]));
        let [input_uncached, cache_read, cache_write, cache_write_1h, output, reasoning] =
            before.map(|cell| Reported::from(to_zero(cell)));
        let scope = SCOPES.get(scope as usize).copied().unwrap_or(Scope::Request);
        UsageRow {
            finality: FINALITIES.get(finality as usize).copied().unwrap_or(Finality::Unknown),
            is_side: bits & 1 != 0,
            is_clamped: bits & 2 != 0,
            exclusion: EXCLUSIONS.get(exclusion as usize).copied().flatten(),
            rank: rank as u8,
            hints: hints as u8,
            web_searches: searches as u16,
            id,
            model: StrId(model as u32),
            provider: StrId(provider as u32),
            label: StrId(label as u32),
            tokens: TokenSet { input_uncached, cache_read, cache_write, cache_write_1h, output, reasoning },
            cost: to_zero(cost).map(|pico| Money::from_pico(unfolded(pico))).into(),
            ..UsageRow::new(event as u32, part as u16, scope)
        }
    })
}

/// The times of usage rows, which mostly are those of their events.
pub fn usage_times(wire: &mut Wire, usage: &mut [UsageRow], events: &EventColumns) {
    let at_event = |row: &UsageRow| events.get(row.event).and_then(|event| event.at).map_or(0, Timestamp::nanos);
    let mut rows: Vec<[u64; 2]> = match wire.is_reading() {
        true => Vec::new(),
        false => usage.iter().map(|row| since(row.at, &mut at_event(row))).collect(),
    };
    wire.table(USAGE_TIMES, &mut rows);
    if wire.is_reading() {
        for (row, cells) in usage.iter_mut().zip(rows) {
            row.at = after(cells, &mut at_event(row));
        }
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
