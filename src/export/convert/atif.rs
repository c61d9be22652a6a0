//! ATIF trajectories (others.md §8).

use super::json::{dollars, list, number, object, some_text, text, time};
use super::turns::{Answer, Call, Turn, Used, has_more_than, totals_of};
use crate::archive::{Archive, Session};
use crate::model::Timestamp;
use serde_json::Value;

const VERSION: &str = "ATIF-v1.4";

/// The trajectory of a session.
pub fn document(_archive: &Archive, session: &Session, turns: &[Turn]) -> Value {
    let steps: Vec<Value> = turns.iter().zip(1..).map(|(turn, number)| step(turn, number)).collect();
    let part = &session.part;
    let version = part.facts.iter().find(|fact| fact.name == "Version").map(|fact| &*fact.value);
    let agent = object(&mut [
        ("name", text(part.harness.as_deref().unwrap_or(session.format))),
        ("version", text(version.unwrap_or("unknown"))),
        ("model_name", part.models.first().map_or(Value::Null, |model| text(model))),
    ]);
    // Totals of requests that are told one by one follow from these.
    let is_untold = session.totals.coverage.eligible > 0 && !turns.iter().any(|turn| matches!(turn, Turn::Agent(_)));
    let has_more = has_more_than(session, turns) || is_untold;
    object(&mut [
        ("schema_version", text(VERSION)),
        ("session_id", text(&part.id)),
        ("agent", agent),
        ("final_metrics", if has_more { totals(session, steps.len()) } else { Value::Null }),
        ("steps", Value::Array(steps)),
    ])
}

fn step(turn: &Turn, number: u64) -> Value {
    match turn {
        Turn::User { at, text } => said(number, "user", *at, text),
        Turn::System { at, text } => said(number, "system", *at, text),
        Turn::Agent(answer) => agent_step(answer, number),
    }
}

fn said(step: u64, source: &str, at: Option<Timestamp>, said: &str) -> Value {
    object(&mut [
        ("step_id", number(Some(step))),
        ("timestamp", time(at)),
        ("source", text(source)),
        ("message", text(said)),
    ])
}

fn agent_step(answer: &Answer, step: u64) -> Value {
    let mut call = |call: &Call| {
        let mut asked = object(&mut [("tool_call_id", text(&call.id)), ("function_name", text(&call.name))]);
        // There even without a value: the format wants the key.
        asked["arguments"] = call.input.clone();
        asked
    };
    let mut told = |call: &Call| {
        let Some(result) = &call.result else { return Value::Null };
        object(&mut [("source_call_id", text(&call.id)), ("content", text(result))])
    };
    object(&mut [
        ("step_id", number(Some(step))),
        ("timestamp", time(answer.at)),
        ("source", text("agent")),
        ("model_name", some_text(Some(&answer.model))),
        ("message", text(&answer.text)),
        ("reasoning_content", some_text(Some(&answer.thinking))),
        ("tool_calls", list(&answer.calls, &mut call)),
        ("observation", unless_empty(object(&mut [("results", list(&answer.calls, &mut told))]))),
        ("metrics", answer.usage.map_or(Value::Null, metrics)),
        // A step is a request unless it says otherwise.
        ("extra", if answer.usage.is_some() { Value::Null } else { object(&mut [("is_request", Value::Bool(false))]) }),
    ])
}

fn metrics(Used { tokens, cost, .. }: Used) -> Value {
    unless_empty(object(&mut [
        ("prompt_tokens", number(tokens.context().get())),
        ("completion_tokens", number(tokens.output.get())),
        ("cached_tokens", number(tokens.cache_read.get())),
        ("cost_usd", dollars(cost.get())),
    ]))
}

fn unless_empty(value: Value) -> Value {
    if value.as_object().is_some_and(|map| map.is_empty()) { Value::Null } else { value }
}

fn totals(session: &Session, steps: usize) -> Value {
    let totals = &session.totals;
    let [prompt, cached, output] = totals_of(session);
    let cost = Some(totals.cost.known).filter(|_| totals.cost.reported > totals.cost.computed);
    object(&mut [
        ("total_prompt_tokens", number(prompt)),
        ("total_completion_tokens", number(output)),
        ("total_cached_tokens", number(cached)),
        ("total_cost_usd", dollars(cost)),
        ("total_steps", number(Some(steps as u64))),
    ])
}
