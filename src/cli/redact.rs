//! `sessionscope redact`.

use super::beside::{self, Take};
use super::find::{Failure, Rules, STDIN, find, shown};
use super::options::{Input, Pricing};
use super::read::{CHUNK, each_chunk, open, reader_of};
use super::table::{Align, Table, cut};
use super::{CliError, note, print, session_named};
use crate::lines::Line;
use crate::logic::redact::{
    Certainty, Count, Decisions, Hit, Lines, Place, Redactor, Rule, SourceLines, Stream, Survey, lines_of,
};
use crate::model::SourceMeta;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Logs without their secrets
///
/// Keys of vendors, private keys, passwords in URLs, tokens that are assigned and text that looks random become
/// [redacted:github-token#1] and the like. The same secret has the same name in the whole output. Ids by which
/// lines find each other stay, so the output opens as the logs do. Several logs are written one after another.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// Only the lines of this session, from all its logs: its id, or a part that no other id has
    #[arg(long, value_name = "SESSION")]
    session: Option<String>,
    /// Where to write: a file, or - for standard output
    #[arg(long, value_name = "FILE", default_value = STDIN)]
    out: PathBuf,
    /// Mask the names of users too, in paths to home folders and wherever else they stand
    #[arg(long)]
    mask_names: bool,
    /// Leave what this rule finds as it is; several times for several rules. `candidates` are all that are not definite
    #[arg(long, value_name = "RULE", value_parser = rules_named)]
    keep: Vec<Kept>,
    /// Leave texts out altogether
    #[arg(long, value_enum, value_name = "TEXTS", value_delimiter = ',')]
    drop: Vec<Texts>,
    /// Print what would be masked, and where, in place of the logs
    #[arg(long, conflicts_with = "out")]
    list: bool,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope redact session.jsonl > shared.jsonl
  sessionscope redact session.jsonl --list
  sessionscope redact ~/logs --session 1777762195 --out shared.jsonl
  sessionscope redact ~/logs --out shared.jsonl --mask-names --drop thinking,tool-output
  sessionscope redact session.jsonl --keep random-text --keep url-password";

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Texts {
    /// What models thought
    Thinking,
    /// What tools gave back
    ToolOutput,
    /// Images that were given to models or came back from tools
    Images,
}

/// Rules that one word names.
#[derive(Debug, Clone)]
struct Kept(Vec<Rule>);

fn rules_named(word: &str) -> Result<Kept, String> {
    let candidates = || Rule::ALL.into_iter().filter(|rule| rule.certainty() == Certainty::Candidate).collect();
    match (word, Rule::by_name(word.as_bytes())) {
        ("candidates", _) => Ok(Kept(candidates())),
        (_, Some(rule)) => Ok(Kept(vec![rule])),
        (_, None) => {
            let names: Vec<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
            Err(format!("there is no such rule; there are candidates, {}", names.join(", ")))
        }
    }
}

impl Args {
    fn decisions(&self) -> Decisions {
        Decisions {
            kept_rules: self.keep.iter().flat_map(|kept| kept.0.iter().copied()).collect(),
            masks_names: self.mask_names,
            leaves_out_thinking: self.drop.contains(&Texts::Thinking),
            leaves_out_tool_output: self.drop.contains(&Texts::ToolOutput),
            leaves_out_images: self.drop.contains(&Texts::Images),
            ..Decisions::default()
        }
    }
}

/// A log that is read twice: first for its ids, then to be written.
struct Log {
    path: String,
    content: Content,
    format: Option<&'static str>,
    /// The lines of the session that was asked for.
    only: Option<SourceLines>,
}

enum Content {
    File(PathBuf),
    /// What cannot be read twice.
    Held(Vec<u8>),
}

impl Log {
    fn survey(&self, line: &Line<'_>, survey: &mut Survey) {
        if self.only.as_ref().is_none_or(|only| only.event_at(line.span).is_some()) {
            survey.line(line.bytes);
        }
    }

    /// Hands on its bytes, unpacked; says why if it cannot go on.
    fn read(&self, mut chunk: impl FnMut(&[u8]) -> bool) -> Option<String> {
        let buffer = &mut vec![0; CHUNK];
        match &self.content {
            Content::Held(bytes) => each_chunk(&mut bytes.as_slice(), buffer, chunk),
            Content::File(path) => match open(path) {
                Ok((_, mut input)) => each_chunk(&mut input, buffer, &mut chunk),
                Err(failure) => Some(failure.why),
            },
        }
    }
}

