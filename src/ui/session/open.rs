//! What the parts of the page share: the session, its steps and which of them is chosen.

use super::bodies::Bodies;
use super::find::Find;
use super::transport::{Player, Told};
use crate::link::ViewState;
use crate::logic::files::Files;
use crate::logic::format::duration_text;
use crate::logic::replay::{Pace, Replay, Schedule, State};
use crate::logic::timeline::{self, Jump, Kind, Plan};
use crate::logic::track::{Mark, Track};
use crate::logic::transcript::{self, Focus, Row, Stretch, Wanted};
use crate::model::{Timestamp, flags};
use crate::ui::address;
use crate::ui::frame::is_plain_click;
use crate::ui::shared::{Derived, El, Kept, Live, el};
use crate::ui::store::Store;
use crate::worker::SessionDetail;
use std::sync::Arc;

/// The open session. Copies share it.
#[derive(Clone, Copy)]
pub struct Open {
    pub store: Store,
    pub detail: Kept<Arc<SessionDetail>>,
    pub track: Kept<Arc<Track>>,
    /// What one asks to see of it.
    pub wanted: Live<Wanted>,
    /// Which kinds of steps, as the link says.
    pub focus: Derived<Focus>,
    /// Stretches that were opened, by their first event.
    pub opened: Live<Vec<u32>>,
    /// The rows of the transcript.
    pub rows: Derived<Arc<Vec<Row>>>,
    /// The events among them, ascending.
    pub(super) steps: Derived<Arc<Vec<u32>>>,
    /// The event that the link names, or the one at the playhead while it plays.
    pub chosen: Derived<Option<u32>>,
    /// The event after which nothing is shown; `None` while there is no replay.
    pub playhead: Derived<Option<u32>>,
    pub player: Player,
    /// What the timeline draws, once it is put together; nothing where the log holds no times.
    pub plan: Kept<Option<Arc<Plan>>>,
    /// What is known at each of them, once somebody has asked.
    replay: Kept<Option<Arc<Replay>>>,
    /// The files that the session touched, when they are read.
    pub files: Live<Option<Arc<Files>>>,
    /// Why they could not be read.
    pub files_problem: Live<Option<String>>,
    pub is_files_open: Live<bool>,
    pub bodies: Bodies,
    /// What is looked for in it.
    pub find: Find,
    /// The table of marks stands in place of the timeline.
    pub is_table: Live<bool>,
    /// Where there is no room for the inspector it is a sheet, and this says whether it is up.
    pub is_sheet_open: Live<bool>,
    /// Blocks that were opened up, by event and block: they stay so when they leave the screen.
    pub unfolded: Kept<Vec<(u32, u16)>>,
    /// The event of the block that was opened up last.
    pub turned: Kept<Option<u32>>,
    /// What offsets count from.
    pub(super) origin_ms: Option<f64>,
}

/// The events of a session. Of a large one this takes as long as a frame: not in the task that draws its page.
pub fn track_of(detail: &SessionDetail) -> Arc<Track> {
    Arc::new(Track::from_bytes(&detail.track, detail.names.clone()).with_requests(detail.requests.clone()))
}

