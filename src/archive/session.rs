//! Sessions out of the parts that sources hold: copies joined, parents found, names made unique.

use crate::model::{
    Finality, Money, Relation, Reported, Scope, SessionPart, SourceId, SourceIndex, SourceKind, Tally, Timestamp,
    TokenSet, UsageRow, sorted,
};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Where a session part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    pub source: SourceId,
    pub part: u16,
}

/// One agent run.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Unique among what is loaded: the log's own id, with `~2`, `~3` … where different runs share it.
    pub key: String,
    /// Stable name of its format.
    pub format: &'static str,
    pub place: Place,
    /// Shorter copies of the same run in other sources; they count nothing.
    pub copies: Vec<Place>,
    pub relation: Relation,
    /// Key of the session that it belongs to.
    pub parent: Option<String>,
    pub totals: Totals,
}

/// Sums over the usage rows of a session that count, without its sub-agents (token-coverage.md §3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub input_uncached: Tally,
    pub cache_read: Tally,
    pub cache_write: Tally,
    pub output: Tally,
    pub reasoning: Tally,
    /// The largest prompt of one request (token-coverage.md R2).
    pub peak_context: Reported<u64>,
    pub cost: CostTally,
    pub coverage: Coverage,
}

/// Recorded cost, and of how many rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostTally {
    pub known: Money,
    pub reported: u32,
    pub eligible: u32,
}

/// How many of the rows that could hold a metric did (token-coverage.md R6).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    pub eligible: u32,
    pub with_output: u32,
    pub with_context: u32,
    pub partial: u32,
}

impl CostTally {
    /// The whole cost, if every row had one.
    pub fn exact(&self) -> Reported<Money> {
        let is_exact = self.reported > 0 && self.reported == self.eligible;
        if is_exact { Reported::new(self.known) } else { Reported::NOT_RECORDED }
    }

    /// `exact`, `partial` or `none` (token-coverage.md §7 "Cost Status"; `computed` needs prices).
    pub fn status(&self) -> &'static str {
        match (self.reported, self.reported == self.eligible) {
            (0, _) => "none",
            (_, true) => "exact",
            _ => "partial",
        }
    }
}

impl Totals {
    /// A total of the whole session replaces the sum of its requests (token-coverage.md R3) if it is a record at all.
    /// The peak comes from requests only (R2).
    pub fn of<'a>(rows: impl Iterator<Item = &'a UsageRow> + Clone) -> Self {
        let holds = |row: &&UsageRow| row.tokens != TokenSet::default();
        let aggregate = rows.clone().rfind_aggregate();
        let requests = || rows.clone().filter(|row| row.scope == Scope::Request);
        let mut totals = Self::default();
        match aggregate.filter(holds) {
            Some(row) => totals.add(row),
            None if requests().next().is_some() => requests().for_each(|row| totals.add(row)),
            None => aggregate.into_iter().for_each(|row| totals.add(row)),
        }
        totals.peak_context = requests().filter_map(|row| row.tokens.context().get()).max().into();
        totals.cost = CostTally::of(aggregate, requests());
        totals
    }

    fn add(&mut self, row: &UsageRow) {
        let is_partial = row.finality == Finality::Partial;
        let tokens = &row.tokens;
        self.input_uncached.add(tokens.input_uncached, is_partial);
        self.cache_read.add(tokens.cache_read, is_partial);
        self.cache_write.add(tokens.cache_write, is_partial);
        self.output.add(tokens.output, is_partial);
        self.reasoning.add(tokens.reasoning, is_partial);
        self.coverage.eligible += 1;
        self.coverage.with_output += u32::from(tokens.output.is_recorded());
        self.coverage.with_context += u32::from(tokens.context().is_recorded());
        self.coverage.partial += u32::from(is_partial);
    }
}

impl CostTally {
    /// The session's own amount, else the known part of its requests: without the session's own amount at least one
    /// call had none (fizeau.md §3.3), so the sum is a lower bound.
    fn of<'a>(aggregate: Option<&UsageRow>, requests: impl Iterator<Item = &'a UsageRow>) -> Self {
        if let Some(cost) = aggregate.and_then(|row| row.cost.get()) {
            return Self { known: cost, reported: 1, eligible: 1 };
        }
        let mut tally = Self { eligible: u32::from(aggregate.is_some()), ..Self::default() };
        for row in requests {
            tally.eligible += 1;
            if let Some(cost) = row.cost.get() {
                tally.known = tally.known + cost;
                tally.reported += 1;
            }
        }
        tally
    }
}

