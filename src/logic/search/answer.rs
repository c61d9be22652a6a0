//! What the palette lists: sessions and steps in one form, ready to be drawn.

use super::needle::{Excerpt, Needle, excerpt};
use super::place::StepHit;
use super::words::Asked;
use crate::archive::Archive;
use crate::formats;
use crate::model::{SourceId, Status, Wire, sorted};

/// Sessions that the palette lists at most.
const MOST_SESSIONS: usize = 8;

/// How far a search is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Wire)]
pub struct Cursor {
    /// The source to go on in; `None` is the first.
    pub source: Option<SourceId>,
    /// Where in it, bytes.
    pub offset: f64,
    /// Hits so far.
    pub hits: u32,
}

/// A line of the palette.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Item {
    /// Key of the session; empty where the hit is in none.
    pub session: String,
    /// Key of its step; empty for the session itself.
    pub step: String,
    /// How the session ended, of a session.
    pub status: Option<Status>,
    pub excerpt: Excerpt,
    /// What it is: a tool, a kind of step, an agent.
    pub what: String,
    pub has_failed: bool,
    /// Where it is: the session, the project.
    pub place: String,
}

/// A portion of what a search finds.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct SearchPart {
    /// What is wrong with the words or with the pattern; empty for nothing.
    pub problem: String,
    pub sessions: Vec<Item>,
    pub steps: Vec<Item>,
    /// Where to go on; `None` when all is done.
    pub next: Option<Cursor>,
    /// There are more hits than are shown.
    pub is_cut: bool,
    pub files_done: u32,
    pub files: u32,
    /// Bytes that this portion looked into, and how long it took.
    pub bytes: f64,
    pub ms: f64,
    /// Files that could not be read again.
    pub unread: u32,
}

/// The sessions that the words mean, the newest first.
pub fn sessions(archive: &Archive, asked: &Asked, needle: &Needle) -> Vec<Item> {
    let is_meant = asked.picks_sessions() || !asked.text.is_empty();
    let found = archive.sessions().iter().filter(|session| is_meant && asked.keeps(session) && asked.names(session));
    let newest = sorted(found.collect(), |a, b| b.part.started.cmp(&a.part.started));
    let item = |session: &crate::archive::Session| {
        let part = &session.part;
        let title = part.title.as_deref().unwrap_or(&part.id);
        let name = formats::by_id(session.format).map_or(session.format, |format| format.name());
        let whole = || Excerpt { before: title.to_owned(), ..Excerpt::default() };
        Item {
            session: session.key.clone(),
            status: Some(part.status),
            excerpt: needle.find(title, 0).map_or_else(whole, |found| excerpt(title, &found)),
            what: name.to_owned(),
            place: part.project.clone().unwrap_or_default(),
            ..Item::default()
        }
    };
    newest.into_iter().take(MOST_SESSIONS).map(item).collect()
}

/// Steps as lines of the palette.
pub fn items(hits: Vec<StepHit>) -> Vec<Item> {
    let item = |hit: StepHit| Item {
        place: if hit.session.is_empty() { hit.path } else { hit.title },
        session: hit.session,
        step: hit.step,
        status: None,
        excerpt: hit.excerpt,
        what: hit.what,
        has_failed: hit.has_failed,
    };
    hits.into_iter().map(item).collect()
}
