//! What is looked at: one filter for all panels, and what passes it.

use super::day::{Day, LocalClock};
use super::facts::{Call, Facts, Kind, LastMessage, SessionFacts, Slot, Use, quarter_start};
use crate::archive::{Archive, CostTally, Entry, Session, Totals};
use crate::formats;
use crate::logic::letters::{contains, lower_case};
use crate::logic::sessions::Filter;
use crate::logic::window::Window;
use crate::model::{Reported, Status, StrId, Tally, Timestamp, Wire, Zone};

/// Which sessions and messages are meant. Lists that are empty let everything pass.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Selection {
    pub filter: Filter,
    /// Stable names of formats.
    pub agents: Vec<String>,
    /// `unknown` is what has none; so for models and branches.
    pub projects: Vec<String>,
    /// Messages and requests of these alone; a prompt belongs to the model of the next answer (analytics.md §0).
    pub models: Vec<String>,
    pub branches: Vec<String>,
    /// Sessions with at least so many prompts, and what these started.
    pub min_prompts: u32,
    /// Without sessions of at most one prompt.
    pub without_one_shot: bool,
    /// Without sessions that a program started.
    pub without_automated: bool,
    pub termination: Option<Termination>,
    /// Messages and requests of this weekday (0 is Monday) and this hour alone, by their own times.
    pub weekday: Option<u8>,
    pub hour: Option<u8>,
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum Termination {
    /// With success, or with an answer where the log tells no outcome.
    Clean,
    Unclean,
}

/// A session that passes, with what of it passes.
#[derive(Debug, Clone, Copy)]
pub struct Pick {
    /// Its index in the archive.
    pub session: u32,
    pub kind: Kind,
    /// The day on which it started.
    pub day: Option<Day>,
    pub prompts: u32,
    pub responses: u32,
    pub with_tools: u32,
    pub thinking: u32,
    pub calls: u32,
    pub output: Reported<u64>,
    /// Its output is known to be too small.
    pub is_partial: bool,
    pub cost: CostTally,
    /// Sub-agents that it started and that are not loaded: its sums may be larger (token-coverage.md R7).
    pub missing: u32,
}

impl Pick {
    /// Prompts and answers (analytics.md §0).
    pub const fn messages(&self) -> u32 {
        self.prompts + self.responses
    }

    /// Whether it is a session of its own; of a fork only what it used counts.
    pub fn is_session(&self) -> bool {
        self.kind != Kind::Fork
    }

    /// Adds what it used, with what is not loaded of it.
    pub fn add_to(&self, output: &mut Tally, cost: &mut CostTally) {
        output.add(self.output, self.is_partial);
        output.eligible += self.missing;
        merge_cost(cost, &self.cost);
        cost.eligible += self.missing;
    }

    /// Whether nobody but a person, or a session before it, started it.
    pub fn is_main(&self) -> bool {
        self.kind == Kind::Main
    }
}

/// What passes model, weekday and hour.
#[derive(Debug, Clone)]
pub struct Sieve<'a> {
    models: Option<Vec<StrId>>,
    weekday: Option<u8>,
    hour: Option<u8>,
    clock: LocalClock<'a>,
}

impl Sieve<'_> {
    /// Whether messages are told apart at all.
    pub fn is_open(&self) -> bool {
        self.models.is_none() && !self.asks_time()
    }

    pub const fn asks_time(&self) -> bool {
        self.weekday.is_some() || self.hour.is_some()
    }

    pub fn keeps(&mut self, model: StrId, quarter: i32) -> bool {
        self.models.as_ref().is_none_or(|models| models.contains(&model)) && self.keeps_time(quarter)
    }

    fn keeps_time(&mut self, quarter: i32) -> bool {
        if !self.asks_time() {
            return true;
        }
        let Some(at) = quarter_start(quarter) else { return false };
        let (weekday, hour) = self.clock.hour_of_week(at);
        self.weekday.is_none_or(|wanted| wanted == weekday) && self.hour.is_none_or(|wanted| wanted == hour)
    }

    pub fn keeps_slot(&mut self, slot: &Slot) -> bool {
        self.keeps(slot.model, slot.quarter)
    }

    pub fn keeps_call(&mut self, call: &Call) -> bool {
        self.keeps(call.model, call.quarter)
    }
}

