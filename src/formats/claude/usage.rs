//! Usage of one line, and which lines are one request (claude-code.md §4, §5).

use super::line::{Message, Usage};
use crate::formats::Sink;
use crate::formats::lenient::{Num, Presence, Str};
use crate::model::{
    EventRows, Finality, MOST_TOKENS, Map, Money, ProblemKind, Reported, RequestId, TokenSet, UsageRow, hash_of,
    price_hints,
};

/// No request.
pub const NO_GROUP: u32 = u32::MAX;

/// Reads counters; impossible ones are cut and told.
pub struct Counters<'a> {
    pub is_clamped: bool,
    /// 1-based.
    pub number: u32,
    pub bytes: &'a [u8],
}

impl Counters<'_> {
    /// Recorded if the key holds a number (token-coverage.md M1, M2).
    pub fn one(&mut self, counter: Num, out: &mut Sink) -> Option<u64> {
        let value = counter.plain_int()?;
        if !(0..=MOST_TOKENS as i64).contains(&value) {
            self.is_clamped = true;
            let reason = match value < 0 {
                true => "a negative token count; counted as 0",
                false => "more than 2,000,000 tokens in one field of a request; counted as 2,000,000",
            };
            out.problems.add(ProblemKind::Clamped, Some(self.number), reason, self.bytes);
        }
        Some((value.max(0) as u64).min(MOST_TOKENS))
    }

    /// Disjoint counters; where the writes to the cache are split, the split counts (claude-code.md §4).
    pub fn tokens(&mut self, usage: &Usage<'_>, out: &mut Sink) -> TokenSet {
        let flat = self.one(usage.cache_write, out);
        let five_minutes = self.one(usage.split.five_minutes, out);
        let one_hour = self.one(usage.split.one_hour, out);
        let split = [five_minutes, one_hour].into_iter().flatten().reduce(u64::saturating_add);
        TokenSet {
            input_uncached: self.one(usage.input, out).into(),
            cache_read: self.one(usage.cache_read, out).into(),
            cache_write: split.or(flat).into(),
            cache_write_1h: one_hour.into(),
            output: self.one(usage.output, out).into(),
            reasoning: Reported::NOT_RECORDED,
        }
    }
}

/// What names the request of a line (claude-code.md C1).
pub fn request_id(message_id: &str, request: &str, uuid: &str) -> RequestId {
    match (message_id, uuid) {
        ("", "") => RequestId::default(),
        ("", uuid) => {
            let hash = hash_of(&["uuid", uuid]);
            RequestId { response: hash, request: hash }
        }
        (id, _) => {
            let request = if request.is_empty() { 0 } else { hash_of(&[request]) };
            RequestId { response: hash_of(&[id]), request }
        }
    }
}

/// Whether the counts of this line are those of the finished answer (claude-code.md C8).
pub fn finality(stop_reason: &Str<'_>) -> Finality {
    match stop_reason.presence() {
        Presence::Absent => Finality::Unknown,
        Presence::Null => Finality::Partial,
        Presence::Given | Presence::Wrong => Finality::Final,
    }
}

/// What the price depends on besides tokens (claude-code.md §4).
pub fn hints(usage: &Usage<'_>) -> u8 {
    let flag = |is: bool, hint: u8| if is { hint } else { 0 };
    flag(usage.speed.presence() == Presence::Given, price_hints::HAS_SPEED)
        | flag(&*usage.speed == "fast", price_hints::FAST)
        | flag(&*usage.tier == "batch", price_hints::BATCH)
}

/// A recorded cost, as written: what a 0 means is decided where costs are (claude-code.md P2).
pub fn cost_of(cost: Num) -> Reported<Money> {
    cost.plain_float().and_then(Money::from_usd).into()
}

/// Searches that the provider billed.
pub fn web_searches(searches: Num) -> u16 {
    u16::try_from(searches.plain_int().unwrap_or(0).max(0)).unwrap_or(u16::MAX)
}