trait LastAggregate<'a> {
    fn rfind_aggregate(self) -> Option<&'a UsageRow>;
}

impl<'a, I: Iterator<Item = &'a UsageRow>> LastAggregate<'a> for I {
    /// The last total wins: logs that write several cover more and more of the run.
    fn rfind_aggregate(self) -> Option<&'a UsageRow> {
        self.filter(|row| row.scope == Scope::Aggregate).last()
    }
}

/// A part on its way to become a session.
struct Candidate<'a> {
    place: Place,
    format: &'static str,
    source: &'a SourceIndex,
    part: &'a SessionPart,
}

/// All sessions of sources that stand in a stable order.
pub fn assemble(sources: &[(SourceId, &SourceIndex)]) -> Vec<Session> {
    let candidates = sources.iter().flat_map(|(id, source)| {
        let format = match source.kind {
            SourceKind::Log(format) => format,
            _ => "",
        };
        source.parts.iter().enumerate().map(move |(index, part)| {
            let place = Place { source: *id, part: index as u16 };
            Candidate { place, format, source, part }
        })
    });
    // The longest copy wins; of equal ones the first by path.
    let size = |candidate: &Candidate<'_>| candidate.part.started.map_or(0, |_| candidate.source.bytes);
    let order = |a: &Candidate<'_>, b: &Candidate<'_>| a.run().cmp(&b.run()).then(size(b).cmp(&size(a)));
    let mut taken = FxHashMap::default();
    let mut winners: Vec<(Candidate<'_>, Session)> = Vec::new();
    for candidate in sorted(candidates.collect(), order) {
        match winners.last_mut().filter(|(winner, _)| winner.is_same_run(&candidate)) {
            Some((_, session)) => session.copies.push(candidate.place),
            None => {
                let session = session_of(&candidate, &mut taken);
                winners.push((candidate, session));
            }
        }
    }
    with_parents(winners)
}

impl Candidate<'_> {
    /// In the order of the list: unknown starts last.
    fn run(&self) -> (bool, Option<Timestamp>, &str, &str) {
        (self.part.started.is_none(), self.part.started, &self.part.id, self.format)
    }

    /// The same id and start is one session (DESIGN §4); without a start nothing proves that.
    fn is_same_run(&self, other: &Self) -> bool {
        self.part.started.is_some() && self.run() == other.run()
    }
}

/// `taken` counts how often an id has been used.
fn session_of(winner: &Candidate<'_>, taken: &mut FxHashMap<Box<str>, u32>) -> Session {
    let id = &winner.part.id;
    let count = taken.get(id.as_str()).map_or(1, |count| count + 1);
    taken.insert(id.as_str().into(), count);
    let key = match count {
        1 => id.clone(),
        n => format!("{id}~{n}"),
    };
    let rows = winner.source.usage.iter().filter(|row| row.part == winner.place.part);
    Session {
        key,
        format: winner.format,
        place: winner.place,
        copies: Vec::new(),
        relation: winner.part.relation,
        parent: None,
        totals: Totals::of(rows),
    }
}

/// What a stream, or a session that is none, shares with others that record the same run.
fn join_of<'a>((candidate, session): &(Candidate<'a>, Session), is_stream: bool) -> Option<(&'static str, &'a str)> {
    let join = candidate.part.join.as_deref()?;
    (is_stream == (session.relation == Relation::Stream)).then_some((candidate.format, join))
}

/// A stream belongs to the session that records the same run, if that is loaded; else it stands for itself.
fn with_parents(winners: Vec<(Candidate<'_>, Session)>) -> Vec<Session> {
    let owners = winners.iter().filter_map(|winner| Some((join_of(winner, false)?, winner)));
    let owners = sorted(owners.collect(), |(a, _): &(_, _), (b, _)| Ord::cmp(a, b));
    let parents: Vec<Option<String>> = winners
        .iter()
        .map(|stream| {
            let join = join_of(stream, true)?;
            let first = owners.partition_point(|(owner, _)| *owner < join);
            let mut possible = owners[first..].iter().take_while(|(owner, _)| *owner == join).map(|(_, owner)| *owner);
            let mut same = possible.clone().filter(|(owner, _)| owner.part.harness == stream.0.part.harness);
            same.next().or(possible.next()).map(|(_, session)| session.key.clone())
        })
        .collect();
    let sessions = winners.into_iter().map(|(_, session)| session);
    sessions
        .zip(parents)
        .map(|(mut session, parent)| {
            if parent.is_none() && session.relation == Relation::Stream {
                session.relation = Relation::Root;
            }
            session.parent = parent;
            session
        })
        .collect()
}
