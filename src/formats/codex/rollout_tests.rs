//! The rules and worked examples of codex.md, on the logs of `tests/fixtures/codex`.

use super::Codex;
use crate::formats::{Format, Sink};
use crate::lines::LineSplitter;
use crate::model::{
    Counter, Event, EventKind, ProblemKind, Relation, Reported, RunningCount, Scope, SessionPart, SourceMeta, Status,
    StrId, TitleOf, flags, hash_of,
};

macro_rules! fixture {
    ($name:literal) => {
        decode(include_bytes!(concat!("../../../tests/fixtures/codex/codex-", $name, ".jsonl")))
    };
}

fn decode(log: &[u8]) -> Sink {
    let mut out = Sink::new(SourceMeta { path: "logs/a.jsonl".into(), size: None });
    let mut decoder = Codex.decoder();
    let mut splitter = LineSplitter::default();
    splitter.push(log, |line| decoder.line(&line, &mut out));
    splitter.finish(|line| decoder.line(&line, &mut out));
    decoder.finish(&mut out);
    out
}

fn part(out: &Sink) -> &SessionPart {
    &out.parts[0]
}

/// Totals of all tokens, and those of the last request, in file order.
fn totals(out: &Sink) -> Vec<(Option<u64>, Option<u64>)> {
    let total = |counter: Option<Counter>| counter.and_then(|counter| counter.total);
    out.running.iter().map(|count| (total(count.total), total(count.last))).collect()
}

/// The line of each count, and that of the item that it is attached to.
fn items(out: &Sink) -> Vec<(u32, u32)> {
    let line = |event: u32| out.events.get(event).expect("an event").line;
    out.running.iter().map(|count| (line(count.event), line(count.item))).collect()
}

fn at_line(out: &Sink, line: u32) -> Event {
    out.events.iter().find(|(_, event)| event.line == line).expect("an event").1
}

fn event_of(out: &Sink, line: u32) -> u32 {
    out.events.iter().find(|(_, event)| event.line == line).expect("an event").0
}

#[test]
fn e1_repeated_lines_are_the_same_info_and_take_no_item() {
    let out = fixture!("e1-reemission");
    let once = (Some(1100), Some(1100));
    assert_eq!(totals(&out), [once, once, once, (Some(3300), Some(2200))]);
    let infos: Vec<bool> = out.running.windows(2).map(|pair| pair[0].info == pair[1].info).collect();
    assert_eq!(infos, [true, true, false]);
    assert_eq!(items(&out), [(7, 5), (8, 8), (10, 10), (12, 11)]);
    assert_eq!(part(&out).counts.requests, Reported::new(2));
}

#[test]
fn e2_totals_alone_are_handed_on() {
    let out = fixture!("e2-totals-only");
    let inputs: Vec<_> = out.running.iter().map(|count| count.total.and_then(|total| total.input)).collect();
    assert_eq!(inputs, [Some(1000), Some(1600), Some(1600), Some(400)]);
    assert!(out.running.iter().all(|count| count.last.is_none()));
    assert_eq!(items(&out), [(5, 4), (7, 6), (8, 8), (10, 9)]);
    assert_eq!(part(&out).counts.requests, Reported::new(3));
}

#[test]
fn e3_cached_tokens_are_within_the_input() {
    let out = fixture!("e3-cached");
    let [count] = out.running.as_slice() else { panic!("one count") };
    let tokens = count.last.expect("a last usage").tokens();
    let told = [tokens.input_uncached, tokens.cache_read, tokens.output, tokens.reasoning, tokens.context()];
    assert_eq!(told.map(Reported::get), [Some(4_000), Some(6_000), Some(500), Some(300), Some(10_000)]);
    assert_eq!(tokens.cache_write, Reported::NOT_RECORDED);
    assert_eq!(count.last.and_then(|last| last.total), Some(10_500));
    assert_eq!(out.strings.get(count.model), "gpt-5.4");
}

#[test]
fn e4_x8_each_request_is_attached_to_its_last_item() {
    let out = fixture!("e4-two-requests");
    assert_eq!(items(&out), [(8, 6), (10, 9)]);
    assert_eq!(at_line(&out, 6).kind, EventKind::ToolCall);
    assert_eq!(at_line(&out, 9).kind, EventKind::Response);
    assert_eq!(out.running.iter().filter_map(|count| count.last?.output).sum::<u64>(), 700);
}

