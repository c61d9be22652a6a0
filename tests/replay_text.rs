//! From a line of a log to the replay text: the worked example (fizeau.md §11.1) and the rules of §6 where reading and
//! printing meet. The rules of either alone are tested beside them.

use proptest::prelude::*;
use proptest::sample::Index;
use sessionscope::export::replay_text;
use sessionscope::formats;
use sessionscope::model::Cut;

fn replay(log: &[u8], rules: Cut) -> Vec<u8> {
    let format = formats::by_id("fizeau").expect("a format that we read");
    let mut text = Vec::new();
    for line in log.split(|byte| *byte == b'\n') {
        for event in format.replay(line, rules) {
            replay_text::write(&event, rules, &mut text);
        }
    }
    text
}

/// What one record prints by either rule.
fn check(kind: &str, data: &str, reference: &str, ours: &str) {
    let line =
        format!(r#"{{"session_id":"s","seq":1,"type":"{kind}","ts":"2026-05-01T12:00:00.9+02:00","data":{data}}}"#);
    for (rules, answer) in [(Cut::Reference, reference), (Cut::Ours, ours)] {
        assert_eq!(String::from_utf8_lossy(&replay(line.as_bytes(), rules)), answer, "{rules:?} {data}");
    }
}

#[test]
fn the_worked_example_prints_byte_for_byte() {
    let a = "abcdefghij".repeat(21);
    let log = EXAMPLE.replace("<A>", &a);
    let answer = EXAMPLE_TEXT
        .replace("<12 blanks>", &" ".repeat(12))
        .replace("<14 blanks>", &" ".repeat(14))
        .replace("<200 of A>", &a[..200]);
    assert_eq!(String::from_utf8(replay(log.as_bytes(), Cut::Reference)).as_deref(), Ok(answer.as_str()));
    // Ours differs in the failed response alone.
    let ours = answer
        .replace("[Assistant] (7ms, 0 in / 0 out tokens)\n", "[Assistant] (7ms, 0 in / 0 out tokens)\nError: boom\n");
    assert_eq!(String::from_utf8(replay(log.as_bytes(), Cut::Ours)).as_deref(), Ok(ours.as_str()));
}

#[test]
fn offsets_are_printed_as_written_or_converted_and_fractions_dropped() {
    let text = |hour: u8| {
        format!(
            "=== Session s ===\nTime: 2026-05-01 {hour}:00:00 UTC\nProvider:  | Model: \nMax iterations: 0 | Work dir: \n\n[User]\n\n"
        )
    };
    check("session.start", "null", &text(12), &text(10));
    // Year 1 is "never observed", which prints nothing.
    let idle = r#"{"utilization":{"observed_at":"0001-01-01T00:00:00Z"},"sticky":{"bonus":0}}"#;
    check("session.start", idle, &text(12), &text(10));
}

#[test]
fn a_missing_time_prints_year_1() {
    for time in ["", r#""ts":null,"#] {
        let line = format!(r#"{{"session_id":"s",{time}"type":"session.start","data":{{"prompt":"p"}}}}"#);
        for rules in [Cut::Reference, Cut::Ours] {
            let text = String::from_utf8_lossy(&replay(line.as_bytes(), rules)).into_owned();
            assert!(text.contains("\nTime: 0001-01-01 00:00:00 UTC\n"), "{text}");
        }
    }
}

#[test]
fn integer_tool_calls_count_in_ours_only() {
    let head = "\n[Assistant] (5ms, 0 in / 0 out tokens)\n";
    check("llm.response", r#"{"tool_calls":2,"latency_ms":5}"#, "", &format!("{head}[2 tool call(s)]\n"));
    check("llm.response", r#"{"tool_calls":0,"latency_ms":5}"#, "", head);
    check("llm.response", r#"{"tool_calls":null,"latency_ms":5}"#, head, head);
    check("llm.response", r#"{"tool_calls":[],"latency_ms":5}"#, head, head);
}

#[test]
fn failed_responses_say_why_in_ours_only() {
    let head = "\n[Assistant] (7ms, 0 in / 0 out tokens)\n";
    let data = r#"{"attempt_index":1,"error":"boom","latency_ms":7}"#;
    check("llm.response", data, head, &format!("{head}Error: boom\n"));
    check("llm.response", r#"{"error":"","latency_ms":7}"#, head, head);
    check("llm.response", r#"{"error":null,"latency_ms":7}"#, head, head);
}

#[test]
fn inputs_print_as_compact_json() {
    let both = |data: &str, input: &str| {
        let answer = format!("\n  > t (0ms)\n    Input:  {input}\n    Output: \n");
        check("tool.call", data, &answer, &answer);
    };
    both(r#"{"tool":"t"}"#, "");
    both(r#"{"tool":"t","input":null}"#, "null");
    both(r#"{"tool":"t","input":"<x>"}"#, r#""\u003cx\u003e""#);
    both(r#"{"tool":"t","input":{"b":1.0,"a":[1e21,-0]}}"#, r#"{"a":[1e+21,-0],"b":1}"#);
    // A number that no float holds: as it is.
    both(r#"{"tool":"t","input":{ "b":1e999, "a":1.0}}"#, r#"{ "b":1e999, "a":1.0}"#);
}

#[test]
fn metadata_is_sorted_by_key() {
    let text = "\n=== End () ===\nDuration: 0ms | Tokens: 0 in / 0 out | Cost: unknown\nMetadata: A=4 a=2 b=1 é=3\n";
    check("session.end", r#"{"metadata":{"b":"1","a":"2","é":"3","A":"4"}}"#, text, text);
    let wrong = "\n=== End (success) ===\nDuration: 0ms | Tokens: 0 in / 0 out | Cost: $0.5000\n";
    check("session.end", r#"{"status":"success","cost_usd":"0.5"}"#, "", wrong);
}

proptest! {
    // Failures are not saved: an integration test has no source folder that proptest would find.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(line in proptest::collection::vec(any::<u8>(), 0..200)) {
        replay(&line, Cut::Reference);
        replay(&line, Cut::Ours);
    }

    #[test]
    fn damaged_lines_are_survived_and_ours_keeps_what_the_reference_prints(
        line in 0usize..10,
        damage in proptest::collection::vec((any::<Index>(), 0usize..6, any::<Index>()), 0..6),
    ) {
        let mut line = EXAMPLE.lines().nth(line).unwrap_or_default().as_bytes().to_vec();
        for (at, removed, piece) in damage {
            let at = at.index(line.len() + 1);
            let to = (at + removed).min(line.len());
            line.splice(at..to, piece.get(PIECES).iter().copied());
        }
        let format = formats::by_id("fizeau").expect("a format that we read");
        prop_assert!(format.replay(&line, Cut::Ours).len() >= format.replay(&line, Cut::Reference).len());
        let ours = replay(&line, Cut::Ours);
        prop_assert!(String::from_utf8(ours).is_ok(), "ours is text");
        replay(&line, Cut::Reference);
    }
}

/// What damage puts into a line.
const PIECES: &[&[u8]] = &[
    b"",
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\",
    b"\\ud83d",
    b"\xC3",
    b"\xFF",
    b"\0",
    b"\n",
    b"null",
    b"1e999",
    b"-0",
    b"1.5",
    b"true",
    b"[1]",
    b"{}",
    b"\"x\"",
    b"{\"type\":\"session.end\",\"data\":{}}",
    b"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\xC3\xA9",
];

/// The log of fizeau.md §11.1; `<A>` stands for 210 bytes.
const EXAMPLE: &str = r##"{"session_id":"svc-1","seq":0,"type":"session.start","ts":"2026-05-01T10:00:00.123456789Z","data":{"provider":"lmstudio","model":"qwen3.5-7b","selected_endpoint":"desk-b","sticky":{"key_present":true,"assignment":"reused","reason":"lease","bonus":12.5},"utilization":{"source":"slots","freshness":"fresh","active_requests":1,"queued_requests":0,"cache_pressure":0.5,"observed_at":"2026-05-01T09:59:59Z"},"work_dir":"/w","max_iterations":20,"prompt":"Read a.txt","system_prompt":"Be brief."}}
{"session_id":"svc-1","seq":1,"type":"progress","ts":"2026-05-01T10:00:00.2Z","data":{"phase":"route","state":"start"}}
{"session_id":"s-9","seq":1,"type":"llm.request","ts":"2026-05-01T10:00:00.3Z","data":{"attempt_index":1,"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Read a.txt"}],"tools":[{"name":"read","description":"d","parameters":{}}]}}
{"session_id":"s-9","seq":2,"type":"llm.response","ts":"2026-05-01T10:00:01Z","data":{"content":"","tool_calls":[{"id":"c1","name":"read","arguments":{"path":"a.txt","n":2}}],"usage":{"input":100,"output":20,"total":120},"cost_usd":0.0012,"latency_ms":500,"model":"qwen3.5-7b","finish_reason":"tool_calls"}}
{"session_id":"s-9","seq":3,"type":"tool.call","ts":"2026-05-01T10:00:01.1Z","data":{"duration_ms":3,"error":"","input":{"path":"a.txt","n":2,"html":"<b>&"},"output":"line1\nline2\n","tool":"read"}}
{"session_id":"s-9","seq":4,"type":"llm.request","ts":"2026-05-01T10:00:01.2Z","data":{"messages":[{"role":"user","content":"Read a.txt"},{"role":"assistant","tool_calls":[{"id":"c1","name":"read","arguments":{"path":"a.txt","n":2}}]},{"role":"tool","content":"line1\nline2\n","tool_call_id":"c1"},{"role":"developer","content":"ignored"}],"tools":null}}
{"session_id":"s-9","seq":5,"type":"llm.response","ts":"2026-05-01T10:00:02Z","data":{"attempt_index":1,"error":"boom","latency_ms":7}}
{"session_id":"s-9","seq":6,"type":"tool.call","ts":"2026-05-01T10:00:02.5Z","data":{"duration_ms":1,"error":"exit 1","input":{"cmd":"x"},"output":"<A>","tool":"bash"}}
{"session_id":"s-9","seq":7,"type":"llm.response","ts":"2026-05-01T10:00:03Z","data":{"content":"Done.","usage":{"input":200,"output":30,"total":230},"latency_ms":800,"model":"qwen3.5-7b","finish_reason":"stop"}}
{"session_id":"svc-1","seq":1,"type":"session.end","ts":"2026-05-01T10:00:03.1Z","data":{"status":"success","output":"Done.","tokens":{"input":300,"output":50,"total":350},"cost_usd":0.0012,"duration_ms":3000,"model":"qwen3.5-7b","selected_endpoint":"desk-b","metadata":{"bead_id":"b-1"},"error":""}}"##;

/// What fizeau prints of it.
const EXAMPLE_TEXT: &str = r##"=== Session svc-1 ===
Time: 2026-05-01 10:00:00 UTC
Provider: lmstudio | Model: qwen3.5-7b
Selected endpoint: desk-b
Sticky: key=present assignment=reused reason=lease bonus=12.50
Utilization: source=slots freshness=fresh active=1 queued=0 cache_pressure=0.50
Max iterations: 20 | Work dir: /w

[System]
Be brief.

[User]
Read a.txt

[LLM Request] (2 messages, 1 tools)
  [system] Be brief.
  [user] Read a.txt

[Assistant] (500ms, 100 in / 20 out tokens, $0.0012)
[1 tool call(s)]

  > read (3ms)
    Input:  {"html":"\u003cb\u003e\u0026","n":2,"path":"a.txt"}
    Output: line1
            line2
<12 blanks>

[LLM Request] (4 messages, 0 tools)
  [user] Read a.txt
  [assistant tool_call] read({"n":2,"path":"a.txt"})
  [tool result] line1
              line2
<14 blanks>

[Assistant] (7ms, 0 in / 0 out tokens)

  > bash (1ms)
    Input:  {"cmd":"x"}
    Output: <200 of A>...[truncated]
    Error:  exit 1

[Assistant] (800ms, 200 in / 30 out tokens)
Done.

=== End (success) ===
Model: qwen3.5-7b
Selected endpoint: desk-b
Duration: 3000ms | Tokens: 300 in / 50 out | Cost: $0.0012
Metadata: bead_id=b-1
"##;
