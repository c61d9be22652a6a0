//! Prices for many requests one after the other.

use super::Prices;
use crate::model::{PriceAsk, Priced, Timestamp};

/// So many models are remembered.
const MOST: usize = 64;

/// Remembers which row each model had: most requests of an archive are of few models, and to find the row of a name
/// takes longer than to multiply.
pub struct Finder<'p> {
    prices: &'p Prices,
    /// Rows that hold from a day on depend on the request, not on the model alone.
    can_remember: bool,
    /// Provider, model, row.
    known: Vec<(Box<str>, Box<str>, Option<u32>)>,
}

impl<'p> Finder<'p> {
    pub fn new(prices: &'p Prices) -> Self {
        Self { prices, can_remember: !prices.is_dated(), known: Vec::new() }
    }

    /// As [`Prices::price`].
    pub fn price(&mut self, ask: &PriceAsk<'_>) -> Priced {
        self.prices.price_by(ask, &mut |provider, model, at| self.number(provider, model, at))
    }

    fn number(&mut self, provider: &str, model: &str, at: Option<Timestamp>) -> Option<u32> {
        let is_same = |known: &&(Box<str>, Box<str>, Option<u32>)| *known.1 == *model && *known.0 == *provider;
        if let Some((.., number)) = self.known.iter().find(is_same) {
            return *number;
        }
        let number = self.prices.number(provider, model, at);
        if self.can_remember && self.known.len() < MOST {
            self.known.push((provider.into(), model.into(), number));
        }
        number
    }
}
