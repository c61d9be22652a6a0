//! The files of a bundle.

use super::{Bundled, wrong};
use crate::archive::Archive;
use crate::bundle::early::Early;
use crate::bundle::{self, MANIFEST, Manifest, keys};
use crate::cli::CliError;
use crate::cli::find::{shown, words};
use crate::export;
use crate::logic::base64;
use crate::logic::sessions::{self, Sums};
use crate::model::{SourceId, SourceIndex};
use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};
use rustc_hash::FxHashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use xxhash_rust::xxh3::xxh3_128;

/// The built page, which `./dev` has put together: `cargo build --features page`.
#[cfg(feature = "page")]
const CARRIED: Option<&[u8]> = Some(include_bytes!(env!("SESSIONSCOPE_PAGE")));
#[cfg(not(feature = "page"))]
const CARRIED: Option<&[u8]> = None;

/// For `times.bin`: more effort makes it hardly smaller, and `--append` is to be quick.
const TIMES_EFFORT: Compression = Compression::new(4);

/// The files of the page, by their paths.
pub struct Page(pub Vec<(String, Vec<u8>)>);

impl Page {
    /// The page of a folder, else the one that the command carries, else the one in `page` beside the command.
    pub fn find(folder: Option<&Path>) -> Result<Self, CliError> {
        let beside = std::env::current_exe().ok().map(|path| path.with_file_name("page"));
        let page = match (folder, CARRIED) {
            (Some(folder), _) => Self::read(folder)?,
            (None, Some(bytes)) => Self::unpacked(bytes),
            (None, None) => match beside.filter(|folder| folder.join("index.html").is_file()) {
                Some(folder) => Self::read(&folder)?,
                None => {
                    return Err(wrong(
                        "this build of the command carries no page; --page DIR names the folder of one (./dev build makes dist/)",
                    ));
                }
            },
        };
        match page.file("index.html") {
            Some(_) => Ok(page),
            None => Err(wrong("there is no index.html in the folder of the page")),
        }
    }

    fn read(folder: &Path) -> Result<Self, CliError> {
        let mut files = Vec::new();
        below(folder, folder, &mut files).map_err(|error| wrong(&format!("{}: {}", shown(folder), words(&error))))?;
        Ok(Self(files))
    }

    /// Out of what `tools/pack_page.mjs` wrote: lengths (four bytes, the lowest first), names and contents in turn.
    fn unpacked(mut bytes: &'static [u8]) -> Self {
        let mut next = || {
            let (len, rest) = bytes.split_first_chunk::<4>()?;
            let (content, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
            bytes = rest;
            Some(content)
        };
        let mut files = Vec::new();
        while let Some((name, content)) = next().zip(next()) {
            files.push((String::from_utf8_lossy(name).into_owned(), content.to_vec()));
        }
        Self(files)
    }

    /// The content of a file.
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.0.iter().find(|(name, _)| name == path).map(|(_, content)| content.as_slice())
    }

    /// Writes it, with the name of its archive in it.
    pub fn write(&self, site: &Path, head: Head<'_>) -> Result<(), CliError> {
        for (name, content) in &self.0 {
            let path = site.join(name);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            match name.as_str() {
                "index.html" => fs::write(path, with_archive(content, head)?)?,
                _ => fs::write(path, content)?,
            }
        }
        if head.stays_out_of_searches {
            fs::write(site.join("robots.txt"), "User-agent: *\nDisallow: /\n")?;
        }
        Ok(())
    }
}

fn below(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for path in entries.iter().map(fs::DirEntry::path) {
        if path.is_dir() {
            below(root, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            let parts: Vec<_> = name.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            files.push((parts.join("/"), fs::read(&path)?));
        }
    }
    Ok(())
}

/// What is said of a page in its head.
#[derive(Debug, Clone, Copy, Default)]
pub struct Head<'a> {
    /// What the dashboard is called, in tabs and bookmarks; empty leaves the page's own name.
    pub title: &'a str,
    /// Its archive grows: worth asking again.
    pub is_live: bool,
    /// Search engines are asked to stay away.
    pub stays_out_of_searches: bool,
}

/// A page that names its archive.
pub fn with_archive(page: &[u8], head: Head<'_>) -> Result<Vec<u8>, CliError> {
    const HEAD: &str = "<head>";
    let page = String::from_utf8_lossy(page);
    let Some(at) = page.find(HEAD).map(|at| at + HEAD.len()) else {
        return Err(wrong("index.html of the page has no <head>"));
    };
    let (before, after) = page.split_at(at);
    let after = match head.title {
        "" => after.to_owned(),
        title => after.replacen("<title>Sessionscope</title>", &format!("<title>{}</title>", escaped(title)), 1),
    };
    let live = if head.is_live { " data-live" } else { "" };
    let robots = match head.stays_out_of_searches {
        true => "<meta name=\"robots\" content=\"noindex, nofollow\">",
        false => "",
    };
    Ok(format!("{before}<meta name=\"sessionscope-archive\" content=\"{MANIFEST}\"{live}>{robots}{after}").into_bytes())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Bytes as gzip, the same for the same bytes.
pub fn packed(plain: &[u8], effort: Compression) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), effort);
    // A vector takes everything.
    let _is_written = out.write_all(plain);
    out.finish().unwrap_or_default()
}

