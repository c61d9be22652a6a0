//! Panels of usage, and activity, as plain data: choices, figures, stacked columns and rows. One component of the page draws all of them;
//! which words and numbers stand there is decided here, where it is tested.

mod activity;
mod shares;
mod stack;
mod telemetry;
#[cfg(test)]
mod tests;
mod times;
mod usage;

pub use activity::{ACTIVITY, activity};
use stack::{Stack, columns};

use super::analytics::behind::Part;
use super::analytics::cells::TokenSum;
use super::analytics::panel::Panel;
use super::analytics::stats::Tenths;
use super::analytics::wish::Measure;
use super::analytics::{Facts, Overview, OverviewAsk, PanelKind, overview};
use super::explain::name::{Against, Place};
use super::format::{at_least_money, count, format_token_count, grouped};
use crate::archive::{Archive, CostTally, Totals};
use crate::model::{Money, Tally, Wire, Zone};

/// The panels of the page, in its order.
pub const PANELS: [PanelKind; 10] = [
    PanelKind::Usage,
    PanelKind::Attribution,
    PanelKind::Savings,
    PanelKind::Dearest,
    PanelKind::Blocks,
    PanelKind::Comparison,
    PanelKind::Pressure,
    PanelKind::Concurrency,
    PanelKind::Routing,
    PanelKind::PostMortem,
];

/// A panel.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct Drawn {
    pub kind: PanelKind,
    pub title: String,
    /// Whom it counts, by which date, and how much of that is recorded.
    pub scope: String,
    /// What is left out, guessed or not known.
    pub notes: String,
    /// Twelfths of the sheet.
    pub span: u8,
    pub choices: Vec<Choice>,
    /// Numbers with their names.
    pub figures: Vec<(String, Cell)>,
    pub columns: Option<Columns>,
    /// Pieces of a bar, by series, in ten-thousandths of the whole; 0 is a part of unknown size.
    pub shares: Vec<(u8, u32)>,
    /// Names of the rows' cells, the first over the rows' names; none where they speak for themselves.
    pub headings: Vec<String>,
    pub rows: Vec<Row>,
    /// Why there is nothing to be drawn; empty where there is.
    pub why_not: String,
}

/// Words of which one holds.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Choice {
    /// What a link calls it.
    pub key: String,
    pub label: String,
    /// As links write them, and as people read them.
    pub options: Vec<(String, String)>,
    pub chosen: String,
    /// Too many to stand side by side.
    pub is_list: bool,
}

/// A number, as people read it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Cell {
    /// Empty: not recorded.
    pub text: String,
    /// The true one may be larger.
    pub is_at_least: bool,
    /// In full, or why it is not known.
    pub title: String,
    /// A small line below.
    pub note: String,
    /// What it is called where it is explained (`logic::explain::name`); empty where it is not.
    pub explain: String,
}

/// Columns side by side, each a stack.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct Columns {
    /// What they are, for those who do not see them.
    pub label: String,
    /// Lines across and labels below: where, in ten-thousandths of height and width.
    pub ticks: Vec<(u32, String)>,
    pub labels: Vec<(u32, String)>,
    pub columns: Vec<Column>,
    /// Name of each series.
    pub legend: Vec<(u8, String)>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct Column {
    /// Series and height of each piece from the ground up, in ten-thousandths.
    pub pieces: Vec<(u8, u32)>,
    /// It has no known top.
    pub is_open: bool,
    pub words: String,
    pub part: Option<Part>,
    /// As [`Cell::explain`].
    pub explain: String,
}

/// A row: a name, perhaps a bar, and cells.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Row {
    pub name: String,
    /// A small line below the name.
    pub note: String,
    /// Its colour.
    pub series: Option<u8>,
    pub bar: Option<Bar>,
    pub cells: Vec<Cell>,
    pub part: Option<Part>,
}

/// A bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub struct Bar {
    /// Ten-thousandths of the width.
    pub of: u32,
    /// It has no known end.
    pub is_open: bool,
}

/// The series of what has no colour of its own, and of what is not known.
pub const OTHERS: u8 = 6;
pub const UNKNOWN: u8 = 0;
/// Series with a colour of their own.
const COLOURS: usize = 5;
/// A whole.
const WHOLE: u128 = 10_000;

