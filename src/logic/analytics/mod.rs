//! The dashboards (analytics.md): one filter, one pass over facts made once, and for each panel whom it counts, by which
//! date and how much of that was recorded.

pub mod activity;
pub mod attribution;
pub mod behind;
pub mod blocks;
mod build;
pub mod category;
pub mod cells;
pub mod choices;
pub mod comparison;
pub mod concurrency;
pub mod day;
pub mod dearest;
pub mod facts;
pub mod health;
pub mod heatmap;
pub mod hours;
pub mod listing;
pub mod panel;
pub mod part;
pub mod passing;
pub mod pressure;
pub mod projects;
pub mod savings;
pub mod select;
pub mod shape;
pub mod stats;
pub mod summary;
pub mod telemetry;
pub mod tools;
pub mod top;
pub mod usage;
pub mod velocity;
mod walk;
pub mod wish;

#[cfg(test)]
pub(crate) mod any;
#[cfg(test)]
pub(crate) mod example;
#[cfg(test)]
mod passing_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod usage_tests;

pub use facts::Facts;
pub use select::Selection;

use super::metric_choice::{Capabilities, Capability, ChartMetric};
use crate::archive::Archive;
use crate::formats;
use crate::model::{Timestamp, Wire, Zone};
use attribution::RankBy;
use cells::{Split, TokenKinds};
use comparison::Pair;
use day::Granularity;
use select::Picks;
use usage::UsageBy;

/// One panel, by the name that links, exports and the command use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Wire)]
pub enum PanelKind {
    Summary,
    Heatmap,
    Activity,
    HourOfWeek,
    Top,
    Projects,
    Shape,
    Velocity,
    Tools,
    Usage,
    Attribution,
    Dearest,
    Savings,
    Blocks,
    Comparison,
    Concurrency,
    Pressure,
    Routing,
    PostMortem,
    Health,
    /// A row a session; only where it is asked for by name.
    Sessions,
}

impl PanelKind {
    /// In the order of the page.
    pub const ALL: [Self; 21] = [
        Self::Summary,
        Self::Heatmap,
        Self::Activity,
        Self::HourOfWeek,
        Self::Top,
        Self::Projects,
        Self::Shape,
        Self::Velocity,
        Self::Tools,
        Self::Usage,
        Self::Attribution,
        Self::Dearest,
        Self::Savings,
        Self::Blocks,
        Self::Comparison,
        Self::Concurrency,
        Self::Pressure,
        Self::Routing,
        Self::PostMortem,
        Self::Health,
        Self::Sessions,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Heatmap => "heatmap",
            Self::Activity => "activity",
            Self::HourOfWeek => "hour-of-week",
            Self::Top => "top",
            Self::Projects => "projects",
            Self::Shape => "shape",
            Self::Velocity => "velocity",
            Self::Tools => "tools",
            Self::Usage => "usage",
            Self::Attribution => "attribution",
            Self::Dearest => "dearest",
            Self::Savings => "savings",
            Self::Blocks => "blocks",
            Self::Comparison => "comparison",
            Self::Concurrency => "concurrency",
            Self::Pressure => "pressure",
            Self::Routing => "routing",
            Self::PostMortem => "post-mortem",
            Self::Health => "health",
            Self::Sessions => "sessions",
        }
    }

    /// The inverse of [`PanelKind::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|panel| panel.name() == name)
    }
}

/// What is asked: the selection, and how panels are to be cut.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct OverviewAsk {
    pub selection: Selection,
    /// The clock of whoever asks.
    pub now: Timestamp,
    /// Effective metrics ([`crate::logic::metric_choice`]).
    pub heatmap: ChartMetric,
    pub top: ChartMetric,
    /// The ranking by tokens counts what sub-agents generated.
    pub top_with_tree: bool,
    /// `None` fits the range.
    pub granularity: Option<Granularity>,
    /// `None` fits the range.
    pub usage_by: Option<UsageBy>,
    pub split: Split,
    pub rank: RankBy,
    pub kinds: TokenKinds,
    pub pair: Option<Pair>,
    /// Panels to compute; empty means all but the list of sessions.
    pub panels: Vec<PanelKind>,
}

impl OverviewAsk {
    /// Everything, at a time.
    pub fn at(now: Timestamp) -> Self {
        Self {
            selection: Selection::default(),
            now,
            heatmap: ChartMetric::Messages,
            top: ChartMetric::Messages,
            top_with_tree: false,
            granularity: None,
            usage_by: Some(UsageBy::default()),
            split: Split::default(),
            rank: RankBy::default(),
            kinds: TokenKinds::default(),
            pair: None,
            panels: Vec::new(),
        }
    }

    /// Whether a panel is asked for.
    pub fn wants(&self, panel: PanelKind) -> bool {
        self.panels.is_empty() && panel != PanelKind::Sessions || self.panels.contains(&panel)
    }
}

