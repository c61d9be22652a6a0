//! Puts everything together: sessions, what they copied, requests, sums and kin.

use super::ledger::{Decision, Decisions, Entry, RecordList, RecordRef, notes};
use super::prices::Finder;
use super::requests::{self, Candidate};
use super::session::Session;
use super::{Loaded, Place, Prices, Totals, history, kin, readings, running, session};
use crate::formats;
use crate::model::{
    Cost, Counter, Exclusion, Finality, MOST_TOKENS, Map, PriceAsk, Reported, Scope, SourceIndex, TokenSet, UsageRow,
    order_of, price_notes,
};

/// What is known once all sources have met.
#[derive(Debug, Default)]
pub struct Assembled {
    pub sessions: Vec<Session>,
    /// By session, then in the order of their records.
    pub entries: Vec<Entry>,
    /// In the order of the sources.
    pub decisions: Vec<Decisions>,
}

/// Sources must stand in a stable order.
// Its loops are functions of their own: a browser translates a hot function as a whole, and all of this is 37 KB.
pub fn assemble(loaded: &Loaded<'_>, prices: &Prices) -> Assembled {
    let mut sessions = session::sessions(loaded);
    kin::entitle(&mut sessions, loaded);
    kin::find_parents(&mut sessions, loaded);
    let derived =
        (0..sessions.len()).filter(|at| sessions[*at].part.history.is_some() || sessions[*at].places.len() > 1);
    for index in derived.collect::<Vec<_>>() {
        let key = sessions[index].parent.as_ref();
        let parent = key.and_then(|key| sessions.iter().find(|session| session.key == *key)).cloned();
        history::cut(&mut sessions[index], parent.as_ref(), loaded);
        readings::cut(&mut sessions[index], loaded);
    }
    let mut work = Work {
        loaded,
        prices: Finder::new(prices),
        decisions: loaded.sources.iter().map(|(_, source)| undecided(source)).collect(),
        entries: Vec::new(),
    };
    for index in work.count(&sessions) {
        sessions[index as usize].names_requests = true;
    }
    let Work { mut entries, mut decisions, .. } = work;
    entries = settle(entries, &mut decisions, loaded);
    give_out(&mut sessions, &entries);
    kin::link_wrapped(&mut sessions, loaded);
    kin::count_in_parents(&mut sessions);
    kin::add_up_trees(&mut sessions, loaded);
    Assembled { sessions, entries, decisions }
}

fn undecided(source: &SourceIndex) -> Decisions {
    Decisions {
        usage: vec![Decision::InCopy; source.usage.len()],
        running: vec![Decision::InCopy; source.running.len()],
    }
}

struct Work<'a> {
    loaded: &'a Loaded<'a>,
    prices: Finder<'a>,
    decisions: Vec<Decisions>,
    entries: Vec<Entry>,
}

impl<'a> Work<'a> {
    fn decide(&mut self, record: RecordRef, decision: Decision) {
        if let Some(source) = self.loaded.index_of(record.source) {
            self.decisions[source].set(record, decision);
        }
    }

    /// Gives the sessions whose records name requests.
    #[inline(never)]
    fn count(&mut self, sessions: &[Session]) -> Vec<u32> {
        let ids = order_of(sessions.len(), &|a, b| sessions[a].key.cmp(&sessions[b].key));
        let mut ranks = vec![0; sessions.len()];
        for (rank, index) in ids.into_iter().enumerate() {
            ranks[index] = rank as u32;
        }
        let mut candidates = Vec::new();
        for (index, session) in sessions.iter().enumerate() {
            self.running(index as u32, session);
            for (places, is_copy) in [(&session.places, false), (&session.copies, true)] {
                for place in places {
                    self.rows(index as u32, ranks[index], session, *place, is_copy, &mut candidates);
                }
            }
        }
        let mut naming: Vec<u32> = candidates.iter().map(|candidate| candidate.session).collect();
        naming.dedup();
        requests::requests(&candidates, &mut |request| {
            let (winner, first) = (request.winner, request.first);
            for loser in request.members.iter().filter(|member| member.record != winner.record) {
                let is_same = loser.row.tokens == winner.row.tokens;
                let decision = if is_same { Decision::Repeated } else { Decision::SupersededBy };
                self.decide(loser.record, decision(winner.record));
            }
            self.decide(winner.record, Decision::Kept);
            let row = UsageRow {
                finality: request.finality,
                cost: request.cost,
                web_searches: request.web_searches,
                ..*winner.row
            };
            let entry = self.entry(first.session, winner.record, first.place, first.row.event, &row, sessions);
            self.entries.push(entry);
        });
        naming
    }

