//! A session's usage cut by model or by day.

use super::{By, UsageInput};
use crate::archive::{Archive, Entry, Session, Totals};
use crate::logic::sessions::Filter;
use crate::model::{Civil, Relation, Status, Timestamp, Zone};

/// What entries of one slice have in common.
#[derive(PartialEq)]
struct Cut<'a> {
    provider: &'a str,
    model: &'a str,
    day: Option<Civil>,
    is_inside: bool,
}

/// The slices of a session that a table needs whose rows are cut `by`. `owner` is the session that started it, or itself. Requests count when they were made, whole
/// sessions when they ended, and what has no time when its session started (analytics.md §11).
pub fn slices<'a>(
    archive: &'a Archive,
    session: &'a Session,
    owner: &'a Session,
    by: By,
    filter: &Filter,
    zone: &Zone,
) -> Vec<UsageInput<'a>> {
    traced_slices(archive, session, owner, by, filter, zone).into_iter().map(|(slice, _)| slice).collect()
}

/// As [`slices`], each with the entries of the session that it is made of, by their indexes in the archive.
pub(crate) fn traced_slices<'a>(
    archive: &'a Archive,
    session: &'a Session,
    owner: &'a Session,
    by: By,
    filter: &Filter,
    zone: &Zone,
) -> Vec<(UsageInput<'a>, Vec<u32>)> {
    let (by_model, by_day) = by.cuts_sessions();
    let mut found: Vec<(Cut<'a>, Option<Timestamp>, Totals, Vec<u32>)> = Vec::new();
    let entries = (session.entries.start..).zip(archive.entries_of(session));
    // A cost without tokens goes where the tokens are: it is no other model's.
    let (counted, other): (Vec<_>, Vec<(u32, &Entry)>) = entries.partition(|(_, entry)| entry.counts_tokens);
    for (number, entry) in counted.into_iter().chain(other) {
        let at = entry.at.or(session.part.started);
        let cut = Cut {
            provider: if by_model { provider_of(archive, session, entry) } else { "" },
            model: if by_model { model_of(archive, session, entry) } else { "" },
            day: at.filter(|_| by_day).map(|at| midnight(zone.local(at))),
            is_inside: filter.window.as_ref().is_none_or(|window| window.contains(at)),
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
    let own_model = session.part.models.first().map_or("", String::as_str);
    let own_provider = session.part.provider.as_deref().unwrap_or("");
    if found.is_empty() {
        let cut = Cut { provider: own_provider, model: own_model, day: None, is_inside: true };
        found.push((cut, session.part.started, Totals::default(), Vec::new()));
    }
    let count = found.len() as u32;
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
        is_counted_elsewhere: session.counted_in.is_some(),
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
