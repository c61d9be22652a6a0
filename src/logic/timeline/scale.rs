//! Time to pixels, and the ruler.

use crate::logic::track::Track;
use crate::model::{Timestamp, Zone, flags};

/// Room between the labels of the ruler, pixels.
const LABEL_PX: f64 = 84.0;
/// Share of the time span that is added on both sides, so that nothing sticks to the edges.
const MARGIN: f64 = 0.006;
/// A session shorter than this is drawn as if it were so long, milliseconds.
const LEAST_SPAN_MS: f64 = 100.0;

/// Maps `[from_ms, to_ms]` onto `[0, width_px]`. Milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TimeScale {
    pub from_ms: f64,
    pub to_ms: f64,
    pub width_px: f64,
}

/// A value within limits. `f64::clamp` would bring the printing of floats along, for a panic that cannot be.
pub const fn within(value: f64, least: f64, most: f64) -> f64 {
    value.max(least).min(most)
}

impl TimeScale {
    /// The scale that shows the whole of a span, with a small margin.
    pub fn over((from_ms, to_ms): (f64, f64), width_px: f64) -> Self {
        let span = (to_ms - from_ms).max(LEAST_SPAN_MS);
        Self { from_ms: from_ms - span * MARGIN, to_ms: from_ms + span * (1.0 + MARGIN), width_px: width_px.max(0.0) }
    }

    pub fn x(&self, at_ms: f64) -> f64 {
        (at_ms - self.from_ms) / (self.to_ms - self.from_ms) * self.width_px
    }

    /// The time at a pixel: the inverse of [`TimeScale::x`].
    pub fn at_ms(&self, x: f64) -> f64 {
        self.from_ms + x / self.width_px * (self.to_ms - self.from_ms)
    }

    /// What is shown, milliseconds.
    pub fn span_ms(&self) -> f64 {
        self.to_ms - self.from_ms
    }

    /// The part of `self` that is nearest to what one asks to see: within the whole, and not too short to look at.
    pub fn part(&self, from_ms: f64, to_ms: f64) -> Self {
        if !(from_ms.is_finite() && to_ms.is_finite()) {
            return *self;
        }
        let span = (to_ms - from_ms).max(LEAST_SPAN_MS).min(self.span_ms());
        // What is too short grows around its middle.
        let from = (from_ms + to_ms - span) / 2.0;
        let from = from.min(self.to_ms - span).max(self.from_ms);
        Self { from_ms: from, to_ms: (from + span).min(self.to_ms), width_px: self.width_px }
    }

    /// `shown` made longer or shorter; the time `around_ms` keeps its pixel as far as the whole (`self`) allows.
    pub fn zoomed(&self, shown: &Self, factor: f64, around_ms: f64) -> Self {
        let span = within(shown.span_ms() * factor, LEAST_SPAN_MS.min(self.span_ms()), self.span_ms());
        let share = (around_ms - shown.from_ms) / shown.span_ms();
        let from = around_ms - span * share;
        self.part(from, from + span)
    }

    /// `shown` later by so much, or earlier; it stops at the ends of the whole (`self`).
    pub fn moved(&self, shown: &Self, by_ms: f64) -> Self {
        let by = within(by_ms, (self.from_ms - shown.from_ms).min(0.0), (self.to_ms - shown.to_ms).max(0.0));
        self.part(shown.from_ms + by, shown.to_ms + by)
    }

    /// Whether all of the whole (`self`) is shown.
    pub fn is_whole(&self, shown: &Self) -> bool {
        shown.span_ms() >= self.span_ms() * 0.9999
    }
}

/// A labelled line of the ruler.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    pub x: f64,
    pub text: String,
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Distances between ticks that people count in, milliseconds.
const STEPS: [i64; 23] = [
    10,
    20,
    50,
    100,
    200,
    500,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
];

/// The ruler: round distances from the session's start.
pub fn ticks(scale: &TimeScale, origin_ms: f64) -> Vec<Tick> {
    let span = scale.to_ms - scale.from_ms;
    if !span.is_finite() || span <= 0.0 || scale.width_px <= 0.0 {
        return Vec::new();
    }
    let least = span / scale.width_px * LABEL_PX;
    let step = STEPS.into_iter().find(|step| *step as f64 >= least);
    let step = step.unwrap_or_else(|| (least / DAY as f64).ceil() as i64 * DAY) as f64;
    let first = ((scale.from_ms - origin_ms) / step).ceil().max(0.0);
    let count = (scale.width_px / LABEL_PX) as usize + 1;
    let ticks = (0..=count).map(|nth| (first + nth as f64) * step);
    let tick = |offset: f64| {
        let x = scale.x(origin_ms + offset);
        let has_fraction = step < SECOND as f64;
        let tenths = (offset as i64 % SECOND) / 10;
        let fraction = if has_fraction { format!(".{tenths:02}") } else { String::new() };
        (x <= scale.width_px).then(|| Tick { x, text: offset_text(offset) + &fraction })
    };
    ticks.filter_map(tick).collect()
}

