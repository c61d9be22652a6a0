//! What is said of a total: how it is made, whom it counts, how much of it is recorded, what was left out and why, which
//! prices were used.

use super::measure::{Made, Measure, Unit};
use super::name::Place;
use super::total::{Portion, Total, TotalAsk};
use crate::archive::{Archive, Decision, PriceRow, Prices, RecordList, RecordRef, Session};
use crate::logic::analytics::panel::Panel;
use crate::logic::analytics::select::Picks;
use crate::logic::coverage::CoverageView;
use crate::logic::format::count;
use crate::logic::letters::capitalised;
use crate::logic::usage::UsagePortion;
use crate::logic::window::Window;
use crate::model::{Cost, Metric, Set, SourceId, Timestamp, sorted};

/// What those know that found the rows.
#[derive(Debug, Default)]
pub struct About {
    /// Whom it counts, by which date.
    pub sentences: Vec<String>,
    /// Phrases such as `2 sessions outside the window`.
    pub left_out: Vec<String>,
}

impl About {
    /// Of a panel, of which so many sessions are in the number; `None` where requests are.
    pub fn of_picks(picks: &Picks<'_>, panel: Panel, shown: Option<usize>) -> Self {
        let wanted = picks.is_wanted.iter().filter(|wanted| **wanted).count();
        let mut about = Self {
            sentences: vec![sentence(&[panel.scope.words(), ", ", panel.basis.words()].concat())],
            left_out: panel.notes,
        };
        if let Some(shown) = shown {
            about.leave_out(wanted.saturating_sub(picks.rows.len()), "session", "outside the window or this part");
            about.leave_out(
                picks.rows.len().saturating_sub(shown),
                "sub-session",
                "(sub-agents, forks) not counted here",
            );
        }
        let filtered = picks.is_wanted.len().saturating_sub(wanted);
        about.leave_out(filtered, "session", "left out by the filters, or another record of a run");
        about
    }

    /// Of the usage table.
    pub fn of_table(words: &str, window: Option<Window>, portions: &[UsagePortion<'_>]) -> Self {
        let members: u32 = portions.iter().map(|portion| portion.sums.members).sum();
        let incomplete: u32 = portions.iter().map(|portion| portion.sums.incomplete).sum();
        let mut about = Self { sentences: vec![within(words, window)], left_out: Vec::new() };
        about.leave_out(
            members as usize,
            "sub-session",
            "(sub-agents, forks) not among sessions: what they used counts",
        );
        about.leave_out(incomplete as usize, "incomplete session", "not among sessions: counted apart");
        about
    }

    /// Of the table as recorded.
    pub fn of_reference<'a>(window: Option<Window>, counted: impl Iterator<Item = &'a Session>) -> Self {
        let words = "Numbers as the logs write them, one row a session with a start and an end, by its start";
        let copies = counted.map(|session| session.copies.len()).sum();
        let mut about = Self { sentences: vec![within(words, window)], left_out: Vec::new() };
        about.leave_out(copies, "shorter copy", "of logs that count");
        about
    }

    /// Of a cell of the coverage table; `reason` says why something is missing.
    pub fn of_coverage(metric: Metric, reason: String, view: &CoverageView, window: Option<Window>) -> Self {
        let words = ["Of what could be recorded (", metric.unit(), "s), how much is"].concat();
        let mut about = Self { sentences: vec![within(&words, window)], left_out: Vec::new() };
        about.sentences.extend((!reason.is_empty()).then(|| sentence(&reason)));
        about.leave_out(view.left_out as usize, "record", "of runs that other logs tell");
        about
    }

    fn leave_out(&mut self, number: usize, noun: &str, why: &str) {
        if number > 0 {
            self.left_out.push([&count(number as u64, noun), " ", why].concat());
        }
    }
}

/// With a capital and a full stop.
fn sentence(words: &str) -> String {
    [capitalised(words).as_str(), if words.ends_with('.') { "" } else { "." }].concat()
}

