//! Calls that brought nothing new, as far as rules can guess (docs/waste.md): found when somebody opens the sheet.

use super::open::Open;
use crate::ui::report::report;
use crate::ui::shared::{El, Live, el, follow, small_icon, task};
use crate::worker::{Answer, Query};
use js_sys::{JsString, Reflect};
use wasm_bindgen::JsCast;

/// The button that opens the sheet.
pub fn waste_button() -> El {
    let button = el("button").attr("type", "button").class("button button-small").attr("popovertarget", "waste");
    button.attr("data-testid", "waste-button").child(small_icon("warn")).text("Waste")
}

/// The sheet.
pub fn waste(open: Open) -> El {
    let is_open = Live::new(false);
    let state = Live::new(None);
    follow(move || {
        open.store.generation.track();
        if !is_open.get() {
            return;
        }
        let key = open.detail.with(|detail| detail.row.key.clone());
        task(async move {
            state.set(match open.store.ask(Query::Waste { key }).await {
                Some(Answer::Report(found)) => Some(Ok(*found)),
                Some(Answer::Failed(why)) => Some(Err(why)),
                _ => None,
            });
        });
    });
    let close = el("button").attr("type", "button").class("button button-quiet button-small button-icon push");
    let close = close.attr("popovertarget", "waste").attr("aria-label", "Close").child(small_icon("close"));
    let head = el("div").class("pane-head").child(el("strong").text("Waste, a guess")).child(close);
    let panel = el("section").class("all-facts explanation").attr("id", "waste").attr("popover", "auto");
    let panel = panel.attr("aria-label", "Waste").attr("data-testid", "waste").on("toggle", move |event| {
        let state = Reflect::get(&event, &"newState".into()).ok().and_then(|state| state.dyn_into::<JsString>().ok());
        is_open.set(state.is_some_and(|state| state == "open"));
    });
    panel.child(head).child(el("div").class("explanation-body").live(move || {
        state.with(|state| match state {
            None => vec![el("p").class("pane-empty").attr("role", "status").text("Looking…")],
            Some(Err(why)) => vec![el("p").class("pane-empty").attr("role", "alert").text(why)],
            Some(Ok(found)) => report(open.store, found),
        })
    }))
}
