//! `sessionscope events`.

use super::options::{Input, Pricing, Range};
use super::read::{CHUNK, each_chunk, open};
use super::{CliError, session_named};
use crate::archive::{Archive, Session};
use crate::export::codetether_events::{FORMAT, canonical_line};
use crate::export::events::{Events, Line};
use crate::formats::terms::stem;
use crate::lines::LineSplitter;
use crate::model::Timestamp;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Every event of every session, one JSON object a line
///
/// The same shape for all agents, with the usage records of each line, what they count and why. docs/events.md
/// describes each key. What was not recorded is null, never 0.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// Only this session: its id, or a part that no other id has
    #[arg(long, value_name = "SESSION")]
    session: Option<String>,
    /// CodeTether's session events alone, each in one form whatever form the log has: time, session, type, data
    #[arg(long, conflicts_with_all = ["session", "from", "to"])]
    canonical: bool,
    #[command(flatten)]
    range: Range,
    #[command(flatten)]
    pricing: Pricing,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope events ~/logs > events.ndjson
  sessionscope events ~/logs --session 1777762195 | jq 'select(.kind == \"tool-call\") | .name'
  sessionscope events ~/logs | jq '.usage[] | select(.counts_tokens) | .tokens.output' | jq -s add";

pub fn run(args: &Args) -> Result<(), CliError> {
    let reading = args.input.load(&args.pricing)?;
    let archive = &reading.archive;
    if args.canonical {
        return canonical(archive);
    }
    let only = args.session.as_deref().map(|text| session_named(archive, text)).transpose()?;
    let wanted = |session: &&Session| only.is_none_or(|only| only.key == session.key);
    let range = args.range.window();
    let is_in_range = |line: &Line| {
        let at = || line.time.as_deref().and_then(Timestamp::parse);
        range.is_none_or(|range| range.contains(at()))
    };
    let events = Events::new(archive);
    let mut out = BufWriter::with_capacity(CHUNK, io::stdout().lock());
    for session in archive.sessions().iter().filter(wanted) {
        for line in events.of_session(session).filter(is_in_range) {
            serde_json::to_writer(&mut out, &line).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(out.flush()?)
}

/// The events of all such logs that count, log after log. What is no event is left out.
fn canonical(archive: &Archive) -> Result<(), CliError> {
    let mut out = BufWriter::with_capacity(CHUNK, io::stdout().lock());
    let mut failed = None;
    for (id, source) in archive.sources() {
        if source.format() != Some(FORMAT) || archive.original_of(id).is_some() {
            continue;
        }
        let Ok((meta, mut input)) = open(Path::new(&source.meta.path)) else { continue };
        let mut print = |line: &[u8]| {
            let event = canonical_line(line, stem(meta.name()));
            failed = event.and_then(|event| writeln!(out, "{event}").err()).or(failed.take());
        };
        let mut splitter = LineSplitter::default();
        let _unread = each_chunk(&mut input, &mut vec![0; CHUNK], |chunk| {
            splitter.push(chunk, |line| print(line.bytes));
            true
        });
        splitter.finish(|line| print(line.bytes));
        if let Some(error) = failed.take() {
            return Err(error.into());
        }
    }
    Ok(out.flush()?)
}
