//! `sessionscope sessions`.

use super::options::{Choice, Format, Moment, Pricing, Report, Scope, Times};
use super::table::{Align, Table, clock, cut};
use super::{CliError, note, print};
use crate::archive::Totals;
use crate::export::sessions as export;
use crate::logic::analytics::Facts;
use crate::logic::analytics::passing::passing;
use crate::logic::format::{NOT_RECORDED, cost_text, count, duration_text, format_token_count, tally_text};
use crate::logic::session::ONLY_ZEROS;
use crate::logic::session_list::{self, Probes};
use crate::logic::sessions::{Order, SessionRow, Sums, rows};
use crate::logic::window::Grammar;
use crate::model::{Status, Zone};
use std::sync::Arc;

/// One line a session: status, start, title, model, tokens, cost
///
/// Tokens and cost of a session hold those of its sub-agents and forks, which have rows of their own too: do not add
/// rows up, or ask for --own-only.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    times: Times,
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    pricing: Pricing,
    #[command(flatten)]
    choice: Choice,
    /// List sessions too in which only /usage was asked
    #[arg(long)]
    probes: bool,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope sessions ~/logs
  sessionscope sessions ~/logs --since today --tz America/New_York
  sessionscope sessions ~/logs --format json | jq '.[] | select(.status == \"failed\") | .id'";

/// Columns that a title and a model may take.
const LONGEST_TITLE: usize = 48;
const LONGEST_MODEL: usize = 28;

pub fn run(args: &Args) -> Result<(), CliError> {
    let Moment { zone, window } = args.times.resolve(Grammar::Ours)?;
    let reading = args.report.input.load(&args.pricing)?;
    let all = rows(&reading.archive);
    let without_time = all.iter().filter(|row| row.started.is_none()).count();
    if window.is_some() && without_time > 0 {
        note(&format!("{} without a start time, in no window", count(without_time as u64, "session")));
    }
    let filter = args.choice.filter(window, Sums::Tree);
    let passing = passing(&reading.archive, &Facts::of(&reading.archive), &filter, &zone);
    let mut rows: Vec<SessionRow> =
        all.into_iter().zip(passing).filter(|(_, passes)| *passes).map(|(row, _)| row).collect();
    let probes = rows.iter().filter(|row| row.is_probe).count() as u64;
    if probes > 0 && !args.probes {
        rows.retain(|row| !row.is_probe);
        note(&format!("{} left out, where only /usage was asked; --probes lists them", count(probes, "session")));
    }
    let sums = args.scope.sums();
    match args.report.output.format {
        Format::Table => print(&table(rows, sums, &zone)),
        Format::Json => print(&export::json(&rows, sums)),
        Format::Csv => print(&export::csv(&rows, sums)),
    }
}

fn table(rows: Vec<SessionRow>, sums: Sums, zone: &Zone) -> String {
    let columns = [
        ("status", Align::Left),
        ("start", Align::Left),
        ("title", Align::Left),
        ("agent", Align::Left),
        ("model", Align::Left),
        ("duration", Align::Right),
        ("steps", Align::Right),
        ("tokens", Align::Left),
        ("cost", Align::Right),
    ];
    let mut table = Table::new(&columns);
    let total = rows.len();
    let recorded = rows.iter().filter(|row| sums.of(row).output.reported > 0).count();
    let rows: Vec<_> = rows.into_iter().map(Arc::new).collect();
    let listed = session_list::list(&rows, &|_| true, Order::default(), Probes::Listed, &|_| true);
    for row in &listed.rows {
        table.row(cells(&row.session, row.level, sums, zone));
    }
    let sessions = count(total as u64, "session");
    let recorded = format!("output tokens recorded by {recorded} of {total}");
    let scope = match sums {
        Sums::Tree => "Tokens and cost of a session hold those of its sub-agents and forks (--own-only: without).",
        Sums::Own => "Tokens and cost of a session are its own, without its sub-agents and forks.",
    };
    let key = "ctx is the largest prompt of one model call. — not recorded, ≥ at least.";
    format!("{}\n{sessions}; {recorded}.\n{scope}\n{key}\nTimes: {}.\n", table.finish(), zone.name)
}

fn cells(row: &SessionRow, level: u32, sums: Sums, zone: &Zone) -> Vec<String> {
    let missing = || NOT_RECORDED.to_owned();
    let status = match (row.status, row.status_word.as_str()) {
        (Status::Unknown, word) if !word.is_empty() => cut(word, 16),
        (status, _) => status.name().to_owned(),
    };
    let mark = if level > 0 { format!("{}↳ ", "  ".repeat(level as usize - 1)) } else { String::new() };
    let agent = match row.harness.as_deref() {
        Some(harness) => format!("{} ({harness})", row.agent_name),
        None => row.agent_name.clone(),
    };
    let model = match row.models.as_slice() {
        [] => missing(),
        [model] => cut(model, LONGEST_MODEL),
        [model, others @ ..] => format!("{} +{}", cut(model, LONGEST_MODEL), others.len()),
    };
    vec![
        status,
        row.started.map_or_else(missing, |at| clock(at, zone)),
        format!("{mark}{}", cut(row.label(), LONGEST_TITLE)),
        agent,
        model,
        row.duration_ms.get().map_or_else(missing, duration_text),
        row.steps().to_string(),
        tokens(sums.of(row)),
        cost_text(&sums.of(row).cost),
    ]
}

/// `2.4k ctx / ≥ 180 out`; `no token data` where neither is recorded (token-coverage.md §4).
fn tokens(totals: &Totals) -> String {
    if totals.has_only_zeros() {
        return ONLY_ZEROS.to_owned();
    }
    let Some(context) = totals.peak_context.get() else {
        return match totals.output.reported {
            0 => "no token data".to_owned(),
            _ => format!("{NOT_RECORDED} ctx / {} out", tally_text(&totals.output)),
        };
    };
    let coverage = &totals.coverage;
    let may_be_more = coverage.with_context < coverage.eligible || coverage.partial > 0;
    let mark = if may_be_more { "≥ " } else { "" };
    format!("{mark}{} ctx / {} out", format_token_count(context), tally_text(&totals.output))
}
