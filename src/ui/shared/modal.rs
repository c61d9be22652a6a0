//! Dialogs over everything: native ones, so that focus and Esc are the browser's.

use super::{Derived, El, el, follow, next_frame, small_icon};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement};

/// A dialog that stands while `is_open`; its content is made anew each time. `name` is its test id, and `NAME-title` the id
/// of its heading.
pub fn modal(
    name: &str,
    class: &str,
    is_open: Derived<bool>,
    closed: impl Fn() + 'static,
    content: impl Fn() -> Vec<El> + 'static,
) -> El {
    let dialog = el("dialog").class(class).attr("aria-labelledby", &[name, "-title"].concat());
    let dialog = dialog.attr("data-testid", &[name, "-dialog"].concat()).on("close", move |_| closed());
    let node: HtmlDialogElement = dialog.node().unchecked_into();
    let dialog = dialog.live(move || if is_open.get() { content() } else { Vec::new() });
    follow(move || {
        let node = node.clone();
        match is_open.get() {
            true if !node.open() => next_frame(move || {
                // Fails only for a dialog that is not on the page any more.
                let _is_shown = node.show_modal();
            }),
            false if node.open() => node.close(),
            _ => {}
        }
    });
    dialog
}

/// The button that closes the dialog around it.
pub fn close_button() -> El {
    let act = move |event: Event| {
        let target = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(dialog) = target.and_then(|target| target.closest("dialog").ok().flatten()) {
            dialog.unchecked_into::<HtmlDialogElement>().close();
        }
    };
    let button =
        el("button").attr("type", "button").class("button button-quiet button-icon button-small").on("click", act);
    button.attr("aria-label", "Close").child(small_icon("close"))
}
