//! Scales and shapes of charts, as plain numbers: what is drawn of them is elements and styles.

/// An axis from 0 to a round number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// Where it ends; never 0.
    pub top: u64,
    /// Where its lines are, from 0 to `top`.
    pub ticks: Vec<u64>,
}

/// An axis with three to five steps of 1, 2 or 5 times a power of ten that holds a value.
pub fn axis(most: u64) -> Axis {
    let mut step: u64 = 1;
    let factors = [2u64, 5, 10];
    let mut power: u64 = 1;
    'found: while most.div_ceil(step) > 5 {
        for factor in factors {
            step = power.saturating_mul(factor);
            if most.div_ceil(step) <= 5 {
                break 'found;
            }
        }
        power = power.saturating_mul(10);
    }
    let steps = most.div_ceil(step).max(1);
    Axis { top: step.saturating_mul(steps), ticks: (0..=steps).map(|number| step.saturating_mul(number)).collect() }
}

impl Axis {
    /// Where a value stands, 0 to 1.
    pub fn share(&self, value: u64) -> f64 {
        share(value, self.top)
    }
}

/// A part of a whole, 0 to 1; 0 of nothing.
pub fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64).min(1.0) }
}

/// Which of many labels have room: every n-th, so that at most `most` stand side by side.
pub fn every(labels: usize, most: usize) -> usize {
    labels.div_ceil(most.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn axes_end_at_round_numbers() {
        assert_eq!(axis(0), Axis { top: 1, ticks: vec![0, 1] });
        assert_eq!(axis(3).ticks, [0, 1, 2, 3]);
        assert_eq!(axis(40).ticks, [0, 10, 20, 30, 40]);
        assert_eq!(axis(1_150).ticks, [0, 500, 1_000, 1_500]);
        assert_eq!(axis(9_001).ticks, [0, 2_000, 4_000, 6_000, 8_000, 10_000]);
    }

    #[test]
    fn labels_have_room() {
        assert_eq!((every(0, 5), every(5, 5), every(6, 5), every(366, 12)), (1, 1, 2, 31));
    }

    proptest! {
        #[test]
        fn an_axis_holds_its_value_in_few_steps(most: u64) {
            let axis = axis(most);
            prop_assert!(axis.top >= most && axis.top > 0);
            prop_assert!((2..=6).contains(&axis.ticks.len()));
            prop_assert!((0.0..=1.0).contains(&axis.share(most)));
        }
    }
}
