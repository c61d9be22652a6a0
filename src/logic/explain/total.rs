//! Any total of any view: the rows behind it, how it comes of them, what was left out (PRODUCT §6). What rows add is
//! merged to the number itself, amounts and coverage, always.

use super::measure::{Made, Measure, Unit};
use super::name::{Of, Place, TotalName};
use super::{against, panels, tables, told};
use crate::archive::{Archive, CostTally};
use crate::logic::analytics::stats::{Tenths, ascending, median, percentile};
use crate::logic::analytics::{Facts, Selection};
use crate::logic::format::{NOT_RECORDED, at_least_money, duration_in_full, duration_text, fixed, grouped};
use crate::logic::records::LineName;
use crate::model::{Money, Tally, Timestamp, Zone, sorted};

/// What is asked of a total: its name, and how its view is filtered.
pub struct TotalAsk<'a> {
    pub archive: &'a Archive,
    pub facts: &'a Facts,
    pub selection: &'a Selection,
    pub zone: &'a Zone,
    /// The clock of whoever asks.
    pub now: Timestamp,
    pub name: &'a TotalName,
}

/// A total, explained.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    pub name: TotalName,
    /// All rows merged.
    pub sum: Portion,
    pub rows: Vec<TotalRow>,
    /// Which of its rows in order the number is, from 1 on; 0 where it is made of several.
    pub place: usize,
    /// How it is made and what it covers, sentence by sentence.
    pub sentences: Vec<String>,
    /// Of two that are put against each other what each comes to; `None` inside where that is not known.
    pub sides: Option<[Option<i128>; 2]>,
}

/// What a row adds to a number, or all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Portion {
    /// In the unit of its measure; meaningless while `reported` is 0.
    pub amount: i128,
    /// What it is divided by, where it is.
    pub whole: i128,
    /// Rows that hold it, that could, and that are known to be too small.
    pub reported: u32,
    pub eligible: u32,
    pub partial: u32,
}

/// One row behind a total.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TotalRow {
    /// Index of its session in the archive.
    pub session: u32,
    /// Index of the entry that it is, or with which it begins.
    pub entry: Option<u32>,
    /// Other entries of which it is made.
    pub others: Vec<u32>,
    /// It stands for the entry alone.
    pub is_request: bool,
    pub portion: Portion,
    /// What is counted where names are.
    pub group: String,
    /// Why it adds nothing, or what is special about it.
    pub note: String,
    /// It is shown only to say why it does not count.
    pub is_out: bool,
    /// Where it stands, when and of which model, where that is known without an entry.
    pub line: Option<LineName>,
    /// The key of its event.
    pub step: Option<String>,
    pub at: Option<Timestamp>,
    pub model: Option<String>,
}

impl Portion {
    /// A recorded amount.
    pub fn of(amount: impl Into<i128>) -> Self {
        Self { amount: amount.into(), reported: 1, eligible: 1, ..Self::default() }
    }

    /// Something of which nothing is known.
    pub const fn missing(rows: u32) -> Self {
        Self { amount: 0, whole: 0, reported: 0, eligible: rows, partial: 0 }
    }

    /// Part and whole, of something that has both.
    pub fn share(part: impl Into<i128>, whole: impl Into<i128>) -> Self {
        Self { whole: whole.into(), ..Self::of(part) }
    }

    pub fn merge(&mut self, other: &Self) {
        self.amount = self.amount.saturating_add(other.amount);
        self.whole = self.whole.saturating_add(other.whole);
        self.reported += other.reported;
        self.eligible += other.eligible;
        self.partial += other.partial;
    }

    /// Whether the true amount may be larger.
    pub const fn is_lower_bound(&self) -> bool {
        self.reported > 0 && (self.reported < self.eligible || self.partial > 0)
    }
}

impl From<&Tally> for Portion {
    fn from(tally: &Tally) -> Self {
        let Tally { sum, reported, eligible, partial } = *tally;
        Self { amount: sum.into(), whole: 0, reported, eligible, partial }
    }
}

impl From<&CostTally> for Portion {
    fn from(cost: &CostTally) -> Self {
        let CostTally { known, reported, eligible, partial, .. } = *cost;
        Self { amount: known.pico().into(), whole: 0, reported, eligible, partial }
    }
}

