//! Two sessions side by side, as JSON.

use crate::logic::change::Edit;
use crate::logic::compare::{Comparison, Side, Unit, measures};
use serde::Serialize;

#[derive(Serialize)]
struct Whole<'a> {
    a: &'a str,
    b: &'a str,
    /// Steps that both took.
    same: usize,
    /// The first step of each, from 0, that the other did not take there.
    parts_at: Option<(usize, usize)>,
    numbers: Vec<Numbers>,
    tools: Vec<Tool<'a>>,
    runs: Vec<Steps>,
}

#[derive(Serialize)]
struct Numbers {
    name: &'static str,
    unit: &'static str,
    /// `null`: not recorded.
    a: Option<i64>,
    b: Option<i64>,
    /// The true number may be larger.
    a_at_least: bool,
    b_at_least: bool,
    /// `null` unless both are known exactly.
    difference: Option<i64>,
}

#[derive(Serialize)]
struct Tool<'a> {
    tool: &'a str,
    a: usize,
    b: usize,
}

/// Steps one after the other; first one and the one after the last, from 0.
#[derive(Serialize)]
struct Steps {
    /// `same`, `only-a` or `only-b`.
    kind: &'static str,
    a: [usize; 2],
    b: [usize; 2],
}

const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Things => "count",
        Unit::Tokens => "tokens",
        Unit::Milliseconds => "ms",
        Unit::Money => "picodollars",
    }
}

/// One object, indented by two, without a line end.
pub fn json(found: &Comparison, left: &Side, right: &Side) -> String {
    let numbers = measures(left).into_iter().zip(measures(right)).map(|((name, of, a), (_, _, b))| Numbers {
        name,
        unit: unit(of),
        a: a.value,
        b: b.value,
        a_at_least: a.is_lower_bound,
        b_at_least: b.is_lower_bound,
        difference: a.to(b),
    });
    let runs = found.runs.iter().map(|run| Steps {
        kind: match run.edit {
            Edit::Same => "same",
            Edit::Gone => "only-a",
            Edit::New => "only-b",
        },
        a: [run.old.start, run.old.end],
        b: [run.new.start, run.new.end],
    });
    let whole = Whole {
        a: &left.row.key,
        b: &right.row.key,
        same: found.same,
        parts_at: found.parts_at,
        numbers: numbers.collect(),
        tools: found.tools.iter().map(|(tool, a, b)| Tool { tool, a: *a, b: *b }).collect(),
        runs: runs.collect(),
    };
    serde_json::to_string_pretty(&whole).expect("string keys and plain values only")
}
