//! How much of a file may be a copy of its parent's (codex.md X5). The archive, which may have the parent, decides.

use super::line::{Payload, time_of};
use crate::formats::Sink;
use crate::formats::lenient::Field;
use crate::model::{History, Relation, Timestamp};

/// The first header: the file's identity, which later ones never change.
#[derive(Default, Clone)]
pub struct Header {
    pub id: Option<String>,
    /// When the thread was made.
    pub created: Option<Timestamp>,
    forked_from: Option<String>,
    parent_thread: Option<String>,
    is_sub_agent: bool,
    /// Lines with a smaller ordinal are copied.
    start_ordinal: Option<i64>,
}

impl Header {
    pub fn of(payload: &Payload<'_>, at: Option<Timestamp>) -> Self {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Self {
            id: text(payload.id.some()),
            created: time_of(&payload.timestamp).or(at),
            forked_from: text(payload.forked_from_id.some()),
            parent_thread: text(payload.parent_thread()),
            is_sub_agent: payload.is_sub_agent(),
            start_ordinal: payload.history_start.is_given().then(|| payload.history_start.int()).flatten(),
        }
    }
}

/// What the lines so far tell of copies.
#[derive(Default, Clone)]
pub struct Derivation {
    pub header: Option<Header>,
    /// Events of all headers, in file order.
    headers: Vec<u32>,
    /// The first later header of the parent, and its id; where the file names no parent, of any other thread.
    other: Option<(u32, String)>,
    /// The first event of a line whose ordinal says that it is the file's own.
    told: Option<u32>,
    has_ordinals: bool,
}

impl Derivation {
    /// A header line; `true` for the first, which is the file's own.
    pub fn header(&mut self, payload: &Payload<'_>, at: Option<Timestamp>, event: u32) -> bool {
        self.headers.push(event);
        let Some(own) = &self.header else {
            self.header = Some(Header::of(payload, at));
            return true;
        };
        // A parent that was derived itself may have left headers of its own parents.
        let parent = own.forked_from.as_deref().or(own.parent_thread.as_deref());
        let is_other = |id: &&str| parent.map_or(own.id.as_deref() != Some(id), |parent| parent == *id);
        if let Some(id) = payload.id.some().filter(is_other) {
            self.other.get_or_insert((event, id.to_owned()));
        }
        false
    }

    /// Any line with an ordinal, and its first event.
    pub fn ordinal(&mut self, ordinal: Option<i64>, event: u32) {
        let Some(ordinal) = ordinal else { return };
        self.has_ordinals = true;
        let start = self.header.as_ref().and_then(|header| header.start_ordinal);
        if start.is_some_and(|start| ordinal >= start) {
            self.told.get_or_insert(event);
        }
    }

    /// Whether parts of it may be copies, as far as is known by now.
    pub fn is_derived(&self) -> bool {
        self.other.is_some() || self.parent().is_some()
    }

    /// The thread that it was copied from or started by.
    pub fn parent(&self) -> Option<&str> {
        let header = self.header.as_ref()?;
        let other = || self.other.as_ref().map(|(_, id)| id.as_str());
        header.forked_from.as_deref().or(header.parent_thread.as_deref()).or_else(other)
    }

    pub fn relation(&self) -> Relation {
        match &self.header {
            Some(header) if header.is_sub_agent => Relation::SubAgent,
            _ if self.is_derived() => Relation::Fork,
            _ => Relation::Root,
        }
    }

    /// `first_second` is that of the first usage line, with the number of usage lines in it.
    pub fn history(&self, first_second: Option<(i64, u32)>, out: &Sink) -> Option<History> {
        let header = self.header.as_ref().filter(|_| self.is_derived())?;
        let told = match header.start_ordinal {
            Some(_) if self.has_ordinals => Some(self.told.unwrap_or(out.events.len() as u32)),
            _ => None,
        };
        let gate = match (&header.forked_from, &self.other) {
            (Some(_), _) => Some(0),
            (None, other) => other.as_ref().map(|(event, _)| *event),
        };
        let guessed = self.guess(header.created, first_second, out);
        Some(History { told, guessed, gate, has_parent_header: self.other.is_some() })
    }

    /// Leading lines are copies while they are older than the file, or in the second of the first usage line when
    /// several share it (codex.md X5, test 4). `None` if there are none.
    fn guess(&self, created: Option<Timestamp>, first_second: Option<(i64, u32)>, out: &Sink) -> Option<u32> {
        let shared = first_second.filter(|(_, lines)| *lines >= 2).map(|(second, _)| second);
        let is_copy = |at: Timestamp| created.is_some_and(|created| at < created) || shared == Some(at.seconds());
        let mut found = false;
        for (index, event) in out.events.iter() {
            if self.headers.contains(&index) {
                continue;
            }
            if !event.at.is_some_and(is_copy) {
                return found.then_some(index);
            }
            found = true;
        }
        found.then_some(out.events.len() as u32)
    }
}
