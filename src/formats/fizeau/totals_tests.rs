use crate::formats::fizeau::Fizeau;
use crate::formats::{Format, Sink};
use crate::lines::LineSplitter;
use crate::model::{ProblemKind, Reported, Scope, SourceMeta};

fn decode(lines: &[String]) -> Sink {
    let mut out = Sink::new(SourceMeta { path: "logs/a.jsonl".into(), size: None });
    let mut decoder = Fizeau.decoder();
    let mut splitter = LineSplitter::default();
    splitter.push(lines.concat().as_bytes(), |line| decoder.line(&line, &mut out));
    decoder.finish(&mut out);
    out
}

fn line(kind: &str, data: &str) -> String {
    let at = "2026-05-01T10:00:00Z";
    format!("{{\"session_id\":\"s\",\"seq\":0,\"type\":\"{kind}\",\"ts\":\"{at}\",\"data\":{data}}}\n")
}

/// token-coverage.md M2: a request is limited, a whole session may use more.
#[test]
fn m2_counters_no_request_can_have_are_cut_those_of_a_session_stand() {
    let usage = "{\"input\":9000000,\"output\":-5,\"cache_read\":2000000,\"total\":8999995}";
    let out = decode(&[
        line("session.start", "{\"provider\":\"anthropic\",\"model\":\"m\",\"prompt\":\"Go\"}"),
        line("llm.response", &format!("{{\"content\":\"a\",\"usage\":{usage},\"model\":\"m\"}}")),
        line("session.end", "{\"status\":\"success\",\"output\":\"a\",\"tokens\":{\"input\":9000000,\"output\":7}}"),
    ]);
    let [request, total] = out.usage.as_slice() else { panic!("two rows") };
    let counters = [request.tokens.input_uncached, request.tokens.output, request.tokens.cache_read];
    assert_eq!(counters.map(Reported::get), [Some(2_000_000), Some(0), Some(2_000_000)]);
    assert_eq!((request.scope, request.is_clamped), (Scope::Request, true));
    assert_eq!((total.tokens.input_uncached.get(), total.is_clamped), (Some(9_000_000), false));
    let told: Vec<_> = out.problems.as_slice().iter().map(|problem| (problem.kind, problem.line)).collect();
    assert_eq!(told, [(ProblemKind::Clamped, Some(2)), (ProblemKind::Clamped, Some(2))]);
    // As Fizeau's report counts, nothing is cut.
    assert_eq!(out.parts[0].reference.as_ref().map(|row| (row.input, row.output)), Some((9_000_000, 7)));
}

#[test]
fn m2_a_negative_total_is_none_and_stands_in_the_reference_row() {
    let out = decode(&[
        line("session.start", "{\"provider\":\"openrouter\",\"model\":\"m\"}"),
        line("session.end", "{\"status\":\"success\",\"tokens\":{\"input\":-3,\"output\":7}}"),
    ]);
    let [total] = out.usage.as_slice() else { panic!("one row") };
    assert_eq!((total.tokens.input_uncached.get(), total.is_clamped), (Some(0), true));
    assert_eq!(out.parts[0].reference.as_ref().map(|row| row.input), Some(-3));
}
