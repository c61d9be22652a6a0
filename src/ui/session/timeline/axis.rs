//! What part of the session is shown, and where its rows stand on screen. All parts of the timeline look at one [`Axis`].

use crate::link::Period;
use crate::logic::timeline::{Bar, Lane, LaneMark, Plan, TimeScale};
use crate::ui::session::measure::{on_resize, width_of};
use crate::ui::session::open::Open;
use crate::ui::shared::{Derived, El, Kept, Live, follow, next_frame};
use gloo::timers::callback::Timeout;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The address is written when a zoom has come to rest for so long (DESIGN §5: four times a second at most).
const REST_MS: u32 = 250;

/// Where the lanes are narrower than this, a long session is not shown all at once; pixels (mock/README.md, "Grid").
const NARROW_PX: f64 = 720.0;
/// As much of it is shown then.
const NARROW_SHARE: f64 = 1.0 / 3.0;
/// Sessions of fewer steps have room enough.
const MANY_STEPS: usize = 100;

/// A row of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    Minimap,
    Ruler,
    Marks,
    Bars(Lane),
    Context,
    Output,
    Untimed,
}

/// Where a row is, pixels from the top of the drawing, without the line above it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub row: Row,
    pub top: f64,
    pub height: f64,
}

/// Bars and marks of what is shown.
#[derive(Debug, Default, PartialEq)]
pub struct Seen {
    pub lanes: Vec<(Lane, Vec<Bar>)>,
    pub marks: Vec<LaneMark>,
}

impl Seen {
    /// The bars of a lane.
    pub fn bars(&self, lane: Lane) -> &[Bar] {
        self.lanes.iter().find(|(known, _)| *known == lane).map_or(&[], |(_, bars)| bars)
    }
}

/// Copies share it.
#[derive(Clone, Copy)]
pub struct Axis {
    pub open: Open,
    pub plan: Kept<Arc<Plan>>,
    /// Of the lanes, pixels.
    pub width: Live<f64>,
    pub places: Live<Vec<Place>>,
    /// The whole session at this width.
    pub whole: Derived<TimeScale>,
    /// From when to when, milliseconds; `None` is everything.
    shown: Live<Option<(f64, f64)>>,
    pub scale: Derived<TimeScale>,
    pub seen: Derived<Rc<Seen>>,
    /// What the next frame will show.
    next: Kept<Option<TimeScale>>,
    /// What the address says, or will say.
    told: Kept<Option<Period>>,
    rest: Kept<Option<Timeout>>,
    /// What sums are asked of.
    pub range: Live<Option<Period>>,
}

fn period_of(from_ms: f64, to_ms: f64) -> Option<Period> {
    Period::new(from_ms.floor() as i64, to_ms.ceil() as i64)
}

fn span_of(period: Period) -> (f64, f64) {
    (period.from_ms as f64, period.to_ms as f64)
}

impl Axis {
    /// `view` is the element as wide as the lanes.
    pub fn new(open: Open, plan: Arc<Plan>, view: &El) -> Self {
        let extent = plan.extent_ms;
        let plan = Kept::new(plan);
        let width = width_of(&view.node());
        let whole = Derived::new(move || TimeScale::over(extent, width.get()));
        let shown = Live::new(None);
        let scale = Derived::new(move || {
            let whole = whole.get();
            shown.get().map_or(whole, |(from, to)| whole.part(from, to))
        });
        let seen = Derived::new(move || {
            let (plan, scale) = (plan.get(), scale.get());
            let lanes = plan.lanes.iter().map(|(lane, index)| (*lane, index.bars(&scale))).collect();
            Rc::new(Seen { lanes, marks: plan.marks.marks(&scale) })
        });
        let axis = Self {
            open,
            plan,
            width,
            places: Live::new(Vec::new()),
            whole,
            shown,
            scale,
            seen,
            next: Kept::new(None),
            told: Kept::new(None),
            rest: Kept::new(None),
            range: Live::new(None),
        };
        axis.follow_address(extent);
        axis
    }

    /// Links, and going back, say what is shown. The log's times may be others than when the link was made.
    fn follow_address(self, (start, end): (f64, f64)) {
        let view = self.open.store.view;
        follow(move || {
            let (zoom, range) = view.with(|view| (view.zoom, view.range));
            let is_here = |period: &Period| {
                let (from, to) = span_of(*period);
                from < end && to > start
            };
            if self.told.get() != zoom {
                self.told.set(zoom);
                self.shown.set(zoom.filter(is_here).map(span_of));
            }
            if self.range.with_untracked(|known| *known != range) {
                self.range.set(range.filter(is_here));
            }
        });
    }