/// All panels of the page. The archive must be assembled, and the facts be its own.
pub fn panels(archive: &Archive, facts: &Facts, ask: &OverviewAsk, zone: &Zone) -> Vec<Drawn> {
    let ask = OverviewAsk { panels: PANELS.to_vec(), ..ask.clone() };
    let known = overview(archive, facts, &ask, zone);
    let mut all: Vec<Drawn> = PANELS.into_iter().filter_map(|kind| panel(kind, &known, &ask, zone)).collect();
    fit(&mut all);
    all
}

/// Widens panels so that every line of the sheet is full, whichever have something to show.
fn fit(all: &mut [Drawn]) {
    const SMALL: [PanelKind; 4] = [PanelKind::Savings, PanelKind::Dearest, PanelKind::Blocks, PanelKind::Pressure];
    const WIDE: [PanelKind; 2] = [PanelKind::Comparison, PanelKind::Concurrency];
    let mut shown: Vec<&mut Drawn> = all.iter_mut().filter(|known| known.why_not.is_empty()).collect();
    let of =
        |kinds: &[PanelKind], shown: &[&mut Drawn]| shown.iter().filter(|known| kinds.contains(&known.kind)).count();
    let (small, wide) = (of(&SMALL, &shown), of(&WIDE, &shown));
    // Three in a line; what is left over stands beside the first of the wide ones.
    let mut is_left_over = small % 3 == 1;
    for known in &mut shown {
        known.span = match known.kind {
            kind if SMALL.contains(&kind) => {
                if small == 2 {
                    6
                } else {
                    4
                }
            }
            kind if !WIDE.contains(&kind) => known.span,
            _ if std::mem::take(&mut is_left_over) => 8,
            _ => {
                if wide == 2 && small % 3 != 1 {
                    6
                } else {
                    12
                }
            }
        };
    }
}

fn panel(kind: PanelKind, known: &Overview, ask: &OverviewAsk, zone: &Zone) -> Option<Drawn> {
    let measure = Measure::of(ask.rank, ask.kinds);
    match kind {
        PanelKind::Usage => Some(usage::over_time(known.usage.as_ref()?, measure, ask, &known.agents)),
        PanelKind::Attribution => Some(shares::attribution(known.attribution.as_ref()?, measure, &known.agents)),
        PanelKind::Savings => Some(shares::savings(known.savings.as_ref()?)),
        PanelKind::Dearest => Some(shares::dearest(known.dearest.as_ref()?)),
        PanelKind::Comparison => Some(usage::comparison(known.comparison.as_ref()?, ask, &known.agents)),
        PanelKind::Blocks => Some(times::blocks(known.blocks.as_ref()?, ask.now, zone)),
        PanelKind::Concurrency => Some(times::concurrency(known.concurrency.as_ref()?, ask.now, zone)),
        PanelKind::Pressure => Some(telemetry::pressure(known.pressure.as_ref()?)),
        PanelKind::Routing => Some(telemetry::routing(known.routing.as_ref())),
        PanelKind::PostMortem => Some(telemetry::post_mortem(known.post_mortem.as_ref())),
        _ => None,
    }
}

impl Drawn {
    fn new(kind: PanelKind, title: &str, span: u8, about: &Panel) -> Self {
        Self { scope: about.sentence(), notes: about.notes.join("; "), ..Self::empty(kind, title, span) }
    }

    fn empty(kind: PanelKind, title: &str, span: u8) -> Self {
        Self {
            kind,
            title: title.to_owned(),
            scope: String::new(),
            notes: String::new(),
            span,
            choices: Vec::new(),
            figures: Vec::new(),
            columns: None,
            shares: Vec::new(),
            headings: Vec::new(),
            rows: Vec::new(),
            why_not: String::new(),
        }
    }

    /// Words before the line that tells what is covered.
    fn lead(&mut self, words: &str) {
        self.scope = [words, " ", &self.scope].concat();
    }

    fn note(&mut self, words: &str) {
        if !self.notes.is_empty() {
            self.notes.push_str("; ");
        }
        self.notes.push_str(words);
    }

    fn figure(&mut self, name: &str, cell: Cell) {
        self.figures.push((name.to_owned(), cell));
    }
}

impl Cell {
    fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    fn missing(reason: &str) -> Self {
        Self { title: reason.to_owned(), ..Self::default() }
    }

    /// The measure of a part of what stands in a place.
    fn named(self, measure: &str, place: Place, part: &Part) -> Self {
        Self { explain: name_of(measure, place, part), ..self }
    }

