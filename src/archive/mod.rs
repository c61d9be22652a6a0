//! Everything loaded, and the only place where sources meet: duplicates, parents, copies of one session. The result
//! depends on what is loaded, never on the order in which it was.

mod assemble;
mod history;
mod joiner;
mod kin;
mod ledger;
mod prices;
mod reader;
mod readings;
mod requests;
mod running;
mod session;
mod totals;

pub use joiner::Joiner;
pub use ledger::{Decision, Entry, RecordList, RecordRef, notes};
pub use prices::{PriceError, PriceRow, Prices, Rate, Rates};
pub use reader::{SourceReader, first_objects};
pub use session::{Place, Session};
pub use totals::{CostTally, Coverage, CoverageClass, Totals};

use crate::model::{Event, Map, PriceAsk, Reported, Scope, SourceId, SourceIndex, SourceKind, StrId, UsageRow, sorted};
use assemble::{Assembled, assemble};
use std::sync::Arc;

/// What is loaded. Sessions are put together when they are asked for.
#[derive(Debug, Default)]
pub struct Archive {
    /// By id.
    sources: Vec<(SourceId, Arc<SourceIndex>)>,
    /// Rises with every change; answers name the one they were computed from.
    generation: u64,
    /// The generation that `sessions` and `duplicates` belong to.
    assembled: Option<u64>,
    prices: Prices,
    known: Assembled,
    /// Where the session with a key stands.
    by_key: Map<Box<str>, usize>,
    /// Where the decisions of a source stand.
    decided: Map<SourceId, usize>,
    duplicates: Duplicates,
}

/// Sources without duplicates, in a stable order.
struct Loaded<'a> {
    sources: Vec<(SourceId, &'a SourceIndex)>,
    at: Map<SourceId, usize>,
    /// How many usage rows stand before those of each source.
    row_offsets: Vec<u32>,
}

impl<'a> Loaded<'a> {
    fn new(sources: Vec<(SourceId, &'a SourceIndex)>) -> Self {
        let mut rows = 0;
        let mut before = |source: &SourceIndex| {
            rows += source.usage.len() as u32;
            rows - source.usage.len() as u32
        };
        Self {
            at: sources.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect(),
            row_offsets: sources.iter().map(|(_, source)| before(source)).collect(),
            sources,
        }
    }

    /// Its position among the sources.
    fn index_of(&self, id: SourceId) -> Option<usize> {
        self.at.get(&id).copied()
    }

    fn source(&self, id: SourceId) -> Option<&'a SourceIndex> {
        Some(self.sources[self.index_of(id)?].1)
    }
}

impl Archive {
    /// Adds or replaces a source.
    pub fn add(&mut self, id: SourceId, index: SourceIndex) {
        self.add_shared(id, Arc::new(index));
    }

    /// Adds or replaces a source that another archive holds too.
    pub fn add_shared(&mut self, id: SourceId, index: Arc<SourceIndex>) {
        match self.place(id) {
            Ok(known) => self.sources[known].1 = index,
            Err(new) => self.sources.insert(new, (id, index)),
        }
        self.generation += 1;
    }

    pub fn remove(&mut self, id: SourceId) {
        if let Ok(known) = self.place(id) {
            self.sources.remove(known);
            self.generation += 1;
        }
    }

    pub fn generation(&self) -> u64 {
        self.generation
    }

    pub fn source(&self, id: SourceId) -> Option<&Arc<SourceIndex>> {
        Some(&self.sources[self.place(id).ok()?].1)
    }

    fn place(&self, id: SourceId) -> Result<usize, usize> {
        self.sources.binary_search_by_key(&id, |(id, _)| *id)
    }

    /// All sources, by id.
    pub fn sources(&self) -> impl Iterator<Item = (SourceId, &Arc<SourceIndex>)> {
        self.sources.iter().map(|(id, index)| (*id, index))
    }

    /// Brings sessions and duplicates up to date with the sources. Cheap when nothing has changed.
    pub fn assemble(&mut self) {
        if self.assembled == Some(self.generation) {
            return;
        }
        let ordered = sorted(self.sources().collect(), |(_, a): &(SourceId, &Arc<SourceIndex>), (_, b)| {
            (&a.meta.path, a.hash).cmp(&(&b.meta.path, b.hash))
        });
        let (unique, duplicates) = without_duplicates(ordered);
        let loaded = Loaded::new(unique);
        let known = assemble(&loaded, &self.prices);
        let decided = loaded.at;
        self.by_key =
            known.sessions.iter().enumerate().map(|(at, session)| (session.key.as_str().into(), at)).collect();
        (self.known, self.decided, self.duplicates) = (known, decided, duplicates);
        self.assembled = Some(self.generation);
    }

    /// The sessions as of the last [`Archive::assemble`], in a stable order (start, then key; unknown starts last).
    pub fn sessions(&self) -> &[Session] {
        &self.known.sessions
    }

    /// All that counts, by session, as of the last [`Archive::assemble`].
    pub fn entries(&self) -> &[Entry] {
        &self.known.entries
    }

