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

/// Sessions by how many pairs of letters their keys share with a text; with less than half of them they are not near.
fn alike<'a>(archive: &'a Archive, wanted: &str) -> Vec<&'a Session> {
    let pairs = |text: &str| text.as_bytes().windows(2).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let of_wanted = pairs(wanted);
    let shared = |session: &Session| {
        let of_key = pairs(&lower_case(&session.key));
        of_wanted.iter().filter(|pair| of_key.contains(pair)).count()
    };
    let scored = archive
        .sessions()
        .iter()
        .map(|session| (shared(session), session))
        .filter(|(score, _)| *score > 0 && score * 2 >= of_wanted.len());
    sorted(scored.collect(), |(a, _), (b, _)| b.cmp(a)).into_iter().map(|(_, session)| session).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::made::{archive, session as made};

    #[test]
    fn a_part_that_only_one_key_has_is_enough() {
        let archive = archive([made("svc-1778801", &[]), made("svc-1778802", &[]), made("svc-177", &[])]);
        let told = |text: &str| match session(&archive, text) {
            Ok(session) => session.key.clone(),
            Err(NotNamed { is_ambiguous, near }) => format!("{is_ambiguous} {}", near.join(" ")),
        };
        assert_eq!(told("svc-177"), "svc-177", "the whole key comes first");
        assert_eq!([told("8801"), told(" SVC-1778802 ")], ["svc-1778801", "svc-1778802"]);
        assert_eq!(told("17788"), "true svc-1778801 svc-1778802");
        assert_eq!(told("svc-1778803"), "false svc-1778801 svc-1778802 svc-177");
        assert_eq!([told("other"), told("")], ["false ", "false "]);
    }
}
