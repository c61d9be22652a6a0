//! What the first pass found in a source, as bytes: all that views need of it.
//!
//! Ids are 64-bit hashes, which pack badly; there are as many as lines. In `times.bin` they are numbers in the order of
//! their first appearance, and lines that nothing else refers to have none. So among the sources of one bundle every id
//! is equal to those that it was equal to, and to no other.

use super::events::{self, Most};
use super::part::part;
use super::wire::Wire;
use crate::formats::{self, Format};
use crate::model::{
    Anchor, Anchors, EventRows, Map, Problem, ProblemKind, Problems, Reported, RequestId, SessionPart, SourceIndex,
    SourceKind, SourceMeta, Spawn, Strings, Timestamp, TitleHint, TitleOf, TitleOrigin, hash_of,
};

const TITLES: [TitleOrigin; 3] = [TitleOrigin::Prompt, TitleOrigin::Generated, TitleOrigin::User];
const PROBLEMS: [ProblemKind; 13] = [
    ProblemKind::Truncated,
    ProblemKind::BadLine,
    ProblemKind::PlainText,
    ProblemKind::TooLong,
    ProblemKind::Repaired,
    ProblemKind::BadField,
    ProblemKind::UnknownType,
    ProblemKind::Clamped,
    ProblemKind::Orphan,
    ProblemKind::Duplicate,
    ProblemKind::Foreign,
    ProblemKind::Unreadable,
    ProblemKind::Uncertain,
];

/// Kinds of ids; equal ones of different kinds mean nothing.
#[derive(Clone, Copy)]
enum Of {
    Response,
    Request,
    Line,
    Turn,
    Call,
    Text,
    Count,
    Family,
}

/// Within what an id means something, and the id.
type Id = (u64, u64);

/// Which ids there are, over all sources of a bundle.
#[derive(Debug, Default)]
pub struct Ids {
    numbers: [Map<Id, u64>; 8],
    /// How often each stands in a list of anchors, or is named by a title.
    uses: [Map<Id, u32>; 8],
    most: Most,
    last_family: i64,
}

impl Ids {
    /// Of all sources that a bundle is to hold.
    pub fn of<'a>(sources: impl Iterator<Item = &'a SourceIndex>) -> Self {
        let mut ids = Self::default();
        for source in sources {
            for (of, list) in lists(&source.anchors) {
                list.iter().for_each(|anchor| ids.is_used(of, id_of(of, anchor, &source.parts)));
            }
            for hint in &source.titles {
                if let TitleOf::Line(hash) = hint.of {
                    ids.is_used(Of::Line, (0, hash));
                }
            }
        }
        ids
    }

    fn is_used(&mut self, of: Of, id: Id) {
        *self.uses[of as usize].entry(id).or_default() += 1;
    }

    fn number(&mut self, of: Of, id: Id) -> u64 {
        let numbers = &mut self.numbers[of as usize];
        let next = numbers.len() as u64 + 1;
        // Zero says that there is none.
        if id.1 == 0 { 0 } else { *numbers.entry(id).or_insert(next) }
    }

    /// Whether a view can need it: another place has the same, or its part is a copy of another one, or it is the first
    /// of its part, which tells that there are some.
    fn is_needed(&self, of: Of, anchor: &Anchor, is_first: bool, parts: &[SessionPart]) -> bool {
        let is_derived = parts.get(usize::from(anchor.part)).is_some_and(|part| part.history.is_some());
        let uses = || self.uses[of as usize].get(&id_of(of, anchor, parts));
        is_first || is_derived || uses().is_some_and(|uses| *uses > 1)
    }
}

fn lists(anchors: &Anchors) -> [(Of, &Vec<Anchor>); 4] {
    let Anchors { lines, turns, tool_calls, texts } = anchors;
    [(Of::Line, lines), (Of::Turn, turns), (Of::Call, tool_calls), (Of::Text, texts)]
}

/// Texts are compared among records of one run only: two runs that begin with "hi" share nothing.
fn id_of(of: Of, anchor: &Anchor, parts: &[SessionPart]) -> Id {
    match (of, parts.get(usize::from(anchor.part))) {
        (Of::Text, Some(part)) => (hash_of(&[&part.id]), anchor.hash),
        _ => (0, anchor.hash),
    }
}

/// An index to be filled.
pub fn empty() -> SourceIndex {
    SourceIndex {
        meta: SourceMeta { path: String::new(), size: None },
        kind: SourceKind::Empty,
        bytes: 0,
        lines: 0,
        hash: 0,
        strings: Strings::default(),
        events: EventRows::default(),
        usage: Vec::new(),
        running: Vec::new(),
        anchors: Anchors::default(),
        spawns: Vec::new(),
        titles: Vec::new(),
        parts: Vec::new(),
        problems: Problems::default(),
    }
}

