//! `sessionscope convert`.

use super::options::{Input, Pricing};
use super::read::{CHUNK, each_chunk, open};
use super::{CliError, note, session_named};
use crate::archive::Session;
use crate::export::convert::{Target, convert};
use crate::formats;
use crate::model::{Body, Event, SourceId};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Sessions in an open format: ATIF, Hugging Face's session trace, OpenTelemetry spans, trace events for Perfetto
///
/// What a format cannot hold is told on standard error. What was not recorded is left out, never written as 0.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// What to write: atif, hf-trace, otel, chrome-trace
    #[arg(long, value_name = "FORMAT", value_parser = target)]
    to: Target,
    /// Only this session: its id, or a part that no other id has
    #[arg(long, value_name = "SESSION")]
    session: Option<String>,
    /// Where to write: a file, or - for standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    #[command(flatten)]
    pricing: Pricing,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope convert session.jsonl --to atif > trajectory.json
  sessionscope convert ~/logs --session 1777762195 --to chrome-trace --out trace.json
  sessionscope convert ~/logs --to otel > spans.jsonl

Several sessions are written one after another, a line each where one is a document.";

fn target(word: &str) -> Result<Target, String> {
    let found = Target::ALL.into_iter().find(|target| target.name() == word);
    found.ok_or_else(|| format!("there is no such format; there are {}", Target::ALL.map(Target::name).join(", ")))
}

pub fn run(args: &Args) -> Result<(), CliError> {
    let reading = args.input.load(&args.pricing)?;
    let archive = &reading.archive;
    let only = args.session.as_deref().map(|text| session_named(archive, text)).transpose()?;
    let wanted = |session: &&Session| only.is_none_or(|only| only.key == session.key);
    let mut out: Box<dyn Write> = match args.out.as_path() {
        path if path == Path::new("-") => Box::new(BufWriter::with_capacity(CHUNK, io::stdout().lock())),
        path => Box::new(BufWriter::with_capacity(CHUNK, File::create(path)?)),
    };
    let mut contents: HashMap<SourceId, Option<Vec<u8>>> = HashMap::new();
    let mut written = 0;
    for session in archive.sessions().iter().filter(wanted) {
        let mut body = |id: SourceId, event: Event| -> Body {
            let Some(source) = archive.source(id) else { return Body::default() };
            let bytes = contents.entry(id).or_insert_with(|| content_of(&source.meta.path));
            let from = event.span.offset as usize;
            let line = bytes.as_ref().and_then(|bytes| bytes.get(from..from + event.span.len as usize));
            let format = source.format().and_then(formats::by_id);
            line.zip(format).map(|(line, format)| format.body(line, event.block)).unwrap_or_default()
        };
        for value in convert(archive, session, args.to, &mut body) {
            serde_json::to_writer(&mut out, &value).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
        // Sessions of one file stand side by side; more than a few files would fill the memory.
        contents.retain(|id, _| session.places.iter().any(|place| place.source == *id));
        written += 1;
    }
    out.flush()?;
    let sessions = if written == 1 { "1 session".to_owned() } else { format!("{written} sessions") };
    note(&format!("sessionscope: {sessions} written as {}; it does not hold {}", args.to.name(), args.to.loses()));
    Ok(())
}

/// All of a file, unpacked. Standard input cannot be read twice.
fn content_of(path: &str) -> Option<Vec<u8>> {
    let (_, mut input) = open(Path::new(path)).ok().filter(|_| path != "-")?;
    let mut whole = Vec::new();
    let unread = each_chunk(&mut input, &mut vec![0; CHUNK], |chunk| {
        whole.extend_from_slice(chunk);
        true
    });
    if let Some(why) = unread {
        note(&format!("sessionscope: {path}: {why}"));
    }
    Some(whole)
}
