//! What a session did from one time to another: the sums of a range that somebody selects.

use super::session::events;
use super::track::is_step_kind;
use super::window::Window;
use crate::archive::{Archive, Entry, Session, Totals};
use crate::model::{EventKind, Scope, Wire, flags};

/// Sums of one session's own events; what has no time is in no range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Wire)]
pub struct RangeSums {
    /// Rows of the transcript, without copied history.
    pub steps: u32,
    pub tool_calls: u32,
    /// Steps that failed.
    pub errors: u32,
    /// Calls of models that count.
    pub requests: u32,
    /// What these calls used. A total of the whole session is in no range.
    pub totals: Totals,
    /// The log has tokens of the whole session only: its calls cannot tell what they used.
    pub is_total_only: bool,
}

/// The sums of a session's own log; `None` when there is no such session. The archive must be assembled.
pub fn sums(archive: &Archive, key: &str, range: Window) -> Option<RangeSums> {
    let session = archive.session(key)?;
    let mut sums = RangeSums::default();
    for found in events(archive, session) {
        let event = found.event;
        let is_own = (event.flags | session.flags_of(found.id, found.index)) & (flags::ECHO | flags::COPIED) == 0;
        if is_own && is_step_kind(event.kind) && range.contains(event.at) {
            sums.steps += 1;
            sums.tool_calls += u32::from(event.kind == EventKind::ToolCall);
            sums.errors += u32::from(event.has(flags::FAILED) || event.kind == EventKind::Error);
        }
    }
    for entry in requests(archive, session, range) {
        sums.requests += 1;
        sums.totals.add(&entry);
    }
    let calls = || archive.entries_of(session).iter().filter(|entry| entry.scope != Scope::Aggregate);
    let has_tokens = |entry: &Entry| entry.tokens.context().is_recorded() || entry.tokens.output.is_recorded();
    sums.is_total_only = session.totals.coverage.is_total_only && !calls().any(has_tokens);
    Some(sums)
}

/// The calls of models of a session in a range, each with what itself used, even where a total of the session counts
/// instead.
pub fn requests<'a>(
    archive: &'a Archive,
    session: &'a Session,
    range: Window,
) -> impl Iterator<Item = Entry> + use<'a> {
    let of_range = move |entry: &&Entry| range.contains(entry.at);
    let calls = archive.entries_of(session).iter().filter(|entry| entry.scope != Scope::Aggregate);
    calls.filter(of_range).map(|entry| Entry { counts_tokens: true, counts_cost: true, ..*entry })
}
