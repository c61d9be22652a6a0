//! Hours of the week: messages by their own time (analytics.md §5).

use super::Board;
use super::panel::Frame;
use crate::logic::analytics::hours::HourOfWeek;
use crate::logic::analytics::{PanelKind, heatmap::levels};
use crate::logic::format::count;
use crate::model::sorted;
use crate::ui::frame::button;
use crate::ui::shared::{El, asks, el, roving};

/// Names by number.
pub const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

pub fn panel(board: Board) -> El {
    let frame = Frame::new(PanelKind::HourOfWeek, "Hours of the week", "span-4", |known| {
        Some(&known.hour_of_week.as_ref()?.panel)
    });
    frame.around(board, move |known| {
        known.hour_of_week.as_ref().map(|hours| vec![grid(board, hours), foot(board)]).unwrap_or_default()
    })
}

fn grid(board: Board, hours: &HourOfWeek) -> El {
    if hours.cells.is_empty() {
        return el("p").class("muted").text("No message carries a time.");
    }
    let some = hours.cells.iter().map(|messages| u64::from(*messages)).filter(|messages| *messages > 0).collect();
    let levels = levels(&sorted(some, Ord::cmp));
    let mut parts = vec![el("span")];
    parts.extend(["00", "06", "12", "18"].map(|hour| el("span").class("hour-label").text(hour)));
    for (weekday, (cells, name)) in hours.cells.chunks(24).zip(WEEKDAYS).enumerate() {
        parts.push(el("span").text(name));
        let cell =
            |(hour, messages): (usize, &u32)| hour_cell(board, (weekday as u8, hour as u8), name, *messages, &levels);
        parts.extend(cells.iter().enumerate().map(cell));
    }
    let grid = el("div")
        .class("hour-grid")
        .attr("role", "group")
        .attr("aria-label", "Hours; arrow keys move, Enter filters, X explains");
    roving(grid.children(parts), 1, 24)
}

fn hour_cell(board: Board, place: (u8, u8), weekday: &str, messages: u32, levels: &[u64; 4]) -> El {
    let value = u64::from(messages);
    let level = if value == 0 { 0 } else { 1 + levels.iter().skip(1).filter(|level| value > **level).count() };
    let words = format!("{weekday} {:02}:00: {}", place.1, count(value, "message"));
    let is_chosen = move || board.store.view.with(|view| view.hour == Some(place));
    let cell = button("heat-cell", move |_| {
        board.store.go(|view| view.hour = if view.hour == Some(place) { None } else { Some(place) });
    });
    let name = ["messages main:hour=", &place.0.to_string(), "-", &place.1.to_string()].concat();
    asks(cell, &name)
        .attr("data-level", &level.to_string())
        .attr("tabindex", if place == (0, 0) { "0" } else { "-1" })
        .live_attr("aria-pressed", move || Some(is_chosen().to_string()))
        .attr("title", &words)
        .attr("aria-label", &words)
}

/// What the filter is, and a way out of it.
fn foot(board: Board) -> El {
    el("footer").class("panel-foot").live(move || match board.store.view.with(|view| view.hour) {
        None => vec![el("span").text("A click filters all other panels to that hour, a right click or X explains it.")],
        Some((weekday, hour)) => {
            let name = WEEKDAYS.get(usize::from(weekday)).copied().unwrap_or_default();
            let words = format!("All other panels show only {name} {hour:02}:00 to {:02}:00. ", hour + 1);
            let clear = button("chip", move |_| board.store.go(|view| view.hour = None)).text("Show all hours");
            vec![el("span").text(&words), clear]
        }
    })
}
