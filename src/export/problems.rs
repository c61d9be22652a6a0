//! What could not be read, or was decided, as JSON and as CSV.

use super::csv::{Cell, Sheet};
use crate::logic::problems::ProblemGroup;
use crate::model::{Problem, ProblemKind};
use serde::Serialize;

#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    /// 1-based; `null` when the whole source is meant.
    line: Option<u32>,
    kind: ProblemKind,
    reason: &'a str,
    count: u32,
    excerpt: &'a str,
}

/// An array of objects, indented by two, without a line end.
pub fn json(groups: &[ProblemGroup]) -> String {
    let rows: Vec<Row<'_>> = rows(groups).collect();
    serde_json::to_string_pretty(&rows).expect("string keys and plain values only")
}

/// The same, a line a problem.
pub fn csv(groups: &[ProblemGroup]) -> String {
    let mut sheet = Sheet::default();
    sheet.header(&["path", "line", "kind", "reason", "count", "excerpt"]);
    for row in rows(groups) {
        sheet.row(&[
            Cell::Text(row.path),
            row.line.map_or(Cell::Missing, |line| Cell::Integer(line.into())),
            Cell::Text(row.kind.name()),
            Cell::Text(row.reason),
            Cell::Integer(row.count.into()),
            Cell::Text(row.excerpt),
        ]);
    }
    sheet.finish()
}

fn rows(groups: &[ProblemGroup]) -> impl Iterator<Item = Row<'_>> {
    groups.iter().flat_map(|group| group.problems.iter().map(|problem| row(&group.path, problem)))
}

fn row<'a>(path: &'a str, problem: &'a Problem) -> Row<'a> {
    let Problem { kind, line, reason, excerpt, count } = problem;
    Row { path, line: *line, kind: *kind, reason, count: *count, excerpt }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_for_each_problem() {
        let problem = |line, kind, excerpt: &str| Problem {
            kind,
            line,
            reason: "as found".into(),
            excerpt: excerpt.into(),
            count: 2,
        };
        let group = ProblemGroup {
            mappable: None,
            path: "a.jsonl".into(),
            kind: "Fizeau".into(),
            is_log: true,
            bytes: 10.0,
            lines: 3,
            problems: vec![
                problem(Some(3), ProblemKind::BadLine, "=oops,"),
                problem(None, ProblemKind::Unreadable, ""),
            ],
            total: 4,
        };
        let groups = [group];
        assert_eq!(
            csv(&groups),
            "path,line,kind,reason,count,excerpt\na.jsonl,3,bad-line,as found,2,\"'=oops,\"\n\
            a.jsonl,,unreadable,as found,2,\n"
        );
        let rows: serde_json::Value = serde_json::from_str(&json(&groups)).expect("JSON");
        assert_eq!((&rows[0]["kind"], &rows[0]["line"]), (&"bad-line".into(), &3.into()));
        assert_eq!(rows[1]["line"], serde_json::Value::Null);
    }
}
