//! ATIF trajectories (others.md §8).

use super::turns::{Answer, Turn, has_more_than, totals_of, without_null};
use crate::archive::{Archive, Session};
use crate::model::{Reported, Timestamp};
use serde_json::{Value, json};

const VERSION: &str = "ATIF-v1.4";

/// The trajectory of a session.
pub fn document(_archive: &Archive, session: &Session, turns: &[Turn]) -> Value {
    let steps: Vec<Value> = turns.iter().zip(1..).map(|(turn, number)| step(turn, number)).collect();
    let part = &session.part;
    let version = part.facts.iter().find(|fact| fact.name == "Version").map(|fact| fact.value.clone());
    let agent = without_null(json!({
        "name": part.harness.as_deref().unwrap_or(session.format),
        "version": version.unwrap_or_else(|| "unknown".to_owned()),
        "model_name": part.models.first(),
    }));
    let mut document = json!({ "schema_version": VERSION, "session_id": part.id, "agent": agent, "steps": steps });
    // Totals of requests that are told one by one follow from these.
    let is_untold = session.totals.coverage.eligible > 0 && !turns.iter().any(|turn| matches!(turn, Turn::Agent(_)));
    if has_more_than(session, turns) || is_untold {
        document["final_metrics"] = totals(session, steps.len());
    }
    document
}

fn step(turn: &Turn, number: usize) -> Value {
    let time = |at: &Option<Timestamp>| at.map(Timestamp::rfc3339);
    match turn {
        Turn::User { at, text } => {
            without_null(json!({ "step_id": number, "timestamp": time(at), "source": "user", "message": text }))
        }
        Turn::System { at, text } => {
            without_null(json!({ "step_id": number, "timestamp": time(at), "source": "system", "message": text }))
        }
        Turn::Agent(answer) => agent_step(answer, number),
    }
}

fn agent_step(answer: &Answer, number: usize) -> Value {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let calls: Vec<Value> = answer
        .calls
        .iter()
        .map(|call| json!({ "tool_call_id": call.id, "function_name": call.name, "arguments": call.input }))
        .collect();
    let told = answer.calls.iter().filter_map(|call| Some((call, call.result.as_ref()?)));
    let results: Vec<Value> =
        told.map(|(call, result)| json!({ "source_call_id": call.id, "content": result })).collect();
    let metrics = answer.usage.map(|used| {
        without_null(json!({
            "prompt_tokens": used.tokens.context().get(),
            "completion_tokens": used.tokens.output.get(),
            "cached_tokens": used.tokens.cache_read.get(),
            "cost_usd": used.cost.get().map(|cost| cost.usd()),
        }))
    });
    without_null(json!({
        "step_id": number,
        "timestamp": answer.at.map(Timestamp::rfc3339),
        "source": "agent",
        "model_name": some(&answer.model),
        "message": answer.text,
        "reasoning_content": some(&answer.thinking),
        "tool_calls": Some(calls).filter(|calls| !calls.is_empty()),
        "observation": Some(results).filter(|results| !results.is_empty()).map(|results| json!({ "results": results })),
        "metrics": metrics.filter(|metrics| metrics.as_object().is_some_and(|map| !map.is_empty())),
        // A step is a request unless it says otherwise.
        "extra": answer.usage.is_none().then(|| json!({ "is_request": false })),
    }))
}

fn totals(session: &Session, steps: usize) -> Value {
    let totals = &session.totals;
    let [prompt, cached, output] = totals_of(session);
    let cost = Reported::new(totals.cost.known).get().filter(|_| totals.cost.reported > totals.cost.computed);
    without_null(json!({
        "total_prompt_tokens": prompt,
        "total_completion_tokens": output,
        "total_cached_tokens": cached,
        "total_cost_usd": cost.map(|cost| cost.usd()),
        "total_steps": steps,
    }))
}
