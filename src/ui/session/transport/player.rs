//! What moves the playhead, of a session and of sessions side by side. While it plays, the playhead is a place of its own
//! that the link does not follow.

use crate::logic::replay::{Pace, SPEEDS, Schedule};
use crate::logic::timeline::within;
use crate::ui::shared::{Derived, Kept, Live, next_frame};
use leptos::prelude::window;
use std::rc::Rc;
use std::sync::Arc;

/// A tab in the background gets no frames; when it comes back it goes on where it was, milliseconds.
const LONGEST_FRAME_MS: f64 = 250.0;
/// Speed 1 among [`SPEEDS`].
const USUAL_SPEED: usize = 1;

/// What the owner of a player is told.
#[derive(Clone, Copy)]
pub enum Told {
    Starts,
    /// The playhead is to go there.
    Goes(u32),
    /// It stopped at this place.
    Stops(Option<u32>),
}

type Hears = Rc<dyn Fn(Told)>;

/// The state of playing. Copies share it.
#[derive(Clone, Copy)]
pub struct Player {
    /// The places that it plays, ascending: events of a session, or rows.
    pub stops: Derived<Arc<Vec<u32>>>,
    /// When they are due.
    pub schedule: Derived<Arc<Schedule>>,
    /// Where the playhead is, playing or not.
    pub at: Derived<Option<u32>>,
    tell: Kept<Option<Hears>>,
    pub is_playing: Live<bool>,
    /// The place of the playhead while it plays.
    moving: Live<Option<u32>>,
    pace: Live<Pace>,
    /// Index into [`SPEEDS`].
    pub speed: Live<usize>,
    /// Milliseconds that have been played, at speed 1; followed only by what moves in each frame. Where people want no
    /// motion it goes from step to step.
    played_ms: Live<f64>,
    /// The same, in each frame.
    exact_ms: Kept<f64>,
    is_still: Kept<bool>,
    /// It has played to the end, and nobody has gone elsewhere since.
    pub has_ended: Live<bool>,
    last_frame_ms: Kept<f64>,
    /// Rises with each start: frames of an older one end.
    run: Kept<u32>,
}

impl Player {
    /// `at` follows `moving` before all, and `schedule` the `pace`. Call [`Player::hear`] before anybody plays.
    pub fn new(
        (moving, pace): (Live<Option<u32>>, Live<Pace>),
        at: Derived<Option<u32>>,
        stops: Derived<Arc<Vec<u32>>>,
        schedule: Derived<Arc<Schedule>>,
    ) -> Self {
        Self {
            stops,
            schedule,
            at,
            tell: Kept::new(None),
            is_playing: Live::new(false),
            moving,
            pace,
            speed: Live::new(USUAL_SPEED),
            played_ms: Live::new(0.0),
            exact_ms: Kept::new(0.0),
            is_still: Kept::new(false),
            has_ended: Live::new(false),
            last_frame_ms: Kept::new(0.0),
            run: Kept::new(0),
        }
    }

    /// Who hears what the player does.
    pub fn hear(self, tell: impl Fn(Told) + 'static) {
        self.tell.set(Some(Rc::new(tell)));
    }

    fn tell(self, told: Told) {
        if let Some(tell) = self.tell.get() {
            tell(told);
        }
    }

    fn schedule(self) -> Arc<Schedule> {
        self.schedule.get_untracked()
    }

    fn put(self, played_ms: f64) {
        self.exact_ms.set(played_ms);
        self.played_ms.set(played_ms);
    }

    fn speed(self) -> f64 {
        SPEEDS.get(self.speed.get_untracked()).map_or(1.0, |(speed, _)| *speed)
    }

    /// The position of a stop, or of the one before it if it is none.
    pub fn index(self, stop: u32) -> usize {
        self.stops.with_untracked(|stops| stops.partition_point(|other| *other <= stop).saturating_sub(1))
    }

    /// Plays from where the playhead is; from the first stop where it is nowhere, or nothing comes after it.
    pub fn play(self) {
        let stops = self.stops.get_untracked();
        let here = self.at.get_untracked().map(|stop| self.index(stop));
        let index = here.filter(|index| index + 1 < stops.len()).unwrap_or(0);
        let Some(first) = stops.get(index) else { return };
        self.has_ended.set(false);
        self.moving.set(Some(*first));
        self.put(self.schedule().due(index, 1.0));
        self.tell(Told::Starts);
        self.is_still.set(is_motion_unwanted());
        self.is_playing.set(true);
        self.last_frame_ms.set(js_sys::Date::now());
        self.run.update(|run| *run += 1);
        let run = self.run.get();
        next_frame(move || self.frame(run));
    }

