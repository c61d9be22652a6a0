//! Steps that a search found, as JSON and as CSV.

use super::csv::{Cell, Sheet};
use crate::logic::search::place::StepHit;
use crate::model::Timestamp;
use serde::Serialize;

#[derive(Serialize)]
struct Row<'a> {
    /// `null` where the line is of no session.
    session: Option<&'a str>,
    /// As links name it.
    step: Option<&'a str>,
    title: &'a str,
    what: &'a str,
    failed: bool,
    time: Option<String>,
    path: &'a str,
    /// 1-based.
    line: Option<u32>,
    /// How often; 0 where only filters chose the step.
    hits: u32,
    before: &'a str,
    hit: &'a str,
    after: &'a str,
}

/// An array of objects, indented by two, without a line end.
pub fn json(hits: &[StepHit]) -> String {
    let rows: Vec<Row<'_>> = hits.iter().map(row).collect();
    serde_json::to_string_pretty(&rows).expect("string keys and plain values only")
}

/// The same, a line a step.
pub fn csv(hits: &[StepHit]) -> String {
    let mut sheet = Sheet::default();
    sheet.header(&[
        "session", "step", "title", "what", "failed", "time", "path", "line", "hits", "before", "hit", "after",
    ]);
    for hit in hits {
        let row = row(hit);
        sheet.row(&[
            row.session.map_or(Cell::Missing, Cell::Text),
            row.step.map_or(Cell::Missing, Cell::Text),
            Cell::Text(row.title),
            Cell::Text(row.what),
            Cell::Text(if row.failed { "yes" } else { "no" }),
            row.time.as_deref().map_or(Cell::Missing, Cell::Text),
            Cell::Text(row.path),
            row.line.map_or(Cell::Missing, |line| Cell::Integer(line.into())),
            Cell::Integer(row.hits.into()),
            Cell::Text(row.before),
            Cell::Text(row.hit),
            Cell::Text(row.after),
        ]);
    }
    sheet.finish()
}

fn row(hit: &StepHit) -> Row<'_> {
    let some = |text| Some(text).filter(|text: &&str| !text.is_empty());
    Row {
        session: some(&hit.session),
        step: some(&hit.step),
        title: &hit.title,
        what: &hit.what,
        failed: hit.has_failed,
        time: hit.at.map(Timestamp::rfc3339),
        path: &hit.path,
        line: (hit.line > 0).then_some(hit.line),
        hits: hit.count,
        before: &hit.excerpt.before,
        hit: &hit.excerpt.hit,
        after: &hit.excerpt.after,
    }
}
