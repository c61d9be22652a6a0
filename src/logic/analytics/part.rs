//! Which part of a panel a number stands for, and how such parts are named.

use super::cells::Split;
use super::day::{Day, Granularity};
use crate::model::{Timestamp, Wire};

/// Which part of what is selected a number stands for.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub enum Part {
    Whole,
    /// A day, a week or a month, named by its first day.
    Period(Day, Granularity),
    /// What has no date.
    NoDate,
    /// A project, model or agent by name, a session by key.
    Named(Split, String),
    /// Weekday (0 is Monday) and hour.
    HourOfWeek(u8, u8),
    /// A tool by name; its sessions tell its calls alone.
    Tool(String),
    /// Sessions in a bucket of the shape or health panels, by its place there.
    Bucket(BucketOf, u8),
    /// Requests made, or sessions at work, from a time until before another: a block, a step of concurrency.
    Between(Timestamp, Timestamp),
    /// A session by its key, with all that it started.
    Tree(String),
    /// The time before the window, as long as it.
    Before,
    /// Calls of a source that an agent's own telemetry names (codetether.md §3.1).
    Source(String),
    /// Overrides of a router (fizeau.md §8): prompt, axis, and whether it would have chosen the same, with `/` between.
    Choice(String),
}

impl Part {
    /// For a heading: `, project shop`; empty for the whole.
    pub fn words(&self) -> String {
        let named = |key: &str, value: &str| [", ", key, " ", value].concat();
        match self {
            Self::Whole => String::new(),
            Self::NoDate => ", without a date".to_owned(),
            Self::Period(day, granularity) => named(granularity.name(), &day.text()),
            Self::Named(split, name) => named(split.name(), name),
            Self::HourOfWeek(weekday, hour) => {
                let day = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
                named(day.get(usize::from(*weekday)).copied().unwrap_or_default(), &[&hour.to_string(), ":00"].concat())
            }
            Self::Tool(name) => named("tool", name),
            Self::Bucket(of, place) => named(of.name(), &["bucket ", &(place + 1).to_string()].concat()),
            Self::Between(from, until) => {
                named("from", &[&from.rfc3339(), " until before ", &until.rfc3339()].concat())
            }
            Self::Tree(key) => named("session", key) + " with all that it started",
            Self::Before => ", the time before the window".to_owned(),
            Self::Source(name) => named("source", name),
            Self::Choice(choice) => named("overrides of", choice),
        }
    }

    /// What [`Part::parse`] reads, with a colon before it; empty for the whole.
    pub fn name(&self) -> String {
        let named = |key: &str, value: &str| [":", key, "=", value].concat();
        match self {
            Self::Whole => String::new(),
            Self::NoDate => ":no-date".to_owned(),
            Self::Before => ":before".to_owned(),
            Self::Period(day, granularity) => named(granularity.name(), &day.text()),
            Self::Named(split, name) => named(split.name(), name),
            Self::HourOfWeek(weekday, hour) => named("hour", &[&weekday.to_string(), "-", &hour.to_string()].concat()),
            Self::Tool(name) => named("tool", name),
            Self::Bucket(of, place) => named(of.name(), &place.to_string()),
            Self::Between(from, until) => named("between", &[&from.exact(), "..", &until.exact()].concat()),
            Self::Tree(key) => named("tree", key),
            Self::Source(name) => named("source", name),
            Self::Choice(choice) => named("choice", choice),
        }
    }

    /// Reads a key and a value: `all`, `no-date`, `day=2026-03-02`, `week=…`, `month=…`, `project=…`, `model=…`,
    /// `agent=…`, `session=…`, `tool=…`, `hour=0-23` (weekday and hour), `length=2` and the like (a bucket by its place),
    /// `between=FROM..TO`.
    pub fn parse(key: &str, value: &str) -> Result<Self, String> {
        let wrong = |what: &str| Err([key, "=", value, ": ", what].concat());
        let number = |text: &str| text.parse::<u8>().ok();
        if let Some(split) = Split::from_name(key) {
            return Ok(Self::Named(split, value.to_owned()));
        }
        if let Some(granularity) = Granularity::from_name(key) {
            let midnight = Timestamp::parse(&[value, "T00:00:00Z"].concat());
            let Some(midnight) = midnight else { return wrong("no date, such as 2026-03-02") };
            return Ok(Self::Period(granularity.bucket(Day::of(midnight.utc())), granularity));
        }
        if let Some((_, of)) = BucketOf::ALL.into_iter().find(|(name, _)| *name == key) {
            return number(value).map_or_else(|| wrong("no place of a bucket"), |place| Ok(Self::Bucket(of, place)));
        }
        match (key, value) {
            ("all", _) => Ok(Self::Whole),
            ("no-date", _) => Ok(Self::NoDate),
            ("tool", name) => Ok(Self::Tool(name.to_owned())),
            ("tree", key) => Ok(Self::Tree(key.to_owned())),
            ("before", _) => Ok(Self::Before),
            ("source", name) => Ok(Self::Source(name.to_owned())),
            ("choice", choice) => Ok(Self::Choice(choice.to_owned())),
            ("hour", _) => match value.split_once('-').and_then(|(day, hour)| Some((number(day)?, number(hour)?))) {
                Some((weekday @ 0..7, hour @ 0..24)) => Ok(Self::HourOfWeek(weekday, hour)),
                _ => wrong("no weekday (0 is Monday) and hour, such as 0-23"),
            },
            ("between", _) => {
                let ends = value.split_once("..");
                match ends.and_then(|(from, to)| Some((Timestamp::parse(from)?, Timestamp::parse(to)?))) {
                    Some((from, to)) => Ok(Self::Between(from, to)),
                    None => wrong("no two times, such as 2026-03-02T10:00:00Z..2026-03-02T15:00:00Z"),
                }
            }
            _ => wrong(
                "write all, no-date, before, or a key and a value: day, week, month, project, model, agent, session, tree, \
                 tool, hour, between, length, duration, autonomy, archetype, grade, outcome, pressure, source, choice",
            ),
        }
    }
}

/// What buckets tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum BucketOf {
    Length,
    Duration,
    Autonomy,
    Archetype,
    Grade,
    Outcome,
    /// Context pressure.
    Pressure,
}

impl BucketOf {
    /// By name.
    const ALL: [(&'static str, Self); 7] = [
        ("length", Self::Length),
        ("duration", Self::Duration),
        ("autonomy", Self::Autonomy),
        ("archetype", Self::Archetype),
        ("grade", Self::Grade),
        ("outcome", Self::Outcome),
        ("pressure", Self::Pressure),
    ];

    fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}
