//! Activity over time: columns by the day, week or month in which sessions started (analytics.md §3).

use super::panel::{Frame, metric_choice};
use super::{Board, effective};
use crate::logic::analytics::PanelKind;
use crate::logic::drawn::ACTIVITY;
use crate::logic::metric_choice::ChartMetric;
use crate::ui::shared::{El, el};
use crate::ui::usage::{columns, legend};

const METRICS: &[(ChartMetric, &str)] = &[
    (ChartMetric::Messages, "Messages"),
    (ChartMetric::Sessions, "Sessions"),
    (ChartMetric::OutputTokens, "Tokens"),
    (ChartMetric::Cost, "Cost"),
];

pub fn panel(board: Board) -> El {
    let chosen = move || effective(&ACTIVITY, board.store.view.with(|view| view.activity), Some(&board.capabilities()));
    let choose = |board: Board, metric| board.store.adjust(|view| view.activity = Some(metric));
    let mut frame =
        Frame::new(PanelKind::Activity, "Activity", "span-8", |known| Some(&known.activity.as_ref()?.panel));
    frame.choices = Some(metric_choice(board, "Counted over time", METRICS, chosen, choose));
    frame.lead = |known| match known.activity.as_ref().map(|activity| activity.granularity) {
        Some(granularity) => format!("By {}.", granularity.name()),
        None => String::new(),
    };
    frame.around(board, move |known| {
        let place = ACTIVITY.into_iter().position(|metric| metric == chosen()).unwrap_or(0);
        match known.activity_columns.get(place) {
            Some(drawn) => std::iter::once(columns(board, drawn)).chain(legend(&drawn.legend)).collect(),
            None => vec![el("p").class("muted").text("No session has a date.")],
        }
    })
}
