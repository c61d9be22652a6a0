//! Averages, percentiles and shares by whole numbers, rounded as the dashboards say (analytics.md §0).

use crate::model::{Wire, order_of};

/// A number with one decimal, in tenths: 118 is 11.8.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Wire)]
pub struct Tenths(pub i64);

impl Tenths {
    /// `part / whole`, half away from zero; `None` where nothing is divided.
    pub fn ratio(part: i128, whole: i128) -> Option<Self> {
        (whole > 0).then(|| {
            let doubled = part.saturating_mul(20);
            let tenths = doubled.saturating_abs().saturating_add(whole) / whole.saturating_mul(2);
            Self(i64::try_from(tenths).unwrap_or(i64::MAX) * part.signum() as i64)
        })
    }

    /// `part / whole` as percent with one decimal.
    pub fn percent(part: u64, whole: u64) -> Option<Self> {
        Self::ratio(i128::from(part) * 100, whole.into())
    }

    /// `11.8`, `20.0`
    pub fn text(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{}", self.0.unsigned_abs() / 10, self.0.unsigned_abs() % 10)
    }

    /// `11.8`, `20`: the shortest form (token-coverage.md §7).
    pub fn short(self) -> String {
        let text = self.text();
        text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
    }
}

/// Sorts numbers upward.
pub fn ascending(numbers: &mut Vec<u64>) {
    let order = order_of(numbers.len(), &|a, b| numbers[a].cmp(&numbers[b]));
    *numbers = order.into_iter().map(|at| numbers[at]).collect();
}

/// The value at `min(⌊n·percent/100⌋, n−1)` of numbers in order (analytics.md §0).
pub fn percentile(ordered: &[u64], percent: usize) -> Option<u64> {
    let last = ordered.len().checked_sub(1)?;
    ordered.get((ordered.len() * percent / 100).min(last)).copied()
}

/// The middle of numbers in order; of two their mean, cut (analytics.md §0).
pub fn median(ordered: &[u64]) -> Option<u64> {
    let upper = *ordered.get(ordered.len() / 2)?;
    match ordered.len() % 2 {
        1 => Some(upper),
        _ => Some(ordered.get(ordered.len() / 2 - 1)?.midpoint(upper)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        let tenths = |part, whole| Tenths::ratio(part, whole).map(Tenths::text);
        assert_eq!(tenths(71, 6).as_deref(), Some("11.8"));
        assert_eq!(tenths(350, 3).as_deref(), Some("116.7"));
        assert_eq!(tenths(1, 20).as_deref(), Some("0.1"));
        assert_eq!(tenths(-1, 20).as_deref(), Some("-0.1"));
        assert_eq!(tenths(-9, 2).as_deref(), Some("-4.5"));
        assert_eq!((tenths(0, 5).as_deref(), tenths(5, 0)), (Some("0.0"), None));
        let percent = |part, whole| Tenths::percent(part, whole).map(Tenths::short);
        assert_eq!([percent(1, 3), percent(3, 5)], [Some("33.3".into()), Some("60".into())]);
        assert_eq!(Tenths::ratio(i128::MAX, 1), Some(Tenths(i64::MAX)));
    }

    #[test]
    fn the_middle_of_numbers() {
        let check = |numbers: &[u64], answer: [Option<u64>; 3]| {
            let mut ordered = numbers.to_vec();
            ascending(&mut ordered);
            assert_eq!([median(&ordered), percentile(&ordered, 50), percentile(&ordered, 90)], answer);
        };
        check(&[], [None; 3]);
        check(&[7], [Some(7); 3]);
        check(&[40, 4, 4, 10, 8, 5], [Some(6), Some(8), Some(40)]);
        check(&[u64::MAX, u64::MAX - 2], [Some(u64::MAX - 1), Some(u64::MAX), Some(u64::MAX)]);
    }
}
