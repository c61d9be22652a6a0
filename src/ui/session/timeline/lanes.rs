//! Paints what is shown: ruler, marks, bars and strips, row by row.

use super::axis::{Axis, Place, Row, Seen};
use super::paint::{Ink, Pen};
use super::strips;
use crate::logic::timeline::{self, Bar, Kind, Lane, LaneMark, Look, TimeScale};

/// All rows below the minimap.
pub fn paint(axis: Axis, pen: &Pen<'_>) {
    let (plan, scale, seen) = (axis.plan.get(), axis.scale.get(), axis.seen.get());
    axis.places.with(|places| {
        for place in places {
            match place.row {
                Row::Minimap | Row::Untimed => {}
                Row::Ruler => ruler(axis, pen, place, &scale),
                Row::Marks => marks(pen, place, &seen.marks),
                Row::Bars(lane) => {
                    if lane == Lane::Model && plan.model_gap.is_some() {
                        strips::paint_nothing(pen, place, &scale);
                    }
                    bars(pen, lane, place, seen.bars(lane));
                }
                Row::Context => strips::context(axis, pen, place, &plan, &scale),
                Row::Output => strips::output(pen, place, &plan, &scale),
            }
        }
    });
}

fn ruler(axis: Axis, pen: &Pen<'_>, place: &Place, scale: &TimeScale) {
    let origin_ms = axis.open.origin().map_or(0.0, |at| at.ms() as f64);
    let bottom = place.top + place.height;
    for tick in timeline::ticks(scale, origin_ms) {
        pen.ink(Ink::Line);
        pen.rect(tick.x, bottom - 6.0, 1.0, 6.0);
        pen.ink(Ink::Muted);
        pen.text(&tick.text, tick.x + 4.0, bottom - 8.0, true);
    }
    found(axis, pen, scale, place.top);
}

fn ink_of(kind: Kind) -> Ink {
    match kind {
        Kind::Prompt => Ink::Prompt,
        Kind::Response => Ink::Response,
        Kind::Thinking => Ink::Thinking,
        Kind::Shell => Ink::Shell,
        Kind::Read => Ink::Read,
        Kind::Edit => Ink::Edit,
        Kind::Search => Ink::Search,
        Kind::OtherTool => Ink::Other,
        Kind::SubAgent => Ink::SubAgent,
        Kind::Compaction => Ink::Compaction,
        Kind::Error => Ink::Error,
        Kind::Waiting => Ink::Waiting,
        Kind::Routing | Kind::Override | Kind::Start | Kind::End | Kind::System | Kind::Other => Ink::Muted,
    }
}

fn marks(pen: &Pen<'_>, place: &Place, marks: &[LaneMark]) {
    for mark in marks {
        pen.sign(mark.kind, mark.x - 6.0, place.top + 2.0);
    }
}

/// Top and height of a bar in its row (mock/README.md, "Timeline geometry").
fn vertical(lane: Lane, bar: &Bar, place: &Place) -> (f64, f64) {
    let height = place.height - 7.0;
    match (lane, bar.kind) {
        (Lane::Waiting, _) => (place.top + (place.height - 7.0) / 2.0, 7.0),
        (_, Kind::Error) => (place.top, place.height),
        (_, Kind::Thinking) => (place.top + 4.0 + height * 0.3, height * 0.4),
        _ => (place.top + 4.0, height),
    }
}

/// How much of its row a bar hides of those below it: the more, the more.
fn rank(bar: &Bar) -> u8 {
    match bar.kind {
        Kind::Error => 3,
        Kind::Thinking => 1,
        _ => 2,
    }
}

/// The bars of which something is seen when all are painted, the last one first: where many start in a pixel each, the
/// later ones hide most of the earlier.
fn seen_bars<'a>(pen: &Pen<'_>, lane: Lane, bars: &'a [Bar]) -> Vec<&'a Bar> {
    let end = bars.iter().map(|bar| pen.columns(bar.x, bar.width).end).max().unwrap_or(0);
    let mut hidden = vec![0; end];
    let is_seen = |bar: &&Bar| {
        let columns = hidden.get_mut(pen.columns(bar.x, bar.width)).unwrap_or_default();
        let is_seen = columns.iter().any(|hidden| *hidden < rank(bar));
        if is_seen && bar.look == Look::Solid && is_plain(bar, lane) {
            columns.iter_mut().for_each(|hidden| *hidden = rank(bar).max(*hidden));
        }
        is_seen
    };
    bars.iter().rev().filter(is_seen).collect()
}

