//! `sessionscope compare`.

use super::contents::Contents;
use super::options::{Input, Pricing};
use super::table::{Align, Table, cut, harmless};
use super::{CliError, print, session_named};
use crate::export::compare as export;
use crate::logic::change::Edit;
use crate::logic::compare::{Comparison, Reader, Side, Step, compare, measures, steps};
use crate::logic::excerpt::first_line;
use crate::logic::format::{NOT_RECORDED, count};
use crate::logic::sessions::SessionRow;

/// Two sessions side by side: common steps, where they part, other numbers
///
/// Steps are prompts and calls of tools; two are the same when tool and input are.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// A session: its id, or a part that no other id has
    #[arg(value_name = "A")]
    left: String,
    /// The one to compare with
    #[arg(value_name = "B")]
    right: String,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    pricing: Pricing,
    /// How the comparison is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Form,
}

/// A comparison has no rows that CSV could hold.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Form {
    Table,
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope compare svc-1777762195 svc-1777762200 ~/logs
  sessionscope compare 5e551 6f662 ~/logs | less
  sessionscope compare 5e551 6f662 ~/logs --format json";

/// Columns that a step may take.
const LONGEST_STEP: usize = 90;
/// Steps of one run that are printed; of more only how many.
const MOST_STEPS: usize = 12;

pub fn run(args: &Args) -> Result<(), CliError> {
    let reading = args.input.load(&args.pricing)?;
    let archive = &reading.archive;
    let (left, right) = (session_named(archive, &args.left)?, session_named(archive, &args.right)?);
    let mut contents = Contents::default();
    let mut side = |key: &str| {
        let mut reader = Reader::default();
        for call in steps(archive, key).unwrap_or_default() {
            reader.add(&call, &contents.body(archive, &call));
        }
        reader.finish(archive, key)
    };
    let (Some(own), Some(other)) = (side(&left.key), side(&right.key)) else { return Ok(()) };
    let found = compare(&own.steps, &other.steps);
    match args.format {
        Form::Json => print(&export::json(&found, &own, &other)),
        Form::Table => print(&[numbers(&own, &other), words(&found, &own.steps, &other.steps)].concat()),
    }
}

/// The numbers of both.
fn numbers(left: &Side, right: &Side) -> String {
    let mut table = Table::new(&[("", Align::Left), ("A", Align::Right), ("B", Align::Right), ("B − A", Align::Right)]);
    let mut add = |name: &str, value: &dyn Fn(&SessionRow) -> String| {
        table.row(vec![name.to_owned(), value(&left.row), value(&right.row), String::new()]);
    };
    add("session", &|row| row.key.clone());
    add("title", &|row| cut(row.label(), 40));
    add("agent", &|row| row.agent_name.clone());
    add("model", &|row| row.models.first().cloned().unwrap_or_else(|| NOT_RECORDED.to_owned()));
    add("status", &|row| row.status.name().to_owned());
    for ((name, unit, from), (_, _, to)) in measures(left).into_iter().zip(measures(right)) {
        table.row(vec![name.to_owned(), from.text(unit), to.text(unit), unit.difference(from, to).text]);
    }
    table.finish()
}

fn words(found: &Comparison, left: &[Step], right: &[Step]) -> String {
    let mut text = format!(
        "\n{} in both, {} only in A, {} only in B.\n",
        count(found.same as u64, "step"),
        left.len() - found.same,
        right.len() - found.same,
    );
    match found.parts_at {
        None => text.push_str("They never part.\n"),
        Some((a, b)) => text.push_str(&format!("They part at step {} of A and {} of B.\n", a + 1, b + 1)),
    }
    for (tool, own, other) in &found.tools {
        text.push_str(&format!("{}: {} in A, {other} in B\n", harmless(tool), count(*own as u64, "call")));
    }
    text.push('\n');
    for run in &found.runs {
        let (sign, steps) = match run.edit {
            Edit::Same => (' ', left.get(run.old.clone())),
            Edit::Gone => ('-', left.get(run.old.clone())),
            Edit::New => ('+', right.get(run.new.clone())),
        };
        let steps = steps.unwrap_or_default();
        for step in steps.iter().take(MOST_STEPS) {
            let tool = if step.tool.is_empty() { "prompt" } else { &step.tool };
            let mark = if step.has_failed { " (failed)" } else { "" };
            text.push_str(&format!(
                "{sign} {}{mark} {}\n",
                harmless(tool),
                harmless(&first_line(&step.words, LONGEST_STEP))
            ));
        }
        if let Some(more) = steps.len().checked_sub(MOST_STEPS).filter(|more| *more > 0) {
            text.push_str(&format!("{sign} … {} more\n", count(more as u64, "step")));
        }
    }
    text
}
