//! The frame of a panel: title, what it covers in one line, its choices, its table twin and its file.

use super::Board;
use crate::export::overview::ShownTable;
use crate::logic::analytics::panel::Panel;
use crate::logic::analytics::{Overview, PanelKind};
use crate::logic::letters::capitalised;
use crate::logic::metric_choice::{ChartMetric, ControlState, MetricChoice};
use crate::ui::frame::button;
use crate::ui::shared::{El, Live, el, follow, not_recorded, small_icon, task};
use crate::worker::{Answer, Query};

/// One panel of the page.
pub struct Frame {
    pub kind: PanelKind,
    pub title: &'static str,
    /// `span-4` and the like.
    pub span: &'static str,
    /// What the panel says of itself.
    pub about: fn(&Overview) -> Option<&Panel>,
    /// Choices beside the title.
    pub choices: Option<El>,
    /// Words before the scope line, which change with the data.
    pub lead: fn(&Overview) -> String,
}

impl Frame {
    pub fn new(
        kind: PanelKind,
        title: &'static str,
        span: &'static str,
        about: fn(&Overview) -> Option<&Panel>,
    ) -> Self {
        Self { kind, title, span, about, choices: None, lead: |_| String::new() }
    }

    /// The panel around its drawing, or around its tables.
    pub fn around(self, board: Board, drawing: impl Fn(&Overview) -> Vec<El> + 'static) -> El {
        let Self { kind, title, span, about, choices, lead } = self;
        let scope = move || board.overview.with(|known| known.as_ref().map(|known| scope(known, about, lead)));
        let words = el("div").children([
            el("h2").class("panel-title").text(title),
            el("p").class("panel-scope").live_text(move || scope().unwrap_or_else(|| "counting…".into())),
        ]);
        let actions = el("div").class("panel-actions").children(choices).children(files(board, kind, title));
        let is_table = move || board.is_table(kind);
        let body = move |known: &Overview| {
            let drawn = if is_table() { Vec::new() } else { drawing(known) };
            drawn.into_iter().chain(notes(known, about)).collect()
        };
        let tables =
            el("div").class("contents").live(move || if is_table() { vec![twin(board, kind)] } else { Vec::new() });
        let body = el("div").class("panel-body").live(move || board.draw(&body));
        let panel = el("section").class(&format!("panel {span}")).attr("aria-label", title);
        panel
            .attr("data-panel", kind.name())
            .child(el("header").class("panel-head").child(words).child(actions))
            .child(tables)
            .child(body)
    }
}

/// `312 sessions …; by the day a session started; …`
fn scope(known: &Overview, about: fn(&Overview) -> Option<&Panel>, lead: fn(&Overview) -> String) -> String {
    let Some(panel) = about(known) else {
        return if known.heatmap.is_some() { lead(known) } else { "counting…".to_owned() };
    };
    let words = panel.sentence();
    match lead(known) {
        lead if lead.is_empty() => words,
        lead => format!("{lead} {words}"),
    }
}

/// What is left out, guessed or not known.
fn notes(known: &Overview, about: fn(&Overview) -> Option<&Panel>) -> Option<El> {
    let notes = about(known).map(|panel| panel.notes.join("; ")).filter(|notes| !notes.is_empty())?;
    Some(el("footer").class("panel-foot panel-notes").text(&capitalised(&notes)).text("."))
}

/// Table twin and CSV of a panel.
pub fn files(board: Board, kind: PanelKind, title: &str) -> [El; 3] {
    let turn = move |_| {
        board.as_tables.update(|tables| match tables.iter().position(|known| *known == kind) {
            Some(place) => drop(tables.swap_remove(place)),
            None => tables.push(kind),
        });
    };
    let is_table = move || Some(board.is_table(kind).to_string());
    let class = "button button-quiet button-small button-icon";
    let table = button(&format!("{class} push"), turn)
        .attr("aria-label", &format!("{title} as table"))
        .attr("title", "Show as table")
        .live_attr("aria-pressed", is_table)
        .child(small_icon("table"));
    let csv = button(class, move |_| board.save_file(&[kind], [kind.name(), ".csv"].concat(), false))
        .attr("aria-label", &format!("Save {title} as CSV"))
        .attr("title", "Save as CSV")
        .child(small_icon("csv"));
    let explain = el("button").attr("type", "button").class(class).attr("data-explain", whole(kind));
    let explain = explain.attr("aria-haspopup", "dialog").attr("aria-label", &format!("Explain {title}"));
    [table, csv, explain.attr("title", "Where these numbers come from").child(small_icon("explain"))]
}

/// The number that all of a panel's come from.
const fn whole(kind: PanelKind) -> &'static str {
    match kind {
        PanelKind::Heatmap | PanelKind::HourOfWeek | PanelKind::Top => "messages main",
        PanelKind::Shape | PanelKind::Velocity | PanelKind::Health => "sessions main",
        PanelKind::Tools => "tool-calls sessions",
        _ => "messages sessions",
    }
}

/// A panel as the tables that its file holds, asked for when somebody wants them.
pub fn twin(board: Board, kind: PanelKind) -> El {
    let tables = Live::new(Vec::new());
    follow(move || {
        board.overview.track();
        let (ask, zone) = (Box::new(board.ask(&[kind])), board.store.zone.get());
        task(async move {
            if let Some(Answer::Tables(answer)) = board.store.ask(Query::OverviewTables { ask, zone }).await {
                tables.set(answer);
            }
        });
    });
    el("div").class("panel-body").live(move || tables.with(|tables| tables.iter().map(table).collect()))
}

/// A table as the worker made it.
pub fn table(known: &ShownTable) -> El {
    let class = |column: usize| match known.columns.get(column) {
        Some((_, true)) => "num",
        _ => "",
    };
    let head = known.columns.iter().enumerate();
    let head = head.map(|(column, (name, _))| el("th").attr("scope", "col").class(class(column)).text(name));
    let cell = |(column, text): (usize, &String)| {
        let cell = el("td").class(class(column));
        if text.is_empty() { cell.child(not_recorded("not recorded")) } else { cell.text(text) }
    };
    let rows = known.rows.iter().map(|row| el("tr").children(row.iter().enumerate().map(cell)));
    let table = el("table").class("table").child(el("caption").class("sr").text(&known.title));
    let table = table.child(el("thead").child(el("tr").children(head))).child(el("tbody").children(rows));
    let scroll = el("div").class("table-scroll panel-twin").attr("tabindex", "0").attr("role", "region");
    scroll.attr("aria-label", &known.title).child(table)
}

/// The metrics of a chart; one that the loaded data lacks stays, disabled, with the reason (token-coverage.md K4).
pub fn metric_choice(
    board: Board,
    label: &str,
    offered: &'static [(ChartMetric, &'static str)],
    chosen: impl Fn() -> ChartMetric + Clone + 'static,
    choose: fn(Board, ChartMetric),
) -> El {
    let option = |(metric, words): &'static (ChartMetric, &'static str)| {
        let why = move || match MetricChoice::control(*metric, &board.capabilities()) {
            ControlState::Normal => None,
            ControlState::Disabled(why) => Some(why),
        };
        let chosen = chosen.clone();
        button("", move |_| {
            if why().is_none() {
                choose(board, *metric);
            }
        })
        .live_attr("aria-pressed", move || Some((chosen() == *metric).to_string()))
        .live_attr("aria-disabled", move || why().map(|_| "true".to_owned()))
        .live_attr("title", move || why().map(str::to_owned))
        .text(words)
    };
    el("div").class("segmented").attr("role", "group").attr("aria-label", label).children(offered.iter().map(option))
}
