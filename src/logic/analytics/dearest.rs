//! The dearest sessions (analytics.md §11), each with what it started.

use super::attribution::{AttributionRow, grouped};
use super::cells::{Cell, TokenKinds};
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use super::usage::dearer;
use crate::model::{Wire, sorted};

/// The first ten.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Dearest {
    pub panel: Panel,
    pub rows: Vec<DearSession>,
    /// Sessions of which no cost is known.
    pub unranked: u32,
    /// Sessions with a cost that are not listed.
    pub more: u32,
}

/// A session with its sub-agents and forks, as far as these are selected.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct DearSession {
    /// Named by its key; `sessions` counts those that used anything.
    pub usage: AttributionRow,
    /// Stable name of the format.
    pub agent: String,
    pub project: Option<String>,
    /// As its log names them.
    pub models: Vec<String>,
}

const MOST_ROWS: usize = 10;

pub fn dearest(picks: &Picks<'_>, cells: &[Cell], kinds: TokenKinds) -> Dearest {
    let mut panel = Panel::new(picks, PanelScope::Usage, Basis::RequestTime);
    let owner = |cell: &Cell| Some(picks.row(cell.session)?.owner).filter(|owner| picks.wants(*owner));
    let all = grouped(cells, &|cell| owner(cell).or(Some(cell.session)), kinds);
    let sessions = all.len() as u32;
    let (ranked, unknown): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, row)| row.totals.cost.reported > 0);
    let rows = ranked.into_iter().filter_map(|(number, usage)| {
        let session = picks.session(number)?;
        let part = &session.part;
        Some(DearSession {
            usage: AttributionRow { name: session.key.clone(), title: part.title.clone(), ..usage },
            agent: session.format.to_owned(),
            project: part.project.clone(),
            models: part.models.clone(),
        })
    });
    let order = |a: &DearSession, b: &DearSession| {
        dearer(&a.usage.totals, &b.usage.totals).then_with(|| a.usage.name.cmp(&b.usage.name))
    };
    let mut rows = sorted(rows.collect(), order);
    let more = rows.len().saturating_sub(MOST_ROWS) as u32;
    rows.truncate(MOST_ROWS);
    let unranked = unknown.len() as u32;
    panel.coverage = Covered { reported: sessions - unranked, eligible: sessions, unit: Unit::SessionsWithCost };
    panel.tell(unranked, "session", "of unknown cost, not ranked");
    Dearest { panel, rows, unranked, more }
}
