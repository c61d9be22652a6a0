//! CodeTether's records (formats/codetether.md): session events, run streams, thread logs, snapshots, sidecars and chat
//! archives. The record is found line by line; one file may hold several sessions.

mod body;
mod events;
mod family;
mod ids;
mod line;
mod messages;
mod payload;
mod state;
mod steps;
mod usage;
mod variant;

use crate::formats::lenient::Str;
use crate::formats::records::{self, Object, Take};
use crate::formats::{Decoder, Durability, Format, Sink};
use crate::lines::Line as RawLine;
use crate::model::{Body, EventKind, ProblemKind, SessionPart, Status, Timestamp};
use family::Family;
use line::Line;
use rustc_hash::FxHashMap;
use serde_json::Value;
use state::{Here, State};
use steps::Step;
use variant::Variant;

pub use payload::{EventLine, event_line};

pub struct CodeTether;

impl Format for CodeTether {
    fn id(&self) -> &'static str {
        "codetether"
    }

    fn name(&self) -> &'static str {
        "CodeTether"
    }

    fn sniff(&self, head: &[Value]) -> bool {
        head.iter().any(family::is_ours)
    }

    fn wraps_others(&self) -> bool {
        true
    }

    fn durability(&self, kind: EventKind, name: &str) -> Option<Durability> {
        variant::durability(kind, name)
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::<CodeTetherDecoder>::default()
    }

    fn body(&self, line: &[u8], block: u16) -> Body {
        body::body(line, block)
    }
}

/// The sessions of one file.
#[derive(Default)]
struct CodeTetherDecoder {
    sessions: Vec<State>,
    by_id: FxHashMap<Box<str>, u16>,
    /// Holds the lines that name no session.
    home: Option<u16>,
    /// The session of the last line of a run's output: lines without an id go on with it.
    running: Option<u16>,
}

impl Decoder for CodeTetherDecoder {
    fn line(&mut self, line: &RawLine<'_>, out: &mut Sink) {
        records::each(line, self, out);
    }

    fn finish(&mut self, out: &mut Sink) {
        for session in std::mem::take(&mut self.sessions) {
            session.finish(out);
        }
    }
}

impl CodeTetherDecoder {
    /// The session with an id; without one, that of the file's own name.
    fn session(&mut self, id: &str, out: &mut Sink) -> &mut State {
        let index = match id {
            "" => self.home(out),
            _ => self.named(id, out),
        };
        &mut self.sessions[usize::from(index)]
    }

    fn home(&mut self, out: &mut Sink) -> u16 {
        if let Some(home) = self.home {
            return home;
        }
        let path = out.meta.path.clone();
        let (id, is_global) = ids::session_of_path(&path);
        let known = self.by_id.get(id).copied();
        let home = known.unwrap_or_else(|| self.add(id, is_global, out));
        self.home = Some(home);
        home
    }

    fn named(&mut self, id: &str, out: &mut Sink) -> u16 {
        if let Some(known) = self.by_id.get(id) {
            self.sessions[usize::from(*known)].is_global = true;
            return *known;
        }
        self.add(id, true, out)
    }

    fn add(&mut self, id: &str, is_global: bool, out: &mut Sink) -> u16 {
        let part = self.sessions.len() as u16;
        // The columns count parts in 16 bits; what comes after joins the last one.
        if part == u16::MAX {
            return part - 1;
        }
        out.parts.push(SessionPart::default());
        self.sessions.push(State { part, id: id.to_owned(), is_global, ..State::default() });
        self.by_id.insert(id.into(), part);
        part
    }

    /// The session of a line of a run's output. A stream may begin without its id, which the first item tells
    /// (codetether.md §5).
    fn running(&mut self, id: &str, out: &mut Sink) -> &mut State {
        let index = match (id, self.running) {
            ("", Some(running)) => running,
            ("", None) => self.home(out),
            (id, running) => {
                let nameless = running.filter(|running| self.home == Some(*running) && self.sessions.len() == 1);
                if let Some(home) = nameless.filter(|_| !self.by_id.contains_key(id)) {
                    self.by_id.clear();
                    self.by_id.insert(id.into(), home);
                    self.home = None;
                    let session = &mut self.sessions[usize::from(home)];
                    (session.id, session.is_global) = (id.to_owned(), true);
                }
                self.named(id, out)
            }
        };
        self.running = Some(index);
        &mut self.sessions[usize::from(index)]
    }

