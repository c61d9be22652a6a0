use super::*;
use crate::logic::made::{answer, archive, event, part, source};
use crate::logic::track::Mark;
use crate::model::{EventKind, Reported, RequestId};

fn usage(archive: &Archive, key: &str, step: u32) -> StepUsage {
    step_usage(archive, &mut RequestSteps::default(), key, step).expect("it is there").0
}

#[test]
fn a_request_stands_at_its_step_and_its_repetition_leads_there() {
    let mut made = source("a.jsonl");
    part(&mut made, "a");
    let id = RequestId { response: 7, request: 7 };
    answer(&mut made, Some(10), Some(2)).id = id;
    event(&mut made, EventKind::ToolCall, None);
    answer(&mut made, Some(10), Some(2)).id = id;
    let archive = archive([made]);
    let told = |usage: &StepUsage| {
        let row = |row: &ExplainRow| (row.decision.clone(), row.line.line, row.counts());
        usage.rows.iter().map(row).collect::<Vec<_>>()
    };
    let (kept, repeated) = (("kept".to_owned(), 3, true), ("repeated".to_owned(), 1, false));
    let first = usage(&archive, "a", 0);
    assert_eq!(first.line, Some(LineName { path: "a.jsonl".into(), line: 1 }));
    assert_eq!((told(&first), first.counted_at), (vec![kept.clone(), repeated], None));
    // The last record tells the numbers; the request belongs to the step where it appeared first.
    let again = usage(&archive, "a", 2);
    assert_eq!((told(&again), again.counted_at), (vec![kept], Some(0)));
    let nothing = usage(&archive, "a", 1);
    assert_eq!((nothing.rows.len(), nothing.counted_at), (0, None));
    let none = |key, step| step_usage(&archive, &mut RequestSteps::default(), key, step).is_none();
    assert!(none("a", 3) && none("b", 0));
}

/// The page shows them at the step before, and so do explanations.
#[test]
fn counts_in_a_line_of_their_own_belong_to_the_step_before() {
    let mut made = source("b.jsonl");
    part(&mut made, "b");
    let call = event(&mut made, EventKind::ToolCall, None);
    made.events.set_tokens(call, Some(7), Some(3));
    answer(&mut made, Some(7), Some(3));
    let counts = made.usage[0].event;
    made.events.set_kind(counts, EventKind::Usage);
    let archive = archive([made]);
    let step = usage(&archive, "b", call);
    assert_eq!(step.rows.iter().map(|row| row.tokens.output).collect::<Vec<_>>(), [Reported::new(3)]);
    assert_eq!(usage(&archive, "b", counts).counted_at, Some(call));
}

#[test]
fn written_counters_keep_the_words_of_the_log() {
    let check = |line: &str, answer: &[(&str, &str)]| {
        let found = written(line.as_bytes());
        let found: Vec<(&str, &str)> = found.iter().map(|fact| (&*fact.name, &*fact.value)).collect();
        assert_eq!(found, answer, "{line}");
    };
    check(
        r#"{"n":1,"message":{"usage":{"input_tokens":3,"tier":"x","cache":{"5m":0}}}}"#,
        &[("message.usage.cache.5m", "0"), ("message.usage.input_tokens", "3")],
    );
    check(
        r#"{"payload":{"info":{"last_token_usage":{"output":1}},"rate":{"used":9}}}"#,
        &[("payload.info.last_token_usage.output", "1")],
    );
    check(r#"{"cost_usd":0.5,"usage":[{"a":1}]}"#, &[("cost_usd", "0.5"), ("usage.0.a", "1")]);
    check("no JSON", &[]);
}

#[test]
fn what_is_recorded_so_far() {
    let answer = |context, output| Mark {
        kind: EventKind::Response,
        flags: 0,
        at_ms: None,
        duration_ms: None,
        context,
        output,
        name: 0,
    };
    let track = Track::new(vec![answer(Some(1), Some(2)), answer(None, Some(2)), answer(None, None)], vec![]);
    let told = |event| {
        let Recorded { requests, context, output } = recorded_until(&track, event);
        (requests, context, output)
    };
    assert_eq!([Some(0), Some(1), None].map(told), [(1, 1, 1), (2, 1, 2), (3, 1, 2)]);
    assert_eq!([0, 2, 3].map(|event| request_number(&track, event)), [Some((1, 3)), Some((3, 3)), None]);
    let told_apart = track.with_requests(vec![1, 2]);
    assert_eq!([0, 1, 2].map(|event| request_number(&told_apart, event)), [None, Some((1, 2)), Some((2, 2))]);
}
