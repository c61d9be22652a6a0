//! The list of sessions as JSON and as CSV. What was not recorded is `null`, and an empty cell.

use super::csv::{Cell, Sheet};
use crate::archive::Totals;
use crate::logic::sessions::{SessionRow, Sums};
use crate::model::{Tally, Timestamp};
use serde::Serialize;

/// An array of objects, indented by two, without a line end.
pub fn json(rows: &[SessionRow], sums: Sums) -> String {
    let sessions: Vec<Session<'_>> = rows.iter().map(|row| Session::of(row, sums)).collect();
    serde_json::to_string_pretty(&sessions).expect("string keys and plain values only")
}

/// The same without spaces, for programs.
pub fn compact_json(rows: &[SessionRow], sums: Sums) -> String {
    let sessions: Vec<Session<'_>> = rows.iter().map(|row| Session::of(row, sums)).collect();
    serde_json::to_string(&sessions).expect("string keys and plain values only")
}

/// One session. Tokens, coverage and cost are of its `scope`, all else is its own.
#[derive(Serialize)]
struct Session<'a> {
    /// Unique; `parent` names one of these.
    id: &'a str,
    agent: &'a str,
    sources: &'a [String],
    title: Option<&'a str>,
    project: Option<&'a str>,
    provider: Option<&'a str>,
    models: &'a [String],
    status: &'static str,
    /// RFC 3339, UTC.
    started: Option<String>,
    ended: Option<String>,
    duration_ms: Option<u64>,
    prompts: u32,
    responses: u32,
    requests: Option<u32>,
    tool_calls: u32,
    tool_failures: u32,
    compactions: u32,
    tokens: Tokens,
    coverage: Coverage,
    /// Rounded; the known part where `cost_status` is `partial`.
    cost_microusd: Option<i64>,
    cost_status: &'static str,
    parent: Option<&'a str>,
    relation: &'static str,
    scope: &'static str,
}

/// Sums of tokens.
#[derive(Serialize)]
pub(super) struct Tokens {
    input_uncached: Option<u64>,
    cache_read: Option<u64>,
    cache_write: Option<u64>,
    output: Option<u64>,
    reasoning: Option<u64>,
    peak_context: Option<u64>,
}

/// Of how many model calls (or totals, where a log has only these) the tokens are known.
#[derive(Serialize)]
pub(super) struct Coverage {
    eligible: u32,
    with_output: u32,
    with_context: u32,
    partial: u32,
}

impl From<&Totals> for Tokens {
    fn from(totals: &Totals) -> Self {
        let sum = |tally: &Tally| tally.value().get();
        Self {
            input_uncached: sum(&totals.input_uncached),
            cache_read: sum(&totals.cache_read),
            cache_write: sum(&totals.cache_write),
            output: sum(&totals.output),
            reasoning: sum(&totals.reasoning),
            peak_context: totals.peak_context.get(),
        }
    }
}

impl From<&Totals> for Coverage {
    fn from(totals: &Totals) -> Self {
        let crate::archive::Coverage { eligible, with_output, with_context, partial, .. } = totals.coverage;
        Self { eligible, with_output, with_context, partial }
    }
}

impl<'a> Session<'a> {
    fn of(row: &'a SessionRow, sums: Sums) -> Self {
        let totals = sums.of(row);
        let cost = &totals.cost;
        Self {
            id: &row.key,
            agent: &row.agent,
            sources: &row.sources,
            title: row.title.as_deref(),
            project: row.project.as_deref(),
            provider: row.provider.as_deref(),
            models: &row.models,
            status: row.status.name(),
            started: row.started.map(Timestamp::rfc3339),
            ended: row.ended.map(Timestamp::rfc3339),
            duration_ms: row.duration_ms.get(),
            prompts: row.counts.prompts,
            responses: row.counts.responses,
            requests: row.counts.requests.get(),
            tool_calls: row.counts.tool_calls,
            tool_failures: row.counts.tool_failures,
            compactions: row.counts.compactions,
            tokens: totals.into(),
            coverage: totals.into(),
            cost_microusd: (cost.reported > 0).then(|| cost.known.microusd()),
            cost_status: cost.status(),
            parent: row.parent.as_deref(),
            relation: row.relation.name(),
            scope: sums.name(),
        }
    }
}

const COLUMNS: [&str; 32] = [
    "id",
    "agent",
    "sources",
    "title",
    "project",
    "provider",
    "models",
    "status",
    "started",
    "ended",
    "duration_ms",
    "prompts",
    "responses",
    "requests",
    "tool_calls",
    "tool_failures",
    "compactions",
    "tokens_input_uncached",
    "tokens_cache_read",
    "tokens_cache_write",
    "tokens_output",
    "tokens_reasoning",
    "tokens_peak_context",
    "coverage_eligible",
    "coverage_with_output",
    "coverage_with_context",
    "coverage_partial",
    "cost_microusd",
    "cost_status",
    "parent",
    "relation",
    "scope",
];

/// The same, a line a session; several paths or models in one cell are separated by `; `.
pub fn csv(rows: &[SessionRow], sums: Sums) -> String {
    let mut sheet = Sheet::default();
    sheet.header(&COLUMNS);
    for row in rows {
        let lists = [row.sources.join("; "), row.models.join("; ")];
        sheet.row(&cells(&Session::of(row, sums), &lists));
    }
    sheet.finish()
}

