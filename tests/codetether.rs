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

#[test]
fn the_shipped_archive_is_one_session_and_four_lines() {
    let Some(index) = read("chat_events.jsonl") else { return };
    assert_eq!((index.kind, index.parts.len(), index.lines), (SourceKind::Log("codetether"), 2, 338));
    let lines = |part: u16| index.events.iter().filter(|(_, event)| event.part == part).count();
    assert_eq!((lines(0), lines(1), index.events.len()), (4, 334, 338));
    let [greetings, session] = index.parts.as_slice() else { return };
    assert_eq!((greetings.id.as_str(), greetings.is_orphan), ("chat_events", true), "in no total");
    assert_eq!((session.id.as_str(), session.is_orphan), ("ebd5e424-875a-4cf8-937f-f82a0724f1e7", false));
    let of = |kind: EventKind| index.events.iter().filter(|(_, event)| event.kind == kind).count();
    let kinds = [EventKind::ToolCall, EventKind::ToolResult, EventKind::Thinking, EventKind::Prompt];
    assert_eq!(kinds.map(of), [104, 98, 95, 2]);
    // Of the 31 texts of the assistant and the 8 of the system one and three are the terminal's own.
    assert_eq!((of(EventKind::Response), of(EventKind::System)), (30, 9));
    assert_eq!((session.counts.tool_calls, session.counts.prompts, session.counts.responses), (104, 2, 30));
    assert!(index.usage.iter().all(|row| !row.tokens.output.is_recorded()), "tokens are missing");
    assert_eq!(index.problems.as_slice(), [], "every result finds its call");
}

/// codetether.md §11.6: one session in four records, its tokens counted once, by the best of them.
#[test]
fn tokens_of_one_session_count_once() {
    let event = r#"{"ts":"2026-07-01T10:00:05Z","session_id":"m1","type":"token_usage","data":{"source":"root","model":"a/b","prompt_tokens":100,"completion_tokens":10,"duration_ms":5}}"#;
    let sub = r#"{"ts":"2026-07-01T10:00:06Z","session_id":"m1","type":"token_usage","data":{"source":"rlm_subcall","model":"a/c","prompt_tokens":7,"completion_tokens":1,"duration_ms":5}}"#;
    let report = r#"{"ts":"2026-07-01T10:00:05Z","session_id":"m1","type":"usage_report","data":{"prompt_tokens":101,"completion_tokens":11,"duration_ms":5,"model":"a/b"}}"#;
    let run = "{\"type\":\"run.started\",\"session_id\":\"m1\"}\n{\"type\":\"run.completed\",\"session_id\":\"m1\",\"response\":\"ok\",\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":20,\"total_tokens\":220,\"cache_read_tokens\":null,\"cache_write_tokens\":null}}";
    let snapshot = r#"{"id":"m1","title":"t","created_at":"2026-07-01T10:00:00Z","updated_at":"2026-07-01T10:00:07Z","messages":[{"role":"user","content":[{"type":"text","text":"hi"}]},{"role":"assistant","content":[{"type":"text","text":"Hi!"}]}],"tool_uses":[],"usage":{"prompt_tokens":300,"completion_tokens":30,"total_tokens":330,"cache_read_tokens":null,"cache_write_tokens":null},"agent":"build","metadata":{"model":"a/b"}}"#;
    let journal = r#"{"phase":"staged","txn":0,"at":"2026-07-01T10:00:07Z","op":{"op":"save"}}"#;
    let check = |events: &[&str], tokens: [Option<u64>; 2]| {
        let events = events.join("\n");
        let files = [
            ("events.jsonl", events.as_bytes()),
            ("run.jsonl", run.as_bytes()),
            ("sessions/m1.json", snapshot.as_bytes()),
            ("sessions/m1.journal.jsonl", journal.as_bytes()),
        ];
        let archive = support::archive(files.into_iter().filter(|(_, bytes)| !bytes.is_empty()));
        assert_eq!(archive.sessions().len(), 1, "one session");
        let totals = &archive.sessions()[0].totals;
        assert_eq!([totals.input_uncached.value().get(), totals.output.value().get()], tokens, "{events}");
    };
    check(&[event, sub, report], [Some(107), Some(11)]);
    // Without a call of the root the report stands for it.
    check(&[sub, report], [Some(108), Some(12)]);
    check(&[], [Some(200), Some(20)]);
}
