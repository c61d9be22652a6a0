//! What the page asks the worker, and what the worker answers.

use crate::export::convert::Target;
use crate::export::overview::ShownTable;
use crate::export::overview::total::TotalView;
use crate::logic::agents::Agent;
use crate::logic::analytics::choices::Choice;
use crate::logic::analytics::{Overview, OverviewAsk, Selection};
use crate::logic::compare::Compared;
use crate::logic::coverage::CoverageView;
use crate::logic::drawn::Drawn;
use crate::logic::explain::Explanation;
use crate::logic::files::{Content, Files};
use crate::logic::filter::{Facet, Filter};
use crate::logic::kin::Kin;
use crate::logic::outline::Wording;
use crate::logic::problems::ProblemGroup;
use crate::logic::range::RangeSums;
use crate::logic::raw_line::Portion;
use crate::logic::redact::{Decisions, Review};
use crate::logic::replay::Spent;
use crate::logic::report::Report;
use crate::logic::search::found::FoundPart;
use crate::logic::search::{Cursor, SearchPart, Spec};
use crate::logic::sessions::{SessionRow, Sums};
use crate::logic::shown::{Part, ShownBody};
use crate::logic::step_usage::StepUsage;
use crate::logic::transcript::Durabilities;
use crate::logic::usage::By;
use crate::logic::usage_view::{Counting, UsageView};
use crate::model::{Body, Fact, PriceMode, SourceId, Timestamp, Wire, Zone};