    /// Measures the rows now and whenever the view changes its size.
    pub fn measure(self, view: &El, rows: Vec<(Row, El)>) -> Vec<El> {
        let nodes: Vec<(Row, HtmlElement)> =
            rows.iter().map(|(row, element)| (*row, element.node().unchecked_into())).collect();
        on_resize(&view.node(), {
            let nodes = Rc::new(nodes);
            move || {
                let place = |(row, node): &(Row, HtmlElement)| Place {
                    row: *row,
                    top: f64::from(node.offset_top() + node.client_top()),
                    height: f64::from(node.client_height()),
                };
                // A row that a phone leaves out has no place.
                let places: Vec<Place> = nodes.iter().map(place).filter(|place| place.height > 0.0).collect();
                if self.places.with_untracked(Vec::is_empty) {
                    self.begin_narrow();
                }
                if self.places.with_untracked(|known| *known != places) {
                    self.places.set(places);
                }
            }
        });
        rows.into_iter().map(|(_, element)| element).collect()
    }

    /// On a phone the timeline begins near the chosen step; the minimap tells where that is. The link does not say so:
    /// on a wider screen it shows everything.
    fn begin_narrow(self) {
        let steps = self.open.steps_untracked().len();
        let width = self.width.get_untracked();
        if width <= 0.0 || width > NARROW_PX || steps < MANY_STEPS || self.shown.with_untracked(Option::is_some) {
            return;
        }
        let whole = self.whole.get_untracked();
        let chosen = self.open.chosen.get_untracked();
        let at = chosen.and_then(|event| self.open.track().get(event)?.at_ms).unwrap_or(whole.from_ms);
        let half = whole.span_ms() * NARROW_SHARE / 2.0;
        let part = whole.part(whole.from_ms.max(at - half), whole.from_ms.max(at - half) + 2.0 * half);
        self.shown.set(Some((part.from_ms, part.to_ms)));
    }

    /// The row at a height.
    pub fn row_at(self, y: f64) -> Option<Place> {
        self.places.with_untracked(|places| {
            places.iter().copied().find(|place| (place.top - 1.0..place.top + place.height).contains(&y))
        })
    }

    /// What will be shown after all that was asked for.
    pub fn target(self) -> TimeScale {
        self.next.get().unwrap_or_else(|| self.scale.get_untracked())
    }

    /// Shows a part, with the next frame: input comes more often than frames.
    pub fn show(self, part: TimeScale) {
        let was_waiting = self.next.update(|next| next.replace(part).is_some());
        if was_waiting == Some(false) {
            next_frame(move || {
                if let Some(part) = self.next.update(Option::take).flatten() {
                    self.show_now(part);
                }
            });
        }
    }

    fn show_now(self, part: TimeScale) {
        let whole = self.whole.get_untracked();
        let shown = Some((part.from_ms, part.to_ms)).filter(|_| !whole.is_whole(&part));
        if self.shown.get_untracked() == shown {
            return;
        }
        self.shown.set(shown);
        // A timer that is dropped never rings.
        self.rest.set(Some(Timeout::new(REST_MS, move || self.tell())));
    }

    fn tell(self) {
        if self.told.is_gone() {
            return;
        }
        let zoom = self.shown.get_untracked().and_then(|(from, to)| period_of(from, to));
        self.told.set(zoom);
        self.open.store.adjust(|view| view.zoom = zoom);
    }

    /// Longer or shorter by a factor; the time at a pixel stays there.
    pub fn zoom(self, factor: f64, x: f64) {
        let shown = self.target();
        self.show(self.whole.get_untracked().zoomed(&shown, factor, shown.at_ms(x)));
    }

    /// The same around the middle of what is shown.
    pub fn zoom_middle(self, factor: f64) {
        let shown = self.target();
        self.show(self.whole.get_untracked().zoomed(&shown, factor, (shown.from_ms + shown.to_ms) / 2.0));
    }

    /// Later by a share of what is shown, or earlier.
    pub fn pan(self, share: f64) {
        let shown = self.target();
        self.show(self.whole.get_untracked().moved(&shown, shown.span_ms() * share));
    }

    /// Everything.
    pub fn fit(self) {
        self.show(self.whole.get_untracked());
    }

    /// From one time to another, with a little room at both sides.
    pub fn fit_span(self, from_ms: f64, to_ms: f64) {
        let room = (to_ms - from_ms) * 0.1;
        self.show(self.whole.get_untracked().part(from_ms - room, to_ms + room));
    }

    /// Shows as much of the time around a span that is not shown; nothing moves when a part of it is.
    pub fn reveal(self, from_ms: f64, to_ms: f64) {
        let shown = self.target();
        if to_ms < shown.from_ms || from_ms > shown.to_ms {
            let by = from_ms - (shown.from_ms + shown.to_ms) / 2.0;
            self.show(self.whole.get_untracked().moved(&shown, by));
        }
    }

    /// Asks for the sums from one time to another.
    pub fn select(self, from_ms: f64, to_ms: f64) {
        let (from, to) = if from_ms <= to_ms { (from_ms, to_ms) } else { (to_ms, from_ms) };
        let range = period_of(from, to);
        if self.range.get_untracked() != range {
            self.range.set(range);
        }
    }

    /// Puts the range into the address.
    pub fn tell_range(self) {
        let range = self.range.get_untracked();
        self.open.store.adjust(|view| view.range = range);
    }

    /// No range any more.
    pub fn clear_range(self) {
        self.range.set(None);
        self.tell_range();
    }
}
