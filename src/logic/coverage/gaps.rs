//! Why something is not recorded, in words.

use super::Count;
use crate::logic::format::count;
use crate::model::{Metric, Unpriced};

/// A reason why units of a metric are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// The log ends before it could tell.
    BrokeOff,
    /// The log tells nothing of usage.
    NoUsage,
    /// Only the sum of several requests is known.
    SumsOnly,
    /// A cost could not be computed.
    Unpriced(Unpriced),
    /// A log that is not among those loaded.
    NotLoaded,
    /// What the format says of it.
    Format,
}

/// How many units are missing for which reason.
#[derive(Debug, Clone, Default)]
pub struct Gaps(Vec<(Gap, u32)>);

impl Gaps {
    pub fn add(&mut self, gap: Gap, units: u32) {
        match self.0.iter_mut().find(|(known, _)| *known == gap) {
            Some((_, known)) => *known += units,
            None if units > 0 => self.0.push((gap, units)),
            None => {}
        }
    }

    pub fn merge(&mut self, other: &Self) {
        other.0.iter().for_each(|(gap, units)| self.add(*gap, *units));
    }

    /// The reasons, `; ` between them; `why` has the words of the format.
    pub fn words(&self, metric: Metric, counted: &Count, why: &str) -> String {
        let gaps = crate::model::sorted(self.0.clone(), |a, b| a.0.cmp(&b.0));
        let mut words: Vec<String> = gaps.iter().map(|(gap, units)| gap.words(*units, metric, why)).collect();
        if counted.partial > 0 {
            words.push(format!(
                "{} of {} have no final count",
                counted.partial,
                count(counted.eligible.into(), "response")
            ));
        }
        words.join("; ")
    }
}

impl Gap {
    fn words(self, units: u32, metric: Metric, why: &str) -> String {
        let number = count(units.into(), metric.unit());
        match self {
            Self::BrokeOff => format!("{number} in logs that broke off"),
            Self::NoUsage if why.is_empty() => format!("{number} in logs without usage"),
            Self::NoUsage => format!("{number} in logs without usage ({why})"),
            Self::SumsOnly => format!("{} of a session only, no request sizes", count(units.into(), "sum")),
            Self::Unpriced(reason) => format!("{number}: {}", reason.words()),
            Self::NotLoaded => format!("{} not loaded", count(units.into(), "transcript")),
            Self::Format if why.is_empty() => format!("{number} without it"),
            Self::Format => format!("{number}: {why}"),
        }
    }
}
