//! Two things side by side (analytics.md §11): two models, projects, agents or sessions, two periods, or a window and the
//! time before it.

use super::attribution::{AttributionRow, CellKey, RankBy, grouped, larger};
use super::cells::{Cell, Split, TokenKinds, cells};
use super::day::{Day, Granularity};
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use super::stats::Tenths;
use super::usage::before;
use crate::archive::Totals;
use crate::model::{Money, Wire, sorted};

/// What is put side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Wire)]
pub enum PairBy {
    Named(Split),
    /// Days, weeks or months, named by their first day.
    Period(Granularity),
    /// The window and the time before it, which is as long.
    Before,
}

impl Default for PairBy {
    fn default() -> Self {
        Self::Named(Split::Model)
    }
}

impl PairBy {
    pub const ALL: [Self; 8] = [
        Self::Named(Split::Model),
        Self::Named(Split::Project),
        Self::Named(Split::Agent),
        Self::Named(Split::Session),
        Self::Period(Granularity::Day),
        Self::Period(Granularity::Week),
        Self::Period(Granularity::Month),
        Self::Before,
    ];

    /// Stable name, as links write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Named(split) => split.name(),
            Self::Period(granularity) => granularity.name(),
            Self::Before => "before",
        }
    }

    /// The inverse of [`PairBy::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// Two names to be compared; an empty one stands for the largest, or the latest, that the other is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Wire)]
pub struct Pair {
    pub by: PairBy,
    pub left: String,
    pub right: String,
}

/// Two names side by side.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Comparison {
    pub panel: Panel,
    pub by: PairBy,
    pub left: AttributionRow,
    pub right: AttributionRow,
    pub rows: Vec<ComparisonRow>,
    /// What there is to choose from: largest first, periods from the earliest on.
    pub names: Vec<String>,
}

/// One number of both. Costs are pico-dollars.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct ComparisonRow {
    pub what: Compared,
    pub left: Option<i64>,
    pub right: Option<i64>,
    /// Right less left; `None` where either is not known.
    pub delta: Option<i64>,
    /// Of the left, percent; `None` where that is 0 (analytics.md §11).
    pub percent: Option<Tenths>,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum Compared {
    Cost,
    Sessions,
    CostPerSession,
    Tokens,
    TokensPerSession,
}

impl Compared {
    const ALL: [Self; 5] = [Self::Cost, Self::Sessions, Self::CostPerSession, Self::Tokens, Self::TokensPerSession];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Cost => "Cost",
            Self::Sessions => "Sessions",
            Self::CostPerSession => "Cost per session",
            Self::Tokens => "Tokens",
            Self::TokensPerSession => "Tokens per session",
        }
    }

    /// Whether its numbers are pico-dollars.
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Cost | Self::CostPerSession)
    }

    /// Whether its numbers may be larger than they are told.
    pub const fn is_lower_bound(self, of: &AttributionRow) -> bool {
        match self {
            Self::Cost | Self::CostPerSession => of.totals.cost.is_lower_bound(),
            Self::Tokens | Self::TokensPerSession => of.tokens.is_lower_bound,
            Self::Sessions => false,
        }
    }
}

/// What the two sides are called where one is the time before the window.
const BEFORE: [&str; 2] = ["time before", "this window"];

