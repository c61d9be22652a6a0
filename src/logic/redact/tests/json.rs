use super::super::{Certainty, Decisions, Redactor, Rule, Survey};
use super::{github, noise, redact, redact_in};

fn lines(format: &str, lines: &[&str]) -> String {
    let (out, _) = redact_in(lines.join("\n").as_bytes(), Some(format), &Decisions::default(), 1 << 20);
    String::from_utf8(out).expect("text")
}

#[test]
fn the_same_secret_has_the_same_name_everywhere() {
    let (a, b) = (github(1), github(2));
    let log = format!("{{\"x\":\"{a} {b}\"}}\n{a}\n{{\"y\":\"{b}\\n{a}\"}}");
    let (one, two) = ("[redacted:github-token#1]", "[redacted:github-token#2]");
    assert_eq!(redact(&log), format!("{{\"x\":\"{one} {two}\"}}\n{one}\n{{\"y\":\"{two}\\n{one}\"}}"));
    // What was redacted before keeps its numbers.
    assert_eq!(redact(&format!("{one}\n{b}")), format!("{one}\n{two}"));
}

#[test]
fn keys_and_numbers_stay() {
    let key = github(1);
    let log = format!("{{\"{key}\":12345678901234567890,\"a\":{{\"{key}\":true}}}}");
    assert_eq!(redact(&log), log);
}

#[test]
fn secrets_are_found_however_they_are_escaped() {
    let key = github(1);
    let hidden: String = key.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    assert_eq!(redact(&format!("{{\"a\":\"x {hidden} y\"}}")), "{\"a\":\"x [redacted:github-token#1] y\"}");
    assert_eq!(redact(&format!("{{\"a\":\"\\u00e9{key}\\t\"}}")), "{\"a\":\"\\u00e9[redacted:github-token#1]\\t\"}");
    for before in ["\\u001b[33m", "\\u001b[0;1m", "q%3D", "\\\\t", "\\\\u00e9", "a_"] {
        let found = redact(&format!("{{\"a\":\"{before}{key}\"}}"));
        assert_eq!(found, format!("{{\"a\":\"{before}[redacted:github-token#1]\"}}"));
    }
    assert_eq!(redact(&format!("{{\"a\":\"\\\\n{key}\"}}")), "{\"a\":\"\\\\n[redacted:github-token#1]\"}");
    let url = "{\"a\":\"https:\\/\\/me:secret\\/@h.example\",\"b\":\"https:\\/\\/me:secret1@h.example\"}";
    assert!(redact(url).contains("me:[redacted:url-password#1]@h.example"));
    // Five times JSON within JSON.
    let mut log = key.clone();
    let mut answer = "[redacted:github-token#1]".to_owned();
    for _ in 0..5 {
        (log, answer) = (serde_json::json!([log]).to_string(), serde_json::json!([answer]).to_string());
    }
    assert_eq!(redact(&log), answer);
}

#[test]
fn secrets_under_secret_keys_are_whole() {
    let log =
        r#"{"env":{"DB_PASSWORD":"correct-horse 7","MY_TOKEN":"a,b;c\"d7"},"arguments":"{\"api_key\":\"a\\\"b7c8\"}"}"#;
    let answer = r#"{"env":{"DB_PASSWORD":"correct-horse 7","MY_TOKEN":"[redacted:assignment#1]"},"arguments":"{\"api_key\":\"[redacted:assignment#2]\"}"}"#;
    assert_eq!(redact(log), answer);
}

