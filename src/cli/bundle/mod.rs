//! `bundle`: a team dashboard as a folder for any static host (PRODUCT §7 "Team dashboard", docs/bundle.md).

mod logs;
mod masks;
mod names;
mod site;
mod stored;

pub use names::Names;
pub use site::{Head, Listed, Page, packed, with_archive};

use super::find::{Rules, find, shown};
use super::options::HowToRead;
use super::redact::{self, Redaction};
use super::{CliError, note};
use crate::bundle::keys::Key;
use crate::bundle::{Log, Manifest};
use crate::formats::mapping;
use crate::model::SourceIndex;
use logs::Packer;
use std::path::{Path, PathBuf};
use std::thread;
use stored::Stored;

/// A dashboard of logs as a folder for any web host
///
/// Writes the page, what is in the logs as an index, and the logs themselves, packed. The page shows every dashboard
/// from the index alone; it fetches a log when somebody opens its session. No server is needed but one for files.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// Logs, or folders of them
    #[arg(value_name = "LOGS", required = true)]
    paths: Vec<PathBuf>,
    /// The folder to write
    #[arg(long, value_name = "SITE")]
    out: PathBuf,
    /// Add to the bundle that is there, and leave the rest of it alone
    #[arg(long, conflicts_with = "force")]
    append: bool,
    /// Mask secrets in everything that is written, as `sessionscope redact` does
    #[arg(long)]
    redact: bool,
    /// Mask the names of users too
    #[arg(long, requires = "redact")]
    mask_names: bool,
    /// Leave the logs out: dashboards only, no session can be read
    #[arg(long)]
    no_logs: bool,
    #[command(flatten)]
    how: HowToRead,
    /// What the dashboard is called
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Ask search engines to stay away
    #[arg(long)]
    robots: bool,
    /// Write into a folder that is not empty
    #[arg(long)]
    force: bool,
    /// The folder of the built page; without it the page that the command carries
    #[arg(long, value_name = "DIR")]
    page: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope bundle ~/logs --out site --redact
  sessionscope bundle ~/logs --out site --redact --mask-names --title 'Team A' --robots
  sessionscope bundle ~/logs/today --out site --append --redact
  python3 -m http.server --directory site";

/// A source of a bundle, and where its log is.
pub struct Bundled {
    pub index: SourceIndex,
    pub log: Log,
    pub key: Key,
}

pub fn run(args: &Args) -> Result<(), CliError> {
    refuse(args)?;
    args.how.set()?;
    let page = match args.append {
        true => None,
        false => Some(Page::find(args.page.as_deref())?),
    };
    let known = if args.append { stored::manifest(&args.out)? } else { Manifest::default() };
    if known.is_redacted && !args.redact {
        return Err(wrong("the bundle was made with --redact; add to it with --redact too"));
    }
    // What is there is read while the new logs are packed: here, since the first thread gets memory quicker than others.
    let (stored, taken) = thread::scope(|scope| {
        let taken = scope.spawn(|| take_in(args, &known));
        let stored = match args.append {
            true => stored::read(&args.out, &known),
            false => Ok(Stored::default()),
        };
        (stored, taken.join().expect("reading does not panic"))
    });
    let Taken { added, foreign, masks } = taken?;
    let count = added.len();
    let joined = stored.and_then(|stored| stored::joined(&args.out, &known, stored, added));
    let sources = joined.inspect_err(|_| site::remove_unnamed(&args.out.join("archive/logs"), &known))?;
    let title = args.title.clone().unwrap_or(match known.title.as_str() {
        "" => "Sessions".to_owned(),
        _ => known.title,
    });
    let is_redacted = args.redact;
    let manifest = Manifest { title, is_redacted, masks, mappings: mapping::used(), ..Manifest::default() };
    let sessions = site::write(&args.out, sources, manifest)?;
    if let Some(page) = page {
        let title = args.title.as_deref().unwrap_or_default();
        page.write(&args.out, Head { title, stays_out_of_searches: args.robots, is_live: false })?;
    }
    let left = match foreign {
        0 => String::new(),
        1 => "; 1 file is no session log and was left out".to_owned(),
        count => format!("; {count} files are no session logs and were left out"),
    };
    note(&format!("{}: {count} logs, {sessions} sessions in all{left}", shown(&args.out)));
    Ok(())
}

/// The new logs.
struct Taken {
    added: Vec<Bundled>,
    /// Files that are no logs.
    foreign: u32,
    /// Of the bundle, with what was masked in them.
    masks: Vec<(String, u32)>,
}

/// Reads the logs that were named, packs and redacts them.
fn take_in(args: &Args, known: &Manifest) -> Result<Taken, CliError> {
    let found = find(&args.paths, Rules::Ours);
    found.failures.iter().for_each(|failure| note(&format!("{}: {}", failure.path, failure.why)));
    let names = Names::of(&args.paths);
    let mut masks = known.masks.clone();
    let mut packer = Packer::new((!args.no_logs).then(|| args.out.join("archive/logs")), &names)?;
    if args.redact {
        let mut redaction = Redaction::of(&found.files, args.mask_names);
        if args.append {
            masks::go_on(&args.out, &known.masks, redaction.redactor_mut());
        }
        packer.add_redacted(&mut redaction)?;
        redact::tell(redaction.redactor());
        masks = masks::keep(&args.out, redaction.redactor())?;
    } else {
        packer.add(&found.files)?;
    }
    let (added, foreign) = packer.finish();
    if added.is_empty() {
        // Folders that were made for nothing; one with something in it stays.
        for folder in ["archive/logs", "archive", ""] {
            let _is_removed = std::fs::remove_dir(args.out.join(folder));
        }
        return Err(CliError::NothingRead("there is no log to bundle".to_owned()));
    }
    Ok(Taken { added, foreign, masks })
}

fn wrong(why: &str) -> CliError {
    CliError::Refused(why.to_owned())
}

/// Nothing is overwritten unasked, and no output becomes an input of itself.
fn refuse(args: &Args) -> Result<(), CliError> {
    let out = real(&args.out);
    for path in &args.paths {
        let path = real(path);
        if out.starts_with(&path) || path.starts_with(&out) {
            return Err(wrong(&format!("{} and {} lie within each other; write elsewhere", shown(&path), shown(&out))));
        }
    }
    let is_there = std::fs::read_dir(&args.out).is_ok_and(|mut entries| entries.next().is_some());
    if is_there && !args.force && !args.append {
        return Err(wrong(&format!(
            "{} is not empty; --append adds to a bundle, --force writes over it",
            shown(&args.out)
        )));
    }
    if args.out.is_file() {
        return Err(wrong(&format!("{} is a file; a bundle is a folder", shown(&args.out))));
    }
    Ok(())
}

/// The real path, of what is there of it.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut rest = Vec::new();
    let mut here = absolute.as_path();
    loop {
        if let Ok(real) = std::fs::canonicalize(here) {
            return rest.iter().rev().fold(real, |path, name| path.join(name));
        }
        let (Some(above), Some(name)) = (here.parent(), here.file_name()) else { return absolute };
        rest.push(name.to_owned());
        here = above;
    }
}
