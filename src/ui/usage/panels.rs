//! The panels of usage: one component for all of them. What they say is made in the worker (`logic::drawn`).

use super::columns::{columns, legend, of, series};
use super::readouts::readout;
use super::table::note;
use crate::logic::analytics::behind::Part;
use crate::logic::analytics::cells::Split;
use crate::logic::drawn::{Cell, Choice, Drawn, Row, UNKNOWN};
use crate::ui::frame::{button, link};
use crate::ui::overview::panel::{files, twin};
use crate::ui::overview::{Board, asked};
use crate::ui::shared::{Derived, El, Kept, Live, at_least, el, explained, follow, latest, next_frame, not_recorded};
use crate::ui::store::Store;
use crate::worker::{Answer, Query};
use leptos::prelude::document;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlSelectElement};

/// All that the logs allow, and why the others are not there.
pub fn panels(store: Store) -> El {
    let board = Board::new(store);
    let drawn = Live::new(Vec::<Rc<Drawn>>::new());
    let wanted = Derived::new(move || store.view.with(asked));
    let here = Kept::new(());
    let ask = latest(move || {
        Box::pin(async move {
            if here.is_gone() {
                return;
            }
            let (ask, zone) = (Box::new(board.ask(&[])), store.zone.get());
            let answer = store.ask(Query::Panels { ask, zone }).await;
            if let (Some(Answer::Panels(answer)), false) = (answer, here.is_gone()) {
                keep_focus();
                drawn.set(answer.into_iter().map(Rc::new).collect());
            }
        })
    });
    follow(move || {
        store.generation.track();
        wanted.track();
        ask();
    });
    el("div").class("sheet").attr("data-testid", "usage-panels").live(move || {
        drawn.with(|all| {
            let shown = all.iter().filter(|known| known.why_not.is_empty()).map(|known| panel(board, known));
            shown.chain(absent(all)).collect()
        })
    })
}

/// Everything is made again with each answer; whoever is at a control stays at it.
fn keep_focus() {
    const SPOT: &str = "data-spot";
    let spot = document().active_element().and_then(|focused| focused.get_attribute(SPOT));
    let Some(spot) = spot else { return };
    next_frame(move || {
        let all = document().query_selector_all("[data-spot]");
        let nodes =
            all.map(|all| (0..all.length()).filter_map(|at| all.get(at)).collect::<Vec<_>>()).unwrap_or_default();
        let mut same = nodes.into_iter().filter_map(|node| node.dyn_into::<HtmlElement>().ok());
        let same = same.find(|node| node.get_attribute(SPOT).as_ref() == Some(&spot));
        let _focused = same.map(|node| node.focus());
    });
}

fn panel(board: Board, known: &Rc<Drawn>) -> El {
    let kind = known.kind;
    let words = el("div").children([
        el("h2").class("panel-title").text(&known.title),
        el("p").class("panel-scope").text(&known.scope).text("."),
    ]);
    let choices = known.choices.iter().map(|known| choice(board, known));
    let actions = el("div").class("panel-actions").children(choices).children(files(board, kind, &known.title));
    let inner = known.clone();
    let body = el("div").class("panel-body").live(move || match board.is_table(kind) {
        true => vec![twin(board, kind)],
        false => drawing(board, &inner),
    });
    let head = if !known.choices.is_empty() { "panel-head panel-head-tall" } else { "panel-head" };
    let panel = el("section").class(&format!("panel span-{}", known.span)).attr("aria-label", &known.title);
    panel.attr("data-panel", kind.name()).child(el("header").class(head).child(words).child(actions)).child(body)
}

fn choice(board: Board, known: &Choice) -> El {
    let key = known.key.clone();
    let set = move |word: &str| board.store.adjust(|view| view.set(&key, word.to_owned()));
    let is_chosen = |word: &String| *word == known.chosen;
    if known.is_list {
        let option = |(word, label): &(String, String)| {
            el("option").attr("value", word).flag("selected", is_chosen(word)).text(label)
        };
        let change = move |event: Event| {
            let list = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            let _set = list.map(|list| set(&list.value()));
        };
        let list = el("select").class("button button-small choice-list").attr("aria-label", &known.label);
        return list.attr("data-spot", &known.key).children(known.options.iter().map(option)).on("change", change);
    }
    let option = |(word, label): &(String, String)| {
        let (set, own) = (set.clone(), word.clone());
        let option = button("", move |_| set(&own)).attr("data-spot", &[known.key.as_str(), " ", word].concat());
        option.attr("aria-pressed", &is_chosen(word).to_string()).text(label)
    };
    let group = el("div").class("segmented").attr("role", "group").attr("aria-label", &known.label);
    group.children(known.options.iter().map(option))
}

