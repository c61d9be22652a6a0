//! The usage table as fizeau itself makes it: numbers as written, gaps as zeros (fizeau.md §7).
//! For comparison and export; our own counting is [`super::summarise()`].

use super::or_unknown;
use crate::logic::window::Window;
use crate::model::{Money, ReferenceRow, Wire, sorted};

/// The sums of one provider and model, or of all (both names empty then).
///
/// Counters as written: `input_tokens` holds cached tokens in some logs and not in others (fizeau.md §7.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct ReferenceTotals {
    pub provider: String,
    pub model: String,
    pub sessions: u32,
    pub success_sessions: u32,
    /// Every session whose status is not exactly `success`.
    pub failed_sessions: u32,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub total_tokens: i64,
    pub duration_ms: i64,
    /// `None` for good once one session's cost is unknown.
    pub known_cost: Option<Money>,
    pub unknown_cost_sessions: u32,
    pub cache_read_tokens: i64,
    pub cache_write_tokens: i64,
}

/// Rows sorted bytewise by provider and model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct ReferenceReport {
    pub window: Option<Window>,
    pub rows: Vec<ReferenceTotals>,
    pub totals: ReferenceTotals,
}

/// Sums up one row a source. Sources without both a start and an end are left out, and so are those that started
/// outside `window`, where an unknown start is year 1 (fizeau.md §7).
pub fn reference<'a>(rows: impl Iterator<Item = &'a ReferenceRow>, window: Option<&Window>) -> ReferenceReport {
    let is_counted = |row: &&ReferenceRow| {
        let is_inside = window.is_none_or(|window| window.contains_as_reference(row.started));
        row.has_start && row.has_end && is_inside
    };
    let rows: Vec<&ReferenceRow> = rows.filter(is_counted).collect();
    let mut totals = ReferenceTotals::default();
    rows.iter().for_each(|row| totals.add(row));
    let key = |row: &'a ReferenceRow| (or_unknown(&row.provider), or_unknown(&row.model));
    let rows = sorted(rows, |a, b| key(a).cmp(&key(b)));
    let sums = |same: &[&'a ReferenceRow]| {
        let (provider, model) = key(same[0]);
        let mut sums = ReferenceTotals { provider: provider.into(), model: model.into(), ..ReferenceTotals::default() };
        same.iter().for_each(|row| sums.add(row));
        sums
    };
    let rows = rows.chunk_by(|a, b| key(a) == key(b)).map(sums).collect();
    ReferenceReport { window: window.copied(), rows, totals }
}

impl ReferenceTotals {
    /// Counters wrap as the reference's 64-bit integers do, so that the order of rows never counts.
    fn add(&mut self, row: &ReferenceRow) {
        let add = |sum: &mut i64, value: i64| *sum = sum.wrapping_add(value);
        self.sessions += 1;
        match row.status == "success" {
            true => self.success_sessions += 1,
            false => self.failed_sessions += 1,
        }
        add(&mut self.input_tokens, row.input);
        add(&mut self.output_tokens, row.output);
        add(&mut self.total_tokens, total(row));
        add(&mut self.duration_ms, row.duration_ms);
        add(&mut self.cache_read_tokens, row.cache_read);
        add(&mut self.cache_write_tokens, row.cache_write);
        match row.cost {
            None => {
                self.unknown_cost_sessions += 1;
                self.known_cost = None;
            }
            Some(cost) if self.unknown_cost_sessions == 0 => {
                self.known_cost = Some(self.known_cost.unwrap_or_default() + cost);
            }
            Some(_) => {}
        }
    }

    /// Successes of all sessions, 0 to 1; 0 without sessions (fizeau.md §7.2, as all below).
    pub fn success_rate(&self) -> f64 {
        share(self.success_sessions.into(), self.sessions.into())
    }

    /// USD, the cost of failures included; `None` when the cost is unknown or nothing succeeded.
    pub fn cost_per_success(&self) -> Option<f64> {
        let known_cost = self.known_cost.filter(|_| self.success_sessions > 0)?;
        Some(known_cost.usd() / f64::from(self.success_sessions))
    }

    /// Per second of wall clock, tools included; 0 without a duration.
    pub fn input_tokens_per_second(&self) -> f64 {
        self.per_second(self.input_tokens)
    }

    /// Per second of wall clock, tools included; 0 without a duration.
    pub fn output_tokens_per_second(&self) -> f64 {
        self.per_second(self.output_tokens)
    }

    /// Cache reads of all prompt tokens, 0 to 1, taking `input` as uncached; too low where it is not.
    pub fn cache_hit_rate(&self) -> f64 {
        let prompt = self.input_tokens.wrapping_add(self.cache_read_tokens).wrapping_add(self.cache_write_tokens);
        share(self.cache_read_tokens, prompt)
    }

    fn per_second(&self, tokens: i64) -> f64 {
        if self.duration_ms > 0 { tokens as f64 / (self.duration_ms as f64 / 1000.0) } else { 0.0 }
    }
}

/// The total as written, else the sum of what is there.
fn total(row: &ReferenceRow) -> i64 {
    match row.total {
        written @ 1.. => written,
        _ => row.input.wrapping_add(row.output).wrapping_add(row.cache_read).wrapping_add(row.cache_write),
    }
}

fn share(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
