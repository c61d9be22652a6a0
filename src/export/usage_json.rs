//! The usage report as JSON: the reference's keys with its values (fizeau.md §7), and the same keys with ours.
//!
//! Equal to the reference as JSON values, not byte for byte: it escapes `<`, `>` and `&` in names.

use crate::logic::routing::{RoutingCell, RoutingQuality};
use crate::logic::usage::{ReferenceReport, ReferenceTotals, UsageRowSummary};
use crate::logic::usage_view::UsageView;
use crate::logic::window::Window;
use crate::model::{Money, Timestamp};
use serde::{Serialize, Serializer};

/// What `fiz usage --json` prints: indented by two, without a line end.
pub fn usage_reference(report: &ReferenceReport, routing: &RoutingQuality) -> String {
    pretty(&Report {
        window: report.window.as_ref().map(|window| Bounds {
            start: Some(window.start.map_or(YEAR_1.into(), rfc3339)),
            end: Some(window.end.map_or(YEAR_1.into(), rfc3339)),
        }),
        rows: report.rows.iter().map(ReferenceRow::from).collect(),
        totals: ReferenceRow::from(&report.totals),
        routing_quality: Some(RoutingJson::from(routing)),
        by: None,
        outside_window: None,
        without_time: None,
        counted_elsewhere: None,
        scope: None,
        prices: None,
        unpriced: None,
    })
}

/// Ours: what was not recorded is `null`, `input_tokens` never holds cached tokens, an open end of the window is
/// `null`, and so is `routing_quality` where no log knows routing.
pub fn usage(view: &UsageView, routing: Option<&RoutingQuality>) -> String {
    let report = &view.ours;
    pretty(&Report {
        window: report
            .window
            .as_ref()
            .map(|Window { start, end }| Bounds { start: start.map(rfc3339), end: end.map(rfc3339) }),
        rows: report.rows.iter().map(Row::from).collect(),
        totals: Row::from(&report.totals),
        routing_quality: routing.map(RoutingJson::from),
        by: Some(report.by.name()),
        outside_window: Some(report.outside),
        without_time: Some(report.no_time),
        counted_elsewhere: Some(report.counted_elsewhere),
        scope: Some(if report.own_only { "own" } else { "tree" }),
        prices: Some(&view.prices),
        unpriced: Some(view.unpriced.iter().map(|(model, requests)| Unpriced { model, requests: *requests }).collect()),
    })
}

/// How the reference writes an open end.
const YEAR_1: &str = "0001-01-01T00:00:00Z";

/// Routing quality as the reference writes it: without a breakdown where there is none.
#[derive(Serialize)]
pub struct RoutingJson<'a> {
    total_requests: u32,
    total_overrides: u32,
    auto_acceptance_rate: f64,
    override_disagreement_rate: f64,
    #[serde(rename = "override_class_breakdown", skip_serializing_if = "<[_]>::is_empty")]
    breakdown: &'a [RoutingCell],
}

impl<'a> From<&'a RoutingQuality> for RoutingJson<'a> {
    fn from(quality: &'a RoutingQuality) -> Self {
        let RoutingQuality {
            total_requests,
            total_overrides,
            auto_acceptance_rate,
            override_disagreement_rate,
            breakdown,
        } = quality;
        Self {
            total_requests: *total_requests,
            total_overrides: *total_overrides,
            auto_acceptance_rate: *auto_acceptance_rate,
            override_disagreement_rate: *override_disagreement_rate,
            breakdown,
        }
    }
}

#[derive(Serialize)]
struct Report<'a, Row> {
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<Bounds>,
    rows: Vec<Row>,
    totals: Row,
    routing_quality: Option<RoutingJson<'a>>,
    // What the reference does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outside_window: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    without_time: Option<u32>,
    /// Runs whose requests the log of another agent counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    counted_elsewhere: Option<u32>,
    /// `tree`: with sub-agents and forks; `own`: without.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prices: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unpriced: Option<Vec<Unpriced<'a>>>,
}

/// A model without a price.
#[derive(Serialize)]
struct Unpriced<'a> {
    model: &'a str,
    requests: u32,
}

#[derive(Serialize)]
struct Bounds {
    start: Option<String>,
    end: Option<String>,
}

#[derive(Serialize)]
struct ReferenceRow<'a> {
    provider: &'a str,
    model: &'a str,
    sessions: u32,
    success_sessions: u32,
    failed_sessions: u32,
    input_tokens: i64,
    output_tokens: i64,
    total_tokens: i64,
    duration_ms: i64,
    #[serde(serialize_with = "dollars")]
    known_cost_usd: Option<Money>,
    unknown_cost_sessions: u32,
    cache_read_tokens: i64,
    cache_write_tokens: i64,
}

