//! Which session a line belongs to, where it does not say so itself.

use crate::formats::terms::stem;

/// The session that a file's place names, and whether that name is its id wherever it stands: sidecars are called after
/// the session, archives of tools stand in its folder (codetether.md §7, §8).
pub fn session_of_path(path: &str) -> (&str, bool) {
    let (folder, name) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
    let stem = stem(name);
    if let Some(id) = stem.strip_suffix(".journal").or_else(|| stem.strip_suffix(".tasks")) {
        return (id, true);
    }
    let parent = folder.rsplit(['/', '\\']).next().unwrap_or("");
    if stem.contains("-chat-events-") && !parent.is_empty() {
        return (parent, true);
    }
    (stem, is_uuid(stem))
}

/// The session in the id of a turn, an item or an event: `turn-<session>-<ms>[-item-<n>|-event-<n>]`
/// (codetether.md §4, §5).
pub fn session_of_turn(id: &str) -> Option<&str> {
    let rest = id.strip_prefix("turn-")?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let counted = |mark: &str| rest.rsplit_once(mark).filter(|(_, number)| is_digits(number)).map(|(turn, _)| turn);
    let turn = counted("-item-").or_else(|| counted("-event-")).unwrap_or(rest);
    let (session, ms) = turn.rsplit_once('-')?;
    Some(session).filter(|session| !session.is_empty() && is_digits(ms))
}

/// Whether a name looks like a UUID.
fn is_uuid(text: &str) -> bool {
    let groups = [8, 4, 4, 4, 12];
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split('-').count() == groups.len()
        && text.split('-').zip(groups).all(|(part, length)| part.len() == length && is_hex(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_name_sessions() {
        let uuid = "80055526-e65b-443a-82ba-8d2dde3977a8";
        let check = |path: &str, answer: (&str, bool)| assert_eq!(session_of_path(path), answer, "{path}");
        check("s1.jsonl", ("s1", false));
        check("a/s1", ("s1", false));
        check(&format!("sessions/{uuid}.json"), (uuid, true));
        check(&format!("sessions/{uuid}.journal.jsonl"), (uuid, true));
        check("s1.tasks.jsonl", ("s1", true));
        check("x/s7/20260701T100000Z-chat-events-00000000000000000001-00000000000000000002.jsonl", ("s7", true));
    }

    /// codetether.md §4, §5: ids count per turn and hold the session.
    #[test]
    fn turns_name_sessions() {
        let uuid = "80055526-e65b-443a-82ba-8d2dde3977a8";
        assert_eq!(session_of_turn(&format!("turn-{uuid}-1784246822831-item-000001")), Some(uuid));
        assert_eq!(session_of_turn("turn-s2-1-event-000007"), Some("s2"));
        assert_eq!(session_of_turn("turn-s2-1"), Some("s2"));
        for odd in ["", "turn-", "turn-s2", "turn--1", "turn-s2-x", "item-1"] {
            assert_eq!(session_of_turn(odd), None, "{odd}");
        }
    }
}
