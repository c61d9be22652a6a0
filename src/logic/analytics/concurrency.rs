//! How many agents worked at once (analytics.md §12).

use super::facts::{NO_QUARTER, Stretch};
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use crate::archive::CostTally;
use crate::logic::window::Window;
use crate::model::{Tally, Timestamp, Wire};

/// Intervals between messages, over the range.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Concurrency {
    pub panel: Panel,
    /// Milliseconds: of the agents together, of the clock, and of the range without either.
    pub agent_ms: u64,
    pub active_ms: u64,
    pub idle_ms: u64,
    /// Most sessions at one instant, the first such instant, and how many of them a program started.
    pub peak: u32,
    pub peak_at: Option<Timestamp>,
    pub peak_automated: u32,
    /// What the buckets span.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Milliseconds a bucket.
    pub step_ms: i64,
    /// Without a gap, earliest first.
    pub buckets: Vec<ConcurrencyBucket>,
    /// Sessions without usable times: their cost counts, their minutes are not known.
    pub untimed: u32,
    pub untimed_cost: CostTally,
}

/// A step of the range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Wire)]
pub struct ConcurrencyBucket {
    pub from: Option<Timestamp>,
    pub most: u32,
    pub agent_ms: u64,
    /// Its rows are requests.
    pub output: Tally,
    pub cost: CostTally,
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MOST_BUCKETS: i64 = 2_000;

/// Milliseconds of a bucket, for a range of so many.
pub const fn step(range_ms: i64) -> i64 {
    let step = match range_ms {
        ..=129_600_000 => 5 * MINUTE,
        129_600_001..=1_209_600_000 => HOUR,
        1_209_600_001..=7_776_000_000 => DAY,
        _ => 7 * DAY,
    };
    // Twice as long until they fit.
    let mut fitting = step;
    while range_ms / fitting >= MOST_BUCKETS {
        fitting *= 2;
    }
    fitting
}

/// What stretches come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sweep {
    pub agent_ms: u64,
    pub active_ms: u64,
    pub peak: u32,
    pub peak_at: Option<i64>,
    pub peak_automated: u32,
    /// When the number of open stretches changes, and what it is from then on.
    changes: Vec<(i64, u32)>,
}

/// Goes through stretches in order of time; `ends` are the same by their ends. Each session has at most one open at a
/// time. An interval is open at its start and not at its end.
pub fn sweep(starts: &[Stretch], ends: &[Stretch], is_automated: &dyn Fn(u32) -> bool) -> Sweep {
    let agent_ms = starts.iter().map(|stretch| (stretch.until - stretch.from).max(0) as u64).sum();
    let mut found = Sweep { agent_ms, ..Sweep::default() };
    let (mut starts, mut ends) = (starts.iter().peekable(), ends.iter().peekable());
    let (mut open, mut automated, mut since) = (0u32, 0u32, 0i64);
    loop {
        let next = [starts.peek().map(|stretch| stretch.from), ends.peek().map(|stretch| stretch.until)];
        let Some(at) = next.into_iter().flatten().min() else { break };
        found.active_ms += if open > 0 { (at - since).max(0) as u64 } else { 0 };
        while let Some(over) = ends.next_if(|stretch| stretch.until == at) {
            open = open.saturating_sub(1);
            automated = automated.saturating_sub(is_automated(over.session).into());
        }
        while let Some(begun) = starts.next_if(|stretch| stretch.from == at) {
            open += 1;
            automated += u32::from(is_automated(begun.session));
        }
        if open > found.peak {
            (found.peak, found.peak_at, found.peak_automated) = (open, Some(at), automated);
        }
        since = at;
        found.changes.push((at, open));
    }
    found
}

pub fn concurrency(picks: &Picks<'_>) -> Concurrency {
    let mut panel = Panel::new(picks, PanelScope::Sessions, Basis::MessageTime);
    panel.note("an agent is at work until five minutes after a message, or until the next one");
    if !picks.sieve.is_open() {
        panel.note("times are those of whole sessions");
    }
    let mut report = Concurrency { panel, step_ms: MINUTE * 5, ..Concurrency::default() };
    let (stretches, ends) = stretches(picks, picks.window());
    let has_stretch = have_stretch(picks);
    let (mut timed, mut all) = (0, 0);
    for pick in picks.rows.iter().filter(|pick| pick.is_session()) {
        all += 1;
        if has_stretch.get(pick.session as usize).is_some_and(|has| *has) {
            timed += 1;
        } else {
            report.untimed += 1;
            super::select::merge_cost(&mut report.untimed_cost, &pick.cost);
        }
    }
    report.panel.coverage = Covered { reported: timed, eligible: all, unit: Unit::TimedSessions };
    report.panel.tell(report.untimed, "session", "without two messages with times: cost counted, minutes not known");
    let is_automated = |session: u32| picks.row(session).is_some_and(|row| row.is_automated);
    let found = sweep(&stretches, &ends, &is_automated);
    (report.agent_ms, report.active_ms) = (found.agent_ms, found.active_ms);
    (report.peak, report.peak_automated) = (found.peak, found.peak_automated);
    report.peak_at = found.peak_at.map(Timestamp::from_ms);
    let window = picks.window();
    let from = window.and_then(|window| window.start).map(Timestamp::ms).or(stretches.first().map(|first| first.from));
    let last = ends.last().map(|stretch| stretch.until);
    let until = window.and_then(|window| window.end).map(Timestamp::ms).or(last);
    if let (Some(from), Some(until)) = (from, until.filter(|until| from.is_some_and(|from| *until > from))) {
        (report.from, report.until) = (Some(Timestamp::from_ms(from)), Some(Timestamp::from_ms(until)));
        report.idle_ms = ((until - from) as u64).saturating_sub(found.active_ms);
        report.step_ms = step(until - from);
        buckets(picks, &mut report, (from, until), &stretches, &found);
    }
    report
}

