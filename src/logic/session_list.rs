//! The list of sessions as it is drawn: what belongs together, what is folded, which rows are on screen.

use super::sessions::{Filter, SessionRow, SortBy, sort};
use crate::model::order_of;
use std::ops::Range;
use std::sync::Arc;

/// A row of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRow {
    pub session: Arc<SessionRow>,
    /// Stands under its parent.
    pub is_child: bool,
    /// Sessions that belong to this one and pass the filter.
    pub children: u32,
    pub is_unfolded: bool,
}

/// The rows in order: runs that pass the filter, each followed by what belongs to it if it is unfolded. A child whose
/// parent does not pass stands alone.
pub fn list(
    rows: &[Arc<SessionRow>],
    filter: &Filter,
    by: SortBy,
    is_descending: bool,
    is_unfolded: &dyn Fn(&str) -> bool,
) -> Vec<ListRow> {
    let mut passing: Vec<Arc<SessionRow>> = rows.iter().filter(|row| filter.passes(row)).cloned().collect();
    sort(&mut passing, by, is_descending);
    let by_key = order_of(passing.len(), &|a, b| passing[a].key.cmp(&passing[b].key));
    let find = |key: &String| by_key.binary_search_by(|at| passing[*at].key.cmp(key)).ok().map(|place| by_key[place]);
    let parents: Vec<Option<usize>> = passing.iter().map(|row| row.parent.as_ref().and_then(find)).collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); passing.len()];
    for (child, parent) in parents.iter().enumerate() {
        children[parent.unwrap_or(child)].extend(parent.map(|_| child));
    }
    let mut out = Vec::with_capacity(passing.len());
    for (at, row) in passing.iter().enumerate().filter(|(at, _)| parents[*at].is_none()) {
        let own = &children[at];
        let is_unfolded = is_unfolded(&row.key);
        out.push(ListRow { session: row.clone(), is_child: false, children: own.len() as u32, is_unfolded });
        let shown = own.iter().filter(|_| is_unfolded).map(|child| passing[*child].clone());
        out.extend(shown.map(|session| ListRow { session, is_child: true, children: 0, is_unfolded: false }));
    }
    out
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
    use crate::model::{Counts, Relation, Reported, Status, Timestamp};

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
            context_window: Reported::NOT_RECORDED,
            relation: Relation::Root,
            parent: parent.map(str::to_owned),
            sources: vec![],
        })
    }

    fn keys(rows: &[ListRow]) -> Vec<String> {
        rows.iter()
            .map(|row| format!("{}{}{}", if row.is_child { "-" } else { "" }, row.session.key, row.children))
            .collect()
    }

    #[test]
    fn text_is_found_whatever_its_case() {
        let rows = [row("Été À Orléans", None, None)];
        let found = |text: &str| {
            let filter = Filter { text: text.into(), ..Filter::default() };
            list(&rows, &filter, SortBy::Title, false, &|_| false).len()
        };
        assert_eq!(["été", "ORLÉANS", " à or ", "ete"].map(found), [1, 1, 1, 0]);
    }

    #[test]
    fn children_stand_under_their_parents_and_unknown_starts_last() {
        let rows =
            [row("a", None, None), row("b", None, Some(5)), row("c", Some("b"), Some(9)), row("d", None, Some(7))];
        let open: &dyn Fn(&str) -> bool = &|key| key == "b";
        let closed: &dyn Fn(&str) -> bool = &|_| false;
        let all = |filter: &Filter, is_descending, open: &dyn Fn(&str) -> bool| {
            keys(&list(&rows, filter, SortBy::Start, is_descending, open))
        };
        let none = Filter::default();
        assert_eq!(all(&none, true, closed), ["d0", "b1", "a0"]);
        assert_eq!(all(&none, false, open), ["b1", "-c0", "d0", "a0"]);
        let only_child = Filter { text: "RUN C".into(), ..Filter::default() };
        assert_eq!(all(&only_child, true, open), ["c0"]);
    }

    #[test]
    fn only_rows_on_screen() {
        assert_eq!(on_screen(1000, 32.0, 320.0, 64.0, 2), 8..14);
        assert_eq!(on_screen(5, 32.0, 9_999.0, 64.0, 2), 5..5);
        assert_eq!(on_screen(5, 32.0, -500.0, 64.0, 2), 0..2);
        assert_eq!(on_screen(0, 32.0, 0.0, 64.0, 2), 0..0);
    }
}
