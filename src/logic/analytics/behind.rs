//! What stands behind a number of a panel: its sessions and requests, by the same filter and the same passes that made the
//! number. They add up to it.

use super::Facts;
use super::cells::{Split, cells};
use super::facts::{Call, Use};
use super::panel::{Basis, Panel, PanelScope};
pub use super::part::{BucketOf, Part};
use super::select::{Pick, Picks, Selection};
use super::tools::tool_name;
use super::{health, shape};
use crate::archive::{Archive, CostTally, Totals};
use crate::logic::filter::Facet;
use crate::logic::records::{LineName, line_of};
use crate::logic::window::Window;
use crate::model::{Money, Reported, Timestamp, TokenSet, Wire, Zone, sorted};

/// A number: how its panel counts, and which part.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Number {
    pub scope: PanelScope,
    pub basis: Basis,
    pub part: Part,
    /// The clock of whoever asks: seeming outcomes depend on it.
    pub now: Timestamp,
}

/// Sessions by their start, or requests by their own time.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
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
#[derive(Debug, Clone, PartialEq, Wire)]
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
#[derive(Debug, Clone, PartialEq, Wire)]
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
    let mut found = Behind::default();
    picked(archive, facts, selection, zone, number, &mut |picks| {
        found.panel = Panel::new(picks, number.scope, number.basis);
        match number.basis {
            Basis::RequestTime => requests(picks, &mut found, &number.part),
            Basis::SessionStart | Basis::MessageTime => {
                let shown = picks.rows.iter().filter(|pick| is_in_number(pick, number));
                found.sessions = shown.filter_map(|pick| session(picks, pick)).collect();
            }
        }
    });
    found
}

