//! Every usage record of a session's logs, and what became of it: what explanations and the normalised export are made
//! of.

use crate::archive::{Archive, Decision, Entry, Place, RecordList, RecordRef, Session, notes};
use crate::model::{Cost, Finality, Map, Money, Reported, Scope, Timestamp, TokenSet, price_notes};
use std::ops::Range;

/// One record, or one of the two amounts that a running total stands for (codex.md X4).
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    pub at: RecordRef,
    /// Index of the event whose line holds it.
    pub event: u32,
    pub decision: Decision,
    /// What it counts as; `None` where it does not.
    pub entry: Option<&'a Entry>,
    pub scope: Scope,
    pub finality: Finality,
    pub time: Option<Timestamp>,
    /// As counted, else as recorded.
    pub tokens: TokenSet,
    /// As counted, else as recorded.
    pub cost: Reported<Money>,
}

/// Finds what records count as.
pub struct Records<'a> {
    archive: &'a Archive,
    entries: Map<RecordRef, Range<usize>>,
}

impl<'a> Records<'a> {
    /// The archive must be assembled.
    pub fn new(archive: &'a Archive) -> Self {
        let mut entries = Map::default();
        let mut start = 0;
        // Two amounts of one record stand side by side.
        for same in archive.entries().chunk_by(|a, b| a.record == b.record) {
            entries.insert(same[0].record, start..start + same.len());
            start += same.len();
        }
        Self { archive, entries }
    }

    /// As [`Records::new`], of a few records alone.
    pub fn only(archive: &'a Archive, wanted: &[RecordRef]) -> Self {
        let mut found = Self { archive, entries: Map::default() };
        for (at, entry) in archive.entries().iter().enumerate().filter(|(_, entry)| wanted.contains(&entry.record)) {
            found.entries.entry(entry.record).or_insert(at..at).end = at + 1;
        }
        found
    }

    /// The records of a session's part of a source, in the order of its lists.
    pub fn of_place(&self, place: Place) -> Vec<Record<'a>> {
        let mut found = Vec::new();
        let Some(source) = self.archive.source(place.source) else { return found };
        let record = |list, index: usize| RecordRef { source: place.source, list, index: index as u32 };
        for (index, _) in source.usage.iter().enumerate().filter(|(_, row)| row.part == place.part) {
            self.of_record(record(RecordList::Usage, index), &mut found);
        }
        for (index, _) in source.running.iter().enumerate().filter(|(_, count)| count.part == place.part) {
            self.of_record(record(RecordList::Running, index), &mut found);
        }
        found
    }

    /// What a record counts as, or what it says where it does not count.
    pub fn of_record(&self, at: RecordRef, found: &mut Vec<Record<'a>>) {
        let Some(source) = self.archive.source(at.source) else { return };
        let known = match at.list {
            RecordList::Usage => source.usage.get(at.index as usize).map(|row| {
                let written = Written { tokens: row.tokens, cost: row.cost, time: row.at };
                ((row.event, row.scope, row.finality), written)
            }),
            RecordList::Running => source.running.get(at.index as usize).map(|count| {
                let tokens = count.last.or(count.total).map_or_else(TokenSet::default, |counter| counter.tokens());
                let written = Written { tokens, cost: Reported::NOT_RECORDED, time: count.at };
                ((count.event, Scope::Request, Finality::Unknown), written)
            }),
        };
        if let Some((known, written)) = known {
            self.push(at, known, written, found);
        }
    }

    /// An entry as the record that it is made of.
    pub fn of_entry(&self, entry: &'a Entry) -> Record<'a> {
        let event = match (entry.record.list, self.archive.source(entry.record.source)) {
            (RecordList::Usage, Some(source)) => source.usage.get(entry.record.index as usize).map(|row| row.event),
            (RecordList::Running, Some(source)) => {
                source.running.get(entry.record.index as usize).map(|count| count.event)
            }
            (_, None) => None,
        };
        let decision = self.archive.decision(entry.record).unwrap_or(Decision::Kept);
        counted(entry, event.unwrap_or(entry.event), decision)
    }

    fn push(
        &self,
        at: RecordRef,
        (event, scope, finality): (u32, Scope, Finality),
        written: Written,
        found: &mut Vec<Record<'a>>,
    ) {
        let decision = self.archive.decision(at).unwrap_or(Decision::InCopy);
        let Some(entries) = self.entries.get(&at).and_then(|range| self.archive.entries().get(range.clone())) else {
            let Written { tokens, cost, time } = written;
            return found.push(Record { at, event, decision, entry: None, scope, finality, time, tokens, cost });
        };
        found.extend(entries.iter().map(|entry| counted(entry, event, decision)));
    }
}

/// What a line says by itself.
struct Written {
    tokens: TokenSet,
    cost: Reported<Money>,
    time: Option<Timestamp>,
}

