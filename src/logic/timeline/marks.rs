//! The row of signs above the lanes: what one looks for in a session.

use super::index::next_from;
use super::kind::{Kind, marker_of};
use super::lanes::is_own_step;
use super::scale::TimeScale;
use crate::logic::track::Track;
use crate::model::order_of;

/// Signs of one kind that are nearer than this become one, pixels.
const APART_PX: f64 = 7.0;

/// Kinds with a sign, in the order in which they are painted: what matters most lies on top.
const KINDS: [Kind; 6] = [Kind::Edit, Kind::SubAgent, Kind::Override, Kind::Compaction, Kind::Prompt, Kind::Error];

/// A sign in the row of marks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaneMark {
    pub x: f64,
    pub kind: Kind,
    /// Number in the track, of the first of them.
    pub event: u32,
    /// How many it stands for; not all of them are of its kind where there is no room for more signs.
    pub count: u32,
}

/// Prompts, errors, compactions, overrides, edits and sub-agents, each in the order of time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MarkIndex {
    /// For each of [`KINDS`]: times and events.
    lists: [(Vec<f64>, Vec<u32>); KINDS.len()],
}

impl MarkIndex {
    pub fn new(track: &Track) -> Self {
        let mut found: [Vec<(f64, u32)>; KINDS.len()] = Default::default();
        for (number, mark) in track.marks().iter().enumerate().filter(|(_, mark)| is_own_step(mark)) {
            let (Some(at_ms), Some(kind)) = (mark.at_ms, marker_of(track, mark)) else { continue };
            if let Some(list) = KINDS.iter().position(|known| *known == kind).and_then(|place| found.get_mut(place)) {
                list.push((at_ms, number as u32));
            }
        }
        Self {
            lists: found.map(|list| {
                let order = order_of(list.len(), &|a, b| list[a].0.total_cmp(&list[b].0));
                order.into_iter().map(|place| list[place]).unzip()
            }),
        }
    }

    /// How many there are before any become one.
    pub fn len(&self) -> usize {
        self.lists.iter().map(|(times, _)| times.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The signs to be painted, in that order. Those of one kind that would lie on each other are one.
    pub fn marks(&self, scale: &TimeScale) -> Vec<LaneMark> {
        let mut marks = Vec::new();
        if scale.width_px <= 0.0 {
            return marks;
        }
        for (kind, (times, events)) in KINDS.into_iter().zip(&self.lists) {
            let mut place = times.partition_point(|time| *time < scale.from_ms);
            while let Some((time, event)) =
                times.get(place).zip(events.get(place)).filter(|(time, _)| **time <= scale.to_ms)
            {
                let x = scale.x(*time);
                let limit = scale.at_ms(x + APART_PX).min(scale.to_ms);
                let next = next_from(times, place, |time| time < limit).max(place + 1);
                marks.push(LaneMark { x, kind, event: *event, count: (next - place) as u32 });
                place = next;
            }
        }
        two_a_pixel(marks, scale.width_px)
    }
}

/// Where signs of more than two kinds begin in one pixel, those that matter least are counted with the others.
fn two_a_pixel(marks: Vec<LaneMark>, width_px: f64) -> Vec<LaneMark> {
    let mut kept: Vec<LaneMark> = Vec::with_capacity(marks.len());
    // For each pixel: how many begin there, and the last of them.
    let mut pixels = vec![(0u8, 0usize); width_px as usize + 1];
    for mark in marks.into_iter().rev() {
        let Some((number, last)) = pixels.get_mut(mark.x as usize) else { continue };
        match kept.get_mut(*last) {
            Some(other) if *number == 2 => other.count += mark.count,
            _ => {
                (*number, *last) = (*number + 1, kept.len());
                kept.push(mark);
            }
        }
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::track::Mark;
    use crate::model::EventKind;
    use crate::model::flags;
    use proptest::prelude::*;

    fn mark(kind: EventKind, at_ms: f64, name: u16) -> Mark {
        Mark { kind, flags: 0, at_ms: Some(at_ms), duration_ms: None, context: None, output: None, name }
    }

    fn track(marks: Vec<Mark>) -> Track {
        Track::new(marks, ["", "bash", "Edit", "Task"].map(String::from).to_vec())
    }

    #[test]
    fn signs_that_would_lie_on_each_other_are_one_of_each_kind() {
        let error = Mark { flags: flags::FAILED, ..mark(EventKind::ToolCall, 110.0, 2) };
        let track = track(vec![
            mark(EventKind::Prompt, 400.0, 0),
            mark(EventKind::Prompt, 100.0, 0),
            error,
            mark(EventKind::Prompt, 120.0, 0),
            mark(EventKind::ToolCall, 130.0, 2),
            mark(EventKind::ToolCall, 140.0, 3),
            mark(EventKind::ToolCall, 150.0, 1),
        ]);
        let index = MarkIndex::new(&track);
        let scale = TimeScale { from_ms: 0.0, to_ms: 1_000.0, width_px: 100.0 };
        let found: Vec<_> = index.marks(&scale).into_iter().map(|mark| (mark.kind, mark.event, mark.count)).collect();
        let expected = [
            (Kind::Edit, 4, 1),
            (Kind::SubAgent, 5, 1),
            (Kind::Prompt, 1, 2),
            (Kind::Prompt, 0, 1),
            (Kind::Error, 2, 1),
        ];
        assert_eq!(found, expected);
        assert_eq!(index.len(), 6);
    }

    proptest! {
        #[test]
        fn every_sign_that_is_shown_is_counted_once_and_kinds_keep_apart(
            times in proptest::collection::vec((0u32..1_000, 0usize..4), 0..300), width in 1.0f64..90.0, from in 0u32..900,
        ) {
            let kinds = [EventKind::Prompt, EventKind::Error, EventKind::Compaction, EventKind::Override];
            let marks = times.iter().map(|(at, kind)| mark(kinds[*kind], f64::from(*at), 0)).collect();
            let scale = TimeScale { from_ms: f64::from(from), to_ms: f64::from(from) + 100.0, width_px: width };
            let found = MarkIndex::new(&track(marks)).marks(&scale);
            let seen = times.iter().filter(|(at, _)| (from..=from + 100).contains(at)).count();
            prop_assert_eq!(found.iter().map(|mark| mark.count as usize).sum::<usize>(), seen);
            let mut starts = vec![0; width as usize + 1];
            found.iter().for_each(|mark| starts[mark.x as usize] += 1);
            prop_assert!(starts.iter().all(|count| *count <= 2));
            for pair in found.windows(2).filter(|pair| pair[0].kind == pair[1].kind) {
                // The very end of what is shown is told from what comes before it.
                prop_assert!(pair[1].x - pair[0].x >= APART_PX - 1e-6 || pair[1].x >= width - 1e-6);
            }
        }
    }
}
