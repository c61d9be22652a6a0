//! How long sessions are and how much they do alone (analytics.md §8).

use super::Board;
use super::panel::Frame;
use crate::logic::analytics::PanelKind;
use crate::logic::analytics::shape::{AUTONOMIES, DURATIONS, LENGTHS};
use crate::logic::chart::share;
use crate::logic::format::{count, fixed};
use crate::ui::shared::{El, el, explained, roving};

pub fn panel(board: Board) -> El {
    let frame = Frame::new(PanelKind::Shape, "Session shape", "span-4", |known| Some(&known.shape.as_ref()?.panel));
    frame.around(board, |known| {
        let drawn = known.shape.as_ref().map(|shape| {
            vec![
                histogram("Messages", "length", &LENGTHS, &shape.length),
                histogram("Duration", "duration", &DURATIONS, &shape.duration),
                histogram("Answers with tools per prompt", "autonomy", &AUTONOMIES, &shape.autonomy),
            ]
        });
        drawn.unwrap_or_default()
    })
}

/// Columns with their numbers above and their names below, each explained by its place in `of`. Empty ones are known
/// zeros and stay.
pub fn histogram(title: &str, of: &str, names: &[&str], values: &[u32]) -> El {
    /// The number above the highest column needs its room.
    const HIGHEST: f64 = 0.78;
    let most = values.iter().copied().max().unwrap_or(0);
    let column = |(place, (name, value)): (usize, (&&str, &u32))| {
        let high = HIGHEST * share(u64::from(*value), u64::from(most));
        let number = explained(el("b").text(&value.to_string()), &format!("sessions main:{of}={place}"));
        number
            .attr("aria-label", &format!("{name}: {}", count((*value).into(), "session")))
            .attr("tabindex", if place == 0 { "0" } else { "-1" })
            .css("--of", &fixed(high, 4))
    };
    let columns = el("div").class("histogram").attr("role", "group");
    let columns = roving(columns, 1, 1).children(names.iter().zip(values).enumerate().map(column));
    let axis = el("div").class("histogram-axis").attr("aria-hidden", "true");
    el("div").children([
        el("p").class("panel-scope").text(title),
        columns.attr("aria-label", &[title, "; arrow keys move, Enter explains"].concat()),
        axis.children(names.iter().map(|name| el("span").text(name))),
    ])
}
