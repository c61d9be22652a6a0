//! `serve` gives away what was named, to who may ask, and nothing else.

use super::{Folder, command, log};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// A running server, stopped at the end of the test.
struct Served {
    child: Child,
    address: String,
}

struct Told {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Served {
    fn new(folder: &Folder, words: &[&str]) -> Self {
        folder.write("page/index.html", "<!doctype html><html><head><title>Sessionscope</title></head></html>");
        let page = folder.0.join("page");
        let mut command = command();
        command.args(["serve", "--port", "0", "--page"]).arg(page).args(words);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the command starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut line).expect("its address");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).expect(&line).to_owned();
        Self { child, address }
    }

    /// Sends the head of a request as it is.
    fn ask(&self, head: &str) -> Told {
        let mut stream = TcpStream::connect(&self.address).expect("a server");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream.write_all(head.replace("HOST", &self.address).as_bytes()).expect("sent");
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("an answer");
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&all[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Told { status, head, body: all[end + 4..].to_vec() }
    }

    fn get(&self, path: &str) -> Told {
        self.get_with(path, "")
    }

    fn get_with(&self, path: &str, header: &str) -> Told {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n{header}\r\n"))
    }

    fn manifest(&self) -> Value {
        serde_json::from_slice(&self.get("/archive/manifest.json").body).expect("JSON")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Told {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

fn logs(folder: &Folder) -> String {
    folder.write("logs/a b%.jsonl", log("one", "2026-05-01T10:00:00Z", 100, 10));
    folder.write("secret.jsonl", log("secret", "2026-05-01T10:00:00Z", 100, 10));
    folder.0.join("logs").to_str().expect("UTF-8").to_owned()
}

#[test]
fn the_page_and_the_logs_are_served() {
    let folder = Folder::new("serve");
    let served = Served::new(&folder, &[&logs(&folder)]);
    let index = served.get("/");
    assert_eq!((index.status, index.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(
        String::from_utf8_lossy(&index.body)
            .contains("sessionscope-archive\" content=\"archive/manifest.json\" data-live>")
    );
    let manifest = served.manifest();
    assert_eq!(manifest["live"], true);
    assert_eq!(manifest["sources"][0]["path"], "logs/a b%.jsonl");
    let file = format!("/archive/{}", manifest["sources"][0]["file"].as_str().expect("a log"));
    let content = fs::read(folder.0.join("logs/a b%.jsonl")).expect("a log");
    assert_eq!(served.get(&file).body, content);
    let part = served.get_with(&file, "Range: bytes=3-9\r\n");
    assert_eq!((part.status, part.body.as_slice()), (206, &content[3..10]));
    assert_eq!(part.header("content-range"), Some(format!("bytes 3-9/{}", content.len()).as_str()));
    assert_eq!(served.get_with(&file, "Range: bytes=999999-\r\n").status, 416);
    assert!(served.get("/archive/times.bin").body.starts_with(&[0x1F, 0x8B]));
}

#[test]
fn an_unchanged_manifest_is_not_sent_again_and_a_grown_log_changes_it() {
    let folder = Folder::new("live");
    let served = Served::new(&folder, &[&logs(&folder)]);
    let first = served.get("/archive/manifest.json");
    let etag = first.header("etag").expect("an ETag").to_owned();
    let again = served.get_with("/archive/manifest.json", &format!("If-None-Match: {etag}\r\n"));
    assert_eq!((again.status, again.body.len()), (304, 0));
    let more = log("one", "2026-05-01T10:00:00Z", 100, 10) + &log("two", "2026-05-01T11:00:00Z", 5, 1);
    folder.write("logs/a b%.jsonl", &more);
    folder.write("logs/c.jsonl", log("three", "2026-05-01T12:00:00Z", 5, 1));
    let started = Instant::now();
    while served.manifest()["sources"].as_array().map(Vec::len) != Some(2) {
        assert!(started.elapsed() < Duration::from_secs(20), "the new log never came");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(served.get_with("/archive/manifest.json", &format!("If-None-Match: {etag}\r\n")).status, 200);
}

#[test]
fn other_names_other_methods_and_ways_out_are_refused() {
    let folder = Folder::new("refuse");
    let served = Served::new(&folder, &[&logs(&folder)]);
    let host = |host: &str| served.ask(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).status;
    assert_eq!(host("HOST"), 200);
    assert_eq!(host("evil.example"), 421);
    let port = served.address.rsplit(':').next().expect("a port");
    assert_eq!(host(&format!("evil.example:{port}")), 421);
    assert_eq!(host(&format!("localhost:{port}")), 200);
    let unnamed = served.ask("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert!(unnamed.status >= 400, "{}", unnamed.status);
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let head = format!(
            "{method} /archive/manifest.json HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        assert_eq!(served.ask(&head).status, 405, "{method}");
    }
    for path in [
        "/../secret.jsonl",
        "/archive/logs/../../secret.jsonl",
        "/archive/logs/%2e%2e/%2e%2e/secret.jsonl",
        "/archive/logs/..%2f..%2fsecret.jsonl",
        "/..%5csecret.jsonl",
        "//etc/passwd",
        "/etc/passwd",
        "/archive/logs/",
        "/archive/logs/secret.jsonl",
        "/archive/../page/index.html",
        "/%00",
    ] {
        let told = served.get(path);
        assert!([400, 404].contains(&told.status), "{path}: {}", told.status);
        assert!(!String::from_utf8_lossy(&told.body).contains("session_id"), "{path}");
    }
}

#[cfg(unix)]
#[test]
fn what_lies_elsewhere_through_a_link_is_not_served() {
    let folder = Folder::new("links");
    let path = logs(&folder);
    std::os::unix::fs::symlink(folder.0.join("secret.jsonl"), folder.0.join("logs/link.jsonl")).expect("a link");
    std::os::unix::fs::symlink(&folder.0, folder.0.join("logs/up")).expect("a link");
    let served = Served::new(&folder, &[&path]);
    let manifest = served.manifest();
    let paths: Vec<&str> =
        manifest["sources"].as_array().expect("sources").iter().filter_map(|log| log["path"].as_str()).collect();
    assert_eq!(paths, ["logs/a b%.jsonl"]);
    assert!(!manifest.to_string().contains("do secret"));
    // A log that becomes a link after it was listed.
    let file = format!("/archive/{}", manifest["sources"][0]["file"].as_str().expect("a log"));
    fs::remove_file(folder.0.join("logs/a b%.jsonl")).expect("removed");
    std::os::unix::fs::symlink(folder.0.join("secret.jsonl"), folder.0.join("logs/a b%.jsonl")).expect("a link");
    assert_eq!(served.get(&file).status, 404);
}

/// A log that no format knows, and what its user says of it.
const MINE: &str = r#"{"name":"Mine","kind":"what","text":"say","kinds":{"ask":"prompt","tell":"response"}}"#;

#[test]
fn a_mapping_is_in_what_is_served_also_for_logs_that_come_later() {
    let folder = Folder::new("serve-mapping");
    let own = |text: &str| format!("{{\"what\":\"ask\",\"say\":\"{text}\"}}\n{{\"what\":\"tell\",\"say\":\"Two.\"}}\n");
    folder.write("logs/a.jsonl", own("List them"));
    let mapping = folder.write("m.json", MINE);
    let logs = folder.0.join("logs").to_str().expect("UTF-8").to_owned();
    let served = Served::new(&folder, &[&logs, "--mapping", mapping.to_str().expect("UTF-8")]);
    let manifest = served.manifest();
    assert_eq!(manifest["mappings"], serde_json::json!([MINE]));
    let sessions = |manifest: &Value| manifest["sessions"].as_array().map(Vec::len);
    assert_eq!((manifest["sources"].as_array().map(Vec::len), sessions(&manifest)), (Some(1), Some(1)));
    folder.write("logs/b.jsonl", own("List more"));
    let started = Instant::now();
    while sessions(&served.manifest()) != Some(2) {
        assert!(started.elapsed() < Duration::from_secs(20), "the new log was not read by the mapping");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn without_a_path_it_is_the_page_alone() {
    let folder = Folder::new("page-alone");
    let served = Served::new(&folder, &[]);
    assert!(!String::from_utf8_lossy(&served.get("/").body).contains("sessionscope-archive"));
    assert_eq!(served.get("/archive/manifest.json").status, 404);
}
