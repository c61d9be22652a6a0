//! Tokens and cost over time (analytics.md §11).

use super::cells::{Cell, Split, cells, unknown};
use super::day::{Day, Granularity};
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use super::stats::Tenths;
use crate::archive::{CostTally, Totals};
use crate::logic::window::Window;
use crate::model::{Money, Timestamp, Wire, sorted};

/// What rows stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Wire)]
pub enum UsageBy {
    Time(Granularity),
    Session,
}

impl UsageBy {
    /// Stable name, as links and the command write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time(granularity) => granularity.name(),
            Self::Session => "session",
        }
    }

    /// The inverse of [`UsageBy::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "session" { Some(Self::Session) } else { Granularity::from_name(name).map(Self::Time) }
    }
}

impl Default for UsageBy {
    fn default() -> Self {
        Self::Time(Granularity::Day)
    }
}

/// What was used, and the cards above it.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct UsageOverTime {
    pub panel: Panel,
    pub by: UsageBy,
    pub split: Split,
    /// First and last day of the window, an open end being that of the data.
    pub days: Option<(Day, Day)>,
    /// Earliest first, what has no date last; by session dearest first.
    pub rows: Vec<UsagePeriod>,
    pub totals: Totals,
    /// Sessions that used anything.
    pub sessions: u32,
    /// Their projects, models and the days of use.
    pub projects: u32,
    pub models: u32,
    pub active_days: u32,
    /// Known cost per day of use.
    pub daily_burn: Option<Money>,
    /// The dearest day.
    pub peak_day: Option<(Day, Money)>,
    /// Tokens read from a cache, of these and the uncached ones; percent. `None` where neither was recorded.
    pub cache_hit_rate: Option<Tenths>,
    /// Known cost of the time before, as long as the window, and how many percent more it is now.
    pub previous: Option<Previous>,
}

/// The time before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub struct Previous {
    pub window: Window,
    pub cost: CostTally,
    /// `None` where nothing, or nothing known, was spent then.
    pub change: Option<Tenths>,
}

/// A row.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct UsagePeriod {
    /// The first day of its bucket; `None` for sessions and what has no date.
    pub day: Option<Day>,
    /// The session's key, where rows are sessions.
    pub session: Option<String>,
    /// Its title.
    pub title: Option<String>,
    pub sessions: u32,
    pub totals: Totals,
    /// By the split, dearest first.
    pub parts: Vec<UsagePart>,
}

/// What one name used within a row.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct UsagePart {
    pub name: String,
    pub totals: Totals,
}

/// `cells` are those of the window. Without a `by` the rows are what fits the range.
pub fn usage(picks: &Picks<'_>, cells: &[Cell], by: Option<UsageBy>, split: Split) -> UsageOverTime {
    let window = picks.window();
    let range = days_of(picks, cells);
    let by = by.unwrap_or_else(|| {
        UsageBy::Time(range.map_or(Granularity::Day, |(first, last)| Granularity::fitting(last.0 - first.0 + 1)))
    });
    let mut usage = UsageOverTime {
        panel: Panel::new(picks, PanelScope::Usage, Basis::RequestTime),
        by,
        split,
        days: range,
        rows: rows(picks, cells, by, split),
        ..UsageOverTime::default()
    };
    cells.iter().for_each(|cell| usage.totals.merge(&cell.totals));
    let distinct = |key: &dyn Fn(&Cell) -> Option<u32>| {
        let mut keys = sorted(cells.iter().filter_map(key).collect(), Ord::cmp);
        keys.dedup();
        keys.len() as u32
    };
    usage.sessions = distinct(&|cell| Some(cell.session));
    usage.projects = distinct(&|cell| Some(Split::Project.key(picks, cell)));
    usage.models = distinct(&|cell| Some(cell.model.0).filter(|model| *model != 0));
    days(&mut usage, cells);
    usage.cache_hit_rate = cache_hit_rate(&usage.totals);
    usage.previous = window.and_then(|window| previous(picks, &window, &usage.totals.cost));
    let (missing, silent) = unknown(picks, window.as_ref());
    let (output, cost) = (&usage.totals.output, &usage.totals.cost);
    let requests = |eligible: u32| eligible.saturating_sub(missing + silent);
    usage.panel.coverage =
        Covered { reported: output.reported, eligible: requests(output.eligible), unit: Unit::RequestsWithTokens };
    usage.panel.tell(requests(cost.eligible).saturating_sub(cost.reported), "request", "without a cost");
    usage.panel.tell(cost.partial, "request", "of which the cost is a lower bound");
    usage.panel.tell(missing, "sub-agent", "not loaded: sums may be larger");
    usage.panel.tell(silent, "session", "answered, and no log holds what that took: sums may be larger");
    usage
}

/// cache read / (cache read + uncached input), writes left out (analytics.md §11).
pub fn cache_hit_rate(totals: &Totals) -> Option<Tenths> {
    let (read, input) = (totals.cache_read.value().get()?, totals.input_uncached.value().get()?);
    Tenths::percent(read, read.saturating_add(input))
}

