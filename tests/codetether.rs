//! Real CodeTether logs, read in place (codetether.md §12.2, §12.3).

mod support;

use sessionscope::model::{EventKind, ProblemKind, Reported, SourceIndex, SourceKind, Status, flags};

/// One file of the corpus, or `None` where that is missing.
fn read(name: &str) -> Option<SourceIndex> {
    let bytes = std::fs::read(support::corpus("codetether")?.join(name)).expect("readable");
    Some(support::index(name, &bytes, 1 << 20))
}

/// How many events of a kind have each name, without repetitions.
fn names(index: &SourceIndex, kind: EventKind) -> Vec<(String, usize)> {
    let mut names: Vec<(String, usize)> = Vec::new();
    for (_, event) in index.events.iter().filter(|(_, event)| event.kind == kind && !event.has(flags::ECHO)) {
        let name = index.strings.get(event.name);
        match names.iter_mut().find(|(known, _)| known == name) {
            Some((_, count)) => *count += 1,
            None => names.push((name.to_owned(), 1)),
        }
    }
    names
}

#[test]
fn the_shipped_run_has_the_numbers_of_its_description() {
    let Some(index) = read("diagnostic-run.jsonl") else { return };
    assert_eq!((index.kind, index.parts.len(), index.lines), (SourceKind::Log("codetether"), 1, 529));
    let session = &index.parts[0];
    assert_eq!(session.id, "80055526-e65b-443a-82ba-8d2dde3977a8");
    assert_eq!((session.status, session.has_outcome, session.has_global_id), (Status::Incomplete, true, true));
    assert_eq!((session.counts.tool_calls, session.counts.tool_failures), (98, 4));
    let told: Vec<_> = names(&index, EventKind::ToolCall);
    let of = |name: &str| told.iter().find(|(known, _)| known == name).map_or(0, |(_, count)| *count);
    assert_eq!((of("batch"), of("bash"), of("read"), of("memory"), told.len()), (82, 11, 4, 1, 4));
    let calls = || index.events.iter().filter(|(_, event)| event.kind == EventKind::ToolCall).map(|(_, event)| event);
    assert_eq!(calls().filter_map(|call| call.duration_ms).map(u64::from).sum::<u64>(), 1_796_798);
    let ms = |at: Option<sessionscope::model::Timestamp>| at.map(|at| at.ms());
    assert_eq!((ms(session.started), ms(session.ended)), (Some(1_784_246_855_474), Some(1_784_250_955_914)));
    assert_eq!(session.duration_ms, Reported::new(4_100_440));
    let problems: Vec<_> = index.problems.as_slice().iter().map(|problem| (problem.kind, problem.count)).collect();
    assert_eq!(problems, [(ProblemKind::PlainText, 17)], "all other lines are known");
    assert!(index.usage.iter().all(|row| !row.tokens.output.is_recorded()), "no token is recorded");
    assert_eq!(index.usage.len(), 1, "and that is told");
}

#[test]
fn other_files_are_not_taken_for_sessions() {
    let Some(other) = read("ultra-run.jsonl") else { return };
    assert_ne!(other.kind, SourceKind::Log("codetether"), "this is the Codex command's output");
    let Some(audit) = read("forage_audit.jsonl") else { return };
    assert_eq!((audit.parts.len(), audit.events.len()), (0, 0));
    let problems: Vec<_> = audit.problems.as_slice().iter().map(|problem| (problem.kind, problem.count)).collect();
    assert_eq!(problems, [(ProblemKind::Foreign, 3)]);
}
