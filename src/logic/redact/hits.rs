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
    pub leaves_out_images: bool,
}

impl Decisions {
    /// Whether something found is kept.
    pub fn keeps(&self, rule: Rule, id: HitId) -> bool {
        if self.kept_rules.contains(&rule) { !self.masked.contains(&id) } else { self.kept.contains(&id) }
    }

    /// Decides about one place.
    pub fn decide(&mut self, rule: Rule, place: HitId, keeps: bool) {
        let is_exception = keeps != self.kept_rules.contains(&rule);
        self.forget(place);
        let exceptions = if keeps { &mut self.kept } else { &mut self.masked };
        exceptions.extend(is_exception.then_some(place));
    }

    /// Decides about all of a rule, whatever was decided about its places.
    pub fn decide_all(&mut self, rule: Rule, places: impl Iterator<Item = HitId>, keeps: bool) {
        places.for_each(|place| self.forget(place));
        self.kept_rules.retain(|known| *known != rule);
        self.kept_rules.extend(keeps.then_some(rule));
    }

    fn forget(&mut self, place: HitId) {
        self.kept.retain(|known| *known != place);
        self.masked.retain(|known| *known != place);
    }

    /// Whether anything is.
    pub(super) fn leaves_out_any(&self) -> bool {
        self.leaves_out_thinking || self.leaves_out_tool_output || self.leaves_out_images
    }

    pub(super) fn leaves_out(&self) -> impl Fn(TextKind) -> bool + use<> {
        let Self { leaves_out_thinking: thinking, leaves_out_tool_output: tool_output, .. } = *self;
        let images = self.leaves_out_images;
        move |kind| match kind {
            TextKind::Thinking => thinking,
            TextKind::ToolOutput => tool_output,
            TextKind::Images => images,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_decided_one_by_one_or_by_rule() {
        let place = |line| HitId { source: 0, line, number: 0 };
        let mut decisions = Decisions::default();
        let check = |decisions: &Decisions, kept: [bool; 3]| {
            let keeps = |line| decisions.keeps(Rule::Jwt, place(line));
            assert_eq!([keeps(1), keeps(2), decisions.keeps(Rule::Bearer, place(3))], kept);
        };
        decisions.decide(Rule::Jwt, place(1), true);
        decisions.decide(Rule::Jwt, place(1), true);
        check(&decisions, [true, false, false]);
        decisions.decide(Rule::Jwt, place(1), false);
        check(&decisions, [false, false, false]);
        assert_eq!(decisions, Decisions::default());
        decisions.decide(Rule::Jwt, place(1), true);
        let places = || [place(1), place(2)].into_iter();
        decisions.decide_all(Rule::Jwt, places(), false);
        check(&decisions, [false, false, false]);
        decisions.decide_all(Rule::Jwt, places(), true);
        decisions.decide(Rule::Jwt, place(2), false);
        check(&decisions, [true, false, false]);
        decisions.decide_all(Rule::Jwt, places(), true);
        check(&decisions, [true, true, false]);
    }
}
