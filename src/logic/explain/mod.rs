//! Where a session's numbers come from: the records behind them, what was left out and why (PRODUCT §6). The rows that
//! count add up to the numbers, always.

mod against;
pub mod heard;
pub mod measure;
pub mod name;
mod panels;
mod tables;
mod told;
pub mod total;
mod words;
mod work;

use super::range::requests;
use super::records::{self, LineName, Record, Records};
use super::session::keyed_events;
use super::sessions::Sums;
use super::window::Window;
use crate::archive::{Archive, RecordRef, Session, Totals};
use crate::model::{Finality, Map, Money, Relation, Reported, Scope, Set, SourceId, Timestamp, TokenSet, Wire};
use serde::Serialize;

/// How the sums of a session came about.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct Explanation {
    pub key: String,
    pub title: Option<String>,
    /// Keys of the sessions whose records add up: it, and all below it unless only its own are asked for.
    pub members: Vec<String>,
    pub sums: Sums,
    /// Sessions that they started and that are not loaded: each makes the sums lower bounds.
    pub missing_children: u32,
    /// Members below it that answered, and of which no usage is recorded: likewise.
    pub silent: u32,
    /// As every list shows them.
    pub totals: Totals,
    /// Every record of the members' logs, with what was left out.
    pub rows: Vec<ExplainRow>,
    /// How many rows have each decision, by how often it is.
    pub decisions: Vec<DecisionCount>,
    /// How the sums are made, sentence by sentence.
    pub formula: Vec<String>,
}

/// One usage record.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct ExplainRow {
    /// Key of the session whose log holds it.
    pub session: String,
    /// Key of the session that it counts for; `None` where it counts for none.
    pub counted_in: Option<String>,
    pub line: LineName,
    /// The key of its event; `None` in copies, which are not shown.
    pub event: Option<String>,
    pub at: Option<Timestamp>,
    /// Empty where the log names none.
    pub model: String,
    pub scope: Scope,
    pub finality: Finality,
    pub tokens: TokenSet,
    pub cost: Reported<Money>,
    /// Where the cost comes from, or why there is none.
    pub basis: String,
    /// Stable name of the decision.
    pub decision: String,
    /// The decision in words.
    pub why: String,
    /// The line that counts in its place.
    pub instead: Option<LineName>,
    /// Its tokens are in the sums.
    pub counts_tokens: bool,
    /// Its cost is in the sum, or would be if it were known.
    pub counts_cost: bool,
}

/// How many records have a decision.
#[derive(Debug, Clone, PartialEq, Eq, Wire, Serialize)]
pub struct DecisionCount {
    pub decision: String,
    pub count: u32,
}

impl ExplainRow {
    /// Whether anything of it is in the sums.
    pub const fn counts(&self) -> bool {
        self.counts_tokens || self.counts_cost
    }

    /// Whether its true cost is higher: computed from counters that are too small, or not all there.
    pub fn is_cost_lower_bound(&self) -> bool {
        let is_known = self.tokens.context().is_recorded() && self.tokens.output.is_recorded();
        self.basis.starts_with("computed") && (self.finality == Finality::Partial || !is_known)
    }
}

/// Explains a session; `None` when there is no such session. The archive must be assembled.
pub fn explain(archive: &Archive, key: &str, sums: Sums) -> Option<Explanation> {
    explain_range(archive, key, sums, None)
}

/// As [`explain`], of what was used from one time to another: of each call what it used itself, even where a total of
/// the whole session counts instead.
pub fn explain_range(archive: &Archive, key: &str, sums: Sums, range: Option<Window>) -> Option<Explanation> {
    let session = archive.session(key)?;
    let family = Family::of(archive, session, sums);
    let mut rows = Work { archive, records: Records::new(archive), family: &family }.rows();
    let members: Vec<String> = family.members.iter().map(|index| archive.sessions()[*index].key.clone()).collect();
    let mut totals = if sums == Sums::Own { session.totals } else { session.tree };
    if let Some(range) = range {
        rows.retain(|row| row.scope != Scope::Aggregate && range.contains(row.at));
        for row in &mut rows {
            let counts = row.counted_in.as_ref().is_some_and(|owner| members.contains(owner));
            (row.counts_tokens, row.counts_cost) = (counts, counts);
        }
        let mut used = Totals::default();
        for member in members.iter().filter_map(|key| archive.session(key)) {
            requests(archive, member, range).for_each(|entry| used.add(&entry));
        }
        totals = used;
    }
    let mut decisions: Vec<DecisionCount> = Vec::new();
    for row in &rows {
        match decisions.iter_mut().find(|known| known.decision == row.decision) {
            Some(known) => known.count += 1,
            None => decisions.push(DecisionCount { decision: row.decision.clone(), count: 1 }),
        }
    }
    let decisions = crate::model::sorted(decisions, |a, b| b.count.cmp(&a.count));
    let mut explanation = Explanation {
        key: session.key.clone(),
        title: session.part.title.clone(),
        members,
        sums,
        missing_children: family.missing_children(archive, sums),
        silent: family.members.iter().skip(1).filter(|index| archive.sessions()[**index].is_silent()).count() as u32,
        totals,
        rows,
        decisions,
        formula: Vec::new(),
    };
    explanation.formula = words::formula(&explanation, session, range);
    Some(explanation)
}

