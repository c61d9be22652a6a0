//! Times sorted once, so that a zoom looks at pixels and not at events: each pixel is a binary search away.

use super::kind::Kind;
use super::scale::{TimeScale, within};
use crate::model::order_of;

/// A bar is never narrower (`--mark-min`), pixels.
pub const LEAST_PX: f64 = 2.0;

/// How a bar is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Solid,
    /// The log has no duration: only the time is true.
    Tick,
    /// The whole of a sub-agent; its steps lie on it.
    Pale,
    /// A sub-agent whose log is not loaded.
    Hatched,
}

/// A bar in a lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Pixels from the left of what is shown.
    pub x: f64,
    pub width: f64,
    /// `Error` for whatever failed.
    pub kind: Kind,
    /// Number in the track; of several in one place the longest.
    pub event: u32,
    /// How many events it stands for.
    pub count: u32,
    pub look: Look,
}

/// From when to when something was; milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    pub from_ms: f64,
    pub to_ms: f64,
    pub kind: Kind,
    pub event: u32,
    pub look: Look,
}

/// The place of the largest key of any range, in logarithmic time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Peaks {
    keys: Vec<f64>,
    /// A tree in an array: the place of the larger of two children; the leaves are the second half.
    tree: Vec<u32>,
}

impl Peaks {
    pub fn new(keys: Vec<f64>) -> Self {
        let len = keys.len();
        let mut tree = vec![0; 2 * len];
        for (place, leaf) in tree.iter_mut().skip(len).enumerate() {
            *leaf = place as u32;
        }
        for node in (1..len).rev() {
            tree[node] = larger(&keys, tree[2 * node], tree[2 * node + 1]);
        }
        Self { keys, tree }
    }

    /// The first of the largest between two places; the range must not be empty.
    pub fn of(&self, from: usize, to: usize) -> usize {
        let len = self.keys.len();
        let mut best = from as u32;
        let (mut low, mut high) = (from + len, to.min(len) + len);
        while low < high {
            if low & 1 == 1 {
                best = larger(&self.keys, best, self.tree[low]);
                low += 1;
            }
            if high & 1 == 1 {
                high -= 1;
                best = larger(&self.keys, best, self.tree[high]);
            }
            low /= 2;
            high /= 2;
        }
        best as usize
    }

    pub fn key(&self, place: usize) -> f64 {
        self.keys[place]
    }
}

fn larger(keys: &[f64], a: u32, b: u32) -> u32 {
    let (left, right) = (keys[a as usize], keys[b as usize]);
    if right > left || (right == left && b < a) { b } else { a }
}

/// The first place at or after `from` whose time is not before `limit`. Looks near first: pixels follow each other.
pub fn next_from(times: &[f64], from: usize, is_before: impl Fn(f64) -> bool) -> usize {
    let mut reach = 1;
    while from + reach <= times.len() && is_before(times[from + reach - 1]) {
        reach *= 2;
    }
    let start = from + reach / 2;
    let end = (from + reach).min(times.len());
    start + times[start..end].partition_point(|time| is_before(*time))
}

/// Spans in the order of their starts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spans {
    starts: Vec<f64>,
    /// By their ends: which of those that start in one pixel reaches furthest.
    peaks: Peaks,
    /// The ends in ascending order: how many were over by a time.
    ends: Vec<f64>,
    rest: Vec<(Kind, u32, Look)>,
}

impl Spans {
    pub fn new(spans: &[Span]) -> Self {
        let order = order_of(spans.len(), &|a, b| spans[a].from_ms.total_cmp(&spans[b].from_ms));
        let by_end = order_of(spans.len(), &|a, b| spans[a].to_ms.total_cmp(&spans[b].to_ms));
        Self {
            starts: order.iter().map(|place| spans[*place].from_ms).collect(),
            peaks: Peaks::new(order.iter().map(|place| spans[*place].to_ms).collect()),
            ends: by_end.iter().map(|place| spans[*place].to_ms).collect(),
            rest: order.iter().map(|place| (spans[*place].kind, spans[*place].event, spans[*place].look)).collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// At most one bar a pixel, from left to right: of those that start there the one that reaches furthest, with the
    /// number of all. What began before the left edge and still runs counts as starting there.
    pub fn bars(&self, scale: &TimeScale, bars: &mut Vec<Bar>) {
        let width = scale.width_px;
        if width <= 0.0 || self.is_empty() {
            return;
        }
        let first = self.starts.partition_point(|start| *start < scale.from_ms);
        let over = self.ends.partition_point(|end| *end < scale.from_ms);
        // Ends are never before their starts, so those that are over are among those that began.
        let mut running = first - over.min(first);
        let mut place = first;
        let last_column = (width - LEAST_PX).max(0.0).floor();
        while running > 0 || place < self.starts.len() {
            let started = if running > 0 { scale.from_ms } else { self.starts[place] };
            if started > scale.to_ms {
                break;
            }
            let column = within(scale.x(started), 0.0, last_column).floor();
            let next = if column == last_column {
                next_from(&self.starts, place, |start| start <= scale.to_ms)
            } else {
                // Rounding must not leave the one behind that the column was taken from.
                let limit = scale.at_ms(column + 1.0);
                next_from(&self.starts, place, |start| start < limit && start <= scale.to_ms)
                    .max(place + usize::from(running == 0))
            };
            let count = next - place + running;
            let from = if running > 0 { 0 } else { place };
            let best = self.peaks.of(from, next.max(from + 1));
            bars.push(self.bar(best, column, last_column, count as u32, scale));
            (place, running) = (next, 0);
        }
    }

    fn bar(&self, place: usize, column: f64, last_column: f64, count: u32, scale: &TimeScale) -> Bar {
        let end = scale.x(self.peaks.key(place)).min(scale.width_px);
        // Within its pixel, whatever rounding did.
        let most = if column == last_column { (scale.width_px - LEAST_PX).max(0.0) } else { column + 0.999 };
        let x = within(scale.x(self.starts[place]), column, most);
        let (kind, event, look) = self.rest[place];
        Bar { x, width: (end - x).max(LEAST_PX), kind, event, count, look }
    }
}

/// The bars of one lane.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LaneIndex {
    /// What went well, or the whole of a sub-agent.
    under: Spans,
    /// What failed, or its steps: painted on top.
    over: Spans,
}

impl LaneIndex {
    pub fn new(under: &[Span], over: &[Span]) -> Self {
        Self { under: Spans::new(under), over: Spans::new(over) }
    }

    pub fn is_empty(&self) -> bool {
        self.under.is_empty() && self.over.is_empty()
    }

    /// At most two bars start in a pixel. In the order in which they are to be painted.
    pub fn bars(&self, scale: &TimeScale) -> Vec<Bar> {
        let mut bars = Vec::new();
        self.under.bars(scale, &mut bars);
        self.over.bars(scale, &mut bars);
        bars
    }
}

/// The bar at a pixel, or the nearest within `reach` of it; of several the one painted on top.
pub fn bar_at(bars: &[Bar], x: f64, reach: f64) -> Option<usize> {
    let distance = |bar: &Bar| (bar.x - x).max(x - bar.x - bar.width).max(0.0);
    let near = bars.iter().enumerate().filter(|(_, bar)| distance(bar) <= reach);
    near.min_by(|(a, left), (b, right)| distance(left).total_cmp(&distance(right)).then(b.cmp(a)))
        .map(|(index, _)| index)
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
