//! One line of the session log as events of the replay text (fizeau.md §6). Knows what the reference refuses; how an
//! event prints is `export`'s.

mod fields;

use super::compact_json::compact;
use super::raw_json;
use crate::model::{
    Civil, Cut, ReplayEnd, ReplayEvent, ReplayMessage, ReplayRequest, ReplayResponse, ReplayStart, ReplayTool,
    ReplayToolCall, SelectedRoute, Sticky, Utilization,
};
use fields::{Fields, Read, Reasoning};
use serde_json::Deserializer;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What a line prints: usually one object, but a writer may have put several side by side.
///
/// By [`Cut::Reference`] a payload that Go's decoder would refuse gives nothing. A record that makes the reference
/// give up the whole file (no object, a wrong kind in the envelope) ends the line; what other lines print is up to
/// the caller.
pub fn replay(line: &[u8], rules: Cut) -> Vec<ReplayEvent> {
    let text = readable(line, rules);
    let mut events = Vec::new();
    for json in Deserializer::from_str(&text).into_iter::<&RawValue>() {
        let Ok(json) = json else { break };
        match Fields::of(json.get(), rules).and_then(|envelope| record(&envelope, rules)) {
            Ok(event) => events.extend(event),
            Err(_) if rules == Cut::Ours => {}
            Err(_) => break,
        }
    }
    events
}

/// A line as text, without byte order mark. Go reads damaged UTF-8; ours reads raw control characters as blanks, too.
fn readable(line: &[u8], rules: Cut) -> Cow<'_, str> {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let text = match std::str::from_utf8(line) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(raw_json::from_damaged_utf8(line)),
    };
    let is_control = |c: char| c < ' ';
    match rules == Cut::Ours && text.contains(is_control) {
        true => Cow::Owned(text.replace(is_control, " ")),
        false => text,
    }
}

/// `Err` when the envelope is wrong, `Ok(None)` when the record prints nothing.
fn record(envelope: &Fields<'_>, rules: Cut) -> Read<Option<ReplayEvent>> {
    let session_id = envelope.get("session_id")?;
    let kind: String = envelope.get("type")?;
    let mut time = envelope.maybe::<Civil>("ts")?;
    envelope.check::<i64>(&["seq"])?;
    if time.is_none() && rules == Cut::Ours {
        // The name before 0.11, which the reference does not know.
        time = envelope.maybe("timestamp")?;
    }
    let Some(Ok(data)) = envelope.raw("data").map(|json| Fields::of(json, rules)) else { return Ok(None) };
    let event = match kind.as_str() {
        "session.start" => start(&data, session_id, time),
        "llm.request" => request(&data),
        "llm.response" => response(&data, rules),
        "tool.call" => tool(&data),
        "session.end" => end(&data),
        _ => return Ok(None),
    };
    Ok(event.ok())
}

fn start(data: &Fields<'_>, session_id: String, time: Option<Civil>) -> Read<ReplayEvent> {
    check_selection(data)?;
    data.map("metadata")?;
    Ok(ReplayEvent::Start(Box::new(ReplayStart {
        session_id,
        time,
        provider: data.get("provider")?,
        model: data.get("model")?,
        route: route(data)?,
        sticky: sticky(data)?,
        utilization: utilization(data)?,
        max_iterations: data.get("max_iterations")?,
        work_dir: data.get("work_dir")?,
        system_prompt: data.get("system_prompt")?,
        prompt: data.get("prompt")?,
    })))
}

/// The fields of start and end that print nothing.
fn check_selection(data: &Fields<'_>) -> Read<()> {
    data.check::<String>(&[
        "selected_provider",
        "selected_route",
        "requested_harness",
        "resolved_harness",
        "harness_source",
        "requested_model",
        "resolved_model",
        "reasoning_source",
    ])?;
    data.check::<Reasoning>(&["reasoning", "reasoning_intent", "reasoning_emitted", "resolved_reasoning"])?;
    data.check_texts("attempted_providers")?;
    data.check::<i64>(&["failover_count"])
}

fn route(data: &Fields<'_>) -> Read<SelectedRoute> {
    Ok(SelectedRoute {
        endpoint: data.get("selected_endpoint")?,
        server_instance: data.get("selected_server_instance")?,
    })
}

fn sticky(data: &Fields<'_>) -> Read<Sticky> {
    let sticky = data.object("sticky")?;
    sticky.check::<String>(&["server_instance"])?;
    Ok(Sticky {
        is_key_present: sticky.get("key_present")?,
        assignment: sticky.get("assignment")?,
        reason: sticky.get("reason")?,
        bonus: sticky.get("bonus")?,
    })
}

