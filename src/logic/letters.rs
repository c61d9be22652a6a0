//! Letters without their case.

/// Small letters for large ones, in all scripts.
#[cfg(not(target_arch = "wasm32"))]
pub fn lower_case(text: &str) -> String {
    text.to_lowercase()
}

/// Small letters for large ones, in all scripts. The browser has the tables that this takes; Rust's would be 12 KB of
/// the download, once in the page and once in the worker.
#[cfg(target_arch = "wasm32")]
pub fn lower_case(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { js_sys::JsString::from(text).to_lower_case().into() }
}
