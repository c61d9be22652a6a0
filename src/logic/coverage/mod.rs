//! How much of what could be recorded is: agents by metrics, with the reason where something is missing (PRODUCT §4
//! "Coverage", token-coverage.md R6).

mod count;
mod gaps;
mod limits;

pub use count::Count;
pub use limits::{Limit, LimitKind};

use super::sessions::{self, Filter};
use super::usage_view::is_run;
use crate::archive::{Archive, CoverageClass, Session};
use crate::formats;
use crate::model::{Map, Metric, Relation, Wire, sorted};
use count::Counted;
use gaps::Gaps;
use limits::Limits;

/// What the loaded logs record.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct CoverageView {
    /// By name.
    pub agents: Vec<AgentCoverage>,
    /// Over all agents. A run that called another agent whose own log is loaded counts there (DESIGN §4).
    pub totals: AgentCoverage,
    /// In the archive's order.
    pub sessions: Vec<SessionCoverage>,
    /// What is known to be missing or guessed although it counts.
    pub limits: Vec<Limit>,
    /// Second records of a run, and pieces that are none, which are not looked at here (fizeau.md §4).
    pub left_out: u32,
    /// Runs that count in the log of the agent that they called; in the rows, not in the totals.
    pub counted_elsewhere: u32,
}

/// The row of an agent.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct AgentCoverage {
    /// Stable name of the format; empty for all of them.
    pub agent: String,
    /// The agent's name for people.
    pub name: String,
    pub sessions: u32,
    /// In the order of [`Metric::ALL`].
    pub cells: Vec<Cell>,
}

/// One metric of one agent.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct Cell {
    pub metric: Metric,
    pub count: Count,
    /// Why something is missing, or a lower bound; empty where nothing is.
    pub reason: String,
}

/// What one session records of each metric.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct SessionCoverage {
    pub key: String,
    /// Stable name of the format.
    pub agent: String,
    /// In the order of [`Metric::ALL`].
    pub counts: Vec<Count>,
}

impl AgentCoverage {
    /// The cell of a metric.
    pub fn cell(&self, metric: Metric) -> Option<&Cell> {
        self.cells.get(metric.index())
    }
}

impl CoverageView {
    /// The row of an agent.
    pub fn agent(&self, agent: &str) -> Option<&AgentCoverage> {
        self.agents.iter().find(|row| row.agent == agent)
    }
}

/// A row in the making.
#[derive(Default)]
struct Row {
    sessions: u32,
    counts: [Count; Metric::ALL.len()],
    gaps: [Gaps; Metric::ALL.len()],
}

impl Row {
    fn add(&mut self, counted: &Counted) {
        self.sessions += 1;
        for index in 0..Metric::ALL.len() {
            self.counts[index].merge(&counted.counts[index]);
            self.gaps[index].merge(&counted.gaps[index]);
        }
    }

    /// `why` has the words of the format for a metric.
    fn finish(self, agent: &str, name: &str, why: &dyn Fn(Metric) -> &'static str) -> AgentCoverage {
        let cell = |metric: Metric| {
            let count = self.counts[metric.index()];
            Cell { metric, count, reason: self.gaps[metric.index()].words(metric, &count, why(metric)) }
        };
        AgentCoverage {
            agent: agent.to_owned(),
            name: name.to_owned(),
            sessions: self.sessions,
            cells: Metric::ALL.map(cell).into(),
        }
    }
}

/// The coverage of the sessions that pass a filter. The archive must be assembled.
pub fn coverage(archive: &Archive, filter: &Filter) -> CoverageView {
    let loaded_children = children(archive);
    let mut view = CoverageView::default();
    let mut rows: Vec<(&'static str, Row)> = Vec::new();
    let mut totals = Row::default();
    let mut limits = Limits::default();
    for session in archive.sessions().iter().filter(|session| passes(archive, session, filter)) {
        if session.relation == Relation::Stream || !is_run(&session.part) {
            view.left_out += 1;
            continue;
        }
        let loaded = loaded_children.get(session.key.as_str()).copied().unwrap_or(0);
        let counted = count::session(archive, session, loaded);
        let place = rows.iter().position(|(agent, _)| *agent == session.format).unwrap_or_else(|| {
            rows.push((session.format, Row::default()));
            rows.len() - 1
        });
        rows[place].1.add(&counted);
        if session.counted_in.is_none() {
            totals.add(&counted);
        } else {
            view.counted_elsewhere += 1;
        }
        limits.add(archive, session, &counted);
        let (key, agent) = (session.key.clone(), session.format.to_owned());
        view.sessions.push(SessionCoverage { key, agent, counts: counted.counts.into() });
    }
    let agents = rows.into_iter().map(|(agent, row)| {
        let format = formats::by_id(agent);
        row.finish(agent, format.map_or(agent, |format| format.name()), &|metric| {
            format.map_or("", |format| format.why_missing(metric))
        })
    });
    view.agents = sorted(agents.collect(), |a, b| (&a.name, &a.agent).cmp(&(&b.name, &b.agent)));
    view.totals = totals.finish("", "All agents", &|_| "");
    view.limits = limits.finish();
    view
}

/// The sessions behind a cell, by class in the order of [`CoverageClass`], then in the archive's order; of all agents
/// that count in the totals if `agent` is empty. Those to which the metric does not apply are left out.
pub fn sessions<'a>(
    view: &'a CoverageView,
    agent: &str,
    metric: Metric,
) -> impl Iterator<Item = (CoverageClass, &'a SessionCoverage)> {
    let of_agent = view.sessions.iter().filter(|session| agent.is_empty() || session.agent == agent);
    let classed = of_agent.filter_map(|session| Some((session.counts.get(metric.index())?.class(), session)));
    let found = classed.filter(|(class, _)| *class != CoverageClass::NotApplicable);
    sorted(found.collect(), |(a, _), (b, _)| a.cmp(b)).into_iter()
}

fn passes(archive: &Archive, session: &Session, filter: &Filter) -> bool {
    sessions::row(archive, session).is_some_and(|row| filter.passes(&row))
}

/// Sub-agents that are loaded, by the key of the session that started them.
fn children(archive: &Archive) -> Map<&str, u32> {
    let mut counts: Map<&str, u32> = Map::default();
    for session in archive.sessions().iter().filter(|session| session.relation == Relation::SubAgent) {
        if let Some(parent) = &session.parent {
            *counts.entry(parent).or_default() += 1;
        }
    }
    counts
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
