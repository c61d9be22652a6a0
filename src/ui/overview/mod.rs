//! The dashboards: what all that is loaded has in common. The worker computes them; here they are drawn.

mod activity;
mod cards;
mod days;
mod hours;
mod outcome;
mod panel;
mod projects;
mod shape;
mod tools;
mod top;
mod velocity;

use super::shared::{Derived, El, Kept, Live, el, follow, lasting_task, latest, save};
use super::store::Store;
use crate::link::ViewState;
use crate::logic::analytics::{Overview, OverviewAsk, PanelKind, Selection};
use crate::logic::metric_choice::{Capabilities, ChartMetric, HEATMAP, MetricChoice, TOP};
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
struct Board {
    store: Store,
    overview: Live<Option<Arc<Overview>>>,
    /// Panels that stand as tables.
    as_tables: Live<Vec<PanelKind>>,
}

impl Board {
    fn ask(self, panels: &[PanelKind]) -> OverviewAsk {
        let capabilities = self.overview.with_untracked(|known| known.as_ref().map(|known| known.capabilities));
        let now = Timestamp::from_ms(js_sys::Date::now() as i64);
        let filter = self.store.filter();
        self.store.view.with_untracked(|view| {
            let effective = |offered, wish| effective(offered, wish, capabilities.as_ref());
            OverviewAsk {
                selection: Selection {
                    filter,
                    weekday: view.hour.map(|(weekday, _)| weekday),
                    hour: view.hour.map(|(_, hour)| hour),
                    ..Selection::default()
                },
                heatmap: effective(HEATMAP, view.heatmap),
                top: effective(TOP, view.top),
                panels: panels.to_vec(),
                ..OverviewAsk::at(now)
            }
        })
    }

    fn capabilities(self) -> Capabilities {
        self.overview.with(|known| known.as_ref().map(|known| known.capabilities)).unwrap_or_default()
    }

    /// Something of the answer; nothing before it is there.
    fn draw(self, draw: impl Fn(&Overview) -> Vec<El>) -> Vec<El> {
        self.overview.with(|known| known.as_ref().map(|known| draw(known))).unwrap_or_default()
    }

    fn save_csv(self, panels: &[PanelKind], name: &'static str) {
        let (ask, zone) = (Box::new(self.ask(panels)), self.store.zone.get());
        lasting_task(async move {
            if let Some(Answer::Text(text)) = self.store.ask(Query::OverviewCsv { ask, zone }).await {
                save(name, "text/csv", &text);
            }
        });
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
fn asked(view: &ViewState) -> ViewState {
    ViewState { session: None, step: None, zoom: None, range: None, ..view.clone() }
}

/// The page of the dashboards.
pub fn overview_page(store: Store) -> Vec<El> {
    let board = Board { store, overview: Live::new(None), as_tables: Live::new(Vec::new()) };
    let wanted = Derived::new(move || store.view.with(asked));
    let here = Kept::new(());
    let ask = latest(move || {
        Box::pin(async move {
            if here.is_gone() {
                return;
            }
            let (ask, zone) = (Box::new(board.ask(&PANELS)), store.zone.get());
            let answer = store.ask(Query::Overview { ask, zone }).await;
            if let (Some(Answer::Overview(answer)), false) = (answer, here.is_gone()) {
                board.overview.set(Some(Arc::new(*answer)));
            }
        })
    });
    follow(move || {
        store.generation.track();
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
    vec![el("h1").class("sr").text("Overview"), sheet]
}