#[test]
fn torn_and_damaged_lines_are_redacted_too() {
    let key = github(1);
    let token = "[redacted:github-token#1]";
    for (before, after) in [
        ("{\"type\":\"user\",\"text\":\"it is ", ""),
        ("{\"type\":\"user\",\"text\":\"it is ", " and"),
        ("\u{FEFF}{\"a\":\"", "\"}"),
        ("{\"a\": nope, \"b\":\"", "\"}"),
        ("  \"text\": \"", "\","),
        ("[12:00:01] it's \"", ""),
        ("{\"a\":\"\u{1}\t", "\"}"),
    ] {
        assert_eq!(redact(&format!("{before}{key}{after}")), format!("{before}{token}{after}"));
    }
    let mut log = format!("{{\"a\":\"{key} ").into_bytes();
    log.extend(b"\xFF\xFE\"}");
    let (out, _) = redact_in(&log, None, &Decisions::default(), 3);
    assert_eq!(out, [b"{\"a\":\"[redacted:github-token#1] ".as_slice(), b"\xFF\xFE\"}"].concat());
}

#[test]
fn ids_stay_wherever_they_stand() {
    let id = format!("toolu_{}", noise(24));
    let other = noise(24);
    let line = |text: &str, input: &str| {
        format!(
            r#"{{"type":"assistant","uuid":"u","message":{{"content":[{{"type":"tool_use","id":"{id}","input":{{"id":"{input}"}}}}]}},"text":"{text}"}}"#
        )
    };
    let text = |it: &str| format!("call {id} of /tmp/x-{id}/out is {it}");
    let log = line(&text(&other), &other);
    let answer = line(&text("[redacted:random-text#1]"), "[redacted:random-text#1]");
    assert_eq!(lines("claude", &[&log]), answer);
    // An id of a later line, too.
    assert_eq!(
        lines("claude", &[&format!("{{\"t\":\"see {id}\"}}"), &log]),
        format!("{{\"t\":\"see {id}\"}}\n{answer}")
    );
    // Without a format nobody knows ids.
    assert!(!redact(&log).contains(&id));
}

