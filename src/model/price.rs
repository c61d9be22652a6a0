//! What a model costs, and how an amount of money came about.

use super::{Money, Reported, Timestamp, TokenSet, Wire};

/// Where the cost of a request comes from (claude-code.md P2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Wire)]
pub enum PriceMode {
    /// The recorded cost where there is one, else computed.
    #[default]
    Auto,
    /// Always computed from tokens and prices.
    Calculate,
    /// Only what logs record.
    Display,
}

impl PriceMode {
    pub const ALL: [Self; 3] = [Self::Auto, Self::Calculate, Self::Display];

    /// Stable name, as links and words of the command write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Calculate => "calculate",
            Self::Display => "display",
        }
    }
}

/// Why a request has no cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Wire)]
pub enum Unpriced {
    /// The log does not name the model.
    NoModel,
    /// The price table does not know the model.
    UnknownModel,
    /// The price table says that it has no price (a research preview).
    NoPrice,
    /// No tokens were recorded.
    NoTokens,
    /// Nothing was recorded, and nothing else was asked for ([`PriceMode::Display`]).
    NotRecorded,
}

impl Unpriced {
    /// The reason in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoModel => "the log names no model",
            Self::UnknownModel => "no price for this model",
            Self::NoPrice => "a model without a price",
            Self::NoTokens => "no tokens to price",
            Self::NotRecorded => "not recorded",
        }
    }
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
    /// A recorded 0 beside tokens means that nobody computed it (claude-code.md P2); elsewhere a 0 is a price, as of
    /// local models.
    pub zero_is_unrecorded: bool,
    /// Its log tells each cost it knows: an estimate would stand among known costs (fizeau.md §7.4). Computed only when
    /// nothing else was asked for ([`PriceMode::Calculate`]).
    pub is_told_by_log: bool,
}

/// A cost, and what to say beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priced {
    pub cost: Cost,
    /// See [`price_notes`]. None beside a recorded cost.
    pub notes: u8,
}

/// What a computed cost does not tell by itself.
pub mod price_notes {
    /// Fast mode of a model whose multiple is not known: priced as standard (claude-code.md §6).
    pub const FAST_AS_STANDARD: u8 = 1;
    /// Batch tier, priced without its discount (claude-code.md §6).
    pub const BATCH_AT_FULL_PRICE: u8 = 1 << 1;
    /// Prompt or output is not recorded: the true cost is higher.
    pub const LOWER_BOUND: u8 = 1 << 2;
    /// At the rates for prompts above the model's threshold.
    pub const LONG_PROMPT: u8 = 1 << 3;
}
