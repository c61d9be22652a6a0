//! The dashboards as tables: one form of each panel for CSV, JSON, terminals and the table twins of charts
//! (token-coverage.md §7).

mod telemetry;
mod time;
pub mod total;
mod usage;
mod whole;

use super::csv::{Cell, Sheet};
use crate::archive::CostTally;
use crate::logic::analytics::behind::Behind;
use crate::logic::analytics::day::Day;
use crate::logic::analytics::panel::Panel;
use crate::logic::analytics::stats::Tenths;
use crate::logic::analytics::{Overview, PanelKind};
use crate::model::{Money, Reported, Tally, Timestamp, Wire};

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Out of a log.
    Text(String),
    /// Written by us: a date, a share, a label.
    Word(String),
    Integer(i64),
    /// A decimal, written already.
    Number(String),
    /// A number that is known to be too small: shown with `≥`.
    AtLeast(String),
    /// Not recorded, or nothing to say.
    Missing,
}

/// A section of a panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelTable {
    pub title: &'static str,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Value>>,
    /// Rows with a 0 in this column say nothing to somebody who reads them one by one.
    pub quiet: Option<usize>,
}

/// A panel as tables.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelTables<'a> {
    /// The name by which links and the command know it.
    pub name: &'static str,
    pub about: &'a Panel,
    /// Those without rows are left out.
    pub tables: Vec<PanelTable>,
}

impl PanelTable {
    fn new(title: &'static str, columns: &[&'static str], rows: impl IntoIterator<Item = Vec<Value>>) -> Self {
        let mut table = Self { title, columns: columns.to_vec(), rows: Vec::new(), quiet: None };
        rows.into_iter().for_each(|row| table.add(row));
        table
    }

    /// A call: `collect` would be compiled anew for each table.
    #[inline(never)]
    fn add(&mut self, row: Vec<Value>) {
        self.rows.push(row);
    }

    /// Numbers with their names.
    #[inline(never)]
    fn pairs(title: &'static str, pairs: &mut [(&str, Value)]) -> Self {
        let take = |(name, value): &mut (&str, Value)| vec![word(name), std::mem::replace(value, Value::Missing)];
        Self::new(title, &["Metric", "Value"], pairs.iter_mut().map(take))
    }

    /// How many sessions stand under each name.
    #[inline(never)]
    fn counted(title: &'static str, what: &'static str, names: &[&str], counts: &[u32]) -> Self {
        let rows = names.iter().zip(counts).map(|(name, count)| vec![word(name), int(*count)]);
        Self::new(title, &[what, "Sessions"], rows)
    }
}

/// A table as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct ShownTable {
    pub title: String,
    /// Names, and whether the column holds numbers.
    pub columns: Vec<(String, bool)>,
    /// Cells as text; empty where nothing is recorded.
    pub rows: Vec<Vec<String>>,
}

/// All tables of the panels that were asked for, as the page shows them.
pub fn shown(overview: &Overview) -> Vec<ShownTable> {
    tables(overview).iter().flat_map(|panel| &panel.tables).map(ShownTable::of).collect()
}

impl ShownTable {
    fn of(table: &PanelTable) -> Self {
        let is_number =
            |column: usize| table.rows.iter().any(|row| row.get(column).is_some_and(|value| value.is_number()));
        let columns = table.columns.iter().enumerate();
        Self {
            title: table.title.to_owned(),
            columns: columns.map(|(column, name)| ((*name).to_owned(), is_number(column))).collect(),
            rows: table.rows.iter().map(|row| row.iter().map(Value::shown).collect()).collect(),
        }
    }
}

/// The panels that were asked for, in the order of the page.
pub fn tables(overview: &Overview) -> Vec<PanelTables<'_>> {
    let all = PanelKind::ALL.into_iter().filter_map(|kind| {
        let (about, tables) = of_panel(overview, kind)?;
        let tables = tables.into_iter().filter(|table| !table.rows.is_empty()).collect();
        Some(PanelTables { name: kind.name(), about, tables })
    });
    all.collect()
}

fn of_panel(overview: &Overview, kind: PanelKind) -> Option<(&Panel, Vec<PanelTable>)> {
    macro_rules! told {
        ($field:ident, $tables:path) => {
            overview.$field.as_ref().map(|known| (&known.panel, $tables(known)))
        };
    }
    match kind {
        PanelKind::Summary => told!(summary, whole::summary),
        PanelKind::Heatmap => told!(heatmap, time::heatmap),
        PanelKind::Activity => told!(activity, time::activity),
        PanelKind::HourOfWeek => told!(hour_of_week, time::hours),
        PanelKind::Top => told!(top, whole::top),
        PanelKind::Projects => told!(projects, whole::projects),
        PanelKind::Shape => told!(shape, whole::shape),
        PanelKind::Velocity => told!(velocity, whole::velocity),
        PanelKind::Tools => told!(tools, whole::tools),
        PanelKind::Usage => told!(usage, usage::usage),
        PanelKind::Attribution => told!(attribution, usage::attribution),
        PanelKind::Dearest => told!(dearest, usage::dearest),
        PanelKind::Savings => told!(savings, usage::savings),
        PanelKind::Blocks => told!(blocks, time::blocks),
        PanelKind::Comparison => told!(comparison, usage::comparison),
        PanelKind::Concurrency => told!(concurrency, time::concurrency),
        PanelKind::Pressure => told!(pressure, telemetry::pressure),
        PanelKind::Routing => told!(routing, telemetry::routing),
        PanelKind::PostMortem => told!(post_mortem, telemetry::post_mortem),
        PanelKind::Health => told!(health, whole::health),
        PanelKind::Sessions => told!(sessions, usage::sessions),
    }
}

