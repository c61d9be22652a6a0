//! Token counters as the records write them, and what each kind of record is worth (codetether.md §11.6).

use super::line::{Record, Usage};
use super::state::{Here, State};
use crate::formats::Sink;
use crate::formats::lenient::Num;
use crate::model::{
    CallSum, Event, EventKind, Finality, MOST_TOKENS, ProblemKind, Reported, Scope, StrId, TokenSet, UsageRow, entry,
    flags,
};

/// Ranks of usage rows: `TokenUsage`, `UsageReport`, the total of a run, that of a snapshot.
pub const TOKEN_USAGE: u8 = 3;
pub const USAGE_REPORT: u8 = 2;
pub const RUN_TOTAL: u8 = 1;
pub const SNAPSHOT_TOTAL: u8 = 0;

/// The label of the main chat's calls.
const ROOT: &str = "root";

impl State {
    /// `TokenUsage` or `UsageReport`: one call of a model. The older form has no source and stands for the root
    /// (codetether.md §3.1).
    pub fn usage(&mut self, rank: u8, word: &str, fields: &Record<'_>, here: Here<'_>, out: &mut Sink) {
        let mut is_clamped = false;
        let prompt = request_count(fields.prompt_tokens, &mut is_clamped, here, out);
        let completion = request_count(fields.completion_tokens, &mut is_clamped, here, out);
        let duration = Reported::from(fields.duration_ms.int().and_then(|ms| u64::try_from(ms).ok()));
        let (provider, model) = self.model(&fields.model, out);
        let small = |value: Reported<u64>| value.get().map(|value| value.min(MOST_TOKENS) as u32);
        let event = Event {
            flags: flags::ECHO | flags::ENDS_AT,
            model,
            duration_ms: duration.get().and_then(|ms| u32::try_from(ms).ok()),
            context: small(prompt),
            output: small(completion),
            ..self.event(EventKind::Usage, word, here, out)
        };
        let index = self.push(event, out);
        let source = if rank == TOKEN_USAGE { &*fields.source } else { ROOT };
        let label = out.strings.intern(source);
        let tokens = TokenSet { input_uncached: prompt, output: completion, ..TokenSet::default() };
        let row = UsageRow::new(index, self.part, Scope::Request);
        let row = UsageRow { at: here.at, rank, model, provider, label, tokens, is_clamped, ..row };
        self.row(UsageRow { finality: Finality::Final, ..row }, out);
        self.requests[usize::from(rank == USAGE_REPORT)] += 1;
        self.has_root_usage |= rank == TOKEN_USAGE && source == ROOT;
        let told = &mut self.post_mortem;
        let list = if rank == TOKEN_USAGE { &mut told.calls } else { &mut told.reports };
        let is_it = |sum: &CallSum| sum.source == source && sum.model == *fields.model;
        let name = |sum: &mut CallSum| (sum.source, sum.model) = (source.to_owned(), fields.model.to_string());
        entry(list, is_it, name).add(prompt, completion, duration);
    }

    /// The total of a run or a snapshot. Nothing but zeros after the model has answered is no record
    /// (codetether.md §6).
    pub fn total(&mut self, rank: u8, usage: &Usage<'_>, event: u32, model: StrId, here: Here<'_>, out: &mut Sink) {
        let count = |number: Num, out: &mut Sink| total_count(number, here, out);
        let (prompt, output) = (count(usage.prompt_tokens, out), count(usage.completion_tokens, out));
        let (read, write) = (count(usage.cache_read_tokens, out), count(usage.cache_write_tokens, out));
        let sum = count(usage.total_tokens, out);
        let has_worked = out.parts[usize::from(self.part)].counts.responses > 0;
        let is_zero = [prompt, output, read, write, sum].into_iter().all(|count| count.get().unwrap_or(0) == 0);
        let cached = read.get().unwrap_or(0).saturating_add(write.get().unwrap_or(0));
        let is_apart = is_cache_apart(prompt.get(), output.get(), cached, sum.get());
        let uncached = |prompt: u64| if is_apart { prompt } else { prompt.saturating_sub(cached) };
        let tokens = TokenSet {
            input_uncached: prompt.map(uncached),
            cache_read: read,
            cache_write: write,
            output,
            ..TokenSet::default()
        };
        let tokens = if is_zero && has_worked { TokenSet::default() } else { tokens };
        self.is_convention_assumed |= cached > 0 && !is_apart;
        let row = UsageRow::new(event, self.part, Scope::Aggregate);
        self.row(UsageRow { at: here.at.or(self.last), rank, model, tokens, ..row }, out);
    }
}

/// Whether the prompt counter leaves cached tokens out. The total tells where it can: some providers' totals hold them
/// besides the prompt. Else they are taken for a part of the prompt, unless there are more of them.
fn is_cache_apart(prompt: Option<u64>, output: Option<u64>, cached: u64, total: Option<u64>) -> bool {
    let prompt = prompt.unwrap_or(0);
    let plain = prompt.saturating_add(output.unwrap_or(0));
    cached > prompt || (cached > 0 && total == Some(plain.saturating_add(cached)))
}

/// A counter of one request: negative is 0, too large is cut, both are told (token-coverage.md M2).
fn request_count(number: Num, is_clamped: &mut bool, here: Here<'_>, out: &mut Sink) -> Reported<u64> {
    let count = total_count(number, here, out);
    let Some(value) = count.get().filter(|value| *value > MOST_TOKENS) else { return count };
    let reason = "more than 2,000,000 tokens in one request; limited to that";
    out.problems.add(ProblemKind::Clamped, Some(here.number), reason, value.to_string().as_bytes());
    *is_clamped = true;
    Reported::new(MOST_TOKENS)
}

/// A counter, recorded if the key holds a number (token-coverage.md M1).
pub fn total_count(number: Num, here: Here<'_>, out: &mut Sink) -> Reported<u64> {
    // Saturated counters of the agent are larger than a signed number can be.
    if let Some(value) = number.plain_int().and_then(|_| number.float()).filter(|value| *value > 9e18) {
        return Reported::new(value as u64);
    }
    let value = number.plain_int();
    if value.is_some_and(|value| value < 0) {
        let reason = "a negative token count; counted as 0";
        out.problems.add(ProblemKind::Clamped, Some(here.number), reason, here.bytes);
    }
    value.map(|value| value.max(0) as u64).into()
}

#[cfg(test)]
mod tests {
    use super::is_cache_apart;

    #[test]
    fn the_total_tells_whether_cached_tokens_are_in_the_prompt() {
        assert!(!is_cache_apart(Some(900), Some(50), 300, Some(950)));
        assert!(is_cache_apart(Some(900), Some(50), 300, Some(1250)));
        assert!(is_cache_apart(Some(10), Some(50), 300, Some(60)), "more than the prompt can hold");
        assert!(!is_cache_apart(Some(900), Some(50), 0, Some(950)));
    }
}
