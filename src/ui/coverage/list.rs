//! The sessions behind a cell of the table, those with the largest gaps first.

use crate::link::Tab;
use crate::logic::coverage::{self, Count, CoverageView, SessionCoverage};
use crate::logic::dates;
use crate::logic::format::count;
use crate::logic::sessions::SessionRow;
use crate::model::{Metric, Timestamp, sorted};
use crate::ui::frame::{button, link};
use crate::ui::problems::panel_head;
use crate::ui::shared::{El, el, explained, gauge, not_recorded_words, small_icon};
use crate::ui::store::Store;

/// More rows than this help nobody.
const MOST: usize = 200;

/// The list of a cell; `None` when no row of the table has it.
pub fn panel(store: Store, view: &CoverageView, agent: &str, metric: Metric) -> Option<El> {
    let row = if agent.is_empty() { Some(&view.totals) } else { view.agent(agent) }?;
    let cell = row.cell(metric)?;
    let sessions: Vec<&SessionCoverage> = coverage::sessions(view, agent, metric).map(|(_, one)| one).collect();
    let missing = |one: &SessionCoverage| one.counts.get(metric.index()).map_or(0, Count::missing);
    let sessions = sorted(sessions, |a, b| missing(b).cmp(&missing(a)));
    let title = format!("{}, {}", row.name, metric.title().to_ascii_lowercase());
    let of = |count: &Count| format!("{} of {}", count.recorded, count.eligible);
    let mut scope = format!("recorded for {} {}s", of(&cell.count), metric.unit());
    if !cell.reason.is_empty() {
        scope = format!("{scope}; {}", cell.reason);
    }
    let close = button("button button-quiet button-small button-icon", move |_| store.adjust(|view| view.cell = None));
    let close = close.attr("aria-label", "Close").child(small_icon("close"));
    let of = if agent.is_empty() { String::new() } else { [":agent=", agent].concat() };
    let why = explained(small_icon("explain"), &[metric.name(), " coverage", &of].concat());
    let why = why.class("button button-quiet button-small button-icon").attr("aria-label", "Explain");
    let head =
        panel_head(el("h2").text(&title), &scope).child(el("div").class("panel-actions").child(why).child(close));
    let headings = [("Session", ""), ("Start", "num optional"), ("Recorded", "")];
    let heading = |(name, class): (&str, &str)| el("th").attr("scope", "col").class(class).text(name);
    let rows = sessions.iter().take(MOST).map(|one| line(store, one, metric));
    let table = el("table").class("table coverage-list").attr("data-testid", "coverage-sessions");
    let table = table.child(el("thead").child(el("tr").children(headings.map(heading))));
    let table = table.child(el("tbody").children(rows));
    let left_out = sessions.len().saturating_sub(MOST);
    let rest = format!("and {left_out} more, whose gaps are not larger");
    let rest = (left_out > 0).then(|| el("p").class("panel-foot muted").text(&rest));
    let panel = el("section").class("panel span-12").attr("aria-label", &title).attr("data-testid", "coverage-cell");
    let scroll = el("div").class("table-scroll").attr("tabindex", "0").attr("role", "region");
    Some(panel.child(head).child(scroll.attr("aria-label", &title).child(table)).children(rest))
}

fn line(store: Store, session: &SessionCoverage, metric: Metric) -> El {
    let row = store.rows.with_untracked(|rows| rows.iter().find(|row| row.key == session.key).cloned());
    let name = row.as_ref().map_or(session.key.as_str(), |row| row.label());
    let key = session.key.clone();
    let to_session = link(store, move |view| {
        (view.tab, view.session, view.step) = (Tab::Session, Some(key.clone()), None);
    });
    let found = session.counts.get(metric.index()).copied().unwrap_or_default();
    let words = format!("{} of {}", found.recorded, count(found.eligible.into(), metric.unit()));
    let note = gauge(found.recorded, found.eligible, &words);
    el("tr").children([
        el("td").class("clip").child(to_session.text(name)),
        el("td").class("num optional").child(start(store, row.as_deref())),
        el("td").child(note),
    ])
}

fn start(store: Store, row: Option<&SessionRow>) -> El {
    let now = Timestamp::from_ms(js_sys::Date::now() as i64);
    match row.and_then(|row| row.started) {
        Some(at) => store.zone.with(|zone| el("span").attr("title", &at.rfc3339()).text(&dates::short(at, now, zone))),
        None => not_recorded_words("no date", "no line of the log has a time"),
    }
}
