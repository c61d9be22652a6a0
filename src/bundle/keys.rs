//! `keys.bin`: what tells whether further logs repeat something of a bundle. Ids of the logs are 64-bit hashes, which
//! no packing makes smaller, so only half of each is kept, and only of some. What more is needed stands in the logs, and
//! those that may be concerned are read again; a bundle without its logs keeps all ids instead.

use super::wire::Wire;
use super::{BundleError, KEYS, begin, index, opened};
use crate::model::{Anchor, Set, SourceIndex, TitleOf};

/// Of lines, turns, calls and running totals each eighth is kept, with the first and last of each part. What is copied is
/// copied in one piece, so some of it is among them.
const EACH: usize = 8;
/// Bytes that are kept of a hash.
const HALF: usize = 4;

/// What a bundle keeps of the ids of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Key {
    /// Halves of the hashes: of all answers, and of lines that titles name; of each [`EACH`]th of the others.
    halves: Vec<u8>,
    /// All ids, for want of the log.
    all: Vec<u8>,
}

impl Key {
    /// Of a source whose log is kept.
    pub fn of(source: &SourceIndex) -> Self {
        let mut halves = Vec::new();
        sampled(source, &mut |hash| halves.extend_from_slice(&half(hash).to_le_bytes()));
        Self { halves, all: Vec::new() }
    }

    /// Of a source whose log is left out.
    pub fn of_all(source: &mut SourceIndex) -> Self {
        let mut wire = Wire::writing();
        index::ids(&mut wire, source);
        Self { all: wire.into_bytes(), ..Self::of(source) }
    }

    /// A source of a bundle with its ids in place of their numbers, if they are here.
    pub fn with_ids(&self, source: &SourceIndex) -> Option<SourceIndex> {
        if self.all.is_empty() {
            return None;
        }
        let mut wire = Wire::reading(self.all.clone());
        let mut whole = source.clone();
        index::ids(&mut wire, &mut whole);
        (!wire.is_broken()).then_some(whole)
    }

    fn has_any(&self, wanted: &Set<u32>) -> bool {
        let (halves, _) = self.halves.as_chunks::<HALF>();
        halves.iter().any(|half| wanted.contains(&u32::from_le_bytes(*half)))
    }

    fn wire(&mut self, wire: &mut Wire) {
        wire.bytes(&mut self.halves);
        wire.bytes(&mut self.all);
    }
}

const fn half(hash: u64) -> u32 {
    hash as u32
}

/// Hands on the ids that are kept of a source. Texts are none of them: they are compared within one session only.
fn sampled(source: &SourceIndex, take: &mut dyn FnMut(u64)) {
    let mut last = 0;
    for row in &source.usage {
        if row.id.response != last {
            last = row.id.response;
            take(last);
        }
    }
    named_lines(source).for_each(&mut *take);
    let counts = source.running.iter().map(|count| (count.part, count.info)).collect::<Vec<_>>();
    some(&counts, take);
    for list in [&source.anchors.lines, &source.anchors.turns, &source.anchors.tool_calls] {
        some(&list.iter().map(|Anchor { hash, part, .. }| (*part, *hash)).collect::<Vec<_>>(), take);
    }
}

/// Each [`EACH`]th of a list, with the first and last of each part.
fn some(list: &[(u16, u64)], take: &mut dyn FnMut(u64)) {
    for of_part in list.chunk_by(|(a, _), (b, _)| a == b) {
        let (last, before) = (of_part.len() - 1, of_part.iter().enumerate());
        before.filter(|(at, _)| at % EACH == 0 || *at == last).for_each(|(_, (_, hash))| take(*hash));
    }
}

/// Lines that titles are for, of any log.
fn named_lines(source: &SourceIndex) -> impl Iterator<Item = u64> {
    source.titles.iter().filter_map(|hint| match hint.of {
        TitleOf::Line(hash) => Some(hash),
        TitleOf::Session(_) => None,
    })
}

/// All ids of a source by which others may know it.
fn each_id(source: &SourceIndex, take: &mut dyn FnMut(u64)) {
    source.usage.iter().for_each(|row| take(row.id.response));
    source.running.iter().for_each(|count| take(count.info));
    named_lines(source).for_each(&mut *take);
    for list in [&source.anchors.lines, &source.anchors.turns, &source.anchors.tool_calls] {
        list.iter().for_each(|anchor| take(anchor.hash));
    }
}