impl Open {
    /// Call once, in the component of the page, with the session's [`track_of`].
    pub fn new(store: Store, detail: Arc<SessionDetail>, track: Arc<Track>) -> Self {
        let origin_ms = timeline::origin_ms(&track);
        let for_chosen = track.clone();
        let (moving, pace) = (Live::new(None::<u32>), Live::new(Pace::default()));
        let named =
            Derived::new(move || store.view.with(|view| view.step.as_deref().and_then(|key| for_chosen.find(key))));
        let chosen = Derived::new(move || moving.get().or_else(|| named.get()));
        let focus = Derived::new(move || store.view.with(|view| view.focus));
        let (wanted, opened) = (Live::new(Wanted::All), Live::new(Vec::new()));
        let (for_rows, durabilities) = (track.clone(), detail.durabilities.clone());
        // Only these open a stretch: while others are played the rows stay as they are.
        let is_aside = |mark: &Mark| mark.has(flags::COPIED) || mark.has(flags::ABANDONED);
        let for_aside = track.clone();
        let aside = Derived::new(move || chosen.get().filter(|event| for_aside.get(*event).is_some_and(is_aside)));
        let rows = Derived::new(move || {
            let mut events = durabilities.pick(&for_rows, wanted.get());
            // A link may name a step that is hidden.
            let named = aside.get();
            let focus = focus.get();
            if focus != Focus::All {
                let is_kept = |event: &u32| for_rows.get(*event).is_some_and(|mark| focus.keeps(mark));
                events.retain(|event| is_kept(event) || named == Some(*event));
            }
            let holds = |stretch: &Stretch| named.is_some_and(|event| (stretch.first..=stretch.last).contains(&event));
            let is_open = |stretch: &Stretch| opened.with(|opened| opened.contains(&stretch.first)) || holds(stretch);
            Arc::new(transcript::rows(&for_rows, &events, &is_open))
        });
        let steps = Derived::new(move || {
            let step = |row: &Row| if let Row::Step(event) = row { Some(*event) } else { None };
            rows.with(|rows| {
                let mut steps = Vec::with_capacity(rows.len());
                steps.extend(rows.iter().filter_map(step));
                Arc::new(steps)
            })
        });
        let is_replaying = Derived::new(move || store.view.with(|view| view.play.is_some()));
        let playhead = Derived::new(move || {
            let first = || steps.with(|steps| steps.first().copied());
            if is_replaying.get() { chosen.get().or_else(first) } else { None }
        });
        let for_schedule = track.clone();
        let schedule = Derived::new(move || {
            let pace = pace.get();
            Arc::new(steps.with(|steps| Schedule::new(&for_schedule, steps, pace)))
        });
        let player = Player::new((moving, pace), chosen, steps, schedule);
        let open = Self {
            store,
            bodies: Bodies::new(store, detail.row.key.clone()),
            find: Find::new(store, detail.row.key.clone()),
            wanted,
            focus,
            opened,
            rows,
            steps,
            chosen,
            playhead,
            player,
            plan: Kept::new(None),
            replay: Kept::new(None),
            detail: Kept::new(detail),
            track: Kept::new(track),
            files: Live::new(None),
            files_problem: Live::new(None),
            is_files_open: Live::new(false),
            is_table: Live::new(false),
            is_sheet_open: Live::new(false),
            unfolded: Kept::new(Vec::new()),
            turned: Kept::new(None),
            origin_ms,
        };
        player.hear(move |told| open.told(told));
        open
    }

    fn told(self, told: Told) {
        match told {
            // Not by `adjust`: the address is written when it stops.
            Told::Starts if self.store.view.with_untracked(|view| view.play != Some(false)) => {
                self.store.view.update(|view| view.play = Some(false));
            }
            Told::Starts => {}
            Told::Goes(event) => self.choose(event),
            Told::Stops(event) => {
                let step = event.and_then(|event| self.track().key(event));
                self.store.adjust(|view| (view.step, view.play) = (step, Some(false)));
            }
        }
    }

    /// Ends the replay: all steps are there again.
    pub fn show_all(self) {
        self.player.pause();
        self.player.has_ended.set(false);
        self.store.adjust(|view| view.play = None);
    }

    /// A link may ask to play at once. Call when the page is there.
    pub fn play_as_asked(self) {
        if self.store.view.with_untracked(|view| view.play == Some(true)) {
            self.player.play();
        }
    }

    /// Where the playhead is while it plays, milliseconds since the epoch; it moves on between the steps.
    pub fn playing_at(self) -> Option<f64> {
        let has_times = || self.player.schedule.with(|schedule| schedule.has_times());
        let is_moving = self.player.is_playing.get() && has_times();
        self.origin_ms.filter(|_| is_moving).zip(self.player.clock_ms()).map(|(origin, clock)| origin + clock)
    }

    /// The step after an event: what stands between the two belongs to the first.
    fn next(self, event: u32) -> Option<u32> {
        self.steps.with(|steps| steps.get(steps.partition_point(|step| *step <= event)).copied())
    }

    /// The step after the chosen one: what stands before it has happened. `None`: everything has.
    pub fn before(self) -> Option<u32> {
        self.chosen.get().and_then(|event| self.next(event))
    }

    /// What is known at the chosen step, and at the end where none is chosen.
    pub fn state(self) -> State {
        self.replay().at(self.before().map_or(usize::MAX, |event| event as usize))
    }

