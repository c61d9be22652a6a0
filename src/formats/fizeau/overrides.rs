//! The payload of `override` and `rejected_override` (fizeau.md §3.2, §8). As strict as the reference: a field of the
//! wrong kind drops the override from the figures.

use super::strict::Raw;
use super::words::outcome_of;
use crate::model::Override;

/// The override of a line, a valid JSON object, or `None` when its payload does not decode.
pub fn read(line: &[u8]) -> Option<Override> {
    let data = Object::of(Raw::of(line))?.object("data").filter(|data| data.is_given)?;
    let matches = data.object("match_per_axis")?;
    let match_of = |(axis, value): &(String, Raw<'_>)| Some((axis.clone(), optional(*value, Raw::bool)?));
    let matches: Vec<_> = matches.fields.iter().map(match_of).collect::<Option<_>>()?;
    let is_match = |axis: &str| matches.iter().rev().find(|(name, _)| name == axis).and_then(|(_, same)| *same);
    let mut axes = Vec::new();
    for axis in data.get("axes_overridden", Raw::items)?.unwrap_or_default() {
        let axis = axis.text()?;
        let same = is_match(&axis).unwrap_or(false);
        axes.push((axis, same));
    }
    let features = data.object("prompt_features")?;
    let outcome = data.object("outcome")?.get("status", Raw::text)?;
    Some(Override {
        axes,
        estimated_tokens: features.get("estimated_tokens", Raw::int)?,
        requires_tools: features.get("requires_tools", Raw::bool)?.unwrap_or(false),
        reasoning: features.get("reasoning", Raw::text)?.unwrap_or_default(),
        outcome: outcome_of(outcome.as_deref().unwrap_or("")),
    })
}

/// The fields of an object; none where it is absent or null.
struct Object<'a> {
    fields: Vec<(String, Raw<'a>)>,
    is_given: bool,
}

impl<'a> Object<'a> {
    fn of(value: Raw<'a>) -> Option<Self> {
        value.is_object().then(|| Self { fields: value.fields(), is_given: true })
    }

    /// `None` when something else stands there.
    fn object(&self, key: &str) -> Option<Self> {
        self.get(key, Self::of).map(|object| object.unwrap_or(Self { fields: Vec::new(), is_given: false }))
    }

    /// `None` when `read` refuses the value, `Some(None)` when there is none.
    fn get<T>(&self, key: &str, read: impl FnOnce(Raw<'a>) -> Option<T>) -> Option<Option<T>> {
        match self.fields.iter().rev().find(|(name, _)| name == key) {
            Some((_, value)) => optional(*value, read),
            None => Some(None),
        }
    }
}

fn optional<'a, T>(value: Raw<'a>, read: impl FnOnce(Raw<'a>) -> Option<T>) -> Option<Option<T>> {
    if value.is_null() { Some(None) } else { read(value).map(Some) }
}
