//! How far reading is, and what the user should know once.

use super::button;
use crate::logic::format::{bytes_text, count, fixed};
use crate::ui::shared::{Derived, El, Kept, el, follow, listen};
use crate::ui::store::{Message, Store};
use crate::worker::Progress;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// A bar by bytes, and Cancel. Gone when nothing is being read.
pub fn reading(store: Store) -> El {
    let started_ms = Kept::new(js_sys::Date::now());
    let is_reading = Derived::new(move || store.progress.with(|progress| progress.files > 0 && !progress.is_done));
    follow(move || {
        if is_reading.get() {
            started_ms.set(js_sys::Date::now());
        }
    });
    listen(&window(), "keydown", move |event| {
        if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") && is_reading.get_untracked() {
            store.cancel();
        }
    });
    el("div").class("contents").live(move || match is_reading.get() {
        true => vec![bar(store, started_ms)],
        false => Vec::new(),
    })
}

fn share(progress: &Progress) -> f64 {
    if progress.total > 0.0 { (progress.read / progress.total).min(1.0) } else { 0.0 }
}

fn bar(store: Store, started_ms: Kept<f64>) -> El {
    let say = move |words: fn(&Progress) -> String| move || store.progress.with(words);
    let rate = move || {
        let seconds = (js_sys::Date::now() - started_ms.get()) / 1000.0;
        let read = store.progress.with(|progress| progress.read);
        if seconds > 0.2 { format!("{} MB/s", fixed(read / seconds / 1e6, 0)) } else { String::new() }
    };
    let number = |words| el("span").class("num").live_text(say(words));
    let figures = el("div").class("progress-figures").children([
        el("span").class("progress-rate").live_text(rate),
        number(|progress| format!("{} of {}", bytes_text(progress.read as u64), bytes_text(progress.total as u64))),
        number(|progress| format!("{} of {} files", progress.files_done, progress.files)),
        number(|progress| format!("{} so far", count(u64::from(progress.sessions), "session"))),
    ]);
    let cancel = button("button", move |_| store.cancel()).attr("data-testid", "cancel");
    let cancel = cancel.text("Cancel ").child(el("span").class("key").text("Esc"));
    let track = el("div").class("progress-track").attr("role", "progressbar").attr("aria-label", "Read");
    let track = track
        .attr("aria-valuemin", "0")
        .attr("aria-valuemax", "100")
        .live_attr("aria-valuenow", move || Some(store.progress.with(|progress| fixed(share(progress) * 100.0, 0))))
        .child(el("i").live_css("--of", move || fixed(store.progress.with(share), 4)));
    let path = el("span").class("mono").live_text(say(|progress| progress.path.clone()));
    let now =
        el("p").class("progress-now clip").text("Reading ").child(path).text(". Cancel keeps what is already here.");
    let section = el("section").class("progress").attr("aria-label", "Reading").attr("data-testid", "progress");
    section.children([figures, cancel, track, now])
}

/// Messages shown at once, the latest; the rest is counted.
const SHOWN: usize = 4;

/// Messages until dismissed.
pub fn messages(store: Store) -> El {
    el("div").attr("data-testid", "messages").live(move || {
        let list = store.messages.get();
        let hidden = list.len().saturating_sub(SHOWN);
        // The newest are what the user has just caused.
        let mut lines: Vec<El> = list.into_iter().skip(hidden).map(|message| line(store, message)).collect();
        if hidden > 0 {
            let words = format!(
                "{} before these; what is wrong with files stands under Problems.",
                count(hidden as u64, "message")
            );
            lines.push(notice(&words, "Dismiss all", false, move || store.messages.set(Vec::new())));
        }
        lines
    })
}

fn line(store: Store, Message { id, text, is_error }: Message) -> El {
    notice(&text, "Dismiss", is_error, move || store.messages.update(|list| list.retain(|known| known.id != id)))
}

fn notice(text: &str, label: &str, is_error: bool, dismiss: impl Fn() + 'static) -> El {
    let close = button("button button-quiet button-small", move |_| dismiss()).text(label);
    let notice = el("p").class("notice").attr("role", "status").flag("data-error", is_error);
    notice.child(el("span").text(text)).child(close)
}
