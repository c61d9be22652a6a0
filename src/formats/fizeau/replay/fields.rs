//! The fields of one JSON object, read by either rule: as Go's decoder reads them into typed structs, where a single
//! wrong kind drops the whole event, or so that what is wrong is missing.

use super::super::raw_json;
use crate::model::{Civil, Cut, Timestamp};
use std::collections::BTreeMap;

/// A field holds something that Go's decoder refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong;

/// Never `Err` when read by [`Cut::Ours`].
pub type Read<T> = Result<T, Wrong>;

/// An object whose values are still text.
#[derive(Debug)]
pub struct Fields<'a> {
    entries: Vec<(String, &'a str)>,
    rules: Cut,
}

impl<'a> Fields<'a> {
    /// The fields of an object; `null` has none. Another kind is wrong by either rule.
    pub fn of(json: &'a str, rules: Cut) -> Read<Self> {
        let entries = if json == "null" { Some(Vec::new()) } else { raw_json::entries(json) };
        entries.map(|entries| Self { entries, rules }).ok_or(Wrong)
    }

    /// The text of a value. Keys match in any case; of repeated ones the last counts.
    pub fn raw(&self, key: &str) -> Option<&'a str> {
        self.entries.iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, json)| *json)
    }

    /// A value, or nothing when it is absent or null.
    pub fn maybe<T: Scalar>(&self, key: &str) -> Read<Option<T>> {
        let read = self.given(key).map(|json| T::read(json, self.rules)).transpose();
        self.settle(read, || None)
    }

    /// A value, or the zero of its type when it is absent or null.
    pub fn get<T: Scalar + Default>(&self, key: &str) -> Read<T> {
        self.maybe(key).map(Option::unwrap_or_default)
    }

    /// An inner object; no fields when it is absent or null.
    pub fn object(&self, key: &str) -> Read<Fields<'a>> {
        let read = Fields::of(self.given(key).unwrap_or("null"), self.rules);
        self.settle(read, || Fields { entries: Vec::new(), rules: self.rules })
    }

    /// A list of objects, of which some may be null.
    pub fn objects(&self, key: &str) -> Read<Vec<Fields<'a>>> {
        let item =
            |json| self.settle(Fields::of(json, self.rules), || Fields { entries: Vec::new(), rules: self.rules });
        self.list(key)?.into_iter().map(item).collect()
    }

    /// A map of strings, sorted by key.
    pub fn map(&self, key: &str) -> Read<Vec<(String, String)>> {
        let object = self.object(key)?;
        let text = |json: &str| if json == "null" { Ok(String::new()) } else { String::read(json, self.rules) };
        let mut map = BTreeMap::new();
        for (name, json) in object.entries {
            map.insert(name, self.settle(text(json), String::new)?);
        }
        Ok(map.into_iter().collect())
    }

    /// Fields that print nothing but drop the event when they are wrong.
    pub fn check<T: Scalar>(&self, keys: &[&str]) -> Read<()> {
        keys.iter().try_for_each(|key| self.maybe::<T>(key).map(drop))
    }

    /// The same for a list of strings.
    pub fn check_texts(&self, key: &str) -> Read<()> {
        let check = |json| if json == "null" { Ok(()) } else { String::read(json, self.rules).map(drop) };
        let read = self.list(key)?.into_iter().try_for_each(check);
        self.settle(read, || ())
    }

    fn list(&self, key: &str) -> Read<Vec<&'a str>> {
        let read = self.given(key).map(|json| raw_json::items(json).ok_or(Wrong)).transpose();
        self.settle(read, || None).map(Option::unwrap_or_default)
    }

    fn given(&self, key: &str) -> Option<&'a str> {
        self.raw(key).filter(|json| *json != "null")
    }

    fn settle<T>(&self, read: Read<T>, missing: impl FnOnce() -> T) -> Read<T> {
        match self.rules {
            Cut::Reference => read,
            Cut::Ours => Ok(read.unwrap_or_else(|_| missing())),
        }
    }
}

/// A type that a single JSON value, not null, may be read as.
pub trait Scalar: Sized {
    fn read(json: &str, rules: Cut) -> Read<Self>;
}

impl Scalar for String {
    fn read(json: &str, _: Cut) -> Read<Self> {
        raw_json::text(json).ok_or(Wrong)
    }
}

impl Scalar for bool {
    fn read(json: &str, _: Cut) -> Read<Self> {
        json.parse().map_err(|_| Wrong)
    }
}

impl Scalar for f64 {
    /// Ours takes a number inside a string, too.
    fn read(json: &str, rules: Cut) -> Read<Self> {
        let inside = || raw_json::text(json).and_then(|text| text.trim().parse().ok());
        let number: Option<f64> = match rules {
            Cut::Reference => json.parse().ok(),
            Cut::Ours => json.parse().ok().or_else(inside),
        };
        number.filter(|number| number.is_finite()).ok_or(Wrong)
    }
}

impl Scalar for i64 {
    /// Go refuses fractions and exponents; ours cuts them off.
    fn read(json: &str, rules: Cut) -> Read<Self> {
        let exact = json.parse().map_err(|_| Wrong);
        match rules {
            Cut::Reference => exact,
            Cut::Ours => exact.or_else(|_| f64::read(json, rules).map(|number| number as i64)),
        }
    }
}

impl Scalar for Civil {
    /// The reference prints the wall clock as written; ours converts it to UTC.
    fn read(json: &str, rules: Cut) -> Read<Self> {
        let text = String::read(json, rules)?;
        let time = match rules {
            Cut::Reference => Timestamp::wall_clock(&text),
            Cut::Ours => Timestamp::parse(&text).map(Timestamp::utc),
        };
        time.ok_or(Wrong)
    }
}

/// A reasoning level or a token budget, which the reference's own type checks.
pub struct Reasoning;

const LEVELS: [&str; 13] =
    ["", "auto", "off", "none", "false", "low", "medium", "high", "minimal", "x-high", "x_high", "xhigh", "max"];

impl Scalar for Reasoning {
    fn read(json: &str, rules: Cut) -> Read<Self> {
        let is_budget = |text: &str| text.parse::<i64>().is_ok_and(|budget| budget >= 0);
        let is_valid = match String::read(json, rules) {
            Ok(text) => {
                let level = text.trim().to_lowercase();
                LEVELS.contains(&level.as_str()) || is_budget(&level)
            }
            Err(Wrong) => is_budget(json),
        };
        is_valid.then_some(Self).ok_or(Wrong)
    }
}