#[test]
fn e5_a_fork_tells_where_copies_may_be() {
    let out = fixture!("e5-fork");
    let part = part(&out);
    assert!(part.id.ends_with("51") && part.parent_id.as_ref().is_some_and(|id| id.ends_with("50")));
    assert_eq!(part.relation, Relation::Fork);
    let history = part.history.as_ref().expect("a history");
    assert_eq!((history.told, history.gate, history.has_parent_header), (None, Some(0), true));
    // Test 4a: what is older than the file is a copy.
    assert_eq!(history.guessed, Some(event_of(&out, 9)));
    assert_eq!(part.title.as_deref(), Some("Now test it"));
    let turns: Vec<_> = out.anchors.turns.iter().map(|turn| (turn.hash, turn.event)).collect();
    let [copied, own] = [("turn-p1", 3), ("turn-f1", 9)].map(|(id, line)| (hash_of(&[id]), event_of(&out, line)));
    assert_eq!(turns, [copied, own]);
    let parent = fixture!("e5-parent");
    assert_eq!(parent.anchors.turns[0].hash, hash_of(&["turn-p1"]));
    assert_eq!((parent.parts[0].history.as_ref(), parent.parts[0].relation), (None, Relation::Root));
    assert_eq!(parent.running[0].info, out.running[0].info);
}

#[test]
fn e5_a_fork_of_copied_lines_alone_is_all_copies() {
    let out = fixture!("e5-fork-copied-only");
    let history = part(&out).history.clone().expect("a history");
    assert_eq!(history.guessed, Some(out.events.len() as u32));
}

#[test]
fn x5_copies_that_bear_the_second_of_the_fork_are_found() {
    let out = fixture!("e5-fork-restamped");
    let history = part(&out).history.clone().expect("a history");
    assert_eq!((history.told, history.guessed), (None, Some(event_of(&out, 10))));
    assert_eq!(part(&out).title.as_deref(), Some("Own turn"));
}

#[test]
fn e6_an_inherited_total_is_no_request() {
    let out = fixture!("e6-baseline");
    assert_eq!(totals(&out), [(Some(2_000_000), Some(0)), (Some(2_010_500), Some(10_500))]);
    assert_eq!(items(&out), [(4, 4), (6, 5)]);
    assert_eq!(part(&out).counts.requests, Reported::new(1));
}

#[test]
fn e7_a_child_that_counts_from_zero_has_no_copies() {
    let out = fixture!("e7-child-from-zero");
    let history = part(&out).history.clone().expect("a history");
    assert_eq!((history.told, history.guessed, history.gate), (None, None, Some(0)));
    assert!(!history.has_parent_header);
    assert_eq!(totals(&out), [(Some(14_700), Some(14_700))]);
}

#[test]
fn e8_lanes_are_kept_apart() {
    let out = fixture!("e8-lanes");
    let lanes: Vec<&str> = out.running.iter().map(|count| out.strings.get(count.lane)).collect();
    assert_eq!(lanes, ["codex", "codex_bengalfox", "codex"]);
    let lasts: Vec<_> = totals(&out).into_iter().map(|(_, last)| last.unwrap_or(0)).collect();
    assert_eq!((lasts.iter().sum::<u64>(), part(&out).counts.requests), (461_000, Reported::new(3)));
}

#[test]
fn x1_records_of_responses_replace_running_totals() {
    let out = fixture!("records");
    assert!(out.running.is_empty());
    let thread = part(&out).id.as_str();
    let ids: Vec<_> = out.usage.iter().map(|row| (row.id.response, row.id.request)).collect();
    let [first, second] = ["resp_1", "resp_2"].map(|response| hash_of(&[thread, response]));
    assert_eq!(ids, [(first, first), (second, second), (second, second)]);
    let outputs: Vec<_> = out.usage.iter().map(|row| row.tokens.output.get()).collect();
    assert_eq!(outputs, [Some(100), Some(50), Some(50)]);
    assert!(out.usage.iter().all(|row| row.scope == Scope::Request));
    assert_eq!(part(&out).counts.requests, Reported::new(2));
    assert_eq!((at_line(&out, 5).output, at_line(&out, 9).output), (Some(100), Some(50)));
    assert_eq!(part(&out).context_window, Reported::new(258_400));
}

