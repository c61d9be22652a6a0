//! The usage report for people: ours, and the reference's (fizeau.md §7.3).

use super::table::{Align, Table, clock, cut, harmless};
use crate::logic::format::{NOT_RECORDED, count, duration_text, money_text, percent_text, tally_text, tally_text_with};
use crate::logic::usage::{CostPerSuccess, ReferenceReport, ReferenceTotals, UsageReport, UsageRowSummary};
use crate::logic::usage_view::UsageView;
use crate::logic::window::Window;
use crate::model::{Timestamp, Zone};

const NUMBERS: [&str; 12] = [
    "sessions",
    "ok",
    "failed",
    "incomplete",
    "input",
    "cache read",
    "cache write",
    "output",
    "cache hit",
    "duration",
    "cost",
    "cost/ok",
];

/// Columns that a key may take.
const LONGEST_KEY: usize = 56;

/// One row a key, the totals, and what the numbers do not say.
pub fn ours(view: &UsageView, zone: &Zone) -> String {
    let report = &view.ours;
    let keys = report.by.columns();
    let columns: Vec<_> =
        keys.iter().map(|key| (*key, Align::Left)).chain(NUMBERS.map(|name| (name, Align::Right))).collect();
    let mut table = Table::new(&columns);
    for row in &report.rows {
        table.row(cells(row.key.clone(), row));
    }
    let mut key = vec!["TOTAL".to_owned()];
    key.resize(keys.len(), String::new());
    table.row(cells(key, &report.totals));
    let window = report.window.as_ref().map(|window| window_text(window, zone)).unwrap_or_default();
    format!("{window}{}{}", table.finish(), notes(view))
}

fn cells(key: Vec<String>, row: &UsageRowSummary) -> Vec<String> {
    let missing = || NOT_RECORDED.to_owned();
    let (ok, failed) = row.outcomes().unzip();
    let outcome = |sessions: Option<u32>| sessions.map_or_else(missing, |sessions| sessions.to_string());
    let mut cells: Vec<String> = key.iter().map(|key| cut(key, LONGEST_KEY)).collect();
    cells.push(row.sessions.to_string());
    cells.extend([outcome(ok), outcome(failed), row.incomplete.to_string()]);
    cells.extend([&row.input_uncached, &row.cache_read, &row.cache_write, &row.output].map(tally_text));
    cells.push(row.cache_hit_rate().map_or_else(missing, percent_text));
    cells.push(tally_text_with(&row.duration, duration_text));
    cells.push(row.cost.text());
    cells.push(row.cost_per_success().map_or_else(missing, |cost| cost_per_success(&cost)));
    cells
}

fn cost_per_success(cost: &CostPerSuccess) -> String {
    money_text(cost.amount, cost.is_at_least)
}

fn window_text(window: &Window, zone: &Zone) -> String {
    let end = |at: Option<Timestamp>| at.map_or("(open)".to_owned(), |at| clock(at, zone));
    format!("Window: {} .. {} {}\n", end(window.start), end(window.end), zone.name)
}

fn notes(view: &UsageView) -> String {
    let report = &view.ours;
    let totals = &report.totals;
    let sessions = |number: u32| count(number.into(), "session");
    let mut notes = vec![scope(report)];
    if report.outside + report.no_time > 0 {
        let (outside, no_time) = (sessions(report.outside), sessions(report.no_time));
        notes.push(format!("Left out: {outside} outside the window, {no_time} without a start time."));
    }
    let unknown = totals.cost.unknown + totals.cost.unknown_incomplete;
    if unknown > 0 {
        notes.push(format!("The cost of {unknown} of {} is not known.", sessions(totals.all_sessions())));
    }
    if totals.cost.computed > 0 {
        let computed = sessions(totals.cost.computed);
        notes.push(format!("Costs of {computed} are computed from API prices ({}), not billed.", view.prices));
    }
    if !view.unpriced.is_empty() {
        let named = |(model, requests): &(String, u32)| format!("{} ({requests})", harmless(model));
        let models: Vec<String> = view.unpriced.iter().map(named).collect();
        notes.push(format!("No price for the requests of {}.", models.join(", ")));
    }
    if totals.partial > 0 {
        notes.push(format!("Tokens of {} are known to be more than recorded.", sessions(totals.partial)));
    }
    notes.push("Input is without cached tokens. — not recorded, ≥ at least.".to_owned());
    format!("\n{}\n", notes.join("\n"))
}

