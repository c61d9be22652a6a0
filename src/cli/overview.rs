//! `sessionscope overview`.

use super::options::{Choice, Format, Moment, Pricing, Report, Scope, Times};
use super::table::{Align, Table, cut, harmless};
use super::{CliError, note, print};
use crate::export::overview::{self as export, PanelTable, PanelTables};
use crate::logic::analytics::attribution::RankBy;
use crate::logic::analytics::behind::{Number, Part, behind};
use crate::logic::analytics::cells::{Split, TokenKinds};
use crate::logic::analytics::comparison::{Pair, PairBy};
use crate::logic::analytics::day::Granularity;
use crate::logic::analytics::panel::{Basis, PanelScope};
use crate::logic::analytics::select::Termination;
use crate::logic::analytics::usage::UsageBy;
use crate::logic::analytics::{Facts, OverviewAsk, PanelKind, Selection, capabilities, overview};
use crate::logic::filter::Filter;
use crate::logic::format::NOT_RECORDED;
use crate::logic::metric_choice::{Capabilities, ChartMetric, HEATMAP, MetricChoice, TOP};
use crate::logic::sessions::Sums;
use crate::logic::window::{Grammar, Window};
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// The dashboards: sums, calendar, projects, tools, usage, blocks, health, each with what it covers
///
/// Under each heading stands whom the numbers count, by which date, and how much of that is recorded. One filter holds
/// for all panels.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    times: Times,
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    pricing: Pricing,
    #[command(flatten)]
    filter: FilterArgs,
    /// Only this panel; may be given several times [default: all but sessions]
    #[arg(long, value_name = "NAME", value_parser = named(PanelKind::ALL.map(PanelKind::name), PanelKind::from_name))]
    panel: Vec<PanelKind>,
    /// What the calendar counts
    #[arg(long, value_name = "METRIC", value_parser = metrics(HEATMAP), default_value = "messages")]
    heatmap: ChartMetric,
    /// What the ranking of sessions goes by
    #[arg(long, value_name = "METRIC", value_parser = metrics(TOP), default_value = "messages")]
    top: ChartMetric,
    /// Rank sessions with what their sub-agents and forks generated
    #[arg(long)]
    top_with_sub_agents: bool,
    /// What a bucket of the activity spans [default: what fits the range]
    #[arg(long, value_name = "SPAN", value_parser = named(Granularity::ALL.map(Granularity::name), Granularity::from_name))]
    granularity: Option<Granularity>,
    /// What the rows of the usage stand for
    #[arg(long, value_name = "ROWS", value_parser = named(["day", "week", "month", "session"], UsageBy::from_name), default_value = "day")]
    by: UsageBy,
    /// By what usage is broken down and ranked
    #[arg(long, value_name = "KEY", value_parser = split(), default_value = "model")]
    split: Split,
    /// Rank by tokens of these kinds in place of cost: all, input, cache-write, cache-read, output
    #[arg(long, value_name = "KIND", value_parser = ["all", "input", "cache-write", "cache-read", "output"])]
    tokens: Vec<String>,
    /// Two projects, models, agents or sessions side by side, see --split; or see --compare-by
    #[arg(long, num_args = 2, value_names = ["LEFT", "RIGHT"])]
    compare: Vec<String>,
    /// What is compared [default: what --split says]: day, week and month are named by their first day, and before is the
    /// time before the window; without --compare the two largest, or the last two
    #[arg(long, value_name = "KEY", value_parser = named(PairBy::ALL.map(PairBy::name), PairBy::from_name))]
    compare_by: Option<PairBy>,
    /// What stands behind a number: all, no-date, day=2026-03-02, week=…, month=…, project=…, model=…, agent=…, session=…, tool=…
    ///
    /// Sessions of the first panel that --panel names; requests where that is one of usage.
    #[arg(long, value_name = "PART", value_parser = part)]
    behind: Option<Part>,
}

