//! The list of sessions: a virtual table of thousands.

mod row;
mod table;

pub use row::{Context, session_row};

use super::frame::{button, waiting};
use super::shared::{Derived, El, Live, el};
use super::store::Store;
use crate::link::Tab;
use crate::logic::format::count;
use crate::logic::session_list::list;
use std::sync::Arc;

/// All sessions that pass the filters, sorted.
pub fn sessions_page(store: Store) -> Vec<El> {
    let unfolded = Live::new(Vec::<String>::new());
    let filter = Derived::new(move || store.filter());
    let order = Derived::new(move || store.view.with(|view| (view.sort, view.is_descending)));
    let rows = Derived::new(move || {
        let (sort, is_descending) = order.get();
        let all = store.rows.get();
        Arc::new(filter.with(|filter| {
            unfolded.with(|open| {
                let is_open = |key: &str| open.iter().any(|known| known == key);
                list(&all, filter, sort, is_descending, &is_open)
            })
        }))
    });
    let scope = move || {
        rows.with(|rows| {
            let shown = rows.iter().filter(|row| !row.is_child).count();
            let folded: u32 = rows.iter().map(|row| row.children).sum();
            let also = match folded {
                0 => String::new(),
                folded => format!(", {} folded under their runs", count(u64::from(folded), "stream")),
            };
            format!("{}{also}", count(shown as u64, "run"))
        })
    };
    let is_empty = Derived::new(move || rows.with(|rows| rows.is_empty()));
    let tools = el("div").class("list-tools").child(el("span").attr("data-testid", "list-scope").live_text(scope));
    let body = el("div").live(move || match is_empty.get() {
        true => vec![nothing(store)],
        false => vec![table::session_table(store, rows, unfolded)],
    });
    vec![el("h1").class("sr").text("Sessions"), tools, body]
}

/// No row passes: says why and offers the way back.
fn nothing(store: Store) -> El {
    el("div").live(move || {
        let total = store.rows.with(|rows| rows.len() as u64);
        let is_reading = store.progress.with(|progress| !progress.is_done);
        vec![match (total, is_reading) {
            (0, true) => waiting("Reading…"),
            (0, false) => no_logs(store),
            (total, _) => no_match(store, total),
        }]
    })
}

fn empty_state(heading: &str, words: &str, buttons: Vec<El>) -> El {
    let section = el("section").class("empty-state").attr("data-testid", "no-sessions");
    section.children([el("h2").text(heading), el("p").text(words), el("div").children(buttons)])
}

fn no_logs(store: Store) -> El {
    let problems =
        button("button button-primary", move |_| store.go(|view| view.tab = Tab::Problems)).text("Show problems");
    let open = button("button", move |_| store.is_opening_more.set(true)).text("Open something else");
    let words = "None of the files is a session log that this page reads. What they are instead stands under Problems.";
    empty_state("No session was found", words, vec![problems, open])
}

fn no_match(store: Store, total: u64) -> El {
    let clear = button("button button-primary", move |_| {
        store.adjust(|view| {
            view.window.clear();
            view.text.clear();
        });
    });
    let words = format!("The window and the text leave 0 of {}.", count(total, "session"));
    empty_state("No session matches these filters", &words, vec![clear.text("Clear all filters")])
}

/// Opens a session of the list.
fn open(store: Store, key: &str) {
    store.go(|view| {
        view.tab = Tab::Session;
        view.session = Some(key.to_owned());
        view.step = None;
    });
}