    /// What is known at a step.
    pub fn state_at(self, event: u32) -> State {
        self.replay().at(self.next(event).map_or(usize::MAX, |event| event as usize))
    }

    pub fn track(self) -> Arc<Track> {
        self.track.get()
    }

    /// What is known at each step. Put together for the first who asks: the steps are on screen before.
    pub fn replay(self) -> Arc<Replay> {
        self.replay.get().unwrap_or_else(|| {
            let replay = Arc::new(Replay::new(self.track(), self.detail.with(|detail| detail.spent.clone())));
            self.replay.set(Some(replay.clone()));
            replay
        })
    }

    pub fn steps(self) -> Arc<Vec<u32>> {
        self.steps.get()
    }

    /// The same for a moment: the caller does not follow them.
    pub fn steps_untracked(self) -> Arc<Vec<u32>> {
        self.steps.get_untracked()
    }

    /// Makes an event the chosen one; the link then names it.
    pub fn choose(self, event: u32) {
        self.reveal(event);
        if !self.player.moves_to(event) {
            let key = self.track().key(event);
            self.store.adjust(|view| view.step = key);
        }
    }

    /// Opens the stretch that hides an event, for good: it must not close when another step is chosen.
    fn reveal(self, event: u32) {
        let hidden = self.rows.with_untracked(|rows| {
            rows.iter().find_map(|row| match row {
                Row::Stretch(stretch) if (stretch.first..=stretch.last).contains(&event) => Some(stretch.first),
                _ => None,
            })
        });
        if let Some(first) = hidden.filter(|first| !self.opened.with_untracked(|opened| opened.contains(first))) {
            self.opened.update(|opened| opened.push(first));
        }
    }

    /// As [`Open::choose`], by somebody who wants to see more of it.
    pub fn inspect(self, event: u32) {
        self.choose(event);
        self.is_sheet_open.set(true);
    }

    fn href(self, event: u32) -> String {
        format!("#{}", self.view_at(event))
    }

    fn view_at(self, event: u32) -> ViewState {
        let step = self.track().key(event);
        self.store.view.with_untracked(|view| ViewState { step, ..view.clone() })
    }

    /// The whole address of an event, to be given to somebody.
    pub fn address(self, event: u32) -> String {
        address::absolute(&self.view_at(event))
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

    /// How many rows stand up to the playhead; all of them while there is no replay.
    pub fn shown_rows(self) -> usize {
        let playhead = self.playhead.get();
        self.rows.with(|rows| match playhead {
            Some(event) => rows.partition_point(|row| row.event() <= event),
            None => rows.len(),
        })
    }

    /// Whether there are steps after the playhead.
    pub fn hides_later(self) -> bool {
        self.shown_rows() < self.rows.with(|rows| rows.len())
    }

    /// The row of an event in the transcript, or the row before it if it has none.
    pub fn row_index(self, event: u32) -> usize {
        self.rows.with_untracked(|rows| {
            // A stretch has the event of its first step.
            let next = rows.partition_point(|row| row.event() <= event);
            next.saturating_sub(1)
        })
    }

    /// Opens or closes a stretch.
    pub fn turn(self, stretch: &Stretch) {
        let (first, last) = (stretch.first, stretch.last);
        let is_chosen = self.chosen.get_untracked().is_some_and(|event| (first..=last).contains(&event));
        self.opened.update(|opened| match opened.iter().position(|known| *known == first) {
            Some(place) => drop(opened.swap_remove(place)),
            None if !stretch.is_open => opened.push(first),
            None => {}
        });
        if stretch.is_open && is_chosen {
            self.store.adjust(|view| view.step = None);
        }
    }

    /// The position of a step now, or of the one before it if it is no step.
    pub fn step_index(self, event: u32) -> usize {
        self.player.index(event)
    }

    /// Goes to the next of a kind, or the one before. `wraps`: after the last comes the first.
    pub fn jump(self, to: Jump, is_back: bool, wraps: bool) {
        let targets = timeline::jumps(&self.track(), &self.steps.get_untracked(), to);
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
        name if matches!(kind, Kind::Other | Kind::System) && !name.is_empty() => name.to_owned(),
        _ => kind.word().to_owned(),
    }
}
