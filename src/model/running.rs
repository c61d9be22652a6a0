//! Running totals, as some logs keep them instead of one count a request (codex.md §4).

use super::{Reported, StrId, Timestamp, TokenSet};

/// Counters as such a log writes them: the prompt counter holds the cached tokens too. `None` is an absent key, or no
/// number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counter {
    /// The whole prompt.
    pub input: Option<u64>,
    pub cached: Option<u64>,
    pub cache_write: Option<u64>,
    /// Reasoning included.
    pub output: Option<u64>,
    pub reasoning: Option<u64>,
    pub total: Option<u64>,
}

impl Counter {
    pub const fn fields(&self) -> [Option<u64>; 6] {
        [self.input, self.cached, self.cache_write, self.output, self.reasoning, self.total]
    }

    pub fn is_zero(&self) -> bool {
        self.fields().into_iter().all(|field| field.unwrap_or(0) == 0)
    }

    /// Disjoint counters (codex.md §4 "Canonical").
    pub fn tokens(&self) -> TokenSet {
        let within = |part: Option<u64>, whole: Option<u64>| match (part, whole) {
            (Some(part), Some(whole)) => Some(part.min(whole)),
            (part, _) => part,
        };
        let cache_read = within(self.cached, self.input);
        let rest = self.input.map(|input| input - cache_read.unwrap_or(0));
        let cache_write = within(self.cache_write, rest);
        TokenSet {
            input_uncached: rest.map(|rest| rest - cache_write.unwrap_or(0)).into(),
            cache_read: cache_read.into(),
            cache_write: cache_write.into(),
            cache_write_1h: Reported::NOT_RECORDED,
            output: self.output.into(),
            reasoning: self.reasoning.into(),
        }
    }
}

/// One line with a running total (codex.md X2-X8). Which of them count, and how much, the archive decides: a total may go
/// on from another file, or be copied from a parent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunningCount {
    /// Index of the line's own event.
    pub event: u32,
    /// Index of the event that it is attached to (codex.md X8): an item of the turn without usage, else its own.
    pub item: u32,
    pub part: u16,
    pub at: Option<Timestamp>,
    pub model: StrId,
    /// Counters that are kept apart; none where there is one.
    pub lane: StrId,
    /// Hash of the counters as a JSON value: equal ones are re-emissions.
    pub info: u64,
    pub total: Option<Counter>,
    pub last: Option<Counter>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompt_counters_become_disjoint() {
        let counter = Counter {
            input: Some(10_000),
            cached: Some(6_000),
            output: Some(500),
            reasoning: Some(300),
            total: Some(10_500),
            cache_write: None,
        };
        let tokens = counter.tokens();
        let told = [tokens.input_uncached, tokens.cache_read, tokens.cache_write, tokens.output, tokens.context()];
        assert_eq!(told.map(Reported::get), [Some(4_000), Some(6_000), None, Some(500), Some(10_000)]);
        let odd = Counter { input: Some(5), cached: Some(9), cache_write: Some(9), ..Counter::default() }.tokens();
        assert_eq!(
            [odd.input_uncached, odd.cache_read, odd.cache_write].map(Reported::get),
            [Some(0), Some(5), Some(0)]
        );
        assert_eq!(Counter::default().tokens(), TokenSet::default());
    }
}
