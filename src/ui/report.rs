//! Draws a [`Report`]: whatever the worker tells as sentences and tables.

use super::frame::is_plain_click;
use super::shared::{El, at_least, el, not_recorded};
use super::store::Store;
use crate::link::Tab;
use crate::logic::format::{NOT_RECORDED, count};
use crate::logic::report::{Cell, Jump, Report, Table};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

/// Sentences, then tables.
pub fn report(store: Store, known: &Report) -> Vec<El> {
    let sentences = known.sentences.iter().map(|sentence| el("li").text(sentence));
    let sentences = (!known.sentences.is_empty()).then(|| el("ul").class("sentences").children(sentences));
    sentences.into_iter().chain(known.tables.iter().map(|table| self::table(store, table))).collect()
}

/// A table with its title; its rows are named by their first cells.
pub fn table(store: Store, known: &Table) -> El {
    let class =
        |column: usize| if known.columns.get(column).is_some_and(|(_, is_number)| *is_number) { "num" } else { "" };
    let head = known.columns.iter().enumerate();
    let head = head.map(|(column, (name, _))| el("th").attr("scope", "col").class(class(column)).text(name));
    let row = |row: &Vec<Cell>| {
        let cell = |(column, known): (usize, &Cell)| match column {
            0 => el("th").attr("scope", "row").children(cell(store, known)),
            _ => el("td").class(class(column)).children(cell(store, known)),
        };
        el("tr").children(row.iter().enumerate().map(cell))
    };
    if known.rows.is_empty() {
        return el("p").class("muted").text("None that the logs tell of.");
    }
    let table = el("table").class("table").child(el("caption").class("sr").text(&known.title));
    let table = table.child(el("thead").child(el("tr").children(head)));
    let table = table.child(el("tbody").children(known.rows.iter().map(row)));
    let scroll = el("div").class("report-scroll").attr("tabindex", "0").attr("role", "region");
    let left_out = (known.left_out > 0)
        .then(|| el("p").class("pane-empty").text(&["and ", &*count(u64::from(known.left_out), "more row")].concat()));
    scroll.attr("aria-label", &known.title).child(table).children(left_out)
}

fn cell(store: Store, known: &Cell) -> Vec<El> {
    let text = match known.text.as_str() {
        NOT_RECORDED => not_recorded(&known.why),
        text => match text.strip_prefix("≥ ") {
            Some(bound) => at_least(bound, &known.why),
            None => el("span").attr("title", &known.why).attr("dir", "auto").text(text),
        },
    };
    let jumps = known.jumps.iter().map(|to| jump(store, to).attr("title", &known.why));
    jumps.chain((!known.text.is_empty()).then_some(text)).collect()
}

/// Goes there, and away from the sheet that it stands in.
fn jump(store: Store, to: &Jump) -> El {
    let (session, step) = (to.session.clone(), Some(to.step.clone()).filter(|step| !step.is_empty()));
    let change = move |view: &mut crate::link::ViewState| {
        (view.tab, view.session, view.step) = (Tab::Session, Some(session.clone()), step.clone());
    };
    let mut view = store.view.get_untracked();
    change(&mut view);
    el("a").class("report-jump").attr("href", &["#", &*view.to_string()].concat()).text(&to.words).on(
        "click",
        move |event| {
            if is_plain_click(&event) {
                event.prevent_default();
                close_sheet(&event);
                store.go(&change);
            }
        },
    )
}

fn close_sheet(event: &Event) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let sheet = target.and_then(|target| target.closest("[popover]").ok().flatten());
    if let Some(sheet) = sheet.and_then(|sheet| sheet.dyn_into::<HtmlElement>().ok()) {
        // Fails only when it is closed already.
        sheet.hide_popover().unwrap_or_default();
    }
}
