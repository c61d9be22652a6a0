//! A session's usage cut by model or by day.

use super::{By, UsageInput};
use crate::archive::{Archive, Entry, Session, Totals};
use crate::logic::analytics::Facts;
use crate::logic::analytics::passing::Sieve;
use crate::logic::filter::{Facet, Filter};
use crate::model::{Civil, Relation, Status, Timestamp, Zone};

/// What entries of one slice have in common.
#[derive(PartialEq)]
struct Cut<'a> {
    provider: &'a str,
    model: &'a str,
    day: Option<Civil>,
    is_inside: bool,
}

/// What of sessions is looked at.
pub struct Look<'a> {
    pub facts: &'a Facts,
    pub filter: &'a Filter,
    pub zone: &'a Zone,
    pub sieve: Sieve<'a>,
}

/// A session whose usage counts.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    pub session: &'a Session,
    /// The session that started it, or itself.
    pub owner: &'a Session,
    /// The log of another agent counts the same requests, and is looked at.
    pub is_elsewhere: bool,
}

/// The slices of a session that a table needs whose rows are cut `by`. Requests count when they were made, whole
/// sessions when they ended, and what has no time when its session started (analytics.md §11).
pub fn slices<'a>(archive: &'a Archive, counted: Counted<'a>, by: By, look: &mut Look<'_>) -> Vec<UsageInput<'a>> {
    traced_slices(archive, counted, by, look).into_iter().map(|(slice, _)| slice).collect()
}

/// As [`slices`], each with the entries of the session that it is made of, by their indexes in the archive.
pub(crate) fn traced_slices<'a>(
    archive: &'a Archive,
    counted: Counted<'a>,
    by: By,
    look: &mut Look<'_>,
) -> Vec<(UsageInput<'a>, Vec<u32>)> {
    let Counted { session, owner, is_elsewhere } = counted;
    let (by_model, by_day) = by.cuts_sessions();
    let mut found: Vec<(Cut<'a>, Option<Timestamp>, Totals, Vec<u32>)> = Vec::new();
    let all = archive.entries_of(session);
    let numbered = (session.entries.start..).zip(all);
    let kept = numbered.filter(|(number, _)| look.sieve.keeps_entry(look.facts, *number));
    // A cost without tokens goes where the tokens are: it is no other model's.
    let (counted, other): (Vec<_>, Vec<(u32, &Entry)>) = kept.partition(|(_, entry)| entry.counts_tokens);
    let is_cut = counted.len() + other.len() < all.len();
    for (number, entry) in counted.into_iter().chain(other) {
        let at = entry.at.or(session.part.started);
        let cut = Cut {
            provider: if by_model { provider_of(archive, session, entry) } else { "" },
            model: if by_model { model_of(archive, session, entry) } else { "" },
            day: at.filter(|_| by_day).map(|at| midnight(look.zone.local(at))),
            is_inside: look.filter.window.as_ref().is_none_or(|window| window.contains(at)),
        };
        let place = found.iter().position(|(known, ..)| *known == cut);
        match place.or((!entry.counts_tokens && !found.is_empty()).then_some(0)) {
            Some(place) => {
                found[place].2.add(entry);
                found[place].3.push(number);
            }
            None => found.push((cut, at, Totals::of([entry].into_iter()), vec![number])),
        }
    }
    // What counts for nothing is no slice: requests of a session whose total stands for them.
    found.retain(|(_, _, totals, _)| totals.coverage.eligible + totals.cost.eligible > 0);
    // Of what is asked for, where that is a model: the session passes by a message of it.
    let models = || session.part.models.iter().map(String::as_str);
    let is_chosen = |model: &&str| look.filter.chosen.lets_pass(Facet::Model, model);
    let own_model = models().find(is_chosen).or_else(|| models().next()).unwrap_or("");
    let own_provider = session.part.provider.as_deref().unwrap_or("");
    if found.is_empty() {
        let cut = Cut { provider: own_provider, model: own_model, day: None, is_inside: true };
        found.push((cut, session.part.started, Totals::default(), Vec::new()));
    }
    let count = found.len() as u32 + u32::from(is_cut);
    let slice = |cut: Cut<'a>, at: Option<Timestamp>, totals: Totals| UsageInput {
        session: &session.key,
        owner: (&owner.key, owner.part.title.as_deref().unwrap_or(&owner.part.id)),
        provider: if by_model { cut.provider } else { own_provider },
        model: if by_model { cut.model } else { own_model },
        agent: session.format,
        harness: session.part.harness.as_deref(),
        project: session.part.project.as_deref(),
        at,
        slices: count,
        status: session.part.status,
        has_outcome: session.part.has_outcome,
        is_incomplete: session.part.status == Status::Incomplete,
        is_member: matches!(session.relation, Relation::SubAgent | Relation::Fork),
        is_counted_elsewhere: is_elsewhere,
        duration_ms: session.part.duration_ms,
        totals,
    };
    found.into_iter().map(|(cut, at, totals, numbers)| (slice(cut, at, totals), numbers)).collect()
}

fn midnight(at: Civil) -> Civil {
    Civil::from_utc_seconds(at.utc_seconds().div_euclid(86_400) * 86_400)
}

/// The record's own, else the session's.
fn provider_of<'a>(archive: &'a Archive, session: &'a Session, entry: &Entry) -> &'a str {
    match archive.provider_of(entry.record) {
        "" => session.part.provider.as_deref().unwrap_or(""),
        provider => provider,
    }
}

/// The record's own; a session's only model where the record names none.
pub(crate) fn model_of<'a>(archive: &'a Archive, session: &'a Session, entry: &Entry) -> &'a str {
    match (archive.model_of(entry.record), session.part.models.as_slice()) {
        ("", [only]) => only,
        (model, _) => model,
    }
}
