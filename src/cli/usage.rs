//! `sessionscope usage`.

use super::find::Rules;
use super::options::{Choice, Format, Moment, Pricing, Report, Scope, Times};
use super::read::read;
use super::routing::as_reference as routing_as_reference;
use super::{CliError, print, problems, usage_table};
use crate::archive::Archive;
use crate::export::{csv, usage_csv, usage_json};
use crate::logic::usage::{By, ReferenceReport, reference};
use crate::logic::usage_view::{self, Counting};
use crate::logic::window::{Grammar, Window};
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Tokens, cost, time and success, added up by model, day, project and more
///
/// Input never holds cached tokens, so that agents can be compared. Each model request counts once, however often the
/// logs repeat it, on the day on which it was made; sub-agents count in the sums, but not as sessions.
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
    choice: Choice,
    /// What the rows stand for [default: provider-model]
    #[arg(long, value_name = "KEY", value_parser = by_parser())]
    by: Option<By>,
    /// Fizeau's own report: numbers as the logs write them
    ///
    /// Reads the .jsonl files of a folder alone and copies too. Windows are in UTC, and 7d and 30d end now; other
    /// numbers of days are not known. It takes no filter but the window.
    #[arg(long, conflicts_with = "Choice")]
    reference: bool,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope usage .fizeau/sessions
  sessionscope usage ~/logs --by day --since 7d --tz Europe/Paris
  sessionscope usage ~/logs --by project --format csv > usage.csv
  sessionscope usage .fizeau/sessions --reference --format json
  sessionscope usage run.jsonl --window 2026-05-01..2026-05-07";

fn by_parser() -> impl TypedValueParser<Value = By> {
    PossibleValuesParser::new(By::ALL.map(By::name)).try_map(|name| By::from_name(&name).ok_or("no such key"))
}

pub fn run(args: &Args) -> Result<(), CliError> {
    match args.reference {
        true => run_reference(args),
        false => run_ours(args),
    }
}

fn run_ours(args: &Args) -> Result<(), CliError> {
    let Moment { zone, window } = args.times.resolve(Grammar::Ours)?;
    let reading = args.report.input.load(&args.pricing)?;
    let by = args.by.unwrap_or_default();
    let filter = args.choice.filter(window, args.scope.sums());
    let view = usage_view::usage(&reading.archive, by, &filter, Some(Counting::Normalised), &zone);
    match args.report.output.format {
        Format::Table => print(&usage_table::ours(&view, &zone)),
        Format::Csv => print(&usage_csv::usage_ours(&view.ours)),
        Format::Json => {
            let routing = knows_routing(&reading.archive).then_some(&view.routing);
            print(&usage_json::usage(&view, routing))
        }
    }
}

fn run_reference(args: &Args) -> Result<(), CliError> {
    if let Some(by) = args.by.filter(|by| *by != By::ProviderModel) {
        return Err(CliError::ByReference(by.name()));
    }
    let Moment { window, .. } = args.times.resolve(Grammar::Reference)?;
    let reading = read(&args.report.input.paths, Rules::Reference);
    problems::check(&reading, reading.is_enough(Rules::Reference))?;
    let report = as_reference(&reading.archive, window.as_ref());
    match args.report.output.format {
        Format::Table => print(&usage_table::reference(&report)),
        Format::Csv => print(&csv::usage_reference(&report)),
        Format::Json => {
            let routing = routing_as_reference(&reading.archive, window.as_ref());
            print(&usage_json::usage_reference(&report, &routing))
        }
    }
}

/// Over every file that was read, without looking for copies.
fn as_reference(archive: &Archive, window: Option<&Window>) -> ReferenceReport {
    let parts = archive.sources().flat_map(|(_, source)| &source.parts);
    reference(parts.filter_map(|part| part.reference.as_ref()), window)
}

fn knows_routing(archive: &Archive) -> bool {
    let mut parts = archive.sessions().iter().map(|session| &session.part);
    parts.any(|part| part.routing.is_some())
}
