//! The dashboards: what all that is loaded has in common. The worker computes them; here they are drawn.

mod activity;
mod cards;
mod days;
mod hours;
mod outcome;
pub mod panel;
mod projects;
mod shape;
mod tools;
mod top;
mod velocity;

pub use hours::WEEKDAYS;

use super::frame::button;
use super::shared::{Derived, El, Kept, Live, el, follow, lasting_task, latest, save, small_icon};
use super::store::Store;
use crate::export::overview::file_name;
use crate::link::ViewState;
use crate::logic::analytics::day::Day;
use crate::logic::analytics::{Overview, OverviewAsk, PanelKind, Selection};
use crate::logic::metric_choice::{Capabilities, ChartMetric, HEATMAP, MetricChoice, TOP};
use crate::logic::window::Window;
use crate::model::Timestamp;
use crate::worker::{Answer, Query};
use std::sync::Arc;

/// The panels of this page.
const PANELS: [PanelKind; 10] = [
    PanelKind::Summary,
    PanelKind::Heatmap,
    PanelKind::HourOfWeek,
    PanelKind::Activity,
    PanelKind::Shape,
    PanelKind::Top,
    PanelKind::Projects,
    PanelKind::Tools,
    PanelKind::Velocity,
    PanelKind::Health,
];

/// What the panels share. Copies share it.
#[derive(Clone, Copy)]
pub struct Board {
    pub store: Store,
    overview: Live<Option<Arc<Overview>>>,
    /// Panels that stand as tables.
    as_tables: Live<Vec<PanelKind>>,
}

impl Board {
    pub fn new(store: Store) -> Self {
        Self { store, overview: Live::new(None), as_tables: Live::new(Vec::new()) }
    }

    /// Whether a panel stands as a table.
    pub fn is_table(self, kind: PanelKind) -> bool {
        self.as_tables.with(|tables| tables.contains(&kind))
    }

    pub fn ask(self, panels: &[PanelKind]) -> OverviewAsk {
        let capabilities = self.overview.with_untracked(|known| known.as_ref().map(|known| known.capabilities));
        let now = Timestamp::from_ms(js_sys::Date::now() as i64);
        let filter = self.store.filter();
        self.store.view.with_untracked(|view| {
            let effective = |offered, wish| effective(offered, wish, capabilities.as_ref());
            OverviewAsk {
                selection: Selection { filter, ..Selection::default() },
                heatmap: effective(HEATMAP, view.heatmap),
                top: effective(TOP, view.top),
                usage_by: view.usage.by,
                split: view.usage.split,
                rank: view.usage.measure.rank(),
                kinds: view.usage.measure.kinds(),
                pair: Some(view.usage.pair.clone()),
                panels: panels.to_vec(),
                ..OverviewAsk::at(now)
            }
        })
    }

    /// What the user picked is the intent from now on (token-coverage.md K5).
    fn choose(self, chart: usize, metric: ChartMetric) {
        self.store.charts.update(|charts| charts.get_mut(chart).map(|chart| chart.choose(metric)));
    }

    /// Says once why a chart counts something else than a link asked for (token-coverage.md K6).
    fn tell(self, capabilities: &Capabilities) {
        let wishes = self.store.view.with_untracked(|view| [view.heatmap, view.top]);
        let told = self.store.charts.update(|charts| {
            let follow = |(chart, wish): (&mut MetricChoice, _)| {
                chart.follow(wish);
                chart.notice(capabilities)
            };
            charts.iter_mut().zip(wishes).filter_map(follow).collect::<Vec<String>>()
        });
        told.iter().flatten().for_each(|words| self.store.say(words, false));
    }

    fn capabilities(self) -> Capabilities {
        self.overview.with(|known| known.as_ref().map(|known| known.capabilities)).unwrap_or_default()
    }

    /// Something of the answer; nothing before it is there.
    fn draw(self, draw: impl Fn(&Overview) -> Vec<El>) -> Vec<El> {
        self.overview.with(|known| known.as_ref().map(|known| draw(known))).unwrap_or_default()
    }

