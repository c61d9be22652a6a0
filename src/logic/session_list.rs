//! The list of sessions as it is drawn: what belongs together, what is folded, which rows are on screen.

use super::sessions::{Filter, SessionRow, SortBy, sort};
use std::collections::{HashMap, HashSet};
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
    unfolded: &HashSet<String>,
) -> Vec<ListRow> {
    let mut passing: Vec<Arc<SessionRow>> = rows.iter().filter(|row| filter.passes(row)).cloned().collect();
    sort(&mut passing, by, is_descending);
    let keys: HashSet<String> = passing.iter().map(|row| row.key.clone()).collect();
    let parent = |row: &SessionRow| row.parent.clone().filter(|parent| keys.contains(parent));
    let mut children: HashMap<String, Vec<Arc<SessionRow>>> = HashMap::new();
    for row in &passing {
        if let Some(parent) = parent(row) {
            children.entry(parent).or_default().push(row.clone());
        }
    }
    let mut out = Vec::with_capacity(passing.len());
    for row in passing.into_iter().filter(|row| parent(row).is_none()) {
        let own = children.remove(&row.key).unwrap_or_default();
        let is_unfolded = unfolded.contains(&row.key);
        out.push(ListRow { session: row, is_child: false, children: own.len() as u32, is_unfolded });
        if is_unfolded {
            out.extend(own.into_iter().map(|session| ListRow {
                session,
                is_child: true,
                children: 0,
                is_unfolded: false,
            }));
        }
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
    fn children_stand_under_their_parents_and_unknown_starts_last() {
        let rows =
            [row("a", None, None), row("b", None, Some(5)), row("c", Some("b"), Some(9)), row("d", None, Some(7))];
        let open = HashSet::from(["b".to_owned()]);
        let all = |filter: &Filter, is_descending, open: &HashSet<String>| {
            keys(&list(&rows, filter, SortBy::Start, is_descending, open))
        };
        let none = Filter::default();
        assert_eq!(all(&none, true, &HashSet::new()), ["d0", "b1", "a0"]);
        assert_eq!(all(&none, false, &open), ["b1", "-c0", "d0", "a0"]);
        let only_child = Filter { text: "RUN C".into(), window: None };
        assert_eq!(all(&only_child, true, &open), ["c0"]);
    }

    #[test]
    fn only_rows_on_screen() {
        assert_eq!(on_screen(1000, 32.0, 320.0, 64.0, 2), 8..14);
        assert_eq!(on_screen(5, 32.0, 9_999.0, 64.0, 2), 5..5);
        assert_eq!(on_screen(5, 32.0, -500.0, 64.0, 2), 0..2);
        assert_eq!(on_screen(0, 32.0, 0.0, 64.0, 2), 0..0);
    }
}
