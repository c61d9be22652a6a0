//! Lines of sources that were indexed, read again.

use super::note;
use super::read::{CHUNK, each_chunk, open};
use crate::archive::Archive;
use crate::logic::files::Call;
use crate::model::{Body, SourceId};
use std::collections::HashMap;
use std::path::Path;

/// The content of the source that was read last: sessions of one source stand together.
#[derive(Default)]
pub struct Contents(HashMap<SourceId, Vec<u8>>);

impl Contents {
    fn of(&mut self, archive: &Archive, id: SourceId) -> &[u8] {
        if !self.0.contains_key(&id) {
            self.0.clear();
        }
        self.0.entry(id).or_insert_with(|| {
            let mut content = Vec::new();
            let path = archive.source(id).map(|source| source.meta.path.clone()).unwrap_or_default();
            let unread = match open(Path::new(&path)) {
                Ok((_, mut input)) => each_chunk(&mut input, &mut vec![0; CHUNK], |chunk| {
                    content.extend_from_slice(chunk);
                    true
                }),
                Err(failure) => Some(failure.why),
            };
            if let Some(why) = unread {
                note(&format!("{path}: {why}"));
            }
            content
        })
    }

    /// The content of a call's lines.
    pub fn body(&mut self, archive: &Archive, call: &Call) -> Body {
        let mut body = Body::default();
        for line in &call.lines {
            let start = line.span.offset as usize;
            let bytes = self.of(archive, line.source).get(start..start + line.span.len as usize);
            body.extend(call.format.body(bytes.unwrap_or_default(), line.block));
        }
        body
    }
}
