//! What agents tell of their own work: full windows, choices of a router, where tokens went.

use super::{Bar, Cell, Drawn, Row, Stack, columns, name_of, part_of};
use crate::logic::analytics::PanelKind;
use crate::logic::analytics::behind::{BucketOf, Part};
use crate::logic::analytics::pressure::{Pressure, SHARES};
use crate::logic::analytics::telemetry::{PostMortems, Routing};
use crate::logic::explain::heard::choice;
use crate::logic::explain::name::Place;
use crate::logic::format::{count, format_token_count, percent_text};
use crate::logic::post_mortem::{Summary, compression, fraction, mean_reduction, tokens};
use crate::logic::routing::RoutingCell;
use crate::model::CallSum;

pub fn pressure(known: &Pressure) -> Drawn {
    let mut drawn = Drawn::new(PanelKind::Pressure, "Context pressure", 4, &known.panel);
    if known.sessions.iter().all(|sessions| *sessions == 0) {
        drawn.why_not =
            "no log in this selection tells the size of prompts of a model whose window is known".to_owned();
        return drawn;
    }
    drawn.lead("Sessions by the share of the window that their largest prompt took.");
    let stacks = SHARES.iter().zip(&known.sessions).zip(0u8..).map(|((name, sessions), place)| Stack {
        explain: name_of("sessions", Place::Main, &Part::Bucket(BucketOf::Pressure, place)),
        values: vec![(1, u64::from(*sessions))],
        is_open: false,
        words: format!("{name} of the window: {}", count((*sessions).into(), "session")),
        part: None,
        label: (*name).to_owned(),
    });
    let label = "Sessions by context pressure".to_owned();
    drawn.columns = Some(columns(label, stacks.collect(), &|value| value.to_string(), Vec::new()));
    drawn
}

pub fn routing(known: Option<&Routing>) -> Drawn {
    const TITLE: &str = "Routing quality";
    let Some(known) = known else {
        let why_not = "no log in this selection knows a router".to_owned();
        return Drawn { why_not, ..Drawn::empty(PanelKind::Routing, TITLE, 12) };
    };
    let mut drawn = Drawn::new(PanelKind::Routing, TITLE, 12, &known.panel);
    drawn.lead("Runs that started, finished or not.");
    let quality = &known.quality;
    let disagreement = (quality.total_overrides > 0).then(|| percent_text(quality.override_disagreement_rate));
    for (title, cell, measure) in [
        ("Requests", Cell::of(quality.total_requests.to_string()), "routed"),
        ("Overrides", Cell::of(quality.total_overrides.to_string()), "overrides"),
        ("The router's choice was taken", Cell::of(percent_text(quality.auto_acceptance_rate)), "accepted"),
        ("Overrides that differ from it", Cell::or(disagreement, "no overrides"), "disagreed"),
    ] {
        drawn.figure(title, cell.named(measure, Place::Sessions, &Part::Whole));
    }
    let headings =
        ["Prompt", "Axis", "Router agreed", "Overrides", "Success", "Stalled", "Failed", "Cancelled", "No outcome"];
    let row = |cell: &RoutingCell| {
        let words = [cell.axis.clone(), if cell.is_match { "yes" } else { "no" }.to_owned()];
        let counts = [cell.count, cell.success, cell.stalled, cell.failed, cell.cancelled, cell.unknown];
        let measures = ["overrides", "ok", "stalled", "failed", "cancelled", "no-outcome"];
        let part = Part::Choice(choice(cell));
        let counts = counts.into_iter().zip(measures);
        let counts = counts.map(|(count, measure)| Cell::of(count.to_string()).named(measure, Place::Sessions, &part));
        Row {
            name: cell.prompt_features.clone(),
            cells: words.into_iter().map(Cell::of).chain(counts).collect(),
            ..Row::default()
        }
    };
    drawn.rows = quality.breakdown.iter().map(row).collect();
    if !drawn.rows.is_empty() {
        drawn.headings = headings.map(str::to_owned).into();
    }
    drawn
}

