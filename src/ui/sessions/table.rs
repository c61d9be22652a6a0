//! The table: rows on screen, headings that sort, a cursor for the keyboard.

use super::row::{Context, session_row};
use crate::link::ViewState;
use crate::logic::format::fixed;
use crate::logic::session_list::{List, ListRow, on_screen};
use crate::logic::sessions::SortBy;
use crate::model::{Timestamp, Zone};
use crate::ui::frame::{button, is_typing};
use crate::ui::shared::{Derived, El, Kept, Live, el, follow, listen, next_frame, row_height_px, window_height_px};
use crate::ui::store::Store;
use leptos::prelude::{Owner, document, window};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Rows drawn beyond the edges of the screen.
const SPARE: usize = 12;
/// Height of a row until one was measured, px.
const ROW_PX: f64 = 33.0;

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

type ListRows = Derived<Arc<List>>;

/// Where the table and the screen are, in px.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Screen {
    /// From the first row's upper edge to the upper edge of the screen.
    top_px: f64,
    height_px: f64,
    row_px: f64,
}

fn measure(body: &Element) -> Screen {
    let row_px = row_height_px(body, ".session-row", ROW_PX);
    Screen { top_px: -body.get_bounding_client_rect().top(), height_px: window_height_px(), row_px }
}

/// Draws the rows on screen and keeps room for the others.
pub fn session_table(store: Store, rows: ListRows, unfolded: Live<Vec<String>>) -> El {
    let screen = Live::new(Screen { row_px: ROW_PX, height_px: 900.0, top_px: 0.0 });
    let now = Timestamp::from_ms(js_sys::Date::now() as i64);
    let context = Context { store, cursor: Live::new(0), unfolded, now };
    let visible = Derived::new(move || {
        let Screen { top_px, height_px, row_px } = screen.get();
        on_screen(rows.with(|list| list.rows.len()), row_px, top_px, height_px, SPARE)
    });
    let gap = |count: Box<dyn Fn() -> usize>| {
        let height = move || fixed(count() as f64 * screen.with(|screen| screen.row_px), 3) + "px";
        el("tr").class("row-gap").attr("aria-hidden", "true").live_css("height", height)
    };
    let before = gap(Box::new(move || visible.with(|range| range.start)));
    let after =
        gap(Box::new(move || rows.with(|list| list.rows.len()).saturating_sub(visible.with(|range| range.end))));
    let last = after.node();
    let body = el("tbody").attr("aria-label", "Sessions").child(before).child(after);
    let standing = Standing { rows: Kept::new(Vec::new()), owner: Kept::new(Owner::new()), look: Kept::new(None) };
    follow(move || {
        let look = (store.view.get(), store.zone.get());
        let range = visible.get();
        rows.with(|list| {
            let slice = list.rows.get(range.clone()).unwrap_or_default();
            standing.draw(context, &last, (slice, range.start), look);
        });
    });
    watch_screen(&body, rows, screen);
    let hidden = |name: &str| el("th").child(el("span").class("sr").text(name));
    let headings = COLUMNS.map(|column| heading(store, column));
    let head = el("thead").child(el("tr").children(["Compare", "Status"].map(hidden)).children(headings));
    el("table").class("session-table").attr("data-testid", "session-table").child(head).child(body).on(
        "keydown",
        move |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                move_cursor(event, rows, context.cursor, screen);
            }
        },
    )
}

/// A row, and what lives and dies with it.
struct Stands {
    row: ListRow,
    place: Live<usize>,
    node: Element,
    owner: Owner,
}

/// The rows on screen. While logs are read, most of them are those that stood there before: these keep their elements.
#[derive(Clone, Copy)]
struct Standing {
    rows: Kept<Vec<Stands>>,
    /// The owner of all rows.
    owner: Kept<Owner>,
    /// What else their cells and links were made from.
    look: Kept<Option<(ViewState, Zone)>>,
}

impl Standing {
    /// Draws rows before the last element of their body, the first of them at a place of the list.
    fn draw(self, context: Context, last: &Element, (wanted, from): (&[ListRow], usize), look: (ViewState, Zone)) {
        let Some(mut old) = self.rows.update(std::mem::take) else { return };
        let sums = look.0.sums;
        if self.look.update(|known| known.replace(look.clone()) != Some(look)) == Some(true) {
            old.drain(..).for_each(Stands::end);
        }
        let owner = self.owner.get();
        let mut drawn = Vec::with_capacity(wanted.len());
        for (row, place) in wanted.iter().zip(from..) {
            let known = old.iter().position(|stands| stands.row == *row).map(|at| old.swap_remove(at));
            let stands = known.unwrap_or_else(|| {
                let (owner, row) = (owner.with(Owner::new), row.clone());
                let (place, node) = owner.with(|| {
                    let place = Live::new(place);
                    (place, session_row(context, &row, place, sums).node())
                });
                Stands { row, place, node, owner }
            });
            if stands.place.get_untracked() != place {
                stands.place.set(place);
            }
            drawn.push(stands);
        }
        old.into_iter().for_each(Stands::end);
        let mut next = last.clone();
        for Stands { node, .. } in drawn.iter().rev() {
            if next.previous_element_sibling().as_ref() != Some(node) {
                // Never fails: both stand in, or go into, the same body.
                next.before_with_node_1(node).unwrap_or_default();
            }
            next.clone_from(node);
        }
        self.rows.set(drawn);
    }
}

impl Stands {
    fn end(self) {
        self.node.remove();
        self.owner.cleanup();
    }
}

fn watch_screen(body: &El, rows: ListRows, screen: Live<Screen>) {
    let node = body.node();
    let look = move || {
        let now = measure(&node);
        if node.is_connected() && now != screen.get_untracked() {
            screen.set(now);
        }
    };
    for event in ["scroll", "resize"] {
        let look = look.clone();
        listen(&window(), event, move |_| look());
    }
    follow(move || {
        rows.track();
        next_frame(look.clone());
    });
}

fn heading(store: Store, (by, label, class): (SortBy, &'static str, &'static str)) -> El {
    let order = move || {
        let (sort, is_descending) = store.view.with(|view| (view.sort, view.is_descending));
        (sort == by).then(|| if is_descending { "descending" } else { "ascending" }.to_owned())
    };
    let sort = move |_| {
        store.adjust(|view| {
            // Numbers and times are asked for from the largest down, words from A.
            let starts_down = !matches!(by, SortBy::Title | SortBy::Agent | SortBy::Model | SortBy::Project);
            view.is_descending = if view.sort == by { !view.is_descending } else { starts_down };
            view.sort = by;
        });
    };
    el("th").attr("scope", "col").class(class).live_attr("aria-sort", order).child(button("sort", sort).text(label))
}

/// Arrow keys move the cursor, Home and End jump; Enter is the link's own.
fn move_cursor(event: &KeyboardEvent, rows: ListRows, cursor: Live<usize>, screen: Live<Screen>) {
    let count = rows.with_untracked(|list| list.rows.len());
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
        link.and_then(|link| link.dyn_into::<HtmlElement>().ok()).is_some_and(|link| link.focus().is_ok())
    };
    if !focus() {
        let top = window().scroll_y().unwrap_or(0.0) - screen.top_px;
        window().scroll_to_with_x_and_y(0.0, top + index as f64 * screen.row_px - screen.height_px / 2.0);
        // The rows of the new place are drawn in the next frame.
        next_frame(move || {
            next_frame(move || {
                focus();
            });
        });
    }
}
