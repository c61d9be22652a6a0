//! For any archive and any filter: what a panel shows is what the rows behind it come to.

use super::measure::{Made, Unit};
use super::name::Against;
use super::total::Total;
use super::total_tests::{Asked, asked};
use crate::logic::analytics::any::{DAY_ZERO_MS, any_archive, any_selection};
use crate::logic::analytics::cells::Split;
use crate::logic::analytics::comparison::{Pair, PairBy};
use crate::logic::analytics::day::Granularity;
use crate::logic::analytics::health::told_text;
use crate::logic::analytics::stats::Tenths;
use crate::logic::analytics::usage::UsageBy;
use crate::logic::analytics::wish::Measure;
use crate::logic::analytics::{OverviewAsk, overview};
use crate::logic::drawn::{Cell, Column, activity, panels};
use crate::logic::format::{at_least_money, duration_text, format_token_count};
use crate::logic::metric_choice::ChartMetric;
use crate::model::{Money, Timestamp};
use proptest::prelude::*;
use proptest::sample::select;

/// A total as panels write it; empty where nothing is known. The peak of days of which some may be dearer is a lower
/// bound itself.
fn shown(total: &Total, is_at_least: bool) -> String {
    let measure = total.name.measure;
    let text = total.text();
    if let Some((how, _)) = total.name.against {
        return beside(total, how, &text);
    }
    if text == "—" {
        return String::new();
    }
    let sum = &total.sum;
    let names = total.by_group().len().max(1) as i128;
    let amount = if measure.made() == Made::Each { sum.amount / names } else { sum.amount };
    let money = |pico: i128| Money::from_pico(pico.unsigned_abs() as i64);
    match (measure.made(), measure.unit()) {
        (Made::Sum | Made::Each, Unit::Tokens) => format_token_count(amount as u64),
        (Made::Sum | Made::Each, Unit::Money) if amount < 0 => format!("−{}", money(amount).display()),
        (Made::Sum | Made::Each, Unit::Money) if is_at_least => at_least_money(money(amount)),
        (Made::Sum | Made::Each, Unit::Money) => money(amount).display(),
        (Made::Sum, Unit::Count) => amount.to_string(),
        (Made::Sum, Unit::Ms) => duration_text(amount as u64),
        _ => text.replace(" %", "%"),
    }
}

/// A difference, a change or a share as panels write it.
fn beside(total: &Total, how: Against, text: &str) -> String {
    let Some([Some(this), Some(other)]) = total.sides else { return String::new() };
    let delta = this - other;
    let sign = if delta > 0 { "+" } else { "" };
    let size = delta.unsigned_abs() as u64;
    let minus = if delta < 0 { "−" } else { sign };
    match (how, total.name.measure.unit()) {
        (Against::Difference, Unit::Money) => format!("{minus}{}", Money::from_pico(size as i64).display()),
        (Against::Difference, _) => format!("{minus}{}", format_token_count(size)),
        (Against::Change, _) if text != "—" => format!("{sign}{}", text.replace(" %", "%").replace('-', "−")),
        _ => text.replace(" %", "%").replace('—', ""),
    }
}

fn check(asked: &Asked<'_>, panel: &str, cell: &Cell) -> Result<(), TestCaseError> {
    let total = asked.total(&cell.explain);
    let mut sum = super::total::Portion::default();
    total.rows.iter().filter(|row| !row.is_out).for_each(|row| sum.merge(&row.portion));
    prop_assert_eq!(sum, total.sum);
    let number = |text: &str| text.trim_end_matches('%').parse::<f64>().ok();
    let told = shown(&total, cell.is_at_least);
    match (number(&told), number(&cell.text)) {
        // Shares of a router are floats, as the reference has them.
        (Some(a), Some(b)) if told.ends_with('%') => prop_assert!((a.max(0.0) - b).abs() < 0.11, "{} {}", a, b),
        _ => prop_assert_eq!(&told, &cell.text, "{} {}: {:?}", panel, &cell.explain, total),
    }
    if let (Some((how, _)), Some([Some(this), Some(other)])) = (&total.name.against, total.sides) {
        match how {
            Against::Share => prop_assert_eq!((sum.amount, sum.whole), (this, other), "{}", &cell.explain),
            _ if total.name.measure.made() == Made::Each => {}
            _ => prop_assert_eq!(sum.amount, this - other, "{}", &cell.explain),
        }
        return Ok(());
    }
    if total.name.measure.made() == Made::Sum && !cell.text.is_empty() && total.name.measure.name() != "saved" {
        let is_other = cell.explain.starts_with("cost requests:day");
        prop_assert!(cell.is_at_least == sum.is_lower_bound() || is_other, "{} {}", panel, &cell.explain);
    }
    Ok(())
}

fn check_column(asked: &Asked<'_>, column: &Column) -> Result<(), TestCaseError> {
    let total = asked.total(&column.explain);
    let is_empty = column.pieces.iter().all(|(_, height)| *height == 0);
    prop_assert!(!is_empty || total.sum.amount < 1_000_000, "{}", &column.explain);
    let text = shown(&total, total.sum.is_lower_bound());
    let told = if text.is_empty() { "no usage".to_owned() } else { text };
    let is_told = column.words.contains(&told)
        || column.words.contains(&total.text())
        || column.words.contains("no usage")
        || column.words.contains("no sessions")
        || column.words.contains("not recorded")
        || total.sum.is_lower_bound();
    prop_assert!(is_told, "{}: {} {}", &column.explain, told, &column.words);
    Ok(())
}

