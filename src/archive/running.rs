//! Requests out of running totals (codex.md X2-X7): a total may be written again, go on in another file, be inherited
//! from a parent, or jump over requests that nobody logged.

use super::ledger::{Decision, RecordList, RecordRef, notes};
use super::session::Session;
use super::{Loaded, Place};
use crate::model::{Counter, Map, RunningCount, Scope, hash_of};

/// What a line with a running total says was used since the one before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount {
    pub record: RecordRef,
    pub place: Place,
    pub count: RunningCount,
    pub used: Counter,
    pub scope: Scope,
    /// See [`notes`].
    pub notes: u8,
}

/// Where counting stands.
#[derive(Default)]
struct State {
    /// The last total of each lane, by the hash of its name.
    totals: Vec<(u64, Counter)>,
    last: Option<(u64, RecordRef)>,
    /// What has been counted, by content and time: the same line in another file is no second request (X7).
    seen: Map<(u64, i64), RecordRef>,
}

/// The amounts of one session, in the order of its parts, and a decision for every line.
pub fn amounts(
    session: &Session,
    loaded: &Loaded<'_>,
    mut decide: impl FnMut(RecordRef, Decision),
    mut found: impl FnMut(Amount),
) {
    let mut state = State::default();
    for place in &session.places {
        let Some(source) = loaded.source(place.source) else { continue };
        let own = source.running.iter().enumerate().filter(|(_, count)| count.part == place.part);
        for (index, count) in own {
            let record = RecordRef { source: place.source, list: RecordList::Running, index: index as u32 };
            let lane = hash_of(&[source.strings.get(count.lane)]);
            let is_copied = session.is_copied(place.source, count.event);
            let decision = state.take(record, count, lane, is_copied, |used, scope, notes| {
                found(Amount { record, place: *place, count: *count, used, scope, notes });
            });
            decide(record, decision);
        }
    }
    for place in &session.copies {
        let Some(source) = loaded.source(place.source) else { continue };
        for (index, _) in source.running.iter().enumerate().filter(|(_, count)| count.part == place.part) {
            let record = RecordRef { source: place.source, list: RecordList::Running, index: index as u32 };
            decide(record, Decision::InCopy);
        }
    }
}

impl State {
    fn take(
        &mut self,
        record: RecordRef,
        count: &RunningCount,
        lane: u64,
        is_copied: bool,
        mut found: impl FnMut(Counter, Scope, u8),
    ) -> Decision {
        let before = self.totals.iter().find(|(known, _)| *known == lane).map(|(_, total)| *total);
        let repeated = self.repeated(count, before);
        self.last = Some((count.info, record));
        if let Some(total) = count.total {
            self.totals.retain(|(known, _)| *known != lane);
            self.totals.push((lane, total));
        }
        if is_copied {
            return Decision::Replayed;
        }
        if let Some(original) = repeated {
            return Decision::Repeated(original);
        }
        let used = match (count.last, count.total) {
            (None, None) => return Decision::Empty,
            (Some(last), total) if last.is_zero() => {
                return if total.is_none_or(|total| total.is_zero()) { Decision::Empty } else { Decision::Baseline };
            }
            (Some(last), _) => last,
            (None, Some(total)) => since(&total, before.as_ref()),
        };
        if used.is_zero() {
            return Decision::Empty;
        }
        if let Some(at) = count.at {
            self.seen.insert((count.info, at.nanos()), record);
        }
        let grown = count.total.zip(before).map(|(total, before)| since(&total, Some(&before)));
        let (unlogged, exceeds) = count.last.zip(grown).map_or((None, 0), |(last, grown)| beyond(&last, &grown));
        found(used, Scope::Request, exceeds);
        if let Some(unlogged) = unlogged {
            found(unlogged, Scope::Turn, notes::UNLOGGED);
        }
        Decision::Kept
    }

    /// The line that says the same (X3, X7).
    fn repeated(&self, count: &RunningCount, before: Option<Counter>) -> Option<RecordRef> {
        let same_line = count.at.and_then(|at| self.seen.get(&(count.info, at.nanos())));
        let (info, last) = self.last?;
        let is_same = info == count.info || count.total.is_some() && count.total == before;
        same_line.copied().or(is_same.then_some(last))
    }
}

fn zip(a: &Counter, b: &Counter, combine: impl Fn(Option<u64>, Option<u64>) -> Option<u64>) -> Counter {
    Counter {
        input: combine(a.input, b.input),
        cached: combine(a.cached, b.cached),
        cache_write: combine(a.cache_write, b.cache_write),
        output: combine(a.output, b.output),
        reasoning: combine(a.reasoning, b.reasoning),
        total: combine(a.total, b.total),
    }
}

/// What a total grew by; one that fell has started anew (X4).
fn since(total: &Counter, before: Option<&Counter>) -> Counter {
    let Some(before) = before else { return *total };
    let fell = |(now, before): (Option<u64>, Option<u64>)| now < before;
    if total.fields().into_iter().zip(before.fields()).any(fell) {
        return *total;
    }
    zip(total, before, |now, before| now.map(|now| now - before.unwrap_or(0)))
}

/// What the total grew by beyond the last request, and whether it grew by less (X4).
fn beyond(last: &Counter, grown: &Counter) -> (Option<Counter>, u8) {
    let pairs =
        || grown.fields().into_iter().zip(last.fields()).map(|(grown, last)| (grown.unwrap_or(0), last.unwrap_or(0)));
    if pairs().all(|(grown, last)| grown >= last) && pairs().any(|(grown, last)| grown > last) {
        return (Some(zip(grown, last, |grown, last| grown.map(|grown| grown - last.unwrap_or(0)))), 0);
    }
    let exceeds = grown.total.is_some_and(|grown| grown > 0 && last.total > Some(grown));
    (None, if exceeds { notes::EXCEEDS_TOTAL } else { 0 })
}
