//! Hugging Face's session traces (docs/formats/hf-trace.md).

use super::json::{list, object, some_text, text, time_ms, written};
use super::turns::{Answer, Call, Turn};
use crate::archive::Session;
use crate::model::Timestamp;
use serde_json::Value;

/// The header and a line a message.
pub fn lines(session: &Session, turns: &[Turn]) -> Vec<Value> {
    let part = &session.part;
    let mut lines = vec![object(&mut [
        ("type", text("session")),
        ("harness", text(part.harness.as_deref().unwrap_or(session.format))),
        ("id", text(&part.id)),
        ("name", part.title.as_deref().map_or(Value::Null, text)),
    ])];
    for turn in turns {
        match turn {
            Turn::User { at, text } => lines.push(said("user", *at, text, None)),
            Turn::System { at, text } => lines.push(said("system", *at, text, None)),
            Turn::Agent(answer) => {
                lines.push(answered(answer));
                for call in &answer.calls {
                    let Some(result) = &call.result else { continue };
                    let ended = call.at.map(|at| at.plus_ms(i64::from(call.duration_ms.unwrap_or(0))));
                    lines.push(said("tool", ended, result, Some(&call.id)));
                }
            }
        }
    }
    lines
}

fn message(fields: &mut [(&str, Value)]) -> Value {
    object(&mut [("type", text("message")), ("message", object(fields))])
}

fn said(role: &str, at: Option<Timestamp>, said: &str, of_call: Option<&str>) -> Value {
    message(&mut [
        ("role", text(role)),
        ("content", text(said)),
        ("toolCallId", of_call.map_or(Value::Null, text)),
        ("timestamp", time_ms(at)),
    ])
}

fn answered(answer: &Answer) -> Value {
    let mut call = |call: &Call| {
        let asked = object(&mut [("name", text(&call.name)), ("arguments", written(&call.input))]);
        object(&mut [("id", text(&call.id)), ("function", asked)])
    };
    message(&mut [
        ("role", text("assistant")),
        ("content", text(&answer.text)),
        ("reasoningContent", some_text(Some(&answer.thinking))),
        ("toolCalls", list(&answer.calls, &mut call)),
        ("timestamp", time_ms(answer.at)),
        ("model", some_text(Some(&answer.model))),
    ])
}
