//! Words that several subcommands take, and what they mean.

use super::{CliError, zone};
use crate::logic::window::{Grammar, Window, resolve};
use crate::model::{Timestamp, Zone};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// What to read.
#[derive(Debug, clap::Args)]
pub struct Input {
    /// Files of any name, folders (every .jsonl, .ndjson and .json in and below them, .gz and .zst of these too), or - for standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
}

/// How to print the answer.
#[derive(Debug, clap::Args)]
pub struct Output {
    /// For people, for programs or for spreadsheets
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Table)]
    pub format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Table,
    Json,
    Csv,
}

/// Which time is meant.
#[derive(Debug, clap::Args)]
pub struct Times {
    /// Only sessions that started then: today, 7d, 2026-05-01, 2026-05-01..2026-05-07, all
    ///
    /// today                      the day of now
    /// 7d                         the last 7 days, with today; any number
    /// 2026-05-01                 that one day
    /// 2026-05-01..2026-05-07     from the first to the last, both included; either may be left out
    /// 2026-05-01T12:00:00+02:00  the 24 hours from then; as the end of a range it is excluded
    /// all                        everything
    #[arg(long, visible_alias = "since", value_name = "SPEC", verbatim_doc_comment)]
    window: Option<String>,
    /// Time zone of days and clock times, such as Europe/Paris [default: that of this machine]
    #[arg(long, value_name = "ZONE", value_parser = zone::by_name)]
    tz: Option<Zone>,
    /// The time to take for now, such as 2026-05-03T18:00:00Z [default: the clock]
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    now: Option<Timestamp>,
}

/// What [`Times`] come to.
pub struct Moment {
    pub zone: Zone,
    /// `None` is "everything".
    pub window: Option<Window>,
}

impl Times {
    /// The window in the words of a grammar.
    pub fn resolve(&self, grammar: Grammar) -> Result<Moment, CliError> {
        let zone = self.tz.clone().unwrap_or_else(zone::of_machine);
        let now = self.now.unwrap_or_else(clock);
        let spec = self.window.as_deref().unwrap_or_default();
        let window =
            resolve(spec, now, &zone, grammar).map_err(|why| CliError::Window { spec: spec.to_owned(), why })?;
        Ok(Moment { zone, window })
    }
}

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text)
        .ok_or_else(|| "not an RFC 3339 time: write a date, T, a time and its zone, as 2026-05-03T18:00:00Z".to_owned())
}

fn clock() -> Timestamp {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    Timestamp::from_nanos(i64::try_from(nanos).unwrap_or(i64::MAX))
}
