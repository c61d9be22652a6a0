//! What each project saw (analytics.md §7).

use super::day::Day;
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::{Pick, Picks};
use super::stats::{Tenths, ascending, median};
use crate::archive::CostTally;
use crate::model::{StrId, Tally, Wire, sorted};

/// Most messages first, ties by name.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Projects {
    pub panel: Panel,
    pub rows: Vec<ProjectRow>,
}

/// One project.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct ProjectRow {
    /// `unknown` where the log names none.
    pub name: String,
    pub sessions: u32,
    pub messages: u32,
    /// Days of the first and the last session.
    pub first: Option<Day>,
    pub last: Option<Day>,
    /// Messages per session.
    pub avg_messages: Option<Tenths>,
    pub median_messages: Option<u64>,
    /// Sessions by agent, by name.
    pub agents: Vec<(String, u32)>,
    /// Messages per day on which a session started.
    pub daily_trend: Option<Tenths>,
    /// Generated tokens; its rows are sessions and forks.
    pub output: Tally,
    pub cost: CostTally,
}

pub fn projects(picks: &Picks<'_>) -> Projects {
    let mut projects =
        Projects { panel: Panel::new(picks, PanelScope::Sessions, Basis::SessionStart), ..Projects::default() };
    let named = picks.rows.iter().filter_map(|pick| Some((picks.row(pick.session)?.project, pick)));
    let named = sorted(named.collect(), |(a, _), (b, _)| a.cmp(b));
    let rows = named.chunk_by(|(a, _), (b, _)| a == b).map(|same| row(picks, same)).collect();
    projects.rows = sorted(rows, |a: &ProjectRow, b| b.messages.cmp(&a.messages).then_with(|| a.name.cmp(&b.name)));
    let mut output = Tally::default();
    projects.rows.iter().for_each(|row| output.merge(&row.output));
    projects.panel.coverage = Covered::of(&output, Unit::SessionsWithTokens);
    projects
}

fn row(picks: &Picks<'_>, same: &[(StrId, &Pick)]) -> ProjectRow {
    let mut row = ProjectRow { name: picks.facts.name(same[0].0).to_owned(), ..ProjectRow::default() };
    let mut counts = Vec::with_capacity(same.len());
    let mut days: Vec<Day> = Vec::with_capacity(same.len());
    for (_, pick) in same {
        pick.add_to(&mut row.output, &mut row.cost);
        if !pick.is_session() {
            continue;
        }
        row.sessions += 1;
        row.messages += pick.messages();
        counts.push(u64::from(pick.messages()));
        days.extend(pick.day);
        let agent = picks.row(pick.session).map_or("unknown", |found| picks.facts.name(found.agent));
        match row.agents.iter_mut().find(|(known, _)| known == agent) {
            Some((_, sessions)) => *sessions += 1,
            None => row.agents.push((agent.to_owned(), 1)),
        }
    }
    ascending(&mut counts);
    days = sorted(days, Ord::cmp);
    (row.first, row.last) = (days.first().copied(), days.last().copied());
    days.dedup();
    row.agents = sorted(row.agents, |(a, _), (b, _)| a.cmp(b));
    row.avg_messages = Tenths::ratio(row.messages.into(), row.sessions.into());
    row.median_messages = median(&counts);
    row.daily_trend = Tenths::ratio(row.messages.into(), days.len() as i128);
    row
}
