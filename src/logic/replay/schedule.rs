//! When each step is due. Two clocks: the log's own, which people read, and the time of playing, in which long waits are
//! cut short.

use crate::logic::timeline::{origin_ms, within};
use crate::logic::track::Track;
use std::sync::Arc;

/// A wait is played for at most so long where idle time is capped, milliseconds.
pub const IDLE_CAP_MS: f64 = 2_000.0;
/// How much faster than the clock, with how people write it.
pub const SPEEDS: [(f64, &str); 6] =
    [(0.5, "0.5×"), (1.0, "1×"), (2.0, "2×"), (5.0, "5×"), (10.0, "10×"), (20.0, "20×")];

/// A step without text of its own stands for so long when paced, milliseconds.
const PACED_MS: f64 = 1_200.0;
/// A token is read in so many milliseconds: four a word, 300 words a minute would be 50; skimming is enough.
const PACED_TOKEN_MS: f64 = 8.0;
/// No step stands longer than that, milliseconds.
const PACED_MOST_MS: f64 = 5_000.0;

fn paced_ms(track: &Track, step: u32) -> f64 {
    let tokens = track.get(step).and_then(|mark| mark.output).map_or(0.0, f64::from);
    (PACED_MS + tokens * PACED_TOKEN_MS).min(PACED_MOST_MS)
}

/// How time passes while playing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pace {
    /// As it passed.
    Real,
    /// As it passed, but no wait is longer than [`IDLE_CAP_MS`].
    #[default]
    Idle,
    /// By how much there is to read; for logs without times.
    Paced,
}

impl Pace {
    pub const ALL: [Self; 3] = [Self::Real, Self::Idle, Self::Paced];
}

/// When the steps of a session are due.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schedule {
    /// For each step: milliseconds of playing at speed 1, from 0, never falling.
    played: Vec<f64>,
    /// For each step: the log's clock, milliseconds since the session's start, never falling; without times the time of
    /// playing.
    clock: Vec<f64>,
    pace: Pace,
    has_times: bool,
}

impl Schedule {
    /// The schedule of these steps, ascending events of the track. Without two times in the log all is paced.
    pub fn new(track: &Track, steps: &[u32], pace: Pace) -> Self {
        let time = |step: &u32| track.get(*step).and_then(|mark| mark.at_ms);
        let mut times = steps.iter().filter_map(time);
        let first = times.next();
        let has_times = first.is_some_and(|first| times.any(|time| time != first));
        let origin = origin_ms(track).unwrap_or(0.0);
        // Lines need not stand in the order of time, and a step without a time comes with the one before it.
        let mut now = 0.0f64;
        let mut clock: Vec<f64> = Vec::with_capacity(steps.len());
        for step in steps {
            now = now.max(time(step).map_or(now, |at| at - origin));
            clock.push(now);
        }
        Self::of(clock, steps.iter().map(|step| paced_ms(track, *step)).collect(), pace, has_times)
    }

    /// The schedule of rows in which sessions stand side by side, each a track with its step in each row or none. At a row
    /// that several of them share, those that are there first wait for the others.
    pub fn of_rows(sides: &[(Arc<Track>, Vec<Option<u32>>)], pace: Pace) -> Self {
        let rows = sides.iter().map(|side| side.1.len()).max().unwrap_or(0);
        let (mut clock, mut paced) = (vec![0.0f64; rows], vec![0.0f64; rows]);
        let own = |(track, cells): &(Arc<Track>, Vec<Option<u32>>)| {
            let steps: Vec<u32> = cells.iter().filter_map(|cell| *cell).collect();
            Self::new(track, &steps, Pace::Real)
        };
        let own: Vec<Self> = sides.iter().map(own).collect();
        // For each side its steps so far, and the clock of the row of the last one.
        let mut last = vec![(0, 0.0f64); sides.len()];
        let mut now = 0.0f64;
        for row in 0..rows {
            let here = |side: &usize| sides[*side].1.get(row).copied().flatten();
            for side in (0..sides.len()).filter(|side| here(side).is_some()) {
                let (step, came) = last[side];
                let before = if step > 0 { own[side].clock_of(step - 1) } else { 0.0 };
                let wait = if own[side].has_times { own[side].clock_of(step) - before } else { 0.0 };
                now = now.max(came + wait);
            }
            for side in 0..sides.len() {
                if let Some(event) = here(&side) {
                    last[side] = (last[side].0 + 1, now);
                    paced[row] = paced[row].max(paced_ms(&sides[side].0, event));
                }
            }
            clock[row] = now;
        }
        Self::of(clock, paced, pace, own.iter().any(|side| side.has_times))
    }

    fn of(clock: Vec<f64>, paced: Vec<f64>, pace: Pace, has_times: bool) -> Self {
        let pace = if has_times { pace } else { Pace::Paced };
        let mut played = Vec::with_capacity(clock.len());
        let mut due = 0.0;
        for (index, paced) in paced.into_iter().enumerate() {
            played.push(due);
            let gap = clock.get(index + 1).map_or(0.0, |next| next - clock[index]);
            due += match pace {
                Pace::Real => gap,
                Pace::Idle => gap.min(IDLE_CAP_MS),
                Pace::Paced => paced,
            };
        }
        let clock = if has_times { clock } else { played.clone() };
        Self { played, clock, pace, has_times }
    }

    /// Whether the log has times to go by.
    pub const fn has_times(&self) -> bool {
        self.has_times
    }

    /// The pace in use: paced whatever was asked for, where the log has no times.
    pub const fn pace(&self) -> Pace {
        self.pace
    }

    /// When a step is due, milliseconds after the first one at this speed; the last step's for those past it.
    pub fn due(&self, step: usize, speed: f64) -> f64 {
        self.played.get(step).or(self.played.last()).copied().unwrap_or(0.0) / speed
    }

    /// The step that is due after so many milliseconds of playing at speed 1.
    pub fn step_at(&self, played_ms: f64) -> usize {
        self.played.partition_point(|due| *due <= played_ms).saturating_sub(1)
    }

    /// How long it all plays at speed 1, milliseconds.
    pub fn length_ms(&self) -> f64 {
        self.due(usize::MAX, 1.0)
    }

    /// The log's clock at a step, milliseconds since the session's start.
    pub fn clock_of(&self, step: usize) -> f64 {
        self.clock.get(step).or(self.clock.last()).copied().unwrap_or(0.0)
    }

    /// The log's clock after so many milliseconds of playing at speed 1: between two steps it moves evenly.
    pub fn clock_at(&self, played_ms: f64) -> f64 {
        let step = self.step_at(played_ms);
        let (from, to) = (self.due(step, 1.0), self.due(step + 1, 1.0));
        let (start, end) = (self.clock_of(step), self.clock_of(step + 1));
        if to <= from { start } else { start + (end - start) * within((played_ms - from) / (to - from), 0.0, 1.0) }
    }

    /// The last step that has begun when this share of the session's time is over; for none of it the first.
    pub fn step_at_share(&self, share: f64) -> usize {
        if share <= 0.0 {
            return 0;
        }
        let (first, last) = (self.clock_of(0), self.clock_of(usize::MAX));
        let at = first + (last - first) * share;
        self.clock.partition_point(|clock| *clock <= at).saturating_sub(1)
    }

    /// The wait after a step that is not played in full, milliseconds as it was.
    pub fn cut_wait(&self, step: usize) -> Option<f64> {
        let wait = self.clock_of(step + 1) - self.clock_of(step);
        (self.pace == Pace::Idle && wait > IDLE_CAP_MS).then_some(wait)
    }
}
