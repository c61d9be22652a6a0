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

/// The same turn as a run's output, a thread log and a snapshot tell it. The run has no prompt, the thread log no
/// thinking, the snapshot no times.
const RUN: &str = r#"{"type":"run.started","session_id":"m2"}
{"type":"run.text_complete","item_id":"turn-m2-1-item-000001","timestamp_ms":1782900001000,"text":"I will look."}
{"type":"run.tool_call_started","item_id":"turn-m2-1-item-000002","tool_call_id":"c1","timestamp_ms":1782900002000,"name":"bash","arguments":"{}"}
{"type":"run.tool_call_completed","item_id":"turn-m2-1-item-000002","tool_call_id":"c1","timestamp_ms":1782900003000,"name":"bash","success":false,"duration_ms":900,"output":"no"}
{"type":"run.text_complete","item_id":"turn-m2-1-item-000003","timestamp_ms":1782900004000,"text":"Done."}
{"type":"run.failed","error":"the budget is used up"}
"#;

fn thread_line(kind: &str, payload: &str) -> String {
    format!(
        "{{\"event_id\":\"e\",\"thread_id\":\"m2\",\"session_id\":\"m2\",\"turn_id\":\"turn-m2-1\",\"kind\":\"{kind}\",\"timestamp_ms\":1782900000000,\
         \"payload\":{payload}}}\n"
    )
}

