//! The first pass over one source: bytes in, a [`SourceIndex`] out. Finds the format on the way.

use super::joiner::Joiner;
use crate::formats::{self, Decoder, FORMATS, Format, Sink};
use crate::lines::{Line, LineSplitter};
use crate::model::{ProblemKind, Problems, SourceIndex, SourceKind, SourceMeta, Span};
use serde_json::Value;
use xxhash_rust::xxh3::Xxh3;

/// Objects looked at before a source is given up as foreign (claude-code.md §2 asks for 50).
const HEAD_OBJECTS: usize = 50;
/// Lines that are no objects, before the first object: after so many the source is not a log.
const HEAD_OTHERS: usize = 200;
/// Bytes held back while the format is unknown.
const HEAD_BYTES: usize = 80 << 20;
/// Keys named when a foreign file is reported.
const KEYS_NAMED: usize = 6;

/// Takes the bytes of one source in chunks of any size. Any chunking gives the same index.
#[cfg_attr(not(target_arch = "wasm32"), derive(Clone))]
pub struct SourceReader {
    splitter: LineSplitter,
    joiner: Joiner,
    hash: Box<Xxh3>,
    bytes: u64,
    pass: Pass,
}

/// The part that sees lines; apart from the splitter, which lends them.
#[cfg_attr(not(target_arch = "wasm32"), derive(Clone))]
struct Pass {
    sink: Sink,
    state: State,
    lines: u32,
    /// Nobody has looked whether it is of the format that it is read as.
    is_chosen: bool,
}

#[cfg_attr(not(target_arch = "wasm32"), derive(Clone))]
enum State {
    Unknown(Head),
    Known(&'static str, Box<dyn Decoder>),
    GivenUp(SourceKind),
}

/// Lines seen while the format is unknown.
#[derive(Default, Clone)]
struct Head {
    held: Vec<HeldLine>,
    held_bytes: usize,
    objects: Vec<Value>,
}

#[derive(Clone)]
struct HeldLine {
    bytes: Vec<u8>,
    span: Span,
    number: u32,
    is_ended: bool,
}

impl SourceReader {
    pub fn new(meta: SourceMeta) -> Self {
        let unknown = || State::Unknown(Head::default());
        // What a tool gave back may look like anything, a session log included.
        let state =
            formats::beside(&meta.path).map_or_else(unknown, |format| State::GivenUp(SourceKind::Beside(format)));
        let pass = Pass { sink: Sink::new(meta), state, lines: 0, is_chosen: false };
        Self {
            splitter: LineSplitter::default(),
            joiner: Joiner::default(),
            hash: Box::new(Xxh3::new()),
            bytes: 0,
            pass,
        }
    }

    /// Reads a source as one format, whatever it looks like.
    pub fn reading_as(meta: SourceMeta, format: &'static dyn Format) -> Self {
        let mut reader = Self::new(meta);
        reader.pass.state = State::Known(format.id(), format.decoder());
        reader
    }

    /// Reads a source as the format with this id, where it is known. What is kept beside logs stays that.
    pub fn known(meta: SourceMeta, format: Option<&str>) -> Self {
        let is_beside = formats::beside(&meta.path).is_some();
        match format.and_then(formats::by_id).filter(|_| !is_beside) {
            Some(format) => Self::reading_as(meta, format),
            None => Self::new(meta),
        }
    }

    /// The same, of a format that somebody has chosen (others.md O1): where no session of it is found, the source is foreign.
    pub fn chosen(meta: SourceMeta, format: Option<&str>) -> Self {
        let mut reader = Self::known(meta, format);
        reader.pass.is_chosen = format.is_some();
        reader
    }

    /// A source that is not read, because its content is read elsewhere.
    pub fn skipped(meta: SourceMeta, why: &str) -> SourceIndex {
        let mut reader = Self::new(meta);
        reader.pass.state = State::GivenUp(SourceKind::Empty);
        reader.pass.sink.problems.add(ProblemKind::Duplicate, None, why, b"");
        reader.finish(None)
    }

