//! What each request of a session used and cost, at the event where it became known.

use crate::archive::{Archive, Entry, Session};
use crate::logic::session::{events, request_steps};
use crate::model::{Cost, Finality, Map, Money, Reported, Scope, SourceId, Unpriced, Wire, price_notes, sorted};

/// The numbers of one record that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub struct Spent {
    /// The event of the track at which it stands.
    pub event: u32,
    /// A total of the whole session stands for requests that are told apart as well.
    pub scope: Scope,
    /// Generated tokens.
    pub output: Reported<u64>,
    /// The log says that its tokens are too few.
    pub is_partial: bool,
    pub amount: Reported<Money>,
    /// By the price table, not by the log.
    pub is_computed: bool,
    /// Not all tokens behind the amount are recorded.
    pub is_lower_bound: bool,
    /// Whether its tokens are in the session's sums.
    pub counts_tokens: bool,
    /// Whether its cost is.
    pub counts_cost: bool,
}

impl Spent {
    fn new(event: u32, entry: &Entry) -> Self {
        Self {
            event,
            scope: entry.scope,
            output: entry.tokens.output,
            is_partial: entry.finality == Finality::Partial,
            amount: entry.cost.amount().into(),
            is_computed: matches!(entry.cost, Cost::Computed(..)),
            is_lower_bound: entry.price_notes & price_notes::LOWER_BOUND != 0,
            counts_tokens: entry.counts_tokens,
            counts_cost: entry.counts_cost,
        }
    }

    /// Its cost as a tally takes it, with its [`price_notes`].
    pub(super) fn cost(&self) -> (Cost, u8) {
        let notes = if self.is_lower_bound { price_notes::LOWER_BOUND } else { 0 };
        match self.amount.get() {
            // Which row of the table it was does not matter for a sum.
            Some(amount) if self.is_computed => (Cost::Computed(amount, 0), notes),
            Some(amount) => (Cost::Recorded(amount), notes),
            None => (Cost::Unpriced(Unpriced::NotRecorded), notes),
        }
    }
}

/// All records of a session that count, by their events in its track.
pub fn spent(archive: &Archive, session: &Session) -> Vec<Spent> {
    let entries = archive.entries_of(session);
    let mut numbers: Map<(SourceId, u32), u32> = request_steps(archive, session).into_iter().collect();
    // Turns and totals stand where the log has them.
    if entries.iter().any(|entry| !numbers.contains_key(&(entry.at_place.source, entry.event))) {
        for (number, found) in events(archive, session).enumerate() {
            numbers.entry((found.id, found.index)).or_insert(number as u32);
        }
    }
    // What stands at no event of the session (a record of another part) is known from its start.
    let number = |entry: &Entry| numbers.get(&(entry.at_place.source, entry.event)).copied().unwrap_or(0);
    let all = entries.iter().map(|entry| Spent::new(number(entry), entry)).collect();
    sorted(all, |a: &Spent, b: &Spent| a.event.cmp(&b.event))
}
