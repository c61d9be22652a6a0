//! What is no log, or hardly one: edge cases that all formats share (claude-code.md §11, codex.md §9, token-coverage.md
//! §2).

mod support;

use sessionscope::archive::{Archive, SourceReader};
use sessionscope::logic::sessions::rows;
use sessionscope::model::{ProblemKind, SourceId, SourceKind, SourceMeta};
use support::{archive, index};

fn answer(uuid: &str, time: &str, usage: &str) -> String {
    format!(
        r#"{{"type":"assistant","uuid":"{uuid}","sessionId":"s","timestamp":"{time}","requestId":"req_{uuid}","message":{{"id":"msg_{uuid}","model":"claude-opus-4-6","content":[{{"type":"text","text":"ok"}}],"stop_reason":"end_turn","usage":{usage}}}}}"#
    ) + "\n"
}

const TIME: &str = "2026-05-01T10:00:00Z";

#[test]
fn a_million_lines_of_other_json_are_given_up_after_a_few() {
    let mut reader = SourceReader::new(SourceMeta { path: "x.jsonl".into(), size: None });
    let lines = "{\"a\":[1,2,{\"b\":null}]}\n".repeat(10_000);
    let mut pushed = 0;
    while pushed < 100 && reader.wants_more() {
        reader.push(lines.as_bytes());
        pushed += 1;
    }
    assert_eq!(pushed, 1);
    let index = reader.finish(None);
    assert_eq!(index.kind, SourceKind::Foreign);
    assert!(index.problems.as_slice()[0].reason.contains("JSON of another kind, with the keys a"));
}

#[test]
fn the_first_of_two_formats_in_a_file_is_read_and_the_other_told() {
    let other =
        r#"{"timestamp":"2026-05-01T10:00:00Z","type":"response_item","payload":{"type":"message","role":"user"}}"#;
    let log = format!("{}{other}\n", answer("a", TIME, "{\"output_tokens\":5}"));
    let index = index("x.jsonl", log.as_bytes(), 1 << 16);
    assert_eq!(index.kind, SourceKind::Log("claude"));
    let problem = &index.problems.as_slice()[0];
    assert_eq!((problem.kind, problem.line), (ProblemKind::UnknownType, Some(2)));
}

#[test]
fn odd_counters_are_absent_or_cut_and_told() {
    let told = |usage: &str| {
        let archive = archive([("s.jsonl", answer("a", TIME, usage).as_bytes())]);
        let row = rows(&archive).remove(0);
        let source = archive.source(SourceId(0)).expect("loaded");
        let clamped = source.problems.as_slice().iter().filter(|problem| problem.kind == ProblemKind::Clamped).count();
        (row.totals.output.value().get(), clamped)
    };
    assert_eq!(told("{\"output_tokens\":\"5\"}"), (None, 0));
    assert_eq!(told("{\"output_tokens\":null}"), (None, 0));
    assert_eq!(told("{\"output_tokens\":7.9}"), (Some(7), 0));
    assert_eq!(told("{\"output_tokens\":-3}"), (Some(0), 1));
    assert_eq!(told("{\"output_tokens\":1e308}"), (Some(2_000_000), 1));
    assert_eq!(told("{\"output_tokens\":0}"), (Some(0), 0));
    assert_eq!(told("{}"), (None, 0));
    assert_eq!(told("null"), (None, 0));
}

#[test]
fn a_clock_that_goes_back_gives_no_negative_time() {
    let log = [answer("a", "2026-05-01T10:00:09Z", "{}"), answer("b", "2026-05-01T10:00:01Z", "{}")].concat();
    let row = rows(&archive([("s.jsonl", log.as_bytes())])).remove(0);
    assert_eq!(row.duration_ms.get(), Some(8_000));
    assert!(row.started < row.ended);
}

#[test]
fn a_line_of_100_000_nested_arrays_is_survived() {
    let nested = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    let deep = format!("\"deep\":{nested},\"uuid\"");
    let inside = answer("b", TIME, "{\"output_tokens\":5}").replace("\"uuid\"", &deep);
    let log = [answer("a", TIME, "{\"output_tokens\":5}"), inside].concat();
    let archive = archive([("s.jsonl", log.as_bytes())]);
    assert_eq!(rows(&archive)[0].totals.output.value().get(), Some(10));
    let log = [answer("a", TIME, "{\"output_tokens\":5}"), nested + "\n"].concat();
    let index = index("s.jsonl", log.as_bytes(), 1 << 16);
    assert_eq!(index.problems.as_slice().iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(2)]);
}

#[test]
fn one_session_in_500_files_is_one_session() {
    let mut archive = Archive::default();
    for number in 0..500u32 {
        let time = format!("2026-05-01T10:{:02}:{:02}Z", number / 60, number % 60);
        let log = answer(&number.to_string(), &time, "{\"output_tokens\":2,\"input_tokens\":1}");
        archive.add(SourceId(number), index(&format!("part-{number:03}.jsonl"), log.as_bytes(), 1 << 16));
    }
    archive.assemble();
    let rows = rows(&archive);
    assert_eq!((rows.len(), rows[0].sources.len(), rows[0].counts.responses), (1, 500, 500));
    assert_eq!(rows[0].totals.output.value().get(), Some(1000));
}

#[test]
fn without_ids_every_line_is_a_request_of_its_own() {
    let bare = r#"{"type":"assistant","sessionId":"s","message":{"model":"claude-opus-4-6","content":"ok","usage":{"output_tokens":5}}}"#;
    let archive = archive([("s.jsonl", format!("{bare}\n{bare}\n").as_bytes())]);
    assert_eq!(rows(&archive)[0].totals.output.value().get(), Some(10));
}
