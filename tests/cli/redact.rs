//! Logs without their secrets. What is a secret here is made up, and put together at run time.

use super::{Folder, run, run_with};
use std::fs;

/// A made-up GitHub token.
fn secret(n: u32) -> String {
    ["gh", "p_", "Zq7Xk2Lm9Rt4Wv8Bn3Hj6Pc5Yd1Gs0Fe", &format!("{n:04}")].concat()
}

fn log(secrets: &[u32]) -> String {
    let line = |n: &u32| {
        format!("{{\"type\":\"user\",\"uuid\":\"u{n}\",\"text\":\"it is {}, at /home/riley/x\"}}\n", secret(*n))
    };
    secrets.iter().map(line).collect()
}

#[test]
fn a_log_comes_out_without_its_secrets() {
    let folder = Folder::new("redact");
    let path = folder.write("a.jsonl", log(&[1, 2, 1]));
    let redacted = run(["redact".as_ref(), path.as_os_str()]);
    let line = |n: u32, token: u32| {
        format!(
            "{{\"type\":\"user\",\"uuid\":\"u{n}\",\"text\":\"it is [redacted:github-token#{token}], at /home/riley/x\"}}\n"
        )
    };
    assert_eq!(redacted.text(), [line(1, 1), line(2, 2), line(1, 1)].concat());
    assert_eq!(redacted.err, "masked: 3 github-token\n");
    // From standard input, to a file, and once more.
    let out = folder.0.join("out.jsonl");
    let words = ["redact", "-", "--out", out.to_str().expect("UTF-8"), "--mask-names"];
    assert_eq!(run_with(words, log(&[2]).as_bytes()).text(), "");
    let written = fs::read_to_string(&out).expect("written");
    assert_eq!(written, line(2, 1).replace("riley", "[user]"));
    assert_eq!(run(["redact".as_ref(), out.as_os_str()]).text(), written);
}

#[test]
fn the_same_secret_has_the_same_name_in_all_logs() {
    let folder = Folder::new("redact-two");
    folder.write("a.jsonl", log(&[1]).trim_end());
    folder.write("b.jsonl", log(&[2, 1]));
    let text = run(["redact", folder.path()]);
    let tokens: Vec<&str> = text.text().lines().filter_map(|line| line.split('#').nth(1)?.split(']').next()).collect();
    assert_eq!(tokens, ["1", "2", "1"]);
}

#[test]
fn rules_are_kept_by_name_and_hits_are_listed() {
    let folder = Folder::new("redact-keep");
    let path = folder.write("a.jsonl", log(&[1]));
    let kept = run(["redact".as_ref(), path.as_os_str(), "--keep".as_ref(), "github-token".as_ref()]);
    assert_eq!(kept.text(), log(&[1]));
    assert_eq!(kept.err, "masked: nothing\nkept: 1 github-token\n");
    let list = run(["redact".as_ref(), path.as_os_str(), "--list".as_ref()]);
    assert!(
        list.text().contains("a.jsonl:1  [redacted:github-token#1]  it is [redacted:github-token#1], at"),
        "{}",
        list.text()
    );
    assert!(list.text().ends_with("\n1 place to mask, 0 places kept.\n"));
    assert!(!list.text().contains(&secret(1)[..12]));
    run(["redact", folder.path(), "--keep", "nonsense"]).fails(2, &["there is no such rule", "github-token"]);
}

#[test]
fn a_log_is_not_overwritten_by_itself() {
    let folder = Folder::new("redact-self");
    let path = folder.write("a.jsonl", log(&[1]));
    let path = path.to_str().expect("UTF-8");
    run(["redact", path, "--out", path]).fails(1, &["is one of the logs"]);
    assert_eq!(fs::read_to_string(path).expect("still there"), log(&[1]));
    run(["redact", "nowhere.jsonl"]).fails(1, &["nowhere.jsonl: there is no such file"]);
}

#[test]
fn one_session_comes_out_of_logs_with_several() {
    let folder = Folder::new("redact-session");
    let line = |session: &str, n: u32| {
        format!(
            "{{\"recorded_at\":\"2026-02-28T19:47:{n:02}Z\",\"workspace\":\"/w\",\"session_id\":\"{session}\",\"role\":\"user\",\"message_type\":\"text\",\"content\":\"{n}\"}}\n"
        )
    };
    let (one, two) = ("0b000000-0000-4000-8000-000000000001", "0b000000-0000-4000-8000-000000000002");
    folder.write("a.jsonl", [line(one, 1), line(two, 2), line(one, 3)].concat());
    folder.write("b.jsonl", [line(two, 4), line(one, 5)].concat());
    let text = |id: &str| run(["redact", folder.path(), "--session", id]).text().to_owned();
    assert_eq!(text(one), [line(one, 1), line(one, 3), line(one, 5)].concat());
    assert_eq!(text(two), [line(two, 2), line(two, 4)].concat());
    run(["redact", folder.path(), "--session", "nobody"]).fails(1, &["there is no session"]);
}
