//! Work of a session that brought nothing new, as far as its calls tell: docs/waste.md has the definitions. All of it are
//! guesses by rules, and called so wherever they are shown.

mod judge;
mod report;

pub use judge::{Judge, Kind};
pub use report::report;

use crate::archive::Archive;
use crate::formats;
use crate::logic::files::{Call, CallLine};
use crate::logic::replay::{Spent, spent};
use crate::logic::session::events;
use crate::model::{EventKind, Money, Scope, Tally, Wire, flags};

/// Calls that belong together by one rule.
#[derive(Debug, Clone, PartialEq, Eq, Wire)]
pub struct Finding {
    pub kind: Kind,
    pub tool: String,
    /// The file, or what was called for.
    pub what: String,
    /// The calls that brought nothing new, by their numbers in the track, ascending. The one before them, which did, is not
    /// among them.
    pub calls: Vec<u32>,
    /// Of the requests that asked for nothing but these.
    pub share: Share,
}

/// What requests of the model used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Wire)]
pub struct Share {
    pub requests: u32,
    /// Generated tokens.
    pub output: Tally,
    /// As far as it is known, and for how many of them it is.
    pub cost: Money,
    pub priced: u32,
}

impl Share {
    fn add(&mut self, request: &Spent) {
        self.requests += 1;
        self.output.add(request.output, request.is_partial);
        if let Some(amount) = request.amount.get() {
            self.cost = Money::from_wide_pico(i128::from(self.cost.pico()) + i128::from(amount.pico()));
            self.priced += 1;
        }
    }
}

/// All that was found in a session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Wire)]
pub struct Waste {
    /// Those with the most calls first.
    pub findings: Vec<Finding>,
    /// All calls of the session, and those that are in a finding.
    pub calls: u32,
    pub wasted: u32,
    /// Of the requests that asked for nothing but such calls.
    pub share: Share,
    /// Of all requests.
    pub all: Share,
}

/// Something that happened, in order.
pub enum Moment {
    /// A person spoke, or the context was cut down: what was done before may be done again for a reason.
    Anew,
    /// A call, to be read.
    Call(Box<Call>),
}

/// What rules look at in a session, in order; `None` when there is no such session.
pub fn moments(archive: &Archive, key: &str) -> Option<Vec<Moment>> {
    let session = archive.session(key)?;
    let format = formats::by_id(session.format)?;
    let mut found = Vec::new();
    for (number, at) in events(archive, session).enumerate() {
        let own = at.event.flags | session.flags_of(at.id, at.index);
        if own & (flags::ECHO | flags::COPIED | flags::ABANDONED) != 0 {
            continue;
        }
        match at.event.kind {
            EventKind::Prompt | EventKind::Compaction => found.push(Moment::Anew),
            EventKind::ToolCall => found.push(Moment::Call(Box::new(Call {
                event: number as u32,
                tool: at.source.strings.get(at.event.name).to_owned(),
                has_failed: at.event.has(flags::FAILED),
                is_command: false,
                format,
                lines: vec![CallLine { source: at.id, span: at.event.span, block: at.event.block }],
            }))),
            _ => {}
        }
    }
    Some(found)
}

/// Sums up what a judge found in a session; `calls` are all of its calls, ascending.
pub fn sum(archive: &Archive, key: &str, calls: &[u32], findings: Vec<Finding>) -> Waste {
    let mut waste = Waste { findings, calls: calls.len() as u32, ..Waste::default() };
    let mut wasted: Vec<u32> = waste.findings.iter().flat_map(|finding| finding.calls.iter().copied()).collect();
    wasted = crate::model::sorted(wasted, Ord::cmp);
    waste.wasted = wasted.len() as u32;
    let Some(session) = archive.session(key) else { return waste };
    let spent = spent(archive, session);
    let requests: Vec<_> = spent.iter().filter(|spent| spent.scope == Scope::Request).collect();
    let own =
        |of: &[u32], from: u32, end: u32| of.partition_point(|it| *it < end) - of.partition_point(|it| *it < from);
    for (nth, request) in requests.iter().enumerate() {
        waste.all.add(request);
        let (from, end) = (request.event, requests.get(nth + 1).map_or(u32::MAX, |next| next.event));
        let asked = own(calls, from, end);
        if asked == 0 {
            continue;
        }
        if asked == own(&wasted, from, end) {
            waste.share.add(request);
        }
        for finding in waste.findings.iter_mut().filter(|finding| own(&finding.calls, from, end) == asked) {
            finding.share.add(request);
        }
    }
    waste
}

#[cfg(test)]
mod tests;