/// By session: whether it has a stretch at all.
pub(crate) fn have_stretch(picks: &Picks<'_>) -> Vec<bool> {
    let mut found = vec![false; picks.facts.sessions.len()];
    for stretch in &picks.facts.stretches {
        if let Some(has) = found.get_mut(stretch.session as usize) {
            *has = true;
        }
    }
    found
}

/// The stretches of what is selected, cut at a window: by their starts, and by their ends.
pub(crate) fn stretches(picks: &Picks<'_>, window: Option<Window>) -> (Vec<Stretch>, Vec<Stretch>) {
    let known = &picks.facts.stretches;
    let by_end = || picks.facts.by_end.iter().filter_map(|at| known.get(*at as usize));
    (inside(picks, window, &mut known.iter()), inside(picks, window, &mut by_end()))
}

fn inside(picks: &Picks<'_>, window: Option<Window>, stretches: &mut dyn Iterator<Item = &Stretch>) -> Vec<Stretch> {
    let start = window.and_then(|window| window.start).map_or(i64::MIN, Timestamp::ms);
    let end = window.and_then(|window| window.end).map_or(i64::MAX, Timestamp::ms);
    let is_agent = |session: u32| picks.row(session).is_some_and(|row| row.kind != super::facts::Kind::Fork);
    let wanted = stretches.filter(|stretch| picks.wants(stretch.session) && is_agent(stretch.session));
    let cut =
        wanted.map(|stretch| Stretch { from: stretch.from.max(start), until: stretch.until.min(end), ..*stretch });
    cut.filter(|stretch| stretch.from < stretch.until).collect()
}

fn buckets(
    picks: &Picks<'_>,
    report: &mut Concurrency,
    (from, until): (i64, i64),
    stretches: &[Stretch],
    found: &Sweep,
) {
    let step = report.step_ms;
    let count = ((until - from + step - 1) / step).clamp(1, MOST_BUCKETS) as usize;
    let at = |place: usize| Some(Timestamp::from_ms(from + place as i64 * step));
    report.buckets =
        (0..count).map(|place| ConcurrencyBucket { from: at(place), ..ConcurrencyBucket::default() }).collect();
    let place_of = |ms: i64| usize::try_from((ms - from).div_euclid(step)).ok();
    for stretch in stretches {
        let (mut here, Some(mut place)) = (stretch.from, place_of(stretch.from)) else { continue };
        while here < stretch.until {
            let Some(bucket) = report.buckets.get_mut(place) else { break };
            let next = stretch.until.min(from + (place as i64 + 1) * step);
            bucket.agent_ms += (next - here) as u64;
            (here, place) = (next, place + 1);
        }
    }
    peaks(report, from, step, found);
    for (number, used) in picks.uses(picks.window()).filter(|(_, used)| used.quarter != NO_QUARTER) {
        let place = used.used_at.and_then(|at| place_of(at.ms()));
        let bucket = place.and_then(|place| report.buckets.get_mut(place));
        let Some((bucket, entry)) = bucket.zip(picks.archive.entries().get(number as usize)) else { continue };
        if entry.counts_tokens {
            bucket.output.add(entry.tokens.output, entry.finality == crate::model::Finality::Partial);
        }
        if entry.counts_cost {
            bucket.cost.add(entry.cost, entry.price_notes);
        }
    }
}

/// The most agents within each bucket: as many as were open when it began, or after a change within.
fn peaks(report: &mut Concurrency, from: i64, step: i64, found: &Sweep) {
    let mut changes = found.changes.iter().peekable();
    let mut open = 0;
    for (place, bucket) in report.buckets.iter_mut().enumerate() {
        let (start, end) = (from + place as i64 * step, from + (place as i64 + 1) * step);
        while let Some((_, now)) = changes.next_if(|(at, _)| *at <= start) {
            open = *now;
        }
        bucket.most = open;
        while let Some((_, now)) = changes.next_if(|(at, _)| *at < end) {
            open = *now;
            bucket.most = bucket.most.max(open);
        }
    }
}