fn thread() -> String {
    [
        thread_line("turn.started", r#"{"message":"Go on"}"#),
        thread_line("item.completed", r#"{"item_id":"turn-m2-1-item-000001","text":"I will look."}"#),
        thread_line("tool.started", r#"{"item_id":"i2","tool_call_id":"c1","name":"bash","arguments":"{}"}"#),
        thread_line(
            "tool.completed",
            r#"{"item_id":"i2","tool_call_id":"c1","name":"bash","output":"no","success":false,"duration_ms":900}"#,
        ),
        thread_line("item.completed", r#"{"item_id":"turn-m2-1-item-000003","text":"Done."}"#),
        thread_line("turn.failed", r#"{"error":"the budget is used up"}"#),
    ]
    .concat()
}

/// With a turn before it that no other record has, of the same words.
const SNAPSHOT: &str = r#"{"id":"m2","title":"t","created_at":"2026-07-01T10:00:00Z","updated_at":"2026-07-01T10:00:07Z","messages":[
{"role":"user","content":[{"type":"text","text":"Go on"}]},{"role":"assistant","content":[{"type":"tool_call","id":"c0","name":"read","arguments":"{}"}]},{"role":"assistant","content":[{"type":"text","text":"Done."}]},
{"role":"user","content":[{"type":"text","text":"Go on"}]},
{"role":"assistant","content":[{"type":"thinking","text":"Hm."},{"type":"text","text":"I will look.\n"},{"type":"tool_call","id":"c1","name":"bash","arguments":"{}"}]},
{"role":"tool","content":[{"type":"tool_result","tool_call_id":"c1","content":"no"}]},{"role":"assistant","content":[{"type":"text","text":"Done."}]}],
"tool_uses":[],"usage":{"prompt_tokens":300,"completion_tokens":30,"total_tokens":330,"cache_read_tokens":null,"cache_write_tokens":null},"agent":"build","metadata":{"model":"a/b"}}"#;

fn snapshot() -> String {
    SNAPSHOT.replace('\n', "")
}

/// Prompts, answers, calls, failed calls, errors.
fn counts_of(files: &[(&str, &str)]) -> [u32; 5] {
    let archive = support::archive(files.iter().map(|(name, text)| (*name, text.as_bytes())));
    let [session] = archive.sessions() else { panic!("one session") };
    let counts = &session.part.counts;
    [counts.prompts, counts.responses, counts.tool_calls, counts.tool_failures, counts.errors]
}

/// codetether.md §11.6: what several records of one session tell counts once, in any order of loading.
#[test]
fn steps_of_one_session_count_once() {
    let thread = thread();
    let snapshot = snapshot();
    let (run, thread, snapshot) =
        (("run.jsonl", RUN), ("threads/m2.jsonl", thread.as_str()), ("sessions/m2.json", snapshot.as_str()));
    assert_eq!(counts_of(&[run]), [0, 2, 1, 1, 1]);
    assert_eq!(counts_of(&[thread]), [1, 2, 1, 1, 1]);
    assert_eq!(counts_of(&[snapshot]), [2, 3, 2, 0, 0]);
    assert_eq!(counts_of(&[run, thread]), [1, 2, 1, 1, 1]);
    assert_eq!(counts_of(&[run, snapshot]), [2, 3, 2, 1, 1]);
    for files in [
        [run, thread, snapshot],
        [run, snapshot, thread],
        [thread, run, snapshot],
        [thread, snapshot, run],
        [snapshot, run, thread],
        [snapshot, thread, run],
    ] {
        assert_eq!(counts_of(&files), [2, 3, 2, 1, 1]);
    }
}

/// Calls of the chat archive have no ids, items of older runs no text: they count where no record names such steps.
#[test]
fn steps_without_a_name_count_where_no_other_record_names_them() {
    let thread = thread();
    let chat = r#"{"recorded_at":"2026-07-01T10:00:01+00:00","workspace":"/w","session_id":"m2","role":"user","agent_name":null,"message_type":"text","content":"Go on","tool_name":null,"tool_success":null,"tool_duration_ms":null}
{"recorded_at":"2026-07-01T10:00:02+00:00","workspace":"/w","session_id":"m2","role":"assistant","agent_name":null,"message_type":"tool_call","content":"x","tool_name":"bash","tool_success":null,"tool_duration_ms":null}
{"recorded_at":"2026-07-01T10:00:03+00:00","workspace":"/w","session_id":"m2","role":"tool","agent_name":null,"message_type":"tool_result","content":"x","tool_name":"bash","tool_success":false,"tool_duration_ms":5}
"#;
    let older = RUN.replace("run.text_complete", "run.item_completed").replace("\"text\"", "\"x\"");
    let (chat, older) = (("chat_events.jsonl", chat), ("run.jsonl", older.as_str()));
    let snapshot = snapshot();
    let (thread, snapshot) = (("threads/m2.jsonl", thread.as_str()), ("sessions/m2.json", snapshot.as_str()));
    assert_eq!(counts_of(&[chat]), [1, 0, 1, 1, 0]);
    assert_eq!(counts_of(&[chat, thread]), [1, 2, 1, 1, 1]);
    assert_eq!(counts_of(&[older]), [0, 2, 1, 1, 1]);
    assert_eq!(counts_of(&[older, chat]), [1, 2, 1, 1, 1]);
    assert_eq!(counts_of(&[snapshot, older]), [2, 3, 2, 1, 1]);
    assert_eq!(counts_of(&[older, chat, snapshot, thread]), [2, 3, 2, 1, 1]);
}

/// The transcript shows each step once; the list of all events keeps the others.
#[test]
fn repeated_steps_are_echoes() {
    let thread = thread();
    let snapshot = snapshot();
    let files = [("run.jsonl", RUN), ("threads/m2.jsonl", thread.as_str()), ("sessions/m2.json", snapshot.as_str())];
    let archive = support::archive(files.iter().map(|(name, text)| (*name, text.as_bytes())));
    let track = sessionscope::logic::session::track(&archive, "m2").expect("a session");
    let of = |kind: EventKind| track.marks().iter().filter(|mark| mark.kind == kind && mark.is_own()).count();
    let kinds = [EventKind::Prompt, EventKind::Response, EventKind::ToolCall, EventKind::ToolResult, EventKind::Error];
    assert_eq!(kinds.map(of), [2, 3, 2, 1, 1]);
    // Sums over a stretch of time leave them out as well.
    let all = sessionscope::logic::window::Window { start: None, end: None };
    let sums = sessionscope::logic::range::sums(&archive, "m2", all).expect("a session");
    assert_eq!((sums.tool_calls, sums.errors), (1, 2));
    // Its tokens are those of the snapshot still: no other record has any.
    assert_eq!(archive.sessions()[0].totals.output.value().get(), Some(30));
}

/// codetether.md §11.9: a snapshot that is no JSON is left out, and told.
#[test]
fn a_malformed_snapshot_is_a_problem() {
    let snapshot = snapshot();
    let cut = &snapshot.as_bytes()[..snapshot.len() / 2];
    let index = support::index("sessions/m2.json", cut, 1 << 16);
    assert_eq!((index.kind, index.events.len(), index.parts.len()), (SourceKind::NotText, 0, 0));
    assert_eq!(index.problems.as_slice().len(), 1);
}
