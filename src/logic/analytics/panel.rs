//! What each panel says of itself: whom it counts, by which date, and how much of it was recorded.

use super::select::Picks;
use crate::logic::filter::Facet;
use crate::logic::format::count;
use crate::logic::letters::capitalised;
use crate::model::{Tally, Wire};

/// Whom a panel counts (analytics.md §0 "Scope").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub enum PanelScope {
    /// Sessions with their sub-agents.
    #[default]
    Sessions,
    /// Roots and what goes on from other sessions.
    Main,
    /// All that was paid, sub-agents and forks included.
    Usage,
    /// The user left sub-agents and forks out.
    OwnOnly,
}

/// By which date rows fall into the range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub enum Basis {
    #[default]
    SessionStart,
    MessageTime,
    RequestTime,
}

/// How many of what could be recorded is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct Covered {
    pub reported: u32,
    pub eligible: u32,
    pub unit: Unit,
}

/// What coverage counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub enum Unit {
    #[default]
    SessionsWithTokens,
    RequestsWithTokens,
    TimedMessages,
    TimedSessions,
    FinishedCalls,
    ScoredSessions,
    PricedRequests,
    RequestsWithCost,
    SessionsWithCost,
    TimedRequests,
    SessionsWithPressure,
    SessionsWithRouting,
    SessionsWithTelemetry,
}

/// The line under a panel, as data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Panel {
    pub scope: PanelScope,
    pub basis: Basis,
    pub coverage: Covered,
    /// What is left out, guessed or not known, sentence by sentence.
    pub notes: Vec<String>,
}

impl PanelScope {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Main => "main",
            Self::Usage => "usage",
            Self::OwnOnly => "own-only",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Sessions => "sessions and their sub-agents",
            Self::Main => "sessions without sub-agents and forks",
            Self::Usage => "all that was used, sub-agents and forks included",
            Self::OwnOnly => "sub-agents and forks left out",
        }
    }
}

impl Basis {
    pub const fn name(self) -> &'static str {
        match self {
            Self::SessionStart => "session-start",
            Self::MessageTime => "message-time",
            Self::RequestTime => "request-time",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::SessionStart => "by the day a session started",
            Self::MessageTime => "by the time of each message",
            Self::RequestTime => "by the time of each request",
        }
    }
}

impl Unit {
    pub const fn name(self) -> &'static str {
        match self {
            Self::SessionsWithTokens => "sessions-with-tokens",
            Self::RequestsWithTokens => "requests-with-tokens",
            Self::TimedMessages => "timed-messages",
            Self::TimedSessions => "timed-sessions",
            Self::FinishedCalls => "finished-calls",
            Self::ScoredSessions => "scored-sessions",
            Self::PricedRequests => "priced-requests",
            Self::RequestsWithCost => "requests-with-cost",
            Self::SessionsWithCost => "sessions-with-cost",
            Self::TimedRequests => "timed-requests",
            Self::SessionsWithPressure => "sessions-with-pressure",
            Self::SessionsWithRouting => "sessions-with-routing",
            Self::SessionsWithTelemetry => "sessions-with-telemetry",
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::SessionsWithTokens => ("output tokens recorded by", "sessions"),
            Self::RequestsWithTokens => ("output tokens recorded by", "requests"),
            Self::TimedMessages => ("times recorded of", "messages"),
            Self::TimedSessions => ("times recorded of", "sessions"),
            Self::FinishedCalls => ("results recorded of", "tool calls"),
            Self::ScoredSessions => ("a score for", "sessions"),
            Self::PricedRequests => ("a price for", "requests"),
            Self::RequestsWithCost => ("cost known of", "requests"),
            Self::SessionsWithCost => ("cost known of", "sessions"),
            Self::TimedRequests => ("times recorded of", "requests"),
            Self::SessionsWithPressure => ("prompt size and window known of", "sessions"),
            Self::SessionsWithRouting => ("the router's choices recorded by", "sessions"),
            Self::SessionsWithTelemetry => ("recorded by", "sessions"),
        }
    }
}

impl Covered {
    pub const fn of(tally: &Tally, unit: Unit) -> Self {
        Self { reported: tally.reported, eligible: tally.eligible, unit }
    }

    /// `output tokens recorded by 5 of 6 sessions`
    pub fn text(&self) -> String {
        let (before, unit) = self.unit.words();
        format!("{before} {} of {} {unit}", self.reported, self.eligible)
    }
}

impl Panel {
    /// With what holds for all panels: what the filter had to leave out.
    pub fn new(picks: &Picks<'_>, scope: PanelScope, basis: Basis) -> Self {
        let is_own = picks.selection.filter.own_only && scope != PanelScope::Main;
        let mut panel = Self { scope: if is_own { PanelScope::OwnOnly } else { scope }, basis, ..Self::default() };
        panel.tell(picks.no_time, "session", "without a start, in no window");
        panel.tell(picks.without_hours, "session", "without times left out, which a weekday or hour asks for");
        if !picks.selection.filter.chosen.of(Facet::Provider).is_empty() {
            panel.note("a provider is that of a whole session: its own word, else its first request's");
        }
        panel.tell(picks.counted_elsewhere, "run", "counted in the log of the agent that they called");
        panel
    }

    /// A note on some of a thing; none where there are none.
    pub fn tell(&mut self, number: u32, noun: &str, what: &str) {
        if number > 0 {
            self.notes.push(format!("{} {what}", count(number.into(), noun)));
        }
    }

    pub fn note(&mut self, words: &str) {
        self.notes.push(words.to_owned());
    }

    /// `Sessions and their sub-agents, by the day a session started; output tokens recorded by 5 of 6 sessions`
    pub fn sentence(&self) -> String {
        let covered = if self.coverage.eligible > 0 { ["; ", &self.coverage.text()].concat() } else { String::new() };
        capitalised(&[self.scope.words(), ", ", self.basis.words(), &covered].concat())
    }

    /// The whole line: `sessions and their sub-agents; by the day a session started; …`.
    pub fn line(&self) -> String {
        let mut line = [self.scope.words(), "; ", self.basis.words()].concat();
        let coverage = Some(self.coverage.text()).filter(|_| self.coverage.eligible > 0);
        for words in coverage.iter().chain(&self.notes) {
            line.push_str("; ");
            line.push_str(words);
        }
        line
    }
}