#[test]
fn a_definite_secret_is_no_id() {
    let key = github(1);
    assert_eq!(lines("claude", &[&format!(r#"{{"uuid":"{key}"}}"#)]), r#"{"uuid":"[redacted:github-token#1]"}"#);
}

#[test]
fn hits_tell_what_was_found_and_where() {
    let (a, b) = (github(1), noise(24));
    let log = format!("{{\"n\":1}}\n{{\"t\":\"before {a} between {b} after\\nnext\"}}");
    let (_, hits) = redact_in(log.as_bytes(), None, &Decisions::default(), 64);
    let [one, two] = hits.as_slice() else { panic!("{hits:?}") };
    assert_eq!(
        (one.rule, one.rule.certainty(), one.id.line, one.id.number),
        (Rule::GitHubToken, Certainty::Definite, 2, 0)
    );
    assert_eq!((one.before.as_str(), one.after.as_str()), ("before ", " between [redacted:random-text#1] after"));
    assert_eq!((one.secret.as_str(), one.token.as_str()), (a.as_str(), "[redacted:github-token#1]"));
    assert_eq!((two.rule, two.id.number), (Rule::Entropy, 1));
    assert_eq!((two.before.as_str(), two.after.as_str()), ("before [redacted:github-token#1] between ", " after"));
}

#[test]
fn what_is_kept_stays_and_the_rest_has_the_same_names() {
    let log = format!("{} {} {}", github(1), noise(24), github(2));
    let (_, hits) = redact_in(log.as_bytes(), None, &Decisions::default(), 64);
    let keep =
        |decisions: &Decisions| String::from_utf8(redact_in(log.as_bytes(), None, decisions, 64).0).expect("text");
    let one = Decisions { kept: vec![hits[0].id], ..Decisions::default() };
    assert_eq!(keep(&one), format!("{} [redacted:random-text#1] [redacted:github-token#2]", github(1)));
    let rule = Decisions { kept_rules: vec![Rule::GitHubToken], masked: vec![hits[0].id], ..Decisions::default() };
    assert_eq!(keep(&rule), format!("[redacted:github-token#1] [redacted:random-text#1] {}", github(2)));
}

#[test]
fn names_go_where_they_are_asked_to() {
    let log = concat!(
        r#"{"cwd":"/home/riley.x/src","win":"C:\\Users\\jande\\x","t":"-rw-r--r-- riley.x staff, drileys -Users-jande-src"}"#,
        "\n/Users/runner/work and a runner\n/Users/Shared/x /home/[user]/y"
    );
    let answer = concat!(
        r#"{"cwd":"/home/[user]/src","win":"C:\\Users\\[user]\\x","t":"-rw-r--r-- [user] staff, drileys -Users-[user]-src"}"#,
        "\n/Users/[user]/work and a runner\n/Users/Shared/x /home/[user]/y"
    );
    assert_eq!(redact(log), log);
    let decisions = Decisions { masks_names: true, ..Decisions::default() };
    let (out, hits) = redact_in(log.as_bytes(), None, &decisions, 64);
    assert_eq!(String::from_utf8(out).expect("text"), answer);
    assert!(hits.iter().all(|hit| hit.rule.certainty() == Certainty::Name));
}

#[test]
fn thinking_and_tool_output_can_go() {
    let redactor = |line: &str, thinking: bool, tool_output: bool| {
        let decisions =
            Decisions { leaves_out_thinking: thinking, leaves_out_tool_output: tool_output, ..Decisions::default() };
        let mut redactor = Redactor::new(Survey::new(false), decisions);
        redactor.format(Some("claude"));
        let mut out = Vec::new();
        redactor.line(line.as_bytes(), Default::default(), &mut out);
        String::from_utf8(out).expect("text")
    };
    let line = r#"{"type":"assistant","message":{"content":[{"type":"thinking","thinking":"Hm \"x\"","signature":"abc"},{"type":"text","text":"Hi"}]}}"#;
    let answer = r#"{"type":"assistant","message":{"content":[{"type":"thinking","thinking":"[left out]","signature":"[left out]"},{"type":"text","text":"Hi"}]}}"#;
    assert_eq!(redactor(line, true, false), answer);
    assert_eq!(redactor(answer, true, true), answer);
    assert_eq!(redactor(line, false, true), line);
    let line = r#"{"type":"user","message":{"content":[{"tool_use_id":"t1","type":"tool_result","content":[{"type":"text","text":"out"}]}]},"toolUseResult":{"agentId":"a1","stdout":"out","totalTokens":7,"x":""}}"#;
    let answer = r#"{"type":"user","message":{"content":[{"tool_use_id":"t1","type":"tool_result","content":[{"type":"text","text":"[left out]"}]}]},"toolUseResult":{"agentId":"a1","stdout":"[left out]","totalTokens":7,"x":""}}"#;
    assert_eq!(redactor(line, false, true), answer);
    assert_eq!(redactor(line, true, false), line);
    // Nobody knows what is in a torn line.
    assert_eq!(redactor(&line[..100], false, true), "");
}

#[test]
fn images_can_go() {
    let image = r#"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo"}}"#;
    let line = [
        r#"{"type":"user","uuid":"u1","message":{"content":[{"type":"text","text":"look"},"#,
        image,
        r#"]},"toolUseResult":{"type":"image","file":{"base64":"iVBORw0KGgo","originalSize":11}}}"#,
    ]
    .concat();
    let decisions = Decisions { leaves_out_images: true, ..Decisions::default() };
    let (out, _) = redact_in(line.as_bytes(), Some("claude"), &decisions, 7);
    let out = String::from_utf8(out).expect("text");
    assert!(!out.contains("iVBOR") && out.contains("look") && out.contains(r#""type":"image""#), "{out}");
}

#[test]
fn an_object_printed_over_lines_is_read_as_one() {
    let id = format!("call_{}", noise(24));
    let log = |inner: &str, text: &str| {
        format!(
            "{{\n  \"id\": \"{id}\",\n  \"arguments\": {{\n    \"id\": \"{inner}\"\n  }},\n  \"t\": \"{id} {text}\"\n}}\nx\n"
        )
    };
    assert_eq!(
        lines("codex", &[&log(&noise(26), &github(1))]),
        log("[redacted:random-text#1]", "[redacted:github-token#1]")
    );
}
