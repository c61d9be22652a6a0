//! What Go's decoder accepts (fizeau.md §5): it reads a payload into typed structs, where a single wrong kind drops the
//! whole event. Decides only that; [`super::replay`], which the worker does without, reads the same fields to print them.

use crate::formats::lenient::{Num, Presence, Str};
use crate::model::Timestamp;

/// A JSON value that is known to be valid, as it is written, without blanks around it.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'a>(&'a [u8]);

/// What a field must hold, unless it is absent or null.
enum Kind {
    Text,
    Bool,
    Int,
    Float,
    Time,
    Reasoning,
    /// A list of strings.
    Texts,
    /// An object of strings.
    Map,
    Object(&'static [(&'static str, Kind)]),
}

use Kind::{Bool, Float, Int, Map, Object, Reasoning, Text, Texts, Time};

const ENVELOPE: &[(&str, Kind)] = &[("session_id", Text), ("type", Text), ("ts", Time), ("seq", Int)];

const START: &[(&str, Kind)] = &[
    ("metadata", Map),
    ("provider", Text),
    ("model", Text),
    ("max_iterations", Int),
    ("work_dir", Text),
    ("system_prompt", Text),
    ("prompt", Text),
];

const END: &[(&str, Kind)] = &[
    ("output", Text),
    ("process_outcome", Text),
    ("cost_cap_usd", Float),
    ("tokens", Object(TOKENS)),
    ("status", Text),
    ("model", Text),
    ("duration_ms", Int),
    ("cost_usd", Float),
    ("metadata", Map),
    ("error", Text),
];

/// What start and end have in common.
const SELECTION: &[(&str, Kind)] = &[
    ("selected_provider", Text),
    ("selected_route", Text),
    ("selected_endpoint", Text),
    ("selected_server_instance", Text),
    ("requested_harness", Text),
    ("resolved_harness", Text),
    ("harness_source", Text),
    ("requested_model", Text),
    ("resolved_model", Text),
    ("reasoning_source", Text),
    ("reasoning", Reasoning),
    ("reasoning_intent", Reasoning),
    ("reasoning_emitted", Reasoning),
    ("resolved_reasoning", Reasoning),
    ("attempted_providers", Texts),
    ("failover_count", Int),
    ("sticky", Object(STICKY)),
    ("utilization", Object(UTILIZATION)),
];

const STICKY: &[(&str, Kind)] =
    &[("server_instance", Text), ("key_present", Bool), ("assignment", Text), ("reason", Text), ("bonus", Float)];

const UTILIZATION: &[(&str, Kind)] = &[
    ("observed_at", Time),
    ("source", Text),
    ("freshness", Text),
    ("active_requests", Int),
    ("queued_requests", Int),
    ("max_concurrency", Int),
    ("cache_pressure", Float),
];

const TOKENS: &[(&str, Kind)] = &[
    ("input", Int),
    ("output", Int),
    ("total", Int),
    ("cache_read", Int),
    ("cache_write", Int),
    ("reasoning", Int),
    ("reasoning_tokens_approx", Bool),
];

/// Levels of reasoning that the reference's own type knows; none holds a letter that is lower case of a foreign one.
const LEVELS: [&str; 13] =
    ["", "auto", "off", "none", "false", "low", "medium", "high", "minimal", "x-high", "x_high", "xhigh", "max"];

/// Whether a `session.start` or `session.end`, a valid JSON object, is accepted.
pub fn decodes(record: &[u8]) -> bool {
    let envelope = Raw::of(record).fields();
    let Some(data) = field(&envelope, "data") else { return false };
    let payload = match field(&envelope, "type").and_then(Raw::text).as_deref() {
        Some("session.start") => START,
        Some("session.end") => END,
        _ => return false,
    };
    accepts(&envelope, ENVELOPE)
        && (data.is_null() || data.is_object())
        && [payload, SELECTION].into_iter().all(|rules| accepts(&data.fields(), rules))
}

fn accepts(fields: &[(String, Raw<'_>)], rules: &[(&str, Kind)]) -> bool {
    rules.iter().all(|(key, kind)| field(fields, key).is_none_or(|value| value.is_null() || value.is(kind)))
}

/// A field, in any case of letters; of repeated ones the last counts.
fn field<'a>(fields: &[(String, Raw<'a>)], key: &str) -> Option<Raw<'a>> {
    fields.iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| *value)
}

