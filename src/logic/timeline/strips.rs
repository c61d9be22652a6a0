//! Numbers over time: the size of prompts and the output of each call. Where the log has none there is a gap, not zero.

use super::index::{Peaks, next_from};
use super::scale::TimeScale;
use crate::logic::track::{Mark, Track};
use crate::model::{EventKind, flags, order_of};

/// A gap is drawn at least so wide, pixels.
const LEAST_GAP_PX: f64 = 3.0;
/// Calls this near to each other are one column, pixels: narrower ones nobody can tell apart.
const COLUMN_PX: f64 = 2.0;
/// Room for the label of a drop, pixels.
const DROP_LABEL_PX: f64 = 96.0;

/// Calls one after the other that hold no value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    pub from_px: f64,
    pub to_px: f64,
    pub count: u32,
}

/// What of a strip is shown, from left to right.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Strip {
    /// Pixel and value: of a column the largest and the last, so that neither a peak nor a drop is lost. The first may
    /// lie left of what is shown.
    pub points: Vec<(f64, u32)>,
    /// Where the last call ended.
    pub end_px: f64,
    pub gaps: Vec<Gap>,
}

/// The values of all calls in the order of time, and what they add up to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StripIndex {
    times: Vec<f64>,
    values: Peaks,
    /// Start and end of each gap, and how many calls lie in it and those before it.
    gap_from: Vec<f64>,
    gap_to: Vec<f64>,
    gap_calls: Vec<u32>,
    end_ms: f64,
    /// The largest value.
    pub most: u32,
    pub sum: u64,
    pub recorded: u32,
    /// Calls that could have held a value.
    pub eligible: u32,
}

/// A context that got smaller.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drop {
    pub at_ms: f64,
    pub before: u32,
    pub after: u32,
}

impl StripIndex {
    /// The prompt sizes of all calls.
    pub fn context(track: &Track) -> Self {
        Self::new(track, |mark| mark.context)
    }

    /// The output of all calls.
    pub fn output(track: &Track) -> Self {
        Self::new(track, |mark| mark.output)
    }

    fn new(track: &Track, value: fn(&Mark) -> Option<u32>) -> Self {
        let mut index = Self { end_ms: f64::NEG_INFINITY, ..Self::default() };
        let mut calls: Vec<(f64, f64, Option<u32>)> = Vec::new();
        for mark in calls_of(track) {
            let value = value(mark);
            index.eligible += 1;
            index.recorded += u32::from(value.is_some());
            index.sum += u64::from(value.unwrap_or(0));
            index.most = index.most.max(value.unwrap_or(0));
            let Some((from, to)) = mark.extent_ms() else { continue };
            index.end_ms = index.end_ms.max(to);
            calls.push((from, to, value));
        }
        let order = order_of(calls.len(), &|a, b| calls[a].0.total_cmp(&calls[b].0));
        let calls: Vec<_> = order.into_iter().map(|place| calls[place]).collect();
        for same in calls.chunk_by(|a, b| a.2.is_some() == b.2.is_some()) {
            index.take(same);
        }
        let recorded = calls.iter().filter_map(|(from, _, value)| Some((*from, f64::from((*value)?))));
        // How many come is known: nothing is moved as they grow.
        let count = index.recorded as usize;
        let mut values = Vec::with_capacity(count);
        index.times.reserve_exact(count);
        for (time, value) in recorded {
            index.times.push(time);
            values.push(value);
        }
        index.values = Peaks::new(values);
        index
    }

    /// Calls that all hold a value, or all none.
    fn take(&mut self, same: &[(f64, f64, Option<u32>)]) {
        let Some((from, _, value)) = same.first() else { return };
        if let (Some(_), Some(end)) = (value, self.gap_to.last_mut()) {
            // Nothing is known until the next value is.
            *end = *from;
        }
        if value.is_none() {
            let before = self.gap_calls.last().copied().unwrap_or(0);
            self.gap_from.push(*from);
            self.gap_to.push(same.iter().map(|call| call.1).fold(*from, f64::max));
            self.gap_calls.push(before + same.len() as u32);
        }
    }

