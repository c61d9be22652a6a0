//! The open session played again: what is known at each step, and when each step is due (PRODUCT §5 Replay). Runs on the
//! page over the [`Track`](super::track::Track); knows no clock, it is told how long has been played.

mod schedule;
mod spent;
mod state;

pub use schedule::{IDLE_CAP_MS, Pace, SPEEDS, Schedule};
pub use spent::{Spent, spent};
pub use state::{Replay, State};

#[cfg(test)]
mod tests;
