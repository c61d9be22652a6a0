//! Where the session's numbers come from: every record of its logs, whether it counts and why (PRODUCT §6).

use super::open::Open;
use crate::link::{Tab, ViewState};
use crate::logic::dates;
use crate::logic::explain::{ExplainRow, Explanation};
use crate::logic::format::{NOT_RECORDED, count, fixed, format_token_count};
use crate::logic::session_list::on_screen;
use crate::logic::sessions::Sums;
use crate::model::{Reported, Timestamp};
use crate::ui::frame::{button, is_plain_click};
use crate::ui::shared::{
    Derived, El, Live, cost, el, follow, lasting_task, not_recorded, save, small_icon, tally, task,
};
use crate::worker::{Answer, Query};
use leptos::prelude::document;
use std::ops::Range;
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};

/// Height of a row, as the style sheet has it, pixels.
const ROW_PX: f64 = 30.0;
/// Rows drawn beyond the edges.
const SPARE: usize = 10;

const COLUMNS: [(&str, &str); 10] = [
    ("Line", ""),
    ("Time", "num"),
    ("Model", ""),
    ("Input", "num"),
    ("Cache read", "num"),
    ("Cache write", "num"),
    ("Output", "num"),
    ("Cost", "num"),
    ("Counts", ""),
    ("Why", ""),
];

type State = Option<Arc<Explanation>>;

/// The button that opens the explanation.
pub fn explain_button() -> El {
    let button = el("button").attr("type", "button").class("button button-small").attr("popovertarget", "explain");
    button.attr("data-testid", "explain-button").child(small_icon("explain")).text("Explain")
}

/// The explanation: asked for when it is opened.
pub fn explain(open: Open) -> El {
    let is_open = Live::new(false);
    let sums = Live::new(open.store.view.with_untracked(|view| view.sums));
    let state = Live::new(State::None);
    follow(move || {
        open.store.generation.track();
        if !is_open.get() {
            return;
        }
        let (key, sums) = (key(open), sums.get());
        task(async move {
            if let Some(Answer::Explanation(found)) = open.store.ask(Query::Explain { key, sums }).await {
                state.set(found.map(Arc::from));
            }
        });
    });
    let has_tree = open.detail.with(|detail| detail.row.descendants + detail.row.missing_children > 0);
    let panel = el("section").class("all-facts explanation").attr("id", "explain").attr("popover", "auto");
    let panel = panel.attr("aria-label", "Explanation").attr("data-testid", "explanation");
    let panel = panel.on("toggle", move |event| {
        let state = js_sys::Reflect::get(&event, &JsValue::from_str("newState")).ok();
        is_open.set(state.and_then(|state| state.as_string()).as_deref() == Some("open"));
    });
    panel.child(head(open, sums, has_tree)).child(el("div").class("explanation-body").live(move || match state.get() {
        None => vec![el("p").class("pane-empty").attr("role", "status").text("Looking…")],
        Some(found) => body(open, &found),
    }))
}

fn key(open: Open) -> String {
    open.detail.with(|detail| detail.row.key.clone())
}

fn head(open: Open, sums: Live<Sums>, has_tree: bool) -> El {
    let option = |label: &str, wish: Sums| {
        button("", move |_| sums.set(wish))
            .live_attr("aria-pressed", move || Some((sums.get() == wish).to_string()))
            .text(label)
    };
    let choice = has_tree.then(|| {
        let choice = el("span").class("segmented").attr("role", "group").attr("aria-label", "Sums");
        choice.children([option("With sub-agents", Sums::Tree), option("Own", Sums::Own)])
    });
    let csv = button("button button-quiet button-small push", move |_| save_csv(open, sums.get_untracked()));
    let csv = csv.attr("data-testid", "explain-csv").child(small_icon("csv")).text("CSV");
    let close = el("button").attr("type", "button").class("button button-quiet button-small button-icon");
    let close = close.attr("popovertarget", "explain").attr("aria-label", "Close").child(small_icon("close"));
    let head = el("div").class("pane-head").child(el("strong").text("Where these numbers come from"));
    head.children(choice).child(csv).child(close)
}

fn save_csv(open: Open, sums: Sums) {
    let key = key(open);
    lasting_task(async move {
        if let Some(Answer::Text(text)) = open.store.ask(Query::ExplainCsv { key, sums }).await {
            save("explanation.csv", "text/csv", &text);
        }
    });
}

fn body(open: Open, found: &Arc<Explanation>) -> Vec<El> {
    let sentences = found.formula.iter().map(|sentence| el("li").text(sentence));
    let decision = |one: &crate::logic::explain::DecisionCount| {
        let number = el("span").class("num").text(&one.count.to_string());
        el("span").class("chip-plain").child(number).text(" ").text(&one.decision.replace('-', " "))
    };
    let decisions = el("p").class("decisions").attr("data-testid", "decisions");
    vec![
        totals(found),
        el("ul").class("sentences").children(sentences),
        decisions.children(found.decisions.iter().map(decision)),
        table(open, found),
    ]
}

fn totals(found: &Explanation) -> El {
    let totals = &found.totals;
    let part = |name: &str, value: El| {
        el("span").class("explain-total").child(el("span").class("muted").text(name)).child(el("b").child(value))
    };
    let context = match totals.peak_context.get() {
        Some(tokens) => el("span").attr("title", &tokens.to_string()).text(&format_token_count(tokens)),
        None => not_recorded("the log has no size of a single prompt"),
    };
    el("p").class("explain-totals num").attr("data-testid", "explain-totals").children([
        part("Input, uncached", tally(&totals.input_uncached, "row")),
        part("Cache read", tally(&totals.cache_read, "row")),
        part("Cache write", tally(&totals.cache_write, "row")),
        part("Output", tally(&totals.output, "row")),
        part("Largest prompt", context),
        part("Cost", cost(&totals.cost)),
    ])
}