    /// The strip at a scale; `is_line`: the value before the left edge and the last of each column matter too.
    pub fn strip(&self, scale: &TimeScale, is_line: bool) -> Strip {
        let mut strip = Strip { end_px: scale.x(self.end_ms), ..Strip::default() };
        if scale.width_px <= 0.0 {
            return strip;
        }
        let mut place = self.times.partition_point(|time| *time < scale.from_ms);
        if let (true, Some(before)) = (is_line, place.checked_sub(1)) {
            strip.points.push((0.0, self.values.key(before) as u32));
        }
        while let Some(time) = self.times.get(place).filter(|time| **time <= scale.to_ms) {
            let limit = scale.at_ms(((scale.x(*time) / COLUMN_PX).floor() + 1.0) * COLUMN_PX);
            let next = next_from(&self.times, place, |time| time < limit && time <= scale.to_ms).max(place + 1);
            let largest = self.values.of(place, next);
            let last = Some(next - 1).filter(|last| is_line && *last != largest);
            for at in std::iter::once(largest).chain(last) {
                strip.points.push((scale.x(self.times[at]), self.values.key(at) as u32));
            }
            place = next;
        }
        strip.gaps = self.gaps(scale);
        strip
    }

    /// Gaps that touch on screen are one.
    fn gaps(&self, scale: &TimeScale) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = Vec::new();
        let mut place = self.gap_to.partition_point(|end| *end < scale.from_ms);
        while let Some(from) = self.gap_from.get(place).filter(|from| **from <= scale.to_ms) {
            let from_px = scale.x(*from).max(0.0);
            let limit = scale.at_ms(from_px + LEAST_GAP_PX + 1.0);
            let next = next_from(&self.gap_from, place, |from| from <= limit).max(place + 1);
            let before = place.checked_sub(1).and_then(|before| self.gap_calls.get(before)).copied().unwrap_or(0);
            let to_px = scale.x(self.gap_to[next - 1]).max(from_px + LEAST_GAP_PX).min(scale.width_px);
            let count = self.gap_calls[next - 1] - before;
            match gaps.last_mut().filter(|last| from_px <= last.to_px + 1.0) {
                Some(last) => (last.to_px, last.count) = (last.to_px.max(to_px), last.count + count),
                None => gaps.push(Gap { from_px, to_px, count }),
            }
            place = next;
        }
        gaps
    }
}

/// Calls whose counts are a record: failed ones used nothing that anybody could have written down.
fn calls_of(track: &Track) -> impl Iterator<Item = &Mark> {
    let numbered = track.marks().iter().enumerate();
    numbered.filter(|(number, _)| track.is_request(*number as u32)).map(|(_, mark)| mark)
}

/// The context before and after each compaction, as far as calls on both sides recorded it; by time.
pub fn drops(track: &Track) -> Vec<Drop> {
    let mut drops: Vec<Drop> = Vec::new();
    let mut before = None;
    let mut waiting: Vec<(f64, u32)> = Vec::new();
    for (number, mark) in track.marks().iter().enumerate() {
        if let (EventKind::Compaction, false, Some(at_ms), Some(before)) =
            (mark.kind, mark.has(flags::FAILED), mark.at_ms, before)
        {
            waiting.push((at_ms, before));
        }
        if let Some(after) = mark.context.filter(|_| track.is_request(number as u32)) {
            let known = waiting.drain(..).filter(|(_, before)| after < *before);
            drops.extend(known.map(|(at_ms, before)| Drop { at_ms, before, after }));
            before = Some(after);
        }
    }
    let order = order_of(drops.len(), &|a, b| drops[a].at_ms.total_cmp(&drops[b].at_ms));
    order.into_iter().map(|place| drops[place]).collect()
}

