//! `sessionscope events`.

use super::options::{Input, Pricing};
use super::read::CHUNK;
use super::{CliError, session_named};
use crate::archive::Session;
use crate::export::events::Events;
use std::io::{self, BufWriter, Write};

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
    let only = args.session.as_deref().map(|text| session_named(archive, text)).transpose()?;
    let wanted = |session: &&Session| only.is_none_or(|only| only.key == session.key);
    let events = Events::new(archive);
    let mut out = BufWriter::with_capacity(CHUNK, io::stdout().lock());
    for session in archive.sessions().iter().filter(wanted) {
        for line in events.of_session(session) {
            serde_json::to_writer(&mut out, &line).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(out.flush()?)
}
