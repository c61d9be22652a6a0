//! Where a number comes from: a sheet over any view, for whatever number is asked about (PRODUCT §6). Numbers carry their
//! names ([`super::shared::explained`]); the worker finds the rows and the words.

use super::frame::{button, link};
use super::shared::{El, Kept, Live, el, lasting_task, listen, next_frame, not_recorded, rove, save, small_icon, task};
use super::store::Store;
use crate::export::overview::total::{HEADINGS, TotalLine, TotalView};
use crate::link::Tab;
use crate::logic::analytics::Selection;
use crate::logic::format::{NOT_RECORDED, count, fixed};
use crate::model::Timestamp;
use crate::worker::{Answer, Query};
use leptos::prelude::document;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// Height of a row, as the style sheet has it, pixels.
const ROW_PX: f64 = 30.0;
/// Rows that are asked for before the one that is looked at.
const BEFORE: u32 = 100;

/// The number that is asked about, and the answer.
#[derive(Clone, Copy)]
struct Sheet {
    store: Store,
    name: Live<String>,
    /// How far its rows are scrolled, pixels.
    top: Kept<i32>,
    /// Rows are on their way.
    is_busy: Kept<bool>,
    found: Live<Option<Result<Arc<TotalView>, String>>>,
}

/// The sheet, and the listener that opens it.
pub fn explanations(store: Store) -> El {
    let sheet = Sheet {
        store,
        name: Live::new(String::new()),
        top: Kept::new(0),
        is_busy: Kept::new(false),
        found: Live::new(None),
    };
    listen(&document(), "click", move |event| sheet.open(&event, "data-explain"));
    listen(&document(), "contextmenu", move |event| sheet.open(&event, "data-asks"));
    listen(&document(), "keydown", move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>().filter(|_| !event.default_prevented()) else { return };
        if key.key() == "x" && !(key.ctrl_key() || key.alt_key() || key.meta_key()) {
            sheet.open(&event, "data-asks");
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let row = target.filter(|target| target.has_attribute("data-explain")).map(|target| target.closest("tr"));
        let Some(row) = row.and_then(Result::ok).flatten() else { return };
        let in_row = row.query_selector_all("button").map_or(0, |buttons| buttons.length());
        if let Ok(Some(table)) = row.closest("table") {
            rove(key, &table, 1, in_row as i32);
        }
    });
    let close = button("button button-quiet button-small button-icon", |_| toggle(false));
    let close = close.attr("aria-label", "Close").attr("id", "total-close").child(small_icon("close"));
    let csv = button("button button-quiet button-small push", move |_| sheet.save());
    let csv = csv.attr("data-testid", "total-csv").child(small_icon("csv")).text("CSV");
    let title = move || {
        sheet.found.with(|found| match found {
            Some(Ok(view)) => [&view.title, ": ", &view.number].concat(),
            _ => "Where this number comes from".to_owned(),
        })
    };
    let head = el("div").class("pane-head").child(el("strong").attr("data-testid", "total-title").live_text(title));
    let panel = el("section").class("all-facts explanation").attr("id", "total").attr("popover", "auto");
    let panel = panel.attr("role", "dialog").attr("aria-label", "Explanation of a number").attr("data-testid", "total");
    panel.child(head.child(csv).child(close)).child(el("div").class("explanation-body").live(move || {
        match sheet.found.get() {
            None => vec![el("p").class("pane-empty").attr("role", "status").text("Looking…")],
            Some(Err(why)) => vec![el("p").class("pane-empty").attr("role", "alert").text(&why)],
            Some(Ok(view)) => sheet.body(&view),
        }
    }))
}

