//! The calendar: a cell a day, columns are weeks that start on Sunday (analytics.md §4).

use super::panel::{Frame, metric_choice};
use super::{Board, effective};
use crate::logic::analytics::PanelKind;
use crate::logic::analytics::day::Day;
use crate::logic::analytics::heatmap::{HeatCell, Heatmap};
use crate::logic::format::{count, fixed};
use crate::logic::metric_choice::{ChartMetric, HEATMAP};
use crate::ui::frame::button;
use crate::ui::shared::{El, asks, el, next_frame, roving};

const METRICS: &[(ChartMetric, &str)] = &[
    (ChartMetric::Messages, "Messages"),
    (ChartMetric::Sessions, "Sessions"),
    (ChartMetric::OutputTokens, "Output tokens"),
];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// A month's name needs so many columns.
const LABEL_COLUMNS: usize = 3;

pub fn panel(board: Board) -> El {
    let chosen = move || effective(HEATMAP, board.store.view.with(|view| view.heatmap), Some(&board.capabilities()));
    let choose = |board: Board, metric| {
        board.choose(0, metric);
        board.store.adjust(|view| view.heatmap = Some(metric));
    };
    let mut frame = Frame::new(PanelKind::Heatmap, "Days", "span-8", |known| Some(&known.heatmap.as_ref()?.panel));
    frame.choices = Some(metric_choice(board, "Counted by day", METRICS, chosen, choose));
    frame.lead = |known| match &known.heatmap {
        Some(heatmap) if heatmap.is_cut => "Showing the most recent year.".into(),
        _ => String::new(),
    };
    frame.around(board, move |known| {
        known.heatmap.as_ref().map(|heatmap| vec![calendar(board, heatmap), legend()]).unwrap_or_default()
    })
}

/// `Mar` for 3.
pub fn month_name(month: u8) -> &'static str {
    MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default()
}

/// `Mar 3, 2026`
pub fn day_text(day: Day) -> String {
    let civil = day.civil();
    format!("{} {}, {}", month_name(civil.month), civil.day, civil.year)
}

fn calendar(board: Board, heatmap: &Heatmap) -> El {
    let Some(first) = heatmap.cells.first() else { return el("p").class("muted").text("No day has a session.") };
    // The first column is filled up to the first day.
    let before = usize::from((first.day.weekday() + 1) % 7);
    let weeks = (before + heatmap.cells.len()).div_ceil(7);
    let mut months = Vec::new();
    let mut last_label = None;
    for (index, cell) in heatmap.cells.iter().enumerate() {
        let (column, civil) = ((before + index) / 7, cell.day.civil());
        let has_room = last_label.is_none_or(|last| column >= last + LABEL_COLUMNS);
        if (civil.day == 1 || index == 0) && has_room {
            last_label = Some(column);
            let at = fixed(column as f64 / weeks as f64, 4);
            months.push(el("span").css("--at", &at).text(month_name(civil.month)));
        }
    }
    let names = ["", "Mon", "", "Wed", "", "Fri", ""].map(|name| el("span").text(name));
    let grid = el("div")
        .class("heatmap-grid")
        .attr("role", "group")
        .attr("aria-label", "Days; arrow keys move, Enter filters, X explains");
    let blanks = (0..before).map(|_| el("i").class("heat-cell").attr("data-level", "outside"));
    let last = heatmap.cells.len() - 1;
    let cells = heatmap.cells.iter().enumerate();
    let cells = cells.map(|(index, cell)| {
        day_cell(board, heatmap.metric, cell).attr("tabindex", if index == last { "0" } else { "-1" })
    });
    let grid = roving(grid.children(blanks).children(cells), 7, 1);
    // Few weeks must not become huge cells.
    let heatmap = el("div")
        .class("heatmap")
        .css("--weeks", &weeks.max(40).to_string())
        .css("--weeks-shown", &weeks.to_string())
        .children([
            el("span"),
            el("div").class("heatmap-months").attr("aria-hidden", "true").children(months),
            el("div").class("heatmap-days").attr("aria-hidden", "true").children(names),
            grid,
        ]);
    // On a phone half a year has room: the newest.
    let node = heatmap.node();
    next_frame(move || node.set_scroll_left(node.scroll_width()));
    heatmap
}

fn day_cell(board: Board, metric: ChartMetric, cell: &HeatCell) -> El {
    let level = match (cell.sessions, cell.value.get()) {
        (0, _) => "0".to_owned(),
        (_, None) => "none".to_owned(),
        (_, Some(0)) => "zero".to_owned(),
        _ => cell.level.to_string(),
    };
    let words = words(metric, cell);
    let day = cell.day;
    let measure = match metric {
        ChartMetric::Sessions => "sessions",
        ChartMetric::OutputTokens => "output",
        _ => "messages",
    };
    asks(button("heat-cell", move |_| only(board, day, day)), &[measure, " main:day=", &day.text()].concat())
        .attr("data-level", &level)
        .attr("title", &words)
        .attr("aria-label", &words)
}

/// `Mar 3, 2026: 9,000 output tokens (1 of 1 sessions reporting)`
fn words(metric: ChartMetric, cell: &HeatCell) -> String {
    let day = day_text(cell.day);
    if cell.sessions == 0 {
        return format!("{day}: no sessions");
    }
    let sign = if cell.is_lower_bound { "at least " } else { "" };
    match (metric, cell.value.get()) {
        (ChartMetric::OutputTokens, value) => {
            let told = format!("({} of {} sessions reporting)", cell.reporting, cell.sessions);
            match value {
                Some(tokens) => format!("{day}: {sign}{tokens} output tokens {told}"),
                None => format!("{day}: output tokens not recorded {told}"),
            }
        }
        (_, Some(value)) => {
            let noun = if metric == ChartMetric::Sessions { "session" } else { "message" };
            format!("{day}: {} in {}", count(value, noun), count(cell.sessions.into(), "session"))
        }
        (_, None) => format!("{day}: not recorded"),
    }
}

/// Filters to some days; to all, where these are the filter already.
pub fn only(board: Board, first: Day, last: Day) {
    let spec = format!("{}..{}", first.text(), last.text());
    board.store.go(|view| view.window = if view.window == spec { String::new() } else { spec });
}

fn legend() -> El {
    let swatch = |level: &str| el("i").class("swatch heat-cell").attr("data-level", level);
    let shades = ["1", "2", "3", "4"].map(swatch);
    let legend = el("span").class("legend").children([
        el("span").child(swatch("0")).text("no sessions"),
        el("span").child(swatch("zero")).text("recorded zero"),
        el("span").text("less ").children(shades).text(" more"),
        el("span").child(swatch("none")).text("sessions, but not recorded"),
        el("span").text("click filters, right click or X explains"),
    ]);
    el("footer").class("panel-foot").child(legend)
}
