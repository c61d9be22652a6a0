//! How sessions went (analytics.md §13). Heuristics, and labelled so; outcomes that logs record are elsewhere.

use super::day::Day;
use super::facts::{HealthFacts, LastMessage, SessionFacts};
use super::panel::{Basis, Covered, Panel, PanelScope, Unit};
use super::select::{Pick, Picks};
use super::stats::Tenths;
use crate::logic::format::{self, tally_text_with};
use crate::model::{Reported, StrId, Tally, Timestamp, Wire, sorted};

/// How a session seems to have ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Wire)]
pub enum SeemingOutcome {
    Completed,
    Errored,
    Abandoned,
    #[default]
    Unknown,
}

/// How sure that is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub enum Confidence {
    #[default]
    Low,
    Medium,
    High,
}

impl SeemingOutcome {
    pub const ALL: [Self; 4] = [Self::Completed, Self::Errored, Self::Abandoned, Self::Unknown];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Errored => "errored",
            Self::Abandoned => "abandoned",
            Self::Unknown => "unknown",
        }
    }
}

/// Grades, best first.
pub const GRADES: [&str; 5] = ["A", "B", "C", "D", "F"];

/// Why points were taken, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub struct Penalty {
    pub why: Why,
    pub points: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum Why {
    Errored,
    Abandoned,
    Failures,
    Retries,
    Churn,
    Streak,
    Compactions,
    MidTask,
    Pressure,
}

impl Why {
    /// For a list of penalties.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Errored => "ended with an error",
            Self::Abandoned => "abandoned",
            Self::Failures => "failed tool calls",
            Self::Retries => "the same call again and again",
            Self::Churn => "one file edited again and again",
            Self::Streak => "failures in a row",
            Self::Compactions => "several compactions",
            Self::MidTask => "compacted amid a task",
            Self::Pressure => "window nearly full",
        }
    }
}

/// What a score is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signals {
    pub outcome: SeemingOutcome,
    pub failures: u32,
    /// The same calls in a row, all but the first, and files edited again and again; where inputs of calls are known.
    pub retries: Reported<u32>,
    pub churn: Reported<u32>,
    pub streak: u32,
    pub compactions: u32,
    pub mid_task: u32,
    /// Peak context and window.
    pub context: Option<(u64, u64)>,
}

/// The penalties of a session; a score is 100 less their points, at least 0.
pub fn penalties(signals: &Signals) -> Vec<Penalty> {
    let told = |count: Reported<u32>| count.get().unwrap_or(0);
    let limited = |count: u32, each: u32, most: u32| count.saturating_mul(each).min(most);
    // More than nine tenths of the window.
    let is_tight = signals.context.is_some_and(|(peak, window)| is_above(peak, window, 9));
    let all = [
        (Why::Errored, if signals.outcome == SeemingOutcome::Errored { 30 } else { 0 }),
        (Why::Abandoned, if signals.outcome == SeemingOutcome::Abandoned { 15 } else { 0 }),
        (Why::Failures, limited(signals.failures, 3, 30)),
        (Why::Retries, limited(told(signals.retries), 5, 25)),
        (Why::Churn, limited(told(signals.churn), 4, 20)),
        (Why::Streak, if signals.streak >= 3 { 10 } else { 0 }),
        (Why::Compactions, limited(signals.compactions.saturating_sub(1), 5, 15)),
        (Why::MidTask, limited(signals.mid_task, 8, 18)),
        (Why::Pressure, if is_tight { 10 } else { 0 }),
    ];
    all.into_iter().filter(|(_, points)| *points > 0).map(|(why, points)| Penalty { why, points }).collect()
}

fn is_above(peak: u64, window: u64, tenths: u64) -> bool {
    u128::from(peak) * 10 > u128::from(window) * u128::from(tenths)
}

pub fn score(penalties: &[Penalty]) -> u32 {
    100u32.saturating_sub(penalties.iter().map(|penalty| penalty.points).sum())
}

/// The place of a score's grade in [`GRADES`].
pub const fn grade(score: u32) -> usize {
    match score {
        90.. => 0,
        75..90 => 1,
        60..75 => 2,
        40..60 => 3,
        _ => 4,
    }
}

const RECENT_MS: i64 = 600_000;