impl<'a> Raw<'a> {
    /// Takes the blanks around a value off.
    pub fn of(json: &'a [u8]) -> Self {
        Self(json.trim_ascii())
    }

    pub fn is_null(self) -> bool {
        self.0 == b"null"
    }

    pub fn is_object(self) -> bool {
        self.0.first() == Some(&b'{')
    }

    fn is_array(self) -> bool {
        self.0.first() == Some(&b'[')
    }

    fn is_text(self) -> bool {
        self.0.first() == Some(&b'"')
    }

    /// `true` or `false`.
    pub fn bool(self) -> Option<bool> {
        match self.0 {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        }
    }

    /// A number without fraction and exponent.
    pub fn int(self) -> Option<i64> {
        std::str::from_utf8(self.0).ok()?.parse().ok().filter(|_| !self.is_text())
    }

    /// A string; `None` too where an escaped surrogate stands alone.
    pub fn text(self) -> Option<String> {
        let text: Str<'_> = serde_json::from_slice(self.0).ok()?;
        (text.presence() == Presence::Given).then(|| text.to_string())
    }

    /// The fields of an object, in order and with repetitions; other kinds have none.
    pub fn fields(self) -> Vec<(String, Self)> {
        let mut parts = Parts { json: self.0, at: 1 };
        let mut fields = Vec::new();
        while self.is_object()
            && let (Some(key), Some(value)) = (parts.next(), parts.next())
        {
            fields.push((key.text().unwrap_or_default(), value));
        }
        fields
    }

    /// The elements of an array; other kinds have none.
    pub fn items(self) -> Option<Vec<Self>> {
        self.is_array().then(|| Parts { json: self.0, at: 1 }.collect())
    }

    fn is(self, kind: &Kind) -> bool {
        let is_text_or_null = |value: &Self| value.is_null() || value.is_text();
        match kind {
            Text => self.is_text(),
            Bool => self.bool().is_some(),
            Int => self.int().is_some(),
            Float => self.is_number(),
            Time => self.text().is_some_and(|text| Timestamp::wall_clock(&text).is_some()),
            Reasoning => self.is_reasoning(),
            Texts => self.items().is_some_and(|items| items.iter().all(is_text_or_null)),
            Map => self.is_object() && self.fields().iter().all(|(_, value)| is_text_or_null(value)),
            Object(rules) => self.is_object() && accepts(&self.fields(), rules),
        }
    }

    /// A number that a 64-bit float can hold.
    fn is_number(self) -> bool {
        let is_number = self.0.first().is_some_and(|first| *first == b'-' || first.is_ascii_digit());
        is_number && serde_json::from_slice::<Num>(self.0).is_ok_and(|number| number.float().is_some())
    }

    /// A level of reasoning, or a budget of tokens.
    fn is_reasoning(self) -> bool {
        let is_budget = |budget: Option<i64>| budget.is_some_and(|budget| budget >= 0);
        match self.is_text() {
            true => self.text().is_some_and(|text| {
                let level = text.trim();
                LEVELS.iter().any(|known| known.eq_ignore_ascii_case(level)) || is_budget(level.parse().ok())
            }),
            false => is_budget(self.int()),
        }
    }
}

/// What stands between commas and colons in a valid object or array.
struct Parts<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Parts<'a> {
    type Item = Raw<'a>;

    fn next(&mut self) -> Option<Raw<'a>> {
        let start = self.at;
        let mut depth = 0;
        while let Some(byte) = self.json.get(self.at) {
            match byte {
                b'"' => self.at = end_of_text(self.json, self.at),
                b'{' | b'[' => depth += 1,
                b'}' | b']' | b',' | b':' if depth == 0 => break,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        let part = self.json.get(start..self.at)?.trim_ascii();
        self.at += 1;
        Some(Raw(part)).filter(|_| !part.is_empty())
    }
}

/// Where the quotation mark stands that ends a string which begins at `at`.
fn end_of_text(json: &[u8], mut at: usize) -> usize {
    loop {
        at += 1;
        match json.get(at) {
            Some(b'\\') => at += 1,
            Some(b'"') | None => return at,
            Some(_) => {}
        }
    }
}

#[cfg(test)]
#[path = "strict_tests.rs"]
mod tests;
