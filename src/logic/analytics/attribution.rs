//! Who used it (analytics.md §11): a ranking, and two of its rows side by side.

use super::cells::{Cell, Split, TokenKinds, TokenSum};
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use super::stats::Tenths;
use super::usage::dearer;
use crate::archive::Totals;
use crate::model::{Money, Wire, sorted};

/// By what a ranking goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Wire)]
pub enum RankBy {
    #[default]
    Cost,
    Tokens,
}

/// Usage by project, model, agent or session, the largest first.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Attribution {
    pub panel: Panel,
    pub split: Split,
    pub rank: RankBy,
    pub kinds: TokenKinds,
    pub rows: Vec<AttributionRow>,
    /// Rows that are not listed.
    pub more: u32,
}

/// One name's share.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct AttributionRow {
    /// Of a session its key.
    pub name: String,
    /// Of a session its title.
    pub title: Option<String>,
    pub sessions: u32,
    pub totals: Totals,
    /// Of the kinds that were asked for.
    pub tokens: TokenSum,
    /// Of all known cost or of all tokens, percent; `None` where it has none.
    pub share: Option<Tenths>,
}

/// Rows that a ranking lists.
const MOST_ROWS: usize = 100;

pub fn attribution(picks: &Picks<'_>, cells: &[Cell], split: Split, rank: RankBy, kinds: TokenKinds) -> Attribution {
    let mut panel = Panel::new(picks, PanelScope::Usage, Basis::RequestTime);
    let mut rows = rows(picks, cells, split, kinds);
    let mut whole = Totals::default();
    rows.iter().for_each(|row| whole.merge(&row.totals));
    for row in &mut rows {
        row.share = match rank {
            RankBy::Cost => pico(&row.totals).and_then(|part| Tenths::percent(part, pico(&whole)?)),
            RankBy::Tokens => row.tokens.value.and_then(|part| Tenths::percent(part, kinds.sum(&whole).value?)),
        };
    }
    let mut rows = sorted(rows, |a, b| {
        let larger = match rank {
            RankBy::Cost => dearer(&a.totals, &b.totals),
            RankBy::Tokens => b.tokens.value.cmp(&a.tokens.value),
        };
        larger.then_with(|| a.name.cmp(&b.name))
    });
    let more = rows.len().saturating_sub(MOST_ROWS) as u32;
    rows.truncate(MOST_ROWS);
    panel.coverage = match rank {
        RankBy::Cost => {
            Covered { reported: whole.cost.reported, eligible: whole.cost.eligible, unit: Unit::PricedRequests }
        }
        RankBy::Tokens => Covered::of(&whole.output, Unit::RequestsWithTokens),
    };
    panel.tell(more, "smaller row", "not listed");
    Attribution { panel, split, rank, kinds, rows, more }
}

fn pico(totals: &Totals) -> Option<u64> {
    (totals.cost.reported > 0).then(|| totals.cost.known.pico().max(0) as u64)
}

fn rows(picks: &Picks<'_>, cells: &[Cell], split: Split, kinds: TokenKinds) -> Vec<AttributionRow> {
    let keyed =
        sorted(cells.iter().map(|cell| (split.key(picks, cell), cell)).collect(), |(a, _): &(u32, &Cell), (b, _)| {
            a.cmp(b)
        });
    let row = |same: &[(u32, &Cell)]| {
        let mut row = AttributionRow { name: split.label(picks, same[0].0), ..AttributionRow::default() };
        if split == Split::Session {
            row.title = picks.session(same[0].0).and_then(|session| session.part.title.clone());
        }
        let mut last = None;
        for (_, cell) in same {
            row.totals.merge(&cell.totals);
            row.sessions += u32::from(last != Some(cell.session));
            last = Some(cell.session);
        }
        row.tokens = kinds.sum(&row.totals);
        row
    };
    keyed.chunk_by(|(a, _), (b, _)| a == b).map(row).collect()
}

/// Two names of a split to be compared.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Pair {
    pub split: Split,
    pub left: String,
    pub right: String,
}

/// Two names side by side.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Comparison {
    pub panel: Panel,
    pub left: AttributionRow,
    pub right: AttributionRow,
    pub rows: Vec<ComparisonRow>,
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
}

pub fn comparison(picks: &Picks<'_>, cells: &[Cell], pair: &Pair, kinds: TokenKinds) -> Comparison {
    let all = rows(picks, cells, pair.split, kinds);
    let named = |name: &String| {
        let none = || AttributionRow { name: name.clone(), ..AttributionRow::default() };
        all.iter().find(|row| row.name == *name).cloned().unwrap_or_else(none)
    };
    let (left, right) = (named(&pair.left), named(&pair.right));
    let numbers = |row: &AttributionRow| {
        let cost = (row.totals.cost.reported > 0).then_some(row.totals.cost.known).map(Money::pico);
        let tokens = row.tokens.value.and_then(|tokens| i64::try_from(tokens).ok());
        let each = |sum: Option<i64>| Some(sum? / i64::from(row.sessions).max(1)).filter(|_| row.sessions > 0);
        [cost, Some(row.sessions.into()), each(cost), tokens, each(tokens)]
    };
    let whats =
        [Compared::Cost, Compared::Sessions, Compared::CostPerSession, Compared::Tokens, Compared::TokensPerSession];
    let both = numbers(&left).into_iter().zip(numbers(&right));
    let compared = whats.into_iter().zip(both).map(|(what, (left, right))| compare(what, left, right)).collect();
    let mut panel = Panel::new(picks, PanelScope::Usage, Basis::RequestTime);
    if [&left, &right].into_iter().any(|row| row.totals.cost.is_lower_bound()) {
        panel.note("a cost that is a lower bound is compared as it is");
    }
    Comparison { panel, left, right, rows: compared }
}

pub fn compare(what: Compared, left: Option<i64>, right: Option<i64>) -> ComparisonRow {
    let delta = left.zip(right).map(|(left, right)| right.saturating_sub(left));
    let percent = delta.zip(left).and_then(|(delta, left)| Tenths::ratio(i128::from(delta) * 100, left.into()));
    ComparisonRow { what, left, right, delta, percent }
}
