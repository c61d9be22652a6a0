//! What the tests over real logs share. The corpus is not part of this project.

#![allow(dead_code, reason = "each test binary uses its own part")]

use sessionscope::archive::{Archive, SourceReader};
use sessionscope::model::{SourceId, SourceIndex, SourceMeta};
use std::path::{Path, PathBuf};

/// A folder of the corpus beside the checkout. Says so and gives `None` where it is not; in CI it must be there.
pub fn corpus(folder: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let path = std::env::var_os("SESSIONSCOPE_CORPUS").map_or(beside, PathBuf::from).join(folder);
    if !path.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "corpus not found, but CI must run these tests");
        println!("corpus not found");
        return None;
    }
    Some(path)
}

/// The files of a folder, by name.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a readable folder");
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// The first pass over bytes, in chunks of a size.
pub fn index(path: &str, bytes: &[u8], chunk: usize) -> SourceIndex {
    let mut reader = SourceReader::new(SourceMeta { path: path.into(), size: Some(bytes.len() as u64) });
    for chunk in bytes.chunks(chunk.max(1)) {
        reader.push(chunk);
    }
    reader.finish(None)
}

/// An archive of files given as name and bytes.
pub fn archive<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Archive {
    let mut archive = Archive::default();
    for (id, (name, bytes)) in files.into_iter().enumerate() {
        archive.add(SourceId(id as u32), index(name, bytes, 1 << 16));
    }
    archive.assemble();
    archive
}
