//! The list of sessions: a virtual table of thousands.

mod row;

use super::frame::{is_plain_click, is_typing};
use super::store::use_store;
use crate::link::Tab;
use crate::logic::format::count;
use crate::logic::session_list::{ListRow, list, on_screen};
use crate::logic::sessions::SortBy;
use crate::model::Timestamp;
use leptos::prelude::*;
use row::session_row;
use std::collections::HashSet;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Rows drawn beyond the edges of the screen.
const SPARE: usize = 12;

/// Columns: what they sort by, their heading, their classes.
const COLUMNS: [(SortBy, &str, &str); 9] = [
    (SortBy::Title, "Session", ""),
    (SortBy::Agent, "Agent", "optional"),
    (SortBy::Model, "Model", "optional"),
    (SortBy::Start, "Start", "num"),
    (SortBy::Duration, "Duration", "num"),
    (SortBy::Steps, "Steps", "num"),
    (SortBy::Errors, "Errors", "num"),
    (SortBy::Output, "Context / output", "num"),
    (SortBy::Cost, "Cost", "num"),
];

/// All sessions that pass the filters, sorted.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let store = use_store();
    let unfolded = RwSignal::new(HashSet::<String>::new());
    let filter = Memo::new(move |_| store.filter());
    let order = Memo::new(move |_| store.view.with(|view| (view.sort, view.is_descending)));
    let rows = Memo::new(move |_| {
        let (sort, is_descending) = order.get();
        let all = store.rows.get();
        Arc::new(filter.with(|filter| unfolded.with(|open| list(&all, filter, sort, is_descending, open))))
    });
    let scope = move || {
        let shown = rows.with(|rows| rows.iter().filter(|row| !row.is_child).count());
        let folded: u32 = rows.with(|rows| rows.iter().map(|row| row.children).sum());
        let also = if folded > 0 { format!(", {} folded under their runs", count(u64::from(folded), "stream")) } else { String::new() };
        format!("{}{also}", count(shown as u64, "run"))
    };
    view! {
        <h1 class="sr">"Sessions"</h1>
        <div class="list-tools"><span class="num" data-testid="list-scope">{scope}</span></div>
        <Show when=move || rows.with(|rows| !rows.is_empty()) fallback=Nothing>
            <SessionTable rows=rows unfolded=unfolded />
        </Show>
    }
}

/// No row passes: says why and offers the way back.
#[component]
fn Nothing() -> impl IntoView {
    let store = use_store();
    let total = move || store.rows.with(|rows| rows.len() as u64);
    let is_reading = move || store.progress.with(|progress| !progress.is_done);
    move || match (total(), is_reading()) {
        (0, true) => view! { <p class="empty-state" role="status">"Reading…"</p> }.into_any(),
        (0, false) => view! {
            <section class="empty-state" data-testid="no-sessions">
                <h2>"No session was found"</h2>
                <p>"None of the files is a session log that this page reads. What they are instead stands under Problems."</p>
                <div>
                    <button class="button button-primary" type="button" on:click=move |_| store.go(|view| view.tab = Tab::Problems)>"Show problems"</button>
                    <button class="button" type="button" on:click=move |_| store.is_opening_more.set(true)>"Open something else"</button>
                </div>
            </section>
        }
        .into_any(),
        (total, _) => view! {
            <section class="empty-state">
                <h2>"No session matches these filters"</h2>
                <p>{format!("The window and the text leave 0 of {}.", count(total, "session"))}</p>
                <div><button class="button button-primary" type="button" on:click=move |_| store.adjust(|view| {
                    view.window.clear();
                    view.text.clear();
                })>"Clear all filters"</button></div>
            </section>
        }
        .into_any(),
    }
}

/// Where the table and the screen are, in px.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Screen {
    /// From the first row's upper edge to the upper edge of the screen.
    top_px: f64,
    height_px: f64,
    row_px: f64,
}

fn measure(body: &Element) -> Screen {
    let height_px = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(800.0);
    let row = body.query_selector(".session-row").ok().flatten();
    let row_px = row.map_or(33.0, |row| row.get_bounding_client_rect().height()).max(8.0);
    Screen { top_px: -body.get_bounding_client_rect().top(), height_px, row_px }
}

