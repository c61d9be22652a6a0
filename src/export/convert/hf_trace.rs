//! Hugging Face's session traces (docs/formats/hf-trace.md).

use super::turns::{Turn, without_null};
use crate::archive::Session;
use crate::model::Timestamp;
use serde_json::{Value, json};

/// The header and a line a message.
pub fn lines(session: &Session, turns: &[Turn]) -> Vec<Value> {
    let part = &session.part;
    let harness = part.harness.as_deref().unwrap_or(session.format);
    let header = json!({ "type": "session", "harness": harness, "id": part.id, "name": part.title });
    let mut lines = vec![without_null(header)];
    let mut push = |message: Value| lines.push(json!({ "type": "message", "message": without_null(message) }));
    let ms = |at: Option<Timestamp>| at.map(Timestamp::ms);
    for turn in turns {
        match turn {
            Turn::User { at, text } => push(json!({ "role": "user", "content": text, "timestamp": ms(*at) })),
            Turn::System { at, text } => push(json!({ "role": "system", "content": text, "timestamp": ms(*at) })),
            Turn::Agent(answer) => {
                let calls: Vec<Value> = answer
                    .calls
                    .iter()
                    .map(|call| {
                        json!({ "id": call.id, "function": { "name": call.name, "arguments": call.input.to_string() } })
                    })
                    .collect();
                push(json!({
                    "role": "assistant",
                    "content": answer.text,
                    "reasoningContent": Some(&answer.thinking).filter(|text| !text.is_empty()),
                    "toolCalls": Some(calls).filter(|calls| !calls.is_empty()),
                    "timestamp": ms(answer.at),
                    "model": Some(&answer.model).filter(|model| !model.is_empty()),
                }));
                for call in &answer.calls {
                    let Some(result) = &call.result else { continue };
                    let ended = call.at.map(|at| at.plus_ms(i64::from(call.duration_ms.unwrap_or(0))));
                    push(json!({ "role": "tool", "content": result, "toolCallId": call.id, "timestamp": ms(ended) }));
                }
            }
        }
    }
    lines
}
