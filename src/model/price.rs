//! What a model costs, and how an amount of money came about.

use super::{Money, Reported, Timestamp, TokenSet};
use serde::{Deserialize, Serialize};

/// Where the cost of a request comes from (claude-code.md P2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriceMode {
    /// The recorded cost where there is one, else computed.
    #[default]
    Auto,
    /// Always computed from tokens and prices.
    Calculate,
    /// Only what logs record.
    Display,
}

/// Why a request has no cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unpriced {
    /// The log does not name the model.
    NoModel,
    /// The price table does not know the model.
    UnknownModel,
    /// No tokens were recorded.
    NoTokens,
    /// Nothing was recorded, and nothing else was asked for ([`PriceMode::Display`]).
    NotRecorded,
}

/// The cost of one usage row, and where it comes from (DESIGN §2 "Cost").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    Recorded(Money),
    /// By the row of the price table with this number.
    Computed(Money, u32),
    Unpriced(Unpriced),
}

impl Cost {
    pub const fn amount(self) -> Option<Money> {
        match self {
            Self::Recorded(money) | Self::Computed(money, _) => Some(money),
            Self::Unpriced(_) => None,
        }
    }
}

/// What is to be priced: one request, or several that were counted together.
#[derive(Debug, Clone, Copy)]
pub struct PriceAsk<'a> {
    pub provider: &'a str,
    pub model: &'a str,
    pub tokens: &'a TokenSet,
    pub web_searches: u16,
    /// See [`super::price_hints`].
    pub hints: u8,
    /// One request alone: only then the size of its prompt can put it into a dearer band.
    pub is_one_request: bool,
    pub at: Option<Timestamp>,
    pub recorded: Reported<Money>,
}
