//! Rules of codetether.md §4 to §11, a test each.

use super::tests::{EVENTS, kinds, part, problems, read};
use super::*;
use crate::model::{Block, Event, PostMortem, Reported, Scope, TitleOrigin, flags};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../tests/fixtures/codetether/codetether-", $name, ".jsonl"))
    };
}

pub fn find(sink: &Sink, kind: EventKind, name: &str) -> Event {
    let mut all = sink.events.iter().map(|(_, event)| event);
    all.find(|event| event.kind == kind && sink.strings.get(event.name) == name)
        .unwrap_or_else(|| panic!("no {kind:?} {name}"))
}

pub fn body_of(log: &str, event: &Event) -> Body {
    let from = event.span.offset as usize;
    CodeTether.body(&log.as_bytes()[from..from + event.span.len as usize], event.block)
}

/// codetether.md §4: turns, items, repeated lines, abandoned text, both outcomes.
#[test]
fn thread_log() {
    let log = fixture!("thread");
    let sink = read("threads/t1.jsonl", log);
    let session = part(&sink);
    assert_eq!((session.id.as_str(), session.title.as_deref()), ("t1", Some("Rename the flag")));
    assert_eq!((session.status, session.has_outcome), (Status::Failed, true));
    let counts = session.counts;
    assert_eq!((counts.prompts, counts.responses, counts.tool_calls, counts.tool_failures), (2, 1, 2, 1));
    assert_eq!(counts.errors, 1, "a turn's failure is told twice and counts once");
    let call = find(&sink, EventKind::ToolCall, "bash");
    assert_eq!((call.duration_ms, body_of(log, &call).summary.as_str()), (Some(480), "grep -rn flag"));
    for echo in ["command.started", "command.completed", "patch.started", "turn.done", "turn.completed"] {
        assert!(find(&sink, EventKind::Progress, echo).has(flags::ECHO), "{echo}");
    }
    let void: Vec<_> = sink.events.iter().filter(|(_, e)| e.has(flags::ABANDONED)).map(|(_, e)| e.line).collect();
    assert_eq!(void, [2, 3], "what stood under the item that the retry gave up");
    assert_eq!(problems(&sink), [(ProblemKind::UnknownType, 1)], "a blank line is skipped");
    assert_eq!((sink.anchors.turns.len(), sink.anchors.tool_calls.len()), (2, 2));
    assert_eq!(sink.usage.len(), 1, "no usage exists in thread logs: missing, and told so");
    assert!(!sink.usage[0].tokens.output.is_recorded());
}

#[test]
fn a_thread_that_went_well() {
    let log: Vec<&str> = fixture!("thread").lines().take(15).collect();
    let sink = read("t1.jsonl", &log.join("\n"));
    assert_eq!(part(&sink).status, Status::Success);
    let open = read("t1.jsonl", &log[..12].join("\n"));
    assert_eq!((part(&open).status, part(&open).has_outcome), (Status::Incomplete, true));
}

/// codetether.md §5, last paragraph: the shape of Codex around the kinds of §4.
#[test]
fn thread_log_in_the_shape_of_codex() {
    let sink = read("x.jsonl", fixture!("adapter"));
    let session = part(&sink);
    assert_eq!((session.id.as_str(), session.status), ("c1", Status::Success));
    assert_eq!(kinds(&sink), "PROMPT RESPONSE", "a turn's response counts where no text was streamed");
    let codex =
        include_str!("../../../tests/fixtures/codetether/codetether-adapter.jsonl").replace("event_id", "other");
    let head: Vec<Value> = codex.lines().map(|line| serde_json::from_slice(line.as_bytes()).expect("JSON")).collect();
    assert!(!CodeTether.sniff(&head), "lines of Codex itself are not ours");
}

