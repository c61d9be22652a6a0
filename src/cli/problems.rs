//! `sessionscope problems`, and the problems that every other subcommand tells on standard error.

use super::find::{Failure, Rules};
use super::options::{Format, Report};
use super::read::{Reading, read};
use super::table::{Align, Table, cut};
use super::{CliError, note, print};
use crate::export::problems as export;
use crate::logic::format::count;
use crate::logic::problems::{ProblemGroup, groups};
use crate::model::{Problem, ProblemKind};

/// What could not be read, or was decided, and where
///
/// Lines that are no JSON, files that are no session logs, copies that count once, and more. The rest of the input
/// counts all the same.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    report: Report,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope problems ~/logs
  sessionscope problems ~/logs --format json";

/// Files that are no logs, one by one on standard error; the rest of them is only counted.
const MOST_FOREIGN: usize = 20;

pub fn run(args: &Args) -> Result<(), CliError> {
    args.report.input.how.set()?;
    let mut reading = read(&args.report.input.paths, Rules::Ours);
    reading.archive.assemble();
    if !reading.has_source() {
        return check(&reading, false);
    }
    let groups = all(&reading);
    match args.report.output.format {
        Format::Table => print(&table(&groups, reading.archive.sources().count())),
        Format::Json => print(&export::json(&groups)),
        Format::Csv => print(&export::csv(&groups)),
    }
}

/// Tells the problems of a reading, and fails if it is not enough for a report.
pub fn check(reading: &Reading, is_enough: bool) -> Result<(), CliError> {
    tell(&all(reading));
    if is_enough { Ok(()) } else { Err(nothing_read(reading)) }
}

/// A single thing that went wrong is told in full.
fn nothing_read(reading: &Reading) -> CliError {
    let files = reading.archive.sources().count();
    CliError::NothingRead(match all(reading).as_slice() {
        [] => "no .jsonl, .ndjson, .json or .traj file was found".to_owned(),
        [group] => {
            let reason = group.problems.first().map_or("", |problem| &problem.reason);
            format!("{}: {reason}", group.path)
        }
        groups if files == 0 => format!("none of {} paths could be opened", groups.len()),
        _ => format!("none of {files} files is a session log that this program knows"),
    })
}

/// What could not be opened, then what was found in the rest.
fn all(reading: &Reading) -> Vec<ProblemGroup> {
    reading.failures.iter().map(unopened).chain(groups(&reading.archive)).collect()
}

fn unopened(failure: &Failure) -> ProblemGroup {
    let problem = Problem {
        kind: ProblemKind::Unreadable,
        line: None,
        reason: failure.why.clone(),
        excerpt: String::new(),
        count: 1,
    };
    ProblemGroup {
        mappable: None,
        path: failure.path.clone(),
        kind: "not opened".to_owned(),
        is_log: false,
        bytes: 0.0,
        lines: 0,
        problems: vec![problem],
        total: 1,
    }
}

/// `path:line: reason (2 times)` on standard error.
fn tell(groups: &[ProblemGroup]) {
    let mut foreign = 0;
    for group in groups {
        for problem in &group.problems {
            foreign += usize::from(problem.kind == ProblemKind::Foreign);
            if problem.kind != ProblemKind::Foreign || foreign <= MOST_FOREIGN {
                note(&format!("{}: {} ({})", place(group, problem), problem.reason, times(problem)));
            }
        }
    }
    if foreign > MOST_FOREIGN {
        let rest = foreign - MOST_FOREIGN;
        note(&format!("{rest} more of such files; `sessionscope problems` lists them"));
    }
}

fn times(problem: &Problem) -> String {
    count(problem.count.into(), "time")
}

/// `path:line`
fn place(group: &ProblemGroup, problem: &Problem) -> String {
    match problem.line {
        Some(line) => format!("{}:{line}", group.path),
        None => group.path.clone(),
    }
}

fn table(groups: &[ProblemGroup], files: usize) -> String {
    let read = count(files as u64, "file");
    if groups.is_empty() {
        return format!("No problems in {read}.\n");
    }
    let columns =
        [("where", Align::Left), ("kind", Align::Left), ("count", Align::Right), ("what was found", Align::Left)];
    let mut table = Table::new(&columns);
    for group in groups {
        for problem in &group.problems {
            let found = match problem.excerpt.as_str() {
                "" => problem.reason.clone(),
                excerpt => format!("{}: {}", problem.reason, cut(excerpt, 60)),
            };
            let kind = problem.kind.name().to_owned();
            table.row(vec![place(group, problem), kind, problem.count.to_string(), found]);
        }
    }
    let total: u32 = groups.iter().map(|group| group.total).sum();
    format!("{}\n{} in {} of {read}.\n", table.finish(), count(total.into(), "problem"), groups.len())
}