/// What passes a selection.
pub struct Picks<'a> {
    pub archive: &'a Archive,
    pub facts: &'a Facts,
    pub zone: &'a Zone,
    pub selection: &'a Selection,
    pub sieve: Sieve<'a>,
    /// Sessions that started in the window, in the archive's order.
    pub rows: Vec<Pick>,
    /// By session: whether it passes all but the window, which asks requests when they were made.
    pub is_wanted: Vec<bool>,
    /// Sessions left out of the window since nobody knows when they were.
    pub no_time: u32,
    /// Sessions left out since their messages have no times, and a weekday or an hour is asked for.
    pub without_hours: u32,
    /// Runs left out since the log of the agent that they called counts (DESIGN §4).
    pub counted_elsewhere: u32,
}

impl<'a> Picks<'a> {
    /// The archive must be assembled, and the facts be its own.
    pub fn new(archive: &'a Archive, facts: &'a Facts, selection: &'a Selection, zone: &'a Zone) -> Self {
        let models = (!selection.models.is_empty()).then(|| ids_of(facts, &selection.models));
        let sieve = Sieve { models, weekday: selection.weekday, hour: selection.hour, clock: LocalClock::new(zone) };
        let passing = passing(archive, facts, selection);
        let mut picks = Self {
            archive,
            facts,
            zone,
            selection,
            sieve,
            rows: Vec::new(),
            is_wanted: Vec::with_capacity(passing.len()),
            no_time: 0,
            without_hours: 0,
            counted_elsewhere: 0,
        };
        for (row, passes) in facts.sessions.iter().zip(&passing) {
            // Its own log counts instead, unless that is not looked at.
            let is_elsewhere =
                row.counted_in.is_some_and(|own| passing.get(own as usize).is_some_and(|passes| *passes));
            picks.counted_elsewhere += u32::from(*passes && is_elsewhere);
            picks.is_wanted.push(*passes && !is_elsewhere);
        }
        picks.fill();
        picks
    }

    fn fill(&mut self) {
        let mut clock = LocalClock::new(self.zone);
        for (row, number) in self.facts.sessions.iter().zip(0u32..) {
            if !self.is_wanted.get(number as usize).is_some_and(|wanted| *wanted) {
                continue;
            }
            if let Some(window) = self.window().filter(|window| !window.contains(row.started)) {
                let is_whole = window.start.is_none() && window.end.is_none();
                self.no_time += u32::from(row.started.is_none() && !is_whole);
                continue;
            }
            let day = row.started.map(|at| clock.day(at));
            if let Some(pick) = self.pick(number, row, day) {
                self.rows.push(pick);
            }
        }
    }

    pub fn window(&self) -> Option<Window> {
        self.selection.filter.window
    }

