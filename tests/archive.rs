//! What is loaded does not depend on how it was loaded: any chunking, any order (DESIGN §4), any bytes.

mod support;

use proptest::prelude::*;
use sessionscope::archive::Archive;
use sessionscope::logic::sessions::{SessionRow, rows};
use sessionscope::model::{ProblemKind, SourceId, SourceIndex, SourceKind};
use support::{archive, index};

/// A whole run in a few lines.
fn run(id: &str, start: &str, prompt: &str) -> String {
    format!(
        concat!(
            r#"{{"session_id":"{id}","seq":0,"type":"session.start","ts":"{start}","data":{{"provider":"openrouter","model":"m1","prompt":"{prompt}","work_dir":"/home/ann/app"}}}}"#,
            "\n",
            r#"{{"session_id":"s-1","seq":1,"type":"llm.request","ts":"{start}","data":{{"messages":[],"tools":null}}}}"#,
            "\n",
            r#"{{"session_id":"s-1","seq":2,"type":"llm.response","ts":"{start}","data":{{"content":"ok","tool_calls":null,"usage":{{"input":10,"output":4,"total":14}},"latency_ms":5,"model":"m1"}}}}"#,
            "\n",
            r#"{{"session_id":"s-1","seq":3,"type":"tool.call","ts":"{start}","data":{{"tool":"bash","input":{{"command":"ls"}},"output":"a","duration_ms":2,"error":"exit 1"}}}}"#,
            "\n",
            r#"{{"session_id":"{id}","seq":4,"type":"session.end","ts":"{start}","data":{{"status":"success","output":"ok","tokens":{{"input":10,"output":4,"total":14}},"cost_usd":0.5,"duration_ms":20}}}}"#,
            "\n",
        ),
        id = id,
        start = start,
        prompt = prompt
    )
}

/// Everything an index holds but its path, as text.
fn told(index: &SourceIndex) -> String {
    let SourceIndex { kind, bytes, lines, hash, strings, events, usage, parts, problems, .. } = index;
    format!("{kind:?} {bytes} {lines} {hash} {:?} {events:?} {usage:?} {parts:?} {problems:?}", strings.texts())
}

fn problems(index: &SourceIndex) -> Vec<(ProblemKind, Option<u32>)> {
    index.problems.as_slice().iter().map(|problem| (problem.kind, problem.line)).collect()
}

