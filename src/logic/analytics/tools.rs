//! Which tools were called, how often they failed and how long they took (analytics.md §10).

use super::category::{Category, category};
use super::day::{Day, Granularity};
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::Picks;
use super::stats::{Tenths, median};
use crate::model::{StrId, Wire, sorted};

/// Calls by category, tool, agent and week.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Tools {
    pub panel: Panel,
    pub calls: u32,
    pub finished: u32,
    pub failed: u32,
    /// Most calls first, ties by name.
    pub categories: Vec<CategoryRow>,
    pub tools: Vec<ToolRow>,
    pub agents: Vec<AgentTools>,
    /// By week (its Monday), the calls of each category in the order of [`Category::ALL`].
    pub weeks: Vec<(Day, Vec<u32>)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct CategoryRow {
    pub category: Category,
    pub calls: u32,
    /// Of all calls.
    pub percent: Option<Tenths>,
}

#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct ToolRow {
    pub name: String,
    pub category: Category,
    pub calls: u32,
    /// Sessions that called it.
    pub sessions: u32,
    pub percent: Option<Tenths>,
    /// Calls whose result is there, and of these those that failed.
    pub finished: u32,
    pub failed: u32,
    /// Failed of finished, percent.
    pub failure_rate: Option<Tenths>,
    /// Milliseconds, over the calls that have one.
    pub median_ms: Option<u64>,
    pub timed: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct AgentTools {
    pub agent: String,
    pub calls: u32,
    /// In the order of [`Category::ALL`].
    pub categories: Vec<u32>,
}

/// A tool in the making.
#[derive(Clone, Copy, Default)]
struct Sums {
    calls: u32,
    finished: u32,
    failed: u32,
    sessions: u32,
    /// The session that was counted last, plus one.
    last: u32,
}

const KINDS: usize = Category::ALL.len();

pub fn tools(picks: &Picks<'_>) -> Tools {
    let mut tools = Tools { panel: Panel::new(picks, PanelScope::Sessions, Basis::SessionStart), ..Tools::default() };
    let facts = picks.facts;
    let mut by_tool = vec![Sums::default(); facts.names.texts().len() + 1];
    let mut category_of: Vec<Option<Category>> = vec![None; by_tool.len()];
    let mut agents: Vec<(StrId, [u32; KINDS])> = Vec::new();
    let mut weeks: Vec<(Day, [u32; KINDS])> = Vec::new();
    let mut is_counted = vec![false; facts.sessions.len()];
    let mut sieve = picks.sieve.clone();
    for pick in picks.rows.iter().filter(|pick| pick.is_session()) {
        let Some(row) = picks.row(pick.session) else { continue };
        let mut kinds = [0; KINDS];
        for call in picks.calls(row).iter().filter(|call| sieve.keeps_call(call)) {
            let place = call.tool.0 as usize;
            let (Some(sums), Some(kind)) = (by_tool.get_mut(place), category_of.get_mut(place)) else { continue };
            let kind = *kind.get_or_insert_with(|| category(facts.names.get(call.tool)));
            kinds[kind as usize] += 1;
            sums.calls += 1;
            sums.finished += u32::from(call.is_finished);
            sums.failed += u32::from(call.has_failed);
            sums.sessions += u32::from(sums.last != pick.session + 1);
            sums.last = pick.session + 1;
        }
        if let Some(counted) = is_counted.get_mut(pick.session as usize) {
            *counted = true;
        }
        add(&mut agents, row.agent, &kinds);
        if let Some(day) = pick.day {
            add(&mut weeks, Granularity::Week.bucket(day), &kinds);
        }
    }
    let medians = medians(picks, &is_counted, by_tool.len());
    for sums in &by_tool {
        tools.calls += sums.calls;
        tools.finished += sums.finished;
        tools.failed += sums.failed;
    }
    let rows = (0u32..).zip(&by_tool).zip(&category_of).zip(medians).filter(|(((_, sums), _), _)| sums.calls > 0);
    let rows = rows.map(|(((id, sums), kind), (median_ms, timed))| ToolRow {
        name: tool_name(facts.names.get(StrId(id))),
        category: kind.unwrap_or(Category::Other),
        calls: sums.calls,
        sessions: sums.sessions,
        percent: Tenths::percent(sums.calls.into(), tools.calls.into()),
        finished: sums.finished,
        failed: sums.failed,
        failure_rate: Tenths::percent(sums.failed.into(), sums.finished.into()),
        median_ms,
        timed,
    });
    tools.tools = sorted(rows.collect(), |a: &ToolRow, b| b.calls.cmp(&a.calls).then_with(|| a.name.cmp(&b.name)));
    groups(picks, &mut tools, agents, weeks);
    tools
}

