//! Looks for ASCII text, whatever its case. Each case of each letter would be a search of its own otherwise.

use memchr::{memchr, memchr2};

/// The bytes of JSON and of source code, the most frequent first; others are rare.
const FREQUENT: &[u8] = b" etaoinrslcdup\",mhf.:_g-/0b1ty2vk3(4w)x5'8697=";

/// What is looked for, in small letters.
#[derive(Debug, Clone)]
pub struct Caseless {
    needle: Vec<u8>,
    /// The place of its rarest byte.
    rare: usize,
}

impl Caseless {
    /// `None` for what is not ASCII, and for nothing.
    pub fn new(text: &str) -> Option<Self> {
        let needle = text.to_ascii_lowercase().into_bytes();
        let rank = |byte: u8| FREQUENT.iter().position(|known| *known == byte).unwrap_or(FREQUENT.len());
        let rare = (0..needle.len()).max_by_key(|at| rank(needle[*at]))?;
        needle.is_ascii().then_some(Self { needle, rare })
    }

    /// Where it stands first, from a place on.
    pub fn find(&self, text: &[u8], from: usize) -> Option<usize> {
        let byte = *self.needle.get(self.rare)?;
        let mut at = from + self.rare;
        loop {
            let rest = text.get(at..)?;
            let near = match byte.is_ascii_lowercase() {
                true => memchr2(byte, byte.to_ascii_uppercase(), rest)?,
                false => memchr(byte, rest)?,
            };
            let start = at + near - self.rare;
            if text.get(start..start + self.needle.len())?.eq_ignore_ascii_case(&self.needle) {
                return Some(start);
            }
            at += near + 1;
        }
    }
}
