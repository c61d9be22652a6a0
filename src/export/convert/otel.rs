//! OpenTelemetry spans of generative AI (others.md §8). What has no time is no span.

use super::turns::{Answer, Call, Turn, Used, totals_of, without_null};
use crate::archive::Session;
use crate::model::{Tally, Timestamp, hash_of};
use serde_json::{Value, json};

/// The spans of a session: the agent once a prompt, a chat a request, a tool a call.
pub fn spans(session: &Session, turns: &[Turn]) -> Vec<Value> {
    let mut writer = Writer { session, spans: Vec::new() };
    for (place, turn) in turns.iter().enumerate() {
        match turn {
            Turn::User { at: Some(at), text } => {
                let rest = turns.get(place + 1..).unwrap_or_default();
                let own = rest.iter().take_while(|turn| !matches!(turn, Turn::User { .. }));
                let end = own.filter_map(end_of).max().unwrap_or(*at);
                let asked = json!([{ "role": "user", "parts": [{ "type": "text", "content": text }] }]);
                let attributes = json!({
                    "gen_ai.operation.name": "invoke_agent",
                    "gen_ai.input.messages": asked.to_string(),
                });
                writer.span("invoke_agent", *at, end, attributes, false);
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
            let said = Some(&answer.text).filter(|text| !text.is_empty()).map(|text| {
                json!([{ "role": "assistant", "parts": [{ "type": "text", "content": text }] }]).to_string()
            });
            let attributes = json!({
                "gen_ai.operation.name": "chat",
                "gen_ai.request.model": Some(&answer.model).filter(|model| !model.is_empty()),
                "gen_ai.usage.input_tokens": tokens.context().get(),
                "gen_ai.usage.output_tokens": tokens.output.get(),
                "gen_ai.usage.cache_read.input_tokens": tokens.cache_read.get(),
                "gen_ai.usage.cache_creation.input_tokens": tokens.cache_write.get(),
                "gen_ai.usage.reasoning.output_tokens": tokens.reasoning.get(),
                "gen_ai.output.messages": said,
                // A chat is a request unless it says otherwise.
                "sessionscope.is_request": counted.is_none().then_some(false),
            });
            self.span("chat", at, answer.until.unwrap_or(at), attributes, false);
        }
        answer.calls.iter().for_each(|call| self.call(call));
    }

    /// What the whole session used, where nothing tells it request by request (others.md OT1).
    fn total(&mut self, start: Timestamp) {
        let totals = &self.session.totals;
        let sum = |tally: &Tally| tally.value().get();
        let [prompt, cached, output] = totals_of(self.session);
        if prompt.or(output).is_some() {
            let attributes = json!({
                "gen_ai.operation.name": "invoke_agent",
                "gen_ai.request.model": self.session.part.models.first(),
                "gen_ai.usage.input_tokens": prompt,
                "gen_ai.usage.output_tokens": output,
                "gen_ai.usage.cache_read.input_tokens": cached,
                "gen_ai.usage.cache_creation.input_tokens": sum(&totals.cache_write),
                "gen_ai.usage.reasoning.output_tokens": sum(&totals.reasoning),
            });
            self.span("invoke_agent", start, self.session.part.ended.unwrap_or(start), attributes, false);
        }
    }

    fn call(&mut self, call: &Call) {
        let Some(at) = call.at else { return };
        let end = at.plus_ms(i64::from(call.duration_ms.unwrap_or(0)));
        let attributes = json!({
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": call.name,
            "gen_ai.tool.call.id": call.id,
            "gen_ai.tool.call.arguments": call.input.to_string(),
            "gen_ai.tool.call.result": call.result,
        });
        self.span(&["execute_tool ", &call.name].concat(), at, end, attributes, call.has_failed);
    }

    fn span(&mut self, name: &str, start: Timestamp, end: Timestamp, attributes: Value, has_failed: bool) {
        let id = &self.session.part.id;
        let number = self.spans.len().to_string();
        let mut attributes = without_null(attributes);
        attributes["gen_ai.conversation.id"] = json!(id);
        self.spans.push(without_null(json!({
            "traceId": format!("{:016x}{:016x}", hash_of(&[id]), hash_of(&[id, "trace"])),
            "spanId": format!("{:016x}", hash_of(&[id, &number])),
            "name": name,
            "startTimeUnixNano": start.nanos().to_string(),
            "endTimeUnixNano": end.nanos().to_string(),
            "status": has_failed.then(|| json!({ "code": 2 })),
            "resource": { "attributes": { "service.name": self.session.part.harness } },
            "attributes": attributes,
        })));
    }
}
