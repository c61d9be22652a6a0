//! What both countings of the usage table share.

use crate::ui::shared::{El, el};

/// A table with a named first column, headings, rows and a last row of totals.
pub fn table(counting: &str, first: El, headings: &[&str], rows: impl Iterator<Item = El>, totals: El) -> El {
    let heading = |text: &&str| el("th").attr("scope", "col").class("num").text(text);
    let head = el("thead").child(el("tr").child(first.attr("scope", "col")).children(headings.iter().map(heading)));
    let table = el("table").class("table").attr("data-testid", "usage-table").attr("data-counting", counting);
    table.children([head, el("tbody").children(rows), el("tfoot").child(totals)])
}

/// A heading of two lines for the reference's key.
pub fn provider_and_model() -> El {
    el("th").text("Provider").child(el("br")).text("and model")
}

/// The name of a row in two lines, or in one where `upper` is empty.
pub fn name(upper: &str, lower: &str) -> El {
    let strong = el("strong").class("strong").attr("data-cell", "model").text(lower);
    let cell = el("th").attr("scope", "row").class("nowrap");
    match upper {
        "" => cell.child(strong),
        _ => cell
            .child(el("span").class("muted").attr("data-cell", "provider").text(upper))
            .child(el("br"))
            .child(strong),
    }
}

/// A cell of a number.
pub fn cell(content: El) -> El {
    el("td").class("num").child(content)
}

/// A small line below a number.
pub fn note(text: &str, is_warning: bool) -> El {
    el("span").class(if is_warning { "cell-note cell-note-warn" } else { "cell-note" }).text(text)
}