/// Time since the start of a session: `05:00`, `1:02:03`, `−00:02` before it.
pub fn offset_text(ms: f64) -> String {
    let seconds = (ms.abs() / 1_000.0) as u64;
    let sign = if ms <= -1_000.0 { "−" } else { "" };
    match seconds {
        0..3_600 => format!("{sign}{:02}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{sign}{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60),
    }
}

/// The first time that a session's log tells: what offsets count from. Lines need not stand in the order of time.
pub fn origin_ms(track: &Track) -> Option<f64> {
    let own = track.marks().iter().filter(|mark| !mark.has(flags::COPIED));
    own.filter_map(|mark| mark.at_ms).reduce(f64::min)
}

/// The offset of a zone at an instant: `UTC`, `UTC+2`, `UTC−3:30`.
pub fn zone_text(zone: &Zone, at: Timestamp) -> String {
    let offset = zone.offset_at(at.seconds());
    let (hours, minutes) = (offset.abs() / 3600, offset.abs() / 60 % 60);
    let sign = if offset < 0 { "−" } else { "+" };
    match (hours, minutes) {
        (0, 0) => "UTC".into(),
        (_, 0) => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ruler_counts_in_round_steps() {
        let check = |span_ms: f64, width_px: f64, texts: &[&str]| {
            let scale = TimeScale::over((1e12, 1e12 + span_ms), width_px);
            let ticks: Vec<String> = ticks(&scale, 1e12).into_iter().map(|tick| tick.text).collect();
            assert_eq!(ticks, texts);
        };
        check(
            47.0 * 60_000.0,
            1000.0,
            &["00:00", "05:00", "10:00", "15:00", "20:00", "25:00", "30:00", "35:00", "40:00", "45:00"],
        );
        check(7_200_000.0, 400.0, &["00:00", "30:00", "1:00:00", "1:30:00", "2:00:00"]);
        check(300.0, 400.0, &["00:00.00", "00:00.10", "00:00.20", "00:00.30"]);
        check(0.0, 200.0, &["00:00.00", "00:00.05", "00:00.10"]);
        check(1_000.0, 0.0, &[]);
        check(f64::NAN, 100.0, &["00:00.00", "00:00.10"]);
    }

    #[test]
    fn offsets_and_zones() {
        assert_eq!([-61_000.0, -1.0, 59_999.0, 3_600_000.0].map(offset_text), ["−01:01", "00:00", "00:59", "1:00:00"]);
        let at = Timestamp::from_ms(0);
        assert_eq!(zone_text(&Zone::utc(), at), "UTC");
        assert_eq!(zone_text(&Zone::fixed("x", 7200), at), "UTC+2");
        assert_eq!(zone_text(&Zone::fixed("x", -12_600), at), "UTC−3:30");
    }

    #[test]
    fn a_zoom_stops_at_the_whole_and_at_what_is_too_short_to_see() {
        let whole = TimeScale::over((0.0, 1_000_000.0), 1_000.0);
        let near = whole.zoomed(&whole, 0.5, whole.at_ms(250.0));
        assert!((near.span_ms() - whole.span_ms() / 2.0).abs() < 1e-6);
        assert!((near.x(whole.at_ms(250.0)) - 250.0).abs() < 1e-6);
        assert_eq!(whole.zoomed(&near, 99.0, 500.0), whole);
        assert_eq!(whole.zoomed(&near, 0.0, 250_000.0).span_ms(), LEAST_SPAN_MS);
        let end = whole.moved(&near, 1e12);
        assert!((end.to_ms - whole.to_ms).abs() < 1e-6 && (end.span_ms() - near.span_ms()).abs() < 1e-6);
        assert_eq!(whole.part(f64::NAN, 1.0), whole);
        assert!(whole.is_whole(&whole) && !whole.is_whole(&near));
    }

    proptest! {
        #[test]
        fn what_is_shown_stays_within_the_whole_and_the_pointer_on_its_time(
            span in 0.0f64..1e10, width in 1.0f64..4_000.0, moves in proptest::collection::vec((0.01f64..9.0, 0.0f64..1.0, -1e9f64..1e9), 0..30),
        ) {
            let whole = TimeScale::over((1e12, 1e12 + span), width);
            let mut shown = whole;
            for (factor, at, by) in moves {
                let around = shown.at_ms(at * width);
                let zoomed = whole.zoomed(&shown, factor, around);
                let is_inside = zoomed.from_ms > whole.from_ms && zoomed.to_ms < whole.to_ms;
                let is_free = (LEAST_SPAN_MS..whole.span_ms()).contains(&(shown.span_ms() * factor));
                if is_inside && is_free {
                    prop_assert!((zoomed.x(around) - at * width).abs() < 0.1);
                }
                shown = whole.moved(&zoomed, by);
                prop_assert!(shown.from_ms >= whole.from_ms - 1e-3 && shown.to_ms <= whole.to_ms + 1e-3);
                prop_assert!(shown.span_ms() >= LEAST_SPAN_MS.min(whole.span_ms()) - 1e-2);
            }
        }

        #[test]
        fn ticks_are_on_the_axis_and_apart(span in 0.0f64..1e13, width in 0.0f64..4_000.0, from in -1e12f64..1e13) {
            let scale = TimeScale::over((from, from + span), width);
            let ticks = ticks(&scale, from);
            for pair in ticks.windows(2) {
                prop_assert!(pair[1].x - pair[0].x >= LABEL_PX - 1.0);
            }
            for tick in ticks {
                prop_assert!((-1e-3..=width).contains(&tick.x), "{:?}", tick);
            }
        }
    }
}
