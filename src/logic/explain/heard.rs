//! The rows behind what agents tell of their own work: what each session adds to the panels of routing (fizeau.md §8) and
//! post-mortem (codetether.md §3.1). A session's share is the panel of that session alone.

use super::measure::Measure;
use super::total::Portion;
use crate::archive::Session;
use crate::logic::analytics::behind::Part;
use crate::logic::post_mortem::{is_rlm, runs, summarise, tokens};
use crate::logic::routing::{RoutingCell, routing_quality};
use crate::model::{CallSum, PostMortem, RoutingFacts};

/// What a session adds; `None` where the measure is no such one, and an empty list where it adds nothing.
pub fn portion(session: &Session, measure: Measure, part: &Part) -> Option<Option<Portion>> {
    let part_of = &session.part;
    match measure {
        Measure::Routed
        | Measure::Overrides
        | Measure::Accepted
        | Measure::Disagreed
        | Measure::Ok
        | Measure::Failed
        | Measure::Stalled
        | Measure::Cancelled
        | Measure::NoOutcome => Some(part_of.routing.as_ref().and_then(|told| routed(told, measure, part))),
        Measure::ToldTokens
        | Measure::ToldCalls
        | Measure::ToldPrompt
        | Measure::ToldCompletion
        | Measure::RlmShare
        | Measure::RlmConverged
        | Measure::Fallbacks
        | Measure::ToldCompactions
        | Measure::Truncations
        | Measure::Fullest => Some(part_of.post_mortem.as_ref().and_then(|told| spent(told, measure, part))),
        _ => None,
    }
}

/// As a part names it.
pub fn choice(cell: &RoutingCell) -> String {
    let is_same = if cell.is_match { "yes" } else { "no" };
    [&cell.prompt_features, "/", &cell.axis, "/", is_same].concat()
}

fn routed(told: &RoutingFacts, measure: Measure, part: &Part) -> Option<Portion> {
    let quality = routing_quality([(told, None)], None);
    let overrides = quality.total_overrides;
    let some = |number: u32| (number > 0).then(|| Portion::of(number));
    if let Part::Choice(wanted) = part {
        let cell = quality.breakdown.into_iter().find(|cell| choice(cell) == *wanted)?;
        return some(match measure {
            Measure::Ok => cell.success,
            Measure::Failed => cell.failed,
            Measure::Stalled => cell.stalled,
            Measure::Cancelled => cell.cancelled,
            Measure::NoOutcome => cell.unknown,
            _ => cell.count,
        });
    }
    match measure {
        Measure::Routed => Some(Portion::of(1)),
        Measure::Accepted => Some(Portion::share(1 - i128::from(overrides), 1)),
        Measure::Overrides => some(overrides),
        Measure::Disagreed => {
            let differ = told.overrides.iter().filter(|choice| choice.axes.iter().any(|(_, is_match)| !is_match));
            (overrides > 0).then(|| Portion::share(differ.count() as i128, overrides))
        }
        _ => None,
    }
}

fn spent(told: &PostMortem, measure: Measure, part: &Part) -> Option<Portion> {
    let summary = summarise([told]);
    let some = |number: u32| (number > 0).then(|| Portion::of(number));
    let sum = match part {
        Part::Source(name) => summary.by_source.iter().find(|sum| sum.source == *name)?,
        _ => &summary.total,
    };
    match measure {
        Measure::ToldTokens => Some(recorded(sum)),
        Measure::ToldCalls => some(sum.calls),
        Measure::ToldPrompt => Some(Portion::from(&sum.prompt)),
        Measure::ToldCompletion => Some(Portion::from(&sum.completion)),
        Measure::RlmShare => {
            let rlm: u64 = summary.by_source.iter().filter(|sum| is_rlm(sum)).filter_map(|sum| tokens(sum).get()).sum();
            tokens(&summary.total).get().map(|all| Portion::share(rlm, all))
        }
        Measure::RlmConverged => {
            let (converged, all) = runs(&summary.told);
            (all > 0).then(|| Portion::share(converged, all))
        }
        Measure::Fallbacks => some(summary.told.fallbacks.iter().map(|row| row.count).sum()),
        Measure::ToldCompactions => some(summary.told.compactions.iter().map(|sum| sum.completed).sum()),
        Measure::Truncations => some(summary.told.truncations),
        _ => {
            summary.told.peak.map(|peak| Portion::of(i128::from(peak.request) * 1000 / i128::from(peak.budget.max(1))))
        }
    }
}

fn recorded(sum: &CallSum) -> Portion {
    let is_short = [&sum.prompt, &sum.completion].into_iter().any(|one| one.is_lower_bound() || one.reported == 0);
    match tokens(sum).get() {
        Some(tokens) => Portion { partial: is_short.into(), ..Portion::of(tokens) },
        None => Portion::missing(1),
    }
}
