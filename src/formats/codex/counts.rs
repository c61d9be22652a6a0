//! Usage lines (codex.md §4, §5). Which running totals count, and how much, the archive decides; here stands what one
//! file alone can tell.

use super::line::{Info, Payload, Usage};
use crate::formats::Sink;
use crate::formats::lenient::Num;
use crate::model::{
    Counter, Counts, Finality, MOST_TOKENS, ProblemKind, Reported, RequestId, RunningCount, Scope, Set, StrId,
    Timestamp, TokenSet, UsageRow, hash_bytes, hash_of,
};

/// The usage line at hand: where it stands, and what it is said of.
pub struct Place<'a> {
    /// Index of its own event.
    pub event: u32,
    pub part: u16,
    pub at: Option<Timestamp>,
    pub model: StrId,
    pub number: u32,
    pub bytes: &'a [u8],
}

/// What the usage lines so far have told.
#[derive(Default, Clone)]
pub struct Counting {
    /// The counters of the line before, hashed.
    last_info: Option<u64>,
    /// The last running total of each lane.
    totals: Vec<(StrId, Counter)>,
    /// Running totals that stand for a request, as far as the file tells.
    requests: u32,
    /// Responses with a line of their own.
    records: Set<u64>,
    /// Second of the first line with counters, and how many lines there are in it.
    pub first_second: Option<(i64, u32)>,
    turns: TurnUsage,
}

impl Counting {
    /// A line with running totals (codex.md §4). `open` are the items of the turn that no usage line has taken.
    pub fn token_count(&mut self, payload: &Payload<'_>, place: &Place<'_>, open: &mut Vec<u32>, out: &mut Sink) {
        let info = &payload.info;
        self.note_second(place.at);
        let total = info.total.counter((place.number, place.bytes), out);
        let last = info.last.counter((place.number, place.bytes), out);
        let Some(chosen) = last.or(total) else { return };
        let lane = out.strings.intern(&payload.rate_limits.limit_id);
        let hash = hash_of_info(total, last, info);
        let is_request = self.is_request(hash, lane, total, chosen);
        self.requests += u32::from(is_request);
        let item = if is_request && self.records.is_empty() { open.pop() } else { None };
        let model = match payload.model.some().or(info.model.some()) {
            Some(model) => out.strings.intern(model),
            None => place.model,
        };
        out.running.push(RunningCount {
            event: place.event,
            item: item.unwrap_or(place.event),
            part: place.part,
            at: place.at,
            model,
            lane,
            info: hash,
            total,
            last,
        });
    }

    fn note_second(&mut self, at: Option<Timestamp>) {
        let second = at.map(Timestamp::seconds);
        match &mut self.first_second {
            None => self.first_second = second.map(|second| (second, 1)),
            Some((first, count)) => *count += u32::from(second == Some(*first)),
        }
    }

    /// Whether the line tells of a request that no line before told of (codex.md X2, X3). A repeated one takes no item.
    fn is_request(&mut self, hash: u64, lane: StrId, total: Option<Counter>, chosen: Counter) -> bool {
        let is_repeated = self.last_info.replace(hash) == Some(hash);
        let before = self.totals.iter_mut().find(|(known, _)| *known == lane);
        let is_unchanged = match (before, total) {
            (Some((_, before)), Some(total)) => std::mem::replace(before, total) == total,
            (None, Some(total)) => {
                self.totals.push((lane, total));
                false
            }
            (_, None) => false,
        };
        !is_repeated && !is_unchanged && !chosen.is_zero()
    }

    /// A line for one response (codex.md X1).
    pub fn record(
        &mut self,
        payload: &Payload<'_>,
        thread: &str,
        place: &Place<'_>,
        open: &mut Vec<u32>,
        out: &mut Sink,
    ) {
        let Some(counter) = payload.usage.counter((place.number, place.bytes), out) else { return };
        let thread = payload.thread_id.some().unwrap_or(thread);
        // Without an id of its own the line is told from others by where it stands.
        let response = match payload.response_id.some() {
            Some(response) => hash_of(&[thread, response]),
            None => hash_of(&[thread, "", &place.number.to_string()]),
        };
        let (tokens, is_clamped) = limited(counter.tokens(), place, out);
        let item = if self.records.insert(response) { open.pop() } else { None };
        if let Some(item) = item {
            let small = |value: Reported<u64>| value.get().map(|value| u32::try_from(value).unwrap_or(u32::MAX));
            out.events.set_tokens(item, small(tokens.context()), small(tokens.output));
        }
        out.usage.push(UsageRow {
            finality: Finality::Final,
            is_clamped,
            id: RequestId { response, request: response },
            at: place.at,
            model: payload.model.some().map_or(place.model, |model| out.strings.intern(model)),
            tokens,
            ..UsageRow::new(place.event, place.part, Scope::Request)
        });
    }

    /// The usage of a whole turn, as dumps of `codex exec --json` have it.
    pub fn turn(&mut self, usage: &Usage<'_>, place: &Place<'_>, out: &mut Sink) {
        self.turns.add(usage, place, out);
    }

