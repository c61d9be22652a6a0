//! `manifest.json`: what the bundle is called, where its other files are, and, for people and other programs, a row a
//! session.

use super::BundleError;
use serde_json::{Value, json};

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
    /// Its logs grow: worth asking again (`sessionscope serve`).
    pub is_live: bool,
    /// Secrets were masked before anything was written.
    pub is_redacted: bool,
    /// Mappings that its logs were read by (docs/mapping.md), as JSON.
    pub mappings: Vec<String>,
    pub logs: Vec<Log>,
}

impl Manifest {
    /// As JSON; `sessions` are the rows of `sessionscope sessions --format json`.
    pub fn to_json(&self, sessions: Value) -> Value {
        let log = |log: &Log| json!({"path": log.path, "file": log.file, "hash": log.hash, "size": log.size});
        json!({
            "sessionscope": VERSION,
            "title": self.title,
            "times": {"file": "times.bin", "hash": self.times},
            "keys": {"file": "keys.bin", "hash": self.keys},
            "live": self.is_live,
            "redacted": self.is_redacted,
            "mappings": self.mappings,
            "sources": self.logs.iter().map(log).collect::<Vec<_>>(),
            "sessions": sessions,
        })
    }

    /// Out of the bytes that a server sent.
    pub fn read(bytes: &[u8]) -> Result<Self, BundleError> {
        let value: Value = serde_json::from_slice(bytes).map_err(|_| {
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
        Ok(Self {
            title: text(&value["title"]),
            times: text(&value["times"]["hash"]),
            keys: text(&value["keys"]["hash"]),
            is_live: value["live"] == true,
            is_redacted: value["redacted"] == true,
            mappings: value["mappings"].as_array().into_iter().flatten().map(text).collect(),
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
            is_live: true,
            is_redacted: false,
            mappings: vec!["{\"kind\":\"k\"}".into()],
            logs: vec![log(Some("logs/0f.gz")), log(None)],
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let text = manifest().to_json(json!([{"id": "x"}])).to_string();
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
            let read = Manifest::read(bad.to_json(json!([])).to_string().as_bytes()).expect("a manifest");
            assert_eq!(read.logs[0].file, None, "{file}");
        }
    }
}
