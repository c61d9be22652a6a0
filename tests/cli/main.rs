//! The command as people run it: the real binary on real and on made logs.

#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/planted.rs"]
mod planted;
#[path = "../support/mod.rs"]
mod support;

mod agree;
mod bundle;
mod convert;
mod corpus;
mod coverage;
mod events;
mod example;
mod explain;
mod filters;

mod input;
mod overview;
mod packed;
mod redact;
mod search;
mod serve;
mod words;

use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

/// How a run of the command ended, and what it said.
struct Run {
    code: Option<i32>,
    out: Vec<u8>,
    err: String,
}

/// Runs the command on a machine whose own zone is UTC.
fn run<S: AsRef<OsStr>>(words: impl IntoIterator<Item = S>) -> Run {
    run_with(words, b"")
}

/// As [`run`], with bytes on standard input.
fn run_with<S: AsRef<OsStr>>(words: impl IntoIterator<Item = S>, input: &[u8]) -> Run {
    let mut command = command();
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let output = thread::scope(|scope| {
        scope.spawn(move || {
            // The command need not read it.
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().expect("the command ends")
    });
    let err = String::from_utf8(output.stderr).expect("text");
    Run { code: output.status.code(), out: output.stdout, err }
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sessionscope"));
    command.env("TZ", "UTC");
    command
}

impl Run {
    /// Standard output, of a run that ended well.
    fn text(&self) -> &str {
        assert_eq!(self.code, Some(0), "{}", self.err);
        std::str::from_utf8(&self.out).expect("text")
    }

    fn json(&self) -> Value {
        serde_json::from_str(self.text()).expect("JSON")
    }

    /// The cells of its CSV; for tables without quoted cells.
    fn rows(&self) -> Vec<Vec<String>> {
        self.text().lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    }

    /// Says this on standard error, ends with a status, and reports nothing.
    fn fails(&self, code: i32, said: &[&str]) {
        assert_eq!(self.code, Some(code), "{}", self.err);
        assert_eq!(String::from_utf8_lossy(&self.out), "", "nothing on standard output");
        for said in said {
            assert!(self.err.contains(said), "{said:?} is not in:\n{}", self.err);
        }
    }
}

/// A folder of a test, gone at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("cli-{}-{number}-{name}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).expect("a new folder");
        Self(path)
    }

    /// Writes a file, and the folders on the way to it.
    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
        fs::write(&path, content).expect("a new file");
        path
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("a path in UTF-8")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A finished run of a model in three lines; `input` and `output` are its tokens.
fn log(id: &str, start: &str, input: u64, output: u64) -> String {
    format!(
        r#"{{"session_id":"{id}","seq":0,"type":"session.start","ts":"{start}","data":{{"provider":"openrouter","model":"m1","prompt":"do {id}"}}}}
{{"session_id":"{id}","seq":1,"type":"llm.response","ts":"{start}","data":{{"content":"Done.","usage":{{"input":{input},"output":{output},"total":0}},"latency_ms":5,"model":"m1","finish_reason":"stop"}}}}
{{"session_id":"{id}","seq":2,"type":"session.end","ts":"{start}","data":{{"status":"success","output":"Done.","tokens":{{"input":{input},"output":{output}}},"cost_usd":0.5,"duration_ms":1000}}}}
"#
    )
}
