//! `sessionscope waste`.

use super::contents::Contents;
use super::options::{Format, Pricing, Report};
use super::table::{Align, Table, cut};
use super::{CliError, print, session_named};
use crate::archive::Archive;
use crate::export::waste as export;
use crate::logic::format::{NOT_RECORDED, count, tally_text};
use crate::logic::waste::{Judge, Moment, Waste, moments, sum};

/// Calls that brought nothing new: repeats, retries, reads of unchanged files, edits that fail again and again
///
/// Heuristics: docs/waste.md defines each. A call may have had a reason that no log holds.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    report: Report,
    /// Only this session: its id, or a part that no other id has
    #[arg(long, value_name = "SESSION")]
    session: Option<String>,
    #[command(flatten)]
    pricing: Pricing,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope waste ~/logs
  sessionscope waste ~/logs --session 1777762195 --format json";

const LONGEST_WHAT: usize = 64;

pub fn run(args: &Args) -> Result<(), CliError> {
    let reading = args.report.input.load(&args.pricing)?;
    let archive = &reading.archive;
    let only = args.session.as_deref().map(|text| session_named(archive, text)).transpose()?;
    let wanted = archive.sessions().iter().filter(|session| only.is_none_or(|only| only.key == session.key));
    let mut contents = Contents::default();
    let all: Vec<(String, Waste)> =
        wanted.map(|session| (session.key.clone(), of_session(archive, &session.key, &mut contents))).collect();
    match args.report.output.format {
        Format::Table => print(&table(&all)),
        Format::Json => print(&export::json(&all)),
        Format::Csv => print(&export::csv(&all)),
    }
}

fn of_session(archive: &Archive, key: &str, contents: &mut Contents) -> Waste {
    let mut judge = Judge::default();
    for moment in moments(archive, key).unwrap_or_default() {
        let Moment::Call(call) = moment else {
            judge.anew();
            continue;
        };
        judge.call(&call, &contents.body(archive, &call));
    }
    let (findings, calls) = judge.finish();
    sum(archive, key, &calls, findings)
}

fn table(all: &[(String, Waste)]) -> String {
    let columns = [
        ("session", Align::Left),
        ("why (a guess)", Align::Left),
        ("calls", Align::Right),
        ("tool", Align::Left),
        ("what", Align::Left),
    ];
    let mut table = Table::new(&columns);
    let mut whole = Waste::default();
    for (key, waste) in all {
        for finding in &waste.findings {
            let calls = finding.calls.len().to_string();
            let what = if finding.what.is_empty() { NOT_RECORDED.to_owned() } else { cut(&finding.what, LONGEST_WHAT) };
            table.row(vec![key.clone(), finding.kind.words().to_owned(), calls, finding.tool.clone(), what]);
        }
        whole.calls += waste.calls;
        whole.wasted += waste.wasted;
        whole.share.requests += waste.share.requests;
        whole.share.output.merge(&waste.share.output);
        whole.all.output.merge(&waste.all.output);
    }
    let of = |part: u32, all: u32, noun: &str| format!("{part} of {}", count(all.into(), noun));
    let share = format!(
        "{}, in {} that asked for nothing else: {} of {} generated tokens",
        of(whole.wasted, whole.calls, "call"),
        count(whole.share.requests.into(), "request"),
        tally_text(&whole.share.output),
        tally_text(&whole.all.output),
    );
    match whole.wasted {
        0 => format!("Nothing was found in {}.\n", count(whole.calls.into(), "call")),
        _ => format!("{}\n{share}.\nHeuristics: docs/waste.md defines each.\n", table.finish()),
    }
}
