//! The numbers of sessions side by side. What one of them does not record has no difference either.

use super::Step;
use crate::archive::{Archive, CostTally};
use crate::logic::files::{FileSum, Files};
use crate::logic::format::{NOT_RECORDED, duration_text, format_token_count, money_text};
use crate::logic::report::{Cell, Jump, Report, Table};
use crate::logic::sessions::{SessionRow, row};
use crate::model::{Map, Money, Tally, sorted};

/// One of the sessions.
pub struct Side {
    pub row: SessionRow,
    pub steps: Vec<Step>,
    pub files: Files,
    /// Reads and edits of which the log does not tell the file.
    pub untold: u32,
}

/// A number of one session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Number {
    /// In the measure's [`Unit`].
    pub value: Option<i64>,
    pub is_lower_bound: bool,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Things,
    Tokens,
    Milliseconds,
    /// Pico-dollars.
    Money,
}

impl Number {
    fn of(value: u64) -> Self {
        Self { value: i64::try_from(value).ok(), is_lower_bound: false }
    }

    fn may(value: Option<u64>) -> Self {
        value.map(Self::of).unwrap_or_default()
    }

    fn sum(tally: &Tally) -> Self {
        Self { is_lower_bound: tally.is_lower_bound(), ..Self::may(tally.value().get()) }
    }

    fn cost(cost: &CostTally) -> Self {
        let value = (cost.reported > 0).then(|| cost.known.pico());
        Self { value, is_lower_bound: cost.is_lower_bound() }
    }

    /// By how much another one is more; `None` unless both are known exactly.
    pub fn to(self, other: Self) -> Option<i64> {
        let is_known = !self.is_lower_bound && !other.is_lower_bound;
        self.value.zip(other.value).filter(|_| is_known).and_then(|(from, to)| to.checked_sub(from))
    }

    /// As people read it: `—`, `1.2k`, `≥ 1.2k`.
    pub fn text(self, unit: Unit) -> String {
        match (self.value, unit) {
            (None, _) => NOT_RECORDED.to_owned(),
            (Some(pico), Unit::Money) => money_text(Money::from_pico(pico), self.is_lower_bound),
            (Some(value), _) => {
                let sign = if self.is_lower_bound { "≥ " } else { "" };
                [sign, &unit.words(value.unsigned_abs())].concat()
            }
        }
    }
}

impl Unit {
    fn words(self, value: u64) -> String {
        match self {
            Self::Things => value.to_string(),
            Self::Tokens => format_token_count(value),
            Self::Milliseconds => duration_text(value),
            Self::Money => Money::from_pico(value as i64).display(),
        }
    }

    /// From one session to another, as people read it.
    pub fn difference(self, from: Number, to: Number) -> Cell {
        match from.to(to) {
            None => Cell::unknown("not known of both exactly"),
            Some(0) => Cell::new("0"),
            Some(more) => {
                let sign = if more < 0 { "−" } else { "+" };
                Cell::new([sign, &self.words(more.unsigned_abs())].concat())
            }
        }
    }
}

/// The files of a session as far as they are counted here: touched, changed, lines that came, lines that went.
pub fn files_of(files: &Files) -> (u64, u64, Tally, Tally) {
    let sums = files.at(None);
    let changed = || sums.iter().filter(|sum| sum.changes > 0);
    let mut lines = [Tally::default(); 2];
    for sum in changed() {
        lines[0].merge(&sum.added);
        lines[1].merge(&sum.removed);
    }
    (sums.len() as u64, changed().count() as u64, lines[0], lines[1])
}

