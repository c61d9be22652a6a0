//! Rows of the session list: what they show, which of them pass a filter, in which order.

use super::letters::{contains, lower_case};
use super::window::Window;
use crate::archive::{Archive, Session, Totals};
use crate::formats;
use crate::model::{Counts, Relation, Reported, SessionPart, Status, Timestamp, Wire, order_of, put_in_order};
use std::cmp::Ordering;

/// What a list shows of one session.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct SessionRow {
    pub key: String,
    pub id: String,
    /// Stable name of the format.
    pub agent: String,
    /// The agent's name for people.
    pub agent_name: String,
    pub harness: Option<String>,
    pub provider: Option<String>,
    pub models: Vec<String>,
    pub project: Option<String>,
    pub title: Option<String>,
    pub status: Status,
    pub status_word: String,
    pub has_outcome: bool,
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub duration_ms: Reported<u64>,
    pub counts: Counts,
    /// Its own sums.
    pub totals: Totals,
    /// With its sub-agents and forks (token-coverage.md R7).
    pub tree: Totals,
    /// Sessions below it.
    pub descendants: u32,
    /// Sessions that it started and that are not loaded.
    pub missing_children: u32,
    pub relation: Relation,
    pub parent: Option<String>,
    /// Id of a parent that is not loaded.
    pub missing_parent: Option<String>,
    /// Key of the session whose own log counts instead of this one (DESIGN §4).
    pub counted_in: Option<String>,
    /// How much of it is copied history had to be guessed (codex.md X5).
    pub is_replay_uncertain: bool,
    /// Only the use of the agent's limits was asked for: listed on demand (claude-code.md §8).
    pub is_probe: bool,
    /// The largest prompt that the model takes, where the log says it.
    pub context_window: Reported<u64>,
    /// Paths of its sources.
    pub sources: Vec<String>,
}

impl SessionRow {
    /// What the list calls it: its title, else its id.
    pub fn label(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }

    /// The program that was asked to do the work, where that is not the agent itself.
    pub fn told_harness(&self) -> Option<&str> {
        self.harness.as_deref().filter(|harness| !self.agent.starts_with(harness))
    }

    /// Rows of its transcript that people count: prompts, responses and tool calls.
    pub fn steps(&self) -> u32 {
        self.counts.prompts + self.counts.responses + self.counts.tool_calls
    }

    /// Errors of the agent and failed tools.
    pub fn failures(&self) -> u32 {
        self.counts.errors + self.counts.tool_failures
    }
}

/// Whose usage stands in the row of a session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub enum Sums {
    /// That of all that it started, too (token-coverage.md R7). Rows then must not be added up.
    #[default]
    Tree,
    /// Its own alone.
    Own,
}

impl Sums {
    /// Stable name, as exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tree => "tree",
            Self::Own => "own",
        }
    }

    /// These sums of a row.
    pub const fn of(self, row: &SessionRow) -> &Totals {
        match self {
            Self::Tree => &row.tree,
            Self::Own => &row.totals,
        }
    }
}

/// The rows of all sessions, in the archive's order.
pub fn rows(archive: &Archive) -> Vec<SessionRow> {
    archive.sessions().iter().filter_map(|session| row(archive, session)).collect()
}

/// The row of one session.
pub fn row(archive: &Archive, session: &Session) -> Option<SessionRow> {
    let part = session.part.clone();
    let places = session.places.iter().chain(&session.copies).filter_map(|place| archive.source(place.source));
    let sources = places.map(|source| source.meta.path.clone()).collect();
    let agent_name = formats::by_id(session.format).map_or(session.format, |format| format.name()).to_owned();
    let SessionPart { id, harness, provider, models, project, title, status, status_word, has_outcome, .. } = part;
    Some(SessionRow {
        key: session.key.clone(),
        agent: session.format.to_owned(),
        agent_name,
        started: part.started,
        ended: part.ended,
        duration_ms: part.duration_ms,
        counts: part.counts,
        totals: session.totals,
        tree: session.tree,
        descendants: session.descendants,
        missing_children: session.missing_children,
        missing_parent: session.missing_parent.clone(),
        counted_in: session.counted_in.clone(),
        is_replay_uncertain: session.is_replay_uncertain,
        is_probe: part.is_probe,
        context_window: part.context_window,
        relation: session.relation,
        parent: session.parent.clone(),
        sources,
        id,
        harness,
        provider,
        models,
        project,
        title,
        status,
        status_word,
        has_outcome,
    })
}

