//! Files and folders dropped anywhere on the page.

use super::store::Store;
use crate::model::sorted;
use crate::ui::shared::{lasting_task, listen};
use js_sys::{Array, Promise};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, Element, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

/// Listens until the page ends.
pub fn wire(store: Store) {
    let Some(target) = web_sys::window() else { return };
    // Without preventing both, the browser would open the file instead of the page.
    listen(&target, "dragover", |event| {
        if has_files(&event) {
            event.prevent_default();
            mark(true);
        }
    });
    listen(&target, "dragleave", |event| {
        let outside = event.dyn_ref::<DragEvent>().is_none_or(|event| event.related_target().is_none());
        if outside {
            mark(false);
        }
    });
    listen(&target, "drop", move |event| {
        mark(false);
        if let (true, Some(event)) = (has_files(&event), event.dyn_ref::<DragEvent>()) {
            event.prevent_default();
            take(store, event);
        }
    });
}

fn has_files(event: &web_sys::Event) -> bool {
    let transfer = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    transfer.is_some_and(|transfer| transfer.types().includes(&JsValue::from_str("Files"), 0))
}

/// Shows that the page takes what is held over it.
fn mark(is_over: bool) {
    let places = [document().get_element_by_id("drop-zone"), document().document_element()];
    for place in places.into_iter().flatten() {
        let set = |place: &Element| match is_over {
            true => place.set_attribute("data-over", ""),
            false => place.remove_attribute("data-over"),
        };
        // Only fails for impossible attribute names.
        let _is_set = set(&place);
    }
}

/// The entries must be taken in the event itself; walking them takes longer.
fn take(store: Store, event: &DragEvent) {
    let Some(transfer) = event.data_transfer() else { return };
    let items = transfer.items();
    let mut entries = Vec::new();
    let mut files = Vec::new();
    for index in 0..items.length() {
        let Some(item) = items.get(index).filter(|item| item.kind() == "file") else { continue };
        match item.webkit_get_as_entry() {
            Ok(Some(entry)) => entries.push(entry),
            _ => files.extend(item.get_as_file().ok().flatten().map(|file| (file.name(), file))),
        }
    }
    // The page outlives every drop: this belongs to the root.
    lasting_task(async move {
        for entry in entries {
            walk(entry, &mut files).await;
        }
        let files = sorted(files, |(a, _), (b, _)| a.cmp(b));
        match files.is_empty() {
            true => store.say("There was no file in what was dropped.", false),
            false => store.open_files(files),
        }
    });
}

/// Collects the files at and below an entry, with their paths inside the drop. What cannot be listed is left out:
/// the browser gives no reason that would help.
async fn walk(root: FileSystemEntry, files: &mut Vec<(String, File)>) {
    let mut waiting = vec![root];
    let mut paths = Vec::new();
    // All are asked for before one has answered: one after the other, thousands of files take longer than reading them.
    let asked = Array::new();
    while let Some(entry) = waiting.pop() {
        if entry.is_directory() {
            waiting.extend(children(entry.unchecked_ref()).await);
        } else if entry.is_file() {
            paths.push(entry.full_path().trim_start_matches('/').to_owned());
            asked.push(&file_of(entry.unchecked_ref()));
        }
    }
    let Ok(found) = JsFuture::from(Promise::all(&asked)).await else { return };
    let found = Array::from(&found);
    files.extend(paths.into_iter().zip(found.iter()).filter_map(|(path, file)| Some((path, file.dyn_into().ok()?))));
}

/// All entries of a folder: `readEntries` gives at most 100 at a time and is asked until it gives none.
async fn children(folder: &FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let batch = Promise::new(&mut |resolve, reject| {
            if let Err(error) = reader.read_entries_with_callback_and_callback(&resolve, &reject) {
                web_sys::console::debug_1(&error);
            }
        });
        let Ok(batch) = JsFuture::from(batch).await else { return all };
        let batch = Array::from(&batch);
        if batch.length() == 0 {
            return all;
        }
        all.extend(batch.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

/// Becomes the file, or what is wrong with it.
fn file_of(entry: &FileSystemFileEntry) -> Promise {
    Promise::new(&mut |resolve, _| entry.file_with_callback_and_callback(&resolve, &resolve))
}
