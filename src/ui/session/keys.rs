//! Keys of the whole page (PRODUCT §5). Parts that use a key themselves prevent its default.

use super::find;
use super::open::Open;
use crate::logic::timeline::Jump;
use crate::ui::frame::is_typing;
use crate::ui::shared;
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// Listens as long as the component that calls this lives.
pub fn listen(open: Open) {
    on_keys(move |key, has_shift| pressed(open, key, has_shift));
}

/// Hands on the keys of the whole page, with whether Shift is held, until the owner is gone: those that nobody else uses,
/// while nobody types. `act` says whether a key meant something.
pub fn on_keys(act: impl Fn(&str, bool) -> bool + 'static) {
    shared::listen(&window(), "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let is_ours = !(event.default_prevented()
            || event.ctrl_key()
            || event.alt_key()
            || event.meta_key()
            || is_typing(event)
            || is_dialog_open());
        let is_ours = is_ours && !(matches!(event.key().as_str(), " " | "Enter") && is_on_control(event));
        if is_ours && act(&event.key(), event.shift_key()) {
            event.prevent_default();
        }
    });
}

/// Whether a control has the focus, whose keys Space and Enter are.
fn is_on_control(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let control = "button, a[href], summary, [role='button'], [role='tab'], [role='option'], [role='slider']";
    target.is_some_and(|target| target.closest(control).ok().flatten().is_some())
}

fn is_dialog_open() -> bool {
    document().query_selector("dialog[open], [popover]:popover-open").ok().flatten().is_some()
}

/// Whether the key meant something here.
fn pressed(open: Open, key: &str, has_shift: bool) -> bool {
    match (key, has_shift) {
        ("ArrowLeft", true) => open.jump(Jump::Prompt, true, false),
        ("ArrowRight", true) => open.jump(Jump::Prompt, false, false),
        ("[", _) => open.jump(Jump::Marker, true, false),
        ("]", _) => open.jump(Jump::Marker, false, false),
        ("/", _) => find::open_field(open),
        ("e" | "E", is_back) => open.jump(Jump::Error, is_back, false),
        ("Escape", false) if open.find.is_open.get_untracked() => find::close(open),
        ("Escape", false) if open.is_sheet_open.get_untracked() => open.is_sheet_open.set(false),
        ("Escape", false) if open.is_files_open.get_untracked() => open.is_files_open.set(false),
        ("Escape", false) if open.playhead.get_untracked().is_some() => open.show_all(),
        _ => return open.player.pressed(key, has_shift),
    }
    true
}
