//! The start page stands in index.html, to be readable before any of this has arrived. Here it is given its hands.

use super::frame::is_typing;
use super::store::Store;
use super::{address, theme};
use crate::ui::shared::{follow, listen};
use crate::worker::Query;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, Url};

/// Listens until the page ends.
pub fn wire(store: Store) {
    for (button, input) in [("pick-folder", "folder-input"), ("pick-files", "files-input")] {
        on(button, "click", move |_| pick(input));
        on(input, "change", move |event| picked(store, &event));
    }
    on("url-fetch", "click", move |_| fetch_typed(store));
    on("start-theme", "click", |_| theme::switch());
    on("start-help", "click", |_| open_help());
    on("start-back", "click", move |_| store.is_opening_more.set(false));
    on("url-input", "keydown", move |event| {
        if event.dyn_ref::<web_sys::KeyboardEvent>().is_some_and(|event| event.key() == "Enter") {
            fetch_typed(store);
        }
    });
    on("start", "click", |event| clicked(&event));
    if let Some(window) = web_sys::window() {
        listen(&window, "keydown", |event| asked_for_help(&event));
    }
    tell_what_to_drop(store);
    follow(move || {
        if let Some(button) = element("start-back") {
            button.set_hidden(!store.is_opening_more.get());
        }
    });
}

/// An element of index.html.
pub fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn on(id: &str, event: &str, act: impl FnMut(Event) + 'static) {
    if let Some(element) = element(id) {
        listen(&element, event, act);
    }
}

/// Opens the browser's picker of a hidden input.
pub fn pick(input: &str) {
    if let Some(input) = element(input) {
        input.click();
    }
}

/// `?` anywhere but in a field.
fn asked_for_help(event: &web_sys::Event) {
    let Some(key) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
    if key.key() == "?" && !is_typing(key) && !(key.ctrl_key() || key.alt_key() || key.meta_key()) {
        open_help();
    }
}

/// The list of keys and the promises, a dialog in index.html.
pub fn open_help() {
    let dialog = element("help").and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok());
    if let Some(dialog) = dialog.filter(|dialog| !dialog.open()) {
        // Fails only where it is open already.
        let _is_shown = dialog.show_modal();
    }
}

fn picked(store: Store, event: &Event) {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
    let list = input.files();
    let files = list.iter().flat_map(|list| (0..list.length()).filter_map(|index| list.get(index)));
    let with_path = |file: web_sys::File| {
        let relative = js_sys::Reflect::get(&file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
        (relative.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name()), file)
    };
    store.open_files(files.map(with_path).collect());
    // So that the same files can be picked again.
    input.set_value("");
}

/// The user typed or confirmed the address: that is the agreement to fetch it.
fn fetch_typed(store: Store) {
    let typed = element("url-input").and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
    let url = typed.map(|input| input.value().trim().to_owned()).unwrap_or_default();
    if url.is_empty() {
        return note("Type or paste the address of a log first.");
    }
    if Url::new_with_base(&url, &base()).is_err() {
        return note("This is not a web address. It should look like https://example.org/run.jsonl");
    }
    let is_known = store.view.with_untracked(|view| view.sources.contains(&url));
    if !is_known {
        store.go(|view| view.sources.push(url.clone()));
    }
    store.open_urls(vec![url]);
}

fn base() -> String {
    document().base_uri().ok().flatten().unwrap_or_default()
}

/// How often a page of `sessionscope serve` asks whether its logs have grown, milliseconds (PRODUCT §7 "serve").
const ASK_EVERY_MS: u32 = 3000;

/// The archive that the page was written for, if it was: a page without one asks for nothing.
pub fn open_archive(store: Store) {
    let meta = document().query_selector("meta[name=sessionscope-archive]").ok().flatten();
    let Some(meta) = meta else { return };
    let manifest = meta.get_attribute("content").unwrap_or_default();
    let whole = Url::new_with_base(&manifest, &base()).map_or(manifest, |url| url.href());
    store.open_urls(vec![whole]);
    if meta.has_attribute("data-live") {
        let asking = gloo::timers::callback::Interval::new(ASK_EVERY_MS, move || {
            if !document().hidden() {
                // Nobody waits for it: new rows come by themselves.
                leptos::task::spawn_local(async move { drop(store.ask(Query::Refresh).await) });
            }
        });
        // As long as the page.
        asking.forget();
    }
}

/// After a reload the browser has forgotten local files; the history entry still has their names.
fn tell_what_to_drop(store: Store) {
    let files = address::local_files();
    let waits_for_urls = store.view.with_untracked(|view| !view.sources.is_empty());
    let (Some(first), false) = (files.first(), waits_for_urls) else { return };
    let top = |path: &str| path.split_once('/').map(|(folder, _)| folder.to_owned());
    let what = match (top(first), files.len()) {
        (Some(folder), _) if files.iter().all(|file| top(file).as_deref() == Some(&folder)) => {
            format!("the folder {folder}")
        }
        (_, 1) => first.clone(),
        (_, count) => format!("{first} and {} more", count - 1),
    };
    note(&format!(
        "You were looking at {what}. A page may not open local files by itself: drop it here again and you return to the same place."
    ));
}

/// Tells something of the address: on the start page if it stands, and among the messages of what is open.
pub fn tell(store: Store, text: &str) {
    note(text);
    store.say(text, false);
}

fn note(text: &str) {
    if let Some(note) = element("start-note") {
        note.set_text_content(Some(text));
        note.set_hidden(false);
    }
}

/// The system switch and the copy buttons of the log places.
fn clicked(event: &Event) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let near = |selector: &str| target.closest(selector).ok().flatten();
    if let Some(system) = near("[data-os]").and_then(|button| button.get_attribute("data-os")) {
        show_system(&system);
    }
    if let Some(button) = near("[data-copy]") {
        let text = button.get_attribute("data-copy").unwrap_or_default();
        super::shared::copy(text);
    }
}

fn show_system(system: &str) {
    each("[data-os]", |button| {
        let is_chosen = button.get_attribute("data-os").as_deref() == Some(system);
        let _is_set = button.set_attribute("aria-pressed", if is_chosen { "true" } else { "false" });
    });
    each("#log-places [data-paths]", |row| {
        let systems = row.get_attribute("data-paths").unwrap_or_default();
        if let Ok(row) = row.dyn_into::<HtmlElement>() {
            row.set_hidden(!systems.split(' ').any(|known| known == system));
        }
    });
}

fn each(selector: &str, act: impl Fn(Element)) {
    let Ok(list) = document().query_selector_all(selector) else { return };
    for index in 0..list.length() {
        if let Some(element) = list.get(index).and_then(|node| JsValue::from(node).dyn_into().ok()) {
            act(element);
        }
    }
}
