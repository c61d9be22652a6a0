//! `manifest.json`: what the bundle is called, where its other files are, and, for people and other programs, a row a
//! session.

use super::BundleError;
use super::early::FORM;
use crate::formats::lenient::value_with;
use serde_json::{Map, Value, json};

/// Its path below the page.
pub const MANIFEST: &str = "archive/manifest.json";
/// Rises when older pages could no longer read it.
pub const VERSION: u64 = 1;

/// A log of a bundle, in the order of `times.bin`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    /// As it was called where it was bundled, below the folder that was given.
    pub path: String,
    /// The packed log, relative to the manifest; `None` where logs were left out, or it is none.
    pub file: Option<String>,
    /// XXH3-128 of its content, 32 hexadecimal digits.
    pub hash: String,
    /// Packed bytes.
    pub size: u64,
}

/// What a page must know before it reads the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    pub title: String,
    /// XXH3-128 of `times.bin` and `keys.bin`, unpacked, 32 hexadecimal digits. They stand in their addresses too, so that
    /// no cache gives old ones.
    pub times: String,
    pub keys: String,
    /// Bytes of `times.bin`, packed; 0 where nobody told.
    pub times_size: u64,
    /// Its logs grow: worth asking again (`sessionscope serve`).
    pub is_live: bool,
    /// Secrets were masked before anything was written.
    pub is_redacted: bool,
    /// How many different secrets were masked, by rule; what is added goes on from there.
    pub masks: Vec<(String, u32)>,
    /// Mappings that its logs were read by (docs/mapping.md), as JSON.
    pub mappings: Vec<String>,
    /// What is shown before `times.bin` is there ([`Early`]), packed, as base64 for addresses; empty where a page of another
    /// version wrote it.
    ///
    /// [`Early`]: super::early::Early
    pub early: String,
    pub logs: Vec<Log>,
}

impl Manifest {
    /// As JSON; `sessions` are the rows of `sessionscope sessions --format json`. They come last, as they are the most.
    pub fn to_json(&self, sessions: &str) -> String {
        let log = |log: &Log| json!({"path": log.path, "file": log.file, "hash": log.hash, "size": log.size});
        let mut text = json!({
            "sessionscope": VERSION,
            "title": self.title,
            "times": {"file": "times.bin", "hash": self.times, "size": self.times_size},
            "keys": {"file": "keys.bin", "hash": self.keys},
            "live": self.is_live,
            "redacted": self.is_redacted,
            "masks": self.masks.iter().map(|(rule, count)| (rule.clone(), json!(count))).collect::<Map<_, _>>(),
            "mappings": self.mappings,
            "early": {"form": FORM, "packed": self.early},
            "sources": self.logs.iter().map(log).collect::<Vec<_>>(),
        })
        .to_string();
        text.pop();
        [&text, ",\"sessions\":", sessions, "}"].concat()
    }

    /// Out of the bytes that a server sent.
    pub fn read(bytes: &[u8]) -> Result<Self, BundleError> {
        // Its sessions are for others.
        let value = value_with(bytes, &|parent, key| !(parent.is_empty() && key == "sessions")).ok_or_else(|| {
            let is_page = bytes.trim_ascii_start().starts_with(b"<");
            BundleError::NotAManifest(if is_page { "a web page" } else { "no JSON, or cut off" })
        })?;
        match value["sessionscope"].as_u64() {
            Some(VERSION) => {}
            Some(found) => return Err(BundleError::Newer { found }),
            None => return Err(BundleError::NotAManifest("other JSON")),
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let log = |log: &Value| Log {
            path: text(&log["path"]),
            file: log["file"].as_str().filter(|file| is_below(file)).map(str::to_owned),
            hash: text(&log["hash"]),
            size: log["size"].as_u64().unwrap_or(0),
        };
        let mask = |(rule, count): (&String, &Value)| (rule.clone(), count.as_u64().unwrap_or(0) as u32);
        Ok(Self {
            title: text(&value["title"]),
            times: text(&value["times"]["hash"]),
            keys: text(&value["keys"]["hash"]),
            times_size: value["times"]["size"].as_u64().unwrap_or(0),
            is_live: value["live"] == true,
            is_redacted: value["redacted"] == true,
            masks: value["masks"].as_object().into_iter().flatten().map(mask).collect(),
            mappings: value["mappings"].as_array().into_iter().flatten().map(text).collect(),
            early: if value["early"]["form"] == FORM { text(&value["early"]["packed"]) } else { String::new() },
            logs: value["sources"].as_array().into_iter().flatten().map(log).collect(),
        })
    }
}

/// A bundle names nothing outside of itself: no other host, no way up.
fn is_below(file: &str) -> bool {
    !file.starts_with(['/', '\\'])
        && !file.contains([':', '\\', '?', '#', '%'])
        && file.split('/').all(|part| part != "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let log = |file: Option<&str>| Log {
            path: "logs/a b%.jsonl".into(),
            file: file.map(str::to_owned),
            hash: "0f".repeat(16),
            size: 7,
        };
        Manifest {
            title: "Team \"A\"".into(),
            times: "1".into(),
            keys: "2".into(),
            times_size: 3,
            is_live: true,
            is_redacted: false,
            masks: vec![("github-token".into(), 2)],
            mappings: vec!["{\"kind\":\"k\"}".into()],
            early: "H4sI".into(),
            logs: vec![log(Some("logs/0f.gz")), log(None)],
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let text = manifest().to_json("[{\"id\":\"x\"}]");
        assert_eq!(Manifest::read(text.as_bytes()), Ok(manifest()));
    }

    #[test]
    fn what_is_no_manifest_is_said() {
        let told = |text: &str| Manifest::read(text.as_bytes()).expect_err("not one").to_string();
        assert!(told("\n<!doctype html><title>404").contains("a web page"));
        assert!(told("{\"sessionscope\":1,").contains("cut off"));
        assert!(told("{}").contains("other JSON"));
        assert!(told("{\"sessionscope\":2}").contains("version 2"));
    }

    #[test]
    fn files_outside_of_the_bundle_are_not_named() {
        for file in ["https://example.org/x", "/etc/passwd", "../x", "logs/../../x", "//host/x", "a\\b", "x?y"] {
            let mut bad = manifest();
            bad.logs[0].file = Some(file.into());
            let read = Manifest::read(bad.to_json("[]").as_bytes()).expect("a manifest");
            assert_eq!(read.logs[0].file, None, "{file}");
        }
    }
}
