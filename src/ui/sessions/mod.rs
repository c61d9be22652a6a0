//! The list of sessions: a virtual table of thousands.

mod row;
mod table;

pub use row::{Context, session_row};

use super::frame::{button, link, waiting};
use super::overview::page_files;
use super::shared::{Derived, El, Live, el};
use super::store::Store;
use crate::link::{MOST_COMPARED, Tab, ViewState};
use crate::logic::analytics::PanelKind;
use crate::logic::format::count;
use crate::logic::kin;
use crate::logic::session_list::{Probes, list};
use crate::logic::sessions::{Order, SessionRow, Sums};
use std::sync::Arc;

/// All sessions that pass the filters, sorted.
pub fn sessions_page(store: Store) -> Vec<El> {
    let unfolded = Live::new(Vec::<String>::new());
    let probes = Live::new(Probes::Hidden);
    let order = Derived::new(move || {
        store.view.with(|view| Order { by: view.sort, is_descending: view.is_descending, sums: view.sums })
    });
    let list = Derived::new(move || {
        let all = store.rows.get();
        let is_open = |key: &str| unfolded.with(|open| open.iter().any(|known| known == key));
        let passing = store.passing();
        let passes = |place: usize| passing.as_ref().is_some_and(|passes| passes(place));
        Arc::new(list(&all, &passes, order.get(), probes.get(), &is_open))
    });
    let scope = move || {
        list.with(|list| {
            let below = kin::words(&list.below);
            let also = if below.is_empty() { String::new() } else { format!(", {below} folded under their runs") };
            // Model and hour choose among a session's requests; the row of a session tells of all of them.
            let is_cut = store.filter().cuts_sessions();
            let whole = if is_cut { "; numbers are of whole sessions" } else { "" };
            format!("{}{also}{whole}", count(u64::from(list.runs), "run"))
        })
    };
    let is_empty = Derived::new(move || list.with(|list| list.rows.is_empty()));
    let has_trees = Derived::new(move || store.rows.with(|rows| rows.iter().any(|row| has_tree(row))));
    let sums = move || if has_trees.get() { vec![sums_choice(store)] } else { Vec::new() };
    let tools = el("div").class("list-tools").child(el("span").attr("data-testid", "list-scope").live_text(scope));
    let found = Derived::new(move || list.with(|list| list.probes));
    let tools = tools.child(el("span").live(move || probes_choice(found.get(), probes)));
    let tools = tools.child(el("span").class("list-choice").live(sums));
    // Above the list: what stands below is where the list ends, and the way there draws its rows anew.
    let touched = link(store, |view| view.tab = Tab::Files).text("Files touched");
    let tools = tools.child(touched.class("button button-small"));
    let tools = tools.child(page_files(store, &[PanelKind::Sessions]));
    let body = el("div").live(move || match is_empty.get() {
        true if found.get() > 0 => vec![only_probes(found.get(), probes)],
        true => vec![nothing(store)],
        false => vec![table::session_table(store, list, unfolded)],
    });
    let marked = Derived::new(move || store.view.with(|view| view.compare.len()));
    let marks = el("div").class("contents").live(move || selection(store, marked.get()));
    vec![el("h1").class("sr").text("Sessions"), tools, body, marks]
}

/// What can be done with marked sessions.
fn selection(store: Store, marked: usize) -> Vec<El> {
    if marked == 0 {
        return Vec::new();
    }
    let words = [&*count(marked as u64, "session"), " marked"].concat();
    let why = match marked {
        1 => "mark another one to compare them",
        MOST_COMPARED => "more do not stand side by side",
        _ => "",
    };
    let compare = button("button button-primary", move |_| {
        store.go(|view| (view.tab, view.step) = (Tab::Compare, None));
    });
    let clear = button("button", move |_| store.adjust(|view| view.compare.clear())).text("Clear marks");
    let close = button("button", move |_| store.close_marked()).text("Close their logs");
    let close = close.attr("title", "Every log that holds one of them leaves the page; the files stay where they are");
    let bar = el("div").class("selection-bar").attr("role", "region").attr("aria-label", "Marked sessions");
    let bar =
        bar.attr("data-testid", "marked").children([el("strong").text(&words), el("span").class("muted").text(why)]);
    vec![bar.child(compare.flag("disabled", marked < 2).text("Compare")).children([clear, close])]
}

/// How many probes there are, and the button that lists them or leaves them out.
fn probes_choice(found: u32, probes: Live<Probes>) -> Vec<El> {
    if found == 0 {
        return Vec::new();
    }
    let is_listed = probes.get() == Probes::Listed;
    let words = format!("{} {}", count(u64::from(found), "probe"), if is_listed { "listed" } else { "hidden" });
    let other = if is_listed { Probes::Hidden } else { Probes::Listed };
    let button = button("button button-small", move |_| probes.set(other)).attr("data-testid", "probes");
    let button = button.attr("title", "Sessions in which nothing but /usage was asked");
    vec![button.attr("aria-pressed", if is_listed { "true" } else { "false" }).text(&words)]
}

/// Whether its sums with what it started are others than its own.
fn has_tree(row: &SessionRow) -> bool {
    row.descendants > 0 || row.missing_children > 0
}

/// Own sums, or those with sub-agents and forks.
pub fn sums_choice(store: Store) -> El {
    let option = |label: &str, sums: Sums| {
        button("", move |_| store.adjust(|view| view.sums = sums))
            .live_attr("aria-pressed", move || Some(store.view.with(|view| view.sums == sums).to_string()))
            .text(label)
    };
    let choice = el("span").class("segmented").attr("role", "group").attr("aria-label", "Sums");
    choice.attr("data-testid", "sums").children([option("With sub-agents", Sums::Tree), option("Own", Sums::Own)])
}

/// All that passes is hidden.
fn only_probes(found: u32, probes: Live<Probes>) -> El {
    let list = button("button button-primary", move |_| probes.set(Probes::Listed)).text("List them");
    let words = format!("Nothing but /usage was asked in {}.", count(u64::from(found), "session"));
    empty_state("Only probes", &words, vec![list])
}

/// No row passes: says why and offers the way back.
pub fn nothing(store: Store) -> El {
    el("div").live(move || {
        let total = store.rows.with(|rows| rows.len() as u64);
        let is_reading = store.progress.with(|progress| !progress.is_done);
        vec![match (total, is_reading) {
            (0, true) => waiting("Reading…"),
            (0, false) => no_logs(store),
            _ if store.passed().is_none() => waiting("Filtering…"),
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
        store.go(ViewState::clear_filters);
    });
    let words = format!("The filters leave 0 of {}.", count(total, "session"));
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