/// Which sessions and messages are meant.
#[derive(Debug, clap::Args)]
pub(super) struct FilterArgs {
    #[command(flatten)]
    choice: Choice,
    /// Only sessions on this git branch; may be given several times
    #[arg(long, value_name = "NAME")]
    branch: Vec<String>,
    /// Only sessions with at least so many prompts
    #[arg(long, value_name = "N", default_value_t = 0)]
    min_prompts: u32,
    /// Leave out sessions of at most one prompt
    #[arg(long)]
    no_one_shot: bool,
    /// Leave out sessions that a program started
    #[arg(long)]
    no_automated: bool,
    /// Only sessions that ended so
    #[arg(long, value_name = "HOW", value_parser = named(["clean", "unclean"], termination))]
    ended: Option<Termination>,
    /// Only messages and requests of this day of the week; 0 is Monday
    #[arg(long, value_name = "0-6", value_parser = clap::value_parser!(u8).range(0..7))]
    weekday: Option<u8>,
    /// Only messages and requests of this hour
    #[arg(long, value_name = "0-23", value_parser = clap::value_parser!(u8).range(0..24))]
    hour: Option<u8>,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope overview ~/logs --since 30d
  sessionscope overview ~/logs --panel summary --panel projects
  sessionscope overview ~/logs --panel heatmap --heatmap output_tokens --format csv
  sessionscope overview ~/logs --panel usage --by month --split project
  sessionscope overview ~/logs --panel comparison --split model --compare gpt-5 claude-opus-4-1
  sessionscope overview ~/logs --panel comparison --compare-by month --compare 2026-04-01 2026-05-01
  sessionscope overview ~/logs --panel comparison --compare-by before --since 30d
  sessionscope overview ~/logs --panel projects --behind project=shop";

/// A word out of a list.
fn named<T: Clone + Send + Sync + 'static, const N: usize>(
    names: [&'static str; N],
    from_name: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(names).try_map(move |name| from_name(&name).ok_or("no such name"))
}

fn split() -> impl TypedValueParser<Value = Split> {
    named(Split::ALL.map(Split::name), Split::from_name)
}

fn metrics(offered: &'static [ChartMetric]) -> impl TypedValueParser<Value = ChartMetric> {
    let names: Vec<&str> = offered.iter().map(|metric| metric.name()).collect();
    PossibleValuesParser::new(names).try_map(|name| ChartMetric::from_name(&name).ok_or("no such metric"))
}

fn termination(name: &str) -> Option<Termination> {
    match name {
        "clean" => Some(Termination::Clean),
        "unclean" => Some(Termination::Unclean),
        _ => None,
    }
}

fn part(text: &str) -> Result<Part, String> {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    Part::parse(key, value)
}

pub fn run(args: &Args) -> Result<(), CliError> {
    let Moment { zone, window } = args.times.resolve(Grammar::Ours)?;
    let reading = args.report.input.load(&args.pricing)?;
    let archive = &reading.archive;
    let facts = Facts::of(archive);
    let ask = args.ask(args.filter.selection(window, args.scope.sums()), &capabilities(archive));
    if let Some(part) = &args.behind {
        let found = behind(archive, &facts, &ask.selection, &zone, &number(args, part));
        return show(&[export::behind(&found)], args.report.output.format, &zone.name);
    }
    let found = overview(archive, &facts, &ask, &zone);
    show(&export::tables(&found), args.report.output.format, &zone.name)
}

/// How the first panel counts.
fn number(args: &Args, part: &Part) -> Number {
    let (scope, basis) = match args.panel.first() {
        Some(
            PanelKind::Usage
            | PanelKind::Attribution
            | PanelKind::Dearest
            | PanelKind::Savings
            | PanelKind::Blocks
            | PanelKind::Comparison,
        ) => (PanelScope::Usage, Basis::RequestTime),
        Some(
            PanelKind::Heatmap
            | PanelKind::HourOfWeek
            | PanelKind::Top
            | PanelKind::Shape
            | PanelKind::Velocity
            | PanelKind::Pressure
            | PanelKind::Health,
        ) => (PanelScope::Main, Basis::SessionStart),
        _ => (PanelScope::Sessions, Basis::SessionStart),
    };
    Number { scope, basis, part: part.clone(), now: args.times.now() }
}

impl FilterArgs {
    /// The same as the core takes it.
    pub(super) fn selection(&self, window: Option<Window>, sums: Sums) -> Selection {
        let FilterArgs { choice, branch, min_prompts, ended, weekday, hour, .. } = self;
        Selection {
            filter: Filter { weekday: *weekday, hour: *hour, ..choice.filter(window, sums) },
            branches: branch.clone(),
            min_prompts: *min_prompts,
            without_one_shot: self.no_one_shot,
            without_automated: self.no_automated,
            termination: *ended,
        }
    }
}

impl Args {
    fn ask(&self, selection: Selection, capabilities: &Capabilities) -> OverviewAsk {
        let has = |kind: &str| self.tokens.iter().any(|known| known == kind);
        let by = self.compare_by.unwrap_or(PairBy::Named(self.split));
        let pair = match self.compare.as_slice() {
            [left, right] => Some(Pair { by, left: left.clone(), right: right.clone() }),
            _ => {
                let is_asked = self.compare_by.is_some() || self.panel.contains(&PanelKind::Comparison);
                is_asked.then(|| Pair { by, ..Pair::default() })
            }
        };
        OverviewAsk {
            selection,
            heatmap: effective(MetricChoice::new(HEATMAP), self.heatmap, capabilities),
            top: effective(MetricChoice::new(TOP), self.top, capabilities),
            top_with_tree: self.top_with_sub_agents,
            granularity: self.granularity,
            usage_by: Some(self.by),
            split: self.split,
            rank: if self.tokens.is_empty() { RankBy::Cost } else { RankBy::Tokens },
            kinds: TokenKinds {
                input: has("input"),
                cache_write: has("cache-write"),
                cache_read: has("cache-read"),
                output: has("output"),
            },
            pair,
            panels: self.panel.clone(),
            ..OverviewAsk::at(self.times.now())
        }
    }
}

/// A metric that the logs do not have gives way to one that they have, and the user hears of it.
fn effective(choice: MetricChoice, wish: ChartMetric, capabilities: &Capabilities) -> ChartMetric {
    let mut choice = choice.remembered(wish.name());
    if let Some(told) = choice.notice(capabilities) {
        note(&told);
    }
    choice.effective(capabilities)
}

fn show(panels: &[PanelTables<'_>], format: Format, zone: &str) -> Result<(), CliError> {
    match format {
        Format::Csv => print(&export::csv(panels)),
        Format::Json => print(&export::json(panels)),
        Format::Table => {
            let mut text = String::new();
            for panel in panels {
                for shown in &panel.tables {
                    let quiet = if shown.quiet.is_some() { " (without empty rows)" } else { "" };
                    text.push_str(&[shown.title, quiet, "\n", &table(shown), "\n"].concat());
                }
                text.push_str(&[panel.name, ": ", &harmless(&panel.about.line()), ".\n\n"].concat());
            }
            print(&format!("{text}{NOT_RECORDED} not recorded. Days and hours: {zone}; instants: UTC.\n"))
        }
    }
}

/// Columns that a text may take.
const LONGEST: usize = 60;

/// A table of a panel for people.
pub(super) fn table(shown: &PanelTable) -> String {
    let align = |column: usize| {
        let is_number = |row: &Vec<export::Value>| row.get(column).is_some_and(export::Value::is_number);
        if shown.rows.iter().any(is_number) { Align::Right } else { Align::Left }
    };
    let columns: Vec<(&str, Align)> =
        shown.columns.iter().enumerate().map(|(number, name)| (*name, align(number))).collect();
    let mut table = Table::new(&columns);
    let is_quiet = |row: &&Vec<export::Value>| {
        shown.quiet.and_then(|column| row.get(column)).is_some_and(|value| *value == export::Value::Integer(0))
    };
    for row in shown.rows.iter().filter(|row| !is_quiet(row)) {
        let cell = |value: &export::Value| match value.shown() {
            text if text.is_empty() => NOT_RECORDED.to_owned(),
            text => cut(&text, LONGEST),
        };
        table.row(row.iter().map(cell).collect());
    }
    table.finish()
}
