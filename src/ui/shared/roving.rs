//! One stop of the Tab key for many marks: arrow keys move among them.

use super::dom::El;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Makes arrow keys move the focus among the buttons inside. `across` is how far the one to the right is in the order
/// of the buttons, `down` the one below.
pub fn roving(group: El, across: i32, down: i32) -> El {
    group.on("keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let group = event.current_target().and_then(|group| group.dyn_into::<Element>().ok());
        if let Some(group) = group {
            rove(event, &group, across, down);
        }
    })
}

/// Moves the focus within a group, if the key is one that does.
pub fn rove(event: &KeyboardEvent, group: &Element, across: i32, down: i32) {
    let by = match event.key().as_str() {
        "ArrowRight" => across,
        "ArrowLeft" => -across,
        "ArrowDown" => down,
        "ArrowUp" => -down,
        "Home" => i32::MIN / 2,
        "End" => i32::MAX / 2,
        _ => return,
    };
    if move_focus(event, group, by).is_some() {
        event.prevent_default();
    }
}

fn move_focus(event: &KeyboardEvent, group: &Element, by: i32) -> Option<()> {
    let here: Element = event.target()?.dyn_into::<Element>().ok()?.closest("button").ok()??;
    let all = group.query_selector_all("button").ok()?;
    let count = i32::try_from(all.length()).ok()?;
    let place = (0..count).find(|index| all.get(*index as u32).as_deref() == Some(&here))?;
    let next = place.saturating_add(by);
    let next = if by.abs() > count { next.clamp(0, count - 1) } else { next };
    let next: HtmlElement = all.get(u32::try_from(next).ok()?)?.dyn_into().ok()?;
    here.set_attribute("tabindex", "-1").ok()?;
    next.set_attribute("tabindex", "0").ok()?;
    next.focus().ok()
}
