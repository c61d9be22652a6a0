//! What the user wants the panels of usage to show. A link carries it, a key and a word for each choice.

use super::attribution::RankBy;
use super::cells::{Split, TokenKinds};
use super::comparison::{Pair, PairBy};
use super::usage::UsageBy;

/// What is added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Measure {
    #[default]
    Cost,
    /// All kinds together.
    Tokens,
    Input,
    CacheWrite,
    CacheRead,
    Output,
}

impl Measure {
    pub const ALL: [Self; 6] = [Self::Cost, Self::Tokens, Self::Input, Self::CacheWrite, Self::CacheRead, Self::Output];

    /// Stable name, as links write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Tokens => "tokens",
            Self::Input => "input",
            Self::CacheWrite => "cache-write",
            Self::CacheRead => "cache-read",
            Self::Output => "output",
        }
    }

    /// As people read it, within a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Cost => "known cost",
            Self::Tokens => "tokens",
            Self::Input => "uncached input tokens",
            Self::CacheWrite => "tokens written to a cache",
            Self::CacheRead => "tokens read from a cache",
            Self::Output => "output tokens",
        }
    }

    /// By what rankings go.
    pub const fn rank(self) -> RankBy {
        if matches!(self, Self::Cost) { RankBy::Cost } else { RankBy::Tokens }
    }

    /// Which tokens are added up; of the cost all.
    pub fn kinds(self) -> TokenKinds {
        TokenKinds {
            input: self == Self::Input,
            cache_write: self == Self::CacheWrite,
            cache_read: self == Self::CacheRead,
            output: self == Self::Output,
        }
    }

    /// The inverse of [`Measure::rank`] and [`Measure::kinds`]; several kinds together are tokens.
    pub fn of(rank: RankBy, kinds: TokenKinds) -> Self {
        let is_it = |measure: &Self| measure.rank() == rank && measure.kinds() == kinds;
        let other = if rank == RankBy::Cost { Self::Cost } else { Self::Tokens };
        Self::ALL.into_iter().find(is_it).unwrap_or(other)
    }
}

/// All choices of the usage page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UsageWish {
    /// `None` fits the range.
    pub by: Option<UsageBy>,
    pub split: Split,
    pub measure: Measure,
    pub pair: Pair,
}

impl UsageWish {
    /// Key and word of each choice that was made.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let Self { by, split, measure, pair } = self;
        let default = Self::default();
        let mut pairs = Vec::new();
        let mut tell = |key, word: &str, is_default: bool| {
            if !is_default {
                pairs.push((key, word.to_owned()));
            }
        };
        tell("per", by.map_or("", UsageBy::name), by.is_none());
        tell("split", split.name(), *split == default.split);
        tell("measure", measure.name(), *measure == default.measure);
        tell("compare", pair.by.name(), pair.by == default.pair.by);
        tell("left", &pair.left, pair.left.is_empty());
        tell("right", &pair.right, pair.right.is_empty());
        pairs
    }

    /// Makes a choice. Keys and words of others change nothing.
    pub fn set(&mut self, key: &str, word: &str) {
        match key {
            "per" => self.by = UsageBy::from_name(word),
            "split" => self.split = Split::from_name(word).unwrap_or_default(),
            "measure" => {
                self.measure = Measure::ALL.into_iter().find(|one| one.name() == word).unwrap_or_default();
            }
            // Other things have other names.
            "compare" => self.pair = Pair { by: PairBy::from_name(word).unwrap_or_default(), ..Pair::default() },
            "left" => self.pair.left = word.to_owned(),
            "right" => self.pair.right = word.to_owned(),
            _ => {}
        }
    }
}
