//! Activity over time: columns by the day, week or month in which sessions started (analytics.md §3).

use super::panel::{Frame, metric_choice};
use super::{Board, days, effective};
use crate::logic::analytics::activity::{Activity, ActivityBucket};
use crate::logic::analytics::day::Granularity;
use crate::logic::analytics::{PanelKind, day::Day};
use crate::logic::chart::{Axis, Piece, axis, every, stacked};
use crate::logic::format::{count, fixed, format_token_count};
use crate::logic::metric_choice::ChartMetric;
use crate::model::{Money, sorted};
use crate::ui::frame::button;
use crate::ui::shared::{El, asks, el, svg};

const OFFERED: &[ChartMetric] =
    &[ChartMetric::Messages, ChartMetric::Sessions, ChartMetric::OutputTokens, ChartMetric::Cost];
const METRICS: &[(ChartMetric, &str)] = &[
    (ChartMetric::Messages, "Messages"),
    (ChartMetric::Sessions, "Sessions"),
    (ChartMetric::OutputTokens, "Tokens"),
    (ChartMetric::Cost, "Cost"),
];
/// Agents with a colour of their own; the others are one.
const SERIES: usize = 4;
/// So many labels have room below.
const LABELS: usize = 9;
/// The last place that has room for a label, percent.
const LAST_LABEL: usize = 89;
/// Costs are drawn in hundredths of a cent.
const PICO: i64 = 100_000_000;

pub fn panel(board: Board) -> El {
    let chosen = move || effective(OFFERED, board.store.view.with(|view| view.activity), Some(&board.capabilities()));
    let choose = |board: Board, metric| board.store.adjust(|view| view.activity = Some(metric));
    let mut frame =
        Frame::new(PanelKind::Activity, "Activity", "span-8", |known| Some(&known.activity.as_ref()?.panel));
    frame.choices = Some(metric_choice(board, "Counted over time", METRICS, chosen, choose));
    frame.lead = |known| match known.activity.as_ref().map(|activity| activity.granularity) {
        Some(granularity) => format!("By {}.", granularity.name()),
        None => String::new(),
    };
    frame.around(board, move |known| {
        known.activity.as_ref().map(|activity| chart(board, activity, chosen(), &known.agents)).unwrap_or_default()
    })
}

/// One column: the parts of it, and whether it may be higher.
struct Column {
    values: Vec<u64>,
    is_open: bool,
    words: String,
}

fn chart(board: Board, activity: &Activity, metric: ChartMetric, names: &[(String, String)]) -> Vec<El> {
    if activity.buckets.is_empty() {
        return vec![el("p").class("muted").text("No session has a date.")];
    }
    let agents = agents(activity);
    let columns: Vec<Column> = activity.buckets.iter().map(|bucket| column(bucket, metric, &agents)).collect();
    let values: Vec<Vec<u64>> = columns.iter().map(|column| column.values.clone()).collect();
    let most = values.iter().map(|values| values.iter().sum()).max().unwrap_or(0);
    let axis = axis(most);
    let wide = 1000.0 / columns.len() as f64;
    let drawing = svg("svg").class("chart").attr("viewBox", "0 0 1000 100").attr("preserveAspectRatio", "none");
    let lines = axis.ticks.iter().map(|tick| {
        let y = fixed(100.0 * (1.0 - axis.share(*tick)), 2);
        svg("path").class(if *tick == 0 { "axis" } else { "grid" }).attr("d", &format!("M0 {y}H1000"))
    });
    let is_split = metric == ChartMetric::Messages;
    let pieces = stacked(&values, &axis).into_iter().map(|piece| rect(&piece, wide, is_split.then_some(agents.len())));
    let caps = columns.iter().enumerate().filter(|(_, column)| column.is_open).map(|(number, column)| {
        let top = 100.0 * (1.0 - axis.share(column.values.iter().sum()));
        place(svg("rect").class("cap"), number, wide, (top - 7.0).max(0.0), 7.0_f64.min(top))
    });
    let drawing = drawing.attr("aria-hidden", "true").children(lines).children(pieces).children(caps);
    let hits = activity.buckets.iter().zip(&columns).enumerate();
    let measure = match metric {
        ChartMetric::Sessions => "sessions",
        ChartMetric::OutputTokens => "output",
        ChartMetric::Cost => "cost",
        _ => "messages",
    };
    let of = [measure, " sessions:", activity.granularity.name(), "="].concat();
    let hits = hits.map(|(number, (bucket, column))| {
        let hit = hit(board, activity.granularity, bucket, column, number, wide);
        asks(hit, &[of.as_str(), &bucket.day.text()].concat())
    });
    let plot = el("div").class("chart-plot").child(drawing).child(
        crate::ui::shared::roving(
            el("div")
                .class("chart-hits")
                .attr("role", "group")
                .attr("aria-label", "Columns; arrow keys move, Enter filters, X explains"),
            1,
            1,
        )
        .children(hits),
    );
    let frame = el("div").class("chart-frame chart-frame-tall").css("--columns", &columns.len().to_string());
    let frame = frame.children([scale(&axis, metric), plot, el("span"), dates(activity, wide)]);
    let mut parts = vec![frame];
    parts.extend(is_split.then(|| legend(activity, &agents, names)));
    parts
}

