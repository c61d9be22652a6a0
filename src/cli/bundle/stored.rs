//! A bundle that is there already, to be added to.

use super::{Bundled, wrong};
use crate::bundle::{self, MANIFEST, Manifest};
use crate::cli::CliError;
use crate::cli::find::{shown, words};
use crate::formats::mapping;
use flate2::read::GzDecoder;
use std::fs;
use std::io::Read;
use std::path::Path;

/// What was read of it.
#[derive(Default)]
pub struct Stored {
    pub manifest: Manifest,
    pub sources: Vec<Bundled>,
}

/// Reads a bundle, with the ids that tell what new logs repeat.
pub fn read(site: &Path) -> Result<Stored, CliError> {
    let path = site.join(MANIFEST);
    let bad = |why: String| wrong(&format!("{}: {why}", shown(&path)));
    let bytes = fs::read(&path).map_err(|error| bad(words(&error)))?;
    let manifest = Manifest::read(&bytes).map_err(|error| bad(error.to_string()))?;
    for text in &manifest.mappings {
        mapping::use_also(text).map_err(|error| bad(error.to_string()))?;
    }
    let unpacked = |name: &str| {
        let mut plain = Vec::new();
        let file =
            fs::File::open(path.with_file_name(name)).map_err(|error| bad(format!("{name}: {}", words(&error))))?;
        GzDecoder::new(file).read_to_end(&mut plain).map_err(|error| bad(format!("{name}: {error}")))?;
        Ok::<_, CliError>(plain)
    };
    let indexes =
        bundle::read(unpacked("times.bin")?, Some(unpacked("keys.bin")?)).map_err(|error| bad(error.to_string()))?;
    if indexes.len() != manifest.logs.len() {
        return Err(bad("it does not belong to the files beside it".to_owned()));
    }
    let sources = indexes.into_iter().zip(&manifest.logs).map(|(index, log)| Bundled { index, log: log.clone() });
    Ok(Stored { sources: sources.collect(), manifest })
}

/// Both, by path. A log that is there under the same path has grown: the new one stands for it.
pub fn joined(old: Vec<Bundled>, new: Vec<Bundled>) -> Vec<Bundled> {
    let is_there_no_more = |source: &Bundled| !new.iter().any(|new| new.log.path == source.log.path);
    let mut all: Vec<Bundled> = old.into_iter().filter(is_there_no_more).collect();
    all.extend(new);
    all.sort_by(|a, b| (&a.log.path, &a.log.hash).cmp(&(&b.log.path, &b.log.hash)));
    all
}
