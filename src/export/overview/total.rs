//! What stands behind a total: for the page a stretch of rows in words, for files and the command all of them.

use super::{PanelTable, Sheet, Value, int, quoted, table_json, text, time, word};
use crate::archive::{Archive, Session};
use crate::logic::analytics::Facts;
use crate::logic::dates;
use crate::logic::explain::measure::{Made, Unit};
use crate::logic::explain::name::{Against, TotalName};
use crate::logic::explain::total::{Portion, Total, TotalRow, portion_text};
use crate::logic::format::{NOT_RECORDED, grouped};
use crate::logic::records::{LineName, line_of};
use crate::logic::session::keyed_events;
use crate::model::{Map, Money, SourceId, Timestamp, Wire, Zone, sorted};

/// A total as the page shows it.
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct TotalView {
    pub title: String,
    pub number: String,
    pub sentences: Vec<String>,
    /// Rows in all, and which of them stands first here.
    pub count: u32,
    pub from: u32,
    pub rows: Vec<TotalLine>,
}

/// A row, its cells in the order of [`HEADINGS`].
#[derive(Debug, Clone, PartialEq, Wire)]
pub struct TotalLine {
    /// The key of its session.
    pub session: String,
    /// The key of its step there.
    pub step: Option<String>,
    pub cells: Vec<String>,
    /// It does not count.
    pub is_out: bool,
}

/// The columns of the page.
pub const HEADINGS: [&str; 6] = ["Session", "Adds", "Line", "Time", "Model or agent", "Note"];

/// What a row is about.
struct About<'a> {
    session: &'a Session,
    line: Option<LineName>,
    at: Option<Timestamp>,
    model: &'a str,
}

fn about<'a>(archive: &'a Archive, facts: &Facts, row: &TotalRow) -> Option<About<'a>> {
    let session = archive.sessions().get(row.session as usize)?;
    let entry = row.entry.filter(|_| row.is_request).and_then(|number| archive.entries().get(number as usize));
    let line = row.line.clone().or_else(|| entry.map(|entry| line_of(archive, entry.record)));
    let at = match row.is_request {
        true => entry.and_then(|entry| entry.at).or(row.at),
        false => row.at.or_else(|| facts.sessions.get(row.session as usize)?.started),
    };
    let model = entry.map_or("", |entry| archive.model_of(entry.record));
    Some(About { session, line, at, model })
}

/// Rows that the page gets at once.
const PORTION: usize = 400;

/// The rows from one on, as the page shows them.
pub fn view(archive: &Archive, facts: &Facts, total: &Total, zone: &Zone, now: Timestamp, from: u32) -> TotalView {
    let from = total.rows.len().min(from as usize);
    let rows = total.rows.get(from..total.rows.len().min(from + PORTION)).unwrap_or_default();
    let steps = steps(archive, rows);
    let line = |(row, step): (&TotalRow, Option<String>)| {
        let found = about(archive, facts, row)?;
        let title = found.session.part.title.as_deref().unwrap_or(&found.session.part.id);
        let place = found.line.map_or_else(String::new, |line| match line.line {
            0 => String::new(),
            number => ["line ", &number.to_string()].concat(),
        });
        let model = if row.is_request { row.model.as_deref().unwrap_or(found.model) } else { found.session.format };
        let at = found.at.map_or_else(String::new, |at| dates::short(at, now, zone));
        let cells = vec![title.to_owned(), adds(row, &total.name), place, at, model.to_owned(), note(row)];
        Some(TotalLine { session: found.session.key.clone(), step, cells, is_out: row.is_out })
    };
    TotalView {
        title: title(&total.name),
        number: total.text(),
        sentences: total.sentences.clone(),
        count: total.rows.len() as u32,
        from: from as u32,
        rows: rows.iter().zip(steps).filter_map(line).collect(),
    }
}

/// `Cost, model gpt-5`
fn title(name: &TotalName) -> String {
    [name.measure.title(), &name.words()].concat()
}

/// `1,200`, `3 of 5`
fn adds(row: &TotalRow, name: &TotalName) -> String {
    let amount = portion_text(&row.portion, name.measure);
    let Portion { whole, reported, .. } = row.portion;
    match (&name.against, name.measure.made()) {
        (Some((Against::Share, _)), _) if reported > 0 => {
            [&amount, " of ", &portion_text(&Portion::of(whole), name.measure)].concat()
        }
        (_, Made::Share | Made::PerSecond | Made::PerMinute) => {
            [&amount, " of ", &grouped(u64::try_from(whole).unwrap_or(0))].concat()
        }
        _ => amount,
    }
}

/// Its own words, the name that is counted, and how much of it is recorded.
fn note(row: &TotalRow) -> String {
    let Portion { reported, eligible, partial, .. } = row.portion;
    let mut parts = Vec::new();
    parts.extend([&row.group, &row.note].into_iter().filter(|words| !words.is_empty()).cloned());
    if eligible > 1 {
        parts.push(["recorded for ", &reported.to_string(), " of ", &eligible.to_string()].concat());
    }
    if partial > 0 {
        parts.push("known to be too small".to_owned());
    }
    if reported == 0 && eligible == 1 && row.note.is_empty() {
        parts.push("not recorded".to_owned());
    }
    parts.join("; ")
}