#[component]
fn SessionTable(#[prop(into)] rows: Signal<Arc<Vec<ListRow>>>, unfolded: RwSignal<HashSet<String>>) -> impl IntoView {
    let store = use_store();
    let body = NodeRef::<leptos::html::Tbody>::new();
    let screen = RwSignal::new(Screen { row_px: 33.0, height_px: 900.0, top_px: 0.0 });
    let cursor = RwSignal::new(0usize);
    let look = move || {
        if let Some(body) = body.get_untracked() {
            let now = measure(&body);
            if now != screen.get_untracked() {
                screen.set(now);
            }
        }
    };
    let scrolled = window_event_listener(leptos::ev::scroll, move |_| look());
    let resized = window_event_listener(leptos::ev::resize, move |_| look());
    on_cleanup(move || {
        scrolled.remove();
        resized.remove();
    });
    Effect::new(move |_| {
        rows.track();
        body.track();
        request_animation_frame(look);
    });
    let visible = Memo::new(move |_| {
        let Screen { top_px, height_px, row_px } = screen.get();
        on_screen(rows.with(|rows| rows.len()), row_px, top_px, height_px, SPARE)
    });
    let gap = move |count: usize| format!("{}px", count as f64 * screen.with(|screen| screen.row_px));
    let now = Timestamp::from_ms(js_sys::Date::now() as i64);
    let drawn = move || {
        let range = visible.get();
        rows.with(|rows| {
            let slice = rows.get(range.clone()).unwrap_or_default();
            slice.iter().zip(range).map(|(row, index)| session_row(store, row, index, cursor, unfolded, now)).collect_view()
        })
    };
    view! {
        <table class="session-table" data-testid="session-table" on:keydown=move |event| move_cursor(&event, rows, cursor, screen)>
            <thead><tr><th></th>{COLUMNS.map(heading).collect_view()}</tr></thead>
            <tbody node_ref=body aria-label="Sessions">
                <tr class="row-gap" aria-hidden="true" style:height=move || gap(visible.get().start)></tr>
                {drawn}
                <tr class="row-gap" aria-hidden="true" style:height=move || gap(rows.with(|rows| rows.len()) - visible.get().end.min(rows.with(|rows| rows.len())))></tr>
            </tbody>
        </table>
    }
}

fn heading((by, label, class): (SortBy, &'static str, &'static str)) -> impl IntoView {
    let store = use_store();
    let order = move || {
        let (sort, is_descending) = store.view.with(|view| (view.sort, view.is_descending));
        (sort == by).then_some(if is_descending { "descending" } else { "ascending" })
    };
    let sort = move |_| {
        store.adjust(|view| {
            // Numbers and times are asked for from the largest down, words from A.
            let starts_down = !matches!(by, SortBy::Title | SortBy::Agent | SortBy::Model | SortBy::Project);
            view.is_descending = if view.sort == by { !view.is_descending } else { starts_down };
            view.sort = by;
        });
    };
    view! { <th class=class aria-sort=order><button type="button" class="sort" on:click=sort>{label}</button></th> }
}

/// Arrow keys move the cursor, Home and End jump; Enter is the link's own.
fn move_cursor(event: &web_sys::KeyboardEvent, rows: Signal<Arc<Vec<ListRow>>>, cursor: RwSignal<usize>, screen: RwSignal<Screen>) {
    let count = rows.with_untracked(|rows| rows.len());
    if count == 0 || is_typing(event) || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Screen { height_px, row_px, .. } = screen.get_untracked();
    let page = ((height_px / row_px) as usize).saturating_sub(6).max(1);
    let at = cursor.get_untracked();
    let to = match event.key().as_str() {
        "ArrowDown" => at + 1,
        "ArrowUp" => at.saturating_sub(1),
        "PageDown" => at + page,
        "PageUp" => at.saturating_sub(page),
        "Home" => 0,
        "End" => count - 1,
        _ => return,
    }
    .min(count - 1);
    event.prevent_default();
    cursor.set(to);
    show_row(to, screen.get_untracked());
}

/// Scrolls so that a row is on screen, then gives it the focus.
fn show_row(index: usize, screen: Screen) {
    let focus = move || {
        let link = document().query_selector(&format!("[data-row='{index}'] .session-title a")).ok().flatten();
        link.and_then(|link| link.dyn_into::<HtmlElement>().ok()).is_some_and(|link| {
            link.scroll_into_view_with_bool(false);
            link.focus().is_ok()
        })
    };
    if !focus() {
        let top = window().scroll_y().unwrap_or(0.0) - screen.top_px;
        window().scroll_to_with_x_and_y(0.0, top + index as f64 * screen.row_px - screen.height_px / 2.0);
        request_animation_frame(move || {
            request_animation_frame(move || {
                focus();
            });
        });
    }
}

/// Opens a session of the list.
fn open(store: super::store::Store, key: &str) {
    store.go(|view| {
        view.tab = Tab::Session;
        view.session = Some(key.to_owned());
        view.step = None;
    });
}

/// What a click on a row's link does.
fn open_on_click(store: super::store::Store, event: &web_sys::MouseEvent, key: &str) {
    if is_plain_click(event) {
        event.prevent_default();
        open(store, key);
    }
}