    fn run_line(&mut self, line: &Line<'_>, here: Here<'_>, out: &mut Sink) {
        let fields = &line.own;
        let id = fields.session_id.some().or_else(|| ids::session_of_turn(&fields.item_id)).unwrap_or("");
        let session = self.running(id, out);
        session.see(here.at);
        if !session.has_outcome {
            // A run says how it ended; until then it has not.
            (session.status, session.has_outcome) = (Status::Incomplete, true);
        }
        match fields.type_.strip_prefix("run.").and_then(Step::of_run) {
            Some(step) => session.step(step, &fields.type_, fields, here, out),
            None => session.unknown(&fields.type_, here, out),
        }
    }

    fn event_line(&mut self, variant: Variant, line: &Line<'_>, here: Here<'_>, out: &mut Sink) {
        let session = self.session(line.session(), out);
        session.see(here.at);
        session.session_event(variant, line, here, out);
    }
}

impl Take for CodeTetherDecoder {
    type Line<'a> = Line<'a>;

    fn take<'a>(&mut self, object: Object<'a, Line<'a>>, out: &mut Sink) {
        let Object { line, bytes, span, number, .. } = object;
        let (at, is_odd) = line.at();
        if is_odd {
            let reason = "a time that nobody can read; the event counts, without a time";
            out.problems.add(ProblemKind::BadField, Some(number), reason, bytes);
        }
        let here = Here { bytes, span, number, at };
        match line.family() {
            Family::Run => self.run_line(&line, here, out),
            Family::Event(variant, _) => self.event_line(variant, &line, here, out),
            Family::Aside(what) => {
                let reason = format!("a line of {what}, which is no session");
                out.problems.add(ProblemKind::Foreign, Some(number), reason, bytes);
            }
            _ => {
                let word = line.tag().to_owned();
                let session = self.session(line.session(), out);
                session.see(here.at);
                session.unknown(&word, here, out);
            }
        }
    }

    /// A bare string that names a variant is an event without a payload (codetether.md §3.2).
    fn no_object(&mut self, object: &Object<'_, Line<'_>>, out: &mut Sink) {
        let Object { bytes, span, number, .. } = *object;
        let text = serde_json::from_slice::<Str<'_>>(bytes).unwrap_or_default();
        match Variant::of(&text) {
            Some(variant) => {
                let here = Here { bytes, span, number, at: None };
                self.event_line(variant, &Line::default(), here, out);
            }
            None => out.problems.add(ProblemKind::BadLine, Some(number), "JSON, but not an object", bytes),
        }
    }

    /// A run's own log may stand between its lines (codetether.md §5). It is kept, but does not make the run longer.
    fn no_json(&mut self, raw: &RawLine<'_>, rest: &[u8], reason: String, out: &mut Sink) {
        let at = (rest.len() == raw.bytes.len()).then(|| time_of_log(rest)).flatten();
        let Some(at) = at else {
            return out.problems.add(ProblemKind::BadLine, Some(raw.number), reason, rest);
        };
        let reason = "a line of the program's own log";
        out.problems.add(ProblemKind::PlainText, Some(raw.number), reason, rest);
        let here = Here { bytes: rest, span: raw.span, number: raw.number, at: Some(at) };
        self.running("", out).note(EventKind::System, 0, "log", here, out);
    }
}

/// The time that a line of tracing output starts with; terminal colours may stand before it.
fn time_of_log(line: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(line.get(..line.len().min(80)).unwrap_or_default());
    let mut text = text.unwrap_or_else(|error| std::str::from_utf8(&line[..error.valid_up_to()]).unwrap_or(""));
    while let Some(colour) = text.strip_prefix("\x1b[") {
        text = colour.split_once('m')?.1;
    }
    Timestamp::parse(text.split([' ', '\x1b']).next()?)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
