//! Values that a log may not hold, and sums that know how much of them was recorded.

use super::Wire;
use serde::{Deserialize, Serialize};

/// A value that a log may or may not hold. `Some(0)` is a recorded zero, `None` is "not recorded"
/// (token-coverage.md §1). There is deliberately no way to add two of these or to fall back to zero:
/// a sum goes through [`Tally`], which keeps count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Wire, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reported<T>(Option<T>);

impl<T> Default for Reported<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> From<Option<T>> for Reported<T> {
    fn from(value: Option<T>) -> Self {
        Self(value)
    }
}

impl<T> Reported<T> {
    pub const NOT_RECORDED: Self = Self(None);

    pub const fn new(value: T) -> Self {
        Self(Some(value))
    }

    pub const fn is_recorded(&self) -> bool {
        self.0.is_some()
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Reported<U> {
        Reported(self.0.map(change))
    }

    /// The first of two that is recorded.
    pub fn or(self, other: Self) -> Self {
        Self(self.0.or(other.0))
    }
}

impl<T: Copy> Reported<T> {
    pub const fn get(self) -> Option<T> {
        self.0
    }
}

/// A sum that knows how many rows could have contributed and how many did (DESIGN §2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct Tally {
    /// Sum of the recorded values; meaningless while `reported` is 0.
    pub sum: u64,
    /// Rows that held a value.
    pub reported: u32,
    /// Rows that could have held one.
    pub eligible: u32,
    /// Rows whose value is known to be too small (token-coverage.md R6).
    pub partial: u32,
}

impl Tally {
    /// Counts one eligible row.
    pub fn add(&mut self, value: Reported<u64>, partial: bool) {
        self.eligible += 1;
        if let Some(value) = value.get() {
            self.sum = self.sum.saturating_add(value);
            self.reported += 1;
            self.partial += u32::from(partial);
        }
    }

    /// Adds another sum of the same kind.
    pub fn merge(&mut self, other: &Self) {
        self.sum = self.sum.saturating_add(other.sum);
        self.reported += other.reported;
        self.eligible += other.eligible;
        self.partial += other.partial;
    }

    /// The sum, not recorded when no row held a value.
    pub fn value(&self) -> Reported<u64> {
        if self.reported > 0 { Reported::new(self.sum) } else { Reported::NOT_RECORDED }
    }

    /// Whether the true sum may be larger: shown as `≥`.
    pub fn is_lower_bound(&self) -> bool {
        self.reported > 0 && (self.reported < self.eligible || self.partial > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_is_not_a_gap() {
        let mut tally = Tally::default();
        assert_eq!(tally.value(), Reported::NOT_RECORDED);
        tally.add(Reported::new(0), false);
        assert_eq!(tally.value(), Reported::new(0));
        assert!(!tally.is_lower_bound());
        tally.add(Reported::NOT_RECORDED, false);
        assert!(tally.is_lower_bound());
        assert_eq!(tally.eligible, 2);
    }

    #[test]
    fn absent_and_zero_serialise_apart() {
        let text = serde_json::to_string(&[Reported::new(0u64), Reported::NOT_RECORDED]).expect("plain data");
        assert_eq!(text, "[0,null]");
    }
}