    /// What counts for a session.
    pub fn entries_of(&self, session: &Session) -> &[Entry] {
        let range = session.entries.start as usize..session.entries.end as usize;
        self.known.entries.get(range).unwrap_or_default()
    }

    /// Why a record counts or not; `None` for records of a source that another one equals.
    pub fn decision(&self, record: RecordRef) -> Option<Decision> {
        self.known.decisions.get(*self.decided.get(&record.source)?)?.get(record.list, record.index)
    }

    /// What computes costs.
    pub fn prices(&self) -> &Prices {
        &self.prices
    }

    /// Other prices, or another way to use them: all costs are computed anew.
    pub fn set_prices(&mut self, prices: Prices) {
        self.prices = prices;
        self.generation += 1;
    }

    /// The row behind a record; `None` for a running total.
    pub fn usage_row(&self, record: RecordRef) -> Option<&UsageRow> {
        match record.list {
            RecordList::Usage => self.source(record.source)?.usage.get(record.index as usize),
            RecordList::Running => None,
        }
    }

    /// What the cache saved, or cost, by the prices of the entry: what its prompt would have cost without one, less what
    /// it did (analytics.md §11). Pico-dollars; `None` where no price tells.
    pub fn saved_by_cache(&self, entry: &Entry, session: &Session) -> Option<i64> {
        if !entry.counts_tokens {
            return None;
        }
        let row = self.usage_row(entry.record);
        let provider = match self.provider_of(entry.record) {
            "" => session.part.provider.as_deref().unwrap_or(""),
            provider => provider,
        };
        let ask = PriceAsk {
            provider,
            model: self.model_of(entry.record),
            tokens: &entry.tokens,
            web_searches: 0,
            hints: row.map_or(0, |row| row.hints),
            is_one_request: entry.scope == Scope::Request,
            at: entry.at,
            recorded: Reported::NOT_RECORDED,
            zero_is_unrecorded: false,
            is_told_by_log: false,
        };
        self.prices.saved_by_cache(entry.cost, &ask)
    }

    /// The event whose line holds a record.
    pub fn event_of(&self, record: RecordRef) -> Option<Event> {
        let source = self.source(record.source)?;
        let event = match record.list {
            RecordList::Usage => source.usage.get(record.index as usize)?.event,
            RecordList::Running => source.running.get(record.index as usize)?.event,
        };
        source.events.get(event)
    }

    /// The model that a record names; empty where it names none.
    pub fn model_of(&self, record: RecordRef) -> &str {
        self.text_of(record, |row| row.model, |count| count.model)
    }

    /// The provider that a record itself names; empty where the session's own is meant.
    pub fn provider_of(&self, record: RecordRef) -> &str {
        self.text_of(record, |row| row.provider, |_| StrId::NONE)
    }

    fn text_of(
        &self,
        record: RecordRef,
        of_row: fn(&UsageRow) -> StrId,
        of_count: fn(&crate::model::RunningCount) -> StrId,
    ) -> &str {
        let Some(source) = self.source(record.source) else { return "" };
        let id = match record.list {
            RecordList::Usage => source.usage.get(record.index as usize).map(of_row),
            RecordList::Running => source.running.get(record.index as usize).map(of_count),
        };
        source.strings.get(id.unwrap_or(StrId::NONE))
    }

    /// Sources whose bytes equal those of another one, which counts instead; by id.
    pub fn duplicates(&self) -> &[(SourceId, SourceId)] {
        &self.duplicates
    }

    /// The source that counts instead of this one.
    pub fn original_of(&self, id: SourceId) -> Option<SourceId> {
        let found = self.duplicates.binary_search_by_key(&id, |(twin, _)| *twin).ok()?;
        Some(self.duplicates[found].1)
    }

    pub fn session(&self, key: &str) -> Option<&Session> {
        Some(&self.known.sessions[*self.by_key.get(key)?])
    }
}

type Duplicates = Vec<(SourceId, SourceId)>;

/// Of logs with equal content only the first counts (PRODUCT §2). Other files may be equal: they are only listed.
fn without_duplicates(ordered: Vec<(SourceId, &Arc<SourceIndex>)>) -> (Vec<(SourceId, &SourceIndex)>, Duplicates) {
    let logs = ordered.iter().enumerate().filter(|(_, (_, index))| matches!(index.kind, SourceKind::Log(_)));
    let by_hash = sorted(logs.collect(), |(_, (_, a)), (_, b)| a.hash.cmp(&b.1.hash));
    let mut is_copy = vec![false; ordered.len()];
    let mut duplicates = Duplicates::new();
    for same in by_hash.chunk_by(|(_, (_, a)), (_, (_, b))| a.hash == b.hash) {
        let original = same[0].1.0;
        for (place, (id, _)) in &same[1..] {
            is_copy[*place] = true;
            duplicates.push((*id, original));
        }
    }
    let duplicates = sorted(duplicates, |(a, _), (b, _)| a.cmp(b));
    let unique = ordered.iter().zip(is_copy).filter(|(_, is_copy)| !is_copy);
    (unique.map(|((id, index), _)| (*id, &***index)).collect(), duplicates)
}

#[cfg(test)]
mod counting_tests;
