//! Which records are one model request, and which of them tells its numbers (claude-code.md C1-C4, C8).

use super::Place;
use super::ledger::RecordRef;
use crate::model::{Finality, Map, Reported, UsageRow, price_hints, sorted};
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
pub struct Request<'r, 'a> {
    /// All of them.
    pub members: &'r [Candidate<'a>],
    /// Whose numbers count.
    pub winner: Candidate<'a>,
    /// Where it appeared first: it belongs to that session.
    pub first: Candidate<'a>,
    pub finality: Finality,
    /// The winner's recorded cost, else any other's.
    pub cost: Reported<crate::model::Money>,
    pub web_searches: u16,
}

/// Hands on each request of rows that name their answer, by where the answer appears first among the candidates. What the
/// requests are does not depend on the order of the candidates.
pub fn requests<'a>(candidates: &[Candidate<'a>], found: &mut dyn FnMut(Request<'_, 'a>)) {
    let (order, ends) = by_answer(candidates);
    let (mut same, mut members, mut from): (Vec<&Candidate<'_>>, Vec<_>, _) = (Vec::new(), Vec::new(), 0);
    for to in ends {
        same.clear();
        same.extend(order.get(from..to).unwrap_or_default().iter().filter_map(|index| candidates.get(*index as usize)));
        from = to;
        if !same.is_sorted_by_key(|candidate| candidate.order) {
            same = sorted(same, |a, b| a.order.cmp(&b.order));
        }
        let groups = if are_one(&same) { Vec::new() } else { groups(&same) };
        let most = groups.iter().copied().max().unwrap_or(0);
        for number in 0..=most {
            let group = |at: usize| groups.get(at).copied().unwrap_or(0);
            members.clear();
            members.extend(same.iter().enumerate().filter(|(at, _)| group(*at) == number).map(|(_, row)| **row));
            if let Some(request) = request(&members) {
                found(request);
            }
        }
    }
}

/// The indexes of the candidates, those of an answer side by side, and where each answer's end.
fn by_answer(candidates: &[Candidate<'_>]) -> (Vec<u32>, Vec<usize>) {
    let mut numbers: Map<u64, u32> = Map::default();
    let mut ends: Vec<usize> = Vec::new();
    let mut last = None;
    let number_of: Vec<u32> = candidates
        .iter()
        .map(|candidate| {
            let answer = candidate.row.id.response;
            // Mostly that of the record before: logs repeat an answer's usage with each of its blocks.
            let number = match last {
                Some((known, number)) if known == answer => number,
                _ => *numbers.entry(answer).or_insert(ends.len() as u32),
            };
            last = Some((answer, number));
            match ends.get_mut(number as usize) {
                Some(count) => *count += 1,
                None => ends.push(1),
            }
            number
        })
        .collect();
    let mut from = 0;
    for end in &mut ends {
        from += std::mem::replace(end, from);
    }
    let mut order = vec![0; candidates.len()];
    for (index, number) in number_of.into_iter().enumerate() {
        // What was the begin moves up to the end.
        if let Some(at) = ends.get_mut(number as usize) {
            order[*at] = index as u32;
            *at += 1;
        }
    }
    (order, ends)
}

/// What makes records with the same answer one request.
#[derive(PartialEq)]
enum Key {
    /// The id of the HTTP request; 0 for all that was only said in side conversations.
    Request(u64),
    Family(u64),
}

/// Whether records with the same answer are plainly one request, as nearly all are.
fn are_one(same: &[&Candidate<'_>]) -> bool {
    let [first, others @ ..] = same else { return true };
    let request = first.row.id.request;
    let is_main = |candidate: &&Candidate<'_>| candidate.row.id.request == request && !candidate.row.is_side;
    others.is_empty() || request != 0 && same.iter().all(is_main)
}

/// The number of the request that each of some records with the same answer belongs to (C1, C2).
fn groups(same: &[&Candidate<'_>]) -> Vec<usize> {
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
    for (index, Candidate { row, family, .. }) in same.iter().copied().enumerate() {
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

fn request<'r, 'a>(members: &'r [Candidate<'a>]) -> Option<Request<'r, 'a>> {
    let first = members.iter().copied().min_by(appeared)?;
    // A replay in a side conversation loses against the main one, whatever it shows (C2).
    let is_replayed = |row: &Candidate<'_>| {
        row.row.is_side && members.iter().any(|main| !main.row.is_side && main.row.id.request != row.row.id.request)
    };
    let winner = members.iter().copied().filter(|row| !is_replayed(row)).max_by(says_more)?;
    let finality = |wanted: Finality| members.iter().any(|member| member.row.finality == wanted).then_some(wanted);
    let cost = members.iter().map(|member| member.row.cost).fold(winner.row.cost, Reported::or);
    Some(Request {
        members,
        winner,
        first,
        finality: finality(Finality::Final).or(finality(Finality::Partial)).unwrap_or(Finality::Unknown),
        cost,
        web_searches: members.iter().map(|member| member.row.web_searches).max().unwrap_or(0),
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
