//! One line of a price table.

use super::names;
use crate::model::{Money, Timestamp};

/// Pico-dollars per token, which are micro-dollars per million tokens.
pub type Rate = u64;

/// What tokens of each kind cost. What a table leaves out goes by rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    pub input: Rate,
    pub output: Rate,
    pub cache_read: Option<Rate>,
    pub cache_write_5m: Option<Rate>,
    pub cache_write_1h: Option<Rate>,
}

/// A model, or what it costs from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceRow {
    /// As the table writes it.
    pub name: Box<str>,
    /// Who sells it; empty: whoever does.
    pub provider: Box<str>,
    /// Midnight UTC of its first day.
    pub valid_from: Option<Timestamp>,
    /// `None`: known, but without a price.
    pub rates: Option<Rates>,
    /// The prompt of one request above which other rates hold for all its tokens, and these.
    pub long: Option<(u64, Rates)>,
    /// The largest prompt, in tokens.
    pub context_window: Option<u64>,
    /// Of the user's own table.
    pub is_own: bool,
    /// See [`names::key`].
    pub(super) key: Box<str>,
}

impl PriceRow {
    /// Whether the defaults of Anthropic hold for it (claude-code.md §6).
    pub(super) fn is_anthropic(&self) -> bool {
        &*self.provider == "anthropic" || self.key.starts_with("claude-")
    }

    /// Whether it may price a request of `at`. Requests without a time go by the newest row.
    pub(super) fn is_valid(&self, at: Option<Timestamp>) -> bool {
        match (self.valid_from, at) {
            (Some(from), Some(at)) => from <= at,
            _ => true,
        }
    }

    /// Price of a million tokens at a rate.
    pub fn per_million(rate: Rate) -> Money {
        Money::from_wide_pico(i128::from(rate) * 1_000_000)
    }
}

/// Rows by key; what order they were read in leaves no trace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    rows: Vec<PriceRow>,
}

impl Table {
    pub fn new(rows: Vec<PriceRow>) -> Self {
        fn order(row: &PriceRow) -> (&str, &str, &str, Option<Timestamp>) {
            (&row.key, &row.provider, &row.name, row.valid_from)
        }
        Self { rows: crate::model::sorted(rows, |a, b| order(a).cmp(&order(b))) }
    }

    pub fn rows(&self) -> &[PriceRow] {
        &self.rows
    }

    /// The row for a model under a key: of the seller that fits best, then the one with the very name, then the newest
    /// that is valid.
    pub fn best(&self, key: &str, wanted: &names::Wanted<'_>, at: Option<Timestamp>) -> Option<usize> {
        let first = self.rows.partition_point(|row| &*row.key < key);
        let same = self.rows.iter().enumerate().skip(first).take_while(|(_, row)| &*row.key == key);
        let fitting = same.filter(|(_, row)| row.is_valid(at)).filter_map(|(number, row)| {
            let seller = wanted.seller(row)?;
            Some(((seller, wanted.likeness(&row.name), row.valid_from), number))
        });
        fitting.max_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, number)| number)
    }
}
