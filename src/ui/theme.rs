//! Light and dark: the system's choice, or the user's, kept in local storage below this page's own path (several sites
//! may share an origin).

use leptos::prelude::document;

const THEME: &str = "theme";

/// Tells on the window that the user chose the other theme: what is painted must be painted anew.
pub const CHANGED: &str = "sessionscope-theme";

/// What this page calls something in storage.
pub fn key(name: &str) -> String {
    let path = web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    format!("sessionscope:{path}:{name}")
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// What this page keeps under a name.
pub fn kept(name: &str) -> Option<String> {
    storage()?.get_item(&key(name)).ok().flatten()
}

/// Keeps a text under a name; `false` where the browser refuses (private windows may).
pub fn keep(name: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(&key(name), text).is_ok())
}

/// Keeps nothing under a name any more.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        // A browser that refuses this has kept nothing.
        storage.remove_item(&key(name)).unwrap_or_default();
    }
}

/// Applies what the user chose before.
pub fn restore() {
    if let Some(theme) = kept(THEME) {
        apply(&theme);
    }
}

/// Light becomes dark and dark light.
pub fn switch() {
    let chosen = document().document_element().and_then(|root| root.get_attribute("data-theme"));
    let prefers_dark = || {
        let query = web_sys::window()?.match_media("(prefers-color-scheme: dark)").ok()??;
        Some(query.matches())
    };
    let is_dark = chosen.map_or_else(|| prefers_dark().unwrap_or(false), |theme| theme == "dark");
    let theme = if is_dark { "light" } else { "dark" };
    apply(theme);
    // Where nothing can be kept the choice lasts as long as the page.
    let _is_kept = keep(THEME, theme);
}

fn apply(theme: &str) {
    if let (Some(root), "light" | "dark") = (document().document_element(), theme) {
        let _is_set = root.set_attribute("data-theme", theme);
        if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new(CHANGED)) {
            // Fails only for events that are on their way already.
            let _is_told = window.dispatch_event(&event);
        }
    }
}
