//! Numbers over time: the size of prompts and the output of each call. Where the log has none there is a gap, not zero.

use super::scale::TimeScale;
use crate::logic::format::fixed;
use crate::logic::track::{Mark, Track};
use crate::model::{EventKind, flags};

/// A gap is drawn at least so wide, pixels.
const LEAST_GAP_PX: f64 = 3.0;
/// Room for the label of a drop, pixels.
const DROP_LABEL_PX: f64 = 96.0;

/// Calls one after the other that hold no value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    pub from_px: f64,
    pub to_px: f64,
    pub count: u32,
}

/// Values of calls, from left to right.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Strip {
    /// Pixel and value.
    pub points: Vec<(f64, u32)>,
    /// Where the last call ended.
    pub end_px: f64,
    pub gaps: Vec<Gap>,
    /// The largest value.
    pub most: u32,
    pub sum: u64,
    pub recorded: u32,
    /// Calls that could have held a value.
    pub eligible: u32,
}

/// A context that got smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drop {
    /// Pixels from the left, rounded.
    pub x: i32,
    pub before: u32,
    pub after: u32,
}

/// The prompt sizes of all calls.
pub fn context(track: &Track, scale: &TimeScale) -> Strip {
    strip(track, scale, |mark| mark.context)
}

/// The output of all calls; in a pixel only the largest.
pub fn output(track: &Track, scale: &TimeScale) -> Strip {
    let mut strip = strip(track, scale, |mark| mark.output);
    strip.points.dedup_by(|later, kept| {
        let is_same = later.0 as i64 == kept.0 as i64;
        if is_same {
            kept.1 = kept.1.max(later.1);
        }
        is_same
    });
    strip
}

/// Calls whose counts are a record: failed ones used nothing that anybody could have written down.
fn calls(track: &Track) -> impl Iterator<Item = &Mark> {
    let numbered = track.marks().iter().enumerate();
    numbered.filter(|(number, _)| track.is_request(*number as u32)).map(|(_, mark)| mark)
}

fn strip(track: &Track, scale: &TimeScale, value: fn(&Mark) -> Option<u32>) -> Strip {
    let mut strip = Strip::default();
    let mut open: Option<Gap> = None;
    for mark in calls(track) {
        let value = value(mark);
        strip.eligible += 1;
        strip.recorded += u32::from(value.is_some());
        strip.sum += u64::from(value.unwrap_or(0));
        strip.most = strip.most.max(value.unwrap_or(0));
        let Some((from, to)) = mark.extent_ms() else { continue };
        let (from, to) = (scale.x(from), scale.x(to));
        strip.end_px = strip.end_px.max(to);
        match value {
            Some(value) => {
                close(&mut strip.gaps, open.take().map(|gap| Gap { to_px: from.max(gap.to_px), ..gap }));
                strip.points.push((from, value));
            }
            None => {
                let gap = open.unwrap_or(Gap { from_px: from, to_px: to, count: 0 });
                open = Some(Gap { to_px: gap.to_px.max(to), count: gap.count + 1, ..gap });
            }
        }
    }
    close(&mut strip.gaps, open);
    strip.points = thinned(strip.points);
    strip
}

/// Gaps that touch on screen are one.
fn close(gaps: &mut Vec<Gap>, gap: Option<Gap>) {
    let Some(mut gap) = gap else { return };
    gap.to_px = gap.to_px.max(gap.from_px + LEAST_GAP_PX);
    match gaps.last_mut() {
        Some(last) if gap.from_px <= last.to_px + 1.0 => {
            last.to_px = last.to_px.max(gap.to_px);
            last.count += gap.count;
        }
        _ => gaps.push(gap),
    }
}

/// Of all points in a pixel the largest and the last, so that neither a peak nor a drop is lost.
fn thinned(points: Vec<(f64, u32)>) -> Vec<(f64, u32)> {
    let mut out: Vec<(f64, u32)> = Vec::new();
    for same in points.chunk_by(|a, b| a.0 as i64 == b.0 as i64) {
        let largest = same.iter().copied().reduce(|most, point| if point.1 >= most.1 { point } else { most });
        out.extend(largest);
        out.extend(same.last().copied().filter(|last| Some(*last) != largest));
    }
    out
}

