//! Token counts of a message: one set of names for all programs, and how each of them counts.

use super::Dialect;
use super::value::{at, count, is_some, reported};
use crate::model::{Fact, MOST_TOKENS, Map, Money, Reported, TokenSet};
use serde_json::Value;

/// Whether the prompt counter holds the tokens that were read from or written to a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    Within,
    Apart,
    /// Within, unless the total is a sum that holds them besides (others.md G1), or there are more of them.
    ByTotal,
}

/// Whether the counter of generated tokens holds those of reasoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reasoning {
    Within,
    Apart,
    /// Within, unless the total is a sum that holds them besides (others.md Q1).
    ByTotal,
}

const INPUT: &str = "input|input_tokens|prompt_tokens|promptTokenCount|inputTokens|inputOther|input_other|\
    gen_ai.usage.input_tokens|prompt|total_prompt_tokens|tokens_sent|tokensIn";
const CACHED: &str = "cached|cache.read|cacheRead|cachedContentTokenCount|cache_read_input_tokens|\
    input_tokens_cache_read|cached_tokens|cacheReadTokens|cacheReadInputTokens|inputCacheRead|input_cache_read|\
    cache_read_tokens|gen_ai.usage.cache_read.input_tokens|prompt_tokens_details.cached_tokens|total_cached_tokens|\
    cacheReads";
const WRITTEN: &str = "cache.write|cacheWrite|cache_creation_input_tokens|input_tokens_cache_write|cacheWriteTokens|\
    cacheCreation|cacheCreationInputTokens|inputCacheCreation|input_cache_creation|cache_write_tokens|\
    cache_creation_tokens|gen_ai.usage.cache_creation.input_tokens|gen_ai.usage.cache_write.input_tokens|\
    cacheCreationTokens|cacheWrites";
const OUTPUT: &str = "output|output_tokens|completion_tokens|candidatesTokenCount|outputTokens|candidates|\
    gen_ai.usage.output_tokens|total_completion_tokens|tokens_received|tokensOut";
const REASONING: &str = "reasoning|thoughts|thoughtsTokenCount|reasoning_tokens|reasoningTokens|\
    gen_ai.usage.reasoning.output_tokens|completion_tokens_details.reasoning_tokens|thinkingTokens";
const TOTAL: &str = "total|total_tokens|totalTokens|totalTokenCount";
const COST: &str = "cost.total|cost_usd|cost|total_cost_usd|instance_cost";

/// What one message or record tells of usage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub tokens: TokenSet,
    pub cost: Reported<Money>,
    /// A counter was impossible and was cut (token-coverage.md M2).
    pub is_clamped: bool,
    /// Tokens that only a total tells, where a counter is missing: they are not put into it (others.md §10).
    pub unattributed: u64,
}

impl Usage {
    /// What both tell together. A cost that goes on growing stands in the later one.
    pub fn plus(&self, later: &Self) -> Self {
        let sum = |a: Reported<u64>, b: Reported<u64>| match (a.get(), b.get()) {
            (Some(a), Some(b)) => Reported::new(a.saturating_add(b)),
            _ => a.or(b),
        };
        let (a, b) = (&self.tokens, &later.tokens);
        Self {
            tokens: TokenSet {
                input_uncached: sum(a.input_uncached, b.input_uncached),
                cache_read: sum(a.cache_read, b.cache_read),
                cache_write: sum(a.cache_write, b.cache_write),
                cache_write_1h: sum(a.cache_write_1h, b.cache_write_1h),
                output: sum(a.output, b.output),
                reasoning: sum(a.reasoning, b.reasoning),
            },
            cost: later.cost,
            is_clamped: self.is_clamped || later.is_clamped,
            unattributed: self.unattributed.saturating_add(later.unattributed),
        }
    }
}