/// Everything that views need of a source.
pub fn times(wire: &mut Wire, source: &mut SourceIndex, ids: &mut Ids) {
    wire.text(&mut source.meta.path);
    kind(wire, &mut source.kind);
    wire.number(&mut source.bytes);
    size(wire, source);
    wire.small(&mut source.lines);
    strings(wire, &mut source.strings);
    wire.list(&mut source.parts, SessionPart::default, &mut part);
    source.parts.iter_mut().for_each(|part| family(wire, part, ids));
    let number = |row: &crate::model::UsageRow| RequestId {
        response: ids.number(Of::Response, (0, row.id.response)),
        // Compared among records of one answer only.
        request: ids.number(Of::Request, (row.id.response, row.id.request)),
    };
    let numbers: Vec<RequestId> =
        if wire.is_reading() { Vec::new() } else { source.usage.iter().map(number).collect() };
    let kinds = events::kinds(wire, &source.events);
    let started = source.parts.first().and_then(|part| part.started).map_or(0, Timestamp::nanos);
    events::usage(wire, &mut source.usage, &numbers, &kinds, &mut ids.most);
    events::events(wire, &mut source.events, &kinds, &source.usage, started);
    events::asked(wire, &mut source.events, &kinds);
    events::usage_times(wire, &mut source.usage, &source.events);
    events::running(wire, &mut source.running, &mut |hash| ids.number(Of::Count, (0, hash)));
    needed_anchors(wire, source, ids);
    wire.list(&mut source.spawns, no_spawn, &mut spawn);
    wire.list(&mut source.titles, no_title, &mut |wire, hint| title(wire, hint, ids));
    problems(wire, &mut source.problems);
}

/// Every id of a source, or the number in its place.
pub fn each_id(source: &mut SourceIndex, act: &mut dyn FnMut(&mut u64)) {
    for row in &mut source.usage {
        act(&mut row.id.response);
        act(&mut row.id.request);
    }
    source.parts.iter_mut().for_each(|part| act(&mut part.family));
    source.running.iter_mut().for_each(|count| act(&mut count.info));
    for hint in &mut source.titles {
        if let TitleOf::Line(hash) = &mut hint.of {
            act(hash);
        }
    }
    let Anchors { lines, turns, tool_calls, texts } = &mut source.anchors;
    [lines, turns, tool_calls, texts].into_iter().flatten().for_each(|anchor| act(&mut anchor.hash));
}

/// The ids of a source as the first pass made them, in place of the numbers that [`times`] gave it.
pub fn ids(wire: &mut Wire, source: &mut SourceIndex) {
    let Anchors { lines, turns, tool_calls, texts } = &mut source.anchors;
    for list in [lines, turns, tool_calls, texts] {
        if wire.is_reading() {
            list.clear();
        }
        let mut last = 0;
        wire.list(list, no_anchor, &mut |wire, anchor| place(wire, anchor, &mut last));
    }
    each_id(source, &mut |id| wire.hash(id));
}

fn no_anchor() -> Anchor {
    Anchor { hash: 0, event: 0, part: 0 }
}

/// Where an anchor stands, from where the last one did.
fn place(wire: &mut Wire, anchor: &mut Anchor, last: &mut i64) {
    let mut difference = i64::from(anchor.event) - *last;
    wire.signed(&mut difference);
    *last = last.wrapping_add(difference);
    anchor.event = *last as u32;
    wire.small(&mut anchor.part);
}

fn needed_anchors(wire: &mut Wire, source: &mut SourceIndex, ids: &mut Ids) {
    let SourceIndex { anchors: Anchors { lines, turns, tool_calls, texts }, parts, .. } = source;
    for (list, of) in [(lines, Of::Line), (turns, Of::Turn), (tool_calls, Of::Call), (texts, Of::Text)] {
        let mut seen = vec![false; parts.len()];
        let mut needed = |anchor: &&Anchor| {
            let is_first = seen.get_mut(usize::from(anchor.part)).is_some_and(|seen| !std::mem::replace(seen, true));
            ids.is_needed(of, anchor, is_first, parts)
        };
        let mut kept: Vec<Anchor> = match wire.is_reading() {
            true => Vec::new(),
            false => list.iter().filter(|anchor| needed(anchor)).copied().collect(),
        };
        let (mut last, mut last_number) = (0, 0);
        wire.list(&mut kept, no_anchor, &mut |wire, anchor| {
            let number = if wire.is_reading() { 0 } else { ids.number(of, id_of(of, anchor, parts)) as i64 };
            let mut difference = number - last_number;
            wire.signed(&mut difference);
            last_number = last_number.wrapping_add(difference);
            if wire.is_reading() {
                anchor.hash = last_number as u64;
            }
            place(wire, anchor, &mut last);
        });
        if wire.is_reading() {
            *list = kept;
        }
    }
}

