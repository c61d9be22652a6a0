//! One row of the list.

use super::open;
use crate::link::Tab;
use crate::logic::dates;
use crate::logic::format::{count, duration_text};
use crate::logic::session_list::ListRow;
use crate::logic::sessions::SessionRow;
use crate::model::Timestamp;
use crate::ui::frame::{button, is_plain_click};
use crate::ui::shared::{El, Live, cost, el, not_recorded, not_recorded_words, small_icon, status_sign, token_pair};
use crate::ui::store::Store;
use leptos::prelude::window;
use std::collections::HashSet;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// What every row needs to know of the list.
#[derive(Clone, Copy)]
pub struct Context {
    pub store: Store,
    /// Index of the row that the keyboard is at.
    pub cursor: Live<usize>,
    pub unfolded: Live<HashSet<String>>,
    /// Decides whether a start needs its year.
    pub now: Timestamp,
}

/// Draws a row of the list.
pub fn session_row(context: Context, row: &ListRow, index: usize) -> El {
    let Context { store, cursor, .. } = context;
    let session = &row.session;
    let key = session.key.clone();
    let cell = |class: &str, content: El| el("td").class(class).child(content);
    let number = |value: u32| el("span").text(&value.to_string());
    let mut tr = el("tr").class("session-row").attr("data-testid", "session-row").attr("data-row", &index.to_string());
    tr = tr
        .attr("data-key", &key)
        .flag("data-child", row.is_child)
        .live_flag("data-cursor", move || cursor.get() == index);
    // A click anywhere in the row opens it; buttons, links and selected text keep their own meaning.
    tr = tr.on("click", move |event| {
        if is_bare(&event) {
            cursor.set(index);
            open(store, &key);
        }
    });
    tr.children([
        cell("session-status", status_sign(session.status)),
        cell("session-title", title(context, row, index)),
        el("td").class("optional").text(&agent(session)),
        cell("optional muted", model(session)),
        cell("session-start num", start(context, session)),
        cell("num", duration(session)),
        cell("num", number(session.steps())),
        cell("num", failures(session)),
        cell("num session-tokens", token_pair(&session.totals)),
        cell("num session-cost", cost(&session.totals.cost)),
    ])
}

fn title(Context { store, cursor, unfolded, .. }: Context, row: &ListRow, index: usize) -> El {
    let key = row.session.key.clone();
    let mut view = store.view.get_untracked();
    (view.tab, view.session, view.step) = (Tab::Session, Some(key.clone()), None);
    let link = el("a")
        .class("clip")
        .attr("href", &format!("#{view}"))
        .live_attr("tabindex", move || Some(if cursor.get() == index { "0" } else { "-1" }.to_owned()))
        .text(row.session.label())
        .on("focus", move |_| cursor.set(index))
        .on("click", move |event| {
            if is_plain_click(&event) {
                event.prevent_default();
                open(store, &key);
            }
        });
    el("div").class("session-title-line").child(link).children(fold(row, unfolded))
}

/// Whether a click hit neither a control nor text that is being selected.
fn is_bare(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_control = target.and_then(|target| target.closest("a, button").ok().flatten()).is_some();
    let is_selecting = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
    !is_control && !is_selecting
}

fn fold(row: &ListRow, unfolded: Live<HashSet<String>>) -> Option<El> {
    if row.children == 0 {
        return None;
    }
    let key = row.session.key.clone();
    let toggle = move |_| {
        unfolded.update(|open| {
            if !open.remove(&key) {
                open.insert(key.clone());
            }
        });
    };
    let sign = small_icon(if row.is_unfolded { "chevron" } else { "right" });
    let why = "the event stream of the program that this run called; its tokens are counted in the run";
    let fold = button("fold", toggle).attr("aria-expanded", &row.is_unfolded.to_string()).attr("title", why);
    Some(fold.child(sign).text(&count(u64::from(row.children), "stream")))
}

fn agent(session: &SessionRow) -> String {
    match session.harness.as_deref() {
        Some(harness) if harness != "fiz" => format!("{} › {harness}", session.agent_name),
        _ => session.agent_name.clone(),
    }
}

fn model(session: &SessionRow) -> El {
    match session.models.first() {
        Some(model) => el("span").class("clip model-name").attr("title", &session.models.join(", ")).text(model),
        None => not_recorded("the log names no model"),
    }
}

fn start(Context { store, now, .. }: Context, session: &SessionRow) -> El {
    let Some(at) = session.started else { return not_recorded_words("no date", "no line of the log has a time") };
    store.zone.with(|zone| {
        let title = format!("{} · {}", dates::full(at, zone), at.rfc3339());
        el("span").attr("title", &title).text(&dates::short(at, now, zone))
    })
}

fn duration(session: &SessionRow) -> El {
    match session.duration_ms.get() {
        Some(ms) => el("span").attr("title", &format!("{ms} ms")).text(&duration_text(ms)),
        None => not_recorded("the log holds no duration and too few times"),
    }
}

fn failures(session: &SessionRow) -> El {
    let (errors, tools) = (u64::from(session.counts.errors), u64::from(session.counts.tool_failures));
    match errors + tools {
        0 => el("span").class("faint").text("0"),
        all => {
            let title = format!("{}, {}", count(errors, "error"), count(tools, "failed tool call"));
            el("span").class("error-count").attr("title", &title).text(&all.to_string())
        }
    }
}