    /// Stops where it is.
    pub fn pause(self) {
        if !self.is_playing.get_untracked() {
            return;
        }
        self.is_playing.set(false);
        self.tell(Told::Stops(self.moving.get_untracked()));
        self.moving.set(None);
    }

    pub fn turn_playing(self) {
        match self.is_playing.get_untracked() {
            true => self.pause(),
            false => self.play(),
        }
    }

    /// While it plays the playhead goes there and on; answers whether it does play.
    pub fn moves_to(self, stop: u32) -> bool {
        self.has_ended.set(false);
        let is_playing = self.is_playing.get_untracked();
        if is_playing {
            self.moving.set(Some(stop));
            self.put(self.schedule().due(self.index(stop), 1.0));
        }
        is_playing
    }

    /// Goes on by one frame: at most one change of the playhead.
    fn frame(self, run: u32) {
        if self.run.try_with(|now| *now) != Some(run) || !self.is_playing.get_untracked() {
            return;
        }
        let now = js_sys::Date::now();
        let passed = within(now - self.last_frame_ms.get(), 0.0, LONGEST_FRAME_MS);
        self.last_frame_ms.set(now);
        let schedule = self.schedule();
        let played = (self.exact_ms.get() + passed * self.speed()).min(schedule.length_ms());
        self.exact_ms.set(played);
        let index = schedule.step_at(played);
        let seen = if self.is_still.get() { schedule.due(index, 1.0) } else { played };
        if self.played_ms.get_untracked() != seen {
            self.played_ms.set(seen);
        }
        let stop = self.stops.with_untracked(|stops| stops.get(index).copied());
        if stop.is_some() && self.moving.get_untracked() != stop {
            self.moving.set(stop);
        }
        if played >= schedule.length_ms() {
            self.pause();
            self.has_ended.set(true);
            return;
        }
        next_frame(move || self.frame(run));
    }

    /// Another pace: what has been played is where the playhead is.
    pub fn set_pace(self, pace: Pace) {
        let stop = self.moving.get_untracked();
        self.pace.set(pace);
        if let Some(stop) = stop {
            self.put(self.schedule().due(self.index(stop), 1.0));
        }
    }

    /// The logs' clock at the playhead, milliseconds since the start; `None` where it is nowhere.
    pub fn clock_ms(self) -> Option<f64> {
        let schedule = self.schedule.get();
        match self.is_playing.get() {
            true => Some(schedule.clock_at(self.played_ms.get())),
            false => self.at.get().map(|stop| schedule.clock_of(self.index(stop))),
        }
    }

    /// Goes so many stops on, or back; from nowhere to the first or the last.
    pub fn step_by(self, by: isize) {
        let stops = self.stops.get_untracked();
        let index = match self.at.get_untracked() {
            Some(stop) => self.index(stop).saturating_add_signed(by).min(stops.len().saturating_sub(1)),
            // Home and End know where to go even then.
            None if by > 0 && by < isize::MAX || by == isize::MIN => 0,
            None => stops.len().saturating_sub(1),
        };
        if let Some(stop) = stops.get(index) {
            self.tell(Told::Goes(*stop));
        }
    }

    /// The keys that mean the same wherever something is played (PRODUCT §5); whether this was one of them.
    pub fn pressed(self, key: &str, has_shift: bool) -> bool {
        let change_speed =
            |by| self.speed.update(|speed| *speed = speed.saturating_add_signed(by).min(SPEEDS.len() - 1));
        match (key, has_shift) {
            ("ArrowLeft", false) => self.step_by(-1),
            ("ArrowRight", false) => self.step_by(1),
            (" " | "k" | "K", _) => self.turn_playing(),
            ("<", _) => change_speed(-1),
            (">", _) => change_speed(1),
            ("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9", false) => {
                let share = key.parse::<u8>().map_or(0.0, f64::from) / 10.0;
                if let Some(stop) = self.stops.get_untracked().get(self.schedule().step_at_share(share)) {
                    self.tell(Told::Goes(*stop));
                }
            }
            ("Home", false) => self.step_by(isize::MIN),
            ("End", false) => self.step_by(isize::MAX),
            _ => return false,
        }
        true
    }
}

fn is_motion_unwanted() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
    query.is_some_and(|query| query.matches())
}