fn bars(pen: &Pen<'_>, lane: Lane, place: &Place, bars: &[Bar]) {
    // Bars of one look that touch are one rectangle.
    let mut run: Option<Bar> = None;
    for bar in seen_bars(pen, lane, bars).into_iter().rev() {
        match &mut run {
            Some(last)
                if last.kind == bar.kind
                    && last.look == bar.look
                    && is_plain(bar, lane)
                    && bar.x >= last.x
                    && bar.x <= last.x + last.width =>
            {
                last.width = last.width.max(bar.x + bar.width - last.x);
            }
            _ => {
                if let Some(last) = run.replace(*bar) {
                    one(pen, lane, place, &last);
                }
            }
        }
    }
    if let Some(last) = run {
        one(pen, lane, place, &last);
    }
}

fn is_plain(bar: &Bar, lane: Lane) -> bool {
    lane != Lane::Waiting && matches!(bar.look, Look::Solid | Look::Tick)
}

fn one(pen: &Pen<'_>, lane: Lane, place: &Place, bar: &Bar) {
    let (y, height) = vertical(lane, bar, place);
    let ink = ink_of(bar.kind);
    match bar.look {
        _ if lane == Lane::Waiting => {
            pen.dots();
            pen.rect(bar.x, y, bar.width, height);
            pen.ink(ink);
            pen.frame(bar.x, y, bar.width, height);
        }
        Look::Solid => {
            pen.ink(ink);
            pen.rect(bar.x, y, bar.width, height);
        }
        Look::Tick => {
            pen.ink(ink);
            pen.alpha(0.75);
            pen.rect(bar.x, y, bar.width, height);
            pen.alpha(1.0);
        }
        Look::Pale => {
            pen.ink(ink);
            pen.alpha(0.22);
            pen.rect(bar.x, y, bar.width, height);
            pen.alpha(1.0);
        }
        Look::Hatched => {
            pen.hatch();
            pen.rect(bar.x, y, bar.width, height);
            pen.ink(ink);
            pen.frame(bar.x, y, bar.width, height);
        }
    }
}

/// All of the session in the minimap: models above, tools below.
pub fn paint_minimap(axis: Axis, pen: &Pen<'_>, height: f64) {
    let (plan, whole) = (axis.plan.get(), axis.whole.get());
    for (lane, top) in [(Lane::Model, 5.0f64), (Lane::Tools, 14.0)] {
        let Some(index) = plan.lane(lane) else { continue };
        // As high as a mock's: 7 of 28 pixels each.
        let seen = index.bars(&whole);
        for bar in &seen {
            let is_error = bar.kind == Kind::Error;
            pen.ink(ink_of(bar.kind));
            let (y, high) = if is_error { (top - 1.0, 9.0) } else { (top, 7.0) };
            pen.rect(bar.x, y.min(height - high), bar.width, high);
        }
    }
    found(axis, pen, &whole, 0.0);
}

/// Steps with what is looked for, at the upper edge of a row.
fn found(axis: Axis, pen: &Pen<'_>, scale: &TimeScale, top: f64) {
    let track = axis.open.track();
    pen.ink(Ink::Text);
    let mut last = f64::MIN;
    axis.open.find.found.with(|found| {
        for at in found.steps.iter().filter_map(|(event, _)| track.get(*event)?.at_ms) {
            let x = scale.x(at).floor();
            // Untimed and parallel steps come in any order; a pixel is painted once where they do not.
            if x != last && (0.0..=scale.width_px).contains(&x) {
                last = x;
                pen.rect(x, top, 2.0, 4.0);
            }
        }
    });
}

/// What `seen` has at a place: the events of bars or marks, with what to say of them.
pub fn found_at(seen: &Seen, row: Row, x: f64) -> Option<Found> {
    /// A click so near to a bar means it, pixels.
    const REACH_PX: f64 = 4.0;
    /// Half of a sign, and a little more.
    const MARK_REACH_PX: f64 = 8.0;
    match row {
        Row::Bars(lane) => {
            let bars = seen.bars(lane);
            let bar = bars.get(timeline::bar_at(bars, x, REACH_PX)?)?;
            Some(Found { event: bar.event, count: bar.count, lane: Some(lane) })
        }
        Row::Marks => {
            let near = seen.marks.iter().rev().filter(|mark| (mark.x - x).abs() <= MARK_REACH_PX);
            let mark = near.min_by(|a, b| (a.x - x).abs().total_cmp(&(b.x - x).abs()))?;
            Some(Found { event: mark.event, count: mark.count, lane: None })
        }
        _ => None,
    }
}

/// A bar or a mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    pub event: u32,
    pub count: u32,
    /// `None`: a mark.
    pub lane: Option<Lane>,
}
