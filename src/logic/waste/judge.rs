//! The rules (docs/waste.md). A call is in one finding at most; the rules are asked in the order of [`Kind`].

use super::{Finding, Share};
use crate::logic::change::Op;
use crate::logic::files::Call;
use crate::logic::tool_kind::{ToolKind, tool_kind};
use crate::model::{Block, Body, Map, MapEntry, Wire, hash_of, sorted};

/// Why calls brought nothing new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Wire)]
pub enum Kind {
    /// Edits of one file that failed one after the other.
    FailingEdits,
    /// Calls of one tool that failed one after the other.
    Retries,
    /// The same part of a file was read again, though nobody changed the file.
    Reread,
    /// The same call once more, though no file was changed.
    Repeat,
}

impl Kind {
    /// Stable name, as exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FailingEdits => "failing-edits",
            Self::Retries => "retries",
            Self::Reread => "reread",
            Self::Repeat => "repeat",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::FailingEdits => "edits of one file failed in a row",
            Self::Retries => "calls failed in a row",
            Self::Reread => "read again, unchanged",
            Self::Repeat => "the same call again",
        }
    }
}

/// So many failures in a row make a finding.
const LEAST_EDITS: usize = 2;
const LEAST_RETRIES: usize = 3;

/// Failures in a row, of a file's edits or of a tool's calls.
#[derive(Default)]
struct Row {
    calls: Vec<u32>,
    tool: String,
}

/// Looks at calls in their order.
#[derive(Default)]
pub struct Judge {
    findings: Vec<Finding>,
    /// By file.
    edits: Map<String, Row>,
    /// By tool.
    failures: Map<String, Row>,
    /// Reads since the file was changed last, and calls since any was: where their finding is, if there is one.
    reads: Map<(String, u64), Option<usize>>,
    seen: Map<u64, Option<usize>>,
    calls: Vec<u32>,
}

/// Tools that are called again and again on purpose: to see whether something has happened.
fn waits(tool: &str) -> bool {
    let tool = tool.to_ascii_lowercase();
    ["output", "wait", "poll", "status", "stdin"].iter().any(|word| tool.contains(word))
}

impl Judge {
    /// A person spoke, or the context was cut down.
    pub fn anew(&mut self) {
        self.end_rows();
        self.reads.clear();
        self.seen.clear();
    }

    /// A call; `body` is the content of its own line.
    pub fn call(&mut self, call: &Call, body: &Body) {
        self.calls.push(call.event);
        let asked = body.blocks.iter().find_map(|block| match block {
            Block::Input(text) | Block::Command(text) => Some(&**text),
            _ => None,
        });
        let asked = asked.unwrap_or(&body.summary);
        let hash = hash_of(&[&call.tool, asked]);
        let changes = call.changes(body);
        let kind = tool_kind(&call.tool);
        let is_edit = changes.iter().any(|change| !change.is_read());
        if call.has_failed {
            // Failures are told by the rules of rows alone.
            match changes.iter().find(|change| !change.is_read()) {
                Some(change) => add(&mut self.edits, &change.path, call),
                None => add(&mut self.failures, &call.tool, call),
            }
            return;
        }
        for change in changes.iter().filter(|change| !change.is_read()) {
            if let Some(row) = self.edits.remove(&change.path) {
                self.end_row(Kind::FailingEdits, row, &change.path);
            }
            self.reads.retain(|(path, _), _| *path != change.path);
        }
        if let Some(row) = self.failures.remove(&call.tool) {
            self.end_row(Kind::Retries, row, "");
        }
        if is_edit {
            self.seen.clear();
            return;
        }
        let read = changes.iter().find(|change| matches!(change.op, Op::Read { .. })).map(|change| change.path.clone());
        match read.filter(|_| kind == ToolKind::Read) {
            Some(path) => {
                let what = path.clone();
                let known = self.reads.entry((path, hash));
                again(known, &mut self.findings, Kind::Reread, call, &what);
            }
            None if !waits(&call.tool) => {
                again(self.seen.entry(hash), &mut self.findings, Kind::Repeat, call, asked);
            }
            None => {}
        }
    }

    fn end_row(&mut self, kind: Kind, row: Row, what: &str) {
        let least = if kind == Kind::FailingEdits { LEAST_EDITS } else { LEAST_RETRIES };
        if row.calls.len() >= least {
            self.findings.push(Finding {
                kind,
                tool: row.tool,
                what: what.to_owned(),
                calls: row.calls,
                share: Share::default(),
            });
        }
    }

    fn end_rows(&mut self) {
        for (path, row) in std::mem::take(&mut self.edits) {
            self.end_row(Kind::FailingEdits, row, &path);
        }
        for (_, row) in std::mem::take(&mut self.failures) {
            self.end_row(Kind::Retries, row, "");
        }
    }

    /// All findings, those with the most calls first, and all calls.
    pub fn finish(mut self) -> (Vec<Finding>, Vec<u32>) {
        self.end_rows();
        let place = |finding: &Finding| (usize::MAX - finding.calls.len(), finding.calls.first().copied());
        (sorted(self.findings, |a, b| place(a).cmp(&place(b))), self.calls)
    }
}

fn add(rows: &mut Map<String, Row>, of: &str, call: &Call) {
    let row = rows.entry(of.to_owned()).or_default();
    row.tool.clone_from(&call.tool);
    row.calls.push(call.event);
}

/// The first time is remembered; each further one goes into a finding.
fn again<K: std::hash::Hash + Eq>(
    known: MapEntry<'_, K, Option<usize>>,
    findings: &mut Vec<Finding>,
    kind: Kind,
    call: &Call,
    what: &str,
) {
    /// Of a long input, characters.
    const LONGEST: usize = 120;
    let mut is_first = false;
    let place = known.or_insert_with(|| {
        is_first = true;
        None
    });
    if is_first {
        return;
    }
    let index = *place.get_or_insert(findings.len());
    if index == findings.len() {
        let what = crate::logic::excerpt::first_line(what, LONGEST);
        findings.push(Finding { kind, tool: call.tool.clone(), what, calls: Vec::new(), share: Share::default() });
    }
    if let Some(finding) = findings.get_mut(index) {
        finding.calls.push(call.event);
    }
}
