//! Flat structs from JSON texts.

use super::{Field, Slot, scan};
use serde::de::DeserializeSeed;

/// Fills a place from a JSON text. One parser for all structs: code made for each of them would be many times its size.
#[inline(never)]
pub fn fill<'de>(place: Slot<'_, 'de>, json: &'de [u8]) -> serde_json::Result<()> {
    let mut input = serde_json::Deserializer::from_slice(json);
    place.deserialize(&mut input)?;
    input.end()
}

/// A struct from a JSON text.
pub fn read<'de, T: Field<'de> + Default>(json: &'de [u8]) -> serde_json::Result<T> {
    let mut read = T::default();
    fill(read.slot(), json).map(|()| read)
}

/// As [`read`] for what has been found to be JSON: read by [`scan`] where that can. Empty if the text is none after all.
pub fn read_or_empty<'de, T: Field<'de> + Default>(json: &'de [u8]) -> T {
    let mut read = T::default();
    if scan(json, read.slot()).is_some() {
        return read;
    }
    read = T::default();
    if fill(read.slot(), json).is_err() {
        read = T::default();
    }
    read
}