/// The agents with most messages, and an empty name for the others if there are any.
fn agents(activity: &Activity) -> Vec<String> {
    let mut sums: Vec<(String, u64)> = Vec::new();
    for (agent, messages) in activity.buckets.iter().flat_map(|bucket| &bucket.by_agent) {
        match sums.iter_mut().find(|(known, _)| known == agent) {
            Some((_, sum)) => *sum += u64::from(*messages),
            None => sums.push((agent.clone(), u64::from(*messages))),
        }
    }
    let others = sums.len() > SERIES + 1;
    let ranked = sorted(sums, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let shown = if others { SERIES } else { SERIES + 1 };
    let named = ranked.into_iter().take(shown).map(|(agent, _)| agent);
    named.chain(others.then(String::new)).collect()
}

fn column(bucket: &ActivityBucket, metric: ChartMetric, agents: &[String]) -> Column {
    let day = days::day_text(bucket.day);
    let one = |value: u64, is_open: bool, words: String| Column { values: vec![value], is_open, words };
    match metric {
        ChartMetric::Sessions => {
            let words = format!("{day}: {}", count(bucket.sessions.into(), "session"));
            one(bucket.sessions.into(), false, words)
        }
        ChartMetric::OutputTokens => {
            let output = &bucket.output;
            let told = format!("{} of {} sessions reporting", output.reported, output.eligible);
            let words = match output.reported {
                0 if output.eligible > 0 => format!("{day}: output tokens not recorded ({told})"),
                _ => format!("{day}: {} output tokens ({told})", output.sum),
            };
            one(output.sum, output.is_lower_bound(), words)
        }
        ChartMetric::Cost => {
            let cost = &bucket.cost;
            let words =
                format!("{day}: {}, known for {} of {} requests", cost.known.display(), cost.reported, cost.eligible);
            one(drawn(cost.known), cost.reported < cost.eligible, words)
        }
        _ => {
            let of = |agent: &String| {
                bucket
                    .by_agent
                    .iter()
                    .filter(|(known, _)| known == agent)
                    .map(|(_, messages)| u64::from(*messages))
                    .sum::<u64>()
            };
            let mut values: Vec<u64> = agents.iter().filter(|agent| !agent.is_empty()).map(of).collect();
            let named: u64 = values.iter().sum();
            values.push(u64::from(bucket.messages()).saturating_sub(named));
            let words = format!(
                "{day}: {} in {}",
                count(bucket.messages().into(), "message"),
                count(bucket.sessions.into(), "session")
            );
            Column { values, is_open: false, words }
        }
    }
}

fn drawn(cost: Money) -> u64 {
    u64::try_from(cost.pico() / PICO).unwrap_or(0)
}

fn series(number: usize, of: Option<usize>) -> String {
    match of {
        Some(agents) if number + 1 < agents || number < SERIES => (number + 1).to_string(),
        Some(_) => "other".into(),
        None => "1".into(),
    }
}

fn rect(piece: &Piece, wide: f64, agents: Option<usize>) -> El {
    let rect = svg("rect").attr("data-series", &series(piece.series, agents));
    // A hairline of ground between pieces; what is small stays visible.
    let height = (100.0 * (piece.to - piece.from) - 0.4).max(0.4);
    place(rect, piece.column, wide, 100.0 * (1.0 - piece.to), height)
}

fn place(rect: El, column: usize, wide: f64, y: f64, height: f64) -> El {
    let gap = (wide * 0.2).min(4.0);
    let x = column as f64 * wide + gap / 2.0;
    let numbers = [("x", x), ("y", y), ("width", wide - gap), ("height", height)];
    numbers.into_iter().fold(rect, |rect, (name, value)| rect.attr(name, &fixed(value, 2)))
}

/// What the pointer and the keyboard reach of a column.
fn hit(
    board: Board,
    granularity: Granularity,
    bucket: &ActivityBucket,
    column: &Column,
    number: usize,
    wide: f64,
) -> El {
    let (first, last) = (bucket.day, granularity.next(bucket.day).plus(-1));
    button("chart-hit", move |_| days::only(board, first, last))
        .css("--at", &fixed(number as f64 * wide / 1000.0, 5))
        .css("--of", &fixed(wide / 1000.0, 5))
        .attr("tabindex", if number == 0 { "0" } else { "-1" })
        .attr("title", &column.words)
        .attr("aria-label", &column.words)
}

fn scale(axis: &Axis, metric: ChartMetric) -> El {
    let text = |tick: u64| match metric {
        ChartMetric::Cost => Money::from_pico(i64::try_from(tick).unwrap_or(i64::MAX).saturating_mul(PICO)).display(),
        _ => format_token_count(tick),
    };
    let tick = |tick: &u64| el("span").css("--at", &fixed(axis.share(*tick), 4)).text(&text(*tick));
    el("div").class("chart-y").attr("aria-hidden", "true").children(axis.ticks.iter().map(tick))
}

fn dates(activity: &Activity, wide: f64) -> El {
    let step = every(activity.buckets.len(), LABELS);
    let text = |day: Day| {
        let civil = day.civil();
        let month = days::month_name(civil.month);
        match activity.granularity {
            Granularity::Month => format!("{month} {}", civil.year),
            _ => format!("{} {month}", civil.day),
        }
    };
    // One at the very end would stand out over the edge.
    let has_room = |number: usize| step == 1 || number * 100 <= activity.buckets.len() * LAST_LABEL;
    let labels = activity.buckets.iter().enumerate().step_by(step).filter(|(number, _)| has_room(*number));
    let labels = labels.map(|(number, bucket)| {
        el("span").css("--at", &fixed(number as f64 * wide / 1000.0, 4)).text(&text(bucket.day))
    });
    el("div").class("chart-x").attr("aria-hidden", "true").children(labels)
}

fn legend(activity: &Activity, agents: &[String], names: &[(String, String)]) -> El {
    let name_of = |agent: &str| {
        names.iter().find(|(id, _)| id == agent).map_or_else(|| agent.to_owned(), |(_, name)| name.clone())
    };
    let named = agents.iter().filter(|agent| !agent.is_empty()).count();
    let all = activity.buckets.iter().flat_map(|bucket| &bucket.by_agent);
    let mut others: Vec<&str> = Vec::new();
    for (agent, _) in all.filter(|(agent, _)| !agents.contains(agent)) {
        if !others.contains(&agent.as_str()) {
            others.push(agent);
        }
    }
    let entry = |(number, agent): (usize, &String)| {
        let (series, words) = match agent.is_empty() {
            true => ("other".to_owned(), format!("{} others", others.len())),
            false => (series(number, Some(named.max(number + 2))), name_of(agent)),
        };
        el("span").child(el("i").class("swatch").attr("data-series", &series)).text(&words)
    };
    el("footer").class("panel-foot").child(el("span").class("legend").children(agents.iter().enumerate().map(entry)))
}
