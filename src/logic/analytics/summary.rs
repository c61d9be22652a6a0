//! The cards (analytics.md §1, token-coverage.md A1).

use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::{Pick, Picks};
use super::stats::{Tenths, ascending, median, percentile};
use crate::archive::CostTally;
use crate::model::{StrId, Tally, Wire, sorted};

/// Sums over what is selected.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Summary {
    pub panel: Panel,
    /// Sub-agents included.
    pub sessions: u32,
    pub sub_agents: u32,
    pub prompts: u32,
    pub messages: u32,
    /// Generated tokens; its rows are sessions and forks.
    pub output: Tally,
    /// Per session that recorded output.
    pub avg_output: Option<Tenths>,
    pub cost: CostTally,
    pub active_projects: u32,
    /// Days on which a session started.
    pub active_days: u32,
    /// Messages per session.
    pub avg_messages: Option<Tenths>,
    pub median_messages: Option<u64>,
    pub p90_messages: Option<u64>,
    /// The project with most messages.
    pub most_active: Option<String>,
    /// Messages of the three largest projects in all messages, percent.
    pub concentration: Option<Tenths>,
    /// By name.
    pub agents: Vec<AgentShare>,
    /// By name.
    pub models: Vec<String>,
}

/// What one agent did.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct AgentShare {
    pub agent: String,
    pub sessions: u32,
    pub messages: u32,
}

/// Projects that concentration looks at.
const LARGEST: usize = 3;

pub fn summary(picks: &Picks<'_>) -> Summary {
    let mut summary =
        Summary { panel: Panel::new(picks, PanelScope::Sessions, Basis::SessionStart), ..Summary::default() };
    let (mut forks, mut missing) = (0, 0);
    let mut counts = Vec::with_capacity(picks.rows.len());
    for pick in &picks.rows {
        pick.add_to(&mut summary.output, &mut summary.cost);
        missing += pick.missing;
        if !pick.is_session() {
            forks += 1;
            continue;
        }
        summary.sessions += 1;
        summary.sub_agents += u32::from(!pick.is_main());
        summary.prompts += pick.prompts;
        summary.messages += pick.messages();
        counts.push(u64::from(pick.messages()));
    }
    ascending(&mut counts);
    summary.avg_messages = Tenths::ratio(summary.messages.into(), summary.sessions.into());
    summary.avg_output = Tenths::ratio(summary.output.sum.into(), summary.output.reported.into());
    (summary.median_messages, summary.p90_messages) = (median(&counts), percentile(&counts, 90));
    names(picks, &mut summary);
    summary.panel.coverage = Covered::of(&summary.output, Unit::SessionsWithTokens);
    summary.panel.tell(forks, "fork", "in tokens and cost only");
    summary.panel.tell(missing, "sub-agent", "not loaded: sums may be larger");
    summary
}

/// What stands by name: projects, agents, models, days.
fn names(picks: &Picks<'_>, summary: &mut Summary) {
    let facts = picks.facts;
    let by = |key: fn(&super::facts::SessionFacts) -> StrId| grouped(picks, key);
    let projects = by(|row| row.project);
    summary.active_projects = projects.len() as u32;
    let ranked = sorted(projects, |(a, _, most), (b, _, other)| {
        other.cmp(most).then_with(|| facts.name(*a).cmp(facts.name(*b)))
    });
    summary.most_active = ranked.first().map(|(project, ..)| facts.name(*project).to_owned());
    let largest: u64 = ranked.iter().take(LARGEST).map(|(.., messages)| u64::from(*messages)).sum();
    summary.concentration = Tenths::percent(largest, summary.messages.into());
    let agents = by(|row| row.agent).into_iter().map(|(agent, sessions, messages)| AgentShare {
        agent: facts.name(agent).to_owned(),
        sessions,
        messages,
    });
    summary.agents = sorted(agents.collect(), |a, b| a.agent.cmp(&b.agent));
    let mut days: Vec<_> = sessions(picks).filter_map(|pick| pick.day).collect();
    days = sorted(days, Ord::cmp);
    days.dedup();
    summary.active_days = days.len() as u32;
    let mut models: Vec<&String> = picks
        .rows
        .iter()
        .filter_map(|pick| picks.session(pick.session))
        .flat_map(|session| &session.part.models)
        .collect();
    models = sorted(models, Ord::cmp);
    models.dedup();
    let wanted = &picks.selection.models;
    let shown = models.into_iter().filter(|model| wanted.is_empty() || wanted.contains(*model));
    summary.models = shown.filter(|model| !model.is_empty() && *model != "<synthetic>").cloned().collect();
}

/// Picks that are sessions of their own.
pub fn sessions<'a>(picks: &'a Picks<'_>) -> impl Iterator<Item = &'a Pick> {
    picks.rows.iter().filter(|pick| pick.is_session())
}

/// Sessions and messages by a name.
fn grouped(picks: &Picks<'_>, key: fn(&super::facts::SessionFacts) -> StrId) -> Vec<(StrId, u32, u32)> {
    let rows = sessions(picks).filter_map(|pick| Some((key(picks.row(pick.session)?), pick.messages())));
    let rows = sorted(rows.collect(), |(a, _), (b, _)| a.cmp(b));
    let sum = |same: &[(StrId, u32)]| (same[0].0, same.len() as u32, same.iter().map(|(_, messages)| messages).sum());
    rows.chunk_by(|(a, _), (b, _)| a == b).map(sum).collect()
}
