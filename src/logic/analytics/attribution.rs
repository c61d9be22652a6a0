//! Who used it (analytics.md §11): a ranking.

use super::cells::{Cell, Split, TokenKinds, TokenSum};
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use super::stats::Tenths;
use super::usage::dearer;
use crate::archive::Totals;
use crate::model::{Wire, sorted};

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
    let mut rows = sorted(rows, |a, b| larger(rank, a, b).then_with(|| a.name.cmp(&b.name)));
    let more = rows.len().saturating_sub(MOST_ROWS) as u32;
    rows.truncate(MOST_ROWS);
    panel.coverage = match rank {
        RankBy::Cost => {
            Covered { reported: whole.cost.reported, eligible: whole.cost.eligible, unit: Unit::RequestsWithCost }
        }
        RankBy::Tokens => Covered::of(&whole.output, Unit::RequestsWithTokens),
    };
    panel.tell(more, "smaller row", "not listed");
    Attribution { panel, split, rank, kinds, rows, more }
}

fn pico(totals: &Totals) -> Option<u64> {
    (totals.cost.reported > 0).then(|| totals.cost.known.pico().max(0) as u64)
}

/// By what cells are put together: `None` leaves one out.
pub(super) type CellKey<'a> = &'a dyn Fn(&Cell) -> Option<u32>;

fn rows(picks: &Picks<'_>, cells: &[Cell], split: Split, kinds: TokenKinds) -> Vec<AttributionRow> {
    let mut rows = grouped(cells, &|cell| Some(split.key(picks, cell)), kinds);
    for (key, row) in &mut rows {
        row.name = split.label(picks, *key);
        if split == Split::Session {
            row.title = picks.session(*key).and_then(|session| session.part.title.clone());
        }
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

/// A row for each key, which is still to be named, in the order of the keys.
pub(super) fn grouped(cells: &[Cell], key: CellKey<'_>, kinds: TokenKinds) -> Vec<(u32, AttributionRow)> {
    let keyed = cells.iter().filter_map(|cell| Some((key(cell)?, cell)));
    let keyed = sorted(keyed.collect(), |(a, _): &(u32, &Cell), (b, _)| a.cmp(b));
    let row = |same: &[(u32, &Cell)]| {
        let mut row = AttributionRow::default();
        let mut last = None;
        for (_, cell) in same {
            row.totals.merge(&cell.totals);
            row.sessions += u32::from(last != Some(cell.session));
            last = Some(cell.session);
        }
        row.tokens = kinds.sum(&row.totals);
        (same[0].0, row)
    };
    keyed.chunk_by(|(a, _), (b, _)| a == b).map(row).collect()
}

/// The larger one first.
pub(super) fn larger(rank: RankBy, a: &AttributionRow, b: &AttributionRow) -> std::cmp::Ordering {
    match rank {
        RankBy::Cost => dearer(&a.totals, &b.totals),
        RankBy::Tokens => b.tokens.value.cmp(&a.tokens.value),
    }
}
