//! What is known to be missing or guessed, although it counts.

use super::Count;
use super::count::Counted;
use crate::archive::{Archive, Session, notes};
use crate::formats;
use crate::logic::format::count;
use crate::model::{Metric, Wire, sorted};
use serde::Serialize;

/// A known limit of what the numbers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Wire, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitKind {
    /// Only counts of unfinished answers were logged (claude-code.md C8).
    PartialCounts,
    /// A tool makes requests that no line counts (claude-code.md §6 "Web search").
    UncountedTool,
    /// Lines are missing between two running totals (codex.md X4).
    UnloggedRequests,
    /// A request is larger than what the running total grew by (codex.md X4).
    ExceedsTotal,
    /// Impossible numbers were cut (token-coverage.md M2).
    Clamped,
    /// How much of a log is copied history was guessed (codex.md X5).
    ReplayUncertain,
    /// What a session belongs to is not loaded.
    MissingParent,
    /// The log of the called agent counts instead (DESIGN §4).
    CountedElsewhere,
}

impl LimitKind {
    /// Stable name, as exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PartialCounts => "partial-counts",
            Self::UncountedTool => "uncounted-tool",
            Self::UnloggedRequests => "unlogged-requests",
            Self::ExceedsTotal => "exceeds-total",
            Self::Clamped => "clamped",
            Self::ReplayUncertain => "replay-uncertain",
            Self::MissingParent => "missing-parent",
            Self::CountedElsewhere => "counted-elsewhere",
        }
    }
}

/// A limit of the sessions of one agent.
#[derive(Debug, Clone, PartialEq, Eq, Wire, Serialize)]
pub struct Limit {
    pub kind: LimitKind,
    /// Stable name of the format.
    pub agent: String,
    /// How often.
    pub count: u32,
    pub words: String,
}

/// Limits in the making.
#[derive(Default)]
pub struct Limits {
    counts: Vec<((LimitKind, &'static str), u32)>,
    /// Of output, by agent.
    output: Vec<(&'static str, Count)>,
}

impl Limits {
    /// Takes a session into account.
    pub fn add(&mut self, archive: &Archive, session: &Session, counted: &Counted) {
        let output = counted.counts[Metric::Output.index()];
        let with = |note: u8| archive.entries_of(session).iter().filter(|entry| entry.notes & note != 0).count() as u32;
        let found = [
            (LimitKind::PartialCounts, output.partial),
            (LimitKind::UncountedTool, counted.uncounted),
            (LimitKind::UnloggedRequests, with(notes::UNLOGGED)),
            (LimitKind::ExceedsTotal, with(notes::EXCEEDS_TOTAL)),
            (LimitKind::Clamped, with(notes::CLAMPED)),
            (LimitKind::ReplayUncertain, session.is_replay_uncertain.into()),
            (LimitKind::MissingParent, session.missing_parent.is_some().into()),
            (LimitKind::CountedElsewhere, session.counted_in.is_some().into()),
        ];
        for (kind, number) in found.into_iter().filter(|(_, number)| *number > 0) {
            let key = (kind, session.format);
            match self.counts.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => *known += number,
                None => self.counts.push((key, number)),
            }
        }
        match self.output.iter_mut().find(|(agent, _)| *agent == session.format) {
            Some((_, known)) => known.merge(&output),
            None => self.output.push((session.format, output)),
        }
    }

    pub fn finish(self) -> Vec<Limit> {
        let Self { counts, output } = self;
        let limit = |((kind, agent), number): ((LimitKind, &str), u32)| {
            let of = output.iter().find(|(known, _)| *known == agent).map_or(0, |(_, count)| count.eligible);
            Limit { kind, agent: agent.to_owned(), count: number, words: words(kind, agent, number, of) }
        };
        sorted(counts, |(a, _), (b, _)| a.cmp(b)).into_iter().map(limit).collect()
    }
}

fn words(kind: LimitKind, agent: &str, number: u32, of: u32) -> String {
    let some = |noun: &str| count(number.into(), noun);
    match kind {
        LimitKind::PartialCounts => format!(
            "{number} of {} have no final count: the true numbers are larger, output most of all",
            count(of.into(), "response")
        ),
        LimitKind::UncountedTool => {
            let known = formats::by_id(agent).and_then(|format| format.uncounted_tool());
            known.map_or_else(String::new, |known| format!("{} of {}: {}", some("call"), known.tool, known.what))
        }
        LimitKind::UnloggedRequests => format!(
            "{} in which a running total grew by more than the requests that were logged; the rest counts as one entry",
            some("place")
        ),
        LimitKind::ExceedsTotal => {
            format!("{} larger than what the running total grew by; the request's own count was taken", some("request"))
        }
        LimitKind::Clamped => format!("{} with an impossible count, cut to what a request can hold", some("request")),
        LimitKind::ReplayUncertain => format!(
            "{} where it had to be guessed how much is history copied from a parent that is not loaded",
            some("session")
        ),
        LimitKind::MissingParent => format!("{} whose parent is not loaded", some("session")),
        LimitKind::CountedElsewhere => {
            format!("{} of which the called agent's own log is loaded, which counts in totals over agents", some("run"))
        }
    }
}
