//! Which kinds of steps one looks at.

use crate::logic::transcript::Focus;
use crate::ui::frame::button;
use crate::ui::session::open::Open;
use crate::ui::shared::{El, el};

/// All steps, what was said, what tools did, or what failed.
pub fn choice(open: Open) -> El {
    let option = |focus: Focus| {
        let (word, title) = match focus {
            Focus::All => ("All", "All steps"),
            Focus::Conversation => ("Conversation", "Only prompts and responses"),
            Focus::Tools => ("Tools", "Only calls of tools"),
            Focus::Errors => ("Errors", "Only what failed"),
        };
        button("", move |_| open.store.adjust(|view| view.focus = focus))
            .live_attr("aria-pressed", move || Some((open.focus.get() == focus).to_string()))
            .attr("title", title)
            .text(word)
    };
    let group = el("span").class("segmented").attr("role", "group").attr("aria-label", "Steps shown");
    group.attr("data-testid", "focus").children(Focus::ALL.map(option))
}
