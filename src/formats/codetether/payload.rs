//! Where the parts of one record's value stand: for its content, and for our own way of writing it.

use super::family::{Family, Reading, family_of};
use super::variant::Variant;
use crate::formats::content::object_of;
use serde_json::{Map, Value};

/// A session event in our own form (codetether.md §3 "Writing"): what all three readings of it have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct EventLine {
    /// As written: RFC 3339 or a number; `Null` where the line has no time.
    pub ts: Value,
    /// `None` where the line names no session.
    pub session_id: Option<String>,
    /// Canonical name of the variant.
    pub name: &'static str,
    /// Its payload, as written.
    pub data: Value,
}

/// Keys of the envelope, which are no part of a payload that stands beside them.
const TIMES: [&str; 6] = ["ts", "timestamp", "time", "at", "recorded_at", "timestamp_ms"];
const IDS: [&str; 3] = ["session_id", "thread_id", "id"];
const TAGS: [&str; 4] = ["type", "event", "kind", "event_type"];

/// What stands under the keys that may hold the payload: `data`, else `payload`, else the only value of a line that its
/// key names; `None` where the record itself is the payload (codetether.md §3.1).
pub fn inner_of(line: &Value, family: Family) -> Option<&Value> {
    if let Family::Event(_, Reading::External) = family {
        return line.as_object().and_then(|object| object.values().next());
    }
    line.get("data").or_else(|| line.get("payload"))
}

/// Reads a line in any of the three readings; `None` for what is no session event.
pub fn event_line(line: &[u8]) -> Option<EventLine> {
    let line = crate::formats::content::parse(line)?;
    let family = family_of(&line);
    let Family::Event(variant, reading) = family else { return None };
    let inner = inner_of(&line, family);
    let levels = [Some(&line), inner];
    let within = |keys: &[&str], is_fit: &dyn Fn(&Value) -> bool| {
        let mut all = levels.iter().flatten().flat_map(|level| keys.iter().filter_map(|key| level.get(*key)));
        all.find(|value| is_fit(value)).cloned()
    };
    let session = within(&IDS, &|value| value.as_str().is_some_and(|id| !id.is_empty()));
    let ts = within(&TIMES, &|value| value.is_number() || value.as_str().is_some_and(|time| !time.is_empty()));
    let data = match (inner, &line) {
        (Some(inner), _) => inner.clone(),
        (None, Value::Object(object)) => own_payload(object, variant, reading),
        (None, _) => Value::Null,
    };
    Some(EventLine {
        ts: ts.unwrap_or(Value::Null),
        session_id: session.as_ref().and_then(Value::as_str).map(str::to_owned),
        name: variant.name(),
        data,
    })
}

/// A payload that stands beside its envelope, without it; `Null` where nothing is left.
fn own_payload(object: &Map<String, Value>, variant: Variant, reading: Reading) -> Value {
    let is_tag = |key: &str| {
        let names = || object.get(key).and_then(Value::as_str).and_then(Variant::of) == Some(variant);
        reading == Reading::Tagged && TAGS.contains(&key) && names()
    };
    let is_envelope = |key: &str| TIMES.contains(&key) || IDS.contains(&key) || is_tag(key);
    let own = object.iter().filter(|(key, _)| !is_envelope(key));
    let own = object_of(own.map(|(key, value)| (key.clone(), value.clone())));
    if own.is_empty() { Value::Null } else { Value::Object(own) }
}
