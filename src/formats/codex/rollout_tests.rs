//! Transcript, status and titles: codex.md §2, §3.1, §8, §9.

use super::Codex;
use super::test_logs::{at_line, decode, event_of, fixture, items, part};
use crate::formats::{Format, Sink};
use crate::lines::{Line, LineSplitter};
use crate::model::{
    EventKind, ProblemKind, Relation, Reported, Scope, SourceMeta, Span, Status, StrId, TitleOf, flags,
};

#[test]
fn t1_events_repeat_the_items() {
    let out = fixture!("turns");
    assert_eq!((part(&out).counts.prompts, part(&out).counts.responses), (4, 3));
    assert!(at_line(&out, 7).has(flags::ECHO) && at_line(&out, 13).has(flags::ECHO));
    let out = fixture!("events-only");
    assert_eq!((part(&out).counts.prompts, part(&out).counts.responses), (1, 1));
    assert_eq!(part(&out).title.as_deref(), Some("Only events"));
    assert_eq!(items(&out), [(6, 5)]);
}

#[test]
fn t2_envelopes_are_system_and_the_rest_is_the_title() {
    let out = fixture!("turns");
    assert_eq!(at_line(&out, 3).kind, EventKind::System);
    assert_eq!(part(&out).title.as_deref(), Some("Fix the cart"));
}

#[test]
fn t3_the_first_prompt_once_more_after_an_abort_is_an_echo() {
    let out = fixture!("turns");
    let again = at_line(&out, 12);
    assert_eq!((again.kind, again.has(flags::ECHO)), (EventKind::Prompt, true));
}

#[test]
fn t4_calls_and_results_are_linked_both_ways() {
    let out = fixture!("tools");
    let check = |call: u32, result: u32, is_failed: bool, duration_ms: Option<u32>| {
        let (found, answer) = (at_line(&out, call), at_line(&out, result));
        assert_eq!((found.link, answer.link), (event_of(&out, result), event_of(&out, call)), "{call}");
        assert_eq!((found.has(flags::FAILED), answer.has(flags::FAILED)), (is_failed, is_failed), "{call}");
        assert_eq!(found.duration_ms, duration_ms, "{call}");
        assert_eq!(found.name, answer.name);
    };
    check(5, 6, true, Some(1250));
    check(7, 8, false, Some(250));
    check(9, 11, true, Some(2000));
    check(12, 14, true, Some(2500));
    check(16, 17, true, Some(1000));
    check(18, 20, false, Some(2000));
    assert_eq!((part(&out).counts.tool_calls, part(&out).counts.tool_failures), (8, 4));
    let orphans = out.problems.as_slice().iter().filter(|problem| problem.kind == ProblemKind::Orphan);
    assert_eq!(orphans.map(|problem| problem.line).collect::<Vec<_>>(), [Some(22)]);
}

#[test]
fn t5_turns_that_were_rolled_back_are_abandoned() {
    let out = fixture!("turns");
    let abandoned = out.events.iter().filter(|(_, event)| event.has(flags::ABANDONED));
    let lines: Vec<u32> = abandoned.map(|(_, event)| event.line).collect();
    assert_eq!(lines, (17..=28).collect::<Vec<_>>());
    assert_eq!(out.running.len(), 3);
}

#[test]
fn spawned_threads_are_named_once() {
    let out = fixture!("tools");
    let spawns: Vec<_> = out.spawns.iter().map(|spawn| (spawn.event, &spawn.child[34..])).collect();
    assert_eq!(spawns, [(event_of(&out, 18), "14"), (event_of(&out, 21), "15")]);
}

#[test]
fn a_status_for_each_end() {
    let check = |out: Sink, status: Status| assert_eq!(part(&out).status, status);
    check(fixture!("e1-reemission"), Status::AwaitingUser);
    check(fixture!("turns"), Status::Pending);
    check(fixture!("e3-cached"), Status::Unknown);
    check(fixture!("odd"), Status::Truncated);
    check(fixture!("exec"), Status::Success);
    check(fixture!("exec-failed"), Status::Failed);
    let aborted = b"{\"type\":\"event_msg\",\"payload\":{\"type\":\"turn_aborted\"}}\n";
    check(decode(aborted), Status::Interrupted);
    assert!(at_line(&fixture!("turns"), 34).has(flags::PENDING));
    assert!(!part(&fixture!("turns")).has_outcome && part(&fixture!("exec")).has_outcome);
}

#[test]
fn two_words_of_a_compaction_count_once() {
    let out = fixture!("records");
    assert_eq!(part(&out).counts.compactions, 1);
    assert!(at_line(&out, 13).has(flags::ECHO));
    let line = |kind: &str| format!("{{\"type\":\"{kind}\",\"payload\":{{\"type\":\"context_compacted\"}}}}\n");
    let out = decode([line("event_msg"), line("compacted")].concat().as_bytes());
    assert_eq!(part(&out).counts.compactions, 1);
    assert!(at_line(&out, 1).has(flags::ECHO) && !at_line(&out, 2).has(flags::ECHO));
}