/// The content of `keys.bin`, not yet packed; a key for each source.
pub fn write(keys: &mut [Key]) -> Vec<u8> {
    let mut wire = begin(KEYS, keys.len());
    keys.iter_mut().for_each(|key| key.wire(&mut wire));
    wire.into_bytes()
}

/// The keys out of what [`write`] made.
pub fn read(bytes: Vec<u8>) -> Result<Vec<Key>, BundleError> {
    let (mut wire, count) = opened(bytes, KEYS, "keys.bin")?;
    let mut keys = Vec::new();
    for _ in 0..count {
        let mut key = Key::default();
        key.wire(&mut wire);
        if wire.is_broken() {
            return Err(BundleError::Damaged("keys.bin"));
        }
        keys.push(key);
    }
    match wire.is_at_end() {
        true => Ok(keys),
        false => Err(BundleError::Damaged("keys.bin")),
    }
}

/// Which sources of a bundle may share ids with new ones, or with those that take their place in it (`gone`), and so must
/// be read again. All others share ids among themselves only: their numbers do.
pub fn repeated(known: &[&SourceIndex], keys: &[Key], gone: &[usize], new: &[&SourceIndex]) -> Vec<bool> {
    let mut halves = Set::default();
    new.iter().for_each(|source| each_id(source, &mut |hash| _ = hash != 0 && halves.insert(half(hash))));
    let names = Names::of(new);
    let concerns = |(at, (source, key)): (usize, (&&SourceIndex, &Key))| {
        gone.contains(&at) || key.has_any(&halves) || names.concern(source)
    };
    let mut found: Vec<bool> = known.iter().zip(keys).enumerate().map(concerns).collect();
    if !found.contains(&true) {
        return found;
    }
    // Those that share numbers with one of them, and so on.
    let mut numbers = Set::default();
    loop {
        for (source, _) in known.iter().zip(&found).filter(|(_, is_found)| **is_found) {
            each_number(source, &mut |number| _ = numbers.insert(number));
        }
        let mut is_more = false;
        for (source, is_found) in known.iter().zip(&mut found).filter(|(_, is_found)| !**is_found) {
            each_number(source, &mut |number| *is_found |= numbers.contains(&number));
            is_more |= *is_found;
        }
        if !is_more {
            return found;
        }
    }
}

/// The numbers that stand for the ids of a source, each with its kind.
fn each_number(source: &SourceIndex, take: &mut dyn FnMut((u8, u64))) {
    let mut some = |kind: u8, number: u64| {
        if number != 0 {
            take((kind, number));
        }
    };
    source.usage.iter().for_each(|row| some(0, row.id.response));
    source.running.iter().for_each(|count| some(1, count.info));
    named_lines(source).for_each(|line| some(2, line));
    for (kind, list) in (2..).zip([&source.anchors.lines, &source.anchors.turns, &source.anchors.tool_calls]) {
        list.iter().for_each(|anchor| some(kind, anchor.hash));
    }
}

/// Names by which the logs of one run know each other.
struct Names<'a> {
    own: Set<&'a str>,
    referred: Set<&'a str>,
    /// Folders of logs with a title for a line that none of the new ones has.
    folders: Set<&'a str>,
}

fn folder(source: &SourceIndex) -> &str {
    source.meta.path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl<'a> Names<'a> {
    fn of(new: &[&'a SourceIndex]) -> Self {
        let (mut own, mut referred) = (Set::default(), Set::default());
        for part in new.iter().flat_map(|source| &source.parts) {
            let names = [Some(&part.id), part.parent_id.as_ref(), part.join.as_ref()].into_iter().flatten();
            own.extend(Some(part.id.as_str()).filter(|id| !id.is_empty()));
            referred.extend(names.map(String::as_str).filter(|name| !name.is_empty()));
        }
        let lines: Set<u64> = new.iter().flat_map(|source| &source.anchors.lines).map(|anchor| anchor.hash).collect();
        let is_elsewhere = |source: &&&SourceIndex| named_lines(source).any(|line| !lines.contains(&line));
        let folders = new.iter().filter(is_elsewhere).map(|source| folder(source)).collect();
        Self { own, referred, folders }
    }

    fn concern(&self, source: &SourceIndex) -> bool {
        let is_referred =
            |name: &Option<String>| name.as_ref().is_some_and(|name| self.referred.contains(name.as_str()));
        let is_owned = |name: &Option<String>| name.as_ref().is_some_and(|name| self.own.contains(name.as_str()));
        self.folders.contains(folder(source))
            || source.parts.iter().any(|part| {
                self.referred.contains(part.id.as_str()) || is_owned(&part.parent_id) || is_referred(&part.join)
            })
    }
}