fn is(asked: &Asked<'_>, name: &str, text: Option<String>) -> Result<(), TestCaseError> {
    prop_assert_eq!(shown(&asked.total(name), false), text.unwrap_or_default(), "{}", name);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn numbers_of_usage_panels(
        archive in any_archive(), selection in any_selection(), by in 0usize..5, split in select(Split::ALL.to_vec()),
        measure in select(Measure::ALL.to_vec()), pair in select(PairBy::ALL.to_vec()), offset in -12i32..14,
    ) {
        let asked = asked(&archive, selection, offset);
        let spans = Granularity::ALL.map(UsageBy::Time).into_iter().chain([UsageBy::Session]);
        let ask = OverviewAsk {
            selection: asked.selection.clone(),
            usage_by: spans.map(Some).nth(by).flatten(),
            split,
            rank: measure.rank(),
            kinds: measure.kinds(),
            pair: Some(Pair { by: pair, ..Pair::default() }),
            ..OverviewAsk::at(Timestamp::from_ms(DAY_ZERO_MS))
        };
        for known in panels(&archive, &asked.facts, &ask, &asked.zone) {
            let cells = known.figures.iter().map(|(_, cell)| cell).chain(known.rows.iter().flat_map(|row| &row.cells));
            for cell in cells.filter(|cell| !cell.explain.is_empty()) {
                check(&asked, &known.title, cell)?;
            }
            for column in known.columns.iter().flat_map(|columns| &columns.columns) {
                check_column(&asked, column)?;
            }
        }
    }

    #[test]
    fn numbers_of_the_overview(archive in any_archive(), selection in any_selection(), offset in -12i32..14) {
        let asked = asked(&archive, selection, offset);
        for top in [ChartMetric::Messages, ChartMetric::Duration, ChartMetric::OutputTokens] {
            let ask = OverviewAsk { selection: asked.selection.clone(), top, ..OverviewAsk::at(Timestamp::from_ms(DAY_ZERO_MS)) };
            let measure = match top {
                ChartMetric::Duration => "active-time",
                ChartMetric::OutputTokens => "output",
                _ => "messages",
            };
            for row in overview(&archive, &asked.facts, &ask, &asked.zone).top.expect("asked for").rows {
                let total = asked.total(&format!("{measure} main:session={}", row.key));
                prop_assert_eq!(total.sum.amount, i128::from(row.value), "{}", row.key);
                let missing = total.sum.eligible - total.sum.reported;
                prop_assert_eq!(row.is_lower_bound || missing > 0, total.sum.is_lower_bound(), "{}", row.key);
            }
        }
        let ask = OverviewAsk { selection: asked.selection.clone(), ..OverviewAsk::at(Timestamp::from_ms(DAY_ZERO_MS)) };
        let found = overview(&archive, &asked.facts, &ask, &asked.zone);
        let activity_of = found.activity.as_ref().expect("asked for");
        for column in activity(activity_of, &[]).iter().flat_map(|columns| &columns.columns) {
            check_column(&asked, column)?;
        }
        let velocity = found.velocity.expect("asked for").whole;
        let seconds = |value: Option<Tenths>| value.map(|value| value.text() + " s");
        is(&asked, "turn-p50 main", seconds(velocity.cycle_p50))?;
        is(&asked, "turn-p90 main", seconds(velocity.cycle_p90))?;
        is(&asked, "first-p50 main", seconds(velocity.first_p50))?;
        is(&asked, "first-p90 main", seconds(velocity.first_p90))?;
        is(&asked, "messages-a-minute main", velocity.messages_per_minute.map(Tenths::text))?;
        is(&asked, "tools-a-minute main", velocity.tools_per_minute.map(Tenths::text))?;
        for row in found.tools.expect("asked for").tools {
            is(&asked, &format!("median-duration sessions:tool={}", row.name), row.median_ms.map(duration_text))?;
        }
        let (shape, health) = (found.shape.expect("asked for"), found.health.expect("asked for"));
        for (of, counts) in [("autonomy", &shape.autonomy), ("archetype", &shape.archetypes), ("grade", &health.grades)] {
            for (place, number) in counts.iter().enumerate() {
                is(&asked, &format!("sessions main:{of}={place}"), Some(number.to_string()))?;
            }
        }
        is(&asked, "score main", health.avg_score.map(Tenths::text))?;
        is(&asked, "compactions main", Some(health.compactions.to_string()))?;
        prop_assert_eq!(asked.total("retries main").text(), told_text(&health.retries));
        prop_assert_eq!(asked.total("churn main").text(), told_text(&health.churn));
        is(&asked, "pressure main", health.avg_pressure.map(|share| share.text() + "%"))?;
    }

    #[test]
    fn the_largest_prompt_of_a_session(archive in any_archive(), is_own in any::<bool>()) {
        let asked = asked(&archive, crate::logic::analytics::Selection::default(), 0);
        for session in archive.sessions() {
            let (of, totals) = if is_own { ("own", &session.totals) } else { ("tree", &session.tree) };
            let total = asked.total(&format!("context session:{of}={}", session.key));
            let largest = totals.peak_context.get().map(crate::logic::format::grouped);
            prop_assert_eq!(total.text(), largest.unwrap_or_else(|| "—".to_owned()), "{}", session.key);
        }
    }
}