/// The first rule that applies.
pub fn outcome(row: &SessionFacts, now: Timestamp) -> (SeemingOutcome, Confidence) {
    use {Confidence as Sure, SeemingOutcome as Is};
    let health = &row.health;
    let messages = row.prompts + row.responses;
    let is_recent = || health.last_at.is_some_and(|at| now.ms_since(at) < RECENT_MS);
    match health.last {
        _ if row.is_automated => (Is::Unknown, Sure::Low),
        LastMessage::Error => (Is::Errored, Sure::Medium),
        LastMessage::Response if messages == 2 => (Is::Completed, Sure::Medium),
        _ if messages < 3 || is_recent() => (Is::Unknown, Sure::Low),
        LastMessage::Prompt if messages >= 10 => (Is::Abandoned, Sure::High),
        LastMessage::Prompt => (Is::Abandoned, Sure::Medium),
        _ if health.final_streak >= 3 => (Is::Errored, Sure::Medium),
        LastMessage::Response => (Is::Completed, Sure::Medium),
        LastMessage::None => (Is::Unknown, Sure::Low),
    }
}

/// A session's outcome, score and penalties. `None` where nothing could lower or raise its score.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct SessionHealth {
    pub outcome: SeemingOutcome,
    pub confidence: Confidence,
    pub score: Option<u32>,
    pub penalties: Vec<Penalty>,
}

pub fn session_health(row: &SessionFacts, now: Timestamp) -> SessionHealth {
    let HealthFacts { calls, failures, streak, compactions, mid_task, peak, retries, churn, .. } = row.health;
    let (outcome, confidence) = outcome(row, now);
    let context = row.health.context();
    let is_told = row.health.told(0).reported > 0;
    let [retries, churn] =
        [retries, churn].map(|count| if is_told { Reported::new(count) } else { Reported::NOT_RECORDED });
    let signals = Signals { outcome, failures, retries, churn, streak, compactions, mid_task, context };
    let is_known = outcome != SeemingOutcome::Unknown || confidence != Confidence::Low || calls > 0 || peak.is_some();
    let penalties = if is_known { penalties(&signals) } else { Vec::new() };
    SessionHealth { outcome, confidence, score: is_known.then(|| score(&penalties)), penalties }
}

/// The panel.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Health {
    pub panel: Panel,
    pub scored: u32,
    pub unscored: u32,
    /// In the order of [`GRADES`].
    pub grades: Vec<u32>,
    pub avg_score: Option<Tenths>,
    /// In the order of [`SeemingOutcome::ALL`].
    pub outcomes: Vec<u32>,
    pub calls: u32,
    pub failures: u32,
    pub with_failures: u32,
    /// Calls that asked the same as those before them; of sessions.
    pub retries: Tally,
    /// Files edited again and again; of sessions.
    pub churn: Tally,
    /// Failed calls, percent.
    pub failure_rate: Option<Tenths>,
    pub compactions: u32,
    pub avg_compactions: Option<Tenths>,
    pub with_compaction: u32,
    pub mid_task: u32,
    /// Sessions that used at least eight tenths of their window.
    pub high_pressure: u32,
    /// Peak context of the window, percent, over the sessions that have both.
    pub avg_pressure: Option<Tenths>,
    pub with_pressure: u32,
    pub days: Vec<(Day, HealthShare)>,
    pub agents: Vec<(String, HealthShare)>,
    pub projects: Vec<(String, HealthShare)>,
}

/// A count of the panel that only the inputs of calls tell: `≥ 3`, `—`; of no sessions `0`.
pub fn told_text(told: &Tally) -> String {
    if told.eligible == 0 { "0".into() } else { tally_text_with(told, format::grouped) }
}

/// The scores of some sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct HealthShare {
    pub sessions: u32,
    pub scored: u32,
    pub avg_score: Option<Tenths>,
}

/// A session on its way into the panel.
#[derive(Clone, Copy)]
struct Scored {
    day: Option<Day>,
    agent: StrId,
    project: StrId,
    score: Option<u32>,
}

