//! Who used it: attribution, the dearest sessions, what caches saved.

use super::usage::{label_of, split_choice};
use super::{Bar, COLOURS, Cell, Drawn, OTHERS, Row, UNKNOWN, measured, measured_cell, part_of, signed};
use crate::logic::analytics::PanelKind;
use crate::logic::analytics::attribution::Attribution;
use crate::logic::analytics::behind::Part;
use crate::logic::analytics::cells::Split;
use crate::logic::analytics::dearest::{DearSession, Dearest};
use crate::logic::analytics::savings::{Savings, SavingsRow, Verdict};
use crate::logic::analytics::wish::Measure;
use crate::logic::explain::name::{Against, Place};
use crate::logic::format::{count, format_token_count};

/// Rows that are drawn; the table has all.
const MOST_ROWS: usize = 9;

pub fn attribution(known: &Attribution, measure: Measure, agents: &[(String, String)]) -> Drawn {
    let mut drawn = Drawn::new(PanelKind::Attribution, "Attribution", 4, &known.panel);
    if known.rows.is_empty() {
        drawn.why_not = "nothing was used in this selection, as far as the logs tell".to_owned();
        return drawn;
    }
    drawn.choices = vec![split_choice(known.split)];
    drawn.lead(&format!("Shares are of the {}.", measure.words()));
    let values: Vec<u64> = known.rows.iter().map(|row| measured(&row.totals, measure).0.unwrap_or(0)).collect();
    let whole = values.iter().fold(0u64, |sum, value| sum.saturating_add(*value));
    let is_open = known.rows.iter().any(|row| measured(&row.totals, measure).1);
    let colour = |place: usize| if place < COLOURS { place as u8 + 1 } else { OTHERS };
    drawn.shares =
        values.iter().take(COLOURS).enumerate().map(|(place, value)| (colour(place), part_of(*value, whole))).collect();
    let rest = values.iter().skip(COLOURS).fold(0u64, |sum, value| sum.saturating_add(*value));
    drawn.shares.push((OTHERS, part_of(rest, whole)));
    drawn.shares.retain(|(_, of)| *of > 0);
    if is_open {
        drawn.shares.push((UNKNOWN, 0));
    }
    let row = |(place, row): (usize, &crate::logic::analytics::attribution::AttributionRow)| {
        let is_named = row.name != "unknown";
        let part = Part::Named(known.split, row.name.clone());
        let share = Cell::percent(row.share, "of unknown size").named(measure.name(), Place::Requests, &part);
        Row {
            name: label_of(known.split, &row.name, agents),
            note: count(row.sessions.into(), "session"),
            series: Some(if measured(&row.totals, measure).0.is_none() { UNKNOWN } else { colour(place) }),
            cells: vec![measured_cell(&row.totals, measure, &part), share.against(Against::Share, &Part::Whole)],
            part: is_named.then_some(part),
            ..Row::default()
        }
    };
    drawn.rows = known.rows.iter().enumerate().take(MOST_ROWS).map(row).collect();
    more(&mut drawn, known.rows.len(), MOST_ROWS);
    drawn
}

fn more(drawn: &mut Drawn, rows: usize, shown: usize) {
    if rows > shown {
        drawn.note(&format!("{} more in the table", rows - shown));
    }
}

pub fn dearest(known: &Dearest) -> Drawn {
    let mut drawn = Drawn::new(PanelKind::Dearest, "Dearest sessions", 4, &known.panel);
    if known.rows.is_empty() {
        drawn.why_not = "no cost is known of any session".to_owned();
        return drawn;
    }
    drawn.lead("Each with its sub-agents and forks.");
    let row = |row: &DearSession| {
        let usage = &row.usage;
        let about = [row.project.as_deref().unwrap_or("no project recorded"), &row.models.join(", ")];
        let mut note = about.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
        if usage.sessions > 1 {
            note.push_str(&format!(" · {} together", usage.sessions));
        }
        Row {
            name: usage.title.clone().unwrap_or_else(|| usage.name.chars().take(12).collect()),
            note,
            cells: vec![Cell::cost(&usage.totals.cost).named("cost", Place::Requests, &Part::Tree(usage.name.clone()))],
            part: Some(Part::Named(Split::Session, usage.name.clone())),
            ..Row::default()
        }
    };
    drawn.rows = known.rows.iter().map(row).collect();
    if known.more > 0 {
        drawn.note(&format!("{} not listed", count(known.more.into(), "less dear session")));
    }
    drawn
}

pub fn savings(known: &Savings) -> Drawn {
    let mut drawn = Drawn::new(PanelKind::Savings, "Cache savings", 4, &known.panel);
    if known.rows.is_empty() {
        drawn.why_not = "no request in this selection recorded a cache".to_owned();
        return drawn;
    }
    drawn.lead("Reads saved less what writes cost more, each request at its own rates.");
    let verdict = match (known.saved, known.verdict) {
        (None, _) => "no price is known",
        (_, Verdict::Saved) => "saved against no cache",
        (_, Verdict::Costlier) => "costlier than no cache",
        (_, Verdict::None) => "as good as none",
    };
    let named = |cell: Cell, measure: &str| cell.named(measure, Place::Requests, &Part::Whole);
    let saved = Cell::or(known.saved.map(signed), "no price is known for any of them");
    drawn.figure("Saved", named(saved.noted(verdict), "saved"));
    let rate = Cell::percent(known.hit_rate, "input is not recorded");
    drawn.figure("Hit rate", named(rate.noted("writes left out"), "hit-rate"));
    drawn.figure(
        "Read",
        named(Cell::tokens(known.cache_read), "cache-read").noted(known.cache_write.value.map_or_else(
            || "writes not recorded".to_owned(),
            |tokens| format!("{} written", format_token_count(tokens)),
        )),
    );
    let size = |row: &SavingsRow| row.saved.map_or(0, |saved| saved.pico().unsigned_abs());
    let most = known.rows.iter().map(size).max().unwrap_or(0);
    let row = |row: &SavingsRow| {
        let missing = "no price is known for this model";
        let unpriced = if row.unpriced > 0 {
            format!("{} without a price", count(row.unpriced.into(), "request"))
        } else {
            String::new()
        };
        let part = Part::Named(Split::Model, row.name.clone());
        let is_costlier = row.saved.is_some_and(|saved| Verdict::of(saved) == Verdict::Costlier);
        Row {
            name: label_of(Split::Model, &row.name, &[]),
            note: if is_costlier { "costlier than no cache".to_owned() } else { unpriced },
            series: is_costlier.then_some(2),
            bar: Some(Bar { of: part_of(size(row), most), is_open: row.unpriced > 0 }),
            cells: vec![Cell::or(row.saved.map(signed), missing).named("saved", Place::Requests, &part)],
            part: (row.name != "unknown").then_some(part),
        }
    };
    drawn.rows = known.rows.iter().take(MOST_ROWS).map(row).collect();
    more(&mut drawn, known.rows.len(), MOST_ROWS);
    drawn
}