    /// Feeds one chunk.
    pub fn push(&mut self, chunk: &[u8]) {
        self.bytes += chunk.len() as u64;
        self.hash.update(chunk);
        let (joiner, pass) = (&mut self.joiner, &mut self.pass);
        if !matches!(pass.state, State::GivenUp(_)) {
            self.splitter.push(chunk, |line| pass.physical(&line, joiner));
        }
    }

    /// Whether the rest can matter; a foreign file need not be read to its end.
    pub fn wants_more(&self) -> bool {
        !matches!(self.pass.state, State::GivenUp(_))
    }

    /// Stable name of the format, as soon as it is known.
    pub fn format(&self) -> Option<&'static str> {
        match self.pass.state {
            State::Known(id, _) => Some(id),
            _ => None,
        }
    }

    /// Sessions found so far.
    pub fn sessions(&self) -> usize {
        self.pass.sink.parts.len()
    }

    /// Ends the pass. `unread` says why the rest could not be read, if it could not.
    pub fn finish(mut self, unread: Option<&str>) -> SourceIndex {
        let (joiner, pass) = (&mut self.joiner, &mut self.pass);
        if !matches!(pass.state, State::GivenUp(_)) {
            self.splitter.finish(|line| pass.physical(&line, joiner));
            joiner.finish(|line| pass.line(line));
        }
        if let Some(why) = unread {
            pass.sink.problems.add(ProblemKind::Unreadable, None, why, b"");
        }
        let kind = self.pass.finish(unread.is_some());
        let Sink { meta, strings, mut events, mut usage, running, anchors, spawns, titles, parts, problems, .. } =
            self.pass.sink;
        events.shrink();
        usage.shrink_to_fit();
        SourceIndex {
            meta,
            kind,
            bytes: self.bytes,
            lines: self.pass.lines,
            hash: self.hash.digest128(),
            strings,
            events,
            usage,
            running,
            anchors,
            spawns,
            titles,
            parts,
            problems,
        }
    }
}

impl Pass {
    /// A line as it stands in the source.
    fn physical(&mut self, line: &Line<'_>, joiner: &mut Joiner) {
        // The rest of this chunk; the next one is not looked at.
        if matches!(self.state, State::GivenUp(_)) {
            return;
        }
        self.lines = line.number;
        joiner.push(line, |line| self.line(line));
    }

    /// A line that is whole.
    fn line(&mut self, line: &Line<'_>) {
        let line = without_bom(*line);
        if line.bytes.iter().all(u8::is_ascii_whitespace) && !line.is_too_long {
            return;
        }
        if line.is_too_long {
            let reason = "longer than 64 MiB; skipped";
            return self.sink.problems.add(ProblemKind::TooLong, Some(line.number), reason, line.bytes);
        }
        match &mut self.state {
            State::Known(_, decoder) => decoder.line(&line, &mut self.sink),
            State::Unknown(_) => self.unknown(&line),
            State::GivenUp(_) => {}
        }
    }

    fn unknown(&mut self, line: &Line<'_>) {
        let State::Unknown(head) = &mut self.state else { return };
        if let Some(record) = first_object(line.bytes) {
            head.objects.push(record);
        }
        let HeldLine { bytes, .. } = head.hold(line);
        head.held_bytes += bytes.len();
        let found = FORMATS.iter().find(|format| !format.is_last_resort() && format.sniff(&head.objects));
        if let Some(format) = found {
            self.open(*format);
        } else if head.is_full() {
            self.give_up(false);
        }
    }

    /// Reads what was held back, and what comes, as this format.
    fn open(&mut self, format: &'static dyn Format) {
        let State::Unknown(head) = &mut self.state else { return };
        let mut decoder = format.decoder();
        for held in std::mem::take(&mut head.held) {
            decoder.line(&held.line(), &mut self.sink);
        }
        self.state = State::Known(format.id(), decoder);
    }

