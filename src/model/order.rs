//! Sorting by one sort for all: each `slice::sort_by` compiles another one, of 5 to 9 KB, which matters where it is
//! downloaded.

use std::cmp::Ordering;

/// Sorts by a rule; equal items keep their order. The command has the standard sort, which takes half the time.
pub fn sorted<T>(items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    if cfg!(target_arch = "wasm32") {
        return by_order(items, compare);
    }
    let mut items = items;
    items.sort_by(compare);
    items
}

fn by_order<T>(items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let order = order_of(items.len(), &|a, b| compare(&items[a], &items[b]));
    let mut items = items;
    put_in_order(&mut items, order);
    items
}

/// Brings items into an order of [`order_of`].
pub fn put_in_order<T>(items: &mut [T], mut order: Vec<usize>) {
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

/// The indexes in order, by merging runs of twice the length each time.
#[inline(never)]
pub fn order_of(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    let mut merged = order.clone();
    let mut width = 1;
    while width < len {
        for (runs, into) in order.chunks(2 * width).zip(merged.chunks_mut(2 * width)) {
            let (mut left, mut right) = runs.split_at(width.min(runs.len()));
            // Most of what is sorted is in order already, or nearly.
            let is_in_order = left.last().zip(right.first()).is_none_or(|(last, next)| compare(*next, *last).is_ge());
            if is_in_order {
                into.copy_from_slice(runs);
                continue;
            }
            for slot in into {
                let is_right = match (left.first(), right.first()) {
                    (Some(left), Some(right)) => compare(*right, *left).is_lt(),
                    (left, _) => left.is_none(),
                };
                let side = if is_right { &mut right } else { &mut left };
                if let Some((first, rest)) = side.split_first() {
                    (*slot, *side) = (*first, rest);
                }
            }
        }
        std::mem::swap(&mut order, &mut merged);
        width *= 2;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::{by_order, sorted};

    #[test]
    fn equal_items_keep_their_order() {
        for len in (0..40).chain([500]) {
            let items: Vec<(u32, u32)> = (0..len).map(|number| (number * 7919 % 13, number)).collect();
            let mut answer = items.clone();
            answer.sort_by_key(|item| item.0);
            assert_eq!(by_order(items.clone(), |a, b| a.0.cmp(&b.0)), answer);
            assert_eq!(sorted(items, |a, b| a.0.cmp(&b.0)), answer);
        }
    }
}