    pub fn session(&self, number: u32) -> Option<&'a Session> {
        self.archive.sessions().get(number as usize)
    }

    /// The facts of a session.
    pub fn row(&self, number: u32) -> Option<&'a SessionFacts> {
        self.facts.sessions.get(number as usize)
    }

    /// The messages of a session.
    pub fn slots(&self, row: &SessionFacts) -> &'a [Slot] {
        self.facts.slots.get(row.slots.start as usize..row.slots.end as usize).unwrap_or_default()
    }

    /// The tool calls of a session.
    pub fn calls(&self, row: &SessionFacts) -> &'a [Call] {
        self.facts.calls.get(row.calls.start as usize..row.calls.end as usize).unwrap_or_default()
    }

    fn pick(&mut self, number: u32, row: &SessionFacts, day: Option<Day>) -> Option<Pick> {
        let session = self.session(number)?;
        let mut pick = Pick {
            session: number,
            kind: row.kind,
            day,
            prompts: row.prompts,
            responses: row.responses,
            with_tools: row.with_tools,
            thinking: row.thinking,
            calls: row.calls.end - row.calls.start,
            output: Reported::NOT_RECORDED,
            is_partial: false,
            cost: CostTally::default(),
            missing: 0,
        };
        let mut totals = session.totals;
        match self.sieve.is_open() {
            true => pick.missing = self.missing(session),
            false => totals = self.sieved(session, row, &mut pick)?,
        }
        (pick.output, pick.is_partial) = (totals.output.value(), totals.output.is_lower_bound());
        pick.cost = totals.cost;
        Some(pick)
    }

    /// Sub-agents of a session that are not loaded, where they are looked at. Nobody knows their models and times.
    pub fn missing(&self, session: &Session) -> u32 {
        if self.selection.filter.own_only { 0 } else { session.missing_children }
    }

    /// Counts what the sieve keeps of a session; `None` where that is nothing (token-coverage.md A4, A5).
    fn sieved(&mut self, session: &Session, row: &SessionFacts, pick: &mut Pick) -> Option<Totals> {
        (pick.prompts, pick.responses, pick.with_tools, pick.thinking, pick.calls) = (0, 0, 0, 0, 0);
        let mut found = 0u32;
        for slot in self.slots(row) {
            if self.sieve.keeps_slot(slot) {
                pick.prompts += slot.prompts;
                pick.responses += slot.responses;
                pick.with_tools += slot.with_tools;
                pick.thinking += slot.thinking;
                found += 1;
            }
        }
        for call in self.calls(row) {
            pick.calls += u32::from(self.sieve.keeps_call(call));
        }
        let mut totals = Totals::default();
        for (number, entry) in self.entries_of(session) {
            if self.keeps_entry(number) {
                totals.add(entry);
                found += 1;
            }
        }
        let is_untimed = row.untimed > 0 && row.untimed == row.prompts + row.responses;
        self.without_hours += u32::from(found == 0 && self.sieve.asks_time() && is_untimed);
        (found + pick.calls > 0).then_some(totals)
    }

    /// What counts for a session, with the numbers of the entries.
    pub fn entries_of(&self, session: &Session) -> impl Iterator<Item = (u32, &'a Entry)> + use<'a> {
        (session.entries.start..).zip(self.archive.entries_of(session))
    }

    /// Whether an entry passes model, weekday and hour.
    pub fn keeps_entry(&mut self, number: u32) -> bool {
        keeps_entry(self.facts, &mut self.sieve, number)
    }

    /// As [`Picks::keeps_entry`], with a sieve of the caller's own.
    pub fn entry_passes(&self, sieve: &mut Sieve<'a>, number: u32) -> bool {
        keeps_entry(self.facts, sieve, number)
    }

    /// Entries that count for what is wanted, were used within a window and pass model, weekday and hour.
    pub fn uses(&self, window: Option<Window>) -> impl Iterator<Item = (u32, &'a Use)> + use<'_, 'a> {
        let mut sieve = self.sieve.clone();
        let is_open = sieve.is_open();
        (0u32..).zip(&self.facts.uses).filter(move |(_, used)| {
            used.counts
                && self.wants(used.session)
                && window.is_none_or(|window| window.contains(used.used_at))
                && (is_open || sieve.keeps(used.model, used.quarter))
        })
    }

    /// Whether a session passes all but the window.
    pub fn wants(&self, session: u32) -> bool {
        self.is_wanted.get(session as usize).is_some_and(|wanted| *wanted)
    }

    /// First and last day of what is shown: of the window where it has ends, else of the rows.
    pub fn days(&self) -> Option<(Day, Day)> {
        let known = || self.rows.iter().filter_map(|pick| pick.day);
        self.range(known().min(), known().max())
    }

    /// From the window's first day to its last, an open end being that of the data.
    pub fn range(&self, first: Option<Day>, last: Option<Day>) -> Option<(Day, Day)> {
        let mut clock = LocalClock::new(self.zone);
        let window = self.window();
        let start = window.and_then(|window| window.start).map(|at| clock.day(at));
        let end = window
            .and_then(|window| window.end)
            .map(|at| clock.day(Timestamp::from_nanos(at.nanos().saturating_sub(1))));
        let (first, last) = (start.or(first).or(last)?, end.or(last).or(first)?);
        Some((first, last.max(first)))
    }
}