fn cells<'a>(session: &'a Session<'_>, [sources, models]: &'a [String; 2]) -> Vec<Cell<'a>> {
    fn text(text: Option<&str>) -> Cell<'_> {
        text.map_or(Cell::Missing, Cell::Text)
    }
    fn number(number: Option<impl Into<i128>>) -> Cell<'static> {
        number.map_or(Cell::Missing, |number| Cell::Integer(number.into()))
    }
    let Session { tokens, coverage, .. } = session;
    vec![
        Cell::Text(session.id),
        Cell::Text(session.agent),
        Cell::Text(sources),
        text(session.title),
        text(session.project),
        text(session.provider),
        text(Some(models.as_str()).filter(|models| !models.is_empty())),
        Cell::Text(session.status),
        text(session.started.as_deref()),
        text(session.ended.as_deref()),
        number(session.duration_ms),
        number(Some(session.prompts)),
        number(Some(session.responses)),
        number(session.requests),
        number(Some(session.tool_calls)),
        number(Some(session.tool_failures)),
        number(Some(session.compactions)),
        number(tokens.input_uncached),
        number(tokens.cache_read),
        number(tokens.cache_write),
        number(tokens.output),
        number(tokens.reasoning),
        number(tokens.peak_context),
        number(Some(coverage.eligible)),
        number(Some(coverage.with_output)),
        number(Some(coverage.with_context)),
        number(Some(coverage.partial)),
        number(session.cost_microusd),
        Cell::Text(session.cost_status),
        text(session.parent),
        Cell::Text(session.relation),
        Cell::Text(session.scope),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Coverage, Totals};
    use crate::model::{Cost, Counts, Money, Relation, Reported, Status};

    fn blank() -> SessionRow {
        SessionRow {
            key: "s-1".into(),
            id: "s-1".into(),
            agent: "fizeau".into(),
            agent_name: "Fizeau".into(),
            harness: None,
            provider: None,
            models: vec![],
            project: None,
            title: None,
            status: Status::Unknown,
            status_word: String::new(),
            has_outcome: true,
            started: None,
            ended: None,
            duration_ms: Reported::NOT_RECORDED,
            counts: Counts::default(),
            totals: Totals::default(),
            tree: Totals::default(),
            descendants: 0,
            missing_children: 0,
            missing_parent: None,
            counted_in: None,
            is_replay_uncertain: false,
            is_probe: false,
            context_window: Reported::NOT_RECORDED,
            relation: Relation::Root,
            parent: None,
            sources: vec!["a.jsonl".into()],
        }
    }

    fn full() -> SessionRow {
        let mut totals = Totals { peak_context: Reported::new(7), ..Totals::default() };
        totals.output.add(Reported::new(0), false);
        totals.input_uncached.add(Reported::new(7), false);
        totals.cost.add(Cost::Recorded(Money::parse("0.0000015").expect("an amount")), 0);
        totals.coverage = Coverage { eligible: 1, with_output: 1, with_context: 1, ..Coverage::default() };
        SessionRow {
            title: Some("=HYPERLINK(\"x\")".into()),
            models: vec!["m1".into(), "m2".into()],
            started: Timestamp::parse("2026-05-01T12:00:00.25+02:00"),
            duration_ms: Reported::new(0),
            counts: Counts { requests: Reported::new(1), ..Counts::default() },
            totals,
            tree: totals,
            parent: Some("s-0".into()),
            relation: Relation::SubAgent,
            ..blank()
        }
    }

    #[test]
    fn what_is_not_recorded_is_null_and_an_empty_cell() {
        let session: serde_json::Value = serde_json::from_str(&json(&[blank()], Sums::Tree)).expect("JSON");
        let session = &session[0];
        for key in
            ["title", "project", "provider", "started", "ended", "duration_ms", "requests", "cost_microusd", "parent"]
        {
            assert_eq!(session.get(key), Some(&serde_json::Value::Null), "{key}");
        }
        assert!(session["tokens"].as_object().expect("an object").values().all(serde_json::Value::is_null));
        assert_eq!(
            csv(&[blank()], Sums::Tree).lines().nth(1),
            Some("s-1,fizeau,a.jsonl,,,,,unknown,,,,0,0,,0,0,0,,,,,,,0,0,0,0,,none,,root,tree")
        );
    }

    #[test]
    fn what_is_recorded_is_there_even_if_it_is_zero() {
        let session: serde_json::Value = serde_json::from_str(&json(&[full()], Sums::Own)).expect("JSON");
        let session = &session[0];
        assert_eq!(session["started"], "2026-05-01T10:00:00.250Z");
        assert_eq!((&session["duration_ms"], &session["tokens"]["output"]), (&0.into(), &0.into()));
        assert_eq!((&session["cost_microusd"], &session["cost_status"]), (&2.into(), &"exact".into()));
        assert_eq!(
            csv(&[full()], Sums::Own).lines().nth(1),
            Some(
                "s-1,fizeau,a.jsonl,\"'=HYPERLINK(\"\"x\"\")\",,,m1; m2,unknown,2026-05-01T10:00:00.250Z,,0,0,0,1,0,0,0,\
                7,,,0,,7,1,1,1,0,2,exact,s-0,subagent,own"
            )
        );
    }
}
