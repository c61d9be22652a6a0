//! What a `session.end` or `final` says about tokens and cost, and how much of it to believe (fizeau.md §7, §9).

use super::line::{Data, Usage};
use crate::formats::Sink;
use crate::formats::lenient::{Field, Num, Presence};
use crate::model::{MOST_TOKENS, Money, ProblemKind, Reported, Scope, Span, TokenSet};

/// How a log counts its prompt tokens (fizeau.md §7.2, "Cache convention trap").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Convention {
    /// `input` holds the cached tokens too.
    Inclusive,
    /// `input` leaves them out.
    Exclusive,
}

/// Counters of one usage object, as written; `None` is an absent key or no number.
#[derive(Debug, Clone, Copy, Default)]
pub struct Written {
    pub input: Option<i64>,
    pub output: Option<i64>,
    pub total: Option<i64>,
    pub cache_read: Option<i64>,
    pub cache_write: Option<i64>,
    pub reasoning: Option<i64>,
}

impl Written {
    /// Reads either dialect's names.
    pub fn of(usage: &Usage<'_>) -> Self {
        let first = |short: Num, long: Num| short.int().or(long.int());
        Self {
            input: first(usage.input, usage.input_tokens),
            output: first(usage.output, usage.output_tokens),
            total: usage.total.int(),
            cache_read: first(usage.cache_read, usage.cache_read_tokens),
            cache_write: first(usage.cache_write, usage.cache_write_tokens),
            reasoning: first(usage.reasoning, usage.reasoning_tokens),
        }
    }

    /// Whether input, output and both cache counters are absent or 0: nothing that proves a record.
    pub fn is_all_zero(&self) -> bool {
        [self.input, self.output, self.cache_read, self.cache_write]
            .into_iter()
            .all(|counter| counter.unwrap_or(0) == 0)
    }

    /// The convention by harness and provider, and whether it had to be guessed from the numbers (fizeau.md §7.2).
    pub fn convention(&self, harness: &str, provider: &str) -> (Convention, bool) {
        match (harness, provider) {
            ("codex", _) => (Convention::Inclusive, false),
            ("claude", _) | (_, "anthropic") => (Convention::Exclusive, false),
            ("fiz", _) => (Convention::Inclusive, false),
            // Before the key existed only native runs named a provider.
            ("", provider) if !provider.is_empty() => (Convention::Inclusive, false),
            _ => {
                let cached = self.cache_read.unwrap_or(0).saturating_add(self.cache_write.unwrap_or(0));
                let is_exclusive = cached > self.input.unwrap_or(0);
                (if is_exclusive { Convention::Exclusive } else { Convention::Inclusive }, cached > 0)
            }
        }
    }

    /// Disjoint counters (DESIGN §2 "Input"), and whether one was impossible: negative, or more than a request can have
    /// (token-coverage.md M2). Both are reported.
    pub fn tokens(&self, convention: Convention, scope: Scope, place: (Span, u32), out: &mut Sink) -> (TokenSet, bool) {
        let mut is_clamped = false;
        let most = if scope == Scope::Request { MOST_TOKENS } else { u64::MAX };
        let mut clean = |counter: Option<i64>| -> Option<u64> {
            let written = counter?;
            let possible = u64::try_from(written).unwrap_or(0).min(most);
            if i64::try_from(possible) != Ok(written) {
                is_clamped = true;
                let reason = match written < 0 {
                    true => "a negative token count; counted as 0",
                    false => "more than 2,000,000 tokens in one field of a request; counted as 2,000,000",
                };
                out.problems.add(ProblemKind::Clamped, Some(place.1), reason, written.to_string().as_bytes());
            }
            Some(possible)
        };
        let input = clean(self.input);
        let (cache_read, cache_write) = (clean(self.cache_read), clean(self.cache_write));
        let cached = [cache_read, cache_write].into_iter().flatten().fold(0u64, u64::saturating_add);
        let uncached = match convention {
            Convention::Exclusive => input,
            Convention::Inclusive => input.map(|input| input.saturating_sub(cached)),
        };
        let tokens = TokenSet {
            input_uncached: uncached.into(),
            cache_read: cache_read.into(),
            cache_write: cache_write.into(),
            cache_write_1h: Reported::NOT_RECORDED,
            output: clean(self.output).into(),
            reasoning: clean(self.reasoning).into(),
        };
        (tokens, is_clamped)
    }
}

/// A recorded cost: absent, null, no number and negative are unknown (fizeau.md §3.3).
pub fn cost_of(cost: Num) -> Reported<Money> {
    cost.float().and_then(Money::from_usd).into()
}

/// Whether the counters are a record at all (fizeau.md §9 "missing").
pub fn is_missing(written: &Written, data: &Data<'_>, is_success: bool, did_work: bool) -> bool {
    let no_usage = !data.tokens.is_given() && !data.usage.is_given()
        || data.tokens.presence == Presence::Null
        || data.usage.presence == Presence::Null;
    let worked = data.duration_ms.int().unwrap_or(0) > 0 && did_work;
    no_usage || written.is_all_zero() && (!is_success || worked)
}

/// A killed run's tiny record (fizeau.md §9 "partial").
pub fn is_partial(written: &Written, duration_ms: Option<u64>, is_success: bool) -> bool {
    !is_success && written.output.unwrap_or(0) < 100 && duration_ms.is_some_and(|duration| duration > 60_000)
}

#[cfg(test)]
#[path = "totals_tests.rs"]
mod tests;
