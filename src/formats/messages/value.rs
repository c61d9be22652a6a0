//! Values of a record by their paths, whatever stands there.

use crate::model::{Reported, Timestamp};
use serde_json::Value;

static NULL: Value = Value::Null;

/// The first value that is not `null` of some places: `a.b` is `b` in the object under `a` (a number is a place in a list),
/// and `|` stands between places. An empty place is the value itself.
pub fn at<'a>(value: &'a Value, places: &str) -> &'a Value {
    places.split('|').map(|place| one(value, place)).find(|value| !value.is_null()).unwrap_or(&NULL)
}

fn one<'a>(value: &'a Value, place: &str) -> &'a Value {
    if place.is_empty() {
        return value;
    }
    // Keys may have points of their own (`gen_ai.usage.input_tokens`).
    if let Some(found) = value.get(place) {
        return found;
    }
    if !place.contains('.') {
        return &NULL;
    }
    let mut found = value;
    for key in place.split('.') {
        let inner = match found {
            Value::Array(list) => key.parse().ok().and_then(|number: usize| list.get(number)),
            other => other.get(key),
        };
        match inner {
            Some(inner) => found = inner,
            None => return &NULL,
        }
    }
    found
}

/// The first text that is not empty of some places.
pub fn word<'a>(value: &'a Value, places: &str) -> &'a str {
    let mut texts = places.split('|').filter_map(|place| one(value, place).as_str());
    texts.find(|text| !text.is_empty()).unwrap_or("")
}

/// The elements of a list; none of anything else.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Whether something is there and is not empty.
pub fn is_some(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Bool(is_true) => *is_true,
        Value::Number(_) => true,
    }
}

/// A counter, recorded if a number stands there (token-coverage.md M1). Negative is -1, for those who tell it.
pub fn count(value: &Value, places: &str) -> Option<i64> {
    let found = at(value, places);
    found.as_i64().or_else(|| found.as_f64().map(|number| number as i64))
}

/// A point in time: RFC 3339, or a number of seconds, milliseconds, microseconds or nanoseconds since 1970, which its size
/// tells; also as `[seconds, nanoseconds]`.
pub fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => match text.parse::<i64>() {
            Ok(number) => time_of(number),
            Err(_) => Timestamp::parse(text),
        },
        Value::Number(number) => match number.as_i64() {
            Some(number) => time_of(number),
            // Seconds with a fraction.
            None => {
                number.as_f64().filter(|at| (1.0..1e11).contains(at)).map(|at| Timestamp::from_ms((at * 1e3) as i64))
            }
        },
        Value::Array(pair) => {
            let (seconds, nanos) = (pair.first()?.as_i64()?, pair.get(1)?.as_i64()?);
            seconds.checked_mul(1_000_000_000)?.checked_add(nanos).map(Timestamp::from_nanos)
        }
        _ => None,
    }
}

fn time_of(number: i64) -> Option<Timestamp> {
    let nanos = match number {
        1..100_000_000_000 => number.checked_mul(1_000_000_000)?,
        100_000_000_000..100_000_000_000_000 => number.checked_mul(1_000_000)?,
        100_000_000_000_000..100_000_000_000_000_000 => number.checked_mul(1_000)?,
        100_000_000_000_000_000.. => number,
        _ => return None,
    };
    Some(Timestamp::from_nanos(nanos))
}

/// A text as one would read it: lists by lines, objects by what is said in them.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => {
            let mut whole = String::new();
            for piece in list.iter().map(text).filter(|piece| !piece.is_empty()) {
                if !whole.is_empty() {
                    whole.push('\n');
                }
                whole.push_str(&piece);
            }
            whole
        }
        // A picture says nothing.
        Value::Object(map)
            if matches!(map.get("type").and_then(Value::as_str), Some("image" | "image_url" | "input_image")) =>
        {
            String::new()
        }
        Value::Object(map) => {
            const SAID: [&str; 17] = [
                "text",
                "content",
                "thinking",
                "think",
                "output",
                "message",
                "summary",
                "description",
                "error",
                "response",
                "functionResponse",
                "textResultForLlm",
                "stdout",
                "prompt",
                "result",
                "value",
                "parts",
            ];
            let said = SAID.iter().filter_map(|key| map.get(*key)).find(|value| is_some(value));
            match (map.get("subject").and_then(Value::as_str), said) {
                (Some(subject), Some(said)) => [subject, "\n", &text(said)].concat(),
                (None, Some(said)) => text(said),
                _ => value.to_string(),
            }
        }
        other => other.to_string(),
    }
}

/// What a log says of a thing that it may not hold.
pub fn reported(count: Option<i64>) -> Reported<u64> {
    count.map(|count| count.max(0) as u64).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places_are_tried_in_order() {
        let value = json!({"a": null, "b": {"c": [{"d": 1}, {"d": 2}]}, "x.y": 3, "x": {"y": 4}});
        let check = |places: &str, found: Value| assert_eq!(at(&value, places), &found, "{places}");
        check("a|b.c.1.d", json!(2));
        check("x.y", json!(3));
        check("b.c.7.d|b.d", json!(null));
        check("b.c|x.y", json!([{"d": 1}, {"d": 2}]));
    }

    #[test]
    fn times_of_all_notations() {
        let second = Timestamp::from_ms(1_785_612_803_000);
        for written in [
            json!(1_785_612_803),
            json!(1_785_612_803_000_i64),
            json!("1785612803000000000"),
            json!([1_785_612_803, 0]),
            json!(1_785_612_803.0),
        ] {
            assert_eq!(time(&written), Some(second), "{written}");
        }
        assert_eq!(time(&json!("2026-08-01T19:33:23Z")), Some(second));
        for wrong in [json!(0), json!(-5), json!("now"), json!(null), json!([1]), json!({})] {
            assert_eq!(time(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn texts_of_all_shapes() {
        let check = |value: Value, said: &str| assert_eq!(text(&value), said);
        check(
            json!([{"type": "text", "text": "a"}, "b", {"functionResponse": {"response": {"output": "c"}}}]),
            "a\nb\nc",
        );
        check(json!({"subject": "S", "description": "D"}), "S\nD");
        check(json!({"exit": 1}), "{\"exit\":1}");
        check(json!({"content": "", "error": "no"}), "no");
    }
}
