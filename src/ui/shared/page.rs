//! What the page does outside itself: the clipboard and files to save.

use crate::ui::shared::lasting_task;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Puts text on the clipboard.
pub fn copy(text: String) {
    lasting_task(async move {
        let Some(window) = web_sys::window() else { return };
        let written = window.navigator().clipboard().write_text(&text);
        if let Err(error) = wasm_bindgen_futures::JsFuture::from(written).await {
            web_sys::console::debug_1(&error);
        }
    });
}

/// Hands a text to the browser to be saved.
pub fn save(name: &str, kind: &str, text: &str) {
    let saved = || -> Result<(), JsValue> {
        let options = BlobPropertyBag::new();
        options.set_type(kind);
        let parts = js_sys::Array::of1(&JsValue::from_str(text));
        let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
        Url::revoke_object_url(&url)
    };
    if let Err(error) = saved() {
        web_sys::console::error_1(&error);
    }
}
