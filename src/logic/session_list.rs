//! The list of sessions as it is drawn: what belongs together, what is folded, which rows are on screen.

use super::sessions::{Order, SessionRow, sort};
use crate::model::{Relation, order_of};
use std::ops::Range;
use std::sync::Arc;

/// A row of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRow {
    pub session: Arc<SessionRow>,
    /// How many sessions stand above it: 0 for one that stands alone.
    pub level: u32,
    /// What belongs to it and passes the filter, all levels below it.
    pub below: Vec<Relation>,
    pub is_unfolded: bool,
}

/// The list as it is drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct List {
    pub rows: Vec<ListRow>,
    /// Sessions that stand alone.
    pub runs: u32,
    /// What belongs to them, on screen or folded.
    pub below: Vec<Relation>,
    /// Probes that pass the filter; the rows leave them out unless they are asked for (claude-code.md §8).
    pub probes: u32,
}

/// Whether sessions are listed in which nothing was asked but how much of a limit is used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Probes {
    #[default]
    Hidden,
    Listed,
}

/// The rows in order: runs that pass the filter (told by their places among `rows`), each followed by what belongs to it
/// as far as that is unfolded. A child whose parent does not pass stands alone.
pub fn list(
    rows: &[Arc<SessionRow>],
    passes: &dyn Fn(usize) -> bool,
    order: Order,
    probes: Probes,
    is_unfolded: &dyn Fn(&str) -> bool,
) -> List {
    let mut passing: Vec<Arc<SessionRow>> = Vec::new();
    passing.extend(rows.iter().enumerate().filter(|(place, _)| passes(*place)).map(|(_, row)| row.clone()));
    let found = passing.iter().filter(|row| row.is_probe).count() as u32;
    passing.retain(|row| probes == Probes::Listed || !row.is_probe);
    sort(&mut passing, order);
    let by_key = order_of(passing.len(), &|a, b| passing[a].key.cmp(&passing[b].key));
    let find = |key: &String| by_key.binary_search_by(|at| passing[*at].key.cmp(key)).ok().map(|place| by_key[place]);
    let parents: Vec<Option<usize>> = passing.iter().map(|row| row.parent.as_ref().and_then(find)).collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); passing.len()];
    let mut below: Vec<Vec<Relation>> = vec![Vec::new(); passing.len()];
    for (child, parent) in parents.iter().enumerate() {
        children[parent.unwrap_or(child)].extend(parent.map(|_| child));
        let mut above = *parent;
        while let Some(ancestor) = above {
            below[ancestor].push(passing[child].relation);
            above = parents[ancestor];
        }
    }
    let mut list = List { probes: found, ..List::default() };
    let tops = (0..passing.len()).rev().filter(|at| parents[*at].is_none());
    // The last comes off first.
    let mut open: Vec<(usize, u32)> = tops.map(|at| (at, 0)).collect();
    list.runs = open.len() as u32;
    open.iter().for_each(|(at, _)| list.below.extend(&below[*at]));
    while let Some((at, level)) = open.pop() {
        let session = passing[at].clone();
        let is_unfolded = !children[at].is_empty() && is_unfolded(&session.key);
        if is_unfolded {
            open.extend(children[at].iter().rev().map(|child| (*child, level + 1)));
        }
        list.rows.push(ListRow { session, level, below: std::mem::take(&mut below[at]), is_unfolded });
    }
    list
}

