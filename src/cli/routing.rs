//! `sessionscope routing`.

use super::find::Rules;
use super::options::{Format, Report, Times};
use super::read::read;
use super::table::{Align, Table, padded};
use super::{CliError, print, problems};
use crate::archive::Archive;
use crate::export::routing as export;
use crate::logic::format::{NOT_RECORDED, percent_text};
use crate::logic::routing::{RoutingQuality, reference_routing_quality};
use crate::logic::sessions::Filter;
use crate::logic::usage::By;
use crate::logic::usage_view;
use crate::logic::window::{Grammar, Window};
use crate::model::Zone;

/// How often callers took what fizeau's router would have chosen
///
/// Only fizeau's own session logs record routing; other logs count nothing here.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    times: Times,
    /// Count as fizeau itself does
    ///
    /// Reads the .jsonl files of a folder alone and copies too. Windows are in UTC, and 7d and 30d end now; other
    /// numbers of days are not known.
    #[arg(long)]
    reference: bool,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope routing .fizeau/sessions
  sessionscope routing .fizeau/sessions --since 30d --format json
  sessionscope routing .fizeau/sessions --reference --format csv";

pub fn run(args: &Args) -> Result<(), CliError> {
    let (rules, grammar) = match args.reference {
        true => (Rules::Reference, Grammar::Reference),
        false => (Rules::Ours, Grammar::Ours),
    };
    let moment = args.times.resolve(grammar)?;
    let mut reading = read(&args.report.input.paths, rules);
    if rules == Rules::Ours {
        reading.archive.assemble();
    }
    problems::check(&reading, reading.is_enough(rules))?;
    let quality = match rules {
        Rules::Reference => as_reference(&reading.archive, moment.window.as_ref()),
        Rules::Ours => ours(&reading.archive, moment.window, &moment.zone),
    };
    match args.report.output.format {
        Format::Table => print(&table(&quality)),
        Format::Json => print(&export::json(&quality)),
        Format::Csv => print(&export::csv(&quality)),
    }
}

/// Over every file that was read, without looking for copies.
pub fn as_reference(archive: &Archive, window: Option<&Window>) -> RoutingQuality {
    let parts = archive.sources().flat_map(|(_, source)| &source.parts);
    // The reference does not know the older name of the start time.
    let started = |part: &crate::model::SessionPart| part.reference.as_ref().and_then(|row| row.started);
    reference_routing_quality(parts.filter_map(|part| Some((part.routing.as_ref()?, started(part)))), window)
}

fn ours(archive: &Archive, window: Option<Window>, zone: &Zone) -> RoutingQuality {
    let filter = Filter { window, ..Filter::default() };
    usage_view::usage(archive, By::ProviderModel, &filter, None, zone).routing
}

fn table(quality: &RoutingQuality) -> String {
    let RoutingQuality { total_requests, total_overrides, .. } = *quality;
    let share = |part: u32, of: u32| match of {
        0 => NOT_RECORDED.to_owned(),
        _ => format!("{}  {part} of {of}", percent_text(f64::from(part) / f64::from(of))),
    };
    let accepted = total_requests.saturating_sub(total_overrides);
    let disagreeing = (quality.override_disagreement_rate * f64::from(total_overrides)).round() as u32;
    let lines = [
        ("Requests", total_requests.to_string()),
        ("Overrides", total_overrides.to_string()),
        ("Auto acceptance", share(accepted, total_requests)),
        ("Override disagreement", share(disagreeing, total_overrides)),
    ];
    let widest = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text: String =
        lines.iter().map(|(name, value)| format!("{}  {value}\n", padded(name, Align::Left, widest))).collect();
    if !quality.breakdown.is_empty() {
        text.push('\n');
        text.push_str(&breakdown(quality));
    }
    text
}

fn breakdown(quality: &RoutingQuality) -> String {
    let names = ["count", "success", "stalled", "failed", "cancelled", "unknown"];
    let texts = ["prompt", "axis", "match"].map(|name| (name, Align::Left));
    let columns: Vec<_> = texts.into_iter().chain(names.map(|name| (name, Align::Right))).collect();
    let mut table = Table::new(&columns);
    for cell in &quality.breakdown {
        let is_match = if cell.is_match { "yes" } else { "no" };
        let mut cells = vec![cell.prompt_features.clone(), cell.axis.clone(), is_match.to_owned()];
        let counts = [cell.count, cell.success, cell.stalled, cell.failed, cell.cancelled, cell.unknown];
        cells.extend(counts.map(|count| count.to_string()));
        table.row(cells);
    }
    table.finish()
}
