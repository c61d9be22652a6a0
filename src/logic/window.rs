//! Time windows: what a typed word means, and what lies inside. The caller brings the clock and the zone.

use crate::model::{Civil, Timestamp, Wire, Zone, quoted};

/// Half open: `start ≤ t < end`; `None` is an open end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub struct Window {
    pub start: Option<Timestamp>,
    pub end: Option<Timestamp>,
}

/// Which words a window may be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grammar {
    /// fizeau.md §7.1: UTC, rolling `7d` and `30d`.
    Reference,
    /// DESIGN §2 "Window": days in the zone; `all` and any `Nd`, the last N calendar days with today.
    Ours,
}

/// The texts before and after the first `..`.
fn ends(spec: &str) -> Option<(&str, &str)> {
    let at = spec.as_bytes().windows(2).position(|pair| pair == b"..")?;
    Some((spec.get(..at)?, spec.get(at + 2..)?))
}

/// Why a text is no window; the variant names the part that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    #[error("usage: invalid time window endpoint {}", quoted(.0))]
    ReferenceEndpoint(String),
    #[error("usage: invalid time window {}", quoted(.0))]
    ReferenceRange(String),
    #[error("{} is not today, all, a number of days such as 7d, a date (2026-04-09) or a time with its zone", quoted(.0))]
    UnknownWord(String),
    #[error("{} cannot end a range: write a date (2026-04-09) or a time with its zone (2026-04-09T15:30:00Z)", quoted(.0))]
    UnknownEnd(String),
    #[error("{}: there is no such day", quoted(.0))]
    NoSuchDay(String),
    #[error("{} names no time zone: add Z or an offset such as +02:00", quoted(.0))]
    NoZone(String),
    #[error("{}: a window has at least one day", quoted(.0))]
    NoDays(String),
    #[error("{} has neither a start nor an end", quoted(.0))]
    NoEnds(String),
    #[error("{} holds no time: its end is not after its start", quoted(.0))]
    Inverted(String),
}

/// A day of the rolling windows and of a single instant, whatever the clocks do.
const DAY_MS: i64 = 86_400_000;
/// Longer than the years that a [`Timestamp`] covers.
const MOST_DAYS: i64 = 1_000_000;

/// What `spec` means at `now`; `None` is "everything". `zone` counts for [`Grammar::Ours`] only.
///
/// Dates outside the years of a [`Timestamp`] stand for its first and last instant.
pub fn resolve(spec: &str, now: Timestamp, zone: &Zone, grammar: Grammar) -> Result<Option<Window>, WindowError> {
    let spec = spec.trim();
    let utc = Zone::utc();
    let zone = match grammar {
        Grammar::Reference => &utc,
        Grammar::Ours => zone,
    };
    if spec.is_empty() || (spec == "all" && grammar == Grammar::Ours) {
        return Ok(None);
    }
    let window = match (word(spec, now, zone, grammar)?, ends(spec)) {
        (Some(window), _) => window,
        (None, Some((from, to))) => range(spec, [from, to], zone, grammar)?,
        (None, None) => match moment(spec).ok_or_else(|| grammar.unknown(spec, false))? {
            Moment::Day(day) => Window::from_to(zone.instant(day), zone.instant(next_day(day))),
            Moment::Instant(at) => Window::from_to(at, at.plus_ms(DAY_MS)),
        },
    };
    Ok(Some(window))
}

impl Window {
    const fn from_to(start: Timestamp, end: Timestamp) -> Self {
        Self { start: Some(start), end: Some(end) }
    }

    /// Whether a time lies inside. An unknown time is outside every window (ours, fizeau.md §7).
    pub fn contains(&self, at: Option<Timestamp>) -> bool {
        at.is_some_and(|at| self.covers(at))
    }

    /// As [`Window::contains`], except that an unknown time is year 1: inside where the start is open
    /// (the reference, fizeau.md §7).
    pub fn contains_as_reference(&self, at: Option<Timestamp>) -> bool {
        at.map_or(self.start.is_none(), |at| self.covers(at))
    }

    fn covers(&self, at: Timestamp) -> bool {
        self.start.is_none_or(|start| start <= at) && self.end.is_none_or(|end| at < end)
    }
}