/// Explains a total; in words where there is none of this name. The archive must be assembled, and the facts be its own.
pub fn total(ask: &TotalAsk<'_>) -> Result<Total, String> {
    if let Some((how, other)) = &ask.name.against {
        return against::explained(ask, *how, other);
    }
    let (rows, about) = match (&ask.name.of, ask.name.place) {
        (Of::Part(part), Place::Requests) => panels::of_requests(ask, part),
        (Of::Part(part), _) => panels::of_sessions(ask, part),
        (Of::Row(by, row), Place::Usage) => tables::of_usage(ask, by, row.as_deref())?,
        (Of::Row(_, row), Place::Reference) => tables::of_reference(ask, row.as_deref()),
        (Of::Row(_, row), Place::Coverage) => tables::of_coverage(ask, row.as_deref()),
        (Of::Row(by, row), _) => tables::of_session(ask, by, row.as_deref())?,
    };
    let mut sum = Portion::default();
    rows.iter().filter(|row| !row.is_out).for_each(|row| sum.merge(&row.portion));
    let mut total = Total { name: ask.name.clone(), sum, rows, place: 0, sentences: Vec::new(), sides: None };
    total.rank();
    total.sentences = told::sentences(ask, &total, about);
    Ok(total)
}

impl Total {
    /// The number, exactly; `—` where nothing is recorded and `≥` where it may be larger.
    pub fn text(&self) -> String {
        if let (Some((how, _)), Some(sides)) = (&self.name.against, self.sides) {
            return against::text(*how, sides, &self.name);
        }
        let sum = &self.sum;
        if let (Place::Reference, true) = (self.name.place, self.is_unknown_as_reference()) {
            return NOT_RECORDED.to_owned();
        }
        let tenths = |value: Option<Tenths>, unit: &str| value.map(|value| value.text() + unit);
        let number = match self.name.measure.made() {
            Made::Sum => return portion_text(sum, self.name.measure),
            Made::Share => tenths(ratio(sum.amount.saturating_mul(100), sum.whole), " %"),
            Made::Quotient if self.name.measure.unit() == Unit::Money => return self.money_each(),
            Made::Quotient if self.name.measure.unit() == Unit::Permille => {
                tenths(ratio(sum.amount, sum.whole.saturating_mul(10)), " %")
            }
            Made::Quotient => tenths(ratio(sum.amount, sum.whole), ""),
            Made::PerSecond => (sum.whole > 0).then(|| fixed(sum.amount as f64 / sum.whole as f64 * 1000.0, 1)),
            Made::PerMinute => tenths(ratio(sum.amount.saturating_mul(60_000), sum.whole), ""),
            Made::Each => return self.each(),
            Made::Median => self.amount_text(median(&self.amounts())),
            Made::P50 => self.amount_text(percentile(&self.amounts(), 50)),
            Made::P90 => self.amount_text(percentile(&self.amounts(), 90)),
            Made::Largest => self.amount_text(self.amounts().last().copied()),
            Made::Different => Some(self.by_group().len().to_string()),
            Made::LargestThree => tenths(self.largest_three(), " %"),
        };
        number.unwrap_or_else(|| NOT_RECORDED.to_owned())
    }

    /// The reference gives no sum of costs as soon as one is unknown (fizeau.md §7).
    fn is_unknown_as_reference(&self) -> bool {
        self.name.measure.unit() == Unit::Money && self.sum.reported < self.sum.eligible
    }

    fn money_each(&self) -> String {
        let Portion { amount, whole, reported, .. } = self.sum;
        match (reported, whole) {
            (0, _) | (_, ..=0) => NOT_RECORDED.to_owned(),
            _ => portion_text(&Portion { amount: amount / whole, ..self.sum }, Measure::Cost),
        }
    }

    /// The amount of one row, as dashboards write it: turns in seconds, calls as durations.
    fn amount_text(&self, amount: Option<u64>) -> Option<String> {
        let amount = amount?;
        Some(match (self.name.measure.unit(), self.name.measure.made()) {
            (Unit::Ms, Made::P50 | Made::P90) => ratio(amount.into(), 1000)?.text() + " s",
            (Unit::Ms, _) => duration_text(amount),
            (Unit::Permille, _) => ratio(amount.into(), 10)?.text() + " %",
            (Unit::Tokens, _) => grouped(amount),
            _ => amount.to_string(),
        })
    }

