//! Who passes a filter: one rule for the dashboards, the list of sessions, usage and coverage. What each of them counts
//! of those that pass is its own affair.

use super::day::LocalClock;
use super::facts::{Call, Facts, SessionFacts, Slot, quarter_start};
use crate::archive::{Archive, Session};
use crate::formats;
use crate::logic::filter::{Facet, Filter, UNKNOWN};
use crate::logic::letters::{contains, lower_case};
use crate::model::{StrId, Zone};

/// What passes model, weekday and hour.
#[derive(Debug, Clone)]
pub struct Sieve<'a> {
    models: Option<Vec<StrId>>,
    weekday: Option<u8>,
    hour: Option<u8>,
    clock: LocalClock<'a>,
}

impl<'a> Sieve<'a> {
    pub fn new(facts: &Facts, filter: &Filter, zone: &'a Zone) -> Self {
        let models = filter.chosen.of(Facet::Model);
        Self {
            models: (!models.is_empty()).then(|| ids_of(facts, models)),
            weekday: filter.weekday,
            hour: filter.hour,
            clock: LocalClock::new(zone),
        }
    }

    /// Whether messages are told apart at all.
    pub fn is_open(&self) -> bool {
        self.models.is_none() && !self.asks_time()
    }

    pub const fn asks_time(&self) -> bool {
        self.weekday.is_some() || self.hour.is_some()
    }

    pub fn keeps(&mut self, model: StrId, quarter: i32) -> bool {
        self.models.as_ref().is_none_or(|models| models.contains(&model)) && self.keeps_time(quarter)
    }

    fn keeps_time(&mut self, quarter: i32) -> bool {
        if !self.asks_time() {
            return true;
        }
        let Some(at) = quarter_start(quarter) else { return false };
        let (weekday, hour) = self.clock.hour_of_week(at);
        self.weekday.is_none_or(|wanted| wanted == weekday) && self.hour.is_none_or(|wanted| wanted == hour)
    }

    pub fn keeps_slot(&mut self, slot: &Slot) -> bool {
        self.keeps(slot.model, slot.quarter)
    }

    pub fn keeps_call(&mut self, call: &Call) -> bool {
        self.keeps(call.model, call.quarter)
    }

    /// Whether an entry passes, by its number in the archive.
    pub fn keeps_entry(&mut self, facts: &Facts, number: u32) -> bool {
        let used = facts.uses.get(number as usize);
        used.is_some_and(|used| self.is_open() || self.keeps(used.model, used.quarter))
    }

    /// Whether a session passes of which nothing but its own words tells a model: it broke off before the first answer.
    pub fn keeps_bare(&self, session: &Session, row: &SessionFacts, filter: &Filter) -> bool {
        let is_bare = row.slots.is_empty() && row.calls.is_empty() && session.entries.is_empty();
        is_bare && !self.asks_time() && models_named(session).any(|model| filter.chosen.has(Facet::Model, model))
    }

    fn keeps_any(&mut self, archive: &Archive, facts: &Facts, number: usize, filter: &Filter) -> bool {
        let (Some(session), Some(row)) = (archive.sessions().get(number), facts.sessions.get(number)) else {
            return false;
        };
        self.is_open()
            || facts.slots_of(row).iter().any(|slot| self.keeps_slot(slot))
            || facts.calls_of(row).iter().any(|call| self.keeps_call(call))
            || session.entries.clone().any(|entry| self.keeps_entry(facts, entry))
            || self.keeps_bare(session, row, filter)
    }
}

/// The models that a session names itself; [`UNKNOWN`] where it names none.
pub fn models_named(session: &Session) -> impl Iterator<Item = &str> {
    let none = session.part.models.is_empty().then_some(UNKNOWN);
    session.part.models.iter().map(String::as_str).chain(none)
}

/// The ids of names; `unknown` is what nobody named, too.
fn ids_of(facts: &Facts, names: &[String]) -> Vec<StrId> {
    let wanted = |text: &str| names.iter().any(|name| name == text);
    let known = facts.names.texts().iter().zip(1u32..).filter(|(text, _)| wanted(text)).map(|(_, id)| StrId(id));
    known.chain(wanted(UNKNOWN).then_some(StrId::NONE)).collect()
}

/// By session: whether it passes all but the window, and what cuts sessions into messages.
pub fn candidates(archive: &Archive, facts: &Facts, filter: &Filter) -> Vec<bool> {
    let needle = filter.needle();
    let has_text = |number: u32| {
        needle.is_empty() || archive.sessions().get(number as usize).is_some_and(|session| mentions(session, &needle))
    };
    let whole = [Facet::Agent, Facet::Provider, Facet::Project, Facet::Status];
    let passes = |(row, number): (&SessionFacts, u32)| {
        let is_chosen = |facet| {
            filter.chosen.of(facet).is_empty() || filter.chosen.has(facet, value_of(archive, facts, row, facet))
        };
        whole.into_iter().all(is_chosen) && (has_text(number) || row.owner != number && has_text(row.owner))
    };
    facts.sessions.iter().zip(0u32..).map(passes).collect()
}

/// By session: whether it passes all but the window.
pub fn whenever(archive: &Archive, facts: &Facts, filter: &Filter, zone: &Zone) -> Vec<bool> {
    let mut passing = candidates(archive, facts, filter);
    let mut sieve = Sieve::new(facts, filter, zone);
    for (passes, number) in passing.iter_mut().zip(0usize..) {
        *passes = *passes && sieve.keeps_any(archive, facts, number, filter);
    }
    passing
}

/// By session: whether it passes; it is in the window in which it started. The archive must be assembled, and the facts
/// be its own.
pub fn passing(archive: &Archive, facts: &Facts, filter: &Filter, zone: &Zone) -> Vec<bool> {
    let mut passing = whenever(archive, facts, filter, zone);
    if let Some(window) = filter.window {
        for (passes, row) in passing.iter_mut().zip(&facts.sessions) {
            *passes = *passes && window.contains(row.started);
        }
    }
    passing
}

/// Whether the log of the agent that a run called counts in its place (DESIGN §4); not where that is not looked at.
pub fn is_elsewhere(row: &SessionFacts, passing: &[bool]) -> bool {
    row.counted_in.is_some_and(|own| passing.get(own as usize).is_some_and(|passes| *passes))
}

/// What a whole session has of a facet.
pub fn value_of<'a>(archive: &'a Archive, facts: &'a Facts, row: &SessionFacts, facet: Facet) -> &'a str {
    match facet {
        Facet::Agent => facts.name(row.agent),
        Facet::Project => facts.name(row.project),
        Facet::Provider => facts.name(row.provider),
        Facet::Status => archive.sessions().get(row.owner as usize).map_or(UNKNOWN, |owner| owner.part.status.name()),
        Facet::Model => UNKNOWN,
    }
}

/// Whether a text stands in what the session list shows of a session.
fn mentions(session: &Session, needle: &str) -> bool {
    let part = &session.part;
    let agent = formats::by_id(session.format).map_or(session.format, |format| format.name());
    let optional = [&part.title, &part.project, &part.harness, &part.provider].into_iter().flatten();
    let mut texts = [part.id.as_str(), agent].into_iter().chain(optional.chain(&part.models).map(String::as_str));
    texts.any(|text| contains(&lower_case(text), needle))
}