pub fn run(args: &Args) -> Result<(), CliError> {
    let mut logs = match &args.session {
        Some(session) => logs_of(args, session)?,
        None => logs_at(args)?,
    };
    let decisions = args.decisions();
    let survey = survey(&mut logs, decisions.masks_names);
    let redactor = Redactor::new(survey, decisions);
    if args.list {
        let mut redactor = redactor.with_hits();
        write(&logs, &mut redactor, &mut |redacted| {
            redacted.clear();
            true
        });
        return print(&table(&logs, &redactor.into_hits()));
    }
    written(args, &logs, redactor)
}

/// All logs that were named.
fn logs_at(args: &Args) -> Result<Vec<Log>, CliError> {
    args.input.how.set()?;
    let found = find(&args.input.paths, Rules::Ours);
    let mut failures = found.failures;
    let mut logs = Vec::new();
    for path in &found.files {
        match log(path) {
            Ok(log) => logs.push(log),
            Err(failure) => failures.push(failure),
        }
    }
    failures.iter().for_each(|failure| note(&format!("{}: {}", failure.path, failure.why)));
    match logs.is_empty() {
        true => Err(CliError::NothingRead("there is no log to redact".to_owned())),
        false => Ok(logs),
    }
}

/// The logs of one session, in its order.
fn logs_of(args: &Args, session: &str) -> Result<Vec<Log>, CliError> {
    let reading = args.input.load(&Pricing::default())?;
    let session = session_named(&reading.archive, session)?;
    let lines = lines_of(&reading.archive, &[session]);
    let opened = lines.into_iter().filter_map(|lines| {
        let path = &reading.archive.source(lines.source)?.meta.path;
        let why = "a session is put together from files; standard input can be read only once".to_owned();
        Some(match path == STDIN {
            true => Err(CliError::NothingRead(why)),
            false => log(Path::new(path))
                .map(|log| Log { only: Some(lines), ..log })
                .map_err(|failure| CliError::NothingRead(format!("{}: {}", failure.path, failure.why))),
        })
    });
    opened.collect()
}

/// Opens a log; standard input is kept, as it can be read only once.
fn log(path: &Path) -> Result<Log, Failure> {
    let (SourceMeta { path: name, .. }, mut input) = open(path)?;
    let content = match path == Path::new(STDIN) {
        false => Content::File(path.to_owned()),
        true => {
            let mut held = Vec::new();
            input.read_to_end(&mut held).map_err(|error| Failure::new(path, &error))?;
            Content::Held(held)
        }
    };
    Ok(Log { path: name, content, format: None, only: None })
}

/// Several logs that are redacted as one output, a log at a time.
pub struct Redaction {
    logs: Vec<Log>,
    paths: Vec<PathBuf>,
    redactor: Redactor,
}

impl Redaction {
    /// Reads all of them for their ids. Those that cannot be opened are told.
    pub fn of(files: &[PathBuf], masks_names: bool) -> Self {
        let (mut logs, mut paths) = (Vec::new(), Vec::new());
        for file in files {
            match log(file) {
                Ok(log) => {
                    logs.push(log);
                    paths.push(file.clone());
                }
                Err(failure) => note(&format!("{}: {}", failure.path, failure.why)),
            }
        }
        let redactor = Redactor::new(survey(&mut logs, masks_names), Decisions { masks_names, ..Decisions::default() });
        Self { logs, paths, redactor }
    }

    pub fn len(&self) -> usize {
        self.logs.len()
    }

    /// The file of a log.
    pub fn path(&self, number: usize) -> &Path {
        &self.paths[number]
    }

    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    pub fn redactor_mut(&mut self) -> &mut Redactor {
        &mut self.redactor
    }

    /// A text of ours, such as a path, masked as it would be in a log.
    pub fn masked_text(&mut self, text: &str) -> String {
        self.redactor.format(None);
        let line = serde_json::json!({ "path": text }).to_string();
        let mut masked = Vec::new();
        self.redactor.line(line.as_bytes(), Place { source: 0, line: 0, event: None }, &mut masked);
        let value: serde_json::Value = serde_json::from_slice(&masked).unwrap_or_default();
        value["path"].as_str().unwrap_or("log").to_owned()
    }

    /// Hands on a log, redacted, until no more is wanted; says why it could not be read to its end.
    pub fn read(&mut self, number: usize, chunk: &mut dyn FnMut(&[u8]) -> bool) -> Option<String> {
        let Self { logs, redactor, .. } = self;
        let log = &logs[number];
        redactor.format(log.format);
        let mut stream = Stream::new(number as u32, None);
        let mut redacted = Vec::new();
        let mut is_wanted = true;
        let unread = log.read(|bytes| {
            redacted.clear();
            stream.push(bytes, redactor, &mut redacted);
            is_wanted = chunk(&redacted);
            is_wanted
        });
        redacted.clear();
        let lines = stream.finish(redactor, &mut redacted);
        if is_wanted {
            chunk(&redacted);
        }
        if lines > 0 {
            note(&format!("{}: {lines} lines are too long to be read; left out", log.path));
        }
        unread
    }
}