#[test]
fn answers_without_any_usage_are_rows_without_tokens() {
    let out = fixture!("no-usage");
    let rows: Vec<_> = out.usage.iter().map(|row| (row.scope, row.tokens.output.get(), row.event)).collect();
    let [first, second] = [5, 8].map(|line| (Scope::Request, None, event_of(&out, line)));
    assert_eq!(rows, [first, second]);
    assert_eq!(part(&out).counts.requests, Reported::NOT_RECORDED);
}

#[test]
fn old_files_have_no_envelope_and_no_times() {
    let out = fixture!("legacy");
    let part = part(&out);
    assert_eq!((part.project.as_deref(), part.title.as_deref()), (Some("old-shop"), Some("What is next?")));
    assert_eq!((part.counts.prompts, part.counts.tool_failures), (1, 1));
    assert_eq!((part.ended, part.duration_ms), (None, Reported::NOT_RECORDED));
    assert_eq!((out.usage.len(), out.usage[0].tokens.output), (1, Reported::NOT_RECORDED));
    assert!(out.problems.as_slice().is_empty());
}

#[test]
fn exec_usage_is_that_of_turns() {
    let out = fixture!("exec");
    let [row] = out.usage.as_slice() else { panic!("one row") };
    assert_eq!((row.scope, row.model), (Scope::Turn, StrId::NONE));
    let tokens = [row.tokens.input_uncached, row.tokens.cache_read, row.tokens.output, row.tokens.reasoning];
    assert_eq!(tokens.map(Reported::get), [Some(315), Some(24_448), Some(122), Some(0)]);
    assert_eq!((part(&out).relation, part(&out).join.as_ref()), (Relation::Stream, Some(&part(&out).id)));
}

#[test]
fn tools_of_servers_bear_their_full_name() {
    let call = |namespace: &str, name: &str| {
        let log = format!(
            "{{\"type\":\"response_item\",\"payload\":{{\"type\":\"function_call\",\"name\":\"{name}\",\"namespace\":\"{namespace}\"}}}}\n"
        );
        let out = decode(log.as_bytes());
        out.strings.get(at_line(&out, 1).name).to_owned()
    };
    assert_eq!(call("mcp__docs__", "read"), "mcp__docs__read");
    assert_eq!(call("mcp__docs", "read"), "mcp__docs__read");
    assert_eq!(call("mcp__apps__forge", "_create_issue"), "mcp__apps__forge_create_issue");
    assert_eq!(call("agents", "spawn_agent"), "spawn_agent");
}

/// codex.md §7: the items that are tools bear the names that rollouts have for them.
#[test]
fn exec_items_are_calls_of_the_tools_that_rollouts_name() {
    let out = fixture!("exec");
    let is_call = |kind: EventKind| matches!(kind, EventKind::ToolCall | EventKind::ToolResult);
    let calls = out.events.iter().filter(|(_, event)| is_call(event.kind));
    let told: Vec<_> = calls.map(|(_, event)| (event.line, event.kind, out.strings.get(event.name))).collect();
    let expected = [
        (4, EventKind::ToolCall, "shell"),
        (5, EventKind::ToolResult, "shell"),
        (6, EventKind::ToolCall, "apply_patch"),
        (7, EventKind::ToolCall, "mcp__docs__read"),
        (8, EventKind::ToolCall, "update_plan"),
        (9, EventKind::ToolCall, "update_plan"),
        (11, EventKind::ToolCall, "web_search"),
    ];
    assert_eq!(told, expected);
    assert_eq!((part(&out).counts.tool_calls, part(&out).counts.tool_failures), (6, 1));
    assert!(at_line(&out, 10).has(flags::ECHO));
}

/// A plan that is still open waits for nothing.
#[test]
fn exec_calls_of_a_turn_without_end_are_pending_plans_are_not() {
    let started = |id: &str, kind: &str| {
        format!("{{\"type\":\"item.started\",\"item\":{{\"id\":\"{id}\",\"type\":\"{kind}\"}}}}\n")
    };
    let log =
        ["{\"type\":\"turn.started\"}\n", &started("a", "todo_list"), &started("b", "command_execution")].concat();
    let out = decode(log.as_bytes());
    assert_eq!([2, 3].map(|line| at_line(&out, line).has(flags::PENDING)), [false, true]);
    let whole = "{\"type\":\"item.completed\",\"item\":{\"id\":\"a\",\"type\":\"todo_list\",\"items\":[]}}\n";
    assert_eq!(part(&decode(whole.as_bytes())).counts.tool_calls, 1);
}

#[test]
fn exec_usage_that_looks_like_a_running_total_counts_its_growth() {
    let out = fixture!("exec-cumulative");
    let rows: Vec<_> = out.usage.iter().map(|row| (row.tokens.context().get(), row.tokens.output.get())).collect();
    assert_eq!(rows, [(Some(1000), Some(100)), (Some(2000), Some(50)), (Some(900), Some(20))]);
    let problems: Vec<_> = out.problems.as_slice().iter().map(|problem| (problem.kind, problem.line)).collect();
    assert_eq!(problems, [(ProblemKind::Uncertain, Some(7))]);
}

