//! Calls that brought nothing new, as JSON and as CSV.

use super::csv::{Cell, Sheet};
use crate::logic::waste::Waste;
use serde::Serialize;

#[derive(Serialize)]
struct Row<'a> {
    session: &'a str,
    /// Its name in docs/waste.md.
    kind: &'a str,
    tool: &'a str,
    what: &'a str,
    count: usize,
    /// Numbers of the calls among the session's events, from 0.
    calls: &'a [u32],
}

fn rows(all: &[(String, Waste)]) -> impl Iterator<Item = Row<'_>> {
    all.iter().flat_map(|(session, waste)| {
        waste.findings.iter().map(|finding| Row {
            session,
            kind: finding.kind.name(),
            tool: &finding.tool,
            what: &finding.what,
            count: finding.calls.len(),
            calls: &finding.calls,
        })
    })
}

/// An array of objects, indented by two, without a line end.
pub fn json(all: &[(String, Waste)]) -> String {
    let rows: Vec<Row<'_>> = rows(all).collect();
    serde_json::to_string_pretty(&rows).expect("string keys and plain values only")
}

/// The same, a line a finding; of the calls only how many.
pub fn csv(all: &[(String, Waste)]) -> String {
    let mut sheet = Sheet::default();
    sheet.header(&["session", "kind", "tool", "what", "count"]);
    for row in rows(all) {
        sheet.row(&[
            Cell::Text(row.session),
            Cell::Text(row.kind),
            Cell::Text(row.tool),
            Cell::Text(row.what),
            Cell::Integer(row.count as i128),
        ]);
    }
    sheet.finish()
}
