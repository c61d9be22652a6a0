//! Files to read, out of the paths that were given.

use crate::unpack::plain_name;
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Extensions that logs have, in any case; one more may say that it is packed.
const LOGS: [&str; 4] = ["jsonl", "ndjson", "json", "traj"];

/// Stands for standard input.
pub const STDIN: &str = "-";

/// By whose rules folders are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// Everything below, hidden folders too, since agents keep their logs there; each file once.
    Ours,
    /// The folder itself only, names that end in `.jsonl`; what is given twice is read twice (fizeau.md §7).
    Reference,
}

/// A path that could not be opened, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub path: String,
    pub why: String,
    /// There is no such path.
    pub is_missing: bool,
}

/// What to read, in order.
#[derive(Debug, Default)]
pub struct Found {
    pub files: Vec<PathBuf>,
    /// Packed files whose unpacked twin is among `files`: not read, but named.
    pub twins: Vec<PathBuf>,
    pub failures: Vec<Failure>,
}

impl Failure {
    pub fn new(path: &Path, error: &io::Error) -> Self {
        Self { path: shown(path), why: words(error), is_missing: error.kind() == io::ErrorKind::NotFound }
    }
}

/// Why something could not be read.
pub fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        _ => error.to_string(),
    }
}

/// A path as text.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Files as given, whatever their names, and the logs of folders in the order of their names.
pub fn find(paths: &[PathBuf], rules: Rules) -> Found {
    let mut search = Search { rules, seen: HashSet::new(), found: Found::default() };
    for path in paths {
        search.given(path);
    }
    if rules == Rules::Ours {
        search.set_twins_aside();
    }
    search.found
}

struct Search {
    rules: Rules,
    /// Real paths of what was found: guards against loops of links, and against reading a file twice.
    seen: HashSet<PathBuf>,
    found: Found,
}

impl Search {
    fn given(&mut self, path: &Path) {
        if path == Path::new(STDIN) {
            return self.file(path);
        }
        match fs::metadata(path) {
            Ok(kind) if kind.is_dir() => self.folder(path),
            Ok(_) => self.file(path),
            Err(error) => self.found.failures.push(Failure::new(path, &error)),
        }
    }

    fn file(&mut self, path: &Path) {
        if self.rules == Rules::Reference || self.is_new(path) {
            self.found.files.push(path.to_owned());
        }
    }

    fn folder(&mut self, path: &Path) {
        if self.rules == Rules::Ours && !self.is_new(path) {
            return;
        }
        let entries = fs::read_dir(path).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.found.failures.push(Failure::new(path, &error)),
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            self.entry(&entry.path());
        }
    }

    fn entry(&mut self, path: &Path) {
        // A link to nothing, a pipe or a device is no log.
        let Ok(kind) = fs::metadata(path) else { return };
        match self.rules {
            Rules::Ours if kind.is_dir() => self.folder(path),
            Rules::Ours if kind.is_file() && (has_log_name(path) || is_beside(path)) => self.file(path),
            Rules::Reference if kind.is_file() && shown(path).ends_with(".jsonl") => self.file(path),
            _ => {}
        }
    }

    /// A packed log beside the same log unpacked says nothing new (codex.md §1).
    fn set_twins_aside(&mut self) {
        let all: HashSet<PathBuf> = self.found.files.iter().cloned().collect();
        let is_twin = |file: &PathBuf| {
            let name = file.file_name().and_then(|name| plain_name(name.to_str()?));
            name.is_some_and(|name| all.contains(&file.with_file_name(name)))
        };
        (self.found.twins, self.found.files) = std::mem::take(&mut self.found.files).into_iter().partition(is_twin);
    }

    fn is_new(&mut self, path: &Path) -> bool {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        self.seen.insert(real)
    }
}

/// What a session keeps beside its log may have any name.
fn is_beside(path: &Path) -> bool {
    crate::formats::beside(&shown(path)).is_some()
}

fn has_log_name(path: &Path) -> bool {
    let plain = path.file_name().and_then(|name| plain_name(name.to_str()?));
    let extension = plain.map_or(path, Path::new).extension().unwrap_or_default();
    LOGS.iter().any(|log| extension.eq_ignore_ascii_case(log))
}