#[test]
fn titles_are_hints_and_the_last_counts() {
    let out = fixture!("session-index");
    let titles: Vec<_> = out.titles.iter().map(|hint| (hint.of.clone(), hint.text.as_str())).collect();
    let of = |number: u32| TitleOf::Session(format!("019f0000-0000-7000-8000-{number:012}"));
    assert_eq!(titles, [(of(1), "New name"), (of(2), "Kept"), (of(3), "")]);
    assert!(out.parts.is_empty());
}

#[test]
fn what_is_ours_and_what_not() {
    let check = |line: &str, answer: bool| {
        let value = serde_json::from_slice(line.as_bytes()).expect("JSON");
        assert_eq!(Codex.sniff(&[value]), answer, "{line}");
    };
    check(r#"{"payload" : {} , "type" : "event_msg"}"#, true);
    check(r#"{"type":"session_meta","payload":null}"#, false);
    check(r#"{"type":"thread.started","thread_id":"a"}"#, true);
    check(r#"{"type":"item.completed","item":{"type":"agent_message"}}"#, true);
    check(r#"{"type":"turn.completed","usage":{}}"#, true);
    check(r#"{"id":"a","timestamp":"2025-08-10T18:00:00Z","instructions":null}"#, true);
    check(r#"{"id":"a","thread_name":"x","updated_at":"2026-05-01T10:00:00Z"}"#, true);
    // The history of prompts is no session.
    check(r#"{"session_id":"a","ts":1777629600,"text":"hi"}"#, false);
    check(r#"{"type":"message","role":"user"}"#, false);
}

#[test]
fn files_without_a_header_are_named_after_their_thread() {
    let name = "sessions/2026/07/06/rollout-2026-07-06T09-18-06-019f36b8-7808-7b53-b256-85144c802798.jsonl";
    let mut out = Sink::new(SourceMeta { path: name.into(), size: None });
    let mut decoder = Codex.decoder();
    let mut splitter = LineSplitter::default();
    let log = b"{\"type\":\"event_msg\",\"payload\":{\"type\":\"task_complete\"}}\n";
    splitter.push(log, |line| decoder.line(&line, &mut out));
    decoder.finish(&mut out);
    assert_eq!(part(&out).id, "019f36b8-7808-7b53-b256-85144c802798");
}

#[test]
fn the_oldest_files_are_one_document() {
    let log = r#"{"session":{"timestamp":"2025-04-20T10:00:00.000Z","id":"old-1","instructions":""},"items":[
{"role":"user","content":[{"type":"input_text","text":"Name \"items\": [1]"}],"type":"message"},
{"type":"function_call","name":"shell","arguments":"{}","call_id":"c1"},
{"type":"function_call_output","call_id":"c1","output":"{\"metadata\":{\"exit_code\":0,\"duration_seconds\":0}}"},
{"role":"assistant","type":"message","content":[{"type":"output_text","text":"Items."}]}]}"#;
    let value = serde_json::from_slice(log.as_bytes()).expect("JSON");
    assert!(Codex.sniff(&[value]));
    let one_line = log.replace('\n', " ");
    let out = decode(one_line.as_bytes());
    let part = part(&out);
    assert_eq!((part.id.as_str(), part.title.as_deref()), ("old-1", Some("Name \"items\": [1]")));
    assert_eq!((part.counts.prompts, part.counts.responses, part.counts.tool_calls), (1, 1, 1));
    let (_, last) = out.events.iter().last().expect("an event");
    let span = last.span.offset as usize..last.span.offset as usize + last.span.len as usize;
    assert!(one_line[span].starts_with(r#"{"role":"assistant""#));
    assert!(out.problems.as_slice().is_empty());
}

#[test]
fn a_thread_is_named_by_lines_of_its_own() {
    let log = |id: &str| {
        format!(
            "{{\"type\":\"session_meta\",\"payload\":{{\"id\":\"a\"}}}}\n{{\"type\":\"event_msg\",\"payload\":{{\"type\":\
             \"thread_name_updated\",\"thread_id\":\"{id}\",\"thread_name\":\"Named\"}}}}\n"
        )
    };
    assert_eq!(part(&decode(log("a").as_bytes())).title.as_deref(), Some("Named"));
    assert_eq!(part(&decode(log("parent").as_bytes())).title, None);
}

#[test]
fn lines_of_a_document_are_counted_wherever_its_header_stands() {
    let log = "{\n\"items\":[\n{\"type\":\"reasoning\"},\n{\"type\":\"reasoning\"}],\n\"session\":{\"id\":\"a\",\"timestamp\":\"\"}}";
    let whole = Line { bytes: log.as_bytes(), span: Span::default(), number: 1, is_ended: true, is_too_long: false };
    let mut out = Sink::new(SourceMeta { path: "a".into(), size: None });
    Codex.decoder().line(&whole, &mut out);
    let lines: Vec<_> = out.events.iter().map(|(_, event)| (event.kind, event.line)).collect();
    assert_eq!(lines, [(EventKind::SessionStart, 5), (EventKind::Thinking, 3), (EventKind::Thinking, 4)]);
}