/// All rows, of which only those on screen exist.
fn table(open: Open, found: &Arc<Explanation>) -> El {
    let scroll = el("div").class("explain-scroll").attr("tabindex", "0").attr("role", "region");
    let scroll = scroll.attr("aria-label", &count(found.rows.len() as u64, "record"));
    let (node, place) = (scroll.node(), Live::new((0.0, 600.0)));
    let rows = found.clone();
    let range = Derived::new(move || {
        let (top, height) = place.get();
        on_screen(rows.rows.len(), ROW_PX, top, height, SPARE)
    });
    let found = found.clone();
    let body = el("tbody").live(move || drawn(open, &found, range.get()));
    let heading = |(name, class): (&str, &str)| el("th").attr("scope", "col").class(class).text(name);
    let head = el("thead").child(el("tr").children(COLUMNS.map(heading)));
    let table = el("table").class("table explain-table").attr("data-testid", "explain-rows").child(head).child(body);
    let look = move |_| place.set((f64::from(node.scroll_top()), f64::from(node.client_height()).max(300.0)));
    scroll.on("scroll", look).child(table)
}

fn drawn(open: Open, found: &Explanation, range: Range<usize>) -> Vec<El> {
    let gap = |count: usize| {
        let height = fixed(count as f64 * ROW_PX, 0) + "px";
        el("tr").class("row-gap").attr("aria-hidden", "true").css("height", &height)
    };
    let slice = found.rows.get(range.clone()).unwrap_or_default();
    let mut rows = vec![gap(range.start)];
    rows.extend(slice.iter().map(|one| row(open, found, one)));
    rows.push(gap(found.rows.len().saturating_sub(range.end)));
    rows
}

fn row(open: Open, found: &Explanation, row: &ExplainRow) -> El {
    let cell = |class: &str, text: &str| el("td").class(class).attr("title", text).text(text);
    let tokens = |value: Reported<u64>| {
        let text = value.get().map_or(NOT_RECORDED.to_owned(), |tokens| tokens.to_string());
        el("td").class("num").text(&text)
    };
    let now = Timestamp::from_ms(js_sys::Date::now() as i64);
    let time = row.at.map(|at| {
        open.store.zone.with(|zone| {
            (
                format!("{}{}", dates::short(at, now, zone), dates::clock(at, zone).get(5..8).unwrap_or_default()),
                dates::full(at, zone),
            )
        })
    });
    let cost = match row.cost.get() {
        Some(cost) => el("td").class("num").attr("title", &row.basis).text(&cost.display()),
        None => el("td").class("num").attr("title", &row.basis).text(NOT_RECORDED),
    };
    let counts = match (row.counts_tokens, row.counts_cost) {
        (true, true) => "yes",
        (true, false) => "tokens",
        (false, true) => "cost",
        (false, false) => "no",
    };
    el("tr").attr("data-testid", "explain-row").flag("data-out", !row.counts()).children([
        el("td").child(line(open, found, row)),
        match &time {
            Some((short, full)) => el("td").class("num").attr("title", full).text(short),
            None => el("td").class("num").child(not_recorded("the line has no time")),
        },
        cell("", if row.model.is_empty() { NOT_RECORDED } else { &row.model }),
        tokens(row.tokens.input_uncached),
        tokens(row.tokens.cache_read),
        tokens(row.tokens.cache_write),
        tokens(row.tokens.output),
        cost,
        cell("", counts),
        cell("explain-why", &row.why),
    ])
}

/// The line, as a link to its step.
fn line(open: Open, found: &Explanation, row: &ExplainRow) -> El {
    let name = row.line.path.rsplit('/').next().unwrap_or_default();
    let is_here = row.session == found.key;
    let text = match (is_here, row.line.line) {
        (_, 0) => name.to_owned(),
        (true, line) => format!("line {line}"),
        (false, line) => format!("{name}:{line}"),
    };
    let Some(event) = row.event.clone() else {
        return el("span").attr("title", &row.line.path).text(&text);
    };
    let link = if is_here { step_link(open, event) } else { other_link(open, &row.session, event) };
    link.attr("title", &row.line.path).text(&text)
}

fn step_link(open: Open, event: String) -> El {
    let view = open.store.view.with_untracked(|view| ViewState { step: Some(event.clone()), ..view.clone() });
    el("a").attr("href", &format!("#{view}")).on("click", move |click| {
        if is_plain_click(&click) {
            click.prevent_default();
            close();
            match open.track().find(&event) {
                Some(event) => open.inspect(event),
                None => open.store.adjust(|view| view.step = Some(event.clone())),
            }
        }
    })
}

fn other_link(open: Open, session: &str, event: String) -> El {
    let store = open.store;
    let session = session.to_owned();
    let to = move |view: &mut ViewState| {
        (view.tab, view.session, view.step) = (Tab::Session, Some(session.clone()), Some(event.clone()));
    };
    crate::ui::frame::link(store, to)
}

fn close() {
    let panel = document().get_element_by_id("explain").and_then(|panel| panel.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(panel) = panel {
        // Fails only when it is closed already.
        panel.hide_popover().unwrap_or_default();
    }
}
