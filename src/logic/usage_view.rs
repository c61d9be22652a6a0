//! The usage of an archive: which rows stand for what is loaded, in which of the two countings.

use super::routing::{RoutingQuality, reference_routing_quality, routing_quality};
use super::sessions::{self, Filter, SessionRow};
use super::usage::{By, ReferenceReport, UsageReport, reference, slices, summarise};
use super::window::Window;
use crate::archive::{Archive, Prices, Session};
use crate::model::{Cost, Relation, SessionPart, Status, Unpriced, Wire, Zone, sorted};

/// How token counts are added up in the usage table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Wire)]
pub enum Counting {
    /// As the logs write them, by the rules of fizeau's own report (fizeau.md §7).
    Reference,
    /// Disjoint counters, so that agents can be compared (DESIGN §2 "Input").
    Normalised,
}

impl Counting {
    pub const ALL: [Self; 2] = [Self::Reference, Self::Normalised];

    /// Stable name, as links write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Normalised => "normalised",
        }
    }
}

/// Usage in both countings, and which of them to show.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct UsageView {
    pub counting: Counting,
    pub reference: ReferenceReport,
    pub ours: UsageReport,
    /// What costs were computed from: `litellm 1.109.1`.
    pub prices: String,
    /// Models without a price, and requests that have no cost because of that (claude-code.md P1).
    pub unpriced: Vec<(String, u32)>,
    pub routing: RoutingQuality,
}

/// The usage of the sessions that pass a filter. Without a wish for a counting: as recorded where every loaded log
/// counts alike, and normalised as soon as kinds of logs are mixed. The archive must be assembled.
pub fn usage(archive: &Archive, by: By, filter: &Filter, wish: Option<Counting>, zone: &Zone) -> UsageView {
    let rows = counted_rows(archive, filter);
    let window = filter.window.as_ref();
    let counting = wish.unwrap_or(match counts_alike(archive) {
        true => Counting::Reference,
        false => Counting::Normalised,
    });
    let parts = rows.iter().filter_map(|(_, part, _)| part.reference.as_ref());
    let runs = rows.iter().filter(|(_, part, _)| is_run(part));
    let inputs = runs.flat_map(|(session, ..)| slices(archive, session, owner(archive, session), by, filter, zone));
    UsageView {
        counting,
        reference: reference(parts, window),
        ours: UsageReport { own_only: filter.own_only, ..summarise(inputs, by, zone, window) },
        prices: Prices::source().to_owned(),
        unpriced: unpriced(archive),
        routing: routing_of(&rows, window, counting),
    }
}

type CountedRow<'a> = (&'a Session, &'a SessionPart, SessionRow);

/// Sessions whose tokens are their own: a second record of a run counts in the first (fizeau.md §4). The window is left
/// to the report, which counts what it leaves out.
fn counted_rows<'a>(archive: &'a Archive, filter: &Filter) -> Vec<CountedRow<'a>> {
    let text = Filter { text: filter.text.clone(), ..Filter::default() };
    let is_own = |session: &&Session| match session.relation {
        Relation::Stream => false,
        Relation::SubAgent | Relation::Fork => !filter.own_only,
        Relation::Root | Relation::Continuation => true,
    };
    let own = archive.sessions().iter().filter(is_own);
    own.filter_map(|session| Some((session, &session.part, sessions::row(archive, session)?)))
        .filter(|(session, _, row)| text.passes(row) || is_below(archive, session, &text))
        .collect()
}

/// Whether the session passes that started this one.
fn is_below(archive: &Archive, session: &Session, filter: &Filter) -> bool {
    let owner = owner(archive, session);
    owner.key != session.key && sessions::row(archive, owner).is_some_and(|row| filter.passes(&row))
}

/// The session that a sub-agent or fork belongs to in the end; any other is its own.
fn owner<'a>(archive: &'a Archive, session: &'a Session) -> &'a Session {
    let mut here = session;
    while let (Relation::SubAgent | Relation::Fork, Some(parent)) = (here.relation, &here.parent) {
        match archive.session(parent) {
            Some(parent) => here = parent,
            None => break,
        }
    }
    here
}

/// Whether a part stands for a run at all: a lone event stream without its end only replays one (fizeau.md §4), and an
/// end without a start is none (§11.2, file g).
pub(super) fn is_run(part: &SessionPart) -> bool {
    !part.is_orphan && (part.relation != Relation::Stream || part.status != Status::Incomplete)
}

/// Whether every loaded log has numbers that the reference report knows.
fn counts_alike(archive: &Archive) -> bool {
    let mut parts = archive.sessions().iter().map(|session| &session.part);
    parts.all(|part| part.reference.is_some() || part.relation == Relation::Stream)
}

/// The two differ in where a session without a start belongs.
fn routing_of(rows: &[CountedRow<'_>], window: Option<&Window>, counting: Counting) -> RoutingQuality {
    let facts = rows.iter().filter_map(|(_, part, _)| Some((part.routing.as_ref()?, part.started)));
    match counting {
        Counting::Reference => reference_routing_quality(facts, window),
        Counting::Normalised => routing_quality(facts, window),
    }
}

/// Models that the price table does not know, most requests first.
fn unpriced(archive: &Archive) -> Vec<(String, u32)> {
    let mut models: Vec<(String, u32)> = Vec::new();
    let is_unknown = |cost: &Cost| matches!(cost, Cost::Unpriced(Unpriced::UnknownModel | Unpriced::NoPrice));
    for entry in archive.entries().iter().filter(|entry| entry.counts_cost && is_unknown(&entry.cost)) {
        let model = archive.model_of(entry.record);
        match models.iter_mut().find(|(known, _)| known == model) {
            Some((_, requests)) => *requests += 1,
            None => models.push((model.to_owned(), 1)),
        }
    }
    sorted(models, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)))
}
