//! The columns of a source that grow with its lines: events, usage rows, running totals. Each cell is written as what it
//! differs by from what its neighbours let expect.

use super::wire::{Wire, folded, unfolded};
use crate::model::{
    Counter, Event, EventColumns, EventKind, Exclusion, Finality, Money, NO_LINK, Reported, RequestId, RunningCount,
    Scope, Span, StrId, Timestamp, TokenSet, UsageRow,
};

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

/// Where a line is looked for that nothing is known of yet.
fn expected_offset(before: &Event, line: u32) -> u64 {
    match line == before.line {
        true => before.span.offset,
        false => before.span.offset.wrapping_add(u64::from(before.span.len)).wrapping_add(1),
    }
}

fn difference(a: u64, b: u64) -> u64 {
    folded(a.wrapping_sub(b) as i64)
}

fn sum(cell: u64, b: u64) -> u64 {
    (unfolded(cell) as u64).wrapping_add(b)
}

fn origin() -> Event {
    Event::new(EventKind::Other, 0, Span::default(), 0)
}

/// The length that is expected: events of one line share it.
fn expected_len(before: &Event, line: u32) -> u64 {
    if line == before.line { before.span.len.into() } else { 0 }
}

pub fn events(wire: &mut Wire, events: &mut EventColumns) {
    let mut rows = Vec::new();
    let (mut before, mut last) = (origin(), 0);
    for (index, event) in events.iter() {
        let [unit, time] = since(event.at, &mut last);
        let link = (event.link != NO_LINK).then(|| difference(event.link.into(), index.into()));
        rows.push([
            event.kind as u64,
            event.flags.into(),
            event.part.into(),
            event.block.into(),
            unit,
            time,
            from_zero(event.duration_ms.map(u64::from)),
            difference(event.line.into(), before.line.into()),
            difference(event.span.offset, expected_offset(&before, event.line)),
            difference(event.span.len.into(), expected_len(&before, event.line)),
            event.name.0.into(),
            event.model.0.into(),
            from_zero(link),
            from_zero(event.context.map(u64::from)),
            from_zero(event.output.map(u64::from)),
        ]);
        before = event;
    }
    wire.table(&mut rows);
    if !wire.is_reading() {
        return;
    }
    (before, last) = (origin(), 0);
    for (row, index) in rows.into_iter().zip(0u64..) {
        let [kind, flags, part, block, unit, time, duration, line, offset, len, name, model, link, context, output] =
            row;
        let Some(kind) = EventKind::from_number(kind as u8) else { return wire.break_off() };
        let line = sum(line, before.line.into()) as u32;
        let event = Event {
            kind,
            flags: flags as u8,
            part: part as u16,
            block: block as u16,
            at: after([unit, time], &mut last),
            duration_ms: narrow(duration),
            span: Span {
                offset: sum(offset, expected_offset(&before, line)),
                len: sum(len, expected_len(&before, line)) as u32,
            },
            line,
            name: StrId(name as u32),
            model: StrId(model as u32),
            link: to_zero(link).map_or(NO_LINK, |link| sum(link, index) as u32),
            context: narrow(context),
            output: narrow(output),
        };
        events.push(event);
        before = event;
    }
}

fn tokens(set: &TokenSet) -> [u64; 6] {
    let TokenSet { input_uncached, cache_read, cache_write, cache_write_1h, output, reasoning } = *set;
    [input_uncached, cache_read, cache_write, cache_write_1h, output, reasoning].map(|field| from_zero(field.get()))
}

/// The rows, with `numbers` in place of the hashes that name their requests, one for each row.
pub fn usage(wire: &mut Wire, usage: &mut Vec<UsageRow>, numbers: &[RequestId]) {
    let mut rows = Vec::new();
    let (mut event, mut id, mut last) = (0, RequestId::default(), 0);
    for (row, number) in usage.iter().zip(numbers) {
        let [unit, time] = since(row.at, &mut last);
        let place = |known: Option<usize>| known.unwrap_or(0) as u64;
        let [input, read, write, hour, output, reasoning] = tokens(&row.tokens);
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
            unit,
            time,
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
        (event, id) = (row.event.into(), *number);
    }
    wire.table(&mut rows);
    if !wire.is_reading() {
        return;
    }
    (event, id, last) = (0, RequestId::default(), 0);
    for row in rows {
        let [at_event, part, scope, finality, bits, exclusion, rank, hints, searches, response, request, ..] = row;
        let [.., unit, time, model, provider, label, input, read, write, hour, output, reasoning, cost] = row;
        event = sum(at_event, event);
        id = RequestId { response: sum(response, id.response), request: sum(request, id.request) };
        let count = |cell: u64| Reported::from(to_zero(cell));
        usage.push(UsageRow {
            finality: FINALITIES.get(finality as usize).copied().unwrap_or(Finality::Unknown),
            is_side: bits & 1 != 0,
            is_clamped: bits & 2 != 0,
            exclusion: EXCLUSIONS.get(exclusion as usize).copied().flatten(),
            rank: rank as u8,
            hints: hints as u8,
            web_searches: searches as u16,
            id,
            at: after([unit, time], &mut last),
            model: StrId(model as u32),
            provider: StrId(provider as u32),
            label: StrId(label as u32),
            tokens: TokenSet {
                input_uncached: count(input),
                cache_read: count(read),
                cache_write: count(write),
                cache_write_1h: count(hour),
                output: count(output),
                reasoning: count(reasoning),
            },
            cost: to_zero(cost).map(|pico| Money::from_pico(unfolded(pico))).into(),
            ..UsageRow::new(event as u32, part as u16, SCOPES.get(scope as usize).copied().unwrap_or(Scope::Request))
        });
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
