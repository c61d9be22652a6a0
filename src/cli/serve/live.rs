//! Folders as an archive: indexed when somebody asks for the manifest, again where files have changed.

use super::follow::{self, Follow};
use super::http::Answer;
use crate::archive::Archive;
use crate::bundle::keys::{self, Key};
use crate::bundle::{self, Log, Manifest};
use crate::cli::bundle::{Listed, Names, packed};
use crate::cli::find::{Rules, find, shown};
use crate::cli::read::CHUNK;
use crate::formats::{self, mapping};
use crate::model::{SourceId, SourceIndex, SourceKind, SourceMeta};
use flate2::Compression;
use rustc_hash::FxHashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Folders are looked through this often at most, however many pages ask.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A log that was not written to for so long is not expected to grow: if it does, it is read from its beginning.
const GROWS_WITHIN: Duration = Duration::from_secs(60 * 60);

/// Length, time and birth of a file when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    len: u64,
    changed: Option<SystemTime>,
    /// A file that was put in the place of another one has its own.
    born: Option<SystemTime>,
}

/// A file that was read.
struct Known {
    stamp: Stamp,
    index: Arc<SourceIndex>,
    /// Where its reading goes on.
    follow: Option<Follow>,
}

/// The logs of some folders as they are now.
pub struct Live {
    paths: Vec<PathBuf>,
    /// Their real paths: what lies elsewhere, through a link, is not served.
    roots: Vec<PathBuf>,
    names: Names,
    known: FxHashMap<PathBuf, Known>,
    looked: Option<Instant>,
    manifest: Vec<u8>,
    times: Vec<u8>,
    keys: Vec<u8>,
    /// Logs by their names in addresses.
    files: FxHashMap<String, PathBuf>,
}

impl Live {
    pub fn new(paths: &[PathBuf], names: Names) -> Self {
        let roots = paths.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
        Self {
            paths: paths.to_vec(),
            roots,
            names,
            known: FxHashMap::default(),
            looked: None,
            manifest: Vec::new(),
            times: Vec::new(),
            keys: Vec::new(),
            files: FxHashMap::default(),
        }
    }

    /// A file of the archive.
    pub fn file(&mut self, path: &str, range: Option<&str>) -> Option<Answer> {
        if path == "manifest.json" || self.looked.is_none() {
            self.look();
        }
        match path {
            "manifest.json" => Some(Answer::of(self.manifest.clone(), "application/json; charset=utf-8")),
            "times.bin" => Some(Answer::of(self.times.clone(), "application/octet-stream")),
            "keys.bin" => Some(Answer::of(self.keys.clone(), "application/octet-stream")),
            path => self.log(path.strip_prefix("logs/")?, range),
        }
    }

    fn log(&self, name: &str, range: Option<&str>) -> Option<Answer> {
        let path = self.files.get(name)?;
        // It may have become a link since it was found.
        if !self.is_within(path) {
            return None;
        }
        let file = File::open(path).ok()?;
        let Stamp { len, changed, .. } = stamp(path)?;
        Answer::of_file(file, range, format!("\"{:016x}\"", xxh3_64(format!("{len} {changed:?}").as_bytes()))).ok()
    }

    fn is_within(&self, path: &Path) -> bool {
        fs::canonicalize(path).is_ok_and(|real| self.roots.iter().any(|root| real.starts_with(root)))
    }

    /// Reads what has changed.
    fn look(&mut self) {
        if self.looked.is_some_and(|looked| looked.elapsed() < LOOK_EVERY) {
            return;
        }
        let mut found = find(&self.paths, Rules::Ours).files;
        found.retain(|path| self.is_within(path));
        let mut has_changed = self.looked.is_none() || found.len() != self.known.len();
        let mut buffer = vec![0; CHUNK];
        let mut before = std::mem::take(&mut self.known);
        for path in found {
            let Some(stamp) = stamp(&path) else { continue };
            let mut known = match before.remove(&path) {
                Some(known) if known.stamp == stamp => known,
                old => {
                    has_changed = true;
                    let Some(read) = self.read(&path, stamp, old, &mut buffer) else { continue };
                    read
                }
            };
            known.follow = known.follow.filter(|_| stamp.may_grow());
            self.known.insert(path, known);
        }
        if has_changed {
            self.write();
        }
        self.looked = Some(Instant::now());
    }