/// The same, of much: by two threads, a half each. It stays one gzip member, as some readers know no more.
fn packed_by_two(plain: &[u8], effort: Compression) -> Vec<u8> {
    let (first, second) = plain.split_at(plain.len() / 2);
    let half = |bytes: &[u8], is_last: bool| {
        let mut out = DeflateEncoder::new(Vec::new(), effort);
        // A vector takes everything.
        let _is_written = out.write_all(bytes);
        match is_last {
            true => out.finish().unwrap_or_default(),
            false => {
                let _is_flushed = out.flush();
                std::mem::take(out.get_mut())
            }
        }
    };
    let (first, second, sum) = thread::scope(|scope| {
        let second = scope.spawn(|| half(second, true));
        let first = half(first, false);
        let mut sum = Crc::new();
        sum.update(plain);
        (first, second.join().expect("packing does not panic"), sum)
    });
    // Deflate, no name, no time, no system; then the sum of what is in it, and how much it is.
    let head = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
    [&head, &*first, &*second, &sum.sum().to_le_bytes(), &sum.amount().to_le_bytes()].concat()
}

/// What a manifest says of an assembled archive.
pub struct Listed {
    /// A row a session, as JSON.
    rows: String,
    /// What the page shows first ([`Manifest::early`]).
    early: String,
    count: usize,
}

impl Listed {
    pub fn of(archive: &Archive) -> Self {
        let rows = sessions::rows(archive);
        let (count, json) = (rows.len(), export::sessions::compact_json(&rows, Sums::Own));
        let early = base64::encode(&packed(&Early::of(archive, rows).pack(), Compression::fast()));
        Self { rows: json, early, count }
    }

    /// `manifest.json`.
    pub fn into_json(self, manifest: &mut Manifest) -> String {
        manifest.early = self.early;
        manifest.to_json(&self.rows)
    }
}

/// Writes the archive; gives how many sessions are in it. The manifest comes last: until then the old one is whole.
pub fn write(site: &Path, sources: Vec<Bundled>, mut manifest: Manifest) -> Result<usize, CliError> {
    let (mut indexes, mut kept) = (Vec::new(), Vec::new());
    for Bundled { index, log, key } in sources {
        indexes.push(Arc::new(index));
        manifest.logs.push(log);
        kept.push(key);
    }
    let folder = site.join("archive");
    fs::create_dir_all(&folder)?;
    let (times, keys, listed) = thread::scope(|scope| {
        let listed = scope.spawn(|| listed(&indexes));
        let (times, keys) = (bundle::write(&indexes), keys::write(&mut kept));
        manifest.times = format!("{:032x}", xxh3_128(&times));
        manifest.keys = format!("{:032x}", xxh3_128(&keys));
        // Halves of hashes: nothing makes them smaller.
        let packed = (packed_by_two(&times, TIMES_EFFORT), packed(&keys, Compression::none()));
        (packed.0, packed.1, listed.join().expect("putting sessions together does not panic"))
    });
    replace(&folder.join("times.bin"), &times)?;
    replace(&folder.join("keys.bin"), &keys)?;
    manifest.times_size = times.len() as u64;
    let count = listed.count;
    let json = listed.into_json(&mut manifest);
    replace(&site.join(MANIFEST), json.as_bytes())?;
    remove_unnamed(&folder.join("logs"), &manifest);
    Ok(count)
}

/// What the manifest lists of sources in its order.
fn listed(indexes: &[Arc<SourceIndex>]) -> Listed {
    let mut archive = Archive::default();
    for (id, index) in (0..).zip(indexes) {
        archive.add_shared(SourceId(id), Arc::clone(index));
    }
    archive.assemble();
    let listed = Listed::of(&archive);
    // The command is about to end: giving back millions of small pieces takes time for nothing.
    std::mem::forget(archive);
    listed
}

/// Writes a file so that nobody sees half of it.
fn replace(path: &PathBuf, content: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    fs::write(&new, content)?;
    fs::rename(&new, path)
}

/// Removes packed logs that the manifest does not name: of a log that has grown, of a bundle that was written over, or of
/// one that could not be added to.
pub fn remove_unnamed(folder: &Path, manifest: &Manifest) {
    let files = manifest.logs.iter().filter_map(|log| log.file.as_deref()?.rsplit('/').next());
    let named: FxHashSet<&str> = files.collect();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".gz") && !named.contains(name.as_str()) {
            // Left over at worst.
            let _is_removed = fs::remove_file(entry.path());
        }
    }
}