/// What stands by category, agent and week.
fn groups(picks: &Picks<'_>, tools: &mut Tools, agents: Vec<(StrId, [u32; KINDS])>, weeks: Vec<(Day, [u32; KINDS])>) {
    let mut all = [0; KINDS];
    agents.iter().for_each(|(_, kinds)| merge(&mut all, kinds));
    let rows = Category::ALL.into_iter().zip(all).filter(|(_, calls)| *calls > 0);
    let rows = rows.map(|(category, calls)| CategoryRow {
        category,
        calls,
        percent: Tenths::percent(calls.into(), tools.calls.into()),
    });
    tools.categories = sorted(rows.collect(), |a: &CategoryRow, b| {
        b.calls.cmp(&a.calls).then_with(|| a.category.name().cmp(b.category.name()))
    });
    let rows = agents.into_iter().map(|(agent, kinds)| AgentTools {
        agent: picks.facts.name(agent).to_owned(),
        calls: kinds.iter().sum(),
        categories: kinds.into(),
    });
    let rows = rows.filter(|row| row.calls > 0).collect();
    tools.agents = sorted(rows, |a: &AgentTools, b| b.calls.cmp(&a.calls).then_with(|| a.agent.cmp(&b.agent)));
    let weeks = weeks.into_iter().filter(|(_, kinds)| kinds.iter().any(|calls| *calls > 0));
    tools.weeks = sorted(weeks.map(|(week, kinds)| (week, kinds.to_vec())).collect(), |(a, _), (b, _)| a.cmp(b));
    tools.panel.coverage = Covered { reported: tools.finished, eligible: tools.calls, unit: Unit::FinishedCalls };
}

/// Adds counts to those of the same key. There are few keys, and one that was used is likely to come again.
fn add<K: PartialEq + Copy>(groups: &mut Vec<(K, [u32; KINDS])>, key: K, kinds: &[u32; KINDS]) {
    match groups.iter_mut().rev().find(|(known, _)| *known == key) {
        Some((_, sums)) => merge(sums, kinds),
        None => groups.push((key, *kinds)),
    }
}

fn merge(sums: &mut [u32; KINDS], other: &[u32; KINDS]) {
    sums.iter_mut().zip(other).for_each(|(sum, more)| *sum += more);
}

/// By tool: the median of its durations, and how many there are. Calls stand by tool and duration already.
fn medians(picks: &Picks<'_>, is_counted: &[bool], tools: usize) -> Vec<(Option<u64>, u32)> {
    let facts = picks.facts;
    let mut sieve = picks.sieve.clone();
    let mut found = vec![(None, 0); tools];
    let mut durations: Vec<u64> = Vec::new();
    let timed: Vec<_> = facts.timed_calls.iter().filter_map(|at| facts.calls.get(*at as usize)).collect();
    for same in timed.chunk_by(|a, b| a.tool == b.tool) {
        durations.clear();
        let wanted = same.iter().filter(|call| is_counted.get(call.session as usize).is_some_and(|counted| *counted));
        durations
            .extend(wanted.filter(|call| sieve.keeps_call(call)).filter_map(|call| call.duration_ms).map(u64::from));
        if let Some(slot) = found.get_mut(same[0].tool.0 as usize) {
            *slot = (median(&durations), durations.len() as u32);
        }
    }
    found
}

/// What a tool is called; one without a name is `Unknown`.
pub fn tool_name(name: &str) -> String {
    if name.is_empty() { "Unknown".to_owned() } else { name.to_owned() }
}
