//! The lines of the palette. They are only ever added to, so that what comes later moves nothing; one listener serves all.

use crate::link::{Tab, ViewState};
use crate::logic::search::Item;
use crate::ui::shared::{El, el, icon, small_icon, status_sign};
use crate::ui::store::Store;
use crate::ui::{start, theme};

/// Something to do: its name, its symbol, and what it does.
pub type Act = (&'static str, &'static str, fn(Store));

/// All of it.
pub const ACTS: [Act; 11] = [
    ("Overview", "right", |store| store.go(|view| view.tab = Tab::Overview)),
    ("Usage", "right", |store| store.go(|view| view.tab = Tab::Usage)),
    ("Sessions", "right", |store| store.go(|view| view.tab = Tab::Sessions)),
    ("Coverage", "right", |store| store.go(|view| view.tab = Tab::Coverage)),
    ("Problems", "right", |store| store.go(|view| view.tab = Tab::Problems)),
    ("Files of all sessions", "right", |store| store.go(|view| view.tab = Tab::Files)),
    ("Compare marked sessions", "table", |store| store.go(|view| view.tab = Tab::Compare)),
    ("Mark the open session to compare", "table", |store| store.go(mark_open)),
    ("Open more logs", "open", |store| store.is_opening_more.set(true)),
    ("Switch theme", "theme", |_| theme::switch()),
    ("Help and keys", "help", |_| start::open_help()),
];

/// Marks the session that was opened last, and goes where others are marked, or to the comparison.
fn mark_open(view: &mut ViewState) {
    if let Some(session) = view.session.clone() {
        view.mark(session, true);
    }
    view.tab = if view.compare.len() > 1 { Tab::Compare } else { Tab::Sessions };
}

/// A line; `id` names it for the field, `place` says what it stands for.
fn row(id: &str, place: &str, sign: El, words: El, side: &str) -> El {
    let side = el("span").class("palette-side clip").text(side);
    el("div")
        .class("palette-row")
        .attr("role", "option")
        .attr("aria-selected", "false")
        .attr("id", id)
        .attr("data-place", place)
        .children([sign, words, side])
}

/// Lines for things to do.
pub fn act_row(number: usize) -> Option<El> {
    let (name, sign, _) = ACTS.get(number)?;
    let place = ["act-", &*number.to_string()].concat();
    Some(row(&["palette-", &*place].concat(), &place, icon(sign), el("span").text(name), ""))
}

/// A line for a session or a step.
pub fn item_row(kind: &str, number: usize, item: &Item) -> El {
    let key = [kind, "-", &*number.to_string()].concat();
    let sign = match item.status {
        Some(status) => status_sign(status),
        None => el("span")
            .class("palette-sign")
            .children(item.has_failed.then(|| small_icon("fail").attr("data-failed", ""))),
    };
    let excerpt = &item.excerpt;
    let words = el("span").class("palette-words clip").attr("dir", "auto");
    // What filters alone chose has no words of its own.
    let (own, place) = if item.excerpt.hit.is_empty() && excerpt.before.is_empty() {
        (&item.place, "")
    } else {
        (&excerpt.before, &*item.place)
    };
    let words = words.text(own).child(el("mark").text(&excerpt.hit)).text(&excerpt.after);
    let side: Vec<&str> = [&*item.what, place].into_iter().filter(|text| !text.is_empty()).collect();
    row(&["palette-", &*key].concat(), &key, sign, words, &side.join(" · "))
}

/// Goes where a line leads.
pub fn go(store: Store, item: &Item) {
    if item.session.is_empty() {
        return store.go(|view| view.tab = Tab::Problems);
    }
    store.is_opening_more.set(false);
    store.go(|view| {
        view.tab = Tab::Session;
        view.session = Some(item.session.clone());
        view.step = Some(item.step.clone()).filter(|step| !step.is_empty());
    });
}
