//! The worked examples of codetether.md §12.1 and §12.2, and rules around them.

use super::CodeTether;
use crate::formats::{Format, Sink};
use crate::lines::LineSplitter;
use crate::model::{
    EventKind, Finality, ProblemKind, Reported, Scope, SessionPart, SourceMeta, Status, UsageRow, flags,
};

pub const EVENTS: &str = include_str!("../../../tests/fixtures/codetether/codetether-events.jsonl");
pub const RUN: &str = include_str!("../../../tests/fixtures/codetether/codetether-run.jsonl");

/// The first pass over a log of a name.
pub fn read(path: &str, log: &str) -> Sink {
    let mut sink = Sink::new(SourceMeta { path: path.into(), size: None });
    let head: Vec<_> = log.lines().filter_map(|line| crate::formats::content::parse(line.as_bytes())).collect();
    assert!(CodeTether.sniff(&head), "{path} is not recognised");
    let (mut splitter, mut decoder) = (LineSplitter::default(), CodeTether.decoder());
    splitter.push(log.as_bytes(), |line| decoder.line(&line, &mut sink));
    splitter.finish(|line| decoder.line(&line, &mut sink));
    decoder.finish(&mut sink);
    sink
}

/// The only session of a log.
pub fn part(index: &Sink) -> &SessionPart {
    assert_eq!(index.parts.len(), 1, "{:?}", index.parts);
    &index.parts[0]
}

/// The kinds of events, those that only repeat others in small letters.
pub fn kinds(index: &Sink) -> String {
    let kind = |kind: EventKind, is_echo: bool| {
        if is_echo { kind.name().to_owned() } else { kind.name().to_uppercase() }
    };
    let all = index.events.iter().map(|(_, event)| kind(event.kind, event.has(flags::ECHO)));
    all.collect::<Vec<_>>().join(" ")
}

/// Problems that are not about plain text.
pub fn problems(index: &Sink) -> Vec<(ProblemKind, u32)> {
    index.problems.as_slice().iter().map(|problem| (problem.kind, problem.count)).collect()
}

fn numbers(row: &UsageRow) -> [Option<u64>; 4] {
    let tokens = &row.tokens;
    [tokens.input_uncached, tokens.cache_read, tokens.cache_write, tokens.output].map(Reported::get)
}

#[test]
fn worked_example_of_events() {
    let index = read("logs/s1.jsonl", EVENTS);
    let session = part(&index);
    assert_eq!((session.id.as_str(), session.has_global_id), ("s1", true));
    assert_eq!((index.events.len(), problems(&index)), (10, vec![]));
    assert_eq!(kinds(&index), "PROGRESS usage usage usage usage PROGRESS COMPACTION compaction compaction SYSTEM");
    assert_eq!((session.status, session.has_outcome), (Status::Unknown, false));
    assert_eq!(session.counts.requests, Reported::new(3), "the report repeats the root's call");
    assert_eq!(session.counts.compactions, 1);
    assert_eq!(session.models, ["claude-opus-4-7", "gpt-4o", "gpt-4o-mini"]);
    assert_eq!((session.provider.as_deref(), session.duration_ms), (Some("anthropic"), Reported::new(10_000)));
    let told = session.post_mortem.as_ref().expect("telemetry");
    assert_eq!((told.durable.events, told.durable.earlier, told.durable.newer), (10, 8, 9));
    assert!(!told.durable.earlier.eq(&0) && told.peak.is_some());
}

