//! What stands around every view: the bars, progress, messages. And which view it is.

mod bar;
mod filters;
mod open_session;
mod progress;

pub use filters::{restore_views, wire as wire_filter};

use super::compare::compare_page;
use super::coverage::coverage_page;
use super::explain::explanations;
use super::files::files_page;
use super::mapping::mapping_dialog;
use super::overview::overview_page;
use super::problems::problems_page;
use super::search::palette;
use super::session::{looks, paint_signs};
use super::sessions::sessions_page;
use super::share::share_dialog;
use super::shared::{Derived, El, Live, el, next_task, task};
use super::store::Store;
use super::usage::usage_page;
use crate::link::{Tab, ViewState};
use crate::logic::dates;
use crate::logic::window::Window;
use crate::model::Timestamp;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent, MouseEvent};

/// The page once something is open.
pub fn frame(store: Store) -> El {
    let tab = Derived::new(move || store.view.with(|view| view.tab));
    let filters = el("div").class("contents").live(move || match tab.get() {
        // Problems are those of all sources: a line that was not read belongs to no session.
        Tab::Session | Tab::Compare | Tab::Problems => Vec::new(),
        _ => vec![filters::filter_bar(store)],
    });
    let main = el("main").class("page").attr("id", "view").attr("tabindex", "-1").attr("data-testid", "view");
    let main = main.live(move || match tab.get() {
        Tab::Overview => overview_page(store),
        Tab::Sessions => sessions_page(store),
        Tab::Usage => usage_page(store),
        Tab::Coverage => coverage_page(store),
        Tab::Problems => problems_page(store),
        Tab::Session => vec![open_session::open_session(store)],
        Tab::Compare => compare_page(store),
        Tab::Files => files_page(store),
    });
    // In a task of their own: nobody needs them in the frame in which the page appears.
    let is_shown = Live::new(false);
    task(async move {
        next_task().await;
        is_shown.set(true);
        paint_signs(looks());
    });
    let dialogs = el("div").class("contents").live(move || match is_shown.get() {
        true => vec![palette(store), explanations(store), share_dialog(store), mapping_dialog(store)],
        false => Vec::new(),
    });
    let parts = [bar::top_bar(store), filters, progress::reading(store), progress::messages(store), main, dialogs];
    el("div").class("contents").children(parts)
}

/// A link within the page: it can be copied and opened elsewhere, and a plain click stays here.
pub fn link(store: Store, change: impl Fn(&mut ViewState) + Clone + 'static) -> El {
    let for_click = change.clone();
    let href = move || {
        let mut view = store.view.get();
        change(&mut view);
        Some(format!("#{view}"))
    };
    el("a").live_attr("href", href).on("click", move |event| {
        if is_plain_click(&event) {
            event.prevent_default();
            store.go(|view| for_click(view));
        }
    })
}

/// A button that does something here.
pub fn button(class: &str, act: impl FnMut(Event) + 'static) -> El {
    el("button").attr("type", "button").class(class).on("click", act)
}

/// Whether a click is meant for this page (and not for a new tab).
pub fn is_plain_click(event: &Event) -> bool {
    event.dyn_ref::<MouseEvent>().is_none_or(|event| {
        event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
    })
}

/// Whether a key press belongs to a field that somebody types into.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// Which time a table covers.
pub fn window_words(store: Store, window: Option<&Window>) -> String {
    store.zone.with(|zone| match window {
        None => "all time".to_owned(),
        Some(Window { start, end }) => {
            let text = |at: &Option<Timestamp>| at.map_or("(open)".to_owned(), |at| dates::full(at, zone));
            format!("from {} up to {}", text(start), text(end))
        }
    })
}

/// Something is on its way.
pub fn waiting(words: &str) -> El {
    el("p").class("empty-state").attr("role", "status").text(words)
}
