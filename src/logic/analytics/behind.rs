//! What stands behind a number of a panel: its sessions and requests, by the same filter and the same passes that made the
//! number. They add up to it.

use super::Facts;
use super::cells::{Split, cells};
use super::day::{Day, Granularity};
use super::panel::{Basis, Panel, PanelScope};
use super::select::{Pick, Picks, Selection};
use crate::archive::{Archive, CostTally, Entry, Totals};
use crate::logic::records::{LineName, line_of};
use crate::logic::window::Window;
use crate::model::{Money, Reported, Timestamp, TokenSet, Zone};
use serde::{Deserialize, Serialize};

/// Which part of what is selected a number stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    Whole,
    /// A day, a week or a month, named by its first day.
    Period(Day, Granularity),
    /// What has no date.
    NoDate,
    /// A project, model or agent by name, a session by key.
    Named(Split, String),
    /// Weekday (0 is Monday) and hour.
    HourOfWeek(u8, u8),
}

/// A number: how its panel counts, and which part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    pub scope: PanelScope,
    pub basis: Basis,
    pub part: Part,
}

/// Sessions by their start, or requests by their own time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Behind {
    pub panel: Panel,
    pub sessions: Vec<SessionBehind>,
    /// Where the number is one of usage.
    pub requests: Vec<RequestBehind>,
    /// Requests that are not listed.
    pub more: u32,
    /// Of all requests.
    pub totals: Totals,
}

/// A session, with what of it is in the number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionBehind {
    pub key: String,
    pub title: Option<String>,
    pub agent: String,
    pub project: Option<String>,
    pub started: Option<Timestamp>,
    /// A fork: its usage counts, it is no session.
    pub is_fork: bool,
    pub prompts: u32,
    pub responses: u32,
    pub calls: u32,
    pub output: Reported<u64>,
    pub is_partial: bool,
    pub cost: CostTally,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestBehind {
    /// Key of the session that it counts for.
    pub session: String,
    pub line: LineName,
    pub at: Option<Timestamp>,
    pub model: String,
    pub tokens: TokenSet,
    pub cost: Reported<Money>,
    pub counts_tokens: bool,
    pub counts_cost: bool,
}

/// Requests that an answer lists.
const MOST_REQUESTS: usize = 1_000;

/// The archive must be assembled, and the facts be its own.
pub fn behind(archive: &Archive, facts: &Facts, selection: &Selection, zone: &Zone, number: &Number) -> Behind {
    let selection = narrowed(selection, zone, &number.part);
    let mut picks = Picks::new(archive, facts, &selection, zone);
    let is_named = |session: u32| is_part(facts, archive, session, &number.part);
    picks.rows.retain(|pick| is_named(pick.session));
    for (wanted, session) in picks.is_wanted.iter_mut().zip(0u32..) {
        *wanted &= is_named(session);
    }
    let mut found = Behind { panel: Panel::new(&picks, number.scope, number.basis), ..Behind::default() };
    match number.basis {
        Basis::RequestTime => requests(&mut picks, &mut found, &number.part),
        Basis::SessionStart | Basis::MessageTime => {
            let is_undated = |pick: &Pick| number.part != Part::NoDate || pick.day.is_none();
            let shown = picks.rows.iter().filter(|pick| is_undated(pick) && is_in_scope(pick, number.scope));
            found.sessions = shown.filter_map(|pick| session(&picks, pick)).collect();
        }
    }
    found
}

/// The selection of a part, as far as a selection can say it.
fn narrowed(selection: &Selection, zone: &Zone, part: &Part) -> Selection {
    let mut narrow = selection.clone();
    match part {
        Part::Period(day, granularity) => {
            let (start, end) = (day.start(zone), granularity.next(*day).start(zone));
            let known = narrow.filter.window;
            let start = known.and_then(|window| window.start).map_or(start, |known| known.max(start));
            let end = known.and_then(|window| window.end).map_or(end, |known| known.min(end));
            narrow.filter.window = Some(Window { start: Some(start), end: Some(end) });
        }
        Part::Named(Split::Model, name) => narrow.models = vec![name.clone()],
        Part::HourOfWeek(weekday, hour) => (narrow.weekday, narrow.hour) = (Some(*weekday), Some(*hour)),
        _ => {}
    }
    narrow
}

fn is_part(facts: &Facts, archive: &Archive, session: u32, part: &Part) -> bool {
    let Some(row) = facts.sessions.get(session as usize) else { return false };
    match part {
        Part::Named(Split::Project, name) => facts.name(row.project) == name,
        Part::Named(Split::Agent, name) => facts.name(row.agent) == name,
        Part::Named(Split::Session, key) => {
            archive.sessions().get(session as usize).is_some_and(|found| found.key == *key)
        }
        _ => true,
    }
}

fn is_in_scope(pick: &Pick, scope: PanelScope) -> bool {
    match scope {
        PanelScope::Main => pick.is_main(),
        PanelScope::Sessions | PanelScope::Usage | PanelScope::OwnOnly => true,
    }
}

fn session(picks: &Picks<'_>, pick: &Pick) -> Option<SessionBehind> {
    let session = picks.session(pick.session)?;
    Some(SessionBehind {
        key: session.key.clone(),
        title: session.part.title.clone(),
        agent: session.format.to_owned(),
        project: session.part.project.clone(),
        started: picks.row(pick.session)?.started,
        is_fork: !pick.is_session(),
        prompts: pick.prompts,
        responses: pick.responses,
        calls: pick.calls,
        output: pick.output,
        is_partial: pick.is_partial,
        cost: pick.cost,
    })
}

fn requests(picks: &mut Picks<'_>, found: &mut Behind, part: &Part) {
    let window = picks.window();
    let is_right_day = |at: Option<Timestamp>| match part {
        Part::NoDate => at.is_none(),
        _ => window.is_none_or(|window| window.contains(at)),
    };
    for cell in cells(picks, window.as_ref()).iter().filter(|cell| *part != Part::NoDate || cell.day.is_none()) {
        found.totals.merge(&cell.totals);
    }
    for (number, entry) in (0u32..).zip(picks.archive.entries()) {
        let counts = entry.counts_tokens || entry.counts_cost;
        if !counts || !picks.wants(entry.session) || !is_right_day(picks.used_at(entry)) || !picks.keeps_entry(number) {
            continue;
        }
        match found.requests.len() < MOST_REQUESTS {
            true => found.requests.extend(request(picks, number, entry)),
            false => found.more += 1,
        }
    }
}

fn request(picks: &Picks<'_>, number: u32, entry: &Entry) -> Option<RequestBehind> {
    let model = picks.facts.models.get(number as usize).copied().unwrap_or_default();
    Some(RequestBehind {
        session: picks.session(entry.session)?.key.clone(),
        line: line_of(picks.archive, entry.record),
        at: picks.used_at(entry),
        model: picks.facts.names.get(model).to_owned(),
        tokens: entry.tokens,
        cost: entry.cost.amount().into(),
        counts_tokens: entry.counts_tokens,
        counts_cost: entry.counts_cost,
    })
}
