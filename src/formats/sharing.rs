//! What a format says of its own keys to those who share its logs: which values must stay, and which texts can go.

/// The keys of one format. A key is meant wherever it stands in a line, but not below a key of `foreign`.
#[derive(Debug, Default)]
pub struct Sharing {
    /// Their values name sessions, lines, requests and calls: joins need them (PRODUCT §7).
    pub ids: &'static [&'static str],
    /// Their values are no text: signatures, encrypted reasoning, images. They look random and are no secrets.
    pub opaque: &'static [&'static str],
    /// Below them stands what a tool was given or gave back: keys there are not the format's.
    pub foreign: &'static [&'static str],
    /// What can be left out.
    pub texts: &'static [Texts],
}

/// Where texts of a kind stand: in objects whose `tag` has one of these words, everything below these keys. An empty tag
/// is any object.
#[derive(Debug)]
pub struct Texts {
    pub kind: TextKind,
    pub tag: &'static str,
    /// One that ends in `*` is a beginning.
    pub words: &'static [&'static str],
    /// `a.b` is `b` in the object under `a`.
    pub keys: &'static [&'static str],
}

/// Texts that a shared log may go without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    Thinking,
    ToolOutput,
    Images,
}

/// For logs of no known format: no id is known, so nothing is exempt.
pub static UNKNOWN: Sharing = Sharing { ids: &[], opaque: &[], foreign: &[], texts: &[] };

impl Texts {
    /// Whether an object with this word in its tag is meant.
    pub fn is_tagged(&self, word: &[u8]) -> bool {
        self.words.iter().any(|known| match known.strip_suffix('*') {
            Some(beginning) => word.starts_with(beginning.as_bytes()),
            None => word == known.as_bytes(),
        })
    }
}
