//! The ranking of sessions (analytics.md §6, token-coverage.md A3).

use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::{Pick, Picks};
use crate::archive::Session;
use crate::logic::format::count;
use crate::logic::metric_choice::ChartMetric;
use crate::model::{Reported, Status, Tally, Wire, sorted};

/// The first ten.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Top {
    pub panel: Panel,
    pub metric: ChartMetric,
    /// Output tokens hold those of sub-agents and forks.
    pub with_tree: bool,
    pub rows: Vec<TopRow>,
    /// Sessions that recorded nothing to rank them by.
    pub unranked: u32,
}

/// A session in the ranking.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct TopRow {
    pub key: String,
    pub title: String,
    /// Stable name of the format.
    pub agent: String,
    pub project: Option<String>,
    pub status: Status,
    /// Messages, milliseconds of active time, or tokens.
    pub value: u64,
    /// It may be larger.
    pub is_lower_bound: bool,
    /// From start to end, milliseconds: stands beside active time.
    pub total_ms: Reported<u64>,
}

const MOST_ROWS: usize = 10;
/// Characters of an id that stand for a title (analytics.md §6).
const SHORT_ID: usize = 12;

/// Metrics other than duration and output tokens count messages. `with_tree` adds what sub-agents and forks generated.
pub fn top(picks: &Picks<'_>, metric: ChartMetric, with_tree: bool) -> Top {
    let with_tree = with_tree && metric == ChartMetric::OutputTokens;
    let mut top =
        Top { panel: Panel::new(picks, PanelScope::Main, Basis::SessionStart), metric, with_tree, ..Top::default() };
    let mut ranked: Vec<(u64, bool, &Session, &Pick)> = Vec::new();
    for pick in picks.rows.iter().filter(|pick| pick.is_main()) {
        let Some(session) = picks.session(pick.session) else { continue };
        match value(picks, pick, session, metric, with_tree) {
            Some((value, is_lower_bound)) => ranked.push((value, is_lower_bound, session, pick)),
            None => top.unranked += 1,
        }
    }
    let (reported, eligible) = (ranked.len() as u32, ranked.len() as u32 + top.unranked);
    let ranked = sorted(ranked, |a, b| b.0.cmp(&a.0).then_with(|| a.2.key.cmp(&b.2.key)));
    top.rows = ranked
        .into_iter()
        .take(MOST_ROWS)
        .map(|(value, is_lower_bound, session, pick)| {
            let total_ms = picks.row(pick.session).and_then(|row| row.total_ms).into();
            row(session, value, is_lower_bound, total_ms)
        })
        .collect();
    let unit = if metric == ChartMetric::Duration { Unit::TimedSessions } else { Unit::SessionsWithTokens };
    if metric != ChartMetric::Messages {
        top.panel.coverage = Covered { reported, eligible, unit };
    }
    if top.unranked > 0 {
        let sessions = count(top.unranked.into(), "session");
        let (has, is) = if top.unranked == 1 { ("has", "is") } else { ("have", "are") };
        let what = if metric == ChartMetric::Duration { "times" } else { "token data" };
        top.panel.notes.push(format!("{sessions} {has} no {what} and {is} not ranked"));
    }
    if metric == ChartMetric::Duration && !picks.sieve.is_open() {
        top.panel.note("durations are those of whole sessions");
    }
    top
}

fn value(
    picks: &Picks<'_>,
    pick: &Pick,
    session: &Session,
    metric: ChartMetric,
    with_tree: bool,
) -> Option<(u64, bool)> {
    let row = picks.row(pick.session)?;
    match metric {
        ChartMetric::OutputTokens if with_tree && picks.sieve.is_open() => of_tally(&session.tree.output),
        ChartMetric::OutputTokens => Some((pick.output.get()?, pick.is_partial)),
        ChartMetric::Duration => row.total_ms.map(|_| (row.active_ms, row.untimed > 0)),
        _ => Some((pick.messages().into(), false)),
    }
}

fn of_tally(tally: &Tally) -> Option<(u64, bool)> {
    Some((tally.value().get()?, tally.is_lower_bound()))
}

fn row(session: &Session, value: u64, is_lower_bound: bool, total_ms: Reported<u64>) -> TopRow {
    let part = &session.part;
    let title = part.title.clone().unwrap_or_else(|| part.id.chars().take(SHORT_ID).collect());
    TopRow {
        key: session.key.clone(),
        title,
        agent: session.format.to_owned(),
        project: part.project.clone(),
        status: part.status,
        value,
        is_lower_bound,
        total_ms,
    }
}

/// `12m`, `2h`, `1h 5m`: whole minutes, cut (analytics.md §6).
pub fn minutes_text(ms: u64) -> String {
    let minutes = ms / 60_000;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h {minutes}m"),
    }
}

/// `12m (2h total)`
pub fn duration_text(active_ms: u64, total_ms: Reported<u64>) -> String {
    let total = total_ms.get().map(|total| [" (", &minutes_text(total), " total)"].concat());
    minutes_text(active_ms) + &total.unwrap_or_default()
}
