//! What the parts of the page share: the session, its steps and which of them is chosen.

use super::bodies::Bodies;
use crate::link::ViewState;
use crate::logic::format::duration_text;
use crate::logic::timeline::{self, Jump, Kind};
use crate::logic::track::{self, Mark, Track};
use crate::model::{Timestamp, flags};
use crate::ui::frame::is_plain_click;
use crate::ui::shared::{Derived, El, Kept, Live, el};
use crate::ui::store::Store;
use crate::worker::SessionDetail;
use std::collections::HashSet;
use std::sync::Arc;

/// The open session. Copies share it.
#[derive(Clone, Copy)]
pub struct Open {
    pub store: Store,
    pub detail: Kept<Arc<SessionDetail>>,
    pub track: Kept<Arc<Track>>,
    /// Events that are rows of the transcript, ascending.
    pub steps: Kept<Arc<Vec<u32>>>,
    /// The event that the link names.
    pub chosen: Derived<Option<u32>>,
    pub bodies: Bodies,
    /// The table of marks stands in place of the timeline.
    pub is_table: Live<bool>,
    /// Where there is no room for the inspector it is a sheet, and this says whether it is up.
    pub is_sheet_open: Live<bool>,
    /// Blocks that were opened up, by event and block: they stay so when they leave the screen.
    pub unfolded: Kept<HashSet<(u32, u16)>>,
    /// What offsets count from.
    origin_ms: Option<f64>,
}

impl Open {
    /// Call once, in the component of the page.
    pub fn new(store: Store, detail: Arc<SessionDetail>) -> Self {
        let track = Arc::new(Track::from_bytes(&detail.track, detail.names.clone()));
        let steps = Arc::new(track::steps(&track));
        let origin_ms = timeline::origin_ms(&track);
        let for_chosen = track.clone();
        let chosen =
            Derived::new(move || store.view.with(|view| view.step.as_deref().and_then(|key| for_chosen.find(key))));
        Self {
            store,
            bodies: Bodies::new(store, detail.row.key.clone()),
            detail: Kept::new(detail),
            track: Kept::new(track),
            steps: Kept::new(steps),
            chosen,
            is_table: Live::new(false),
            is_sheet_open: Live::new(false),
            unfolded: Kept::new(HashSet::new()),
            origin_ms,
        }
    }

    pub fn track(self) -> Arc<Track> {
        self.track.get()
    }

    pub fn steps(self) -> Arc<Vec<u32>> {
        self.steps.get()
    }

    /// Makes an event the chosen one; the link then names it.
    pub fn choose(self, event: u32) {
        let key = self.track().key(event);
        self.store.adjust(|view| view.step = key);
    }

    /// As [`Open::choose`], by somebody who wants to see more of it.
    pub fn inspect(self, event: u32) {
        self.choose(event);
        self.is_sheet_open.set(true);
    }

    fn href(self, event: u32) -> String {
        let step = self.track().key(event);
        let view = self.store.view.with_untracked(|view| ViewState { step, ..view.clone() });
        format!("#{view}")
    }

    /// A link to an event; a plain click chooses it.
    pub fn link(self, event: u32, choose: fn(Self, u32)) -> El {
        el("a").attr("href", &self.href(event)).on("click", move |click| {
            if is_plain_click(&click) {
                click.prevent_default();
                choose(self, event);
            }
        })
    }

    /// For `aria-current` of whatever stands for an event.
    pub fn current(self, event: u32) -> Option<String> {
        (self.chosen.get() == Some(event)).then(|| "true".to_owned())
    }

    /// The row of an event, or the row before it if it has none.
    pub fn step_index(self, event: u32) -> usize {
        self.steps.with(|steps| steps.partition_point(|step| *step <= event).saturating_sub(1))
    }

    /// Goes so many steps on, or back; without a chosen step to the first or the last.
    pub fn step_by(self, by: isize) {
        let steps = self.steps();
        let index = match self.chosen.get_untracked() {
            Some(event) => self.step_index(event).saturating_add_signed(by).min(steps.len().saturating_sub(1)),
            // Home and End know where to go even then.
            None if by > 0 && by < isize::MAX || by == isize::MIN => 0,
            None => steps.len().saturating_sub(1),
        };
        if let Some(step) = steps.get(index) {
            self.choose(*step);
        }
    }

    /// Goes to the next of a kind, or the one before. `wraps`: after the last comes the first.
    pub fn jump(self, to: Jump, is_back: bool, wraps: bool) {
        let targets = timeline::jumps(&self.track(), &self.steps(), to);
        let here = self.chosen.get_untracked();
        let next = match (here, is_back) {
            (None, _) => targets.first(),
            (Some(here), false) => targets.iter().find(|target| **target > here),
            (Some(here), true) => targets.iter().rfind(|target| **target < here),
        };
        if let Some(target) = next.or(if wraps { targets.first() } else { None }) {
            self.choose(*target);
        }
    }

    /// Time since the start of the session; empty for an event without a time.
    pub fn offset_text(self, mark: &Mark) -> String {
        let offset = mark.at_ms.zip(self.origin_ms).map(|(at, origin)| at - origin);
        offset.map(timeline::offset_text).unwrap_or_default()
    }

    /// When the session began, as its events tell.
    pub fn origin(self) -> Option<Timestamp> {
        self.origin_ms.map(|ms| Timestamp::from_ms(ms as i64))
    }

    /// A few words for an event: kind, tool, time, duration and whether it failed.
    pub fn describe(self, event: u32) -> String {
        let track = self.track();
        let Some(mark) = track.get(event) else { return String::new() };
        let kind = timeline::kind_of(&track, mark);
        let mut words = kind.word().to_owned();
        if is_tool(kind) && !track.name(mark).is_empty() {
            words = format!("{words} ({})", track.name(mark));
        }
        match self.offset_text(mark) {
            at if at.is_empty() => words.push_str(", without a time"),
            at => words.push_str(&format!(" at {at}")),
        }
        if let Some(ms) = mark.duration_ms {
            words.push_str(&format!(", {}", duration_text(u64::from(ms))));
        }
        if mark.has(flags::FAILED) {
            words.push_str(", failed");
        }
        words
    }
}

/// Whether steps of a kind are calls of a tool, called by the tool's own name.
pub const fn is_tool(kind: Kind) -> bool {
    matches!(kind, Kind::Shell | Kind::Read | Kind::Edit | Kind::Search | Kind::OtherTool | Kind::SubAgent)
}

/// What a step is called: a tool by its own name, anything else by its kind.
pub fn label(track: &Track, mark: &Mark) -> String {
    let kind = timeline::kind_of(track, mark);
    match track.name(mark) {
        name if is_tool(kind) && !name.is_empty() => name.to_owned(),
        name if kind == Kind::Other && !name.is_empty() => name.to_owned(),
        _ => kind.word().to_owned(),
    }
}
