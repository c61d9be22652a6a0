//! What caches saved (analytics.md §11): each request at its own rates.

use super::cells::TokenKinds;
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use super::stats::Tenths;
use super::usage::cache_hit_rate;
use crate::archive::Totals;
use crate::model::{Money, Wire};

/// Savings against no cache: cache reads at the price of input less their own, less what writes cost more.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Savings {
    pub panel: Panel,
    /// Negative: it cost more than it saved. `None` where no request has a price.
    pub saved: Option<Money>,
    pub verdict: Verdict,
    /// Percent; see [`cache_hit_rate`].
    pub hit_rate: Option<Tenths>,
    /// Requests that recorded a cache and have a price, and those without a price.
    pub priced: u32,
    pub unpriced: u32,
    pub cache_read: Option<u64>,
    pub cache_write: Option<u64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub enum Verdict {
    Saved,
    Costlier,
    /// Within half a cent.
    #[default]
    None,
}

impl Verdict {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Costlier => "costlier",
            Self::None => "none",
        }
    }

    /// More than half a cent either way.
    pub const fn of(saved: Money) -> Self {
        const HALF_CENT: i64 = 5_000_000_000;
        match saved.pico() {
            pico if pico > HALF_CENT => Self::Saved,
            pico if pico < -HALF_CENT => Self::Costlier,
            _ => Self::None,
        }
    }
}

pub fn savings(picks: &Picks<'_>, totals: &Totals) -> Savings {
    let mut sum = 0i128;
    let (mut priced, mut unpriced) = (0, 0);
    for (_, used) in picks.uses(picks.window()).filter(|(_, used)| used.is_cached) {
        match used.saved {
            Some(saved) => {
                sum += i128::from(saved);
                priced += 1;
            }
            None => unpriced += 1,
        }
    }
    let saved = (priced > 0).then(|| Money::from_wide_pico(sum));
    let mut panel = Panel::new(picks, PanelScope::Usage, Basis::RequestTime);
    panel.coverage = Covered { reported: priced, eligible: priced + unpriced, unit: Unit::PricedRequests };
    panel.tell(unpriced, "request", "with a cache and without a price, in no saving");
    let kind = |kinds: TokenKinds| kinds.sum(totals).value;
    Savings {
        panel,
        saved,
        verdict: saved.map_or(Verdict::None, Verdict::of),
        hit_rate: cache_hit_rate(totals),
        priced,
        unpriced,
        cache_read: kind(TokenKinds { cache_read: true, ..TokenKinds::default() }),
        cache_write: kind(TokenKinds { cache_write: true, ..TokenKinds::default() }),
    }
}