/// All panels; those that were not asked for are `None`. The page draws some of them; only these travel to it.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Overview {
    /// What all loaded sessions have, whatever the filter.
    pub capabilities: Capabilities,
    /// Stable names of the loaded formats, and what people call them: the page does not know formats.
    pub agents: Vec<(String, String)>,
    pub summary: Option<summary::Summary>,
    pub heatmap: Option<heatmap::Heatmap>,
    pub activity: Option<activity::Activity>,
    /// It as the page draws it (`logic::drawn::activity`); added where the page asks.
    pub activity_columns: Vec<super::drawn::Columns>,
    pub hour_of_week: Option<hours::HourOfWeek>,
    pub top: Option<top::Top>,
    pub projects: Option<projects::Projects>,
    pub shape: Option<shape::Shape>,
    pub velocity: Option<velocity::Velocity>,
    pub tools: Option<tools::Tools>,
    #[wire(skip)]
    pub usage: Option<usage::UsageOverTime>,
    #[wire(skip)]
    pub attribution: Option<attribution::Attribution>,
    #[wire(skip)]
    pub dearest: Option<dearest::Dearest>,
    #[wire(skip)]
    pub savings: Option<savings::Savings>,
    #[wire(skip)]
    pub blocks: Option<blocks::Blocks>,
    /// `None` also where no pair is asked for.
    #[wire(skip)]
    pub comparison: Option<comparison::Comparison>,
    #[wire(skip)]
    pub concurrency: Option<concurrency::Concurrency>,
    #[wire(skip)]
    pub pressure: Option<pressure::Pressure>,
    /// `None` also where no session that passes knows a router; the next where none tells of its work.
    #[wire(skip)]
    pub routing: Option<telemetry::Routing>,
    #[wire(skip)]
    pub post_mortem: Option<telemetry::PostMortems>,
    pub health: Option<health::Health>,
    #[wire(skip)]
    pub sessions: Option<listing::Listing>,
}

/// Answers. The archive must be assembled, and the facts be its own.
pub fn overview(archive: &Archive, facts: &Facts, ask: &OverviewAsk, zone: &Zone) -> Overview {
    let mut picks = Picks::new(archive, facts, &ask.selection, zone);
    let wants = |panel| ask.wants(panel);
    let mut overview = Overview { capabilities: capabilities(archive), agents: agents(archive), ..Overview::default() };
    overview.summary = wants(PanelKind::Summary).then(|| summary::summary(&picks));
    overview.heatmap = wants(PanelKind::Heatmap).then(|| heatmap::heatmap(&picks, ask.heatmap));
    overview.activity = wants(PanelKind::Activity).then(|| activity::activity(&picks, ask.granularity));
    overview.hour_of_week = wants(PanelKind::HourOfWeek).then(|| hour_of_week(&picks, zone));
    overview.top = wants(PanelKind::Top).then(|| top::top(&picks, ask.top, ask.top_with_tree));
    overview.projects = wants(PanelKind::Projects).then(|| projects::projects(&picks));
    overview.shape = wants(PanelKind::Shape).then(|| shape::shape(&picks));
    overview.velocity = wants(PanelKind::Velocity).then(|| velocity::velocity(&picks));
    overview.tools = wants(PanelKind::Tools).then(|| tools::tools(&picks));
    of_usage(&mut overview, &picks, ask);
    overview.blocks = wants(PanelKind::Blocks).then(|| blocks::blocks(&mut picks, ask.now));
    overview.concurrency = wants(PanelKind::Concurrency).then(|| concurrency::concurrency(&picks));
    overview.pressure = wants(PanelKind::Pressure).then(|| pressure::pressure(&picks));
    overview.routing = if wants(PanelKind::Routing) { telemetry::routing(&picks) } else { None };
    overview.post_mortem = if wants(PanelKind::PostMortem) { telemetry::post_mortems(&picks) } else { None };
    overview.health = wants(PanelKind::Health).then(|| health::health(&picks, ask.now));
    overview.sessions = wants(PanelKind::Sessions).then(|| listing::listing(&picks));
    overview
}

/// The panels that are made of cells.
fn of_usage(overview: &mut Overview, picks: &Picks<'_>, ask: &OverviewAsk) {
    let wants = |panel| ask.wants(panel);
    let window = picks.window();
    let of_cells =
        [PanelKind::Usage, PanelKind::Attribution, PanelKind::Dearest, PanelKind::Savings, PanelKind::Comparison];
    if !of_cells.into_iter().any(wants) {
        return;
    }
    let cells = cells::cells(picks, window.as_ref());
    let usage = usage::usage(picks, &cells, ask.usage_by, ask.split);
    overview.savings = wants(PanelKind::Savings).then(|| savings::savings(picks, &usage.totals));
    overview.attribution =
        wants(PanelKind::Attribution).then(|| attribution::attribution(picks, &cells, ask.split, ask.rank, ask.kinds));
    let pair = ask.pair.as_ref().filter(|_| wants(PanelKind::Comparison));
    overview.comparison = pair.map(|pair| comparison::comparison(picks, &cells, pair, ask.rank, ask.kinds));
    overview.dearest = wants(PanelKind::Dearest).then(|| dearest::dearest(picks, &cells, ask.kinds));
    overview.usage = wants(PanelKind::Usage).then_some(usage);
}

fn agents(archive: &Archive) -> Vec<(String, String)> {
    let mut agents: Vec<(String, String)> = Vec::new();
    for session in archive.sessions() {
        if !agents.iter().any(|(id, _)| id == session.format) {
            let name = formats::by_id(session.format).map_or(session.format, |format| format.name());
            agents.push((session.format.to_owned(), name.to_owned()));
        }
    }
    agents
}

/// The panel that sets weekday and hour ignores both.
fn hour_of_week(picks: &Picks<'_>, zone: &Zone) -> hours::HourOfWeek {
    if !picks.sieve.asks_time() {
        return hours::hour_of_week(picks);
    }
    let selection = hours::without_hours(picks.selection);
    hours::hour_of_week(&Picks::new(picks.archive, picks.facts, &selection, zone))
}

/// What the loaded data has (token-coverage.md §6).
pub fn capabilities(archive: &Archive) -> Capabilities {
    let of = |has: fn(&crate::archive::Totals) -> bool| match archive
        .sessions()
        .iter()
        .any(|session| has(&session.totals))
    {
        true => Capability::Present,
        false => Capability::Absent,
    };
    Capabilities {
        output_tokens: of(|totals| totals.output.reported > 0),
        cost: of(|totals| totals.cost.reported > 0),
        context: of(|totals| totals.peak_context.is_recorded()),
    }
}