pub fn post_mortem(known: Option<&PostMortems>) -> Drawn {
    const TITLE: &str = "Post-mortem";
    let Some(known) = known else {
        let why_not = "no log in this selection tells where its tokens went".to_owned();
        return Drawn { why_not, ..Drawn::empty(PanelKind::PostMortem, TITLE, 12) };
    };
    let mut drawn = Drawn::new(PanelKind::PostMortem, TITLE, 12, &known.panel);
    drawn.lead("Where tokens went, as the agents' own telemetry tells; nothing of it is in the sums above.");
    let (summary, told) = (&known.summary, &known.summary.told);
    let share = |share: Option<f64>, reason: &str| Cell::or(share.map(percent_text), reason);
    let fallbacks: u32 = told.fallbacks.iter().map(|row| row.count).sum();
    let completed: u32 = told.compactions.iter().map(|sum| sum.completed).sum();
    let compactions = Cell::of(completed.to_string()).noted(format!("{} failed", told.failed_compactions));
    let converged = share(summary.rlm_success_rate(), "no run of the recursive language model");
    let dropped = told.dropped.value().get().map_or_else(
        || "tokens not recorded".to_owned(),
        |tokens| format!("{} tokens dropped", format_token_count(tokens)),
    );
    for (title, cell, measure) in [
        ("RLM share of tokens", share(summary.rlm_share(), "no tokens are recorded"), "rlm-share"),
        ("RLM runs that converged", converged, "rlm-converged"),
        ("Subcall fallbacks", Cell::of(fallbacks.to_string()), "fallbacks"),
        ("Compactions", compactions, "told-compactions"),
        ("Truncations", Cell::of(told.truncations.to_string()).noted(dropped), "truncations"),
        ("Fullest forecast", share(told.peak.map(fraction), "no forecast of the window"), "fullest"),
    ] {
        drawn.figure(title, cell.named(measure, Place::Sessions, &Part::Whole));
    }
    drawn.headings = ["Source", "Tokens", "Calls", "Prompt", "Completion"].map(str::to_owned).into();
    let used = |sum: &CallSum| tokens(sum).get().unwrap_or(0);
    let most = summary.by_source.iter().map(used).max().unwrap_or(0);
    let named = |cell: Cell, sum: &CallSum, measure: &str| {
        cell.named(measure, Place::Sessions, &Part::Source(sum.source.clone()))
    };
    let row = |sum: &CallSum| Row {
        name: sum.source.clone(),
        bar: Some(Bar {
            of: part_of(used(sum), most),
            is_open: sum.prompt.is_lower_bound() || sum.completion.is_lower_bound(),
        }),
        cells: vec![
            named(all_tokens(sum), sum, "told-tokens"),
            named(Cell::of(sum.calls.to_string()), sum, "told-calls"),
            named(Cell::tally(&sum.prompt), sum, "told-prompt"),
            named(Cell::tally(&sum.completion), sum, "told-completion"),
        ],
        ..Row::default()
    };
    drawn.rows = summary.by_source.iter().map(row).collect();
    details(summary).iter().for_each(|words| drawn.note(words));
    drawn
}

/// Prompt and completion together.
fn all_tokens(sum: &CallSum) -> Cell {
    let is_at_least = sum.prompt.is_lower_bound() || sum.completion.is_lower_bound();
    let is_at_least = is_at_least || sum.prompt.reported == 0 || sum.completion.reported == 0;
    let cell = Cell::or(tokens(sum).get().map(format_token_count), "no tokens are recorded");
    Cell { is_at_least: is_at_least && !cell.text.is_empty(), ..cell }
}

/// Runs, compactions and fallbacks by kind, each in a few words.
fn details(summary: &Summary) -> Vec<String> {
    let told = &summary.told;
    let runs = told.rlm.iter().map(|sum| {
        let left =
            compression(sum).map_or_else(String::new, |left| format!(", {} of the text left", percent_text(left)));
        format!("recursive language model, {}: {}{left}", sum.outcome, count(sum.runs.into(), "run"))
    });
    let compactions = told.compactions.iter().map(|sum| {
        let by = mean_reduction(sum).map_or_else(String::new, |by| format!(", by {} on average", percent_text(by)));
        format!("compacted by {}: {}{by}", sum.strategy, count(sum.completed.into(), "time"))
    });
    let fallbacks = told
        .fallbacks
        .iter()
        .map(|row| format!("{} was answered by {}, {}", row.requested, row.used, count(row.count.into(), "time")));
    runs.chain(compactions).chain(fallbacks).collect()
}
