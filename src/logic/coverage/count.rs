//! What one session records.

use super::gaps::{Gap, Gaps};
use crate::archive::{Archive, CoverageClass, Decision, Entry, RecordList, RecordRef, Session};
use crate::model::{Cost, EventKind, Finality, Metric, Reported, Scope, Status, Unpriced, Wire, flags, price_notes};

/// Of how many units a metric is recorded; [`Metric::unit`] names them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct Count {
    pub recorded: u32,
    pub eligible: u32,
    /// Recorded, but known to be too small (token-coverage.md R6).
    pub partial: u32,
    /// Recorded as the total of a session, not request by request (token-coverage.md R3).
    pub from_totals: u32,
}

impl Count {
    fn add(&mut self, is_recorded: bool, is_partial: bool, is_total: bool) {
        self.eligible += 1;
        self.recorded += u32::from(is_recorded);
        self.partial += u32::from(is_recorded && is_partial);
        self.from_totals += u32::from(is_recorded && is_total);
    }

    /// Adds the count of another session.
    pub fn merge(&mut self, other: &Self) {
        self.recorded += other.recorded;
        self.eligible += other.eligible;
        self.partial += other.partial;
        self.from_totals += other.from_totals;
    }

    /// token-coverage.md R6; `total-only` where all that is recorded are totals.
    pub const fn class(&self) -> CoverageClass {
        match (self.recorded, self.eligible) {
            (_, 0) => CoverageClass::NotApplicable,
            (0, _) => CoverageClass::None,
            (recorded, eligible) if recorded < eligible => CoverageClass::Some,
            (recorded, _) if recorded == self.from_totals => CoverageClass::TotalOnly,
            _ => CoverageClass::Full,
        }
    }

    /// Whether a sum over the recorded units may be too small: shown as `≥`.
    pub const fn is_lower_bound(&self) -> bool {
        self.recorded > 0 && (self.recorded < self.eligible || self.partial > 0)
    }

    pub const fn missing(&self) -> u32 {
        self.eligible.saturating_sub(self.recorded)
    }
}

/// The counts of a session, and why they are not full.
#[derive(Default)]
pub struct Counted {
    pub counts: [Count; Metric::ALL.len()],
    pub gaps: [Gaps; Metric::ALL.len()],
    /// Calls of the tool that its format does not count.
    pub uncounted: u32,
}

impl Counted {
    fn add(&mut self, metric: Metric, is_recorded: bool, gap: Gap, entry: Option<&Entry>) {
        let is_partial = entry.is_some_and(|entry| match metric {
            Metric::Cost => entry.price_notes & price_notes::LOWER_BOUND != 0,
            _ => entry.finality == Finality::Partial,
        });
        let is_total = entry.is_some_and(|entry| entry.scope == Scope::Aggregate);
        self.counts[metric.index()].add(is_recorded, is_partial, is_total);
        if !is_recorded {
            self.gaps[metric.index()].add(gap, 1);
        }
    }

    /// Units of which nothing is known but that they were there.
    fn add_missing(&mut self, metric: Metric, gap: Gap, units: u32) {
        self.counts[metric.index()].eligible += units;
        self.gaps[metric.index()].add(gap, units);
    }
}

/// Counts one session; `loaded` are its sub-agents that are loaded.
pub fn session(archive: &Archive, session: &Session, loaded: u32) -> Counted {
    let mut counted = Counted::default();
    let entries = archive.entries_of(session);
    for entry in entries {
        of_entry(&mut counted, entry);
    }
    context(&mut counted, entries);
    if entries.is_empty() && is_without_usage(archive, session) {
        let broke_off = matches!(session.part.status, Status::Incomplete | Status::Truncated | Status::Interrupted);
        let gap = if broke_off { Gap::BrokeOff } else { Gap::NoUsage };
        for metric in [Metric::Output, Metric::Context, Metric::CacheRead, Metric::CacheWrite, Metric::Cost] {
            counted.add_missing(metric, gap, requests_made(session));
        }
    }
    events(&mut counted, archive, session);
    let children = &mut counted.counts[Metric::SubAgents.index()];
    (children.recorded, children.eligible) = (loaded, loaded);
    counted.add_missing(Metric::SubAgents, Gap::NotLoaded, session.missing_children);
    counted
}