fn toggle(is_open: bool) {
    let Some(panel) = document().get_element_by_id("total").and_then(|panel| panel.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    // Fails only when it is so already.
    if is_open { panel.show_popover() } else { panel.hide_popover() }.unwrap_or_default();
    // Not by `autofocus`: browsers complain of it within the page of another site.
    let close = document().get_element_by_id("total-close").filter(|_| is_open);
    if let Some(close) = close.and_then(|close| close.dyn_into::<HtmlElement>().ok()) {
        close.focus().unwrap_or_default();
    }
}

impl Sheet {
    /// Explains the number that an event is about, if an attribute names one.
    fn open(self, event: &Event, attribute: &str) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let number = target.and_then(|target| target.closest(&["[", attribute, "]"].concat()).ok().flatten());
        let Some(name) = number.and_then(|number| number.get_attribute(attribute)) else { return };
        event.prevent_default();
        self.name.set(name);
        self.found.set(None);
        self.top.set(0);
        self.ask(0);
        toggle(true);
    }

    fn query(self, from: Option<u32>) -> Query {
        let filter = self.store.filter();
        Query::Total {
            name: self.name.get_untracked(),
            selection: Box::new(Selection { filter, ..Selection::default() }),
            zone: self.store.zone.get(),
            now: Timestamp::from_ms(js_sys::Date::now() as i64),
            from,
        }
    }

    fn ask(self, from: u32) {
        self.is_busy.set(true);
        let query = self.query(Some(from));
        let name = self.name.get_untracked();
        task(async move {
            let found = match self.store.ask(query).await {
                Some(Answer::Total(view)) => Ok(Arc::from(view)),
                Some(Answer::Failed(why)) => Err(why),
                _ => return,
            };
            self.is_busy.set(false);
            if self.name.get_untracked() == name {
                self.found.set(Some(found));
            }
        });
    }

    fn save(self) {
        let query = self.query(None);
        lasting_task(async move {
            if let Some(Answer::Text(text)) = self.store.ask(query).await {
                save("explanation.csv", "text/csv", &text);
            }
        });
    }

    fn body(self, view: &Arc<TotalView>) -> Vec<El> {
        let sentences = view.sentences.iter().map(|sentence| el("li").text(sentence));
        let gap = |rows: u32| {
            el("tr")
                .class("row-gap")
                .attr("aria-hidden", "true")
                .css("height", &(fixed(f64::from(rows) * ROW_PX, 0) + "px"))
        };
        let until = view.from + view.rows.len() as u32;
        let head = HEADINGS.map(|name| el("th").attr("scope", "col").class(class(name)).text(name));
        let rows = view.rows.iter().map(|row| self.line(row));
        let body = el("tbody").child(gap(view.from)).children(rows).child(gap(view.count.saturating_sub(until)));
        let table = el("table").class("table explain-table total-table").attr("data-testid", "total-rows");
        let table = table.attr("aria-rowcount", &(view.count + 1).to_string());
        let table = table.child(el("thead").child(el("tr").children(head))).child(body);
        let scroll = el("div").class("explain-scroll").attr("tabindex", "0").attr("role", "region");
        let scroll = scroll.attr("aria-label", &count(view.count.into(), "row")).child(table);
        vec![
            el("ul").class("sentences").attr("data-testid", "total-sentences").children(sentences),
            self.rolls(scroll, view),
        ]
    }

    /// What is scrolled to is asked for; the place stays.
    fn rolls(self, scroll: El, view: &Arc<TotalView>) -> El {
        let node = scroll.node();
        let (first, until, all) = (view.from, view.from + view.rows.len() as u32, view.count);
        let here = node.clone();
        next_frame(move || here.set_scroll_top(self.top.get()));
        scroll.on("scroll", move |_| {
            self.top.set(node.scroll_top());
            let top = (f64::from(node.scroll_top()) / ROW_PX) as u32;
            let bottom = top + (f64::from(node.client_height()) / ROW_PX) as u32;
            if self.is_busy.get() {
                return;
            }
            if top < first || (bottom > until && until < all) {
                self.ask(top.saturating_sub(BEFORE));
            }
        })
    }

    fn line(self, row: &TotalLine) -> El {
        let (session, step) = (row.session.clone(), row.step.clone());
        let open = link(self.store, move |view| {
            (view.tab, view.session, view.step) = (Tab::Session, Some(session.clone()), step.clone());
        });
        let open = open.on("click", |_| toggle(false));
        let mut cells = row.cells.iter().zip(HEADINGS);
        let first = cells.next().map_or("", |(text, _)| text);
        let cell = |(text, name): (&String, &str)| {
            let cell = el("td").class(class(name));
            match text.as_str() {
                NOT_RECORDED => cell.child(not_recorded("not recorded")),
                text => cell.attr("title", text).text(text),
            }
        };
        let name = el("td").attr("title", first).child(open.text(first));
        el("tr").attr("data-testid", "total-row").flag("data-out", row.is_out).child(name).children(cells.map(cell))
    }
}

fn class(heading: &str) -> &'static str {
    match heading {
        "Line" | "Time" | "Adds" => "num",
        "Note" => "explain-why",
        _ => "",
    }
}