/// All numbers of a session that are compared: their stable names, units and values. Its own, without sub-agents.
pub fn measures(side: &Side) -> Vec<(&'static str, Unit, Number)> {
    let (row, totals) = (&side.row, &side.row.totals);
    let things = |count: u32| Number::of(u64::from(count));
    let (touched, changed, added, removed) = files_of(&side.files);
    // Where nothing was changed, no line was.
    let lines = |lines: &Tally| if changed == 0 { Number::of(0) } else { Number::sum(lines) };
    let told = |number: Number| match (side.untold, number.value) {
        (0, _) => number,
        (_, Some(0)) => Number::default(),
        _ => Number { is_lower_bound: true, ..number },
    };
    vec![
        ("duration", Unit::Milliseconds, Number::may(row.duration_ms.get())),
        ("steps", Unit::Things, things(row.steps())),
        ("prompts", Unit::Things, things(row.counts.prompts)),
        ("tool calls", Unit::Things, things(row.counts.tool_calls)),
        ("failed calls", Unit::Things, things(row.counts.tool_failures)),
        ("errors", Unit::Things, things(row.counts.errors)),
        ("largest prompt", Unit::Tokens, Number::may(totals.peak_context.get())),
        ("uncached input", Unit::Tokens, Number::sum(&totals.input_uncached)),
        ("cache read", Unit::Tokens, Number::sum(&totals.cache_read)),
        ("output", Unit::Tokens, Number::sum(&totals.output)),
        ("cost", Unit::Money, Number::cost(&totals.cost)),
        ("files touched", Unit::Things, told(Number::of(touched))),
        ("files changed", Unit::Things, told(Number::of(changed))),
        ("lines added", Unit::Things, told(lines(&added))),
        ("lines removed", Unit::Things, told(lines(&removed))),
    ]
}

impl Side {
    /// `None` when there is no such session.
    pub fn new(archive: &Archive, key: &str, steps: Vec<Step>, files: Files, untold: u32) -> Option<Self> {
        Some(Self { row: row(archive, archive.session(key)?)?, steps, files, untold })
    }
}

/// How columns of sessions are called: A, B …
fn letter(index: usize) -> String {
    char::from(b'A' + (index % 26) as u8).to_string()
}

/// A table with a column for each session, and one for the difference where there are two.
fn table(title: &str, first: &str, sides: usize, has_difference: bool) -> Table {
    let letters = (0..sides).map(|side| ["#", &letter(side)].concat());
    let difference = (has_difference && sides == 2).then(|| "#B − A".to_owned());
    let columns: Vec<String> = std::iter::once(first.to_owned()).chain(letters).chain(difference).collect();
    Table::new(title, &columns.iter().map(String::as_str).collect::<Vec<_>>())
}

/// What the page shows of them beside their steps.
pub fn report(sides: &[Side]) -> Report {
    Report { sentences: Vec::new(), tables: vec![numbers(sides), tools(sides), files(sides)] }
}