#[derive(Debug, Clone, PartialEq, Wire)]
pub enum Query {
    Usage {
        by: By,
        filter: Filter,
        counting: Option<Counting>,
        zone: Zone,
    },
    /// The reference report as CSV (fizeau.md §7.3), or ours.
    UsageCsv {
        by: By,
        filter: Filter,
        counting: Option<Counting>,
        zone: Zone,
    },
    /// Which sessions pass a filter.
    Passing {
        filter: Filter,
        zone: Zone,
    },
    /// What a filter can ask for.
    Choices {
        facet: Facet,
    },
    /// The dashboards.
    Overview {
        ask: Box<OverviewAsk>,
        zone: Zone,
    },
    /// Their panels as one file of sections (token-coverage.md §7), or as JSON.
    OverviewFile {
        ask: Box<OverviewAsk>,
        zone: Zone,
        is_json: bool,
    },
    /// One panel of theirs as tables: the twin of its drawing.
    OverviewTables {
        ask: Box<OverviewAsk>,
        zone: Zone,
    },
    /// The panels of usage, ready to be drawn.
    Panels {
        ask: Box<OverviewAsk>,
        zone: Zone,
    },
    Session {
        key: String,
    },
    Coverage {
        filter: Filter,
        zone: Zone,
    },
    CoverageCsv {
        filter: Filter,
        zone: Zone,
    },
    /// Where the sums of a session come from.
    Explain {
        key: String,
        sums: Sums,
    },
    ExplainCsv {
        key: String,
        sums: Sums,
    },
    /// What stands behind a number of a view, by its name (`logic::explain::name`): its rows from one on, or all of them as
    /// CSV.
    Total {
        name: String,
        selection: Box<Selection>,
        zone: Zone,
        now: Timestamp,
        from: Option<u32>,
    },
    /// Use these prices from now on; `own` is the user's table as text.
    Prices {
        mode: PriceMode,
        own: String,
    },
    /// What a mapping makes of the beginning of a source (docs/mapping.md); without a text one to begin with.
    TryMapping {
        source: SourceId,
        text: String,
    },
    /// Read by these mappings what no format knows, from now on; answered with their names.
    Mappings(Vec<String>),
    /// Read a source again as the format of this name; without a name: which formats there are, its own first.
    ReadAs {
        source: SourceId,
        name: String,
    },
    /// Contents of events of a session, by their numbers in its track.
    Bodies {
        key: String,
        events: Vec<u32>,
    },
    /// The same, as the transcript draws them.
    Shown {
        key: String,
        events: Vec<u32>,
    },
    /// A portion of a long block, by its index in the step's content.
    Part {
        key: String,
        event: u32,
        block: u32,
        from: u32,
    },
    /// All of a block's text.
    Whole {
        key: String,
        event: u32,
        block: u32,
    },
    /// An address under which the browser finds an image of the log.
    Image {
        key: String,
        event: u32,
        block: u32,
    },
    /// What a session did from one time to another; milliseconds since the epoch.
    Range {
        key: String,
        from_ms: i64,
        to_ms: i64,
    },
    /// The line of an event, indented where it is JSON: its beginning, or the portion that begins there.
    Raw {
        key: String,
        event: u32,
        from: Option<usize>,
    },
    /// The line of an event, exactly as it stands in the source.
    ExactLine {
        key: String,
        event: u32,
    },
    /// What the request of a step used, and what became of the records of its line.
    StepUsage {
        key: String,
        event: u32,
    },
    /// A few words for steps of a session, by their numbers in its track.
    Words {
        key: String,
        events: Vec<(u32, Wording)>,
    },
    /// The files that a session touched.
    Files {
        key: String,
    },
    /// What stood in one of them after these of its calls, ascending numbers in the session's track.
    FileAt {
        key: String,
        path: String,
        calls: Vec<u32>,
    },
    /// What became of the text of one of them from these of its calls to those.
    FileDiff {
        key: String,
        path: String,
        from: Vec<u32>,
        to: Vec<u32>,
    },
    /// The files of all sessions that pass a filter, from the place of one in the list on; answered in portions.
    AllFiles {
        filter: Filter,
        zone: Zone,
        from: u32,
    },
    /// Sessions side by side; the first one decides which steps are the same.
    Compare {
        keys: Vec<String>,
    },
    /// Calls of a session that brought nothing new (docs/waste.md).
    Waste {
        key: String,
    },
    /// Lets go of the logs that hold these sessions.
    Close(Vec<String>),
    /// What was asked of a session and of its tools, a line each.
    Heads {
        key: String,
    },
    Problems,
    /// Steps of a session that hold a text, from one on. Answered in portions, so that the next key can end it.
    Find {
        key: String,
        spec: Spec,
        from: u32,
    },
    /// The same in all sources, with what people type into the palette; the first portion also has sessions.
    Search {
        spec: Spec,
        from: Cursor,
    },
    /// A session without its secrets, to be shared.
    Share(Box<ShareAsk>),
    /// Ask for the manifests of archives again, and read what has changed.
    Refresh,
}

impl Query {
    /// The session whose logs it looks into.
    pub fn looks_into(&self) -> Option<&str> {
        match self {
            Self::Session { key }
            | Self::Bodies { key, .. }
            | Self::Shown { key, .. }
            | Self::Part { key, .. }
            | Self::Whole { key, .. }
            | Self::Image { key, .. }
            | Self::Raw { key, .. }
            | Self::ExactLine { key, .. }
            | Self::StepUsage { key, .. }
            | Self::Words { key, .. }
            | Self::Files { key }
            | Self::Waste { key }
            | Self::Heads { key }
            | Self::FileAt { key, .. }
            | Self::FileDiff { key, .. }
            | Self::Find { key, .. } => Some(key),
            Self::Share(ask) => Some(&ask.key),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Wire)]
pub enum Answer {
    /// The archive's generation, and for each session whether it passes; in the order of the final list of rows.
    Passing(f64, Vec<bool>),
    Choices(Vec<Choice>),
    Usage(Box<UsageView>),
    Text(String),
    Overview(Box<Overview>),
    Tables(Vec<ShownTable>),
    Panels(Vec<Drawn>),
    /// `None`: there is no such session (any more).
    Session(Option<Box<SessionDetail>>),
    Coverage(Box<CoverageView>),
    /// `None`: there is no such session (any more).
    Explanation(Option<Box<Explanation>>),
    Total(Box<TotalView>),
    /// What is wrong with the user's prices, which are not used then.
    Prices(Option<String>),
    Bodies(Vec<Body>),
    /// `None`: there is no such session (any more).
    Range(Option<Box<RangeSums>>),
    Raw(Box<RawText>),
    /// `None`: there is no such session (any more).
    StepUsage(Option<Box<StepUsage>>),
    Words(Vec<String>),
    /// Sources that are gone, with their paths; and whether so much of the worker's memory is unused now that it should be
    /// replaced.
    Closed(Vec<(SourceId, String)>, bool),
    Files(Box<Files>),
    FileAt(Box<Content>),
    Compared(Box<Compared>),
    Report(Box<Report>),
    /// The next place to ask from, and how many there are.
    Portion(u32, u32),
    Shown(Vec<ShownBody>),
    Part(Part),
    Problems(Vec<ProblemGroup>),
    Found(Box<FoundPart>),
    Search(Box<SearchPart>),
    Shared(Box<Shared>),
    /// The question could not be answered; in words.
    Failed(String),
}

/// What becomes of a session that is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum ShareAs {
    Link,
    Page,
    Log,
    Text,
    Csv,
    /// In an open format of others.
    Converted(Target),
}

