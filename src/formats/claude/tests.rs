//! The rules of claude-code.md, each by a few lines of a log.

use super::Claude;
use crate::formats::{Format, Sink};
use crate::lines::LineSplitter;
use crate::model::{
    EventKind, Finality, Money, ProblemKind, Relation, Reported, Scope, SourceMeta, Status, TitleOf, TitleOrigin,
    UsageRow, flags, hash_of, price_hints,
};

pub const FILE: &str = "11111111-2222-4333-8444-555555555555";

/// The first pass over a log.
pub fn read_as(path: &str, log: &str) -> Sink {
    let mut out = Sink::new(SourceMeta { path: path.into(), size: None });
    let mut decoder = Claude.decoder();
    let mut splitter = LineSplitter::default();
    splitter.push(log.as_bytes(), |line| decoder.line(&line, &mut out));
    splitter.finish(|line| decoder.line(&line, &mut out));
    decoder.finish(&mut out);
    out
}

/// The same with every line ended, in a file that is named like its session.
pub fn read(lines: &[&str]) -> Sink {
    read_as(&format!("p/{FILE}.jsonl"), &(lines.join("\n") + "\n"))
}

/// A line with the usual envelope; `rest` are further keys.
pub fn line(kind: &str, uuid: &str, parent: &str, second: u32, rest: &str) -> String {
    let parent = if parent.is_empty() { "null".to_owned() } else { format!("\"{parent}\"") };
    let (minute, second) = (second / 60, second % 60);
    format!(
        r#"{{"parentUuid":{parent},"isSidechain":false,"sessionId":"{FILE}","cwd":"/home/ann/app","version":"2.1.0","gitBranch":"main","type":"{kind}","uuid":"{uuid}","timestamp":"2026-05-01T10:{minute:02}:{second:02}.000Z",{rest}}}"#
    )
}

