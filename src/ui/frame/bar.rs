//! The top bar: the name, the views, what one can always do.

use super::{button, link};
use crate::link::Tab;
use crate::logic::sessions::SessionRow;
use crate::ui::shared::{Derived, El, el, icon, status_sign, svg};
use crate::ui::store::Store;
use crate::ui::{search, share, start, theme};
use std::sync::Arc;

/// Name, views, actions.
pub fn top_bar(store: Store) -> El {
    let tabs = el("nav").class("view-tabs").attr("aria-label", "Views").children([
        view_tab(store, Tab::Overview, "Overview"),
        view_tab(store, Tab::Usage, "Usage"),
        view_tab(store, Tab::Sessions, "Sessions"),
        view_tab(store, Tab::Coverage, "Coverage"),
        view_tab(store, Tab::Problems, "Problems"),
        session_tab(store),
        compare_tab(store),
    ]);
    let open =
        button("button", move |_| store.is_opening_more.set(true)).child(icon("open")).child(el("span").text("Open"));
    // Its word is hidden where there is no room.
    let open = open.attr("aria-label", "Open");
    let quiet = |class: &str, label: &str, name: &str, act: fn()| {
        button(class, move |_| act()).attr("aria-label", label).child(icon(name))
    };
    let search = button("button top-bar-search", move |_| search::open()).attr("aria-label", "Search everything");
    let key = el("span").class("key").text("Ctrl K");
    let search = search.attr("title", "Search everything (Ctrl or Cmd and K)").child(icon("search"));
    let search = search.child(el("span").text("Search")).child(key);
    let actions = el("div").class("top-bar-actions").children([
        search,
        open,
        share::share_button(store),
        quiet("button button-quiet button-icon", "Switch theme", "theme", theme::switch),
        quiet("button button-quiet button-icon wide-only", "Help and keys", "help", start::open_help),
    ]);
    el("header").class("top-bar").attr("data-testid", "top-bar").children([wordmark(store), tabs, actions])
}

fn wordmark(store: Store) -> El {
    let path = |class: &str, d: &str| svg("path").class(class).attr("d", d);
    let sign = svg("svg").attr("viewBox", "0 0 24 24").attr("aria-hidden", "true").children([
        path("trace", "M1 14.5h3.2l2.3-6 3 10L12 10"),
        path("trace-ahead", "M16.8 14.5H23"),
        path("head", "M10.9 1h5.2v3l-1.9 1.9V23h-1.4V5.9L10.9 4z"),
    ]);
    el("a").class("wordmark").attr("href", "./").child(sign).text("Sessionscope").on("click", move |event| {
        event.prevent_default();
        store.is_opening_more.set(true);
    })
}

fn current(store: Store, tab: Tab) -> Option<String> {
    store.view.with(|view| view.tab == tab).then(|| "page".to_owned())
}

fn view_tab(store: Store, tab: Tab, label: &str) -> El {
    let badge = move || match (tab, store.progress.with(|progress| progress.problems)) {
        (Tab::Problems, count @ 1..) => vec![el("span").class("badge badge-warn num").text(&count.to_string())],
        _ => Vec::new(),
    };
    link(store, move |view| view.tab = tab)
        .class("view-tab")
        .live_attr("aria-current", move || current(store, tab))
        .child(el("span").text(label))
        .child(el("span").class("contents").live(badge))
}

/// Marked sessions stay within reach, too.
fn compare_tab(store: Store) -> El {
    let marked = Derived::new(move || store.view.with(|view| view.compare.len()));
    el("span").class("contents").live(move || {
        let marked = marked.get();
        let number = el("span").class("badge num").text(&marked.to_string());
        let tab = || view_tab(store, Tab::Compare, "Compare").child(number);
        (marked > 1).then(tab).into_iter().collect()
    })
}

/// The row of the open session, if it is loaded.
fn open_row(store: Store) -> Option<Arc<SessionRow>> {
    let key = store.view.with(|view| view.session.clone())?;
    store.rows.with(|rows| rows.iter().find(|row| row.key == key).cloned())
}

/// The session that was opened last stays within reach.
fn session_tab(store: Store) -> El {
    let row = Derived::new(move || open_row(store));
    el("span").class("contents").live(move || {
        let tab = |row: Arc<SessionRow>| {
            link(store, |view| view.tab = Tab::Session)
                .class("view-tab view-tab-session")
                .live_attr("aria-current", move || current(store, Tab::Session))
                .child(status_sign(row.status))
                .child(el("span").class("clip").text(row.label()))
        };
        row.get().map(tab).into_iter().collect()
    })
}
