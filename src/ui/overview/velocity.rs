//! How fast agents answer and work (analytics.md §9).

use super::Board;
use super::panel::Frame;
use super::projects::table;
use crate::logic::analytics::PanelKind;
use crate::logic::analytics::stats::Tenths;
use crate::ui::shared::{El, el, explained_cells, not_recorded};

pub fn panel(board: Board) -> El {
    let mut frame =
        Frame::new(PanelKind::Velocity, "Velocity", "span-4", |known| Some(&known.velocity.as_ref()?.panel));
    frame.lead = |known| {
        let sessions = known.velocity.as_ref().map_or(0, |velocity| velocity.whole.sessions);
        format!("{} with two or more timed messages.", crate::logic::format::count(sessions.into(), "run"))
    };
    frame.around(board, |known| {
        let Some(whole) = known.velocity.as_ref().map(|velocity| &velocity.whole) else { return Vec::new() };
        let seconds = |value: Option<Tenths>| value.map(|value| format!("{} s", value.text()));
        let rate = |value: Option<Tenths>| value.map(Tenths::text);
        let names = [("Measure", ""), ("p50", "num"), ("p90", "num")];
        let rows = [
            ("Prompt to response", seconds(whole.cycle_p50), Some(seconds(whole.cycle_p90)), ["turn-p50", "turn-p90"]),
            ("First response", seconds(whole.first_p50), Some(seconds(whole.first_p90)), ["first-p50", "first-p90"]),
            ("Messages / active minute", rate(whole.messages_per_minute), None, ["messages-a-minute", ""]),
            ("Tools / active minute", rate(whole.tools_per_minute), None, ["tools-a-minute", ""]),
        ];
        let rows = rows.map(|(name, p50, p90, measures)| explained_cells(line(name, p50, p90), &measures, "main"));
        vec![table("Velocity", &names, rows)]
    })
}

fn line(name: &str, p50: Option<String>, p90: Option<Option<String>>) -> El {
    let cell = |value: Option<String>| match value {
        Some(text) => el("td").class("num").child(el("span").text(&text)),
        None => el("td").class("num").child(not_recorded("no pair of messages has times")),
    };
    let name = el("th").attr("scope", "row").class("strong").text(name);
    el("tr").child(name).child(cell(p50)).child(p90.map_or_else(|| el("td"), cell))
}
