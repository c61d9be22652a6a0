//! Views saved by name: filters, order and choices of charts, without what is open. Kept in this browser.

use crate::link::saved::SavedViews;
use crate::ui::frame::button;
use crate::ui::shared::{El, Live, el, small_icon, value_of};
use crate::ui::store::Store;
use crate::ui::theme::{keep, kept};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What they are called in local storage.
const KEPT_AS: &str = "views";

/// Those of this browser; none where it keeps nothing, or something else.
pub fn restore() -> SavedViews {
    SavedViews::parse(&kept(KEPT_AS).unwrap_or_default())
}

fn change(store: Store, change: impl FnOnce(&mut SavedViews)) {
    let mut views = store.saved.get_untracked();
    change(&mut views);
    if !keep(KEPT_AS, &views.to_text()) {
        store.say("This browser keeps nothing for this page: saved views last until it is closed.", false);
    }
    store.saved.set(views);
}

/// What the menu holds.
pub fn views(store: Store) -> Vec<El> {
    let typed = Live::new(String::new());
    // The view that gets another name.
    let renamed = Live::new(None::<String>);
    let save = move || {
        let name = typed.get_untracked();
        match renamed.get_untracked() {
            Some(old) => change(store, |views| views.rename(&old, &name)),
            None => {
                let view = store.view.get_untracked();
                change(store, |views| views.put(&name, &view));
            }
        }
        renamed.set(None);
        typed.set(String::new());
    };
    let label = move || if renamed.with(Option::is_some) { "New name" } else { "Name for this view" }.to_owned();
    let input = el("input")
        .live_attr("placeholder", move || Some(label()))
        .live_attr("aria-label", move || Some(label()))
        .attr("autocomplete", "off")
        .attr("maxlength", "60")
        .attr("data-testid", "view-name")
        .live_value(move || typed.get())
        .on("input", move |event| typed.set(value_of(&event)));
    let field: HtmlElement = input.node().unchecked_into();
    let list = el("div").class("filter-values").attr("role", "group").attr("aria-label", "Saved views");
    let list = list.live(move || {
        let row = |name: &str| row(store, name, typed, renamed, &field);
        let rows: Vec<El> = store.saved.with(|views| views.names().map(row).collect());
        match rows.is_empty() {
            true => vec![el("p").class("muted").text("No view is saved yet. One holds filters, order and charts.")],
            false => rows,
        }
    });
    let is_known = move || store.saved.with(|views| typed.with(|name| views.has(name)));
    let words = move || match (renamed.with(Option::is_some), is_known()) {
        (true, _) => "Rename",
        (false, true) => "Overwrite",
        (false, false) => "Save",
    };
    let submit = el("button")
        .attr("type", "submit")
        .class("button button-primary button-small")
        .live_flag("disabled", move || typed.with(|name| name.trim().is_empty()))
        .live_text(move || words().to_owned());
    let form = el("form").class("filter-save").on("submit", move |event| {
        event.prevent_default();
        save();
    });
    vec![list, form.child(el("label").class("field").child(input)).child(submit)]
}

/// A view with what can be done with it. `field` takes names, and the focus of buttons that go.
fn row(store: Store, name: &str, typed: Live<String>, renamed: Live<Option<String>>, field: &HtmlElement) -> El {
    let [chosen, old, gone] = [name; 3].map(str::to_owned);
    let [for_rename, for_removal] = [field.clone(), field.clone()];
    let apply = button("filter-value", move |_| {
        let view = store.view.with_untracked(|now| store.saved.with_untracked(|views| views.apply(&chosen, now)));
        if let Some(view) = view {
            store.go(|now| *now = view);
        }
    });
    let rename = button("button button-quiet button-small", move |_| {
        typed.set(old.clone());
        renamed.set(Some(old.clone()));
        focus(&for_rename);
    });
    let remove = button("button button-quiet button-small button-icon", move |_| {
        change(store, |views| views.remove(&gone));
        focus(&for_removal);
    });
    el("div").class("filter-view").children([
        apply.child(el("span").class("clip").text(name)),
        rename.attr("aria-label", &format!("Rename {name}")).text("Rename"),
        remove.attr("aria-label", &format!("Delete {name}")).child(small_icon("close")),
    ])
}

fn focus(field: &HtmlElement) {
    // Fails for no element that is shown.
    field.focus().unwrap_or_default();
}
