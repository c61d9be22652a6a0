//! The root: the start page until something is open, then the frame with one view.

use super::frame::{frame, wire_filter};
use super::shared::{Derived, el, follow};
use super::store::Store;
use super::{address, carried, consent, drop, embed, mapping, offline, prices, start, theme};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Mounts the page into `#app`.
pub fn mount() {
    std::panic::set_hook(Box::new(|panic| web_sys::console::error_1(&panic.to_string().into())));
    theme::restore();
    let Some(root) = root() else {
        return leptos::logging::error!("index.html has no #app");
    };
    leptos::mount::mount_to(root, App).forget();
}

fn root() -> Option<HtmlElement> {
    document().get_element_by_id("app")?.dyn_into().ok()
}

/// Where the worker's loader stands, with its build id (written by the build).
fn worker_url() -> String {
    let meta = document().query_selector("meta[name=sessionscope-worker]").ok().flatten();
    meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}

/// The page.
#[component]
fn App() -> impl IntoView {
    let store = Store::new(&worker_url());
    start::wire(store);
    drop::wire(store);
    prices::wire(store);
    mapping::wire(store);
    wire_filter(store);
    consent::wire(store);
    embed::wire(store);
    offline::wire();
    start::open_archive(store);
    follow_address(store);
    let is_shown = move || store.is_open.get() && !store.is_opening_more.get();
    follow(move || show_one_of(is_shown()));
    let is_open = Derived::new(move || store.is_open.get());
    let content = el("div").live(move || if is_open.get() { vec![frame(store)] } else { Vec::new() });
    if let Some(root) = root() {
        // Cannot fail: the element is new.
        let _child = root.append_child(&content.node());
    }
}

/// Exactly one of the static start page and the app is there for eyes, keyboards and screen readers.
fn show_one_of(is_app: bool) {
    let set_hidden = |id: &str, is_hidden: bool| {
        let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            element.set_hidden(is_hidden);
        }
    };
    set_hidden("start", is_app);
    set_hidden("app", !is_app);
}

/// Back, Forward and edited links change what is shown; new sources in them are fetched.
fn follow_address(store: Store) {
    address::listen(move || {
        let view = address::read();
        let known = store.view.with_untracked(|old| old.sources.clone());
        let new = view.sources.iter().filter(|source| !known.contains(source)).cloned().collect();
        store.view.set(view);
        consent::open_links(store, new);
        carried::open(store);
    });
    carried::open(store);
    consent::open_links(store, store.view.with_untracked(|view| view.sources.clone()));
}
