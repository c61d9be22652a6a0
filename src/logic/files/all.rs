//! The files of many sessions together: how often each was read and changed, and by which sessions.

use super::{Files, How};
use crate::archive::{Archive, Session};
use crate::logic::change::plain_path;
use crate::logic::format::count;
use crate::logic::report::{Cell, Jump, Report, Table};
use crate::model::{Map, Tally, sorted};

/// So many sessions of a file can be gone to.
const MOST_JUMPS: usize = 4;

/// What happened to one file.
#[derive(Default)]
struct Sum {
    reads: u32,
    changes: u32,
    failed: u32,
    added: Tally,
    removed: Tally,
    /// The last change of it took it away.
    is_gone: bool,
    /// Indexes of those that touched it.
    sessions: Vec<u32>,
}

/// Files of sessions so far.
#[derive(Default)]
pub struct AllFiles {
    sums: Map<String, Sum>,
    /// Keys and labels.
    sessions: Vec<(String, String)>,
    /// Sessions whose logs are not here.
    pub unread: u32,
}

/// One name for a file: `\` is `/` where a path is of Windows, and what is relative is below the session's folder.
fn full(path: &str, folder: Option<&str>) -> String {
    let has_drive =
        |path: &str| path.as_bytes().get(1) == Some(&b':') && path.starts_with(|it: char| it.is_ascii_alphabetic());
    let plain = |path: &str| match path.starts_with("\\\\") || !path.contains('/') {
        true => plain_path(&path.replace('\\', "/")),
        false => plain_path(path),
    };
    let is_absolute = |path: &str| path.starts_with('/') || path.starts_with('~') || has_drive(path);
    let path = plain(path);
    match folder.map(plain).filter(|folder| is_absolute(folder) && !is_absolute(&path)) {
        Some(folder) => [folder.trim_end_matches('/'), "/", &path].concat(),
        None => path,
    }
}

impl AllFiles {
    /// Counts the files of a session.
    pub fn add(&mut self, session: &Session, files: &Files) {
        let part = &session.part;
        let number = self.sessions.len() as u32;
        let label = part.title.clone().unwrap_or_else(|| part.id.clone());
        self.sessions.push((session.key.clone(), label));
        let names: Vec<String> = files.paths.iter().map(|path| full(path, part.project.as_deref())).collect();
        for touch in &files.touches {
            let Some(name) = names.get(touch.path as usize) else { continue };
            let sum = self.sums.entry(name.clone()).or_default();
            if sum.sessions.last() != Some(&number) {
                sum.sessions.push(number);
            }
            match touch.how {
                _ if touch.has_failed => sum.failed += 1,
                How::Read => sum.reads += 1,
                how => {
                    sum.changes += 1;
                    sum.is_gone = how == How::Delete;
                    sum.added.add(touch.added.map(u64::from).into(), false);
                    sum.removed.add(touch.removed.map(u64::from).into(), false);
                }
            }
        }
    }

    /// All of them, those that were changed most first.
    pub fn report(&self) -> Report {
        const WHY: &str = "not every change of this file tells how many lines it was";
        let mut sentences = vec![
            [&*count(self.sums.len() as u64, "file"), " in ", &count(self.sessions.len() as u64, "session"), "."].concat(),
            "Told from calls of tools that read or change files; commands of a shell do not say what they touch. What a log writes without its folder is taken to be in the session's own; where that is not known either, files of one name are one.".to_owned(),
        ];
        if self.unread > 0 {
            let sessions = count(u64::from(self.unread), "session");
            sentences.push(
                [&*sessions, " are not counted: their logs are not here. Open them once, and look again."].concat(),
            );
        }
        let all: Vec<(&String, &Sum)> = self.sums.iter().collect();
        let place = |sum: &Sum| (u32::MAX - sum.changes, u32::MAX - sum.reads);
        let all = sorted(all, |a, b| (place(a.1), a.0).cmp(&(place(b.1), b.0)));
        let row = |(path, sum): (&String, &Sum)| {
            let session = |number: &u32| {
                let (key, label) = self.sessions.get(*number as usize)?;
                let words = crate::logic::excerpt::first_line(label, 30);
                Some(Jump { words, session: key.clone(), step: String::new() })
            };
            let more = sum.sessions.len().saturating_sub(MOST_JUMPS);
            let rest = if more > 0 { ["and ", &*more.to_string(), " more"].concat() } else { String::new() };
            let jumps = sum.sessions.iter().rev().take(MOST_JUMPS).filter_map(session).collect();
            let lines = |lines: &Tally| if sum.changes == 0 { Cell::number(0) } else { Cell::tally(lines, WHY) };
            vec![
                Cell::new(if sum.is_gone { [path, " (deleted or moved away)"].concat() } else { path.clone() }),
                Cell::number(sum.sessions.len() as u64),
                Cell::number(u64::from(sum.reads)),
                Cell::number(u64::from(sum.changes)),
                Cell::number(u64::from(sum.failed)),
                lines(&sum.added),
                lines(&sum.removed),
                Cell { text: rest, jumps, ..Cell::default() },
            ]
        };
        let columns =
            ["Path", "#Sessions", "#Reads", "#Changes", "#Failed", "#Lines added", "#Lines removed", "Touched by"];
        let rows = all.into_iter().map(row).collect();
        Report { sentences, tables: vec![Table::new("Files", &columns).with_rows(rows)] }
    }
}

/// Whether each log of a session is among the sources that can be read.
pub fn is_here(session: &Session, archive: &Archive, can_read: &dyn Fn(crate::model::SourceId) -> bool) -> bool {
    let places = session.places.iter();
    places.filter(|place| archive.source(place.source).is_some()).all(|place| can_read(place.source))
}

#[cfg(test)]
mod tests {
    use super::full;

    #[test]
    fn one_file_has_one_name() {
        let check = |path: &str, folder: Option<&str>, name: &str| assert_eq!(full(path, folder), name);
        check("/a/b.rs", Some("/a"), "/a/b.rs");
        check("b.rs", Some("/a/"), "/a/b.rs");
        check("b.rs", Some("project"), "b.rs");
        check("b.rs", None, "b.rs");
        check("src\\b.rs", Some("C:\\work"), "C:/work/src/b.rs");
        check("C:\\work\\src\\b.rs", Some("/a"), "C:/work/src/b.rs");
        check("c:/work\\b.rs", None, "C:/work/b.rs");
        check("/a/odd\\name", Some("/a"), "/a/odd\\name");
        check("é:b", None, "é:b");
        check("", None, "");
    }
}
