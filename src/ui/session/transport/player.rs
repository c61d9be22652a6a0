//! What moves the playhead. It is the chosen step while replay is on; while it plays, a step of its own that the link
//! does not follow.

use crate::logic::replay::{Pace, SPEEDS, Schedule, State};
use crate::logic::timeline::within;
use crate::ui::session::open::Open;
use crate::ui::shared::{Kept, Live, next_frame};
use leptos::prelude::window;
use std::sync::Arc;

/// A tab in the background gets no frames; when it comes back it goes on where it was, milliseconds.
const LONGEST_FRAME_MS: f64 = 250.0;
/// Speed 1 among [`SPEEDS`].
const USUAL_SPEED: usize = 1;

/// The state of playing. Copies share it.
#[derive(Clone, Copy)]
pub struct Player {
    pub is_playing: Live<bool>,
    /// The event at the playhead while it plays.
    pub moving: Live<Option<u32>>,
    pub pace: Live<Pace>,
    /// Index into [`SPEEDS`].
    pub speed: Live<usize>,
    /// Milliseconds that have been played, at speed 1; followed only by what moves in each frame. Where people want no
    /// motion it goes from step to step.
    pub played_ms: Live<f64>,
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
    pub fn new() -> Self {
        Self {
            is_playing: Live::new(false),
            moving: Live::new(None),
            pace: Live::new(Pace::default()),
            speed: Live::new(USUAL_SPEED),
            played_ms: Live::new(0.0),
            exact_ms: Kept::new(0.0),
            is_still: Kept::new(false),
            has_ended: Live::new(false),
            last_frame_ms: Kept::new(0.0),
            run: Kept::new(0),
        }
    }

    fn go_to(self, played_ms: f64) {
        self.exact_ms.set(played_ms);
        self.played_ms.set(played_ms);
    }

    fn speed(self) -> f64 {
        SPEEDS.get(self.speed.get_untracked()).map_or(1.0, |(speed, _)| *speed)
    }

    /// The next faster speed, or the next slower one.
    pub fn change_speed(self, by: isize) {
        self.speed.update(|speed| *speed = speed.saturating_add_signed(by).min(SPEEDS.len() - 1));
    }
}

impl Open {
    fn schedule(self) -> Arc<Schedule> {
        self.schedule.get_untracked()
    }

    /// Plays from the chosen step; from the first one where there is none, or nothing after it.
    pub fn play(self) {
        let steps = self.steps.get_untracked();
        let here = self.chosen.get_untracked().map(|event| self.step_index(event));
        let index = here.filter(|index| index + 1 < steps.len()).unwrap_or(0);
        let Some(first) = steps.get(index) else { return };
        let player = self.player;
        player.has_ended.set(false);
        player.moving.set(Some(*first));
        player.go_to(self.schedule().due(index, 1.0));
        // Not by `adjust`: the address is written when it stops.
        if self.store.view.with_untracked(|view| view.play != Some(false)) {
            self.store.view.update(|view| view.play = Some(false));
        }
        player.is_still.set(is_motion_unwanted());
        player.is_playing.set(true);
        player.last_frame_ms.set(js_sys::Date::now());
        player.run.update(|run| *run += 1);
        let run = player.run.get();
        next_frame(move || self.frame(run));
    }

    /// Stops where it is. Later steps stay hidden.
    pub fn pause(self) {
        if !self.player.is_playing.get_untracked() {
            return;
        }
        self.player.is_playing.set(false);
        let step = self.player.moving.get_untracked().and_then(|event| self.track().key(event));
        self.store.adjust(|view| (view.step, view.play) = (step, Some(false)));
        self.player.moving.set(None);
    }

    pub fn turn_playing(self) {
        match self.player.is_playing.get_untracked() {
            true => self.pause(),
            false => self.play(),
        }
    }

    /// Ends the replay: all steps are there again.
    pub fn show_all(self) {
        self.pause();
        self.player.has_ended.set(false);
        self.store.adjust(|view| view.play = None);
    }

    /// A link may ask to play at once. Call when the page is there.
    pub fn play_as_asked(self) {
        if self.store.view.with_untracked(|view| view.play == Some(true)) {
            self.play();
        }
    }

    /// While it plays the playhead goes there and on; answers whether it does play.
    pub fn moves_to(self, event: u32) -> bool {
        self.player.has_ended.set(false);
        let is_playing = self.player.is_playing.get_untracked();
        if is_playing {
            self.player.moving.set(Some(event));
            self.player.go_to(self.schedule().due(self.step_index(event), 1.0));
        }
        is_playing
    }

    /// Goes on by one frame: at most one change of the playhead.
    fn frame(self, run: u32) {
        let player = self.player;
        if player.run.try_with(|now| *now) != Some(run) || !player.is_playing.get_untracked() {
            return;
        }
        let now = js_sys::Date::now();
        let passed = within(now - player.last_frame_ms.get(), 0.0, LONGEST_FRAME_MS);
        player.last_frame_ms.set(now);
        let schedule = self.schedule();
        let played = (player.exact_ms.get() + passed * player.speed()).min(schedule.length_ms());
        player.exact_ms.set(played);
        let index = schedule.step_at(played);
        let seen = if player.is_still.get() { schedule.due(index, 1.0) } else { played };
        if player.played_ms.get_untracked() != seen {
            player.played_ms.set(seen);
        }
        let step = self.steps.with_untracked(|steps| steps.get(index).copied());
        if step.is_some() && player.moving.get_untracked() != step {
            player.moving.set(step);
        }
        if played >= schedule.length_ms() {
            self.pause();
            player.has_ended.set(true);
            return;
        }
        next_frame(move || self.frame(run));
    }

    /// Another pace: what has been played is where the playhead is.
    pub fn set_pace(self, pace: Pace) {
        let event = self.player.moving.get_untracked();
        self.player.pace.set(pace);
        if let Some(event) = event {
            self.player.go_to(self.schedule().due(self.step_index(event), 1.0));
        }
    }

    /// The log's clock at the playhead, milliseconds since the start; `None` where nothing is chosen.
    pub fn clock_ms(self) -> Option<f64> {
        let schedule = self.schedule.get();
        match self.player.is_playing.get() {
            true => Some(schedule.clock_at(self.player.played_ms.get())),
            false => self.chosen.get().map(|event| schedule.clock_of(self.step_index(event))),
        }
    }

    /// Where the playhead is while it plays, milliseconds since the epoch; it moves on between the steps.
    pub fn playing_at(self) -> Option<f64> {
        let has_times = self.schedule.with(|schedule| schedule.has_times());
        let is_moving = self.player.is_playing.get() && has_times;
        self.origin_ms.filter(|_| is_moving).zip(self.clock_ms()).map(|(origin, clock)| origin + clock)
    }

    /// The step after the chosen one: what stands before it has happened. `None`: everything has.
    pub fn before(self) -> Option<u32> {
        self.chosen.get().and_then(|event| self.steps.with(|steps| next(steps, event)))
    }

    /// What is known at the chosen step, and at the end where none is chosen.
    pub fn state(self) -> State {
        let before = self.before();
        self.replay().at(before.map_or(usize::MAX, |event| event as usize))
    }

    /// Goes where this share of the session's time is over.
    pub fn go_to_share(self, share: f64) {
        if let Some(step) = self.steps.get_untracked().get(self.schedule().step_at_share(share)) {
            self.choose(*step);
        }
    }
}

fn is_motion_unwanted() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

/// The step after an event: what stands between the two belongs to the first.
fn next(steps: &[u32], event: u32) -> Option<u32> {
    steps.get(steps.partition_point(|step| *step <= event)).copied()
}