#[test]
fn x1_counters_no_request_can_have_are_cut() {
    let log = br#"{"type":"session_meta","payload":{"id":"a"}}
{"type":"token_usage_record","payload":{"response_id":"r","usage":{"input_tokens":3000000,"output_tokens":-1}}}
"#;
    let out = decode(log);
    let [row] = out.usage.as_slice() else { panic!("one row") };
    assert_eq!([row.tokens.input_uncached, row.tokens.output].map(Reported::get), [Some(2_000_000), Some(0)]);
    assert!(row.is_clamped);
    assert_eq!(out.problems.as_slice().iter().filter(|problem| problem.kind == ProblemKind::Clamped).count(), 2);
}

#[test]
fn x2_null_and_empty_infos_are_no_counts() {
    let out = fixture!("odd");
    let [count] = out.running.as_slice() else { panic!("one count") };
    let last = count.last.expect("a last usage");
    assert_eq!((last.input, last.cached, last.output, last.total), (Some(0), Some(3), None, None));
    assert_eq!(count.total, None);
}

#[test]
fn x4_a_lost_line_is_left_to_the_archive() {
    let out = fixture!("lost-count");
    assert_eq!(totals(&out), [(Some(1100), Some(1100)), (Some(5400), Some(2200))]);
    assert_eq!(items(&out), [(5, 4), (8, 7)]);
}

#[test]
fn x5_ordinals_tell_the_first_own_line() {
    let out = fixture!("subagent");
    let part = part(&out);
    let history = part.history.clone().expect("a history");
    assert_eq!(history.told, Some(event_of(&out, 6)));
    assert_eq!((history.gate, history.has_parent_header), (Some(event_of(&out, 2)), true));
    assert_eq!((part.relation, part.title.as_deref()), (Relation::SubAgent, Some("Review it")));
    let fact = |name: &str| part.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.as_str());
    assert_eq!((fact("Nickname"), fact("Role")), (Some("Ada"), Some("reviewer")));
}

#[test]
fn x5_the_first_header_is_the_identity() {
    let out = fixture!("odd");
    let part = part(&out);
    assert!(part.id.ends_with("30"));
    assert_eq!((part.project.as_deref(), part.history.as_ref()), (Some("shop"), None));
    assert!(part.facts.iter().all(|fact| fact.name != "Branch"));
}

#[test]
fn x5_a_parent_alone_opens_no_gate() {
    let out = fixture!("subagent-review");
    let history = part(&out).history.clone().expect("a history");
    assert_eq!((history.told, history.guessed, history.gate), (None, None, None));
    assert_eq!(part(&out).relation, Relation::SubAgent);
}

#[test]
fn x9_the_model_is_that_of_the_turn() {
    let out = fixture!("turns");
    let models: Vec<&str> = out.running.iter().map(|count| out.strings.get(count.model)).collect();
    assert_eq!(models, ["gpt-5.5", "gpt-5.4", "gpt-5.4"]);
    let unknown = decode(
        br#"{"type":"session_meta","payload":{"id":"a"}}
{"type":"event_msg","payload":{"type":"token_count","info":{"last_token_usage":{"output_tokens":1}}}}
{"type":"event_msg","payload":{"type":"token_count","info":{"model":"m","last_token_usage":{"output_tokens":2}}}}
"#,
    );
    let models: Vec<StrId> = unknown.running.iter().map(|count| count.model).collect();
    assert_eq!((models[0], unknown.strings.get(models[1])), (StrId::NONE, "m"));
}

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
    assert_eq!((part(&out).counts.tool_calls, part(&out).counts.tool_failures), (4, 1));
    assert_eq!((part(&out).relation, part(&out).join.as_ref()), (Relation::Stream, Some(&part(&out).id)));
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
fn windows_and_ordinals_do_not_matter_to_equal_infos() {
    let line = |rest: &str| {
        format!(
            "{{\"type\":\"event_msg\",\"payload\":{{\"type\":\"token_count\",\"info\":{{\"last_token_usage\":{{{rest}}}}}}}}}\n"
        )
    };
    let log = [
        line("\"input_tokens\":1,\"output_tokens\":2"),
        line("\"output_tokens\":2,\"input_tokens\":1.0"),
        line("\"output_tokens\":2"),
    ];
    let out = decode(log.concat().as_bytes());
    let infos: Vec<u64> = out.running.iter().map(|count: &RunningCount| count.info).collect();
    assert!(infos[0] == infos[1] && infos[1] != infos[2]);
}
