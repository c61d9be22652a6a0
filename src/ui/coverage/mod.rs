//! What the loaded logs record: agents by metrics, and the sessions behind a cell.

mod list;
mod matrix;

pub use matrix::matrix;

use super::frame::{button, waiting, window_words};
use super::sessions::nothing;
use super::shared::{Derived, El, Live, el, follow, lasting_task, save, small_icon, task};
use super::store::Store;
use crate::logic::coverage::CoverageView;
use crate::logic::format::count;
use crate::worker::{Answer, Query};
use std::sync::Arc;

/// The coverage of what passes the filters.
pub fn coverage_page(store: Store) -> Vec<El> {
    let coverage = Live::new(None::<Arc<CoverageView>>);
    let filter = Derived::new(move || store.filter());
    follow(move || {
        store.generation.track();
        let (filter, zone) = (filter.get(), store.zone.get());
        task(async move {
            if let Some(Answer::Coverage(answer)) = store.ask(Query::Coverage { filter, zone }).await {
                coverage.set(Some(Arc::new(*answer)));
            }
        });
    });
    let body = el("div").live(move || match coverage.get() {
        None => vec![waiting("Counting…")],
        Some(view) if view.sessions.is_empty() => vec![nothing(store)],
        Some(view) => {
            let cell = Derived::new(move || store.view.with(|view| view.cell.clone()));
            let of_cell = view.clone();
            let list = move || cell.get().and_then(|(agent, metric)| list::panel(store, &of_cell, &agent, metric));
            let list = el("div").class("contents").live(move || list().into_iter().collect());
            vec![el("div").class("sheet").child(panel(store, &view)).child(list)]
        }
    });
    vec![el("h1").class("sr").text("Coverage"), body]
}

fn panel(store: Store, view: &Arc<CoverageView>) -> El {
    let title = el("h2").class("panel-title").text("What the loaded logs record");
    let scope = el("p").class("panel-scope").attr("data-testid", "coverage-scope").text(&scope(store, view));
    let csv = button("button button-quiet button-small", move |_| save_csv(store)).attr("data-testid", "coverage-csv");
    let actions = el("div").class("panel-actions").child(csv.child(small_icon("csv")).text("CSV"));
    let head = el("header").class("panel-head").child(el("div").child(title).child(scope)).child(actions);
    let scroll = el("div").class("matrix-scroll").attr("tabindex", "0").attr("role", "region");
    let scroll = scroll.attr("aria-label", "Agents and metrics").child(matrix(store, view));
    let panel = el("section").class("panel span-12 matrix-panel").attr("aria-label", "Coverage");
    panel.attr("data-testid", "coverage").children([head, scroll, foot(view)])
}

/// What the table covers, in one line.
fn scope(store: Store, view: &CoverageView) -> String {
    let window = store.filter().window;
    let mut words =
        format!("{}, {}", count(view.sessions.len() as u64, "session"), window_words(store, window.as_ref()));
    if view.left_out > 0 {
        let records = count(view.left_out.into(), "record");
        words.push_str(&format!("; {records} of runs that other logs tell left out"));
    }
    if view.counted_elsewhere > 0 {
        let runs = count(view.counted_elsewhere.into(), "run");
        words.push_str(&format!("; {runs} of the totals counted in the log of the agent that they called"));
    }
    words + ". Of what could be recorded, how much is. Sums with gaps are shown with ≥ everywhere."
}

/// What the signs mean, and what is known to be missing although it counts.
fn foot(view: &CoverageView) -> El {
    let swatch = || el("i").class("swatch");
    let legend = el("span").class("legend").children([
        el("span").child(swatch()).text("recorded"),
        el("span").child(swatch().flag("data-hatched", true)).text("not recorded"),
        el("span").text("requests, events, tool calls, sub-agents: recorded of what could be"),
    ]);
    let name = |agent: &str| view.agent(agent).map_or(agent, |row| &row.name).to_owned();
    let limit = |limit: &crate::logic::coverage::Limit| {
        el("li").child(el("strong").text(&name(&limit.agent))).text(": ").text(&limit.words)
    };
    let limits = el("ul").class("limits").attr("data-testid", "limits").children(view.limits.iter().map(limit));
    let limits = (!view.limits.is_empty()).then_some(limits);
    el("footer").class("panel-foot").child(legend).children(limits)
}

fn save_csv(store: Store) {
    let (filter, zone) = (store.filter(), store.zone.get());
    lasting_task(async move {
        if let Some(Answer::Text(text)) = store.ask(Query::CoverageCsv { filter, zone }).await {
            save("coverage.csv", "text/csv", &text);
        }
    });
}
