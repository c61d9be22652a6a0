//! The timeline as a table, for those who cannot see it or want its numbers.

use super::open::{Open, label};
use crate::logic::format::{NOT_RECORDED, duration_text};
use crate::logic::timeline::{is_error, kind_of};
use crate::ui::shared::{El, el};

/// A table of more rows takes long to draw; the transcript has all of them.
const MOST_ROWS: usize = 1_000;

const COLUMNS: [(&str, &str); 7] = [
    ("Time", ""),
    ("Kind", ""),
    ("What", ""),
    ("Result", ""),
    ("Duration", "num"),
    ("Context", "num"),
    ("Output", "num"),
];

/// Every step with its time, duration and tokens.
pub fn mark_table(open: Open) -> El {
    let steps = open.steps();
    let head = COLUMNS.map(|(name, class)| el("th").attr("scope", "col").class(class).text(name));
    let rows = steps.iter().take(MOST_ROWS).filter_map(|step| row(open, *step));
    let words = format!("The first {MOST_ROWS} of {} steps; the transcript has them all.", steps.len());
    let note = (steps.len() > MOST_ROWS).then(|| el("p").class("pane-empty").text(&words));
    let table = el("table").child(el("thead").child(el("tr").children(head))).child(el("tbody").children(rows));
    let section = el("section").class("timeline-table").attr("aria-label", "Timeline as a table").attr("tabindex", "0");
    section.attr("data-testid", "timeline-table").child(table).children(note)
}

fn row(open: Open, event: u32) -> Option<El> {
    let track = open.track();
    let mark = track.get(event)?;
    let cell = |class: &str, text: &str| el("td").class(class).text(text);
    let number = |value: Option<u32>| value.map_or(NOT_RECORDED.to_owned(), |value| value.to_string());
    let time = open.offset_text(mark);
    let time = open.link(event, Open::choose).text(if time.is_empty() { "no time" } else { &time });
    let duration = mark.duration_ms.map_or(NOT_RECORDED.to_owned(), |ms| duration_text(u64::from(ms)));
    let (kind, name) = (kind_of(&track, mark).word(), label(&track, mark));
    Some(el("tr").live_attr("aria-current", move || open.current(event)).children([
        el("td").class("num").child(time),
        cell("", kind),
        cell("mono", if name == kind { "" } else { &name }),
        cell("", if is_error(mark) { "failed" } else { "" }),
        cell("num", &duration),
        cell("num", &number(mark.context)),
        cell("num", &number(mark.output)),
    ]))
}