pub fn prompt(uuid: &str, parent: &str, second: u32, text: &str) -> String {
    line("user", uuid, parent, second, &format!(r#""message":{{"role":"user","content":"{text}"}}"#))
}

/// An answer of one text block.
pub fn answer(uuid: &str, parent: &str, second: u32, id: &str, text: &str, usage: &str) -> String {
    let content = format!(r#"[{{"type":"text","text":"{text}"}}]"#);
    answer_of(uuid, parent, second, id, &content, usage)
}

pub fn answer_of(uuid: &str, parent: &str, second: u32, id: &str, content: &str, usage: &str) -> String {
    let rest = format!(
        r#""requestId":"req_{id}","message":{{"id":"{id}","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":{content},"stop_reason":null,"usage":{{{usage}}}}}"#
    );
    line("assistant", uuid, parent, second, &rest)
}

fn strs(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).collect()
}

fn only(out: &Sink) -> &UsageRow {
    assert_eq!(out.usage.len(), 1, "{:?}", out.usage);
    &out.usage[0]
}

/// The kinds of all events, with the flags that matter here.
fn kinds(out: &Sink) -> Vec<(EventKind, u8)> {
    out.events.iter().map(|(_, event)| (event.kind, event.flags)).collect()
}

fn usage_of(usage: &str) -> UsageRow {
    *only(&read(&[&answer("a", "", 1, "msg_1", "hi", usage)]))
}

fn numbers(row: &UsageRow) -> [Option<u64>; 5] {
    let tokens = row.tokens;
    [tokens.input_uncached, tokens.cache_read, tokens.cache_write, tokens.cache_write_1h, tokens.output]
        .map(Reported::get)
}

#[test]
fn logs_are_recognised_by_their_lines() {
    let check = |text: &str, answer: bool| {
        let value = serde_json::from_slice(text.as_bytes()).expect("JSON");
        assert_eq!(Claude.sniff(&[value]), answer, "{text}");
    };
    check(r#"{"type":"user","message":{},"sessionId":"s"}"#, true);
    check(r#"{"type":"assistant","message":{},"parentUuid":null}"#, true);
    check(r#"{"type":"assistant","message":{},"isSidechain":true}"#, true);
    check(r#"{"type":"summary","summary":"x","leafUuid":"u"}"#, true);
    check(r#"{"type":"file-history-snapshot","messageId":"m","snapshot":{}}"#, true);
    check(r#"{"type":"permission-mode","sessionId":"s"}"#, true);
    check(r#"{"timestamp":"t","sessionId":"s","message":{"usage":{}}}"#, true);
    check(r#"{"type":"system","subtype":"init","session_id":"s"}"#, true);
    check(r#"{"type":"assistant","message":{},"session_id":"s"}"#, true);
    check(r#"{"type":"result","subtype":"success","session_id":"s"}"#, true);
    check(r#"{"type":"user","message":"hi","sessionId":"s"}"#, false);
    check(r#"{"type":"user","message":{"parts":[]}}"#, false);
    check(r#"{"type":"session","id":"x"}"#, false);
    check(r#"{"type":"response_item","payload":{}}"#, false);
    check(r#"{"type":"session.start","session_id":"s","data":{}}"#, false);
    check(r#"{"type":"progress"}"#, false);
}

#[test]
fn m1_presence_is_a_key_with_a_number() {
    assert_eq!(numbers(&usage_of("")), [None; 5]);
    assert_eq!(numbers(&usage_of(r#""output_tokens":0"#)), [None, None, None, None, Some(0)]);
    assert_eq!(
        numbers(&usage_of(r#""output_tokens":null,"input_tokens":"7","cache_read_input_tokens":{},"other":9"#)),
        [None; 5]
    );
    assert_eq!(numbers(&usage_of(r#""input_tokens":12.0,"output_tokens":7.9"#)), [Some(12), None, None, None, Some(7)]);
}

#[test]
fn c6_and_m2_impossible_counters_are_cut_and_told() {
    let out = read(&[&answer(
        "a",
        "",
        1,
        "m",
        "hi",
        r#""input_tokens":-5,"output_tokens":2000001,"cache_read_input_tokens":2000000"#,
    )]);
    let row = only(&out);
    assert_eq!(numbers(row), [Some(0), Some(2_000_000), None, None, Some(2_000_000)]);
    assert!(row.is_clamped);
    let told: Vec<_> =
        out.problems.as_slice().iter().map(|problem| (problem.kind, problem.line, problem.count)).collect();
    assert_eq!(told, [(ProblemKind::Clamped, Some(1), 1), (ProblemKind::Clamped, Some(1), 1)]);
}

#[test]
fn the_split_of_cache_writes_counts_before_the_flat_field() {
    let split = r#""cache_creation":{"ephemeral_5m_input_tokens":40,"ephemeral_1h_input_tokens":2}"#;
    let row = usage_of(&format!(r#""cache_creation_input_tokens":500,{split}"#));
    assert_eq!(numbers(&row), [None, None, Some(42), Some(2), None]);
    let row = usage_of(r#""cache_creation_input_tokens":500"#);
    assert_eq!(numbers(&row), [None, None, Some(500), None, None]);
}

#[test]
fn worked_example_of_one_request_in_three_lines() {
    let usage = |output: u32| {
        format!(
            r#""input_tokens":3,"cache_read_input_tokens":15000,"cache_creation_input_tokens":500,"output_tokens":{output}"#
        )
    };
    let lines: Vec<String> = [(1, "think"), (2, "hi"), (310, "hi there")]
        .iter()
        .enumerate()
        .map(|(number, (output, text))| {
            answer(&format!("a{number}"), "", number as u32, "msg_A", text, &usage(*output))
        })
        .collect();
    let out = read(&strs(&lines));
    assert_eq!(out.usage.len(), 3);
    assert!(out.usage.iter().all(|row| row.id == out.usage[0].id && row.id.request != 0));
    assert_eq!(out.parts[0].counts.requests, Reported::new(1));
    let told: Vec<_> =
        out.events.iter().filter_map(|(index, event)| Some((index, event.context?, event.output?))).collect();
    assert_eq!(told, [(0, 15_503, 310)]);
}

#[test]
fn c1_names_of_requests() {
    let id = |rest: &str| only(&read(&[&line("assistant", "u1", "", 1, rest)])).id;
    let both = id(r#""requestId":"req_1","message":{"id":"msg_1","usage":{}}"#);
    assert_eq!((both.response, both.request), (hash_of(&["msg_1"]), hash_of(&["req_1"])));
    let no_request = id(r#""message":{"id":"msg_1","usage":{}}"#);
    assert_eq!((no_request.response, no_request.request), (hash_of(&["msg_1"]), 0));
    let by_line = id(r#""message":{"usage":{}}"#);
    assert_eq!((by_line.response, by_line.request), (hash_of(&["uuid", "u1"]), hash_of(&["uuid", "u1"])));
    let bare = *only(&read(&[
        r#"{"timestamp":"2026-05-01T10:00:00Z","sessionId":"s","message":{"usage":{"output_tokens":1}}}"#,
    ]));
    assert_eq!((bare.id.response, bare.id.request, bare.tokens.output), (0, 0, Reported::new(1)));
}

#[test]
fn c2_a_side_conversation_that_replays_an_answer_is_no_second_request() {
    let main = answer("a", "", 1, "msg_1", "hi", r#""output_tokens":5,"cache_read_input_tokens":9"#);
    let side = answer("b", "", 2, "msg_1", "hi", r#""output_tokens":500"#)
        .replace(r#""isSidechain":false"#, r#""isSidechain":true"#)
        .replace("req_msg_1", "req_other");
    let other = side.replace("msg_1", "msg_2").replace(r#""uuid":"b""#, r#""uuid":"c""#);
    let out = read(&[&main, &side, &other]);
    assert_eq!(out.usage.iter().map(|row| row.is_side).collect::<Vec<_>>(), [false, true, true]);
    assert_eq!([0, 1].map(|part| out.parts[part].counts.requests.get()), [Some(1), Some(1)]);
    let told: Vec<_> = out.events.iter().filter_map(|(_, event)| event.output).collect();
    assert_eq!(told, [5, 500]);
}

#[test]
fn c3_the_snapshot_that_says_most_wins() {
    let check = |first: &str, second: &str, context: u32| {
        let out = read(&[&answer("a", "", 1, "m", "x", first), &answer("b", "a", 2, "m", "y", second)]);
        let told: Vec<_> = out.events.iter().filter_map(|(_, event)| event.context).collect();
        assert_eq!(told, [context], "{first} {second}");
    };
    check(r#""output_tokens":9,"input_tokens":1"#, r#""output_tokens":8,"input_tokens":2"#, 1);
    check(r#""output_tokens":9,"input_tokens":7"#, r#""output_tokens":9,"input_tokens":2"#, 7);
    let speed = |read: u32, uncached: u32, speed: &str| {
        format!(r#""output_tokens":9,"input_tokens":{uncached},"cache_read_input_tokens":{read}{speed}"#)
    };
    let with = read(&[
        &answer("a", "", 1, "m", "x", &speed(1, 2, r#","speed":"standard""#)),
        &answer("b", "a", 2, "m", "y", &speed(2, 1, "")),
    ]);
    assert_eq!(with.usage[0].hints, price_hints::HAS_SPEED);
    check(r#""output_tokens":null,"input_tokens":1"#, r#""output_tokens":0,"input_tokens":2"#, 2);
}

#[test]
fn c7_answers_that_the_agent_made_up_are_errors() {
    let synthetic =
        answer("a", "", 1, "m", "API Error: 500", r#""output_tokens":0"#).replace("claude-sonnet-4-5", "<synthetic>");
    let flagged = answer("b", "", 2, "n", "API Error: 429", "")
        .replace(r#""type":"assistant""#, r#""isApiErrorMessage":true,"type":"assistant""#);
    let out = read(&[&synthetic, &flagged]);
    assert!(out.usage.iter().all(|row| row.exclusion.is_some()));
    assert_eq!(kinds(&out), [(EventKind::Error, flags::FAILED); 2]);
    let part = &out.parts[0];
    assert_eq!((part.counts.errors, part.counts.responses, part.counts.requests), (2, 0, Reported::new(0)));
    assert!(part.models.is_empty());
}

#[test]
fn c8_finality_by_the_reason_to_stop() {
    let of = |stop: &str| {
        let line = answer("a", "", 1, "m", "x", "").replace(r#""stop_reason":null,"#, stop);
        only(&read(&[&line])).finality
    };
    assert_eq!(of(r#""stop_reason":"end_turn","#), Finality::Final);
    assert_eq!(of(r#""stop_reason":null,"#), Finality::Partial);
    assert_eq!(of(""), Finality::Unknown);
}

#[test]
fn p2_recorded_costs_are_kept_as_written() {
    let of = |cost: &str, usage: &str| {
        let line = answer("a", "", 1, "m", "x", usage)
            .replace(r#""type":"assistant""#, &format!(r#""costUSD":{cost},"durationMs":1500,"type":"assistant""#));
        let out = read(&[&line]);
        (only(&out).cost, out.events.get(0).and_then(|event| event.duration_ms))
    };
    assert_eq!(of("0.25", r#""output_tokens":9"#), (Money::parse("0.25").into(), Some(1500)));
    assert_eq!(of("0", r#""output_tokens":9"#).0, Reported::new(Money::from_pico(0)));
    assert_eq!(of("0", r#""output_tokens":0"#).0, Reported::new(Money::from_pico(0)));
    assert_eq!(of("null", "").0, Reported::NOT_RECORDED);
}

#[test]
fn price_hints_and_searches_of_the_usage_object() {
    let row = usage_of(r#""speed":"fast","service_tier":"batch","server_tool_use":{"web_search_requests":3}"#);
    assert_eq!(row.hints, price_hints::HAS_SPEED | price_hints::FAST | price_hints::BATCH);
    assert_eq!(row.web_searches, 3);
    assert_eq!(usage_of(r#""speed":null,"service_tier":"standard""#).hints, 0);
}

#[test]
fn searches_that_only_a_result_tells_of() {
    let call = r#"[{"type":"tool_use","id":"t1","name":"WebSearch","input":{"query":"x"}}]"#;
    let result = |count: u32| {
        let rest = format!(
            r#""toolUseResult":{{"searchCount":{count}}},"message":{{"content":[{{"type":"tool_result","tool_use_id":"t1","content":"ok"}}]}}"#
        );
        line("user", "r", "a", 2, &rest)
    };
    let out = read(&[&answer_of("a", "", 1, "m", call, ""), &result(2)]);
    assert_eq!(only(&out).web_searches, 2);
    assert!(out.parts[0].facts.iter().any(|fact| fact.name == "Not covered"));
    let counted = r#""server_tool_use":{"web_search_requests":1}"#;
    let out = read(&[&answer_of("a", "", 1, "m", call, counted), &result(2)]);
    assert_eq!(only(&out).web_searches, 1);
}

#[path = "tests_files.rs"]
mod files;
#[path = "tests_lines.rs"]
mod lines;
