//! The sessions that stand out (analytics.md §6).

use super::panel::{Frame, metric_choice};
use super::{Board, effective};
use crate::link::Tab;
use crate::logic::analytics::PanelKind;
use crate::logic::analytics::top::{Top, TopRow, duration_text};
use crate::logic::format::{count, format_token_count};
use crate::logic::metric_choice::{ChartMetric, TOP};
use crate::ui::frame::link;
use crate::ui::shared::{El, at_least, el, explained};

const METRICS: &[(ChartMetric, &str)] =
    &[(ChartMetric::Messages, "Messages"), (ChartMetric::Duration, "Duration"), (ChartMetric::OutputTokens, "Output")];

pub fn panel(board: Board) -> El {
    let chosen = move || effective(TOP, board.store.view.with(|view| view.top), Some(&board.capabilities()));
    let choose = |board: Board, metric| {
        board.choose(1, metric);
        board.store.adjust(|view| view.top = Some(metric));
    };
    let mut frame = Frame::new(PanelKind::Top, "Top sessions", "span-4", |known| Some(&known.top.as_ref()?.panel));
    frame.choices = Some(metric_choice(board, "Ranked by", METRICS, chosen, choose));
    frame.around(board, move |known| known.top.as_ref().map(|top| ranks(board, top)).unwrap_or_default())
}

fn ranks(board: Board, top: &Top) -> Vec<El> {
    let rows = top.rows.iter().enumerate().map(|(rank, row)| rank_row(board, top.metric, rank + 1, row));
    let mut parts = vec![el("div").class("rank-list").children(rows)];
    if top.unranked > 0 {
        let words = match top.metric {
            ChartMetric::OutputTokens => format!("{} no token data", verb(top.unranked)),
            _ => format!("{} no times", verb(top.unranked)),
        };
        parts.push(el("footer").class("panel-foot").text(&format!("{words} and cannot be ranked")));
    }
    parts
}

fn verb(sessions: u32) -> String {
    format!("{} {}", count(sessions.into(), "session"), if sessions == 1 { "has" } else { "have" })
}

fn rank_row(board: Board, metric: ChartMetric, rank: usize, row: &TopRow) -> El {
    let text = match metric {
        ChartMetric::Duration => duration_text(row.value, row.total_ms),
        ChartMetric::OutputTokens => format_token_count(row.value),
        _ => row.value.to_string(),
    };
    let value = match row.is_lower_bound {
        true => at_least(&text, "not every request records it"),
        false => el("span").attr("title", &row.value.to_string()).text(&text),
    };
    let key = row.key.clone();
    let open = move |view: &mut crate::link::ViewState| {
        (view.tab, view.session, view.step) = (Tab::Session, Some(key.clone()), None);
    };
    let measure = match metric {
        ChartMetric::Duration => "active-time",
        ChartMetric::OutputTokens => "output",
        _ => "messages",
    };
    let value = explained(value, &[measure, " main:session=", &row.key].concat());
    el("div").class("rank-row").children([
        el("span").class("num").text(&rank.to_string()),
        link(board.store, open).class("clip").text(&row.title),
        el("span").class("rank-value num").child(value),
        el("span").class("rank-meta").text(row.project.as_deref().unwrap_or("no project recorded")),
        el("span").class("rank-coverage"),
    ])
}