/// codetether.md §12.3.
#[test]
fn worked_example_of_a_snapshot() {
    let log = r#"{"id":"x","title":"t","created_at":"2026-03-07T16:56:40.553127083Z","updated_at":"2026-03-07T16:56:43.842227030Z","messages":[{"role":"user","content":[{"type":"text","text":"just say hi"}]},{"role":"assistant","content":[{"type":"text","text":"Hi!"}]}],"tool_uses":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0,"cache_read_tokens":null,"cache_write_tokens":null},"agent":"build","metadata":{"directory":"/w","model":"github-copilot/gpt-4o","shared":false,"share_url":null}}"#;
    let sink = read("sessions/x.json", log);
    let session = part(&sink);
    assert_eq!((session.id.as_str(), session.title.as_deref(), session.has_global_id), ("x", Some("t"), true));
    assert_eq!(
        (session.provider.as_deref(), session.models.as_slice()),
        (Some("github-copilot"), &["gpt-4o".into()][..])
    );
    assert_eq!((session.counts.prompts, session.counts.responses), (1, 1));
    assert_eq!(
        (session.duration_ms, session.status, session.has_outcome),
        (Reported::new(3289), Status::Unknown, false)
    );
    assert_eq!(kinds(&sink), "SESSION-START PROMPT RESPONSE");
    let [row] = sink.usage.as_slice() else { panic!("one row") };
    assert_eq!((row.scope, row.rank, row.tokens), (Scope::Aggregate, 0, Default::default()), "zeros are no record");
    assert!(!row.cost.is_recorded());
    let texts: Vec<_> = sink.events.iter().skip(1).flat_map(|(_, event)| body_of(log, &event).blocks).collect();
    assert_eq!(texts, [Block::Prompt("just say hi".into()), Block::Text("Hi!".into())]);
    // Before the model has answered, zeros are what it used.
    let asked = log.replace(r#","role":"assistant","#, "").replace(r#"{"role":"assistant","#, r#"{"role":"user","#);
    assert_eq!(read("x.json", &asked).usage[0].tokens.output, Reported::new(0));
}

/// codetether.md §6: messages have an order and no times; each is read again by itself.
#[test]
fn snapshot_messages() {
    let log = fixture!("snapshot");
    let sink = read("x.json", log);
    assert_eq!(
        kinds(&sink),
        "SESSION-START SYSTEM PROMPT SYSTEM THINKING RESPONSE TOOL-CALL TOOL-CALL TOOL-RESULT RESPONSE"
    );
    assert!(sink.events.iter().skip(1).all(|(_, event)| event.at.is_none() && event.span.len < 400));
    let session = part(&sink);
    assert_eq!((session.project.as_deref(), session.title_origin), (Some("shop"), TitleOrigin::Prompt));
    assert!(find(&sink, EventKind::ToolCall, "read").has(flags::PENDING), "a call without its result");
    assert_eq!(find(&sink, EventKind::ToolResult, "bash").link, 6);
    // A line that had to be repaired has no places of its own for its messages: they are found by number.
    let damaged = log.replace("Looking.", "Look\0ing.");
    let sink = read("x.json", &damaged);
    let said = find(&sink, EventKind::Response, "text");
    assert_eq!(body_of(&damaged, &said).blocks, [Block::Text("Looking.".into())]);
}

/// codetether.md §7: neighbours pair, numbers start again with every save.
#[test]
fn journal() {
    let sink = read("sessions/j1.journal.jsonl", fixture!("sidecars"));
    let session = part(&sink);
    assert_eq!((session.id.as_str(), session.has_global_id, session.has_outcome), ("j1", true, false));
    let of = |line: u32| sink.events.iter().find(|(_, event)| event.line == line).expect("an event").1;
    assert_eq!((of(1).link, of(2).link, of(1).flags, of(2).flags), (1, 0, 0, flags::ECHO));
    assert_eq!((of(3).flags, of(4).flags), (flags::FAILED, flags::FAILED), "rejected");
    assert_eq!((of(5).flags, of(5).link), (flags::FAILED, crate::model::NO_LINK), "the agent crashed");
    assert_eq!((of(6).link, of(7).link), (6, 5));
    let told: Vec<_> = sink.problems.as_slice().iter().map(|problem| (problem.kind, problem.line)).collect();
    assert_eq!(told, [(ProblemKind::Orphan, Some(5)), (ProblemKind::Orphan, Some(8))]);
}

/// codetether.md §7: the sum of token deltas is signed, and no usage.
#[test]
fn goal_tokens_are_no_usage() {
    let sink = read("j1.tasks.jsonl", fixture!("sidecars"));
    let told = part(&sink).post_mortem.clone().expect("goal tokens");
    assert_eq!(told, PostMortem { goal_tokens: Reported::new(1300), ..PostMortem::default() });
    assert!(sink.usage.is_empty());
    assert_eq!(part(&sink).facts, [crate::model::Fact::new("Goal", "Make the tests pass")]);
}

/// codetether.md §8: one file, several sessions; what the terminal said before any of them is none.
#[test]
fn chat_archive() {
    let sink = read("chat_events.jsonl", fixture!("chat"));
    let told: Vec<_> = sink.parts.iter().map(|part| (part.id.as_str(), part.is_orphan, part.has_global_id)).collect();
    assert_eq!(told, [("chat_events", true, false), ("c7", false, true), ("c8", false, true)]);
    let counts = sink.parts[1].counts;
    assert_eq!((counts.prompts, counts.responses, counts.tool_calls, counts.tool_failures), (1, 1, 1, 1));
    assert_eq!(
        (sink.parts[1].title.as_deref(), sink.parts[1].project.as_deref()),
        (Some("Fix the build"), Some("shop"))
    );
    assert_eq!(sink.parts[0].counts, Default::default());
    // The call of one session is not answered by the result of another.
    let calls: Vec<_> = sink.events.iter().filter(|(_, event)| event.kind == EventKind::ToolCall).collect();
    assert_eq!(calls.iter().map(|(_, call)| call.flags).collect::<Vec<_>>(), [flags::FAILED, flags::PENDING]);
    assert_eq!(calls[0].1.duration_ms, Some(12));
    assert_eq!(problems(&sink), [(ProblemKind::Orphan, 1)]);
}

/// codetether.md §8: seconds, and results alone.
#[test]
fn tool_archive() {
    let path = "s/s9/20260701T100000Z-chat-events-00000000000000000001-00000000000000000005.jsonl";
    let sink = read(path, fixture!("tool-archive"));
    let session = part(&sink);
    assert_eq!((session.id.as_str(), session.has_global_id), ("s9", true));
    assert_eq!((session.duration_ms, session.counts.tool_calls), (Reported::new(5000), 2));
    assert_eq!(kinds(&sink), "PROMPT TOOL-CALL TOOL-RESULT TOOL-CALL RESPONSE", "a lone result stands for its call");
    assert_eq!(session.counts.tool_failures, 1);
}

/// codetether.md §9: recognised, no sessions, and a clear word.
#[test]
fn asides_are_no_sessions() {
    let sink = read("bus.jsonl", fixture!("asides"));
    assert_eq!((sink.parts.len(), sink.events.len()), (0, 0));
    let told: Vec<_> =
        sink.problems.as_slice().iter().map(|problem| (problem.reason.as_str(), problem.count)).collect();
    assert_eq!(
        told,
        [
            ("a line of the message bus, which is no session", 1),
            ("a line of a training batch, which is no session", 1),
            ("a line of a history object, which is no session", 1),
            ("a line of the approvals, which is no session", 2),
            ("a line of the forage audit, which is no session", 1),
        ]
    );
    for line in fixture!("asides").lines() {
        read("alone.jsonl", line);
    }
}

/// codetether.md §11.1, §11.6: lines without an id go on with the session before them, or with the file's.
#[test]
fn lines_find_their_session() {
    let run = concat!(
        "2026-07-17T00:07:11.198759Z  WARN early: one\n",
        "{\"type\":\"run.started\"}\n",
        "{\"level\":\"info\",\"id\":\"7\"}\n",
        "\u{1b}[2m2026-07-17T00:07:12Z\u{1b}[0m coloured\n",
        "{\"type\":\"run.item_started\",\"item_id\":\"turn-a-1-item-000001\",\"timestamp_ms\":1784246860241}\n",
        "not a log line\n",
    );
    let sink = read("captured.jsonl", run);
    assert_eq!((part(&sink).id.as_str(), part(&sink).has_global_id), ("a", true));
    assert_eq!(
        problems(&sink),
        [(ProblemKind::PlainText, 2), (ProblemKind::UnknownType, 1), (ProblemKind::BadLine, 1)]
    );
    assert_eq!(part(&sink).started, part(&sink).ended, "the program's own log makes a run no longer");
    // With a file of another name the lines without an id are a session of the file's.
    let sink = read("export.jsonl", EVENTS);
    assert_eq!(sink.parts.iter().map(|part| part.id.as_str()).collect::<Vec<_>>(), ["s1", "export"]);
    assert_eq!((sink.parts[0].has_global_id, sink.parts[1].has_global_id), (true, false));
}

/// codetether.md §5: the same call told twice is one; a run may resume.
#[test]
fn repeated_tool_lines_count_once() {
    let start = r#"{"type":"run.tool_call_started","item_id":"i","tool_call_id":"c","timestamp_ms":1000,"name":"bash","arguments":"{}"}"#;
    let end = r#"{"type":"run.tool_call_completed","item_id":"i","tool_call_id":"c","timestamp_ms":3000,"name":"bash","success":null,"duration_ms":null,"output":null}"#;
    let log = [start, start, end, end].join("\n");
    let sink = read("r.jsonl", &log);
    assert_eq!(kinds(&sink), "TOOL-CALL tool-call TOOL-RESULT tool-result");
    let call = find(&sink, EventKind::ToolCall, "bash");
    assert_eq!((call.duration_ms, call.flags, part(&sink).counts.tool_calls), (Some(2000), 0, 1));
    assert_eq!(body_of(&log, &find(&sink, EventKind::ToolResult, "bash")).blocks, []);
}

#[test]
fn a_failed_run() {
    let log = r#"{"type":"run.failed","session_id":"f","error":"no key","response":"partly"}"#;
    let sink = read("f.jsonl", log);
    assert_eq!((part(&sink).status, part(&sink).counts.errors), (Status::Failed, 1));
    let blocks: Vec<_> = sink.events.iter().flat_map(|(_, event)| body_of(log, &event).blocks).collect();
    assert_eq!(blocks, [Block::Text("partly".into()), Block::Error("no key".into())]);
    assert_eq!(kinds(&sink), "RESPONSE ERROR SESSION-END");
}

/// codetether.md §5: an older writer names items without their text, a newer one writes the text as well.
#[test]
fn items_with_and_without_text() {
    let item = |kind: &str, ms: u32| {
        format!(r#"{{"type":"run.{kind}","item_id":"turn-a-1-item-000001","timestamp_ms":{ms},"text":"Hi"}}"#)
    };
    let old = read("a.jsonl", &[item("item_started", 1000), item("item_completed", 1800)].join("\n"));
    assert_eq!(kinds(&old), "progress RESPONSE");
    assert_eq!(find(&old, EventKind::Response, "run.item_completed").duration_ms, Some(800));
    let new = ["item_started", "text_chunk", "text_complete", "item_completed"];
    let new: Vec<_> = new.into_iter().map(|kind| item(kind, 1000)).collect();
    assert_eq!(kinds(&read("a.jsonl", &new.join("\n"))), "progress delta RESPONSE progress");
}

/// The first pass over a changed line and the line after it, and the second over what it found.
fn survives(changed: &str, line: &str) {
    let mut sink = Sink::new(crate::model::SourceMeta { path: "x.jsonl".into(), size: None });
    let (mut splitter, mut decoder) = (crate::lines::LineSplitter::default(), CodeTether.decoder());
    splitter.push(format!("{changed}\n{line}\n").as_bytes(), |line| decoder.line(&line, &mut sink));
    decoder.finish(&mut sink);
    assert!(sink.events.len() as u32 + sink.problems.total() >= 2, "{changed}");
    for (_, event) in sink.events.iter() {
        CodeTether.body(changed.as_bytes(), event.block);
    }
    event_line(changed.as_bytes());
}

/// Each value of each record by any other: nothing panics, and each line is told of or becomes an event.
#[test]
fn any_value_may_be_odd() {
    let odd = [r#"null"#, "-1", "1.5", "1e300", "-1e300", "18446744073709551615", "\"\"", "[]", "[{}]", "{}", "true"];
    let odd = odd.map(|text| serde_json::from_slice::<Value>(text.as_bytes()).expect("JSON"));
    let logs = [EVENTS, fixture!("run"), fixture!("thread"), fixture!("adapter"), fixture!("snapshot")];
    let more = [fixture!("sidecars"), fixture!("chat"), fixture!("tool-archive"), fixture!("asides"), fixture!("odd")];
    for line in logs.into_iter().chain(more).flat_map(str::lines) {
        let Ok(Value::Object(object)) = serde_json::from_slice(line.as_bytes()) else { continue };
        for (key, value) in &object {
            for instead in &odd {
                let mut changed = object.clone();
                changed.insert(key.clone(), instead.clone());
                survives(&Value::Object(changed).to_string(), line);
                for inner in value.as_object().into_iter().flat_map(|object| object.keys()) {
                    let mut changed = Value::Object(object.clone());
                    changed[key][inner] = instead.clone();
                    survives(&changed.to_string(), line);
                }
            }
        }
    }
}
