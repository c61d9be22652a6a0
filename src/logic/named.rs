//! Sessions by what people type: a key, or a part of one.

use super::letters::{contains, lower_case};
use crate::archive::{Archive, Session};
use crate::model::sorted;

/// Why a text names no session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotNamed {
    /// Several keys hold the text.
    pub is_ambiguous: bool,
    /// Keys that may be meant, the likeliest first.
    pub near: Vec<String>,
}

/// Keys that are worth naming.
const MOST_NEAR: usize = 5;

/// The session with a key, or the only one whose key holds the text, whatever the case.
pub fn session<'a>(archive: &'a Archive, text: &str) -> Result<&'a Session, NotNamed> {
    if let Some(session) = archive.session(text) {
        return Ok(session);
    }
    let wanted = lower_case(text.trim());
    let holding: Vec<&Session> = match wanted.as_str() {
        "" => Vec::new(),
        _ => archive.sessions().iter().filter(|session| contains(&lower_case(&session.key), &wanted)).collect(),
    };
    if let [only] = holding.as_slice() {
        return Ok(only);
    }
    let is_ambiguous = !holding.is_empty();
    let near = if is_ambiguous { holding } else { alike(archive, &wanted) };
    Err(NotNamed { is_ambiguous, near: near.into_iter().take(MOST_NEAR).map(|session| session.key.clone()).collect() })
}

/// Sessions by how many pairs of letters their keys share with a text; without a pair in common they are not near.
fn alike<'a>(archive: &'a Archive, wanted: &str) -> Vec<&'a Session> {
    let pairs = |text: &str| text.as_bytes().windows(2).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let of_wanted = pairs(wanted);
    let shared = |session: &Session| {
        let of_key = pairs(&lower_case(&session.key));
        of_wanted.iter().filter(|pair| of_key.contains(pair)).count()
    };
    let scored = archive.sessions().iter().map(|session| (shared(session), session)).filter(|(score, _)| *score > 0);
    sorted(scored.collect(), |(a, _), (b, _)| b.cmp(a)).into_iter().map(|(_, session)| session).collect()
}