    /// Calls of the model, as far as the file tells.
    pub fn requests(&self) -> Reported<u32> {
        let requests = if self.records.is_empty() { self.requests } else { self.records.len() as u32 };
        Some(requests).filter(|requests| *requests > 0).into()
    }

    /// Whether nothing at all was recorded of what the model used.
    pub fn is_empty(&self, out: &Sink) -> bool {
        out.running.is_empty() && out.usage.is_empty()
    }

    /// Responses that are counted one by one make running totals of the same superfluous (codex.md X1).
    pub fn finish(&self, out: &mut Sink) {
        if !self.records.is_empty() {
            out.running.clear();
            out.usage.retain(|row| row.scope == Scope::Request);
        } else if !out.running.is_empty() {
            out.usage.clear();
        }
    }
}

/// Usage of turns (codex.md §7).
#[derive(Default, Clone)]
pub struct TurnUsage {
    before: Option<Counter>,
}

impl TurnUsage {
    /// Adds a row for a turn. Some builds write the thread's total so far: then the turn's own part is counted.
    pub fn add(&mut self, usage: &Usage<'_>, place: &Place<'_>, out: &mut Sink) {
        let Some(written) = usage.counter((place.number, place.bytes), out) else { return };
        let before = self.before.replace(written);
        let own = before.and_then(|before| own_part(before, written));
        if own.is_some() {
            let reason = "usage of a turn that may be the total of its thread so far; counted as its growth";
            out.problems.add(ProblemKind::Uncertain, Some(place.number), reason, place.bytes);
        }
        out.usage.push(UsageRow {
            at: place.at,
            model: place.model,
            tokens: own.unwrap_or(written).tokens(),
            ..UsageRow::new(place.event, place.part, Scope::Turn)
        });
    }
}

/// What a turn adds if its usage looks like a running total: no field is smaller than before, and the prompts grew by
/// more than the answer before can have added to them (codex.md §7 "cumulative_suspected").
fn own_part(before: Counter, now: Counter) -> Option<Counter> {
    let grows =
        before.fields().into_iter().zip(now.fields()).all(|(before, now)| now.unwrap_or(0) >= before.unwrap_or(0));
    let growth = now.input?.checked_sub(before.input?)?;
    let less = |now: Option<u64>, before: Option<u64>| now.map(|now| now.saturating_sub(before.unwrap_or(0)));
    (grows && growth > before.output.unwrap_or(0)).then(|| Counter {
        input: less(now.input, before.input),
        cached: less(now.cached, before.cached),
        cache_write: less(now.cache_write, before.cache_write),
        output: less(now.output, before.output),
        reasoning: less(now.reasoning, before.reasoning),
        total: less(now.total, before.total),
    })
}

/// Equal for equal counters, whatever else the line holds (codex.md X3).
fn hash_of_info(total: Option<Counter>, last: Option<Counter>, info: &Info<'_>) -> u64 {
    let fields = [total, last].into_iter().flat_map(|counter| {
        let fields = counter.unwrap_or_default().fields();
        std::iter::once(counter.map(|_| 0)).chain(fields)
    });
    let window = info.context_window.int().map(|window| window as u64);
    let mut bytes = Vec::with_capacity(9 * 15);
    for field in fields.chain([window]) {
        bytes.push(u8::from(field.is_some()));
        bytes.extend_from_slice(&field.unwrap_or(0).to_le_bytes());
    }
    hash_bytes(&bytes, 0)
}

/// Cuts counters that no request can have (token-coverage.md M2).
fn limited(tokens: TokenSet, place: &Place<'_>, out: &mut Sink) -> (TokenSet, bool) {
    let mut is_clamped = false;
    let mut limit = |value: Reported<u64>| {
        is_clamped |= value.get().is_some_and(|value| value > MOST_TOKENS);
        value.map(|value| value.min(MOST_TOKENS))
    };
    let tokens = TokenSet {
        input_uncached: limit(tokens.input_uncached),
        cache_read: limit(tokens.cache_read),
        cache_write: limit(tokens.cache_write),
        cache_write_1h: tokens.cache_write_1h,
        output: limit(tokens.output),
        reasoning: limit(tokens.reasoning),
    };
    if is_clamped {
        let reason = "more tokens than a request can have; counted as 2,000,000";
        out.problems.add(ProblemKind::Clamped, Some(place.number), reason, place.bytes);
    }
    (tokens, is_clamped)
}

/// The size of the model's window, if there is one.
pub fn window_of(number: Num) -> Option<u64> {
    number.int().and_then(|window| u64::try_from(window).ok()).filter(|window| *window > 0)
}

/// How many events of each kind a part holds.
pub fn counts_of(part: u16, out: &Sink) -> Counts {
    let mut counts = Counts::default();
    out.events.iter().filter(|(_, event)| event.part == part).for_each(|(_, event)| counts.count(&event));
    counts
}