fn only_row(archive: &Archive) -> SessionRow {
    let mut rows = rows(archive);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

const START: &str = "2026-05-01T10:00:00Z";

#[test]
fn damage_is_told_with_its_line_and_costs_nothing_else() {
    let whole = run("svc-1", START, "Fix it");
    let lines: Vec<&str> = whole.lines().collect();
    let check = |name: &str, bytes: &[u8], expected: &[(ProblemKind, Option<u32>)]| {
        let index = index(name, bytes, 1 << 20);
        assert_eq!(problems(&index), expected, "{name}");
        let mut one = Archive::default();
        one.add(SourceId(0), index);
        one.assemble();
        let row = only_row(&one);
        assert_eq!((row.id.as_str(), row.counts.tool_calls, row.counts.tool_failures), ("svc-1", 1, 1), "{name}");
    };
    let torn = format!("{whole}{{\"session_id\":\"svc-1\",\"ty");
    check("torn last line", torn.as_bytes(), &[(ProblemKind::Truncated, Some(6))]);
    let broken = format!("{}\n{{broken\n{}\n", lines[..2].join("\n"), lines[2..].join("\n"));
    check("broken line in the middle", broken.as_bytes(), &[(ProblemKind::BadLine, Some(3))]);
    let foreign = format!("{}\n]\n[1]\n7\nnull\n{}\n", lines[0], lines[1..].join("\n"));
    check(
        "lines that are no objects",
        foreign.as_bytes(),
        &[(ProblemKind::BadLine, Some(2)), (ProblemKind::BadLine, Some(3))],
    );
    check("blank lines", whole.replace('\n', "\n\n  \n").as_bytes(), &[]);
    check("CRLF", whole.replace('\n', "\r\n").as_bytes(), &[]);
    check("BOM", format!("\u{FEFF}{whole}").as_bytes(), &[]);
    check("no last line end", whole.trim_end().as_bytes(), &[]);
    let side_by_side = format!("{} {}\n", lines[..2].join(" "), lines[2..].join(""));
    check("several objects on a line", side_by_side.as_bytes(), &[]);
    let nul = whole.replacen("\"type\":\"tool.call\"", "\0\"type\":\"tool.call\"", 1);
    check("NUL byte", nul.as_bytes(), &[(ProblemKind::Repaired, Some(4))]);
    let mut latin = whole.replacen("\"ls\"", "\"l\u{1}s\"", 1).into_bytes();
    let at = latin.iter().position(|byte| *byte == 1).expect("it is there");
    latin[at] = 0xFF;
    check("invalid UTF-8 where nobody looks", &latin, &[]);
    let bad_time = whole.replacen(
        "\"type\":\"tool.call\",\"ts\":\"2026-05-01T10:00:00Z\"",
        "\"type\":\"tool.call\",\"ts\":\"yesterday\"",
        1,
    );
    check("unreadable time", bad_time.as_bytes(), &[(ProblemKind::BadField, Some(4))]);
    let unknown =
        format!("{whole}{{\"session_id\":\"svc-1\",\"type\":\"new.thing\",\"ts\":\"{START}\",\"data\":{{}}}}\n");
    check("unknown type", unknown.as_bytes(), &[(ProblemKind::UnknownType, Some(6))]);
    let pretty = |line: &&str| format!("{:#}", serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    check("printed over several lines", lines.iter().map(pretty).collect::<Vec<_>>().join("\n").as_bytes(), &[]);
    let long = whole.replacen("Fix it", &"x".repeat(20 << 20), 1);
    check("a 20 MB line", long.as_bytes(), &[]);
}

#[test]
fn files_that_are_no_logs_are_named() {
    let check = |bytes: &[u8], kind: SourceKind| assert_eq!(index("x", bytes, 1 << 16).kind, kind);
    check(b"", SourceKind::Empty);
    check(b"\n \r\n", SourceKind::Empty);
    check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", SourceKind::NotText);
    check(b"just some words\n", SourceKind::NotText);
    check(b"{\"name\":\"x\",\"version\":1}\n", SourceKind::Foreign);
    check("{\"a\":1}\n".repeat(100_000).as_bytes(), SourceKind::Foreign);
    let binary: Vec<u8> = (0..2_000_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    check(&binary, SourceKind::NotText);
}

#[test]
fn a_foreign_file_is_not_read_to_its_end() {
    let mut reader =
        sessionscope::archive::SourceReader::new(sessionscope::model::SourceMeta { path: "x".into(), size: None });
    reader.push("{\"a\":1}\n".repeat(60).as_bytes());
    assert!(!reader.wants_more());
}

#[test]
fn equal_files_count_once_and_the_longest_copy_wins() {
    let log = run("svc-1", START, "Fix it");
    let cut: String = log.lines().take(3).map(|line| format!("{line}\n")).collect();
    let other = run("svc-1", "2026-05-02T10:00:00Z", "Another day");
    let files = [
        ("b.jsonl", log.as_bytes()),
        ("a.jsonl", log.as_bytes()),
        ("cut.jsonl", cut.as_bytes()),
        ("other.jsonl", other.as_bytes()),
    ];
    let archive = archive(files);
    assert_eq!(archive.duplicates().iter().map(|(twin, first)| (twin.0, first.0)).collect::<Vec<_>>(), [(0, 1)]);
    let rows = rows(&archive);
    let told: Vec<_> =
        rows.iter().map(|row| (row.key.as_str(), row.sources.join(" "), row.counts.tool_calls)).collect();
    assert_eq!(told, [("svc-1", "a.jsonl cut.jsonl".into(), 1), ("svc-1~2", "other.jsonl".into(), 1)]);
}

#[test]
fn one_file_of_both_dialects_is_a_run_and_its_stream() {
    let mut log =
        run("svc-1", START, "Fix it").replacen("\"prompt\"", "\"metadata\":{\"attempt_id\":\"a-1\"},\"prompt\"", 1);
    log.push_str(&format!(
        "{{\"type\":\"text_delta\",\"sequence\":0,\"time\":\"{START}\",\"metadata\":{{\"attempt_id\":\"a-1\"}},\"data\":{{\"text\":\"hi\"}}}}\n"
    ));
    let archive = archive([("agent-claude-1.jsonl", log.as_bytes())]);
    let told: Vec<_> =
        rows(&archive).iter().map(|row| (row.key.clone(), row.relation.name(), row.parent.clone())).collect();
    let answer =
        [("agent-claude-1".to_owned(), "stream", Some("svc-1".to_owned())), ("svc-1".to_owned(), "root", None)];
    assert_eq!(told, answer);
}

/// Lines that are damaged, foreign or right.
fn any_line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => (0usize..5, "[a-c]{1,2}").prop_map(|(line, id)| {
            run(&id, START, "hi").lines().nth(line).expect("five lines").as_bytes().to_vec()
        }),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
        1 => (0usize..5, 0usize..400).prop_map(|(line, cut)| {
            let log = run("x", START, "hi");
            let line = log.lines().nth(line).expect("five lines").as_bytes();
            line[..cut.min(line.len())].to_vec()
        }),
        1 => Just(br#"{"type":"text_delta","sequence":1,"time":"2026-05-01T10:00:00Z","data":{"text":"a"}}"#.to_vec()),
        1 => "[\\[\\]{}:,\"a0-]{0,30}".prop_map(String::into_bytes),
    ]
}

fn any_log() -> impl Strategy<Value = Vec<u8>> {
    let ends = prop_oneof![3 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\n\n")];
    proptest::collection::vec((any_line(), ends), 0..12)
        .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end.as_bytes().to_vec()]).flatten().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn chunking_is_invisible(log in any_log(), size in 1usize..200) {
        prop_assert_eq!(told(&index("x", &log, size)), told(&index("x", &log, usize::MAX)));
    }

    #[test]
    fn order_is_invisible(logs in proptest::collection::vec(any_log(), 0..5), seed in any::<u64>()) {
        let names = ["a", "b", "c", "d", "e"];
        let mut order: Vec<usize> = (0..logs.len()).collect();
        order.sort_by_key(|n| (seed >> (n * 8)) & 0xFF);
        let in_order = archive((0..logs.len()).map(|n| (names[n], &logs[n][..])));
        let shuffled = archive(order.into_iter().map(|n| (names[n], &logs[n][..])));
        prop_assert_eq!(rows(&in_order), rows(&shuffled));
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..3000), size in 1usize..500) {
        let index = index("x", &bytes, size);
        prop_assert_eq!(index.bytes, bytes.len() as u64);
    }
}
