//! Every place where something is hidden or could be, to be masked or kept one by one or by rule. Only rows on screen
//! exist.

use super::Sharing;
use crate::logic::format::fixed;
use crate::logic::redact::{Certainty, Review, ReviewRow};
use crate::logic::session_list::on_screen;
use crate::ui::frame::button;
use crate::ui::shared::{
    Derived, El, Kept, Live, el, follow, listen, listen_first, next_frame, row_height_px, window_height_px,
};
use leptos::prelude::{document, window};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Rows drawn beyond the edges of the screen.
const SPARE: usize = 6;
/// Height of a row until one was measured, px.
const ROW_PX: f64 = 48.0;

/// The list of what was found.
pub fn review(sharing: Sharing) -> El {
    let found = Derived::new(move || match sharing.made.get() {
        Some(Ok(shared)) => Arc::new(shared.review.clone()),
        _ => Arc::new(Review::default()),
    });
    // First row's upper edge below the screen's, height of the screen, height of a row; px.
    let screen = Live::new((0.0, 900.0, ROW_PX));
    let pressed = Kept::new(String::new());
    let visible = Derived::new(move || {
        let (top, height, row) = screen.get();
        on_screen(found.with(|found| found.rows.len()), row, top, height, SPARE)
    });
    let gap = move |count: usize| {
        let height = fixed(count as f64 * screen.with_untracked(|screen| screen.2), 3) + "px";
        el("div").attr("aria-hidden", "true").css("height", &height)
    };
    let list = el("div").class("hits").attr("role", "list").attr("aria-label", "What was found").live(move || {
        // Before what is visible, which is computed from it: asked the other way round, a change that leaves the same rows
        // visible would not be heard of.
        found.track();
        let range = visible.get();
        let mut drawn = vec![gap(range.start)];
        found.with(|all| {
            let rows = all.rows.get(range.clone()).unwrap_or_default();
            drawn.extend(rows.iter().zip(range.clone()).map(|(row, index)| draw(sharing, found, row, index, pressed)));
            drawn.push(gap(all.rows.len().saturating_sub(range.end)));
        });
        // The button that was pressed is another one now.
        next_frame(move || give_back_focus(&pressed.try_with(String::clone).unwrap_or_default()));
        drawn
    });
    watch(&list, found, screen);
    let nothing = el("p").class("empty-state").live_text(move || match sharing.made.get() {
        Some(Ok(shared)) if shared.review.rows.is_empty() => "Nothing was found that looks like a secret.".to_owned(),
        None => "Looking…".to_owned(),
        _ => String::new(),
    });
    el("div").class("share-review").attr("data-testid", "share-review").child(list).child(nothing)
}

fn watch(list: &El, found: Derived<Arc<Review>>, screen: Live<(f64, f64, f64)>) {
    let node = list.node();
    let look = move || {
        let row_px = row_height_px(&node, "[role=listitem]", ROW_PX);
        let now = (-node.get_bounding_client_rect().top(), window_height_px(), row_px);
        if node.is_connected() && now != screen.get_untracked() {
            screen.set(now);
        }
    };
    let (for_resize, for_rows) = (look.clone(), look.clone());
    listen_first(&window(), "scroll", move |_| look());
    listen(&window(), "resize", move |_| for_resize());
    follow(move || {
        found.track();
        next_frame(for_rows.clone());
    });
}

fn give_back_focus(id: &str) {
    let active = document().active_element();
    let is_lost = active.is_none_or(|active: Element| active.tag_name() == "BODY" || active.tag_name() == "DIALOG");
    let button = document().get_element_by_id(id).filter(|_| is_lost && !id.is_empty());
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        // A button that is on the page takes it.
        let _has_focus = button.focus();
    }
}

fn draw(sharing: Sharing, found: Derived<Arc<Review>>, row: &ReviewRow, index: usize, pressed: Kept<String>) -> El {
    let is_head = row.is_head;
    let item = el("div").attr("role", "listitem").class(if is_head { "hit-head" } else { "hit" });
    let words = if is_head {
        let badge = match row.rule.certainty() {
            Certainty::Definite => "badge badge-error",
            Certainty::Candidate => "badge badge-warn",
            Certainty::Name => "badge",
        };
        vec![
            el("span").class(badge).text(&row.label),
            el("strong").text(&row.shown),
            el("span").class("muted num").text(&row.after),
        ]
    } else {
        let look =
            if row.hidden.is_empty() { el("mark") } else { el("span").class("masked").attr("title", &row.hidden) };
        let text = el("code").text(&row.before).child(look.text(&row.shown)).text(&row.after);
        vec![el("span").class("num hit-place").text(&row.label), text]
    };
    let name = if is_head { row.shown.clone() } else { [row.rule.title(), ", ", &row.label].concat() };
    let choice = el("div").class("segmented").attr("role", "group").attr("aria-label", &name);
    let option = |keeps: bool, words: &str| {
        let is_pressed = if keeps { row.has_kept && !row.has_masked } else { row.has_masked && !row.has_kept };
        let id = format!("hit-{index}-{}", u8::from(keeps));
        let (rule, hit, for_press) = (row.rule, row.id, id.clone());
        let act = move |_| {
            pressed.set(for_press.clone());
            sharing.decisions.update(|decisions| match hit {
                Some(hit) => decisions.decide(rule, hit, keeps),
                None => found.with_untracked(|found| {
                    let own = found.rows.iter().filter(|row| row.rule == rule);
                    decisions.decide_all(rule, own.filter_map(|row| row.id), keeps);
                }),
            });
        };
        button("", act).attr("id", &id).attr("aria-pressed", if is_pressed { "true" } else { "false" }).text(words)
    };
    let options = match (is_head, row.id.is_some()) {
        (true, _) => vec![option(false, "Mask all"), option(true, "Keep all")],
        (false, true) => vec![option(false, "Mask"), option(true, "Keep")],
        (false, false) => Vec::new(),
    };
    let has_options = !options.is_empty();
    item.children(words).children(has_options.then(|| choice.children(options)))
}