/// Whether nobody called a model for it (claude-code.md C7).
pub fn is_made_up(message: &Message<'_>, is_api_error: bool) -> bool {
    is_api_error || &*message.model == "<synthetic>"
}

/// One request as this file tells it. Only for what the transcript shows: what counts, the archive decides.
#[derive(Clone)]
struct Group {
    id: RequestId,
    /// Its first line's first event.
    event: u32,
    /// Its first row.
    row: u32,
    /// The row that tells its numbers (C3).
    best: u32,
    is_side: bool,
    /// Its usage counts searches itself.
    has_searches: bool,
}

/// The requests of a file.
#[derive(Default, Clone)]
pub struct Requests {
    groups: Vec<Group>,
    by_id: Map<RequestId, u32>,
    last: Option<(RequestId, u32)>,
}

impl Requests {
    /// Takes a row that stands for a request; gives the number of its request.
    pub fn add(&mut self, row: UsageRow, out: &mut Sink) -> u32 {
        let index = out.usage.len() as u32;
        let known = match self.last {
            Some((id, group)) if id == row.id => Some(group),
            _ => self.by_id.get(&row.id).copied(),
        };
        let group = known.filter(|_| row.id.response != 0).unwrap_or_else(|| {
            let group = self.groups.len() as u32;
            self.by_id.insert(row.id, group);
            let (id, event, is_side) = (row.id, row.event, row.is_side);
            self.groups.push(Group { id, event, row: index, best: index, is_side, has_searches: false });
            group
        });
        self.last = Some((row.id, group));
        if let Some(group) = self.groups.get_mut(group as usize) {
            group.is_side &= row.is_side;
            group.has_searches |= row.web_searches > 0;
            if out.usage.get(group.best as usize).is_some_and(|best| says_more(&row, best)) {
                group.best = index;
            }
        }
        out.usage.push(row);
        group
    }

    /// The provider ran searches that only the result of a call tells of (claude-code.md §6). Several of one request add
    /// up on one row, since of the rows of a request the largest count is taken.
    pub fn add_searches(&self, group: u32, searches: u16, out: &mut Sink) {
        let Some(group) = self.groups.get(group as usize).filter(|group| !group.has_searches) else { return };
        if let Some(row) = out.usage.get_mut(group.row as usize) {
            row.web_searches = row.web_searches.saturating_add(searches);
        }
    }

    /// Writes what each request used to one event of it; gives these events: one a request.
    pub fn finish(self, out: &mut Sink) -> Vec<u32> {
        let mut mains: Map<u64, bool> = Map::default();
        for group in self.groups.iter().filter(|group| group.id.response != 0) {
            *mains.entry(group.id.response).or_default() |= !group.is_side;
        }
        let mut events = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            // A side conversation replays the main one (C2); several replays are one request.
            let main = mains.get_mut(&group.id.response).filter(|_| group.is_side);
            match main {
                Some(true) => continue,
                Some(seen) => *seen = true,
                None => {}
            }
            events.push(group.event);
            if let Some(row) = out.usage.get(group.best as usize) {
                set_tokens(&mut out.events, group.event, &row.tokens);
            }
        }
        events
    }
}

fn set_tokens(events: &mut EventRows, event: u32, tokens: &TokenSet) {
    let small = |value: Reported<u64>| value.get().map(|value| u32::try_from(value).unwrap_or(u32::MAX));
    events.set_tokens(event, small(tokens.context()), small(tokens.output));
}

/// Whether a later row of a request tells its numbers rather than an earlier one (C3).
fn says_more(later: &UsageRow, earlier: &UsageRow) -> bool {
    let key = |row: &UsageRow| {
        let output = row.tokens.output.get();
        let total = [row.tokens.context().get(), output].into_iter().flatten().reduce(u64::saturating_add);
        (output, total, row.hints & price_hints::HAS_SPEED, row.at)
    };
    key(later) >= key(earlier)
}
