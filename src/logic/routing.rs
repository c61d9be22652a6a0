//! Routing quality: how often callers took what the router would have chosen (fizeau.md §8).

use super::window::Window;
use crate::model::{Outcome, Override, RoutingFacts, Timestamp, Wire, sorted};
use serde::Serialize;

/// The answer over a set of sources. Its JSON (`export::usage_json::RoutingJson`) has the reference's keys.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct RoutingQuality {
    /// Sources that started, finished or not.
    pub total_requests: u32,
    pub total_overrides: u32,
    /// Requests without an override of all requests, 0 to 1; 0 without requests.
    pub auto_acceptance_rate: f64,
    /// Overrides that differ from the router's choice on an axis, of all overrides, 0 to 1; 0 without overrides.
    pub override_disagreement_rate: f64,
    /// Sorted by bucket and axis, `false` before `true`.
    pub breakdown: Vec<RoutingCell>,
}

/// Overrides of one kind of prompt on one axis, with the same match. Each override counts once on each of its axes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire, Serialize)]
pub struct RoutingCell {
    /// `tokens=medium,tools=yes,reasoning=low`
    #[serde(rename = "prompt_feature_bucket")]
    pub prompt_features: String,
    pub axis: String,
    /// Whether the router would have chosen the same.
    #[serde(rename = "match")]
    pub is_match: bool,
    pub count: u32,
    #[serde(rename = "success_outcomes")]
    pub success: u32,
    #[serde(rename = "stalled_outcomes")]
    pub stalled: u32,
    #[serde(rename = "failed_outcomes")]
    pub failed: u32,
    #[serde(rename = "cancelled_outcomes")]
    pub cancelled: u32,
    #[serde(rename = "unknown_outcomes")]
    pub unknown: u32,
}

/// Routing facts of each source that started, with its start time. An unknown time is outside every window.
pub fn routing_quality<'a>(
    sources: impl IntoIterator<Item = (&'a RoutingFacts, Option<Timestamp>)>,
    window: Option<&Window>,
) -> RoutingQuality {
    let is_inside = |at| window.is_none_or(|window| window.contains(at));
    of_facts(sources.into_iter().filter(|(_, started)| is_inside(*started)).map(|(facts, _)| facts))
}

/// As [`routing_quality`], with the reference's unknown time, year 1 (fizeau.md §7).
pub fn reference_routing_quality<'a>(
    sources: impl IntoIterator<Item = (&'a RoutingFacts, Option<Timestamp>)>,
    window: Option<&Window>,
) -> RoutingQuality {
    let is_inside = |at| window.is_none_or(|window| window.contains_as_reference(at));
    of_facts(sources.into_iter().filter(|(_, started)| is_inside(*started)).map(|(facts, _)| facts))
}

fn of_facts<'a>(sources: impl Iterator<Item = &'a RoutingFacts>) -> RoutingQuality {
    let mut quality = RoutingQuality::default();
    let mut disagreements = 0;
    let mut choices = Vec::<((String, &str, bool), Outcome)>::new();
    for facts in sources {
        quality.total_requests += 1;
        for choice in &facts.overrides {
            quality.total_overrides += 1;
            disagreements += u32::from(choice.axes.iter().any(|(_, is_match)| !is_match));
            let bucket = prompt_features(choice);
            for (axis, is_match) in &choice.axes {
                choices.push(((bucket.clone(), axis, *is_match), choice.outcome));
            }
        }
    }
    let accepted = quality.total_requests.saturating_sub(quality.total_overrides);
    quality.auto_acceptance_rate = share(accepted, quality.total_requests);
    quality.override_disagreement_rate = share(disagreements, quality.total_overrides);
    let choices = sorted(choices, |(a, _), (b, _)| a.cmp(b));
    let cell = |same: &[((String, &str, bool), Outcome)]| {
        let (prompt_features, axis, is_match) = same[0].0.clone();
        let mut cell = RoutingCell { prompt_features, axis: axis.to_owned(), is_match, ..RoutingCell::default() };
        same.iter().for_each(|(_, outcome)| cell.add(*outcome));
        cell
    };
    quality.breakdown = choices.chunk_by(|(a, _), (b, _)| a == b).map(cell).collect();
    quality
}

impl RoutingCell {
    fn add(&mut self, outcome: Outcome) {
        self.count += 1;
        let of_outcome = match outcome {
            Outcome::Success => &mut self.success,
            Outcome::Stalled => &mut self.stalled,
            Outcome::Failed => &mut self.failed,
            Outcome::Cancelled => &mut self.cancelled,
            Outcome::Unknown => &mut self.unknown,
        };
        *of_outcome += 1;
    }
}

/// `tokens=<size>,tools=<yes|no>,reasoning=<value|none>`
fn prompt_features(choice: &Override) -> String {
    let size = match choice.estimated_tokens {
        None | Some(..=0) => "unknown",
        Some(..1_000) => "tiny",
        Some(..4_000) => "small",
        Some(..16_000) => "medium",
        Some(..64_000) => "large",
        Some(_) => "xlarge",
    };
    let tools = if choice.requires_tools { "yes" } else { "no" };
    let reasoning = if choice.reasoning.is_empty() { "none" } else { &choice.reasoning };
    format!("tokens={size},tools={tools},reasoning={reasoning}")
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

#[cfg(test)]
#[path = "routing_tests.rs"]
mod tests;
