//! A list of which only the rows on screen exist. Row heights are estimates until a row was drawn and measured.
//!
//! Sums of heights are kept in a Fenwick tree: a measurement, an offset and a row at an offset each cost `log n`.

use std::ops::Range;

/// Heights of all rows, in pixels.
#[derive(Debug, Clone, Default)]
pub struct VirtualList {
    heights: Vec<f64>,
    /// `tree[i]` is the sum of the `lowest_bit(i)` heights that end at row `i - 1`; `tree[0]` is unused.
    tree: Vec<f64>,
}

/// Browsers lay out in 64ths of a pixel. Such fractions add up exactly.
fn exact(height: f64) -> f64 {
    // Not `round`, which is a call: a list may have hundreds of thousands of rows.
    if height > 0.0 && height < f64::INFINITY { (height * 64.0 + 0.5).floor() / 64.0 } else { 0.0 }
}

const fn lowest_bit(number: usize) -> usize {
    number & number.wrapping_neg()
}

impl VirtualList {
    /// A list of rows with these heights, measured or guessed.
    pub fn new(heights: impl Iterator<Item = f64>) -> Self {
        let heights: Vec<f64> = heights.map(exact).collect();
        let mut tree = vec![0.0; heights.len() + 1];
        for (index, height) in heights.iter().enumerate() {
            let node = index + 1;
            tree[node] += height;
            let parent = node + lowest_bit(node);
            if parent < tree.len() {
                tree[parent] += tree[node];
            }
        }
        Self { heights, tree }
    }

    pub fn len(&self) -> usize {
        self.heights.len()
    }

    pub fn is_empty(&self) -> bool {
        self.heights.is_empty()
    }

    /// Takes the true height of a row; returns by how much the list grew.
    pub fn measure(&mut self, row: usize, height: f64) -> f64 {
        let Some(slot) = self.heights.get_mut(row) else { return 0.0 };
        let height = exact(height);
        let change = height - *slot;
        *slot = height;
        let mut node = row + 1;
        while change != 0.0 && node < self.tree.len() {
            self.tree[node] += change;
            node += lowest_bit(node);
        }
        change
    }

    /// Where a row begins; the whole height for rows past the end.
    pub fn offset_of(&self, row: usize) -> f64 {
        let mut node = row.min(self.heights.len());
        let mut sum = 0.0;
        while node > 0 {
            sum += self.tree[node];
            node -= lowest_bit(node);
        }
        sum
    }

    /// The height of all rows.
    pub fn total(&self) -> f64 {
        self.offset_of(self.heights.len())
    }

    /// The row that covers an offset; the last one for offsets past the end.
    pub fn row_at(&self, offset: f64) -> usize {
        let (mut row, mut before) = (0, 0.0);
        let mut step = self.tree.len().next_power_of_two() / 2;
        while step > 0 {
            let next = row + step;
            if next < self.tree.len() && before + self.tree[next] <= offset {
                row = next;
                before += self.tree[next];
            }
            step /= 2;
        }
        row.min(self.heights.len().saturating_sub(1))
    }

    /// The rows that cover any of `[top, top + viewport)`, with `spare` pixels more on both sides.
    pub fn range(&self, top: f64, viewport: f64, spare: f64) -> Range<usize> {
        if self.is_empty() {
            return 0..0;
        }
        let from = (top - spare).max(0.0).min(self.total());
        let to = (top + viewport.max(0.0) + spare).max(from);
        self.row_at(from)..self.row_at(to) + 1
    }

