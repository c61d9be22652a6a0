//! OpenTelemetry spans of generative AI (others.md §8). What has no time is no span.

use super::json::{number, object, some_text, text, written};
use super::turns::{Answer, Call, Turn, Used, totals_of};
use crate::archive::Session;
use crate::model::{Reported, Tally, Timestamp, hash_of};
use serde_json::Value;

/// The spans of a session: the agent once a prompt, a chat a request, a tool a call.
pub fn spans(session: &Session, turns: &[Turn]) -> Vec<Value> {
    let mut writer = Writer { session, spans: Vec::new() };
    for (place, turn) in turns.iter().enumerate() {
        match turn {
            Turn::User { at: Some(at), text } => {
                let rest = turns.get(place + 1..).unwrap_or_default();
                let own = rest.iter().take_while(|turn| !matches!(turn, Turn::User { .. }));
                let end = own.filter_map(end_of).max().unwrap_or(*at);
                let attributes = &mut [("gen_ai.input.messages", message("user", text))];
                writer.span("invoke_agent", "", (*at, end), attributes, false);
            }
            Turn::Agent(answer) => writer.answer(answer),
            _ => {}
        }
    }
    let has_counts = |answer: &Answer| {
        answer.usage.is_some_and(|Used { tokens, is_counted, .. }| {
            is_counted && tokens.context().get().or(tokens.output.get()).is_some()
        })
    };
    let is_told = turns.iter().any(|turn| matches!(turn, Turn::Agent(answer) if has_counts(answer)));
    if let (false, Some(start)) = (is_told, session.part.started) {
        writer.total(start);
    }
    writer.spans
}

fn end_of(turn: &Turn) -> Option<Timestamp> {
    match turn {
        Turn::User { at, .. } | Turn::System { at, .. } => *at,
        Turn::Agent(answer) => answer.until.max(answer.at),
    }
}

struct Writer<'a> {
    session: &'a Session,
    spans: Vec<Value>,
}

impl Writer<'_> {
    fn answer(&mut self, answer: &Answer) {
        if let Some(at) = answer.at {
            let counted = answer.usage.filter(|used| used.is_counted);
            let tokens = counted.map(|used| used.tokens).unwrap_or_default();
            let said = if answer.text.is_empty() { Value::Null } else { message("assistant", &answer.text) };
            let counts = [tokens.context(), tokens.output, tokens.cache_read, tokens.cache_write, tokens.reasoning];
            let mut attributes = used(Some(&answer.model), counts.map(Reported::get));
            attributes.push(("gen_ai.output.messages", said));
            if counted.is_none() {
                // A chat is a request unless it says otherwise.
                attributes.push(("sessionscope.is_request", Value::Bool(false)));
            }
            self.span("chat", "", (at, answer.until.unwrap_or(at)), &mut attributes, false);
        }
        answer.calls.iter().for_each(|call| self.call(call));
    }

    /// What the whole session used, where nothing tells it request by request (others.md OT1).
    fn total(&mut self, start: Timestamp) {
        let totals = &self.session.totals;
        let sum = |tally: &Tally| tally.value().get();
        let [prompt, cached, output] = totals_of(self.session);
        if prompt.or(output).is_some() {
            let counts = [prompt, output, cached, sum(&totals.cache_write), sum(&totals.reasoning)];
            let model = self.session.part.models.first().map(|model| &**model);
            let span = (start, self.session.part.ended.unwrap_or(start));
            self.span("invoke_agent", "", span, &mut used(model, counts), false);
        }
    }

    fn call(&mut self, call: &Call) {
        let Some(at) = call.at else { return };
        let end = at.plus_ms(i64::from(call.duration_ms.unwrap_or(0)));
        let attributes = &mut [
            ("gen_ai.tool.name", text(&call.name)),
            ("gen_ai.tool.call.id", text(&call.id)),
            ("gen_ai.tool.call.arguments", written(&call.input)),
            ("gen_ai.tool.call.result", call.result.as_deref().map_or(Value::Null, text)),
        ];
        self.span("execute_tool", &call.name, (at, end), attributes, call.has_failed);
    }

    /// A span of an operation, perhaps of one thing by its name.
    fn span(
        &mut self,
        operation: &str,
        of: &str,
        (start, end): (Timestamp, Timestamp),
        attributes: &mut [(&str, Value)],
        has_failed: bool,
    ) {
        let id = &self.session.part.id;
        let place = self.spans.len().to_string();
        let mut attributes = object(attributes);
        attributes["gen_ai.operation.name"] = text(operation);
        attributes["gen_ai.conversation.id"] = text(id);
        let harness = self.session.part.harness.as_deref().map_or(Value::Null, text);
        let trace = hex(hash_of(&[id])) + &hex(hash_of(&[id, "trace"]));
        self.spans.push(object(&mut [
            ("traceId", text(&trace)),
            ("spanId", text(&hex(hash_of(&[id, &place])))),
            ("name", text([operation, " ", of].concat().trim_end())),
            ("startTimeUnixNano", text(&start.nanos().to_string())),
            ("endTimeUnixNano", text(&end.nanos().to_string())),
            ("status", if has_failed { object(&mut [("code", number(Some(2)))]) } else { Value::Null }),
            ("resource", object(&mut [("attributes", object(&mut [("service.name", harness)]))])),
            ("attributes", attributes),
        ]));
    }
}

/// Sixteen digits.
fn hex(hash: u64) -> String {
    format!("{hash:016x}")
}

/// One message, as the text of a list.
fn message(role: &str, said: &str) -> Value {
    let part = object(&mut [("type", text("text")), ("content", text(said))]);
    let message = object(&mut [("role", text(role)), ("parts", Value::Array(vec![part]))]);
    written(&Value::Array(vec![message]))
}

/// Prompt, generated, read from a cache, written to one, and thought.
fn used(model: Option<&str>, [prompt, output, read, write, reasoning]: [Option<u64>; 5]) -> Vec<(&'static str, Value)> {
    vec![
        ("gen_ai.request.model", some_text(model)),
        ("gen_ai.usage.input_tokens", number(prompt)),
        ("gen_ai.usage.output_tokens", number(output)),
        ("gen_ai.usage.cache_read.input_tokens", number(read)),
        ("gen_ai.usage.cache_creation.input_tokens", number(write)),
        ("gen_ai.usage.reasoning.output_tokens", number(reasoning)),
    ]
}
