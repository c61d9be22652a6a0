use super::{check, noise};

/// Pieces of a key, and the name of its rule.
fn definite(pieces: &[&str], rule: &str) {
    let key = pieces.concat();
    let token = format!("[redacted:{rule}#1]");
    check(&key, &token);
    check(&format!("use {key}, please"), &format!("use {token}, please"));
    check(&format!("a\n{key}\nb {key}"), &format!("a\n{token}\nb {token}"));
    check(&format!("https://x.example/?q={key}&z"), &format!("https://x.example/?q={token}&z"));
    check(&format!("(\"{key}\")"), &format!("(\"{token}\")"));
}

#[test]
fn keys_of_vendors_are_definite() {
    let (n20, n40, n64) = (noise(20), noise(40), noise(64));
    let capitals: String = noise(80).to_uppercase();
    definite(&["AK", "IA", &capitals[..16]], "aws-key");
    definite(&["AS", "IA", &capitals[..16]], "aws-key");
    definite(&["sk-", "ant-", "api03-", &n64, "-", &n20], "anthropic-key");
    definite(&["sk-", "proj-", &n64, "_", &n20], "openai-key");
    definite(&["sk-", &n40], "openai-key");
    definite(&["sk-", "or-v1-", &n64], "openrouter-key");
    definite(&["gl", "pat-", &n20], "gitlab-token");
    definite(&["np", "m_", &noise(36)], "npm-token");
    definite(&["py", "pi-", "AgEIcHlwaS5vcmc", &n64], "pypi-token");
    definite(&["h", "f_", &noise(34)], "huggingface-token");
    definite(&["S", "G.", &noise(22), ".", &noise(43)], "sendgrid-key");
    for kind in ["p", "o", "u", "s", "r"] {
        definite(&["gh", kind, "_", &noise(36)], "github-token");
    }
    definite(&["github", "_pat_", &noise(22), "_", &noise(59)], "github-token");
    for kind in ["a", "b", "p", "r", "s"] {
        definite(&["xo", "x", kind, "-", "123456789012-", "1234567890123-", &noise(24)], "slack-token");
    }
    definite(&["sk", "_live_", &noise(24)], "stripe-key");
    definite(&["rk", "_live_", &noise(24)], "stripe-key");
    definite(&["AI", "za", &noise(35)], "google-key");
    definite(&["GOC", "SPX-", &noise(28)], "google-secret");
    definite(&["hv", "s.", &noise(24)], "vault-token");
    definite(&["hv", "s.", "CAESI", &noise(90)], "vault-token");
    definite(&["AGE-", "SECRET-", "KEY-1", &capitals[..58]], "age-key");
}

#[test]
fn what_only_resembles_a_key_stays() {
    for text in [
        "AKIA and ASIA are beginnings",
        "sk-ant-your-key-here",
        "sk_live_ and rk_live_",
        "glpat-<token>",
        "npm_config_registry=https://registry.example/",
        "npm_package_scripts_build_release_all",
        "hf_hub_download(repo_id, filename_of_the_model)",
        "SG.first.second",
        "github_pat_",
        "xoxb-your-token",
        "AIza",
        "pypi-publish-action-for-releases",
        "Update the risk-and-compliance-tracker-for-teams",
        "commit 4bc767a16a668dfe35d198580b0107b82c27f19f",
        "index 4bc767a16a668dfe35d198580b0107b82c27f19f..9f8a7b6c5d4e3f2a1b0c4bc767a16a668dfe35d1 100644",
        "5e4ffc47-a8f0-4515-b89a-6dd4d416f01c",
        "sha256:9f8a7b6c5d4e3f2a1b0c4bc767a16a668dfe35d198580b0107b82c27f19f9f8a",
        "h1:Zq7Xk2Lm9Rt4Wv8Bn3Hj6Pc5Yd1Gs0FeZq7Xk2Lm9Rt4=",
        "/home/somebody/src/initial_attribution/context_for_session/file-2.rs",
        "https://example.com/a/path/with/many/parts/and-words/2026-01-23/index.html",
        "-----BEGIN PRIVATE KEY----- is how one begins",
        "grep -c 'BEGIN RSA PRIVATE KEY' *.pem",
        "the bearer of this letter",
        "eyJ is how they begin",
        "postgres://localhost:5432/ledger",
        "https://user@host.example/x",
        "postgres://user:${PASSWORD}@localhost/db",
    ] {
        check(text, text);
    }
}

