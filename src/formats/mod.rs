//! Log dialects: one file (or folder) each, and one line in [`FORMATS`]. Foreign JSON shapes end here.

pub mod fizeau;
pub mod lenient;
pub mod title;

use crate::lines::Line;
use crate::model::{Body, Event, EventColumns, Problems, SessionPart, SourceMeta, Strings, UsageRow};
#[cfg(not(target_arch = "wasm32"))]
use crate::model::{Cut, ReplayEvent};
use serde_json::Value;

/// A dialect that this program reads.
pub trait Format: Sync {
    /// Stable name: fixture folder, CSV column, link value.
    fn id(&self) -> &'static str;
    /// The agent's name for people.
    fn name(&self) -> &'static str;
    /// Whether these are its records. Sees JSON objects from the top of the source, never the file name.
    fn sniff(&self, head: &[Value]) -> bool;
    /// A fresh first pass over one source.
    fn decoder(&self) -> Box<dyn Decoder>;
    /// The content of one event, from its line. Never fails: what cannot be read is missing.
    fn body(&self, line: &[u8], block: u16) -> Body;
    /// What a line prints in the replay text (fizeau.md §6). Only the command prints it: in the worker it would be dead weight.
    #[cfg(not(target_arch = "wasm32"))]
    fn replay(&self, line: &[u8], rules: Cut) -> Vec<ReplayEvent>;
}

/// The first pass over one source: sees each line once, in order.
pub trait Decoder {
    fn line(&mut self, line: &Line<'_>, out: &mut Sink);
    /// After the last line.
    fn finish(&mut self, out: &mut Sink);
}

/// Where a decoder puts what it finds.
#[derive(Debug)]
pub struct Sink {
    pub meta: SourceMeta,
    pub strings: Strings,
    pub events: EventColumns,
    pub usage: Vec<UsageRow>,
    pub parts: Vec<SessionPart>,
    pub problems: Problems,
}

impl Sink {
    pub fn new(meta: SourceMeta) -> Self {
        Self {
            meta,
            strings: Strings::default(),
            events: EventColumns::default(),
            usage: Vec::new(),
            parts: Vec::new(),
            problems: Problems::default(),
        }
    }

    /// Appends an event and returns its index.
    pub fn event(&mut self, event: Event) -> u32 {
        self.events.push(event)
    }
}

/// Every dialect we read, most specific first.
pub static FORMATS: &[&dyn Format] = &[&fizeau::Fizeau];

/// The format with a stable name.
pub fn by_id(id: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.id() == id)
}
