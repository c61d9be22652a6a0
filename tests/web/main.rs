//! Components in a real browser: what they draw, what they follow, and that nothing of a log becomes markup. One test
//! binary: each takes a minute to build for the browser.

#![cfg(target_arch = "wasm32")]

mod blocks;
mod honest;
mod live;
mod rows;

use leptos::prelude::Owner;
use sessionscope::ui::shared::El;
use wasm_bindgen_test::wasm_bindgen_test_configure;
use web_sys::Element;

wasm_bindgen_test_configure!(run_in_browser);

const HOSTILE: &str = "<img src=x onerror=alert(1)>&amp;<script>1</script>";

/// Builds a view in the document and gives its element and its owner.
fn show(view: impl FnOnce() -> El) -> (Element, Owner) {
    // Starts the tasks that signals need; later calls find them running.
    leptos::mount::mount_to_body(|| ());
    let owner = Owner::new();
    let node = owner.with(|| view().node());
    leptos::prelude::document().body().expect("a page has a body").append_child(&node).expect("it takes elements");
    (node, owner)
}

fn text(element: &Element) -> String {
    element.text_content().unwrap_or_default()
}

fn title(element: &Element) -> String {
    element.get_attribute("title").unwrap_or_default()
}

fn find(element: &Element, selector: &str) -> Element {
    let found = element.query_selector(selector).expect("the selector is ours");
    found.unwrap_or_else(|| panic!("nothing matches {selector}"))
}

fn cells(row: &Element) -> Vec<String> {
    let cells = row.query_selector_all("td").expect("the selector is ours");
    (0..cells.length()).filter_map(|index| cells.get(index)?.text_content()).collect()
}

/// Values for a whole test.
fn owned<T>(make: impl FnOnce() -> T) -> T {
    let owner = Owner::new();
    let made = owner.with(make);
    // Tests end with the page; an owner that is dropped takes its values along.
    std::mem::forget(owner);
    made
}