fn kind(wire: &mut Wire, kind: &mut SourceKind) {
    let (mut number, mut name) = match *kind {
        SourceKind::Log(id) => (0u64, id.to_owned()),
        SourceKind::Empty => (1, String::new()),
        SourceKind::NotText => (2, String::new()),
        SourceKind::Foreign => (3, String::new()),
        SourceKind::Beside(id) => (4, id.to_owned()),
    };
    wire.number(&mut number);
    wire.text(&mut name);
    let known = formats::by_id(&name).map(Format::id);
    *kind = match (number, known) {
        (0, Some(id)) => SourceKind::Log(id),
        (1, _) => SourceKind::Empty,
        (2, _) => SourceKind::NotText,
        (4, Some(id)) => SourceKind::Beside(id),
        // A format that this version does not know is listed as what it cannot read.
        _ => SourceKind::Foreign,
    };
}

/// The size of a file mostly is what was read of it.
fn size(wire: &mut Wire, source: &mut SourceIndex) {
    let bytes = source.bytes;
    let mut more = source.meta.size.map(|size| size.wrapping_sub(bytes) as i64);
    wire.maybe(&mut more, &mut |wire, more| wire.signed(more));
    source.meta.size = more.map(|more| bytes.wrapping_add(more as u64));
}

/// A number in place of the hash of what the ids of a part's answers are unique within.
fn family(wire: &mut Wire, part: &mut SessionPart, ids: &mut Ids) {
    let number = if wire.is_reading() { 0 } else { ids.number(Of::Family, (0, part.family)) as i64 };
    let mut difference = number - ids.last_family;
    wire.signed(&mut difference);
    ids.last_family = ids.last_family.wrapping_add(difference);
    if wire.is_reading() {
        part.family = ids.last_family as u64;
    }
}

fn strings(wire: &mut Wire, strings: &mut Strings) {
    let mut texts: Vec<String> = strings.texts().iter().map(|text| text.to_string()).collect();
    wire.texts(&mut texts);
    if wire.is_reading() {
        for text in texts {
            strings.intern(&text);
        }
    }
}

fn no_spawn() -> Spawn {
    Spawn {
        event: 0,
        part: 0,
        child: String::new(),
        total_tokens: Reported::NOT_RECORDED,
        duration_ms: Reported::NOT_RECORDED,
        tool_calls: Reported::NOT_RECORDED,
    }
}

fn spawn(wire: &mut Wire, spawn: &mut Spawn) {
    wire.small(&mut spawn.event);
    wire.small(&mut spawn.part);
    wire.text(&mut spawn.child);
    for number in [&mut spawn.total_tokens, &mut spawn.duration_ms, &mut spawn.tool_calls] {
        wire.reported(number);
    }
}

fn no_title() -> TitleHint {
    TitleHint { of: TitleOf::Line(0), text: String::new(), origin: TitleOrigin::Prompt }
}

fn title(wire: &mut Wire, hint: &mut TitleHint, ids: &mut Ids) {
    let (mut line, mut session) = match &hint.of {
        TitleOf::Line(hash) if wire.is_reading() => (*hash, None),
        TitleOf::Line(hash) => (ids.number(Of::Line, (0, *hash)), None),
        TitleOf::Session(id) => (0, Some(id.clone())),
    };
    wire.number(&mut line);
    wire.maybe_text(&mut session);
    if wire.is_reading() {
        hint.of = session.map_or(TitleOf::Line(line), TitleOf::Session);
    }
    wire.text(&mut hint.text);
    wire.one_of(&mut hint.origin, &TITLES);
}

fn problems(wire: &mut Wire, problems: &mut Problems) {
    let mut list = problems.as_slice().to_vec();
    let new = || Problem {
        kind: ProblemKind::Uncertain,
        line: None,
        reason: String::new(),
        excerpt: String::new(),
        count: 0,
    };
    wire.list(&mut list, new, &mut |wire, problem| {
        wire.one_of(&mut problem.kind, &PROBLEMS);
        wire.maybe(&mut problem.line, &mut |wire, line| wire.small(line));
        wire.text(&mut problem.reason);
        wire.text(&mut problem.excerpt);
        wire.small(&mut problem.count);
    });
    if wire.is_reading() {
        *problems = Problems::from(list);
    }
}
