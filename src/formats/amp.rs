//! Amp threads: a document each (others.md §7).

use super::messages::value::{at, is_some, list, time, word};
use super::messages::{Cache, Counted, Dialect, PLAIN, Step, Told, usage};
use crate::model::{EventKind, Metric, Money, Reported, Scope};
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
    prepare: Some(prepare),
    special: Some(special),
    why_missing: &[(Metric::Cost, "Amp records credits, not dollars")],
    ..PLAIN
};

/// Numbers name messages; here they are texts.
fn prepare(_: &Dialect, mut record: Value) -> Value {
    name(&mut record, "messageId");
    if let Some(Value::Array(events)) = record.pointer_mut("/usageLedger/events") {
        events.iter_mut().for_each(|event| name(event, "toMessageId"));
    }
    record
}

fn name(record: &mut Value, key: &str) {
    if let Some(id) = record.get_mut(key).filter(|id| id.is_number()) {
        *id = Value::String(id.to_string());
    }
}

fn special<'a>(record: &'a Value, told: &mut Vec<Told<'a>>) {
    let Some(first) = told.first_mut() else { return };
    if word(record, "role").is_empty() {
        first.about.session = word(record, "id");
        first.steps.push(Step::new(EventKind::SessionStart, "thread", at(record, "env")));
        let events = list(at(record, "usageLedger.events"));
        let credits = events.iter().filter_map(|event| Money::from_usd(at(event, "credits").as_f64()?));
        first.about.credits = credits.reduce(|sum, more| sum + more);
        return told.extend(events.iter().map(ledger));
    }
    // The ledger tells of those that tell nothing.
    for counted in &mut first.usage {
        counted.label = word(record, "messageId");
        counted.rank = if is_some(at(record, "usage")) { 2 } else { 0 };
    }
    for counted in first.usage.iter_mut().filter(|_| word(record, "usage.model").starts_with("gpt-")) {
        // The prompt of these stands in the counter of cache writes, which they do not have.
        let tokens = &mut counted.usage.tokens;
        if tokens.input_uncached.get() == Some(0) && is_some(at(record, "usage.cacheCreationInputTokens")) {
            (tokens.input_uncached, tokens.cache_write) = (tokens.cache_write, Reported::NOT_RECORDED);
        }
    }
}

/// A request as the ledger has it: it counts where its message tells nothing (others.md §7).
fn ledger(event: &Value) -> Told<'_> {
    let usage = usage::usage(&AMP, at(event, "tokens"), false);
    let (model, label) = (word(event, "model"), word(event, "toMessageId"));
    Told {
        at: time(at(event, "timestamp")),
        steps: vec![Step { is_echo: true, ..Step::new(EventKind::Usage, "ledger", event) }],
        usage: vec![Counted { usage, scope: Scope::Request, rank: 1, model, label }],
        ..Told::default()
    }
}