fn of_entry(counted: &mut Counted, entry: &Entry) {
    if entry.counts_tokens {
        let tokens = &entry.tokens;
        let fields = [
            (Metric::Output, tokens.output),
            (Metric::CacheRead, tokens.cache_read),
            (Metric::CacheWrite, tokens.cache_write),
        ];
        for (metric, field) in fields {
            counted.add(metric, field.is_recorded(), Gap::Format, Some(entry));
        }
    }
    if entry.counts_cost {
        let gap = match entry.cost {
            // What the log leaves out the format can tell best.
            Cost::Unpriced(Unpriced::NotRecorded) | Cost::Recorded(_) | Cost::Computed(..) => Gap::Format,
            Cost::Unpriced(why) => Gap::Unpriced(why),
        };
        counted.add(Metric::Cost, entry.cost.amount().is_some(), gap, Some(entry));
    }
}

/// The size of a prompt is that of one request: a total has none (token-coverage.md R2). Requests have theirs even where
/// a total counts instead of them.
fn context(counted: &mut Counted, entries: &[Entry]) {
    let requests = || entries.iter().filter(|entry| entry.scope == Scope::Request);
    for entry in requests() {
        counted.add(Metric::Context, entry.tokens.context().is_recorded(), Gap::Format, Some(entry));
    }
    if requests().next().is_some() {
        return;
    }
    for entry in entries {
        let is_sum = entry.tokens.context().is_recorded();
        counted.add_missing(Metric::Context, if is_sum { Gap::SumsOnly } else { Gap::Format }, 1);
    }
}

/// Whether no line of a session's own tells of usage: not even one that counts elsewhere, or is an error
/// (token-coverage.md M5).
fn is_without_usage(archive: &Archive, session: &Session) -> bool {
    let is_none = |record: RecordRef| matches!(archive.decision(record), Some(Decision::Empty | Decision::Baseline));
    session.places.iter().all(|place| {
        let Some(source) = archive.source(place.source) else { return true };
        let record = |list, index: usize| RecordRef { source: place.source, list, index: index as u32 };
        let usage = source.usage.iter().enumerate().filter(|(_, row)| row.part == place.part);
        let running = source.running.iter().enumerate().filter(|(_, count)| count.part == place.part);
        usage.map(|(index, _)| record(RecordList::Usage, index)).all(is_none)
            && running.map(|(index, _)| record(RecordList::Running, index)).all(is_none)
    })
}

/// How many requests a session without usage must have made: one for each answer, and one if it was asked at all.
fn requests_made(session: &Session) -> u32 {
    let counts = &session.part.counts;
    let asked = u32::from(counts.prompts + counts.tool_calls > 0);
    counts.responses.max(counts.requests.get().unwrap_or(0)).max(asked)
}

fn events(counted: &mut Counted, archive: &Archive, session: &Session) {
    let uncounted = crate::formats::by_id(session.format).and_then(|format| format.uncounted_tool());
    for place in &session.places {
        let Some(source) = archive.source(place.source) else { continue };
        let tool = uncounted.map(|uncounted| uncounted.tool);
        for (index, event) in source.events.iter().filter(|(_, event)| event.part == place.part) {
            if event.has(flags::COPIED) || session.flags_of(place.source, index) != 0 {
                continue;
            }
            counted.add(Metric::Time, event.at.is_some(), Gap::Format, None);
            if event.kind == EventKind::ToolCall && !event.has(flags::ECHO) {
                let duration = Reported::from(event.duration_ms);
                counted.add(Metric::ToolDuration, duration.is_recorded(), Gap::Format, None);
                counted.uncounted += u32::from(tool.is_some_and(|tool| source.strings.get(event.name) == tool));
            }
        }
    }
}