/// What stands behind a number.
pub fn behind(found: &Behind) -> PanelTables<'_> {
    let tables = usage::behind(found).into_iter().filter(|table| !table.rows.is_empty()).collect();
    PanelTables { name: "behind", about: &found.panel, tables }
}

/// One file of sections (token-coverage.md §7).
pub fn csv(panels: &[PanelTables<'_>]) -> String {
    let mut sheet = Sheet::default();
    for table in panels.iter().flat_map(|panel| &panel.tables) {
        sheet.section(table.title, &table.columns);
        for row in &table.rows {
            let cells: Vec<Cell<'_>> = row.iter().map(Value::cell).collect();
            sheet.row(&cells);
        }
    }
    sheet.finish()
}

/// `analytics-2026-03-01-to-2026-03-05.csv`; an open end is `all` (token-coverage.md §7).
pub fn file_name(first: Option<Day>, last: Option<Day>, extension: &str) -> String {
    let end = |day: Option<Day>| day.map_or_else(|| "all".to_owned(), Day::text);
    ["analytics-", &end(first), "-to-", &end(last), extension].concat()
}

/// An object with a key for each panel: what it says of itself, and its tables as lists of objects.
pub fn json(panels: &[PanelTables<'_>]) -> String {
    let panels: Vec<String> =
        panels.iter().map(|panel| [&quoted(panel.name), ": ", &panel_json(panel)].concat()).collect();
    ["{\n  ", &panels.join(",\n  "), "\n}"].concat()
}

fn panel_json(panel: &PanelTables<'_>) -> String {
    let about = panel.about;
    let notes: Vec<String> = about.notes.iter().map(|note| quoted(note)).collect();
    let tables: Vec<String> = panel.tables.iter().map(table_json).collect();
    let coverage = &about.coverage;
    [
        "{\n    \"scope\": ",
        &quoted(about.scope.name()),
        ", \"basis\": ",
        &quoted(about.basis.name()),
        ",\n    \"coverage\": {\"reported\": ",
        &coverage.reported.to_string(),
        ", \"eligible\": ",
        &coverage.eligible.to_string(),
        ", \"unit\": ",
        &quoted(coverage.unit.name()),
        "},\n    \"notes\": [",
        &notes.join(", "),
        "],\n    \"tables\": {",
        &tables.join(","),
        "\n    }\n  }",
    ]
    .concat()
}

fn table_json(table: &PanelTable) -> String {
    let row = |row: &Vec<Value>| {
        let pairs: Vec<String> = table
            .columns
            .iter()
            .zip(row)
            .map(|(column, value)| [&quoted(column), ": ", &value.json()].concat())
            .collect();
        ["\n        {", &pairs.join(", "), "}"].concat()
    };
    let rows: Vec<String> = table.rows.iter().map(row).collect();
    ["\n      ", &quoted(table.title), ": [", &rows.join(","), "\n      ]"].concat()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("every text is JSON")
}

impl Value {
    /// As a terminal or a page shows it; empty where nothing is recorded.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Word(text) | Self::Number(text) => text.clone(),
            Self::AtLeast(text) => ["≥ ", text].concat(),
            Self::Integer(number) => number.to_string(),
            Self::Missing => String::new(),
        }
    }

    /// Whether it is a number, which leans to the right.
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Integer(_) | Self::Number(_) | Self::AtLeast(_))
    }

    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Text(text) => Cell::Text(text),
            Self::Word(text) => Cell::Number(told_as_text(text)),
            Self::Number(text) | Self::AtLeast(text) => Cell::Number(text.clone()),
            Self::Integer(number) => Cell::Integer((*number).into()),
            Self::Missing => Cell::Missing,
        }
    }

    fn json(&self) -> String {
        match self {
            Self::Text(text) | Self::Word(text) => quoted(text),
            Self::Integer(number) => number.to_string(),
            Self::Number(text) | Self::AtLeast(text) => text.clone(),
            Self::Missing => "null".to_owned(),
        }
    }
}

