//! What it all came to, once it has played to its end.

use super::counters::{cost_of, output_of};
use crate::logic::format::{count, duration_in_full};
use crate::ui::frame::button;
use crate::ui::session::open::Open;
use crate::ui::shared::{El, el, not_recorded, status_sign};

/// Stands above the bar after the last step, until somebody goes elsewhere.
pub fn end_card(open: Open) -> El {
    el("div").class("contents").live(move || match open.player.has_ended.get() {
        true => vec![card(open)],
        false => Vec::new(),
    })
}

fn card(open: Open) -> El {
    let detail = open.detail.get();
    let state = open.replay().at(usize::MAX);
    let row = &detail.row;
    let duration = match row.duration_ms.get() {
        Some(ms) => el("span").text(&duration_in_full(ms)),
        None => not_recorded("neither a duration nor two times are in the log"),
    };
    let word = if row.status_word.is_empty() { row.status.name() } else { &row.status_word };
    let result = el("span").class("end-result").child(status_sign(row.status)).text(word);
    let files = open.files.get().map(|files| el("span").text(&files.count(None).to_string()));
    let fact =
        |name: &str, value: El| el("div").class("counter").child(el("dt").text(name)).child(el("dd").child(value));
    let number = |number: u32| el("span").text(&number.to_string());
    let facts = [
        fact("Result", result),
        fact("Duration", duration),
        fact("Output", output_of(open, state.output_so_far())),
        fact("Cost", cost_of(open, state.cost_so_far())),
        fact("Tool calls", number(state.tool_calls)),
        fact("Errors", number(state.errors)),
        fact("Files touched", files.unwrap_or_else(|| el("span").class("pending").text("…"))),
    ];
    let again = button("button button-primary button-small", move |_| open.player.play()).text("Replay again");
    let all = button("button button-small", move |_| open.show_all()).text("Show all steps");
    let close = button("button button-quiet button-small", move |_| open.player.has_ended.set(false)).text("Close");
    let total = open.steps.with(|steps| count(steps.len() as u64, "step"));
    let title = el("div")
        .class("end-title")
        .child(el("strong").text("End of the session"))
        .child(el("span").class("muted").text(&total));
    let card = el("section").class("end-card").attr("aria-label", "End of the session").attr("data-testid", "end-card");
    card.children([
        title,
        el("dl").class("transport-counters").children(facts),
        el("div").class("end-actions").children([again, all, close]),
    ])
}