    /// The same put against another part.
    fn against(mut self, how: Against, part: &Part) -> Self {
        self.explain = [&self.explain, "\n", how.name(), &part.name()].concat();
        self
    }

    fn noted(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// A text, or why there is none.
    fn or(text: Option<String>, reason: &str) -> Self {
        text.map_or_else(|| Self::missing(reason), Self::of)
    }

    /// With its status: `exact`, `computed`, `partial`; none is a dash.
    fn cost(cost: &CostTally) -> Self {
        if cost.reported == 0 {
            return Self::missing("no log holds a cost, and no price is known").noted("no cost known");
        }
        let is_at_least = cost.is_lower_bound();
        let text = if is_at_least { at_least_money(cost.known) } else { cost.known.display() };
        Self { text, is_at_least, title: cost_words(cost), note: cost.status().to_owned(), ..Self::default() }
    }

    fn tokens(sum: TokenSum) -> Self {
        sum.value.map_or_else(
            || Self::missing("no log records them"),
            |tokens| Self {
                text: format_token_count(tokens),
                is_at_least: sum.is_lower_bound,
                title: grouped(tokens),
                ..Self::default()
            },
        )
    }

    fn tally(sum: &Tally) -> Self {
        Self::tokens(TokenSum { value: sum.value().get(), is_lower_bound: sum.is_lower_bound() })
    }

    fn percent(share: Option<Tenths>, reason: &str) -> Self {
        Self::or(share.map(|share| share.text() + "%"), reason)
    }
}

/// `known for 45 of 50 requests: 10 recorded, 35 computed from prices, 3 of these too small`
fn cost_words(cost: &CostTally) -> String {
    let recorded = cost.reported.saturating_sub(cost.computed);
    let mut words = format!("known for {} of {}", cost.reported, count(cost.eligible.into(), "request"));
    if cost.reported > 0 {
        words.push_str(&format!(": {recorded} recorded, {} computed from prices", cost.computed));
    }
    if cost.partial > 0 {
        words.push_str(&format!(", {} of them too small", cost.partial));
    }
    words
}

/// With a sign where it is below zero.
fn signed(amount: Money) -> String {
    let size = Money::from_pico(i64::try_from(amount.pico().unsigned_abs()).unwrap_or(i64::MAX));
    [if amount.pico() < 0 { "−" } else { "" }, &size.display()].concat()
}

/// How much of what is measured, in what charts draw (costs in millionths of a dollar), and whether it may be more.
fn measured(totals: &Totals, measure: Measure) -> (Option<u64>, bool) {
    const MICRO: i64 = 1_000_000;
    let cost = &totals.cost;
    match measure {
        Measure::Cost => {
            // The least amount is not nothing.
            let least = i64::from(cost.known.pico() > 0);
            let known = u64::try_from((cost.known.pico() / MICRO).max(least)).unwrap_or(0);
            ((cost.reported > 0).then_some(known), cost.reported < cost.eligible || cost.partial > 0)
        }
        _ => {
            let sum = measure.kinds().sum(totals);
            (sum.value, sum.is_lower_bound || sum.value.is_none() && totals.output.eligible > 0)
        }
    }
}

/// What [`measured`] gives, as people read it.
fn measured_text(value: u64, measure: Measure) -> String {
    match measure {
        Measure::Cost => Money::from_pico(i64::try_from(value).unwrap_or(i64::MAX).saturating_mul(1_000_000)).display(),
        _ => format_token_count(value),
    }
}

/// The measure of a part of all that was used.
fn measured_cell(totals: &Totals, measure: Measure, part: &Part) -> Cell {
    let cell =
        if measure == Measure::Cost { Cell::cost(&totals.cost) } else { Cell::tokens(measure.kinds().sum(totals)) };
    cell.named(measure.name(), Place::Requests, part)
}

fn name_of(measure: &str, place: Place, part: &Part) -> String {
    [measure, " ", place.name(), &part.name()].concat()
}

/// A part of a whole in ten-thousandths; of nothing none.
fn part_of(part: u64, whole: u64) -> u32 {
    (u128::from(part) * WHOLE).checked_div(whole.into()).unwrap_or(0).min(WHOLE) as u32
}

fn option(word: &str, label: &str) -> (String, String) {
    (word.to_owned(), label.to_owned())
}

/// What people call an agent that formats name so.
fn agent_name(id: &str, agents: &[(String, String)]) -> String {
    agents.iter().find(|(known, _)| known == id).map_or_else(|| id.to_owned(), |(_, name)| name.clone())
}
