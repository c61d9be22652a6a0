//! What caches saved (analytics.md §11): each request at its own rates.

use super::cells::{TokenKinds, TokenSum};
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use super::stats::Tenths;
use super::usage::cache_hit_rate;
use crate::archive::Totals;
use crate::model::{Money, StrId, Wire, sorted};

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
    pub cache_read: TokenSum,
    pub cache_write: TokenSum,
    /// By model, what saved most first; what nothing is known of last.
    pub rows: Vec<SavingsRow>,
}

/// What one model's cache saved.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct SavingsRow {
    pub name: String,
    /// As [`Savings::saved`], `priced` and `unpriced`.
    pub saved: Option<Money>,
    pub priced: u32,
    pub unpriced: u32,
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
    let mut models: Vec<(StrId, Sum)> = Vec::new();
    for (_, used) in picks.uses(picks.window()).filter(|(_, used)| used.is_cached) {
        match models.iter_mut().find(|(model, _)| *model == used.model) {
            Some((_, sum)) => sum.add(used.saved),
            None => {
                let mut sum = Sum::default();
                sum.add(used.saved);
                models.push((used.model, sum));
            }
        }
    }
    let mut whole = Sum::default();
    models.iter().for_each(|(_, sum)| whole.merge(sum));
    let Sum { priced, unpriced, .. } = whole;
    let saved = whole.saved();
    let mut panel = Panel::new(picks, PanelScope::Usage, Basis::RequestTime);
    panel.coverage = Covered { reported: priced, eligible: priced + unpriced, unit: Unit::PricedRequests };
    panel.tell(unpriced, "request", "with a cache and without a price, in no saving");
    let kind = |kinds: TokenKinds| kinds.sum(totals);
    Savings {
        panel,
        saved,
        verdict: saved.map_or(Verdict::None, Verdict::of),
        hit_rate: cache_hit_rate(totals),
        priced,
        unpriced,
        cache_read: kind(TokenKinds { cache_read: true, ..TokenKinds::default() }),
        cache_write: kind(TokenKinds { cache_write: true, ..TokenKinds::default() }),
        rows: rows(picks, &models),
    }
}

/// What requests saved together.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    pico: i128,
    priced: u32,
    unpriced: u32,
}

impl Sum {
    fn add(&mut self, saved: Option<i64>) {
        match saved {
            Some(saved) => (self.pico, self.priced) = (self.pico + i128::from(saved), self.priced + 1),
            None => self.unpriced += 1,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.pico += other.pico;
        self.priced += other.priced;
        self.unpriced += other.unpriced;
    }

    fn saved(&self) -> Option<Money> {
        (self.priced > 0).then(|| Money::from_wide_pico(self.pico))
    }
}

fn rows(picks: &Picks<'_>, models: &[(StrId, Sum)]) -> Vec<SavingsRow> {
    let rows = models.iter().map(|(model, sum)| SavingsRow {
        name: picks.facts.name(*model).to_owned(),
        saved: sum.saved(),
        priced: sum.priced,
        unpriced: sum.unpriced,
    });
    sorted(rows.collect(), |a: &SavingsRow, b| b.saved.cmp(&a.saved).then_with(|| a.name.cmp(&b.name)))
}