/// The first pass over all logs: formats, ids, names.
fn survey(logs: &mut [Log], masks_names: bool) -> Survey {
    let mut survey = Survey::new(masks_names);
    for log in logs {
        let mut reader = reader_of(SourceMeta { path: log.path.clone(), size: None });
        let mut format = None;
        // What a log is, its beginning tells; if it is short, its end.
        let _told_later = log.read(|chunk| {
            reader.push(chunk);
            format = reader.format();
            format.is_none() && reader.wants_more()
        });
        log.format = format.or_else(|| reader.finish(None).format());
        survey.format(log.format);
        let mut lines = Lines::default();
        let _told_later = log.read(|chunk| {
            lines.push(chunk, &mut |line| log.survey(line, &mut survey));
            true
        });
        lines.finish(&mut |line| log.survey(line, &mut survey));
    }
    survey
}

/// The second pass: everything, redacted, until no more of it can be taken.
fn write(logs: &[Log], redactor: &mut Redactor, take: Take<'_>) {
    let mut redacted = Vec::new();
    for (number, log) in logs.iter().enumerate() {
        redactor.format(log.format);
        let mut stream = Stream::new(number as u32, log.only.as_ref());
        let mut is_wanted = true;
        let unread = log.read(|chunk| {
            stream.push(chunk, redactor, &mut redacted);
            is_wanted = take(&mut redacted);
            is_wanted
        });
        if !is_wanted {
            return;
        }
        let lines = stream.finish(redactor, &mut redacted);
        // The next log begins with a line of its own.
        if number + 1 < logs.len() && !redacted.ends_with(b"\n") && !redacted.is_empty() {
            redacted.push(b'\n');
        }
        take(&mut redacted);
        if lines > 0 {
            note(&format!("{}: {lines} lines are too long to be read; left out", log.path));
        }
        if let Some(why) = unread {
            note(&format!("{}: {why}; what came before is written", log.path));
        }
    }
}

fn written(args: &Args, logs: &[Log], mut redactor: Redactor) -> Result<(), CliError> {
    let redacted = |take: Take<'_>| write(logs, &mut redactor, take);
    if args.out == Path::new(STDIN) {
        beside::write(|| io::stdout().lock(), redacted)?;
    } else {
        let real = |path: &Path| fs::canonicalize(path).ok();
        let is_input = |log: &Log| matches!(&log.content, Content::File(path) if real(path) == real(&args.out));
        if real(&args.out).is_some() && logs.iter().any(is_input) {
            let why = format!("{} is one of the logs; write to another file", shown(&args.out));
            return Err(io::Error::other(why).into());
        }
        let file = File::create(&args.out)?;
        beside::write(|| file, redacted)?;
    }
    tell(&redactor);
    Ok(())
}

/// What was done, on standard error.
pub fn tell(redactor: &Redactor) {
    let words = |of: fn(u32, u32) -> u32| {
        let named = |(rule, count): (Rule, Count)| {
            Some(of(count.masked, count.kept)).filter(|n| *n > 0).map(|n| format!("{n} {}", rule.name()))
        };
        redactor.counts().filter_map(named).collect::<Vec<_>>().join(", ")
    };
    let (masked, kept) = (words(|masked, _| masked), words(|_, kept| kept));
    note(&format!("masked: {}", if masked.is_empty() { "nothing" } else { &masked }));
    if !kept.is_empty() {
        note(&format!("kept: {kept}"));
    }
    if redactor.lines_left_out() > 0 {
        note(&format!(
            "{} lines are no whole JSON and may hold what was to be dropped: left out",
            redactor.lines_left_out()
        ));
    }
}

/// Context in the list, in columns.
const CONTEXT: usize = 30;

fn table(logs: &[Log], hits: &[Hit]) -> String {
    let mut table =
        Table::new(&[("sure", Align::Left), ("where", Align::Left), ("becomes", Align::Left), ("text", Align::Left)]);
    for hit in hits {
        let path = logs.get(hit.place.source as usize).map_or("", |log| &log.path);
        let before: String = hit.before.chars().rev().take(CONTEXT).collect();
        let before: String = before.chars().rev().collect();
        let what = if hit.is_kept { "kept" } else { &hit.token };
        table.row(vec![
            hit.rule.certainty().name().to_owned(),
            format!("{path}:{}", hit.place.line),
            what.to_owned(),
            format!("{before}{}{}", hit.token, cut(&hit.after, CONTEXT)),
        ]);
    }
    let places = |count: usize| if count == 1 { "1 place".to_owned() } else { format!("{count} places") };
    let kept = hits.iter().filter(|hit| hit.is_kept).count();
    format!("{}\n{} to mask, {} kept.\n", table.finish(), places(hits.len() - kept), places(kept))
}