/// Which sessions are meant.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Filter {
    /// Part of the title, the id, the project or the model, whatever the case.
    pub text: String,
    pub window: Option<Window>,
    /// Sums leave sub-agents and forks out.
    pub own_only: bool,
}

impl Filter {
    pub fn passes(&self, row: &SessionRow) -> bool {
        self.window.as_ref().is_none_or(|window| window.contains(row.started)) && self.passes_text(row)
    }

    /// What its text looks for, in small letters; empty where everything passes.
    pub fn needle(&self) -> String {
        lower_case(self.text.trim())
    }

    fn passes_text(&self, row: &SessionRow) -> bool {
        let needle = self.needle();
        if needle.is_empty() {
            return true;
        }
        let optional = [&row.title, &row.project, &row.harness, &row.provider].into_iter().flatten();
        let mut texts = [&row.id, &row.agent_name].into_iter().chain(optional).chain(&row.models);
        texts.any(|text| contains(&lower_case(text), &needle))
    }
}

/// A column that the list can be sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub enum SortBy {
    Title,
    Agent,
    Model,
    Project,
    #[default]
    Start,
    Duration,
    Steps,
    Errors,
    Output,
    Cost,
}

impl SortBy {
    /// In the order of their names in links.
    pub const ALL: [Self; 10] = [
        Self::Title,
        Self::Agent,
        Self::Model,
        Self::Project,
        Self::Start,
        Self::Duration,
        Self::Steps,
        Self::Errors,
        Self::Output,
        Self::Cost,
    ];

    /// Stable name, as links write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Agent => "agent",
            Self::Model => "model",
            Self::Project => "project",
            Self::Start => "start",
            Self::Duration => "duration",
            Self::Steps => "steps",
            Self::Errors => "errors",
            Self::Output => "output",
            Self::Cost => "cost",
        }
    }
}

/// How a list is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Order {
    pub by: SortBy,
    pub is_descending: bool,
    pub sums: Sums,
}

/// Sorts rows; what is not recorded stands last in both directions, ties by key.
pub fn sort<T: AsRef<SessionRow>>(rows: &mut [T], order: Order) {
    let Order { by, is_descending, .. } = order;
    let row = |index: usize| -> &SessionRow { rows[index].as_ref() };
    let titles: Vec<String> = match by {
        SortBy::Title => rows.iter().map(|row| lower_case(row.as_ref().label())).collect(),
        _ => Vec::new(),
    };
    let sorted = order_of(rows.len(), &|a, b| {
        let compared = match by {
            SortBy::Title => known(Some(&titles[a]), Some(&titles[b]), is_descending),
            _ => compare(row(a), row(b), order),
        };
        compared.then_with(|| row(a).key.cmp(&row(b).key))
    });
    put_in_order(rows, sorted);
}

impl AsRef<SessionRow> for SessionRow {
    fn as_ref(&self) -> &SessionRow {
        self
    }
}

fn known<T: Ord>(a: Option<T>, b: Option<T>, is_descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if is_descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn compare(a: &SessionRow, b: &SessionRow, Order { by, is_descending, sums }: Order) -> Ordering {
    match by {
        // By their small letters, which the caller has.
        SortBy::Title => Ordering::Equal,
        SortBy::Agent => known(Some(&a.agent_name), Some(&b.agent_name), is_descending),
        SortBy::Model => known(a.models.first(), b.models.first(), is_descending),
        SortBy::Project => known(a.project.as_ref(), b.project.as_ref(), is_descending),
        SortBy::Start => known(a.started, b.started, is_descending),
        SortBy::Duration => known(a.duration_ms.get(), b.duration_ms.get(), is_descending),
        SortBy::Steps => known(Some(a.steps()), Some(b.steps()), is_descending),
        SortBy::Errors => known(Some(a.failures()), Some(b.failures()), is_descending),
        SortBy::Output => {
            let output = |row: &SessionRow| sums.of(row).output.value().get();
            known(output(a), output(b), is_descending)
        }
        SortBy::Cost => {
            let cost = |row: &SessionRow| {
                let cost = &sums.of(row).cost;
                (cost.reported > 0).then_some(cost.known)
            };
            known(cost(a), cost(b), is_descending)
        }
    }
}
