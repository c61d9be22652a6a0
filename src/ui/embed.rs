//! The page within another one: `?embed=1&origin=https://…` (PRODUCT §7). It has no bars then, and takes logs from that
//! origin alone, by messages.

use super::shared::listen;
use super::store::Store;
use crate::link::ViewState;
use js_sys::{Array, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, MessageEvent, Url, Window};

/// Whether the address says that the page stands in another one.
pub fn is_embedded() -> bool {
    parameter("embed").as_deref() == Some("1")
}

/// Listens to the page around this one, if there is one that the address names.
pub fn wire(store: Store) {
    if !is_embedded() {
        return;
    }
    if let Some(root) = document().document_element() {
        let _is_set = root.set_attribute("data-embed", "");
    }
    // An origin and nothing else: no wildcard, no path.
    let named = parameter("origin").unwrap_or_default();
    let Some(origin) = Url::new(&named).ok().map(|url| url.origin()).filter(|origin| *origin == named) else { return };
    listen(&window(), "message", move |event| {
        let Some(event) = event.dyn_ref::<MessageEvent>().filter(|event| event.origin() == origin) else { return };
        take(store, event, &origin);
    });
}

fn parameter(name: &str) -> Option<String> {
    let search = window().location().search().ok()?;
    let pairs = search.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()?;
    Some(percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
}

fn take(store: Store, event: &MessageEvent, origin: &str) {
    let data = event.data();
    if data.as_string().as_deref() == Some("PING") {
        // A window of another origin is not known as one, but takes messages. Whoever is gone hears nothing.
        let _answered =
            event.source().map(|source| source.unchecked_into::<Window>().post_message(&"PONG".into(), origin));
        return;
    }
    let part = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let given = part(&data, "sessionscope");
    let name = part(&given, "name").as_string().unwrap_or_else(|| "log.jsonl".to_owned());
    let Ok(buffer) = part(&given, "buffer").dyn_into::<js_sys::ArrayBuffer>() else { return };
    let Ok(file) = File::new_with_buffer_source_sequence(&Array::of1(&buffer), &name) else { return };
    if let Some(view) = part(&given, "view").as_string() {
        store.adjust(|known| *known = ViewState { sources: Vec::new(), ..ViewState::parse(&view) });
    }
    store.open_files(vec![(name, file)]);
}
