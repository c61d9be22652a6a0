//! Logs on their way into a bundle: read, redacted, indexed and packed in one go.

use super::super::find::{Failure, shown};
use super::super::note;
use super::super::read::{CHUNK, each_chunk, open, reader_of};
use super::super::redact::Redaction;
use super::{Bundled, Names};
use crate::archive::SourceReader;
use crate::bundle::Log;
use crate::bundle::keys::Key;
use crate::formats;
use crate::model::{SourceKind, SourceMeta};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Takes logs; gives what a bundle holds of them.
pub struct Packer<'a> {
    /// Where packed logs go; `None`: they are left out.
    folder: Option<PathBuf>,
    names: &'a Names,
    done: Vec<Bundled>,
    foreign: u32,
}

impl<'a> Packer<'a> {
    pub fn new(folder: Option<PathBuf>, names: &'a Names) -> io::Result<Self> {
        if let Some(folder) = &folder {
            fs::create_dir_all(folder)?;
        }
        Ok(Self { folder, names, done: Vec::new(), foreign: 0 })
    }

    /// Adds files as they are.
    pub fn add(&mut self, files: &[PathBuf]) -> io::Result<()> {
        let mut buffer = vec![0; CHUNK];
        for file in files {
            let mut packing = Packing::begin(self.names.name(file), self.folder.as_deref())?;
            let unread = match open(file) {
                Ok((_, mut input)) => each_chunk(&mut input, &mut buffer, |chunk| packing.take(chunk)),
                Err(Failure { why, .. }) => Some(why),
            };
            self.end(file, packing, unread)?;
        }
        Ok(())
    }

    /// Adds all logs of a redaction, with their secrets masked.
    pub fn add_redacted(&mut self, redaction: &mut Redaction) -> io::Result<()> {
        for number in 0..redaction.len() {
            let path = redaction.path(number).to_owned();
            let name = redaction.masked_text(&self.names.name(&path));
            let mut packing = Packing::begin(name, self.folder.as_deref())?;
            let unread = redaction.read(number, &mut |chunk| packing.take(chunk));
            self.end(&path, packing, unread)?;
        }
        Ok(())
    }

    fn end(&mut self, file: &Path, packing: Packing, unread: Option<String>) -> io::Result<()> {
        if let Some(why) = &unread {
            note(&format!("{}: {why}", shown(file)));
        }
        match packing.end(unread.as_deref())? {
            Some(bundled) => self.done.push(bundled),
            None => self.foreign += 1,
        }
        Ok(())
    }

    /// What was added, and how many files were no logs.
    pub fn finish(self) -> (Vec<Bundled>, u32) {
        (self.done, self.foreign)
    }
}

/// One log.
struct Packing {
    reader: SourceReader,
    /// A file beside a log: never looked into, all of it kept.
    is_beside: bool,
    file: Option<(PathBuf, GzEncoder<BufWriter<File>>)>,
    failed: Option<io::Error>,
}

impl Packing {
    fn begin(name: String, folder: Option<&Path>) -> io::Result<Self> {
        let is_beside = formats::beside(&name).is_some();
        let file = folder.map(|folder| {
            let path = folder.join("unfinished.gz");
            let out = BufWriter::new(File::create(&path)?);
            Ok::<_, io::Error>((path, GzEncoder::new(out, Compression::default())))
        });
        let reader = reader_of(SourceMeta { path: name, size: None });
        Ok(Self { reader, is_beside, file: file.transpose()?, failed: None })
    }

    /// Takes bytes, unpacked; says whether more of them are wanted.
    fn take(&mut self, chunk: &[u8]) -> bool {
        self.reader.push(chunk);
        if let Some((_, out)) = &mut self.file {
            self.failed = out.write_all(chunk).err();
        }
        self.failed.is_none() && (self.is_beside || self.reader.wants_more())
    }

    /// `None`: it is no log, and nothing is kept of it.
    fn end(self, unread: Option<&str>) -> io::Result<Option<Bundled>> {
        let mut index = self.reader.finish(unread);
        index.meta.size = Some(index.bytes);
        let mut log = Log { path: index.meta.path.clone(), hash: format!("{:032x}", index.hash), ..Log::default() };
        let is_kept = matches!(index.kind, SourceKind::Log(_) | SourceKind::Beside(_));
        if let Some((path, out)) = self.file {
            if let Some(error) = self.failed {
                return Err(error);
            }
            out.finish()?.flush()?;
            if is_kept {
                let name = format!("{}.gz", log.hash);
                log.size = fs::metadata(&path)?.len();
                fs::rename(&path, path.with_file_name(&name))?;
                log.file = Some(format!("logs/{name}"));
            } else {
                fs::remove_file(&path)?;
            }
        }
        let key = if log.file.is_some() { Key::of(&index) } else { Key::of_all(&mut index) };
        Ok(is_kept.then_some(Bundled { index, log, key }))
    }
}
