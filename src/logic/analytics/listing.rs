//! A row a session, as exports list them (token-coverage.md §7 "Sessions").

use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use crate::archive::{CoverageClass, Totals};
use crate::model::{Tally, Timestamp, Wire};

/// In the archive's order, sub-agents and forks too.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Listing {
    pub panel: Panel,
    pub rows: Vec<ListingRow>,
}

/// One session, with its own sums.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct ListingRow {
    pub key: String,
    pub agent: String,
    pub project: Option<String>,
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub messages: u32,
    pub totals: Totals,
    pub output_coverage: CoverageClass,
}

pub fn listing(picks: &Picks<'_>) -> Listing {
    let mut panel = Panel::new(picks, PanelScope::Usage, Basis::SessionStart);
    let mut output = Tally::default();
    let rows = picks.rows.iter().filter_map(|pick| {
        let session = picks.session(pick.session)?;
        output.add(pick.output, pick.is_partial);
        // Under a filter by model or hour these are the sums of what passes.
        let mut totals = session.totals;
        if !picks.sieve.is_open() {
            let mut sieve = picks.sieve.clone();
            let kept = picks.entries_of(session).filter(|(number, _)| picks.entry_passes(&mut sieve, *number));
            totals = Totals::of(kept.map(|(_, entry)| entry));
        }
        Some(ListingRow {
            key: session.key.clone(),
            agent: session.format.to_owned(),
            project: session.part.project.clone(),
            started: picks.row(pick.session)?.started,
            ended: session.part.ended,
            messages: pick.messages(),
            totals,
            output_coverage: totals.coverage.output_class(),
        })
    });
    let rows = rows.collect();
    panel.coverage = Covered::of(&output, Unit::SessionsWithTokens);
    Listing { panel, rows }
}