/// The keys of the steps of rows.
fn steps(archive: &Archive, rows: &[TotalRow]) -> Vec<Option<String>> {
    let event = |row: &TotalRow| {
        let entry = archive.entries().get(row.entry? as usize)?;
        Some((row.session, entry.at_place.source, entry.event))
    };
    let mut wanted: Map<(u32, SourceId, u32), Option<String>> =
        rows.iter().filter_map(|row| Some((event(row)?, None))).collect();
    let mut sessions = sorted(wanted.keys().map(|(session, ..)| *session).collect::<Vec<u32>>(), Ord::cmp);
    sessions.dedup();
    for number in sessions {
        let Some(session) = archive.sessions().get(number as usize) else { continue };
        for (found, key) in keyed_events(archive, session) {
            if let Some(known) = wanted.get_mut(&(number, found.id, found.index)) {
                *known = Some(key);
            }
        }
    }
    let step = |row: &TotalRow| row.step.clone().or_else(|| wanted.get(&event(row)?)?.clone());
    rows.iter().map(step).collect()
}

const COLUMNS: [&str; 15] = [
    "Session",
    "Title",
    "Agent",
    "Project",
    "Path",
    "Line",
    "Step",
    "Time",
    "Model",
    "Amount",
    "Of",
    "Recorded",
    "Eligible",
    "Too Small",
    "Counts",
];

/// All rows as a table, the last column saying why.
pub fn table(archive: &Archive, facts: &Facts, total: &Total) -> PanelTable {
    let unit = total.name.measure.unit();
    let is_share = matches!(total.name.against, Some((Against::Share, _)));
    let has_whole = is_share || total.name.measure.made() != Made::Sum;
    let steps = steps(archive, &total.rows);
    let rows = total.rows.iter().zip(steps).filter_map(|(row, step)| {
        let found = about(archive, facts, row)?;
        let part = &found.session.part;
        let maybe = |words: Option<&str>| words.filter(|words| !words.is_empty()).map_or(Value::Missing, text);
        let Portion { amount, whole, reported, eligible, partial } = row.portion;
        let is_empty = reported == 0 && eligible > 0;
        Some(vec![
            text(&found.session.key),
            maybe(part.title.as_deref()),
            text(found.session.format),
            maybe(part.project.as_deref()),
            maybe(found.line.as_ref().map(|line| line.path.as_str())),
            found.line.as_ref().filter(|line| line.line > 0).map_or(Value::Missing, |line| int(line.line)),
            maybe(step.as_deref()),
            time(found.at),
            maybe(row.model.as_deref().or(Some(found.model).filter(|_| row.is_request))),
            if is_empty { Value::Missing } else { exact(amount, unit) },
            if has_whole { int(whole) } else { Value::Missing },
            int(reported),
            int(eligible),
            int(partial),
            word(if row.is_out { "no" } else { "yes" }),
            maybe(Some(&[row.group.as_str(), row.note.as_str()].join(" "))),
        ])
    });
    PanelTable::new(total.name.measure.title(), &[&COLUMNS[..], &["Note"]].concat(), rows)
}

/// All digits: what is added up must be seen.
fn exact(amount: i128, unit: Unit) -> Value {
    match unit {
        Unit::Money => {
            let sign = if amount < 0 { "-" } else { "" };
            let size = i64::try_from(amount.unsigned_abs()).unwrap_or(i64::MAX);
            Value::Number([sign, &Money::from_pico(size).fixed(12)].concat())
        }
        _ => int(amount),
    }
}

/// One section, its title the measure.
pub fn csv(table: &PanelTable) -> String {
    let mut sheet = Sheet::default();
    sheet.header(&table.columns);
    for row in &table.rows {
        let cells: Vec<_> = row.iter().map(Value::cell).collect();
        sheet.row(&cells);
    }
    sheet.finish()
}

/// The number, what is said of it, and its rows.
pub fn json(total: &Total, table: &PanelTable) -> String {
    let Portion { amount, whole, reported, eligible, partial } = total.sum;
    let sentences: Vec<String> = total.sentences.iter().map(|sentence| quoted(sentence)).collect();
    let number = total.text();
    let number = if number == NOT_RECORDED { "null".to_owned() } else { quoted(&number) };
    let amount = if reported == 0 && eligible > 0 { Value::Missing } else { exact(amount, total.name.measure.unit()) };
    let fields = [
        ("title", quoted(&title(&total.name))),
        ("number", number),
        ("amount", amount.json()),
        ("of", whole.to_string()),
        ("recorded", reported.to_string()),
        ("eligible", eligible.to_string()),
        ("too_small", partial.to_string()),
        ("is_lower_bound", (total.sides.is_none() && total.sum.is_lower_bound()).to_string()),
        ("sentences", ["[", &sentences.join(", "), "]"].concat()),
    ];
    let told: Vec<String> = fields.iter().map(|(name, value)| ["  ", &quoted(name), ": ", value].concat()).collect();
    ["{\n", &told.join(",\n"), ",", &table_json(table).replacen(&quoted(table.title), "\"rows\"", 1), "\n}"].concat()
}