#[test]
fn rows_of_the_worked_example() {
    let index = read("s1.jsonl", EVENTS);
    let text = |id| index.strings.get(id).to_owned();
    let rows: Vec<_> = index.usage.iter().map(|row| (text(row.label), row.rank, numbers(row))).collect();
    let row = |label: &str, rank, input, output| (label.to_owned(), rank, [Some(input), None, None, Some(output)]);
    assert_eq!(
        rows,
        [
            row("root", 3, 1200, 340),
            row("root", 2, 1200, 340),
            row("rlm_iteration", 3, 500, 60),
            row("rlm_subcall", 3, 200, 40)
        ]
    );
    assert!(index.usage.iter().all(|row| row.scope == Scope::Request && row.finality == Finality::Final));
    let routes: Vec<_> = index.usage.iter().map(|row| (text(row.provider), text(row.model))).collect();
    assert_eq!(routes[0], ("anthropic".to_owned(), "claude-opus-4-7".to_owned()));
    assert_eq!(routes[3], ("openai".to_owned(), "gpt-4o-mini".to_owned()));
    // Two lines have no time of their own: they stand in their order, without one.
    assert_eq!(index.events.iter().filter(|(_, event)| event.at.is_none()).count(), 2);
}

/// codetether.md §12.1, last paragraph: success is not final.
#[test]
fn a_failure_after_a_success_fails_the_trace() {
    let failure = r#"{"trace_id":"00000000-0000-0000-0000-000000000002","fell_back_to":"truncate","reason":"still over","after_tokens":42000,"budget":40000}"#;
    let index = read("s1.jsonl", &format!("{EVENTS}{failure}\n"));
    let told = part(&index).post_mortem.clone().expect("telemetry");
    assert_eq!((told.compactions.len(), told.failed_compactions), (0, 1));
    let (_, first) = index.events.iter().find(|(_, event)| event.kind == EventKind::Compaction).expect("a compaction");
    assert!(first.has(flags::FAILED));
    assert_eq!((part(&index).counts.compactions, first.duration_ms), (1, Some(1000)));
}

#[test]
fn worked_example_of_a_run() {
    let index = read("anything.jsonl", RUN);
    let session = part(&index);
    assert_eq!((session.id.as_str(), session.status, session.has_outcome), ("s2", Status::Success, true));
    assert_eq!(problems(&index), [(ProblemKind::PlainText, 1)]);
    assert_eq!(kinds(&index), "SESSION-START SYSTEM TOOL-CALL progress TOOL-RESULT progress RESPONSE SESSION-END");
    let lines = |kind: &dyn Fn(EventKind) -> bool| {
        let mut lines: Vec<_> = index.events.iter().filter(|(_, e)| kind(e.kind)).map(|(_, e)| e.line).collect();
        lines.dedup();
        lines.len()
    };
    assert_eq!((lines(&|kind| kind != EventKind::System), lines(&|kind| kind == EventKind::System)), (6, 1));
    let call = index.events.iter().find(|(_, event)| event.kind == EventKind::ToolCall).expect("a call").1;
    assert_eq!((index.strings.get(call.name), call.duration_ms, call.flags), ("bash", Some(1760), 0));
    assert_eq!((session.counts.tool_calls, session.counts.tool_failures, session.counts.responses), (1, 0, 1));
    // 300 of the 900 prompt tokens were cached: the recorded total of 950 leaves room for nothing else.
    assert_eq!(index.usage.iter().map(numbers).collect::<Vec<_>>(), [[Some(600), Some(300), None, Some(50)]]);
    let row = index.usage[0];
    assert_eq!((row.scope, row.rank, row.cost.is_recorded(), row.model.is_none()), (Scope::Aggregate, 1, false, true));
}

#[test]
fn a_run_without_an_end_is_incomplete() {
    let log: Vec<&str> = RUN.lines().take(6).collect();
    let index = read("s2.jsonl", &log.join("\n"));
    let session = part(&index);
    assert_eq!((session.status, session.has_outcome), (Status::Incomplete, true));
    assert_eq!(index.usage.iter().map(numbers).collect::<Vec<_>>(), [[None; 4]], "tokens are missing, not 0");
}

/// codetether.md §5: the id may only stand in those of the items.
#[test]
fn a_run_gets_its_id_from_its_items() {
    let log = RUN.replace(r#","session_id":"s2""#, "");
    let index = read("captured.jsonl", &log);
    assert_eq!((part(&index).id.as_str(), part(&index).has_global_id), ("s2", true));
    assert_eq!(index.events.len(), 8);
}
