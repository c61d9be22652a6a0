//! Which records are one model request, and which of them tells its numbers (claude-code.md C1-C4, C8).

use super::Place;
use super::ledger::RecordRef;
use crate::model::{Finality, Reported, UsageRow, order_of, price_hints};
use std::cmp::Ordering;

/// A record that may be of a request others tell of too.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    pub row: &'a UsageRow,
    pub record: RecordRef,
    pub place: Place,
    /// Index of its session.
    pub session: u32,
    /// Rank of its session by id.
    pub session_rank: u32,
    /// Of what the session's ids of answers are unique within.
    pub family: u64,
    /// Its session goes on from, or is a fork of, another one, and holds its history.
    pub is_derived: bool,
    /// Position among all records, in a stable order of sources.
    pub order: u32,
}

/// One request and the records that tell of it.
pub struct Request<'a> {
    /// Whose numbers count.
    pub winner: Candidate<'a>,
    /// Where it appeared first: it belongs to that session.
    pub first: Candidate<'a>,
    pub finality: Finality,
    /// The winner's recorded cost, else any other's.
    pub cost: Reported<crate::model::Money>,
    pub web_searches: u16,
    pub losers: Vec<Candidate<'a>>,
}

/// Hands on each request of rows that name their answer. The order of the candidates does not matter.
pub fn requests<'a>(candidates: Vec<Candidate<'a>>, mut found: impl FnMut(Request<'a>)) {
    // Compared again and again: side by side in memory, not each in its row.
    let keys: Vec<(u64, u32)> =
        candidates.iter().map(|candidate| (candidate.row.id.response, candidate.order)).collect();
    let order = order_of(keys.len(), &|a, b| keys[a].cmp(&keys[b]));
    let candidates: Vec<Candidate<'_>> = order.into_iter().map(|index| candidates[index]).collect();
    for same in candidates.chunk_by(|a, b| a.row.id.response == b.row.id.response) {
        if let [alone] = same {
            request(vec![*alone]).into_iter().for_each(&mut found);
            continue;
        }
        let groups = groups(same);
        let most = groups.iter().copied().max().unwrap_or(0);
        for number in 0..=most {
            let members = || same.iter().zip(&groups).filter(|(_, group)| **group == number).map(|(row, _)| *row);
            if let Some(request) = request(members().collect()) {
                found(request);
            }
        }
    }
}

/// What makes records with the same answer one request.
#[derive(PartialEq)]
enum Key {
    /// The id of the HTTP request; 0 for all that was only said in side conversations.
    Request(u64),
    Family(u64),
}

/// The number of the request that each of some records with the same answer belongs to (C1, C2).
fn groups(same: &[Candidate<'_>]) -> Vec<usize> {
    let mut keys: Vec<Key> = Vec::new();
    let mut number = |key: Key| {
        keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            keys.push(key);
            keys.len() - 1
        })
    };
    let is_main = |row: &UsageRow| row.id.request != 0 && !row.is_side;
    let has_main = same.iter().any(|candidate| is_main(candidate.row));
    let mut group_of: Vec<Option<usize>> = vec![None; same.len()];
    for (group, candidate) in group_of.iter_mut().zip(same).filter(|(_, candidate)| candidate.row.id.request != 0) {
        *group = match (is_main(candidate.row), has_main) {
            (true, _) => Some(number(Key::Request(candidate.row.id.request))),
            (false, true) => None,
            (false, false) => Some(number(Key::Request(0))),
        };
    }
    for (index, Candidate { row, family, .. }) in same.iter().enumerate() {
        if group_of[index].is_some() {
            continue;
        }
        let of = |wanted: &dyn Fn(&Candidate<'_>) -> bool| {
            same.iter()
                .zip(&group_of)
                .find(|(other, group)| group.is_some() && wanted(other))
                .and_then(|(_, group)| *group)
        };
        let known = match row.id.request {
            // Without a request id the answer's id only holds within the family, where another record may have one.
            0 => of(&|other| other.family == *family && other.row.id.request != 0),
            // A side conversation replays the main one, whatever its own request is called (C2).
            request => of(&|other| other.row.id.request == request).or_else(|| of(&|other| is_main(other.row))),
        };
        group_of[index] = Some(known.unwrap_or_else(|| number(Key::Family(*family))));
    }
    group_of.into_iter().flatten().collect()
}

fn request(members: Vec<Candidate<'_>>) -> Option<Request<'_>> {
    let first = members.iter().copied().min_by(appeared)?;
    // A replay in a side conversation loses against the main one, whatever it shows (C2).
    let is_replayed = |row: &Candidate<'_>| {
        row.row.is_side && members.iter().any(|main| !main.row.is_side && main.row.id.request != row.row.id.request)
    };
    let winner = members.iter().copied().filter(|row| !is_replayed(row)).max_by(says_more)?;
    let finality = |wanted: Finality| members.iter().any(|member| member.row.finality == wanted).then_some(wanted);
    let cost = members.iter().map(|member| member.row.cost).fold(winner.row.cost, Reported::or);
    Some(Request {
        winner,
        first,
        finality: finality(Finality::Final).or(finality(Finality::Partial)).unwrap_or(Finality::Unknown),
        cost,
        web_searches: members.iter().map(|member| member.row.web_searches).max().unwrap_or(0),
        losers: members.into_iter().filter(|member| member.record != winner.record).collect(),
    })
}

/// C4; what was copied into another session comes after the original of the same time.
fn appeared(a: &Candidate<'_>, b: &Candidate<'_>) -> Ordering {
    let key = |row: &Candidate<'_>| (row.row.at.is_none(), row.row.at, row.is_derived, row.session_rank, row.order);
    key(a).cmp(&key(b))
}

/// C3.
fn says_more(a: &Candidate<'_>, b: &Candidate<'_>) -> Ordering {
    let key = |candidate: &Candidate<'_>| {
        let row = candidate.row;
        let output = row.tokens.output.get();
        let total = [row.tokens.context().get(), output].into_iter().flatten().reduce(u64::saturating_add);
        (output, total, row.hints & price_hints::HAS_SPEED, row.at, candidate.order)
    };
    key(a).cmp(&key(b))
}
