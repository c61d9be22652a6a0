//! Log dialects: one file (or folder) each, and one line in [`FORMATS`]. Foreign JSON shapes end here.

mod amp;
mod asked;
mod atif;
pub mod claude;
mod cline;
pub mod codetether;
pub mod codex;
pub mod content;
mod copilot;
mod cursor;
mod droid;
pub mod elements;
mod entire;
pub mod fizeau;
pub mod foreign;
mod gemini;
mod generic;
mod hf_trace;
mod inspect;
mod kimi;
pub mod mapping;
pub mod messages;
mod opencode;
mod otel;
mod pi;
pub mod presence;
mod qwen;
pub mod records;
pub mod sharing;
mod swe_agent;
pub mod terms;
pub mod title;

use crate::lines::Line;
use crate::model::{
    Anchor, Anchors, Body, Event, EventKind, EventRows, Metric, Problems, RunningCount, SessionPart, SourceMeta, Spawn,
    Strings, TitleHint, UsageRow, hash_of,
};
#[cfg(not(target_arch = "wasm32"))]
use crate::model::{Cut, ReplayEvent};
pub use ::lenient;
use serde_json::Value;
pub use sharing::Sharing;

/// A dialect that this program reads.
pub trait Format: Sync {
    /// Stable name: fixture folder, CSV column, link value.
    fn id(&self) -> &'static str;
    /// The agent's name for people.
    fn name(&self) -> &'static str;
    /// Whether these are its records. Sees JSON objects from the top of the source, never the file name.
    fn sniff(&self, head: &[Value]) -> bool;
    /// Whether it is only taken for what no other format knows, once enough has been seen.
    fn is_last_resort(&self) -> bool {
        false
    }
    /// A fresh first pass over one source.
    fn decoder(&'static self) -> Box<dyn Decoder>;
    /// Whether its runs call other agents, whose own logs may be loaded too and then count instead (DESIGN §4).
    fn wraps_others(&self) -> bool {
        false
    }
    /// Whether its logs tell each cost that is known, so that none is to be estimated (fizeau.md §7.4).
    fn tells_costs(&self) -> bool {
        false
    }
    /// Whether a recorded cost of 0 beside tokens only says that nobody computed it (claude-code.md P2).
    fn zero_cost_is_a_gap(&self) -> bool {
        false
    }
    /// Whether events of this kind and name must not be lost, where the format makes that difference. Calls of tools and
    /// their results go by the tool's name, which says nothing here.
    fn durability(&self, _kind: EventKind, _name: &str) -> Option<Durability> {
        None
    }
    /// Why logs of this format may lack a metric, in words that follow a number of rows; empty where nothing special is
    /// known.
    fn why_missing(&self, _metric: Metric) -> &'static str {
        ""
    }
    /// A tool that makes requests on the side which the log does not count, and what is therefore in no total.
    fn uncounted_tool(&self) -> Option<UncountedTool> {
        None
    }
    /// Whether a file with this path belongs to sessions of this format without being one, and holds what lines name.
    fn keeps_beside(&self, _path: &str) -> bool {
        false
    }
    /// What must stay and what can go when its logs are shared: ids, opaque values, thinking, output of tools (PRODUCT §7).
    fn sharing(&self) -> &'static Sharing;
    /// The content of one event, from its line. Never fails: what cannot be read is missing.
    fn body(&self, line: &[u8], block: u16) -> Body;
    /// What a line prints in the replay text (fizeau.md §6). Only the command prints it: in the worker it would be dead weight.
    #[cfg(not(target_arch = "wasm32"))]
    fn replay(&self, _line: &[u8], _rules: Cut) -> Vec<ReplayEvent> {
        Vec::new()
    }
}

/// A known undercount of a format (claude-code.md §6 "Web search").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UncountedTool {
    /// As its calls name it.
    pub tool: &'static str,
    pub what: &'static str,
}

/// Whether an event is durable, by an earlier and by a newer set of rules; `None` where the rules do not know it
/// (codetether.md §1).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, crate::model::Wire, serde::Serialize, serde::Deserialize,
)]
pub struct Durability {
    pub earlier: Option<bool>,
    pub newer: Option<bool>,
}

