//! Calls and results that no id holds together: paired by their order where that leaves no choice (claude-code.md §3.2).

use super::record::Record;
use crate::formats::lenient::value;
use serde_json::Value;

/// Calls, and then their results, until the next call or prompt.
#[derive(Default, Clone)]
pub struct Round {
    /// Event and hash of the id of each call, 0 for none.
    pub calls: Vec<(u32, u64)>,
    /// Results whose call is not known.
    pub results: Vec<Loose>,
    /// A result has come, whether it is known whose it is or not.
    pub has_result: bool,
}

/// A result without its call.
#[derive(Clone)]
pub struct Loose {
    pub event: u32,
    pub is_named: bool,
    /// 1-based line number.
    pub number: u32,
    /// The beginning of its line.
    pub excerpt: Box<[u8]>,
}

/// As much of a line as a problem shows.
const EXCERPT: usize = 160;

impl Loose {
    pub fn new(event: u32, is_named: bool, record: &Record<'_>) -> Self {
        let excerpt = record.bytes.get(..EXCERPT).unwrap_or(record.bytes).into();
        Self { event, is_named, number: record.number, excerpt }
    }
}

impl Round {
    /// Whether a call without an id waits in it.
    pub fn has_nameless(&self) -> bool {
        self.calls.iter().any(|(_, id)| *id == 0)
    }

    /// Each call and its id with its result, if there is a result for each, or only one call to choose, and no two ids
    /// contradict each other. Results beyond that are left.
    pub fn pairs(&self, waits: impl Fn(u32, u64) -> bool) -> Option<Vec<(u32, u64, u32)>> {
        let open: Vec<(u32, u64)> = self.calls.iter().copied().filter(|(event, id)| waits(*event, *id)).collect();
        let fits = |((_, id), result): (&(u32, u64), &Loose)| *id == 0 || !result.is_named;
        let is_clear = open.len() == self.results.len() || open.len() == 1;
        let pair = |((call, id), result): (&(u32, u64), &Loose)| (*call, *id, result.event);
        let pairs = || open.iter().zip(&self.results);
        (is_clear && pairs().all(fits)).then(|| pairs().map(pair).collect())
    }
}

/// What tells a call without an id from another one: all that it says.
pub fn told(line: &[u8], block: usize) -> String {
    let line = value(line);
    let content = line.as_ref().and_then(|line| line.get("message")?.get("content")?.get(block));
    content.map_or(String::new(), Value::to_string)
}
