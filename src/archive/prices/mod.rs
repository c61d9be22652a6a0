//! What requests cost: recorded, or computed from a dated table of prices (claude-code.md §6, codex.md §6).
//!
//! `models.tsv` is made by `./dev prices` from the table that the Python package litellm ships; `kept.tsv` has what that
//! table has dropped. The user's own rows come before both. Prices are integers from the file to the sum.

mod cost;
mod finder;
mod names;
mod read;
mod row;

pub use finder::Finder;
pub use read::PriceError;
pub use row::{PriceRow, Rate, Rates};

use crate::model::{Cost, Money, PriceAsk, PriceMode, Priced, Reported, Timestamp, TokenSet, Unpriced};
use names::Wanted;
use row::Table;
use std::sync::{Arc, OnceLock};

const MODELS: &str = include_str!("models.tsv");
const KEPT: &str = include_str!("kept.tsv");

/// Numbers of the user's own rows begin here, so that those of the shipped table stay the same.
const OWN: u32 = 1 << 31;
/// What `[1m]` behind a model of Anthropic's asks for.
const LARGE_WINDOW: u64 = 1_000_000;

/// The shipped table.
fn shipped() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let read = |text| read::rows(text, false).expect("the shipped tables are tested");
        Table::new(read(MODELS).into_iter().chain(read(KEPT)).collect())
    })
}

/// Finds the number of a row by provider, model and time.
type NumberOf<'f> = &'f mut dyn FnMut(&str, &str, Option<Timestamp>) -> Option<u32>;

/// Prices and the rule by which they are used.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    pub mode: PriceMode,
    own: Arc<Table>,
}

impl Prices {
    /// The shipped prices.
    pub fn new(mode: PriceMode) -> Self {
        Self { mode, ..Self::default() }
    }

    /// With the user's own rows before the shipped ones, instead of those that were there: lines with tabs or commas
    /// under the column names of `models.tsv`, in any order and with an optional `valid_from`, or a JSON object
    /// `{"model": {"input": 3, "output": 15}}`.
    pub fn with_overrides(self, text: &str) -> Result<Self, PriceError> {
        Ok(Self { own: Arc::new(Table::new(read::rows(text, true)?)), ..self })
    }

    /// What the shipped table was made from: `litellm 1.109.1`.
    pub fn source() -> &'static str {
        MODELS.lines().next().unwrap_or_default().trim_start_matches(['#', ' '])
    }

    /// The row that [`Cost::Computed`] names.
    pub fn row(&self, number: u32) -> Option<&PriceRow> {
        match number.checked_sub(OWN) {
            Some(own) => self.own.rows().get(own as usize),
            None => shipped().rows().get(number as usize),
        }
    }

    /// What a request costs.
    pub fn cost(&self, ask: &PriceAsk<'_>) -> Cost {
        self.price(ask).cost
    }

    /// What a request costs, and what to say beside it.
    pub fn price(&self, ask: &PriceAsk<'_>) -> Priced {
        self.price_by(ask, &mut |provider, model, at| self.number(provider, model, at))
    }

    /// The same with another way to find the number of a row.
    fn price_by(&self, ask: &PriceAsk<'_>, number: NumberOf<'_>) -> Priced {
        let told = |cost| Priced { cost, notes: 0 };
        let unpriced = |why| told(Cost::Unpriced(why));
        match (self.mode, recorded(ask, self.mode)) {
            (PriceMode::Auto | PriceMode::Display, Some(money)) => told(Cost::Recorded(money)),
            (PriceMode::Display, None) => unpriced(Unpriced::NotRecorded),
            (PriceMode::Auto, None) if ask.is_told_by_log => unpriced(Unpriced::NotRecorded),
            _ if ask.model.is_empty() => unpriced(Unpriced::NoModel),
            _ => match number(ask.provider, ask.model, ask.at).and_then(|number| Some((number, self.row(number)?))) {
                None => unpriced(Unpriced::UnknownModel),
                Some((_, row)) if row.rates.is_none() => unpriced(Unpriced::NoPrice),
                Some((number, row)) => match cost::cost(row, ask) {
                    Some((money, notes)) => Priced { cost: Cost::Computed(money, number), notes },
                    None => unpriced(Unpriced::NoTokens),
                },
            },
        }
    }

    /// What a cache saved (negative: cost) with a request of this cost, at the request's own rates: pico-dollars. `None`
    /// where the model has no price, or no cache was recorded.
    pub fn saved_by_cache(&self, cost: Cost, ask: &PriceAsk<'_>) -> Option<i64> {
        let is_cached = ask.tokens.cache_read.is_recorded() || ask.tokens.cache_write.is_recorded();
        let row = match cost {
            _ if !is_cached => None,
            Cost::Computed(_, number) => self.row(number),
            _ => self.find(ask.provider, ask.model, ask.at).map(|(_, row)| row),
        }?;
        let all_new = TokenSet {
            input_uncached: ask.tokens.context(),
            cache_read: Reported::NOT_RECORDED,
            cache_write: Reported::NOT_RECORDED,
            cache_write_1h: Reported::NOT_RECORDED,
            ..*ask.tokens
        };
        let (without, _) = cost::cost(row, &PriceAsk { tokens: &all_new, ..*ask })?;
        let (with, _) = cost::cost(row, ask)?;
        Some(without.pico().saturating_sub(with.pico()))
    }

    /// The largest prompt of a model, in tokens.
    pub fn context_window(&self, provider: &str, model: &str) -> Option<u64> {
        if model.trim_end().ends_with("[1m]") {
            return Some(LARGE_WINDOW);
        }
        let (_, row) = self.find(provider, model, None)?;
        // A user who states a price need not state the window.
        row.context_window.or_else(|| Self::default().find(provider, model, None)?.1.context_window)
    }

    /// Whether some row holds only from a time on.
    fn is_dated(&self) -> bool {
        [shipped(), &self.own].into_iter().any(|table| table.rows().iter().any(|row| row.valid_from.is_some()))
    }

    /// The row of a model at a time, and its number.
    fn find(&self, provider: &str, model: &str, at: Option<Timestamp>) -> Option<(u32, &PriceRow)> {
        let number = self.number(provider, model, at)?;
        Some((number, self.row(number)?))
    }

    /// The longest beginning of a model's name wins, and at the same length the user's own row; but the name without its
    /// date is the user's in any case.
    fn number(&self, provider: &str, model: &str, at: Option<Timestamp>) -> Option<u32> {
        let wanted = Wanted::new(provider, model)?;
        let own = |key: &str| Some(OWN + self.own.best(key, &wanted, at)? as u32);
        let known = |key: &str| Some(shipped().best(key, &wanted, at)? as u32);
        own(&wanted.key)
            .or_else(|| own(names::without_date(&wanted.key)))
            .or_else(|| names::beginnings(&wanted.key).find_map(|key| own(key).or_else(|| known(key))))
    }
}

/// The recorded cost, unless it is a 0 that stands for "not computed" (claude-code.md P2).
fn recorded(ask: &PriceAsk<'_>, mode: PriceMode) -> Option<Money> {
    let tokens = ask.tokens;
    let counts = [tokens.context(), tokens.output];
    let has_tokens = || counts.into_iter().any(|count| count.get().is_some_and(|count| count > 0));
    let is_gap =
        |money: &Money| ask.zero_is_unrecorded && mode != PriceMode::Display && money.pico() == 0 && has_tokens();
    ask.recorded.get().filter(|money| !is_gap(money))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
