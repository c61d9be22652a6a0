//! Light and dark: the system's choice, or the user's, kept in local storage below this page's own path (several sites
//! may share an origin).

use leptos::prelude::document;

fn key() -> String {
    let path = web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    format!("sessionscope:{path}:theme")
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// Applies what the user chose before.
pub fn restore() {
    if let Some(theme) = storage().and_then(|storage| storage.get_item(&key()).ok().flatten()) {
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
    // Private windows may refuse; the choice then lasts as long as the page.
    let _is_kept = storage().map(|storage| storage.set_item(&key(), theme));
}

fn apply(theme: &str) {
    if let (Some(root), "light" | "dark") = (document().document_element(), theme) {
        let _is_set = root.set_attribute("data-theme", theme);
    }
}
