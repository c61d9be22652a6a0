//! CodeTether's records (formats/codetether.md): session events, run streams, thread logs, snapshots, sidecars and chat
//! archives. The record is found line by line; one file may hold several sessions.

mod body;
mod chat;
mod events;
mod family;
mod ids;
mod line;
mod messages;
mod payload;
mod sharing;
mod sidecars;
mod snapshot;
mod state;
mod steps;
mod usage;
mod variant;

use crate::formats::lenient::Str;
use crate::formats::records::{self, Object, Take};
use crate::formats::{Decoder, Durability, Format, Sharing, Sink};
use crate::lines::Line as RawLine;
use crate::model::{Body, EventKind, Map, Metric, ProblemKind, SessionPart, Status, Timestamp, hash_of};
use family::Family;
use line::Line;
use serde_json::Value;
use state::{Here, State, reading};
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

    /// codetether.md §0, §4, §6: most files hold no token data at all.
    fn why_missing(&self, metric: Metric) -> &'static str {
        match metric {
            Metric::Output | Metric::Context => {
                "most CodeTether logs hold no token counts, or only zeros as placeholders"
            }
            Metric::CacheRead | Metric::CacheWrite => "token events have no cache counts",
            Metric::Cost => "CodeTether never records a cost",
            Metric::Time => "messages of a snapshot have an order, no times",
            Metric::ToolDuration => "snapshots and chat archives do not time their tools",
            Metric::SubAgents => "",
        }
    }

    fn decoder(&'static self) -> Box<dyn Decoder> {
        Box::<CodeTetherDecoder>::default()
    }

    fn sharing(&self) -> &'static Sharing {
        &sharing::SHARING
    }

    fn body(&self, line: &[u8], block: u16) -> Body {
        body::body(line, block)
    }
}

/// The sessions of one file.
#[derive(Default, Clone)]
struct CodeTetherDecoder {
    sessions: Vec<State>,
    by_id: Map<Box<str>, u16>,
    /// Holds the lines that name no session.
    home: Option<u16>,
    /// Whether it only holds what a run wrote before it named its session: the first id is then its own
    /// (codetether.md §5).
    is_home_open: bool,
    /// The session of the last line.
    last: Option<u16>,
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
        let index = if id.is_empty() { self.home(out) } else { self.named(id, out) };
        self.is_home_open = false;
        self.last = Some(index);
        &mut self.sessions[usize::from(index)]
    }

    /// The session of a line that goes on with what stands before it, unless it names one itself.
    fn running(&mut self, id: &str, out: &mut Sink) -> &mut State {
        let index = match (id, self.last) {
            ("", Some(last)) => last,
            ("", None) => {
                self.is_home_open = true;
                self.home(out)
            }
            _ => self.named(id, out),
        };
        self.last = Some(index);
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
        let open = self.home.take_if(|_| std::mem::take(&mut self.is_home_open));
        if let Some(home) = open {
            self.by_id.clear();
            self.by_id.insert(id.into(), home);
            id.clone_into(&mut self.sessions[usize::from(home)].id);
        }
        let index = self.by_id.get(id).copied().unwrap_or_else(|| self.add(id, true, out));
        self.sessions[usize::from(index)].is_global = true;
        index
    }

    fn add(&mut self, id: &str, is_global: bool, out: &mut Sink) -> u16 {
        let part = self.sessions.len() as u16;
        // The columns count parts in 16 bits; what comes after joins the last one.
        if part == u16::MAX {
            return part - 1;
        }
        out.parts.push(SessionPart::default());
        self.sessions.push(State::new(part, id, is_global));
        self.by_id.insert(id.into(), part);
        part
    }

    fn run_line(&mut self, line: &Line<'_>, here: Here<'_>, out: &mut Sink) {
        let fields = &line.own;
        let id = fields.session_id.some().or_else(|| ids::session_of_turn(&fields.item_id)).unwrap_or("");
        let session = self.running(id, out);
        session.see(here.at);
        session.read_as(reading::RUN);
        if !session.has_outcome {
            // A run says how it ended; until then it has not.
            (session.status, session.has_outcome) = (Status::Incomplete, true);
        }
        match fields.type_.strip_prefix("run.").and_then(Step::of_run) {
            Some(step) => session.step(step, &fields.type_, fields, here, out),
            None => session.unknown(&fields.type_, here, out),
        }
    }

    /// A line of the thread log, in its own shape or in that of Codex (codetether.md §4, §5).
    fn thread_line(&mut self, kind: &str, line: &Line<'_>, here: Here<'_>, out: &mut Sink) {
        let (own, fields) = (&line.own, line.payload());
        let turn = own.turn_id.some().or(fields.turn_id.some()).unwrap_or("");
        let id = Some(line.session()).filter(|id| !id.is_empty()).or_else(|| ids::session_of_turn(turn));
        let session = self.session(id.unwrap_or(""), out);
        session.see(here.at);
        session.read_as(reading::THREAD);
        session.turn = if turn.is_empty() { 0 } else { hash_of(&[turn]) };
        match Step::of_thread(kind) {
            Some(step) => session.step(step, kind, fields, here, out),
            None => session.unknown(kind, here, out),
        }
    }

    /// A record that is no part of a session (codetether.md §9).
    fn aside(&self, what: &str, here: Here<'_>, out: &mut Sink) {
        let reason = format!("a line of {what}, which is no session");
        out.problems.add(ProblemKind::Foreign, Some(here.number), reason, here.bytes);
    }

    fn event_line(&mut self, variant: Variant, line: &Line<'_>, here: Here<'_>, out: &mut Sink) {
        let session = self.session(line.session(), out);
        session.see(here.at);
        session.read_as(reading::EVENTS);
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
            Family::Thread => self.thread_line(&line.own.kind, &line, here, out),
            Family::Adapter => self.thread_line(&line.own.type_, &line, here, out),
            Family::Chat => self.session(&line.own.session_id, out).chat(&line.own, here, out),
            Family::ToolArchive => self.session("", out).archived(&line.own, here, out),
            Family::Journal => self.session("", out).journal(&line.own, here, out),
            Family::Task => self.session("", out).task(&line.own, here, out),
            Family::Snapshot => self.session(&line.own.id, out).snapshot(&line, here, out),
            Family::Message => self.aside("a history object", here, out),
            Family::Aside(what) => self.aside(what, here, out),
            Family::Unknown => {
                // Nobody knows what its other ids name.
                let id = line.own.session_id.some().or(line.own.thread_id.some()).unwrap_or("");
                let session = self.running(id, out);
                session.see(here.at);
                session.unknown(line.tag(), here, out);
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

#[cfg(test)]
#[path = "reading_tests.rs"]
mod reading_tests;

#[cfg(test)]
#[path = "records_tests.rs"]
mod records_tests;