fn counted(entry: &Entry, event: u32, decision: Decision) -> Record<'_> {
    Record {
        at: entry.record,
        event,
        decision,
        entry: Some(entry),
        scope: entry.scope,
        finality: entry.finality,
        time: entry.at,
        tokens: entry.tokens,
        cost: entry.cost.amount().into(),
    }
}

/// A line of a source, as people name it.
#[derive(Debug, Clone, PartialEq, Eq, crate::model::Wire, serde::Serialize, serde::Deserialize)]
pub struct LineName {
    pub path: String,
    /// 1-based; 0 where it is not known.
    pub line: u32,
}

/// The line that holds a record.
pub fn line_of(archive: &Archive, record: RecordRef) -> LineName {
    let path = archive.source(record.source).map_or("", |source| &source.meta.path).to_owned();
    LineName { path, line: archive.event_of(record).map_or(0, |event| event.line) }
}

/// The same in words, by the name of the file alone.
fn place_of(archive: &Archive, record: RecordRef) -> String {
    let name = archive.source(record.source).map_or("", |source| source.meta.name());
    format!("line {} of {name}", line_of(archive, record).line)
}

/// Why a record of a session counts, or does not, in words.
pub fn words(archive: &Archive, session: &Session, record: &Record<'_>) -> String {
    let instead = || record.decision.instead().map_or_else(String::new, |other| place_of(archive, other));
    let origin = || session.parent.as_deref().or(session.missing_parent.as_deref()).unwrap_or("another session");
    let mut text = match record.decision {
        Decision::Kept => kept(archive, session, record),
        Decision::SupersededBy(_) => format!("superseded by {}", instead()),
        Decision::Repeated(_) => format!("repeated: {} says the same", instead()),
        Decision::Replayed => format!("replayed from {}", origin()),
        Decision::NotARequest => "not a request: an error, or made up by the agent".to_owned(),
        Decision::Baseline => "where counting starts: a total from before this log".to_owned(),
        Decision::Empty => "no counts, or all of them 0".to_owned(),
        Decision::ReplacedBy(_) => format!("the session's own total counts instead: {}", instead()),
        Decision::Outranked => "a better record of the same usage counts".to_owned(),
        Decision::InCopy => "in a shorter copy of the session's log".to_owned(),
    };
    if let Some(entry) = record.entry {
        if !entry.counts_tokens && entry.counts_cost && entry.cost.amount().is_some() {
            text.push_str("; its cost counts");
        }
        if entry.counts_tokens && !entry.counts_cost {
            text.push_str("; its cost stands in another row");
        }
        for (note, words) in NOTES {
            if entry.notes & note != 0 {
                text.push_str(words);
            }
        }
    }
    text
}

const NOTES: [(u8, &str); 3] = [
    (notes::CLAMPED, "; clamped: an impossible count was cut"),
    (notes::UNLOGGED, "; requests that nobody logged: the running total grew by this much more"),
    (notes::EXCEEDS_TOTAL, "; larger than what the running total grew by"),
];

fn kept(archive: &Archive, session: &Session, record: &Record<'_>) -> String {
    let Some(entry) = record.entry else { return "counts".to_owned() };
    match archive.sessions().get(entry.session as usize) {
        Some(other) if other.key != session.key => {
            format!("counted in {}, where the request appeared first", other.key)
        }
        _ if entry.at_place.source != record.at.source => {
            let name = archive.source(entry.at_place.source).map_or("", |source| source.meta.name());
            format!("counts; the request appeared first in {name}")
        }
        _ => "counts".to_owned(),
    }
}

/// Where the cost of a record comes from, in words.
pub fn basis(archive: &Archive, record: &Record<'_>) -> String {
    let mut basis = match record.entry.map(|entry| entry.cost) {
        None if record.cost.is_recorded() => "recorded".to_owned(),
        None => String::new(),
        Some(Cost::Recorded(_)) => "recorded".to_owned(),
        Some(Cost::Unpriced(why)) => format!("unpriced: {}", why.words()),
        Some(Cost::Computed(_, number)) => match archive.prices().row(number) {
            None => "computed".to_owned(),
            Some(row) => {
                let own = if row.is_own { ", own price" } else { "" };
                let from = row.valid_from.map_or_else(String::new, |at| format!(", from {}", at.utc().date_text()));
                format!("computed by the price of {}{from}{own}", row.name)
            }
        },
    };
    let notes = record.entry.map_or(0, |entry| entry.price_notes);
    PRICE_NOTES.iter().filter(|(note, _)| notes & note != 0).for_each(|(_, words)| basis.push_str(words));
    basis
}

const PRICE_NOTES: [(u8, &str); 4] = [
    (price_notes::FAST_AS_STANDARD, "; fast mode at the standard price, its multiple is not known"),
    (price_notes::BATCH_AT_FULL_PRICE, "; batch at the full price"),
    (price_notes::LOWER_BOUND, "; at least: a counter is not recorded"),
    (price_notes::LONG_PROMPT, "; at the rates for long prompts"),
];
