//! Calls of tools (analytics.md §10).

use super::Board;
use super::panel::Frame;
use super::projects::{more, table};
use crate::logic::analytics::PanelKind;
use crate::logic::analytics::tools::ToolRow;
use crate::logic::chart::share;
use crate::logic::format::{duration_text, fixed};
use crate::logic::timeline::Kind;
use crate::logic::tool_kind::tool_kind;
use crate::ui::shared::{El, el, explained_cells, not_recorded};

/// Rows shown; the table twin has all.
const SHOWN: usize = 10;

pub fn panel(board: Board) -> El {
    let frame = Frame::new(PanelKind::Tools, "Tools", "span-4", |known| Some(&known.tools.as_ref()?.panel));
    frame.around(board, |known| {
        let rows = known.tools.as_ref().map(|tools| tools.tools.as_slice()).unwrap_or_default();
        let most = rows.iter().map(|row| row.calls).max().unwrap_or(0);
        let names = [("Tool", ""), ("Calls", "num"), ("", "bar-cell"), ("Failed", "num"), ("Median", "num")];
        vec![
            table("Tools", &names, rows.iter().take(SHOWN).map(|row| tool(row, most))),
            more(rows.len(), SHOWN, "tool"),
        ]
    })
}

fn tool(row: &ToolRow, most: u32) -> El {
    let kind = Kind::from(tool_kind(&row.name)).name();
    let failed = match row.failure_rate {
        Some(rate) => el("span")
            .attr("title", &format!("{} of {} finished", row.failed, row.finished))
            .text(&format!("{}%", rate.text())),
        None => not_recorded("no result of a call is recorded"),
    };
    let median = match row.median_ms {
        Some(ms) => {
            el("span").attr("title", &format!("over {} of {} calls", row.timed, row.calls)).text(&duration_text(ms))
        }
        None => not_recorded("no duration of a call is recorded"),
    };
    let bar = el("span").class("bar").attr("data-kind", kind);
    let bar = bar.css("--of", &fixed(share(row.calls.into(), most.into()), 4));
    let name = el("span").class("tool-name").child(el("i").class("swatch").attr("data-kind", kind));
    let cells = el("tr").children([
        el("th").attr("scope", "row").class("strong").child(name.child(el("span").class("clip").text(&row.name))),
        el("td").class("num").text(&row.calls.to_string()),
        el("td").class("bar-cell").child(bar),
        el("td").class("num").child(failed),
        el("td").class("num").child(median),
    ]);
    explained_cells(
        cells,
        &["tool-calls", "", "failed-calls", "median-duration"],
        &["sessions:tool=", &row.name].concat(),
    )
}
