//! Modules look down, never up (STYLE rule 1).

use std::fs;
use std::path::{Path, PathBuf};

/// Lowest first. A module may use itself and the modules before it, none after.
const LAYERS: [&str; 12] =
    ["model", "lines", "unpack", "formats", "archive", "logic", "export", "bundle", "link", "worker", "ui", "cli"];

fn sources(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let mut entries: Vec<_> =
            fs::read_dir(path).expect("readable").map(|entry| entry.expect("entry").path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| sources(entry, found));
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        found.push(path.to_owned());
    }
}

fn files_of(layer: &str) -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for path in [src.join(layer), src.join(format!("{layer}.rs"))].iter().filter(|path| path.exists()) {
        sources(path, &mut found);
    }
    assert!(!found.is_empty(), "{layer} is gone");
    found
}

#[test]
fn modules_look_down() {
    for (level, layer) in LAYERS.iter().enumerate() {
        for file in files_of(layer) {
            let text = fs::read_to_string(&file).expect("text");
            for higher in &LAYERS[level + 1..] {
                // The page and the command stand side by side above the worker.
                let names =
                    [format!("crate::{higher}::"), format!("crate::{higher};"), format!("super::super::{higher}::")];
                let looks_up = names.iter().any(|name| text.contains(name));
                assert!(!looks_up, "{} looks up at `{higher}`", file.display());
            }
        }
    }
}

#[test]
fn only_formats_name_a_dialect() {
    for layer in ["model", "archive", "logic", "bundle", "link", "worker", "ui"] {
        for file in files_of(layer) {
            let text = fs::read_to_string(&file).expect("text");
            for dialect in ["fizeau", "claude", "codex", "codetether"] {
                let name = format!("formats::{dialect}");
                assert!(!text.contains(&name), "{} knows a dialect", file.display());
            }
        }
    }
}

#[test]
fn log_text_never_becomes_html() {
    let banned = ["inner_html", "set_inner_html", "insert_adjacent_html", "outer_html", "document.write"];
    for layer in ["worker", "ui"] {
        for file in files_of(layer) {
            let text = fs::read_to_string(&file).expect("text");
            for word in banned {
                assert!(!text.contains(word), "{} uses {word}", file.display());
            }
        }
    }
}

#[test]
fn one_file_asks_the_network() {
    for layer in ["worker", "ui"] {
        for file in files_of(layer).iter().filter(|file| !file.ends_with("worker/fetch.rs")) {
            let text = fs::read_to_string(file).expect("text");
            for word in ["fetch_with", "XmlHttpRequest", "WebSocket", "EventSource", "send_beacon"] {
                assert!(!text.contains(word), "{} uses {word}", file.display());
            }
        }
    }
}
