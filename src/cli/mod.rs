//! The command: reports about session logs, in a terminal or for other programs. A file for each subcommand. Native
//! only.

mod beside;
mod bundle;
mod compare;
mod contents;
mod convert;
mod coverage;
mod events;
mod explain;
mod find;
mod options;
mod overview;
mod problems;
mod read;
mod redact;
mod replay;
mod routing;
mod search;
mod serve;
mod sessions;
mod table;
mod usage;
mod usage_table;
mod waste;
mod zone;

use crate::archive::{Archive, Session};
use crate::logic::named::{self, NotNamed};
use crate::logic::window::WindowError;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use std::io::{self, Write};
use std::process::ExitCode;

/// Reads the session logs of AI coding agents and reports on them.
///
/// Nothing leaves this machine. What a log does not hold is shown as not recorded, never as zero.
#[derive(Debug, Parser)]
#[command(name = "sessionscope", version, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope usage .fizeau/sessions
  sessionscope usage ~/logs --by day --since 7d --tz Europe/Paris
  sessionscope usage ~/logs --format csv > usage.csv
  sessionscope sessions ~/logs --window 2026-05-01..2026-05-07 --format json
  sessionscope replay svc-1777762195328783431.jsonl | less
  sessionscope explain svc-1777762195328783431 ~/logs
  sessionscope coverage ~/logs
  sessionscope overview ~/logs --since 30d
  sessionscope events ~/logs > events.ndjson
  sessionscope search 'connection refused' ~/logs
  sessionscope problems ~/logs
  sessionscope redact session.jsonl > shared.jsonl
  sessionscope bundle ~/logs --out site --redact
  sessionscope serve ~/.claude/projects
  sessionscope convert session.jsonl --to atif > trajectory.json

Exit status: 0 when something was read (problems are told on standard error), 1 when nothing could be read or there is
no such session, 2 when the words of the command are wrong.";

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Tokens, cost, time and success, added up by model, day, project and more
    Usage(usage::Args),
    /// One line a session: status, start, title, model, tokens, cost
    Sessions(sessions::Args),
    /// What a session said and did, as text
    Replay(replay::Args),
    /// Where the numbers of a session come from: every record, and why it counts or not
    Explain(Box<explain::Args>),
    /// What the logs record of each metric, and why the rest is missing
    Coverage(coverage::Args),
    /// The dashboards: sums, calendar, projects, tools, usage, blocks, health, each with what it covers
    Overview(Box<overview::Args>),
    /// Every event of every session, one JSON object a line
    Events(events::Args),
    /// How often callers took what fizeau's router would have chosen
    Routing(routing::Args),
    /// Steps that hold a text, in all sessions
    Search(search::Args),
    /// Two sessions side by side: common steps, where they part, other numbers
    Compare(compare::Args),
    /// Calls that brought nothing new, by rules of thumb
    Waste(waste::Args),
    /// What could not be read, or was decided, and where
    Problems(problems::Args),
    /// Logs without their secrets
    Redact(redact::Args),
    /// A dashboard of logs as a folder for any web host
    Bundle(bundle::Args),
    /// The page, with a dashboard of folders that follows them, for this machine alone
    Serve(serve::Args),
    /// Sessions in an open format: ATIF, session trace, OpenTelemetry, Perfetto
    Convert(convert::Args),
}

/// Why a subcommand ends without its report.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error("invalid value '{spec}' for '--window <SPEC>': {why}")]
    Window { spec: String, why: WindowError },
    #[error("the argument '--by {0}' cannot be used with '--reference', whose rows are provider and model")]
    ByReference(&'static str),
    #[error("invalid value '{path}' for '--prices <FILE>': {why}")]
    Prices { path: String, why: String },
    #[error("invalid value '{path}' for '--mapping <FILE>': {why}")]
    Mapping { path: String, why: String },
    #[error("invalid value for '<TEXT>': {0}")]
    Search(String),
    #[error("{0}")]
    Total(String),
    #[error("{0}")]
    NoSession(String),
    #[error("nothing could be read: {0}")]
    NothingRead(String),
    #[error("{0}")]
    Refused(String),
    #[error("cannot write the report: {0}")]
    Output(#[from] io::Error),
}

/// Reads the command's words, runs it and gives its exit status.
pub fn run() -> ExitCode {
    let command = Cli::parse().command;
    let result = match &command {
        Command::Usage(args) => usage::run(args),
        Command::Sessions(args) => sessions::run(args),
        Command::Replay(args) => replay::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Coverage(args) => coverage::run(args),
        Command::Overview(args) => overview::run(args),
        Command::Events(args) => events::run(args),
        Command::Routing(args) => routing::run(args),
        Command::Search(args) => search::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Waste(args) => waste::run(args),
        Command::Problems(args) => problems::run(args),
        Command::Redact(args) => redact::run(args),
        Command::Bundle(args) => bundle::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Convert(args) => convert::run(args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has seen enough (`| head`).
        Err(CliError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(
            error @ (CliError::Window { .. }
            | CliError::Prices { .. }
            | CliError::Mapping { .. }
            | CliError::Search(_)
            | CliError::Total(_)
            | CliError::ByReference(_)),
        ) => command.wrong_words(&error),
        Err(error) => {
            note(&format!("sessionscope: {error}"));
            ExitCode::FAILURE
        }
    }
}

impl Command {
    const fn name(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::Sessions(_) => "sessions",
            Self::Replay(_) => "replay",
            Self::Explain(_) => "explain",
            Self::Coverage(_) => "coverage",
            Self::Overview(_) => "overview",
            Self::Events(_) => "events",
            Self::Routing(_) => "routing",
            Self::Search(_) => "search",
            Self::Compare(_) => "compare",
            Self::Waste(_) => "waste",
            Self::Problems(_) => "problems",
            Self::Redact(_) => "redact",
            Self::Bundle(_) => "bundle",
            Self::Serve(_) => "serve",
            Self::Convert(_) => "convert",
        }
    }

    /// Says what is wrong as clap says it of what clap checks itself, and ends the program with its status, 2.
    fn wrong_words(&self, error: &CliError) -> ! {
        let mut cli = Cli::command();
        cli.build();
        let command = cli.find_subcommand_mut(self.name()).expect("every variant is a subcommand");
        command.error(ErrorKind::ValueValidation, error).exit()
    }
}

/// The session that a text names.
fn session_named<'a>(archive: &'a Archive, text: &str) -> Result<&'a Session, CliError> {
    named::session(archive, text).map_err(|NotNamed { is_ambiguous, near }| {
        let near = near.join(", ");
        CliError::NoSession(match (is_ambiguous, near.as_str()) {
            (true, _) => format!("several sessions have {text:?} in their ids: {near}"),
            (false, "") => format!("there is no session {text:?}; `sessionscope sessions` lists them"),
            (false, _) => format!("there is no session {text:?}; near are: {near}"),
        })
    })
}

/// Prints a whole report. A missing line end is added.
fn print(report: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    out.write_all(report.as_bytes())?;
    if !report.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// A line on standard error. Nobody can be told that it is closed.
fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", table::harmless(line));
}