    /// Rows without an id count as they are; those with one become candidates.
    #[inline(never)]
    fn rows(
        &mut self,
        index: u32,
        session_rank: u32,
        session: &Session,
        place: Place,
        is_copy: bool,
        candidates: &mut Vec<Candidate<'a>>,
    ) {
        let loaded = self.loaded;
        let Some(source) = loaded.source(place.source) else { return };
        let order = loaded.index_of(place.source).map_or(0, |at| loaded.row_offsets[at]);
        let part = source.parts.get(usize::from(place.part));
        let own = source.usage.iter().enumerate().filter(|(_, row)| row.part == place.part);
        for (number, row) in own {
            let record = RecordRef { source: place.source, list: RecordList::Usage, index: number as u32 };
            match row.exclusion {
                Some(Exclusion::NotARequest) => self.decide(record, Decision::NotARequest),
                Some(Exclusion::Replayed) => self.decide(record, Decision::Replayed),
                None if session.is_copied(place.source, row.event) => self.decide(record, Decision::Replayed),
                None if row.id.response != 0 => candidates.push(Candidate {
                    row,
                    record,
                    place,
                    session: index,
                    session_rank,
                    family: part.map_or(0, |part| part.family),
                    is_derived: part.is_some_and(|part| part.parent_id.is_some()),
                    order: order + number as u32,
                }),
                None if is_copy => self.decide(record, Decision::InCopy),
                None => {
                    self.decide(record, Decision::Kept);
                    let entry = self.entry_of(session, index, record, place, row.event, row);
                    self.entries.push(entry);
                }
            }
        }
    }

    fn running(&mut self, index: u32, session: &Session) {
        let mut decided = Vec::new();
        let mut amounts = Vec::new();
        running::amounts(
            session,
            self.loaded,
            |record, decision| decided.push((record, decision)),
            |a| amounts.push(a),
        );
        for (record, decision) in decided {
            self.decide(record, decision);
        }
        for running::Amount { record, place, count, used, scope, notes } in amounts {
            let (used, is_clamped) = if scope == Scope::Request { clamped(used) } else { (used, false) };
            let row = UsageRow {
                at: count.at,
                model: count.model,
                tokens: used.tokens(),
                is_clamped,
                ..UsageRow::new(count.item, place.part, scope)
            };
            let entry = self.entry_of(session, index, record, place, count.item, &row);
            self.entries.push(Entry { notes: entry.notes | notes, ..entry });
        }
    }

    fn entry(
        &mut self,
        session: u32,
        record: RecordRef,
        place: Place,
        event: u32,
        row: &UsageRow,
        sessions: &[Session],
    ) -> Entry {
        self.entry_of(&sessions[session as usize], session, record, place, event, row)
    }

