//! Two totals against each other: how far one is from the other, and which share of the whole it is.

use super::measure::{Made, Unit};
use super::name::{Of, TotalName};
use super::total::{Portion, Total, TotalAsk, TotalRow, portion_text, total};
use crate::logic::analytics::behind::Part;
use crate::logic::analytics::stats::Tenths;
use crate::logic::format::NOT_RECORDED;
use crate::model::Set;

/// How a total is put against another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// It less the other one.
    Difference,
    /// The difference in the other one, percent (analytics.md §11).
    Change,
    /// It in the other one, of which it is a part, percent.
    Share,
}

impl Against {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Difference, Self::Change, Self::Share];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Difference => "difference",
            Self::Change => "change",
            Self::Share => "share",
        }
    }

    /// Between both in a heading.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Difference => ", difference to",
            Self::Change => ", change from",
            Self::Share => ", share of all",
        }
    }
}

/// Explains both, the rows of the other one below with the opposite sign; of a share the rows of the whole, each with
/// what of it is in the part.
pub fn explained(ask: &TotalAsk<'_>, how: Against, other: &Part) -> Result<Total, String> {
    let one = |of: Of| total(&TotalAsk { name: &TotalName { of, against: None, ..ask.name.clone() }, ..*ask });
    let (this, other) = (one(ask.name.of.clone())?, one(Of::Part(other.clone()))?);
    let (told, told_other) = (this.text(), other.text());
    let lead = match how {
        Against::Difference => ["Difference: ", &told, " less ", &told_other],
        Against::Change => ["Change: from ", &told_other, " to ", &told],
        Against::Share => ["Share: ", &told, " in ", &told_other],
    };
    let is_said = |sentence: &&String| !this.sentences.contains(sentence);
    let mut sentences = vec![[&lead.concat(), "."].concat()];
    sentences.extend(this.sentences.iter().chain(other.sentences.iter().filter(is_said)).cloned());
    let sides = Some([value(&this), value(&other)]);
    let rows = if how == Against::Share { within(&this, other) } else { both(this, other) };
    let mut sum = Portion::default();
    rows.iter().filter(|row| !row.is_out).for_each(|row| sum.merge(&row.portion));
    Ok(Total { name: ask.name.clone(), sum, rows, place: 0, sentences, sides })
}

/// What a total comes to, in the unit of its measure.
fn value(total: &Total) -> Option<i128> {
    let Portion { amount, reported, eligible, .. } = total.sum;
    let is_known = reported > 0 || eligible == 0 && total.name.measure.unit() == Unit::Count;
    let names = total.by_group().len() as i128;
    match total.name.measure.made() {
        Made::Different => Some(names),
        Made::Each => amount.checked_div(names).filter(|_| is_known),
        _ => is_known.then_some(amount),
    }
}

fn both(this: Total, other: Total) -> Vec<TotalRow> {
    let of = other.name.words();
    let taken = other.rows.into_iter().map(|mut row| {
        row.portion.amount = -row.portion.amount;
        row.note = [of.trim_start_matches([',', ' ']), if row.note.is_empty() { "" } else { "; " }, &row.note].concat();
        row
    });
    this.rows.into_iter().chain(taken).collect()
}

fn within(this: &Total, whole: Total) -> Vec<TotalRow> {
    let is = |row: &TotalRow| (row.session, row.entry);
    let known: Set<(u32, Option<u32>)> = this.rows.iter().map(is).collect();
    let share = |mut row: TotalRow| {
        row.portion.whole = row.portion.amount;
        if !known.contains(&is(&row)) {
            row.portion.amount = 0;
        }
        row
    };
    whole.rows.into_iter().map(share).collect()
}

/// The number that two sides make.
pub fn text(how: Against, sides: [Option<i128>; 2], name: &TotalName) -> String {
    let [Some(this), Some(other)] = sides else { return NOT_RECORDED.to_owned() };
    let delta = this.saturating_sub(other);
    let percent = match how {
        Against::Difference => return portion_text(&Portion::of(delta), name.measure),
        Against::Change => Tenths::ratio(delta.saturating_mul(100), other),
        Against::Share => Tenths::ratio(this.saturating_mul(100), other),
    };
    percent.map_or_else(|| NOT_RECORDED.to_owned(), |percent| percent.text() + " %")
}
