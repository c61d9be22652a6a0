//! One row of our usage table, and what can be derived from it. Nothing unrecorded is counted as zero.

use crate::archive::CostTally;
use crate::logic::format::{NOT_RECORDED, money_text};
use crate::model::{Money, Reported, Tally, Wire};

/// The sums over the sessions of one key, or over all (the key is empty then).
///
/// `sessions` = `ok` + `failed` + `no_outcome`. Incomplete sessions are counted apart; what they did record is in
/// the sums, and what they did not makes these lower bounds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct UsageRowSummary {
    /// As many columns as `By::columns`.
    pub key: Vec<String>,
    /// The one name that all sessions of the row share, `unknown` where none has any; `None` where they differ.
    pub provider: Option<String>,
    pub model: Option<String>,
    pub agent: Option<String>,
    /// As above, but `None` also where no session has one.
    pub harness: Option<String>,
    /// Sessions that came to an end, or whose format does not tell.
    pub sessions: u32,
    pub ok: u32,
    pub failed: u32,
    /// Sessions of formats that record no outcome, and sessions that still wait for one.
    pub no_outcome: u32,
    pub incomplete: u32,
    /// Sub-agents and forks whose usage is in the sums; no sessions of their own (claude-code.md S4).
    pub members: u32,
    /// Requests, of the sessions whose logs tell them apart.
    pub requests: Tally,
    /// Sessions, incomplete ones included, whose counts are known to be too small.
    pub partial: u32,
    /// Tokens. The three prompt counters are disjoint.
    pub input_uncached: Tally,
    pub cache_read: Tally,
    pub cache_write: Tally,
    pub output: Tally,
    /// Prompt tokens of all three kinds, of the sessions that recorded at least one.
    pub context: Tally,
    /// Milliseconds of wall clock.
    pub duration: Tally,
    pub cost: CostSum,
    /// Tokens read from a cache, of prompt tokens.
    pub cache_hits: Ratio,
    /// Uncached prompt tokens over milliseconds.
    pub input_pace: Ratio,
    /// Generated tokens over milliseconds.
    pub output_pace: Ratio,
}

/// A quotient over those sessions alone that recorded both of its sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct Ratio {
    pub part: u64,
    pub whole: u64,
    /// Sessions that recorded both.
    pub sessions: u32,
}

/// Recorded costs, and how many are missing (fizeau.md §7 "Ours").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct CostSum {
    /// Sum of the known costs; meaningless while `known` is 0.
    pub subtotal: Money,
    /// Sessions with a known cost, incomplete ones included.
    pub known: u32,
    /// Sessions without one.
    pub unknown: u32,
    /// Incomplete sessions without one.
    pub unknown_incomplete: u32,
    /// Of those known: sessions of which some requests have no cost.
    pub partial: u32,
    /// Of those known: sessions whose cost was computed from prices, at least in part.
    pub computed: u32,
}

/// What a success costs, failures included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub struct CostPerSuccess {
    pub amount: Money,
    /// Some costs are unknown: it costs this or more.
    pub is_at_least: bool,
}

impl UsageRowSummary {
    /// Sessions that are OK and that failed; `None` where no format tells how its sessions ended.
    pub fn outcomes(&self) -> Option<(u32, u32)> {
        let is_told = self.ok + self.failed > 0 || self.no_outcome == 0;
        is_told.then_some((self.ok, self.failed))
    }

    /// OK of OK and failed, 0 to 1; `None` where no outcome was recorded (DESIGN §2 "Status").
    pub fn success_rate(&self) -> Option<f64> {
        let finished = u64::from(self.ok) + u64::from(self.failed);
        (finished > 0).then(|| f64::from(self.ok) / finished as f64)
    }

    /// `None` when no cost is known or nothing succeeded.
    pub fn cost_per_success(&self) -> Option<CostPerSuccess> {
        let subtotal = self.cost.value().filter(|_| self.ok > 0)?;
        let amount = Money::from_pico(subtotal.pico() / i64::from(self.ok));
        Some(CostPerSuccess { amount, is_at_least: self.cost.is_lower_bound() })
    }

    /// Uncached prompt tokens per second of wall clock, tools included.
    pub fn input_tokens_per_second(&self) -> Option<f64> {
        self.input_pace.value().map(|per_ms| per_ms * 1000.0)
    }

    /// Generated tokens per second of wall clock, tools included.
    pub fn output_tokens_per_second(&self) -> Option<f64> {
        self.output_pace.value().map(|per_ms| per_ms * 1000.0)
    }

    /// Share of the prompt tokens that came from a cache, 0 to 1, whatever the log's convention ("normalised",
    /// fizeau.md §7.2).
    pub fn cache_hit_rate(&self) -> Option<f64> {
        self.cache_hits.value()
    }

    /// Prompt and generated tokens, as far as recorded.
    pub fn total_tokens(&self) -> Reported<u64> {
        let parts = [self.context.value().get(), self.output.value().get()];
        parts.into_iter().flatten().reduce(u64::saturating_add).into()
    }

    /// All sessions of the row, sub-agents and forks too: what coverage is a share of (fizeau.md §9).
    pub fn all_sessions(&self) -> u32 {
        self.sessions + self.incomplete + self.members
    }
}

impl Ratio {
    /// Counts a session that recorded both sides, and a `whole` above 0.
    pub(super) fn add(&mut self, part: Option<u64>, whole: Option<u64>) {
        if let (Some(part), Some(whole @ 1..)) = (part, whole) {
            self.part = self.part.saturating_add(part);
            self.whole = self.whole.saturating_add(whole);
            self.sessions += 1;
        }
    }

    /// `None` where no session recorded both sides.
    pub fn value(&self) -> Option<f64> {
        (self.whole > 0).then(|| self.part as f64 / self.whole as f64)
    }
}

impl CostSum {
    /// Counts a session. One that called no model cost nothing that anybody could know.
    pub(super) fn add(&mut self, cost: &CostTally, is_incomplete: bool) {
        match (cost.reported, cost.eligible) {
            (0, _) if is_incomplete => self.unknown_incomplete += 1,
            (0, 0) => {}
            (0, _) => self.unknown += 1,
            (reported, eligible) => {
                self.subtotal = self.subtotal + cost.known;
                self.known += 1;
                self.partial += u32::from(reported < eligible || cost.partial > 0);
                self.computed += u32::from(cost.computed > 0);
            }
        }
    }

    /// Sessions whose cost is missing in whole or in part.
    pub fn gaps(&self) -> u32 {
        self.unknown + self.unknown_incomplete + self.partial
    }

    /// The known subtotal; `None` when no cost is known.
    pub fn value(&self) -> Option<Money> {
        (self.known > 0).then_some(self.subtotal)
    }

    /// Whether the true cost may be larger: shown as `≥`.
    pub fn is_lower_bound(&self) -> bool {
        self.known > 0 && self.gaps() > 0
    }

    /// `$1.23`, `≥ $1.23` or `—` (token-coverage.md §4). A lower bound is cut: it must not grow by rounding.
    pub fn text(&self) -> String {
        self.value().map_or_else(|| NOT_RECORDED.into(), |subtotal| money_text(subtotal, self.is_lower_bound()))
    }
}
