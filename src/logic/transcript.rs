//! The rows of the transcript: which steps are shown, and what stands for those that are hidden.

use super::timeline::is_error;
use super::track::{Mark, Track, steps};
use crate::formats::{Durability, Format};
use crate::model::{EventKind, Wire, flags};

/// Why steps are hidden until somebody asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// History of another session, where it counts.
    Copied,
    /// On a branch that was given up.
    Abandoned,
}

/// Steps without a gap between them that are hidden for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub why: Aside,
    /// Its first and its last event.
    pub first: u32,
    pub last: u32,
    pub steps: u32,
    /// Its steps follow as rows.
    pub is_open: bool,
}

/// A row of the transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    Step(u32),
    Stretch(Stretch),
}

impl Row {
    /// The event that it stands for, or the first of them.
    pub const fn event(&self) -> u32 {
        match self {
            Self::Step(event) => *event,
            Self::Stretch(stretch) => stretch.first,
        }
    }
}

/// Which steps one wants to look at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    All,
    /// What people and models said to each other.
    Conversation,
    /// Calls of tools.
    Tools,
    /// What failed.
    Errors,
}

impl Focus {
    pub const ALL: [Self; 4] = [Self::All, Self::Conversation, Self::Tools, Self::Errors];

    /// Stable name, as links write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Conversation => "conversation",
            Self::Tools => "tools",
            Self::Errors => "errors",
        }
    }

    /// Whether a step is looked at.
    pub fn keeps(self, mark: &Mark) -> bool {
        use EventKind::{Compaction, Error, Prompt, Response, ToolCall, ToolResult};
        match self {
            Self::All => true,
            Self::Conversation => matches!(mark.kind, Prompt | Response | Compaction | Error),
            Self::Tools => matches!(mark.kind, ToolCall | ToolResult),
            Self::Errors => is_error(mark),
        }
    }
}

/// How large prompts were before an event and after it, tokens, as far as requests nearby tell.
pub fn context_around(track: &Track, event: u32) -> (Option<u32>, Option<u32>) {
    /// So many events away a request still tells.
    const NEAR: u32 = 200;
    let context = |number: u32| track.get(number).and_then(|mark| mark.context);
    let before = (event.saturating_sub(NEAR)..event).rev().find_map(context);
    (before, (event.saturating_add(1)..event.saturating_add(NEAR)).find_map(context))
}

fn aside(mark: &Mark) -> Option<Aside> {
    match mark {
        _ if mark.has(flags::COPIED) => Some(Aside::Copied),
        _ if mark.has(flags::ABANDONED) => Some(Aside::Abandoned),
        _ => None,
    }
}

/// The rows for these events: each stretch that is no part of the session's own way is one row, which stays when it is
/// opened.
pub fn rows(track: &Track, events: &[u32], is_open: &dyn Fn(&Stretch) -> bool) -> Vec<Row> {
    let mut rows = Vec::with_capacity(events.len());
    let why = |event: &u32| track.get(*event).and_then(aside);
    for same in events.chunk_by(|a, b| why(a) == why(b)) {
        let (Some(first), Some(last)) = (same.first(), same.last()) else { continue };
        let Some(why) = why(first) else {
            rows.extend(same.iter().copied().map(Row::Step));
            continue;
        };
        let closed = Stretch { why, first: *first, last: *last, steps: same.len() as u32, is_open: false };
        let stretch = Stretch { is_open: is_open(&closed), ..closed };
        rows.push(Row::Stretch(stretch));
        rows.extend(same.iter().copied().filter(|_| stretch.is_open).map(Row::Step));
    }
    rows
}

/// The steps that are no history of another session and on no branch that was given up.
pub fn own_steps(track: &Track) -> Vec<u32> {
    let is_own = |event: &u32| track.get(*event).is_some_and(|mark| aside(mark).is_none());
    steps(track).into_iter().filter(is_own).collect()
}

/// Which set of rules says whether an event must not be lost (codetether.md §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RuleSet {
    Earlier,
    #[default]
    Newer,
}

/// The events that one asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wanted {
    /// All steps.
    #[default]
    All,
    /// Whatever must not be lost, steps or not.
    Durable(RuleSet),
    /// The rest of which the rules know.
    Ephemeral(RuleSet),
}

/// What a format says of the events of one session.
#[derive(Debug, Clone, Default, PartialEq, Wire)]
pub struct Durabilities {
    /// By the numbers of the track's names.
    names: Vec<Option<Durability>>,
    /// Calls of tools and their results go by the tool's name.
    calls: Option<Durability>,
    results: Option<Durability>,
}

