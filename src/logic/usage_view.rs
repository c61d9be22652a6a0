//! The usage of an archive: which rows stand for what is loaded, in which of the two countings.

use super::analytics::passing::{Sieve, is_elsewhere, whenever};
use super::analytics::select::Picks;
use super::analytics::{Facts, Selection};
use super::filter::Filter;
use super::routing::{RoutingQuality, reference_routing_quality, routing_quality};
use super::usage::{
    By, Counted, IsRow, Look, ReferenceReport, UsagePortion, UsageReport, portions, reference, slices, summarise,
    traced_slices,
};
use super::window::Window;
use crate::archive::{Archive, Entry, Prices, Session};
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
    #[wire(skip)]
    pub routing: RoutingQuality,
}

/// As [`usage_of`], for who has no facts.
pub fn usage(archive: &Archive, by: By, filter: &Filter, wish: Option<Counting>, zone: &Zone) -> UsageView {
    usage_of(archive, &Facts::of(archive), by, filter, wish, zone)
}

/// The usage of the sessions that pass a filter. Without a wish for a counting: as recorded where every loaded log
/// counts alike and whole sessions are asked for, and normalised as soon as kinds of logs are mixed. The archive must be
/// assembled, and the facts be its own.
pub fn usage_of(
    archive: &Archive,
    facts: &Facts,
    by: By,
    filter: &Filter,
    wish: Option<Counting>,
    zone: &Zone,
) -> UsageView {
    let rows = counted(archive, facts, filter, zone);
    let window = filter.window.as_ref();
    let counting = wish.unwrap_or(match counts_alike(archive) && !filter.cuts_sessions() {
        true => Counting::Reference,
        false => Counting::Normalised,
    });
    let parts = rows.iter().filter_map(|row| row.session.part.reference.as_ref());
    let runs = rows.iter().filter(|row| is_run(&row.session.part));
    let mut look = Look { facts, filter, zone, sieve: Sieve::new(facts, filter, zone) };
    let inputs = runs.flat_map(|row| slices(archive, *row, by, &mut look));
    UsageView {
        counting,
        reference: reference(parts, window),
        ours: UsageReport { own_only: filter.own_only, ..summarise(inputs, by, zone, window) },
        prices: Prices::source().to_owned(),
        unpriced: unpriced(archive, facts, filter, zone),
        routing: routing_of(&rows, window, counting),
    }
}

/// What each session adds to a row of the normalised table, or to all of them (`is_row` is `None` then).
pub(crate) fn usage_portions<'a>(
    archive: &'a Archive,
    facts: &Facts,
    by: By,
    filter: &Filter,
    zone: &Zone,
    is_row: Option<IsRow<'_>>,
) -> Vec<UsagePortion<'a>> {
    let mut look = Look { facts, filter, zone, sieve: Sieve::new(facts, filter, zone) };
    let runs = counted(archive, facts, filter, zone).into_iter().filter(|one| is_run(&one.session.part));
    let slices = runs.flat_map(|one| traced_slices(archive, one, by, &mut look)).collect();
    portions(slices, by, zone, filter.window.as_ref(), is_row)
}

/// What each session adds to a row of the table as recorded, or to all of them.
pub(crate) fn reference_portions<'a>(
    archive: &'a Archive,
    facts: &Facts,
    filter: &Filter,
    zone: &Zone,
) -> Vec<(&'a Session, ReferenceReport)> {
    let window = filter.window.as_ref();
    let rows = counted(archive, facts, filter, zone).into_iter();
    let alone = rows.filter_map(|Counted { session, .. }| {
        Some((session, reference([session.part.reference.as_ref()?].into_iter(), window)))
    });
    alone.filter(|(_, report)| !report.rows.is_empty()).collect()
}

/// Sessions whose tokens are their own: a second record of a run counts in the first (fizeau.md §4). The window is left
/// to the report, which counts what it leaves out.
fn counted<'a>(archive: &'a Archive, facts: &Facts, filter: &Filter, zone: &Zone) -> Vec<Counted<'a>> {
    let passing = whenever(archive, facts, filter, zone);
    let is_own = |session: &Session| match session.relation {
        Relation::Stream => false,
        Relation::SubAgent | Relation::Fork => !filter.own_only,
        Relation::Root | Relation::Continuation => true,
    };
    let all = archive.sessions().iter().zip(&facts.sessions).zip(&passing);
    let own = all.filter(|((session, _), passes)| **passes && is_own(session));
    own.map(|((session, row), _)| Counted {
        session,
        owner: archive.sessions().get(row.owner as usize).unwrap_or(session),
        is_elsewhere: is_elsewhere(row, &passing),
    })
    .collect()
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

/// Whether nothing but a price is missing for an entry's cost.
pub(crate) fn lacks_price(entry: &Entry) -> bool {
    entry.counts_cost && matches!(entry.cost, Cost::Unpriced(Unpriced::UnknownModel | Unpriced::NoPrice))
}

/// The two differ in where a session without a start belongs.
fn routing_of(rows: &[Counted<'_>], window: Option<&Window>, counting: Counting) -> RoutingQuality {
    let facts =
        rows.iter().map(|row| &row.session.part).filter_map(|part| Some((part.routing.as_ref()?, part.started)));
    match counting {
        Counting::Reference => reference_routing_quality(facts, window),
        Counting::Normalised => routing_quality(facts, window),
    }
}

/// Models that the price table does not know, of the requests that pass, most requests first.
fn unpriced(archive: &Archive, facts: &Facts, filter: &Filter, zone: &Zone) -> Vec<(String, u32)> {
    let selection = Selection { filter: filter.clone(), ..Selection::default() };
    let picks = Picks::new(archive, facts, &selection, zone);
    let mut models: Vec<(String, u32)> = Vec::new();
    for (number, used) in picks.uses(filter.window) {
        if !archive.entries().get(number as usize).is_some_and(lacks_price) {
            continue;
        }
        let model = facts.name(used.model);
        match models.iter_mut().find(|(known, _)| known == model) {
            Some((_, requests)) => *requests += 1,
            None => models.push((model.to_owned(), 1)),
        }
    }
    sorted(models, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)))
}
