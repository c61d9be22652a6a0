//! Steps side by side: each session against the first.

use super::Step;
use crate::logic::change::{Edit, Run, runs_of_numbers};
use crate::model::{Map, Wire};
use std::ops::Range;

/// Steps that stand side by side, one of each session or none.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Row {
    pub cells: Vec<Option<Beside>>,
    /// All sessions took the same step here.
    pub is_same: bool,
}

impl Row {
    /// The beginning of what a session asked here.
    pub fn words(&self, side: usize) -> &str {
        let cell = |side: usize| self.cells.get(side).and_then(Option::as_ref);
        let own = cell(side).filter(|own| !own.is_same || !own.words.is_empty());
        own.or_else(|| cell(0)).map_or("", |cell| &cell.words)
    }
}

/// A step in a row.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Beside {
    /// Its number in the session's track.
    pub event: u32,
    /// Somebody asked; else a tool was called.
    pub is_prompt: bool,
    /// The beginning of what was asked; empty where the first session took the same step in the same words.
    pub words: String,
    pub has_failed: bool,
    /// It is the step that the first session took.
    pub is_same: bool,
}

/// Where the steps of a session stand beside those of the first one.
struct Column {
    /// For each step of the first session the one beside it, and whether it is the same.
    beside: Vec<Option<(usize, bool)>>,
    /// For each step of the first session, and its end, the own ones that stand before it.
    before: Vec<Range<usize>>,
}

/// What both did, and what each did alone.
pub(super) fn runs_of(left: &[Step], right: &[Step]) -> Vec<Run> {
    let mut known: Map<u64, u32> = Map::default();
    let mut numbers = |steps: &[Step]| -> Vec<u32> {
        let mut number = |step: &Step| {
            let next = known.len() as u32;
            *known.entry(step.asked).or_insert(next)
        };
        steps.iter().map(&mut number).collect()
    };
    let (old, new) = (numbers(left), numbers(right));
    runs_of_numbers(&old, &new)
}

impl Column {
    fn new(first: &[Step], other: &[Step]) -> Self {
        let mut column = Self { beside: vec![None; first.len()], before: vec![0..0; first.len() + 1] };
        // Steps of the first that the other did not take: what the other did instead stands beside them.
        let mut alone = 0..0;
        for run in runs_of(first, other) {
            match run.edit {
                Edit::Same => column.put(run.old, run.new, true),
                Edit::Gone => alone = run.old,
                Edit::New => {
                    let room = if alone.end == run.old.start { alone.clone() } else { 0..0 };
                    let rest = run.new.start + room.len().min(run.new.len());
                    column.put(room, run.new.clone(), false);
                    if let Some(before) = column.before.get_mut(run.old.start) {
                        *before = rest..run.new.end;
                    }
                }
            }
        }
        column
    }

    fn put(&mut self, at: Range<usize>, own: Range<usize>, is_same: bool) {
        for (slot, own) in self.beside.get_mut(at).unwrap_or_default().iter_mut().zip(own) {
            *slot = Some((own, is_same));
        }
    }

    fn before(&self, at: usize) -> Range<usize> {
        self.before.get(at).cloned().unwrap_or_default()
    }
}

/// All steps of all sessions in their orders. The first session decides which step is the same.
pub fn align(sides: &[Vec<Step>]) -> Vec<Row> {
    let Some((first, others)) = sides.split_first() else { return Vec::new() };
    let columns: Vec<Column> = others.iter().map(|other| Column::new(first, other)).collect();
    let mut rows = Vec::new();
    let cell = |side: usize, place: Option<(usize, bool)>, beside: Option<&Step>| {
        let (place, is_same) = place?;
        let step = sides.get(side)?.get(place)?;
        let is_told = is_same && beside.is_some_and(|first| first.words == step.words);
        Some(Beside {
            event: step.event,
            is_prompt: step.tool.is_empty(),
            words: if is_told { String::new() } else { step.words.clone() },
            has_failed: step.has_failed,
            is_same,
        })
    };
    for at in 0..=first.len() {
        let depth = columns.iter().map(|column| column.before(at).len()).max().unwrap_or(0);
        for nth in 0..depth {
            let own = |column: &Column| column.before(at).nth(nth).map(|place| (place, false));
            let cells = (1..).zip(&columns).map(|(side, column)| cell(side, own(column), None));
            rows.push(Row { cells: std::iter::once(None).chain(cells).collect(), is_same: false });
        }
        if at == first.len() {
            break;
        }
        let beside = |column: &Column| column.beside.get(at).copied().flatten();
        let is_same = columns.iter().all(|column| beside(column).is_some_and(|(_, is_same)| is_same));
        let cells = (1..).zip(&columns).map(|(side, column)| cell(side, beside(column), first.get(at)));
        rows.push(Row { cells: std::iter::once(cell(0, Some((at, is_same)), None)).chain(cells).collect(), is_same });
    }
    rows
}
