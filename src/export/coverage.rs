//! What the loaded logs record, as JSON and as CSV.

use super::csv::{Cell, Sheet};
use crate::logic::coverage::{AgentCoverage, Count, CoverageView, Limit};
use crate::model::Metric;
use serde::Serialize;

#[derive(Serialize)]
struct View<'a> {
    agents: Vec<Agent<'a>>,
    /// Over all agents; a run that called another agent whose log is loaded counts there.
    totals: Agent<'a>,
    limits: &'a [Limit],
    /// Second records of a run, and pieces that are none.
    left_out: u32,
    counted_elsewhere: u32,
    sessions: Vec<Session<'a>>,
}

#[derive(Serialize)]
struct Agent<'a> {
    /// `null`: all of them.
    agent: Option<&'a str>,
    name: &'a str,
    sessions: u32,
    metrics: Vec<OfAgent<'a>>,
}

#[derive(Serialize)]
struct OfAgent<'a> {
    metric: Metric,
    unit: &'static str,
    recorded: u32,
    eligible: u32,
    partial: u32,
    class: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Session<'a> {
    id: &'a str,
    agent: &'a str,
    metrics: Vec<OfSession>,
}

#[derive(Serialize)]
struct OfSession {
    metric: Metric,
    recorded: u32,
    eligible: u32,
    partial: u32,
    class: &'static str,
}

/// An object, indented by two, without a line end.
pub fn json(view: &CoverageView) -> String {
    let of_session = |(metric, count): (Metric, &Count)| {
        let Count { recorded, eligible, partial, .. } = *count;
        OfSession { metric, recorded, eligible, partial, class: count.class().name() }
    };
    let sessions = view.sessions.iter().map(|session| Session {
        id: &session.key,
        agent: &session.agent,
        metrics: Metric::ALL.into_iter().zip(&session.counts).map(of_session).collect(),
    });
    let shown = View {
        agents: view.agents.iter().map(agent).collect(),
        totals: agent(&view.totals),
        limits: &view.limits,
        left_out: view.left_out,
        counted_elsewhere: view.counted_elsewhere,
        sessions: sessions.collect(),
    };
    serde_json::to_string_pretty(&shown).expect("string keys and plain values only")
}

fn agent(row: &AgentCoverage) -> Agent<'_> {
    let metrics = row.cells.iter().map(|cell| OfAgent {
        metric: cell.metric,
        unit: cell.metric.unit(),
        recorded: cell.count.recorded,
        eligible: cell.count.eligible,
        partial: cell.count.partial,
        class: cell.count.class().name(),
        reason: &cell.reason,
    });
    Agent {
        agent: Some(row.agent.as_str()).filter(|agent| !agent.is_empty()),
        name: &row.name,
        sessions: row.sessions,
        metrics: metrics.collect(),
    }
}

/// A line for each agent and metric; `TOTAL` is all agents.
pub fn csv(view: &CoverageView) -> String {
    let mut sheet = Sheet::default();
    sheet.header(&["agent", "sessions", "metric", "unit", "recorded", "eligible", "partial", "class", "reason"]);
    for row in view.agents.iter().chain([&view.totals]) {
        let Agent { agent, sessions, metrics, .. } = agent(row);
        for cell in metrics {
            let reason = Some(cell.reason).filter(|reason| !reason.is_empty());
            sheet.row(&[
                Cell::Text(agent.unwrap_or("TOTAL")),
                Cell::Integer(sessions.into()),
                Cell::Text(cell.metric.name()),
                Cell::Text(cell.unit),
                Cell::Integer(cell.recorded.into()),
                Cell::Integer(cell.eligible.into()),
                Cell::Integer(cell.partial.into()),
                Cell::Text(cell.class),
                reason.map_or(Cell::Missing, Cell::Text),
            ]);
        }
    }
    sheet.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::coverage::coverage;
    use crate::logic::made::{archive, session};
    use crate::logic::sessions::Filter;

    #[test]
    fn a_row_for_each_agent_and_metric() {
        let archive = archive([session("a", &[(Some(1), Some(0)), (None, None)])]);
        let view = coverage(&archive, &Filter::default());
        let text = csv(&view);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1 + 2 * Metric::ALL.len());
        assert_eq!(lines[1], "made,1,output,request,1,2,0,some,1 request without it");
        assert_eq!(lines[8], "made,1,sub-agents,sub-agent,0,0,0,n/a,");
        assert!(lines[9].starts_with("TOTAL,1,output,"));
        let value: serde_json::Value = serde_json::from_str(&json(&view)).expect("JSON");
        assert_eq!(value["totals"]["agent"], serde_json::Value::Null);
        assert_eq!(value["agents"][0]["metrics"][0]["class"], "some");
        assert_eq!(value["sessions"][0]["metrics"][1]["metric"], "context");
    }
}