fn within(words: &str, window: Option<Window>) -> String {
    let Some(Window { start, end }) = window else { return sentence(&[words, ", of all time"].concat()) };
    let told = |at: Option<Timestamp>| at.map_or_else(|| "(open)".to_owned(), Timestamp::rfc3339);
    sentence(&[words, ", from ", &told(start), " until before ", &told(end)].concat())
}

/// The sentences under a total.
pub fn sentences(ask: &TotalAsk<'_>, total: &Total, about: About) -> Vec<String> {
    let mut told = vec![how(total)];
    told.extend(about.sentences);
    told.extend(coverage(total));
    let mut left_out = about.left_out;
    if total.name.place != Place::Session {
        left_out.extend(decisions(ask.archive, total));
    }
    if !left_out.is_empty() {
        told.push(sentence(&["left out: ", &left_out.join("; ")].concat()));
    }
    if total.name.measure.unit() == Unit::Money && total.name.place != Place::Reference {
        told.extend(prices(ask.archive, total));
    }
    told
}

fn how(total: &Total) -> String {
    let rows = count(total.rows.iter().filter(|row| !row.is_out).count() as u64, "row");
    let title = total.name.measure.title();
    let Portion { amount, whole, .. } = total.sum;
    let of = [&amount.to_string(), " of ", &whole.to_string()].concat();
    let place = if total.place > 0 { [": row ", &total.place.to_string()].concat() } else { String::new() };
    match total.name.measure.made() {
        Made::Sum => [title, ": the sum of the amounts of ", &rows, "."].concat(),
        Made::Share => [title, ": ", &of, ", over ", &rows, "."].concat(),
        Made::Quotient if total.name.measure.unit() == Unit::Money => {
            [title, ": the cost of ", &rows, ", failures included, over ", &count(whole.max(0) as u64, "success"), "."]
                .concat()
        }
        Made::Quotient => [title, ": ", &of.replacen(" of ", " over ", 1), ", of ", &rows, "."].concat(),
        Made::PerSecond => {
            [title, ": ", &amount.to_string(), " in ", &whole.to_string(), " ms of wall clock, over ", &rows, "."]
                .concat()
        }
        Made::PerMinute => {
            [title, ": ", &amount.to_string(), " in ", &whole.to_string(), " ms without pauses, over ", &rows, "."]
                .concat()
        }
        Made::Each => {
            let names = total.by_group().len().to_string();
            [title, ": the sum of the amounts of ", &rows, " over the ", &names, " names in their notes, cut."].concat()
        }
        Made::Largest => [title, ": the largest amount of ", &rows, "."].concat(),
        Made::Median => [title, ": the middle of the amounts of ", &rows, " in order; of two the mean, cut."].concat(),
        Made::P50 => [title, ": of the amounts of ", &rows, " in order, the one half of the way", &place, "."].concat(),
        Made::P90 => {
            [title, ": of the amounts of ", &rows, " in order, the one at nine tenths of the way", &place, "."].concat()
        }
        Made::Different => [title, ": how many different names ", &rows, " have."].concat(),
        Made::LargestThree => {
            let names: Vec<&str> = total.by_group().into_iter().take(3).map(|(name, _)| name).collect();
            [title, ": messages of ", &names.join(", "), " in those of ", &rows, "."].concat()
        }
    }
}

/// `Recorded by 5 of 6 rows; 1 known to be too small.`
fn coverage(total: &Total) -> Option<String> {
    let Portion { reported, eligible, partial, .. } = total.sum;
    let is_told = total.name.measure.unit() != Unit::Count || matches!(total.name.measure, Measure::Recorded(_));
    let mut words = ["Recorded for ", &reported.to_string(), " of ", &eligible.to_string()].concat();
    if partial > 0 {
        words.push_str(&["; ", &partial.to_string(), " known to be too small"].concat());
    }
    if total.sum.is_lower_bound() {
        words.push_str(": the number is a lower bound");
    }
    (is_told && eligible > 0).then(|| sentence(&words))
}

