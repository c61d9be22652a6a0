//! What can be chosen of a facet: the values of what is loaded, most sessions first.

use super::facts::Facts;
use super::passing::{models_named, value_of};
use crate::archive::Archive;
use crate::formats;
use crate::logic::filter::Facet;
use crate::model::{StrId, Wire, sorted};
use rustc_hash::FxHashMap;

/// A value that a filter may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Choice {
    pub value: String,
    /// For people.
    pub name: String,
    /// Loaded sessions, sub-agents too, that pass if nothing else is asked for.
    pub sessions: u32,
}

/// The archive must be assembled, and the facts be its own.
pub fn choices(archive: &Archive, facts: &Facts, facet: Facet) -> Vec<Choice> {
    let mut counts: FxHashMap<&str, u32> = FxHashMap::default();
    for (row, number) in facts.sessions.iter().zip(0u32..) {
        match facet {
            Facet::Model => models_of(archive, facts, number).into_iter().for_each(|model| {
                *counts.entry(model).or_default() += 1;
            }),
            _ => *counts.entry(value_of(archive, facts, row, facet)).or_default() += 1,
        }
    }
    let choice = |(value, sessions): (&str, u32)| {
        let agent = || formats::by_id(value).map(|format| format.name());
        let name = if facet == Facet::Agent { agent().unwrap_or(value) } else { value };
        Choice { value: value.to_owned(), name: name.to_owned(), sessions }
    };
    let found = counts.into_iter().map(choice).collect();
    sorted(found, |a: &Choice, b| b.sessions.cmp(&a.sessions).then_with(|| a.value.cmp(&b.value)))
}

/// The models of a session's messages and requests, each once; what it names itself where it has none of these.
fn models_of<'a>(archive: &'a Archive, facts: &'a Facts, number: u32) -> Vec<&'a str> {
    let mut seen: Vec<StrId> = Vec::new();
    let (Some(session), Some(row)) = (archive.sessions().get(number as usize), facts.sessions.get(number as usize))
    else {
        return Vec::new();
    };
    let entries = session.entries.clone().filter_map(|entry| facts.uses.get(entry as usize));
    let slots = facts.slots_of(row).iter().map(|slot| slot.model);
    let calls = facts.calls_of(row).iter().map(|call| call.model);
    for model in slots.chain(calls).chain(entries.map(|used| used.model)) {
        if !seen.contains(&model) {
            seen.push(model);
        }
    }
    match seen.is_empty() {
        true => models_named(session).collect(),
        false => seen.into_iter().map(|model| facts.name(model)).collect(),
    }
}