    fn entry_of(
        &mut self,
        session: &Session,
        index: u32,
        record: RecordRef,
        at_place: Place,
        event: u32,
        row: &UsageRow,
    ) -> Entry {
        let loaded = self.loaded;
        let strings = loaded.source(record.source).map(|source| &source.strings);
        let text = |id| strings.map_or("", |strings| strings.get(id));
        let provider = match text(row.provider) {
            "" => session.part.provider.as_deref().unwrap_or(""),
            provider => provider,
        };
        let format = formats::by_id(session.format);
        let priced = self.prices.price(&PriceAsk {
            provider,
            model: text(row.model),
            tokens: &row.tokens,
            web_searches: row.web_searches,
            hints: row.hints,
            is_one_request: row.scope == Scope::Request,
            at: row.at,
            recorded: row.cost,
            zero_is_unrecorded: format.is_some_and(|format| format.zero_cost_is_a_gap()),
            is_told_by_log: format.is_some_and(|format| format.tells_costs()),
        });
        // What is computed from counts that are known to be too small is too small.
        let is_too_small = row.finality == Finality::Partial && matches!(priced.cost, Cost::Computed(..));
        Entry {
            session: index,
            record,
            at_place,
            event,
            scope: row.scope,
            finality: row.finality,
            at: row.at,
            tokens: row.tokens,
            cost: priced.cost,
            price_notes: priced.notes | if is_too_small { price_notes::LOWER_BOUND } else { 0 },
            web_searches: row.web_searches,
            notes: if row.is_clamped { notes::CLAMPED } else { 0 },
            counts_tokens: true,
            counts_cost: true,
            is_identified: record.list == RecordList::Running || row.id.response != 0,
        }
    }
}

fn clamped(used: Counter) -> (Counter, bool) {
    let is_clamped = used.fields().into_iter().take(5).any(|field| field > Some(MOST_TOKENS));
    let cut = |field: Option<u64>| field.map(|value| value.min(MOST_TOKENS));
    let counter = Counter {
        input: cut(used.input),
        cached: cut(used.cached),
        cache_write: cut(used.cache_write),
        output: cut(used.output),
        reasoning: cut(used.reasoning),
        total: used.total,
    };
    (counter, is_clamped)
}

/// Decides between records of different worth within each session: ranks, and totals instead of requests.
#[inline(never)]
fn settle(entries: Vec<Entry>, decisions: &mut [Decisions], loaded: &Loaded<'_>) -> Vec<Entry> {
    let key = |entry: &Entry| {
        let record = &entry.record;
        (entry.session, loaded.index_of(record.source), record.list, record.index, entry.scope as u8)
    };
    let is_in_order = entries.iter().map(key).is_sorted();
    let entries = if is_in_order { entries } else { in_order(entries, key) };
    let standing = Standing { loaded };
    // Nothing to decide between, as in most logs.
    if entries.iter().all(|entry| entry.scope == Scope::Request && standing.rank(entry) == 0) {
        return entries;
    }
    let mut kept = Vec::with_capacity(entries.len());
    for of_session in entries.chunk_by(|a, b| a.session == b.session) {
        let mut decide = |entry: &Entry, decision: Decision| {
            if let Some(source) = loaded.index_of(entry.record.source) {
                decisions[source].set(entry.record, decision);
            }
        };
        settle_session(of_session, &standing, &mut decide, &mut kept);
    }
    kept
}

fn in_order<K: Ord>(entries: Vec<Entry>, key: impl Fn(&Entry) -> K) -> Vec<Entry> {
    // Compared again and again: side by side in memory, not each in its entry.
    let keys: Vec<K> = entries.iter().map(key).collect();
    let order = order_of(keys.len(), &|a, b| keys[a].cmp(&keys[b]));
    order.into_iter().map(|index| entries[index]).collect()
}

/// What ranks and labels of a session's entries are.
struct Standing<'a> {
    loaded: &'a Loaded<'a>,
}

