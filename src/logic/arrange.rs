//! Sorting, compiled once: the standard library's sorts come anew for each type and closure, 4 to 5 KB apiece.

use std::cmp::Ordering;

/// Sorts by the numbers of the items; equal ones stay as they are.
pub fn arrange<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let order = order(items.len(), &|a, b| compare(&items[a], &items[b]));
    apply(items, order);
}

/// Which item comes first, second and so on.
#[inline(never)]
pub fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_unstable_by(|a, b| compare(*a, *b).then(a.cmp(b)));
    order
}

/// Brings items into an order of [`order`].
pub fn apply<T>(items: &mut [T], mut order: Vec<usize>) {
    for start in 0..items.len() {
        // Around a cycle: each swap brings one item to its place.
        let mut here = start;
        while order[here] != start {
            let next = std::mem::replace(&mut order[here], here);
            items.swap(here, next);
            here = next;
        }
        order[here] = here;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(mut items in proptest::collection::vec((0u8..6, any::<u8>()), 0..40)) {
            let mut sorted = items.clone();
            sorted.sort_by_key(|item| item.0);
            arrange(&mut items, |a, b| a.0.cmp(&b.0));
            prop_assert_eq!(items, sorted);
        }
    }
}