/// Whose records are looked at. Indexes of sessions.
struct Family {
    /// Those that add up.
    members: Vec<usize>,
    /// Second records of their runs: shown, never added.
    streams: Vec<usize>,
}

impl Family {
    fn of(archive: &Archive, session: &Session, sums: Sums) -> Self {
        let sessions = archive.sessions();
        let index: Map<&str, usize> =
            sessions.iter().enumerate().map(|(index, session)| (session.key.as_str(), index)).collect();
        let parent = |at: usize| sessions[at].parent.as_deref().and_then(|key| index.get(key)).copied();
        let Some(top) = index.get(session.key.as_str()).copied() else {
            return Self { members: Vec::new(), streams: Vec::new() };
        };
        let above = |at: usize| parent(at).filter(|_| sessions[at].counts_above());
        let is_below = |at: &usize| {
            sums == Sums::Tree
                && std::iter::successors(above(*at), |at| above(*at)).take(sessions.len()).any(|at| at == top)
        };
        let members: Vec<usize> = std::iter::once(top).chain((0..sessions.len()).filter(is_below)).collect();
        let is_stream = |at: &usize| {
            let is_second = sessions[*at].relation == Relation::Stream || sessions[*at].part.is_in_parents_total;
            is_second && !members.contains(at) && parent(*at).is_some_and(|run| members.contains(&run))
        };
        let streams = (0..sessions.len()).filter(is_stream).collect();
        Self { members, streams }
    }

    fn missing_children(&self, archive: &Archive, sums: Sums) -> u32 {
        match sums {
            Sums::Own => 0,
            Sums::Tree => self.members.iter().map(|index| archive.sessions()[*index].missing_children).sum(),
        }
    }
}

/// A few records of a session, as its own sums see them.
pub(super) fn rows_of(archive: &Archive, session: &Session, found: &[Record<'_>]) -> Vec<ExplainRow> {
    let family = Family::of(archive, session, Sums::Own);
    let work = Work { archive, records: Records::only(archive, &[]), family: &family };
    found.iter().map(|record| work.row(session, record, None)).collect()
}

struct Work<'a> {
    archive: &'a Archive,
    records: Records<'a>,
    family: &'a Family,
}

impl Work<'_> {
    fn rows(&self) -> Vec<ExplainRow> {
        let mut rows = Vec::new();
        let mut shown: Set<RecordRef> = Set::default();
        let sessions = self.archive.sessions();
        for index in self.family.members.iter().chain(&self.family.streams) {
            let Some(session) = sessions.get(*index) else { continue };
            let mut found: Vec<Record<'_>> = Vec::new();
            for place in session.places.iter().chain(&session.copies) {
                found.extend(self.records.of_place(*place));
            }
            shown.extend(found.iter().map(|record| record.at));
            self.add(session, &found, &mut rows);
        }
        // What counts here although its numbers stand in the log of another session (claude-code.md C3, C4).
        for index in &self.family.members {
            let Some(session) = sessions.get(*index) else { continue };
            let elsewhere = self.archive.entries_of(session).iter().filter(|entry| !shown.contains(&entry.record));
            let found: Vec<Record<'_>> = elsewhere.map(|entry| self.records.of_entry(entry)).collect();
            self.add(session, &found, &mut rows);
        }
        rows
    }

    fn add(&self, session: &Session, found: &[Record<'_>], rows: &mut Vec<ExplainRow>) {
        let wanted: Set<(SourceId, u32)> = found.iter().map(|record| (record.at.source, record.event)).collect();
        let keyed = keyed_events(self.archive, session).map(|(found, key)| ((found.id, found.index), key));
        let keys: Map<(SourceId, u32), String> = keyed.filter(|(at, _)| wanted.contains(at)).collect();
        for record in found {
            let key = keys.get(&(record.at.source, record.event)).cloned();
            rows.push(self.row(session, record, key));
        }
    }

    fn row(&self, session: &Session, record: &Record<'_>, event: Option<String>) -> ExplainRow {
        let archive = self.archive;
        let owner = record.entry.map(|entry| entry.session as usize);
        let counts = |wanted: fn(&crate::archive::Entry) -> bool| {
            let is_member = owner.is_some_and(|owner| self.family.members.contains(&owner));
            is_member && record.entry.is_some_and(wanted)
        };
        let why = match owner {
            Some(owner) if self.family.streams.contains(&owner) => {
                "another record of the run, which counts in its own log".to_owned()
            }
            _ => records::words(archive, session, record),
        };
        ExplainRow {
            session: session.key.clone(),
            counted_in: owner.and_then(|owner| Some(archive.sessions().get(owner)?.key.clone())),
            line: records::line_of(archive, record.at),
            event,
            at: record.time,
            model: archive.model_of(record.at).to_owned(),
            scope: record.scope,
            finality: record.finality,
            tokens: record.tokens,
            cost: record.cost,
            basis: records::basis(archive, record),
            decision: record.decision.name().to_owned(),
            why,
            instead: record.decision.instead().map(|other| records::line_of(archive, other)),
            counts_tokens: counts(|entry| entry.counts_tokens),
            counts_cost: counts(|entry| entry.counts_cost),
        }
    }
}

#[cfg(test)]
mod drawn_tests;
#[cfg(test)]
#[path = "tests.rs"]
mod tests;
#[cfg(test)]
mod total_tests;
