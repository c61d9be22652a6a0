//! Routing quality: how often callers took what the router would have chosen.

use crate::logic::format::{count, percent_text};
use crate::logic::routing::{RoutingCell, RoutingQuality};
use crate::ui::problems::panel_head;
use crate::ui::shared::{El, el};

const HEADINGS: [&str; 9] =
    ["Prompt", "Axis", "Router agreed", "Overrides", "Success", "Stalled", "Failed", "Cancelled", "No outcome"];

/// A panel, if any log knows routing.
pub fn panel(quality: &RoutingQuality) -> Option<El> {
    if quality.total_requests == 0 {
        return None;
    }
    let (requests, overrides) = (u64::from(quality.total_requests), u64::from(quality.total_overrides));
    let scope =
        format!("{} that started, finished or not; {}.", count(requests, "request"), count(overrides, "override"));
    let disagreement = match overrides {
        0 => "no overrides".to_owned(),
        _ => percent_text(quality.override_disagreement_rate),
    };
    let figure = |words: &str, name: &str, value: &str| {
        el("span").text(words).child(el("strong").class("num").attr("data-cell", name).text(value))
    };
    let figures = el("p").class("routing-figures").children([
        figure("The router's choice was taken in ", "acceptance", &percent_text(quality.auto_acceptance_rate)),
        figure("Overrides that differ from it: ", "disagreement", &disagreement),
    ]);
    let panel =
        el("section").class("panel span-12").attr("aria-label", "Routing quality").attr("data-testid", "routing-panel");
    let panel = panel.child(panel_head(el("h2").text("Routing quality"), &scope)).child(figures);
    Some(panel.children((!quality.breakdown.is_empty()).then(|| breakdown(&quality.breakdown))))
}

fn breakdown(cells: &[RoutingCell]) -> El {
    let heading = |(index, text): (usize, &&str)| {
        el("th").attr("scope", "col").class(if index > 2 { "num" } else { "" }).text(text)
    };
    let head = el("thead").child(el("tr").children(HEADINGS.iter().enumerate().map(heading)));
    let table = el("table").class("table").child(head).child(el("tbody").children(cells.iter().map(line)));
    let scroll = el("div").class("table-scroll").attr("tabindex", "0").attr("role", "region");
    scroll.attr("aria-label", "Overrides by kind of prompt").child(table)
}

fn line(cell: &RoutingCell) -> El {
    let numbers = [cell.count, cell.success, cell.stalled, cell.failed, cell.cancelled, cell.unknown];
    el("tr")
        .child(el("th").attr("scope", "row").class("mono nowrap").text(&cell.prompt_features))
        .child(el("td").text(&cell.axis))
        .child(el("td").text(if cell.is_match { "yes" } else { "no" }))
        .children(numbers.map(|number| el("td").class("num").text(&number.to_string())))
}