    fn each(&self) -> String {
        match i128::try_from(self.by_group().len()) {
            Ok(names @ 1..) => {
                portion_text(&Portion { amount: self.sum.amount / names, ..self.sum }, self.name.measure)
            }
            _ => NOT_RECORDED.to_owned(),
        }
    }

    /// Puts the rows of a rank in order, and tells which of them the number is (analytics.md §0).
    fn rank(&mut self) {
        let made = self.name.measure.made();
        let percent = match made {
            Made::Median | Made::P50 => 50,
            Made::P90 => 90,
            Made::Largest => 100,
            _ => return,
        };
        let key = |row: &TotalRow| (row.is_out || row.portion.reported == 0, row.portion.amount);
        self.rows = sorted(std::mem::take(&mut self.rows), |a, b| key(a).cmp(&key(b)));
        let count = self.amounts().len();
        let Some(last) = count.checked_sub(1) else { return };
        let at = (count * percent / 100).min(last);
        let of = ["the number shown, ", &(at + 1).to_string(), " of ", &count.to_string(), " in order"].concat();
        self.place = at + 1;
        let has_two = made == Made::Median && count.is_multiple_of(2);
        let words = if has_two { "one of the two in the middle".to_owned() } else { of };
        for place in at - usize::from(has_two)..=at {
            self.rows.get_mut(place).into_iter().for_each(|row| row.note.clone_from(&words));
        }
    }

    /// The amounts of its rows in order.
    fn amounts(&self) -> Vec<u64> {
        let counted = self.rows.iter().filter(|row| !row.is_out && row.portion.reported > 0);
        let mut amounts = counted.map(|row| u64::try_from(row.portion.amount).unwrap_or(u64::MAX)).collect();
        ascending(&mut amounts);
        amounts
    }

    /// The names of its rows with their sums, the largest first.
    pub fn by_group(&self) -> Vec<(&str, i128)> {
        let named = self.rows.iter().filter(|row| !row.is_out && !row.group.is_empty());
        let named = sorted(named.collect(), |a: &&TotalRow, b| a.group.cmp(&b.group));
        let sums = named.chunk_by(|a, b| a.group == b.group);
        let sums = sums.map(|same| (same[0].group.as_str(), same.iter().map(|row| row.portion.amount).sum()));
        sorted(sums.collect(), |(_, a): &(&str, i128), (_, b)| b.cmp(a))
    }

    fn largest_three(&self) -> Option<Tenths> {
        let largest: i128 = self.by_group().iter().take(3).map(|(_, sum)| *sum).sum();
        ratio(largest.saturating_mul(100), self.sum.amount)
    }
}

fn ratio(part: i128, whole: i128) -> Option<Tenths> {
    Tenths::ratio(part, whole)
}

/// What a row adds, as text to the last digit.
pub fn portion_text(portion: &Portion, measure: Measure) -> String {
    let Portion { amount, reported, .. } = *portion;
    if reported == 0 && (portion.eligible > 0 || measure.unit() != Unit::Count) {
        return NOT_RECORDED.to_owned();
    }
    let sign = if amount < 0 { "-" } else { "" };
    let size = u64::try_from(amount.unsigned_abs()).unwrap_or(u64::MAX);
    let text = match measure.unit() {
        Unit::Count | Unit::Tokens => grouped(size),
        Unit::Ms => duration_in_full(size),
        Unit::Permille => Tenths(size.min(1_000_000) as i64).text() + " %",
        Unit::Money => money(i64::try_from(size).unwrap_or(i64::MAX), portion.is_lower_bound()),
    };
    let bound = if portion.is_lower_bound() { "≥ " } else { "" };
    [bound, sign, &text].concat()
}

/// With six decimals and more where they say more; a lower bound is cut.
fn money(pico: i64, is_lower_bound: bool) -> String {
    let amount = Money::from_pico(pico);
    match (is_lower_bound, pico % 1_000_000 == 0) {
        (_, true) => ["$", &amount.fixed(6)].concat(),
        (true, _) if pico >= 1_000_000 => ["$", &Money::from_pico(pico - pico % 1_000_000).fixed(6)].concat(),
        (true, _) => at_least_money(amount),
        _ => ["$", &amount.fixed(12)].concat(),
    }
}