/// `121+` as `121 or more`: spreadsheets read the former as a number and drop its sign.
fn told_as_text(word: &str) -> String {
    match word.strip_suffix('+') {
        Some(least) if least.bytes().all(|byte| byte.is_ascii_digit()) => [least, " or more"].concat(),
        _ => word.to_owned(),
    }
}

#[inline(never)]
fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn maybe_text(known: Option<&str>) -> Value {
    known.map_or(Value::Missing, text)
}

#[inline(never)]
fn word(text: &str) -> Value {
    Value::Word(text.to_owned())
}

/// No number here is near the end of its type.
fn int(number: impl TryInto<i64>) -> Value {
    Value::Integer(number.try_into().unwrap_or(i64::MAX))
}

#[inline(never)]
fn maybe(number: Option<u64>) -> Value {
    number.map_or(Value::Missing, int)
}

#[inline(never)]
fn tenths(number: Option<Tenths>) -> Value {
    number.map_or(Value::Missing, |number| Value::Number(number.short()))
}

/// `60%`, `33.3%`
#[inline(never)]
fn percent(number: Option<Tenths>) -> Value {
    number.map_or(Value::Missing, |number| Value::Word(number.short() + "%"))
}

fn date(day: Option<Day>) -> Value {
    day.map_or(Value::Missing, |day| Value::Word(day.text()))
}

fn time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Missing, |at| Value::Word(at.rfc3339()))
}

fn tally(tally: &Tally) -> Value {
    bounded(maybe(tally.value().get()), tally.is_lower_bound())
}

/// A number that may be larger.
#[inline(never)]
fn bounded(value: Value, is_lower_bound: bool) -> Value {
    match value {
        Value::Integer(number) if is_lower_bound => Value::AtLeast(number.to_string()),
        Value::Number(text) if is_lower_bound => Value::AtLeast(text),
        value => value,
    }
}

fn reported(number: Reported<u64>) -> Value {
    maybe(number.get())
}

/// With six decimals.
#[inline(never)]
fn money(amount: Option<Money>) -> Value {
    amount.map_or(Value::Missing, |amount| {
        let sign = if amount.pico() <= -500_000 { "-" } else { "" };
        let size = Money::from_pico(i64::try_from(amount.pico().unsigned_abs()).unwrap_or(i64::MAX));
        Value::Number([sign, &size.fixed(6)].concat())
    })
}

#[inline(never)]
fn cost(cost: &CostTally) -> Value {
    bounded(money((cost.reported > 0).then_some(cost.known)), cost.is_lower_bound())
}

/// Minutes with one decimal.
fn minutes(ms: u64) -> Value {
    tenths(Tenths::ratio(ms.into(), 60_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::analytics::{Facts, OverviewAsk, overview};
    use crate::logic::made;
    use crate::model::Zone;

    #[test]
    fn names_of_files_tell_the_range() {
        let day = |day: i32| Some(Day(day));
        assert_eq!(file_name(day(0), day(59), ".csv"), "analytics-1970-01-01-to-1970-03-01.csv");
        assert_eq!(file_name(None, day(0), ".json"), "analytics-all-to-1970-01-01.json");
    }

    #[test]
    fn labels_do_not_look_like_numbers_to_a_spreadsheet() {
        let csv = |text: &str| match word(text).cell() {
            Cell::Number(text) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(["121+", "2h+", "1-5", "33.3%"].map(csv), ["121 or more", "2h+", "1-5", "33.3%"]);
    }

    #[test]
    fn what_is_missing_is_empty_in_csv_and_null_in_json() {
        let archive = made::archive([made::session("=a", &[(None, None)])]);
        let facts = Facts::of(&archive);
        let ask = OverviewAsk {
            panels: vec![PanelKind::Summary, PanelKind::Sessions],
            ..OverviewAsk::at(Timestamp::from_ms(0))
        };
        let found = overview(&archive, &facts, &ask, &Zone::utc());
        let panels = tables(&found);
        let text = csv(&panels);
        assert!(text.starts_with("Summary\nMetric,Value\nSessions,1\nMessages,1\nOutput Tokens,\n"), "{text}");
        assert!(text.contains("\n'=a,made,,1970-01-01T00:00:01.000Z,,1,,none,,,,,,none\n"), "{text}");
        let value: serde_json::Value = serde_json::from_str(&json(&panels)).expect("JSON");
        assert_eq!(value["sessions"]["tables"]["Sessions"][0]["Output Tokens"], serde_json::Value::Null);
        assert_eq!(value["summary"]["coverage"]["eligible"], 1);
    }

    #[test]
    fn amounts_have_six_decimals_and_a_sign() {
        let text = |pico: i64| money(Some(Money::from_pico(pico))).shown();
        assert_eq!([text(-24_270_000_000), text(1_499_999), text(-499_999)], ["-0.024270", "0.000001", "0.000000"]);
        assert_eq!(text(i64::MIN), "-9223372.036854");
    }
}