    fn give_up(&mut self, is_cut: bool) {
        let State::Unknown(head) = &self.state else { return };
        let known = head.objects.first().map_or("", formats::foreign::name_of);
        if let Some(format) = formats::last_resort(&head.objects).filter(|_| known.is_empty()) {
            return self.open(format);
        }
        let kind = match (head.held.is_empty(), head.objects.is_empty()) {
            (true, _) => SourceKind::Empty,
            (_, true) => SourceKind::NotText,
            _ => SourceKind::Foreign,
        };
        let reason = match kind {
            SourceKind::Empty => "the file is empty".to_owned(),
            SourceKind::NotText => match head.held.first() {
                Some(line) if line.bytes.starts_with(b"PK\x03\x04") => {
                    "a zip archive; unpack it, and open the JSON files in it".to_owned()
                }
                _ => "no line of it is a JSON object".to_owned(),
            },
            _ if !known.is_empty() => format!("{known}, which is no session"),
            _ => format!("JSON of another kind, with the keys {}", keys_of(head.objects.first())),
        };
        // Of a source that could not be read nothing more can be said.
        if !(is_cut && kind == SourceKind::Empty) {
            self.sink.problems.add(ProblemKind::Foreign, None, reason, b"");
        }
        self.state = State::GivenUp(kind);
    }

    fn finish(&mut self, is_cut: bool) -> SourceKind {
        self.give_up(is_cut);
        match &mut self.state {
            State::Known(id, decoder) => {
                decoder.finish(&mut self.sink);
                if self.is_chosen && self.sink.parts.is_empty() {
                    let name = formats::by_id(id).map_or(*id, |format| format.name());
                    let reason =
                        ["read as a log of ", name, ", as was asked; no session of that kind is in it"].concat();
                    self.sink.problems = Problems::default();
                    self.sink.problems.add(ProblemKind::Foreign, None, reason, b"");
                    return SourceKind::Foreign;
                }
                SourceKind::Log(id)
            }
            State::GivenUp(kind) => *kind,
            State::Unknown(_) => SourceKind::Foreign,
        }
    }
}

impl Head {
    fn hold(&mut self, line: &Line<'_>) -> &HeldLine {
        let Line { span, number, is_ended, .. } = *line;
        self.held.push(HeldLine { bytes: line.bytes.to_vec(), span, number, is_ended });
        &self.held[self.held.len() - 1]
    }

    fn is_full(&self) -> bool {
        let others = self.held.len() - self.objects.len().min(self.held.len());
        self.objects.len() >= HEAD_OBJECTS || others >= HEAD_OTHERS || self.held_bytes > HEAD_BYTES
    }
}

impl HeldLine {
    fn line(&self) -> Line<'_> {
        let Self { bytes, span, number, is_ended } = self;
        Line { bytes, span: *span, number: *number, is_ended: *is_ended, is_too_long: false }
    }
}

/// The first JSON objects of a source, from the bytes at its top.
pub fn first_objects(bytes: &[u8], most: usize) -> Vec<Value> {
    let (mut splitter, mut joiner, mut found) = (LineSplitter::default(), Joiner::default(), Vec::new());
    let mut look = |line: &Line<'_>| {
        if found.len() < most {
            found.extend(first_object(without_bom(*line).bytes));
        }
    };
    splitter.push(bytes, |line| joiner.push(&line, &mut look));
    splitter.finish(|line| joiner.push(&line, &mut look));
    joiner.finish(look);
    found
}

/// The first JSON object of a line, repaired if need be.
fn first_object(bytes: &[u8]) -> Option<Value> {
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
    let value = match values.next()? {
        Ok(value) => value,
        Err(_) => serde_json::from_slice(crate::formats::lenient::repair(bytes).as_bytes()).ok()?,
    };
    value.is_object().then_some(value)
}

/// The first line without a UTF-8 byte order mark.
fn without_bom(line: Line<'_>) -> Line<'_> {
    match line.bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(bytes) if line.number == 1 => {
            let span = Span { offset: line.span.offset + 3, len: bytes.len() as u32 };
            Line { bytes, span, ..line }
        }
        _ => line,
    }
}

fn keys_of(object: Option<&Value>) -> String {
    let keys = object.and_then(Value::as_object).into_iter().flat_map(|object| object.keys());
    keys.take(KEYS_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ")
}
