//! The replay text of fizeau.md §6: what a session said and did, for a terminal or a file. Knows no log.

use crate::model::{
    Civil, Cut, ReplayEnd, ReplayEvent, ReplayMessage, ReplayRequest, ReplayResponse, ReplayStart, ReplayTool,
    SelectedRoute, Sticky, Utilization,
};
use std::fmt::Arguments;
use std::io::Write as _;

/// Longest text of a tool that is printed whole, bytes.
const LONGEST: usize = 200;
const CUT_MARK: &str = "...[truncated]";

/// Prints one event at the end of `out`. By [`Cut::Reference`] this may not be UTF-8: the cut can split a character.
pub fn write(event: &ReplayEvent, rules: Cut, out: &mut Vec<u8>) {
    match event {
        ReplayEvent::Start(event) => start(event, out),
        ReplayEvent::Request(event) => request(event, rules, out),
        ReplayEvent::Response(event) => response(event, out),
        ReplayEvent::Tool(event) => tool(event, rules, out),
        ReplayEvent::End(event) => end(event, out),
    }
}

fn put(out: &mut Vec<u8>, text: Arguments<'_>) {
    out.write_fmt(text).expect("a Vec takes every byte");
}

/// A line that is there only if it has something to say.
fn put_some(out: &mut Vec<u8>, label: &str, text: &str) {
    if !text.is_empty() {
        put(out, format_args!("{label}{text}\n"));
    }
}

fn start(event: &ReplayStart, out: &mut Vec<u8>) {
    put(out, format_args!("=== Session {} ===\n", event.session_id));
    put(out, format_args!("Time: {} UTC\n", time_text(event.time)));
    put(out, format_args!("Provider: {} | Model: {}\n", event.provider, event.model));
    route(&event.route, out);
    sticky(&event.sticky, out);
    utilization(&event.utilization, out);
    put(out, format_args!("Max iterations: {} | Work dir: {}\n", event.max_iterations, event.work_dir));
    put_some(out, "\n[System]\n", &event.system_prompt);
    put(out, format_args!("\n[User]\n{}\n", event.prompt));
}

fn time_text(time: Option<Civil>) -> String {
    match time {
        Some(time) => format!("{} {:02}:{:02}:{:02}", time.date_text(), time.hour, time.minute, time.second),
        None => "0001-01-01 00:00:00".to_owned(),
    }
}

fn route(route: &SelectedRoute, out: &mut Vec<u8>) {
    put_some(out, "Selected endpoint: ", &route.endpoint);
    put_some(out, "Selected server instance: ", &route.server_instance);
}

fn or_unknown(text: &str) -> &str {
    if text.is_empty() { "unknown" } else { text }
}

/// A bonus alone prints nothing.
fn sticky(sticky: &Sticky, out: &mut Vec<u8>) {
    if !sticky.is_key_present && sticky.assignment.is_empty() && sticky.reason.is_empty() {
        return;
    }
    let key = if sticky.is_key_present { "present" } else { "absent" };
    put(out, format_args!("Sticky: key={key} assignment={}", or_unknown(&sticky.assignment)));
    if !sticky.reason.is_empty() {
        put(out, format_args!(" reason={}", sticky.reason));
    }
    if sticky.bonus != 0.0 {
        put(out, format_args!(" bonus={:.2}", sticky.bonus));
    }
    out.push(b'\n');
}

fn utilization(sample: &Utilization, out: &mut Vec<u8>) {
    if *sample == Utilization::default() {
        return;
    }
    let (source, freshness) = (or_unknown(&sample.source), or_unknown(&sample.freshness));
    put(out, format_args!("Utilization: source={source} freshness={freshness}"));
    for (label, count) in [("active", sample.active), ("queued", sample.queued), ("max", sample.max)] {
        if let Some(count) = count {
            put(out, format_args!(" {label}={count}"));
        }
    }
    if let Some(pressure) = sample.cache_pressure {
        put(out, format_args!(" cache_pressure={pressure:.2}"));
    }
    out.push(b'\n');
}

fn request(event: &ReplayRequest, rules: Cut, out: &mut Vec<u8>) {
    put(out, format_args!("\n[LLM Request] ({} messages, {} tools)\n", event.messages.len(), event.tools));
    for said in &event.messages {
        message(said, rules, out);
    }
}

fn message(message: &ReplayMessage, rules: Cut, out: &mut Vec<u8>) {
    let content = &message.content;
    match message.role.as_str() {
        role @ ("system" | "user") => put(out, format_args!("  [{role}] {content}\n")),
        "assistant" => {
            put_some(out, "  [assistant] ", content);
            for call in &message.tool_calls {
                put(out, format_args!("  [assistant tool_call] {}({})\n", call.name, call.arguments));
            }
        }
        "tool" => put_cut(out, "  [tool result] ", content, 14, rules),
        _ => {}
    }
}

fn response(event: &ReplayResponse, out: &mut Vec<u8>) {
    let ReplayResponse { latency_ms, input, output, cost_usd, .. } = event;
    put(out, format_args!("\n[Assistant] ({latency_ms}ms, {input} in / {output} out tokens"));
    if *cost_usd > 0.0 {
        put(out, format_args!(", ${cost_usd:.4}"));
    }
    out.extend_from_slice(b")\n");
    put_some(out, "", &event.content);
    if event.tool_calls > 0 {
        put(out, format_args!("[{} tool call(s)]\n", event.tool_calls));
    }
    put_some(out, "Error: ", &event.error);
}

fn tool(event: &ReplayTool, rules: Cut, out: &mut Vec<u8>) {
    put(out, format_args!("\n  > {} ({}ms)\n", event.name, event.duration_ms));
    put(out, format_args!("    Input:  {}\n", event.input));
    put_cut(out, "    Output: ", &event.output, 12, rules);
    put_some(out, "    Error:  ", &event.error);
}

/// The beginning of a long text; its lines after the first are indented.
fn put_cut(out: &mut Vec<u8>, label: &str, text: &str, indent: usize, rules: Cut) {
    let end = match rules {
        _ if text.len() <= LONGEST => text.len(),
        Cut::Reference => LONGEST,
        Cut::Ours => text.floor_char_boundary(LONGEST),
    };
    out.extend_from_slice(label.as_bytes());
    for byte in text.as_bytes().iter().take(end) {
        out.push(*byte);
        if *byte == b'\n' {
            out.extend(std::iter::repeat_n(b' ', indent));
        }
    }
    if end < text.len() {
        out.extend_from_slice(CUT_MARK.as_bytes());
    }
    out.push(b'\n');
}

fn end(event: &ReplayEnd, out: &mut Vec<u8>) {
    put(out, format_args!("\n=== End ({}) ===\n", event.status));
    put_some(out, "Model: ", &event.model);
    route(&event.route, out);
    let ReplayEnd { duration_ms, input, output, .. } = event;
    let cost = cost_text(event.cost_usd);
    put(out, format_args!("Duration: {duration_ms}ms | Tokens: {input} in / {output} out | Cost: {cost}\n"));
    if !event.metadata.is_empty() {
        out.extend_from_slice(b"Metadata:");
        for (key, value) in &event.metadata {
            put(out, format_args!(" {key}={value}"));
        }
        out.push(b'\n');
    }
    put_some(out, "Error: ", &event.error);
}

fn cost_text(cost_usd: Option<f64>) -> String {
    match cost_usd {
        Some(cost) if cost > 0.0 => format!("${cost:.4}"),
        Some(0.0) => "$0 (local)".to_owned(),
        _ => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests;
