//! What was worked on (analytics.md §7).

use super::Board;
use super::panel::Frame;
use crate::logic::analytics::PanelKind;
use crate::logic::analytics::projects::ProjectRow;
use crate::logic::chart::share;
use crate::logic::format::fixed;
use crate::ui::shared::{El, cost, el, explained_cells, tally};

/// Rows shown; the table twin has all.
const SHOWN: usize = 10;

pub fn panel(board: Board) -> El {
    let frame = Frame::new(PanelKind::Projects, "Projects", "span-4", |known| Some(&known.projects.as_ref()?.panel));
    frame.around(board, |known| {
        let rows = known.projects.as_ref().map(|projects| projects.rows.as_slice()).unwrap_or_default();
        let most = rows.iter().map(|row| row.messages).max().unwrap_or(0);
        let names = [
            ("Project", ""),
            ("Runs", "num"),
            ("Messages", "num"),
            ("", "bar-cell"),
            ("Output", "num"),
            ("Cost", "num"),
        ];
        let drawn = rows.iter().take(SHOWN).map(|row| project(row, most));
        vec![table("Projects", &names, drawn), more(rows.len(), SHOWN, "project")]
    })
}

/// A small table; the columns have a name and a class.
pub fn table(name: &str, columns: &[(&str, &str)], rows: impl IntoIterator<Item = El>) -> El {
    let head = columns.iter().map(|(name, class)| match name.is_empty() {
        true => el("td").class(class),
        false => el("th").attr("scope", "col").class(class).text(name),
    });
    let table = el("table").class("table").child(el("thead").child(el("tr").children(head)));
    let scroll = el("div").class("table-scroll").attr("tabindex", "0").attr("role", "region").attr("aria-label", name);
    scroll.child(table.child(el("tbody").children(rows)))
}

/// How many rows are left to the table twin.
pub fn more(rows: usize, shown: usize, noun: &str) -> El {
    let rest = rows.saturating_sub(shown);
    let words = format!("{} more in the table", crate::logic::format::count(rest as u64, noun));
    el("footer").class("panel-foot").flag("hidden", rest == 0).text(&words)
}

/// A bar as long as its share.
pub fn bar(part: u32, most: u32) -> El {
    let bar = el("span").class("bar").css("--of", &fixed(share(u64::from(part), u64::from(most)), 4));
    el("td").class("bar-cell").child(bar)
}

fn project(row: &ProjectRow, most: u32) -> El {
    let number = |number: u32| el("td").class("num").text(&number.to_string());
    let cells = el("tr").children([
        el("th").attr("scope", "row").class("strong").text(&row.name),
        number(row.sessions),
        number(row.messages),
        bar(row.messages, most),
        el("td").class("num").child(tally(&row.output, "session")),
        el("td").class("num").child(cost(&row.cost)),
    ]);
    explained_cells(cells, &["sessions", "messages", "", "output", "cost"], &["sessions:project=", &row.name].concat())
}
