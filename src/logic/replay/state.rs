//! What is known at a step: sums so far, what the context is now.

use super::spent::Spent;
use crate::archive::CostTally;
use crate::logic::timeline::is_error;
use crate::logic::track::{Mark, Track, is_step};
use crate::model::{EventKind, Reported, Scope, Tally, sorted};
use std::sync::Arc;

/// A state is kept for every so many events: a jump folds less than that.
const EVERY: usize = 256;

/// The session as far as it has come.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct State {
    /// Rows of the transcript, whatever of them is shown.
    pub steps: u32,
    /// Requests to the model, or turns where the log tells only these apart.
    pub requests: u32,
    /// Of those: with a recorded prompt size.
    pub with_context: u32,
    /// Generated tokens of the requests.
    pub output: Tally,
    pub cost: CostTally,
    /// The prompt size of the last request; a compaction makes it unknown until the next one.
    pub context_now: Reported<u64>,
    pub errors: u32,
    pub tool_calls: u32,
    /// What the log holds only as a total of the whole session, once that was reached.
    whole_output: Tally,
    whole_cost: CostTally,
}

impl State {
    /// Generated tokens so far; where the log's own total was reached, that.
    pub const fn output_so_far(&self) -> &Tally {
        if self.whole_output.reported > 0 { &self.whole_output } else { &self.output }
    }

    /// The cost so far; where the log's own total was reached, that.
    pub const fn cost_so_far(&self) -> &CostTally {
        if self.whole_cost.reported > 0 { &self.whole_cost } else { &self.cost }
    }
}

/// The states of a session.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    track: Arc<Track>,
    /// Ascending by event.
    spent: Vec<Spent>,
    /// After 0, `EVERY`, 2 · `EVERY` … events.
    kept: Vec<State>,
    has_whole: bool,
}

impl Replay {
    /// `spent` ascending by event.
    pub fn new(track: Arc<Track>, spent: Vec<Spent>) -> Self {
        let has_requests = spent.iter().any(|spent| spent.scope != Scope::Aggregate);
        let has_whole = spent.iter().any(|spent| spent.scope == Scope::Aggregate);
        let mut replay = Self { track, spent, kept: Vec::new(), has_whole };
        if !has_requests {
            replay.take_answers();
        }
        let mut state = State::default();
        replay.kept.push(state);
        for block in 0..replay.track.len() / EVERY {
            replay.fold(&mut state, block * EVERY, (block + 1) * EVERY);
            replay.kept.push(state);
        }
        replay
    }

    /// Where no request is told apart, answers are what the log says.
    fn take_answers(&mut self) {
        let answer = |(number, mark): (usize, &Mark)| {
            let event = number as u32;
            self.track.is_request(event).then(|| Spent {
                event,
                scope: Scope::Request,
                output: mark.output.map(u64::from).into(),
                is_partial: false,
                amount: Reported::NOT_RECORDED,
                is_computed: false,
                is_lower_bound: false,
                counts_tokens: false,
                counts_cost: false,
            })
        };
        let answers = self.track.marks().iter().enumerate().filter_map(answer);
        let all = self.spent.iter().copied().chain(answers).collect();
        self.spent = sorted(all, |a: &Spent, b: &Spent| a.event.cmp(&b.event));
    }

    /// Whether the log holds a total of the whole session.
    pub const fn has_whole(&self) -> bool {
        self.has_whole
    }

    /// The state after the first so many events.
    pub fn at(&self, events: usize) -> State {
        let events = events.min(self.track.len());
        let block = events / EVERY;
        let mut state = self.kept.get(block).copied().unwrap_or_default();
        self.fold(&mut state, block * EVERY, events);
        state
    }

    /// As [`Replay::at`], from the very beginning.
    #[cfg(test)]
    pub(super) fn folded(&self, events: usize) -> State {
        let mut state = State::default();
        self.fold(&mut state, 0, events);
        state
    }

    fn fold(&self, state: &mut State, from: usize, to: usize) {
        let first = self.spent.partition_point(|spent| (spent.event as usize) < from);
        let mut spent = self.spent[first..].iter().take_while(|spent| (spent.event as usize) < to).peekable();
        for (number, mark) in self.track.marks().iter().enumerate().take(to).skip(from) {
            state.steps += u32::from(is_step(mark));
            if mark.is_own() {
                // A result that failed is told with its call.
                state.errors += u32::from(is_step(mark) && is_error(mark));
                state.tool_calls += u32::from(mark.kind == EventKind::ToolCall);
            }
            if mark.kind == EventKind::Compaction {
                state.context_now = mark.context.map(u64::from).into();
            }
            while let Some(here) = spent.next_if(|spent| spent.event as usize == number) {
                state.add(here);
            }
            if self.track.is_request(number as u32) {
                state.with_context += u32::from(mark.context.is_some());
                state.context_now = Reported::from(mark.context.map(u64::from)).or(state.context_now);
            }
        }
    }
}

impl State {
    fn add(&mut self, spent: &Spent) {
        let (cost, notes) = spent.cost();
        if spent.scope == Scope::Aggregate {
            if spent.counts_tokens {
                self.whole_output.add(spent.output, spent.is_partial);
            }
            if spent.counts_cost {
                self.whole_cost.add(cost, notes);
            }
            return;
        }
        self.requests += 1;
        self.output.add(spent.output, spent.is_partial);
        self.cost.add(cost, notes);
    }
}
