//! The table of agents by metrics.

use crate::archive::CoverageClass;
use crate::logic::coverage::{AgentCoverage, Cell, CoverageView};
use crate::logic::format::{count, fixed};
use crate::model::Metric;
use crate::ui::frame::button;
use crate::ui::shared::{El, asks, el};
use crate::ui::store::Store;

/// A row for each agent; one for all of them where there are several.
pub fn matrix(store: Store, view: &CoverageView) -> El {
    let heading = |metric: Metric| el("th").attr("scope", "col").text(metric.title());
    let head = el("tr").child(el("th").attr("scope", "col").text("Agent")).children(Metric::ALL.map(heading));
    let totals = (view.agents.len() > 1).then_some(&view.totals);
    let rows = view.agents.iter().chain(totals).map(|agent| row(store, agent));
    let table = el("table").class("matrix").attr("data-testid", "coverage-table");
    table.child(el("thead").child(head)).child(el("tbody").children(rows))
}

fn row(store: Store, agent: &AgentCoverage) -> El {
    let sessions = el("small").class("num").text(&count(agent.sessions.into(), "session"));
    let name = el("th").attr("scope", "row").text(&agent.name).child(sessions);
    let cells = agent.cells.iter().map(|one| cell(store, &agent.agent, one));
    el("tr").attr("data-agent", &agent.agent).child(name).children(cells)
}

fn cell(store: Store, agent: &str, cell: &Cell) -> El {
    let (metric, found) = (cell.metric, cell.count);
    let class = found.class();
    let td = el("td").class("coverage-cell").attr("data-class", look(class)).attr("data-metric", metric.name());
    // On narrow screens there is no line of headings.
    let label = || el("span").class("coverage-metric muted").text(metric.title()).text(": ");
    if class == CoverageClass::NotApplicable {
        return td.child(el("span").child(label()).text("not applicable"));
    }
    let share = f64::from(found.recorded) / f64::from(found.eligible.max(1));
    let here = (agent.to_owned(), metric);
    let for_click = here.clone();
    let choose = move |_| {
        let here = for_click.clone();
        store.adjust(|view| view.cell = if view.cell.as_ref() == Some(&here) { None } else { Some(here) });
    };
    let numbers = el("span").class("coverage-count").child(label()).text(&found.recorded.to_string());
    let numbers = numbers.child(el("span").text(&format!(" of {}", found.eligible)));
    let reason = match class {
        CoverageClass::TotalOnly if cell.reason.is_empty() => "only as totals of sessions",
        _ => &cell.reason,
    };
    let unit = format!("{}, recorded of {}", metric.title(), count(found.eligible.into(), metric.unit()));
    let of = if agent.is_empty() { String::new() } else { [":agent=", agent].concat() };
    let button = asks(button("", choose), &[metric.name(), " coverage", &of].concat())
        .attr("title", &unit)
        .live_attr("aria-pressed", move || Some(store.view.with(|view| view.cell.as_ref() == Some(&here)).to_string()))
        .child(el("span").class("coverage-bar").css("--of", &fixed(share, 4)))
        .child(numbers)
        .child(el("span").class("coverage-reason").text(reason));
    td.child(button)
}

/// Totals are as good as requests to the eye: the words say which.
const fn look(class: CoverageClass) -> &'static str {
    match class {
        CoverageClass::TotalOnly => CoverageClass::Full.name(),
        class => class.name(),
    }
}