fn drawing(board: Board, known: &Drawn) -> Vec<El> {
    let figure = |(name, value): &(String, Cell)| {
        readout(name, number(value, true), el("span").text(&value.note)).attr("data-figure", name)
    };
    let figures = el("div").class("figures").children(known.figures.iter().map(figure));
    let piece = |(number, part): &(u8, u32)| match *number {
        UNKNOWN => el("i").class("hatched share-unknown"),
        number => el("i").attr("data-series", &series(number)).css("--of", &of(*part)),
    };
    let bar = el("div").class("share-bar").attr("aria-hidden", "true").children(known.shares.iter().map(piece));
    let mut parts = Vec::new();
    parts.extend((!known.figures.is_empty()).then_some(figures));
    if let Some(known) = &known.columns {
        parts.push(columns(board, known));
        parts.extend(legend(&known.legend));
    }
    parts.extend((!known.shares.is_empty()).then_some(bar));
    parts.extend((!known.rows.is_empty()).then(|| rows(board, known)));
    let notes = el("footer").class("panel-foot panel-notes capitalised").text(&known.notes).text(".");
    parts.extend((!known.notes.is_empty()).then_some(notes));
    parts
}

/// A number alone, without its note. Only the first of a row is a stop of the Tab key.
fn number(known: &Cell, is_stop: bool) -> El {
    let value = match known {
        Cell { text, title, .. } if text.is_empty() => not_recorded(title),
        Cell { text, title, is_at_least: true, .. } => at_least(text, title),
        Cell { text, title, .. } => el("span").attr("title", title).text(text),
    };
    match known.explain.as_str() {
        "" => value,
        name => explained(value, name).attr("tabindex", if is_stop { "0" } else { "-1" }),
    }
}

fn rows(board: Board, known: &Drawn) -> El {
    let has_bars = known.rows.iter().any(|row| row.bar.is_some());
    let heading = |(place, name): (usize, &String)| match (place, name.is_empty()) {
        (_, true) => vec![el("td")],
        (0, _) => vec![el("th").attr("scope", "col").text(name)],
        _ => vec![el("th").attr("scope", "col").class("num").text(name)],
    };
    let mut heads: Vec<El> = known.headings.iter().enumerate().flat_map(heading).collect();
    if has_bars && !heads.is_empty() {
        heads.insert(1, el("td").class("bar-cell"));
    }
    let head = (!heads.is_empty()).then(|| el("thead").child(el("tr").children(heads)));
    let table =
        el("table").class("table panel-rows").child(el("caption").class("sr").text(&known.title)).children(head);
    let lines = known.rows.iter().map(|known| row(board, known, has_bars));
    let scroll = el("div").class("table-scroll").attr("tabindex", "0").attr("role", "region");
    let label = [known.title.as_str(), ", rows"].concat();
    scroll.attr("aria-label", &label).child(table.child(el("tbody").children(lines)))
}

fn row(board: Board, known: &Row, has_bars: bool) -> El {
    let mut name = el("th").attr("scope", "row").class("row-name");
    if known.cells.is_empty() {
        // Nothing but its name.
        name = name.attr("colspan", "9");
    }
    if let (Some(number), None) = (known.series, known.bar) {
        let class = if number == UNKNOWN { "swatch hatched" } else { "swatch" };
        name = name.child(el("i").class(class).attr("data-series", &series(number)));
    }
    name = match known.part.clone() {
        Some(part) => name.child(link(board.store, move |view| view.only(&part)).class("strong").text(&known.name)),
        None => name.child(el("span").class("strong").text(&known.name)),
    };
    if !known.note.is_empty() {
        name = name.child(note(&known.note, false));
    }
    let bar = known.bar.map(|bar| {
        let fill = el("span").class("bar").css("--of", &of(bar.of)).flag("data-open", bar.is_open);
        if let Some(number) = known.series { fill.attr("data-series", &series(number)) } else { fill }
    });
    let bar = (has_bars && !known.cells.is_empty()).then(|| el("td").class("bar-cell").children(bar));
    let first = known.cells.iter().position(|cell| !cell.explain.is_empty());
    let cell = |(place, known): (usize, &Cell)| {
        let is_warning = matches!(known.note.as_str(), "partial" | "no cost known");
        let small = (!known.note.is_empty()).then(|| note(&known.note, is_warning));
        el("td").class("num").child(number(known, first == Some(place))).children(small)
    };
    el("tr").child(name).children(bar).children(known.cells.iter().enumerate().map(cell))
}

/// What a part is named by is shown alone, or opens.
pub fn show(store: Store, part: &Part) {
    match part {
        Part::Named(Split::Session, _) => store.go(|view| view.only(part)),
        _ => store.adjust(|view| view.only(part)),
    }
}

/// The panels that have nothing to show, each with its reason.
fn absent(all: &[Rc<Drawn>]) -> Option<El> {
    let line = |known: &Rc<Drawn>| {
        el("p").child(el("strong").class("strong").text(&known.title)).text(": ").text(&known.why_not).text(".")
    };
    let lines: Vec<El> = all.iter().filter(|known| !known.why_not.is_empty()).map(line).collect();
    let panel = el("section").class("panel span-12 absent").attr("aria-label", "Not shown");
    (!lines.is_empty()).then(|| panel.child(el("h2").class("panel-title").text("Not shown")).children(lines))
}