/// What is to be shared, and how.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct ShareAsk {
    pub key: String,
    pub decisions: Decisions,
    /// Without the logs of its sub-agents and whatever else belongs to it.
    pub is_alone: bool,
    pub what: ShareAs,
    /// The state that a link or a page opens at, as a fragment, and the key of its step.
    pub view: String,
    pub step: Option<String>,
    /// Length of the page's own address, which a link has before it.
    pub address_chars: u32,
    /// Where the page of one file stands that logs are put into; empty where there is none.
    pub template: String,
}

/// A session without its secrets.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct Shared {
    pub review: Review,
    /// Sessions that belong to it and are in it too.
    pub relatives: u32,
    /// Lines that could not be read, so that nobody knows what is in them.
    pub lines_left_out: u32,
    /// Where the browser finds the file; of a link its fragment, empty where it would be too long.
    pub output: String,
    /// When the step is that it opens at, after the start; empty where nobody knows.
    pub opens_at: String,
    /// What the file is called.
    pub name: String,
    /// Bytes; of a link the characters of its fragment.
    pub size: f64,
    /// Characters of a whole link that carries the log; 0 where it is far too large for one.
    pub link_chars: u32,
}

/// A portion of the line of an event.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct RawText {
    pub portion: Portion,
    /// 1-based.
    pub line: u32,
    pub path: String,
    /// Where the line stands in its (unpacked) source, bytes.
    pub offset: f64,
    pub len: u32,
}

/// One session, opened.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct SessionDetail {
    pub row: SessionRow,
    /// What the log says of the whole run, in its own words.
    pub facts: Vec<Fact>,
    /// `logic::track::Track` as bytes.
    pub track: Vec<u8>,
    pub names: Vec<String>,
    /// The events at which a model request counts.
    pub requests: Vec<u32>,
    /// What each of them cost, and records that stand for several; ascending by event.
    pub spent: Vec<Spent>,
    /// Whether cached prompt tokens were told from others by a guess (fizeau.md §7.2).
    pub is_convention_assumed: bool,
    /// Whom it belongs to, and what belongs to it.
    pub kin: Kin,
    /// Its sub-agents, by their starts.
    pub agents: Vec<Agent>,
    /// The largest prompt that its model takes, as its log or the price table says.
    pub context_window: Option<u64>,
    /// Which of its events must not be lost; empty where the format makes no difference.
    pub durabilities: Durabilities,
    /// Its source, where that is of a format which only knows names that are usual, so that a mapping may say more.
    pub mappable: Option<SourceId>,
    /// Its first source, where that can be read again.
    pub source: Option<SourceId>,
}
