//! The timeline as a table, for those who cannot see it or want its numbers.

use super::open::{Open, label};
use crate::link::Period;
use crate::logic::format::{NOT_RECORDED, duration_text};
use crate::logic::timeline::{is_error, kind_of};
use crate::logic::track::Track;
use crate::ui::frame::button;
use crate::ui::shared::{Derived, El, Live, el};
use std::sync::Arc;

/// A table of more rows takes long to draw; the rest is a page away.
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

/// The steps of the selected range, else of what the timeline shows, else all, with time, duration and tokens.
pub fn mark_table(open: Open) -> El {
    let page = Live::new(0usize);
    let period = Derived::new(move || open.store.view.with(|view| view.range.or(view.zoom)));
    let steps = Derived::new(move || {
        let (steps, track) = (open.steps(), open.track());
        match period.get() {
            Some(period) => Arc::new(steps.iter().copied().filter(|step| is_in(&track, *step, period)).collect()),
            None => steps,
        }
    });
    let head = COLUMNS.map(|(name, class)| el("th").attr("scope", "col").class(class).text(name));
    let shown = move || {
        let steps = steps.get();
        let from = first_of(page.get(), steps.len());
        let rows = steps.iter().skip(from).take(MOST_ROWS);
        rows.filter_map(|step| row(open, *step)).collect()
    };
    let body = el("tbody").live(shown);
    let table = el("table").child(el("thead").child(el("tr").children(head))).child(body);
    let note = el("div").class("timeline-table-note").live(move || pages(steps.get().len(), page, period.get()));
    let section = el("section").class("timeline-table").attr("aria-label", "Timeline as a table").attr("tabindex", "0");
    section.attr("data-testid", "timeline-table").children([note, table])
}

fn is_in(track: &Track, step: u32, period: Period) -> bool {
    let (from, to) = (period.from_ms as f64, period.to_ms as f64);
    track.get(step).and_then(|mark| mark.at_ms).is_some_and(|at| from <= at && at < to)
}

/// The first row of a page; the first of all where there are not so many.
fn first_of(page: usize, rows: usize) -> usize {
    Some(page * MOST_ROWS).filter(|first| *first < rows).unwrap_or(0)
}

/// Which steps the table has, and the way to the others; nothing where it has all.
fn pages(steps: usize, page: Live<usize>, period: Option<Period>) -> Vec<El> {
    if period.is_none() && steps <= MOST_ROWS {
        return Vec::new();
    }
    let from = first_of(page.get(), steps);
    let to = (from + MOST_ROWS).min(steps);
    let of = if period.is_some() { "of what is shown or selected in the timeline" } else { "" };
    let words = match steps {
        0 => format!("No step {of}"),
        _ => format!("Steps {} to {to} of {steps} {of}", from + 1),
    };
    let turn = |words: &str, by: isize, is_there: bool| {
        let turn = button("button button-small", move |_| page.update(|page| *page = page.saturating_add_signed(by)));
        is_there.then(|| turn.text(words))
    };
    let mut shown = vec![el("span").class("muted").attr("aria-live", "polite").text(words.trim_end())];
    shown.extend(turn("Earlier", -1, from > 0));
    shown.extend(turn("Later", 1, to < steps));
    shown
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
