//! The first pass over a log that is a list of messages: steps become events, calls find their results, usage its request.

use super::Dialect;
use super::read::{Told, each_record, read};
use super::session::{Here, Message, State};
use crate::formats::lenient::{HasText, flat};
use crate::formats::records::{self, Object, Take};
use crate::formats::terms::stem;
use crate::formats::{Decoder, Sink};
use crate::lines::Line as RawLine;
use crate::model::Map;
use crate::model::{Counts, SessionPart, Span, flags, hash_of};

flat! {
    /// An object; what is in it is read elsewhere.
    pub struct Anything<'a> {
        "type" => kind: HasText,
    }
}

#[derive(Clone)]
pub struct MessageDecoder {
    dialect: &'static Dialect,
    sessions: Vec<State>,
    by_id: Map<Box<str>, u16>,
    /// The session of the last record.
    current: u16,
    /// What stands before a document's sessions, and tells of all of them.
    head: Option<SessionPart>,
}

impl MessageDecoder {
    pub fn new(dialect: &'static Dialect) -> Self {
        Self { dialect, sessions: Vec::new(), by_id: Map::default(), current: 0, head: None }
    }

    /// The session with an id; without one that of the last record.
    fn session(&mut self, id: &str, out: &mut Sink) -> u16 {
        let is_new = self.sessions.is_empty() || !id.is_empty() && !self.by_id.contains_key(id);
        // What came before the first id is of the session that it names.
        let is_first = is_new && self.by_id.is_empty() && !id.is_empty();
        if let [state] = self.sessions.as_mut_slice()
            && is_first
        {
            self.by_id.insert(id.into(), 0);
            let part = &mut state.part;
            self.head = Some(part.clone()).filter(|_| !self.dialect.inner.is_empty());
            (part.id, part.has_global_id) = id_of(self.dialect, id, &out.meta.path);
            return 0;
        }
        if let Some(known) = self.by_id.get(id) {
            return *known;
        }
        if !is_new {
            return self.current;
        }
        let number = self.sessions.len() as u16;
        // The columns count parts in 16 bits; what comes after joins the last one.
        if number == u16::MAX {
            return self.current;
        }
        let head = self.head.clone().unwrap_or_default();
        let mut part = SessionPart { started: None, ended: None, ..head };
        (part.id, part.has_global_id) = id_of(self.dialect, id, &out.meta.path);
        if !id.is_empty() {
            self.by_id.insert(id.into(), number);
        }
        self.sessions.push(State::new(part));
        out.parts.push(SessionPart::default());
        number
    }

    /// Takes in one message; gives how many steps it has.
    fn told(&mut self, told: &Told<'_>, here: Here, out: &mut Sink) -> usize {
        let number = self.session(told.about.session, out);
        self.current = number;
        let dialect = self.dialect;
        let Some(state) = self.sessions.get_mut(usize::from(number)) else { return 0 };
        state.about(dialect, told, out);
        let id = if told.id.is_empty() { 0 } else { hash_of(&[told.id]) };
        state.undo(told.undo, id, out);
        let replaced = state.messages.get(&id).copied().filter(|_| dialect.replaces && id != 0);
        if let Some(replaced) = replaced {
            state.set_flags(replaced.first, replaced.end, flags::ECHO, out);
        }
        // A session may be told twice, by a document and by lines that go on from it; the lines tell more (others.md §1).
        state.part.reading = if dialect.replaces { 1 + u8::from(here.is_line) } else { 0 };
        let first = out.events.len() as u32;
        for (place, step) in told.steps.iter().enumerate() {
            state.step(number, step, told, Here { block: here.block + place, ..here }, out);
        }
        let end = out.events.len() as u32;
        if first < end {
            state.events = Some((state.events.map_or(first, |(first, _)| first), end - 1));
        }
        if dialect.forks_rename && first < end {
            state.know_copies(dialect, number, told, first, out);
        }
        state.usage(dialect, number, told, (first, here), out);
        if id != 0 {
            let previous = if told.previous.is_empty() { 0 } else { hash_of(&[told.previous]) };
            state.messages.insert(id, Message { previous, before: state.last_message, first, end });
            state.last_message = id;
        }
        told.steps.len()
    }
}

impl Decoder for MessageDecoder {
    fn line(&mut self, line: &RawLine<'_>, out: &mut Sink) {
        records::each(line, self, out);
    }

    fn finish(&mut self, out: &mut Sink) {
        let sessions = std::mem::take(&mut self.sessions);
        sessions.iter().for_each(|session| session.settle(self.dialect, out));
        // In one pass: a file may hold thousands of sessions.
        let mut counts = vec![Counts::default(); sessions.len()];
        for (_, event) in out.events.iter() {
            if let Some(counts) = counts.get_mut(usize::from(event.part)) {
                counts.count(&event);
            }
        }
        for (number, (session, counts)) in sessions.into_iter().zip(counts).enumerate() {
            session.finish(self.dialect, number as u16, counts, out);
        }
    }
}

impl Take for MessageDecoder {
    type Line<'a> = Anything<'a>;

    fn take<'a>(&mut self, object: Object<'a, Anything<'a>>, out: &mut Sink) {
        let Object { bytes, span, number, .. } = object;
        // Spans within a line that has been joined or repaired are those of the source only if no byte has gone.
        let is_exact = span.len as usize == bytes.len();
        let mut block = 0;
        each_record(self.dialect, bytes, &mut |range, record, is_document| {
            let is_whole = range.len() == bytes.len() || !is_exact;
            let span = match is_whole {
                true => span,
                false => Span { offset: span.offset + range.start as u64, len: range.len() as u32 },
            };
            let mut own = if is_whole { block } else { 0 };
            for told in read(self.dialect, record) {
                let steps = self.told(&told, Here { span, line: number, block: own, is_line: !is_document }, out);
                own += steps;
                block += steps;
            }
        });
    }
}

/// The id of a session, and whether it holds beyond its file; `#` begins one that does not.
fn id_of(dialect: &Dialect, id: &str, path: &str) -> (String, bool) {
    match id.strip_prefix('#') {
        Some(number) => ([name_of(path), "-", number].concat(), false),
        None if id.is_empty() => (name_of(path).to_owned(), dialect.path_is_id),
        None => (id.to_owned(), true),
    }
}

/// What a source without an id of its own is called: its file, or its folder where all files are called alike.
fn name_of(path: &str) -> &str {
    const ALIKE: [&str; 11] = [
        "api_conversation_history",
        "ui_messages",
        "wire",
        "events",
        "conversation",
        "messages",
        "trajectory",
        "transcript",
        "session",
        "chat_history",
        "transcript_full",
    ];
    let mut names = path.rsplit(['/', '\\']);
    let name = stem(names.next().unwrap_or(path));
    let name = name.strip_suffix(".settings").unwrap_or(name);
    if ALIKE.contains(&name) { names.next().unwrap_or(name) } else { name }
}