/// What a number's own passes see: its selection narrowed to its part.
pub(crate) fn picked(
    archive: &Archive,
    facts: &Facts,
    selection: &Selection,
    zone: &Zone,
    number: &Number,
    look: &mut dyn FnMut(&mut Picks<'_>),
) {
    let selection = narrowed(selection, zone, number);
    let mut picks = Picks::new(archive, facts, &selection, zone);
    let is_named = |session: u32| is_part(facts, archive, session, &number.part);
    picks.rows.retain(|pick| is_named(pick.session));
    match &number.part {
        Part::Tool(name) => only_tool(&mut picks, name),
        Part::Bucket(of, place) => {
            let rows = std::mem::take(&mut picks.rows);
            let is_in = |pick: &Pick| bucket_of(&picks, pick, *of, number.now) == Some(usize::from(*place));
            picks.rows = rows.into_iter().filter(is_in).collect();
        }
        Part::Between(from, until) if number.basis != Basis::RequestTime => at_work(&mut picks, *from, *until),
        _ => {}
    }
    let all = picks.is_wanted.clone();
    let is_all = |session: u32| all.get(session as usize).is_some_and(|wanted| *wanted);
    for (wanted, session) in picks.is_wanted.iter_mut().zip(0u32..) {
        *wanted &= is_named(session) && is_in_tree(facts, archive, session, &number.part, &is_all);
    }
    look(&mut picks);
}

/// Whether a session that was picked is in a number of sessions.
pub(crate) fn is_in_number(pick: &Pick, number: &Number) -> bool {
    (number.part != Part::NoDate || pick.day.is_none()) && is_in_scope(pick, number.scope)
}

/// The selection of a part, as far as a selection can say it.
fn narrowed(selection: &Selection, zone: &Zone, number: &Number) -> Selection {
    let mut narrow = selection.clone();
    match &number.part {
        Part::Period(day, granularity) => {
            narrow.filter.window = Some(within(selection, day.start(zone), granularity.next(*day).start(zone)));
        }
        Part::Between(from, until) if number.basis == Basis::RequestTime => {
            narrow.filter.window = Some(within(selection, *from, *until));
        }
        Part::Before => narrow.filter.window = selection.filter.window.and_then(|window| super::usage::before(&window)),
        Part::Named(Split::Model, name) => narrow.filter.chosen.narrow(Facet::Model, name),
        Part::HourOfWeek(weekday, hour) => {
            (narrow.filter.weekday, narrow.filter.hour) = (Some(*weekday), Some(*hour));
        }
        _ => {}
    }
    narrow
}

fn within(selection: &Selection, start: Timestamp, end: Timestamp) -> Window {
    let known = selection.filter.window;
    let start = known.and_then(|window| window.start).map_or(start, |known| known.max(start));
    let end = known.and_then(|window| window.end).map_or(end, |known| known.min(end));
    Window { start: Some(start), end: Some(end) }
}

/// Leaves the sessions that called a tool, with these calls.
fn only_tool(picks: &mut Picks<'_>, name: &str) {
    let mut sieve = picks.sieve.clone();
    let mut rows = std::mem::take(&mut picks.rows);
    for pick in &mut rows {
        let calls = picks.row(pick.session).map_or(&[][..], |row| picks.calls(row));
        let is_it = |call: &&Call| tool_name(picks.facts.names.get(call.tool)) == name && sieve.keeps_call(call);
        pick.calls = calls.iter().filter(is_it).count() as u32;
    }
    rows.retain(|pick| pick.calls > 0 && pick.is_session());
    picks.rows = rows;
}

/// Leaves the sessions that were at work at some time between two.
fn at_work(picks: &mut Picks<'_>, from: Timestamp, until: Timestamp) {
    let stretches = picks.facts.stretches.iter().take_while(|stretch| stretch.from < until.ms());
    let mut working: Vec<u32> =
        stretches.filter(|stretch| stretch.until > from.ms()).map(|stretch| stretch.session).collect();
    working = sorted(working, Ord::cmp);
    picks.rows.retain(|pick| pick.is_session() && working.binary_search(&pick.session).is_ok());
}

/// The bucket that a session is in.
fn bucket_of(picks: &Picks<'_>, pick: &Pick, of: BucketOf, now: Timestamp) -> Option<usize> {
    let row = picks.row(pick.session)?;
    match of {
        BucketOf::Length => Some(shape::length_bucket(pick.messages())).filter(|_| pick.messages() > 0),
        BucketOf::Duration => row.total_ms.map(shape::duration_bucket),
        BucketOf::Autonomy => shape::autonomy_bucket(pick.with_tools, pick.prompts),
        BucketOf::Archetype => Some(shape::archetype(pick.prompts, row.is_automated)),
        BucketOf::Grade => health::session_health(row, now).score.map(health::grade),
        BucketOf::Outcome => Some(health::outcome(row, now).0 as usize),
        BucketOf::Pressure => row.health.context().map(|(peak, window)| super::pressure::bucket(peak, window)),
    }
}

/// Whether a session is one, or belongs to it: where that one is not looked at, it stands for itself.
fn is_in_tree(facts: &Facts, archive: &Archive, session: u32, part: &Part, is_wanted: &dyn Fn(u32) -> bool) -> bool {
    let Part::Tree(key) = part else { return true };
    let owner = facts.sessions.get(session as usize).map(|row| row.owner).filter(|owner| is_wanted(*owner));
    archive.sessions().get(owner.unwrap_or(session) as usize).is_some_and(|found| found.key == *key)
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

fn requests(picks: &Picks<'_>, found: &mut Behind, part: &Part) {
    let window = picks.window();
    let is_right_day = |at: Option<Timestamp>| *part != Part::NoDate || at.is_none();
    for cell in cells(picks, window.as_ref()).iter().filter(|cell| *part != Part::NoDate || cell.day.is_none()) {
        found.totals.merge(&cell.totals);
    }
    for (number, used) in picks.uses(window).filter(|(_, used)| is_right_day(used.used_at)) {
        match found.requests.len() < MOST_REQUESTS {
            true => found.requests.extend(request(picks, number, used)),
            false => found.more += 1,
        }
    }
}

fn request(picks: &Picks<'_>, number: u32, used: &Use) -> Option<RequestBehind> {
    let entry = picks.archive.entries().get(number as usize)?;
    Some(RequestBehind {
        session: picks.session(entry.session)?.key.clone(),
        line: line_of(picks.archive, entry.record),
        at: used.used_at,
        model: picks.facts.names.get(used.model).to_owned(),
        tokens: entry.tokens,
        cost: entry.cost.amount().into(),
        counts_tokens: entry.counts_tokens,
        counts_cost: entry.counts_cost,
    })
}
