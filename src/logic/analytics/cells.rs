//! What was used, cut as finely as any panel asks: a cell for each session, model and day.

use super::day::{Day, LocalClock};
use super::select::Picks;
use crate::archive::{Entry, Session, Totals};
use crate::logic::window::Window;
use crate::model::{StrId, Tally, Wire, sorted};

/// Usage of one session with one model on one day, by the time of each request.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    pub session: u32,
    pub model: StrId,
    pub day: Option<Day>,
    pub totals: Totals,
}

/// By what usage is told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Wire)]
pub enum Split {
    Project,
    #[default]
    Model,
    Agent,
    Session,
}

impl Split {
    pub const ALL: [Self; 4] = [Self::Project, Self::Model, Self::Agent, Self::Session];

    /// Stable name, as links and exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Model => "model",
            Self::Agent => "agent",
            Self::Session => "session",
        }
    }

    /// The inverse of [`Split::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// A number for what a cell belongs to.
    pub fn key(self, picks: &Picks<'_>, cell: &Cell) -> u32 {
        let row = || picks.row(cell.session);
        match self {
            Self::Project => row().map_or(0, |row| row.project.0),
            Self::Model => cell.model.0,
            Self::Agent => row().map_or(0, |row| row.agent.0),
            Self::Session => cell.session,
        }
    }

    /// The name behind a key.
    pub fn label(self, picks: &Picks<'_>, key: u32) -> String {
        match self {
            Self::Session => picks.session(key).map_or_else(String::new, |session| session.key.clone()),
            _ => picks.facts.name(StrId(key)).to_owned(),
        }
    }
}

/// Which tokens are added up; none means all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Wire)]
pub struct TokenKinds {
    pub input: bool,
    pub cache_write: bool,
    pub cache_read: bool,
    pub output: bool,
}

/// Tokens of some kinds together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct TokenSum {
    /// `None` where no kind is recorded; kinds that are not count 0.
    pub value: Option<u64>,
    pub is_lower_bound: bool,
}

impl TokenKinds {
    /// The sum of these kinds. In the sum of all a cache that nobody recorded makes no lower bound, since writers leave out
    /// what is 0; asked for alone it does, as in every table (token-coverage.md R6).
    pub fn sum(self, totals: &Totals) -> TokenSum {
        let is_all = self == Self::default();
        let kinds = [
            (self.input, &totals.input_uncached, true),
            (self.output, &totals.output, true),
            (self.cache_write, &totals.cache_write, false),
            (self.cache_read, &totals.cache_read, false),
        ];
        let mut sum = TokenSum::default();
        let mut missing = false;
        for (_, tally, must_be_told) in kinds.into_iter().filter(|(wanted, ..)| *wanted || is_all) {
            sum.value = [sum.value, tally.value().get()].into_iter().flatten().reduce(u64::saturating_add);
            missing |= tally.partial > 0 || (must_be_told || !is_all) && is_short(tally);
        }
        sum.is_lower_bound = sum.value.is_some() && missing;
        sum
    }
}

fn is_short(tally: &Tally) -> bool {
    tally.reported < tally.eligible
}

/// The cells of what is wanted, by session. A session that answered without any usage has an empty cell on the day of its
/// start, and one more for what it started and is not loaded: sums with them are lower bounds.
pub fn cells(picks: &Picks<'_>, window: Option<&Window>) -> Vec<Cell> {
    let mut found: Vec<Cell> = Vec::new();
    let mut clock = LocalClock::new(picks.zone);
    let mut first = 0;
    let entries = picks.archive.entries();
    for (number, used) in picks.uses(window.copied()) {
        let Some(entry) = entries.get(number as usize) else { continue };
        if found.last().is_none_or(|last| last.session != used.session) {
            first = found.len();
        }
        let day = used.used_at.map(|at| clock.day(at));
        let cell = (used.session, used.model, day);
        add(&mut found, first, cell, entry);
    }
    for (number, session) in (0u32..).zip(picks.archive.sessions()).filter(|(number, _)| picks.wants(*number)) {
        let started = picks.row(number).and_then(|row| row.started);
        let (missing, silent) = unknown_of(picks, session);
        if missing + silent > 0 && window.is_none_or(|window| window.contains(started)) {
            let mut totals = Totals::default();
            (0..missing + silent).for_each(|_| totals.merge_missing());
            let day = started.map(|at| clock.day(at));
            found.push(Cell { session: number, model: StrId::NONE, day, totals });
        }
    }
    // Whoever counts sessions takes one for another when it changes.
    sorted(found, |a, b| a.session.cmp(&b.session))
}

/// What a session started and is not loaded, and whether it answered without any usage. Nobody knows models and times.
fn unknown_of(picks: &Picks<'_>, session: &Session) -> (u32, u32) {
    match picks.sieve.is_open() {
        true => (picks.missing(session), u32::from(session.is_silent())),
        false => (0, 0),
    }
}

/// Sub-agents that are not loaded, and sessions without any usage: they stand in the sums as gaps.
pub fn unknown(picks: &Picks<'_>, window: Option<&Window>) -> (u32, u32) {
    let mut sum = (0, 0);
    for (number, session) in (0u32..).zip(picks.archive.sessions()).filter(|(number, _)| picks.wants(*number)) {
        let started = picks.row(number).and_then(|row| row.started);
        if window.is_none_or(|window| window.contains(started)) {
            let (missing, silent) = unknown_of(picks, session);
            sum = (sum.0 + missing, sum.1 + silent);
        }
    }
    sum
}

fn add(found: &mut Vec<Cell>, first: usize, (session, model, day): (u32, StrId, Option<Day>), entry: &Entry) {
    let own = found.get(first..).unwrap_or_default();
    let same = own.iter().rposition(|known| (known.model, known.day) == (model, day));
    let place = same.map_or(found.len(), |at| first + at);
    if place == found.len() {
        found.push(Cell { session, model, day, totals: Totals::default() });
    }
    if let Some(cell) = found.get_mut(place) {
        cell.totals.add(entry);
    }
}
