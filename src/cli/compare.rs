//! `sessionscope compare`.

use super::contents::Contents;
use super::options::{Input, Pricing};
use super::table::{Align, Table, cut, harmless};
use super::{CliError, print, session_named};
use crate::archive::Archive;
use crate::logic::change::Edit;
use crate::logic::compare::{Comparison, Step, compare, sides, step, steps};
use crate::logic::excerpt::first_line;
use crate::logic::format::{NOT_RECORDED, cost_text, count, duration_text, format_token_count, tally_text};
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
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope compare svc-1777762195 svc-1777762200 ~/logs
  sessionscope compare 5e551 6f662 ~/logs | less";

/// Columns that a step may take.
const LONGEST_STEP: usize = 90;
/// Steps of one run that are printed; of more only how many.
const MOST_STEPS: usize = 12;

pub fn run(args: &Args) -> Result<(), CliError> {
    let reading = args.input.load(&args.pricing)?;
    let archive = &reading.archive;
    let (left, right) = (session_named(archive, &args.left)?, session_named(archive, &args.right)?);
    let mut contents = Contents::default();
    let mut all = |key: &str| -> Vec<Step> {
        let calls = steps(archive, key).unwrap_or_default();
        calls.iter().map(|call| step(call, &contents.body(archive, call))).collect()
    };
    let (own, other) = (all(&left.key), all(&right.key));
    let found = compare(&own, &other);
    print(&[numbers(archive, &left.key, &right.key), words(&found, &own, &other)].concat())
}

/// The numbers of both.
fn numbers(archive: &Archive, left: &str, right: &str) -> String {
    let Some(rows) = sides(archive, left, right) else { return String::new() };
    let mut table = Table::new(&[("", Align::Left), ("A", Align::Right), ("B", Align::Right)]);
    let mut add = |name: &str, value: &dyn Fn(&SessionRow) -> String| {
        let [left, right] = rows.each_ref().map(value);
        table.row(vec![name.to_owned(), left, right]);
    };
    let some = |value: Option<String>| value.unwrap_or_else(|| NOT_RECORDED.to_owned());
    add("session", &|row| row.key.clone());
    add("title", &|row| cut(row.label(), 40));
    add("agent", &|row| row.agent_name.clone());
    add("model", &|row| some(row.models.first().cloned()));
    add("status", &|row| row.status.name().to_owned());
    add("duration", &|row| some(row.duration_ms.get().map(duration_text)));
    add("steps", &|row| row.steps().to_string());
    add("errors", &|row| row.failures().to_string());
    add("largest prompt", &|row| some(row.totals.peak_context.get().map(format_token_count)));
    add("output tokens", &|row| tally_text(&row.totals.output));
    add("cost", &|row| cost_text(&row.totals.cost));
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
                harmless(&first_line(&step.asked, LONGEST_STEP))
            ));
        }
        if let Some(more) = steps.len().checked_sub(MOST_STEPS).filter(|more| *more > 0) {
            text.push_str(&format!("{sign} … {} more\n", count(more as u64, "step")));
        }
    }
    text
}
