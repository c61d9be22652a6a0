//! A bundle that is there already, to be added to.

use super::{Bundled, wrong};
use crate::archive::SourceReader;
use crate::bundle::keys::{self, Key};
use crate::bundle::{self, Log, MANIFEST, Manifest};
use crate::cli::CliError;
use crate::cli::find::{shown, words};
use crate::cli::read::{CHUNK, each_chunk};
use crate::formats::mapping;
use crate::model::SourceIndex;
use flate2::read::GzDecoder;
use rustc_hash::FxHashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What was read of it.
#[derive(Default)]
pub struct Stored {
    /// In the order of the manifest's logs.
    indexes: Vec<SourceIndex>,
    keys: Vec<Key>,
}

/// Reads the manifest of a bundle, and knows the mappings in it from then on.
pub fn manifest(site: &Path) -> Result<Manifest, CliError> {
    let path = site.join(MANIFEST);
    let bad = |why: String| wrong(&format!("{}: {why}", shown(&path)));
    let bytes = fs::read(&path).map_err(|error| bad(words(&error)))?;
    let manifest = Manifest::read(&bytes).map_err(|error| bad(error.to_string()))?;
    for text in &manifest.mappings {
        mapping::use_also(text).map_err(|error| bad(error.to_string()))?;
    }
    Ok(manifest)
}

/// Reads the rest of a bundle.
pub fn read(site: &Path, manifest: &Manifest) -> Result<Stored, CliError> {
    let path = site.join(MANIFEST);
    let bad = |why: String| wrong(&format!("{}: {why}", shown(&path)));
    let unpacked = |name: &str| {
        let mut plain = Vec::new();
        let file = File::open(path.with_file_name(name)).map_err(|error| bad(format!("{name}: {}", words(&error))))?;
        GzDecoder::new(file).read_to_end(&mut plain).map_err(|error| bad(format!("{name}: {error}")))?;
        Ok::<_, CliError>(plain)
    };
    let indexes = bundle::read(unpacked("times.bin")?, &manifest.logs, 0).map_err(|error| bad(error.to_string()))?;
    let keys = keys::read(unpacked("keys.bin")?).map_err(|error| bad(error.to_string()))?;
    if keys.len() != indexes.len() {
        return Err(bad("it does not belong to the files beside it".to_owned()));
    }
    Ok(Stored { indexes, keys })
}

/// Both, by path. A log that is there under the same path has grown: the new one stands for it. Logs that the new ones may
/// repeat something of are read again, for their ids.
pub fn joined(site: &Path, manifest: &Manifest, old: Stored, new: Vec<Bundled>) -> Result<Vec<Bundled>, CliError> {
    let Stored { mut indexes, keys } = old;
    let paths: FxHashSet<&str> = new.iter().map(|source| source.log.path.as_str()).collect();
    let is_gone = |log: &Log| paths.contains(log.path.as_str());
    let gone: Vec<usize> = (0..).zip(&manifest.logs).filter(|(_, log)| is_gone(log)).map(|(at, _)| at).collect();
    let added: Vec<&SourceIndex> = new.iter().map(|source| &source.index).collect();
    let repeated = keys::repeated(&indexes.iter().collect::<Vec<_>>(), &keys, &gone, &added);
    for (at, log) in manifest.logs.iter().enumerate().filter(|(at, log)| repeated[*at] && !is_gone(log)) {
        let file = log.file.as_ref().map(|file| site.join(MANIFEST).with_file_name(file));
        let index = &mut indexes[at];
        let is_read = match &file {
            Some(file) => again(file, index).is_ok_and(|is_same| is_same),
            None => keys[at].with_ids(index).map(|whole| *index = whole).is_some(),
        };
        if !is_read {
            let file = file.map_or_else(|| "keys.bin".to_owned(), |file| shown(&file));
            return Err(wrong(&format!(
                "{file}: what it holds of {} does not belong to the bundle; bundle again",
                log.path
            )));
        }
    }
    let old = indexes.into_iter().zip(manifest.logs.iter().cloned()).zip(keys);
    let old = old.map(|((index, log), key)| Bundled { index, log, key });
    let mut all: Vec<Bundled> = old.filter(|source| !is_gone(&source.log)).collect();
    all.extend(new);
    all.sort_by(|a, b| (&a.log.path, &a.log.hash).cmp(&(&b.log.path, &b.log.hash)));
    Ok(all)
}

/// Reads a log of the bundle; says whether it is the one that was bundled.
fn again(file: &PathBuf, index: &mut SourceIndex) -> io::Result<bool> {
    let mut reader = SourceReader::known(index.meta.clone(), index.format());
    let unread = each_chunk(&mut File::open(file)?, &mut vec![0; CHUNK], |chunk| {
        reader.push(chunk);
        true
    });
    let mut whole = reader.finish(unread.as_deref());
    whole.meta.size = Some(whole.bytes);
    let is_same = whole.hash == index.hash;
    if is_same {
        *index = whole;
    }
    Ok(is_same)
}
