//! The row that stands for steps that are no part of the session's own way.

use crate::logic::format::count;
use crate::logic::transcript::{Aside, Stretch};
use crate::ui::frame::button;
use crate::ui::session::family::session_link;
use crate::ui::session::open::Open;
use crate::ui::shared::{El, el, next_frame, small_icon};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What is hidden, and the way to see it.
pub fn stretch(open: Open, stretch: Stretch) -> El {
    let steps = count(u64::from(stretch.steps), "step");
    let words = match stretch.why {
        Aside::Abandoned => el("span").text(&format!("{steps} on an abandoned branch")),
        Aside::Copied => history(open, &steps),
    };
    let turn = button("fold-line", move |_| {
        open.turn(&stretch);
        // All rows are made again, this one too.
        next_frame(move || focus(stretch.first));
    });
    let turn = turn
        .attr("aria-expanded", &stretch.is_open.to_string())
        .child(small_icon("right"))
        .text(if stretch.is_open { "Hide" } else { "Show" });
    let line = el("span").child(words).text(" · ").child(turn);
    el("div")
        .class("gap-line stretch")
        .attr("data-testid", "stretch")
        .attr("data-stretch", &stretch.first.to_string())
        .children([el("i"), line])
}

fn history(open: Open, steps: &str) -> El {
    let parent = open.detail.with(|detail| detail.kin.parent.clone());
    let words = el("span").text("History of ");
    match parent {
        Some(parent) => words.child(session_link(open.store, &parent.key).text(&parent.label)).text(", "),
        None => words.text("another session, "),
    }
    .text(steps)
}

fn focus(first: u32) {
    let button = document().query_selector(&format!("[data-stretch='{first}'] button")).ok().flatten();
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        // Cannot fail: it is in the document.
        button.focus().unwrap_or_default();
    }
}
