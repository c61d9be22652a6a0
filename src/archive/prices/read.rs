//! Price tables as text: lines with tabs or commas under a line of column names, or a JSON object of models.

use super::names;
use super::row::{PriceRow, Rate, Rates};
use crate::model::{Money, Timestamp, quoted};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use std::fmt;

/// What is wrong with a table, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct PriceError {
    pub line: u32,
    pub why: String,
}

/// USD per million tokens.
const RATES: [&str; 9] = [
    "input",
    "output",
    "cache_read",
    "cache_write_5m",
    "cache_write_1h",
    "long_input",
    "long_output",
    "long_cache_read",
    "long_cache_write",
];
/// Tokens.
const COUNTS: [&str; 2] = ["long_above_tokens", "context_window"];
/// Beyond it a rate is a slip of the pen, and sums could overflow.
const MOST_USD: u64 = 1_000_000;

/// Every row of a table, whichever its notation.
pub fn rows(text: &str, is_own: bool) -> Result<Vec<PriceRow>, PriceError> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') { of_json(text, is_own) } else { of_lines(text, is_own) }
}

/// One row while its cells arrive.
#[derive(Default)]
struct Cells {
    model: String,
    provider: String,
    valid_from: Option<Timestamp>,
    rates: [Option<Rate>; RATES.len()],
    counts: [Option<u64>; COUNTS.len()],
}

impl Cells {
    fn set(&mut self, column: &str, text: &str) -> Result<(), String> {
        let text = text.trim();
        match column {
            "model" => text.clone_into(&mut self.model),
            "provider" => self.provider = names::provider(&text.to_ascii_lowercase()).to_owned(),
            "valid_from" if text.is_empty() => {}
            "valid_from" => {
                let midnight = Timestamp::parse(&format!("{text}T00:00:00Z"));
                self.valid_from =
                    Some(midnight.ok_or_else(|| format!("{} is no date such as 2026-05-31", quoted(text)))?);
            }
            _ => {
                if let Some(place) = place_of(column, &RATES) {
                    self.rates[place] = optional(text, rate)?;
                } else if let Some(place) = place_of(column, &COUNTS) {
                    self.counts[place] = optional(text, count)?;
                } else {
                    return Err(unknown_column(column));
                }
            }
        }
        Ok(())
    }

    fn row(self, is_own: bool) -> Result<PriceRow, String> {
        let Self { model, provider, valid_from, rates, counts: [above, context_window] } = self;
        let key = names::key(&model);
        if key.is_empty() {
            return Err("the row names no model".to_owned());
        }
        let [input, output, cache_read, cache_write_5m, cache_write_1h, long @ ..] = rates;
        let [long_input, long_output, long_cache_read, long_cache_write] = long;
        let rates = match (input, output) {
            (Some(input), Some(output)) => Some(Rates { input, output, cache_read, cache_write_5m, cache_write_1h }),
            (None, None) if rates.iter().all(Option::is_none) => None,
            _ => return Err(format!("{model} needs a price for input and one for output, or none at all")),
        };
        let long = match (above, long_input, long_output) {
            (Some(above), Some(input), Some(output)) => {
                let (cache_read, cache_write_5m) = (long_cache_read, long_cache_write);
                Some((above, Rates { input, output, cache_read, cache_write_5m, cache_write_1h: None }))
            }
            (None, None, None) if long_cache_read.or(long_cache_write).is_none() => None,
            _ => return Err(format!("{model} needs long_above_tokens, long_input and long_output, or none of them")),
        };
        let (name, provider, key) = (model.into(), provider.into(), key.into());
        Ok(PriceRow { name, provider, valid_from, rates, long, context_window, is_own, key })
    }
}

fn place_of(column: &str, columns: &[&str]) -> Option<usize> {
    columns.iter().position(|known| *known == column)
}

fn unknown_column(column: &str) -> String {
    let known = ["model", "provider", "valid_from"].into_iter().chain(RATES).chain(COUNTS);
    format!("unknown column {}; known are {}", quoted(column), known.collect::<Vec<_>>().join(", "))
}

fn optional<T>(text: &str, parse: fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    parse(text).map(Some).ok_or_else(|| format!("{} is no amount: a plain decimal, at most six decimals", quoted(text)))
}

/// `3.75` USD per million tokens, exactly.
fn rate(text: &str) -> Option<Rate> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let usd = count(whole).filter(|usd| *usd < MOST_USD && fraction.len() <= 6)?;
    let micros = if fraction.is_empty() { 0 } else { count(fraction)? * 10u64.pow(6 - fraction.len() as u32) };
    Some(usd * 1_000_000 + micros)
}

