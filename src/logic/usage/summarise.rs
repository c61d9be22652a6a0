//! Usage into rows.

use super::{By, UsageRowSummary, or_unknown};
use crate::archive::Totals;
use crate::logic::window::Window;
use crate::model::{Reported, Status, Tally, Timestamp, Wire, Zone, sorted};

/// A session's usage, or the slice of it that goes into one row: of one model, of one day.
#[derive(Debug, Clone, Copy)]
pub struct UsageInput<'a> {
    /// The session's key.
    pub session: &'a str,
    /// Key and title of the session whose row it goes into: of the one that started it, where sub-agents are counted in.
    pub owner: (&'a str, &'a str),
    pub provider: &'a str,
    pub model: &'a str,
    /// The agent whose log it is.
    pub agent: &'a str,
    /// The program that was asked to do the work.
    pub harness: Option<&'a str>,
    pub project: Option<&'a str>,
    /// Decides about the window and about day, week and month: when it was used, else when the session started.
    pub at: Option<Timestamp>,
    /// How many slices the session has been cut into.
    pub slices: u32,
    pub status: Status,
    /// Whether the format records outcomes at all.
    pub has_outcome: bool,
    /// The log broke off: listed, but counted apart.
    pub is_incomplete: bool,
    /// A sub-agent or fork: what it used counts, but it is no session of its own (claude-code.md S4).
    pub is_member: bool,
    /// The log of another agent counts the same requests: out of all sums but those by agent, harness and session
    /// (DESIGN §4).
    pub is_counted_elsewhere: bool,
    /// Of the whole session.
    pub duration_ms: Reported<u64>,
    /// Of the slice.
    pub totals: Totals,
}

/// Rows sorted bytewise by key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct UsageReport {
    pub by: By,
    pub window: Option<Window>,
    pub rows: Vec<UsageRowSummary>,
    pub totals: UsageRowSummary,
    /// Sessions left out since all that they used is outside the window.
    pub outside: u32,
    /// Sessions left out of a window since nobody knows when they were.
    pub no_time: u32,
    /// Sub-agents and forks in the sums.
    pub members: u32,
    /// They were left out.
    pub own_only: bool,
    /// Sessions whose requests another agent's log counts.
    pub counted_elsewhere: u32,
}

/// Sums up usage. The order of the inputs never changes the answer.
pub fn summarise<'a>(
    inputs: impl IntoIterator<Item = UsageInput<'a>>,
    by: By,
    zone: &Zone,
    window: Option<&Window>,
) -> UsageReport {
    let mut report = UsageReport { by, window: window.copied(), ..UsageReport::default() };
    let by_session = sorted(inputs.into_iter().collect(), |a: &UsageInput<'_>, b| a.session.cmp(b.session));
    let mut counted = Vec::new();
    let mut totals = Group::default();
    for of_session in by_session.chunk_by(|a, b| a.session == b.session) {
        let inside: Vec<UsageInput<'a>> =
            of_session.iter().copied().filter(|input| window.is_none_or(|window| window.contains(input.at))).collect();
        if inside.is_empty() {
            let is_timed = of_session.iter().any(|input| input.at.is_some());
            report.outside += u32::from(is_timed);
            report.no_time += u32::from(!is_timed);
            continue;
        }
        report.members += u32::from(inside[0].is_member);
        report.counted_elsewhere += u32::from(inside[0].is_counted_elsewhere);
        if !inside[0].is_counted_elsewhere {
            totals.add(&inside);
        }
        let is_row = by.keeps_wrappers() || !inside[0].is_counted_elsewhere;
        counted.extend(inside.into_iter().filter(|_| is_row).map(|input| (by.key(&input, zone), input)));
    }
    // The order within a key stays that of the sessions.
    let counted = sorted(counted, |(a, _), (b, _)| a.cmp(b));
    let row = |same: &[(Vec<String>, UsageInput<'a>)]| {
        let mut group = Group::default();
        for of_session in same.chunk_by(|(_, a), (_, b)| a.session == b.session) {
            group.add(&of_session.iter().map(|(_, input)| *input).collect::<Vec<_>>());
        }
        group.finish(same[0].0.clone())
    };
    report.rows = counted.chunk_by(|(a, _), (b, _)| a == b).map(row).collect();
    report.totals = totals.finish(Vec::new());
    report
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
    /// Counts one session, of which these slices are in the row.
    fn add(&mut self, slices: &[UsageInput<'a>]) {
        let mut totals = Totals::default();
        for slice in slices {
            self.provider.add(or_unknown(slice.provider));
            self.model.add(or_unknown(slice.model));
            totals.merge(&slice.totals);
        }
        let Some(input) = slices.first() else { return };
        self.agent.add(or_unknown(input.agent));
        self.harness.add(input.harness.unwrap_or_default());
        // Nobody knows how long a session took over a part of what it did.
        let is_whole = slices.len() as u32 == input.slices;
        self.sums.add(input, &totals, is_whole);
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
    fn add(&mut self, input: &UsageInput<'_>, totals: &Totals, is_whole: bool) {
        self.count(input);
        let Totals { input_uncached, cache_read, cache_write, output, .. } = totals;
        let is_partial = [input_uncached, output].into_iter().any(Tally::is_lower_bound) || totals.coverage.partial > 0;
        self.partial += u32::from(is_partial);
        let requests = Some(u64::from(totals.coverage.eligible)).filter(|_| !totals.coverage.is_total_only);
        self.requests.add(requests.into(), false);
        let context = [input_uncached, cache_read, cache_write].into_iter().filter_map(|tally| tally.value().get());
        let context: Reported<u64> = context.reduce(u64::saturating_add).into();
        self.input_uncached.add(input_uncached.value(), is_partial);
        self.cache_read.add(cache_read.value(), is_partial);
        self.cache_write.add(cache_write.value(), is_partial);
        self.output.add(output.value(), is_partial);
        self.context.add(context, is_partial);
        self.cost.add(&totals.cost, input.is_incomplete);
        // Without the uncached part the whole prompt is not known; a cache write is left out by writers that drop zeros.
        let prompt = input_uncached.value().get().and_then(|_| context.get());
        self.cache_hits.add(cache_read.value().get(), prompt);
        if is_whole {
            self.duration.add(input.duration_ms, false);
            self.input_pace.add(input_uncached.value().get(), input.duration_ms.get());
            self.output_pace.add(output.value().get(), input.duration_ms.get());
        }
    }

    fn count(&mut self, input: &UsageInput<'_>) {
        if input.is_member {
            self.members += 1;
            return;
        }
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
