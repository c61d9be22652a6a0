//! Sessions out of the parts that sources hold: copies and continuations of one run joined, names made unique.

use super::Loaded;
use super::totals::Totals;
use crate::model::{
    Event, Map, Relation, Reported, SessionPart, SourceId, SourceIndex, SourceKind, Status, Timestamp, TitleOrigin,
    flags, sorted,
};
use std::ops::Range;

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
    /// The parts that make it up, in order of time; at least one.
    pub places: Vec<Place>,
    /// Shorter copies of them in other sources.
    pub copies: Vec<Place>,
    /// What all parts together say.
    pub part: SessionPart,
    pub relation: Relation,
    /// Key of the session that it belongs to.
    pub parent: Option<String>,
    /// Id of a parent that is not loaded.
    pub missing_parent: Option<String>,
    /// Events that are history of its parent: a range of a source's events.
    pub copied: Vec<(SourceId, Range<u32>)>,
    /// Events that another record of the same run tells better, in order.
    pub repeated: Vec<(SourceId, u32)>,
    /// How much is copied had to be guessed (codex.md X5).
    pub is_replay_uncertain: bool,
    /// Key of the session whose own log records the same requests and counts instead (DESIGN §4).
    pub counted_in: Option<String>,
    /// Records of it name requests, whether they count for it or for another session.
    pub names_requests: bool,
    /// What counts for it: a range of [`super::Archive::entries`].
    pub entries: Range<u32>,
    /// Its own sums, without sub-agents and forks.
    pub totals: Totals,
    /// With all that descends from it; equal to `totals` where nothing does (token-coverage.md R7).
    pub tree: Totals,
    /// Sessions below it.
    pub descendants: u32,
    /// Sessions that it started and that are not loaded.
    pub missing_children: u32,
}

impl Session {
    /// The first of its parts.
    pub fn place(&self) -> Place {
        self.places[0]
    }

    /// Whether it answered, but no log holds what that took.
    pub fn is_silent(&self) -> bool {
        self.totals.coverage.eligible == 0 && self.part.counts.responses > 0 && !self.names_requests
    }

    /// Whether it is below another session; what goes on from another session is a session of its own.
    pub const fn is_below(&self) -> bool {
        matches!(self.relation, Relation::SubAgent | Relation::Fork)
    }

    /// Whether what it used is added to the sums of the session above it, whose own numbers do not hold it.
    pub const fn counts_above(&self) -> bool {
        self.is_below() && !self.part.is_in_parents_total
    }

    /// Whether an event of one of its sources is copied history.
    pub fn is_copied(&self, source: SourceId, event: u32) -> bool {
        self.copied.iter().any(|(id, range)| *id == source && range.contains(&event))
    }

    /// The flags that an event has in this session besides its own.
    pub fn flags_of(&self, source: SourceId, event: u32) -> u8 {
        let copied = if self.is_copied(source, event) { flags::COPIED } else { 0 };
        let repeated = if self.repeated.binary_search(&(source, event)).is_ok() { flags::ECHO } else { 0 };
        copied | repeated
    }

    /// Its events with their places, with the flags that they have here.
    pub(super) fn events<'a>(&'a self, loaded: &'a Loaded<'_>) -> impl Iterator<Item = (Place, u32, Event)> + 'a {
        let sources = self.places.iter().filter_map(|place| Some((*place, loaded.source(place.source)?)));
        sources.flat_map(move |(place, source)| {
            let own = source.events.iter().filter(move |(_, event)| event.part == place.part);
            own.map(move |(index, event)| {
                (place, index, Event { flags: event.flags | self.flags_of(place.source, index), ..event })
            })
        })
    }
}

/// A part on its way to become a session, or a piece of one.
struct Candidate<'a> {
    place: Place,
    format: &'static str,
    source: &'a SourceIndex,
    part: &'a SessionPart,
    /// Length of its first event's line: copies of a file start alike.
    first_len: u32,
}

/// All sessions of sources that stand in a stable order; by start, unknown starts last.
pub fn sessions(loaded: &Loaded<'_>) -> Vec<Session> {
    let candidates = loaded.sources.iter().flat_map(|(id, source)| {
        let format = match source.kind {
            SourceKind::Log(format) => format,
            _ => "",
        };
        let firsts = first_lens(source);
        source.parts.iter().enumerate().map(move |(index, part)| {
            let place = Place { source: *id, part: index as u16 };
            let first_len = firsts.get(index).copied().unwrap_or(0);
            Candidate { place, format, source, part, first_len }
        })
    });
    let groups = sorted(runs(candidates.collect()), |a, b| a[0].order().cmp(&b[0].order()));
    let mut taken = Map::default();
    groups.into_iter().map(|run| session_of(run, &mut taken)).collect()
}

fn first_lens(source: &SourceIndex) -> Vec<u32> {
    let mut lens = vec![0; source.parts.len()];
    let mut missing = lens.len();
    for (_, event) in source.events.iter() {
        if let Some(len @ 0) = lens.get_mut(usize::from(event.part)) {
            *len = event.span.len.max(1);
            missing -= 1;
        }
        if missing == 0 {
            break;
        }
    }
    lens
}