/// An SVG path of level steps from the first value to the last; closed down to the ground if it is an area.
pub fn step_path(strip: &Strip, height_px: f64, top_px: f64, is_area: bool) -> String {
    let y = |value: u32| height_px - (height_px - top_px) * f64::from(value) / f64::from(strip.most.max(1));
    let Some((first_x, first)) = strip.points.first() else { return String::new() };
    let mut path = String::new();
    let mut add = |letter: char, length: f64| {
        path.push(letter);
        path.push_str(&fixed(length, 1));
    };
    add('M', *first_x);
    add(' ', y(*first));
    for (x, value) in &strip.points[1..] {
        add('H', *x);
        add('V', y(*value));
    }
    add('H', strip.end_px);
    if is_area {
        add('V', height_px);
        add('H', *first_x);
        path.push('Z');
    }
    path
}

/// The context before and after each compaction, as far as calls on both sides recorded it and a label has room.
pub fn context_drops(track: &Track, scale: &TimeScale) -> Vec<Drop> {
    let marks = track.marks();
    let mut drops: Vec<Drop> = Vec::new();
    let mut before = None;
    let context = |number: usize| marks.get(number)?.context.filter(|_| track.is_request(number as u32));
    for (number, mark) in marks.iter().enumerate() {
        let is_compaction = mark.kind == EventKind::Compaction && !mark.has(flags::FAILED);
        if let (true, Some(at_ms), Some(before)) = (is_compaction, mark.at_ms, before) {
            let after = (number..marks.len()).filter_map(context).next();
            let x = scale.x(at_ms) as i32;
            let has_room = drops.last().is_none_or(|last| f64::from(x - last.x) >= DROP_LABEL_PX);
            let drop = after.filter(|after| *after < before && has_room);
            drops.extend(drop.map(|after| Drop { x, before, after }));
        }
        before = context(number).or(before);
    }
    drops
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let strip = output(&track, &scale());
        assert_eq!(strip.points, [(10.0, 0), (300.0, 4)]);
        assert_eq!(strip.gaps, [Gap { from_px: 100.0, to_px: 300.0, count: 2 }]);
        assert_eq!((strip.recorded, strip.eligible, strip.most, strip.sum), (2, 4, 4, 4));
        let strip = context(&track, &scale());
        assert_eq!(
            strip.gaps.iter().map(|gap| (gap.from_px, gap.to_px, gap.count)).collect::<Vec<_>>(),
            [(10.0, 100.0, 1), (300.0, 310.0, 1)]
        );
        assert_eq!(step_path(&strip, 52.0, 6.0, true), "M100.0 16.2H200.0V6.0H310.0V52.0H100.0Z");
        assert_eq!(step_path(&Strip::default(), 52.0, 6.0, true), "");
    }

    #[test]
    fn a_pixel_keeps_its_peak_and_its_end() {
        let calls = [5, 9, 3, 4]
            .into_iter()
            .enumerate()
            .map(|(n, value)| call(100.0 + n as f64 * 0.2, Some(value), Some(value)));
        let track = Track::new(calls.collect(), vec![]);
        let values = |strip: Strip| strip.points.into_iter().map(|(_, value)| value).collect::<Vec<_>>();
        assert_eq!(values(context(&track, &scale())), [9, 4]);
        assert_eq!(values(output(&track, &scale())), [9]);
    }

    #[test]
    fn compactions_say_from_what_to_what() {
        let compaction = Mark { kind: EventKind::Compaction, ..call(200.0, None, None) };
        let marks = vec![call(100.0, Some(90), None), compaction, call(300.0, None, None), call(400.0, Some(20), None)];
        assert_eq!(context_drops(&Track::new(marks, vec![]), &scale()), [Drop { x: 200, before: 90, after: 20 }]);
    }
}