fn days(usage: &mut UsageOverTime, cells: &[Cell]) {
    let dated: Vec<_> = cells.iter().filter_map(|cell| Some((cell.day?, cell.totals.cost))).collect();
    let dated = sorted(dated, |(a, _), (b, _)| a.cmp(b));
    for same in dated.chunk_by(|(a, _), (b, _)| a == b) {
        let (day, sum) = (same[0].0, same.iter().map(|(_, cost)| cost.known).sum());
        let is_known = same.iter().any(|(_, cost)| cost.reported > 0);
        usage.active_days += 1;
        if is_known && usage.peak_day.is_none_or(|(_, most)| sum > most) {
            usage.peak_day = Some((day, sum));
        }
    }
    if usage.totals.cost.reported > 0 && usage.active_days > 0 {
        usage.daily_burn = Some(Money::from_pico(usage.totals.cost.known.pico() / i64::from(usage.active_days)));
    }
}

fn days_of(picks: &Picks<'_>, cells: &[Cell]) -> Option<(Day, Day)> {
    let days = || cells.iter().filter_map(|cell| cell.day);
    picks.range(days().min(), days().max())
}

/// The time before a window, which is as long; `None` where an end of it is open.
pub fn before(window: &Window) -> Option<Window> {
    let (start, end) = (window.start?, window.end?);
    let before = Timestamp::from_nanos(start.nanos().saturating_sub(end.since(start)));
    Some(Window { start: Some(before), end: Some(start) })
}

fn previous(picks: &Picks<'_>, window: &Window, now: &CostTally) -> Option<Previous> {
    let window = before(window)?;
    let mut cost = CostTally::default();
    cells(picks, Some(&window)).iter().for_each(|cell| super::select::merge_cost(&mut cost, &cell.totals.cost));
    let is_known = cost.reported > 0 && now.reported > 0;
    let more = i128::from(now.known.pico()) - i128::from(cost.known.pico());
    let change = is_known.then(|| Tenths::ratio(more * 100, cost.known.pico().into())).flatten();
    Some(Previous { window, cost, change })
}

/// The key that a row is ordered by: what has no date comes last.
type RowKey = (bool, i64);

fn rows(picks: &Picks<'_>, cells: &[Cell], by: UsageBy, split: Split) -> Vec<UsagePeriod> {
    let key = |cell: &Cell| -> RowKey {
        match by {
            UsageBy::Session => (false, cell.session.into()),
            UsageBy::Time(granularity) => match cell.day {
                Some(day) => (false, granularity.bucket(day).0.into()),
                None => (true, 0),
            },
        }
    };
    let keyed =
        sorted(cells.iter().map(|cell| (key(cell), cell)).collect(), |(a, _): &(RowKey, &Cell), (b, _)| a.cmp(b));
    let rows = keyed.chunk_by(|(a, _), (b, _)| a == b).map(|same| {
        let mut row = UsagePeriod { parts: parts(picks, same, split), ..UsagePeriod::default() };
        match (by, same[0].0) {
            (UsageBy::Session, _) => {
                let session = picks.session(same[0].1.session);
                row.session = session.map(|session| session.key.clone());
                row.title = session.and_then(|session| session.part.title.clone());
            }
            (_, (is_undated, day)) => row.day = (!is_undated).then_some(Day(day as i32)),
        }
        let mut last = None;
        for (_, cell) in same {
            row.totals.merge(&cell.totals);
            row.sessions += u32::from(last != Some(cell.session));
            last = Some(cell.session);
        }
        row
    });
    let rows: Vec<UsagePeriod> = rows.collect();
    match by {
        UsageBy::Session => sorted(rows, |a, b| dearer(&a.totals, &b.totals).then_with(|| a.session.cmp(&b.session))),
        UsageBy::Time(_) => rows,
    }
}

fn parts(picks: &Picks<'_>, same: &[(RowKey, &Cell)], split: Split) -> Vec<UsagePart> {
    let mut groups: Vec<(u32, Totals)> = Vec::new();
    for (_, cell) in same {
        // A session alone would be the row itself.
        let key = if split == Split::Session { cell.model.0 } else { split.key(picks, cell) };
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, totals)) => totals.merge(&cell.totals),
            None => groups.push((key, cell.totals)),
        }
    }
    let named = if split == Split::Session { Split::Model } else { split };
    let parts = groups.into_iter().map(|(key, totals)| UsagePart { name: named.label(picks, key), totals });
    sorted(parts.collect(), |a: &UsagePart, b| dearer(&a.totals, &b.totals).then_with(|| a.name.cmp(&b.name)))
}

/// The dearer one first; what has no cost last, by its tokens.
pub fn dearer(a: &Totals, b: &Totals) -> std::cmp::Ordering {
    let key = |totals: &Totals| (totals.cost.reported > 0, totals.cost.known, totals.output.sum);
    key(b).cmp(&key(a))
}
