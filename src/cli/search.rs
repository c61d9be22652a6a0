//! `sessionscope search`.

use super::options::{Format, Pricing, Report};
use super::read::{CHUNK, each_chunk, open};
use super::table::{Align, Table, cut};
use super::{CliError, note, print};
use crate::archive::Archive;
use crate::export::search as export;
use crate::logic::format::count;
use crate::logic::search::place::{StepHit, Steps, finish, sources};
use crate::logic::search::{Asked, Needle, Scanner, Spec};
use crate::model::SourceId;
use std::ops::ControlFlow;
use std::path::Path;

/// Steps of sessions that hold a text: prompts, answers, thinking, calls and what they wrote
///
/// The text may have filter words: tool:bash, agent:codex, model:opus, project:shop, status:failed, error: (only what
/// failed), file:main.rs, tokens>20k, cost>0.5.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// What to look for, with filter words or of these alone
    #[arg(value_name = "TEXT")]
    text: String,
    #[command(flatten)]
    report: Report,
    /// Large and small letters are different ones
    #[arg(long)]
    case: bool,
    /// Only whole words
    #[arg(long)]
    word: bool,
    /// TEXT is a pattern: . [a-z] \d \w \s \b ^ $ * + ? {2,5} | (…)
    #[arg(long)]
    pattern: bool,
    /// At most so many steps
    #[arg(long, value_name = "N", default_value_t = 1000)]
    most: u32,
    #[command(flatten)]
    pricing: Pricing,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope search 'connection refused' ~/logs
  sessionscope search 'tool:bash error: cargo test' ~/logs
  sessionscope search --pattern 'E0\\d{3}' ~/logs --format json";

/// Columns that texts may take.
const LONGEST_TITLE: usize = 32;
const LONGEST_WHAT: usize = 16;
const LONGEST_TEXT: usize = 100;

pub fn run(args: &Args) -> Result<(), CliError> {
    let asked = Asked::parse(&args.text).map_err(CliError::Search)?;
    let text = if asked.text.is_empty() { &asked.file } else { &asked.text };
    let spec = Spec { text: text.clone(), has_case: args.case, is_word: args.word, is_pattern: args.pattern };
    let needle = Needle::new(&spec).map_err(|error| CliError::Search(error.to_string()))?;
    if !asked.asks_for_steps() {
        return Err(CliError::Search("there is no text to look for, and no filter that picks steps".into()));
    }
    let reading = args.report.input.load(&args.pricing)?;
    let mut hits: Vec<StepHit> = Vec::new();
    for id in sources(&reading.archive, &asked) {
        let left = args.most.saturating_sub(hits.len() as u32);
        if left == 0 {
            break;
        }
        hits.extend(in_source(&reading.archive, id, &asked, &needle, text.is_empty(), left));
    }
    hits.truncate(args.most as usize);
    match args.report.output.format {
        Format::Table => print(&table(&hits, args.most)),
        Format::Json => print(&export::json(&hits)),
        Format::Csv => print(&export::csv(&hits)),
    }
}

/// Steps of one source, at most so many; its bytes are read again.
fn in_source(
    archive: &Archive,
    id: SourceId,
    asked: &Asked,
    needle: &Needle,
    by_index: bool,
    most: u32,
) -> Vec<StepHit> {
    let Some(mut steps) = Steps::new(archive, id, asked) else { return Vec::new() };
    let path = archive.source(id).map(|source| source.meta.path.clone()).unwrap_or_default();
    if by_index {
        steps.take_all();
        return finish(archive, steps);
    }
    let mut input = match open(Path::new(&path)) {
        Ok((_, input)) => input,
        Err(failure) => {
            note(&format!("{path}: {}", failure.why));
            return Vec::new();
        }
    };
    let mut scanner = Scanner::new(needle, 0).of_text(steps.is_beside());
    let mut on_line = |hit: crate::logic::search::LineHit<'_>| {
        steps.take(needle, hit);
        if steps.count() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let mut is_over = false;
    let unread = each_chunk(&mut input, &mut vec![0; CHUNK], |chunk| {
        is_over = scanner.push(chunk, &mut on_line).is_break();
        !is_over
    });
    if !is_over {
        let _all = scanner.finish(&mut on_line);
    }
    if let Some(why) = unread {
        note(&format!("{path}: {why}"));
    }
    finish(archive, steps)
}

fn table(hits: &[StepHit], most: u32) -> String {
    let columns = [
        ("session", Align::Left),
        ("title", Align::Left),
        ("what", Align::Left),
        ("line", Align::Right),
        ("hits", Align::Right),
        ("text", Align::Left),
    ];
    let mut table = Table::new(&columns);
    for hit in hits {
        let excerpt = &hit.excerpt;
        let text = [&*excerpt.before, &excerpt.hit, &excerpt.after].concat();
        table.row(vec![
            hit.session.clone(),
            cut(&hit.title, LONGEST_TITLE),
            cut(&hit.what, LONGEST_WHAT),
            hit.line.to_string(),
            hit.count.to_string(),
            cut(text.trim(), LONGEST_TEXT),
        ]);
    }
    let total = count(hits.len() as u64, "step");
    match hits.len() as u32 {
        0 => "Nothing was found.\n".to_owned(),
        found if found >= most => format!("{}\nThe first {total}; there may be more (--most).\n", table.finish()),
        _ => format!("{}\n{total}.\n", table.finish()),
    }
}
