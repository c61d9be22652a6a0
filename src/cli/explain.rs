//! `sessionscope explain`.

use super::options::{Format, HowToRead, Moment, Output, Pricing, Range, Scope, Times, load};
use super::overview::{self, FilterArgs};
use super::table::{Align, Table, cut, harmless};
use super::{CliError, print, session_named};
use crate::export::explain as export;
use crate::export::overview::total as export_total;
use crate::logic::analytics::{Facts, Selection};
use crate::logic::explain::name::{Measure, Place, TotalName};
use crate::logic::explain::total::{TotalAsk, total};
use crate::logic::explain::{ExplainRow, Explanation, explain_range};
use crate::logic::filter::Filter;
use crate::logic::format::{NOT_RECORDED, count};
use crate::logic::window::Grammar;
use crate::model::{Money, Reported, Tally, Timestamp, TokenSet, Zone};
use std::path::PathBuf;

/// Where a number comes from: every row behind it, and what does not count and why
///
/// Of a session: every record of its logs; those that count add up to the numbers of `sessionscope sessions`. With
/// --total: what stands behind any number of `usage`, `overview`, `coverage` and `sessions`, by the same filters.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP, after_long_help = long_help())]
pub struct Args {
    /// Its id, or a part that no other id has; none with --total
    #[arg(value_name = "SESSION", required_unless_present = "total")]
    session: Option<String>,
    /// Files of any name, folders (every .jsonl, .ndjson and .json in and below them, .gz and .zst of these too), or - for standard input
    #[arg(value_name = "PATH", required_unless_present = "total")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    how: HowToRead,
    #[command(flatten)]
    output: Output,
    /// A number of a table or a dashboard: WHERE, or WHERE:KEY=VALUE for a part of it
    ///
    /// sessions    dashboards of sessions and their sub-agents; parts: day, week, month, project, agent, model, session, tool;
    ///             source (telemetry) and choice (a router) where a log has them
    /// main        those without sub-agents and forks; parts as well: hour=0-23 (0 is Monday), and by the place of a bucket
    ///             length, duration, autonomy, archetype, grade, outcome, pressure
    /// requests    what was used, by the time of each request; parts as well: tree=SESSION with all that it started,
    ///             no-date, before (as long as the window), between=FROM..TO
    /// usage       the usage table; parts: provider-model=openai/gpt-5, model, agent, harness, project, day, week, month, session
    /// reference   the usage table as recorded; part: provider-model
    /// coverage    the coverage table; part: agent
    /// session     one session; parts: own (its own sums), tree (with all that it started), key (what --own-only says)
    #[arg(long, value_name = "WHERE", verbatim_doc_comment)]
    total: Option<String>,
    /// What of it; `sessionscope explain --help` lists all, place by place
    #[arg(long, value_name = "NAME", default_value = "cost", requires = "total")]
    metric: String,
    /// It against the same of another part: difference:model=gpt-5, change:before, or share (of the whole)
    #[arg(long, value_name = "HOW", requires = "total")]
    against: Option<String>,
    #[command(flatten)]
    times: Times,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    range: Range,
    #[command(flatten)]
    pricing: Pricing,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope explain svc-1777762195328783431 .fizeau/sessions
  sessionscope explain 1777762195 ~/logs --own-only
  sessionscope explain 1777762195 ~/logs --from 2026-05-03T18:00:00Z --to 2026-05-03T18:10:00Z
  sessionscope explain 1777762195 ~/logs --format csv > rows.csv
  sessionscope explain --total usage:model=gpt-5 --metric cost ~/logs
  sessionscope explain --total requests:model=gpt-5 --metric cost --against difference:model=gpt-5-mini ~/logs
  sessionscope explain --total sessions:project=shop --metric output --since 30d ~/logs
  sessionscope explain --total coverage:agent=claude-code --metric cost ~/logs";

/// With the names of all numbers, place by place.
fn long_help() -> String {
    const WIDE: usize = 96;
    let mut help = [AFTER_HELP, "\n\nNumbers that --metric takes:"].concat();
    for place in Place::ALL {
        let mut line = format!("\n  {:<10}", place.name());
        for name in Measure::names_in(place) {
            if line.len() + name.len() > WIDE {
                help.push_str(&line);
                line = format!("\n  {:<10}", "");
            }
            line.push(' ');
            line.push_str(name);
        }
        help.push_str(&line);
    }
    help
}

/// Columns that a model and a path may take.
const LONGEST_MODEL: usize = 28;
const LONGEST_PATH: usize = 48;

pub fn run(args: &Args) -> Result<(), CliError> {
    let Moment { zone, window } = args.times.resolve(Grammar::Ours)?;
    let selection = args.filter.selection(window, args.scope.sums());
    if let Some(where_) = &args.total {
        return explain_total(args, where_, &selection, &zone);
    }
    let own_only = selection.filter.own_only;
    if selection != (Selection { filter: Filter { own_only, ..Filter::default() }, ..Selection::default() }) {
        return Err(CliError::Total(
            "filters and --since go with --total; a part of a session is --from and --to".into(),
        ));
    }
    let reading = load(&args.paths, &args.how, &args.pricing)?;
    let session = args.session.as_deref().unwrap_or_default();
    let key = session_named(&reading.archive, session)?.key.clone();
    let Some(explanation) = explain_range(&reading.archive, &key, args.scope.sums(), args.range.window()) else {
        return Err(CliError::NoSession(format!("there is no session {key:?}")));
    };
    match args.output.format {
        Format::Table => print(&table(&explanation)),
        Format::Json => print(&export::json(&explanation)),
        Format::Csv => print(&export::csv(&explanation)),
    }
}

fn explain_total(args: &Args, of: &str, selection: &Selection, zone: &Zone) -> Result<(), CliError> {
    let mut name = TotalName::parse(of, &args.metric).map_err(CliError::Total)?;
    if let Some(against) = &args.against {
        name = name.put_against(against).map_err(CliError::Total)?;
    }
    if args.range.window().is_some() {
        return Err(CliError::Total("--from and --to are of a session; the range of a total is --since".into()));
    }
    // A total needs no session: the first word is a path, too.
    let paths: Vec<PathBuf> = args.session.iter().map(PathBuf::from).chain(args.paths.iter().cloned()).collect();
    if paths.is_empty() {
        return Err(CliError::Total("what is to be read is missing: files, folders, or - for standard input".into()));
    }
    let reading = load(&paths, &args.how, &args.pricing)?;
    let archive = &reading.archive;
    if let (Place::Session, Some(session)) = (name.place, name.row()) {
        let key = session_named(archive, session)?.key.clone();
        name = name.with_row(key);
    }
    let facts = Facts::of(archive);
    let now = args.times.now();
    let found =
        total(&TotalAsk { archive, facts: &facts, selection, zone, now, name: &name }).map_err(CliError::Total)?;
    let rows = export_total::table(archive, &facts, &found);
    match args.output.format {
        Format::Json => print(&export_total::json(&found, &rows)),
        Format::Csv => print(&export_total::csv(&rows)),
        Format::Table => {
            let sentences: Vec<_> = found.sentences.iter().map(|sentence| harmless(sentence)).collect();
            let heading = [found.name.measure.title(), &found.name.words(), ": ", &found.text()].concat();
            let table = overview::table(&rows);
            print(&format!(
                "{}\n\n{table}\n{}\n{NOT_RECORDED} not recorded, ≥ at least.\n",
                harmless(&heading),
                sentences.join("\n")
            ))
        }
    }
}

const COLUMNS: [(&str, Align); 11] = [
    ("counts", Align::Left),
    ("line", Align::Left),
    ("time", Align::Left),
    ("model", Align::Left),
    ("input", Align::Right),
    ("cache read", Align::Right),
    ("cache write", Align::Right),
    ("output", Align::Right),
    ("cost", Align::Right),
    ("cost from", Align::Left),
    ("why", Align::Left),
];

fn table(explanation: &Explanation) -> String {
    let mut table = Table::new(&COLUMNS);
    explanation.rows.iter().for_each(|row| table.row(cells(row)));
    table.row(sums(explanation));
    let title = cut(explanation.title.as_deref().unwrap_or_default(), 80);
    let heading = format!("Session {}  {title}", explanation.key);
    let formula: Vec<_> = explanation.formula.iter().map(|sentence| harmless(sentence)).collect();
    let decisions: Vec<String> =
        explanation.decisions.iter().map(|known| format!("{} {}", known.count, known.decision)).collect();
    format!(
        "{}\n\n{}\n{}\nRecords: {}.\n— not recorded, ≥ at least.\n",
        harmless(heading.trim_end()),
        table.finish(),
        formula.join("\n"),
        if decisions.is_empty() { "none".to_owned() } else { decisions.join(", ") }
    )
}

fn cells(row: &ExplainRow) -> Vec<String> {
    let number = |value: Reported<u64>| value.get().map_or_else(missing, |value| value.to_string());
    let counts = match (row.counts_tokens, row.counts_cost) {
        (true, true) => "yes",
        (true, false) => "tokens",
        (false, true) => "cost",
        (false, false) => "no",
    };
    let TokenSet { input_uncached, cache_read, cache_write, output, .. } = row.tokens;
    let path = tail(&row.line.path);
    let mut cells = vec![
        counts.to_owned(),
        if row.line.line == 0 { path } else { format!("{path}:{}", row.line.line) },
        row.at.map_or_else(missing, Timestamp::rfc3339),
        if row.model.is_empty() { missing() } else { cut(&row.model, LONGEST_MODEL) },
    ];
    cells.extend([input_uncached, cache_read, cache_write, output].map(number));
    cells.push(row.cost.get().map_or_else(missing, exact));
    cells.extend([row.basis.clone(), row.why.clone()]);
    cells
}

fn sums(explanation: &Explanation) -> Vec<String> {
    let totals = &explanation.totals;
    let number = |tally: &Tally| {
        let mark = if tally.is_lower_bound() { "≥ " } else { "" };
        tally.value().get().map_or_else(missing, |sum| format!("{mark}{sum}"))
    };
    let rows = explanation.rows.iter().filter(|row| row.counts()).count();
    let mut cells = vec!["SUM".to_owned(), count(rows as u64, "row"), String::new(), String::new()];
    cells.extend([&totals.input_uncached, &totals.cache_read, &totals.cache_write, &totals.output].map(number));
    let mark = if totals.cost.is_lower_bound() { "≥ " } else { "" };
    let known = Some(totals.cost.known).filter(|_| totals.cost.reported > 0);
    cells.push(known.map_or_else(missing, |known| format!("{mark}{}", exact(known))));
    cells.extend([totals.cost.status().to_owned(), String::new()]);
    cells
}

fn missing() -> String {
    NOT_RECORDED.to_owned()
}

/// `$0.0123`, all its digits: what is added up must be seen.
fn exact(amount: Money) -> String {
    let digits = amount.fixed(12);
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    format!("${whole}.{:0<2}", fraction.trim_end_matches('0'))
}

/// The end of a path, which tells files apart.
fn tail(path: &str) -> String {
    let length = path.chars().count();
    match length > LONGEST_PATH {
        true => format!("…{}", path.chars().skip(length - LONGEST_PATH + 1).collect::<String>()),
        false => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_all_their_digits() {
        let told = |pico: i64| exact(Money::from_pico(pico));
        assert_eq!([told(0), told(1), told(1_500_000_000_000)], ["$0.00", "$0.000000000001", "$1.50"]);
        assert_eq!(told(12_345_678_000_000), "$12.345678");
    }

    #[test]
    fn the_end_of_a_path_is_kept() {
        assert_eq!(tail("a/b.jsonl"), "a/b.jsonl");
        let long = tail(&"x/".repeat(40));
        assert!(long.starts_with('…') && long.chars().count() == LONGEST_PATH);
    }
}
