//! Words that several subcommands take, and what they mean.

use super::find::{Rules, words};
use super::read::{Reading, choose_format, read};
use super::{CliError, problems, zone};
use crate::archive::Prices;
use crate::export::mapping_trial;
use crate::formats::{FORMATS, mapping};
use crate::logic::filter::{Chosen, Facet, Filter};
use crate::logic::sessions::Sums;
use crate::logic::window::{Grammar, Window, resolve};
use crate::model::{PriceMode, Status, Timestamp, Zone};
use clap::builder::PossibleValuesParser;
use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// What to read.
#[derive(Debug, clap::Args)]
pub struct Input {
    /// Files of any name, folders (every .jsonl, .ndjson, .json and .traj in and below them, .gz and .zst of these too), or - for standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub how: HowToRead,
}

/// How to read logs, where what they look like does not say it.
#[derive(Debug, clap::Args)]
pub struct HowToRead {
    /// How to read logs that no format knows: a JSON file that says where things stand in them (docs/mapping.md)
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Read every file as a log of this agent, whatever it looks like; a wrong name lists all
    #[arg(long, value_name = "AGENT", value_parser = PossibleValuesParser::new(FORMATS.iter().map(|format| format.id())))]
    read_as: Option<String>,
}

impl HowToRead {
    /// Takes the user's format and mapping, if there are any, for all that is read from now on.
    pub fn set(&self) -> Result<(), CliError> {
        choose_format(self.read_as.as_deref());
        let Some(path) = &self.mapping else { return Ok(()) };
        let wrong = |why: String| CliError::Mapping { path: path.to_string_lossy().into_owned(), why };
        let text = fs::read_to_string(path).map_err(|error| wrong(words(&error)))?;
        mapping::use_own(std::slice::from_ref(&text)).map_err(|error| wrong(mapping_trial::told(&error, &text)))
    }
}

impl Input {
    /// Reads it by our rules, puts sessions together and tells the problems; fails if there is no log.
    pub fn load(&self, pricing: &Pricing) -> Result<Reading, CliError> {
        load(&self.paths, &self.how, pricing)
    }
}

/// As [`Input::load`], of paths that stand among other words.
pub fn load(paths: &[PathBuf], how: &HowToRead, pricing: &Pricing) -> Result<Reading, CliError> {
    how.set()?;
    let prices = pricing.prices()?;
    let mut reading = read(paths, Rules::Ours);
    reading.archive.set_prices(prices);
    reading.archive.assemble();
    problems::check(&reading, reading.is_enough(Rules::Ours))?;
    Ok(reading)
}

/// What to read, and how to print what is to be said of it.
#[derive(Debug, clap::Args)]
pub struct Report {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub output: Output,
}

/// Whose usage is added up.
#[derive(Debug, clap::Args)]
pub struct Scope {
    /// Leave out what sub-agents and forks used
    #[arg(long)]
    own_only: bool,
}

impl Scope {
    pub const fn sums(&self) -> Sums {
        if self.own_only { Sums::Own } else { Sums::Tree }
    }
}

/// Which sessions are meant; all views filter by the same.
#[derive(Debug, clap::Args)]
pub struct Choice {
    /// Part of a title, id, project, provider or model, whatever the case
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// Only logs of this agent, by its name in CSV; may be given several times, as the next four, and unknown is what has none
    #[arg(long, value_name = "NAME")]
    agent: Vec<String>,
    /// Only sessions with this provider
    #[arg(long, value_name = "NAME")]
    provider: Vec<String>,
    /// Only messages and requests of this model
    #[arg(long, value_name = "NAME")]
    model: Vec<String>,
    /// Only this project
    #[arg(long, value_name = "NAME")]
    project: Vec<String>,
    /// Only runs that ended so, with what they started
    #[arg(long, value_name = "STATUS", value_parser = PossibleValuesParser::new(Status::ALL.map(Status::name)))]
    status: Vec<String>,
}

impl Choice {
    /// With a window, and whose usage is added up.
    pub fn filter(&self, window: Option<Window>, sums: Sums) -> Filter {
        let chosen = Chosen::only(Facet::Agent, &self.agent)
            .with(Facet::Provider, &self.provider)
            .with(Facet::Model, &self.model)
            .with(Facet::Project, &self.project)
            .with(Facet::Status, &self.status);
        let text = self.text.clone().unwrap_or_default();
        Filter { text, window, own_only: sums == Sums::Own, chosen, ..Filter::default() }
    }
}

/// A part of a session's time.
#[derive(Debug, clap::Args)]
pub struct Range {
    /// Only what happened then or later, such as 2026-05-03T18:00:00.250Z
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    from: Option<Timestamp>,
    /// Only what happened before
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    to: Option<Timestamp>,
}

impl Range {
    /// `None` is everything, with or without a time.
    pub fn window(&self) -> Option<Window> {
        (self.from.is_some() || self.to.is_some()).then_some(Window { start: self.from, end: self.to })
    }
}

/// What requests cost.
#[derive(Debug, Default, clap::Args)]
pub struct Pricing {
    /// Your own prices, before the shipped ones: {"model": {"input": 3, "output": 15}} or a table with tabs or commas
    ///
    /// US dollars per million tokens. A table has the columns of the shipped one, in any order: model, provider,
    /// input, output, cache_read, cache_write_5m, cache_write_1h, valid_from and more.
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// Where costs come from
    #[arg(long, value_enum, value_name = "MODE", default_value_t = Mode::Auto)]
    mode: Mode,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Mode {
    /// As recorded; computed from tokens and prices where nothing is recorded
    #[default]
    Auto,
    /// Always computed from tokens and prices
    Calculate,
    /// Only what logs record
    Display,
}

impl Pricing {
    fn prices(&self) -> Result<Prices, CliError> {
        let prices = Prices::new(match self.mode {
            Mode::Auto => PriceMode::Auto,
            Mode::Calculate => PriceMode::Calculate,
            Mode::Display => PriceMode::Display,
        });
        let Some(path) = &self.prices else { return Ok(prices) };
        let wrong = |why: String| CliError::Prices { path: path.to_string_lossy().into_owned(), why };
        let text = fs::read_to_string(path).map_err(|error| wrong(words(&error)))?;
        prices.with_overrides(&text).map_err(|error| wrong(error.to_string()))
    }
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
    /// Time zone of days and clock times, such as Europe/Paris or +05:30 [default: that of this machine]
    #[arg(long, value_name = "ZONE", value_parser = zone::by_name, allow_hyphen_values = true)]
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
    /// The time to take for now.
    pub fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(clock)
    }

    /// The window in the words of a grammar.
    pub fn resolve(&self, grammar: Grammar) -> Result<Moment, CliError> {
        let zone = self.tz.clone().unwrap_or_else(zone::of_machine);
        let now = self.now();
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