    /// Reads a file, or what has come to it; where that fails, what was known of it stands.
    fn read(&self, path: &Path, stamp: Stamp, old: Option<Known>, buffer: &mut [u8]) -> Option<Known> {
        let (index, before) =
            old.map_or((None, None), |old| (Some(old.index), old.follow.filter(|_| old.stamp.born == stamp.born)));
        let meta = SourceMeta { path: shown(path), size: Some(stamp.len) };
        let read = File::open(path).ok().and_then(|mut file| follow::read(&mut file, &meta, before, buffer).ok());
        let Some((mut new, follow)) = read else { return Some(Known { stamp, index: index?, follow: None }) };
        new.meta.path = self.names.name(path);
        if formats::beside(&new.meta.path).is_some() {
            // Never looked into, so its content hash would be of its beginning alone: told by its time.
            new.hash = xxh3_128(format!("{stamp:?}").as_bytes());
        }
        Some(Known { stamp, index: Arc::new(new), follow })
    }

    /// Makes the files of the archive out of what is known.
    fn write(&mut self) {
        let is_log = |index: &SourceIndex| matches!(index.kind, SourceKind::Log(_) | SourceKind::Beside(_));
        let mut sources: Vec<(&PathBuf, &Arc<SourceIndex>)> =
            self.known.iter().map(|(path, known)| (path, &known.index)).collect();
        sources.retain(|(_, index)| is_log(index));
        sources.sort_by(|(a, x), (b, y)| (&x.meta.path, a).cmp(&(&y.meta.path, b)));
        let mut archive = Archive::default();
        for (id, (_, index)) in (0..).zip(&sources) {
            archive.add_shared(SourceId(id), Arc::clone(index));
        }
        archive.assemble();
        let title = "Live".to_owned();
        let mut manifest = Manifest { title, is_live: true, mappings: mapping::used(), ..Manifest::default() };
        self.files.clear();
        for (path, index) in &sources {
            let name = format!("{:016x}", xxh3_64(path.as_os_str().as_encoded_bytes()));
            let hash = format!("{:032x}", index.hash);
            let (file, size) = (Some(format!("logs/{name}")), index.bytes);
            manifest.logs.push(Log { path: index.meta.path.clone(), file, hash, size });
            self.files.insert(name, (*path).clone());
        }
        let indexes: Vec<Arc<SourceIndex>> = sources.iter().map(|(_, index)| Arc::clone(index)).collect();
        let mut kept: Vec<Key> = indexes.iter().map(|index| Key::of(index)).collect();
        let (times, keys) = (bundle::write(&indexes), keys::write(&mut kept));
        (self.times, self.keys) = (near(&times), near(&keys));
        manifest.times_size = self.times.len() as u64;
        manifest.times = format!("{:032x}", xxh3_128(&times));
        manifest.keys = format!("{:032x}", xxh3_128(&keys));
        self.manifest = Listed::of(&archive).into_json(&mut manifest).into_bytes();
    }
}

/// Packed for somebody who is near: quickly.
fn near(plain: &[u8]) -> Vec<u8> {
    packed(plain, Compression::fast())
}

fn stamp(path: &Path) -> Option<Stamp> {
    let about = fs::metadata(path).ok()?;
    Some(Stamp { len: about.len(), changed: about.modified().ok(), born: about.created().ok() })
}

impl Stamp {
    /// Whether somebody may be about to write more of it. A time to come is that of another clock.
    fn may_grow(&self) -> bool {
        self.changed.is_some_and(|changed| changed.elapsed().map_or(true, |age| age < GROWS_WITHIN))
    }
}