/// Records of the sessions behind the number that count for nothing, by reason, the most frequent first.
fn decisions(archive: &Archive, total: &Total) -> Vec<String> {
    if !matches!(total.name.measure.unit(), Unit::Tokens | Unit::Money) || total.name.place == Place::Reference {
        return Vec::new();
    }
    let shown: Set<u32> = total.rows.iter().map(|row| row.session).collect();
    let sessions = shown.iter().filter_map(|number| archive.sessions().get(*number as usize));
    let places: Set<(SourceId, u16)> = sessions
        .flat_map(|session| session.places.iter().chain(&session.copies))
        .map(|place| (place.source, place.part))
        .collect();
    let mut found = Vec::new();
    for (source, index) in archive.sources() {
        let usage = index.usage.iter().map(|row| (RecordList::Usage, row.part));
        let running = index.running.iter().map(|count| (RecordList::Running, count.part));
        let numbered = (0u32..).zip(usage).chain((0u32..).zip(running));
        for (index, (list, _)) in numbered.filter(|(_, (_, part))| places.contains(&(source, *part))) {
            match archive.decision(RecordRef { source, list, index }) {
                Some(Decision::Kept) => {}
                decision => add(&mut found, decision.map_or("in-copy", |decision| decision.name()).replace('-', " ")),
            }
        }
    }
    let found = sorted(found, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found.iter().map(|(name, records)| [&count(*records, "record"), " ", name].concat()).collect()
}

/// Prices by which costs were computed, with the day from which they hold, and costs that nobody knows.
fn prices(archive: &Archive, total: &Total) -> Vec<String> {
    let (mut recorded, mut used, mut unknown) = (0, Vec::new(), Vec::new());
    let counted = total.rows.iter().filter(|row| !row.is_out).flat_map(|row| row.entry.iter().chain(&row.others));
    for entry in counted.filter_map(|number| archive.entries().get(*number as usize)).filter(|entry| entry.counts_cost)
    {
        match entry.cost {
            Cost::Recorded(_) => recorded += 1,
            Cost::Computed(_, number) => add(&mut used, price(archive, number)),
            Cost::Unpriced(why) => {
                let model = Some(archive.model_of(entry.record)).filter(|model| !model.is_empty());
                let model = model.map_or_else(String::new, |model| [" (", model, ")"].concat());
                add(&mut unknown, [why.words(), &model].concat());
            }
        }
    }
    let listed = |found: Vec<(String, u64)>, words: &str| {
        let found = sorted(found, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let told = found.iter().map(|(what, requests)| [&count(*requests, "request"), ": ", what].concat());
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| sentence(&[words, &told.join("; ")].concat()))
    };
    let recorded = (recorded > 0).then(|| ["Recorded in the log: ", &count(recorded, "request"), "."].concat());
    let table =
        ["computed from tokens and prices (", Prices::source(), "), dollars for a million tokens in, out: "].concat();
    recorded.into_iter().chain(listed(used, &table)).chain(listed(unknown, "without a cost: ")).collect()
}

/// `gpt-5 1.25, 10.00, from 2025-08-07`
fn price(archive: &Archive, number: u32) -> String {
    let Some(row) = archive.prices().row(number) else { return "a price of before".to_owned() };
    let rates = row.rates.map_or_else(String::new, |rates| {
        let told = |rate| PriceRow::per_million(rate).fixed(2);
        [" ", &told(rates.input), ", ", &told(rates.output)].concat()
    });
    let from = row.valid_from.map_or_else(String::new, |at| [", from ", &at.utc().date_text()].concat());
    [&*row.name, &rates, &from, if row.is_own { ", your own price" } else { "" }].concat()
}

fn add(found: &mut Vec<(String, u64)>, what: String) {
    match found.iter_mut().find(|(known, _)| *known == what) {
        Some((_, requests)) => *requests += 1,
        None => found.push((what, 1)),
    }
}