fn numbers(sides: &[Side]) -> Table {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    type Word = (&'static str, fn(&SessionRow) -> String);
    let words: [Word; 3] = [
        ("agent", |row| row.agent_name.clone()),
        ("model", |row| row.models.first().cloned().unwrap_or_default()),
        ("status", |row| row.status.name().to_owned()),
    ];
    for (name, value) in words {
        let cell = |side: &Side| match value(&side.row) {
            text if text.is_empty() => Cell::unknown("the log does not say"),
            text => Cell::new(text),
        };
        let blank = (sides.len() == 2).then(Cell::default);
        rows.push(std::iter::once(Cell::new(name)).chain(sides.iter().map(cell)).chain(blank).collect());
    }
    let all: Vec<_> = sides.iter().map(measures).collect();
    for (index, (name, unit, _)) in all.first().into_iter().flatten().enumerate() {
        let of = |side: &Vec<(_, _, Number)>| side.get(index).map_or(Number::default(), |found| found.2);
        let cell = |number: Number| {
            let why = match number {
                Number { value: None, .. } => "the log does not hold it",
                Number { is_lower_bound: true, .. } => "not recorded everywhere",
                _ => "",
            };
            Cell::new(number.text(*unit)).because(why)
        };
        let numbers: Vec<Number> = all.iter().map(of).collect();
        let difference = if let [from, to] = numbers[..] { Some(unit.difference(from, to)) } else { None };
        let cells = numbers.into_iter().map(cell);
        rows.push(std::iter::once(Cell::new(*name)).chain(cells).chain(difference).collect());
    }
    table("Numbers", "Own, without sub-agents", sides.len(), true).with_rows(rows)
}

fn tools(sides: &[Side]) -> Table {
    // Calls and failed ones of each session.
    let mut counts: Map<&str, Vec<(u32, u32)>> = Map::default();
    for (index, side) in sides.iter().enumerate() {
        for step in side.steps.iter().filter(|step| !step.tool.is_empty()) {
            let counted = counts.entry(&step.tool).or_insert_with(|| vec![(0, 0); sides.len()]);
            if let Some((calls, failed)) = counted.get_mut(index) {
                *calls += 1;
                *failed += u32::from(step.has_failed);
            }
        }
    }
    let most = |counted: &[(u32, u32)]| u32::MAX - counted.iter().map(|(calls, _)| *calls).max().unwrap_or(0);
    let all: Vec<_> = counts.into_iter().collect();
    let all = sorted(all, |a, b| (most(&a.1), a.0).cmp(&(most(&b.1), b.0)));
    let line = |(tool, counted): (&str, Vec<(u32, u32)>)| {
        let cell = |(calls, failed): &(u32, u32)| match failed {
            0 => Cell::number(u64::from(*calls)),
            _ => Cell::new([&*calls.to_string(), " (", &failed.to_string(), " failed)"].concat()),
        };
        let things = |at: &(u32, u32)| Number::of(u64::from(at.0));
        let difference =
            if let [from, to] = &counted[..] { Some(Unit::Things.difference(things(from), things(to))) } else { None };
        std::iter::once(Cell::new(tool)).chain(counted.iter().map(cell)).chain(difference).collect()
    };
    table("Calls of tools", "Tool", sides.len(), true).with_rows(all.into_iter().map(line).collect())
}

fn files(sides: &[Side]) -> Table {
    let mut found: Map<&str, Vec<Option<FileSum>>> = Map::default();
    for (index, side) in sides.iter().enumerate() {
        for sum in side.files.at(None) {
            let Some(path) = side.files.paths.get(sum.path as usize) else { continue };
            let slots = found.entry(path).or_insert_with(|| vec![None; sides.len()]);
            if let Some(slot) = slots.get_mut(index) {
                *slot = Some(sum);
            }
        }
    }
    let all: Vec<_> = found.into_iter().collect();
    // What only some of them touched comes first.
    let place = |sums: &[Option<FileSum>]| sums.iter().all(Option::is_some);
    let all = sorted(all, |a, b| (place(&a.1), a.0).cmp(&(place(&b.1), b.0)));
    let line = |(path, sums): (&str, Vec<Option<FileSum>>)| {
        let cells = sums.iter().zip(sides).map(|(sum, side)| match sum {
            Some(sum) => did(sum, side),
            None => Cell::new("not touched"),
        });
        std::iter::once(Cell::new(path)).chain(cells).collect()
    };
    table("Files", "Path, as the logs write it", sides.len(), false).with_rows(all.into_iter().map(line).collect())
}

/// What a session did to a file.
fn did(sum: &FileSum, side: &Side) -> Cell {
    let lines = |sign: &str, lines: &Tally| match lines.value().get() {
        None => NOT_RECORDED.to_owned(),
        Some(sum) => [if lines.is_lower_bound() { "≥ " } else { "" }, sign, &sum.to_string()].concat(),
    };
    let (added, removed) = (lines("+", &sum.added), lines("−", &sum.removed));
    let mut why = [
        &*sum.changes.to_string(),
        " changes, ",
        &sum.reads.to_string(),
        " reads, ",
        &sum.failed.to_string(),
        " failed",
    ]
    .concat();
    let words = match (sum.changes, sum.reads) {
        (0, 0) => "failed".to_owned(),
        (0, _) => "read".to_owned(),
        _ if added == NOT_RECORDED && removed == NOT_RECORDED => "changed".to_owned(),
        _ => [&*added, " ", &removed].concat(),
    };
    if sum.changes > 0 && (added == NOT_RECORDED || removed == NOT_RECORDED) {
        why.push_str("; not recorded how many lines each of them replaced");
    }
    let jump = Jump { words, session: side.row.key.clone(), step: String::new() };
    Cell { why, jumps: vec![jump], ..Cell::default() }
}