    fn save_file(self, panels: &[PanelKind], name: String, is_json: bool) {
        let (ask, zone) = (Box::new(self.ask(panels)), self.store.zone.get());
        lasting_task(async move {
            if let Some(Answer::Text(text)) = self.store.ask(Query::OverviewFile { ask, zone, is_json }).await {
                save(&name, if is_json { "application/json" } else { "text/csv" }, &text);
            }
        });
    }

    /// `analytics-2026-03-01-to-2026-03-05.csv` (token-coverage.md §7)
    fn file_name(self, is_json: bool) -> String {
        let window = self.store.filter().window.unwrap_or(Window { start: None, end: None });
        let zone = self.store.zone.get();
        let day = |at: Timestamp| Day::of(zone.local(at));
        let last = window.end.map(|end| day(Timestamp::from_nanos(end.nanos().saturating_sub(1))));
        file_name(window.start.map(day), last, if is_json { ".json" } else { ".csv" })
    }
}

/// What a chart counts: the wish, as far as the loaded data has it. Before that is known the wish stands.
fn effective(
    offered: &'static [ChartMetric],
    wish: Option<ChartMetric>,
    capabilities: Option<&Capabilities>,
) -> ChartMetric {
    let choice = wish.map_or(MetricChoice::new(offered), |wish| MetricChoice::new(offered).remembered(wish.name()));
    match capabilities {
        Some(capabilities) => choice.effective(capabilities),
        None => choice.intent().unwrap_or_default(),
    }
}

/// What the question depends on.
pub fn asked(view: &ViewState) -> ViewState {
    ViewState { session: None, step: None, zoom: None, range: None, ..view.clone() }
}

/// The page of the dashboards.
pub fn overview_page(store: Store) -> Vec<El> {
    let board = Board::new(store);
    let wanted = Derived::new(move || store.view.with(asked));
    let here = Kept::new(());
    let ask = latest(move || {
        Box::pin(async move {
            if here.is_gone() {
                return;
            }
            let (ask, zone) = (Box::new(board.ask(&PANELS)), store.zone.get());
            let answer = store.ask(Query::Overview { ask, zone }).await;
            if let (Some(Answer::Overview(mut answer)), false) = (answer, here.is_gone()) {
                if !store.progress.with_untracked(|progress| progress.is_done) {
                    answer.capabilities = answer.capabilities.while_reading();
                }
                board.tell(&answer.capabilities);
                board.overview.set(Some(Arc::new(*answer)));
            }
        })
    });
    follow(move || {
        wanted.track();
        if let Some(early) = store.early() {
            let ask = board.ask(&PANELS);
            let is_usual = ask.selection == Selection::default() && ask.top == ChartMetric::default();
            board.overview.set(Some(early).filter(|_| is_usual));
        }
    });
    let is_done = Derived::new(move || store.progress.with(|progress| progress.is_done));
    follow(move || {
        store.generation.track();
        is_done.track();
        wanted.track();
        ask();
    });
    let sheet = el("div").class("sheet").attr("data-testid", "overview").children([
        cards::strip(board),
        days::panel(board),
        hours::panel(board),
        activity::panel(board),
        shape::panel(board),
        top::panel(board),
        projects::panel(board),
        tools::panel(board),
        velocity::panel(board),
        outcome::panel(board),
        outcome::pressure_panel(board),
    ]);
    vec![el("h1").class("sr").text("Overview"), sheet, files(board, &PANELS)]
}

/// Buttons that save what a whole view is made of.
pub fn page_files(store: Store, panels: &'static [PanelKind]) -> El {
    files(Board::new(store), panels)
}

fn files(board: Board, panels: &'static [PanelKind]) -> El {
    let one = |label: &str, is_json: bool| {
        let save = move |_| board.save_file(panels, board.file_name(is_json), is_json);
        button("button button-quiet button-small", save).child(small_icon("csv")).text(label)
    };
    let files = el("footer").class("page-files").attr("data-testid", "page-files");
    files.child(el("span").class("muted").text("All of this view:")).children([one("CSV", false), one("JSON", true)])
}
