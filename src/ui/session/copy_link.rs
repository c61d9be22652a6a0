//! A button that copies the address of what one looks at.

use super::open::Open;
use crate::link::ViewState;
use crate::ui::frame::button;
use crate::ui::shared::{El, Live, copy, el, follow, small_icon};
use wasm_bindgen::JsCast;
use web_sys::HtmlAnchorElement;

/// Copies the link to the chosen step, or to the session where none is chosen. `words` is what the button says until it
/// was pressed.
pub fn copy_link(open: Open, class: &str, words: impl Fn() -> String + 'static) -> El {
    let is_copied = Live::new(false);
    follow(move || {
        open.chosen.track();
        is_copied.set(false);
    });
    let act = move |_| {
        copy(address(open));
        is_copied.set(true);
    };
    let words = move || if is_copied.get() { "Link copied".to_owned() } else { words() };
    button(class, act).child(small_icon("link")).child(el("span").class("link-words").live_text(words))
}

/// The whole address: links know it, whatever the page was opened by.
fn address(open: Open) -> String {
    let view = open.store.view.with_untracked(ViewState::to_string);
    let link = el("a").attr("href", &format!("#{view}")).node();
    link.dyn_ref::<HtmlAnchorElement>().map(HtmlAnchorElement::href).unwrap_or_default()
}
