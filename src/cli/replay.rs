//! `sessionscope replay`.

use super::find::{Failure, Rules, find};
use super::options::Input;
use super::read::{CHUNK, Reading, each_chunk, finish, open, reader_of};
use super::table::steers;
use super::{CliError, note, problems};
use crate::export::replay_text;
use crate::formats::{self, Format};
use crate::lines::{Line, LineSplitter};
use crate::model::{Cut, SourceId, SourceIndex};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

/// What a session said and did, as text
///
/// Several logs are printed one after another, in the order given and folders in the order of their names.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// Byte for byte what fizeau's own replay prints
    ///
    /// Without it times are converted to UTC, errors of failed calls are told, and no character is cut in two.
    #[arg(long)]
    reference: bool,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope replay svc-1777762195328783431.jsonl | less
  sessionscope replay svc-1777762195328783431.jsonl --reference > replay.txt";

pub fn run(args: &Args) -> Result<(), CliError> {
    let (rules, cut) = match args.reference {
        true => (Rules::Reference, Cut::Reference),
        false => (Rules::Ours, Cut::Ours),
    };
    args.input.how.set()?;
    let (files, mut reading) = Reading::of(find(&args.input.paths, rules));
    let stdout = io::stdout();
    // A log must not steer the terminal. What goes to a file or a program stays as it is.
    let is_shown = stdout.is_terminal() && cut == Cut::Ours;
    let mut out = BufWriter::with_capacity(CHUNK, stdout.lock());
    for (number, path) in files.iter().enumerate() {
        let mut printer = Printer { cut, is_shown, out: &mut out, printed: 0, failed: None, text: Vec::new() };
        match replay(path, &mut printer) {
            Ok(index) => {
                if let Some(error) = printer.failed {
                    return Err(error.into());
                }
                if printer.printed == 0 && files.len() == 1 && index.format().is_some() {
                    note(&format!("{}: nothing in it to replay", index.meta.path));
                }
                reading.archive.add(SourceId(number as u32), index);
            }
            Err(failure) => reading.failures.push(failure),
        }
    }
    out.flush()?;
    let is_enough = if args.reference { reading.has_source() } else { reading.is_enough(rules) };
    problems::check(&reading, is_enough)
}

/// Prints a log as it is read. Lines wait until the format is known.
fn replay(path: &Path, printer: &mut Printer<'_, impl Write>) -> Result<SourceIndex, Failure> {
    let (meta, mut input) = open(path)?;
    let mut reader = reader_of(meta);
    let mut splitter = LineSplitter::default();
    let mut waiting = Vec::new();
    let unread = each_chunk(&mut input, &mut vec![0; CHUNK], |chunk| {
        reader.push(chunk);
        match reader.format().and_then(formats::by_id) {
            None => waiting.extend_from_slice(chunk),
            Some(format) => {
                let held = std::mem::take(&mut waiting);
                splitter.push(&held, |line| printer.line(format, &line));
                splitter.push(chunk, |line| printer.line(format, &line));
            }
        }
        reader.wants_more() && printer.failed.is_none()
    });
    // A short log may be known only by its last line, which has no line end.
    let index = finish(reader, unread)?;
    if let Some(format) = index.format().and_then(formats::by_id) {
        splitter.push(&waiting, |line| printer.line(format, &line));
        splitter.finish(|line| printer.line(format, &line));
    }
    Ok(index)
}

/// Lines to text.
struct Printer<'a, W> {
    cut: Cut,
    /// Whether the text goes to a terminal, by our rules.
    is_shown: bool,
    out: &'a mut W,
    printed: usize,
    /// After this nothing more is written.
    failed: Option<io::Error>,
    text: Vec<u8>,
}

impl<W: Write> Printer<'_, W> {
    fn line(&mut self, format: &dyn Format, line: &Line<'_>) {
        if line.is_too_long || self.failed.is_some() {
            return;
        }
        self.text.clear();
        for event in format.replay(line.bytes, self.cut) {
            replay_text::write(&event, self.cut, &mut self.text);
        }
        if self.is_shown {
            self.text = without_steering(&self.text);
        }
        self.printed += self.text.len();
        self.failed = self.out.write_all(&self.text).err();
    }
}

/// Characters that steer a terminal become visible marks; line ends and tabs stay.
fn without_steering(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let shown = |c: char| if steers(c) && c != '\n' && c != '\t' { '\u{FFFD}' } else { c };
    text.chars().map(shown).collect::<String>().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_cannot_steer_the_terminal() {
        let text = "a\n\tb \u{1b}[2J\u{7}\u{9b}1m é\u{202E}";
        assert_eq!(without_steering(text.as_bytes()), "a\n\tb \u{FFFD}[2J\u{FFFD}\u{FFFD}1m é\u{FFFD}".as_bytes());
    }
}
