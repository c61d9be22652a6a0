//! Sorting by one sort for all: each `slice::sort_by` compiles another one, of 5 KB.

use std::cmp::Ordering;

/// Sorts by a rule; equal items keep their order.
pub fn sorted<T>(items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let order = order_of(items.len(), &|a, b| compare(&items[a], &items[b]));
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|index| items[index].take()).collect()
}

#[inline(never)]
fn order_of(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_unstable_by(|a, b| compare(*a, *b).then(a.cmp(b)));
    order
}

#[cfg(test)]
mod tests {
    use super::sorted;

    #[test]
    fn equal_items_keep_their_order() {
        let items: Vec<(u32, u32)> = (0..500).map(|number| (number * 7 % 5, number)).collect();
        let mut answer = items.clone();
        answer.sort_by_key(|item| item.0);
        assert_eq!(sorted(items, |a, b| a.0.cmp(&b.0)), answer);
    }
}