/// The first pass over one source: sees each line once, in order.
pub trait Decoder: Copied {
    fn line(&mut self, line: &Line<'_>, out: &mut Sink);
    /// After the last line.
    fn finish(&mut self, out: &mut Sink);
}

/// A first pass that can be ended and gone on with all the same: `serve` reads logs on so that grow. In the worker it
/// would be dead weight.
#[cfg(not(target_arch = "wasm32"))]
pub trait Copied: Send {
    fn copied(&self) -> Box<dyn Decoder>;
}

#[cfg(not(target_arch = "wasm32"))]
impl<D: Decoder + Clone + 'static> Copied for D {
    fn copied(&self) -> Box<dyn Decoder> {
        Box::new(self.clone())
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Clone for Box<dyn Decoder> {
    fn clone(&self) -> Self {
        (**self).copied()
    }
}

#[cfg(target_arch = "wasm32")]
pub trait Copied {}

#[cfg(target_arch = "wasm32")]
impl<D: Decoder> Copied for D {}

/// Where a decoder puts what it finds.
#[derive(Debug, Clone)]
pub struct Sink {
    pub meta: SourceMeta,
    pub strings: Strings,
    pub events: EventRows,
    pub usage: Vec<UsageRow>,
    pub running: Vec<RunningCount>,
    pub anchors: Anchors,
    pub spawns: Vec<Spawn>,
    pub titles: Vec<TitleHint>,
    pub parts: Vec<SessionPart>,
    pub problems: Problems,
    known: asked::Known,
}

impl Sink {
    pub fn new(meta: SourceMeta) -> Self {
        Self {
            meta,
            strings: Strings::default(),
            events: EventRows::default(),
            usage: Vec::new(),
            running: Vec::new(),
            anchors: Anchors::default(),
            spawns: Vec::new(),
            titles: Vec::new(),
            parts: Vec::new(),
            problems: Problems::default(),
            known: asked::Known::default(),
        }
    }

    /// Notes a tool call's own id, by which the logs of runs that wrap each other find each other (DESIGN §4).
    /// A call without an id is not known to others.
    pub fn tool_call(&mut self, id: &str, event: u32, part: u16) {
        if !id.is_empty() {
            self.anchors.tool_calls.push(Anchor { hash: hash_of(&[id]), event, part });
        }
    }

    /// Appends an event and returns its index.
    pub fn event(&mut self, event: Event) -> u32 {
        self.events.push(event)
    }
}

/// Every dialect we read, most specific first.
pub static FORMATS: &[&dyn Format] = &[
    &gemini::GEMINI,
    &copilot::COPILOT,
    &opencode::OPENCODE,
    &qwen::QWEN,
    &hf_trace::HF_TRACE,
    &droid::DROID,
    &pi::PI,
    &swe_agent::SWE_AGENT,
    &inspect::INSPECT,
    &atif::ATIF,
    &amp::AMP,
    &entire::ENTIRE,
    &kimi::KIMI,
    &otel::OTEL,
    &cline::CLINE,
    &cursor::CURSOR,
    &codetether::CodeTether,
    &codex::Codex,
    &fizeau::Fizeau,
    &claude::Claude,
    &generic::GENERIC,
];

/// The format for a source that no other one knows, by the objects at its top: a mapping, else the generic one.
pub fn last_resort(head: &[Value]) -> Option<&'static dyn Format> {
    if let Some(mapped) = mapping::best(head) {
        return Some(mapped);
    }
    let knows = |format: &&dyn Format| (1..=head.len()).any(|most| format.sniff(head.get(..most).unwrap_or_default()));
    FORMATS.iter().copied().filter(|format| format.is_last_resort()).find(knows)
}

/// Whether a format is taken only for what no other one knows, so that a user's mapping may come in its place.
pub fn is_guessed(id: &str) -> bool {
    by_id(id).is_some_and(Format::is_last_resort) || mapping::by_id(id).is_some()
}

/// The format whose sessions a file belongs to that is no log.
pub fn beside(path: &str) -> Option<&'static str> {
    FORMATS.iter().find(|format| format.keeps_beside(path)).map(|format| format.id())
}

/// The format with a stable name.
pub fn by_id(id: &str) -> Option<&'static dyn Format> {
    let known = FORMATS.iter().copied().find(|format| format.id() == id);
    known.or_else(|| mapping::by_id(id).map(|mapped| mapped as &dyn Format))
}
