//! Letters without their case, and words within texts.

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

/// As `contains` of the standard library, whose search for long needles in long texts is 3 KB of code.
pub fn contains(text: &str, needle: &str) -> bool {
    text.as_bytes().windows(needle.len().max(1)).any(|window| window == needle.as_bytes())
}
