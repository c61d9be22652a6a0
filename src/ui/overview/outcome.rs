//! How sessions seem to have gone: heuristics, and labelled so (analytics.md §13).

use super::Board;
use super::panel::Frame;
use super::shape::histogram;
use crate::logic::analytics::PanelKind;
use crate::logic::analytics::health::{GRADES, Health, told_text};
use crate::logic::analytics::stats::Tenths;
use crate::logic::chart::share;
use crate::logic::format::{count, fixed};
use crate::ui::shared::{El, el, explained, look_sign};

/// The outcomes in their order: name, sign, fill.
const LOOKS: [(&str, &str, &str, &str); 4] = [
    ("Completed", "ok", "ok", "1"),
    ("Errored", "error", "fail", "error"),
    ("Abandoned", "warn", "warn", "2"),
    ("Unknown", "unknown", "unknown", "none"),
];

pub fn panel(board: Board) -> El {
    let mut frame =
        Frame::new(PanelKind::Health, "How runs end", "span-4", |known| Some(&known.health.as_ref()?.panel));
    frame.lead = |_| "A heuristic, from the last messages of each run.".into();
    frame.around(board, |known| known.health.as_ref().map(outcomes).unwrap_or_default())
}

fn outcomes(health: &Health) -> Vec<El> {
    let all: u32 = health.outcomes.iter().sum();
    let known = || LOOKS.into_iter().zip(&health.outcomes);
    let piece = |((_, _, _, fill), number): ((&str, &str, &str, &str), &u32)| {
        let of = fixed(share(u64::from(*number), u64::from(all)), 4);
        el("i").attr("data-share", fill).css("--of", &of)
    };
    let pieces = known().filter(|(_, number)| **number > 0).map(piece);
    let bar = el("div").class("share-bar").attr("aria-hidden", "true").children(pieces);
    let row = |((name, look, sign, _), number): ((&str, &str, &str, &str), &u32), place: usize| {
        let value = el("span").text(&number.to_string());
        let total = ["sessions main:outcome=", &place.to_string()].concat();
        let part = Tenths::percent(u64::from(*number), u64::from(all))
            .map_or_else(String::new, |part| format!("{}%", part.text()));
        el("div").class("attribution-row outcome-row").children([
            look_sign(look, sign, ""),
            el("span").text(name),
            el("span").class("num").child(explained(value, &total)),
            el("span").class("num muted").child(explained(el("span").text(&part), &(total + "\nshare"))),
        ])
    };
    vec![el("div").class("attribution").child(bar).children(known().zip(0..).map(|(known, place)| row(known, place)))]
}

pub fn pressure_panel(board: Board) -> El {
    let mut frame = Frame::new(PanelKind::Health, "Health", "span-4", |known| Some(&known.health.as_ref()?.panel));
    frame.lead = |_| "A heuristic score: 100 less penalties.".into();
    frame.around(board, |known| known.health.as_ref().map(grades).unwrap_or_default())
}

fn grades(health: &Health) -> Vec<El> {
    let average = health.avg_score.map(|score| format!("average {}", score.text())).unwrap_or_default();
    let sentence =
        |parts: &[String]| parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
    let scored = sentence(&[format!("{} scored, {} not", health.scored, health.unscored), average]);
    let pressure = health.avg_pressure.map_or_else(
        || "The share of the window that prompts filled is not known".to_owned(),
        |pressure| {
            format!(
                "Largest prompts fill {}% of the window on average ({} known)",
                pressure.text(),
                count(health.with_pressure.into(), "run")
            )
        },
    );
    let context = sentence(&[
        format!(
            "{} in {}",
            count(health.compactions.into(), "compaction"),
            count(health.with_compaction.into(), "run")
        ),
        format!("{} over 80% of the window", count(health.high_pressure.into(), "run")),
    ]);
    let line = |text: &str, name: &str| el("p").class("panel-scope").child(explained(el("span").text(text), name));
    vec![
        histogram("Runs by grade", "grade", &GRADES, &health.grades),
        line(&scored, "score main"),
        line(&(told_text(&health.retries) + " calls that asked the same again"), "retries main"),
        line(&(told_text(&health.churn) + " files edited again and again"), "churn main"),
        line(&context, "compactions main"),
        line(&pressure, "pressure main"),
    ]
}
