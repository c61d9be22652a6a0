use super::super::{Decisions, Rule};
use super::{github, noise, redact_in};
use proptest::prelude::*;

/// Pieces of which logs are made: secrets, near misses, what parts them.
fn piece() -> impl Strategy<Value = String> {
    let pem = ["-----BEGIN ", "PRIVATE KEY-----"].concat();
    let end = ["-----END ", "PRIVATE KEY-----"].concat();
    let fixed: Vec<String> = vec![
        github(1),
        github(2),
        noise(24),
        noise(40),
        ["AK", "IA", &noise(16).to_uppercase()].concat(),
        ["S", "G.", &noise(22), ".", &noise(43)].concat(),
        "PASSWORD=hunter2".into(),
        "api_key: \"abc123def\"".into(),
        "postgres://u:p7ss@h/db".into(),
        "Bearer ".into(),
        "https://a:b@c".into(),
        "/home/riley/x".into(),
        "riley".into(),
        "[redacted:github-token#7]".into(),
        "[redacted:".into(),
        "[user]".into(),
        "#1]".into(),
        pem,
        end,
        noise(64),
        "4bc767a16a668dfe35d198580b0107b82c27f19f".into(),
        "\n".into(),
        " ".into(),
        "=".into(),
        ":".into(),
        "token".into(),
        "\\".into(),
        "\"".into(),
        "'".into(),
        "{".into(),
        "}".into(),
        "[".into(),
        "]".into(),
        ",".into(),
        "/".into(),
        "-".into(),
        "_".into(),
        ".".into(),
        "é".into(),
        "\\n".into(),
        "\\u0041".into(),
        "\\/".into(),
    ];
    prop_oneof![6 => proptest::sample::select(fixed), 1 => "[ -~]{1,12}", 1 => "[a-zA-Z0-9]{1,30}"]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..14).prop_map(|pieces| pieces.concat())
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        text(),
        text().prop_map(|text| serde_json::json!({"type": "user", "text": text}).to_string()),
        (text(), text()).prop_map(|(a, b)| serde_json::json!({"uuid": noise(30), "a": [a], "password": b}).to_string()),
        text().prop_map(|text| {
            let inner = serde_json::json!({"command": text, "env": {"MY_TOKEN": "x7-yz-1"}}).to_string();
            serde_json::json!({"input": {"arguments": inner}}).to_string()
        }),
    ]
}

fn log() -> impl Strategy<Value = String> {
    proptest::collection::vec(line(), 0..6).prop_map(|lines| lines.join("\n"))
}

fn decisions() -> impl Strategy<Value = Decisions> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(masks_names, keeps, leaves_out)| Decisions {
        masks_names,
        kept_rules: if keeps { vec![Rule::Entropy] } else { Vec::new() },
        leaves_out_tool_output: leaves_out,
        ..Decisions::default()
    })
}

/// What is kept stands in the output and is looked at again: it must not hide what else is there.
#[test]
fn a_kept_rule_hides_nothing_from_the_others() {
    let keeps = Decisions { kept_rules: vec![Rule::Entropy], ..Decisions::default() };
    let secret = ["SG.", &noise(22), ".", &noise(43)].concat();
    let log = [r#"{"text":"ghp_"#, &noise(36), "_PASSWORD=hunter2", &secret, r#"","type":"user"}"#].concat();
    let (once, _) = redact_in(log.as_bytes(), Some("claude"), &keeps, 1 << 20);
    let (twice, _) = redact_in(&once, Some("claude"), &keeps, 1 << 20);
    assert_eq!(String::from_utf8_lossy(&twice), String::from_utf8_lossy(&once));
    assert!(!String::from_utf8_lossy(&once).contains("hunter2"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_redacted_stays_as_it_is(log in log(), decisions in decisions()) {
        let (once, _) = redact_in(log.as_bytes(), Some("claude"), &decisions, 1 << 20);
        let (twice, _) = redact_in(&once, Some("claude"), &decisions, 1 << 20);
        prop_assert_eq!(String::from_utf8_lossy(&twice), String::from_utf8_lossy(&once));
    }

    #[test]
    fn chunking_is_invisible(log in log(), chunk in 1usize..50) {
        let whole = redact_in(log.as_bytes(), Some("claude"), &Decisions::default(), 1 << 20);
        prop_assert_eq!(redact_in(log.as_bytes(), Some("claude"), &Decisions::default(), chunk), whole);
    }

    #[test]
    fn json_stays_json_and_definite_secrets_go(log in log()) {
        let (out, hits) = redact_in(log.as_bytes(), None, &Decisions::default(), 1 << 20);
        let out = String::from_utf8(out).expect("text");
        for (before, after) in log.split('\n').zip(out.split('\n')) {
            let parse = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok();
            prop_assert!(!parse(before) || parse(after), "{} became {}", before, after);
        }
        for hit in hits {
            prop_assert!(out.contains(&hit.token));
        }
    }

    #[test]
    fn any_bytes_are_read(log in proptest::collection::vec(any::<u8>(), 0..400)) {
        let names = Decisions { masks_names: true, ..Decisions::default() };
        let (once, _) = redact_in(&log, Some("codex"), &names, 7);
        prop_assert_eq!(&redact_in(&once, Some("codex"), &names, 64).0, &once);
    }

    /// The quick look must not miss what the long one finds.
    #[test]
    fn nothing_is_missed_by_the_quick_look(text in text()) {
        use super::super::find::{Kind, find, may_hold};
        use super::super::Survey;
        let known = Survey::new(false);
        let json = serde_json::json!({"a": text}).to_string();
        let is_found = !find(text.as_bytes(), Kind::Text, &known).found.is_empty();
        prop_assert!(!is_found || may_hold(json.as_bytes(), &known), "{}", json);
    }
}
