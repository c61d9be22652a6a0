//! JSON values by plain calls. `json!` is compiled anew at each of its places; here a field is a call, and what nobody
//! recorded is left out by the one who makes the object.

use crate::model::{Money, Timestamp};
use serde_json::{Map, Value};

/// An object of its fields; those without a value are left out.
#[inline(never)]
pub fn object(fields: &mut [(&str, Value)]) -> Value {
    let mut map = Map::new();
    for (key, value) in fields {
        if !value.is_null() {
            map.insert((*key).to_owned(), value.take());
        }
    }
    Value::Object(map)
}

#[inline(never)]
pub fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

/// No value where there is no text, or an empty one.
#[inline(never)]
pub fn some_text(known: Option<&str>) -> Value {
    known.filter(|known| !known.is_empty()).map_or(Value::Null, text)
}

#[inline(never)]
pub fn number(known: Option<u64>) -> Value {
    known.map_or(Value::Null, Value::from)
}

/// In US dollars.
#[inline(never)]
pub fn dollars(cost: Option<Money>) -> Value {
    cost.map_or(Value::Null, |cost| Value::from(cost.usd()))
}

/// As RFC 3339 has it.
#[inline(never)]
pub fn time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| Value::String(at.rfc3339()))
}

/// Milliseconds since the epoch.
#[inline(never)]
pub fn time_ms(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| Value::from(at.ms()))
}

/// A list of what a call makes of each item; no value where there is no item.
pub fn list<T>(items: &[T], made: &mut dyn FnMut(&T) -> Value) -> Value {
    let values: Vec<Value> = items.iter().map(made).filter(|value| !value.is_null()).collect();
    if values.is_empty() { Value::Null } else { Value::Array(values) }
}

/// A value as text.
#[inline(never)]
pub fn written(value: &Value) -> Value {
    Value::String(value.to_string())
}
