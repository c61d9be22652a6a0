//! How long sessions are and how much they do alone (analytics.md §8).

use super::Board;
use super::panel::Frame;
use crate::logic::analytics::PanelKind;
use crate::logic::analytics::shape::{AUTONOMIES, DURATIONS, LENGTHS};
use crate::logic::chart::share;
use crate::logic::format::fixed;
use crate::ui::shared::{El, el};

pub fn panel(board: Board) -> El {
    let frame = Frame::new(PanelKind::Shape, "Session shape", "span-4", |known| Some(&known.shape.as_ref()?.panel));
    frame.around(board, |known| {
        let drawn = known.shape.as_ref().map(|shape| {
            vec![
                histogram("Messages", &LENGTHS, &shape.length),
                histogram("Duration", &DURATIONS, &shape.duration),
                histogram("Answers with tools per prompt", &AUTONOMIES, &shape.autonomy),
            ]
        });
        drawn.unwrap_or_default()
    })
}

/// Columns with their numbers above and their names below. Empty ones are known zeros and stay.
pub fn histogram(title: &str, names: &[&str], values: &[u32]) -> El {
    /// The number above the highest column needs its room.
    const HIGHEST: f64 = 0.78;
    let most = values.iter().copied().max().unwrap_or(0);
    let column = |value: &u32| {
        let of = HIGHEST * share(u64::from(*value), u64::from(most));
        el("i").css("--of", &fixed(of, 4)).child(el("b").text(&value.to_string()))
    };
    let words: Vec<String> = names.iter().zip(values).map(|(name, value)| format!("{name}: {value}")).collect();
    let columns = el("div").class("histogram").attr("role", "img").children(values.iter().map(column));
    let axis = el("div").class("histogram-axis").attr("aria-hidden", "true");
    el("div").children([
        el("p").class("panel-scope").text(title),
        columns.attr("aria-label", &format!("{title}: {}", words.join(", "))),
        axis.children(names.iter().map(|name| el("span").text(name))),
    ])
}
