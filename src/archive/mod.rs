//! Everything loaded, and the only place where sources meet: duplicates, parents, copies of one session. The result
//! depends on what is loaded, never on the order in which it was.

mod joiner;
mod prices;
mod reader;
mod session;

pub use prices::{PriceError, PriceRow, Prices, Rate, Rates};
pub use reader::SourceReader;
pub use session::{CostTally, Coverage, Place, Session, Totals};

use crate::model::{SessionPart, SourceId, SourceIndex, SourceKind, sorted};
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
    sessions: Vec<Session>,
    duplicates: Duplicates,
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
        let sessions = session::assemble(&unique);
        (self.sessions, self.duplicates) = (sessions, duplicates);
        self.assembled = Some(self.generation);
    }

    /// The sessions as of the last [`Archive::assemble`], in a stable order (start, then key; unknown starts last).
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
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
        self.sessions.iter().find(|session| session.key == key)
    }

    /// What a source says of a session.
    pub fn part(&self, place: Place) -> Option<&SessionPart> {
        self.source(place.source)?.parts.get(usize::from(place.part))
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