impl WindowError {
    /// The part of the text that is wrong, trimmed.
    pub fn part(&self) -> &str {
        match self {
            Self::ReferenceEndpoint(part)
            | Self::ReferenceRange(part)
            | Self::UnknownWord(part)
            | Self::UnknownEnd(part)
            | Self::NoSuchDay(part)
            | Self::NoZone(part)
            | Self::NoDays(part)
            | Self::NoEnds(part)
            | Self::Inverted(part) => part,
        }
    }
}

impl Grammar {
    fn unknown(self, part: &str, in_range: bool) -> WindowError {
        let part_text = part.to_owned();
        match self {
            Self::Reference => WindowError::ReferenceEndpoint(part_text),
            Self::Ours if part.get(..10).is_some_and(|date| date_parts(date).is_some() && date_of(date).is_none()) => {
                WindowError::NoSuchDay(part_text)
            }
            Self::Ours if Timestamp::parse(&format!("{part}Z")).is_some() => WindowError::NoZone(part_text),
            Self::Ours if in_range => WindowError::UnknownEnd(part_text),
            Self::Ours => WindowError::UnknownWord(part_text),
        }
    }
}

/// A window that stands in one word, if `spec` is one.
fn word(spec: &str, now: Timestamp, zone: &Zone, grammar: Grammar) -> Result<Option<Window>, WindowError> {
    let last_days = |days: i64| Window::from_to(zone.day_start(now, 1 - days), zone.day_start(now, 1));
    let rolling = |days: i64| Window::from_to(now.plus_ms(-days * DAY_MS), now);
    Ok(match (grammar, spec) {
        (_, "today") => Some(last_days(1)),
        (Grammar::Reference, "7d") => Some(rolling(7)),
        (Grammar::Reference, "30d") => Some(rolling(30)),
        (Grammar::Reference, _) => None,
        (Grammar::Ours, _) => match number_of_days(spec) {
            Some(0) => return Err(WindowError::NoDays(spec.into())),
            days => days.map(last_days),
        },
    })
}

/// The N of `Nd`.
fn number_of_days(spec: &str) -> Option<i64> {
    let digits = spec.strip_suffix('d').filter(|digits| !digits.is_empty())?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().unwrap_or(MOST_DAYS).min(MOST_DAYS))
}

/// `A..B`: a date at the end includes its day, an instant is exclusive (fizeau.md §7.1).
fn range(spec: &str, ends: [&str; 2], zone: &Zone, grammar: Grammar) -> Result<Window, WindowError> {
    let [from, to] = ends.map(|end| {
        let end = end.trim();
        (!end.is_empty()).then(|| moment(end).ok_or_else(|| grammar.unknown(end, true))).transpose()
    });
    let start = from?.map(|moment| match moment {
        Moment::Day(day) => zone.instant(day),
        Moment::Instant(at) => at,
    });
    let end = to?.map(|moment| match moment {
        Moment::Day(day) => zone.instant(next_day(day)),
        Moment::Instant(at) => at,
    });
    match (start, end, grammar) {
        (None, None, Grammar::Ours) => Err(WindowError::NoEnds(spec.into())),
        (Some(start), Some(end), Grammar::Ours) if start >= end => Err(WindowError::Inverted(spec.into())),
        (None, None, Grammar::Reference) => Err(WindowError::ReferenceRange(spec.into())),
        (Some(start), Some(end), Grammar::Reference) if start >= end => Err(WindowError::ReferenceRange(spec.into())),
        _ => Ok(Window { start, end }),
    }
}

/// What may stand alone or at an end of a range.
enum Moment {
    Day(Civil),
    Instant(Timestamp),
}

fn moment(text: &str) -> Option<Moment> {
    date_of(text).map(Moment::Day).or_else(|| Timestamp::parse(text).map(Moment::Instant))
}

fn date_of(text: &str) -> Option<Civil> {
    let [year, month, day] = date_parts(text)?;
    Civil::date(i32::from(year), u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// The numbers of `2026-04-09`, digits and hyphens just so.
fn date_parts(text: &str) -> Option<[u16; 3]> {
    let mut parts = text.split('-');
    let mut number = |length: usize| {
        let digits =
            parts.next().filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse().ok()
    };
    let numbers = [number(4)?, number(2)?, number(2)?];
    parts.next().is_none().then_some(numbers)
}

fn next_day(day: Civil) -> Civil {
    Civil::from_utc_seconds(day.utc_seconds() + 86_400)
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
