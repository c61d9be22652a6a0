//! Everything loaded, and the only place where sources meet: duplicates, parents, copies of one session. The result
//! depends on what is loaded, never on the order in which it was.

mod joiner;
mod reader;
mod session;

pub use reader::SourceReader;
pub use session::{CostTally, Coverage, Place, Session, Totals};

use crate::model::{SessionPart, SourceId, SourceIndex, SourceKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is loaded. Sessions are put together when they are asked for.
#[derive(Debug, Default)]
pub struct Archive {
    sources: BTreeMap<SourceId, Arc<SourceIndex>>,
    /// Rises with every change; answers name the one they were computed from.
    generation: u64,
    /// The generation that `sessions` and `duplicates` belong to.
    assembled: Option<u64>,
    sessions: Vec<Session>,
    duplicates: BTreeMap<SourceId, SourceId>,
}

impl Archive {
    /// Adds or replaces a source.
    pub fn add(&mut self, id: SourceId, index: SourceIndex) {
        self.add_shared(id, Arc::new(index));
    }

    /// Adds or replaces a source that another archive holds too.
    pub fn add_shared(&mut self, id: SourceId, index: Arc<SourceIndex>) {
        self.sources.insert(id, index);
        self.generation += 1;
    }

    pub fn remove(&mut self, id: SourceId) {
        if self.sources.remove(&id).is_some() {
            self.generation += 1;
        }
    }

    pub fn generation(&self) -> u64 {
        self.generation
    }

    pub fn source(&self, id: SourceId) -> Option<&Arc<SourceIndex>> {
        self.sources.get(&id)
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
        let mut ordered: Vec<(SourceId, &Arc<SourceIndex>)> = self.sources().collect();
        ordered.sort_by(|(_, a), (_, b)| (&a.meta.path, a.hash).cmp(&(&b.meta.path, b.hash)));
        let (unique, duplicates) = without_duplicates(ordered);
        let sessions = session::assemble(&unique);
        (self.sessions, self.duplicates) = (sessions, duplicates);
        self.assembled = Some(self.generation);
    }

    /// The sessions as of the last [`Archive::assemble`], in a stable order (start, then key; unknown starts last).
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// Sources whose bytes equal those of another one, which counts instead.
    pub fn duplicates(&self) -> &BTreeMap<SourceId, SourceId> {
        &self.duplicates
    }

    pub fn session(&self, key: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.key == key)
    }

    /// What a source says of a session.
    pub fn part(&self, place: Place) -> Option<&SessionPart> {
        self.source(place.source)?.parts.get(usize::from(place.part))
    }
}

type Duplicates = BTreeMap<SourceId, SourceId>;

/// Of logs with equal content only the first counts (PRODUCT §2). Other files may be equal: they are only listed.
fn without_duplicates(ordered: Vec<(SourceId, &Arc<SourceIndex>)>) -> (Vec<(SourceId, &SourceIndex)>, Duplicates) {
    let mut first: BTreeMap<u128, SourceId> = BTreeMap::new();
    let mut duplicates = Duplicates::new();
    let mut unique = Vec::new();
    for (id, index) in ordered {
        let known = matches!(index.kind, SourceKind::Log(_)).then(|| first.get(&index.hash).copied()).flatten();
        match known {
            Some(original) => {
                duplicates.insert(id, original);
            }
            None => {
                first.insert(index.hash, id);
                unique.push((id, &**index));
            }
        }
    }
    (unique, duplicates)
}
