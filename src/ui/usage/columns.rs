//! Stacked columns: painted for the eye, with a button each for hand and keyboard.

use super::panels::show;
use crate::logic::drawn::{Column, Columns, OTHERS, UNKNOWN};
use crate::logic::format::fixed;
use crate::ui::frame::button;
use crate::ui::overview::Board;
use crate::ui::shared::{El, asks, el, explained, roving, svg};

/// A share in ten-thousandths as style sheets take it.
pub fn of(share: u32) -> String {
    fixed(f64::from(share) / 10_000.0, 4)
}

/// A series as style sheets name it.
pub fn series(number: u8) -> String {
    if number == OTHERS { "other".to_owned() } else { number.to_string() }
}

/// The height of a chart in the units of its drawing; a column takes [`WIDE`] of its width.
const HIGH: u32 = 10_000;
const WIDE: usize = 10;

pub fn columns(board: Board, known: &Columns) -> El {
    let view = format!("0 0 {} {HIGH}", known.columns.len() * WIDE);
    let drawing = svg("svg").class("chart").attr("viewBox", &view).attr("preserveAspectRatio", "none");
    let line = |(at, _): &(u32, String)| {
        let class = if *at == 0 { "axis" } else { "grid" };
        svg("path").class(class).attr("d", &format!("M0 {}H{}", HIGH - at, known.columns.len() * WIDE))
    };
    let drawing = drawing.attr("aria-hidden", "true").children(known.ticks.iter().map(line));
    let drawing = drawing.children(known.columns.iter().enumerate().flat_map(|(place, column)| pieces(place, column)));
    let across = known.columns.len().max(1) as f64;
    let hit = |(place, column): (usize, &Column)| {
        let hit = match column.part.clone() {
            Some(part) => asks(button("chart-hit", move |_| show(board.store, &part)), &column.explain)
                .attr("data-spot", &[known.label.as_str(), " ", &place.to_string()].concat()),
            // Nothing to filter by.
            None => explained(el("span"), &column.explain).class("chart-hit"),
        };
        let hit = hit.attr("tabindex", if place == 0 { "0" } else { "-1" });
        let hit = hit.css("--at", &fixed(place as f64 / across, 5)).css("--of", &fixed(1.0 / across, 5));
        // Hatch must not be stretched with the drawing.
        let cap = column.is_open.then(|| {
            let high = column.pieces.iter().map(|(_, height)| *height).sum::<u32>();
            el("i").class("chart-cap hatched").css("--at", &of(high))
        });
        hit.attr("title", &column.words).attr("aria-label", &column.words).children(cap)
    };
    let hits = el("div").class("chart-hits").attr("role", "group").attr("aria-label", &known.label);
    let hits = roving(hits, 1, 1).children(known.columns.iter().enumerate().map(hit));
    let word = |(at, text): &(u32, String)| el("span").css("--at", &of(*at)).text(text);
    let frame = el("div").class("chart-frame chart-frame-tall chart-frame-wide");
    frame.css("--columns", &known.columns.len().to_string()).children([
        el("div").class("chart-y").attr("aria-hidden", "true").children(known.ticks.iter().map(word)),
        el("div").class("chart-plot").child(drawing).child(hits),
        el("span"),
        el("div").class("chart-x").attr("aria-hidden", "true").children(known.labels.iter().map(word)),
    ])
}

/// The stack of a column.
fn pieces(place: usize, column: &Column) -> Vec<El> {
    /// A hairline of ground between pieces; what is small stays visible.
    const GAP: u32 = 40;
    let mut below = 0;
    let mut drawn = Vec::new();
    let rect = |from: u32, height: u32| {
        let numbers =
            [("x", place as u32 * WIDE as u32 + 1), ("y", from), ("width", WIDE as u32 - 2), ("height", height)];
        numbers.into_iter().fold(svg("rect"), |rect, (name, value)| rect.attr(name, &value.to_string()))
    };
    for (number, height) in column.pieces.iter().filter(|(_, height)| *height > 0) {
        below = (below + height).min(HIGH);
        drawn.push(rect(HIGH - below, height.saturating_sub(GAP).max(GAP)).attr("data-series", &series(*number)));
    }
    drawn
}

/// The names of the series.
pub fn legend(known: &[(u8, String)]) -> Option<El> {
    let entry = |(number, name): &(u8, String)| {
        let swatch = match *number {
            UNKNOWN => el("i").class("swatch hatched"),
            number => el("i").class("swatch").attr("data-series", &series(number)),
        };
        el("span").child(swatch).text(name)
    };
    let entries = el("span").class("legend").children(known.iter().map(entry));
    (!known.is_empty()).then(|| el("div").class("panel-foot").child(entries))
}