pub fn health(picks: &Picks<'_>, now: Timestamp) -> Health {
    let mut health = Health {
        panel: Panel::new(picks, PanelScope::Main, Basis::SessionStart),
        grades: vec![0; GRADES.len()],
        outcomes: vec![0; SeemingOutcome::ALL.len()],
        ..Health::default()
    };
    let mut scored: Vec<Scored> = Vec::new();
    let mut pressure_permille = 0u128;
    for pick in picks.rows.iter().filter(|pick| pick.is_main()) {
        let Some(row) = picks.row(pick.session) else { continue };
        let found = session_health(row, now);
        scored.push(of(pick, row, found.score));
        add_one(&mut health.outcomes, found.outcome as usize);
        if let Some(score) = found.score {
            add_one(&mut health.grades, grade(score));
        }
        pressure_permille += count(&mut health, &row.health);
    }
    let sessions = scored.len() as u32;
    let whole = share(scored.iter());
    (health.scored, health.unscored, health.avg_score) = (whole.scored, sessions - whole.scored, whole.avg_score);
    health.failure_rate = Tenths::percent(health.failures.into(), health.calls.into());
    health.avg_compactions = Tenths::ratio(health.compactions.into(), sessions.into());
    health.avg_pressure = Tenths::ratio(pressure_permille as i128, i128::from(health.with_pressure) * 10);
    health.days =
        grouped(&scored, &|one| one.day.map(|day| day.0)).into_iter().map(|(day, share)| (Day(day), share)).collect();
    let named = |key: &dyn Fn(&Scored) -> Option<i32>| {
        let rows =
            grouped(&scored, key).into_iter().map(|(id, share)| (picks.facts.name(StrId(id as u32)).to_owned(), share));
        sorted(rows.collect(), |(a, _): &(String, HealthShare), (b, _)| a.cmp(b))
    };
    health.agents = named(&|one| Some(one.agent.0 as i32));
    health.projects = named(&|one| Some(one.project.0 as i32));
    health.panel.coverage = Covered { reported: health.scored, eligible: sessions, unit: Unit::ScoredSessions };
    health.panel.note("heuristics, not what logs record");
    if health.retries.reported < health.retries.eligible {
        let words =
            "where logs do not tell what calls asked, retries and edit churn are not known and scores may be too high";
        health.panel.note(words);
    }
    health.panel.note("failures are those that logs mark");
    health
}

fn of(pick: &Pick, row: &SessionFacts, score: Option<u32>) -> Scored {
    Scored { day: pick.day, agent: row.agent, project: row.project, score }
}

fn add_one(counts: &mut [u32], place: usize) {
    if let Some(count) = counts.get_mut(place) {
        *count += 1;
    }
}

/// How full a window was, in thousandths, cut.
pub fn permille(peak: u64, window: u64) -> u128 {
    u128::from(peak) * 1000 / u128::from(window).max(1)
}

/// Adds what a session's tools and context were; gives its pressure in thousandths.
fn count(health: &mut Health, facts: &HealthFacts) -> u128 {
    health.calls += facts.calls;
    health.failures += facts.failures;
    health.with_failures += u32::from(facts.failures > 0);
    health.retries.merge(&facts.told(facts.retries));
    health.churn.merge(&facts.told(facts.churn));
    health.compactions += facts.compactions;
    health.with_compaction += u32::from(facts.compactions > 0);
    health.mid_task += facts.mid_task;
    let Some((peak, window)) = facts.context() else { return 0 };
    health.with_pressure += 1;
    health.high_pressure += u32::from(u128::from(peak) * 10 >= u128::from(window) * 8);
    permille(peak, window)
}

fn share<'a>(sessions: impl Iterator<Item = &'a Scored>) -> HealthShare {
    let mut share = HealthShare::default();
    let mut sum = 0u64;
    for one in sessions {
        share.sessions += 1;
        if let Some(score) = one.score {
            share.scored += 1;
            sum += u64::from(score);
        }
    }
    share.avg_score = Tenths::ratio(sum.into(), share.scored.into());
    share
}

fn grouped(scored: &[Scored], key: &dyn Fn(&Scored) -> Option<i32>) -> Vec<(i32, HealthShare)> {
    let keyed =
        sorted(scored.iter().filter_map(|one| Some((key(one)?, *one))).collect(), |(a, _): &(i32, Scored), (b, _)| {
            a.cmp(b)
        });
    keyed.chunk_by(|(a, _), (b, _)| a == b).map(|same| (same[0].0, share(same.iter().map(|(_, one)| one)))).collect()
}