/// The rows of a list of equal rows that are on screen, with `spare` more on both sides.
pub fn on_screen(count: usize, row_px: f64, top_px: f64, height_px: f64, spare: usize) -> Range<usize> {
    if count == 0 || row_px <= 0.0 {
        return 0..0;
    }
    let first = (top_px.max(0.0) / row_px) as usize;
    let last = ((top_px + height_px).max(0.0) / row_px).ceil() as usize;
    let start = first.saturating_sub(spare).min(count);
    start..(last + spare).clamp(start, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Totals;
    use crate::logic::sessions::{SortBy, Sums};
    use crate::model::{Counts, Reported, Status, Timestamp};

    fn row(key: &str, parent: Option<&str>, start_ms: Option<i64>) -> Arc<SessionRow> {
        Arc::new(SessionRow {
            key: key.into(),
            id: key.into(),
            agent: "fizeau".into(),
            agent_name: "Fizeau".into(),
            harness: None,
            provider: None,
            models: vec![],
            project: None,
            title: Some(format!("Run {key}")),
            status: Status::Success,
            status_word: String::new(),
            has_outcome: true,
            started: start_ms.map(Timestamp::from_ms),
            ended: None,
            duration_ms: Reported::NOT_RECORDED,
            counts: Counts::default(),
            totals: Totals::default(),
            tree: Totals::default(),
            descendants: 0,
            missing_children: 0,
            missing_parent: None,
            counted_in: None,
            is_replay_uncertain: false,
            is_probe: false,
            context_window: Reported::NOT_RECORDED,
            relation: Relation::Root,
            parent: parent.map(str::to_owned),
            sources: vec![],
        })
    }

    fn keys(list: &List) -> Vec<String> {
        let sign = |row: &ListRow| format!("{}{}{}", "-".repeat(row.level as usize), row.session.key, row.below.len());
        list.rows.iter().map(sign).collect()
    }

    #[test]
    fn children_stand_under_their_parents_and_unknown_starts_last() {
        let rows = [
            row("a", None, None),
            row("b", None, Some(5)),
            row("c", Some("b"), Some(9)),
            row("d", None, Some(7)),
            row("e", Some("c"), Some(10)),
            row("f", Some("b"), Some(8)),
        ];
        let shown = |passes: &dyn Fn(usize) -> bool, is_descending, open: &[&str]| {
            keys(&list(&rows, passes, Order { is_descending, ..Order::default() }, Probes::Hidden, &|key| {
                open.contains(&key)
            }))
        };
        let all = |_| true;
        assert_eq!(shown(&all, true, &[]), ["d0", "b3", "a0"]);
        assert_eq!(shown(&all, false, &["b"]), ["b3", "-f0", "-c1", "d0", "a0"]);
        assert_eq!(shown(&all, false, &["b", "c"]), ["b3", "-f0", "-c1", "--e0", "d0", "a0"]);
        assert_eq!(shown(&|place| place == 2, true, &["c"]), ["c0"], "its parent does not pass");
        let whole = list(&rows, &all, Order::default(), Probes::Hidden, &|_| false);
        assert_eq!((whole.runs, whole.below.len()), (3, 3));
    }

    /// claude-code.md §8: sessions whose only prompt is `/usage` are hidden by default.
    #[test]
    fn probes_are_left_out_and_counted() {
        let probe = Arc::new(SessionRow { is_probe: true, ..(*row("p", None, Some(9))).clone() });
        let rows = [row("a", None, Some(5)), probe];
        let found = |passes: &dyn Fn(usize) -> bool, probes| {
            let list = list(&rows, passes, Order::default(), probes, &|_| false);
            (keys(&list), list.runs, list.probes)
        };
        assert_eq!(found(&|_| true, Probes::Hidden), (vec!["a0".to_owned()], 1, 1));
        assert_eq!(found(&|_| true, Probes::Listed).1, 2);
        assert_eq!(found(&|place| place == 0, Probes::Hidden).2, 0);
    }

    #[test]
    fn sums_are_sorted_with_or_without_what_a_session_started() {
        let sum = |tokens: u64| {
            let mut totals = Totals::default();
            totals.output.add(Some(tokens).into(), false);
            totals
        };
        let with = |key: &str, own, tree| {
            let row = row(key, None, None);
            Arc::new(SessionRow { totals: sum(own), tree: sum(tree), ..(*row).clone() })
        };
        let rows = [with("a", 1, 9), with("b", 5, 5)];
        let order = |sums| Order { by: SortBy::Output, is_descending: true, sums };
        let sorted = |sums| keys(&list(&rows, &|_| true, order(sums), Probes::Hidden, &|_| false));
        assert_eq!(
            (sorted(Sums::Tree), sorted(Sums::Own)),
            (vec!["a0".into(), "b0".into()], vec!["b0".into(), "a0".to_owned()])
        );
    }

    #[test]
    fn only_rows_on_screen() {
        assert_eq!(on_screen(1000, 32.0, 320.0, 64.0, 2), 8..14);
        assert_eq!(on_screen(5, 32.0, 9_999.0, 64.0, 2), 5..5);
        assert_eq!(on_screen(5, 32.0, -500.0, 64.0, 2), 0..2);
        assert_eq!(on_screen(0, 32.0, 0.0, 64.0, 2), 0..0);
    }
}
