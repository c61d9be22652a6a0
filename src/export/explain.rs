//! Where a session's numbers come from, as JSON and as CSV.

use super::csv::{Cell, Sheet};
use super::sessions::{Coverage, Tokens};
use crate::logic::explain::{DecisionCount, ExplainRow, Explanation};
use crate::logic::records::LineName;
use crate::model::{Finality, Money, Scope, Timestamp, TokenSet};
use serde::Serialize;

#[derive(Serialize)]
struct Shown<'a> {
    id: &'a str,
    title: Option<&'a str>,
    scope: &'static str,
    members: &'a [String],
    missing_children: u32,
    silent: u32,
    tokens: Tokens,
    coverage: Coverage,
    coverage_class: &'static str,
    /// 10⁻¹² US dollars; the known part where `cost_status` is `partial`.
    cost_picousd: Option<i64>,
    cost_status: &'static str,
    formula: &'a [String],
    decisions: &'a [DecisionCount],
    rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    session: &'a str,
    counted_in: Option<&'a str>,
    path: &'a str,
    line: u32,
    event: Option<&'a str>,
    time: Option<String>,
    model: Option<&'a str>,
    scope: Scope,
    finality: Finality,
    tokens: &'a TokenSet,
    cost_picousd: Option<i64>,
    cost_basis: Option<&'a str>,
    decision: &'a str,
    why: &'a str,
    instead: Option<&'a LineName>,
    counts_tokens: bool,
    counts_cost: bool,
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

impl<'a> From<&'a ExplainRow> for Row<'a> {
    fn from(row: &'a ExplainRow) -> Self {
        Self {
            session: &row.session,
            counted_in: row.counted_in.as_deref(),
            path: &row.line.path,
            line: row.line.line,
            event: row.event.as_deref(),
            time: row.at.map(Timestamp::rfc3339),
            model: some(&row.model),
            scope: row.scope,
            finality: row.finality,
            tokens: &row.tokens,
            cost_picousd: row.cost.get().map(Money::pico),
            cost_basis: some(&row.basis),
            decision: &row.decision,
            why: &row.why,
            instead: row.instead.as_ref(),
            counts_tokens: row.counts_tokens,
            counts_cost: row.counts_cost,
        }
    }
}

/// An object, indented by two, without a line end.
pub fn json(explanation: &Explanation) -> String {
    let totals = &explanation.totals;
    let shown = Shown {
        id: &explanation.key,
        title: explanation.title.as_deref(),
        scope: explanation.sums.name(),
        members: &explanation.members,
        missing_children: explanation.missing_children,
        silent: explanation.silent,
        tokens: totals.into(),
        coverage: totals.into(),
        coverage_class: totals.coverage.output_class().name(),
        cost_picousd: (totals.cost.reported > 0).then(|| totals.cost.known.pico()),
        cost_status: totals.cost.status(),
        formula: &explanation.formula,
        decisions: &explanation.decisions,
        rows: explanation.rows.iter().map(Row::from).collect(),
    };
    serde_json::to_string_pretty(&shown).expect("string keys and plain values only")
}

const COLUMNS: [&str; 22] = [
    "session",
    "counted_in",
    "path",
    "line",
    "event",
    "time",
    "model",
    "scope",
    "tokens_input_uncached",
    "tokens_cache_read",
    "tokens_cache_write",
    "tokens_output",
    "tokens_reasoning",
    "is_partial",
    "cost_usd",
    "cost_basis",
    "decision",
    "why",
    "instead_path",
    "instead_line",
    "counts_tokens",
    "counts_cost",
];

/// A line a record. The sums of the rows that count are the session's numbers.
pub fn csv(explanation: &Explanation) -> String {
    let mut sheet = Sheet::default();
    sheet.header(&COLUMNS);
    for row in &explanation.rows {
        let time = row.at.map(Timestamp::rfc3339);
        sheet.row(&cells(row, time.as_deref()));
    }
    sheet.finish()
}

fn cells<'a>(row: &'a ExplainRow, time: Option<&'a str>) -> Vec<Cell<'a>> {
    fn text(text: Option<&str>) -> Cell<'_> {
        text.map_or(Cell::Missing, Cell::Text)
    }
    let truth = |is_true: bool| Cell::Text(if is_true { "true" } else { "false" });
    let line = |line: u32| if line == 0 { Cell::Missing } else { Cell::Integer(line.into()) };
    let TokenSet { input_uncached, cache_read, cache_write, output, reasoning, .. } = row.tokens;
    let mut cells = vec![
        Cell::Text(&row.session),
        text(row.counted_in.as_deref()),
        Cell::Text(&row.line.path),
        line(row.line.line),
        text(row.event.as_deref()),
        text(time),
        text(some(&row.model)),
        Cell::Text(row.scope.name()),
    ];
    let counters = [input_uncached, cache_read, cache_write, output, reasoning];
    cells.extend(counters.map(|counter| counter.get().map_or(Cell::Missing, |number| Cell::Integer(number.into()))));
    cells.extend([
        truth(row.finality == Finality::Partial),
        row.cost.get().map_or(Cell::Missing, |cost| Cell::Number(cost.fixed(12))),
        text(some(&row.basis)),
        Cell::Text(&row.decision),
        Cell::Text(&row.why),
        text(row.instead.as_ref().map(|line| line.path.as_str())),
        row.instead.as_ref().map_or(Cell::Missing, |instead| line(instead.line)),
        truth(row.counts_tokens),
        truth(row.counts_cost),
    ]);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::explain::explain;
    use crate::logic::made::{archive, session};
    use crate::logic::sessions::Sums;

    #[test]
    fn what_is_not_recorded_is_null_and_an_empty_cell() {
        let archive = archive([session("=s", &[(None, Some(0)), (Some(7), None)])]);
        let explanation = explain(&archive, "=s", Sums::Own).expect("it is loaded");
        let value: serde_json::Value = serde_json::from_str(&json(&explanation)).expect("JSON");
        assert_eq!((&value["scope"], &value["tokens"]["output"]), (&"own".into(), &0.into()));
        assert_eq!((&value["rows"][0]["tokens"]["output"], &value["rows"][0]["line"]), (&0.into(), &1.into()));
        assert_eq!(value["rows"][0]["tokens"]["input_uncached"], serde_json::Value::Null);
        assert_eq!((&value["cost_picousd"], &value["cost_status"]), (&serde_json::Value::Null, &"none".into()));
        let text = csv(&explanation);
        assert_eq!(
            text.lines().nth(1),
            Some(
                "'=s,'=s,'=s.jsonl,1,response-1000-0,1970-01-01T00:00:01.000Z,,request,,,,0,,false,,\
                unpriced: the log names no model,kept,counts,,,true,true"
            )
        );
    }
}