    /// The rows that stand after the next frame, without gaps: of those that stand (`drawn`) the ones still `wanted`, and
    /// some more. Rows that are `seen` come first, about `seen_px` of them; when all of them stand, about `spare_px` of
    /// the others follow, on the side that has less. So a frame draws little, however far one goes.
    pub fn grown(
        &self,
        drawn: &Range<usize>,
        seen: &Range<usize>,
        wanted: &Range<usize>,
        [seen_px, spare_px]: [f64; 2],
    ) -> Range<usize> {
        let height = |row: usize| self.offset_of(row + 1) - self.offset_of(row);
        let (mut from, mut to) = (drawn.start.max(wanted.start), drawn.end.min(wanted.end));
        if from >= to {
            (from, to) = (seen.start, seen.start);
        }
        let mut used = 0.0;
        while used < seen_px && (to < seen.end || from > seen.start) {
            let is_below = to < seen.end;
            used += height(if is_below { to } else { from - 1 });
            (from, to) = if is_below { (from, to + 1) } else { (from - 1, to) };
        }
        while used < spare_px && (to < wanted.end || from > wanted.start) {
            let below = self.offset_of(to) - self.offset_of(seen.end);
            let above = self.offset_of(seen.start) - self.offset_of(from);
            let is_below = to < wanted.end && (below <= above || from <= wanted.start);
            used += height(if is_below { to } else { from - 1 });
            (from, to) = if is_below { (from, to + 1) } else { (from - 1, to) };
        }
        from..to
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_on_screen() {
        let list = VirtualList::new([10.0, 20.0, 0.0, 30.0, 40.0].into_iter());
        assert_eq!((list.len(), list.total()), (5, 100.0));
        assert_eq!([0, 1, 2, 3, 4, 5, 9].map(|row| list.offset_of(row)), [0.0, 10.0, 30.0, 30.0, 60.0, 100.0, 100.0]);
        assert_eq!([0.0, 9.0, 10.0, 30.0, 59.0, 99.0, 500.0].map(|at| list.row_at(at)), [0, 0, 1, 3, 3, 4, 4]);
        assert_eq!(list.range(0.0, 10.0, 0.0), 0..2);
        assert_eq!(list.range(35.0, 10.0, 0.0), 3..4);
        assert_eq!(list.range(35.0, 10.0, 30.0), 0..5);
        assert_eq!(list.range(1e9, 10.0, 0.0), 4..5);
        assert_eq!(list.range(-1e9, 10.0, 0.0), 0..1);
        assert_eq!(VirtualList::default().range(0.0, 100.0, 10.0), 0..0);
    }

    #[test]
    fn rows_come_a_few_at_a_time_and_those_in_sight_first() {
        let list = VirtualList::new([50.0; 100].into_iter());
        let (seen, wanted) = (40..50, 30..60);
        let mut drawn = 0..20;
        let mut frames = Vec::new();
        for _ in 0..30 {
            let next = list.grown(&drawn, &seen, &wanted, [300.0, 100.0]);
            if next == drawn {
                break;
            }
            frames.push(next.clone());
            drawn = next;
        }
        assert_eq!(frames[..4], [40..46, 40..50, 39..51, 38..52]);
        assert_eq!((drawn, frames.len()), (wanted, 12));
        // Those that are far away go, those that are still wanted stay.
        assert_eq!(list.grown(&(10..50), &(48..58), &(38..68), [300.0, 100.0]), 38..56);
        assert_eq!(list.grown(&(60..90), &(40..50), &(30..62), [300.0, 100.0]), 54..62);
    }

    #[test]
    fn odd_heights_do_no_harm() {
        let mut list = VirtualList::new([f64::NAN, -5.0, f64::INFINITY].into_iter());
        assert_eq!(list.total(), 0.0);
        assert_eq!((list.measure(1, 7.5), list.measure(9, 1.0), list.total()), (7.5, 0.0, 7.5));
    }

    proptest! {
        #[test]
        fn sums_are_those_of_a_plain_list(
            heights in proptest::collection::vec(0.0f64..500.0, 1..80),
            measured in proptest::collection::vec((0usize..80, 0.0f64..500.0), 0..40),
            top in -50.0f64..50_000.0, viewport in 1.0f64..2_000.0,
        ) {
            let mut list = VirtualList::new(heights.iter().copied());
            let mut plain: Vec<f64> = heights.into_iter().map(exact).collect();
            for (row, height) in measured {
                let before = list.total();
                let change = list.measure(row, height);
                if let Some(slot) = plain.get_mut(row) {
                    *slot = exact(height);
                }
                prop_assert_eq!(list.total() - before, change);
            }
            for row in 0..=plain.len() {
                prop_assert_eq!(list.offset_of(row), plain[..row].iter().sum::<f64>());
            }
            let range = list.range(top, viewport, 0.0);
            prop_assert!(!range.is_empty() && range.end <= plain.len());
            for row in 0..plain.len() {
                let (from, to) = (list.offset_of(row), list.offset_of(row + 1));
                if to > from && to > top && from < top + viewport {
                    prop_assert!(range.contains(&row), "row {} of {:?}", row, range);
                }
            }
        }
    }
}