/// Reads an object of counters. A total of several requests has no limit.
pub fn usage(dialect: &Dialect, counts: &Value, is_total: bool) -> Usage {
    let mut is_clamped = false;
    let mut read = |places: &str| {
        let found = count(counts, places)?;
        let most = if is_total { i64::MAX } else { MOST_TOKENS as i64 };
        is_clamped |= !(0..=most).contains(&found);
        Some(found.clamp(0, most))
    };
    let (input, cached, written) = (read(INPUT), read(CACHED), read(WRITTEN));
    let (output, reasoning, tool) = (read(OUTPUT), read(REASONING), read("tool"));
    let total = read(TOTAL);
    let or_0 = |count: Option<i64>| count.unwrap_or(0);
    let in_cache = or_0(cached).saturating_add(or_0(written));
    let plain = [input, output, tool].into_iter().map(or_0).fold(0, i64::saturating_add);
    let is_sum = |more: i64| more > 0 && total == Some(plain.saturating_add(more));
    let with_both = in_cache > 0 && is_sum(in_cache.saturating_add(or_0(reasoning)));
    let is_cache_apart = match dialect.cache {
        Cache::Within => false,
        Cache::Apart => true,
        Cache::ByTotal => is_sum(in_cache) && in_cache > 0 || with_both || in_cache > or_0(input),
    };
    let is_reasoning_apart = match dialect.reasoning {
        Reasoning::Within => false,
        Reasoning::Apart => true,
        Reasoning::ByTotal => is_sum(or_0(reasoning)) && or_0(reasoning) > 0 || with_both,
    };
    let uncached = |input: i64| {
        let own = if is_cache_apart { input } else { (input - in_cache).max(0) };
        own.saturating_add(or_0(tool))
    };
    // What a cache holds of a prompt is no more than the prompt.
    let within = |part: Option<i64>, rest: i64| part.map(|part| if is_cache_apart { part } else { part.min(rest) });
    let whole = if input.is_some() { or_0(input) } else { i64::MAX };
    let cached = within(cached, whole);
    let generated = |output: i64| if is_reasoning_apart { output.saturating_add(or_0(reasoning)) } else { output };
    let tokens = TokenSet {
        input_uncached: reported(input.map(uncached)),
        cache_read: reported(cached),
        cache_write: reported(within(written, whole - or_0(cached))),
        output: reported(output.map(generated)),
        reasoning: reported(reasoning),
        ..TokenSet::default()
    };
    let cost = at(counts, COST).as_f64().and_then(Money::from_usd).into();
    let known = [tokens.context(), tokens.output].iter().filter_map(|count| count.get()).fold(0, u64::saturating_add);
    let unattributed = match (input, output) {
        (Some(_), Some(_)) => 0,
        _ => total.map_or(0, |total| (total as u64).saturating_sub(known)),
    };
    Usage { tokens, cost, is_clamped, unattributed }
}

/// What only totals tell of a session's tokens.
#[derive(Default, Clone)]
pub struct Unattributed {
    /// Of messages, by the hash of their ids.
    by_message: Map<u64, u32>,
    /// Of the last total of the session.
    of_total: u64,
}

impl Unattributed {
    /// Takes in a message; one that is told again tells it anew.
    pub fn message(&mut self, message: u64, usage: &Usage) {
        let tokens = u32::try_from(usage.unattributed).unwrap_or(u32::MAX);
        if tokens > 0 || self.by_message.contains_key(&message) {
            self.by_message.insert(message, tokens);
        }
    }

    /// Takes in the totals of a session that stand in one record.
    pub fn totals(&mut self, tokens: u64) {
        self.of_total = tokens;
    }

    /// A total of the session stands for its requests.
    pub fn fact(&self) -> Option<Fact> {
        let of_messages = self.by_message.values().map(|tokens| u64::from(*tokens)).sum::<u64>();
        let tokens = if self.of_total > 0 { self.of_total } else { of_messages };
        (tokens > 0).then(|| Fact::new("Unattributed", [&tokens.to_string(), " tokens that only totals tell"].concat()))
    }
}

/// The usage of a record, if the dialect says that there may be one: of an answer that tells nothing one without counts.
pub fn usage_of(dialect: &Dialect, record: &Value, is_answer: bool) -> Option<Usage> {
    let counts = if dialect.usage.is_empty() { record } else { at(record, dialect.usage) };
    let is_given = counts.is_object() && !dialect.usage.is_empty();
    if !(is_given || is_answer && dialect.answers_are_requests) {
        return None;
    }
    let mut told = usage(dialect, counts, false);
    if is_some(at(record, dialect.cost)) {
        told.cost = told.cost.or(at(record, dialect.cost).as_f64().and_then(Money::from_usd).into());
    }
    Some(told)
}