pub fn comparison(picks: &Picks<'_>, known: &[Cell], pair: &Pair, rank: RankBy, kinds: TokenKinds) -> Comparison {
    let mut panel = Panel::new(picks, PanelScope::Usage, Basis::RequestTime);
    let all = sides(picks, known, pair.by, rank, kinds);
    let names: Vec<String> = all.iter().map(|row| row.name.clone()).collect();
    let [left, right] = chosen(pair, &names).map(|name| {
        let none = || AttributionRow { name: name.clone(), ..AttributionRow::default() };
        all.iter().find(|row| row.name == name).cloned().unwrap_or_else(none)
    });
    let numbers = |row: &AttributionRow| {
        let cost = (row.totals.cost.reported > 0).then_some(row.totals.cost.known).map(Money::pico);
        let tokens = row.tokens.value.and_then(|tokens| i64::try_from(tokens).ok());
        let each = |sum: Option<i64>| Some(sum? / i64::from(row.sessions).max(1)).filter(|_| row.sessions > 0);
        [cost, Some(row.sessions.into()), each(cost), tokens, each(tokens)]
    };
    let both = numbers(&left).into_iter().zip(numbers(&right));
    let rows = Compared::ALL.into_iter().zip(both).map(|(what, (left, right))| compare(what, left, right)).collect();
    if [&left, &right].into_iter().any(|row| row.totals.cost.is_lower_bound()) {
        panel.note("a cost that is a lower bound is compared as it is");
    }
    let mut of_both = Totals::default();
    [&left, &right].into_iter().for_each(|row| of_both.merge(&row.totals));
    let cost = of_both.cost;
    panel.coverage = Covered { reported: cost.reported, eligible: cost.eligible, unit: Unit::RequestsWithCost };
    Comparison { panel, by: pair.by, left, right, rows, names }
}

/// All that could be a side.
fn sides(picks: &Picks<'_>, known: &[Cell], by: PairBy, rank: RankBy, kinds: TokenKinds) -> Vec<AttributionRow> {
    let named = |cells: &[Cell], key: CellKey<'_>, name: &dyn Fn(u32) -> String| -> Vec<AttributionRow> {
        let rows = grouped(cells, key, kinds).into_iter();
        rows.map(|(key, row)| AttributionRow { name: name(key), ..row }).collect()
    };
    match by {
        PairBy::Named(split) => {
            let rows = named(known, &|cell| Some(split.key(picks, cell)), &|key| split.label(picks, key));
            sorted(rows, |a, b| larger(rank, a, b).then_with(|| a.name.cmp(&b.name)))
        }
        PairBy::Period(granularity) => {
            let key = |cell: &Cell| Some(granularity.bucket(cell.day?).0 as u32);
            named(known, &key, &|key| Day(key as i32).text())
        }
        PairBy::Before => {
            let earlier = picks.window().and_then(|window| before(&window));
            let earlier = earlier.map(|window| cells(picks, Some(&window)));
            let all = [earlier.as_deref(), Some(known)];
            let side = |(cells, name): (Option<&[Cell]>, &str)| named(cells?, &|_| Some(0), &|_| name.to_owned()).pop();
            all.into_iter().zip(BEFORE).filter_map(side).collect()
        }
    }
}

/// The names of both sides. Of periods the last two are meant, in order of time; else the two largest.
fn chosen(pair: &Pair, names: &[String]) -> [String; 2] {
    if pair.by == PairBy::Before {
        return BEFORE.map(str::to_owned);
    }
    let is_time = matches!(pair.by, PairBy::Period(_));
    let ordered: Vec<&String> = if is_time { names.iter().rev().collect() } else { names.iter().collect() };
    let other_than =
        |taken: &str| ordered.iter().find(|name| **name != taken).map_or_else(String::new, |name| (*name).clone());
    match (pair.left.is_empty(), pair.right.is_empty()) {
        (false, false) => [pair.left.clone(), pair.right.clone()],
        (false, true) => [pair.left.clone(), other_than(&pair.left)],
        (true, false) => [other_than(&pair.right), pair.right.clone()],
        (true, true) => {
            let first = other_than("");
            let second = other_than(&first);
            if is_time { [second, first] } else { [first, second] }
        }
    }
}

pub fn compare(what: Compared, left: Option<i64>, right: Option<i64>) -> ComparisonRow {
    let delta = left.zip(right).map(|(left, right)| right.saturating_sub(left));
    let percent = delta.zip(left).and_then(|(delta, left)| Tenths::ratio(i128::from(delta) * 100, left.into()));
    ComparisonRow { what, left, right, delta, percent }
}