/// What is in the sums.
fn scope(report: &UsageReport) -> String {
    let whose = if report.own_only { "Scope: without sub-agents and forks" } else { "Scope: every request once" };
    let mut scope = vec![whose.to_owned()];
    if report.members > 0 {
        scope.push(format!("with {} sub-agents and forks, which are no sessions of their own", report.members));
    }
    if report.counted_elsewhere > 0 {
        let runs = count(report.counted_elsewhere.into(), "run");
        scope.push(format!("{runs} counted in the called agent's own log"));
    }
    format!("{}.", scope.join("; "))
}

/// Widths of the reference's columns; the first two lean to the left.
const REFERENCE: [(&str, usize); 13] = [
    ("PROVIDER", 16),
    ("MODEL", 24),
    ("SESSIONS", 8),
    ("INPUT", 10),
    ("OUTPUT", 10),
    ("TOTAL", 10),
    ("COST", 14),
    ("UNKNOWN", 10),
    ("CACHE-HIT%", 10),
    ("SUCCESS%", 8),
    ("COST/OK", 10),
    ("IN tok/s", 12),
    ("OUT tok/s", 12),
];

/// The table of fizeau's own command, in its columns.
pub fn reference(report: &ReferenceReport) -> String {
    let mut text = String::new();
    if let Some(Window { start, end }) = report.window {
        let date = |at: Option<Timestamp>| at.map_or("(open)".to_owned(), |at| at.utc().date_text());
        text.push_str(&format!("Window: {} .. {}\n", date(start), date(end)));
    }
    reference_line(&mut text, REFERENCE.map(|(name, _)| name.to_owned()));
    for row in &report.rows {
        reference_line(&mut text, reference_cells(&row.provider, &row.model, row));
    }
    reference_line(&mut text, reference_cells("TOTAL", "", &report.totals));
    text
}

fn reference_line(text: &mut String, cells: [String; 13]) {
    for (column, (cell, (_, width))) in cells.iter().zip(REFERENCE).enumerate() {
        // As fizeau's command pads: characters, whatever room they take.
        match column {
            0 => text.push_str(&format!("{cell:<width$}")),
            1 => text.push_str(&format!(" {cell:<width$}")),
            _ => text.push_str(&format!(" {cell:>width$}")),
        }
    }
    text.push('\n');
}

fn reference_cells(provider: &str, model: &str, row: &ReferenceTotals) -> [String; 13] {
    let known_cost = row.known_cost.filter(|_| row.unknown_cost_sessions == 0);
    let has_prompt = row.cache_read_tokens > 0 || row.input_tokens > 0;
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    [
        harmless(provider).into_owned(),
        harmless(model).into_owned(),
        row.sessions.to_string(),
        row.input_tokens.to_string(),
        row.output_tokens.to_string(),
        row.total_tokens.to_string(),
        known_cost.map_or("unknown".to_owned(), |cost| format!("${:.4}", cost.usd())),
        row.unknown_cost_sessions.to_string(),
        or_dash(has_prompt.then(|| percent_text(row.cache_hit_rate()))),
        or_dash((row.sessions > 0).then(|| percent_text(row.success_rate()))),
        or_dash(row.cost_per_success().map(|cost| format!("${cost:.4}"))),
        format!("{:.1}", row.input_tokens_per_second()),
        format!("{:.1}", row.output_tokens_per_second()),
    ]
}