#[test]
fn private_keys_go_with_their_headers() {
    let line = noise(64);
    let key = |end: &str| {
        let (begin, last) =
            (["-----BEGIN ", "RSA PRIVATE KEY-----"].concat(), ["-----END ", "RSA PRIVATE KEY-----"].concat());
        [begin.as_str(), end, &line, end, &line, end, "Qw==", end, &last].concat()
    };
    let value = |text: &str| serde_json::json!({"text": text}).to_string();
    let real = value(&format!("cat key\n{}\ndone", key("\n")));
    assert_eq!(super::redact(&real), value("cat key\n[redacted:pem-key#1]\ndone"));
    assert_eq!(super::redact(&value(&key("\n     7\t"))), value("[redacted:pem-key#1]"));
    let torn = key("\n");
    assert_eq!(super::redact(&value(&torn[..torn.len() - 60])), value("[redacted:pem-key#1]"));
    // As text in code.
    check(&format!("KEY_TEXT = \"{}\"", key("\\n")), "KEY_TEXT = \"[redacted:pem-key#1]\"");
}

#[test]
fn private_keys_in_lines_of_their_own_are_found() {
    let line = noise(64);
    let begin = ["-----BEGIN ", "PRIVATE KEY-----"].concat();
    let end = ["-----END ", "PRIVATE KEY-----"].concat();
    let log =
        serde_json::json!({"lines": [format!("+{begin}"), format!("+{line}"), "+Qw==", format!("+{end}"), "+done"]});
    let answer = serde_json::json!({"lines": [
        format!("+{begin}"), "+[redacted:pem-key#1]", "+[redacted:pem-key#2]", format!("+{end}"), "+done"]});
    assert_eq!(super::redact(&log.to_string()), answer.to_string());
    let text = format!("{begin}\r\n{line}\r\nQw==\r\n{end}\r\nword\r\n");
    let answer = format!("{begin}\r\n[redacted:pem-key#1]\r\n[redacted:pem-key#2]\r\n{end}\r\nword\r\n");
    assert_eq!(super::redact(&text), answer);
}

#[test]
fn candidates() {
    let n = noise(40);
    check(
        "postgres://ledger:hunter-dev-only@localhost:5432/t",
        "postgres://ledger:[redacted:connection-string#1]@localhost:5432/t",
    );
    check(
        "git clone https://me:pass.word@git.example/x",
        "git clone https://me:[redacted:url-password#1]@git.example/x",
    );
    let jwt = ["ey", "J0eXAiOiJKV1QiLCJhbGc.", "ey", "JzdWIiOiIxMjM0NTY.", &n].concat();
    check(&format!("got {jwt}."), "got [redacted:jwt#1].");
    check(&format!("Authorization: Bearer {n}.x~1"), "Authorization: Bearer [redacted:bearer#1]");
    check("IMPORT_TOKEN=abcdef cargo run", "IMPORT_TOKEN=[redacted:assignment#1] cargo run");
    check(&format!("it is {n}, I think"), "it is [redacted:random-text#1], I think");
    check("Server=db;Password=hunter2x;Encrypt=1", "Server=db;Password=[redacted:connection-string#1];Encrypt=1");
    // base64 with its signs, as AWS writes secrets.
    let aws = ["wJalrXUtnF9MI/", "K7MDENG/", "bPxRfiCYz7XaPqKEY"].concat();
    check(&format!("secret {aws}"), "secret [redacted:random-text#1]");
}
