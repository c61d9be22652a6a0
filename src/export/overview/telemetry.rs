//! Panels about what agents tell of their own work.

use super::{PanelTable, Value, int, percent, reported, tally, text, word};
use crate::logic::analytics::pressure::{Pressure, SHARES};
use crate::logic::analytics::stats::Tenths;
use crate::logic::analytics::telemetry::{PostMortems, Routing};
use crate::logic::post_mortem::{compression, fraction, mean_reduction, tokens};
use crate::model::CallSum;

/// A share from 0 on as percent.
fn share(share: Option<f64>) -> Value {
    percent(share.map(|share| Tenths((share * 1000.0).round() as i64)))
}

pub fn pressure(known: &Pressure) -> Vec<PanelTable> {
    vec![PanelTable::counted("Context Pressure", "Share of the Window", &SHARES, &known.sessions)]
}

pub fn routing(known: &Routing) -> Vec<PanelTable> {
    let quality = &known.quality;
    let rate = |rate: f64, of: u32| share((of > 0).then_some(rate));
    let mut metrics = [
        ("Requests", int(quality.total_requests)),
        ("Overrides", int(quality.total_overrides)),
        ("Acceptance", rate(quality.auto_acceptance_rate, quality.total_requests)),
        ("Disagreement", rate(quality.override_disagreement_rate, quality.total_overrides)),
    ];
    let cells = quality.breakdown.iter().map(|cell| {
        let counts = [cell.count, cell.success, cell.stalled, cell.failed, cell.cancelled, cell.unknown];
        let mut cells =
            vec![text(&cell.prompt_features), text(&cell.axis), word(if cell.is_match { "yes" } else { "no" })];
        cells.extend(counts.map(int));
        cells
    });
    let columns =
        ["Prompt", "Axis", "Router Agreed", "Overrides", "Success", "Stalled", "Failed", "Cancelled", "No Outcome"];
    vec![PanelTable::pairs("Routing Quality", &mut metrics), PanelTable::new("Overrides", &columns, cells)]
}

pub fn post_mortem(known: &PostMortems) -> Vec<PanelTable> {
    let (summary, told) = (&known.summary, &known.summary.told);
    let goal = told.goal_tokens.get().map_or(Value::Missing, int);
    let mut metrics = [
        ("Sessions", int(summary.sessions)),
        ("RLM Share of Tokens", share(summary.rlm_share())),
        ("RLM Success Rate", share(summary.rlm_success_rate())),
        ("Failed Compactions", int(told.failed_compactions)),
        ("Truncations", int(told.truncations)),
        ("Truncated Tokens", tally(&told.dropped)),
        ("Truncations with Archive", int(told.archived)),
        ("Fullest Forecast of the Window", share(told.peak.map(fraction))),
        ("Goal Tokens", goal),
    ];
    let call = |name: Vec<Value>, sum: &CallSum| {
        let numbers =
            [int(sum.calls), tally(&sum.prompt), tally(&sum.completion), reported(tokens(sum)), tally(&sum.duration)];
        name.into_iter().chain(numbers).collect::<Vec<_>>()
    };
    let sources = summary.by_source.iter().map(|sum| call(vec![text(&sum.source)], sum));
    let models = told.calls.iter().map(|sum| call(vec![text(&sum.source), text(&sum.model)], sum));
    let runs = told.rlm.iter().map(|sum| {
        vec![text(&sum.outcome), int(sum.runs), tally(&sum.input), tally(&sum.output), share(compression(sum))]
    });
    let fallbacks = told.fallbacks.iter().map(|row| vec![text(&row.requested), text(&row.used), int(row.count)]);
    let compactions = told
        .compactions
        .iter()
        .map(|sum| vec![text(&sum.strategy), int(sum.completed), share(mean_reduction(sum)), int(sum.freed)]);
    let numbers = ["Calls", "Prompt Tokens", "Completion Tokens", "Tokens", "Duration ms"];
    let headed = |first: &[&'static str]| [first, &numbers[..]].concat();
    vec![
        PanelTable::pairs("Post-Mortem", &mut metrics),
        PanelTable::new("Tokens by Source", &headed(&["Source"]), sources),
        PanelTable::new("Tokens by Source and Model", &headed(&["Source", "Model"]), models),
        PanelTable::new("RLM Runs", &["Outcome", "Runs", "Input Tokens", "Output Tokens", "Text Left"], runs),
        PanelTable::new("Subcall Fallbacks", &["Requested", "Used", "Times"], fallbacks),
        PanelTable::new("Compactions", &["Strategy", "Completed", "Mean Reduction", "Tokens Freed"], compactions),
    ]
}
