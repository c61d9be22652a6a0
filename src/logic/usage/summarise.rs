//! Sessions into rows.

use super::{By, UsageRowSummary, or_unknown};
use crate::logic::window::Window;
use crate::model::{Money, Reported, Status, Timestamp, TokenSet, Zone, sorted};
use serde::{Deserialize, Serialize};

/// One session, as far as usage is concerned.
#[derive(Debug, Clone, Copy)]
pub struct UsageInput<'a> {
    /// The session's id.
    pub session: &'a str,
    pub title: &'a str,
    pub provider: &'a str,
    pub model: &'a str,
    /// The agent whose log it is.
    pub agent: &'a str,
    /// The program that was asked to do the work.
    pub harness: Option<&'a str>,
    pub project: Option<&'a str>,
    /// Decides about the window and about day, week and month.
    pub started: Option<Timestamp>,
    pub status: Status,
    /// Whether the format records outcomes at all.
    pub has_outcome: bool,
    /// The log broke off: listed, but counted apart.
    pub is_incomplete: bool,
    pub duration_ms: Reported<u64>,
    pub tokens: TokenSet,
    /// Its counts are known to be too small.
    pub is_partial: bool,
    pub cost: Reported<Money>,
}

/// Rows sorted bytewise by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageReport {
    pub by: By,
    pub window: Option<Window>,
    pub rows: Vec<UsageRowSummary>,
    pub totals: UsageRowSummary,
    /// Sessions left out since they started outside the window.
    pub outside: u32,
    /// Sessions left out of a window since nobody knows when they started.
    pub no_time: u32,
}

/// Sums up sessions. The order of the inputs never changes the answer.
pub fn summarise<'a>(
    inputs: impl IntoIterator<Item = UsageInput<'a>>,
    by: By,
    zone: &Zone,
    window: Option<&Window>,
) -> UsageReport {
    let (mut outside, mut no_time) = (0, 0);
    let mut counted = Vec::new();
    let mut totals = Group::default();
    for input in inputs {
        match (window, input.started) {
            (Some(_), None) => no_time += 1,
            (Some(window), started) if !window.contains(started) => outside += 1,
            _ => {
                totals.add(&input);
                counted.push((by.key(&input, zone), input));
            }
        }
    }
    let counted = sorted(counted, |(a, _), (b, _)| a.cmp(b));
    let row = |same: &[(Vec<String>, UsageInput<'a>)]| {
        let mut group = Group::default();
        same.iter().for_each(|(_, input)| group.add(input));
        group.finish(same[0].0.clone())
    };
    UsageReport {
        by,
        window: window.copied(),
        rows: counted.chunk_by(|(a, _), (b, _)| a == b).map(row).collect(),
        totals: totals.finish(Vec::new()),
        outside,
        no_time,
    }
}

/// A row in the making.
#[derive(Default)]
struct Group<'a> {
    sums: UsageRowSummary,
    provider: Shared<'a>,
    model: Shared<'a>,
    agent: Shared<'a>,
    harness: Shared<'a>,
}

/// A name that all sessions may have in common.
#[derive(Default, Clone, Copy)]
enum Shared<'a> {
    #[default]
    NoneSeen,
    /// Empty: the sessions so far have no name.
    One(&'a str),
    Different,
}

impl<'a> Group<'a> {
    fn add(&mut self, input: &UsageInput<'a>) {
        self.provider.add(or_unknown(input.provider));
        self.model.add(or_unknown(input.model));
        self.agent.add(or_unknown(input.agent));
        self.harness.add(input.harness.unwrap_or_default());
        self.sums.add(input);
    }

    fn finish(self, key: Vec<String>) -> UsageRowSummary {
        UsageRowSummary {
            key,
            provider: self.provider.name(),
            model: self.model.name(),
            agent: self.agent.name(),
            harness: self.harness.name(),
            ..self.sums
        }
    }
}

impl<'a> Shared<'a> {
    fn add(&mut self, name: &'a str) {
        *self = match *self {
            Self::NoneSeen => Self::One(name),
            Self::One(seen) if seen == name => Self::One(seen),
            _ => Self::Different,
        };
    }

    fn name(self) -> Option<String> {
        match self {
            Self::One(name) if !name.is_empty() => Some(name.into()),
            _ => None,
        }
    }
}

impl UsageRowSummary {
    fn add(&mut self, input: &UsageInput<'_>) {
        self.count(input);
        self.partial += u32::from(input.is_partial);
        let TokenSet { input_uncached, cache_read, cache_write, output, reasoning: _, cache_write_1h: _ } =
            input.tokens;
        let context = input.tokens.context();
        self.input_uncached.add(input_uncached, input.is_partial);
        self.cache_read.add(cache_read, input.is_partial);
        self.cache_write.add(cache_write, input.is_partial);
        self.output.add(output, input.is_partial);
        self.context.add(context, input.is_partial);
        self.duration.add(input.duration_ms, false);
        self.cost.add(input.cost, input.is_incomplete);
        // Without the uncached part the whole prompt is not known; a cache write is left out by writers that drop zeros.
        let prompt = input_uncached.get().and_then(|_| context.get());
        self.cache_hits.add(cache_read.get(), prompt);
        self.input_pace.add(input_uncached.get(), input.duration_ms.get());
        self.output_pace.add(output.get(), input.duration_ms.get());
    }

    fn count(&mut self, input: &UsageInput<'_>) {
        if input.is_incomplete {
            self.incomplete += 1;
            return;
        }
        self.sessions += 1;
        match input.status {
            Status::Pending | Status::AwaitingUser | Status::Incomplete => self.no_outcome += 1,
            _ if !input.has_outcome => self.no_outcome += 1,
            Status::Success => self.ok += 1,
            _ => self.failed += 1,
        }
    }
}
