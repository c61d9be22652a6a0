//! Keys of the whole page (PRODUCT §5). Parts that use a key themselves prevent its default.

use super::open::Open;
use crate::logic::timeline::Jump;
use crate::ui::frame::is_typing;
use crate::ui::shared;
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// Listens as long as the component that calls this lives.
pub fn listen(open: Open) {
    shared::listen(&window(), "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let is_ours = !(event.default_prevented()
            || event.ctrl_key()
            || event.alt_key()
            || event.meta_key()
            || is_typing(event)
            || is_dialog_open());
        if is_ours && pressed(open, &event.key(), event.shift_key()) {
            event.prevent_default();
        }
    });
}

fn is_dialog_open() -> bool {
    document().query_selector("dialog[open], [popover]:popover-open").ok().flatten().is_some()
}

/// Whether the key meant something here.
fn pressed(open: Open, key: &str, has_shift: bool) -> bool {
    match (key, has_shift) {
        ("ArrowLeft", false) => open.step_by(-1),
        ("ArrowRight", false) => open.step_by(1),
        ("ArrowLeft", true) => open.jump(Jump::Prompt, true, false),
        ("ArrowRight", true) => open.jump(Jump::Prompt, false, false),
        ("e" | "E", is_back) => open.jump(Jump::Error, is_back, false),
        ("Home", false) => open.step_by(isize::MIN),
        ("End", false) => open.step_by(isize::MAX),
        ("Escape", false) if open.is_sheet_open.get_untracked() => open.is_sheet_open.set(false),
        _ => return false,
    }
    true
}