impl Standing<'_> {
    fn row(&self, entry: &Entry) -> Option<&UsageRow> {
        match entry.record.list {
            RecordList::Usage => self.loaded.source(entry.record.source)?.usage.get(entry.record.index as usize),
            RecordList::Running => None,
        }
    }

    fn rank(&self, entry: &Entry) -> u8 {
        self.row(entry).map_or(0, |row| row.rank)
    }

    fn label(&self, entry: &Entry) -> &str {
        let source = self.loaded.source(entry.record.source);
        self.row(entry).zip(source).map_or("", |(row, source)| source.strings.get(row.label))
    }

    /// Of requests with the same label those of the highest rank, and the others.
    fn best_requests<'e>(&self, requests: Vec<&'e Entry>) -> (Vec<&'e Entry>, Vec<&'e Entry>) {
        if requests.iter().all(|entry| self.rank(entry) == 0) {
            return (requests, Vec::new());
        }
        let mut best: Map<&str, u8> = Map::default();
        for entry in &requests {
            let known = best.entry(self.label(entry)).or_default();
            *known = self.rank(entry).max(*known);
        }
        requests.into_iter().partition(|entry| best.get(self.label(entry)) == Some(&self.rank(entry)))
    }

    /// The rows of the total that counts, if one does (the last of the highest rank, unless better records hold tokens).
    fn best_total<'e>(&self, totals: Vec<&'e Entry>, requests: &[&Entry]) -> (Vec<&'e Entry>, Vec<&'e Entry>) {
        let most = requests.iter().filter(|entry| holds(entry)).map(|entry| self.rank(entry)).max().unwrap_or(0);
        let can_count = |entry: &&&Entry| self.rank(entry) >= most || requests.is_empty();
        let best = totals.iter().filter(can_count).map(|entry| self.rank(entry)).max();
        let of_best = totals.iter().copied().filter(|entry| Some(self.rank(entry)) == best);
        let last = of_best.reduce(|last, entry| if entry.at >= last.at { entry } else { last });
        let place = |entry: &Entry| (entry.at_place, entry.event, self.rank(entry));
        totals.into_iter().partition(|entry| last.is_some_and(|last| place(last) == place(entry)))
    }
}

fn holds(entry: &Entry) -> bool {
    entry.tokens != TokenSet::default()
}

fn is_recorded(entry: &Entry) -> bool {
    matches!(entry.cost, Cost::Recorded(_))
}

fn settle_session(
    entries: &[Entry],
    standing: &Standing<'_>,
    decide: &mut dyn FnMut(&Entry, Decision),
    kept: &mut Vec<Entry>,
) {
    let (totals, requests): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| entry.scope == Scope::Aggregate);
    let (requests, outranked) = standing.best_requests(requests);
    let (total, others) = standing.best_total(totals, &requests);
    outranked.into_iter().chain(others).for_each(|entry| decide(entry, Decision::Outranked));
    let tokens_from_total = total.iter().any(|entry| holds(entry)) || requests.is_empty();
    // One row of a total may hold the cost of all. What requests recorded is better than what a total lets compute.
    let has_whole_cost = total.iter().any(|entry| is_recorded(entry));
    let is_told = !requests.is_empty() && requests.iter().all(|entry| is_recorded(entry));
    let cost_from_total = has_whole_cost || !is_told && total.iter().any(|entry| entry.cost.amount().is_some());
    for entry in &total {
        if !tokens_from_total {
            decide(entry, Decision::Outranked);
        }
        let is_computed = matches!(entry.cost, Cost::Computed(..));
        let counts_cost = if has_whole_cost { is_recorded(entry) } else { !(is_told && is_computed) };
        kept.push(Entry { counts_tokens: tokens_from_total, counts_cost, ..**entry });
    }
    for entry in requests {
        if tokens_from_total {
            decide(entry, Decision::ReplacedBy(total[0].record));
        }
        kept.push(Entry { counts_tokens: !tokens_from_total, counts_cost: !cost_from_total, ..*entry });
    }
}

/// Each session gets its entries and their sums.
#[inline(never)]
fn give_out(sessions: &mut [Session], entries: &[Entry]) {
    let mut start = 0;
    for of_session in entries.chunk_by(|a, b| a.session == b.session) {
        let range = start..start + of_session.len() as u32;
        start = range.end;
        let Some(session) = sessions.get_mut(of_session[0].session as usize) else { continue };
        session.entries = range;
        session.totals = Totals::of(of_session.iter());
        let is_named = |entry: &&Entry| entry.scope == Scope::Request && entry.is_identified;
        let requests = of_session.iter().filter(is_named).count() as u32;
        if requests > 0 {
            session.part.counts.requests = Reported::new(requests);
        }
    }
    for session in sessions {
        session.tree = session.totals;
    }
}