/// Candidates that are one run, each run with its longest part of the earliest start first.
fn runs(candidates: Vec<Candidate<'_>>) -> Vec<Vec<Candidate<'_>>> {
    // The longest copy wins; of equal ones the first by path.
    let size = |candidate: &Candidate<'_>| candidate.part.started.map_or(0, |_| candidate.source.bytes);
    let order = |a: &Candidate<'_>, b: &Candidate<'_>| {
        a.identity().cmp(&b.identity()).then(a.order().cmp(&b.order())).then(size(b).cmp(&size(a)))
    };
    let mut runs: Vec<Vec<Candidate<'_>>> = Vec::new();
    for candidate in sorted(candidates, order) {
        match runs.last_mut().filter(|run| run[0].is_same_run(&candidate)) {
            Some(run) => run.push(candidate),
            None => runs.push(vec![candidate]),
        }
    }
    runs
}

impl Candidate<'_> {
    /// What parts of one run have in common.
    fn identity(&self) -> (&str, &str, bool) {
        (self.format, &self.part.id, self.part.has_global_id)
    }

    /// In the order of the list: unknown starts last.
    fn order(&self) -> (bool, Option<Timestamp>, &str, &str) {
        (self.part.started.is_none(), self.part.started, &self.part.id, self.format)
    }

    /// An id that names the run everywhere is enough. Else the same id and start is one session (DESIGN §4); without a
    /// start nothing proves that.
    fn is_same_run(&self, other: &Self) -> bool {
        let is_known =
            self.part.has_global_id || self.part.started.is_some() && self.part.started == other.part.started;
        is_known && self.identity() == other.identity()
    }

    /// Whether it repeats a longer part rather than going on from it.
    fn is_copy_of(&self, other: &Self) -> bool {
        !self.part.has_global_id || self.part.started == other.part.started && self.first_len == other.first_len
    }
}

/// `taken` counts how often an id has been used.
fn session_of(run: Vec<Candidate<'_>>, taken: &mut Map<Box<str>, u32>) -> Session {
    let mut pieces: Vec<&Candidate<'_>> = Vec::new();
    let mut copies = Vec::new();
    let has_own_log = run.iter().any(|candidate| !candidate.part.is_second_hand);
    for candidate in &run {
        let is_told = candidate.part.is_second_hand && has_own_log;
        match is_told || pieces.iter().any(|piece| candidate.is_copy_of(piece)) {
            true => copies.push(candidate.place),
            false => pieces.push(candidate),
        }
    }
    let part = joined(pieces.iter().map(|piece| piece.part));
    let count = taken.get(part.id.as_str()).map_or(1, |count| count + 1);
    taken.insert(part.id.as_str().into(), count);
    let key = match count {
        1 => part.id.clone(),
        n => format!("{}~{n}", part.id),
    };
    Session {
        key,
        format: run[0].format,
        places: pieces.iter().map(|piece| piece.place).collect(),
        copies,
        relation: part.relation,
        part,
        parent: None,
        missing_parent: None,
        copied: Vec::new(),
        repeated: Vec::new(),
        is_replay_uncertain: false,
        counted_in: None,
        names_requests: false,
        entries: 0..0,
        totals: Totals::default(),
        tree: Totals::default(),
        descendants: 0,
        missing_children: 0,
    }
}

/// What several parts of one run say together: the first that knows a thing, and how it ended from the last.
fn joined<'a>(mut parts: impl Iterator<Item = &'a SessionPart>) -> SessionPart {
    let mut whole = parts.next().cloned().unwrap_or_default();
    for part in parts {
        whole.harness = whole.harness.or_else(|| part.harness.clone());
        whole.provider = whole.provider.or_else(|| part.provider.clone());
        whole.project = whole.project.or_else(|| part.project.clone());
        whole.parent_id = whole.parent_id.or_else(|| part.parent_id.clone());
        whole.join = whole.join.or_else(|| part.join.clone());
        for model in &part.models {
            if !whole.models.contains(model) {
                whole.models.push(model.clone());
            }
        }
        for fact in &part.facts {
            if !whole.facts.contains(fact) {
                whole.facts.push(fact.clone());
            }
        }
        if whole.title.is_none() || part.title.is_some() && part.title_origin > whole.title_origin {
            (whole.title, whole.title_origin) = (part.title.clone(), part.title_origin);
        }
        if part.status != Status::Unknown {
            (whole.status, whole.status_word) = (part.status, part.status_word.clone());
        }
        whole.has_outcome |= part.has_outcome;
        if whole.relation == Relation::Root {
            whole.relation = part.relation;
        }
        whole.context_window = whole.context_window.or(part.context_window);
        whole.started = [whole.started, part.started].into_iter().flatten().min();
        whole.ended = whole.ended.max(part.ended);
        whole.duration_ms = duration(&whole);
        whole.counts.add(&part.counts);
        if let Some(more) = &part.post_mortem {
            whole.post_mortem.get_or_insert_default().merge(more);
        }
    }
    whole
}

/// From start to end, milliseconds.
pub fn duration(part: &SessionPart) -> Reported<u64> {
    let measured = || u64::try_from(part.ended?.ms_since(part.started?)).ok();
    measured().into()
}

/// Gives a session a title that another source has for it, if that is worth more; of equal ones the last.
pub fn entitle(part: &mut SessionPart, text: &str, origin: TitleOrigin) {
    if part.title.is_none() || origin >= part.title_origin && origin > TitleOrigin::Prompt {
        (part.title, part.title_origin) = (Some(text.to_owned()), origin);
    }
}
