//! `sessionscope coverage`.

use super::options::{Choice, Format, Moment, Pricing, Report, Times};
use super::table::{Align, Table};
use super::{CliError, print};
use crate::archive::CoverageClass;
use crate::export::coverage as export;
use crate::logic::analytics::Facts;
use crate::logic::coverage::{AgentCoverage, Cell, CoverageView, coverage_of};
use crate::logic::format::count;
use crate::logic::sessions::Sums;
use crate::logic::window::Grammar;
use crate::model::Metric;

/// What the logs record of each metric, and why the rest is missing
///
/// Tokens and cost are counted by requests, times by events, durations by tool calls. A total that stands for all
/// requests of its session counts as one.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    times: Times,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    pricing: Pricing,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope coverage ~/logs
  sessionscope coverage ~/logs --since 30d --format csv > coverage.csv
  sessionscope coverage ~/logs --format json | jq '.limits'";

pub fn run(args: &Args) -> Result<(), CliError> {
    let Moment { window, zone } = args.times.resolve(Grammar::Ours)?;
    let reading = args.report.input.load(&args.pricing)?;
    let filter = args.choice.filter(window, Sums::Tree);
    let view = coverage_of(&reading.archive, &Facts::of(&reading.archive), &filter, &zone);
    match args.report.output.format {
        Format::Table => print(&table(&view)),
        Format::Json => print(&export::json(&view)),
        Format::Csv => print(&export::csv(&view)),
    }
}

fn table(view: &CoverageView) -> String {
    let metrics = Metric::ALL.map(|metric| (metric.title(), Align::Right));
    let names = [("agent", Align::Left), ("sessions", Align::Right)];
    let mut table = Table::new(&names.into_iter().chain(metrics).collect::<Vec<_>>());
    let rows: Vec<&AgentCoverage> = view.agents.iter().chain([&view.totals]).collect();
    for row in &rows {
        let name = if row.agent.is_empty() { "TOTAL" } else { &row.name };
        let mut cells = vec![name.to_owned(), row.sessions.to_string()];
        cells.extend(row.cells.iter().map(cell));
        table.row(cells);
    }
    let mut text = format!("{}\n", table.finish());
    let reasons = view.agents.iter().flat_map(|row| row.cells.iter().map(move |cell| (row, cell)));
    for (row, cell) in reasons.filter(|(_, cell)| !cell.reason.is_empty()) {
        text.push_str(&format!("{}, {}: {}.\n", row.name, cell.metric.title().to_lowercase(), cell.reason));
    }
    for limit in &view.limits {
        let name = view.agent(&limit.agent).map_or(limit.agent.as_str(), |row| &row.name);
        text.push_str(&format!("{name}: {}.\n", limit.words));
    }
    text.push_str(&format!(
        "{}. Recorded of what could be: requests for tokens and cost, events for time. ≥ some counts are too small.\n",
        scope(view)
    ));
    text
}

/// `189 of 204`; `n/a` where the metric does not apply.
fn cell(cell: &Cell) -> String {
    let mark = if cell.count.partial > 0 { "≥ " } else { "" };
    match cell.count.class() {
        CoverageClass::NotApplicable => "n/a".to_owned(),
        _ => format!("{mark}{} of {}", cell.count.recorded, cell.count.eligible),
    }
}

fn scope(view: &CoverageView) -> String {
    let mut text = count(view.sessions.len() as u64, "session");
    if view.left_out > 0 {
        let records = count(view.left_out.into(), "second record");
        text.push_str(&format!("; left out: {records} or pieces of runs"));
    }
    if view.counted_elsewhere > 0 {
        let runs = count(view.counted_elsewhere.into(), "run");
        text.push_str(&format!("; {runs} not in TOTAL, where the log of the called agent counts"));
    }
    text
}
