//! The payload of `override` and `rejected_override` (fizeau.md §3.2, §8).

use super::session_log::outcome_of;
use crate::model::Override;
use serde::Deserialize;
use std::collections::HashMap;

/// As strict as the reference: a field of the wrong kind drops the override from the figures.
#[derive(Deserialize)]
struct Line {
    data: Payload,
}

#[derive(Deserialize)]
struct Payload {
    axes_overridden: Option<Vec<String>>,
    match_per_axis: Option<HashMap<String, Option<bool>>>,
    prompt_features: Option<Features>,
    outcome: Option<OutcomeField>,
}

#[derive(Deserialize)]
struct Features {
    estimated_tokens: Option<i64>,
    requires_tools: Option<bool>,
    reasoning: Option<String>,
}

#[derive(Deserialize)]
struct OutcomeField {
    status: Option<String>,
}

/// The override of a line, or `None` when its payload does not decode.
pub fn read(line: &[u8]) -> Option<Override> {
    let payload = serde_json::from_slice::<Line>(line).ok()?.data;
    let matches = payload.match_per_axis.unwrap_or_default();
    let is_match = |axis: &str| matches.get(axis).copied().flatten().unwrap_or(false);
    let axes = payload.axes_overridden.unwrap_or_default().into_iter().map(|axis| {
        let same = is_match(&axis);
        (axis, same)
    });
    let features = payload.prompt_features;
    Some(Override {
        axes: axes.collect(),
        estimated_tokens: features.as_ref().and_then(|features| features.estimated_tokens),
        requires_tools: features.as_ref().and_then(|features| features.requires_tools).unwrap_or(false),
        reasoning: features.and_then(|features| features.reasoning).unwrap_or_default(),
        outcome: outcome_of(payload.outcome.and_then(|outcome| outcome.status).as_deref().unwrap_or("")),
    })
}