#[derive(Serialize)]
struct Row<'a> {
    /// As many values as the grouping has columns; empty in the totals.
    key: &'a [String],
    provider: Option<&'a str>,
    model: Option<&'a str>,
    harness: Option<&'a str>,
    agent: Option<&'a str>,
    sessions: u32,
    success_sessions: Option<u32>,
    failed_sessions: Option<u32>,
    no_outcome_sessions: u32,
    incomplete_sessions: u32,
    /// Sub-agents and forks; not among the sessions.
    sub_agents: u32,
    requests: Option<u64>,
    input_tokens: Option<u64>,
    input_uncached: Option<u64>,
    output_tokens: Option<u64>,
    total_tokens: Option<u64>,
    duration_ms: Option<u64>,
    #[serde(serialize_with = "dollars")]
    known_cost_usd: Option<Money>,
    #[serde(serialize_with = "dollars")]
    cost_subtotal_known: Option<Money>,
    unknown_cost_sessions: u32,
    /// Sessions whose cost is computed from prices, at least in part.
    computed_cost_sessions: u32,
    cache_read_tokens: Option<u64>,
    cache_write_tokens: Option<u64>,
    coverage: Coverage,
}

/// Sessions, incomplete ones included (fizeau.md §9).
#[derive(Serialize)]
struct Coverage {
    sessions: u32,
    with_output: u32,
    with_context: u32,
    partial: u32,
}

impl<'a> From<&'a ReferenceTotals> for ReferenceRow<'a> {
    fn from(row: &'a ReferenceTotals) -> Self {
        Self {
            provider: &row.provider,
            model: &row.model,
            sessions: row.sessions,
            success_sessions: row.success_sessions,
            failed_sessions: row.failed_sessions,
            input_tokens: row.input_tokens,
            output_tokens: row.output_tokens,
            total_tokens: row.total_tokens,
            duration_ms: row.duration_ms,
            known_cost_usd: row.known_cost,
            unknown_cost_sessions: row.unknown_cost_sessions,
            cache_read_tokens: row.cache_read_tokens,
            cache_write_tokens: row.cache_write_tokens,
        }
    }
}

impl<'a> From<&'a UsageRowSummary> for Row<'a> {
    fn from(row: &'a UsageRowSummary) -> Self {
        let (ok, failed) = row.outcomes().unzip();
        Self {
            key: &row.key,
            provider: row.provider.as_deref(),
            model: row.model.as_deref(),
            harness: row.harness.as_deref(),
            agent: row.agent.as_deref(),
            sessions: row.sessions,
            success_sessions: ok,
            failed_sessions: failed,
            no_outcome_sessions: row.no_outcome,
            incomplete_sessions: row.incomplete,
            sub_agents: row.members,
            requests: row.requests.value().get(),
            input_tokens: row.input_uncached.value().get(),
            input_uncached: row.input_uncached.value().get(),
            output_tokens: row.output.value().get(),
            total_tokens: row.total_tokens().get(),
            duration_ms: row.duration.value().get(),
            known_cost_usd: row.cost.value().filter(|_| row.cost.unknown + row.cost.partial == 0),
            cost_subtotal_known: row.cost.value(),
            unknown_cost_sessions: row.cost.unknown,
            computed_cost_sessions: row.cost.computed,
            cache_read_tokens: row.cache_read.value().get(),
            cache_write_tokens: row.cache_write.value().get(),
            coverage: Coverage {
                sessions: row.all_sessions(),
                with_output: row.output.reported,
                with_context: row.context.reported,
                partial: row.partial,
            },
        }
    }
}

/// The number that names the exact amount with the fewest digits: `0.9370975`, and `0`, not `0.0`.
fn dollars<S: Serializer>(amount: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
    let Some(amount) = amount else { return serializer.serialize_none() };
    // By way of the decimal, since dividing large amounts would round twice.
    let number = amount.fixed(12).parse().unwrap_or_else(|_| amount.usd());
    match number {
        whole if whole == f64::trunc(whole) => serializer.serialize_i64(whole as i64),
        fraction => serializer.serialize_f64(fraction),
    }
}

/// Seconds, and a fraction only where there is one.
fn rfc3339(at: Timestamp) -> String {
    let whole: String = at.rfc3339().chars().take(19).collect();
    let nanos = at.nanos().rem_euclid(1_000_000_000);
    let fraction = if nanos == 0 { String::new() } else { format!(".{nanos:09}").trim_end_matches('0').to_owned() };
    format!("{whole}{fraction}Z")
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("string keys and plain values only")
}

#[cfg(test)]
#[path = "usage_json_tests.rs"]
mod tests;
