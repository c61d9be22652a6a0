//! Real logs are written in the open formats of others and read again: what such a format can hold is the same.

mod support;

use sessionscope::export::convert::{Target, convert};
use sessionscope::formats;
use sessionscope::logic::session::events_of;
use sessionscope::logic::sessions::{SessionRow, rows};
use sessionscope::model::{Event, SourceId, Tally, flags};

/// All sessions of some bytes in a format, and whether it holds all of their steps: what has no time is no span, and what
/// was given up is nowhere. `None` for files that are no logs, and where sessions share an id, which only their file tells.
fn written(bytes: &[u8], target: Target) -> Option<(Vec<SessionRow>, String, bool)> {
    let archive = support::archive([("a.jsonl", bytes)]);
    let (_, source) = archive.sources().next()?;
    let format = source.format().and_then(formats::by_id)?;
    let mut body = |_: SourceId, event: Event| {
        let from = event.span.offset as usize;
        format.body(&bytes[from..from + event.span.len as usize], event.block)
    };
    let (mut text, mut is_held) = (String::new(), true);
    for session in archive.sessions() {
        let lines = convert(&archive, session, target, &mut body);
        text.extend(lines.iter().map(|value| value.to_string() + "\n"));
        let mut events = session.places.iter().flat_map(|place| events_of(&archive, *place));
        is_held &= events
            .all(|found| !found.event.has(flags::ABANDONED) && (target != Target::Otel || found.event.at.is_some()));
    }
    let rows = rows(&archive);
    let is_told = !text.is_empty() && rows.iter().all(|row| row.key == row.id);
    is_told.then_some((rows, text, is_held))
}

/// What is compared of a session.
#[derive(Clone, Copy, PartialEq)]
enum Depth {
    /// What was said and called.
    Said,
    /// And tokens: of the prompt with those that were written to a cache, read from one, generated.
    Tokens,
    /// And of how many requests they are recorded, and the largest prompt.
    Coverage,
}

fn told(row: &SessionRow, depth: Depth) -> String {
    let (counts, totals) = (row.counts, &row.totals);
    let value = |tally: Tally| tally.value().get();
    let prompt: u64 = [totals.input_uncached, totals.cache_write].iter().map(|tally| tally.sum).sum();
    let mut text = format!("{}: {} prompts, {} calls", row.id, counts.prompts, counts.tool_calls);
    if depth != Depth::Said {
        text += &format!(", {prompt} {:?} {:?}", value(totals.cache_read), value(totals.output));
    }
    if depth == Depth::Coverage {
        let coverage = totals.coverage;
        let classes = [coverage.with_output, coverage.with_context].map(|with| coverage.class(with).name());
        text += &format!(", {classes:?} of {}, peak {:?}", coverage.eligible, totals.peak_context.get());
    }
    text
}

/// How much of a session a format holds. Of a session whose log can hold no usage nothing says so in other formats, and what
/// a turn used is a total in a trajectory, which knows requests and totals alone.
fn held(row: &SessionRow, target: Target, has_totals: bool) -> Depth {
    let coverage = row.totals.coverage;
    match target {
        Target::Atif if coverage.eligible > 0 && coverage.is_total_only == has_totals => Depth::Coverage,
        Target::Otel if coverage.eligible > 0 && !has_totals => Depth::Coverage,
        Target::Atif => Depth::Tokens,
        Target::Otel if !has_totals => Depth::Tokens,
        _ => Depth::Said,
    }
}

/// What differs between sessions and what was read of them again; those of which nothing is recorded are in no format.
fn differences(first: &[SessionRow], again: &[SessionRow], target: Target, has_totals: bool) -> Vec<String> {
    let is_there = |row: &&SessionRow| row.counts != Default::default() || row.totals.coverage.eligible > 0;
    let mut found = Vec::new();
    for row in first.iter().filter(is_there) {
        let depth = held(row, target, has_totals);
        let (before, after) = (told(row, depth), again.iter().find(|other| other.id == row.id));
        let after = after.map_or_else(|| "no session".to_owned(), |other| told(other, depth));
        if before != after {
            found.push(format!("{before}; read again: {after}"));
        }
    }
    let more = again.iter().filter(|row| first.iter().all(|other| other.id != row.id));
    found.extend(more.map(|row| format!("{} is new", row.id)));
    found
}

#[test]
fn what_is_written_of_real_logs_is_read_again() {
    let Some(corpus) = support::corpus("") else { return };
    let (mut compared, mut different) = (0, Vec::new());
    let folders = std::fs::read_dir(corpus).expect("a folder").map(|entry| entry.expect("an entry").path());
    for path in folders.filter(|path| path.is_dir()).flat_map(|folder| support::files(&folder)) {
        let bytes = std::fs::read(&path).expect("a log");
        // The largest ones take a minute, and hold nothing that others do not.
        if bytes.len() > 500_000 {
            continue;
        }
        // Totals beyond what requests tell one by one are in no span.
        let has_totals = written(&bytes, Target::Atif).is_some_and(|(_, text, _)| text.contains("\"final_metrics\""));
        for target in [Target::Atif, Target::Otel, Target::HfTrace] {
            let Some((first, text, _)) = written(&bytes, target).filter(|(_, _, is_held)| *is_held) else { continue };
            let again = rows(&support::archive([("b.jsonl", text.as_bytes())]));
            compared += 1;
            let found = differences(&first, &again, target, has_totals);
            different
                .extend(found.into_iter().map(|found| format!("{} as {}: {found}", path.display(), target.name())));
        }
    }
    assert!(different.is_empty(), "{} of {compared}:\n{}", different.len(), different.join("\n"));
    println!("{compared} compared");
    assert!(compared > 200, "{compared}");
}
