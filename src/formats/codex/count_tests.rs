//! What usage lines and copies become: codex.md E1-E8, X1-X9, §7.

use super::test_logs::{at_line, decode, event_of, fixture, items, part};
use crate::formats::Sink;
use crate::model::{Counter, EventKind, ProblemKind, Relation, Reported, RunningCount, Scope, StrId, hash_of};

/// Totals of all tokens, and those of the last request, in file order.
fn totals(out: &Sink) -> Vec<(Option<u64>, Option<u64>)> {
    let total = |counter: Option<Counter>| counter.and_then(|counter| counter.total);
    out.running.iter().map(|count| (total(count.total), total(count.last))).collect()
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
fn x8_usage_before_any_item_is_bound_to_the_turn_alone() {
    let message = |role: &str| {
        format!(
            "{{\"type\":\"response_item\",\"payload\":{{\"type\":\"message\",\"role\":\"{role}\",\"content\":[{{\"type\":\"input_text\",\"text\":\"Hi\"}}]}}}}\n"
        )
    };
    let count = |tokens: u32| {
        format!(
            "{{\"type\":\"event_msg\",\"payload\":{{\"type\":\"token_count\",\"info\":{{\"last_token_usage\":{{\"input_tokens\":{tokens}}}}}}}}}\n"
        )
    };
    // The answer before the second prompt is not looked at, and one that has its usage is not given another.
    let log =
        [message("user"), message("assistant"), message("user"), count(1), message("assistant"), count(2), count(3)];
    assert_eq!(items(&decode(log.concat().as_bytes())), [(4, 4), (6, 5), (7, 7)]);
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