impl Durabilities {
    /// Nothing unless the names are those of a format that makes the difference.
    pub fn new(format: &dyn Format, names: &[String]) -> Self {
        let of = |kind: EventKind, name: &str| format.durability(kind, name);
        let names: Vec<Option<Durability>> = names.iter().map(|name| of(EventKind::Other, name)).collect();
        match names.iter().any(Option::is_some) {
            true => Self { names, calls: of(EventKind::ToolCall, ""), results: of(EventKind::ToolResult, "") },
            false => Self::default(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether an event must not be lost, by both sets.
    pub fn of(&self, mark: &Mark) -> Option<Durability> {
        match mark.kind {
            EventKind::ToolCall => self.calls,
            EventKind::ToolResult => self.results,
            _ => self.names.get(usize::from(mark.name)).copied().flatten(),
        }
    }

    /// The events that are wanted, in order.
    pub fn pick(&self, track: &Track, wanted: Wanted) -> Vec<u32> {
        let (set, is_durable) = match wanted {
            Wanted::All => return steps(track),
            Wanted::Durable(set) => (set, true),
            Wanted::Ephemeral(set) => (set, false),
        };
        let told = |mark: &Mark| {
            let known = self.of(mark)?;
            if set == RuleSet::Earlier { known.earlier } else { known.newer }
        };
        let is_wanted = |event: &u32| track.get(*event).and_then(told) == Some(is_durable);
        (0..track.len() as u32).filter(is_wanted).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats;

    fn mark(kind: EventKind, flags: u8, name: u16) -> Mark {
        Mark { kind, flags, at_ms: None, duration_ms: None, context: None, output: None, name }
    }

    fn track(flags: &[u8]) -> Track {
        Track::new(flags.iter().map(|flags| mark(EventKind::Prompt, *flags, 0)).collect(), vec![String::new()])
    }

    #[test]
    fn what_is_not_the_sessions_own_way_is_one_row_until_it_is_opened() {
        use flags::{ABANDONED, COPIED};
        let track = track(&[COPIED, COPIED | ABANDONED, 0, ABANDONED, ABANDONED, 0]);
        let all: Vec<u32> = (0..6).collect();
        let copied = Stretch { why: Aside::Copied, first: 0, last: 1, steps: 2, is_open: false };
        let abandoned = Stretch { why: Aside::Abandoned, first: 3, last: 4, steps: 2, is_open: false };
        let closed = [Row::Stretch(copied), Row::Step(2), Row::Stretch(abandoned), Row::Step(5)];
        assert_eq!(rows(&track, &all, &|_| false), closed);
        let opened = Row::Stretch(Stretch { is_open: true, ..abandoned });
        let one_open = [Row::Stretch(copied), Row::Step(2), opened, Row::Step(3), Row::Step(4), Row::Step(5)];
        assert_eq!(rows(&track, &all, &|stretch| stretch.first == 3), one_open);
        assert_eq!(own_steps(&track), [2, 5]);
        assert_eq!(rows(&track, &[], &|_| true), []);
    }

    #[test]
    fn stretches_are_of_steps_next_to_each_other_in_what_is_shown() {
        let track = track(&[flags::ABANDONED, 0, flags::ABANDONED]);
        let one = Stretch { why: Aside::Abandoned, first: 0, last: 2, steps: 2, is_open: false };
        assert_eq!(rows(&track, &[0, 2], &|_| false), [Row::Stretch(one)]);
    }

    #[test]
    fn a_focus_keeps_some_kinds_of_steps() {
        use EventKind::{Prompt, Response, Thinking, ToolCall};
        let failed = mark(ToolCall, flags::FAILED, 0);
        let marks = [mark(Prompt, 0, 0), mark(Thinking, 0, 0), mark(Response, 0, 0), mark(ToolCall, 0, 0), failed];
        let kept = |focus: Focus| marks.iter().map(|mark| focus.keeps(mark)).collect::<Vec<_>>();
        assert_eq!(kept(Focus::All), [true; 5]);
        assert_eq!(kept(Focus::Conversation), [true, false, true, false, false]);
        assert_eq!(kept(Focus::Tools), [false, false, false, true, true]);
        assert_eq!(kept(Focus::Errors), [false, false, false, false, true]);
    }

    #[test]
    fn a_compaction_stands_between_two_sizes() {
        let sized = |context| Mark { context, ..mark(EventKind::Response, 0, 0) };
        let marks =
            vec![sized(Some(170)), sized(None), mark(EventKind::Compaction, 0, 0), sized(None), sized(Some(34))];
        let track = Track::new(marks, vec![]);
        assert_eq!(context_around(&track, 2), (Some(170), Some(34)));
        assert_eq!(context_around(&track, 0), (None, Some(34)));
    }

    /// codetether.md §1: by both sets, calls of tools by their kind and not by the tool's name.
    #[test]
    fn durable_events_are_picked_by_either_set() {
        let format = formats::by_id("codetether").expect("we read it");
        let names = ["", "token_usage", "text_chunk", "bash"].map(str::to_owned);
        let known = Durabilities::new(format, &names);
        let (usage, piece) = (mark(EventKind::Usage, 0, 1), mark(EventKind::Delta, 0, 2));
        let call = mark(EventKind::ToolCall, 0, 3);
        let track = Track::new(vec![usage, piece, call, mark(EventKind::Prompt, 0, 0)], names.to_vec());
        let picked = |wanted| known.pick(&track, wanted);
        assert_eq!(
            (picked(Wanted::Durable(RuleSet::Newer)), picked(Wanted::Ephemeral(RuleSet::Newer))),
            (vec![0, 2], vec![1])
        );
        assert_eq!(
            (picked(Wanted::Durable(RuleSet::Earlier)), picked(Wanted::Ephemeral(RuleSet::Earlier))),
            (vec![0], vec![1, 2])
        );
        assert_eq!(known.pick(&track, Wanted::All), [2, 3]);
        let other = formats::by_id("fizeau").expect("we read it");
        assert!(Durabilities::new(other, &names).is_empty());
    }
}
