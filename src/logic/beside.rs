//! Files that sessions keep beside their logs: which of those that are loaded a log means.

use crate::archive::{Archive, Session};
use crate::model::{SourceId, SourceKind};

/// The folder and the name must be the same: the log has the path on the machine where it was written.
const LEAST_SHARED: usize = 2;

/// The loaded file that a path in a log means: that which shares most of the path's end.
pub fn find(archive: &Archive, path: &str) -> Option<SourceId> {
    let beside = archive.sources().filter(|(_, source)| matches!(source.kind, SourceKind::Beside(_)));
    let shared = beside.map(|(id, source)| (shared_end(&source.meta.path, path), id));
    let fits = shared.filter(|(shared, _)| *shared >= LEAST_SHARED);
    fits.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, id)| id)
}

/// The session that keeps a file: the folder of files has the session's id as its own folder (claude-code.md §1).
pub fn owner<'a>(archive: &'a Archive, path: &str) -> Option<&'a Session> {
    let id = owner_id(path)?;
    archive.sessions().iter().find(|session| session.part.id == id)
}

fn owner_id(path: &str) -> Option<&str> {
    path.rsplit(['/', '\\']).nth(2)
}

/// The names of the files that a session keeps beside its log, as far as they are loaded.
pub fn names(archive: &Archive, key: &str) -> Vec<String> {
    let Some(session) = archive.session(key) else { return Vec::new() };
    let is_own = |path: &str| owner_id(path) == Some(&*session.part.id);
    let beside = archive.sources().filter(|(_, source)| matches!(source.kind, SourceKind::Beside(_)));
    beside.map(|(_, source)| &*source.meta.path).filter(|path| is_own(path)).map(|path| name(path).to_owned()).collect()
}

/// Its own name, by which the log tells of it.
pub fn name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// What stands before the path of a file whose beginning is shown, or of one that is not loaded.
pub const fn words(is_open: bool) -> &'static str {
    match is_open {
        true => "This is the beginning of a file beside the log. It goes on in ",
        false => "The whole output is in a file beside the log that is not open here: ",
    }
}

/// How many components two paths have in common at their ends.
fn shared_end(a: &str, b: &str) -> usize {
    let parts = |path: &'_ str| path.rsplit(['/', '\\']).map(str::to_owned).collect::<Vec<_>>();
    parts(a).iter().zip(parts(b)).take_while(|(a, b)| **a == *b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::SourceReader;
    use crate::model::SourceMeta;

    #[test]
    fn a_file_is_found_by_the_end_of_its_path() {
        let mut archive = Archive::default();
        let paths = ["p/s1/tool-results/b.txt", "p/s2/tool-results/b.txt", "p/s1/tool-results/c.json", "p/s1/b.txt"];
        for (number, path) in paths.into_iter().enumerate() {
            let mut reader = SourceReader::new(SourceMeta { path: path.into(), size: None });
            reader.push(path.as_bytes());
            archive.add(SourceId(number as u32), reader.finish(None));
        }
        let check = |path: &str, found: Option<u32>| assert_eq!(find(&archive, path), found.map(SourceId), "{path}");
        check("/home/ann/.claude/projects/p/s2/tool-results/b.txt", Some(1));
        check("C:\\Users\\ann\\p\\s1\\tool-results\\b.txt", Some(0));
        check("/elsewhere/tool-results/c.json", Some(2));
        check("/home/ann/s1/b.txt", None);
        check("b.txt", None);
        check("", None);
    }
}
