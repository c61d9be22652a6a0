//! Stacks of values as columns on one scale.

use super::{Column, Columns, part_of};
use crate::logic::analytics::behind::Part;
use crate::logic::chart::{axis, every};

/// So many labels have room below columns.
const LABELS: usize = 9;
/// The last place that has room for a label, in ten-thousandths.
const LAST_LABEL: u32 = 8_900;

/// A column on its way: values by series.
pub struct Stack {
    /// Series and amount of each piece, from the ground up.
    pub values: Vec<(u8, u64)>,
    /// It has no known top.
    pub is_open: bool,
    pub words: String,
    pub part: Option<Part>,
    /// As [`super::Cell::explain`].
    pub explain: String,
    /// A label below, where there is room.
    pub label: String,
}

/// Columns on one scale, with as many labels as have room.
pub fn columns(label: String, stacks: Vec<Stack>, tick: &dyn Fn(u64) -> String, legend: Vec<(u8, String)>) -> Columns {
    let sum =
        |stack: &Stack| stack.values.iter().map(|(_, value)| value).fold(0u64, |sum, value| sum.saturating_add(*value));
    let most = stacks.iter().map(sum).max().unwrap_or(0);
    let axis = axis(most);
    let step = every(stacks.len(), LABELS);
    let wide = stacks.len();
    // One at the very end would stand out over the edge.
    let has_room = |number: usize| wide <= LABELS || part_of(number as u64, wide as u64) <= LAST_LABEL;
    let labels = stacks.iter().enumerate().step_by(step);
    let labels = labels.filter(|(number, stack)| has_room(*number) && !stack.label.is_empty());
    let labels = labels.map(|(number, stack)| (part_of(number as u64, wide as u64), stack.label.clone())).collect();
    // Where no height is known, a scale would tell of one.
    let ticks = axis.ticks.iter().filter(|value| most > 0 || **value == 0);
    let ticks = ticks.map(|value| (part_of(*value, axis.top), tick(*value))).collect();
    // However little it is beside the others, it is there.
    let height = |value: u64| part_of(value, axis.top).max(u32::from(value > 0));
    let column = |stack: Stack| Column {
        pieces: stack.values.iter().map(|(series, value)| (*series, height(*value))).collect(),
        is_open: stack.is_open,
        words: stack.words,
        part: stack.part,
        explain: stack.explain,
    };
    Columns { label, ticks, labels, columns: stacks.into_iter().map(column).collect(), legend }
}
