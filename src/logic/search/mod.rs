//! Finds texts in logs: a quick look at the bytes says which lines may hold one, and only these are decoded.
//!
//! A [`Needle`] is what is looked for. A [`Scanner`] runs over all bytes of a source and tells each line with a hit;
//! [`place`] says which step of which session that line is. [`found`] looks into the contents of one session instead,
//! as the page shows them. [`Asked`] is what people type, with its filter words.

mod anchor;
mod answer;
mod caseless;
pub mod found;
mod needle;
mod pattern;
pub mod place;
mod scan;
mod strings;
mod words;

pub use answer::{Cursor, Item, SearchPart, items, sessions};
pub use needle::{Excerpt, Needle, Spec, excerpt};
pub use pattern::PatternError;
pub use scan::{LineHit, Scanner};
pub use strings::strings;
pub use words::Asked;

#[cfg(test)]
mod tests;
