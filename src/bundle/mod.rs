//! A team's archive as files on any static host (PRODUCT §7): what the first pass found in each log, so that a page need
//! read none of them to show every view. `docs/bundle.md` describes the files. Knows no file system and no network.
//!
//! Sources go in and come out; an archive of them gives every answer that an archive of the logs gives, since it is the
//! same first pass that both hold.

pub mod early;
mod events;
mod index;
pub mod keys;
mod manifest;
mod part;
mod wire;

pub use manifest::{Log, MANIFEST, Manifest, VERSION};

use crate::model::SourceIndex;
use index::Ids;
use std::borrow::Borrow;
use wire::Wire;

/// How the two files begin; a number that rises when older pages could no longer read them.
const TIMES: &str = "sessionscope times 1";
const KEYS: &str = "sessionscope keys 1";

/// Why a bundle cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    #[error("it is not a manifest of Sessionscope, but {0}")]
    NotAManifest(&'static str),
    #[error("it is of version {found}, and this page knows version 1: use the page that the bundle was written with")]
    Newer { found: u64 },
    #[error("{0} is damaged, or belongs to another state of the archive: reload the page, or bundle again")]
    Damaged(&'static str),
}

/// The sources of a bundle as the content of `times.bin`, not yet packed.
pub fn write(sources: &[impl Borrow<SourceIndex>]) -> Vec<u8> {
    let mut ids = Ids::of(sources.iter().map(Borrow::borrow));
    let mut times = begin(TIMES, sources.len());
    for source in sources {
        // What writes is what reads, and so wants to change it; others may be looking at the source meanwhile.
        index::times(&mut times, &mut source.borrow().clone(), &mut ids);
    }
    times.into_bytes()
}

fn begin(title: &str, sources: usize) -> Wire {
    let mut wire = Wire::writing();
    wire.text(&mut title.to_owned());
    wire.number(&mut (sources as u64));
    wire
}

/// Opens a file of the bundle; gives how many sources it tells of.
fn opened(bytes: Vec<u8>, title: &'static str, name: &'static str) -> Result<(Wire, u64), BundleError> {
    let mut wire = Wire::reading(bytes);
    let (mut found, mut sources) = (String::new(), 0);
    wire.text(&mut found);
    wire.number(&mut sources);
    match found == title {
        true => Ok((wire, sources)),
        false => Err(BundleError::Damaged(name)),
    }
}

/// The sources out of what [`write`] made; `logs` of the manifest tell the hashes of their contents. Their ids are numbers that hold within the bundle only ([`keys`]), and where
/// lines stand is not told ([`crate::archive::Archive::place_lines`]). Numbers of several bundles are told apart by `salt`,
/// whose lower half is zero.
pub fn read(times: Vec<u8>, logs: &[Log], salt: u64) -> Result<Vec<SourceIndex>, BundleError> {
    let (mut wire, count) = opened(times, TIMES, "times.bin")?;
    let mut ids = Ids::default();
    if count != logs.len() as u64 {
        return Err(BundleError::Damaged("times.bin"));
    }
    let mut sources = Vec::new();
    for log in logs {
        let mut source = index::empty();
        source.hash = u128::from_str_radix(&log.hash, 16).unwrap_or(0);
        index::times(&mut wire, &mut source, &mut ids);
        if wire.is_broken() {
            return Err(BundleError::Damaged("times.bin"));
        }
        index::each_id(&mut source, &mut |number| *number |= if *number == 0 { 0 } else { salt });
        sources.push(source);
    }
    match wire.is_at_end() {
        true => Ok(sources),
        false => Err(BundleError::Damaged("times.bin")),
    }
}

#[cfg(test)]
mod wire_tests;
