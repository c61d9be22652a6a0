//! Long sessions side by side: nothing gets lost, and the work stays bounded. How long it takes is printed, not judged.

mod support;

use sessionscope::archive::Archive;
use sessionscope::logic::compare::{Compared, Reader, compared, steps};
use sessionscope::model::Body;
use std::time::Instant;

const A: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const B: &str = "bbbbbbbb-0000-4000-8000-000000000002";

/// A prompt and calls of `Bash`, each with its result.
fn log(session: &str, commands: impl Iterator<Item = String>) -> String {
    let line = |number: usize, rest: &str| {
        format!(
            "{{\"uuid\":\"{session}{number}\",\"sessionId\":\"{session}\",\"timestamp\":\"2026-05-01T10:00:00Z\",\"version\":\"2.1.30\",{rest}}}\n"
        )
    };
    let mut log = line(0, "\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"Do it\"}");
    for (number, command) in (1..).zip(commands) {
        let call = format!(
            "{{\"type\":\"tool_use\",\"id\":\"t{number}\",\"name\":\"Bash\",\"input\":{{\"command\":\"{command}\"}}}}"
        );
        let said = format!(
            "\"type\":\"assistant\",\"message\":{{\"id\":\"m{number}\",\"role\":\"assistant\",\"model\":\"opus\",\"content\":[{call}]}}"
        );
        log += &line(2 * number, &said);
        let came = format!("{{\"type\":\"tool_result\",\"tool_use_id\":\"t{number}\",\"content\":\"done\"}}");
        log +=
            &line(2 * number + 1, &format!("\"type\":\"user\",\"message\":{{\"role\":\"user\",\"content\":[{came}]}}"));
    }
    log
}

fn read(archive: &Archive, key: &str, bytes: &[u8]) -> Reader {
    let mut reader = Reader::default();
    for call in steps(archive, key).expect("a session") {
        let mut body = Body::default();
        for line in &call.lines {
            let start = line.span.offset as usize;
            body.extend(call.format.body(&bytes[start..start + line.span.len as usize], line.block));
        }
        reader.add(&call, &body);
    }
    reader
}

fn both(left: &str, right: &str) -> Compared {
    let archive = support::archive([("a.jsonl", left.as_bytes()), ("b.jsonl", right.as_bytes())]);
    let began = Instant::now();
    let readers = [read(&archive, A, left.as_bytes()), read(&archive, B, right.as_bytes())];
    let read_ms = began.elapsed().as_millis();
    let sides = readers.into_iter().zip([A, B]).map(|(reader, key)| reader.finish(&archive, key).expect("a session"));
    let found = compared(sides.collect());
    println!("{} rows: read in {read_ms} ms, all in {} ms", found.rows.len(), began.elapsed().as_millis());
    found
}

#[test]
fn two_sessions_of_5_000_steps() {
    let left = log(A, (0..5_000).map(|n| format!("cargo test part {n}")));
    // Every twentieth is another one, and some are missing.
    let other = |n: usize| if n.is_multiple_of(20) { format!("make {n}") } else { format!("cargo test part {n}") };
    let right = log(B, (0..5_000usize).filter(|n: &usize| !n.is_multiple_of(333)).map(other));
    let found = both(&left, &right);
    let same = found.rows.iter().filter(|row| row.is_same).count();
    // The prompt, and all but 250 others and 16 that are missing, of which one is both.
    assert_eq!((found.rows.len(), same), (5_001, 5_001 - 250 - 16 + 1));
    assert_eq!(found.rows.iter().position(|row| !row.is_same), Some(1));
}

#[test]
fn sessions_of_100_000_steps_without_anything_in_common_end_in_time() {
    let left = log(A, (0..100_000).map(|n| format!("left {n}")));
    let right = log(B, (0..100_000).map(|n| format!("right {n}")));
    let found = both(&left, &right);
    assert_eq!((found.rows.len(), found.rows.iter().filter(|row| row.is_same).count()), (100_001, 1));
}
