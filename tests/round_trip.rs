//! Real logs are written in the open formats of others and read again: what such a format can hold is the same.

mod support;

use sessionscope::archive::Archive;
use sessionscope::export::convert::{Target, convert};
use sessionscope::formats;
use sessionscope::logic::session::events_of;
use sessionscope::logic::sessions::{SessionRow, rows};
use sessionscope::model::{Event, SourceId, flags};

/// The only session of some bytes, if there is only one.
fn written(bytes: &[u8], target: Target) -> Option<(SessionRow, String)> {
    let archive = support::archive([("a.jsonl", bytes)]);
    let (_, source) = archive.sources().next()?;
    let format = source.format().and_then(formats::by_id)?;
    let [session] = archive.sessions() else { return None };
    let mut body = |_: SourceId, event: Event| {
        let from = event.span.offset as usize;
        format.body(&bytes[from..from + event.span.len as usize], event.block)
    };
    let lines = convert(&archive, session, target, &mut body);
    let text = lines.iter().map(|value| value.to_string() + "\n").collect();
    Some((only(&archive)?, text))
}

fn only(archive: &Archive) -> Option<SessionRow> {
    let mut rows = rows(archive);
    (rows.len() == 1).then(|| rows.remove(0))
}

/// Whether the format can hold all of a session's steps: what has no time is no span, and what was given up is nowhere.
fn is_held(bytes: &[u8], target: Target) -> bool {
    let archive = support::archive([("a.jsonl", bytes)]);
    let session = &archive.sessions()[0];
    session
        .places
        .iter()
        .flat_map(|place| events_of(&archive, *place))
        .all(|found| !found.event.has(flags::ABANDONED) && (target != Target::Otel || found.event.at.is_some()))
}

/// Prompts, answers, calls; prompt tokens with those that were written to a cache, those read from one, generated.
fn told(row: &SessionRow, with_tokens: bool) -> String {
    let (counts, totals) = (row.counts, &row.totals);
    let sum = |tally: sessionscope::model::Tally| tally.value().get().map(|_| tally.sum);
    let prompt = [totals.input_uncached, totals.cache_write].map(|tally| tally.sum);
    let tokens = with_tokens.then(|| (prompt.iter().sum::<u64>(), sum(totals.cache_read), sum(totals.output)));
    format!("{} prompts, {} calls, {tokens:?}", counts.prompts, counts.tool_calls)
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
        let has_totals = written(&bytes, Target::Atif).is_some_and(|(_, text)| text.contains("\"final_metrics\""));
        for target in [Target::Atif, Target::Otel, Target::HfTrace] {
            let Some((first, text)) = written(&bytes, target).filter(|(_, text)| !text.is_empty()) else { continue };
            if !is_held(&bytes, target) {
                continue;
            }
            let with_tokens = target == Target::Atif || target == Target::Otel && !has_totals;
            let again = only(&support::archive([("b.jsonl", text.as_bytes())]));
            let again = again.map_or("no session".to_owned(), |row| told(&row, with_tokens));
            let first = told(&first, with_tokens);
            compared += 1;
            if first != again {
                different.push(format!("{} as {}: {first}; read again: {again}", path.display(), target.name()));
            }
        }
    }
    assert!(different.is_empty(), "{} of {compared}:\n{}", different.len(), different.join("\n"));
    assert!(compared > 150, "{compared}");
}