fn utilization(data: &Fields<'_>) -> Read<Utilization> {
    let sample = data.object("utilization")?;
    sample.check::<Civil>(&["observed_at"])?;
    Ok(Utilization {
        source: sample.get("source")?,
        freshness: sample.get("freshness")?,
        active: sample.maybe("active_requests")?,
        queued: sample.maybe("queued_requests")?,
        max: sample.maybe("max_concurrency")?,
        cache_pressure: sample.maybe("cache_pressure")?,
    })
}

fn request(data: &Fields<'_>) -> Read<ReplayEvent> {
    data.check::<String>(&["model", "sampling_source", "cache_policy"])?;
    data.check::<f64>(&["temperature", "top_p", "min_p", "repetition_penalty"])?;
    data.check::<i64>(&["top_k", "max_tokens", "seed"])?;
    data.check::<Reasoning>(&["reasoning", "reasoning_intent"])?;
    data.check_texts("stop")?;
    let tools = data.objects("tools")?;
    tools.iter().try_for_each(|tool| tool.check::<String>(&["name", "description"]))?;
    let messages = data.objects("messages")?.iter().map(message).collect::<Read<_>>()?;
    Ok(ReplayEvent::Request(ReplayRequest { messages, tools: tools.len() }))
}

fn message(message: &Fields<'_>) -> Read<ReplayMessage> {
    message.check::<String>(&["tool_call_id"])?;
    Ok(ReplayMessage {
        role: message.get("role")?,
        content: message.get("content")?,
        tool_calls: message.objects("tool_calls")?.iter().map(tool_call).collect::<Read<_>>()?,
    })
}

fn tool_call(call: &Fields<'_>) -> Read<ReplayToolCall> {
    call.check::<String>(&["id"])?;
    Ok(ReplayToolCall { name: call.get("name")?, arguments: compact(call.raw("arguments").unwrap_or_default()) })
}

fn response(data: &Fields<'_>, rules: Cut) -> Read<ReplayEvent> {
    data.check::<String>(&["model", "finish_reason"])?;
    data.check::<Reasoning>(&["reasoning_emitted"])?;
    let (input, output) = tokens(data, "usage")?;
    let calls = data.objects("tool_calls")?;
    calls.iter().try_for_each(|call| call.check::<String>(&["id", "name"]))?;
    let mut response = ReplayResponse {
        latency_ms: data.get("latency_ms")?,
        input,
        output,
        cost_usd: data.get("cost_usd")?,
        content: data.get("content")?,
        tool_calls: calls.len() as u64,
        error: String::new(),
    };
    if rules == Cut::Ours {
        // April 2026 wrote only how many calls there were.
        let count = data.maybe::<i64>("tool_calls")?.and_then(|count| u64::try_from(count).ok());
        response.tool_calls = count.unwrap_or(response.tool_calls);
        response.error = data.get("error")?;
    }
    Ok(ReplayEvent::Response(response))
}

/// Input and output of a usage record.
fn tokens(data: &Fields<'_>, key: &str) -> Read<(i64, i64)> {
    let usage = data.object(key)?;
    usage.check::<i64>(&["total", "cache_read", "cache_write", "reasoning"])?;
    usage.check::<bool>(&["reasoning_tokens_approx"])?;
    Ok((usage.get("input")?, usage.get("output")?))
}

fn tool(data: &Fields<'_>) -> Read<ReplayEvent> {
    Ok(ReplayEvent::Tool(ReplayTool {
        name: data.get("tool")?,
        duration_ms: data.get("duration_ms")?,
        input: compact(data.raw("input").unwrap_or_default()),
        output: data.get("output")?,
        error: data.get("error")?,
    }))
}

fn end(data: &Fields<'_>) -> Read<ReplayEvent> {
    data.check::<String>(&["output", "process_outcome"])?;
    data.check::<f64>(&["cost_cap_usd"])?;
    check_selection(data)?;
    sticky(data)?;
    utilization(data)?;
    let (input, output) = tokens(data, "tokens")?;
    Ok(ReplayEvent::End(Box::new(ReplayEnd {
        status: data.get("status")?,
        model: data.get("model")?,
        route: route(data)?,
        duration_ms: data.get("duration_ms")?,
        input,
        output,
        cost_usd: data.maybe("cost_usd")?,
        metadata: data.map("metadata")?,
        error: data.get("error")?,
    })))
}

#[cfg(test)]
mod tests;