/// Those that are shown and have room for their labels, with their pixels.
pub fn shown_drops(drops: &[Drop], scale: &TimeScale) -> Vec<(f64, Drop)> {
    let mut shown = Vec::new();
    let mut place = drops.partition_point(|drop| drop.at_ms < scale.from_ms);
    while let Some(drop) = drops.get(place).filter(|drop| scale.width_px > 0.0 && drop.at_ms <= scale.to_ms) {
        let x = scale.x(drop.at_ms);
        shown.push((x, *drop));
        let limit = scale.at_ms(x + DROP_LABEL_PX);
        place += 1 + drops[place + 1..].partition_point(|drop| drop.at_ms < limit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn call(at_ms: f64, context: Option<u32>, output: Option<u32>) -> Mark {
        Mark {
            kind: EventKind::Response,
            flags: 0,
            at_ms: Some(at_ms),
            duration_ms: Some(10),
            context,
            output,
            name: 0,
        }
    }

    fn scale() -> TimeScale {
        TimeScale { from_ms: 0.0, to_ms: 1_000.0, width_px: 1_000.0 }
    }

    #[test]
    fn what_is_not_recorded_is_a_gap() {
        let failed = Mark { flags: flags::FAILED, ..call(5.0, None, None) };
        let track = Track::new(
            vec![
                failed,
                call(10.0, None, Some(0)),
                call(100.0, Some(7), None),
                call(200.0, Some(9), None),
                call(300.0, None, Some(4)),
            ],
            vec![],
        );
        let index = StripIndex::output(&track);
        let strip = index.strip(&scale(), false);
        assert_eq!(strip.points, [(10.0, 0), (300.0, 4)]);
        assert_eq!(strip.gaps, [Gap { from_px: 100.0, to_px: 300.0, count: 2 }]);
        assert_eq!((index.recorded, index.eligible, index.most, index.sum), (2, 4, 4, 4));
        let strip = StripIndex::context(&track).strip(&scale(), true);
        assert_eq!(
            strip.gaps.iter().map(|gap| (gap.from_px, gap.to_px, gap.count)).collect::<Vec<_>>(),
            [(10.0, 100.0, 1), (300.0, 310.0, 1)]
        );
        assert_eq!((strip.points, strip.end_px), (vec![(100.0, 7), (200.0, 9)], 310.0));
        let later = TimeScale { from_ms: 150.0, ..scale() };
        assert_eq!(StripIndex::context(&track).strip(&later, true).points.first(), Some(&(0.0, 7)));
    }

    #[test]
    fn a_column_keeps_its_peak_and_its_end() {
        let calls = [5, 9, 3, 4]
            .into_iter()
            .enumerate()
            .map(|(n, value)| call(100.0 + n as f64 * 0.2, Some(value), Some(value)));
        let track = Track::new(calls.collect(), vec![]);
        let values = |strip: Strip| strip.points.into_iter().map(|(_, value)| value).collect::<Vec<_>>();
        assert_eq!(values(StripIndex::context(&track).strip(&scale(), true)), [9, 4]);
        assert_eq!(values(StripIndex::output(&track).strip(&scale(), false)), [9]);
    }

    #[test]
    fn compactions_say_from_what_to_what() {
        let compaction = Mark { kind: EventKind::Compaction, ..call(200.0, None, None) };
        let marks = vec![call(100.0, Some(90), None), compaction, call(300.0, None, None), call(400.0, Some(20), None)];
        let found = drops(&Track::new(marks, vec![]));
        let drop = Drop { at_ms: 200.0, before: 90, after: 20 };
        assert_eq!((shown_drops(&found, &scale()), found), (vec![(200.0, drop)], vec![drop]));
    }

    proptest! {
        /// Two points a pixel at most; what is shown of peaks and of gaps is all there is.
        #[test]
        fn strips_lose_no_peak_and_no_gap(
            calls in proptest::collection::vec((0u32..1_000, proptest::option::of(0u32..99)), 0..300),
            width in 1.0f64..60.0, from in 0u32..900,
        ) {
            let marks = calls.iter().map(|(at, value)| Mark { duration_ms: None, ..call(f64::from(*at), *value, None) });
            let index = StripIndex::context(&Track::new(marks.collect(), vec![]));
            let scale = TimeScale { from_ms: f64::from(from), to_ms: f64::from(from) + 100.0, width_px: width };
            let strip = index.strip(&scale, true);
            let shown = || calls.iter().filter(|(at, _)| (from..=from + 100).contains(at));
            let most = |points: Vec<u32>| points.into_iter().max();
            let before = usize::from(calls.iter().any(|(at, value)| *at < from && value.is_some()));
            let points = strip.points[before..].to_vec();
            prop_assert_eq!(most(points.iter().map(|point| point.1).collect()), most(shown().filter_map(|call| call.1).collect()));
            for same in points.chunk_by(|a, b| a.0 as i64 == b.0 as i64) {
                prop_assert!(same.len() <= 2);
            }
            let whole = index.strip(&TimeScale { from_ms: 0.0, to_ms: 1_000.0, width_px: width }, true);
            let missing = calls.iter().filter(|call| call.1.is_none()).count();
            prop_assert_eq!(whole.gaps.iter().map(|gap| gap.count as usize).sum::<usize>(), missing);
            prop_assert!(whole.gaps.len() <= width as usize + 1);
        }
    }
}
