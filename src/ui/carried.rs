//! A log that came with the address or in the page itself (PRODUCT §7). It is taken out of the address at once: nobody
//! should copy a log who means to copy a link.

use super::address;
use super::start::tell;
use super::store::Store;
use super::theme::key;
use crate::link::{self, ViewState};
use leptos::prelude::document;
use web_sys::Storage;

/// What the log is called among what is loaded.
const NAME: &str = "shared-session.jsonl";
/// What it is called in the storage of this tab, where it outlives a reload.
const KEPT_AS: &str = "carried";

/// Opens what the page or its address carries, or what its address carried before it was loaded again.
pub fn open(store: Store) {
    let is_first = !store.is_open.get_untracked();
    let inside = document().get_element_by_id(KEPT_AS).filter(|_| is_first).and_then(|inside| inside.text_content());
    if let Some(text) = inside {
        let (view, log) = link::split_log(&text);
        if store.view.with_untracked(|view| view.session.is_none()) {
            store.view.set(ViewState::parse(view));
        }
        return store.open_carried(NAME, log.unwrap_or_default());
    }
    if let Some(trouble) = link::trouble(&address::fragment()) {
        tell(store, trouble);
    }
    let taken = address::take_log();
    if let (Some(log), Some(storage)) = (&taken, storage()) {
        // Without room for it the log is gone after a reload, and the page says what to do then.
        storage.set_item(&key(KEPT_AS), log).unwrap_or_default();
    }
    let is_waited_for = || {
        let is_named = store.view.with_untracked(|view| view.session.is_some() && view.sources.is_empty());
        is_first && is_named && address::local_files().is_empty()
    };
    let kept = || storage()?.get_item(&key(KEPT_AS)).ok().flatten().filter(|_| is_waited_for());
    if let Some(log) = taken.or_else(kept) {
        store.open_carried(NAME, &log);
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}
