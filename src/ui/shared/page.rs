//! What the page does outside itself: the clipboard and files to save; and how large things are on screen.

use crate::ui::shared::lasting_task;
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, Url};

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

/// How high the window is, px.
pub fn window_height_px() -> f64 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(800.0)
}

/// How high a row of a list is, px, by the first one that is drawn; `otherwise` where none is.
pub fn row_height_px(list: &Element, selector: &str, otherwise: f64) -> f64 {
    let row = list.query_selector(selector).ok().flatten();
    row.map_or(otherwise, |row| row.get_bounding_client_rect().height()).max(8.0)
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
