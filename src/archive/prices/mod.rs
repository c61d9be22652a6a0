//! What requests cost: recorded, or computed from a dated table of prices (claude-code.md §6, codex.md §6).

use crate::model::{Cost, PriceAsk, PriceMode, Unpriced};

/// Prices and the rule by which they are used.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    pub mode: PriceMode,
}

impl Prices {
    /// What a request costs.
    pub fn cost(&self, ask: &PriceAsk<'_>) -> Cost {
        match ask.recorded.get() {
            Some(recorded) => Cost::Recorded(recorded),
            None => Cost::Unpriced(Unpriced::NotRecorded),
        }
    }
}