fn keeps_entry(facts: &Facts, sieve: &mut Sieve<'_>, number: u32) -> bool {
    facts.uses.get(number as usize).is_some_and(|used| sieve.is_open() || sieve.keeps(used.model, used.quarter))
}

/// Adds another sum of costs.
pub fn merge_cost(sum: &mut CostTally, other: &CostTally) {
    sum.known = sum.known + other.known;
    sum.reported += other.reported;
    sum.eligible += other.eligible;
    sum.computed += other.computed;
    sum.partial += other.partial;
}

/// The ids of names; `unknown` is what nobody named, too.
fn ids_of(facts: &Facts, names: &[String]) -> Vec<StrId> {
    let wanted = |text: &str| names.iter().any(|name| name == text);
    let known = facts.names.texts().iter().zip(1u32..).filter(|(text, _)| wanted(text)).map(|(_, id)| StrId(id));
    known.chain(wanted("unknown").then_some(StrId::NONE)).collect()
}

/// By session: whether it passes all but the window, and what cuts sessions into messages.
fn passing(archive: &Archive, facts: &Facts, selection: &Selection) -> Vec<bool> {
    let needle = selection.filter.needle();
    let is_named = |wanted: &[String], id: StrId| wanted.is_empty() || wanted.iter().any(|name| name == facts.name(id));
    let has_text = |number: u32| {
        needle.is_empty() || archive.sessions().get(number as usize).is_some_and(|session| mentions(session, &needle))
    };
    let passes = |(row, number): (&SessionFacts, u32)| {
        let is_kind = match row.kind {
            Kind::Uncounted => false,
            Kind::Main => true,
            Kind::SubAgent | Kind::Fork => !selection.filter.own_only,
        };
        // What a session started goes with it.
        let owner = facts.sessions.get(row.owner as usize).unwrap_or(row);
        let is_long = owner.prompts >= selection.min_prompts && !(selection.without_one_shot && owner.prompts <= 1);
        is_kind
            && is_named(&selection.agents, row.agent)
            && is_named(&selection.projects, row.project)
            && is_named(&selection.branches, row.branch)
            && is_long
            && !(selection.without_automated && owner.is_automated)
            && selection.termination.is_none_or(|wanted| wanted == termination(owner))
            && (has_text(number) || row.owner != number && has_text(row.owner))
    };
    facts.sessions.iter().zip(0u32..).map(passes).collect()
}

/// Whether a text stands in what the session list shows of a session.
fn mentions(session: &Session, needle: &str) -> bool {
    let part = &session.part;
    let agent = formats::by_id(session.format).map_or(session.format, |format| format.name());
    let optional = [&part.title, &part.project, &part.harness, &part.provider].into_iter().flatten();
    let mut texts = [part.id.as_str(), agent].into_iter().chain(optional.chain(&part.models).map(String::as_str));
    texts.any(|text| contains(&lower_case(text), needle))
}

fn termination(row: &SessionFacts) -> Termination {
    match (row.health.status, row.health.last) {
        (Status::Success | Status::AwaitingUser, _) => Termination::Clean,
        (Status::Unknown | Status::Pending, LastMessage::Response) => Termination::Clean,
        _ => Termination::Unclean,
    }
}
