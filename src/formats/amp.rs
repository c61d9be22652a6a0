//! Amp threads: a document each (others.md §7).

use super::messages::value::{at, is_some, word};
use super::messages::{Cache, Dialect, PLAIN, Step, Told};
use crate::model::{EventKind, Metric, Reported};
use serde_json::Value;

pub static AMP: Dialect = Dialect {
    id: "amp",
    name: "Amp",
    sniff: |record| word(record, "id").starts_with("T-") && at(record, "messages").is_array(),
    lists: &["messages"],
    at: "usage.timestamp|meta.sentAt|timestamp|created",
    message_id: "-",
    model: "usage.model",
    cost: "-",
    cache: Cache::Apart,
    session: "-",
    title: "title",
    directory: "env.initial.trees.0.displayName|env.initial.trees.0.uri",
    stub: "a stub: what was said in this thread is on Amp's server",
    special: Some(special),
    why_missing: &[(Metric::Cost, "Amp records credits, not dollars")],
    ..PLAIN
};

fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut() else { return };
    if word(record, "role").is_empty() {
        first.about.session = word(record, "id");
        return first.steps.push(Step::new(EventKind::SessionStart, "thread", at(record, "env")));
    }
    for counted in first.usage.iter_mut().filter(|_| word(record, "usage.model").starts_with("gpt-")) {
        // The prompt of these stands in the counter of cache writes, which they do not have.
        let tokens = &mut counted.usage.tokens;
        if tokens.input_uncached.get() == Some(0) && is_some(at(record, "usage.cacheCreationInputTokens")) {
            (tokens.input_uncached, tokens.cache_write) = (tokens.cache_write, Reported::NOT_RECORDED);
        }
    }
}