fn count(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// The first line that is no comment names the columns, in any order.
fn of_lines(text: &str, is_own: bool) -> Result<Vec<PriceRow>, PriceError> {
    let lines = (1..).zip(text.lines());
    let mut lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let Some((number, header)) = lines.next() else { return Ok(Vec::new()) };
    let separator = if header.contains('\t') { '\t' } else { ',' };
    let unquoted = |cell: &str| cell.trim().trim_matches('"').to_owned();
    let columns: Vec<String> = header.split(separator).map(unquoted).collect();
    let failed = |line, why| PriceError { line, why };
    if !columns.iter().any(|column| column == "model") {
        return Err(failed(number, "no column is called model; the first line must name the columns".to_owned()));
    }
    let mut rows = Vec::new();
    for (number, line) in lines {
        let mut cells = Cells::default();
        let mut texts = line.split(separator);
        for (column, text) in columns.iter().zip(&mut texts) {
            cells.set(column, &unquoted(text)).map_err(|why| failed(number, why))?;
        }
        if texts.next().is_some() {
            return Err(failed(number, "more cells than columns".to_owned()));
        }
        cells.row(is_own).and_then(|row| push_new(&mut rows, row)).map_err(|why| failed(number, why))?;
    }
    Ok(rows)
}

/// Two rows for the same time contradict each other.
fn push_new(rows: &mut Vec<PriceRow>, row: PriceRow) -> Result<(), String> {
    let is_same = |other: &PriceRow| {
        (&other.name, &other.provider, other.valid_from) == (&row.name, &row.provider, row.valid_from)
    };
    if rows.iter().any(is_same) {
        return Err(format!("{} stands there twice for the same time", row.name));
    }
    rows.push(row);
    Ok(())
}

/// `{"model": {"input": 3, "output": 15, "valid_from": "2026-05-31"}}`.
fn of_json(text: &str, is_own: bool) -> Result<Vec<PriceRow>, PriceError> {
    let mut reader = serde_json::Deserializer::from_slice(text.as_bytes());
    let mut rows = Vec::new();
    let read = Models { rows: &mut rows, is_own }.deserialize(&mut reader).and_then(|()| reader.end());
    read.map_err(|error| {
        let told = error.to_string();
        let why = told.rsplit_once(" at line ").map_or(&*told, |(why, _)| why).to_owned();
        PriceError { line: error.line() as u32, why }
    })?;
    Ok(rows)
}

/// All models.
struct Models<'a> {
    rows: &'a mut Vec<PriceRow>,
    is_own: bool,
}

/// The cells of one model. Adds its row itself: an error is told with the line where the innermost object ends.
struct Model<'a> {
    name: String,
    models: Models<'a>,
}

/// One cell as text.
struct Cell;

impl<'de> DeserializeSeed<'de> for Models<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Models<'_> {
    type Value = ();
    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("an object of models")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut models: A) -> Result<(), A::Error> {
        while let Some(name) = models.next_key()? {
            let shorter = Models { rows: &mut *self.rows, is_own: self.is_own };
            models.next_value_seed(Model { name, models: shorter })?;
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Model<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Model<'_> {
    type Value = ();
    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("an object of prices")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut cells = Cells { model: self.name, ..Cells::default() };
        while let Some(column) = object.next_key::<String>()? {
            let text = object.next_value_seed(Cell)?;
            cells.set(&column, &text).map_err(A::Error::custom)?;
        }
        let Models { rows, is_own } = self.models;
        cells.row(is_own).and_then(|row| push_new(rows, row)).map_err(A::Error::custom)
    }
}

impl<'de> DeserializeSeed<'de> for Cell {
    type Value = String;
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<String, D::Error> {
        reader.deserialize_any(self)
    }
}

impl Visitor<'_> for Cell {
    type Value = String;
    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a number or a text")
    }
    fn visit_unit<E: Error>(self) -> Result<String, E> {
        Ok(String::new())
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }
    /// The decimal that was written: a rate has 12 digits at most, and 15 survive a float ([`Money::from_usd`]).
    fn visit_f64<E: Error>(self, number: f64) -> Result<String, E> {
        let amount = Money::from_usd(number).ok_or_else(|| E::custom("a price below zero or beyond all measure"))?;
        Ok(amount.fixed(12))
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
