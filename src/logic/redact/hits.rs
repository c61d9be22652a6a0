//! What was found, for those who decide what becomes of it.

use super::rules::Rule;
use crate::formats::sharing::TextKind;
use crate::model::Wire;

/// What is shown before and after a hit, in bytes.
const CONTEXT: usize = 60;

/// Where a line stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Wire)]
pub struct Place {
    /// Which of the sources that go into the output; the caller counts them.
    pub source: u32,
    /// 1-based.
    pub line: u32,
    /// Number of the line's first event in its session, where the caller knows it.
    pub event: Option<u32>,
}

/// Names one hit, whatever is decided about others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Wire)]
pub struct HitId {
    pub source: u32,
    pub line: u32,
    /// Its number within the line, from 0.
    pub number: u32,
}

/// One place where something is hidden, or could be.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Hit {
    pub id: HitId,
    pub place: Place,
    pub rule: Rule,
    /// What stands there once it is hidden. The same for the same secret.
    pub token: String,
    /// The secret itself: for the eyes of those who decide.
    pub secret: String,
    /// What stands before it in its line of text, with other secrets hidden.
    pub before: String,
    pub after: String,
    pub is_kept: bool,
}

/// What is to be hidden. By default every secret and candidate is, names are not, and nothing is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Decisions {
    pub kept_rules: Vec<Rule>,
    pub kept: Vec<HitId>,
    /// The other way round: these are hidden although their rule is kept.
    pub masked: Vec<HitId>,
    pub masks_names: bool,
    pub leaves_out_thinking: bool,
    pub leaves_out_tool_output: bool,
}

impl Decisions {
    /// Whether something found is kept.
    pub fn keeps(&self, rule: Rule, id: HitId) -> bool {
        if self.kept_rules.contains(&rule) { !self.masked.contains(&id) } else { self.kept.contains(&id) }
    }

    pub(super) fn leaves_out(&self) -> impl Fn(TextKind) -> bool + use<> {
        let (thinking, tool_output) = (self.leaves_out_thinking, self.leaves_out_tool_output);
        move |kind| match kind {
            TextKind::Thinking => thinking,
            TextKind::ToolOutput => tool_output,
        }
    }
}

/// How many places were masked, and how many were kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct Count {
    pub masked: u32,
    pub kept: u32,
}

/// The end of a text, within its last line.
pub(super) fn before(text: &[u8]) -> String {
    let line = text.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let start = line.len().saturating_sub(CONTEXT);
    let start = (start..line.len()).find(|at| is_boundary(line, *at)).unwrap_or(line.len());
    String::from_utf8_lossy(line.get(start..).unwrap_or_default()).into_owned()
}

/// The beginning of a text, within its first line.
pub(super) fn after(text: &[u8]) -> String {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let end = (0..=line.len().min(CONTEXT)).rev().find(|at| is_boundary(line, *at)).unwrap_or(0);
    String::from_utf8_lossy(line.get(..end).unwrap_or_default()).into_owned()
}

fn is_boundary(text: &[u8], at: usize) -> bool {
    text.get(at).is_none_or(|byte| byte & 0xC0 != 0x80)
}
